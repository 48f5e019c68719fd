import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# At the end, so that `import conftest` still finds the one of the room.
sys.path.append(str(Path(__file__).parent))

from postgresql_server import PostgresqlServer, find_programs
from standing_clock import StandingClock

from framescope_api.feedback.database import Database
from framescope_api.feedback.migrating import migrate
from framescope_api.feedback.repository import FeedbackRepository


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL's initdb is not installed (Debian: apt-get install postgresql)")
    server = PostgresqlServer.make(programs)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/feedback.db"


@pytest.fixture
def postgresql_url(postgresql: PostgresqlServer) -> str:
    return postgresql.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with tables, once of each kind."""
    database = Database(database_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def repository(database: Database) -> FeedbackRepository:
    return FeedbackRepository(database)

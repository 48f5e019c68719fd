import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# At the end, so that `import conftest` still finds the one of the room.
sys.path.append(str(Path(__file__).parent))

from postgresql_server import PostgresqlServer, find_programs
from standing_clock import StandingClock

from framescope_api.feedback import database, store
from framescope_api.feedback.database import Database
from framescope_api.feedback.migrating import migrate
from framescope_api.feedback.repository import FeedbackRepository


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time limits for a machine that has other things to do; a test of a limit sets it itself."""
    monkeypatch.setattr(database, "CONNECT_TIMEOUT_S", 60)
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 60_000)
    monkeypatch.setattr(store, "SERVICE_STATEMENT_TIMEOUT_MS", 60_000)
    monkeypatch.setattr(store, "MAX_WAIT_S", 60.0)


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
def migrated(database_url: str) -> Iterator[Database]:
    """A database with tables, once of each kind."""
    opened = Database(database_url)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def repository(migrated: Database) -> FeedbackRepository:
    return FeedbackRepository(migrated)

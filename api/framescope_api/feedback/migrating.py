"""The schema of the feedback database: is it ours, and how it becomes so.

The service brings SQLite up to date by itself: the file is its own. A PostgreSQL database may serve several instances,
its tables may belong to another role, and a migration is a moment to have a backup, so there a person runs it.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from framescope_api.errors import SchemaMismatch
from framescope_api.feedback.database import Database
from framescope_api.feedback.tables import VERSION_TABLE

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x6672616D65  # "frame"
"""The number of the advisory lock that PostgreSQL gives to one migration at a time."""


def ensure_schema(database: Database) -> None:
    """Make sure that the database has the tables of this version; SQLite is brought up to date.

    Raises:
        SchemaMismatch: PostgreSQL is not up to date, or the database was made by a newer framescope.
    """
    with database.reading() as connection:
        current = _current(connection)
    if current == latest_revision():
        return
    if not database.is_sqlite:
        had = f"has the tables of revision {current}" if current else "has no tables yet"
        raise SchemaMismatch(
            f"the feedback database {had}, this framescope needs revision {latest_revision()}; "
            "make a backup and run: framescope feedback migrate"
        )
    migrate(database)


def migrate(database: Database) -> tuple[str | None, str]:
    """Bring the database up to date, in one transaction and one process at a time; the revisions before and after.

    Raises:
        SchemaMismatch: the database was made by a newer framescope.
    """
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        # Read under the lock: another process may just have done it.
        before = _current(connection)
        if before != latest_revision():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    return before, latest_revision()


def latest_revision() -> str:
    """The revision that this version of framescope needs."""
    (head,) = ScriptDirectory.from_config(_config()).get_heads()
    return head


def _current(connection: Connection) -> str | None:
    """The revision of the database, or ``None`` for one without tables."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    found = context.get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaMismatch(
            f"the feedback database has revision {found}, which this framescope does not know; "
            "it was made by a newer one, so install that"
        )
    return found


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config

import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from framescope_api.errors import SettingsError
from framescope_api.feedback import database as database_module
from framescope_api.feedback.database import Database, error_code, explain


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///a.db?mode=ro",
        "sqlite+aiosqlite:///a.db",
        "postgresql+asyncpg://desk:hunter2@db/desk",
        "mysql://desk:hunter2@db/desk",
        "hunter2",
    ],
)
def test_a_database_of_another_kind_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="sqlite:///PATH or postgresql") as caught:
        Database(url)
    assert "hunter2" not in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"), Database(f"sqlite:///{tmp_path}/nowhere/a.db").writing():
        pass


def test_only_the_owner_may_read_the_files_of_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/a.db")
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE t (a TEXT)"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    database.close()
    assert modes == dict.fromkeys(("a.db", "a.db-wal", "a.db-shm"), 0o600)


def test_sqlite_writes_ahead_waits_for_others_and_wipes_what_is_deleted(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/a.db")
    with database.reading() as connection:
        found = [
            connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "busy_timeout", "secure_delete")
        ]
    database.close()
    assert found == ["wal", database_module.BUSY_TIMEOUT_MS, 1]


def test_a_transaction_that_fails_leaves_nothing_a_change_of_the_schema_neither(migrated: Database) -> None:
    with pytest.raises(DBAPIError), migrated.writing() as connection:  # noqa: PT012 - the second fails
        connection.execute(text("CREATE TABLE leftover (a INTEGER)"))
        connection.execute(text("SELECT * FROM nowhere"))
    with pytest.raises(DBAPIError), migrated.reading() as connection:
        connection.execute(text("SELECT * FROM leftover"))


def test_a_reader_sees_the_database_while_another_writes(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/a.db")
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE t (a TEXT)"))
    with database.writing() as writer, database.reading() as reader:
        writer.execute(text("INSERT INTO t VALUES ('x')"))
        assert reader.execute(text("SELECT count(*) FROM t")).scalar_one() == 0
    database.close()


def test_a_slow_statement_is_given_up_where_that_was_asked_for(postgresql_url: str) -> None:
    database = Database(postgresql_url, statement_timeout_ms=50)
    with pytest.raises(DBAPIError) as caught, database.reading() as connection:
        connection.execute(text("SELECT pg_sleep(60)"))
    database.close()
    assert error_code(caught.value) == {"error": "QueryCanceled", "code": "57014"}


def test_an_error_is_told_by_kind_and_code_without_what_was_to_be_stored(migrated: Database) -> None:
    with pytest.raises(DBAPIError) as caught, migrated.writing() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:a)"), {"a": "the secret text"})
    assert "secret" not in str(caught.value)
    assert error_code(caught.value)["code"] in {"SQLITE_ERROR", "42P01"}
    assert "nowhere" in explain(caught.value)

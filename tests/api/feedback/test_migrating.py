from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from framescope_api.errors import SchemaMismatch
from framescope_api.feedback.database import Database
from framescope_api.feedback.migrating import ensure_schema, latest_revision, migrate
from framescope_api.feedback.tables import VERSION_TABLE, Base


def test_the_migrations_make_the_tables_that_the_code_describes(migrated: Database) -> None:
    with migrated.reading() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_tells_from_where_to_where_and_a_second_time_does_nothing(database_url: str) -> None:
    database = Database(database_url)
    assert migrate(database) == (None, latest_revision())
    assert migrate(database) == (latest_revision(), latest_revision())
    database.close()


def test_processes_that_migrate_at_once_do_so_in_turn(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        befores = sorted(str(before) for before, _ in pool.map(migrate, databases))
    for database in databases:
        database.close()
    assert befores == [latest_revision()] * 3 + ["None"]


def test_sqlite_is_brought_up_to_date_unasked(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    ensure_schema(database)
    assert migrate(database)[0] == latest_revision()
    database.close()


def test_postgresql_without_tables_is_refused_with_what_to_run(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with pytest.raises(SchemaMismatch, match=r"no tables yet.*framescope feedback migrate"):
        ensure_schema(database)
    migrate(database)
    ensure_schema(database)
    database.close()


def test_a_database_of_a_newer_version_is_refused(migrated: Database) -> None:
    with migrated.writing() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    for act in (ensure_schema, migrate):
        with pytest.raises(SchemaMismatch, match=r"9999.*newer"):
            act(migrated)


def test_other_programs_in_the_database_are_left_alone(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
    migrate(database)
    with database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["theirs"]
    database.close()


def test_a_path_with_a_percent_sign_is_no_template(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/100%25 (a).db")
    ensure_schema(database)
    database.close()
    assert [path.name for path in tmp_path.iterdir()] != []

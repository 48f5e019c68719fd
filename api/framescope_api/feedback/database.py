"""Connections to the feedback database: SQLite or PostgreSQL, set up so that neither hangs nor tells a text."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from framescope_api.errors import SettingsError
from framescope_api.settings import FEEDBACK_DATABASE_FORMS

BUSY_TIMEOUT_MS = 5000
CONNECT_TIMEOUT_S = 5
SERVICE_STATEMENT_TIMEOUT_MS = 10_000
PRIVATE = 0o600

_BEGIN = "framescope_begin"


class Database:
    """A feedback database; nothing is connected to before the first transaction.

    Args:
        url: ``sqlite:///PATH`` or ``postgresql+psycopg://...``.
        statement_timeout_ms: after which PostgreSQL gives a statement up; ``None`` for a command line that can wait.

    Raises:
        SettingsError: the URL cannot be used, or its driver is not installed. The message never holds the URL, which
            may hold a password.
    """

    def __init__(self, url: str, statement_timeout_ms: int | None = None) -> None:
        parsed = _parse(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._path = Path(parsed.database or "") if self.is_sqlite else None
        try:
            self._engine = (
                _sqlite_engine(parsed) if self.is_sqlite else _postgresql_engine(parsed, statement_timeout_ms)
            )
        except ModuleNotFoundError as error:
            raise SettingsError(
                "PostgreSQL needs the driver psycopg, which is not installed: pip install 'framescope[postgresql]'"
            ) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        self._make_private_file()
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; committed at the end, or rolled back when something is raised.

        In SQLite it takes the write lock at once: a transaction that reads first and writes later can be refused
        without waiting when another has written in between.
        """
        self._make_private_file()
        locked = self._engine.connect().execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        with locked as connection, connection.begin():
            yield connection

    def forget_deleted(self) -> None:
        """Empty SQLite's write-ahead log, which holds what was deleted until it is overwritten.

        Where that fails (a full disk, a reader that stays), the deletion stands all the same; the next one tries again.
        """
        if self.is_sqlite:
            with suppress(OperationalError), self._engine.connect() as connection:
                # Within a transaction it would be refused.
                connection.execution_options(**{_BEGIN: None}).exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _make_private_file(self) -> None:
        """Make the file of SQLite, which would be readable for everybody; its companions take over its rights."""
        if self._path is None or self._path.exists():
            return
        if not self._path.parent.is_dir():
            raise SettingsError(f"the folder {self._path.parent} of FRAMESCOPE_FEEDBACK_DATABASE does not exist")
        # When that fails, so does connecting, with an error that is told in one place.
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, PRIVATE))
        except OSError:
            return


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError(f"FRAMESCOPE_FEEDBACK_DATABASE is no URL; write {FEEDBACK_DATABASE_FORMS}") from None
    if parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:") and not parsed.query:
        return parsed
    if parsed.drivername in ("postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    raise SettingsError(
        f"FRAMESCOPE_FEEDBACK_DATABASE names no database that can be used; write {FEEDBACK_DATABASE_FORMS}"
    )


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: object) -> None:
        # The driver's own transactions begin too late and leave out changes of the schema.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_TIMEOUT_MS}", "secure_delete=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
        if statement is not None:
            connection.exec_driver_sql(statement)

    return engine


def _postgresql_engine(url: URL, statement_timeout_ms: int | None) -> Engine:
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_S, "tcp_user_timeout": 1000 * CONNECT_TIMEOUT_S}
    if statement_timeout_ms is not None:
        arguments["options"] = f"-c statement_timeout={statement_timeout_ms}"
    # What the URL says goes before.
    arguments = {name: value for name, value in arguments.items() if name not in url.query}
    # Prepared statements would fail behind a pooler that gives each transaction another connection.
    arguments["prepare_threshold"] = None
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=arguments)


def error_code(error: SQLAlchemyError | OSError) -> dict[str, object]:
    """What a log may tell of a failure: its kind and the database's code. Its message may quote a row."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return {"error": type(cause).__qualname__, "code": code}


def explain(error: SQLAlchemyError) -> str:
    """What the operator's terminal may tell: the first line of the driver's message, which names the fault."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(cause).__qualname__

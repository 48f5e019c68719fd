"""Structured logs: one JSON object a line, and never a word of a text."""

import logging
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MAX_FRAMES = 12


def configure_logging(level: str, stream: TextIO | None = None) -> None:
    """Send our own events, and those of the standard library, to ``stream`` (standard error) as JSON lines.

    Called once by the process that serves, never at import.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_messages,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())


def logger() -> structlog.stdlib.BoundLogger:
    """The service's logger."""
    log: structlog.stdlib.BoundLogger = structlog.get_logger("framescope")
    return log


def describe_error(error: BaseException) -> dict[str, object]:
    """What the log may tell of an unexpected error: its class and where it arose.

    Its message is left out, because libraries like to quote the input in theirs.
    """
    frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
    return {
        "error": type(error).__qualname__,
        "at": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _without_messages(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace the exception of a foreign event by what may be told of it."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info if isinstance(info, BaseException) else None
    if info is True:
        error = sys.exc_info()[1]
    told: Mapping[str, object] = describe_error(error) if error is not None else {}
    return {**event, **told}

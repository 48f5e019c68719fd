import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from framescope_api.logs import configure_logging, describe_error, logger


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging("info", stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_json_with_time_and_level(stream: io.StringIO) -> None:
    logger().info("request", status=200)
    (line,) = lines(stream)
    assert (line["event"], line["status"], line["level"]) == ("request", 200, "info")
    assert str(line["timestamp"]).endswith("Z")


def test_foreign_events_have_the_same_form(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("odd %s", "thing")
    assert lines(stream)[0]["event"] == "odd thing"


def test_lesser_levels_are_left_out(stream: io.StringIO) -> None:
    logger().debug("detail")
    assert lines(stream) == []


def test_what_is_bound_to_the_request_stands_in_each_line(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        logger().info("inside")
    assert lines(stream)[0]["request_id"] == "r1"


def fail() -> None:
    raise ValueError("the secret text")


def test_an_error_is_told_by_class_and_place_without_its_message() -> None:
    with pytest.raises(ValueError, match="secret") as caught:
        fail()
    told = describe_error(caught.value)
    assert told["error"] == "ValueError"
    assert str(told["at"][-1]).endswith(" fail")  # type: ignore[index]
    assert "secret" not in str(told)


@pytest.mark.parametrize("way", ["exception", "instance"])
def test_a_foreign_error_is_told_without_its_message(stream: io.StringIO, way: str) -> None:
    try:
        fail()
    except ValueError as error:
        logging.getLogger("x").error("failed", exc_info=True if way == "exception" else error)
    assert "secret" not in stream.getvalue()
    assert lines(stream)[0]["error"] == "ValueError"

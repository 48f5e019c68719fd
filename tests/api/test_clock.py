from datetime import UTC

from framescope_api.clock import SYSTEM_CLOCK


def test_the_time_of_day_has_its_zone() -> None:
    assert SYSTEM_CLOCK.now().tzinfo is UTC


def test_spans_of_time_are_never_negative() -> None:
    assert SYSTEM_CLOCK.monotonic() <= SYSTEM_CLOCK.monotonic()

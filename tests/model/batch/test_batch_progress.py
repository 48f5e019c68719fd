import io

import pytest
from rich.console import Console

from framescope_model.batch.progress import LINE_EVERY_S, Pace, ProgressReport, duration


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.6, "1 min 00 s"), (61, "1 min 01 s"), (3600, "1 h 00 min"), (90061, "25 h 01 min")],
)
def test_a_duration_is_told_in_two_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_rate_and_time_left_count_what_this_process_did() -> None:
    clock = Clock()
    pace = Pace(1000, 0.5, clock)
    assert pace.told(1000, 0.5) == "1,000 rows (50%)"
    clock.seconds += 10
    assert pace.told(1500, 0.75) == "1,500 rows (75%), 50.0 rows/s, 10 s left"
    assert pace.told(2000, 1.0) == "2,000 rows (100%), 100.0 rows/s, 0 s left"


def test_where_nobody_looks_a_plain_line_comes_now_and_then() -> None:
    clock, output = Clock(), io.StringIO()
    with ProgressReport(Console(file=output), 0, 0.0, clock) as report:
        report.tell(64, 0.1)
        assert output.getvalue() == ""
        clock.seconds += LINE_EVERY_S
        report.tell(128, 0.2)
        report.tell(192, 0.3)
    assert output.getvalue() == "framescope: 128 rows (20%), 12.8 rows/s, 40 s left\n"


def test_a_terminal_gets_a_bar_that_goes_away() -> None:
    output = io.StringIO()
    console = Console(file=output, force_terminal=True, color_system="standard", width=120)
    with ProgressReport(console, 0, 0.0, Clock()) as report:
        report.tell(64, 0.5)
        assert report._bar is not None
        report._bar.refresh()
    assert "64 rows (50%)" in output.getvalue()

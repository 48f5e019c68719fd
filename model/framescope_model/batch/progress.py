"""How far a run is: a bar on a terminal, a plain line now and then elsewhere."""

import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

LINE_EVERY_S = 10.0


class Pace:
    """Rate and time left, by what this process did since it began; ``now`` is a clock in seconds."""

    def __init__(self, rows: int, share: float, now: Callable[[], float]) -> None:
        self._first_rows, self._first_share = rows, share
        self._now = now
        self._start = now()

    def told(self, rows: int, share: float) -> str:
        """In words, with ``rows`` done and the ``share`` of the input behind."""
        passed = self._now() - self._start
        done, gained = rows - self._first_rows, share - self._first_share
        words = f"{rows:,} rows ({share:.0%})"
        if done <= 0 or gained <= 0 or passed <= 0:
            return words
        left = duration(passed * max(0.0, 1 - share) / gained)
        return f"{words}, {done / passed:.1f} rows/s, {left} left"


def duration(seconds: float) -> str:
    """Seconds in the largest two units that say something."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


class ProgressReport:
    """Tells on ``console`` how far a run is; a context manager."""

    def __init__(self, console: Console, rows: int, share: float, now: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._pace = Pace(rows, share, now)
        self._now = now
        self._last_line = now()
        self._bar: Progress | None = None
        if console.is_terminal and console.color_system is not None:
            self._bar = Progress(BarColumn(), TextColumn("{task.description}"), console=console, transient=True)
            self._task = self._bar.add_task("starting", total=1.0)
            self._bar.update(self._task, completed=share)

    def __enter__(self) -> "ProgressReport":
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def tell(self, rows: int, share: float) -> None:
        """Tell that ``rows`` are done, and the ``share`` of the input is behind."""
        told = self._pace.told(rows, share)
        if self._bar:
            self._bar.update(self._task, completed=share, description=told)
        elif self._now() - self._last_line >= LINE_EVERY_S:
            self._last_line = self._now()
            self._console.print(Text(f"framescope: {told}"), soft_wrap=True)

"""Takes the text out of files for requests: a few at a time, so that scoring keeps the processor."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from framescope_api.errors import Overloaded
from framescope_model.extraction.confinement import Extraction
from framescope_model.extraction.extracted import Extracted
from framescope_model.extraction.kinds import FileKind

MAX_WAITING = 8
"""Files that wait for their turn; each is held in memory."""
RETRY_AFTER_S = 5


class Extractor:
    """Reads files in processes of their own, each watched by a thread.

    Args:
        at_once: how many.
        max_seconds: how long one may take from when its turn comes.
    """

    def __init__(self, at_once: int, max_seconds: float) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="extraction")
        self._most = at_once + MAX_WAITING
        self._max_seconds = max_seconds
        self._present = 0

    async def extract(self, data: bytes, kind: FileKind) -> Extracted:
        """The text of a file; being cancelled ends the process.

        Raises:
            Overloaded: too many others wait.
            ExtractionError, EmptyText, TextTooLong, ExtractionUnavailable: there is no text to be had, and why.
        """
        if self._present >= self._most:
            raise Overloaded("too many files wait to be read; try again soon", RETRY_AFTER_S)
        extraction = Extraction(data, kind, self._max_seconds)
        self._present += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, extraction.run)
        except asyncio.CancelledError:
            extraction.stop()
            raise
        finally:
            self._present -= 1

    def close(self) -> None:
        """Begin no more of those that wait."""
        self._threads.shutdown(wait=False, cancel_futures=True)

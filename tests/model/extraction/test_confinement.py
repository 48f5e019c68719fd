import subprocess
import sys
import threading
import time

import pytest
from made_files import column, pdf, pdf_bomb, word

from framescope_model.errors import BrokenFile, EmptyText, FileTooComplex, NoText
from framescope_model.extraction.confinement import Extraction, extract
from framescope_model.extraction.kinds import FileKind


@pytest.mark.parametrize(
    ("data", "kind", "text"),
    [
        (b"War\r\n", FileKind.TXT, "War\r\n"),
        ("# War 😀".encode(), FileKind.MD, "# War 😀"),
        ("<p>War 😀<p>Peace".encode(), FileKind.HTML, "War 😀\n\nPeace"),
        (word("War 😀", "Peace"), FileKind.DOCX, "War 😀\n\nPeace"),
        (pdf(column(20, "War 😀 and peace.")), FileKind.PDF, "War 😀 and peace."),
    ],
    ids=[*FileKind],
)
def test_each_kind_is_read(data: bytes, kind: FileKind, text: str) -> None:
    assert extract(data, kind).text == text


@pytest.mark.parametrize(
    ("data", "kind", "error"),
    [
        (b" ", FileKind.TXT, EmptyText),
        (b"", FileKind.HTML, NoText),
        (word(), FileKind.DOCX, NoText),
        (b"PK\x03\x04", FileKind.DOCX, BrokenFile),
        (b"%PDF-1.7", FileKind.PDF, BrokenFile),
    ],
)
def test_errors_come_through_as_they_are(data: bytes, kind: FileKind, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        extract(data, kind)
    assert type(caught.value) is error


def test_what_takes_too_long_is_ended() -> None:
    started = time.monotonic()
    with pytest.raises(FileTooComplex, match=r"0\.01 seconds"):
        Extraction(b"<p>" * 2_000_000, FileKind.HTML, 0.01).run()
    assert time.monotonic() - started < 30


def test_what_unpacks_to_more_than_memory_holds_is_ended() -> None:
    with pytest.raises(FileTooComplex):
        extract(pdf_bomb(), FileKind.PDF)


def test_another_thread_can_stop_it() -> None:
    extraction = Extraction(b"<p>x" * 3_000_000, FileKind.HTML, 300)
    timer = threading.Timer(0.5, extraction.stop)
    timer.start()
    with pytest.raises(FileTooComplex):
        extraction.run()
    timer.join()


def test_one_that_was_stopped_before_its_turn_never_starts() -> None:
    extraction = Extraction(b"<p>x", FileKind.HTML)
    extraction.stop()
    with pytest.raises(FileTooComplex):
        extraction.run()


def test_reading_within_the_process_can_take_no_memory_without_end_and_write_nothing(tmp_path: object) -> None:
    code = (
        "from framescope_model.extraction import process\n"
        "process._confine(30)\n"
        "try:\n    bytearray(4 * 1024 ** 3)\n    print('held')\n"
        "except MemoryError:\n    print('refused')\n"
        "import pathlib, sys\n"
        "try:\n    pathlib.Path(sys.argv[1]).write_text('x')\n    print('written')\n"
        "except OSError:\n    print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, f"{tmp_path}/x"], capture_output=True, text=True, check=True, timeout=60
    )
    memory, disk = done.stdout.split()
    # macOS does not limit memory.
    assert memory == "refused" or sys.platform == "darwin"
    assert disk == "refused"


def test_scoring_plain_text_loads_no_library_for_files() -> None:
    code = "import sys, framescope_model.commands, framescope_api.app; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    names = loaded.stdout.split()
    assert "framescope_model.extraction.confinement" in names
    assert [name for name in ("docx", "pdfminer", "lxml", "framescope_model.extraction.pdf") if name in names] == []

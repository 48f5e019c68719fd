"""PDF, read by pdfminer.six, which tells where each line stands; columns and paragraphs follow from that."""

import io
import re
from collections.abc import Iterator
from itertools import islice

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTPage, LTTextBox, LTTextLine
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException

from framescope_model.errors import BrokenFile, EncryptedFile, FileTooLarge
from framescope_model.extraction.extracted import Extracted, from_paragraphs
from framescope_model.extraction.paragraphs import Line, Page, paragraphs

MAX_PAGES = 1_000
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_NOTHING = "no text was found: the pages may be pictures, as a scanner makes them; recognise their text (OCR) first"


def read_pdf(data: bytes) -> Extracted:
    """The paragraphs of a PDF, column by column; words that were parted at the end of a line are put together.

    Raises:
        BrokenFile: it cannot be read.
        EncryptedFile: it asks for a password.
        FileTooLarge: it has more pages than :data:`MAX_PAGES`.
        NoText: there is no text in it.
        TextTooLong: it is too long.
    """
    try:
        pages = [_page(found) for found in islice(_layouts(data), MAX_PAGES + 1)]
    except PDFPasswordIncorrect as error:
        raise EncryptedFile("the PDF asks for a password; save it without one") from error
    except (MemoryError, FileTooLarge):
        raise
    except (PDFException, PSException, Exception) as error:
        # Beside its own, it raises whatever Python does at nonsense: KeyError, TypeError, RecursionError and more.
        raise BrokenFile("the PDF is cut short or damaged; open it in a viewer and print it to a new one") from error
    if len(pages) > MAX_PAGES:
        raise FileTooLarge(f"the PDF has more than {MAX_PAGES} pages; split it")
    if not pages:
        raise BrokenFile("the PDF has no pages that could be read; open it in a viewer and print it to a new one")
    told = paragraphs(pages)
    unmapped = any(_UNMAPPED.search(paragraph) for paragraph in told)
    shown = (_UNMAPPED.sub("\N{REPLACEMENT CHARACTER}", paragraph) for paragraph in told)
    return from_paragraphs(_worth(shown), _warnings(pages, unmapped=unmapped), nothing=_NOTHING)


def _layouts(data: bytes) -> Iterator[LTPage]:
    # Vertical writing and figures with text of their own are rare in articles and cost much time.
    return extract_pages(io.BytesIO(data), laparams=LAParams(boxes_flow=0.5), caching=False)


def _page(layout: LTPage) -> Page:
    boxes = []
    for box in layout:
        if isinstance(box, LTTextBox):
            lines = [
                Line(line.get_text().strip(), line.x0, line.x1, line.y0, line.height)
                for line in box
                if isinstance(line, LTTextLine) and line.get_text().strip()
            ]
            if lines:
                boxes.append(lines)
    return Page(layout.y0, layout.y1, boxes)


def _worth(told: Iterator[str]) -> Iterator[str]:
    """What holds a letter or a digit that could be read."""
    return (paragraph for paragraph in told if any(letter.isalnum() for letter in paragraph))


def _warnings(pages: list[Page], *, unmapped: bool) -> Iterator[str]:
    bare = [str(number) for number, page in enumerate(pages, 1) if not page.boxes]
    if bare:
        shown = ", ".join(bare[:10]) + (", …" if len(bare) > 10 else "")
        yield f"no text was found on {'page' if len(bare) == 1 else 'pages'} {shown}"
    if unmapped:
        yield "some letters have no meaning outside of this PDF's own fonts; \N{REPLACEMENT CHARACTER} stands for them"

"""Small files that the tests make: HTML, Word documents and PDFs, sound and hostile."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib
from docx import Document
from fpdf import FPDF
from fpdf.enums import AccessPermission, EncryptionMethod

# It has letters of many scripts, and faces.
FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
Placed = tuple[float, float, str]


def word(*paragraphs: str, rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A document of ``paragraphs`` and a table after the first."""
    document = Document()
    for index, paragraph in enumerate(paragraphs):
        document.add_paragraph(paragraph)
        if index == 0 and rows:
            table = document.add_table(0, len(rows[0]))
            for row in rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def with_body(xml: str) -> bytes:
    """A document whose body holds ``xml``."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return repacked(
        word("x"), {"word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{xml}</w:body></w:document>'.encode()}
    )


def repacked(data: bytes, changed: dict[str, bytes]) -> bytes:
    """An archive with the parts ``changed``."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {**dict.fromkeys(old.namelist()), **changed}:
            new.writestr(name, changed[name] if name in changed else old.read(name))
    return made.getvalue()


def bomb() -> bytes:
    """A document of a few hundred kilobytes that takes 200 MiB once unpacked."""
    made = io.BytesIO(word("x"))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/huge.bin", "w") as part:
        for _ in range(200):
            part.write(bytes(1024 * 1024))
    return made.getvalue()


def pdf_bomb() -> bytes:
    """A PDF of two megabytes whose one page takes two gigabytes once unpacked."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(2000)) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    made, table = b"%PDF-1.4\n", b"xref\n0 5\n0000000000 65535 f \n"
    for number, item in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    return made + table + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(made)


def pdf(*pages: Iterable[Placed], size: float = 10, password: str = "") -> bytes:
    """A PDF with lines at places (millimetres from the left and the top) on each page."""
    made = FPDF()
    made.add_font("Sans", fname=FONT)
    made.set_font("Sans", size=size)
    for lines in pages:
        made.add_page()
        for left, top, line in lines:
            made.text(left, top, line)
    if password:
        made.set_encryption("owner", password, EncryptionMethod.AES_128, AccessPermission.all())
    return bytes(made.output())


def column(left: float, *lines: str, top: float = 40) -> list[Placed]:
    """Lines one under the other."""
    return [(left, top + 5 * index, line) for index, line in enumerate(lines)]


def picture_pdf() -> bytes:
    """A page with a picture and no text."""
    from PIL import Image  # noqa: PLC0415

    made = FPDF()
    made.add_page()
    made.image(Image.new("RGB", (40, 40), "grey"), 20, 20, 100)
    return bytes(made.output())

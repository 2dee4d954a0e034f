"""PDF: bytes in, the text layer out as lines in reading order, page by page. The one door to pypdfium2.

PDFium tells each character and its box; corpus/pdf_layout.py makes lines of them.
"""

from __future__ import annotations

import base64
import ctypes
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.legible import is_legible, strange_share
from corpus.pdf_layout import UNNAMED, Glyph, Place, Row, is_cjk, layout, lines_of, median

PAGE_LIMIT = 2_000
_MARKER = (255, 228, 92)  # yellow, which leaves black print readable
IMAGE_LIMIT = 50_000_000  # pixels, of one picture on a page that is to be rendered
_CHARACTER_LIMIT = 200_000  # of one page

_BAD_TITLE = re.compile(
    r"microsoft (word|powerpoint|excel)|powerpoint|^(untitled|無題|名称未設定|document|presentation|title|文書)\s*\d*$"
    r"|\.(docx?|pptx?|xlsx?|pdf|indd|ai|rtf|txt|jtd|html?)\b|[\\/]",
    re.IGNORECASE,
)


def parse(data: bytes, *, page_limit: int = PAGE_LIMIT) -> dict[str, Any]:
    """The text: {"pages": [str, …], "title": str | None, "illegible": [page number from 0, …]}.

    The title is the file's own where it is a sane one. Illegible pages are left empty.

    Raises:
        EmptyDocument: no page has text, as in a scan, or only garbage, as from fonts without a character map.
        UnreadableFile: encrypted, broken, or too many pages.
    """
    with _opened(data) as document:
        count = _page_count(document, page_limit)
        pages = [_page_text(document, number) for number in range(count)]
        stated = str(document.get_metadata_value("Title") or "")
    whole = "\n".join(pages)
    if not whole.strip():
        raise EmptyDocument("The PDF has no text layer: it is a scan. Add it with --ocr to read its pictures.")
    illegible = [number for number, page in enumerate(pages) if not is_legible(page)]
    if not is_legible(whole) or 2 * sum(len(pages[number]) for number in illegible) > len(whole):
        raise EmptyDocument(
            "The text layer of the PDF is garbage: its fonts do not say which characters they show. "
            "Add it with --ocr, or ask its author for another copy."
        )
    # What is left of unnamed glyphs is bullets and ornaments.
    shown = ["" if number in illegible else page.replace(UNNAMED, "") for number, page in enumerate(pages)]
    return {"pages": shown, "title": sane_title(stated, "\n".join(shown[:2])), "illegible": illegible}


def page_images(data: bytes, *, first: int, last: int, width_limit: int = 4_000) -> Iterator[Any]:
    """Pages `first` to `last` - 1, counted from 0, as PIL images in grey, at most `width_limit` pixels on a side.

    Raises:
        UnreadableFile: a picture on a page has more than IMAGE_LIMIT pixels; it is not decoded.
    """
    with _opened(data) as document:
        for number in range(first, min(last, len(document))):
            page = document[number]
            _check_pictures(page, number)
            # 300 dpi is what Tesseract is trained for; PDF units are 1/72 inch.
            scale = min(300 / 72, width_limit / max(*page.get_size(), 1))
            yield page.render(scale=scale, grayscale=True).to_pil()


def _check_pictures(page: Any, number: int) -> None:
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        wide, high = item.get_px_size()
        if wide * high > IMAGE_LIMIT:
            raise UnreadableFile(
                f"A picture on page {number + 1} has {wide * high // 1_000_000} megapixels; "
                f"{IMAGE_LIMIT // 1_000_000} are read at most. Scan it again at 300 dpi."
            )


def page_picture(
    data: bytes, *, number: int, width: int = 1_000, text: str = "", start: int = 0, end: int = 0
) -> dict[str, Any]:
    """One page as a person sees it: {"png": base64, "boxes": [[left, top, right, bottom], …]}, the passage marked.

    Args:
        number: of the page, counted from 0.
        width: in pixels; less where the page is more than four times as high.
        text: the page's text as `parse` gave it; `text[start:end]` is marked on the picture. Where the page has
            another text, as after it was read with OCR, nothing is. Boxes are in pixels, one for each printed line.

    Raises:
        UnreadableFile: there is no such page, it is broken, or a picture on it is too large.
    """
    with _opened(data) as document:
        if not 0 <= number < len(document):
            raise UnreadableFile(f"The PDF has no page {number + 1}.")
        page = _page(document, number)
        _check_pictures(page, number)
        wide, high = page.get_size()
        image = page.render(scale=min(width / max(wide, 1), 4 * width / max(high, 1))).to_pil().convert("RGB")
        boxes = [_in_pixels(page, box, image.size) for box in _boxes(_glyphs(page), text, start, end)]
    for box in boxes:
        image = _marked(image, box)
    picture = io.BytesIO()
    image.save(picture, "PNG")
    return {"png": base64.b64encode(picture.getvalue()).decode(), "boxes": boxes}


def _boxes(glyphs: Sequence[Glyph], text: str, start: int, end: int) -> list[Place]:
    """For each printed line that `text[start:end]` touches, the place of its characters."""
    lines = lines_of(glyphs) if start < end else []
    if "\n".join(line for line, _ in lines).replace(UNNAMED, "") != text:
        return []
    found: list[Place] = []
    at = 0
    for line, row in lines:
        shown = [glyph for char, glyph in zip(line, _glyphs_of(line, row), strict=True) if char != UNNAMED]
        places = [glyph.place for glyph in shown[max(0, start - at) : max(0, end - at)] if glyph is not None]
        if places:
            lefts, rights, bottoms, tops = zip(*places, strict=True)
            found.append((min(lefts), max(rights), min(bottoms), max(tops)))
        at += len(shown) + 1
    return found


def _glyphs_of(line: str, row: Row) -> list[Glyph | None]:
    """The glyph that each character of `line` was read from; None for blanks and the bars between cells.

    A line says what its row does in the same order, but for leaders, which it leaves out.
    """
    glyphs = [glyph for piece in row for glyph in piece.glyphs]
    is_barred = line.startswith("| ")
    found: list[Glyph | None] = []
    at = 0
    for char in line:
        if char.isspace() or (is_barred and char == "|"):
            found.append(None)
            continue
        printed = ("/", "|") if is_barred and char == "/" else (char,)
        place = next((place for place in range(at, len(glyphs)) if glyphs[place].text in printed), None)
        found.append(None if place is None else glyphs[place])
        at = at if place is None else place + 1
    return found


def _in_pixels(page: Any, box: Place, size: tuple[int, int]) -> list[int]:
    """`box`, in points of the page, in pixels of its picture: [left, top, right, bottom]."""
    left, right, bottom, top = box
    corners = []
    for x, y in ((left, bottom), (right, top)):
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
        corners.append((across.value, down.value))
    (x1, y1), (x2, y2) = corners
    return [min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)]


def _marked(image: Any, box: Sequence[int]) -> Any:
    """`image` with the place of `box` as if a marker pen had gone over it."""
    from PIL import Image, ImageChops

    left, top, right, bottom = box
    area = (max(0, left - 2), max(0, top - 1), min(image.width, right + 2), min(image.height, bottom + 1))
    if area[0] < area[2] and area[1] < area[3]:
        part = image.crop(area)
        image.paste(ImageChops.multiply(part, Image.new("RGB", part.size, _MARKER)), area[:2])
    return image


def page_count(data: bytes, *, page_limit: int = PAGE_LIMIT) -> int:
    """How many pages the PDF has; UnreadableFile beyond `page_limit`."""
    with _opened(data) as document:
        return _page_count(document, page_limit)


def sane_title(stated: str, text: str) -> str | None:
    """`stated` when it can be the title of `text`: no program's default or file name, and most of it is in the text.

    >>> sane_title("Microsoft Word - draft3.doc", "…") is None
    True
    >>> sane_title("中間支払いの受領", "2022年9月22日 中間支払いの 受領について")
    '中間支払いの受領'
    """
    title = " ".join(stated.split())
    if not 4 <= len(title) <= 200 or _BAD_TITLE.search(title) or strange_share(title) > 0:
        return None
    # A template's title outlives many edits: what the pages do not say is no title of theirs.
    wanted, there = _folded(title), _folded(text)
    length = 2 if any(is_cjk(ch) for ch in wanted) else 5
    parts = [wanted[i : i + length] for i in range(len(wanted) - length + 1)]
    return title if parts and sum(part in there for part in parts) >= 0.7 * len(parts) else None


def _folded(text: str) -> str:
    return "".join(ch for ch in unicodedata.normalize("NFKC", text).lower() if ch.isalnum())


def _opened(data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise UnreadableFile("The PDF is encrypted. Save a copy without a password and add that.") from error
        raise UnreadableFile("The PDF is broken and cannot be opened. Save it anew from its program.") from error


def _page_count(document: Any, limit: int) -> int:
    count = len(document)
    if count > limit:
        raise UnreadableFile(f"The PDF has {count:,} pages; {limit:,} are read at most. Split it.")
    if not count:
        raise EmptyDocument("The PDF has no pages.")
    return count


# --- Characters ------------------------------------------------------------------------------------------------


def _page(document: Any, number: int) -> Any:
    try:
        return document[number]
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile(f"Page {number + 1} of the PDF is broken. Save it anew from its program.") from error


def _page_text(document: Any, number: int) -> str:
    page = _page(document, number)
    try:
        return layout(_glyphs(page))
    finally:
        page.close()


def _glyphs(page: Any) -> list[Glyph]:
    """The characters of a page in the order they are drawn, turned so that most of them stand upright."""
    text_page = page.get_textpage()
    count = pdfium.FPDFText_CountChars(text_page)
    if count > _CHARACTER_LIMIT:
        raise UnreadableFile(f"A page of the PDF has {count:,} characters, more than any page can. Save it anew.")
    box = pdfium.FS_RECTF()
    angles: list[float] = []
    boxes: list[tuple[str, Place, bool]] = []
    gap = False
    lead = 0  # the first half of a surrogate pair
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if pdfium.FPDFText_IsGenerated(text_page, index) == 1 and code != 2:
            gap = True
            continue
        if 0xD800 <= code < 0xDC00:
            lead = code
            continue
        if 0xDC00 <= code < 0xE000:
            if not lead:
                continue
            code = 0x10000 + ((lead - 0xD800) << 10) + (code - 0xDC00)
        lead = 0
        if code in (2, 0xAD, 0xFFFE):  # PDFium's sign for a hyphen at a line's end
            code = 0x2D
        if code < 0x20 and code not in (9, 10, 13):  # a glyph that no character map names; counted as illegible later
            code = 0xFFFD
        if code < 0x20 or not pdfium.FPDFText_GetLooseCharBox(text_page, index, box):
            gap = True
            continue
        boxes.append((_upright(chr(code)), (box.left, box.right, box.bottom, box.top), gap))
        angles.append(pdfium.FPDFText_GetCharAngle(text_page, index))
        gap = False
    turns = round(median(angles) / (3.14159265 / 2)) % 4 if angles else 0
    return [Glyph(text, *_turned(turns, *place), gap, place) for text, place, gap in boxes]


def _upright(ch: str) -> str:
    """Forms for vertical writing (︑ ﹁) as their usual selves; everything else as it is."""
    return unicodedata.normalize("NFKC", ch) if "\ufe10" <= ch <= "\ufe19" or "\ufe30" <= ch <= "\ufe48" else ch


def _turned(turns: int, left: float, right: float, bottom: float, top: float) -> tuple[float, float, float, float]:
    """The box after `turns` quarter turns that bring the text upright."""
    if turns == 3:
        return bottom, top, -right, -left
    if turns == 2:
        return -right, -left, -top, -bottom
    if turns == 1:
        return -top, -bottom, left, right
    return left, right, bottom, top

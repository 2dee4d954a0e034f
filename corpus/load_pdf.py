"""PDF: bytes in, the text layer out as lines in reading order, page by page. The one door to pypdfium2.

PDFium tells each character and its box. From these come lines, columns (read one after the other), table rows (as
`| a | b |`), and columns of vertical writing (joined to one line each). A mark that is set small and high stays glued
to its word, as it is printed.
"""

from __future__ import annotations

import base64
import ctypes
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.legible import is_legible, strange_share

PAGE_LIMIT = 2_000
_UNNAMED = "\ufffd"  # what stands for a glyph that no character map names
_MARKER = (255, 228, 92)  # yellow, which leaves black print readable
IMAGE_LIMIT = 50_000_000  # pixels, of one picture on a page that is to be rendered
_CHARACTER_LIMIT = 200_000  # of one page

_LEADERS = re.compile(r"(?:[ \u3000]?[.．・…‥·]){4,}[ \u3000]*")
_ENDS = re.compile(r"[。．.!?！？:：」』）)】]\s*$")
_BEFORE_NUMBERS = ("$", "¥", "€", "£", "＄", "￥", "(", "（", "△", "▲")
_AFTER_NUMBERS = (")", "%", ")%", "％", "）", "）％")
# What opens an item of a list: a bullet, a box to tick, (1), １, ①, [例1], 注１, a.
_ITEM_MARK = re.compile(
    r"[^\w\s]|[\[(（【]?(?:例|注|別紙|※)?(?:\d{1,3}|[０-９]{1,3}|[ivxIVX]{1,4}|[a-zA-Zア-ン一-十])[\])）】.．:：]?|[①-⓿]"
)
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
    shown = ["" if number in illegible else page.replace(_UNNAMED, "") for number, page in enumerate(pages)]
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
    lines = _lines(glyphs) if start < end else []
    if "\n".join(line for line, _ in lines).replace(_UNNAMED, "") != text:
        return []
    found: list[Place] = []
    at = 0
    for line, row in lines:
        shown = [glyph for char, glyph in zip(line, _glyphs_of(line, row), strict=True) if char != _UNNAMED]
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
    length = 2 if any(_is_cjk(ch) for ch in wanted) else 5
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


Place = tuple[float, float, float, float]  # left, right, bottom, top; in points, y upwards


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and its box in points, y upwards; `gap` when PDFium saw a blank before it that is not drawn."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    gap: bool
    place: Place = (0.0, 0.0, 0.0, 0.0)  # on the page, before it is turned

    @property
    def height(self) -> float:
        return self.top - self.bottom


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
    turns = round(_median(angles) / (3.14159265 / 2)) % 4 if angles else 0
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


# --- Reading order ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Piece:
    """Characters that were drawn one after the other on one line, without a wide gap."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float  # height of the tallest character
    latest: float  # left of the last character
    glyphs: list[Glyph] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


Row = list[Piece]


def layout(glyphs: Sequence[Glyph]) -> str:
    """The text of a page: one line for each printed line, in the order that a person reads.

    An empty line stands where the page leaves a gap of more than a line's usual distance.
    """
    return "\n".join(line for line, _ in _lines(glyphs))


Line = tuple[str, Row]  # as it reads, and the pieces that it was made of; an empty one of none


def _lines(glyphs: Sequence[Glyph]) -> list[Line]:
    if not glyphs:
        return []
    if not _is_vertical(glyphs):
        return _page_lines(glyphs, tables=True)
    # Vertical writing is horizontal writing that was turned: columns become lines, bands become columns.
    across, down = _parted(glyphs)
    turned = [Glyph(g.text, -g.top, -g.bottom, g.left, g.right, g.gap, g.place) for g in down]
    body = _page_lines(turned, tables=False)
    edge = max(glyph.top for glyph in down)
    heading = _page_lines([glyph for glyph in across if glyph.bottom >= edge - 1], tables=False)
    below = _page_lines([glyph for glyph in across if glyph.bottom < edge - 1], tables=False)
    lines: list[Line] = []
    for part in (heading, body, below):
        lines += [("", []), *part] if lines and part else part
    return lines


def _page_lines(glyphs: Sequence[Glyph], *, tables: bool) -> list[Line]:
    pieces = _pieces(glyphs)
    lines: list[Line] = []
    for region in _regions(pieces, tables=tables):
        if lines and lines[-1][0]:
            lines.append(("", []))
        lines += _region_lines(_rows(region), tables=tables)
    return lines


def _is_vertical(glyphs: Sequence[Glyph]) -> bool:
    """Whether most CJK characters stand below the one drawn before them."""
    down = across = 0
    for before, glyph in pairwise(glyphs):
        if not _is_cjk(before.text) or not _is_cjk(glyph.text):
            continue
        size = max(before.height, glyph.height, 1)
        beside = abs((glyph.left + glyph.right) - (before.left + before.right)) / 2
        drop = before.top - glyph.top
        if beside < 0.4 * size and 0.4 * size < drop < 2.5 * size:
            down += 1
        elif abs(drop) < 0.4 * size:
            across += 1
    return down > across and down >= 8


def _parted(glyphs: Sequence[Glyph]) -> tuple[list[Glyph], list[Glyph]]:
    """Characters drawn beside one another (headings and page numbers across the page), and those drawn downwards."""
    across: list[Glyph] = []
    down: list[Glyph] = []
    for before, glyph, after in zip([None, *glyphs], glyphs, [*glyphs[1:], None], strict=False):
        beside = (before is not None and _is_beside(before, glyph)) or (after is not None and _is_beside(glyph, after))
        (across if beside else down).append(glyph)
    return across, down


def _is_beside(before: Glyph, glyph: Glyph) -> bool:
    size = max(before.height, glyph.height, 1)
    return abs(glyph.bottom - before.bottom) < 0.3 * size and -0.3 * size < glyph.left - before.right < 3 * size


def _pieces(glyphs: Sequence[Glyph]) -> list[Piece]:
    pieces: list[Piece] = []
    for glyph in glyphs:
        last = pieces[-1] if pieces else None
        if last and _continues(last, glyph):
            blank = " " if glyph.gap and not last.text.endswith((" ", "\u3000")) and glyph.text != " " else ""
            # PDFium sees a blank wherever Japanese is set wide; a gap that takes half a character is one.
            if blank and _is_cjk(glyph.text) and _is_cjk(last.text[-1]) and glyph.left - last.right < 0.5 * last.size:
                blank = ""
            last.text += blank + glyph.text
            last.glyphs.append(glyph)
            last.right = max(last.right, glyph.right)
            last.latest = glyph.left
            if glyph.height > last.size:
                last.size, last.bottom, last.top = glyph.height, glyph.bottom, glyph.top
        elif glyph.text not in (" ", "\u00a0"):
            place = (glyph.left, glyph.right, glyph.bottom, glyph.top)
            pieces.append(Piece(glyph.text, *place, glyph.height, glyph.left, [glyph]))
    for piece in pieces:
        piece.text = piece.text.replace("\u00a0", " ")
    return [piece for piece in pieces if piece.text.strip()]


def _continues(piece: Piece, glyph: Glyph) -> bool:
    if _overlap(piece.bottom, piece.top, glyph.bottom, glyph.top) < 0.5 * min(piece.size, glyph.height):
        return False
    # The letters of a ligature come one by one, each with the whole ligature's box.
    if abs(glyph.left - piece.latest) < 0.01 * piece.size:
        return True
    return -0.6 * piece.size <= glyph.left - piece.right <= 0.9 * max(piece.size, 1)


def _overlap(low: float, high: float, other_low: float, other_high: float) -> float:
    return min(high, other_high) - max(low, other_low)


def _rows(pieces: Sequence[Piece]) -> list[Row]:
    """Pieces that stand on one line together, lines from the top down, pieces from the left."""
    rows: list[Row] = []
    for piece in sorted(pieces, key=lambda piece: -piece.middle):
        for row in reversed(rows[-4:]):
            tallest = max(row, key=lambda other: other.size)
            shared = _overlap(tallest.bottom, tallest.top, piece.bottom, piece.top)
            collides = any(
                _overlap(other.left, other.right, piece.left, piece.right) > 0.5 * min(other.size, piece.size)
                for other in row
            )
            if shared >= 0.6 * min(tallest.size, piece.size) and not collides:
                row.append(piece)
                break
        else:
            rows.append([piece])
    for row in rows:
        row.sort(key=lambda piece: piece.left)
    return rows


def _regions(pieces: list[Piece], *, tables: bool, depth: int = 0) -> list[list[Piece]]:
    """The pieces in groups to be read one after the other: a page in columns is cut at its gutters."""
    gutter = _gutter(pieces) if depth < 4 and len(pieces) >= 6 else None
    if gutter is None:
        return [pieces] if pieces else []
    regions: list[list[Piece]] = []
    plain: list[Piece] = []  # what is not in columns, in one region until columns come
    for band in _bands(pieces, gutter, tables=tables):
        left = [piece for piece in band if piece.right <= gutter + 1]
        right = [piece for piece in band if piece.right > gutter + 1]
        if not _are_columns(left, right, tables=tables):
            plain += band
            continue
        if plain:
            regions.append(plain)
            plain = []
        regions += _regions(left, tables=tables, depth=depth + 1)
        regions += _regions(right, tables=tables, depth=depth + 1)
    return [*regions, plain] if plain else regions


def _bands(pieces: Sequence[Piece], gutter: float, *, tables: bool) -> list[list[Piece]]:
    """The pieces from the top down, cut wherever one crosses the gutter, and where columns turn into a table or back.

    White space across the page is where that may happen; neighbours of one kind stay together, so that a paragraph's
    end in both columns at once parts nothing.
    """
    bands: list[tuple[str, list[Piece]]] = []
    rows = _rows(pieces) if tables else [[piece] for piece in sorted(pieces, key=lambda piece: -piece.middle)]
    pitches = [_baseline(above) - _baseline(below) for above, below in pairwise(rows)]
    stretch: list[Piece] = []
    for index, row in enumerate(rows):
        crossing = any(piece.left < gutter - 1 and piece.right > gutter + 1 for piece in row)
        if crossing or (tables and index and _is_gap(pitches, index - 1)):
            _add_band(bands, stretch, gutter, tables=tables)
            stretch = []
        if crossing:
            bands.append(("crossing", list(row)))
        else:
            stretch += row
    _add_band(bands, stretch, gutter, tables=tables)
    return [band for _, band in bands]


def _add_band(bands: list[tuple[str, list[Piece]]], stretch: list[Piece], gutter: float, *, tables: bool) -> None:
    if not stretch:
        return
    left = [piece for piece in stretch if piece.right <= gutter + 1]
    right = [piece for piece in stretch if piece.right > gutter + 1]
    last = bands[-1][0] if bands else ""
    if _are_columns(left, right, tables=tables):
        kind = "columns"
    elif last in ("columns", "table") and len(_rows(stretch)) < 3 and _is_whole(left) and _is_whole(right):
        kind = last  # too short to tell by itself
    else:
        kind = "table"
    if kind == last:
        bands[-1][1].extend(stretch)
    else:
        bands.append((kind, list(stretch)))


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """The x in the middle of the widest strip that few pieces cross, with text enough on both sides of it."""
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    size = _median([piece.size for piece in pieces])
    if right - left < 20 * size:
        return None
    cells = int(right - left) + 1
    change = [0] * (cells + 2)
    for piece in pieces:
        change[max(0, int(piece.left - left))] += 1
        change[min(cells, int(piece.right - left) + 1)] -= 1
    crossing: list[int] = []
    for step in change[:cells]:
        crossing.append(step + (crossing[-1] if crossing else 0))
    # The strip has to lie inside: each side at least a fifth of the width.
    inside = range(int(0.2 * cells), int(0.8 * cells))
    least = min(crossing[x] for x in inside)
    if least > 0.4 * len(pieces):
        return None
    best = (0, 0.0)
    start = None
    for x in [*inside, None]:
        if x is not None and crossing[x] == least:
            start = x if start is None else start
        elif start is not None:
            end = x if x is not None else inside[-1] + 1
            best = max(best, (end - start, (start + end) / 2))
            start = None
    return left + best[1] if best[0] >= 0.4 * size else None


def _are_columns(left: Sequence[Piece], right: Sequence[Piece], *, tables: bool) -> bool:
    """Whether the two sides are to be read one after the other: both hold running text, or no table is to be feared."""
    if not tables:
        return len(_rows(left)) >= 3 and len(_rows(right)) >= 3
    return _is_running_text(left) and _is_running_text(right)


def _is_running_text(pieces: Sequence[Piece]) -> bool:
    """Three lines or more, many as wide as their side, one piece a line, few digits."""
    rows = _rows(pieces)
    if len(rows) < 3:
        return False
    size = _median([piece.size for piece in pieces])
    width = max(piece.right for piece in pieces) - min(piece.left for piece in pieces)
    full = [row[-1].right - row[0].left >= 0.7 * width for row in rows]
    digits = sum(ch.isdigit() for piece in pieces for ch in piece.text) / sum(len(piece.text) for piece in pieces)
    return width >= 10 * size and sum(full) >= 0.4 * len(rows) and digits < 0.3 and _is_whole(pieces)


def _is_whole(pieces: Sequence[Piece]) -> bool:
    """Whether nearly every line is without a gap of two characters."""
    rows = _rows(pieces)
    whole = [all(b.left - a.right < 2 * max(a.size, b.size) for a, b in pairwise(row)) for row in rows]
    return sum(whole) >= 0.8 * len(rows)


# --- Lines and tables ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row of a table."""

    text: str
    left: float
    right: float


def _region_lines(rows: Sequence[Row], *, tables: bool) -> list[Line]:
    cells = [_cells(row) for row in rows]
    in_table = _table_rows(rows, cells) if tables else [False] * len(rows)
    columns = _columns_of_tables(cells, in_table)
    pitches = [_baseline(above) - _baseline(below) for above, below in pairwise(rows)]
    edge = max((row[-1].right for row in rows), default=0.0)
    lines: list[Line] = []
    for index, row in enumerate(rows):
        if index and _is_gap(pitches, index - 1) and not (in_table[index] and in_table[index - 1]):
            # A full line without a sentence's end goes on in the next, unless the gap is plain or the letters change.
            above = rows[index - 1]
            alike = abs(_height(above) - _height(row)) < 0.05 * _height(row)
            goes_on = alike and above[-1].right > edge - 2 * row[0].size and not _ENDS.search(above[-1].text)
            if not goes_on or _is_gap(pitches, index - 1, at_least=1.6):
                lines.append(("", []))
        if in_table[index]:
            lines.append(("| " + " | ".join(_in_columns(cells[index], columns[index])) + " |", row))
        else:
            line = _LEADERS.sub(" ", _joined(row)).rstrip()
            if line.strip("| "):
                lines.append((line, row))
    return lines


def _columns_of_tables(cells: Sequence[Sequence[Cell]], in_table: Sequence[bool]) -> list[list[tuple[float, float]]]:
    """For each row, the (left, right) of its table's columns, as its fullest rows show them; none outside tables.

    A table goes on over a single line that is none of its rows.
    """
    columns: list[list[tuple[float, float]]] = [[] for _ in cells]
    rows = [index for index, inside in enumerate(in_table) if inside]
    start = 0
    for place in range(1, len(rows) + 1):
        if place < len(rows) and rows[place] - rows[place - 1] <= 2:
            continue
        block = rows[start:place]
        most = max(len(cells[index]) for index in block)
        spans: list[tuple[float, float]] = []
        for left, right in sorted(
            (c.left, c.right) for index in block if len(cells[index]) == most for c in cells[index]
        ):
            if spans and left < spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], right))
            else:
                spans.append((left, right))
        for index in block:
            columns[index] = spans
        start = place
    return columns


def _in_columns(cells: Sequence[Cell], columns: Sequence[tuple[float, float]]) -> list[str]:
    """The texts of the cells, with an empty one for each column that the row leaves out.

    Where the cells cannot be told to stand in columns of their own, one after the other, they come as they are.
    """
    texts = [cell.text for cell in cells]
    if len(cells) >= len(columns):
        return texts
    places: list[int] = []
    for cell in cells:
        shared = [_overlap(cell.left, cell.right, *column) for column in columns]
        # A heading over several columns stands in the first of them.
        place = next((number for number, width in enumerate(shared) if width > 0), None)
        if place is None or (places and place <= places[-1]):
            return texts
        places.append(place)
    filled = [""] * len(columns)
    for place, text in zip(places, texts, strict=True):
        filled[place] = text
    return filled


def _is_gap(pitches: Sequence[float], index: int, at_least: float = 1.2) -> bool:
    """Whether the distance of two lines is more than `at_least` times one beside it: the end of a paragraph."""
    beside = [*pitches[max(0, index - 1) : index], *pitches[index + 1 : index + 2]]
    return bool(beside) and pitches[index] > at_least * min(beside)


def _height(row: Row) -> float:
    return max(piece.size for piece in row)


def _baseline(row: Row) -> float:
    return max(row, key=lambda piece: piece.size).bottom


def _joined(row: Row) -> str:
    """The row as one line; pieces that touch are glued, others parted by one blank."""
    line = row[0].text
    for before, piece in pairwise(row):
        touching = piece.left - before.right < 0.15 * max(before.size, piece.size)
        line = line + piece.text if touching else line.rstrip() + " " + piece.text.lstrip()
    return line


def _cells(row: Row) -> list[Cell]:
    """The row cut at its wide gaps and its dotted leaders; a currency or percent sign joins its number."""
    groups: list[Row] = [[row[0]]]
    for before, piece in pairwise(row):
        size = max(before.size, piece.size)
        gap = piece.left - before.right
        numbers = _ends_as_number(before.text) and _begins_as_number(piece.text)
        if gap >= (0.8 if numbers else 1.2) * size:
            groups.append([piece])
        else:
            groups[-1].append(piece)
    cells: list[Cell] = []
    for group in groups:
        parts = [part.strip() for part in _LEADERS.split(_joined(group)) if part and part.strip("| ")]
        for number, part in enumerate(parts):
            # Of what leaders part, the first begins at the left and the last ends at the right.
            left = group[0].left if number == 0 else group[-1].right - 1
            right = group[-1].right if number == len(parts) - 1 else group[0].left + 1
            text = part.replace("|", "/")
            if cells and (cells[-1].text in _BEFORE_NUMBERS or text in _AFTER_NUMBERS):
                cells[-1] = Cell(cells[-1].text + text, cells[-1].left, right)
            else:
                cells.append(Cell(text, left, right))
    return cells


def _ends_as_number(text: str) -> bool:
    return bool(re.search(r"[\d%％)）\-–—―]\s*$", text))


def _begins_as_number(text: str) -> bool:
    return bool(re.match(r"\s*[\d$¥￥€£△▲(（\-–—―]", text))


def _table_rows(rows: Sequence[Row], cells: Sequence[Sequence[Cell]]) -> list[bool]:
    """Which rows are a table's: two cells or more, and a gap that stands above or below a gap of the next such row.

    A row of one cell between two table rows ends nothing; it stays a line of its own.
    """
    gaps = [_gaps(row) if len(cell) > 1 and not _is_item(cell) else [] for row, cell in zip(rows, cells, strict=True)]
    many = [index for index, row_gaps in enumerate(gaps) if row_gaps]
    found = [False] * len(rows)
    for above, below in pairwise(many):
        if below - above <= 2 and any(_overlap(*a, *b) > 1 for a in gaps[above] for b in gaps[below]):
            found[above] = found[below] = True
    return found


def _is_item(cells: Sequence[Cell]) -> bool:
    """Whether this is a list's item: a bullet or a number, and then its text."""
    return len(cells) == 2 and _ITEM_MARK.fullmatch(cells[0].text) is not None and not cells[1].text[:1].isdigit()


def _gaps(row: Row) -> list[tuple[float, float]]:
    size = max(piece.size for piece in row)
    return [(a.right, b.left) for a, b in pairwise(row) if b.left - a.right >= 0.8 * size]


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _is_cjk(ch: str) -> bool:
    return (
        "\u3000" <= ch <= "\u30ff"
        or "\u3400" <= ch <= "\u9fff"
        or "\uf900" <= ch <= "\ufaff"
        or "\uff01" <= ch <= "\uff9f"
    )

"""A page of a kept PDF is drawn as it is printed, and the quoted passage is marked where it stands."""

from __future__ import annotations

import base64
import dataclasses
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from assistant.web.page_pictures import PagePictures, Picture, page_count
from corpus.announce import announce
from corpus.announcement import Announcement
from corpus.errors import OriginalMissing, UnreadableFile
from corpus.load import load_bytes
from corpus.load_pdf import page_picture, parse
from corpus.originals import Originals
from corpus.source import Source

WIDE, HIGH = 600, 800  # points of a page
LINES = [
    "Hamanasu Bridges opens its yard",
    "",
    "Hamanasu Bridges opened a yard in Oslo on 7 June 2021. The yard",
    "has two cranes, and forty people work there all through the year.",
]
ROWS = [("Item", "FY2023", "FY2024"), ("Sales", "1,234", "2,345"), ("Costs", "900", "800"), ("Profit", "334", "1,545")]


def pdf(draw: Callable[[Canvas], None], *, turn: int = 0) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDE, HIGH))
    canvas.setPageRotation(turn)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def two_pages(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 14)
    for number, line in enumerate(LINES):
        canvas.drawString(60, 700 - 20 * number, line)
    canvas.showPage()
    canvas.setFont("Helvetica", 14)
    canvas.drawString(60, 740, "The yard was paid for in three years, as the table below shows.")
    for number, row in enumerate(ROWS):
        for place, cell in enumerate(row):
            canvas.drawString(60 + 160 * place, 600 - 24 * number, cell)


def one_page(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 14)
    for number, line in enumerate(LINES):
        canvas.drawString(60, 500 - 20 * number, line)


def image_of(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def boxes(data: bytes, number: int, words: str) -> tuple[list[list[int]], Image.Image]:
    text = parse(data)["pages"][number]
    start = text.index(words)
    drawn = page_picture(data, number=number, width=WIDE, text=text, start=start, end=start + len(words))
    return drawn["boxes"], image_of(base64.b64decode(drawn["png"]))


def yellow(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Where a marker went over the picture: left, top, right, bottom."""
    return image.convert("HSV").split()[1].point(lambda value: 255 if value > 100 else 0).getbbox()


def test_a_passage_is_marked_on_its_own_line_and_no_further() -> None:
    ((left, top, right, bottom),), image = boxes(pdf(two_pages), 0, "in Oslo on 7 June 2021")
    assert image.size == (WIDE, HIGH)
    assert top < HIGH - 660 < bottom + 4
    assert bottom - top < 25
    assert 150 < left < right < 450
    assert image.getpixel((left, top)) == (255, 228, 92)
    assert image.getpixel((left - 5, top)) == (255, 255, 255)


def test_a_passage_over_two_lines_is_marked_on_both() -> None:
    found, _ = boxes(pdf(two_pages), 0, "The yard\nhas two cranes")
    assert len(found) == 2
    assert found[0][1] < found[1][1]


def test_a_row_of_a_table_is_marked() -> None:
    ((left, top, right, _),), _ = boxes(pdf(two_pages), 1, "| Sales | 1,234 | 2,345 |")
    assert left in range(56, 64)
    assert right > 380
    assert HIGH - 600 + 24 - 20 < top < HIGH - 600 + 24


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_marked_where_it_is_shown(turn: int) -> None:
    ((left, top, right, bottom),), image = boxes(pdf(one_page, turn=turn), 0, "in Oslo on 7 June 2021")
    assert 0 <= left < right <= image.width
    assert 0 <= top < bottom <= image.height
    dark = image.crop((left, top, right, bottom)).convert("L").point(lambda value: 255 if value < 90 else 0)
    assert dark.getbbox(), "there are letters under the mark"
    along, across = (bottom - top, right - left) if turn in (90, 270) else (right - left, bottom - top)
    assert along > 3 * across


def test_a_page_with_another_text_is_drawn_without_a_mark() -> None:
    drawn = page_picture(pdf(two_pages), number=0, text="read with OCR", start=0, end=4)
    assert drawn["boxes"] == []


@pytest.mark.parametrize("number", [-1, 2, 10**6])
def test_a_page_that_is_not_there_is_said(number: int) -> None:
    with pytest.raises(UnreadableFile, match="no page"):
        page_picture(pdf(two_pages), number=number)


@pytest.mark.parametrize("size", [(14_000, 20), (20, 14_000), (1, 1)])
def test_a_page_of_any_shape_becomes_no_huge_picture(size: tuple[int, int]) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    canvas.drawString(1, 1, "x")
    canvas.save()
    image = image_of(base64.b64decode(page_picture(out.getvalue(), number=0, width=500)["png"]))
    assert image.width <= 510
    assert image.height <= 2010


# --- Of an announcement -------------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Announcement, PagePictures]:
    (source,) = load_bytes(pdf(two_pages), "yard.pdf")
    assert isinstance(source, Source)
    assert source.original
    originals = Originals(tmp_path)
    announcement = dataclasses.replace(announce(source), original=originals.keep(source.original))
    return announcement, PagePictures(originals)


def test_a_passage_of_the_clean_text_is_marked_on_its_page(kept: tuple[Announcement, PagePictures]) -> None:
    announcement, pictures = kept
    assert page_count(announcement) == 2
    start = announcement.text.index("forty people")
    here = Picture.of(announcement, 1, start, start + len("forty people"))
    assert here.text[here.start : here.end] == "forty people"
    assert yellow(image_of(pictures.draw(here)))
    there = Picture.of(announcement, 2, start, start + len("forty people"))
    assert there.start == there.end
    assert yellow(image_of(pictures.draw(there))) is None


def test_a_passage_over_two_pages_is_marked_on_each(kept: tuple[Announcement, PagePictures]) -> None:
    announcement, _ = kept
    start, end = announcement.text.index("all through"), announcement.text.index("three years")
    first, second = (Picture.of(announcement, number, start, end) for number in (1, 2))
    assert first.text[first.start : first.end] == "all through the year."
    assert second.text[second.start : second.end].strip() == "The yard was paid for in"


def test_a_picture_is_drawn_once_and_known_by_its_tag(kept: tuple[Announcement, PagePictures]) -> None:
    announcement, pictures = kept
    picture = Picture.of(announcement, 1)
    assert pictures.draw(picture) is pictures.draw(picture)
    other, marked = Picture.of(announcement, 2), Picture.of(announcement, 1, 0, 5)
    assert len({picture.etag, other.etag, marked.etag}) == 3
    assert Picture.of(announcement, 2, 0, 5).etag == other.etag, "the passage stands on page 1"


def test_without_the_file_there_is_no_picture(kept: tuple[Announcement, PagePictures], tmp_path: Path) -> None:
    announcement, _ = kept
    with pytest.raises(OriginalMissing):
        PagePictures(Originals(tmp_path / "elsewhere")).draw(Picture.of(announcement, 1))
    assert page_count(dataclasses.replace(announcement, original="")) == 0
    with pytest.raises(IndexError):
        Picture.of(announcement, 3)

"""Scans are read with Tesseract where it is installed, and only when asked."""

import io
import os
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus import ocr
from corpus.load import load
from corpus.source import Rejection, Source

IPA = Path("/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf")
LINES = ["中間支払いの受領に関するお知らせ", "打ち上げは2022年11月の予定です。"]
needs_tesseract = pytest.mark.skipif(
    not (ocr.is_available() and IPA.exists()) and not os.environ.get("CI"),
    reason="needs Debian's tesseract-ocr, tesseract-ocr-jpn and fonts-ipafont-gothic",
)


@pytest.fixture
def scan(tmp_path):
    """A PDF of one page that is a picture of text, and one page that is text."""
    picture = Image.new("L", (1654, 500), 255)
    pen = ImageDraw.Draw(picture)
    for line, text in enumerate(LINES):
        pen.text((100, 100 + 120 * line), text, font=ImageFont.truetype(str(IPA), 56), fill=0)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.drawImage(ImageReader(picture), 0, 500, width=595, height=180)
    canvas.showPage()
    canvas.save()
    (tmp_path / "scan.pdf").write_bytes(out.getvalue())
    return tmp_path / "scan.pdf"


@needs_tesseract
def test_a_scan_is_read_when_asked(scan):
    (item,) = load(scan, ocr=True)
    assert isinstance(item, Source)
    text = "".join(item.pages[0].split())
    # Tesseract mistakes a character or two, other ones in each version.
    assert SequenceMatcher(None, text, "".join(LINES)).ratio() >= 0.9


@needs_tesseract
def test_a_scan_is_rejected_with_the_way_out_when_not_asked(scan):
    (item,) = load(scan)
    assert isinstance(item, Rejection)
    assert "--ocr" in item.reason


@needs_tesseract
def test_a_picture_page_between_text_pages_is_read_too(tmp_path):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.drawString(60, 700, "The first page has a text layer.")
    canvas.showPage()
    picture = Image.new("L", (1654, 300), 255)
    ImageDraw.Draw(picture).text((100, 100), "The second is a picture", font=ImageFont.truetype(str(IPA), 64), fill=0)
    canvas.drawImage(ImageReader(picture), 0, 600, width=595, height=108)
    canvas.showPage()
    canvas.save()
    (tmp_path / "mixed.pdf").write_bytes(out.getvalue())
    (item,) = load(tmp_path / "mixed.pdf", ocr=True)
    assert isinstance(item, Source)
    assert item.pages[0] == "The first page has a text layer."
    assert "picture" in item.pages[1]


def test_a_missing_tesseract_is_said_with_what_to_install(monkeypatch, tmp_path):
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rect(9, 9, 9, 9, fill=1)
    canvas.save()
    (tmp_path / "a.pdf").write_bytes(out.getvalue())
    monkeypatch.setenv("PATH", str(tmp_path))
    (item,) = load(tmp_path / "a.pdf", ocr=True)
    assert isinstance(item, Rejection)
    assert "tesseract-ocr-jpn" in item.reason

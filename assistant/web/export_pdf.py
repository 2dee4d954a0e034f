"""A conversation as PDF; ReportLab's one door. Exchanges in, the bytes of a file out.

Japanese is set in a font of the reader's viewer (the standard Heisei Gothic of PDF), so that none has to be shipped.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import re

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from assistant.web.conversation import Conversation
from assistant.web.export import Kind, parts_of
from assistant.web.render import language_of
from assistant.web.words import WORDS
from corpus.announcement import Language

_JAPANESE, _LATIN = "HeiseiKakuGo-W5", "Helvetica"
_IN_LATIN = re.compile(r"[\u0020-\u007e\u00a0-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac\u2122]+")
_INK, _SOFT, _ACCENT = HexColor("#1b2530"), HexColor("#51606e"), HexColor("#174a7c")


def as_pdf(conversation: Conversation, interface: Language, *, now: dt.datetime) -> bytes:
    """The conversation as an A4 document, its pages numbered."""
    pdfmetrics.registerFont(UnicodeCIDFont(_JAPANESE))
    story = [Paragraph(_set(text), _style(kind, text)) for kind, text in parts_of(conversation, interface, now=now)]
    file = io.BytesIO()
    margins = {"leftMargin": 20 * mm, "rightMargin": 20 * mm, "topMargin": 20 * mm, "bottomMargin": 22 * mm}
    document = SimpleDocTemplate(file, pagesize=A4, title=WORDS[interface]["title"], lang=interface, **margins)
    document.build(story, onFirstPage=_numbered, onLaterPages=_numbered)
    return file.getvalue()


def _set(text: str) -> str:
    """`text` as ReportLab's markup, in which it is nothing but text; what is Latin in a Latin font."""
    lines = "\n".join(text.splitlines()).strip().split("\n")
    return "<br/>".join(
        _IN_LATIN.sub(lambda run: f'<font name="{_LATIN}">{html.escape(run[0])}</font>', line) for line in lines
    )


def _style(kind: Kind, text: str) -> ParagraphStyle:
    sizes = {"title": 18.0, "question": 13.0, "told": 10.5, "source": 10.0, "quote": 9.5, "url": 8.5, "facts": 8.5}
    size = sizes[kind]
    return ParagraphStyle(
        kind,
        fontName=_JAPANESE,
        fontSize=size,
        leading=size * 1.6,
        textColor={"question": _ACCENT, "facts": _SOFT, "quote": _SOFT, "url": _SOFT}.get(kind, _INK),
        spaceBefore={"question": 16, "source": 6}.get(kind, 0),
        spaceAfter={"title": 6, "question": 4, "source": 1}.get(kind, 4),
        leftIndent={"quote": 12, "url": 12}.get(kind, 0),
        keepWithNext=kind in ("question", "source"),
        # Japanese breaks between any two characters, English between words; addresses have neither.
        wordWrap="CJK" if kind == "url" or language_of(text) == "ja" else None,
    )


def _numbered(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.setFont(_LATIN, 8)
    canvas.setFillColor(_SOFT)
    canvas.drawCentredString(A4[0] / 2, 12 * mm, str(document.page))

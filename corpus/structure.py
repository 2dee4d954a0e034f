"""Structure: clean text in, its sections (title, lead, quotations with speakers, captions, …) and footnotes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.announcement import Footnote, Section, SectionKind
from corpus.clean import Clean, without
from corpus.dates import PartialDate
from corpus.people import split_caption, split_person
from corpus.sentences import sentences
from corpus.values import values

_SENTENCE_END = re.compile(r"[。．！？!?.…][」』）)”’\"'\]]*$|[」』]$")
_HEADING_MARK = re.compile(r"[■◼◾▪□◆◇●○▶►★☆]|【[^】]*】|\d{1,2}[.．]\s?\D|[0-9０-９]{1,2}[^\d\s、。]{2,}")
_LIST_ITEM = re.compile(r"(?:[-–—•‣⁃・*]\s?|[（(][0-9０-９一二三四五六七八九十]{1,2}[)）]|[①-⑳]|\d{1,2}[.)]\s)\S")
_CAPTION = re.compile(r"[（(]?(?:写真|左から|右から|前列|後列|photo\b|from left|left to right|pictured)", re.IGNORECASE)
_BOILERPLATE = re.compile(
    r"(?:この要約|本要約)について$|^About this digest$|会社概要$|^Company (?:Profile|Overview)|将来.{0,12}(?:見通し|記述|予測)|forward[- ]looking|safe harbor|免責|^Disclaimer",
    re.IGNORECASE,
)
_ABOUT_COMPANY_JA = re.compile(
    r"(?:株式会社|有限会社|合同会社|法人|機構|財団|大学|https?://|\binc\b|\bLtd\b|\bS\.A\b|グループ|当社|弊社).*について$",
    re.IGNORECASE,
)
_ABOUT_EN = re.compile(r"^(?:■|◼|●)?\s?About\s+\S")
_CONTACT = re.compile(
    r"(?:お問い?合わせ|問合せ先|連絡先|報道関係|Media (?:Contact|Relations|Inquiries)|Investor (?:Contact|Relations)|^Contacts?\b)",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"(?:の|から(?:の)?)?(?:コメント|挨拶|メッセージ)$|^(?:Comments?|Message|Statement) (?:from|by|of)\s", re.IGNORECASE
)
_SAID = re.compile(
    r"[”\"],?\s*(?:said|says|commented|stated|added|noted|explained)\s+(?P<who>[A-Z][^.;”\"]{3,120})|[”\"],?\s*(?P<who2>[A-Z][^.;”\"]{3,80}?),?\s+(?:said|says|commented|stated|added|noted|explained)\b"
)
_NOT_A_TITLE = re.compile(
    r"(?:press release|news release|news|for immediate release|プレスリリース|ニュースリリース|報道関係者各位|各\s?位|お知らせ|form [0-9a-z-]+|united states|securities and exchange commission|current report)[\s:：]*",
    re.IGNORECASE,
)
_NOTE_LINE = re.compile(
    r"(?P<mark>[ivx]{1,5}(?=\s)|※\d*|\*\d+|[†‡§]|[（(]?注\s?\d*[)）]?(?=[\s:：])|[（(]注\s?\d*[)）]|\[\d+\]|[¹²³⁴-⁹]+|[（(]※\d*[)）])[\s:：.]*(?P<body>\S.*)"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Structure:
    """What `structure` found; `clean` is the text without the footnote marks that it tied to their notes."""

    clean: Clean
    title: str
    sections: tuple[Section, ...]
    footnotes: tuple[Footnote, ...]
    dateline: PartialDate | None  # the date printed at the head


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    end: int
    text: str
    marked: bool  # a heading by the source's own marks


def structure(cleaned: Clean, *, title: str | None = None) -> Structure:
    """Sections and footnotes of `cleaned`; `title` is what the source states, else the first line that can be one."""
    lifted, footnotes = _lift_footnotes(cleaned)
    blocks = list(_blocks(lifted))
    title_block = _title_block(blocks, title)
    sections = tuple(_sections(blocks, title_block, footnotes))
    found = title or (title_block.text if title_block else "") or (blocks[0].text[:80] if blocks else "")
    return Structure(lifted, " ".join(found.split()), sections, footnotes, _dateline(blocks, title_block))


# --- footnotes ---------------------------------------------------------------------------------------------------------


def _lift_footnotes(cleaned: Clean) -> tuple[Clean, tuple[Footnote, ...]]:
    """Tie each note to the marks that refer to it, and take those marks out of the running text."""
    notes = [
        (match["mark"], line.start(), line.end(), match["body"])
        for line in re.finditer(r"[^\n]+", cleaned.text)
        if (match := _NOTE_LINE.match(line.group()))
    ]
    marks: dict[tuple[int, int], int] = {}  # span of a mark in the running text → its note
    note_starts = {start for _, start, _, _ in notes}
    for number, (mark, start, _, _) in enumerate(notes):
        for span in _references(cleaned.text, mark, start):
            at_line_start = span[0] in note_starts
            if not at_line_start and not any(span[0] < other[1] and other[0] < span[1] for other in marks):
                marks[span] = number
    spans = sorted(marks)
    lifted = without(cleaned, spans)

    def moved(offset: int) -> int:
        return offset - sum(min(end, offset) - start for start, end in spans if start < offset)

    footnotes = []
    for number, (mark, start, end, body) in enumerate(notes):
        anchors = tuple(_qualified(lifted.text, moved(span[0])) for span in spans if marks[span] == number)
        if anchors:
            footnotes.append(Footnote(mark.strip(), moved(start), moved(end), anchors, _as_of(body)))
    return lifted, tuple(footnotes)


def _references(text: str, mark: str, before: int) -> Iterator[tuple[int, int]]:
    if re.fullmatch(r"[ivx]+", mark):
        # Glued to a Japanese character or a figure, as a superscript comes out of a PDF: 11月iに, 2022年 iiiに.
        pattern = rf"(?<=[\u3041-\u30ff\u4e00-\u9fff0-9）」]) ?{mark}(?![A-Za-z])"
    else:
        pattern = r"\s?" + re.escape(mark) + (r"(?!\d)" if mark[-1].isdigit() else "")
    for match in re.finditer(pattern, text[:before]):
        if match.start() and text[match.start()] != "\n" and text[match.start() - 1] != "\n":
            yield match.span()


_QUALIFIERS = re.compile(
    r"(?:最短で|早ければ|遅くとも|約|およそ|最大|最短|as early as|no earlier than|not before|at the earliest in|by|in|about|approximately|up to|around)\s?$",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"(?:[\u4e00-\u9fff々ァ-ヶー\w.&'-]+)[」』）)”\"]?$")


def _qualified(text: str, at: int) -> tuple[int, int]:
    """The words that a mark after `at` qualifies: the value that ends there with its qualifier, else the last word."""
    line_start = text.rfind("\n", 0, at) + 1
    line = text[line_start:at]
    for value in values(line):
        if value.end == len(line.rstrip()):
            start = value.start
            while qualifier := _QUALIFIERS.search(line[:start]):
                start = qualifier.start()
            return line_start + start, line_start + value.end
    word = _LAST_WORD.search(line.rstrip())
    return (line_start + word.start(), line_start + word.end()) if word else (line_start, at)


def _as_of(note: str) -> PartialDate | None:
    if not re.search(r"時点|現在|想定|as of|as at|assum|expect|plan|stated|when", note, re.IGNORECASE):
        return None
    return next((value.date for value in values(note) if value.date), None)


# --- sections ----------------------------------------------------------------------------------------------------------


def _blocks(cleaned: Clean) -> Iterator[_Block]:
    marked = frozenset(cleaned.headings)
    for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", cleaned.text):
        yield _Block(match.start(), match.end(), match.group(), match.start() in marked)


def _is_dateline(text: str) -> bool:
    if len(text) > 80 or _SENTENCE_END.search(text):
        return False
    covered = sum(value.end - value.start for value in values(text) if value.date)
    return covered >= 0.4 * len(text)


def _title_block(blocks: list[_Block], title: str | None) -> _Block | None:
    wanted = "".join((title or "").split())
    for block in blocks[:12]:
        if wanted and "".join(block.text.split()) == wanted:
            return block
    if title:
        return None
    marked = next((block for block in blocks[:6] if block.marked), None)
    if marked:
        return marked
    for block in blocks[:10]:
        plain = not _is_dateline(block.text) and not _NOT_A_TITLE.fullmatch(block.text) and "\n" not in block.text
        if plain and 8 <= len(block.text) <= 160 and not _SENTENCE_END.search(block.text):
            return block
    return None


def _dateline(blocks: list[_Block], title: _Block | None) -> PartialDate | None:
    """The date that stands alone at the head, or opens the first paragraph ("TOKYO, September 22, 2022 – …")."""
    for block in blocks[:6]:
        if block is not title and _is_dateline(block.text):
            return next((value.date for value in values(block.text) if value.date and value.date.month), None)
    for block in blocks[:6]:
        opening = re.match(r"[^.。]{0,60}?(?:\s[-–—]{1,2}\s|[／/])", block.text)
        if block is not title and opening:
            dates = [value.date for value in values(opening.group()) if value.date and value.date.day]
            if dates:
                return dates[0]
    return None


def _sections(blocks: list[_Block], title: _Block | None, footnotes: tuple[Footnote, ...]) -> Iterator[Section]:
    note_starts = {note.start for note in footnotes}
    heading: str | None = None
    mode: SectionKind | None = None  # what a heading made of everything below it
    speaker, role = "", ""
    lead_seen = False
    length = blocks[-1].end if blocks else 0
    for block in blocks:
        text = block.text
        if title is not None and block.start == title.start:
            yield Section("title", block.start, block.end)
            continue
        if block.start in note_starts or any(block.start <= start < block.end for start in note_starts):
            yield Section("footnote", block.start, block.end, heading)
            continue
        if not lead_seen and _is_dateline(text):
            yield Section("dateline", block.start, block.end)
            continue
        if _is_heading(block):
            heading = text
            mode = _mode(text, block.start / max(1, length))
            if _COMMENT.search(text):
                speaker, role = split_person(_COMMENT.sub("", text).strip(" ■◼◾●◆□◇【】"))
                mode = "quotation"
            yield Section("boilerplate" if mode == "boilerplate" else "heading", block.start, block.end, heading)
            continue
        kind = mode or _kind(text)
        if kind == "quotation" and mode == "quotation" and text[0] not in '「『“"' and _kind(text) != "quotation":
            kind = "body"
        if kind == "body" and not lead_seen and len(text) > 30:
            kind, lead_seen = "lead", True
        if kind == "quotation" and mode != "quotation":
            said = _SAID.search(text)
            speaker, role = split_person((said["who"] or said["who2"]).strip()) if said else ("", "")
        if kind == "quotation":
            yield Section(kind, block.start, block.end, heading, speaker or None, role or None)
        elif kind == "caption":
            yield Section(kind, block.start, block.end, heading, people=split_caption(text))
        else:
            yield Section(kind, block.start, block.end, heading)


def _is_heading(block: _Block) -> bool:
    text = block.text
    if "\n" in text or len(text) > 120 or _CAPTION.match(text):
        return False
    if block.marked:
        return True
    if _SENTENCE_END.search(text) or "|" in text or _LIST_ITEM.match(text):
        return False
    if _COMMENT.search(text) or _HEADING_MARK.match(text):
        return True
    return (
        len(text) <= 45
        and len(sentences(text)) == 1
        and not re.search(r"[:：]|https?://|\d{3}|[、,]\s?$", text)
        and not text[0].islower()
    )


def _mode(heading: str, where: float) -> SectionKind | None:
    if _BOILERPLATE.search(heading) or _ABOUT_COMPANY_JA.search(heading) or (_ABOUT_EN.search(heading) and where > 0.4):
        return "boilerplate"
    return "contact" if _CONTACT.search(heading) else None


def _kind(text: str) -> SectionKind:
    if "|" in text or re.search(r"\S\t+\S", text):
        return "table"
    if _CAPTION.match(text):
        return "caption"
    if _LIST_ITEM.match(text):
        return "list"
    if text[0] in "「『" and text.rstrip()[-1] in "」』" and len(text) > 20:
        return "quotation"
    if text[0] in '“"' and (_SAID.search(text) or text.rstrip()[-1] in '”"'):
        return "quotation"
    if _CONTACT.match(text) and len(text) < 200:
        return "contact"
    return "body"

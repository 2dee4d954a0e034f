"""Cleaning: a Source's raw pages in, clean text out, with every clean character traced to its raw place.

What goes: page furniture (page numbers, running heads), line breaks that layout put inside a sentence, blanks beside
Japanese characters, hyphens at English line ends, Markdown's marks of headings and emphasis, control characters. What
changes: compatibility forms that nobody types (Kangxi radicals, ligatures), bullets of symbol fonts, and the wide gaps
between a table's columns, which become ` | `. What stays: every word, in its original spelling.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.announcement import Language, OffsetMap, Page
from corpus.source import Layout

# Han, kana, and full-width or ideographic punctuation: blanks beside them are layout, not spelling.
_CJK = re.compile(r"[\u2e80-\u2fdf\u3001-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff9f]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_LETTERS = re.compile(r"[^\W\d_]")
_DROPPED = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\uffff\ud800-\udfff]"
)
# PDFium writes U+FFFE (older builds U+0002) for the hyphen that a printer put at a line's end; HTML has the soft hyphen.
_LINE_END_HYPHENS = frozenset("\ufffe\x02\u00ad")
_BLANK = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_MAPPED = re.compile(r"[\u2e80-\u2fdf\ufb00-\ufb06\uf900-\ufaff\uf0a7\uf0b7\uf0d8\uf06e\uf076\uf0fc]")
# What NFKC leaves alone: radicals that stand for the character they look like, and bullets of Symbol and Wingdings.
_LOOKS_LIKE = dict(zip("⺠⻁⻄⻆⻑⻘⻝⻤⻨⻩⻫⻭⻯⻲", "民虎西角長青食鬼麦黄斉歯竜亀", strict=True)) | dict.fromkeys(
    "\uf0a7\uf0b7\uf0d8\uf06e\uf076\uf0fc", "•"
)
_SENTENCE_END = re.compile(r"[。．！？!?.…][」』）)”’\"'\]]*$|[」』]$")
_BULLET = re.compile(
    r"(?:[■◼◾▪□◆◇●○・•‣⁃*＊▶▷►➢✓※〇◎★☆☐☑☒]|[-–—]\s|#{1,6}\s|>\s|\(?[0-9０-９]{1,2}[.)．）]\s?(?=\D)|[（(][0-9０-９一二三四五六七八九十]{1,2}[)）]"
    r"|[①-⑳]|[（(]?注\s?\d*[)）]|\[\d+\]|<[^>]{1,20}>|【|\|)"
)
_HEADING_MARK = re.compile(r"[■◼◾▪□◆◇●○▶►★☆【#]")
# What a printer does not break: a Latin word or a number with the brackets before it.
_UNBREAKABLE = re.compile(r"[「『（(“\"]*[A-Za-z0-9À-ɏ.,:/@_%&'’-]+")
_MARKDOWN_HEADING = re.compile(r"[ \u3000]*#{1,6}(?:[ \u3000]+|$)")
# A label's blank is spelling: 第1条　目的, １　概要.
_LABEL = re.compile(r"(?:[0-9０-９]{1,2}|第[0-9０-９一二三四五六七八九十百]{1,4}[章節条編部])")
_ROMAN_NOTE = re.compile(r"(?:[ivx]{1,5})\s+\S")
_NOTE = re.compile(r"※|\*\d|[（(]?注\s?\d*[)）]|\[\d+\]\s|[¹²³⁴-⁹†‡]|[ivx]{1,5}\s")
_CAPTION = re.compile(
    r"(?:（?写真|左から|右から|前列|後列|図\s?\d|表\s?\d|Photo|From left|Left to right|Image|Figure|Table \d)",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(
    r"(?:[-–—\s]*[0-9０-９]{1,4}[-–—\s]*|[0-9]{1,4}\s*[/／]\s*[0-9]{1,4}|(?:page|p\.)\s*[0-9]{1,4}(?:\s*(?:of|/)\s*[0-9]{1,4})?|[0-9]{1,4}\s*ページ)",
    re.IGNORECASE,
)
_SPACED_SIGNS = frozenset("&+=/|<>→⇒×-–—*#")
_COLUMN_GAP = re.compile(r"(?<=\S)(?:[ \u00a0]{3,}|[ \u3000]*\u3000{2,}[ \u3000]*|[ ]*\t[\s]*)(?=\S)")
_CELL_GAP = " | "
_URL = re.compile(r"https?://\S+$")
_URL_TAIL = re.compile(r"(?!https?:)[\w/.~%?=&#+-]*[/_.?=&%-][\w/.~%?=&#+-]*")
_OPENED = re.compile(r"[（(「『“][^（(「『“）)」』”]*$")
# Words whose hyphen is spelling also where a line ends after it.
_COMPOUNDING = frozenset((
    "all", "co", "cross", "ex", "first", "full", "half", "high", "long", "low", "mid", "multi", "non", "on", "real",
    "second", "self", "short", "so", "third", "three", "two", "well", "year",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clean:
    """Clean text: blocks (headings, paragraphs, lists) separated by a blank line, one line a paragraph."""

    text: str
    offsets: OffsetMap
    pages: tuple[Page, ...]
    raw: str  # the pages joined by form feeds; what `offsets` points into
    headings: tuple[int, ...] = ()  # where blocks start that the source itself marks as headings


@dataclass(frozen=True, slots=True)
class _Line:
    chars: tuple[tuple[str, int], ...]  # (clean character, raw offset)
    page: int  # counted from 0
    gap: int  # blank lines before it
    indent: bool
    width: int  # columns on paper, blanks that cleaning takes out included; a full-width character is two
    heading: bool  # marked as one by the source
    text: str  # the characters of `chars`


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def guess_language(text: str) -> Language:
    """`ja` where Japanese characters carry the text, else `en`.

    >>> guess_language("ispace は契約しました"), guess_language("ispace won contracts")
    ('ja', 'en')
    """
    letters = _LETTERS.findall(text)
    japanese = sum(1 for char in letters if _CJK.match(char))
    kana = len(_KANA.findall(text))
    return "ja" if letters and (japanese > 0.15 * len(letters) or kana > 0.1 * len(letters)) else "en"


def clean(pages: Sequence[str], *, layout: Layout, language: Language) -> Clean:
    """The readable text of `pages`, with the raw place and the page of each of its characters.

    Cleaning the result again (as blocks, which it is made of) changes nothing.

    >>> clean(["契約は 2020 年 12 月\\nに結ばれました。"], layout="lines", language="ja").text
    '契約は2020年12月に結ばれました。'
    """
    raw = "\f".join(pages)
    lines = _lines(pages, layout, language)
    broken = _blocks(_without_furniture(lines, len(pages)) if layout == "lines" else lines, layout)
    blocks = [plain for block in broken if (plain := _without_emphasis(block, language))]
    compounds = frozenset(re.findall(r"(?<![a-z])[a-z]{1,30}-[a-z]{1,30}", raw.casefold()))
    chars: list[tuple[str, int]] = []
    starts: list[tuple[int, int]] = []  # (clean offset, page) of each line's first character
    headings: list[int] = []
    for number, block in enumerate(blocks):
        if number:
            chars += _separator(blocks[number - 1], block)
        if block[0].heading:
            headings.append(len(chars))
        for place, line in enumerate(block):
            if place:
                blank = _joint(chars, line, language, compounds)
                if blank is None:
                    chars.pop()
                elif blank:
                    chars.append((" ", chars[-1][1]))
            starts.append((len(chars), line.page))
            chars += line.chars
    text = "".join(char for char, _ in chars)
    return Clean(text, _offset_map(chars), _pages(starts, len(text)), raw, tuple(headings))


def _lines(pages: Sequence[str], layout: Layout, language: Language) -> list[_Line]:
    lines: list[_Line] = []
    base = 0
    for number, page in enumerate(pages):
        gap = 0
        bodies = [
            (match.start(), match.group())
            for match in re.finditer(
                r"[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]|$)", page
            )
        ]
        columns = [layout == "lines" and bool(_COLUMN_GAP.search(body.strip())) for _, body in bodies]
        for place, (start, ended) in enumerate(bodies):
            body = ended.rstrip("\r\n\f\v\x1c\x1d\x1e\x85\u2028\u2029")
            # One line with a wide gap may be justified; two such lines are a table.
            row = columns[place] and any(columns[max(0, place - 1) : place] + columns[place + 1 : place + 2])
            chars, heading = _without_heading_mark(_mapped(body, base + start, row=row))
            readable = _readable(chars, language)
            if readable:
                indent = bool(_BLANK.match(body))
                width = _columns(" ".join(body.split()))
                text = "".join(char for char, _ in readable)
                lines.append(_Line(tuple(readable), number, gap, indent, width, heading, text))
                gap = 0
            else:
                gap += 1
        base += len(page) + 1
    return lines


def _mapped(body: str, base: int, *, row: bool) -> list[tuple[str, int]]:
    """Characters without control codes, compatibility forms mapped, every blank the same, column gaps marked."""
    gaps = {match.start(): match.end() for match in _COLUMN_GAP.finditer(body)} if row else {}
    mapped: list[tuple[str, int]] = []
    skip = 0
    for place, char in enumerate(body):
        if place < skip:
            continue
        if place in gaps:
            skip = gaps[place]
            mapped += [(sign, base + place) for sign in _CELL_GAP]
        elif char in _LINE_END_HYPHENS:
            if not body[place + 1 :].strip():
                mapped.append(("-", base + place))
        elif _DROPPED.match(char):
            continue
        elif char == "\u3000":
            mapped.append((char, base + place))
        elif _BLANK.match(char):
            mapped.append((" ", base + place))
        elif _MAPPED.match(char) and not _is_name_variant(char):
            mapped += [(part, base + place) for part in unicodedata.normalize("NFKC", _LOOKS_LIKE.get(char, char))]
        else:
            mapped.append((char, base + place))
    return mapped


def _without_heading_mark(chars: list[tuple[str, int]]) -> tuple[list[tuple[str, int]], bool]:
    """Without Markdown's `#` before a heading, and whether it was there."""
    heading = False
    while mark := _MARKDOWN_HEADING.match("".join(char for char, _ in chars)):
        heading = True
        chars = chars[mark.end() :]
    return chars, heading


def _without_emphasis(block: list[_Line], language: Language) -> list[_Line]:
    """The lines of a paragraph without Markdown's pairs of `**`; a lone asterisk may be a footnote's mark and stays."""
    while block:
        marks = [[match.start() for match in re.finditer(r"\*\*", line.text)] for line in block]
        if not any(marks) or sum(map(len, marks)) % 2:
            break
        plain: list[_Line] = []
        for places, line in zip(marks, block, strict=True):
            gone = {*places, *(place + 1 for place in places)}
            left = [char for place, char in enumerate(line.chars) if place not in gone]
            chars, heading = (left, False) if plain else _without_heading_mark(left)
            if readable := _readable(chars, language):
                text = "".join(char for char, _ in readable)
                plain.append(replace(line, chars=tuple(readable), text=text, heading=line.heading or heading))
        block = plain
    return block


def _readable(mapped: list[tuple[str, int]], language: Language) -> list[tuple[str, int]]:
    """`mapped` with single blanks and none beside Japanese."""
    kept: list[tuple[str, int]] = []
    following = ""  # the next character that is no blank, for each place
    after: list[str] = []
    for char, _ in reversed(mapped):
        after.append(following)
        following = following if char in " \u3000" else char
    after.reverse()
    for place, (char, origin) in enumerate(mapped):
        if char not in " \u3000":
            kept.append((char, origin))
            continue
        before = kept[-1][0] if kept else ""
        if not before or not after[place] or before in " \u3000":
            continue
        if char == "\u3000" and len(kept) < 8 and _LABEL.fullmatch("".join(kept_char for kept_char, _ in kept)):
            kept.append((char, origin))
        elif not _is_layout_blank(before, after[place], language):
            kept.append((" ", origin))
    return kept


def _is_name_variant(char: str) -> bool:
    # 﨑, 神 and the like in names: a compatibility code point, but the spelling that the person uses.
    return "\ufa0e" <= char <= "\ufa2d"


def _is_layout_blank(before: str, after: str, language: Language) -> bool:
    left, right = bool(_CJK.match(before)), bool(_CJK.match(after))
    if before.isdigit() and after.isdigit():
        return False
    if before in _SPACED_SIGNS or after in _SPACED_SIGNS:
        return False
    return (left or right) if language == "ja" else (left and right)


def _without_furniture(lines: list[_Line], pages: int) -> list[_Line]:
    """Lines without page numbers and running heads; a head on the first page may be the title and stays.

    A running head stands on most pages in the same place, alike but for its digits.
    """
    by_page: dict[int, list[int]] = {}
    for place, line in enumerate(lines):
        by_page.setdefault(line.page, []).append(place)
    dropped: set[int] = set()
    for reach in (1, 2):
        for from_top in (True, False):
            dropped |= _running(lines, by_page, pages, reach, from_top=from_top)
    for places in by_page.values():
        for ordered in (places, places[::-1]):
            for place in ordered:
                if place in dropped:
                    continue
                text = lines[place].text.strip()
                if (
                    not _PAGE_NUMBER.fullmatch(text)
                    or (pages == 1 and text.isdigit())
                    or len(dropped) + 1 >= len(lines)
                ):
                    break
                dropped.add(place)
                break
    return [line for place, line in enumerate(lines) if place not in dropped]


def _running(lines: list[_Line], by_page: dict[int, list[int]], pages: int, reach: int, *, from_top: bool) -> set[int]:
    """Places of the lines that run along the `reach`th line from the top (or bottom) of each page."""
    edge = [
        place
        for places in by_page.values()
        if len(places) > reach and len(lines[place := places[reach - 1] if from_top else places[-reach]].text) <= 120
    ]
    alike: dict[str, list[int]] = {}
    for place in edge:
        if not _NOTE.match(lines[place].text):  # note 1 of a page is not that of the next
            alike.setdefault(re.sub(r"[0-9０-９]+", "#", lines[place].text), []).append(place)
    running: set[int] = set()
    for places in alike.values():
        counts = _counts_pages([lines[place] for place in places])
        if len(places) < (2 if pages == 2 and reach == 1 else max(3, 0.6 * pages)) or counts is None:
            continue
        # A head that counts the pages is none but a head; any other may be the title on the first page.
        running |= {place for place in places if counts or not from_top or lines[place].page > 0}
    return running


def _counts_pages(lines: list[_Line]) -> bool | None:
    """Whether lines alike but for their digits differ by the page's number; None where they differ by another."""
    numbers = [[int(digits) for digits in re.findall(r"[0-9０-９]+", line.text)] for line in lines]
    differing = [column for column in zip(*numbers, strict=True) if len(set(column)) > 1]
    shifts = [{number - line.page for number, line in zip(column, lines, strict=True)} for column in differing]
    if any(len(shift) > 1 or max(shift) > 1000 for shift in shifts):
        return None
    return bool(differing)


def _blocks(lines: list[_Line], layout: Layout) -> list[list[_Line]]:
    """Lines grouped into blocks; the lines of one block are one paragraph."""
    if layout == "blocks":
        return [[line] for line in lines]
    whole = _is_one_paragraph_a_line(lines)
    full = {page: _full_width([line for line in lines if line.page == page], lines) for page in {x.page for x in lines}}
    usual_gap = _usual_gap(lines, full)
    blocks: list[list[_Line]] = []
    for place, line in enumerate(lines):
        before = lines[place - 1]
        if not place:
            starts = True
        elif whole:
            starts = bool(line.gap) or line.page != before.page or not _continues(before, line, 0)
        else:
            starts = _starts_block(before, line, blocks[-1], usual_gap, full[before.page])
        if starts:
            blocks.append([line])
        else:
            blocks[-1].append(line)
    return blocks


def _usual_gap(lines: list[_Line], full: dict[int, int]) -> int:
    """Blank lines between two lines of a paragraph: some PDF tools put one after every line."""
    broken = Counter(
        line.gap
        for before, line in pairwise(lines)
        if before.page == line.page
        and before.width >= 0.85 * full[before.page]
        and not _SENTENCE_END.search(before.text)
    )
    gap, count = min(broken.items(), key=lambda item: (-item[1], item[0]), default=(0, 0))
    return gap if count >= 3 else 0


def _is_one_paragraph_a_line(lines: list[_Line]) -> bool:
    """Text in which long lines end where sentences end was never broken by a printer."""
    long = [line for line in lines if line.width > 60]
    return bool(long) and sum(bool(_SENTENCE_END.search(line.text)) for line in long) >= 0.5 * len(long)


def _full_width(page: list[_Line], everything: list[_Line]) -> int:
    widths = sorted(line.width for line in (page if len(page) >= 8 else everything))
    return widths[int(0.85 * (len(widths) - 1))] if widths else 0


def _starts_block(before: _Line, line: _Line, block: list[_Line], usual_gap: int, full: int) -> bool:
    ended = bool(_SENTENCE_END.search(before.text))
    turned = line.page != before.page
    if not ended and not turned and line.gap <= usual_gap and _continues(before, line, full):
        return False
    if _BULLET.match(line.text) or _CAPTION.match(line.text) or _ROMAN_NOTE.match(line.text):
        return True
    if _CELL_GAP in before.text or _CELL_GAP in line.text:
        return True
    if _URL.fullmatch(line.text) or (_URL.fullmatch(before.text) and len(block) == 1):
        return True
    if turned and _NOTE.match(block[0].text):
        return True
    if turned:
        return ended or before.width < 0.85 * full
    if line.gap > usual_gap:
        return True
    if ended and (line.indent or before.width < 0.85 * full):
        return True
    if line.indent and not before.indent and _CJK.match(line.text):
        return True
    if _HEADING_MARK.match(before.text) and len(block) == 1 and line.text[0] in '「『“"':
        return True
    # A line that had room for what follows was ended on purpose.
    unbreakable = _UNBREAKABLE.match(line.text)
    needed = min(_columns(unbreakable.group()) if unbreakable else 2, 40) + 1
    return full - before.width - needed > (0.15 if ended else 0.25) * full


def _continues(before: _Line, line: _Line, full: int) -> bool:
    """Whether `before` plainly goes on in `line`: an open bracket, a comma, a hyphenated word, a broken URL.

    `full` is the width of a printed line in columns; 0 where nothing was broken by a printer.
    """
    if _CELL_GAP in before.text or _CELL_GAP in line.text or _CAPTION.match(line.text):
        return False
    if full and _URL.search(before.text) and before.width >= 0.85 * full and _URL_TAIL.fullmatch(line.text):
        return True
    if _BULLET.match(line.text):
        return bool(re.search(r"[（(][※*注]?$", before.text))
    if before.text[-1] in "、," or (before.text[-1] == "-" and before.text[-2:-1].isalpha()):
        return True
    if line.text[0].islower() and before.text[-1].isalnum() and not _CJK.match(before.text[-1]):
        return not _ROMAN_NOTE.match(line.text)
    return bool(full and _OPENED.search(before.text)) and before.width > 0.5 * full


def _separator(before: list[_Line], after: list[_Line]) -> list[tuple[str, int]]:
    origin = before[-1].chars[-1][1]
    together = _is_row(before[0]) and _is_row(after[0]) and after[0].gap == 0
    return [("\n", origin)] if together else [("\n", origin), ("\n", origin)]


def _is_row(line: _Line) -> bool:
    return line.text.startswith(("|", "- ", "・", "* ", "•")) or _CELL_GAP in line.text


def _joint(chars: list[tuple[str, int]], line: _Line, language: Language, compounds: frozenset[str]) -> bool | None:
    """Whether a blank joins `line` to what precedes it in its paragraph; None: it replaces the hyphen before it."""
    last, first = chars[-1][0], line.text[0]
    if last == "-" and first.isalpha() and not _CJK.match(first) and len(chars) > 1 and chars[-2][0].isalnum():
        # explo-/ration was hyphenated by the printer; Julien-/Alexandre, 19-/point and well-/known are spelled so.
        word = re.search(r"[A-Za-z]*$", "".join(char for char, _ in chars[-31:-1]))
        begun = word.group().casefold() if word else ""
        rest = re.match(r"[A-Za-z]*", line.text)
        spelled = not begun or begun in _COMPOUNDING or (rest and f"{begun}-{rest.group().casefold()}" in compounds)
        return False if spelled or not first.islower() else None
    if (_CJK.match(last) and _CJK.match(first)) or _is_layout_blank(last, first, language):
        return False
    if _URL_TAIL.fullmatch(line.text):
        return "http" not in "".join(char for char, _ in chars[-200:]).rpartition(" ")[2]
    return True


def _offset_map(chars: list[tuple[str, int]]) -> OffsetMap:
    runs: list[tuple[int, int, int]] = []
    for place, (char, origin) in enumerate(chars):
        if char == "\n":
            continue
        if runs and runs[-1][0] + runs[-1][2] == place and runs[-1][1] + runs[-1][2] == origin:
            runs[-1] = (runs[-1][0], runs[-1][1], runs[-1][2] + 1)
        else:
            runs.append((place, origin, 1))
    return OffsetMap(tuple(runs))


def _pages(starts: list[tuple[int, int]], length: int) -> tuple[Page, ...]:
    first: dict[int, int] = {}
    for offset, page in starts:
        first.setdefault(page, offset)
    begins = [(page, first[page]) for page in sorted(first)]
    ends = [begin for _, begin in begins[1:]] + [length]
    return tuple(Page(page + 1, begin, end) for (page, begin), end in zip(begins, ends, strict=False))


def without(cleaned: Clean, spans: Sequence[tuple[int, int]]) -> Clean:
    """`cleaned` with the characters of `spans` (sorted, not overlapping) taken out, every offset moved along."""

    def moved(offset: int) -> int:
        return offset - sum(min(end, offset) - start for start, end in spans if start < offset)

    text, at = [], 0
    for start, end in spans:
        text.append(cleaned.text[at:start])
        at = end
    text.append(cleaned.text[at:])
    runs: list[tuple[int, int, int]] = []
    for clean_start, raw_start, length in cleaned.offsets.runs:
        at, stop = clean_start, clean_start + length
        for start, end in [*(span for span in spans if span[0] < stop and span[1] > clean_start), (stop, stop)]:
            if start > at:
                runs.append((moved(at), raw_start + at - clean_start, start - at))
            at = max(at, end)
    pages = tuple(Page(page.number, moved(page.start), moved(page.end)) for page in cleaned.pages)
    headings = tuple(moved(start) for start in cleaned.headings)
    return Clean("".join(text), OffsetMap(tuple(runs)), pages, cleaned.raw, headings)

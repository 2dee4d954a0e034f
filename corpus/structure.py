"""Structure: clean text in, its sections (title, lead, quotations with speakers, captions, …) and footnotes out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from corpus.announcement import Footnote, Section, SectionKind
from corpus.clean import Clean, without
from corpus.dates import PartialDate
from corpus.people import split_caption, split_person
from corpus.sentences import sentences
from corpus.values import Value, fold, values

_CJK = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]")

_SENTENCE_END = re.compile(r"[。．！？!?.…][」』）)”’\"'\]]*$|[」』]$")
_HEADING_MARK = re.compile(
    r"[■◼◾□◆◇●○▶►★☆]|【[^】]*】$|〔[^〕]*〕|第[0-9０-９一二三四五六七八九十]{1,4}[章節条]|Item\s\d|\d{1,2}[.．]\s?\D|[0-9０-９]{1,2}\u3000|[0-9０-９]{1,2}[^\d\s、。年月日円]{2,}"
)
_LIST_ITEM = re.compile(
    r"(?:[-–—•‣⁃・*▪▫◦∙☐☑☒✓➢]\s?|[（(][0-9０-９一二三四五六七八九十a-zア-ン]{1,2}[)）]|[①-⑳]|\d{1,2}[.)]\s)\S"
)
_CAPTION = re.compile(
    r"[（(]?(?:写真|左から|右から|向かって(?:左|右)から|前列|後列|photo\b|from (?:the )?left|from (?:the )?right|left to right|pictured|\(?l to r)",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"(?:この要約|本要約)について$|^About this digest$|会社概要$|^Company (?:Profile|Overview)|将来.{0,12}(?:見通し|記述|予測).{0,20}$|forward[- ]looking|safe harbor|免責|^Disclaimer|cautionary",
    re.IGNORECASE,
)
_BOILERPLATE_TEXT = re.compile(
    r"(?:This (?:press |news |earnings )?(?:release|announcement|document|report)|Certain statements|Statements in this|Some statements).{0,120}forward[- ]looking|(?:本|この)(?:資料|リリース|文書|発表|プレスリリース).{0,60}将来",
    re.IGNORECASE,
)
_ABOUT_COMPANY_JA = re.compile(
    r"(?:株式会社|有限会社|合同会社|法人|機構|財団|大学|https?://|\binc\b|\bLtd\b|\bS\.A\b|グループ|当社|弊社).*について$"
    r"|^[■◼●◆▪]?\s?[A-Za-z][A-Za-z0-9 .,&-]{1,40}について$",
    re.IGNORECASE,
)
_ABOUT_EN = re.compile(r"^(?:■|◼|●)?\s?About\s+\S")
_CONTACT = re.compile(
    r"(?:(?:本件に関する|本リリースに関する)?お?問い?合わ?せ|連絡先|報道関係(?!者各位)|(?:Media|Press|Investors?|Analyst)(?: Relations)? (?:Contacts?|Relations|Inquiries)|Contacts?\b(?! with\b| was\b| between\b| has\b| had\b| lost\b)|[（(]?(?<![A-Za-z])TEL\b|電話[:：])",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"(?:の|から(?:の)?)?(?:コメント|挨拶|メッセージ)$|^(?:Comments?|Message|Statement) (?:from|by|of)\s", re.IGNORECASE
)
_VERB_EN = (
    r"(?:said|says|commented|comments|stated|states|added|adds|noted|notes|explained|explains|continued|remarked)"
)
_SAID_AFTER = re.compile(
    rf"[”\"],?\s*{_VERB_EN}\s+(?P<who>[A-Z][^;”\"“]{{2,120}}?)(?=\.(?:\s|$)|[”\"“;]|$)|[”\"],?\s*(?P<who2>[A-Z][^.;”\"“]{{2,90}}?),?\s+{_VERB_EN}\b"
)
_SAID_BEFORE = re.compile(
    rf"(?P<who>[A-Z][^“\"”。]{{2,140}}?),?\s+{_VERB_EN}(?:\s+in\s[^“\"”]{{2,30}})?\s?[,:]?\s*[“\"]"
)
_VERB_JA = r"(?:述べ|語っ|語り|コメント|話し|話す|説明|強調|発言)"
_SAID_AFTER_JA = re.compile(rf"「.+」と[、,]?(?P<who>[^「」。、]{{2,50}}?)[はが][、,]?{_VERB_JA}", re.DOTALL)
_SAID_BEFORE_JA = re.compile(
    rf"(?P<who>[^「」。]{{2,60}}?)[はが][、,]?(?:[^「」。]{{0,20}}[、,])?「.{{15,}}」(?:と[、,]?)?{_VERB_JA}", re.DOTALL
)
_INTRODUCES_JA = re.compile(
    rf"(?:^|。)(?P<who>[^「」。]{{2,60}}?)[はが][、,]?(?:[^「」。]{{0,20}}[、,])?(?:次|以下)のように{_VERB_JA}[^「」。]{{0,12}}[。：:]?$"
)
# Lines above the text that are no title of it.
_MASTHEAD = re.compile(
    r"(?:(?:press|news|media)\s?release|news|for immediate release|プレスリリース|ニュースリリース|報道関係者\s?各\s?位|報道資料|各\s?位|お知らせ|form\s[0-9a-z-]+|united states|securities and exchange commission|current report|exhibit\s[\d.]+|washington,?\sd\.?c\.?,?\s\d{5}|pursuant to.*|section 13 or 15.*|(?:of )?the securities exchange act of 1934|(?:of )?the securities.*act.*1934|news summary|\(?mark one\)?|date of report.*)[\s:：]*",
    re.IGNORECASE,
)
_LETTERHEAD = re.compile(
    r"(?:上場)?会社名|商号|代表者(?:名|の)?|コード番号|[（(]コード|問い?合わ?せ先|本[社店]所在地|所在地|担当|TEL|FAX|URL|https?://|東証|証券コード|発行(?:元|者)|\d+\s[A-Z][\w. ]+\s(?:Blvd|Boulevard|Street|St|Ave|Avenue|Drive|Road|Lane|Way)\b|.*\b[A-Z]{2}\s\d{5}\b|[（(].*[)）]$|[^A-Za-z\u3041-\u9fff]*$|.*@.*\.",
    re.IGNORECASE,
)
_COMPANY_NAME = re.compile(
    r"(?:株式会社\s?\S{1,20}|\S{1,20}株式会社|[^,，、。]{2,50}?,?\s(?:Inc|Corporation|Corp|Ltd|Co\., Ltd|Company|PLC|LLC|S\.A|N\.V|AG)\.?)$",
    re.IGNORECASE,
)
_NEWS_JA = re.compile(
    r"(?:お知らせ|について|に関する件|の件|ご案内|公告|短信|(?:を|が)\S{0,12}(?:締結|発表|開始|決定|受領|達成|完了|実施|獲得|調達|選定))$"
)
_NEWS_EN = re.compile(
    r"\b(?:Reports?|Announces?|Declares?|Completes?|Signs?|Wins?|Receives?|Launch(?:es)?|Enters?|Selects?|Raises?|Agrees?|Appoints?|Names|Expands?|Achieves?|Provides?|Unveils?|Results|Acquires?|Secures?|Joins?|Publishes|Starts|Begins|Awarded|Selected|Statement|Notice)\b",
    re.IGNORECASE,
)
_NO_HEADING = re.compile(r"記|以\s?上|敬\s?具|各\s?位|拝\s?啓|[^A-Za-z\u3041-\u9fff]*|[^\w]*\w[^\w]*")
# A date with one of these says something else than when the text was published.
_OTHER_DATE = re.compile(
    r"版|改|現在|時点|期|まで|から|締|開催|施行|有効|見込|予定|[〜～~]|end(?:ed|ing|s)\b|as of|until|effective|\bfor\b|period",
    re.IGNORECASE,
)
_NOTE_WORD = r"[（(]?注\s?\d*[)）]"
_NOTE_LINE = re.compile(
    rf"(?P<mark>[ivx]{{1,5}}(?=\s)|※\d*|\*\d+|[†‡§]|{_NOTE_WORD}?(?=[\s:：])|{_NOTE_WORD}|\[\d+\]|[¹²³⁴-⁹]+|[（(]※\d*[)）])[\s:：.]*(?P<body>\S.*)"
)  # fmt: skip
_NEXT_NOTE = re.compile(r"(?<=[\s。．.])(?=(?:※\d|\*\d|[（(]?注\s?\d[)）]|\[\d+\]\s)\S*\s?\S)")
_NUMBERED_NOTE = re.compile(r"[（(](?P<mark>\d{1,2})[)）]\s*(?P<body>\S.*)")


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
    """Sections and footnotes of `cleaned`; `title` is what the source states, else the line at the head that can be one."""
    lifted, footnotes = _lift_footnotes(cleaned)
    blocks = list(_blocks(lifted))
    title_blocks = _title_blocks(blocks, title)
    sections = tuple(_Sections(blocks, title_blocks, lifted.text).of(footnotes))
    found = title or " ".join(block.text for block in title_blocks) or (blocks[0].text[:80] if blocks else "")
    return Structure(lifted, " ".join(found.split()), sections, footnotes, _dateline(blocks, title_blocks))


# --- footnotes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Note:
    mark: str
    start: int
    end: int
    body: str
    glued: bool = False  # referred to by its bare number: sales2


def _lift_footnotes(cleaned: Clean) -> tuple[Clean, tuple[Footnote, ...]]:
    """Tie each note to the marks that refer to it, and take those marks out of the running text."""
    text = fold(cleaned.text)
    notes = list(_notes(text))
    marks: dict[tuple[int, int], int] = {}  # span of a mark in the running text → its note
    covered = bytearray(len(text))
    for note in notes:
        covered[note.start : note.start + len(note.mark) + 2 * note.glued] = b"\1" * (len(note.mark) + 2 * note.glued)
    earlier: dict[str, int] = {}  # a mark's search goes on where the note before it with the same mark stood
    for number, note in enumerate(notes):
        for span in _references(text, note, earlier.get(note.mark, 0)):
            if not any(covered[span[0] : span[1]]):
                covered[span[0] : span[1]] = b"\1" * (span[1] - span[0])
                marks[span] = number
        earlier[note.mark] = note.end
    spans = sorted(marks)
    lifted = without(cleaned, spans)
    moved = _mover(spans)
    anchors: dict[int, list[tuple[int, int]]] = {}
    for span in spans:
        note = notes[marks[span]]
        anchor = _qualified(lifted.text, moved(span[0]), dated=_as_of(note.body) is not None)
        if anchor[0] < anchor[1]:
            anchors.setdefault(marks[span], []).append(anchor)
    footnotes = tuple(
        Footnote(note.mark.strip(), moved(note.start), moved(note.end), tuple(anchors[number]), _as_of(note.body))
        for number, note in enumerate(notes)
        if number in anchors
    )
    return lifted, footnotes


def _mover(spans: list[tuple[int, int]]) -> Callable[[int], int]:
    """Where an offset goes when the characters of `spans` (sorted) are taken out."""
    starts = [start for start, _ in spans]
    lengths = [0, *accumulate(end - start for start, end in spans)]

    def moved(offset: int) -> int:
        before = bisect_left(starts, offset)
        inside = max(0, spans[before - 1][1] - offset) if before else 0
        return offset - lengths[before] + inside

    return moved


def _notes(text: str) -> Iterator[_Note]:
    for line in re.finditer(r"[^\n]+", text):
        match = _NOTE_LINE.match(line.group())
        if match:
            cuts = [
                0,
                *(cut.start() for cut in _NEXT_NOTE.finditer(line.group(), match.end("mark"))),
                len(line.group()),
            ]
            for begin, end in pairwise(cuts):
                part = _NOTE_LINE.match(line.group()[begin:end].rstrip())
                if part:
                    yield _Note(part["mark"], line.start() + begin, line.start() + begin + part.end(), part["body"])
        elif (match := _NUMBERED_NOTE.match(line.group())) and not _CJK.search(line.group()[:20]):
            yield _Note(match["mark"], line.start(), line.end(), match["body"], glued=True)


def _references(text: str, note: _Note, after: int) -> Iterator[tuple[int, int]]:
    if note.glued:
        # A superscript comes out of a PDF glued to its word: "comparable sales1". 2022 and Q2 end in no mark.
        pattern = rf"(?<=[a-z%)”]){note.mark}(?![\w.,%])"
    elif re.fullmatch(r"[ivx]+", note.mark):
        # Glued to a Japanese character or a figure, as a superscript comes out of a PDF: 11月iに, 2022年 iiiに.
        pattern = rf"(?<=[\u3041-\u30ff\u4e00-\u9fff0-9）」]) ?{note.mark}(?![A-Za-z])"
    else:
        mark = re.escape(note.mark) + (r"(?!\d)" if note.mark[-1].isdigit() or note.mark == "※" else "")
        pattern = rf"\s?(?:[（(]{mark}[)）]|{mark})"
    for match in re.compile(pattern).finditer(text, after, note.start):
        if match.start() and text[match.start()] != "\n" and text[match.start() - 1] != "\n":
            yield match.span()


_BEFORE_VALUE = re.compile(
    r"(?:(?<![A-Za-z])(?:最短で|最速で|早くて(?:も)?|早ければ|遅くとも|約|およそ|最大で?|最長で?|最短|as early as|no earlier than|no later than|not before|not earlier than|at the earliest in|at least|by|since|about|around|approximately|up to|over|more than|some)|[\d,.]+\s?(?:to|[-–~〜～]|から))\s?$",
    re.IGNORECASE,
)
_AFTER_VALUE = re.compile(
    r"(?:[\s、,]?(?:at the (?:earliest|latest|end)|or (?:later|earlier|more|less|so|beyond|after|before)|onwards?|and (?:beyond|later|after)|以降|以前|以後|以内|以上|以下|未満|超|ごろ|ころ|頃|まで|迄|中|内|前後|程度|ほど|にかけて|[（(]予定[)）]|(?:JST|EDT|EST|CET|CEST|UTC|GMT|ET|PT|local time)\b|[)）](?=\sat the|以降|ごろ|頃)))*(?P<close>[\s)）」』”\"]*[にをはがのでと]?[。.、,]?)",
    re.IGNORECASE,
)
_JOINS_TIME = re.compile(r"(?:\s?at\s|\s|の|、|,\s)?")
_NOUN_JA = re.compile(r"[\u4e00-\u9fff々ァ-ヶー\ufa0e-\ufa2dA-Za-zＡ-Ｚａ-ｚ0-9０-９.&'’・-]+[」』）)”\"]?$")
_NOUN_EN = re.compile(r"(?:(?:[A-Z][\w&'’.-]*\s){1,5}[A-Z0-9][\w&'’.-]*|[\w&'’.-]+)[)”\"’]?$")


def _qualified(text: str, at: int, *, dated: bool) -> tuple[int, int]:
    """The words that a mark after `at` qualifies.

    A value that ends there, with what belongs to it ("November 2022 at the earliest"); else, when the note dates a
    statement, the clause or sentence that ends there; else the name or noun before the mark.
    """
    line_start = max(text.rfind("\n", 0, at), text.rfind("|", 0, at)) + 1
    line = text[line_start:at].rstrip()
    near = max(0, len(line) - 200)  # a value is no longer than this
    for value in reversed(values(line[near:])):
        start, end = near + value.start, near + value.end
        after = _AFTER_VALUE.fullmatch(line, end)
        if not after:
            break
        begun, ended = _value_start(line, start, value), after.start("close")
        if re.search(r"[)）]", line[begun:ended]) and not re.search(r"[(（]", line[begun:ended]):
            # Q4 2022 (the fourth quarter of 2022) at the earliest: the value before the bracket is meant too.
            begun = max(line.rfind("(", 0, begun), line.rfind("（", 0, begun), 0)
            for other in values(line[near:begun]):
                if near + other.end == len(line[:begun].rstrip()):
                    begun = _value_start(line, near + other.start, other)
        return line_start + begun, line_start + ended
    bare = line.rstrip("。.、, 」”")
    noun = (_NOUN_JA if _CJK.search(bare[-12:]) else _NOUN_EN).search(bare)
    if noun and not dated:
        return line_start + noun.start(), line_start + noun.end()
    if _CJK.search(bare[-12:]):
        return line_start + max(bare.rfind("。"), bare.rfind("、")) + 1, line_start + len(bare)
    last = sentences(line)[-1:] or [(0, len(line))]
    return line_start + last[0][0], line_start + max(last[0][0], len(bare))


def _value_start(line: str, start: int, value: Value) -> int:
    """Where the words begin that belong to the value at `start`: the date before a time, 最短で, "no earlier than"."""
    if value.kind == "time":
        for other in values(line[:start]):
            if other.kind == "date" and _JOINS_TIME.fullmatch(line, other.end, start):
                start = other.start
    while qualifier := _BEFORE_VALUE.search(line[:start]):
        start = qualifier.start()
    return start


def _as_of(note: str) -> PartialDate | None:
    if not re.search(
        r"時点|現在|想定|予定|計画|見込|目標|予想|as of|as at|assum|expect|plan|target|aim|forecast|stated",
        note,
        re.IGNORECASE,
    ):
        return None
    return next((value.date for value in values(note) if value.date), None)


# --- title and date ----------------------------------------------------------------------------------------------------


def _blocks(cleaned: Clean) -> Iterator[_Block]:
    marked = frozenset(cleaned.headings)
    for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", cleaned.text):
        yield _Block(match.start(), match.end(), match.group(), match.start() in marked)


def _stated_date(text: str) -> PartialDate | None:
    """The date that a line of nothing else states: "2022年9月22日（木）", "Tokyo, September 22, 2022"."""
    if len(text) > 60 or "\n" in text or _SENTENCE_END.search(text) or _OTHER_DATE.search(text):
        return None
    dates = [value for value in values(text) if value.kind == "date" and value.date]
    if len(dates) != 1 or dates[0].part or not dates[0].date or not dates[0].date.month:
        return None
    rest = len(text) - (dates[0].end - dates[0].start)
    return (
        dates[0].date
        if rest <= (40 if dates[0].date.day else 3) and _PLAIN_REST.fullmatch(text[: dates[0].start])
        else None
    )


_PLAIN_REST = re.compile(
    r"(?:(?:date[d:]*|発表日?|日付|公表日|報道発表|プレスリリース|ニュースリリース|(?:press|news) release|for immediate release|(?:mon|tues|wednes|thurs|fri|satur|sun)day|[A-Z][\w.’'-]+|[\u4e00-\u9fff]{2,4})?[\s、,:：|/／–—-]*)*",
    re.IGNORECASE,
)


def _is_dateline(text: str) -> bool:
    if len(text) > 80 or _SENTENCE_END.search(text):
        return False
    covered = sum(value.end - value.start for value in values(text) if value.date)
    return covered >= 0.4 * len(text)


def _title_blocks(blocks: list[_Block], title: str | None) -> list[_Block]:
    """The block that is the title, or the consecutive ones that hold a stated title line by line."""
    wanted = "".join((title or "").split())
    for first in range(min(12, len(blocks))) if wanted else ():
        for last in range(first + 1, min(first + 5, len(blocks) + 1)):
            if "".join("".join(block.text.split()) for block in blocks[first:last]) == wanted:
                return blocks[first:last]
    if title:
        return []
    # What stands after the first paragraph or table is a heading, no title.
    first = next((i for i, block in enumerate(blocks) if _is_paragraph(block.text)), 16)
    marked = next((block for block in blocks[: min(6, first)] if block.marked), None)
    if marked:
        return [marked]
    scored = [
        (score, -place) for place in range(min(16, first, len(blocks))) if (score := _title_score(blocks, place)) > -5
    ]
    if not scored:
        return []
    best = -max(scored)[1]
    # "X Reports Results; / Announces Dividend" is one title on two lines.
    longer = blocks[best].text[-1] in ";；、,―—–" and best + 1 < first
    return blocks[best : best + 1 + longer]


def _ends_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(text)) and not _COMPANY_NAME.fullmatch(text)


def _is_paragraph(text: str) -> bool:
    table = "|" in text and "\n" in text
    return table or (len(text) > (30 if _CJK.search(text) else 60) and _ends_sentence(text))


def _title_score(blocks: list[_Block], place: int) -> float:
    """How much block `place` looks like a title; -5 and less: it cannot be one."""
    text = blocks[place].text
    news = bool(_NEWS_JA.search(text) or _NEWS_EN.search(text))
    parted = "|" in text or "\n" in text or text.endswith((":", "："))
    other = (_LIST_ITEM, _NOTE_LINE, _LETTERHEAD, _CONTACT, _CAPTION)
    if not 6 <= len(text) <= 220 or parted or any(pattern.match(text) for pattern in other):
        return -5
    if _MASTHEAD.fullmatch(text) or _mode(text, 1.0) or _stated_date(text) or (_is_dateline(text) and not news):
        return -5
    if _ends_sentence(text) or text.count("“") != text.count("”"):
        return -5
    score = -0.4 * place
    if place + 1 < len(blocks) and re.match(r"\(Exact name of registrant", blocks[place + 1].text, re.IGNORECASE):
        return score + 5
    if news:
        score += 3
    if _COMPANY_NAME.fullmatch(text):
        score -= 2
    return score


def _dateline(blocks: list[_Block], titles: list[_Block]) -> PartialDate | None:
    """The date of publication that the head prints, and None rather than another date.

    It stands alone on a line, or opens the first paragraph ("TOKYO, September 22, 2022 – …"), or is the date of report
    of an SEC form that was signed on the same day.
    """
    title_starts = {block.start for block in titles}
    head = [block for block in blocks[:16] if block.start not in title_starts]
    alone = []
    for place, block in enumerate(head[:12]):
        date = _stated_date(block.text)
        if date and not (place and _OTHER_DATE.search(head[place - 1].text[-12:]) and len(head[place - 1].text) < 80):
            alone.append(date)
    if alone:
        # Two lines with two dates: which of them is meant is not said.
        return alone[0] if len(set(alone)) == 1 else None
    for block in head:
        opened = _opening_date(block.text)
        if opened:
            return opened
    reported = _dates_after(r"Date of Report[^\d:]{0,60}:?\s*", blocks[:25])
    signed = _dates_after(r"Dated?:\s*", blocks)
    return reported[0] if reported and reported[0] in signed else None


_PLACE = re.compile(r"[\[【（(]?(?:[A-Z][\w .,'’&/()–-]{0,60}?[\s,(–-]*|[\u4e00-\u9fff]{2,8}[、,\s\u3000]?)?")
_AFTER_OPENING = re.compile(
    r"\s?(?:[\u4e00-\u9fff]{2,8})?\s?(?:\([A-Z][A-Za-z ]+\)|/[A-Za-z ]+/|[)）]?\s?[–—―－/／-]|】|\])"
)


def _opening_date(text: str) -> PartialDate | None:
    dates = [value for value in values(text[:140]) if value.kind == "date"]
    first = dates[0] if dates else None
    if not first or not first.date or not first.date.day or not _PLACE.fullmatch(text[: first.start]):
        return None
    return first.date if _AFTER_OPENING.match(text, first.end) else None


def _dates_after(pattern: str, blocks: list[_Block]) -> list[PartialDate]:
    found: list[PartialDate] = []
    for block in blocks:
        for match in re.finditer(pattern, block.text, re.IGNORECASE):
            date = next(iter(values(block.text[match.end() : match.end() + 40])), None)
            if date and date.start == 0 and date.date and date.date.day:
                found.append(date.date)
    return found


# --- sections ----------------------------------------------------------------------------------------------------------


class _Sections:
    """Goes through the blocks once, from the top, remembering the heading and the speaker."""

    def __init__(self, blocks: list[_Block], titles: list[_Block], text: str) -> None:
        self.blocks = blocks
        self.titles = {block.start for block in titles}
        self.after_title = titles[-1].end if titles else 0
        self.text = text
        self.heading: str | None = None
        self.mode: SectionKind | None = None  # what a heading made of everything below it
        self.speaker, self.role = "", ""
        self.speakers: dict[str, tuple[str, str]] = {}  # last word of a name → (name, role)
        self.open = ""  # the closing mark that a quotation over several paragraphs waits for
        self.introduced = False  # the paragraph before named who speaks next
        self.lead_seen = False

    def of(self, footnotes: tuple[Footnote, ...]) -> Iterator[Section]:
        note_starts = [note.start for note in footnotes]
        length = self.blocks[-1].end if self.blocks else 0
        for place, block in enumerate(self.blocks):
            following = self.blocks[place + 1] if place + 1 < len(self.blocks) else None
            noted = bisect_left(note_starts, block.end) > bisect_left(note_starts, block.start)
            yield self._section(block, following, noted, block.start / max(1, length))

    def _section(self, block: _Block, following: _Block | None, noted: bool, where: float) -> Section:
        text = block.text
        if block.start in self.titles:
            return Section("title", block.start, block.end)
        if noted or re.match(rf"※|{_NOTE_WORD}|\*\d+\s", text):
            return Section("footnote", block.start, block.end, self.heading)
        if not self.lead_seen and (_is_dateline(text) or _MASTHEAD.fullmatch(text)):
            return Section("dateline", block.start, block.end)
        if not self.lead_seen and where < 0.5 and _LETTERHEAD.match(text) and len(text) < 80:
            return Section("contact" if _CONTACT.match(text) else "dateline", block.start, block.end)
        if self.open == "" and _is_heading(block, following):
            return self._under_heading(block, where)
        kind = self._kind(block)
        sentence = len(text) > 30 and (len(text) > 120 or _SENTENCE_END.search(text))
        if kind == "body" and not self.lead_seen and sentence and self.mode is None:
            kind = "lead"
        self.lead_seen = self.lead_seen or kind in ("lead", "quotation", "table")
        introduction = _INTRODUCES_JA.search(text)
        self.introduced = bool(introduction)
        if introduction:
            self._speaks(introduction["who"])
        if kind == "quotation":
            return Section(kind, block.start, block.end, self.heading, self.speaker or None, self.role or None)
        if kind == "caption":
            return Section(kind, block.start, block.end, self.heading, people=split_caption(text))
        return Section(kind, block.start, block.end, self.heading)

    def _under_heading(self, block: _Block, where: float) -> Section:
        self.heading = block.text
        self.mode = _mode(block.text, where)
        self.introduced = False
        if _COMMENT.search(block.text) and self.mode is None:
            name, role = split_person(_COMMENT.sub("", block.text).strip(" ■◼◾●◆□◇【】"))
            if name:
                self.speaker, self.role = name, role
                self.mode = "quotation"
        kind: SectionKind = self.mode if self.mode in ("boilerplate", "contact") else "heading"
        return Section(kind, block.start, block.end, self.heading)

    def _kind(self, block: _Block) -> SectionKind:
        text = block.text
        if self.open:
            # A quotation over several paragraphs goes on until its mark closes.
            self.open = "" if text.count(self.open) > text.count(_OPENERS[self.open]) else self.open
            return "quotation"
        kind = _kind(text)
        if kind in ("caption", "table", "contact"):
            return kind
        if self.mode == "boilerplate" or (self.mode == "contact" and len(text) <= 200):
            return self.mode
        said = _said(text)
        if said:
            self._speaks(said)
            kind = "quotation"
        elif self.mode == "quotation":
            # Below a heading such as "X のコメント": the words in brackets, or, where there are none, all of them.
            if kind == "quotation":
                self.mode = None if text.rstrip()[-1] in _OPENERS else self.mode
                self.speakers.setdefault(self.speaker.split()[-1], (self.speaker, self.role))
            kind = "quotation"
        elif kind == "quotation" and not self.introduced:
            self.speaker, self.role = "", ""
        if kind == "quotation":
            for close, opener in _OPENERS.items():
                if text[0] == opener or said:
                    self.open = close if text.count(opener) > text.count(close) else self.open
        return kind

    def _speaks(self, who: str) -> None:
        name, role = split_person(who.strip(" ,、"))
        known = self.speakers.get(name.split()[-1]) if name and not role else None
        self.speaker, self.role = known or (name, role)
        if self.speaker:
            self.speakers[self.speaker.split()[-1]] = (self.speaker, self.role)


_OPENERS = {"」": "「", "』": "『", "”": "“"}


def _said(text: str) -> str:
    """Who says the words that are quoted in the paragraph `text`; "" when it is no quotation or does not say."""
    if text[0] in '“"「『':
        match = _SAID_AFTER.search(text) or _SAID_AFTER_JA.match(text)
    else:
        match = _SAID_BEFORE.match(text) or _SAID_BEFORE_JA.match(text)
    return next((who for who in match.groupdict().values() if who), "") if match else ""


def _is_heading(block: _Block, following: _Block | None) -> bool:
    text = block.text
    if "\n" in text or len(text) > 120 or _CAPTION.match(text) or _NO_HEADING.fullmatch(text):
        return False
    if block.marked:
        return True
    if _SENTENCE_END.search(text) or "|" in text or _LIST_ITEM.match(text) or text[0].islower():
        return False
    if _COMMENT.search(text) or (_HEADING_MARK.match(text) and len(text) <= 60):
        return True
    if re.search(r"https?://|\d{3}|[、,，]\s?$", text) or re.fullmatch(r"\(.*\)", text):
        return False
    if text[-1] in ":：" and len(text) <= 60:
        return following is not None and not re.search(r"[:：]", text[:-1])
    return len(text) <= 45 and not re.search(r"[:：]", text) and len(sentences(text)) == 1


def _mode(heading: str, where: float) -> SectionKind | None:
    if _BOILERPLATE.search(heading) or _ABOUT_COMPANY_JA.search(heading) or (_ABOUT_EN.search(heading) and where > 0.4):
        return "boilerplate"
    return "contact" if _CONTACT.search(heading) else None


def _kind(text: str) -> SectionKind:
    if _CONTACT.match(text) and len(text) < 200:
        return "contact"
    if "|" in text:
        return "table"
    if _CAPTION.match(text):
        return "caption"
    if _LIST_ITEM.match(text):
        return "list"
    if _BOILERPLATE_TEXT.match(text):
        return "boilerplate"
    if text[0] in "「『" and text.rstrip()[-1] in "」』" and len(text) > 20:
        return "quotation"
    if text[0] in '“"' and len(text) > 40 and (text.rstrip()[-1] in '”"' or text.count("“") > text.count("”")):
        return "quotation"
    return "body"

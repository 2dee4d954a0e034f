"""Dates and times as texts say them: text in; Values out, and dates that lack a year, which context completes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.dates import PartialDate
from corpus.numbers import NAMING
from corpus.value import Value

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "R": 2018, "H": 1988, "S": 1925}
_ERA_LENGTHS = {"R": 40, "H": 31, "S": 64}
_FULL = {
    "first": "1", "second": "2", "latter": "2", "third": "3", "fourth": "4", "1st": "1", "2nd": "2", "3rd": "3", "4th": "4",
    "一": "1", "二": "2", "三": "3", "四": "4",
}  # fmt: skip

MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)\b\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?:1[89]\d{2}|20\d{2}|21\d{2})(?!\d)"
_RELATIVE_YEARS = {
    "今年": 0,
    "本年": 0,
    "当年": 0,
    "来年": 1,
    "翌年": 1,
    "再来年": 2,
    "昨年": -1,
    "去年": -1,
    "前年": -1,
    "一昨年": -2,
}
_PARTS_JA = {
    "上旬": "early", "初旬": "early", "初頭": "early", "初め": "early", "はじめ": "early", "半ば": "mid", "中頃": "mid",
    "中旬": "mid", "下旬": "late", "終盤": "late", "末": "end", "前半": "H1", "後半": "H2", "上半期": "H1", "下半期": "H2",
    "上期": "H1", "下期": "H2", "春": "spring", "夏": "summer", "秋": "autumn", "冬": "winter",
}  # fmt: skip
_PARTS_EN = {
    "early": "early", "beginning of": "early", "mid": "mid", "middle of": "mid", "late": "late", "end of": "end",
    "spring": "spring", "summer": "summer", "autumn": "autumn", "fall": "autumn", "winter": "winter",
}  # fmt: skip
_QUARTER = r"(?:第?\s?[1-4一二三四]\s?四半期|[1-4]Q|Q[1-4]|上半期|下半期|上期|下期|中間期)"
_DATE_JA = re.compile(
    rf"(?:(?P<era>令和|平成|昭和|大正|明治)\s?(?P<era_year>\d{{1,2}}|元)|(?<!\d)(?P<year>{_YEAR}))\s?年"
    rf"(?:(?P<fy>度)(?:の?\s?(?P<fyq>{_QUARTER}))?"
    r"|(?:の)?\s?(?P<month>1[0-2]|0?[1-9])\s?月(?!間)"
    rf"(?:\s?(?P<day>\d{{1,2}})\s?日(?!間)|(?P<mfy>\s?期)(?:の?\s?(?P<mq>{_QUARTER}))?|(?:の)?(?P<mpart>上旬|初旬|中旬|下旬|末|初め|半ば|前半|後半))?"
    rf"|(?:の)?\s?(?P<quarter>{_QUARTER})"
    r"|(?:の)?(?P<ypart>前半|後半|初頭|初め|はじめ|半ば|中頃|終盤|末|春|夏|秋|冬)(?![月日])"
    r"|(?!\s?\d{1,2}\s?月)(?=$|[^間度後代]))"
)  # fmt: skip
_ERA_DOTTED = re.compile(
    r"(?<![A-Za-z0-9.])(?:(?P<era>令和|平成|昭和)|(?P<letter>[RHS]))\s?(?P<year>\d{1,2})(?P<sep>[./])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?![\d./])"
)
_DAY_JA = re.compile(
    r"(?:(?P<rel>再来年|一昨年|今年|本年|当年|来年|翌年|昨年|去年|前年|同年)(?:の)?\s?|(?<![\d年/.,]))(?P<month>1[0-2]|0?[1-9])\s?月(?![間額面号])(?:\s?(?P<day>\d{1,2})\s?日(?!間)|(?P<fy>\s?期)|(?P<part>上旬|初旬|中旬|下旬|末|初め|半ば))?"
)
_DAY_ALONE_JA = re.compile(r"(?:から|より|及び|および|と|[~〜～、,・-])\s?(?P<day>\d{1,2})\s?日(?!間)")
_RELATIVE_JA = re.compile(
    r"(?P<day>本日|今日|明日|昨日|同日)|(?P<month>今月|本月|来月|先月|前月|同月)(?P<mpart>上旬|中旬|下旬|末)?"
    r"|(?P<year>再来年|一昨年|今年|本年|来年|翌年|昨年|去年|同年)(?P<fy>度)?(?:の?(?P<ypart>前半|後半|初頭|半ば|末|春|夏|秋|冬|中|内))?"
    r"|(?P<within>年内)|(?P<fiscal>今年度|来年度|昨年度)"
)
_DATE_EN = re.compile(
    rf"\b(?:(?P<mon1>{MONTH})\s*(?P<day1>{_DAY})(?:\s?[-–~]\s?(?P<to1>\d{{1,2}})|\s(?:and|to|&)\s(?P<and1>\d{{1,2}}))?,?\s+(?P<year1>{_YEAR})"
    rf"|(?P<day2>{_DAY})(?:\s?[-–~]\s?(?P<to2>{_DAY})|\s(?:and|to|&)\s(?P<and2>{_DAY}))?[\s-](?:of\s+)?(?P<mon2>{MONTH}),?[\s-](?P<year2>{_YEAR})"
    rf"|(?:(?P<part0>(?i:early|mid|late|end\sof|beginning\sof|middle\sof))[\s-]+)?(?P<mon3>{MONTH}),?\s*(?:of\s+)?(?P<year3>{_YEAR}))"
)
_FISCAL_END_EN = re.compile(
    rf"\b(?:(?P<q>Q[1-4]|[1-4]Q|(?:first|second|third|fourth)[\s-]quarter|(?:first|second)\shalf)\s(?:of\s)?(?:the\s)?)?(?:full[\s-])?(?:fiscal\s)?year\s(?:ended|ending|ends|to)\s(?:on\s|in\s)?(?:(?P<mon>{MONTH})(?:\s+\d{{1,2}},?)?|\d{{1,2}}\s(?P<mon2>{MONTH}),?)\s*(?P<year>{_YEAR})",
)
_QUARTER_EN = re.compile(
    rf"\b(?:(?:Q(?P<q1>[1-4])|(?P<q4>[1-4])Q|(?P<q2>first|second|third|fourth|1st|2nd|3rd|4th)[\s-]quarter)(?:\s+(?:of|in))?(?:\s+the)?\s*(?P<fy>fiscal(?:\s+year)?|FY)?\s*(?P<year>{_YEAR})"
    rf"|(?:(?P<half>first|second|latter|1st|2nd)\s+half\s+(?:of|in)|H(?P<half1>[12])|(?P<half2>[12])H)\s+(?:of\s+)?(?P<hfy>fiscal(?:\s+year)?|FY)?\s*(?P<hyear>{_YEAR})"
    rf"|(?P<part>early|mid|late|beginning\sof|middle\sof|end\sof|spring|summer|autumn|fall|winter)(?:\s+(?:of|in))?[\s-]+(?P<pyear>{_YEAR})"
    rf"|(?P<year2>{_YEAR})\s?(?:Q(?P<q3>[1-4])|(?P<q5>[1-4])Q)(?!\w)"
    rf"|(?:FY\s?|fiscal\s+(?:year\s+)?)(?P<fyear>{_YEAR})(?:\s?/\s?(?P<fmonth>\d{{1,2}})(?!\d))?(?:\s?(?:Q(?P<fq>[1-4])|(?P<fq2>[1-4])Q))?)(?![A-Za-z])",
    re.IGNORECASE,
)  # fmt: skip
_FISCAL_JA_LATIN = re.compile(rf"\bFY\s?(?P<month>\d{{1,2}})\s?/\s?(?P<year>{_YEAR})(?:\s?Q(?P<q>[1-4]))?")
_FISCAL_SHORT = re.compile(
    r"\b(?:(?:Q(?P<q1>[1-4])|(?P<q2>[1-4])Q)\s?(?:of\s)?)?FY\s?['’]?(?P<year>\d{2})(?![\d/])(?:\s?(?:Q(?P<q3>[1-4])|(?P<q4>[1-4])Q))?(?!\w)"
)
_DAY_EN = re.compile(
    rf"\b(?:(?P<mon1>{MONTH})\s(?P<day1>{_DAY})(?!\s?[:%])|(?P<day2>{_DAY})\s(?:of\s)?(?P<mon2>{MONTH}))(?!\s*,?\s*\d)(?!\w)"
)
# May to August 2027, between May and August 2027: the month takes the year of the one behind it.
_MONTH_EN = re.compile(
    rf"\b(?P<mon>{MONTH})(?=\s?(?:to|until|till|through|and|[-–—])\s?(?:(?:early|mid|late|the\send\sof)[\s-])?{MONTH},?\s*(?:of\s)?{_YEAR})"
)
_RELATIVE_EN = re.compile(
    r"\b(?:(?P<day>today|yesterday|tomorrow)(?!\w)|(?:later\s|earlier\s)?(?P<which>this|next|last)\s(?P<unit>month|year)(?!\w|[’']s))",
    re.IGNORECASE,
)
_DATE_ISO = re.compile(
    r"(?<![\d/.-])(?P<year>(?:1[89]|20|21)\d{2})(?P<sep>[-/.])(?P<month>\d{1,2})(?:(?P=sep)(?P<day>\d{1,2}))?(?![\d/]|\.\d|-\d)"
)
_DATE_US = re.compile(r"(?<![\d/.-])(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>20\d{2})(?![\d/-])")
_YEAR_ALONE = re.compile(
    rf"(?:(?<![\d,.$¥€£/A-Za-z#-])|(?<=\d{{4}}[-/]))(?P<year>{_YEAR})(?![,.]\d|%|[A-Za-z]|\s?(?:年|円|ドル|人|名|社|株|件|km|kg|m\b|yen\b|people\b|shares\b)|[/-](?!{_YEAR}))"
)
_TIME = re.compile(
    r"(?:(?P<half>午前|午後)\s?)?(?<![\d:.])(?P<hour>\d{1,2})\s?(?:時(?!間|点)(?:\s?(?P<minute>\d{1,2})\s?分(?!間))?|:(?P<minute2>\d{2})(?::\d{2})?(?!\d)(?:\s?(?P<half2>[ap]\.?m\.?)(?![a-z]))?|\s?(?P<half3>[ap]\.m\.|[ap]m(?![a-z])))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OpenDate:
    """A date that lacks its year, or more: what `resolved` completes."""

    start: int
    end: int
    month: int | None = None
    day: int | None = None
    part: str = ""
    word: str = ""  # a relative one: 本日, 来年, "last month"


Found = Value | OpenDate


def _date(span: tuple[int, int], date: PartialDate, part: str = "") -> Value:
    return Value("date", *span, f"{date}-{part}" if part else str(date), date=date, part=part)


def _dated(year: int, month: int | None = None, day: int | None = None) -> PartialDate | None:
    try:
        return PartialDate(year, month, day)
    except ValueError:
        return None


def _quarter(text: str | None) -> str:
    """The part that 第2四半期, 2Q, Q2, 上期 or "second quarter" names; "" for none.

    >>> _quarter("第2四半期"), _quarter("下期"), _quarter("Second quarter")
    ('Q2', 'H2', 'Q2')
    """
    if not text:
        return ""
    if text.startswith(("上", "中間")):
        return "H1"
    if text.startswith("下"):
        return "H2"
    number = re.search(r"[1-4一二三四]|first|second|third|fourth", text.casefold())
    kind = "H" if "half" in text.casefold() else "Q"
    return kind + _FULL.get(number.group(), number.group()) if number else ""


def _fiscal(quarter: str | None) -> str:
    return "FY-" + part if (part := _quarter(quarter)) else "FY"


def japanese_dates(text: str) -> Iterator[Value]:
    """Dates as Japanese writes them: 2022年11月, 令和4年度第2四半期, R4.11.22."""
    for match in _DATE_JA.finditer(text):
        if match["era"]:
            year = _ERAS[match["era"]] + (1 if match["era_year"] == "元" else int(match["era_year"]))
        else:
            year = int(match["year"])
        date = _dated(year, *(int(match[name]) if match[name] else None for name in ("month", "day")))
        if date is None:
            continue
        if match["fy"]:
            yield _date(match.span(), date, _fiscal(match["fyq"]))
        elif match["mfy"]:
            yield _date(match.span(), date, _fiscal(match["mq"]))
        elif match["quarter"]:
            yield _date(match.span(), date, _quarter(match["quarter"]))
        else:
            yield _date(match.span(), date, _PARTS_JA.get(match["mpart"] or match["ypart"] or "", ""))
    for match in _ERA_DOTTED.finditer(text):
        year = int(match["year"])
        if match["letter"] and not 1 <= year <= _ERA_LENGTHS[match["letter"]]:
            continue
        date = _dated(_ERAS[match["era"] or match["letter"]] + year, int(match["month"]), int(match["day"]))
        if date:
            yield _date(match.span(), date)


def _month(name: str) -> int:
    return next(i for i, month in enumerate(MONTHS, 1) if month.startswith(name.casefold()[:3]))


def _day(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def english_dates(text: str) -> Iterator[Value]:
    """Dates as English writes them: 22 November 2022, Q4 2022, FY2022."""
    for match in _FISCAL_END_EN.finditer(text):
        part = _fiscal(match["q"])
        yield _date(match.span(), PartialDate(int(match["year"]), _month(match["mon"] or match["mon2"])), part)
    for match in _FISCAL_JA_LATIN.finditer(text):
        date = _dated(int(match["year"]), int(match["month"]))
        if date:
            yield _date(match.span(), date, f"FY-Q{match['q']}" if match["q"] else "FY")
    for match in _FISCAL_SHORT.finditer(text):
        quarter = match["q1"] or match["q2"] or match["q3"] or match["q4"]
        yield _date(match.span(), PartialDate(2000 + int(match["year"])), f"FY-Q{quarter}" if quarter else "FY")
    for match in _DATE_EN.finditer(text):
        yield from _english_date(match)
    for match in _QUARTER_EN.finditer(text):
        yield from _english_part(match)


def _english_date(match: re.Match[str]) -> Iterator[Value]:
    """One date, or the two of "9–15 November 2022" and "November 9 and 15, 2022"."""
    number = next(n for n in "123" if match[f"mon{n}"])
    year, month = int(match[f"year{number}"]), _month(match[f"mon{number}"])
    if number == "3":
        part = _PARTS_EN.get(" ".join((match["part0"] or "").casefold().split()), "")
        yield _date(match.span(), PartialDate(year, month), part)
        return
    first = _dated(year, month, _day(match[f"day{number}"]))
    other = f"to{number}" if match[f"to{number}"] else f"and{number}"
    if not match[other]:
        if first:
            yield _date(match.span(), first)
        return
    second = _dated(year, month, _day(match[other]))
    if first and second:
        # "moving Mission 1 to 22 November 2022" names one day.
        if not NAMING.search(match.string[max(0, match.start() - 24) : match.start()]):
            yield _date((match.start(), match.end(f"day{number}")), first)
        yield _date((match.start(other), match.end()), second)


def _english_part(match: re.Match[str]) -> Iterator[Value]:
    if match["year"]:
        quarter = _quarter(match["q1"] or match["q4"] or match["q2"])
        yield _date(match.span(), PartialDate(int(match["year"])), ("FY-" if match["fy"] else "") + quarter)
    elif match["hyear"]:
        half = match["half1"] or match["half2"] or _FULL[match["half"].casefold()]
        yield _date(match.span(), PartialDate(int(match["hyear"])), ("FY-" if match["hfy"] else "") + "H" + half)
    elif match["pyear"]:
        part = _PARTS_EN[" ".join(match["part"].casefold().split())]
        yield _date(match.span(), PartialDate(int(match["pyear"])), part)
    elif match["year2"]:
        yield _date(match.span(), PartialDate(int(match["year2"])), f"Q{match['q3'] or match['q5']}")
    else:
        date = _dated(int(match["fyear"]), int(match["fmonth"]) if match["fmonth"] else None)
        quarter = match["fq"] or match["fq2"]
        if date:
            yield _date(match.span(), date, f"FY-Q{quarter}" if quarter else "FY")


def numeric_dates(text: str) -> Iterator[Value]:
    """Dates in figures that can be read in one way only: 2022-11-22, 08/16/2023."""
    for match in _DATE_ISO.finditer(text):
        date = _dated(int(match["year"]), int(match["month"]), int(match["day"]) if match["day"] else None)
        # 2022.11 is a number.
        if date and (date.day or match["sep"] != "."):
            yield _date(match.span(), date)
    for match in _DATE_US.finditer(text):
        first, second = int(match["first"]), int(match["second"])
        # 08/09/2023 is August in America and September elsewhere; 08/16/2023 is August everywhere.
        if (first > 12) != (second > 12):
            date = _dated(int(match["year"]), min(first, second), max(first, second))
            if date:
                yield _date(match.span(), date)


def years_alone(text: str) -> Iterator[Value]:
    """Years that stand by themselves, as nothing else: 2022, and no amount of 2022."""
    for match in _YEAR_ALONE.finditer(text):
        yield _date(match.span(), PartialDate(int(match["year"])))


def times(text: str) -> Iterator[Value]:
    """Times of the day: 15時17分, 8:00 a.m."""
    for match in _TIME.finditer(text):
        hour, minute = int(match["hour"]), int(match["minute"] or match["minute2"] or 0)
        half = (match["half"] or match["half2"] or match["half3"] or "").casefold()
        if half.startswith(("p", "午後")) and hour < 12:
            hour += 12
        if half.startswith("a") and hour == 12:
            hour = 0
        if hour <= 24 and minute < 60:
            yield Value("time", match.start(), match.end(), f"{hour:02d}:{minute:02d}")


def days(text: str) -> Iterator[OpenDate]:
    """Days and months without a year: 11月22日, November 28."""
    for match in _DAY_JA.finditer(text):
        month, day = int(match["month"]), int(match["day"]) if match["day"] else None
        part = "FY" if match["fy"] else _PARTS_JA.get(match["part"] or "", "")
        yield OpenDate(match.start(), match.end(), month, day, part, match["rel"] or "")
    for match in _DAY_EN.finditer(text):
        yield OpenDate(
            match.start(), match.end(), _month(match["mon1"] or match["mon2"]), _day(match["day1"] or match["day2"])
        )
    for match in _MONTH_EN.finditer(text):
        yield OpenDate(match.start(), match.end(), _month(match["mon"]))
    for match in _DAY_ALONE_JA.finditer(text):
        yield OpenDate(match.start("day"), match.end(), day=int(match["day"]))


def relatives(text: str) -> Iterator[OpenDate]:
    """Dates that count from the day on which the text spoke: 本日, 来年, "last month"."""
    for match in _RELATIVE_JA.finditer(text):
        part = "FY" if match["fy"] or match["fiscal"] else _PARTS_JA.get(match["mpart"] or match["ypart"] or "", "")
        word = match["day"] or match["month"] or match["year"] or match["within"] or match["fiscal"]
        yield OpenDate(match.start(), match.end(), part=part, word=word)
    for match in _RELATIVE_EN.finditer(text):
        word = match["day"] or f"{match['which']} {match['unit']}"
        yield OpenDate(match.start(), match.end(), word=word.casefold())


_RANGE = re.compile(r"\s?(?:から|より|[~〜～–-]|to|and|&|及び|および|と|、|・|,)\s?(?:the\s)?")


def resolved(found: list[Found], text: str, context: PartialDate | None) -> Iterator[Value]:
    """Values as they are, and open dates with the year that context or a neighbour gives them."""
    before: Value | None = None  # the last dated value
    for place, value in enumerate(found):
        if isinstance(value, Value):
            if value.kind == "date":
                before = value
            yield value
            continue
        after = next((v for v in found[place + 1 : place + 2] if isinstance(v, Value) and v.kind == "date"), None)
        date = _complete(value, text, before, after, context)
        if date:
            before = _date((value.start, value.end), date, value.part)
            yield before


def _complete(
    open_date: OpenDate, text: str, before: Value | None, after: Value | None, context: PartialDate | None
) -> PartialDate | None:
    last = before.date if before else None
    if open_date.word:
        return _relative(open_date, last, context)
    if open_date.month is None:
        # 2022年11月9日から15日: a day alone belongs to the date before it, and to no other.
        joined = last and last.day and before and _RANGE.fullmatch(text[before.end : open_date.start])
        return _dated(last.year, last.month, open_date.day) if last and joined else None
    if after and after.date and after.date.month and _RANGE.fullmatch(text[open_date.end : after.start]):
        # November 28 to December 3, 2022; December 28 to January 3, 2023.
        year = after.date.year - (open_date.month > after.date.month)
        return _dated(year, open_date.month, open_date.day)
    if before and last and last.month and _RANGE.fullmatch(text[before.end : open_date.start]):
        return _dated(last.year + (open_date.month < last.month), open_date.month, open_date.day)
    if context:
        return _nearest(open_date.month, open_date.day, context)
    return _dated(last.year, open_date.month, open_date.day) if last and last.month else None


def _nearest(month: int, day: int | None, context: PartialDate) -> PartialDate | None:
    if context.month is None:
        return _dated(context.year, month, day)
    dates = [date for year in (context.year, context.year - 1, context.year + 1) if (date := _dated(year, month, day))]
    return min(dates, key=lambda date: abs((date.earliest - context.earliest).days), default=None)


def _relative(open_date: OpenDate, last: PartialDate | None, context: PartialDate | None) -> PartialDate | None:
    word = open_date.word
    anchor = last if word.startswith("同") else context
    if anchor is None:
        return None
    if word in ("同日", "同月"):
        known = anchor.day if word == "同日" else anchor.month
        return (anchor if word == "同日" else PartialDate(anchor.year, anchor.month)) if known else None
    if word in ("本日", "今日", "today", "明日", "tomorrow", "昨日", "yesterday"):
        if not anchor.day:
            return None
        shift = {"明日": 1, "tomorrow": 1, "昨日": -1, "yesterday": -1}.get(word, 0)
        try:
            moved = anchor.earliest + dt.timedelta(days=shift)
        except OverflowError:
            return None
        return PartialDate(moved.year, moved.month, moved.day)
    shift = {"next": 1, "last": -1}.get(word.partition(" ")[0], 0)
    if word.endswith(("月", "month")):
        if not anchor.month:
            return None
        shift = {"来月": 1, "先月": -1, "前月": -1}.get(word, shift)
        months = anchor.year * 12 + anchor.month - 1 + shift
        return _dated(months // 12, months % 12 + 1)
    shift = _RELATIVE_YEARS.get(word.removesuffix("度"), shift)
    return _dated(anchor.year + shift, open_date.month, open_date.day)

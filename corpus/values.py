"""Values: text in, typed mentions of dates, money and quantities out, each with a canonical key and its exact place.

The key is the same however a value is written: 2022年11月, Nov. 2022 and ２０２２年１１月 are all `2022-11`; 268億円 and
JPY 26.8bn are both `JPY:26800000000`. `say` writes a value again in either language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from corpus.announcement import Language
from corpus.dates import PartialDate

Kind = Literal["date", "time", "money", "quantity"]

# Full-width ASCII to its half-width twin, one character to one, so that offsets stay.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0x2212: 0x2D,
    0x2010: 0x2D,
    0x2011: 0x2D,
}


def fold(text: str) -> str:
    """`text` with full-width ASCII made half-width; same length, so offsets into one are offsets into the other."""
    return text.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Value:
    """`text[start:end]` says a value; `key` is its canonical form."""

    kind: Kind
    start: int
    end: int
    key: str
    date: PartialDate | None = None
    part: str = ""  # of a date: Q1-Q4, H1, H2, early, mid, late, FY (a fiscal year or a period of one)
    number: Decimal | None = None
    unit: str = ""  # currency code, or a unit's key in UNITS


# key: (Japanese forms, English forms, Japanese as said, English as said (singular, plural))
UNITS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str, tuple[str, str]]] = {
    "percent": (("%", "パーセント"), ("%", "percent", "per cent"), "%", ("%", "%")),
    "year-span": (("年間", "カ年", "か年", "ヵ年", "周年"), ("years", "year"), "年間", (" year", " years")),
    "age": (("歳", "才"), ("years old", "years of age"), "歳", (" years old", " years old")),
    "month-span": (("カ月間", "か月間", "ヶ月間", "カ月", "か月", "ヶ月", "ヵ月"), ("months", "month"), "カ月", (" month", " months")),
    "day-span": (("日間",), ("days", "day"), "日間", (" day", " days")),
    "hour-span": (("時間",), ("hours", "hour"), "時間", (" hour", " hours")),
    "minute-span": (("分間",), ("minutes", "minute"), "分間", (" minute", " minutes")),
    "person": (("人", "名"), ("people", "persons", "employees", "staff", "members", "engineers"), "人", (" person", " people")),
    "company": (("社",), ("companies", "company", "firms"), "社", (" company", " companies")),
    "country": (("カ国", "か国", "ヶ国", "ヵ国"), ("countries", "country", "nations"), "カ国", (" country", " countries")),
    "place": (("拠点", "カ所", "か所", "ヶ所", "箇所"), ("bases", "locations", "sites", "offices", "places"), "拠点", (" site", " sites")),
    "contract": (("契約",), ("contracts", "contract"), "件の契約", (" contract", " contracts")),
    "team": (("チーム",), ("teams", "team"), "チーム", (" team", " teams")),
    "mission": (("ミッション",), ("missions",), "ミッション", (" mission", " missions")),
    "times": (("回目", "回", "度"), ("times",), "回", (" time", " times")),
    "item": (("つ", "件", "個", "点", "項目", "種類"), ("items", "pieces"), "件", ("", "")),
    "vehicle": (("機", "基", "台", "隻"), ("units", "satellites", "rovers", "landers"), "機", (" unit", " units")),
    "share": (("株",), ("shares", "share"), "株", (" share", " shares")),
    "kg": (("キログラム", "キロ", "kg"), ("kilograms", "kilogram", "kilos", "kg"), "kg", (" kg", " kg")),
    "tonne": (("トン",), ("tonnes", "tonne", "tons", "ton"), "トン", (" tonne", " tonnes")),
    "gram": (("グラム",), ("grams", "gram"), "グラム", (" gram", " grams")),
    "km/h": (("km/h", "キロメートル毎時"), ("km/h", "kph"), "km/h", (" km/h", " km/h")),
    "km": (("キロメートル", "km"), ("kilometers", "kilometres", "kilometer", "kilometre", "km"), "km", (" km", " km")),
    "mm": (("ミリメートル", "ミリ", "mm"), ("millimeters", "millimetres", "mm"), "mm", (" mm", " mm")),
    "cm": (("センチメートル", "センチ", "cm"), ("centimeters", "centimetres", "cm"), "cm", (" cm", " cm")),
    "mile": (("マイル",), ("miles", "mile"), "マイル", (" mile", " miles")),
    "m": (("メートル", "m"), ("meters", "metres", "meter", "metre", "m"), "m", (" m", " m")),
}  # fmt: skip
_CURRENCIES: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "JPY": (("円", "日本円"), ("JPY", "¥", "￥", "yen", "Japanese yen"), "円"),
    "USD": (
        ("米ドル", "ドル", "米国ドル", "USドル"),
        ("USD", "US$", "$", "U.S. dollars", "US dollars", "dollars"),
        "ドル",
    ),
    "EUR": (("ユーロ",), ("EUR", "€", "euros", "euro"), "ユーロ"),
    "GBP": (("ポンド", "英ポンド"), ("GBP", "£", "pounds"), "ポンド"),
    "CNY": (("人民元", "元"), ("CNY", "RMB", "yuan"), "元"),
    "CAD": (("カナダドル",), ("CAD", "C$", "Canadian dollars"), "カナダドル"),
    "AUD": (("豪ドル",), ("AUD", "A$", "Australian dollars"), "豪ドル"),
}
_SCALES_JA = {"兆": 10**12, "億": 10**8, "百万": 10**6, "万": 10**4, "千": 10**3}
_SCALES_EN = {
    "trillion": 10**12, "tn": 10**12, "billion": 10**9, "bn": 10**9, "b": 10**9, "million": 10**6, "mn": 10**6,
    "mm": 10**6, "m": 10**6, "thousand": 10**3, "k": 10**3,
}  # fmt: skip
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_NUMBER = {name: i + 1 for i, name in enumerate(_MONTHS)} | {name[:3]: i + 1 for i, name in enumerate(_MONTHS)}
_MONTH_NUMBER["sept"] = 9
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_NUMBER_WORDS = {
    word: value
    for value, word in enumerate((
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    ))
} | {"thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "dozen": 12}  # fmt: skip
_KANJI_DIGITS = {char: i for i, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "両": 2}

_MON = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_YEAR = r"(?:1[89]\d{2}|20\d{2}|21\d{2})"
_NUM = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_JA_YEAR = rf"(?:(?P<era>令和|平成|昭和|大正|明治)\s?(?P<era_year>\d{{1,2}}|元)\s?年|(?P<year>{_YEAR})\s?年)"
_PART_JA = {
    "前半": "H1", "上半期": "H1", "上期": "H1", "後半": "H2", "下半期": "H2", "下期": "H2", "初頭": "early",
    "初め": "early", "はじめ": "early", "前期": "early", "半ば": "mid", "中頃": "mid", "末": "late", "終盤": "late",
    "年末": "late", "上旬": "early", "初旬": "early", "中旬": "mid", "下旬": "late", "春": "spring", "夏": "summer",
    "秋": "autumn", "冬": "winter", "度": "FY",
}  # fmt: skip
_PART_EN = {"early": "early", "mid": "mid", "late": "late", "end of": "late", "the end of": "late", "spring": "spring",
            "summer": "summer", "autumn": "autumn", "fall": "autumn", "winter": "winter"}  # fmt: skip

_DATE_JA = re.compile(
    rf"{_JA_YEAR}\s?(?:"
    r"(?P<month>\d{1,2})\s?月(?:\s?(?P<day>\d{1,2})\s?日|(?P<fy>\s?期)|(?P<mpart>上旬|初旬|中旬|下旬|末|初め))?"
    r"|(?:の)?第?(?P<quarter>[1-4一二三四])四半期"
    r"|(?P<ypart>前半|後半|上半期|下半期|上期|下期|初頭|初め|半ば|末|春|夏|秋|冬|度))?"
)
_FY_QUARTER = re.compile(r"\s?第?(?P<quarter>[1-4一二三四])四半期")
_DAY_JA = re.compile(
    r"(?<![\d年])(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日|(?<![\d年/.])(?P<monthonly>\d{1,2})\s?月(?![間面額])"
)
_DATE_EN = re.compile(
    rf"\b(?:(?P<mon1>{_MON})\s+(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year1>{_YEAR})"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<mon2>{_MON}),?\s+(?P<year2>{_YEAR})"
    rf"|(?:(?P<part0>early|mid|late|the end of|end of)[\s-]+)?(?P<mon3>{_MON}),?\s+(?:of\s+)?(?P<year3>{_YEAR}))\b",
    re.IGNORECASE,
)
_QUARTER_EN = re.compile(
    rf"\b(?:(?:Q(?P<q1>[1-4])|(?P<q2>first|second|third|fourth|1st|2nd|3rd|4th)\s+quarter)(?:\s+(?:of|in))?(?:\s+(?P<fy>fiscal|FY))?(?:\s+year)?\s*(?P<year>{_YEAR})"
    rf"|(?P<half>first|second|latter|1st|2nd)\s+half\s+of\s+(?P<hyear>{_YEAR})"
    rf"|(?P<part>early|mid|late|the end of|end of|spring|summer|autumn|fall|winter)(?:\s+(?:of|in))?[\s-]+(?P<pyear>{_YEAR}))\b",
    re.IGNORECASE,
)
_DAY_EN = re.compile(
    rf"\b(?:(?P<mon1>{_MON})\s+(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<mon2>{_MON}))\b(?!\s*,?\s*\d{{4}})",
    re.IGNORECASE,
)
_DATE_ISO = re.compile(
    rf"(?<!\d)(?P<year>{_YEAR})(?P<sep>[-/.])(?P<month>\d{{1,2}})(?:(?P=sep)(?P<day>\d{{1,2}}))?(?![\d])"
)
_YEAR_ALONE = re.compile(
    rf"(?<![\d,.$¥€£/-])(?P<year>{_YEAR})(?![\d,%]|\.\d|\s?(?:円|ドル|人|名|社|株|件|km|kg|m\b|yen|people|shares))"
)
_TIME = re.compile(
    r"(?:午前|午後|AM|PM)?\s?(?<!\d)(?P<hour>\d{1,2})\s?(?:時(?!間|点)(?:\s?(?P<minute>\d{1,2})\s?分)?|:(?P<minute2>\d{2})(?::\d{2})?)",
    re.IGNORECASE,
)
_SCALED_JA = rf"(?:{_NUM}\s?(?:兆|億|百万|万|千)\s?)+(?:{_NUM})?|{_NUM}"
_CUR_JA = "|".join(sorted({form for forms, _, _ in _CURRENCIES.values() for form in forms}, key=len, reverse=True))
_MONEY_JA = re.compile(rf"(?P<amount>{_SCALED_JA})\s?(?P<currency>{_CUR_JA})")
_CUR_EN_PRE = r"JPY|USD|EUR|GBP|CNY|RMB|CAD|AUD|US\$|C\$|A\$|[$¥￥€£]"
_SCALE_EN = r"(?:trillion|billion|million|thousand|tn|bn|mn|mm|[bmk])(?![a-z])"
_MONEY_EN = re.compile(
    rf"(?P<pre>{_CUR_EN_PRE})\s?(?P<amount>{_NUM})(?:\s?-?(?P<scale>{_SCALE_EN}))?"
    rf"|(?<![\w.,])(?P<amount2>{_NUM})(?:\s?-?(?P<scale2>{_SCALE_EN}))?\s?(?P<post>Japanese yen|yen|U\.S\. dollars|US dollars|Canadian dollars|Australian dollars|dollars|euros?|pounds|yuan|JPY|USD|EUR)\b",
    re.IGNORECASE,
)
_UNIT_JA = {form: key for key, (forms, _, _, _) in UNITS.items() for form in forms}
_UNIT_EN = {form: key for key, (_, forms, _, _) in UNITS.items() for form in forms}
_QUANTITY_JA = re.compile(
    rf"(?<![A-Za-z0-9.,])(?P<number>{_SCALED_JA}|[〇一二三四五六七八九十百両]+)\s?(?P<unit>"
    + "|".join(sorted(map(re.escape, _UNIT_JA), key=len, reverse=True))
    + r")(?!目|曜|[A-Za-z])"
)
_WORDS = "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True))
_QUANTITY_EN = re.compile(
    rf"(?<![\w.,-])(?P<number>{_NUM}|(?:{_WORDS})\b)(?:\s?(?P<scale>{_SCALE_EN}))?(?:\s|-)?(?:(?:[a-z]+\s){{0,2}}?)(?P<unit>"
    + "|".join(sorted(map(re.escape, _UNIT_EN), key=len, reverse=True))
    + r")(?![a-z])",
    re.IGNORECASE,
)


def values(text: str, *, context: PartialDate | None = None) -> list[Value]:
    """Every date, time, amount of money and quantity in `text`, in order, none overlapping another.

    Args:
        context: the date that a day without a year ("11月22日") belongs near; without it, the last full date before.

    >>> [v.key for v in values("2022年11月に約268億円、Nov. 2022: JPY 26.8bn")]
    ['2022-11', 'JPY:26800000000', '2022-11', 'JPY:26800000000']
    """
    folded = fold(text)
    taken = bytearray(len(folded))
    found: list[Value] = []
    for value in _candidates(folded):
        if not any(taken[value.start : value.end]):
            taken[value.start : value.end] = b"\1" * (value.end - value.start)
            found.append(value)
    found.sort(key=lambda value: value.start)
    return list(_with_years(found, folded, context))


def _candidates(text: str) -> Iterator[Value]:
    yield from _japanese_dates(text)
    yield from _english_dates(text)
    yield from _money(text)
    for match in _TIME.finditer(text):
        hour, minute = int(match["hour"]), int(match["minute"] or match["minute2"] or 0)
        if match.group().startswith(("午後", "PM", "pm")) and hour < 12:
            hour += 12
        if hour <= 24 and minute < 60:
            yield Value("time", match.start(), match.end(), f"{hour:02d}:{minute:02d}")
    yield from _quantities(text)
    for match in _YEAR_ALONE.finditer(text):
        yield _date(match, PartialDate(int(match["year"])))
    for match in _DAY_JA.finditer(text):
        month, day = int(match["month"] or match["monthonly"]), int(match["day"] or 0)
        if _valid(2024, month, day or 1):
            key = f"?-{month:02d}" + (f"-{day:02d}" if day else "")
            yield Value("date", match.start(), match.end(), key)
    for match in _DAY_EN.finditer(text):
        month, day = _month(match["mon1"] or match["mon2"]), int(match["day1"] or match["day2"])
        if _valid(2024, month, day):
            yield Value("date", match.start(), match.end(), f"?-{month:02d}-{day:02d}")


def _with_years(found: list[Value], text: str, context: PartialDate | None) -> Iterator[Value]:
    """Days without a year take the year of the last full date before them, or the context's."""
    near = context
    for value in found:
        if value.kind == "date" and value.date is not None:
            near = value.date
        if value.key.startswith("?-"):
            if near is None:
                continue
            month, _, day = value.key[2:].partition("-")
            if not _valid(near.year, int(month), int(day or 1)):
                continue
            date = PartialDate(near.year, int(month), int(day) if day else None)
            yield Value("date", value.start, value.end, str(date), date=date)
        else:
            yield value


def _valid(year: int, month: int, day: int) -> bool:
    try:
        PartialDate(year, month, day)
    except ValueError:
        return False
    return True


def _date(match: re.Match[str], date: PartialDate, part: str = "", end: int | None = None) -> Value:
    key = f"{date}-{part}" if part else str(date)
    return Value("date", match.start(), match.end() if end is None else end, key, date=date, part=part)


def _small(text: str) -> int:
    return int(text) if text.isdigit() else _KANJI_DIGITS[text]


def _japanese_dates(text: str) -> Iterator[Value]:
    for match in _DATE_JA.finditer(text):
        year = int(match["year"]) if match["year"] else 0
        if match["era"]:
            year = _ERAS[match["era"]] + (1 if match["era_year"] == "元" else int(match["era_year"]))
        month, day = (int(match[name]) if match[name] else None for name in ("month", "day"))
        if month is not None and not _valid(year, month, day or 1):
            continue
        if match["fy"]:
            quarter = _FY_QUARTER.match(text, match.end())
            part = f"FY-Q{_small(quarter['quarter'])}" if quarter else "FY"
            yield _date(match, PartialDate(year, month), part, quarter.end() if quarter else None)
        elif match["quarter"]:
            yield _date(match, PartialDate(year), f"Q{_small(match['quarter'])}")
        else:
            part = _PART_JA.get(match["mpart"] or match["ypart"] or "", "")
            yield _date(match, PartialDate(year, month, day), part)


def _month(name: str) -> int:
    return _MONTH_NUMBER[name.casefold().rstrip(".")[:3]]


def _english_dates(text: str) -> Iterator[Value]:
    for match in _DATE_EN.finditer(text):
        name = match["mon1"] or match["mon2"] or match["mon3"]
        year = int(match["year1"] or match["year2"] or match["year3"])
        day = match["day1"] or match["day2"]
        if day and not _valid(year, _month(name), int(day)):
            continue
        part = _PART_EN.get((match["part0"] or "").casefold(), "")
        yield _date(match, PartialDate(year, _month(name), int(day) if day else None), part)
    for match in _QUARTER_EN.finditer(text):
        if match["year"]:
            word = (match["q1"] or match["q2"]).casefold()
            quarter = {"first": 1, "second": 2, "third": 3, "fourth": 4}.get(word) or int(word[0])
            yield _date(match, PartialDate(int(match["year"])), ("FY-" if match["fy"] else "") + f"Q{quarter}")
        elif match["hyear"]:
            half = "H1" if match["half"].casefold() in ("first", "1st") else "H2"
            yield _date(match, PartialDate(int(match["hyear"])), half)
        else:
            yield _date(match, PartialDate(int(match["pyear"])), _PART_EN[match["part"].casefold()])
    for match in _DATE_ISO.finditer(text):
        month, day = int(match["month"]), int(match["day"]) if match["day"] else None
        if _valid(int(match["year"]), month, day or 1) and (day or match["sep"] != "."):
            yield _date(match, PartialDate(int(match["year"]), month, day))


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace(" ", ""))


def _scaled_japanese(text: str) -> Decimal:
    """1億2,500万 → 125000000."""
    if text and all(char in _KANJI_DIGITS or char in "十百" for char in text):
        return Decimal(_kanji_number(text))
    total = Decimal(0)
    for number, scale in re.findall(rf"({_NUM})\s?(兆|億|百万|万|千)?", text):
        total += _decimal(number) * _SCALES_JA.get(scale, 1)
    return total


def _kanji_number(text: str) -> int:
    if not any(char in "十百" for char in text):
        return int("".join(str(_KANJI_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _KANJI_DIGITS[char]
    return total + digit


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _money(text: str) -> Iterator[Value]:
    codes_ja = {form: code for code, (forms, _, _) in _CURRENCIES.items() for form in forms}
    codes_en = {form.casefold(): code for code, (_, forms, _) in _CURRENCIES.items() for form in forms}
    for match in _MONEY_JA.finditer(text):
        amount, code = _scaled_japanese(match["amount"]), codes_ja[match["currency"]]
        yield Value("money", match.start(), match.end(), f"{code}:{_number(amount)}", number=amount, unit=code)
    for match in _MONEY_EN.finditer(text):
        scale = match["scale"] or match["scale2"] or ""
        amount = _decimal(match["amount"] or match["amount2"]) * _SCALES_EN.get(scale.casefold(), 1)
        code = codes_en.get((match["pre"] or match["post"]).casefold(), "EUR")
        yield Value("money", match.start(), match.end(), f"{code}:{_number(amount)}", number=amount, unit=code)


def _quantities(text: str) -> Iterator[Value]:
    for match in _QUANTITY_JA.finditer(text):
        number, unit = _scaled_japanese(match["number"]), _UNIT_JA[match["unit"]]
        yield Value("quantity", match.start(), match.end(), f"{unit}:{_number(number)}", number=number, unit=unit)
    for match in _QUANTITY_EN.finditer(text):
        said = match["number"].casefold()
        number = Decimal(_NUMBER_WORDS[said]) if said in _NUMBER_WORDS else _decimal(match["number"])
        number *= _SCALES_EN.get((match["scale"] or "").casefold(), 1)
        unit = _UNIT_EN[match["unit"].casefold()]
        yield Value("quantity", match.start(), match.end(), f"{unit}:{_number(number)}", number=number, unit=unit)


def say(value: Value, language: Language) -> str:
    """`value` written in `language`, no more exact than it was.

    >>> say(values("2022年11月")[0], "en"), say(values("USD 125 million")[0], "ja")
    ('November 2022', '1億2500万ドル')
    """
    if value.kind == "date" and value.date is not None:
        return _say_date(value.date, value.part, language)
    if value.kind == "money" and value.number is not None:
        if language == "ja":
            return _say_japanese(value.number) + _CURRENCIES[value.unit][2]
        return f"{value.unit} {_say_english(value.number)}"
    if value.kind == "quantity" and value.number is not None:
        _, _, japanese, (one, many) = UNITS[value.unit]
        if language == "ja":
            return _say_japanese(value.number) + japanese
        return _say_english(value.number) + (one if value.number == 1 else many)
    return value.key


def _say_date(date: PartialDate, part: str, language: Language) -> str:
    parts_ja = {"H1": "前半", "H2": "後半", "early": "初頭", "mid": "半ば", "late": "末", "spring": "春", "summer": "夏",
                "autumn": "秋", "winter": "冬", "FY": "期"}  # fmt: skip
    if date.month and part in ("early", "mid", "late"):
        parts_ja = {"early": "上旬", "mid": "中旬", "late": "下旬"}
    if language == "ja":
        text = f"{date.year}年" + (f"{date.month}月" if date.month else "") + (f"{date.day}日" if date.day else "")
        if "Q" in part:
            return text + ("期" if part.startswith("FY") and date.month else "") + f"第{part[-1]}四半期"
        if part == "FY" and not date.month:
            return text + "度"
        return text + parts_ja.get(part, "")
    month = _MONTHS[date.month - 1].capitalize() if date.month else ""
    text = " ".join(filter(None, (str(date.day) if date.day else "", month, str(date.year))))
    if part in ("H1", "H2"):
        return f"{'first' if part == 'H1' else 'second'} half of {text}"
    if part.startswith("FY"):
        return f"{part[3:] + ' of ' if 'Q' in part else ''}fiscal year ended {text}" if month else f"fiscal {text}"
    return f"{part} {text}".strip()


def _say_japanese(number: Decimal) -> str:
    if number != number.to_integral_value() or number < 10**4:
        return f"{number:,f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:,f}"
    rest, said = int(number), ""
    for name, size in (("兆", 10**12), ("億", 10**8), ("万", 10**4)):
        if rest >= size:
            said += f"{rest // size}{name}"
            rest %= size
    return said + (str(rest) if rest else "")


def _say_english(number: Decimal) -> str:
    for name, size in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        if number >= size:
            return f"{_number(number / size)} {name}"
    return f"{number.normalize():,f}"

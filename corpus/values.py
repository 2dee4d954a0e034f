"""Values: text in, typed mentions of dates, money and quantities out, each with a canonical key and its exact place.

The key is the same however a value is written: 2022年11月, Nov. 2022 and ２０２２年１１月 are all `2022-11`; 268億円 and
JPY 26.8bn are both `JPY:26800000000`. `say` writes a value again in either language.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
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
    return text if text.isascii() else text.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Value:
    """`text[start:end]` says a value; `key` is its canonical form."""

    kind: Kind
    start: int
    end: int
    key: str
    date: PartialDate | None = None
    part: str = ""  # of a date: Q1-Q4, H1, H2, early, mid, late, end, a season, or FY, FY-Q1, FY-H1 (of a fiscal year)
    number: Decimal | None = None
    unit: str = ""  # currency code, or a unit's key in UNITS


# key: (Japanese forms, English forms, Japanese as said, English as said (singular, plural)); longer forms match first
UNITS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str, tuple[str, str]]] = {
    "percent": (("%", "パーセント"), ("%", "percent", "per cent"), "%", ("%", "%")),
    "year-span": (("年間", "カ年", "か年", "ヵ年", "ヶ年"), ("years", "year"), "年間", (" year", " years")),
    "age": (("歳", "才"), ("years old", "years of age"), "歳", (" years old", " years old")),
    "month-span": (("カ月間", "か月間", "ヶ月間", "ヵ月間", "カ月", "か月", "ヶ月", "ヵ月", "箇月"), ("months", "month"), "カ月", (" month", " months")),
    "week-span": (("週間",), ("weeks", "week"), "週間", (" week", " weeks")),
    "day-span": (("日間",), ("days", "day"), "日間", (" day", " days")),
    "hour-span": (("時間",), ("hours", "hour"), "時間", (" hour", " hours")),
    "minute-span": (("分間",), ("minutes", "minute"), "分間", (" minute", " minutes")),
    "second-span": (("秒間", "秒"), ("seconds", "second"), "秒", (" second", " seconds")),
    "person": (("人", "名"), ("people", "persons", "person", "employees", "employee", "staff", "members", "member", "engineers", "engineer"), "人", (" person", " people")),
    "company": (("社の企業", "社"), ("companies", "company", "firms", "firm"), "社", (" company", " companies")),
    "party": (("者", "団体"), ("parties", "party", "investors", "investor", "shareholders", "shareholder", "bidders", "bidder", "applicants", "applicant", "organizations", "organisations", "organization", "organisation"), "者", (" party", " parties")),
    "country": (("カ国", "か国", "ヶ国", "ヵ国"), ("countries", "country", "nations", "nation"), "カ国", (" country", " countries")),
    "place": (("つの拠点", "拠点", "カ所", "か所", "ヶ所", "箇所"), ("bases", "base", "locations", "location", "sites", "site", "offices", "office"), "拠点", (" site", " sites")),
    "contract": (("件の契約", "つの契約", "契約"), ("contracts", "contract"), "件の契約", (" contract", " contracts")),
    "team": (("つのチーム", "チーム"), ("teams", "team"), "チーム", (" team", " teams")),
    "mission": (("回のミッション", "つのミッション", "件のミッション", "ミッション"), ("missions", "mission"), "回のミッション", (" mission", " missions")),
    "times": (("回",), ("times",), "回", (" times", " times")),
    "fold": (("倍",), ("-fold",), "倍", ("-fold", "-fold")),
    "item": (("つ", "件", "個", "点", "項目", "種類", "段階"), ("items", "item", "pieces", "piece"), "件", (" item", " items")),
    "vehicle": (("機", "基", "台", "隻"), ("units", "unit", "satellites", "satellite", "rovers", "rover", "landers", "lander"), "機", (" unit", " units")),
    "share": (("株",), ("shares", "share"), "株", (" share", " shares")),
    "kg": (("キログラム", "キロ", "kg"), ("kilograms", "kilogram", "kilos", "kg"), "kg", (" kg", " kg")),
    "tonne": (("トン", "t"), ("tonnes", "tonne", "tons", "ton", "t"), "トン", (" tonne", " tonnes")),
    "gram": (("グラム", "g"), ("grams", "gram", "g"), "グラム", (" gram", " grams")),
    "km/h": (("km/h", "キロメートル毎時"), ("km/h", "kph"), "km/h", (" km/h", " km/h")),
    "m/s": (("m/s", "メートル毎秒"), ("m/s",), "m/s", (" m/s", " m/s")),
    "km": (("キロメートル", "km"), ("kilometers", "kilometres", "kilometer", "kilometre", "km"), "km", (" km", " km")),
    "mm": (("ミリメートル", "ミリ", "mm"), ("millimeters", "millimetres", "mm"), "mm", (" mm", " mm")),
    "cm": (("センチメートル", "センチ", "cm"), ("centimeters", "centimetres", "cm"), "cm", (" cm", " cm")),
    "mile": (("マイル",), ("miles", "mile"), "マイル", (" mile", " miles")),
    "m": (("メートル", "m"), ("meters", "metres", "meter", "metre", "m"), "m", (" m", " m")),
    "square-metre": (("平方メートル", "㎡", "m2"), ("square metres", "square meters", "sqm"), "平方メートル", (" square metres", " square metres")),
    "celsius": (("℃", "°C"), ("°C", "degrees Celsius"), "℃", (" °C", " °C")),
}  # fmt: skip
# code: (Japanese forms, English forms before the amount, English forms after it, Japanese as said)
_CURRENCIES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str]] = {
    "JPY": (("円", "日本円"), ("JPY", "JP¥", "¥"), ("Japanese yen", "yen", "JPY"), "円"),
    "USD": (("米ドル", "米国ドル", "USドル", "ドル"), ("USD", "US$", "$"), ("U.S. dollars", "US dollars", "dollars", "dollar", "USD"), "ドル"),
    "EUR": (("ユーロ",), ("EUR", "€"), ("euros", "euro", "EUR"), "ユーロ"),
    "GBP": (("英ポンド", "ポンド"), ("GBP", "£"), ("pounds sterling", "pounds", "GBP"), "ポンド"),
    "CNY": (("人民元", "中国元", "元"), ("CNY", "RMB"), ("yuan", "CNY", "RMB"), "元"),
    "CAD": (("カナダドル",), ("CAD", "C$"), ("Canadian dollars", "CAD"), "カナダドル"),
    "AUD": (("豪ドル",), ("AUD", "A$"), ("Australian dollars", "AUD"), "豪ドル"),
    "KRW": (("ウォン",), ("KRW", "₩"), ("won", "KRW"), "ウォン"),
}  # fmt: skip
_SCALES_EN = {
    "trillion": 10**12, "tn": 10**12, "billion": 10**9, "bn": 10**9, "b": 10**9, "million": 10**6, "mn": 10**6,
    "mm": 10**6, "m": 10**6, "thousand": 10**3, "k": 10**3,
}  # fmt: skip
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "R": 2018, "H": 1988, "S": 1925}
_ERA_LENGTHS = {"R": 40, "H": 31, "S": 64}
_NUMBER_WORDS = {
    word: value
    for value, word in enumerate((
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    ))
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100, "dozen": 12}  # fmt: skip
_KANJI_DIGITS = {char: i for i, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "両": 2}
_KANJI_TENS = {"十": 10, "百": 100, "千": 1000}
_KANJI_MYRIADS = {"万": 10**4, "億": 10**8, "兆": 10**12}
_FULL = {
    "first": "1", "second": "2", "latter": "2", "third": "3", "fourth": "4", "1st": "1", "2nd": "2", "3rd": "3", "4th": "4",
    "一": "1", "二": "2", "三": "3", "四": "4",
}  # fmt: skip

_NUM = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_KANJI_DIGIT = "〇零一二三四五六七八九両"
# Every character can be read in one way only, and a number ends somewhere: no text makes this slow.
_NUM_JA = rf"(?:{_NUM}|[{_KANJI_DIGIT}十百千万億兆])(?:\s?[十百千万億兆]|(?<=[十百千万億兆])\s?{_NUM}|(?<=[{_KANJI_DIGIT}十百千万億兆])[{_KANJI_DIGIT}]){{0,24}}"
_SIGN = r"(?P<sign>[△▲]\s?|(?<![\w)%.,])-(?=\d|[A-Z$¥€£]))?"

# --- dates -------------------------------------------------------------------------------------------------------------

_MON = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)\b\.?"
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
_SAID_JA = {
    "early": "初頭",
    "mid": "半ば",
    "late": "終盤",
    "end": "末",
    "H1": "前半",
    "H2": "後半",
    "spring": "春",
    "summer": "夏",
    "autumn": "秋",
    "winter": "冬",
}
_SAID_JA_OF_MONTH = {"early": "上旬", "mid": "中旬", "late": "下旬", "end": "末"}
_SAID_EN = {"H1": "first half of ", "H2": "second half of ", "mid": "mid-", "end": "end of "}

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
    rf"\b(?:(?P<mon1>{_MON})\s*(?P<day1>{_DAY})(?:\s?[-–~]\s?(?P<to1>\d{{1,2}})|\s(?:and|to|&)\s(?P<and1>\d{{1,2}}))?,?\s+(?P<year1>{_YEAR})"
    rf"|(?P<day2>{_DAY})(?:\s?[-–~]\s?(?P<to2>{_DAY})|\s(?:and|to|&)\s(?P<and2>{_DAY}))?[\s-](?:of\s+)?(?P<mon2>{_MON}),?[\s-](?P<year2>{_YEAR})"
    rf"|(?:(?P<part0>(?i:early|mid|late|end\sof|beginning\sof|middle\sof))[\s-]+)?(?P<mon3>{_MON}),?\s*(?:of\s+)?(?P<year3>{_YEAR}))"
)
_FISCAL_END_EN = re.compile(
    rf"\b(?:(?P<q>Q[1-4]|[1-4]Q|(?:first|second|third|fourth)[\s-]quarter|(?:first|second)\shalf)\s(?:of\s)?(?:the\s)?)?(?:full[\s-])?(?:fiscal\s)?year\s(?:ended|ending|ends|to)\s(?:on\s|in\s)?(?:(?P<mon>{_MON})(?:\s+\d{{1,2}},?)?|\d{{1,2}}\s(?P<mon2>{_MON}),?)\s*(?P<year>{_YEAR})",
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
    rf"\b(?:(?P<mon1>{_MON})\s(?P<day1>{_DAY})(?!\s?[:%])|(?P<day2>{_DAY})\s(?:of\s)?(?P<mon2>{_MON}))(?!\s*,?\s*\d)(?!\w)"
)
# May to August 2027, between May and August 2027: the month takes the year of the one behind it.
_MONTH_EN = re.compile(
    rf"\b(?P<mon>{_MON})(?=\s?(?:to|until|till|through|and|[-–—])\s?(?:(?:early|mid|late|the\send\sof)[\s-])?{_MON},?\s*(?:of\s)?{_YEAR})"
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

# --- money and quantities ----------------------------------------------------------------------------------------------


def _either(forms: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, forms), key=len, reverse=True))


_WORDS = "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True))
_SCALE_EN = r"(?:trillion|billion|million|thousand|tn|bn|mn|mm|[bmk])(?![A-Za-z])"
_CODES_JA = {form: code for code, (forms, _, _, _) in _CURRENCIES.items() for form in forms}
_CODES_EN = {form.casefold(): code for code, (_, before, after, _) in _CURRENCIES.items() for form in (*before, *after)}
_MONEY_JA = re.compile(
    rf"{_SIGN}(?<![\d.,])(?P<amount>{_NUM_JA})\s?(?P<currency>{_either(_CODES_JA)})(?![素論滑卓形周弧安高])"
)
_MONEY_EN = re.compile(
    rf"{_SIGN}(?<![A-Za-z])(?P<pre>{_either(form for _, before, _, _ in _CURRENCIES.values() for form in before)})\s?(?P<amount>{_NUM})(?:\s?-?(?P<scale>{_SCALE_EN}))?"
    rf"|(?<![\w.,$¥€£-])(?P<amount2>{_NUM}|(?:{_WORDS})\b)(?:[\s-]?(?P<scale2>{_SCALE_EN}))?[\s-]?(?:of\s)?(?P<post>{_either(form for _, _, after, _ in _CURRENCIES.values() for form in after)})\b",
    re.IGNORECASE,
)
_UNIT_JA = {form: key for key, (forms, _, _, _) in UNITS.items() for form in forms}
_UNIT_EN = {form.casefold(): key for key, (_, forms, _, _) in UNITS.items() for form in forms}
# What turns a counter into part of another word: 3社長, 2機関, 1人材.
_NOT_COUNTED = {
    "社": "会長員内外史債印是風屋", "機": "関構能会械器種材内上", "人": "材間物類気口工件命権員格体事文", "名": "称前義目誉簿刺乗",
    "者": "択間会面協凡", "団体": "名戦割交旅", "点": "検数火灯在", "個": "別性人体", "台": "風湾頭本", "基": "準本地盤調礎", "株": "式主価券", "回": "転路答避復線帰収",
    "件": "名数", "契約": "書者", "倍": "率", "秒": "速", "つ": "い目ま",
}  # fmt: skip
_SPAN_JA = re.compile(
    r"(?<![\d,.\w])(?P<number>\d{1,3}|[一二三四五六七八九十百]+)\s?年(?=以上|以内|超|未満|程度|契約|保証|後|前|ぶり|にわた)"
)
_QUANTITY_JA = re.compile(
    rf"{_SIGN}(?<![A-Za-z0-9.,第])(?P<number>{_NUM_JA})\s?(?P<unit>{_either(_UNIT_JA)})(?![目曜A-Za-z])"
)
# Between a number and its noun: adjectives, no words that begin another phrase.
_ADJECTIVE = r"(?!(?:and|or|the|of|in|to|for|with|a|an|by|at|from|on|per|as|is|was|are|were|will|its|our|than|that|which|has|have|had)\b)[A-Za-z][A-Za-z-]*\s"
_MEASURES = frozenset(
    (
        "percent",
        "kg",
        "tonne",
        "gram",
        "km/h",
        "m/s",
        "km",
        "mm",
        "cm",
        "mile",
        "m",
        "square-metre",
        "celsius",
        "times",
        "fold",
        "age",
    )
)
_QUANTITY_EN = re.compile(
    rf"{_SIGN}(?<![\w.,$¥€£/:])(?P<number>{_NUM}|(?:{_WORDS})\b)(?:[\s-]?(?P<scale>trillion|billion|million|thousand|bn|mn)\b)?(?:[\s-])?(?P<adjectives>(?:{_ADJECTIVE}){{0,2}}?)(?P<unit>{_either(_UNIT_EN)})(?![a-z0-9/])",
    re.IGNORECASE,
)
# A number after one of these names a thing: Mission 1, Series 3, Section 4.
_NAMING = re.compile(
    r"\b(?:mission|series|section|article|note|phase|falcon|table|figure|step|stage|item|no\.?|number|version|chapter|part|page|level|tier|class|type|form|rule|exhibit|milestone|success|apollo|schedule|appendix|block|round|volume|vol\.?|group|unit|act|lot|day|week|model|mark|option|case|annex|question|top)\s?$",
    re.IGNORECASE,
)


def values(text: str, *, context: PartialDate | None = None) -> list[Value]:
    """Every date, time, amount of money and quantity in `text`, in order, none overlapping another.

    Args:
        context: the date on which the text spoke, mostly its publication. 本日, 来年 and "today" are counted from it, and
            a day without a year ("11月22日") takes the year that puts it nearest. Without context, such a day takes the
            year of the full date before it, and words like 本日 are no values.

    >>> [v.key for v in values("2022年11月に約268億円、Nov. 2022: JPY 26.8bn")]
    ['2022-11', 'JPY:26800000000', '2022-11', 'JPY:26800000000']
    """
    folded = fold(text)
    taken = bytearray(len(folded))
    found: list[_Found] = []
    for candidate in _candidates(folded):
        start, end = candidate.start, candidate.end
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(candidate)
    found.sort(key=lambda candidate: candidate.start)
    return list(_resolved(found, folded, context))


@dataclass(frozen=True, slots=True)
class _Open:
    """A date that lacks its year, or more: what `_resolved` completes."""

    start: int
    end: int
    month: int | None = None
    day: int | None = None
    part: str = ""
    word: str = ""  # a relative one: 本日, 来年, "last month"


_Found = Value | _Open


def _candidates(text: str) -> Iterator[_Found]:
    """What might be a value, the surest kinds first: of two that overlap, the first one stands."""
    digits = any(char.isdigit() for char in text)
    if digits or "年" in text:
        yield from _japanese_dates(text)
    if digits:
        yield from _english_dates(text)
        yield from _numeric_dates(text)
    yield from _money(text)
    if digits:
        yield from _times(text)
    yield from _quantities(text)
    if digits:
        for match in _YEAR_ALONE.finditer(text):
            yield _date(match.span(), PartialDate(int(match["year"])))
        yield from _days(text)
    yield from _relatives(text)


def _date(span: tuple[int, int], date: PartialDate, part: str = "") -> Value:
    return Value("date", *span, f"{date}-{part}" if part else str(date), date=date, part=part)


def _dated(year: int, month: int | None = None, day: int | None = None) -> PartialDate | None:
    try:
        return PartialDate(year, month, day)
    except ValueError:
        return None


def _quarter(text: str | None) -> str:
    """The part that 第2四半期, 2Q, Q2, 上期 or "second quarter" names; "" for none.

    >>> _quarter("第２四半期".translate(_FOLD)), _quarter("下期"), _quarter("Second quarter")
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


def _japanese_dates(text: str) -> Iterator[Value]:
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
    return next(i for i, month in enumerate(_MONTHS, 1) if month.startswith(name.casefold()[:3]))


def _day(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _english_dates(text: str) -> Iterator[Value]:
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
        if not _NAMING.search(match.string[max(0, match.start() - 24) : match.start()]):
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


def _numeric_dates(text: str) -> Iterator[Value]:
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


def _times(text: str) -> Iterator[Value]:
    for match in _TIME.finditer(text):
        hour, minute = int(match["hour"]), int(match["minute"] or match["minute2"] or 0)
        half = (match["half"] or match["half2"] or match["half3"] or "").casefold()
        if half.startswith(("p", "午後")) and hour < 12:
            hour += 12
        if half.startswith("a") and hour == 12:
            hour = 0
        if hour <= 24 and minute < 60:
            yield Value("time", match.start(), match.end(), f"{hour:02d}:{minute:02d}")


def _days(text: str) -> Iterator[_Open]:
    for match in _DAY_JA.finditer(text):
        month, day = int(match["month"]), int(match["day"]) if match["day"] else None
        part = "FY" if match["fy"] else _PARTS_JA.get(match["part"] or "", "")
        yield _Open(match.start(), match.end(), month, day, part, match["rel"] or "")
    for match in _DAY_EN.finditer(text):
        yield _Open(
            match.start(), match.end(), _month(match["mon1"] or match["mon2"]), _day(match["day1"] or match["day2"])
        )
    for match in _MONTH_EN.finditer(text):
        yield _Open(match.start(), match.end(), _month(match["mon"]))
    for match in _DAY_ALONE_JA.finditer(text):
        yield _Open(match.start("day"), match.end(), day=int(match["day"]))


def _relatives(text: str) -> Iterator[_Open]:
    for match in _RELATIVE_JA.finditer(text):
        part = "FY" if match["fy"] or match["fiscal"] else _PARTS_JA.get(match["mpart"] or match["ypart"] or "", "")
        word = match["day"] or match["month"] or match["year"] or match["within"] or match["fiscal"]
        yield _Open(match.start(), match.end(), part=part, word=word)
    for match in _RELATIVE_EN.finditer(text):
        word = match["day"] or f"{match['which']} {match['unit']}"
        yield _Open(match.start(), match.end(), word=word.casefold())


_RANGE = re.compile(r"\s?(?:から|より|[~〜～–-]|to|and|&|及び|および|と|、|・|,)\s?(?:the\s)?")


def _resolved(found: list[_Found], text: str, context: PartialDate | None) -> Iterator[Value]:
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
    open_date: _Open, text: str, before: Value | None, after: Value | None, context: PartialDate | None
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


def _relative(open_date: _Open, last: PartialDate | None, context: PartialDate | None) -> PartialDate | None:
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


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace(" ", ""))


def _japanese_number(text: str) -> Decimal:
    """What a number in digits, kanji or both says; 0 for an empty text.

    >>> _japanese_number("1億2,500万"), _japanese_number("三百二十"), _japanese_number("1,234百万")
    (Decimal('125000000'), Decimal('320'), Decimal('1234000000'))
    """
    total, section, digits = Decimal(0), Decimal(0), None
    positional = False
    for token in re.findall(rf"{_NUM}|\S", text):
        if token[0].isdigit():
            digits, positional = _decimal(token), False
        elif token in _KANJI_DIGITS:
            digits = (digits or 0) * (10 if positional else 1) + Decimal(_KANJI_DIGITS[token])
            positional = True
        elif token in _KANJI_TENS:
            section += (Decimal(1) if digits is None else digits) * _KANJI_TENS[token]
            digits, positional = None, False
        elif token in _KANJI_MYRIADS:
            # 1,234百万 and 3千万: what stands before 万, 億, 兆 counts them.
            counted = section + (digits or 0)
            total += (counted if section or digits is not None else Decimal(1)) * _KANJI_MYRIADS[token]
            section, digits, positional = Decimal(0), None, False
    return total + section + (digits or 0)


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"


def _signed(match: re.Match[str], number: Decimal) -> Decimal:
    return -number if match["sign"] else number


def _english_number(text: str, scale: str | None) -> Decimal:
    number = Decimal(_NUMBER_WORDS[text.casefold()]) if text.casefold() in _NUMBER_WORDS else _decimal(text)
    return number * _SCALES_EN.get((scale or "").casefold(), 1)


def _money(text: str) -> Iterator[Value]:
    for match in _MONEY_JA.finditer(text):
        # 数億円 and 億円 say no amount.
        if match["amount"][0] in "万億兆" or text[match.start() - 1 : match.start()] in tuple("数何幾"):
            continue
        amount, code = _signed(match, _japanese_number(match["amount"])), _CODES_JA[match["currency"]]
        yield Value("money", match.start(), match.end(), f"{code}:{_number(amount)}", number=amount, unit=code)
    for match in _MONEY_EN.finditer(text):
        amount = _signed(match, _english_number(match["amount"] or match["amount2"], match["scale"] or match["scale2"]))
        code = _CODES_EN[(match["pre"] or match["post"]).casefold()]
        yield Value("money", match.start(), match.end(), f"{code}:{_number(amount)}", number=amount, unit=code)


def _quantities(text: str) -> Iterator[Value]:
    for match in _QUANTITY_JA.finditer(text):
        unit, said = match["unit"], match["number"]
        after, before = text[match.end() : match.end() + 1], text[match.start() - 1 : match.start()]
        if after and after in _NOT_COUNTED.get(unit, ""):
            continue
        # 同一人物, 唯一点: a kanji numeral inside a longer word.
        if not said[0].isdigit() and (said[0] in "万億兆" or before in tuple("同唯統均単随専数何幾")):
            continue
        if unit == "者" and said == "両":
            continue  # both of them
        if unit.isascii() and _names_a_thing(text, match):
            continue
        kind = _UNIT_JA[unit]
        if kind == "km" and re.search(r"時速\s?約?\s?$", text[max(0, match.start() - 6) : match.start()]):
            kind = "km/h"
        yield _quantity(match.span(), _signed(match, _japanese_number(said)), kind)
    for match in _SPAN_JA.finditer(text):
        yield _quantity(match.span(), _japanese_number(match["number"]), "year-span")
    for match in _QUANTITY_EN.finditer(text):
        unit = _UNIT_EN[match["unit"].casefold()]
        measured = unit in _MEASURES and match["adjectives"]
        # "ten Mission 1 milestones" counts no missions.
        name = re.match(r"\s\d", text[match.end() : match.end() + 2])
        if measured or name or match["unit"] == "M" or _names_a_thing(text, match):
            continue
        yield _quantity(match.span(), _signed(match, _english_number(match["number"], match["scale"])), unit)


def _quantity(span: tuple[int, int], number: Decimal, unit: str) -> Value:
    return Value("quantity", *span, f"{unit}:{_number(number)}", number=number, unit=unit)


def _names_a_thing(text: str, match: re.Match[str]) -> bool:
    """Whether the number belongs to a name before it: Mission 1, HAKUTO 2; not so in "About 20 engineers"."""
    if not match["number"][0].isdigit() or match["unit"] in ("%", "percent"):
        return False
    before = text[max(0, match.start() - 24) : match.start()]
    return bool(_NAMING.search(before) or re.search(r"(?:[a-z,)]\s[A-Z][A-Za-z-]+|\b[A-Z]{2,})\s$", before))


def say(value: Value, language: Language) -> str:
    """`value` written in `language`, no more exact than it was; `values` reads the same key from it.

    >>> say(values("2022年11月")[0], "en"), say(values("USD 125 million")[0], "ja")
    ('November 2022', '1億2500万ドル')
    """
    if value.kind == "date" and value.date is not None:
        return _say_japanese_date(value.date, value.part) if language == "ja" else _say_date(value.date, value.part)
    if value.number is None:
        return value.key
    sign = "-" if value.number < 0 else ""
    if value.kind == "money":
        if language == "ja":
            return sign + _say_japanese(abs(value.number)) + _CURRENCIES[value.unit][3]
        return f"{sign}{value.unit} {_say_english(abs(value.number))}"
    _, _, japanese, (one, many) = UNITS[value.unit]
    if language == "ja":
        return sign + _say_japanese(abs(value.number)) + japanese
    return sign + _say_english(abs(value.number)) + (one if value.number == 1 else many)


def _say_japanese_date(date: PartialDate, part: str) -> str:
    text = f"{date.year}年" + (f"{date.month}月" if date.month else "") + (f"{date.day}日" if date.day else "")
    if part.startswith("FY"):
        text += "期" if date.month else "度"
        part = part[3:]
        if part.startswith("H"):
            return text + ("上期" if part == "H1" else "下期")
    if part.startswith("Q"):
        return f"{text}第{part[1]}四半期"
    return text + (_SAID_JA_OF_MONTH if date.month else _SAID_JA).get(part, "")


def _say_date(date: PartialDate, part: str) -> str:
    month = _MONTHS[date.month - 1].capitalize() if date.month else ""
    text = " ".join(filter(None, (str(date.day) if date.day else "", month, str(date.year))))
    fiscal = part.startswith("FY")
    if fiscal:
        text = f"fiscal year ended {text}" if month else f"fiscal {text}"
        part = part[3:]
    if part.startswith("Q"):
        return f"{part} of {text}" if fiscal else f"{part} {text}"
    return f"{_SAID_EN[part]}{text}" if part in _SAID_EN else f"{part} {text}".strip()


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
    return f"{number.normalize():,f}" if number else "0"

"""Canonical values: NFKC text in, one term for each date, amount, number and numbered name that it holds.

However it is written, one thing has one term: 2022年11月, Nov. 2022 and 2022/11 are `#d:2022-11`; 268億円 and
26.8 billion yen are `#money:jpy:26800000000`; ミッション2, Mission 2 and M2 are `#mission:2`. A value also gives its
coarser forms (a day its month and its year), so that a question that says less still finds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

_MONTH_NAMES = (
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sept sep", "october oct", "november nov", "december dec",
)  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        _MONTH_NAMES,
        start=1,
    )
    for name in names.split()
}
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_KANJI_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_SCALES = {
    "兆": 10**12, "億": 10**8, "千万": 10**7, "百万": 10**6, "十億": 10**9, "十万": 10**5, "万": 10**4, "千": 1000,
    "百": 100, "trillion": 10**12, "tn": 10**12, "billion": 10**9, "bn": 10**9, "million": 10**6, "mn": 10**6,
    "mm": 10**6, "thousand": 1000, "k": 1000, "m": 10**6, "b": 10**9,
}  # fmt: skip
_CURRENCIES = {
    "円": "jpy", "yen": "jpy", "jpy": "jpy", "¥": "jpy", "ドル": "usd", "米ドル": "usd", "usドル": "usd", "usd": "usd",
    "us$": "usd", "$": "usd", "dollars": "usd", "dollar": "usd", "us dollars": "usd", "u.s. dollars": "usd",
    "ユーロ": "eur", "eur": "eur", "€": "eur", "euros": "eur", "euro": "eur", "ポンド": "gbp", "gbp": "gbp", "£": "gbp",
    "pounds": "gbp", "人民元": "cny", "cny": "cny", "rmb": "cny", "元": "cny", "ウォン": "krw", "krw": "krw",
}  # fmt: skip

_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"((?:18|19|20)\d\d)"
_DAY = r"(3[01]|[12]\d|0?[1-9])"
_MON = r"(1[0-2]|0?[1-9])"
_ANY_MONTH = re.compile(_MONTH)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"

_JA_DATE = re.compile(rf"(?<!\d){_YEAR}\s*年\s*(?:{_MON}\s*月\s*(?:{_DAY}\s*日)?)?(期)?")
_ERA_DATE = re.compile(rf"({'|'.join(_ERAS)})\s*(元|\d{{1,2}})\s*年\s*(?:{_MON}\s*月\s*(?:{_DAY}\s*日)?)?(期)?")
_ISO_DATE = re.compile(rf"(?<![\d./-]){_YEAR}([/.-]){_MON}\2{_DAY}(?![\d/-])")
_ISO_MONTH = re.compile(rf"(?<![\d./-]){_YEAR}(?:/{_MON}|-(1[0-2]|0[1-9]))(?![\d/.-]*\d)")
_MDY = re.compile(rf"\b{_MONTH}\s*{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}\b")
_DMY = re.compile(rf"\b{_DAY}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b")
_MY = re.compile(rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b")
_MD = re.compile(rf"\b{_MONTH}\s*{_DAY}(?:st|nd|rd|th)?\b(?!\s*,?\s*\d{{4}})")
_DM = re.compile(rf"\b{_DAY}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?!,?\s+\d{{4}})")
_JA_MD = re.compile(rf"(?<!\d){_MON}\s*月\s*(?:{_DAY}\s*日)?")
_BARE_YEAR = re.compile(rf"(?<![\d.,/#-]){_YEAR}(?![\d.,]*\d)")
_FISCAL = re.compile(rf"(?:\bfy\s?|\bfiscal\s+(?:year\s+)?){_YEAR}\b|(?<!\d){_YEAR}\s*年度")
_FISCAL_END = re.compile(rf"fiscal\s+year\s+(?:ended|ending)\s+{_MONTH}\s*(?:{_DAY}\s*,?\s*)?{_YEAR}")
_QUARTER = re.compile(
    r"第\s*([1-4一二三四])\s*四半期|\bq([1-4])\b|\b([1-4])q\b|\b(first|second|third|fourth|1st|2nd|3rd|4th)\s+quarter\b"
)

_JA_SCALES = "千万|百万|十億|十万|兆|億|万|千|百"
_JA_AMOUNT = re.compile(
    rf"(?<![\d.,])(?=\d)((?:{_NUMBER}\s*(?:{_JA_SCALES})\s*)*(?:{_NUMBER})?)\s*(円|米ドル|usドル|ドル|ユーロ|ポンド|人民元|元|ウォン)?"
)
_JA_PART = re.compile(rf"({_NUMBER})\s*({_JA_SCALES})?")
_EN_SCALES = "trillion|billion|million|thousand|tn|bn|mn|mm|m|b|k"
_EN_BEFORE = re.compile(rf"(us\$|usd|jpy|eur|gbp|cny|rmb|krw|[$¥€£])\s*({_NUMBER})(?:[\s-]*({_EN_SCALES})\b)?")
_EN_AFTER = re.compile(
    rf"(?<![\d.,])({_NUMBER})(?:[\s-]*({_EN_SCALES})\b)?[\s-]*(?:of\s+)?"
    r"(u\.s\. dollars|us dollars|japanese yen|yen|jpy|usd|dollars?|euros?|eur|pounds|gbp|rmb|cny|krw)\b"
)
_EN_SCALED = re.compile(rf"(?<![\d.,])({_NUMBER})[\s-]*(trillion|billion|million|thousand|bn|mn)\b")
_PERCENT = re.compile(rf"({_NUMBER})\s*(?:%|percent\b|per cent\b|パーセント)")
_PLAIN = re.compile(rf"(?<![\w.,])({_NUMBER})(?![\d.,]*\d)|(?<=[^\x00-\x7f])({_NUMBER})(?![\d.,]*\d)")
_NAMED = re.compile(
    r"([a-z][a-z.&']*[a-z]|[a-z]|[ァ-ヺー]{2,}|第(?=\s?\d))[\s\-‐–#]{0,2}(?:no\.?\s?|number\s|第)?(\d{1,4}(?:\.\d{1,2})?)(?![\d,]*\d|\s*(?:年|月|日|%))"
)
_NAMED_ORDINAL = re.compile(r"\b(" + "|".join(o for o in _ORDINALS if o.isalpha()) + r")\s+([a-z]{4,})")
_NAMED_ROMAN = re.compile(r"\b([a-z]{4,})\s+(viii|vii|vi|iv|ix|iii|ii|i|v|x)\b")
_COUNTED = re.compile(r"第\s?(\d{1,4}|[一二三四五六七八九十])\s?([\u4e00-\u9fff]{1,2})")
# A number after one of these is no part of a name.
_NO_NAMES = frozenset(_MONTHS) | frozenset(
    str.split(
        """in on at by of to for from the a an and or than about over under only until since before after between
        was is are were had has have with within nearly almost around approximately some last next first least
        most up q fy jpy usd eur gbp no page pages note all its their as it s"""
    )
)


_ANY_VALUE = re.compile(r"\d|quarter|四半期|第|元年| [ivx]+\b|" + "|".join(o for o in _ORDINALS if o.isalpha()))


def number(text: str) -> str:
    """The canonical digits of `text`.

    >>> number("12,345"), number("26.80")
    ('12345', '26.8')
    """
    value = Decimal(text.replace(",", ""))
    return str(int(value)) if value == value.to_integral_value() else str(value.normalize())


def _scaled(text: str, scale: str | None) -> str:
    value = Decimal(text.replace(",", "")) * (_SCALES[scale] if scale else 1)
    return str(int(value)) if value == value.to_integral_value() else str(value.normalize())


def _date(year: int | None, month: int | None, day: int | None) -> list[str]:
    terms = []
    if year and month and day:
        terms.append(f"#d:{year}-{month:02d}-{day:02d}")
    if year and month:
        terms.append(f"#d:{year}-{month:02d}")
    if year:
        terms.append(f"#d:{year}")
    if month and day:
        terms.append(f"#md:{month:02d}-{day:02d}")
    if month:
        terms.append(f"#m:{month:02d}")
    return terms


def values(text: str, name_of: Callable[[str], str]) -> list[str]:
    """The canonical terms of `text` (NFKC, lower case), in no particular order, repeated as often as said.

    Args:
        name_of: gives the one name of a noun that carries a number ("ミッション" and "mission" alike "mission").

    >>> values("26.8 billion yen in nov. 2022", str)
    ['#d:2022-11', '#d:2022', '#m:11', '#money:jpy:26800000000', '#n:26800000000']
    """
    if not _ANY_VALUE.search(text):
        return []
    terms: list[str] = []
    rest = text

    def take(
        pattern: re.Pattern[str], read: Callable[[re.Match[str]], list[str] | None], *, keep: bool = False
    ) -> None:
        nonlocal rest

        def replace(match: re.Match[str]) -> str:
            found = read(match)
            if found is None:
                return match.group()
            terms.extend(found)
            return match.group() if keep else "\x00" * len(match.group())

        rest = pattern.sub(replace, rest)

    def as_int(part: str | None) -> int | None:
        return int(part) if part else None

    def period(year: int, month: str | None, day: str | None, end: str | None) -> list[str]:
        fiscal = [f"#fy:{year}-{int(month)}"] if end and month else []
        return [*fiscal, *_date(year, as_int(month), as_int(day))]

    def era(match: re.Match[str]) -> list[str]:
        return period(_ERAS[match[1]] + (1 if match[2] == "元" else int(match[2])), match[3], match[4], match[5])

    def quarter(match: re.Match[str]) -> list[str]:
        said = match[1] or match[2] or match[3] or match[4]
        return [f"#quarter:{_KANJI_DIGITS.get(said) or _ORDINALS.get(said) or int(said)}"]

    def money(digits: str, scale: str | None, currency: str) -> list[str]:
        amount = _scaled(digits, scale)
        code = _CURRENCIES.get(currency, "jpy" if "yen" in currency else "usd")
        return [f"#money:{code}:{amount}", f"#n:{amount}"]

    def japanese_amount(match: re.Match[str]) -> list[str] | None:
        parts = _JA_PART.findall(match[1])
        if not parts or not (match[2] or any(scale for _, scale in parts)):
            return None
        total = sum((Decimal(digits.replace(",", "")) * _SCALES.get(scale, 1) for digits, scale in parts), Decimal(0))
        amount = str(int(total)) if total == total.to_integral_value() else str(total.normalize())
        return [f"#money:{_CURRENCIES[match[2]]}:{amount}", f"#n:{amount}"] if match[2] else [f"#n:{amount}"]

    def named(match: re.Match[str]) -> list[str] | None:
        if match[1] in _NO_NAMES or match[1] == "第":
            return None
        return [f"#{'mission' if match[1] == 'm' else name_of(match[1])}:{number(match[2])}"]

    has_digit = re.search(r"\d", text) is not None
    has_latin = re.search(r"[a-z$¥€£]", text) is not None
    take(_ERA_DATE, era)
    if has_digit:
        if has_latin:
            take(_FISCAL_END, lambda m: [f"#fy:{m[3]}-{_MONTHS[m[1]]}", *_date(int(m[3]), _MONTHS[m[1]], as_int(m[2]))])
        take(_FISCAL, lambda m: [f"#fy:{m[1] or m[2]}", f"#d:{m[1] or m[2]}"])
        take(_JA_DATE, lambda m: period(int(m[1]), m[2], m[3], m[4]))
        take(_ISO_DATE, lambda m: _date(int(m[1]), int(m[3]), int(m[4])))
        take(_ISO_MONTH, lambda m: _date(int(m[1]), int(m[2] or m[3]), None))
        if has_latin and _ANY_MONTH.search(rest):
            take(_MDY, lambda m: _date(int(m[3]), _MONTHS[m[1]], int(m[2])))
            take(_DMY, lambda m: _date(int(m[3]), _MONTHS[m[2]], int(m[1])))
            take(_MY, lambda m: _date(int(m[2]), _MONTHS[m[1]], None))
            take(_MD, lambda m: _date(None, _MONTHS[m[1]], int(m[2])))
            take(_DM, lambda m: _date(None, _MONTHS[m[2]], int(m[1])))
        take(_JA_MD, lambda m: _date(None, int(m[1]), as_int(m[2])))
    take(_QUARTER, quarter)
    if has_digit:
        if has_latin:
            take(_EN_BEFORE, lambda m: money(m[2], m[3], m[1]))
            take(_EN_AFTER, lambda m: money(m[1], m[2], m[3]))
            take(_EN_SCALED, lambda m: [f"#n:{_scaled(m[1], m[2])}"])
        take(_JA_AMOUNT, japanese_amount)
        take(_PERCENT, lambda m: [f"#pct:{number(m[1])}", f"#n:{number(m[1])}"])
        take(_NAMED, named, keep=True)
    if has_latin:
        take(_NAMED_ORDINAL, lambda m: [f"#{name_of(m[2])}:{_ORDINALS[m[1]]}"], keep=True)
        take(_NAMED_ROMAN, lambda m: [f"#{name_of(m[1])}:{_ROMAN[m[2]]}"], keep=True)
    take(_COUNTED, lambda m: [f"#{m[2]}:{_KANJI_DIGITS.get(m[1]) or int(m[1])}"], keep=True)
    if has_digit:
        take(_BARE_YEAR, lambda m: [f"#d:{m[1]}"])
        take(_PLAIN, lambda m: [f"#n:{number(m[1] or m[2])}"])
    return terms

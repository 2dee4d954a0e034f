"""Money and quantities: text in; the Values out that it says, amounts by currency, counts and measures by unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from corpus.numbers import NAMING, NUM, NUM_JA, SCALE_EN, SIGN, WORDS, english_number, japanese_number, plain, signed
from corpus.units import CURRENCIES, UNITS
from corpus.value import Value


def _either(forms: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, forms), key=len, reverse=True))


_CODES_JA = {form: code for code, (forms, _, _, _) in CURRENCIES.items() for form in forms}
_CODES_EN = {form.casefold(): code for code, (_, before, after, _) in CURRENCIES.items() for form in (*before, *after)}
_MONEY_JA = re.compile(
    rf"{SIGN}(?<![\d.,])(?P<amount>{NUM_JA})\s?(?P<currency>{_either(_CODES_JA)})(?![素論滑卓形周弧安高])"
)
_MONEY_EN = re.compile(
    rf"{SIGN}(?<![A-Za-z])(?P<pre>{_either(form for _, before, _, _ in CURRENCIES.values() for form in before)})\s?(?P<amount>{NUM})(?:\s?-?(?P<scale>{SCALE_EN}))?"
    rf"|(?<![\w.,$¥€£-])(?P<amount2>{NUM}|(?:{WORDS})\b)(?:[\s-]?(?P<scale2>{SCALE_EN}))?[\s-]?(?:of\s)?(?P<post>{_either(form for _, _, after, _ in CURRENCIES.values() for form in after)})\b",
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
    rf"{SIGN}(?<![A-Za-z0-9.,第])(?P<number>{NUM_JA})\s?(?P<unit>{_either(_UNIT_JA)})(?![目曜A-Za-z])"
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
    rf"{SIGN}(?<![\w.,$¥€£/:])(?P<number>{NUM}|(?:{WORDS})\b)(?:[\s-]?(?P<scale>trillion|billion|million|thousand|bn|mn)\b)?(?:[\s-])?(?P<adjectives>(?:{_ADJECTIVE}){{0,2}}?)(?P<unit>{_either(_UNIT_EN)})(?![a-z0-9/])",
    re.IGNORECASE,
)


def money(text: str) -> Iterator[Value]:
    """Amounts of money, keyed by currency: 268億円, "USD 125 million"."""
    for match in _MONEY_JA.finditer(text):
        # 数億円 and 億円 say no amount.
        if match["amount"][0] in "万億兆" or text[match.start() - 1 : match.start()] in tuple("数何幾"):
            continue
        amount, code = signed(match, japanese_number(match["amount"])), _CODES_JA[match["currency"]]
        yield Value("money", match.start(), match.end(), f"{code}:{plain(amount)}", number=amount, unit=code)
    for match in _MONEY_EN.finditer(text):
        amount = signed(match, english_number(match["amount"] or match["amount2"], match["scale"] or match["scale2"]))
        code = _CODES_EN[(match["pre"] or match["post"]).casefold()]
        yield Value("money", match.start(), match.end(), f"{code}:{plain(amount)}", number=amount, unit=code)


def quantities(text: str) -> Iterator[Value]:
    """Counts and measures, keyed by unit: 約200名, "a two-year contract"."""
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
        yield _quantity(match.span(), signed(match, japanese_number(said)), kind)
    for match in _SPAN_JA.finditer(text):
        yield _quantity(match.span(), japanese_number(match["number"]), "year-span")
    for match in _QUANTITY_EN.finditer(text):
        unit = _UNIT_EN[match["unit"].casefold()]
        measured = unit in _MEASURES and match["adjectives"]
        # "ten Mission 1 milestones" counts no missions.
        name = re.match(r"\s\d", text[match.end() : match.end() + 2])
        if measured or name or match["unit"] == "M" or _names_a_thing(text, match):
            continue
        yield _quantity(match.span(), signed(match, english_number(match["number"], match["scale"])), unit)


def _quantity(span: tuple[int, int], number: Decimal, unit: str) -> Value:
    return Value("quantity", *span, f"{unit}:{plain(number)}", number=number, unit=unit)


def _names_a_thing(text: str, match: re.Match[str]) -> bool:
    """Whether the number belongs to a name before it: Mission 1, HAKUTO 2; not so in "About 20 engineers"."""
    if not match["number"][0].isdigit() or match["unit"] in ("%", "percent"):
        return False
    before = text[max(0, match.start() - 24) : match.start()]
    return bool(NAMING.search(before) or re.search(r"(?:[a-z,)]\s[A-Z][A-Za-z-]+|\b[A-Z]{2,})\s$", before))

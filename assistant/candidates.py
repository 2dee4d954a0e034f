"""Candidates: a Sentence and a Question in; the values of the sentence that could be the answer out."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.labels import belongs
from assistant.needs import FIRM
from assistant.question import Question
from assistant.sentence import Sentence
from assistant.states import of_the_state_asked
from assistant.wanted import places_of_need, places_of_needs
from corpus.sentences import clause_of
from corpus.values import Value, fold
from index.analyse import stem

# Kinds of answer that are kinds of corpus.values.Value.
TYPED = frozenset({"date", "time", "money", "quantity"})
NUMBER_WORDS = {
    word: n for n, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}
# Units of one dimension: whoever asks for a mass may get kilograms or tonnes.
_MEASURED = {
    **dict.fromkeys(("kg", "tonne", "gram"), ("kg", "tonne", "gram")),
    **dict.fromkeys(("m", "cm", "mm", "km"), ("m", "cm", "mm", "km", "mile")),
    "year-span": tuple(f"{one}-span" for one in ("year", "month", "week", "day", "hour", "minute", "second")),
    **dict.fromkeys(("month-span", "day-span"), ("year-span", "month-span", "week-span", "day-span")),
}
# Companies, banks and funds are counted as parties (者), too.
_COUNTED_AS = {"company": ("company", "party"), "party": ("party", "company")}
# What is measured in units of length, by the words that name it.
_SIDES = {
    "height": re.compile(r"高さ|全高|\bheight\b|\btall\b|\bhigh\b", re.I),
    "altitude": re.compile(r"高度|\baltitude\b|\bhigh\b|\borbit", re.I),
    "width": re.compile(r"幅|\bwidth\b|\bwide\b", re.I),
    "length": re.compile(r"長さ|全長|\blength\b|\blong\b", re.I),
    "depth": re.compile(r"深さ|奥行|\bdepth\b|\bdeep\b", re.I),
    "diameter": re.compile(r"直径|\bdiameter\b", re.I),
}
_COUNTS = frozenset(("item", "contract", "mission", "times"))
_PART_OF = re.compile(
    rf"\b(?P<some>\d+|{'|'.join(NUMBER_WORDS)}) (?:out )?of (?:the |its |all |these )?(?:\d+|{'|'.join(NUMBER_WORDS)})\b",
    re.I,
)
_COUNTED = re.compile(
    rf"(?<![\w.,-])(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+|{'|'.join(NUMBER_WORDS)}) (?P<words>(?:[a-z-]+ ){{0,2}}[a-z]+)",
    re.I,
)
_NUMBERS = re.compile(
    r"(?<![A-Za-z])[a-z]+ (?P<number>\d{1,3}(?:,\d{3})+|\d+)(?![\w%.,-]*\d)(?! (?!as (?:of|at)\b)[A-Za-z])"
)
_STAFF = frozenset(("peopl", "employe", "staff", "person"))
ANNOUNCED = re.compile(r"発表|公表|お知らせ|開示|announc|releas|publish|disclos", re.I)


def candidates_in(sentence: Sentence, question: Question) -> tuple[Value, ...]:
    """The values of `sentence` that are of the kind, the unit and the label asked for; none for an untyped question."""
    kind = question.want
    if kind not in TYPED:
        return ()
    given = {value.key for value in question.given}
    found = [
        value
        for value in sentence.values
        if value.kind == kind
        and value.key not in given
        and belongs(sentence.text, value.start, value.end, question.labels)
    ]
    found = of_the_state_asked(sentence.text, found, question.text)
    if ";" in sentence.text:
        found = [value for value in found if not _is_told_of_another(sentence, value, question)]
    if kind == "money" and _AT_MOST.search(question.text):
        found = [value for value in found if _is_at_most(sentence.text, value)] or found
    if kind in ("date", "time"):
        found = [value for value in found if not _is_by_another_clock(sentence.text, value, question.text)]
    if kind == "date":
        found = [value for value in found if not any(key.startswith(value.key + "-") for key in given)]
        found = [value for value in found if not says_when_said(sentence, value)]
        if sentence.language == "ja":
            found = [value for value in found if not _dates_something_else(sentence, value, question)]
        if re.search(r"何月|what month|which month", question.text, re.I):
            found = [value for value in found if value.date and value.date.month] or found
    if (kind == "quantity" and not found) or question.unit in _COUNTS:
        found = [*found, *(value for value in _out_of(sentence.text) if value.key not in given and value.kind == kind)]
    if kind == "quantity" and question.counted:
        some = [] if _ALTOGETHER.search(question.text) else _out_of(sentence.text)
        if len(some) == 1 and question.counted in _counted_in(sentence.text[some[0].end :]):
            return tuple(value for value in some if value.key not in given)  # "2 of the 4 contracts"
        counted = (_numbers_of if sentence.language == "en" else _numbers_before)(sentence, question.counted)
        if counted:
            return tuple(value for value in counted if value.key not in given)
        # "How many payloads?" is not answered by a mass.
        found = [value for value in found if value.unit not in _MEASURED]
    if kind == "money":
        found = [value for value in found if not _is_another_figure(sentence.text, value, question.text)]
    if kind == "quantity" and question.unit:
        units = _MEASURED.get(question.unit) or _COUNTED_AS.get(question.unit) or (question.unit,)
        same = [value for value in found if value.unit in units]
        loose = [value for value in found if question.unit in _COUNTS and value.unit in _COUNTS]
        found = [value for value in same or loose if not _measures_another_side(sentence.text, value, question.text)]
    return tuple(found)


# The most that may be: what stands at such a word is the answer, where any does.
_AT_MOST = re.compile(r"最大|上限|最高で|\bat most\b|\bmaximum\b|\bup to\b|\bcap(?:ped)?\b|\bceiling\b|\blimit\b", re.I)


def _is_at_most(text: str, value: Value) -> bool:
    after, before = text[value.end : value.end + 6], text[max(0, value.start - 24) : value.start]
    return bool(re.match(r"を?(?:上限|限度)", after) or re.search(r"(?:最大で?|上限(?:は|が)?)$|\b(?:up to|at most|cap of|maximum of|limit of)\s(?:a cap of\s|about\s)*$", before, re.I))  # fmt: skip


def _is_told_of_another(sentence: Sentence, value: Value, question: Question) -> bool:
    """Of two parts of a title, "A moves to 2026; B opens", only the other one names what is asked of a thing."""
    ends = [match.end() for match in re.finditer(r";\s", sentence.text)]
    first = max((end for end in ends if end <= value.start), default=0)
    last = min((end for end in ends if end >= value.end), default=len(sentence.text))
    asked = [
        spots
        for need in question.needs
        if need.is_firm and not need.is_number and (spots := places_of_need(sentence, need))
    ]
    inside = [spots for spots in asked if any(first <= start < last for start, _ in spots)]
    return len(inside) * 2 < len(asked)


_CLOCKS = (
    ("japan", r"日本(?:標準)?時間?|\bJST\b|\bJapan(?:ese)?(?: standard)? time\b|\b(?:time|day|date|hour)(?: of day)? in Japan\b"),
    ("world", r"(?:協定)?世界時|\bUTC\b|\bGMT\b|\b(?:coordinated )?universal time\b"),
    ("us", r"(?:米国|東部|太平洋)[^、。（）()]{0,4}時間?|\bE[DS]T\b|\bP[DS]T\b|\b(?:eastern|pacific)(?: standard| daylight)? time\b"),
)  # fmt: skip
_CLOCK_AFTER = r"(?:\s(?:at\s)?[\d:]+|[\d時分秒]+)?\s?[（(]?(?:in\s)?"
_CLOCK_BEFORE = r"(?:では|で|の|は|:|：|\s(?:was|is|on))?[、\s]?(?:\d{4}年\d+月\d+日)?$"


def _is_by_another_clock(text: str, value: Value, question: str) -> bool:
    """The hour, or the day, is told by the clock of another country than was asked for: 06:11 UTC for 日本時間で."""
    asked = {clock for clock, words in _CLOCKS if re.search(words, question, re.I)}
    if not asked:
        return False
    after, before = text[value.end :], text[: value.start]
    said = {clock for clock, words in _CLOCKS if re.match(f"{_CLOCK_AFTER}(?:{words})", after, re.I)}
    said = said or {clock for clock, words in _CLOCKS if re.search(f"(?:{words}){_CLOCK_BEFORE}", before, re.I)}
    return bool(said) and not said & asked


# Lines of accounts, each by its own words: a net loss answers no question about sales.
_FIGURES = re.compile(
    r"(?P<sales>売上(?!総)|\bsales\b|\brevenues?\b)|(?P<gross>売上総|\bgross (?:profit|margin)\b)|(?P<operating>営業(?:利益|損失)|\boperating (?:income|profit|loss)\b)"
    r"|(?P<ordinary>経常(?:利益|損失)|\bordinary (?:income|profit|loss)\b)|(?P<net>純(?:利益|損失)|最終(?:利益|損失|赤字|黒字)|\bnet (?:income|profit|loss|earnings)\b)"
    r"|(?P<assets>総資産|\btotal assets\b)|(?P<equity>純資産|\bnet assets\b|\bequity\b)|(?P<debt>負債|借入金?|\bdebts?\b|\bborrowings\b)"
    r"|(?P<dividend>配当|\bdividends?\b)|(?P<premium>保険料|\bpremiums?\b)|(?P<payment>保険金|\binsurance payment\b)"
    r"|(?P<opening>初値|\b(?:first|opening) (?:trading )?price\b)|(?P<closing>終値|\bclosing price\b)"
    r"|(?P<offer>(?:公開|公募|発行|売出)価格|\b(?:offer(?:ing)?|issue|IPO) price\b|\bprice\b.{0,30}\bIPO\b|\bIPO\b.{0,30}\b(?:price|pay|paid)\b)",
    re.I,
)
_PER_SHARE = re.compile(r"(?:1|１|一)株(?:当|あ|につき|の|いくら|何円|は)|\b(?:per|a|each|one) share\b", re.I)


def _is_another_figure(text: str, value: Value, question: str) -> bool:
    """The amount is that of another line of the accounts than was asked for, or none per share where that was."""
    if _PER_SHARE.search(question) and not re.search(r"(?:1|１|一)株|\b(?:per|a|each|one) share\b", text, re.I):
        return True
    asked = {match.lastgroup for match in _FIGURES.finditer(question)}
    said = list(_FIGURES.finditer(text))
    before = [match.lastgroup for match in said if match.end() <= value.start]
    after = [match.lastgroup for match in said if match.start() >= value.end]
    if not asked or not said:
        return False
    nearest = before[-1] if before else after[0]
    return nearest not in asked


# A verb that goes on into a noun: 契約した月資源の…, 予定しているミッション…
_INTO_A_NOUN = re.compile(r"(?:した|された|れた|った|いた|する|している|される|されている)(?=[一-龯ァ-ヶA-Za-z「])")


def _dates_something_else(sentence: Sentence, value: Value, question: Question) -> bool:
    """The date belongs to a verb before what is asked about: 2020年12月に契約した案件で支払いが行われた dates no payment."""
    places = [start for factor, spots in places_of_needs(sentence, question) if factor >= FIRM for start, _ in spots]
    if not places or any(start < value.end for start in places):
        return False
    return bool(_INTO_A_NOUN.search(sentence.text[value.end : min(places)]))


def _measures_another_side(text: str, value: Value, question: str) -> bool:
    """The 42 metres of "42 metres long", where the width was asked for."""
    asked = {side for side, words in _SIDES.items() if words.search(question)}
    if value.unit not in _MEASURED["m"] or not asked:
        return False
    start, _ = clause_of(text, value.start, value.end)
    after = re.match(r"\s?(?:in )?[a-z]+", text[value.end :], re.I)
    said = {side for side, words in _SIDES.items() if after and words.search(after.group())}
    before = [
        (match.start(), side) for side, words in _SIDES.items() for match in words.finditer(text[start : value.start])
    ]
    said = said or ({max(before)[1]} if before else set())
    return bool(said) and not said & asked


def _numbers_of(sentence: Sentence, noun: str) -> list[Value]:
    """The numbers that count `noun` (a stem): the 12 of "12 new shareholders", the 300 of "the staff numbers 300"."""
    text, found = sentence.text, []
    nouns = _STAFF if noun in _STAFF else {noun}
    for match in _COUNTED.finditer(text):
        if nouns & {stem(word.casefold()) for word in match["words"].split()}:
            found.append((match.start("number"), match["number"]))
    is_staff = noun in _STAFF and re.search(r"\b(?:staff|employees|people|personnel|workforce)\b", text, re.I)
    if not found and (is_staff or _is_number_of(noun, text)):
        found = [(match.start("number"), match["number"]) for match in _NUMBERS.finditer(text)]
    values = []
    for start, said in found:
        plain = said.casefold().replace(",", "")
        number = Decimal(plain) if plain.isdigit() else Decimal(NUMBER_WORDS[plain])
        if any(one.kind in ("money", "time", "date") and one.start <= start < one.end for one in sentence.values):
            continue  # the price of a share is no number of shares, nor are the minutes of 16:38
        if not (plain.isdigit() and 1900 <= number <= 2100):
            values.append(Value("quantity", start, start + len(said), f"item:{number}", number=number, unit="item"))
    return values


def _is_number_of(noun: str, text: str) -> bool:
    """`text` speaks of the number of `noun` (a stem), and need not name it beside the figure."""
    said = (match[0].split()[2:] for match in re.finditer(r"\bnumber of [a-z]+(?: [a-z]+)?\b", text, re.I))
    return any(stem(word.casefold()) == noun for words in said for word in words)


# How many there are, and not how many of them.
_ALTOGETHER = re.compile(r"\b(?:in total|in all|altogether|overall|total number)\b", re.I)


def _counted_in(text: str) -> set[str]:
    """Stems of the nouns that "of its 10 milestones" counts."""
    match = re.match(
        rf" (?:out )?of (?:the |its |all |these )?(?:\d+|{'|'.join(NUMBER_WORDS)}) (?P<words>(?:[A-Za-z-]+ ){{0,2}}[A-Za-z]+)",
        text,
    )
    return {stem(word.casefold()) for word in match["words"].split()} if match else set()


def _numbers_before(sentence: Sentence, noun: str) -> list[Value]:
    """The number that counts `noun` without a counter: the 22 of 22の協力会社."""
    counted = re.finditer(
        rf"(?<![0-9.,])(?P<number>[0-9]{{1,6}})(?:の[一-龯ァ-ヶー]{{0,6}}{re.escape(noun)})", fold(sentence.text)
    )
    return [
        Value(
            "quantity", *match.span("number"), f"item:{match['number']}", number=Decimal(match["number"]), unit="item"
        )
        for match in counted
    ]


def _out_of(text: str) -> list[Value]:
    """The 8 of "8 of its 10 milestones", which has no unit of its own."""
    found = []
    for match in _PART_OF.finditer(text):
        if re.search(r"[A-Z][a-z]+ $", text[: match.start()]):
            continue  # "Success 2 of its ten milestones": a label, no count
        said = match["some"].casefold()
        number = Decimal(said) if said.isdigit() else Decimal(NUMBER_WORDS[said])
        found.append(
            Value("quantity", match.start("some"), match.end("some"), f"item:{number}", number=number, unit="item")
        )
    return found


def says_when_said(sentence: Sentence, value: Value) -> bool:
    """The date tells when something was said or held, not when something happens: "2020年7月30日時点の計画"."""
    text = sentence.text
    if value.key == str(sentence.announcement.published or "") and ANNOUNCED.search(text):
        return True
    after, before = text[value.end :], text[: value.start]
    # "12月7日に最短12月11日と再設定": the day on which another one was set.
    if re.match(r"に[^、。]{0,6}\d{4}年", after):
        return True
    # "Aの契約を4月14日に、Bの契約を5月27日に発表": both were announced on their days.
    if before[-1:] == "を" and re.match(r"に、[^。]{2,160}?を[^、。を]{4,16}に(?:発表|公表|開示)", after):
        return True
    return bool(
        re.match(
            r"(?:\s?[(（][^)）]*[)）])?(?:時点|現在|の[^、。はにで]{1,10}(?:時|際|当時)(?:に|で)?は|付(?:け)?(?:の|で)|の?(?:当初|従来)?の?(?:計画|想定)(?:では|は|で(?![しすあ]))|(?:に|の)?(?:発表|公表|開示|お知らせ|プレスリリース))",
            after,
        )
        or re.search(
            r"(?:\b(?:as of|as at|as assumed (?:in|on)|announced (?:on|in)|announcement of|stated (?:on|in)|published (?:on|in)|said (?:on|in)|plan (?:of|announced on))\s)$",
            before,
            re.I,
        )
        # "was first planned, on 13 March 2024, at up to …"
        or (
            after[:1] == ","
            and re.search(r"\b(?:plann|forecast|expect|estimat|report|stat|set|put)\w*, (?:on|in) $", before, re.I)
        )
    )

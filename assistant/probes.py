"""Probes: a yes/no question in; the other questions whose answers decide it out.

"Was the price 300 yen?" is decided by the answer to "How much was the price?", and "Is it on the near side?" by a yes to
"Is it on the far side?". What excludes each other stands in `data/alternatives.csv`: the rows of one set.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from assistant.labels import label_spans
from assistant.names import named_people, named_places
from assistant.needs import Need
from assistant.question import Question
from corpus.values import Value, values
from index.terms import terms as term_list

_FILE = Path(__file__).parent / "data" / "alternatives.csv"
# More are not asked: each is searched and read for.
MOST = 3

# Units of what is measured and not counted.
MEASURES = frozenset(("kg", "tonne", "gram", "m", "km", "cm", "mm", "percent"))

Kind = Literal["rival", "value", "name", "place", "sole"]


@dataclass(frozen=True, slots=True)
class Probe:
    """Another question, and what the yes/no question says in the place of its answer."""

    kind: Kind
    text: str
    said: str
    value: Value | None = None  # `said`, where it is a date, an amount or a count
    asked: re.Pattern[str] | None = None  # of two that exclude each other, the one that the question says
    other: re.Pattern[str] | None = None  # and the one that `text` says


def probes_of(question: Question, subsidiaries: Sequence[str] = ()) -> list[Probe]:
    """The questions that may settle `question`, the surest first, at most `MOST`.

    Args:
        subsidiaries: of the company that speaks, by their names.
    """
    found = [*_rivals(question), *_offices(question, subsidiaries), *_of_values(question)]
    return [*found, *_of_names(question), *_of_sole(question)][:MOST]


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, dict[str, tuple[str, re.Pattern[str]]]], ...]:
    """Each row of the table: its set, and per language its first form and the pattern of all of them."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        (
            row["set"],
            {
                "ja": (row["ja"].split("|")[0], re.compile("|".join(map(re.escape, row["ja"].split("|"))))),
                "en": (
                    row["en"].split("|")[0],
                    re.compile("|".join(rf"\b{re.escape(one)}\b(?!['’]s)" for one in row["en"].split("|")), re.I),
                ),
            },
        )
        for row in rows
    )


def _rivals(question: Question) -> Iterator[Probe]:
    for kind, forms in _table():
        match = forms[question.language][1].search(question.text)
        others = [other for name, other in _table() if name == kind and other is not forms]
        if match is None or any(other[question.language][1].search(question.text) for other in others):
            continue
        for other in others:
            text = question.text[: match.start()] + other[question.language][0] + question.text[match.end() :]
            yield Probe("rival", text, match.group(), asked=_in_both(forms), other=_in_both(other))


# What a question says of the use of a thing; a sentence says it in many ways.
_USE = re.compile(r"(?:で|を使)(?=\||$)|(?<=\\b)(?:with|by|use|using)\\? (?:a|the)\\? ")


def _in_both(forms: dict[str, tuple[str, re.Pattern[str]]]) -> re.Pattern[str]:
    """What is said so in either language."""
    return re.compile(_USE.sub("", f"{forms['ja'][1].pattern}|{forms['en'][1].pattern}"), re.I)


# The company that speaks itself, and none of its subsidiaries.
_PARENT = re.compile(
    r"(?:日本の?)?(?:株式会社)?[A-Za-z]{3,}(?:の)?(?:本体|本社|親会社)|(?:日本の)?(?:本体|親会社)|株式会社[A-Za-z]{3,}(?=の|と|が|は)"
    r"|\b[A-Za-z]{3,}['’]s (?:parent|Tokyo|Japanese) (?:company|entity|headquarters)|\bthe (?:parent|Tokyo|Japanese) (?:company|entity)\b|\b[a-z]{3,}, inc\.?",
)


def _offices(question: Question, subsidiaries: Sequence[str]) -> Iterator[Probe]:
    match = _PARENT.search(question.text)
    if match is None or any(name in question.text for name in subsidiaries):
        return
    for name in subsidiaries:
        text = f"{question.text[: match.start()]}{name}{question.text[match.end() :]}"
        yield Probe("rival", text, match.group(), asked=_PARENT, other=re.compile(re.escape(name)))


_AROUND_JA = re.compile(r"(?:約|およそ|おおよそ|ほぼ|最大で?|総額|合計で?)$")
_BEHIND_JA = re.compile(
    r"^(?:以上|以下|未満|超|ほど|程度|くらい|ぐらい|余り|前後|を?超え(?:る|て)?|を?上回(?:る|って)?|を?下回(?:る|って)?)"
    r"|^より(?:も)?[高大多重長低小少軽短](?:い|く|かった|きい|きく|さい|ない)"
)
_NO_TEST_JA = re.compile(r"^(?:の?時点|現在|末|まで|以降|から|より|の(?!予定|計画|想定|こと|もの))")
_AROUND_EN = re.compile(
    r"(?:\b(?:in|on|at|for|of|to|by|about|approximately|around|roughly|some|nearly|almost|more than|less than|fewer than|over|under"
    r"|at least|at most|up to|exactly|only|(?P<how>[a-z]+er) than)\s+)+$",
    re.I,
)
_NO_TEST_EN = re.compile(
    r"\b(?:as of|as at|by|before|after|since|until|from|between|and|with|that \w+ \w+ in)\s+$", re.I
)
_OF_SO_MANY = re.compile(r"^[^、。0-9]{0,12}のうち|^ (?:out )?of (?:its|the|all|these)\b")
_THE = re.compile(r"\b(?:the|its|these|those|all|both|whole) $", re.I)
_HOW = {"taller": "tall", "higher": "high", "heavier": "heavy", "longer": "long", "larger": "large", "bigger": "big", "wider": "wide", "older": "old", "deeper": "deep"}  # fmt: skip


def _of_values(question: Question) -> Iterator[Probe]:
    labelled = [(span.start, span.end) for span in label_spans(question.text)]
    given = [
        value
        for value in values(question.text)
        if value.kind in ("money", "quantity", "date")
        and not any(value.start < end and start < value.end for start, end in labelled)
    ]
    money = any(value.kind == "money" for value in given)
    for value in sorted(given, key=lambda one: one.kind == "date"):
        if value.part.startswith("FY") or (value.kind == "quantity" and money and value.unit == "share"):
            continue  # "per share" says of what the price is, and a fiscal year of when
        if value.kind == "quantity" and (
            _OF_SO_MANY.search(question.text[value.end :]) or _THE.search(question.text[: value.start])
        ):
            continue
        text = (_asked_ja if question.language == "ja" else _asked_en)(question.text, value)
        if text:
            yield Probe("value", text, question.text[value.start : value.end], value)


def _asked_ja(text: str, value: Value) -> str:
    """The question for `value`, which stands in `text`: 「1株300円でしたか」 → 「1株いくらでしたか」."""
    before = _AROUND_JA.sub("", text[: value.start])
    after = text[value.end :]
    if value.kind == "date":
        if _NO_TEST_JA.match(after) or not value.date:
            return ""
        said = "いつ" if value.date.day else "何年何月" if value.date.month else "何年"
        return f"{before}{said}{after.removeprefix('に') if said == 'いつ' else after}"
    said = (
        "いくら"
        if value.kind == "money"
        else re.sub(r"[0-9０-９.,一二三四五六七八九十百千万億]+", "何", text[value.start : value.end])
    )
    said = said.replace("何つ", "いくつ")
    return f"{before}{said}{_BEHIND_JA.sub('', after)}"


def _asked_en(text: str, value: Value) -> str:
    """The same in English: "Was the price JPY 300?" → "How much was the price?"."""
    before, after = text[: value.start], text[value.end :]
    if _NO_TEST_EN.search(before) or not re.match(r"[A-Z][a-z']+\s", text):
        return ""
    around = _AROUND_EN.search(before)
    rest = f"{before[0].lower()}{_AROUND_EN.sub('', before)[1:].rstrip()} {after.lstrip()}"
    noun = re.sub(r"^[\d.,]+\s*(?:million|billion)?\s*|^\w+\s(?=[a-z])", "", text[value.start : value.end]).strip()
    if value.kind == "date":
        return f"When {rest}"
    if value.kind == "money":
        return f"How much {rest}"
    how = _HOW.get((around["how"] or "").lower()) if around else None
    if how:
        return f"How {how} {rest}"
    return f"What {rest}" if value.unit in MEASURES else f"How many {noun} {rest}"


_END_JA = r"(?:だったの|なの)?(?:でしたか|ですか|でしょうか)[。？?]?$"
_IS_NAME_JA = re.compile(rf"^(?P<before>.+?(?:は|のは))、?(?P<name>[^、。はがを]{{2,30}}?){_END_JA}")
_AGENT_JA = re.compile(
    r"^(?P<before>.*?[は、])(?P<name>[^、。はがを]{2,30}?)(?P<after>が(?:主導|担当|率い|運営|製造|主催|発行|開発).+)$"
)
_MEANS_JA = re.compile(r"^(?P<before>.+?は)、?(?P<name>[^、。はがを]{1,30}?)(?P<after>を(?:意味|表|指).+)$")
_MEANS_EN = re.compile(r"^(?P<do>Does|Did) (?P<what>.+?) (?P<verb>stand for|mean|refer to) (?P<name>.+?)\?*$")
_PLACE_JA = re.compile(
    r"^(?P<before>.*?[はがを]、?)(?P<name>[^、。はがを]{2,24}?)"
    r"(?P<after>(?:で(?:行|開|打ち上げ|組み立て|製造|建設|始ま)|から(?:打ち上げ|出発)|に(?:設立|設け|開設|置|着陸|到着|移転|建設)).+)$"
)
_IS_NAME_EN = re.compile(
    r"^(?P<be>Was|Is|Were|Are) (?P<name>(?:the |[a-z]{3,} )?[A-Z][\w.&-]*(?: (?:of |the )?[A-Z0-9][\w.&-]*)*) (?P<rest>(?:the|an?|CEO|CFO|chosen|selected|picked|hired|appointed) .+)$"
)
_NAMED_LAST_EN = re.compile(r"^(?P<be>Was|Is|Were|Are) (?P<rest>the [a-z].+[\w'’])\s(?:called |named )?$")
_PREPOSITION = re.compile(
    r"\b(?:of|in|on|by|at|to|for|from|with|and|as|or|under|into|than|between|the|an?|about|around|through)$"
)
_AGENT_EN = re.compile(
    r"^(?P<start>(?:Was|Is|Were|Are|Has|Have) .+? (?:(?!caused)[a-z]+ed|led|made|built|run|given|won|bought|taken|chosen))"
    r" (?P<by>by|to) (?:the )?(?P<name>(?:[a-z]+ )?[A-Z][\w.&-]*(?: (?:of |the )?[A-Z][\w.&-]*)*|[a-z]{4,}(?=\?*$))(?P<after>[ ?,].*)?$"
)
_DID_EN = re.compile(
    r"^Did (?:the )?(?P<name>[A-Z][\w.&-]*(?: (?:of |the )?[A-Z][\w.&-]*)*) (?P<after>(?:lead|make|build|manufacture|operate|host|organi[sz]e)\b.+)$"
)
_PLACE_EN = re.compile(
    r"^(?P<start>.+?\b(?:launched|held|place|opened|open|based|located|met|meet|headquartered|lift off|begin|begun|assembled|built|planned|tested|signed|set up)) (?:from|in|at|on)"
    r" (?:the )?(?P<name>[A-Z][\w.-]*(?: [A-Z][\w.-]*)*)(?P<after>[ ?,].*)?$"
)


def _of_names(question: Question) -> Iterator[Probe]:
    text = question.text
    found = _names_ja(text) if question.language == "ja" else _names_en(text, question.needs)
    for name, asked in found:
        said = name.strip('「」『』“”"')
        is_place = bool(re.search(r"どこ[でにから]|^Where", asked))
        of_it = [need for need in question.needs if need.text in said or said in need.text]
        is_proper = question.language == "en" and re.search(r"[A-Z]", said)
        if any(_is_named(need) for need in of_it) or (of_it and is_proper) or (is_place and named_places(said)):
            yield Probe("place" if is_place else "name", asked, said)


def _is_named(need: Need) -> bool:
    """It names somebody, or something of which there is one."""
    return need.is_name or any(term[1:] in term_list().names for term in need.terms if term[0] == "@")


def _names_ja(text: str) -> Iterator[tuple[str, str]]:
    is_name = _IS_NAME_JA.match(text)
    if is_name:
        yield is_name["name"], f"{is_name['before']}{_who_ja(is_name['name'], is_name['before'])}ですか"
    agent = _AGENT_JA.match(text)
    if agent:
        yield agent["name"], f"{agent['before']}どこ{agent['after']}"
    means = _MEANS_JA.match(text)
    if means:
        yield means["name"], f"{means['before']}何{means['after']}"
    place = _PLACE_JA.match(text)
    if place and (named_places(place["name"]) or not place["after"].startswith("で打ち上げ")):
        yield place["name"], f"{place['before']}どこ{place['after']}"


def _who_ja(name: str, before: str) -> str:
    """The word that asks for `name`."""
    if re.search(r"名前|名称|愛称|呼び名", before):
        return "何"
    if named_places(name):
        return "どこ"
    return "誰" if named_people(name) else "どの会社"


def _names_en(text: str, needs: Sequence[Need]) -> Iterator[tuple[str, str]]:
    is_name = _IS_NAME_EN.match(text)
    if is_name:
        yield is_name["name"], f"{_who_en(is_name['rest'])} {is_name['be'].lower()} {is_name['rest']}"
    named_last = [need for need in needs if need.is_name and text.rstrip("?. ").endswith(need.text)]
    last = _NAMED_LAST_EN.match(text[: text.rindex(named_last[-1].text)]) if named_last and not is_name else None
    if last and not _PREPOSITION.search(last["rest"]):
        yield named_last[-1].text, f"What {last['be'].lower()} {last['rest']}?"
    agent = _AGENT_EN.match(text)
    if agent:
        start = agent["start"]
        yield agent["name"], f"Which company {start[0].lower()}{start[1:]} {agent['by']}{agent['after'] or '?'}"
    means = _MEANS_EN.match(text)
    if means:
        yield means["name"], f"What {means['do'].lower()} {means['what']} {means['verb']}?"
    did = _DID_EN.match(text)
    if did:
        yield did["name"], f"Who did {did['after']}"
    place = _PLACE_EN.match(text)
    if place:
        start = place["start"]
        yield place["name"], f"Where {start[0].lower()}{start[1:]}{place['after'] or '?'}"


def _who_en(rest: str) -> str:
    """The words that ask who or what is `rest`: "the lead investor of Series C"."""
    if re.match(
        r"(?:the |an? )?(?:\w+ ){0,2}(?:CEO|CFO|COO|CTO|founder|president|director|head|leader|chair\w*)\b", rest, re.I
    ):
        return "Who"
    if re.match(r"(?:the |an? )?(?:\w+ ){0,2}(?:site|place|crater|area|location|destination|venue)\b", rest, re.I):
        return "Where"
    if re.match(
        r"(?:the |an? )?(?:\w+ ){0,3}(?:investor|partner|contractor|supplier|insurer|bank|winner|maker|developer|owner|sponsor)\b",
        rest,
        re.I,
    ):
        return "Which company"
    return "What"


_SOLELY = re.compile(
    r"単独で|自社だけで|独自に|自力で|だけで| only(?= by\b)| (?:alone|by itself|on its own|single-handedly|solely)\b",
    re.I,
)


def _of_sole(question: Question) -> Iterator[Probe]:
    match = _SOLELY.search(question.text)
    if match:
        yield Probe("sole", question.text[: match.start()] + question.text[match.end() :], match.group())

"""Roles: a sentence in; who made the things that it names, and who paid for them, out, in either language.

A maker built, developed or manufactured a thing; a funder paid for it, in whole or in part. The one is never taken for
the other, nor for who made or paid for another thing of the same sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from corpus.announcement import Language
from corpus.facts import Fact, FactStatus, Statement, name_key
from corpus.values import fold

RoleKind = Literal["maker", "funder"]


@dataclass(frozen=True, slots=True)
class Role:
    """`text[who[0]:who[1]]` made, or paid for, the thing `text[what[0]:what[1]]`."""

    kind: RoleKind
    who: tuple[int, int]
    what: tuple[int, int]


_VERBS_JA: dict[RoleKind, str] = {
    "maker": r"(?:共同で?)?(?:開発|製造|製作|制作|設計|建造|組み立て|手掛け|手がけ|作(?=[っりる])|造(?=[っりる]))",
    "funder": r"(?:共同で)?(?:出資|助成|融資|投資|補助"
    r"|(?:資金|費用)(?:を|の)?(?:一部を)?(?:共同で)?(?:拠出|提供|支援|負担|供与|支払|賄|出(?=[しす])))",
}
# One party or several: 宇宙航空研究開発機構（JAXA）、タカラトミー、ソニー、同志社大学
_ONE_JA = r"[A-Za-z0-9一-龯ァ-ヶー々&.・-]+(?:\s[A-Za-z&.-]+)*(?:\s?[（(][^（()）]{1,40}[）)])?"
_WHO_JA = rf"(?P<who>(?:[一-龯ァ-ヶー]{{2,12}}の)?{_ONE_JA}(?:(?:、|と|および|及び|ならびに){_ONE_JA}){{0,6}})"
_WHAT_JA = r"(?P<what>(?!\d)[^、。はがを]{2,60}?)"
_THING_JA = r"(?P<what>(?:「[^」]{1,40}」|[^、。はがをに\s]){2,60})"
_DATED_JA = r"(?:\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:に|、)|[^、。はが]{0,24}?(?:に|から|で)、)?"
_IS_JA = r"(?<!また)(?<!あるい)[はも]、?"
# The end of the sentence's own verb, and no verb before a noun: 製造したスコップを搭載
_ENDS_JA = (
    r"(?:し(?:ました|ています|ており|ている(?!こ)|、|て(?=。|、))|す(?:る予定|る計画)|によるもの|され(?:ました|ています|た|、)"
    r"|を(?:公表|発表|行|進め|開始|完了|受け)|った(?:。|$)|て(?:い|お)|で|$|。"
    r"|(?:した|する|している)[^、。はがを]{1,20}(?:です|でした|であり|である))"
)
_MEANS_JA = r"(?:[^。は]{2,60}?(?:を通じて|を通して|を経て)、?)?"


def _japanese(kind: RoleKind) -> list[re.Pattern[str]]:
    verb = _VERBS_JA[kind]
    given = "(?:(?:に|へ|について)?" if kind == "funder" else "(?:(?:について)?"
    made = [
        # AとBが開発した水電解装置
        rf"(?:^|[、。はに]){_WHO_JA}が{_MEANS_JA}{verb}(?:した|する|している|った|る|て(?:いる|きた))(?!こと|旨|と|予定|計画|方針){_THING_JA}",
        # 水電解装置は、AとBが開発しています; …には、Aが…を通じて資金を拠出しています; …は、Aの開発によるものです
        rf"(?:^|[。、]){_WHAT_JA}{given}{_IS_JA}){_WHO_JA}(?:が|の|による|により|によって|から){_MEANS_JA}{verb}{_ENDS_JA}",
        # AとBは、水電解装置を開発しました; Aは…に資金を拠出しています
        rf"(?:^|[。]){_WHO_JA}は、?{_DATED_JA}{_WHAT_JA}(?:(?:を|に(?:は)?){verb}{_ENDS_JA}|の{verb}を(?:公表|発表|行|進め|開始|完了))",
    ]
    return [re.compile(pattern) for pattern in made]


_VERBS_EN: dict[RoleKind, tuple[str, str, str]] = {  # done by somebody, somebody does, somebody is doing
    "maker": (
        r"(?:built|developed|manufactured|made|designed|produced|constructed|assembled)",
        r"(?:built|developed|manufactured|designed|produced|constructed|assembled|builds?|develops?|manufactures?|makes"
        r"|designs|produces|constructs?|assembles?)",
        r"(?:building|developing|manufacturing|making|designing|producing)",
    ),
    "funder": (
        r"(?:co-?|partly\s)?(?:funded|financed|sponsored|subsidi[sz]ed|paid for)",
        r"(?:(?:co-?)?(?:funded|financed|sponsored|funds|finances|sponsors)|paid for|pays for)",
        r"(?:(?:co-?)?(?:funding|financing|sponsoring)|paying for)",
    ),
}
_NO_WORD_EN = (
    r"(?!(?:that|which|who|is|are|was|were|has|have|had|to|and|by|from|on|in|for|with|as|at|carry|carries|being)\b)"
)
_WORD_EN = rf"{_NO_WORD_EN}[\w'’.-]+"
# A company may write itself in small letters: "ispace, inc.", "A and ispace U.S.", "ispace and A"; or begin so.
_SMALL_EN = (
    r"[a-z]{3,}(?=,\s[Ii]nc\.|\sand\s[A-Z]|\s(?:[A-Z]\.){2}|\s(?:Europe|Japan|[A-Z]{2,})\b)|(?<![\s\S])[a-z]{3,}"
)
_FIRST_EN = rf"(?!(?:The|A|An|This|That|It|Its|In|On|As|Under|Of|Final|All|Both)\b)(?:[A-Z][\w&.’'-]*|{_SMALL_EN})"
_NAME_EN = (
    rf"{_FIRST_EN}(?:\s(?:(?:of|for|de)\s(?:the\s)?)?[A-Z][\w&.’'-]*)*"
    r"(?:,?\s(?:[Ii]nc\.|S\.A\.|Ltd\.?|Corp\.))?(?:\s\([^()]{1,40}\))?"
)
_WHO_EN = rf"(?:the\s)?(?P<who>{_NAME_EN}(?:(?:,\s(?:and\s)?|\sand\s)(?:the\s)?{_NAME_EN}){{0,6}})"
_WHAT_EN = rf"(?P<what>{_WORD_EN}(?:(?:\s|,\s(?=the\s|a\s|an\s)){_WORD_EN}){{0,12}})"
_BE_EN = r"(?:,?\s(?:(?:which|that)\s)?(?:is|are|was|were|has been|have been|had been|being|to be|will be))?"


def _english(kind: RoleKind) -> list[re.Pattern[str]]:
    done, does, doing = _VERBS_EN[kind]
    made = [
        # TENACIOUS, the micro rover, is co-funded by the Luxembourg Space Agency; a scoop made by Epiroc of Sweden
        rf"\b{_WHAT_EN},?{_BE_EN}\s(?:jointly\s|being\s)?{done}\s(?:jointly\s)?by\s{_WHO_EN}",
        # lunar insurance that A and B developed
        rf"\b{_WHAT_EN}\s(?:that|which)\s{_WHO_EN}\s(?:has\s|have\s|had\s)?(?:jointly\s)?{does}\b",
        # A and B developed the lunar insurance; A is developing it
        rf"(?:^|[.;]\s|\bthat\s){_WHO_EN}\s(?:(?:has|have|had)\s)?(?:jointly\s)?(?:{does}|(?:is|are|was|were)\s{doing})\s(?!by\b){_WHAT_EN}",
    ]
    return [re.compile(pattern) for pattern in made]


_JAPANESE: dict[RoleKind, list[re.Pattern[str]]] = {kind: _japanese(kind) for kind in _VERBS_JA}
_ENGLISH: dict[RoleKind, list[re.Pattern[str]]] = {kind: _english(kind) for kind in _VERBS_EN}


@lru_cache(maxsize=20_000)
def roles(text: str, language: Language) -> tuple[Role, ...]:
    """Who made and who paid for what, as `text` (one sentence) says it, each once; spans are into `text`.

    >>> text = "TENACIOUS is co-funded by the Luxembourg Space Agency through a contract with ESA."
    >>> [(role.kind, text[slice(*role.who)], text[slice(*role.what)]) for role in roles(text, "en")]
    [('funder', 'Luxembourg Space Agency', 'TENACIOUS')]
    >>> text = "ローバーには、スウェーデンのEpirocが製造したスコップを搭載します。"
    >>> [(role.kind, text[slice(*role.who)], text[slice(*role.what)]) for role in roles(text, "ja")]
    [('maker', 'スウェーデンのEpiroc', 'スコップ')]
    """
    if len(text) > _LONGEST:
        return ()
    return tuple(dict.fromkeys(_roles(fold(text), _JAPANESE if language == "ja" else _ENGLISH)))


_NAMED = re.compile(
    r"「(?P<quoted>[^」]{1,40})」|(?<=[^\x00-\x7f])(?P<latin>[A-Z][A-Za-z0-9.-]*(?:\s[A-Z0-9][\w.-]*)*)$"
)
_TO_COME = re.compile(r"する(?:予定|計画)|\b(?:will|to) be\b|\bplanned\b")


def role_facts(statement: Statement) -> Iterator[Fact]:
    """Who made, and who paid for, each thing that the sentence says it of: facts of the thing, by its name."""
    told: dict[tuple[RoleKind, tuple[int, int]], Role] = {}
    for role in roles(statement.text, statement.announcement.language):
        known = told.get((role.kind, role.who))
        # …VoidRunnerは、…が開発するエンジンです: one thing, said twice.
        if known is None or known.what[1] - known.what[0] < role.what[1] - role.what[0]:
            told[role.kind, role.who] = role
    for role in told.values():
        said = statement.text[slice(*role.what)]
        named = _NAMED.search(said)
        name = (named["quoted"] or named["latin"]) if named else said.partition(",")[0]
        between = statement.folded[min(role.what[1], role.who[1]) : max(role.what[0], role.who[0], role.who[1] + 20)]
        status: FactStatus = "planned" if _TO_COME.search(between) else "actual"
        value = statement.words("name", *role.who)
        yield statement.fact(
            "mission", (name, f"thing:{name_key(name)}"), role.kind, value, status, statement.as_of(*role.who)
        )


_LONGEST = 800  # characters; what is longer is no sentence
_SAID: dict[RoleKind, re.Pattern[str]] = {
    "maker": re.compile(
        r"開発|製造|製作|制作|設計|建造|組み立て|手掛け|手がけ|作|造"
        r"|buil[dt]|develop|manufactur|ma[dk]|design|produc|construct|assembl"
    ),
    "funder": re.compile(r"出資|助成|融資|投資|補助|資金|費用|fund|financ|sponsor|subsidi|paid|pay"),
}


def speaks_of(text: str, kind: RoleKind) -> bool:
    """Whether any word of `text` may tell of a maker, or of a funder."""
    return bool(_SAID[kind].search(text))


def _roles(text: str, patterns: dict[RoleKind, list[re.Pattern[str]]]) -> Iterator[Role]:
    for kind, forms in patterns.items():
        if not speaks_of(text, kind):
            continue
        for pattern in forms:
            for match in pattern.finditer(text):
                yield Role(kind, _who(text, match), _what(text, match))


def _who(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The parties, without the next sentence's beginning ("ispace U.S. VoidRunner has …") and its full stop."""
    start, end = match.span("who")
    head = re.match(r"(?:[Tt]he\s)?([A-Z][\w-]+)", match["what"])
    again = text.find(f". {head[1]}", start, end) if head else -1
    end = again + 1 if again >= 0 else end
    while text[end - 1] == "." and not re.search(r"(?:\b[A-Z]|\b[Ii]nc|\bLtd|\bCorp)\.$", text[start:end]):
        end -= 1
    return start, end


def _what(text: str, match: re.Match[str]) -> tuple[int, int]:
    start, end = match.span("what")
    said = re.search(r"(?:です|でした|であり|である|\.)$", text[start:end])
    article = re.match(r"(?:[Tt]he|[Aa]n?|[Ii]ts)\s", text[start:end])
    return start + (article.end() if article else 0), (start + said.start() if said else end)

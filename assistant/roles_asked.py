"""Roles asked: a question for who made something, or who paid for it, and scored Evidence in; a Reading out.

Who made another thing of the same sentence, and who paid for what was asked to have been made, answer neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.evidence import Evidence
from assistant.names import named_places
from assistant.needs import Need
from assistant.question import Question
from assistant.reading import Reading
from assistant.wanted import places_of_need
from corpus.facts import issuer_key
from corpus.roles import RoleKind, roles
from corpus.values import fold

_WHO = re.compile(
    r"誰|だれ|どなた|どこ(?!で(?!す|しょ)|に|から|まで)|どちら|(?:どの|どこの|何という|どんな)(?:会社|企業|メーカー|国|組織|機関|団体|大学)"
    r"|\bwho\b|\bwhom\b|\bwhose\b"
    r"|\b(?:which|what) (?:company|companies|firms?|organi[sz]ations?|agency|agencies|manufacturer|country)\b",
    re.I,
)
_MADE = re.compile(
    r"開発(?!法人|機構)|製造|製作|制作|設計し|建造|組み立て(?:た|る|て)|手掛け|手がけ|作(?:った|り|る|られ|って)|造(?:った|り|る|られ)|つくっ"
    r"|\b(?:buil[dt]s?|building|develop(?:s|ed|ing)?|manufactur(?:e|es|ed|ing)|ma(?:de|kes?|king)(?! up\b)"
    r"|design(?:s|ed|ing)|produc(?:e|es|ed|ing)|construct(?:s|ed)?|assembl(?:e|es|ed))\b",
    re.I,
)
_MAKER = re.compile(
    r"(?:製造|開発|製作)(?:元|者|会社|企業|メーカー)|メーカー|作り手|\b(?:maker|manufacturer|developer|builder)s?\b",
    re.I,
)
_PAID = re.compile(
    r"出資|助成|融資|資金|費用を(?:出|負担|支払)|お金を出|スポンサー"
    r"|\b(?:(?:co-?)?(?:fund(?:s|ed|ing|er|ers)?|financ(?:e|es|ed|ing))|sponsor(?:s|ed|ing)?|subsidi[sz](?:e|es|ed)"
    r"|paid for|pays? for|paying for|bankroll\w*)\b",
    re.I,
)
# What a verb of the role leaves as a need of its own: 資金を拠出, 費用の一部を負担.
_DONE = re.compile(
    r"拠出|提供|負担|供与|支援|一部|共同|費用|お?金|会社|企業|[作造]っ?|出[しす]?|paid|pay|money|jointly", re.I
)
# Money for the company, or by a round of shares, is no money for a thing.
_RAISING = re.compile(
    r"シリーズ\s?[A-ZＡ-Ｚ]\b|シリーズ[A-ZＡ-Ｚ](?![A-Za-z])|ラウンド|調達|株式|増資|ローン|借入|銀行|リード"
    r"|\bseries [a-z]\b|\brounds?\b|\brais(?:e|ed|ing)\b|\bshares?\b|\bloans?\b|\bbanks?\b|\blead\b|\blender",
    re.I,
)
# 高砂熱学工業の水電解装置, MBRSCのローバー「Rashid」, "the micro rover of ispace": whose it is; a mission owns nothing.
_ONE_JA = r"(?:[一-龯ァ-ヶー]{2,12}の)?[A-Za-z0-9一-龯ァ-ヶー々&.・-]+(?:\s[A-Za-z&.-]+)*"
_OWNED_JA = re.compile(
    rf"(?:^|[、。はがをにで]|では、)(?P<who>{_ONE_JA})(?<!ミッション\d)の(?P<between>[^、。はがをにの0-9]{{0,24}})$"
)
_OWNED_EN = re.compile(
    r"(?:,?\s(?:[\w-]+,?\s){0,4}?)?of\s(?:the\s)?(?P<who>(?!Mission|Series)(?:[A-Z][\w&.-]*|ispace)(?:\s(?:of\s)?[A-Z][\w&.-]*)*)"
)
_SUPPLIES = re.compile(r"供給|納入|提供する|\bsuppl(?:y|ies|ied)\b|\bprovides?\b")
_TOGETHER = re.compile(r"共同|一緒|ともに|と共に|協力|\b(?:together|jointly|along|co-\w+) ?(?:with)?\b", re.I)
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")


def role_asked(question: Question) -> RoleKind | None:
    """Whether `question` asks who made a thing, or who paid for it; None for anything else."""
    if question.want not in ("person", "organisation", "place", "free", "list"):
        return None
    text = fold(question.text)
    if _RAISING.search(text) or all(need.carried for need in _things(question)):
        return None
    is_maker, is_paid = bool(_MADE.search(text) or _MAKER.search(text)), bool(_PAID.search(text))
    if is_maker == is_paid or not (_WHO.search(text) or _MAKER.search(text)):
        return None
    return "maker" if is_maker else "funder"


def read_role(question: Question, kind: RoleKind, ranked: Sequence[Evidence]) -> Reading | None:
    """The Reading of the sentence that says who; whose a thing is stands in for its maker, and for nobody who paid."""
    for one in ranked:
        for role in roles(one.sentence.text, one.sentence.language):
            shared = role.who if _TOGETHER.search(question.text) else role.what
            if role.kind == kind and _is_asked(question, one, role.what, also=shared):
                return _named(question, one, one.sentence.text[slice(*role.who)], confidence=0.9)
    for one in ranked if kind == "maker" else ():
        owner = _owner(question, one)
        if owner:
            is_issuer = issuer_key(owner) == issuer_key(one.sentence.announcement.issuer)
            return _named(question, one, "" if is_issuer else owner, confidence=0.6)
    return None


def _named(question: Question, one: Evidence, name: str, *, confidence: float) -> Reading:
    said = name if question.language == one.sentence.language else ""
    return Reading(question, "answered", (one,), text=said, confidence=confidence)


def _things(question: Question) -> list[Need]:
    """What was made or paid for, as the question names it."""
    return [
        need
        for need in question.needs
        if need.is_firm and not _MADE.fullmatch(need.text) and not _is_of_role(need.text)
    ]


def _is_of_role(text: str) -> bool:
    return bool(_MAKER.search(text) or _PAID.search(text) or _MADE.search(text) or _DONE.fullmatch(text))


def _is_asked(
    question: Question,
    one: Evidence,
    what: tuple[int, int],
    *,
    around: bool = True,
    also: tuple[int, int] | None = None,
) -> bool:
    """The sentence's words at `what` are the thing that the question names.

    Args:
        around: what the thing is a part of may be said elsewhere in the sentence.
        also: where one who did it together with others may be named.
    """
    own = issuer_key(one.sentence.announcement.issuer)
    things = [need for need in _things(question) if issuer_key(need.text) != own]
    # スウェーデンのメーカー: a place may be the maker's.
    names = [need for need in things if need.is_name and not need.is_number and not named_places(need.text)]
    nouns = [need for need in things if not (need.is_name or need.is_number)]
    nouns = [need for need in nouns if not need.carried] or nouns
    inside = names or _head(question, nouns) or things

    def is_inside(need: Need) -> bool:
        places = places_of_need(one.sentence, need)
        called = any(_is_name_of(one.sentence.text, start, end) for start, end in places) if need.is_name else False
        spans = (what, also or what)
        return called or any(first < end and start < last for first, last in spans for start, end in places)

    return (
        bool(things)
        and all(map(is_inside, inside))
        and all(
            is_inside(need) or (around and one.matches[question.needs.index(need)] >= 0.6)
            for need in things
            if need not in inside and need.factor >= 1
        )
    )


_FURTHER = re.compile(r"\b(?:of|for|on|in|from|aboard)\b")


def _head(question: Question, nouns: list[Need]) -> list[Need]:
    """The scoop of "the rover's scoop" and ローバーのスコップ, the titanium of "the titanium for the legs"."""
    if question.language == "en" and len(nouns) > 1:
        place = question.text.find(nouns[0].text)
        end = _FURTHER.search(question.text, place) if place >= 0 else None
        nouns = [need for need in nouns if not end or question.text.find(need.text) < end.start()] or nouns
    return nouns[-1:]


def _is_name_of(text: str, start: int, end: int) -> bool:
    """The words at the place are given as a name: ロボットは「SORA-Q」の名称で, "under the name SORA-Q"."""
    return bool(
        re.match(r"[」』”\"]?(?:という|の)(?:名称|名前|名)|[」』]?と(?:命名|名付け|呼)", text[end:])
        or re.search(r"(?:名称は|\b(?:under the name|named|called|known as)\s)[「『“\"]?$", text[:start])
    )


def suppliers(question: Question, ranked: Sequence[Evidence]) -> list[Evidence]:
    """What tells who supplies the thing, which is the nearest to who made it."""
    return [
        one
        for one in ranked
        if _SUPPLIES.search(one.sentence.text) and not roles(one.sentence.text, one.sentence.language)
    ]


def without_roles(ranked: Sequence[Evidence]) -> list[Evidence]:
    """What tells of nobody in such a role: who made a thing is not told where another one was made, or was paid for."""
    return [one for one in ranked if not roles(one.sentence.text, one.sentence.language)]


def _owner(question: Question, one: Evidence) -> str:
    """Whose the sentence says the thing to be that the question names; "" where it does not."""
    text, japanese = one.sentence.text, one.sentence.language == "ja"
    things = [need for need in _things(question) if not need.is_number] or _things(question)
    if not things or roles(text, one.sentence.language):
        return ""  # who made, or paid for, something else
    named = next((need for need in things if need.is_name), things[-1])
    for start, end in places_of_need(one.sentence, named):
        head = _BRACKETS.sub("", text[:start]).rstrip("「『")
        found = _OWNED_JA.search(head) if japanese else _OWNED_EN.match(text, end)
        if not found:
            continue
        name = found["who"].rstrip(".") if not japanese else found["who"]
        is_own = issuer_key(name) == issuer_key(one.sentence.announcement.issuer)
        if _is_asked(question, one, (start - _BESIDE, end), around=is_own or japanese or named.is_name):
            return name if name in text else name.rpartition("の")[2]  # a bracket stands between the two
    return ""


# Characters before the name of a thing that may belong to it: "the HAKUTO-R Mission 2 lander".
_BESIDE = 24

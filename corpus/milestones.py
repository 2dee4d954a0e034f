"""Milestones: a Statement in; the Facts that it states about them out: what each is, whether and when it was reached.

A milestone carries a number (Success 9, サクセス9, Milestone 4, 第3マイルストーン); how many of them were reached is a
fact of the set that they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from corpus.dates import PartialDate
from corpus.facts import Fact, FactStatus, FactValue, Statement
from corpus.mission_names import Mention
from corpus.sentences import sentences
from corpus.values import Value, fold

_NUMBERED = re.compile(
    r"(?P<noun>(?<![A-Za-z])[Ss]uccess(?=\s?\d)|サクセス(?=\s?\d)|(?<![A-Za-z])[Mm]ilestone(?:\s[Nn]o\.)?(?=\s?#?\d)|マイルストーン(?=\s?\d))\s?#?(?P<n>\d{1,2})(?![0-9A-Za-z]|\.\d)(?!\s?(?:[つ個件%億万円]|of\s(?:its|the|\d)))"
    r"(?P<reading>\s?[（(](?:サクセス|[Ss]uccess|マイルストーン|[Mm]ilestone)\s?\d{1,2}[)）])?"
)
_KINDS = {"success": "success", "サクセス": "success", "milestone": "milestone", "マイルストーン": "milestone"}
_CRITERION_JA = re.compile(
    r"(?:の(?:達成)?(?:基準|条件|内容))?は、?(?P<what>[^。]{2,80}?)(?:です|とする|と定義|であり|$|。)"
)
_CRITERION_COLON = re.compile(r"\s?[:：–—|]\s?(?P<what>[^|。\n]{2,80}?)\s*(?=\||。|$)")
_CRITERION_EN = re.compile(
    r"(?:\sof\s(?:HAKUTO-R\s)?[Mm]ission\s\d+)?\s(?:is|means|stands for|:)\s(?P<what>(?!(?:planned|scheduled|expected|not|now|also|the (?:first|last|next) to)\b)[^.;]{3,90}?)(?=[.;]|$)"
)
_REACHED_JA = re.compile(
    r"(?:を|が|まで)[^、。]{0,30}?(?:完了|達成|クリア|到達)(?:し(?:まし)?た|し、|した|$|されました|しており)|(?:を|が)(?:完了|達成)$|完了$"
)
_PLANNED_JA = re.compile(r"(?:を|が|は)[^。]{0,40}?(?:予定|計画|見込|目指)")
_FAILED_JA = re.compile(r"[^。]{0,30}?(?:達成できない|達成されず|達成でき(?:ず|ません|なかった)|未達)")
_REACHED_EN = re.compile(r"\b(?:complet(?:ed?|ing|es)|achiev(?:ed|ing|es)|reached|passed|cleared)\s(?:[A-Z][\w-]*\s)?$")
_FAILED_EN = re.compile(
    r"[^.;]{0,60}?\b(?:not achiev\w+|not reached|was not completed|could not be (?:achieved|completed))", re.IGNORECASE
)
_COUNTS_JA = re.compile(
    r"(?P<total>\d{1,3})\s?(?:段階|個|件|つ)の?(?:の)?マイルストーンの?(?:うち|中)(?:の|、)?[^。、]{0,12}?(?P<some>\d{1,3})\s?(?:段階|個|件|つ)(?:まで)?(?:に到達|を達成|を完了|が完了|まで)"
)
_TOTAL_JA = re.compile(r"(?P<total>\d{1,3})\s?(?:段階|個|件|つ)の?マイルストーン")
_WORDS = {
    word: number
    for number, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
_NUMBER_EN = rf"\d{{1,3}}|{'|'.join(_WORDS)}"
_COUNTS_EN = re.compile(
    rf"\b(?:reached|completed|achieved|cleared|met)\s(?P<some>{_NUMBER_EN})\s(?:out\s)?of\s(?:its|the|all|our)?\s?(?P<total>{_NUMBER_EN})\s(?:(?!of\b)[\w-]+\s){{0,3}}?milestones",
    re.IGNORECASE,
)
_TOTAL_EN = re.compile(
    rf"(?<![Ss]uccess\s)(?<![Mm]ission\s)\b(?P<total>{_NUMBER_EN})\s(?:(?!of\b)[A-Z]?[\w-]+\s){{0,3}}?milestones\b",
    re.IGNORECASE,
)
_COUNTED_EN = re.compile(
    rf"\b(?P<some>{_NUMBER_EN})\s(?:out\s)?of\s(?:its|the|all|our)?\s?(?P<total>{_NUMBER_EN})\s(?:(?!of\b)[\w-]+\s){{0,3}}?milestones"
    r"\s(?:(?:were|was|have been|had been|being)\s)?(?:reached|completed|achieved|cleared|met)\b",
    re.IGNORECASE,
)


def milestone_subject(text: str, whose: tuple[str, str] | None) -> tuple[str, str] | None:
    """(name, id) of the one milestone that `text` names, a part of the mission `whose`; None for none or several.

    >>> milestone_subject("サクセス9", ("ミッション1", "mission:1"))
    ('ミッション1のサクセス9', 'mission:1/success:9')
    """
    found = {_subject(match, whose) for match in _NUMBERED.finditer(fold(text))}
    return next(iter(found)) if len({id for _, id in found}) == 1 else None


def milestone_facts(
    statement: Statement, missions: list[Mention], *, mission: tuple[str, str] | None
) -> Iterator[Fact]:
    """Every fact about milestones that the sentence states.

    Args:
        missions: those that the sentence names.
        mission: (name, id) of the one that its surroundings name, for a sentence that names none.
    """
    text = statement.folded
    if not re.search(r"[Ss]uccess\s?\d|サクセス|[Mm]ilestone|マイルストーン", text):
        return
    yield from _counts(statement, missions, mission)
    for match in _NUMBERED.finditer(text):
        whose = _whose(missions, match.start(), mission)
        subject = _subject(match, whose)
        yield from _criterion(statement, subject, match)
        yield from _reached(statement, subject, match)


def _whose(missions: list[Mention], at: int, mission: tuple[str, str] | None) -> tuple[str, str] | None:
    near = [one for one in missions if len(one.ids) == 1]
    before = next((one for one in reversed(near) if one.end <= at), None)
    one = before or (near[0] if near else None)
    return (one.names[0], one.ids[0]) if one else mission


def _subject(match: re.Match[str], whose: tuple[str, str] | None) -> tuple[str, str]:
    number = int(match["n"])
    kind = _KINDS[re.sub(r"\s.*", "", match["noun"].casefold())]
    japanese = match["noun"][0] in "サマ"
    name = (
        f"{match['noun'].split()[0].capitalize() if not japanese else match['noun']}{'' if japanese else ' '}{number}"
    )
    if whose is None:
        return name, f"{kind}:{number}"
    joined = f"{whose[0]}の{name}" if whose[0].startswith("ミ") else f"{whose[0]} {name}"
    return joined, f"{whose[1]}/{kind}:{number}"


def _criterion(statement: Statement, subject: tuple[str, str], match: re.Match[str]) -> Iterator[Fact]:
    text = statement.folded
    japanese = statement.announcement.language == "ja"
    found = _CRITERION_JA.match(text, match.end()) if japanese else _CRITERION_EN.match(text, match.end())
    found = found or _CRITERION_COLON.match(text, match.end())
    if not found:
        # ミッション1のSuccess 9（サクセス9）である月面着陸は
        found = (
            re.compile(r"である(?P<what>[^、。はがをに]{2,30}?)(?=[はがをに、])").match(text, match.end())
            if japanese
            else re.compile(r"(?:\sof\sMission\s\d+)?,\s(?P<what>(?:the|a|an)\s[^,.;]{3,50}?)(?=,)").match(
                text, match.end()
            )
        )
    if not found or re.search(
        r"\d{4}年|完了|達成|未達|予定|complet(?!ion of)|achiev(?!ement of)|reached", found["what"]
    ):
        return
    start, end = found.span("what")
    article = re.match(r"(?:the|a|an)\s", found["what"])
    start += article.end() if article else 0
    value = statement.words("text", start, end)
    yield statement.fact("milestone", subject, "criterion", value, "planned", statement.as_of(start, end))


def _reached(statement: Statement, subject: tuple[str, str], match: re.Match[str]) -> Iterator[Fact]:
    text = statement.folded
    before, after = text[: match.start()], text[match.end() :]
    held = statement.announcement.held
    japanese = statement.announcement.language == "ja"
    status: FactStatus
    if _FAILED_JA.match(after) if japanese else _FAILED_EN.match(after):
        status = "cancelled"
    elif re.search(r"できな|されず|\bnot\b|\bno\b", after.split("。")[0][:40]):
        return
    elif (_REACHED_JA.match(after) if japanese else _REACHED_EN.search(before)) or (
        not japanese and re.match(r"(?:\s\([^)]*\))?\s(?:was|has been|is)\s(?:completed|achieved|reached)", after)
    ):
        status = "actual"
    elif japanese and _PLANNED_JA.match(after):
        status = "planned"
    else:
        return
    if japanese and status == "actual" and re.match(r"[^、。]{0,40}(?:予定|計画|目指)", after):
        status = "planned"
    day = _day(statement, match)
    if day and day.date and status == "actual" and held and day.date.earliest > held.latest:
        return
    attribute = "planned" if status == "planned" else "achieved"
    if day is not None and day.date is not None:
        as_of: PartialDate | None = statement.as_of(day.start, day.end) if status == "planned" else held
        yield statement.fact("milestone", subject, attribute, statement.typed(day), status, as_of)
        return
    end = match.end() + len(re.match(r"[^、。,.;（(]{0,30}", after).group())  # type: ignore[union-attr]
    start = match.start() if japanese else _verb_start(before, match.start())
    value = statement.words("text", start, end, {"actual": "achieved", "cancelled": "not-achieved"}.get(status, status))
    yield statement.fact("milestone", subject, attribute, value, status, statement.as_of(start, end))


def _verb_start(before: str, at: int) -> int:
    verb = _REACHED_EN.search(before)
    return verb.start() if verb else at


def _day(statement: Statement, match: re.Match[str]) -> Value | None:
    """The day on which it was reached, when the sentence ties one to it."""
    text = statement.folded
    days = [v for v in statement.values if v.date and v.date.day and v not in statement.told]
    others = [m.start() for m in _NUMBERED.finditer(text) if m.start() != match.start()]
    if statement.announcement.language == "ja":
        since = max([0, *(m.end() for m in re.finditer(r"完了し、|達成し、|。", text[: match.start()]))])
        near = [v for v in days if since <= v.start and v.end <= match.start()]
        # 2025年5月28日から高度100kmの軌道にあり: since when, and not when.
        near = [v for v in near if not re.match(r"から|より|まで", text[v.end :])]
        # 2022年12月11日の打ち上げと…により…完了: the day of what it came with.
        return near[-1] if near else None
    after = [v for v in days if v.start >= match.end() and not any(match.end() <= o < v.start for o in others)]
    if (
        after
        and re.fullmatch(r"[^;]{0,40}?\bon\s", text[match.end() : after[0].start])
        and not re.search(r"\band\b|\bwas|\bwere", text[match.end() : after[0].start])
    ):
        return after[0]
    since = max(
        [
            0,
            *(o for o in others if o < match.start()),
            *(m.end() for m in re.finditer(r";", text[: match.start()])),
            *(start for start, _ in sentences(text) if start <= match.start()),
        ]
    )
    near = [v for v in days if since <= v.start and v.end <= match.start()]
    return near[-1] if near and re.search(r"\bon\s$", text[: near[-1].start]) else None


def _counts(statement: Statement, missions: list[Mention], mission: tuple[str, str] | None) -> Iterator[Fact]:
    text = statement.folded
    japanese = statement.announcement.language == "ja"
    counted = _COUNTS_JA.search(text) if japanese else _COUNTS_EN.search(text) or _COUNTED_EN.search(text)
    total = (_TOTAL_JA if japanese else _TOTAL_EN).search(text)
    found = counted or total
    if not found:
        return
    whose = _whose(missions, found.start(), mission)
    if whose is None:
        return
    set_name = f"{whose[0]}のマイルストーン" if japanese else f"{whose[0]} milestones"
    subject = (set_name, f"{whose[1]}/milestones")
    as_of = statement.as_of(*found.span())
    for group, attribute in (("total", "total"), ("some", "reached")):
        if group not in found.groupdict() or not found[group]:
            continue
        word = found[group].casefold()
        number = Decimal(_WORDS.get(word, 0)) if word in _WORDS else Decimal(word)
        start, end = found.span(group)
        counter = re.match(r"\s?(?:段階|個|件|つ)", text[end:]) if japanese else None
        end += counter.end() if counter else 0
        typed = Value("quantity", start, end, f"item:{number}", number=number, unit="item")
        value = FactValue("count", start, end, " ".join(statement.text[start:end].split()), f"item:{number}", typed)
        yield statement.fact("milestone", subject, attribute, value, "actual", as_of)

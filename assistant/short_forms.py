"""Short forms: a question for what letters stand for, and Evidence, in; a Reading of the sentence that spells them out.

Announcements give both forms side by side: 宇宙航空研究開発機構（JAXA）, CLPS（Commercial Lunar Payload Services）,
株式会社はまなす橋梁（以下、はまなす）, "Hamanasu Bridges, Inc. (Hamanasu)".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.evidence import Evidence
from assistant.question import Question
from assistant.reading import Reading
from corpus.announcement import Language
from corpus.values import fold

_ASKED = re.compile(
    r"何の略|の略(?:です|でし|は|称?で|語)|英語の略|略した|略さ(?:ず|ない)|正式(?:な)?(?:名称|社名|名|会社名)|フルネーム|フルスペル"
    r"|\bstand(?:s|ing)? for\b|\bshort for\b|\bshort form\b|\babbreviat\w+|\bacronym\b|\bspel(?:t|led) out\b"
    r"|\bin full\b|\bfull (?:\w+ )?(?:name|form)\b",
    re.I,
)
_ASKED_SHORT = re.compile(
    r"略称|\b(?:abbreviated|shortened) (?:to|as)\b|\babbreviation (?:of|for)\b|\bshort form of\b", re.I
)
_ASKS_OF = re.compile(
    r"[」』”\"’']?\s?(?:は|とは|って|の(?:正式|フル|略|元|もと)|という|と(?:略|いう)|、|[,?？.]|$"
    r"|(?:stands?|standing|is|means?|short|in|abbreviat\w+|here)\b)",
    re.I,
)
# What the question says of the asking itself.
_OF_FORMS = re.compile(
    r"正式|略|英語|日本語|会社|社名|名前?|名称|文字|単語|言葉|フルネーム|フルスペル"
    r"|full|short|form|behind|company|legal|official|english|japanese|letters?|initials?|abbreviat\w*|acronyms?|spel(?:t|led)|names?|terms?|words?",
    re.I,
)
_QUOTED = re.compile(r"[「『“\"‘'](?P<said>[^「」『』“”\"‘’']{1,60})[」』”\"’']")
_BRACKETS = re.compile(
    r"\s?[（(](?P<hereafter>(?:以下|本書で|hereinafter|hereafter)[、,]?\s?)?[「『“\"]?(?P<inside>[^（）()「」『』“”\"]{1,70}?)[」』”\"]?[)）]"
)
_LATIN_BEFORE = re.compile(r"[A-Za-z][A-Za-z0-9.,&'’-]*(?: [A-Za-z0-9&][A-Za-z0-9.,&'’-]*)*$")
_JAPANESE_BEFORE = re.compile(r"[一-龯々ァ-ヶー・]+$")
_SHORT = re.compile(r"[A-Za-z][A-Za-z0-9&.-]*(?: [A-Z][A-Za-z0-9&.-]*){0,2}")
_LETTERS = re.compile(r"[A-Z][A-Za-z&.-]*[A-Z][A-Za-z&.-]*")


class Form(NamedTuple):
    """A short form and what it is short for."""

    short: str
    full: str


def read_short_form(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """The other form of the name that `question` gives one form of; None where it asks for none, or none is told."""
    asked = fold(question.text)
    wants_short = bool(_ASKED_SHORT.search(asked))
    if not (wants_short or _ASKED.search(asked)):
        return None
    quoted = [fold(match["said"]).casefold() for match in _QUOTED.finditer(question.text)]
    found: list[tuple[int, int, Evidence, str]] = []
    for order, one in enumerate(ranked):
        for form in forms_in(one.sentence.text, one.sentence.language):
            known, told = (form.full, form.short) if wants_short else (form.short, form.full)
            place = _place(known, asked)
            if (
                not _is_asked_of(known, asked)
                or _place(told, asked) >= 0
                or (quoted and fold(known).casefold() not in quoted)
            ):
                continue
            if not _tells_of_the_rest(one, question):
                continue
            found.append((-place - len(known), order, one, told))
    if not found:
        return None
    # Of NASA's CLPS, the name that stands last is the one asked for.
    _, _, best, told = min(found, key=lambda one: one[:2])
    is_said = best.sentence.language == question.language or told.isascii()
    return Reading(question, "answered", (best,), text=told if is_said else "", confidence=0.9)


def _tells_of_the_rest(one: Evidence, question: Question) -> bool:
    """Whatever else the question names stands near: the full name of the CEO of a company is not the company's."""
    needs = zip(question.needs, one.matches, strict=True)
    return all(match >= 0.3 for need, match in needs if need.is_firm and not _OF_FORMS.fullmatch(need.text))


def _place(name: str, text: str) -> int:
    """Where `text` names `name` as a word of its own; -1 where it does not."""
    match = re.search(rf"(?<![A-Za-z0-9]){re.escape(fold(name))}(?![A-Za-z0-9])", text, re.I)
    return match.start() if match else -1


def _is_asked_of(name: str, text: str) -> bool:
    """The asking follows the name: CLPSは何の略, "What does CLPS stand for?", but not SMBCとの関係で…の正式名称."""
    start = _place(name, text)
    return start >= 0 and bool(_ASKS_OF.match(text, start + len(fold(name))))


def forms_in(text: str, language: Language) -> Iterator[Form]:
    """The short forms that `text` spells out, in order.

    >>> list(forms_in("宇宙航空研究開発機構（JAXA）のCLPS（Commercial Lunar Payload Services）", "ja"))
    [Form(short='JAXA', full='宇宙航空研究開発機構'), Form(short='CLPS', full='Commercial Lunar Payload Services')]
    >>> list(forms_in("The rover of Hamanasu Sea Works (HSW) and the anchor (the old one) left.", "en"))
    [Form(short='HSW', full='Hamanasu Sea Works')]
    """
    for match in _BRACKETS.finditer(text):
        before, inside = text[: match.start()], match["inside"].strip()
        latin = _LATIN_BEFORE.search(before)
        if match["hereafter"] or _LETTERS.fullmatch(inside) or (language == "en" and _SHORT.fullmatch(inside)):
            full = _spelled_before(before, inside, is_stated=bool(match["hereafter"]))
            if full:
                yield Form(inside, full)
        elif latin and _is_spelled_in(inside, short := latin[0].rpartition(" ")[2]):
            yield Form(short, inside)


def _is_spelled_in(inside: str, short: str) -> bool:
    """The brackets spell out the letters before them, and are no remark on them."""
    in_japanese = short.isupper() and bool(re.fullmatch(r"[一-龯々ァ-ヶー・]+", inside))
    return bool(_LETTERS.fullmatch(short)) and (in_japanese or _abbreviates(short, inside))


def _spelled_before(before: str, short: str, *, is_stated: bool) -> str:
    """The name at the end of `before` that `short` is short for; "" where there is none."""
    latin, japanese = _LATIN_BEFORE.search(before), _JAPANESE_BEFORE.search(before)
    if japanese:
        return japanese[0] if _LETTERS.fullmatch(short) or is_stated else ""
    if not latin:
        return ""
    tokens = latin[0].split(" ")
    for size in range(1, len(tokens) + 1):
        full = " ".join(tokens[-size:])
        begins_alike = is_stated and size > 1 and tokens[-size].casefold() == short.split(" ")[0].casefold()
        if full.casefold() != short.casefold() and (begins_alike or _abbreviates(short, full)):
            return full.rstrip(",")
    # 株式会社ispace（以下、ispace）: the form of the company is a part of its name.
    legal = _JAPANESE_BEFORE.search(before[: latin.start()])
    return legal[0] + latin[0] if legal and latin[0].casefold() == short.casefold() else ""


_SMALL = frozenset(("of", "the", "for", "and", "in", "on", "&"))


def _abbreviates(short: str, full: str) -> bool:
    """`short` holds the first letters of the words of `full`, or is made of its words, the first one first."""
    words = [word for word in re.findall(r"[A-Za-z0-9]+", full) if word.casefold() not in _SMALL]
    letters = "".join(re.findall(r"[A-Za-z0-9]", short)).casefold()
    if len(words) > 1 and "".join(word[0] for word in words).casefold() == letters:
        return True
    parts = [part.casefold() for part in re.findall(r"[A-Za-z0-9]+", short)]
    said = [word.casefold() for word in words]
    if not parts or not said or parts[0] != said[0] or len(parts) > len(said):
        return False
    rest = iter(said[1:])
    return all(any(word.startswith(part) for word in rest) for part in parts[1:])

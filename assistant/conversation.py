"""Conversation: a follow-up and the turns before it in, a question that stands alone (and what it carries over) out."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from assistant.answer import Turn
from assistant.names import named_people
from assistant.needs import Need
from assistant.question import Question, as_of_in, question_language, tidy, understand
from assistant.wants import measure_of
from corpus.announcement import Language
from corpus.values import fold, values
from index.analyse import analyse

_LEANING_JA = re.compile(
    r"^(?:では|じゃあ|それでは|それなら|そして|また|あと|ほかに|他に|ちなみに|で、)|(?:その|それ|この|これ|そこ|同じ|上記|前者|後者|もう一方|もうひとつ|もう一つ|他の|次の|うち)|^(?:いつ|どこ|誰|だれ|いくら|なぜ|金額は|時期は|理由は|場所は)[^、]{0,8}$"
)
_LEANING_EN = re.compile(
    r"^(?:and|then|so|what about|how about|ok|also|but)\b|\b(?:it|its|they|them|their|that|this|those|these|the other|the second one|the first one|the same|he|she|him|her|his|one)\b|^(?:when|where|who|why|how much|how many)\?*$",
    re.IGNORECASE,
)
_ORDINALS = [
    ("1つ目", "一つ目", "１つ目", "最初の", "1番目", "first", "1st"), ("2つ目", "二つ目", "２つ目", "2番目", "second", "2nd"),
    ("3つ目", "三つ目", "３つ目", "3番目", "third", "3rd"), ("4つ目", "四つ目", "４つ目", "4番目", "fourth", "4th"),
]  # fmt: skip
_PERSON = re.compile(r"その人|その方|同氏|彼女|彼(?!ら)|\b(?:he|she|him|his|her)\b", re.IGNORECASE)
_OTHER = re.compile(r"もう一方|もうひとつ|もう一つ|他方|the other(?: one)?", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9.,])(?:19|20)[0-9]{2}(?![0-9.,]*[0-9])")
_YEAR_LATER = re.compile(
    r"(?P<back>前(?:年|期)|その前の(?:年|期)|(?:year|one) before|previous year|prior year)"
    r"|翌(?:年|期)|次の(?:年|期)|year after|(?:following|next|subsequent) (?:fiscal |financial )?year",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(ミッション|サクセス|シリーズ|フェーズ|Mission|Success|Series|Phase)\s?([0-9]+)", re.IGNORECASE
)
_ONLY_POINTS_JA = re.compile(
    r"^(?:では|じゃあ|それでは|そして|また)?、?(?P<what>.{1,24}?)(?:は|の方は|のほうは|についても?|だと)?(?:どうですか|どうでしょうか|いかがですか|どう|ですか)?[。？?\s]*$"
)
_ONLY_POINTS_EN = re.compile(
    r"^(?:and|what about|how about|and what about|then)\s+(?P<what>.{1,40}?)\??$", re.IGNORECASE
)


def leans(text: str, history: Sequence[Turn], *, language: Language | None = None) -> bool:
    """Whether `text` points at something that was said before."""
    typed = tidy(text)
    spoken = language or question_language(typed)
    if not any(turn.role == "user" for turn in history):
        return False
    return bool((_LEANING_JA if spoken == "ja" else _LEANING_EN).search(fold(typed))) or _names_little(typed, spoken)


def _names_little(text: str, language: Language) -> bool:
    """The text asks for one thing and does not say of what: 「座標は？」, "On which rocket?"."""
    firm = [need for need in understand(text, language=language).needs if need.factor >= 1]
    return len(firm) <= 1 and not any(need.is_name or need.is_number for need in firm)


def stand_alone(text: str, history: Sequence[Turn], *, language: Language | None = None) -> Question:
    """`text` understood in the light of `history`; a question that names its own subject takes nothing from before."""
    typed = tidy(text)
    spoken = language or question_language(typed)
    asked = [turn.content for turn in history if turn.role == "user"]
    if not leans(text, history, language=spoken):
        return understand(typed, language=spoken)
    previous = tidy(asked[-1])
    swapped = _swapped(typed, previous, spoken)
    if swapped:
        return understand(swapped, language=spoken)
    own = understand(typed, language=spoken)
    if any(need.is_number and _NUMBERED.search(fold(need.text)) for need in own.needs) and len(own.needs) > 2:
        return own
    return understand(typed, language=spoken, carried=_carried(own, previous, history, spoken))


def _swapped(text: str, previous: str, language: Language) -> str | None:
    """The previous question with its number, ordinal or year exchanged, for "And the second one?"."""
    folded, before = fold(text), fold(previous)
    pattern = _ONLY_POINTS_JA if language == "ja" else _ONLY_POINTS_EN
    only_points = pattern.match(folded)
    if not only_points:
        return None
    what = only_points["what"]
    if _OTHER.search(what):
        for number, forms in enumerate(_ORDINALS[:2]):
            for form in forms:
                if re.search(re.escape(form), before, re.IGNORECASE):
                    other = _ORDINALS[1 - number]
                    return re.sub(re.escape(form), _like(form, other), before, count=1, flags=re.I)
        return None
    for forms in _ORDINALS:
        if not any(re.search(rf"(?<![A-Za-z]){re.escape(form)}", what, re.IGNORECASE) for form in forms):
            continue
        for others in _ORDINALS:
            for form in others:
                if others is not forms and re.search(rf"(?<![A-Za-z]){re.escape(form)}", before, re.IGNORECASE):
                    return re.sub(re.escape(form), _like(form, forms), before, count=1, flags=re.IGNORECASE)
    new_number, old_number = _NUMBERED.search(what), _NUMBERED.search(before)
    if new_number and old_number:
        return before.replace(old_number.group(), new_number.group(), 1)
    later = _YEAR_LATER.search(what)
    if later:
        scope, _ = as_of_in(before)
        years = [one for one in _YEAR.finditer(before) if not scope or not scope[0] <= one.start() < scope[1]]
        if years:
            year = int(years[-1].group()) + (-1 if later["back"] else 1)
            return f"{before[: years[-1].start()]}{year}{before[years[-1].end() :]}"
    new_dates = [value for value in values(what) if value.kind == "date"]
    old_dates = [value for value in values(before) if value.kind == "date"]
    if new_dates and old_dates:
        old = old_dates[0]
        return before[: old.start] + what[new_dates[0].start : new_dates[0].end] + before[old.end :]
    return None


def _like(form: str, forms: Sequence[str]) -> str:
    """Of an ordinal's `forms`, the first one in the script of `form`."""
    return next((one for one in forms if one.isascii() == form.isascii()), forms[0])


def _carried(own: Question, previous: str, history: Sequence[Turn], language: Language) -> tuple[Need, ...]:
    """What the turns before were about: their names and numbers, and their other content words."""
    said = understand(previous, language=language)
    known = {term for need in own.needs for term in need.terms if term[0] != "_"}
    carried: list[Need] = []
    for need in said.needs:
        if need.factor < 1 or set(need.terms) & known:
            continue
        if own.unit and measure_of(need.text) not in ("", own.unit):
            continue  # "And how heavy is it?" is not about the diameter that was asked for before
        carried.append(dataclasses.replace(need, carried=True))
    if _PERSON.search(own.text):
        answers = [turn.content for turn in history if turn.role == "assistant"]
        people = named_people(answers[-1]) if answers else ()
        if people:
            terms = tuple(dict.fromkeys(analyse(people[0], language)))
            carried.append(Need(people[0], terms, is_name=True, carried=True))
    pointed = re.search(r"\b(?:that|this|the same)\s+([a-z]+)", own.text, re.IGNORECASE)
    if pointed:
        # "that rover": what the question before said of the rover, not what it asked.
        noun = pointed.group(1).casefold()
        phrase = re.search(rf"(?:[A-Z]\w+\s\d+\s|[\w-]+\s){{0,3}}{re.escape(noun)}", previous, re.IGNORECASE)
        if phrase:
            inside = {need.text for need in understand(phrase.group(), language=language).needs}
            carried = [need for need in carried if need.text in inside or need.is_number or need.is_name]
    return tuple(carried)

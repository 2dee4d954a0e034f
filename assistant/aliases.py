"""Aliases: a proper name and evidence that gives it in; what it is the name of, in the words of an announcement, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.evidence import Evidence
from assistant.names import given_names
from assistant.question import Question

# ミッション2のマイクロローバー（…）「TENACIOUS」: the nouns before the quotation mark, joined by の.
_BEFORE_JA = re.compile(r"(?P<said>[一-龯ァ-ヶー々A-Za-z0-9.]+(?:の[一-龯ァ-ヶー々A-Za-z0-9.]+){0,3})(?:[（(][^（）()]{1,30}[）)])?[「『]?$")
# "TENACIOUS, the micro rover of Mission 2," and "the Mission 2 lander, RESILIENCE".
_AFTER_EN = re.compile(r"^[\"”]?,? (?:\(|which is |is )?(?:the|a|an) (?P<said>[A-Za-z0-9][\w .-]{2,50}?)(?=[,.;)]| (?:was|is|has|will|to|that|which)\b)")
_BEFORE_EN = re.compile(r"\b[Tt]he (?P<said>[A-Za-z0-9][\w -]{2,40}?)(?:,| named| called)? [\"“]?$")


def descriptions(question: Question, evidence: Sequence[Evidence], most: int = 2) -> Iterator[tuple[str, Evidence]]:
    """The question with a name exchanged for what it names, and the evidence that says so; at most `most` of them.

    A question on TENACIOUS is answered by what is said of the micro rover of Mission 2.
    """
    asked = [question.text[start:end] for start, end in given_names(question.text)]
    seen: set[str] = set()
    for name in asked:
        for one in evidence:
            sentence = one.sentence
            if sentence.language != question.language:
                continue
            for said in _said_of(name, sentence.text):
                text = question.text.replace(name, said)
                if text not in seen and name.casefold() not in said.casefold() and len(seen) < most:
                    seen.add(text)
                    yield text, one


def _said_of(name: str, text: str) -> Iterator[str]:
    for match in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", text):
        before, after = text[: match.start()], text[match.end() :]
        japanese = _BEFORE_JA.search(before)
        if japanese and not japanese["said"].isascii():
            yield japanese["said"]
        english = _AFTER_EN.match(after) or _BEFORE_EN.search(before)
        if english:
            yield f"the {english['said']}"

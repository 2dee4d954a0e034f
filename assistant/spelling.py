"""Spelling: a Latin word that no announcement holds, read as the one that the found announcements hold and mean."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable, Mapping

from assistant.question import Question, understand
from corpus.announcement import Announcement
from index.analyse import analyse, stem

_WORD = re.compile(r"[A-Za-zÀ-ɏ]{4,}")
# Share of matching letters (difflib) from which two words are one; "Garran" and "Garan" have 0.91.
ALIKE = 0.84


def respelled(
    question: Question, found: Iterable[Announcement], frequency: Callable[[Iterable[str]], Mapping[str, int]]
) -> Question:
    """`question` with each unknown Latin word exchanged for its near twin in `found`; the same object if none is."""
    if question.language == "ja" and not _WORD.search(question.text):
        return question
    unknown = [word for need in question.needs for word in _WORD.findall(need.text) if need.is_firm]
    stems = {word: [term for term in analyse(word, "en") if term[0] not in "_#@~"] for word in unknown}
    counts = frequency({term for terms in stems.values() for term in terms})
    missing = [word for word, terms in stems.items() if terms and not any(counts.get(term, 0) for term in terms)]
    if not missing:
        return question
    vocabulary: dict[str, str] = {}
    for announcement in found:
        for word in _WORD.findall(f"{announcement.title} {announcement.text}"):
            vocabulary.setdefault(word.casefold(), word)
    text = question.text
    for word in missing:
        near = difflib.get_close_matches(word.casefold(), vocabulary, n=1, cutoff=ALIKE)
        # People get the first letter right; another form of the same word (founded, founder) is no error.
        if near and near[0][0] == word[0].casefold() and not is_form_of(word.casefold(), near[0]):
            text = text.replace(word, vocabulary[near[0]])
    if text == question.text:
        return question
    carried = tuple(need for need in question.needs if need.carried)
    return dataclasses.replace(understand(text, language=question.language, carried=carried), text=question.text)


_ENDING = re.compile(r"|e?s|e?d|e?rs?|ing|ings|ions?|ments?|ly|al|e|ors?")


def is_form_of(word: str, near: str) -> bool:
    """Two forms of one word: founded, founder; but not resilence, resilience."""
    shared = stem(word)
    rests = [one.removeprefix(shared) for one in (word, near)]
    return near.startswith(shared) and all(_ENDING.fullmatch(rest) for rest in rests)

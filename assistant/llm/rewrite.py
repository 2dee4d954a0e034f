"""Rewording: a question and its conversation in, the prompt's values out; whether a reworded question may be asked."""

from __future__ import annotations

import re
from typing import Any

from assistant.chain import Ask
from assistant.decline import is_declined
from assistant.labels import labels
from assistant.llm.check import addresses_a_program, names_in
from assistant.llm.prompts import harmless
from assistant.question import question_language
from assistant.verify import keys_of
from corpus.announcement import Language
from corpus.values import fold

TURNS = 6  # messages of the conversation that are shown
CHARACTERS = 600  # of each
LONGEST_QUESTION = 300


def alone(ask: Ask, *, fence: str) -> dict[str, Any]:
    """The values of `prompts.rewriting`."""
    turns = [f"{turn.role}: {harmless(turn.content[:CHARACTERS])}" for turn in ask.history[-TURNS:]]
    return {"fence": fence, "turns": "\n".join(turns), "question": harmless(ask.question)}


def is_faithful(question: str, ask: Ask, language: Language) -> bool:
    """Whether `question` asks with nothing but names, numbers and dates of the conversation, in its language."""
    if not 3 <= len(question) <= LONGEST_QUESTION or question_language(question) != language:
        return False
    if is_declined(question) or addresses_a_program(question):
        return False
    known = "\n".join([ask.question, *(turn.content for turn in ask.history)])
    plain = "".join(fold(known).casefold().split())
    names = all("".join(fold(name).casefold().split()) in plain for name in names_in(question, language))
    return names and keys_of(question) <= keys_of(known) and labels(question) <= labels(known)


def wordings(text: str, ask: Ask, language: Language) -> list[str]:
    """The lines of `text` that may be searched for in place of what was asked, each once."""
    lines = [re.sub(r"^\s*(?:[-*・•]|\d{1,2}[.)．])\s*", "", line).strip() for line in text.splitlines()]
    return [line for line in dict.fromkeys(lines) if line != ask.question and is_faithful(line, ask, language)]

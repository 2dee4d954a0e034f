"""Quotes: a text and words that are said to stand in it in; where they do, out."""

from __future__ import annotations

import re


def find_words(text: str, words: str) -> tuple[int, int] | None:
    """Where `words` first stand in `text`, letter for letter, blanks and line breaks aside; None where they do not.

    >>> find_words("It opened on\\n15 March.", "opened on 15 March")
    (3, 21)
    >>> find_words("It opened on 15 March.", "opened on 16 March")
    """
    exact = text.find(words)
    if exact >= 0 and words:
        return exact, exact + len(words)
    pattern = r"\s*".join(re.escape(char) for char in words if not char.isspace())
    match = re.search(pattern, text) if pattern else None
    return match.span() if match else None

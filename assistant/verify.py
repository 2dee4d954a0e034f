"""Verifying: a draft and its citations in; what no cited quote bears out is taken away.

Every date, amount and quantity in the answer must stand, in whatever spelling, in a cited quote, in the note that
qualifies it, or be the date of a cited announcement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.answer import Citation
from corpus.dates import PartialDate
from corpus.values import values


def keys_of(text: str, *, context: PartialDate | None = None) -> set[str]:
    """Canonical keys of the values in `text`, and of the coarser dates that they imply."""
    found: set[str] = set()
    for value in values(text, context=context):
        found.add(value.key)
        if value.date:
            found.update({str(value.date), str(value.date.year)})
            if value.date.month:
                found.add(f"{value.date.year:04d}-{value.date.month:02d}")
        if value.number is not None:
            found.add(f"n:{value.number.normalize():f}")
    return found


def supported(paragraph: str, allowed: set[str]) -> bool:
    """True where every value of `paragraph` is among `allowed`."""
    for value in values(paragraph):
        number = f"n:{value.number.normalize():f}" if value.number is not None else ""
        if value.key not in allowed and number not in allowed:
            return False
    return True


def verified(paragraphs: Sequence[str], citations: Sequence[Citation], said_elsewhere: Iterable[str] = ()) -> list[str]:
    """The paragraphs whose markers point at citations and whose values the cited quotes bear out."""
    allowed: set[str] = set()
    for citation in citations:
        published = PartialDate.parse(citation.published) if citation.published else None
        allowed |= keys_of(citation.quote, context=published)
        if citation.published:
            allowed |= keys_of(citation.published)
    for text in said_elsewhere:
        allowed |= keys_of(text)
    markers = {citation.marker for citation in citations}
    kept = []
    for paragraph in paragraphs:
        pointed = {int(number) for number in re.findall(r"\[(\d{1,4})\]", paragraph)}
        plain = re.sub(r"\[\d+\]", "", paragraph)
        if pointed <= markers and supported(plain, allowed):
            kept.append(paragraph)
    return kept

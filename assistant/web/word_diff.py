"""Two texts in, what a reader sees of their difference out: paragraphs, with the words taken out and put in."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["same", "removed", "added"]

_WORD = re.compile(
    r"\d+(?:[,.]\d+)*%?|[A-Za-zÀ-ɏ]+(?:['’-][A-Za-zÀ-ɏ]+)*|[ァ-ヶー]+|[\u3400-\u9fff々]+|[ぁ-ん]+|\s+|.", re.DOTALL
)
_MOST_WORDS = 2_000  # of two passages that are compared word by word
_MOST_LINES = 5_000  # beyond which lines that come often are not compared with each other
_ALIKE = 0.4  # the share of common words from which two passages are one that was changed
_AROUND = 1  # unchanged paragraphs shown before and after a change


@dataclass(frozen=True, slots=True)
class Words:
    """Words that both texts have, or one of them."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of either text or, where it was changed, of both."""

    words: tuple[Words, ...]

    @property
    def is_changed(self) -> bool:
        return any(piece.kind != "same" for piece in self.words)


@dataclass(frozen=True, slots=True)
class Gap:
    """So many unchanged paragraphs that are left out."""

    count: int


def word_diff(before: str, after: str) -> list[Words]:
    """The words of both texts in order; the same and the removed ones are `before`, the same and the added `after`.

    >>> word_diff("打ち上げは2022年11月です。", "打ち上げは2022年12月です。")[1:3]
    [Words(kind='removed', text='11'), Words(kind='added', text='12')]
    """
    one, other = _WORD.findall(before), _WORD.findall(after)
    if len(one) + len(other) > _MOST_WORDS:
        return _changed(before, after)
    pieces: list[Words] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Words("same", "".join(one[a:b])))
        else:
            pieces += _changed("".join(one[a:b]), "".join(other[c:d]))
    return list(_joined(pieces))


def _changed(before: str, after: str) -> list[Words]:
    return [Words(kind, text) for kind, text in (("removed", before), ("added", after)) if text]  # type: ignore[arg-type]


def _joined(pieces: Sequence[Words]) -> Iterator[Words]:
    """The pieces, with one lone character between two changes counted as changed: it tells a reader nothing."""
    removed = added = ""
    for place, piece in enumerate(pieces):
        last = place == len(pieces) - 1
        if piece.kind == "removed":
            removed += piece.text
        elif piece.kind == "added":
            added += piece.text
        elif len(piece.text) == 1 and (removed or added) and not last:
            removed, added = removed + piece.text, added + piece.text
        else:
            yield from _changed(removed, added)
            removed = added = ""
            yield piece
    yield from _changed(removed, added)


def paragraphs(before: str, after: str) -> list[Paragraph]:
    """Both texts, paragraph by paragraph, in order."""
    one, other = _lines(before), _lines(after)
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=len(one) + len(other) > _MOST_LINES)
    found: list[Paragraph] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            found += [Paragraph((Words("same", line),)) for line in one[a:b]]
        elif b - a == d - c:
            for old, new in zip(one[a:b], other[c:d], strict=True):
                found += _compared(old, new)
        else:
            found += _compared("\n".join(one[a:b]), "\n".join(other[c:d]))
    return found


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _compared(before: str, after: str) -> list[Paragraph]:
    """One paragraph that was changed, or one that went and one that came."""
    pieces = word_diff(before, after)
    common = sum(len(piece.text) for piece in pieces if piece.kind == "same")
    if 2 * common >= _ALIKE * (len(before) + len(after)):
        return [Paragraph(tuple(pieces))]
    return [Paragraph((piece,)) for piece in _changed(before, after)]


def without_unchanged(found: Iterable[Paragraph]) -> list[Paragraph | Gap]:
    """The paragraphs that changed, each with what stands right before and after it, and gaps for the rest."""
    everything = list(found)
    changed = [place for place, paragraph in enumerate(everything) if paragraph.is_changed]
    near = {place + step for place in changed for step in range(-_AROUND, _AROUND + 1)}
    shown: list[Paragraph | Gap] = []
    for place, paragraph in enumerate(everything):
        if place in near:
            shown.append(paragraph)
        elif shown and isinstance(shown[-1], Gap):
            shown[-1] = Gap(shown[-1].count + 1)
        else:
            shown.append(Gap(1))
    return shown

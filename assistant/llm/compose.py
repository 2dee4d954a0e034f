"""Composing: released sentences and quotes in; the pieces as they are shown, and at the end the Answer, out."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from assistant.answer import Answer, Citation
from assistant.llm.stream import Said
from assistant.sentence import Sentence
from assistant.verify import keys_of
from assistant.wording import cite
from corpus.values import fold

# From which a quote stands for a sentence: one value in common, or a third of the pairs of characters.
ALIKE = 0.34

_MARKER = re.compile(r"\[(\d{1,4})\]")


class Composition:
    """An answer that grows by pieces; the text of the Answer is exactly the pieces that were given out."""

    def __init__(self, draft: Answer) -> None:
        self._draft = draft  # the extractive answer
        self._left = draft.answer.split("\n\n")  # its paragraphs that are not said yet
        self._pieces: list[str] = []
        self._citations: list[Citation] = []
        self._lead = ""
        self._ends_with_quote = False
        self.sentences = 0  # of the model
        self.quotes = 0  # paragraphs of the extractive answer

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given out yet."""
        return not self._pieces

    def add_sentence(self, said: Said, support: Sequence[Sentence]) -> str:
        """The piece that shows a sentence of the model with markers of our own."""
        markers = dict.fromkeys(self._marker(cite(one, 0)) for one in support)
        self.sentences += 1
        return self._give(self._between(said.lead), f"{said.text} {''.join(f'[{number}]' for number in markers)}")

    def withhold(self, said: Said) -> None:
        """Leaves a sentence out; a new line that it would have begun begins with what follows."""
        self._lead = self._between(said.lead)

    def repeats(self, said: Said) -> bool:
        """Whether every value of a sentence was said, with quotes in place of others: it would be said twice."""
        keys = keys_of(said.text)
        return bool(self.quotes and keys) and keys <= keys_of("".join(self._pieces))

    def add_in_place(self, withheld: str, needed: Sequence[str]) -> str:
        """The piece that takes the place of a sentence that was withheld; empty where nothing of it is missing.

        That is the extractive answer's first paragraph until what is `needed` is said, then the one nearest to it.
        """
        if not self._left:
            return ""
        if self.is_empty or not self.states(needed):
            return self._quote(self._left[0])
        nearest = max(self._left, key=lambda paragraph: _alike(paragraph, withheld))
        return self._quote(nearest) if _alike(nearest, withheld) >= ALIKE else ""

    def add_rest(self) -> list[str]:
        """The pieces that show all that is left of the extractive answer."""
        return [self._quote(paragraph) for paragraph in list(self._left)]

    def add_line(self, text: str) -> str:
        """The piece that shows a line about the answer itself."""
        return self._give("\n\n", text, is_quote=True)

    def states(self, needed: Sequence[str]) -> bool:
        """Whether all of `needed`, which may be values, names or words, is said in what was given out."""
        text = "".join(self._pieces)
        said, keys = _bare(text), keys_of(text)
        for each in needed:
            own = keys_of(each)
            if _bare(each) not in said and not (own and own <= keys):
                return False
        return True

    def answer(self, model: str) -> Answer:
        """The Answer that was composed; its status, short answer and dates are those of the extractive one."""
        engine = "extractive"
        if self.sentences:
            engine = f"llm:{model}+extractive" if self.quotes else f"llm:{model}"
        return dataclasses.replace(
            self._draft, answer="".join(self._pieces), citations=tuple(self._citations), engine=engine
        )

    def _quote(self, paragraph: str) -> str:
        self._left.remove(paragraph)
        return self._give("\n\n", self._renumbered(paragraph), is_quote=True)

    def _give(self, lead: str, text: str, *, is_quote: bool = False) -> str:
        piece = (lead if self._pieces else lead.lstrip()) + text
        self._lead, self._ends_with_quote = "", is_quote
        self._pieces.append(piece)
        return piece

    def _between(self, lead: str) -> str:
        """What stands before the next sentence: the widest of what was asked for since the last one."""
        wider = max(self._lead, lead, key=lambda text: (text.count("\n"), len(text)))
        if self._ends_with_quote and "\n\n" not in wider:
            return "\n\n" + wider.lstrip()
        return wider or (" " if self._draft.language == "en" else "")

    def _marker(self, citation: Citation) -> int:
        for known in self._citations:
            if (known.announcement_id, known.start, known.end) == (
                citation.announcement_id,
                citation.start,
                citation.end,
            ):
                return known.marker
        marker = len(self._citations) + 1
        self._citations.append(dataclasses.replace(citation, marker=marker))
        return marker

    def _renumbered(self, paragraph: str) -> str:
        by_marker = {citation.marker: citation for citation in self._draft.citations}
        self.quotes += 1

        def own(match: re.Match[str]) -> str:
            citation = by_marker.get(int(match.group(1)))
            return f"[{self._marker(citation)}]" if citation else match.group()

        return _MARKER.sub(own, paragraph)


def _alike(paragraph: str, text: str) -> float:
    """How much of `text` a paragraph shares: values first, then pairs of characters."""
    shared = len(keys_of(paragraph) & keys_of(text))
    own, other = _pairs(paragraph), _pairs(text)
    return shared + len(own & other) / max(1, len(own | other))


def _pairs(text: str) -> set[str]:
    plain = _bare(text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", fold(_MARKER.sub("", text))).casefold()

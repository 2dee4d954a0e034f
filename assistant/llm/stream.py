"""From pieces of a reply to whole sentences: text as it arrives in, each sentence out as soon as it is complete."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.sentences import sentences

LONGEST_SENTENCE = 600  # characters; a longer one is never complete
LONGEST_THOUGHT = 20_000  # characters of reasoning before the reply proper

_ENDS = "。．！？!?."
_TAIL = r"[」』）)\]”\"’']*"
# Markers behind the full stop belong to the sentence before it.
_BEHIND = re.compile(
    rf"(?P<end>[。．！？!?.]+)(?P<tail>{_TAIL})[ \t]*(?P<markers>\[\d{{1,4}}\](?:[ \t]*\[\d{{1,4}}\])*)"
)
_OTHER_BRACKETS = re.compile(r"[［【]\s*(?P<numbers>\d{1,4}(?:\s*[,、，]\s*\d{1,4})*)\s*[］】]")
_LISTED = re.compile(r"\[(?P<numbers>\d{1,4}(?:\s*[,、，]\s*\d{1,4})+)\]")
_HALF_A_MARKER = re.compile(r"\s*[\[［【][\d\s,、，]*$")
_ITEM = re.compile(r"(?:[-*・•]|\d{1,2}[.)])(?:\s+|$)")
_MARKER = re.compile(r"\[(\d{1,4})\]")
_MARKED_END = re.compile(rf"\[\d{{1,4}}\]\s*[。．！？!?.]+{_TAIL}$")
_ORNAMENT = re.compile(r"\*\*|__|^#{1,6}\s+|^>\s+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a reply."""

    lead: str  # white space and the sign of a list before it
    text: str  # without markers
    markers: tuple[int, ...]  # as the model set them, each once


class Splitter:
    """Takes a reply piece by piece and gives out its sentences, each once, in order.

    >>> splitter = Splitter()
    >>> splitter.feed("打ち上げは11月です [1]。次に、")
    [Said(lead='', text='打ち上げは11月です。', markers=(1,))]
    >>> splitter.rest()
    [Said(lead='', text='次に、', markers=())]
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinking: bool | None = None  # None: not known yet

    @property
    def is_waiting(self) -> bool:
        """Whether a sentence is held that looks complete, and is given out by `rest` unless more of it comes."""
        held = self._held.rstrip()
        return held.endswith(tuple(_ENDS)) or bool(re.search(rf"[{_ENDS}]{_TAIL}\s*(?:\[\d{{1,4}}\]\s*)+$", held))

    @property
    def holds_text(self) -> bool:
        """Whether something was said that no sentence was made of yet."""
        return bool(self._held.strip())

    @property
    def is_endless(self) -> bool:
        """Whether a sentence, or the reasoning before the reply, has grown longer than any should be."""
        return len(self._held) > (LONGEST_THOUGHT if self._thinking else LONGEST_SENTENCE)

    def feed(self, text: str) -> list[Said]:
        """The sentences that `text` completes."""
        self._held += text
        if self._skips_thoughts():
            return []
        whole = _arranged(self._held)
        spans = sentences(whole)
        if not spans:
            return []
        # How a bracket closes decides whether a full stop inside it ends a sentence.
        closed = next((at for at, (start, end) in enumerate(spans) if _is_open(whole[start:end])), len(spans))
        if closed < len(spans):
            return self._give_out(whole, spans[:closed])
        # The last one may go on; it does not where its marker stands before its full stop, or a line ends behind it.
        ended = self._held[-1:] in _ENDS and _MARKED_END.search(whole[: spans[-1][1]])
        if not ended and "\n" not in whole[spans[-1][1] :]:
            spans.pop()
        elif ended:
            return self._give_out(whole, spans)
        # What begins behind a full stop may be its marker.
        if spans and _HALF_A_MARKER.match(whole, spans[-1][1]):
            spans.pop()
        return self._give_out(whole, spans)

    def rest(self) -> list[Said]:
        """What is held, complete or not; for the end of a reply, and for a pause behind a full stop."""
        if self._thinking or (self._thinking is None and self._held.lstrip().startswith("<think")):
            return []
        whole = _arranged(self._held)
        return self._give_out(whole, sentences(whole))

    def _give_out(self, whole: str, spans: list[tuple[int, int]]) -> list[Said]:
        given, at = [], 0
        for start, end in spans:
            if _ITEM.fullmatch(whole[start:end]):
                continue  # the number of an item, which is the beginning of the next
            said = _said(whole[at:start], whole[start:end])
            at = end
            if said:
                given.append(said)
        if at:
            self._held = whole[at:]
        return given

    def _skips_thoughts(self) -> bool:
        """Models that reason in the open do so first, between <think> and </think>."""
        begun = self._held.lstrip()
        if self._thinking is None:
            if "<think>".startswith(begun[:7]) and len(begun) < 7:
                return bool(begun)
            self._thinking = begun.startswith("<think>")
        if self._thinking and "</think>" in self._held:
            self._held = self._held.split("</think>", 1)[1].lstrip()
            self._thinking = False
        return self._thinking


def _is_open(text: str) -> bool:
    return any(text.count(opening) > text.count(closing) for opening, closing in ("「」", "『』", "（）", "()", "“”"))


def _said(lead: str, text: str) -> Said | None:
    markers = tuple(dict.fromkeys(int(number) for number in _MARKER.findall(text)))
    plain = re.sub(r"[ \t]*(?:\[\d{1,4}\])+", "", text).strip()
    item = _ITEM.match(plain)
    if item:
        plain = plain[item.end() :]
    if item or lead.strip():
        lead = lead[: len(lead) - len(lead.lstrip())] + "- "
    return Said(lead, plain, markers) if re.search(r"\w", plain) else None


def _arranged(text: str) -> str:
    """`text` with markers in one form, before the full stop of their sentence, and without ornaments."""

    def one_by_one(match: re.Match[str]) -> str:
        return "".join(f"[{number}]" for number in re.findall(r"\d+", match["numbers"]))

    plain = _LISTED.sub(one_by_one, _OTHER_BRACKETS.sub(one_by_one, _ORNAMENT.sub("", text)))
    return _BEHIND.sub(lambda match: f" {match['markers'].strip()}{match['end']}{match['tail']}", plain)

"""States: values and a question in; those of the state that it asks for out: dry or wet, first or later."""

from __future__ import annotations

import re

from corpus.values import Value

# A thing in two states, each with values of its own.
STATES = (
    (
        r"乾燥|(?:燃料|推進[薬剤])(?:なし|無し|抜き|を(?:除|含まな|積まな|積んでいな|入れな|入れていな))|空の(?:状態|とき|重)"
        r"|\bdry\b|\bempty\b|\bunfuell?ed\b|\bwithout (?:its |the |any )?(?:fuel|propellant)",
        r"(?:燃料|推進[薬剤])(?:込|入り|満載|を(?:含め|含む|含んだ|積んだ|積み|満たし|入れた|入れて(?!いな)))"
        r"|\bwet\b|\bfuell?ed\b|\b(?:filled|loaded) with (?:fuel|propellant)|\bwith (?:its |the )?(?:fuel|propellant)",
    ),
    (
        r"最初(?:は|の段階)|当初|初期|\bat first\b|\binitially\b|\bto begin with\b",
        r"将来|ゆくゆく|のちに|\blater\b|\beventually\b",
    ),
    (r"実際|しか|\bactual(?:ly)?\b|\bin fact\b", r"設計上|本来|\bdesigned?\b"),
)


_UNIT_WORD = re.compile(r"\s?[A-Za-z]+\b")


def state_spans(text: str) -> list[tuple[int, int]]:
    """Where `text` says in which state it asks for a thing: what a sentence says of it is told by its values."""
    return [match.span() for pair in STATES for words in pair for match in re.finditer(words, text, re.I)]


def of_the_state_asked(text: str, found: list[Value], question: str) -> list[Value]:
    """Without the values of the other state than was asked for: the wet mass for the dry one, 将来は for 最初は."""
    for pair in STATES:
        for asked, other in (pair, pair[::-1]):
            if re.search(asked, question, re.I) and not re.search(other, question, re.I):
                found = [value for value in found if not _is_said_beside(text, value, found, other, asked)]
    return found


def _is_said_beside(text: str, value: Value, among: list[Value], words: str, but: str) -> bool:
    """`words`, and none of `but`, stand between `value` and the values before it, or right behind it."""
    begin = max((other.end for other in among if other.end <= value.start), default=0)
    behind = _UNIT_WORD.match(text, value.end)
    # "1 t dry and 3.5 t wet": the word behind a value is its own, and not that of the next.
    own = _UNIT_WORD.match(text, begin) if begin else None
    before = text[own.end() if own else begin : value.start]
    beside = f"{before} {behind[0] if behind else ''}"
    return bool(re.search(words, beside, re.I)) and not re.search(but, beside, re.I)

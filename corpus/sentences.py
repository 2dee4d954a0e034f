"""Sentences: text in, the (start, end) of each sentence out, in Japanese, English or both mixed."""

from __future__ import annotations

import re

_ENDS = "。．！？!?."
_CLOSERS = "」』）)]”’\"'】〉》"
_BRACKETS = {"「": "」", "『": "』", "（": "）", "(": ")", "“": "”", "【": "】"}
_CJK = re.compile(r"[\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

# After these a full stop ends a word, not a sentence.
_ABBREVIATIONS = re.compile(
    r"mr|mrs|ms|dr|prof|sr|jr|st|mt|vs|etc|eg|ie|e\.g|i\.e|cf|al|approx|est|no|nos|vol|fig|figs|pp|ca|gen|col|lt|capt|rev|"
    "hon|gov|sen|rep|dept|univ|assn|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun|[a-z]"
)
# After these it ends a sentence only when a new one plainly begins.
_COMPANY_FORMS = re.compile(r"inc|ltd|co|corp|llc|plc|bhd|pty|s\.a|u\.s|u\.k|u\.n|d\.c|a\.m|p\.m")
_STARTERS = re.compile(
    "the|this|that|these|those|it|its|he|she|they|we|our|in|on|at|as|for|from|with|by|to|after|before|during|under|since|"
    "if|when|while|although|however|moreover|furthermore|according|a|an|all|both|each|such|there|here|please|no|not"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of `text`, in order, without the white space around them; a line break always ends one.

    >>> text = "着陸は2025年です。U.S. Inc. signed it. 以上"
    >>> [text[start:end] for start, end in sentences(text)]
    ['着陸は2025年です。', 'U.S. Inc. signed it.', '以上']
    """
    spans: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n\f\r\u2028\u2029]+", text):
        start = line.start()
        for end in (*_ends_in_line(text, line.start(), line.end()), line.end()):
            first, last = start, end
            while first < last and text[first].isspace():
                first += 1
            while last > first and text[last - 1].isspace():
                last -= 1
            if first < last:
                spans.append((first, last))
            start = end
    return spans


def _ends_in_line(text: str, begin: int, stop: int) -> list[int]:
    ends: list[int] = []
    open_brackets: list[tuple[str, int, bool]] = []  # the closing sign, its place, whether it stays whole
    sentence_start = begin
    at = begin
    while at < stop:
        char = text[at]
        if char in _BRACKETS:
            # A bracket that opened with the sentence is a quotation of several sentences, unless the sentence goes on
            # behind it (「…。…。」をビジョンに); any other stays whole.
            within = bool(text[sentence_start:at].strip())
            open_brackets.append((_BRACKETS[char], at, within or _goes_on_behind(text, at, stop)))
        elif open_brackets and char in {close for close, _, _ in open_brackets}:
            while open_brackets and open_brackets.pop()[0] != char:
                pass
        elif char in _ENDS and _is_end(text, at, sentence_start, stop):
            inside = any(whole for _, _, whole in open_brackets)
            end = at + 1
            while end < stop and text[end] in _ENDS:
                end += 1
            if not inside:
                while end < stop and text[end] in _CLOSERS:
                    if open_brackets and text[end] == open_brackets[-1][0]:
                        open_brackets.pop()
                    end += 1
                if end < stop and text[end - 1] in "」』）)" and re.match(r"[とをにはがのでもへ、,]", text[end]):
                    at = end
                    continue
                ends.append(end)
                sentence_start = end
                at = end
                open_brackets = []
                continue
        at += 1
    return ends


def _goes_on_behind(text: str, at: int, stop: int) -> bool:
    close = text.find(_BRACKETS[text[at]], at, min(stop, at + 120))
    return close > 0 and bool(re.match(r"[とをにはがのでもへ、,]", text[close + 1 : close + 2]))


def _is_end(text: str, at: int, sentence_start: int, stop: int) -> bool:
    char = text[at]
    if char in "。！？":
        return True
    after = text[at + 1 : at + 2]
    if char in "!?":
        return at + 1 >= stop or after.isspace() or after in _CLOSERS or bool(_CJK.match(after))
    # A full stop: not inside a number, a name with dots, an address.
    rest = text[at + 1 : stop]
    follow = re.match(r"[\"'”’)\]」』）]*(\s+|$)", rest)
    if not follow:
        before = text[at - 1 : at]
        return char == "．" and not before.isdigit() and bool(_CJK.match(before))
    next_text = rest[follow.end() :]
    if not next_text:
        return True
    word_match = re.search(r"[^\s(「『“\"']+$", text[sentence_start:at])
    word = word_match.group().casefold() if word_match else ""
    if _ABBREVIATIONS.fullmatch(word):
        return False
    if next_text[0].islower():
        return False
    if _COMPANY_FORMS.fullmatch(word):
        starter = re.match(r"[A-Za-z]+", next_text)
        return bool(starter and _STARTERS.fullmatch(starter.group().casefold())) or bool(_CJK.match(next_text))
    return True

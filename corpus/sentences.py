"""Sentences: text in, the (start, end) of each sentence out, in Japanese, English or both mixed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

# Characters of one sentence that are read at once: what is longer is a list or a table without line ends.
LONGEST = 1_600

_MARKS = re.compile(r"[、，,;；:：|\n]\s*|\s+")
_FOLLOWS = re.compile(r"[\"'”’)\]」』）]*(\s+|$)")
_LOOK = 60  # characters before and behind a full stop that tell whether it ends a sentence: longer than any word here
_NO_BLANK = re.compile(r"\S")
_ENDS = "。．！？!?."
_CLOSERS = "」』）)]”’\"'】〉》"
_BRACKETS = {"「": "」", "『": "』", "（": "）", "(": ")", "“": "”", "【": "】"}
_SIGNS = re.compile(f"[{re.escape(''.join((_ENDS, *_BRACKETS, *_BRACKETS.values())))}]")
_CJK = re.compile(r"[\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

# After these a full stop ends a word, not a sentence.
_TITLES = re.compile(r"mr|mrs|ms|dr|prof|mt|vs|eg|ie|e\.g|i\.e|cf|gen|lt|capt|rev|hon|gov|sen|rep|messrs")
# What plainly is no abbreviation: a year, a word of four letters and more; and those that look like one.
_WHOLE_WORD = re.compile(r"(?:.*\s)?(?:(?:19|20)\d\d|[A-Za-z][a-z]{3,})[)”\"’]?", re.S)
_SHORT_FOR = re.compile(
    r"\b(?:approx|incl|excl|resp|corp|dept|assoc|assn|univ|inst|govt|attn|cont|prev|spec|temp|misc|orig|hosp|messrs|bros|gmbh|capt|figs|para|tues|thur|thurs|sept)$",
    re.I,
)
# After these it does so only in front of a number: "No. 5", but "No. The launch was put off."
_NUMBERED = re.compile(r"no|nos|vol|fig|figs|pp|p|ca|approx|est|sec|art|ch|para|ex|ver")
# After these it ends a sentence only when a new one plainly begins.
_MAYBE_LAST = re.compile(
    r"inc|ltd|co|corp|cos|bros|llc|plc|bhd|pty|gmbh|s\.a|s\.a\.s|s\.r\.l|s\.p\.a|n\.v|b\.v|a\.g|k\.k|l\.p|l\.l\.c|p\.l\.c"
    r"|u\.s|u\.s\.a|u\.k|u\.n|e\.u|d\.c|a\.m|p\.m|etc|al|sr|jr|st|ave|col|dept|univ|assn"
    r"|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun"
)
_LEGAL_FORM = r"(?:[Ii]nc|[Ll]td|[Cc]o|[Cc]orp|LLC|PLC|plc|LP|L\.P|S\.A|N\.V|K\.K|GmbH|AG|Pty|Limited|Incorporated)\b"
# No break: the comma of "ispace, inc." and of "May 7, 2027" and "Monday, June 7".
_CLAUSE_END = re.compile(
    rf"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,\s(?=[A-Z\d])|(?P<end>[、。;；](?!\d)|,\s(?!{_LEGAL_FORM}|\d{{4}}\b))"
)
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


def cut(text: str, start: int, end: int, longest: int = LONGEST) -> Iterator[tuple[int, int]]:
    """`start, end` itself, or its parts of at most `longest` characters, each ending at a mark where there is one.

    >>> list(cut("最初、次、最後", 0, 7, 4))
    [(0, 3), (3, 7)]
    """
    while end - start > longest:
        marks = [match.end() for match in _MARKS.finditer(text, start + longest // 2, start + longest)]
        last = marks[-1] if marks else start + longest
        yield start, start + len(text[start:last].rstrip())
        following = _NO_BLANK.search(text, last, end)
        start = following.start() if following else end
    if start < end:
        yield start, end


def clause_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the words from one comma to the next stand that hold `text[start:end]`; names and brackets stay whole.

    >>> text = 'Today, ispace, inc. ("ispace") moved it to 2027, as said.'
    >>> text[slice(*clause_of(text, 43, 47))]
    'ispace, inc. ("ispace") moved it to 2027, '
    """
    inside = [
        match.span()
        for match in re.finditer(r"[（(][^（()）]*[）)]|[「『“][^「『“」』”]*[」』”]", text)
        if not match.start() < start < match.end()
    ]
    breaks = [match.end() for match in _CLAUSE_END.finditer(text) if match["end"]]
    kept = [0, *(place for place in breaks if not any(first < place < last for first, last in inside)), len(text)]
    return max(place for place in kept if place <= start), min(place for place in kept if place >= end)


def _ends_in_line(text: str, begin: int, stop: int) -> list[int]:
    ends: list[int] = []
    open_brackets: list[tuple[str, bool]] = []  # the closing sign, and whether it stays whole
    awaited: Counter[str] = Counter()  # how many of each closing sign
    whole = 0  # how many of the open brackets stay whole
    sentence_start = begin
    at = begin
    # Only these signs end anything; what stands between them is passed over at once.
    while sign := _SIGNS.search(text, at, stop):
        at = sign.start()
        char = sign.group()
        if char in _BRACKETS:
            # A bracket that opened with the sentence is a quotation of several sentences, unless the sentence goes on
            # behind it (「…。…。」をビジョンに); any other stays whole.
            within = _NO_BLANK.search(text, sentence_start, at) is not None
            stays_whole = within or _goes_on_behind(text, at, stop)
            open_brackets.append((_BRACKETS[char], stays_whole))
            awaited[_BRACKETS[char]] += 1
            whole += stays_whole
        elif awaited[char]:
            closed = ""
            while closed != char:
                closed, stayed_whole = open_brackets.pop()
                awaited[closed] -= 1
                whole -= stayed_whole
        elif char in _ENDS and _is_end(text, at, sentence_start, stop):
            inside = whole > 0
            end = at + 1
            while end < stop and text[end] in _ENDS:
                end += 1
            if not inside:
                while end < stop and text[end] in _CLOSERS:
                    if open_brackets and text[end] == open_brackets[-1][0]:
                        closed, stayed_whole = open_brackets.pop()
                        awaited[closed] -= 1
                        whole -= stayed_whole
                    end += 1
                if end < stop and text[end - 1] in "」』）)" and re.match(r"[とをにはがのでもへ、,]", text[end]):
                    at = end
                    continue
                ends.append(end)
                sentence_start = end
                at = end
                open_brackets, whole = [], 0
                awaited.clear()
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
    follow = _FOLLOWS.match(text, at + 1, stop)
    if not follow:
        before = text[at - 1 : at]
        return char == "．" and not before.isdigit() and bool(_CJK.match(before))
    next_text = text[follow.end() : min(stop, follow.end() + _LOOK)]
    if not next_text:
        return True
    said_before = text[max(sentence_start, at - _LOOK) : at]
    word_match = re.search(r"[^\s(「『“\"']+$", said_before)
    word = word_match.group().casefold() if word_match else ""
    if _TITLES.fullmatch(word):
        return False
    if next_text[0].islower():
        # A name may begin in a small letter: "… in 2018. eBay, …"; behind an abbreviation the sentence goes on.
        return bool(_WHOLE_WORD.fullmatch(said_before)) and not _SHORT_FOR.search(said_before)
    if _is_initial(said_before):
        return _begins_anew(next_text)
    said = word_match.group() if word_match else ""
    if _NUMBERED.fullmatch(word):
        return not next_text[0].isdigit()
    # EST is a time zone and SUN a name: capitals abbreviate nothing.
    if _MAYBE_LAST.fullmatch(word) and not (len(said) > 2 and said.isalpha() and said.isupper() and word != "llc"):
        return _begins_anew(next_text)
    return True


def _is_initial(before: str) -> bool:
    """A single letter that stands for a name (J. Smith) or numbers what follows (A. Overview); no unit (5 m)."""
    return bool(
        re.search(r"(?:^|\s|[(「『“\"'])[A-Z]$|^\s*[a-z]$|(?<![A-Za-z])(?:[A-Z]\.){1,3}[A-Z]$", before)
    ) and not (re.search(r"(?:\d|[$€£])\s?[A-Za-z]$", before))


def _begins_anew(next_text: str) -> bool:
    starter = re.match(r"[A-Za-z]+", next_text)
    return bool(starter and _STARTERS.fullmatch(starter.group().casefold())) or bool(_CJK.match(next_text))

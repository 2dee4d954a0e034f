"""What a question wants counted or dated: the question in; a pattern of how a text would say it out."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.values import fold

_NUMBER = r"(?:\d[\d,.]*|[〇一二三四五六七八九十百千万数]+)\s?"
# 何処 and 何故 ask for no number, and 何が or 何の for a thing.
_COUNTER = re.compile(r"何(?!処|故|者|物|事)(?P<counter>[一-龯%]{1,6}|[ァ-ヶー]{2,8})")
_ASKS_YEAR = re.compile(r"\b(?:what|which) (?:year|decade)\b|^when\b|いつ", re.I)
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|old|long|far|tall|high|big|large)\b|\bwhat percent|いくつ|いくら|どのくらい|どれくらい", re.I
)
_YEAR = re.compile(
    r"\b1\d{3}s?\b|\b20\d\d\b|\d\s?[年月日]|世紀|\bcentury\b"
    r"|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
_ANY = re.compile(
    r"\d|[一二三四五六七八九十百千万]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|hundred|thousand"
    r"|million|percent)\b",
    re.I,
)


@lru_cache(maxsize=20_000)
def counted(question: str) -> re.Pattern[str] | None:
    """How a folded text says what `question` wants counted or dated; None for a question that wants neither.

    >>> bool(counted("何インチの砲ですか").search("8インチ砲")), counted("何がありますか")
    (True, None)
    """
    asked = fold(question)
    match = _COUNTER.search(asked)
    if match:
        counter = match["counter"]
        # 何世紀頃 is answered by 19世紀 as well; of カロリー a part is no unit.
        shortest = 1 if re.match(r"[一-龯%]", counter) else len(counter)
        parts = "|".join(re.escape(counter[:size]) for size in range(len(counter), shortest - 1, -1))
        return re.compile(f"{_NUMBER}(?:{parts})")
    if _ASKS_YEAR.search(asked):
        return _YEAR
    return _ANY if _ASKS_NUMBER.search(asked) else None

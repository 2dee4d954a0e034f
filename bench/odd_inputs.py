"""What the oddest texts cost: processor time of questions and of announcements that nobody would write.

    python bench/odd_inputs.py [--only NAME] [--questions | --announcements] [--json]

Each question of the longest permitted length, and each longer one, is asked of the bundled sample. Each announcement,
a title and one very long line, is put alone into a new data directory, where a question is asked that it comes up for.
Prints what took the longest, in milliseconds of the processor's time; ends with 1 where an answer took over a second.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.assistant import Assistant
from assistant.chain import LONGEST_QUESTION
from assistant.settings import Settings
from corpus.announce import announce
from corpus.errors import AssistantError
from corpus.source import Source

LIMIT_MS = 1_000.0
LINE = 100_000  # characters of a very long line

# What is repeated until a text is as long as may be. Each once made something slow, or looks as if it could.
PIECES = {
    "kanji numerals": "一二三四五六七八九十百千万億",
    "one kanji numeral": "千",
    "figures": "1234567890",
    "figures and commas": "1,234,",
    "figures and points": "1.2.",
    "full-width figures": "１２３４５",
    "dates": "2024年3月4日、",
    "dates without an end": "2024年",
    "English dates": "March 4, 2024 and ",
    "amounts": "12億3,400万円と",
    "English amounts": "USD 1.2 million, ",
    "brackets open": "（",
    "brackets close": "）",
    "brackets in brackets": "((",
    "bracket pairs": "()",
    "quotation marks": "「",
    "quotations": "「契約」と",
    "corners open and full stops": "「。",
    "kana": "あ",
    "katakana": "ア",
    "long vowels": "ー",
    "kanji": "契",
    "names": "田中",
    "spaces": " ",
    "ideographic spaces": "　",
    "tabs and words": "a\t",
    "line breaks": "a\n",
    "full stops": ".",
    "ellipses": "…",
    "one letter and full stops": "a.",
    "capitals and full stops": "A.",
    "letters": "a",
    "capitals": "A",
    "words": "mission ",
    "capital words": "Mission ",
    "hyphens": "a-",
    "apostrophes": "a'",
    "ampersands": "a&",
    "missions": "ミッション1と2、",
    "missions in English": "Mission 1 and 2, ",
    "labels": "A、B、",
    "labels of series": "シリーズA,B,",
    "and": "と",
    "or": "か",
    "which": "AとBのどちらが",
    "commas": "、",
    "questions": "いつですか？",
    "question marks": "?",
    "how many": "何",
    "negations": "ないではない",
    "lists": "契約と契約相手と金額と",
    "companies": "株式会社",
    "companies in English": "Acme Inc. ",
    "percent": "5%",
    "combining marks": "か\u3099",
    "many combining marks": "\u0301",
    "joiners": "👩\u200d🚀",
    "right to left": "אב\u202e",
    "zero width": "\u200b",
    "expands under NFKC": "\ufdfa",
    "superscripts": "²⁰²⁴",
    "roman numerals": "Ⅻ",
    "circled": "①",
    "braces": "{}",
    "backslashes": "\\",
    "footnotes": "（※1）",
    "percent signs": "%s",
    "nulls": "\x00",
    "addresses": "https://example.com/a?b=c&",
    "mail addresses": "a@b.",
    "photos": "写真左から、田中、",
    "quarters": "2024年第1四半期から",
    "ranges": "2024年から2025年まで",
    "ranges of figures": "1～2～",
}
TITLE = "契約のお知らせ"
ASKED = "いつ契約しましたか。契約の金額と相手は？ mission a A Acme 2024年"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one text cost in milliseconds of processor time."""

    kind: str  # question or announcement
    name: str
    characters: int
    added: float  # taking it in; 0 for a question
    answered: float


def texts(length: int) -> Iterator[tuple[str, str]]:
    """Odd texts of `length` characters, by name."""
    for name, piece in PIECES.items():
        yield name, (piece * length)[:length]
    half = length // 2
    yield "deep brackets", "（" * half + "）" * half
    yield "deep brackets of all kinds", ("「（(【『" * half)[:half] + ("』】)）」" * half)[:half]
    yield "a word and spaces", "契約" + " " * (length - 4) + "金額"
    source = random.Random(5)
    yield "any characters", "".join(chr(source.randrange(1, 0xD800)) for _ in range(length))
    yield "any kanji", "".join(chr(source.randrange(0x4E00, 0x9FFF)) for _ in range(length))
    yield "any letters", "".join(source.choices("abcdefghij ABC.,-'0123", k=length))
    yield "all of these", "".join(source.choices(list(PIECES.values()), k=length))[:length]


def questions(only: str) -> Iterator[Cost]:
    """The cost of each odd question on the bundled sample."""
    with tempfile.TemporaryDirectory() as folder:
        assistant = Assistant.open(Settings(data=Path(folder) / "data", record_days=0), embeddings="off")
        assistant.ask("ミッション2はいつ打ち上げられましたか")
        assistant.ask("When was Mission 2 launched?")
        for name, text in texts(LONGEST_QUESTION):
            if only in name:
                yield Cost("question", name, len(text), 0.0, _asked(assistant, text))
        for name, text in texts(10_000):
            if only in name:
                yield Cost("question", f"{name}, longer than permitted", len(text), 0.0, _asked(assistant, text))
        assistant.close()


def announcements(only: str) -> Iterator[Cost]:
    """The cost of each odd announcement: one very long line, alone in its data directory."""
    for name, text in texts(LINE):
        if only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(data=Path(folder) / "data", record_days=0, sample="off")
            assistant = Assistant.open(settings, embeddings="off")
            assistant.ask(ASKED)
            began = time.process_time()
            try:
                announcement = announce(Source((f"{TITLE}\n{text}",), "blocks", name, id="odd", title=TITLE))
            except AssistantError:
                continue  # rejected, with a sentence that says why
            assistant.catalog.add(announcement)
            assistant.index.catch_up(assistant.catalog)
            added = (time.process_time() - began) * 1000
            yield Cost("announcement", name, len(text), added, _asked(assistant, ASKED + text[:60]))
            assistant.close()


def _asked(assistant: Assistant, question: str) -> float:
    began = time.process_time()
    answer = assistant.ask(question)
    took = (time.process_time() - began) * 1000
    for one in answer.citations:
        assert one.quote == assistant.catalog.get(one.announcement_id).text[one.start : one.end]
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="texts whose name holds this")
    parser.add_argument("--announcements", action="store_true", help="announcements only")
    parser.add_argument("--questions", action="store_true", help="questions only")
    parser.add_argument("--json", action="store_true", help="every cost as JSON Lines")
    options = parser.parse_args()
    both = options.announcements == options.questions
    costs: list[Cost] = []
    for kind, made in (("questions", questions), ("announcements", announcements)):
        if both or getattr(options, kind):
            for cost in made(options.only):
                costs.append(cost)
                if options.json:
                    print(json.dumps(asdict(cost), ensure_ascii=False), flush=True)
    slow = [one for one in costs if one.answered > LIMIT_MS]
    if not options.json:
        print("| text | characters | added ms | answered ms |\n|---|---|---|---|")
        for one in sorted(costs, key=lambda one: -one.answered)[:20]:
            print(f"| {one.kind}: {one.name} | {one.characters} | {one.added:.0f} | {one.answered:.0f} |")
        print(f"\n{len(costs)} texts, {len(slow)} answered in more than {LIMIT_MS:.0f} ms.")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())

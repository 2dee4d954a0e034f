"""How long a page of the staff's list takes: `python bench/list_announcements.py --count 10000`.

The announcements are copies of the bundled sample with other titles and dates, in a new data directory.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import random
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.assistant import SAMPLE, Assistant
from assistant.settings import Settings
from assistant.web.announcement_list import Wanted
from assistant.web.staff_announcements import Shelves, list_page
from corpus.announce import announce
from corpus.dates import PartialDate
from corpus.load import load
from corpus.source import Source

ASKED = ({}, {"q": "ミッション3 打ち上げ"}, {"year": "2015", "language": "ja"}, {"order": "title"}, {"order": "added"})


def main(count: int) -> None:
    """Prints milliseconds of three pages for each thing that is asked of the list."""
    bundled = [announce(source) for source in load(SAMPLE) if isinstance(source, Source) and source.id]
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder) / "data", sample="off", embeddings="off")
        with closing(Assistant.open(settings, embeddings="off")) as assistant:
            for number in range(count):
                one = bundled[number % len(bundled)]
                copy = number // len(bundled)
                assistant.catalog.add(
                    dataclasses.replace(
                        one,
                        id=f"{copy}-{one.id}",
                        title=f"{one.title} {copy}",
                        published=PartialDate(2010 + copy % 17, chance.randint(1, 12), chance.randint(1, 28)),
                        translation_of=f"{copy}-{one.translation_of}" if one.translation_of else None,
                        source_url="",
                        content_hash=f"{copy}{one.content_hash}",
                    )
                )
            assistant.index.catch_up(assistant.catalog)
            shelves, now = Shelves(assistant), dt.datetime.now(dt.UTC)
            for asked in ASKED:
                took = []
                for _ in range(3):
                    began = time.perf_counter()
                    listing = list_page(assistant, shelves.current(now), Wanted.parse(asked)[0], now)
                    took.append(f"{(time.perf_counter() - began) * 1000:.0f}")
                print(f"{asked or 'everything'}: {', '.join(took)} ms, {listing.count} found")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="announcements")
    main(parser.parse_args().count)

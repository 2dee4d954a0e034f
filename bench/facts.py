"""How long the facts register takes: to read every announcement first, to start again, and after one change.

    python bench/facts.py [--announcements 2000]
    python bench/facts.py --editions    how many facts the two editions of a digest share, and each that one lacks

The bundled digests, each as often as it takes, with numbers of their own; nothing is indexed.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from corpus.announce import announce
from corpus.announcement import Announcement
from corpus.catalog import Catalog
from corpus.facts import Fact
from corpus.load import load
from corpus.register import Register, read_facts
from corpus.source import Source

SAMPLE = Path(__file__).resolve().parents[1] / "corpus" / "announcements"


def seconds(work: Callable[[], object]) -> str:
    """How long `work` takes, on the clock and of one processor; on a busy machine only the second says something."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return f"{time.perf_counter() - clock:6.2f} s, {time.process_time() - processor:6.2f} s of one processor"


def said(fact: Fact) -> tuple[str, ...]:
    """What a fact says in either language: words of one language count as some words."""
    worded = fact.value.kind in ("name", "place", "text") and fact.attribute not in ("outcome", "status", "name")
    subject = "contract" if fact.subject_id.startswith("contract:") else fact.subject_id
    return subject, fact.attribute, "…" if worded else fact.value.key, fact.status, str(fact.as_of)


def compare(digests: Sequence[Announcement]) -> None:
    """Prints each fact that only one edition of a digest gives, and how many both give."""
    by_id = {one.id: read_facts(one) for one in digests}
    shared = 0
    alone: Counter[str] = Counter()
    for id in sorted(by_id):
        other = by_id.get(f"{id[:-2]}{'en' if id.endswith('ja') else 'ja'}", ())
        left = Counter(map(said, other))
        for fact in by_id[id]:
            left[said(fact)] -= 1
            shared += left[said(fact)] >= 0
            if left[said(fact)] < 0:
                alone[fact.language] += 1
                print(f"{id}  {' | '.join(said(fact))}  {' '.join(fact.quote.split())}")
    print(f"in both editions {shared // 2}, only in Japanese {alone['ja']}, only in English {alone['en']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--announcements", type=int, default=2000)
    parser.add_argument("--editions", action="store_true")
    given = parser.parse_args()
    wanted: int = given.announcements
    digests = [announce(source) for source in load(SAMPLE) if isinstance(source, Source) and source.id]
    if given.editions:
        compare(digests)
        return
    with tempfile.TemporaryDirectory() as folder, closing(Catalog.open(Path(folder))) as catalog:
        for number, digest in enumerate(islice(cycle(digests), wanted)):
            text = f"{digest.text}\n\nNo. {number}"
            catalog.add(dataclasses.replace(digest, id=f"{digest.id}.{number}", text=text, translation_of=None))
        file = Path(folder) / "facts.json"
        print(f"announcements          {wanted}")
        print(f"first reading          {seconds(Register(catalog, file=file)._all)}")
        again = Register(catalog, file=file)
        print(f"a start after that     {seconds(again._all)}; {file.stat().st_size / 1e6:.1f} MB kept")
        catalog.add(dataclasses.replace(digests[0], id="one.more", translation_of=None))
        print(f"after one more         {seconds(again._all)}")


if __name__ == "__main__":
    main()

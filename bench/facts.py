"""How long the facts register takes: to read every announcement first, to start again, and after one change.

    python bench/facts.py [--announcements 2000]

The bundled digests, each as often as it takes, with numbers of their own; nothing is indexed.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from corpus.announce import announce
from corpus.catalog import Catalog
from corpus.load import load
from corpus.register import Register
from corpus.source import Source

SAMPLE = Path(__file__).resolve().parents[1] / "corpus" / "announcements"


def seconds(work: Callable[[], object]) -> str:
    """How long `work` takes, on the clock and of one processor; on a busy machine only the second says something."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return f"{time.perf_counter() - clock:6.2f} s, {time.process_time() - processor:6.2f} s of one processor"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--announcements", type=int, default=2000)
    wanted: int = parser.parse_args().announcements
    digests = [announce(source) for source in load(SAMPLE) if isinstance(source, Source) and source.id]
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

"""What keeping an answer costs its reader: microseconds that `Records.keep` takes, while its thread writes."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from assistant.answer import Answer, Citation
from assistant.records import Records
from corpus.catalog import Catalog

COUNT = 2_000


def main() -> None:
    quote = "フェーズ1の開通予定を2023年5月から2024年3月に変更すると発表しました。"
    citation = Citation(1, "a", "題", "2022-11-20", "https://example.com", 1, 0, len(quote), quote, "body")
    with tempfile.TemporaryDirectory() as folder, closing(Catalog.open(Path(folder))) as catalog:
        taken = []
        with closing(Records(catalog, days=90)) as records:
            for number in range(COUNT):
                answer = Answer(f"フェーズ{number}の開通はいつですか", "ja", "answered", quote, citations=[citation])
                began = time.perf_counter()
                records.keep(answer, surface="api")
                taken.append((time.perf_counter() - began) * 1e6)
                time.sleep(0.002)
        taken.sort()
        print(
            f"keep: median {statistics.median(taken):.0f} µs, p99 {taken[int(COUNT * 0.99)]:.0f} µs, "
            f"most {taken[-1]:.0f} µs; {records.store.count()} of {COUNT} kept"
        )


if __name__ == "__main__":
    main()

"""Takes the groups of the thesaurus apart once, so that a start of the assistant need not.

    python bench/build_thesaurus.py

Run it after every change to assistant/data/paraphrases.csv or thesaurus.csv; a test says so where it was forgotten.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.thesaurus import ANALYSED, DATA, analysed, made_from


def main() -> int:
    """Writes the file; gives 0."""
    entries = analysed()
    said = json.dumps({"made_from": made_from(), "entries": entries}, ensure_ascii=False, separators=(",", ":"))
    (DATA / ANALYSED).write_bytes(gzip.compress(said.encode(), mtime=0))
    print(f"{sum(map(len, entries.values())):,} entries in {DATA / ANALYSED}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

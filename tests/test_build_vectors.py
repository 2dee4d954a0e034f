"""The script that makes the Japanese vectors: the same input gives the same bytes, in one process and in the next."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

# Trains forty made-up words on sixty made-up passages, writes what comes out, and prints a hash of the files.
SCRIPT = """
import sys
from pathlib import Path
from bench.build_vectors import save_arrays, train, write_table
import numpy as np

folder = Path(sys.argv[1])
chance = np.random.default_rng(int(sys.argv[2]))
words = [f"word{n:02}" for n in range(40)]
start = chance.standard_normal((40, 384)).astype(np.float32)
drawn = {f"p{n}": [words[at] for at in chance.integers(0, 40, 12)] + [f"name{n}"] for n in range(60)}
titles = {name: f"title{int(name[1:]) % 7}" for name in drawn}
questions = [(name, bag[:4]) for name, bag in drawn.items()]
learned = train(words, start, drawn, questions, titles, epochs=2)
save_arrays(folder / "weights.npz", vectors=learned.vectors, query=learned.query, document=learned.document)
write_table(folder / "glosses.tsv.gz", [("word", "gloss"), ("name", "Name"), ("word", "later")])
"""


def built(folder: Path, seed: int) -> dict[str, str]:
    folder.mkdir()
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", SCRIPT, str(folder), str(seed)], check=True, cwd=root, capture_output=True)
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_two_runs_write_the_same_bytes_and_other_words_others(tmp_path: Path) -> None:
    first, second, other = (built(tmp_path / name, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert set(first) == {"weights.npz", "glosses.tsv.gz"}
    assert first == second
    assert first["weights.npz"] != other["weights.npz"]

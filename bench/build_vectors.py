"""Makes the Japanese word vectors and glosses under index/data/ from JMdict, MiniLM and the JaQuAD training part.

    pip install -r bench/vectors-requirements.txt
    python bench/build_vectors.py --jaquad ../shared/data/jaquad --english ../shared/data/en_train

So run, without further options, it writes the files that are committed. Steps: read the dictionary → count words in the
training passages → embed the glosses of the chosen words with MiniLM → adjust vectors and weights so that training
questions find their passages → round to int8 → write. The embedded glosses are kept in --work, so that a second run
starts after them. Everything runs in one thread and from fixed seeds, so two runs with the same packages write the same
bytes; another processor's arithmetic may round a few of the last bits differently.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import io
import json
import math
import os
import re
import sqlite3
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

# Before numpy and torch are imported: the order in which several threads add up moves the last bits.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.learn_weights import is_left_out
from index.analyse import canonical, tokenizer
from index.distilled import DATA, content_words, word_mark
from index.minilm import Floats, normalised, read_safetensors, shared_minilm, weights_folder

ROWS = 34_000  # int8 rows of 384: 13 MB
_PRIORITY = {
    "ichi1": 20, "ichi2": 5, "news1": 15, "news2": 6, "spec1": 12, "spec2": 6, "gai1": 12, "gai2": 6
}  # fmt: skip
_OLD = {"archaism", "obsolete term", "obscure term", "rare", "slang", "vulgar expression or word"}
_KANA_ALONE = "word usually written using kana alone"
_KATAKANA = re.compile(r"[ァ-ヺー・]+")


def main() -> None:
    """Read the arguments, build, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--jaquad", type=Path, required=True, help="folder with train_corpus.jsonl.gz, train_questions.jsonl.gz"
    )
    parser.add_argument("--english", type=Path, required=True, help="folder with corpus.jsonl.gz of English paragraphs")
    parser.add_argument("--dictionary", type=Path, help="jamdict.db; default: that of the package jamdict-data")
    parser.add_argument("--work", type=Path, default=Path(".data/vectors"), help="folder for intermediate results")
    parser.add_argument("--out", type=Path, default=DATA)
    parser.add_argument(
        "--leave-out", action="store_true", help="adjust without the articles that bench/learn_weights.py asks about"
    )
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--epochs", type=int, default=2)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)

    with sqlite3.connect(f"file:{options.dictionary or packaged_dictionary()}?mode=ro", uri=True) as database:
        entries = read_words(database)
        say(f"{len(entries)} words with glosses")
        passages = [
            (row["id"], row["title"], row["text"]) for row in read_lines(options.jaquad / "train_corpus.jsonl.gz")
        ]
        everything = dict.fromkeys(entries, 0)
        bags = {one: content_words(f"{title}\n{text}", everything) for one, title, text in passages}
        seen = Counter(word for bag in bags.values() for word in bag)
        names = read_names(database, entries, seen)
        say(f"{len(names)} names; {len(seen)} different words in {len(bags)} training passages")

    words = choose(entries, seen, options.rows)
    vectors = gloss_vectors([gloss_text(entries[word][1]) for word in words], options.work)
    say(f"{len(vectors)} glosses embedded")
    mean = vectors.mean(axis=0)
    start = normalised(vectors - mean)

    if options.leave_out:
        passages = [row for row in passages if not is_left_out(row[1])]
        bags = {one: bags[one] for one, _, _ in passages}
    questions = [
        (row["gold"][0], row["question"])
        for row in read_lines(options.jaquad / "train_questions.jsonl.gz")
        if row["gold"][0] in bags
    ]
    rows = {word: row for row, word in enumerate(words)}
    dropped = {word for word in seen if word not in rows and is_compound(word, entries)}
    kept = {one: [word for word in bag if word not in dropped] for one, bag in bags.items()}
    asked = [(gold, content_words(question, rows)) for gold, question in questions]
    learned = train(words, start, kept, asked, {one: title for one, title, _ in passages}, epochs=options.epochs)

    write(options.out, words, learned, mean, options.english)
    table = [
        (word, "|".join(dict.fromkeys(text for sense in senses[:2] for gloss in sense[:4] if (text := cleaned(gloss)))))
        for word, (_, senses) in entries.items()
    ]
    write_table(options.out / "japanese_glosses.tsv.gz", sorted(table) + sorted(names.items()))
    for path in sorted(options.out.iterdir()):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        say(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, sha256 {digest}")


def say(line: str) -> None:
    """One line of progress, with the seconds since the start."""
    print(f"{time.perf_counter() - _START:7.1f} s  {line}", file=sys.stderr, flush=True)


_START = time.perf_counter()


def packaged_dictionary() -> Path:
    """jamdict.db of the installed package jamdict-data."""
    spec = importlib.util.find_spec("jamdict_data")
    if spec is None or not spec.submodule_search_locations:
        sys.exit('The package jamdict-data is not installed. Run "pip install -r bench/vectors-requirements.txt".')
    return Path(next(iter(spec.submodule_search_locations))) / "jamdict.db"


def read_lines(path: Path) -> Iterable[dict[str, Any]]:
    """The objects of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def cleaned(gloss: str) -> str:
    """A gloss without its remarks in brackets."""
    return " ".join(re.sub(r"\([^)]*\)|[\t|]", " ", gloss).split())


def gloss_text(senses: Sequence[Sequence[str]]) -> str:
    """What MiniLM reads for a word: up to three glosses of each of its first two senses."""
    found = [text for sense in senses[:2] for gloss in sense[:3] if (text := cleaned(gloss))]
    return ", ".join(dict.fromkeys(found)) or senses[0][0]


def single_form(headword: str) -> str | None:
    """Sudachi's normalised form of a headword that it takes as one unit."""
    found = tokenizer("C").tokenize(canonical(headword))
    return canonical(found[0].normalized_form()) if len(found) == 1 else None


def grouped(database: sqlite3.Connection, query: str) -> dict[int, list[Any]]:
    """Rows of two columns as lists by the first."""
    lists: dict[int, list[Any]] = defaultdict(list)
    for key, value in database.execute(query):
        lists[key].append(value)
    return lists


def read_words(database: sqlite3.Connection) -> dict[str, tuple[float, list[list[str]]]]:
    """JMdict as Sudachi's normalised form → (priority, glosses by sense) of its most usual entry."""
    priority: dict[str, Counter[int]] = {"KJP": Counter(), "KNP": Counter()}
    for table, points in priority.items():
        for key, mark in database.execute(f"select kid, text from {table}"):
            points[key] += (49 - int(mark[2:])) / 2 if mark.startswith("nf") else _PRIORITY.get(mark, 0)
    kanji: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for key, entry, text in database.execute("select ID, idseq, text from Kanji order by ID"):
        kanji[entry].append((text, priority["KJP"][key]))
    kana: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for key, entry, text in database.execute("select ID, idseq, text from Kana order by ID"):
        kana[entry].append((text, priority["KNP"][key]))
    senses = grouped(database, "select idseq, ID from Sense order by ID")
    glosses = grouped(database, "select sid, text from SenseGloss where lang = 'eng' order by rowid")
    remarks = grouped(database, "select sid, text from misc order by rowid")

    best: dict[str, tuple[float, int, list[list[str]]]] = {}
    for entry in sorted(senses):
        with_gloss = [sense for sense in senses[entry] if glosses.get(sense)]
        if not with_gloss:
            continue
        current = [sense for sense in with_gloss if not _OLD.intersection(remarks.get(sense, ()))]
        found = [glosses[sense] for sense in (current or with_gloss)[:3]]
        first = remarks.get(with_gloss[0], [])
        age = 20 if _OLD.intersection(first) else 0
        spellings = [(text, points - (3 if place else 0)) for place, (text, points) in enumerate(kanji[entry])]
        for place, (text, points) in enumerate(kana[entry]):
            if not kanji[entry]:
                spellings.append((text, points + 10))
            elif place == 0:
                # The reading of a word that is written in kanji is only a guess for the same kana in a text.
                spellings.append((text, points + (5 if _KANA_ALONE in first else -60)))
        for text, points in spellings:
            form = single_form(text)
            if form is None or "\t" in form:
                continue
            rank = points - age + (3 if form == text else 0)
            if form not in best or (rank, -entry) > (best[form][0], -best[form][1]):
                best[form] = (rank, entry, found)
    return {form: (rank, found) for form, (rank, _, found) in sorted(best.items())}


def read_names(database: sqlite3.Connection, words: Iterable[str], seen: Counter[str]) -> dict[str, str]:
    """JMnedict as normalised form → Latin spelling: katakana names, names seen in training text, unambiguous places,
    companies and surnames of at most three characters."""
    known = set(words)
    kinds = grouped(
        database, "select n.idseq, t.text from NETranslation n join NETransType t on t.tid = n.ID order by t.rowid"
    )
    latin = grouped(
        database, "select n.idseq, g.text from NETranslation n join NETransGloss g on g.tid = n.ID order by g.rowid"
    )
    kanji = grouped(database, "select idseq, text from NEKanji order by ID")
    kana = grouped(database, "select idseq, text from NEKana order by ID")
    readings: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in sorted(latin):
        notable = {"place", "company", "organization", "surname"}.intersection(kinds.get(entry, ()))
        for text in kanji.get(entry) or kana.get(entry, []):
            if len(text) > 12 or not ((notable and len(text) <= 3) or _KATAKANA.fullmatch(text) or text in seen):
                continue
            form = single_form(text)
            if form and form not in known:
                readings[form][cleaned(latin[entry][0])] += 1
    chosen: dict[str, str] = {}
    for form, spellings in readings.items():
        usual = [spelling for spelling, _ in spellings.most_common(2)]
        if usual[0] and (len(spellings) == 1 or form in seen or _KATAKANA.fullmatch(form)):
            chosen[form] = "|".join(usual[:1] if _KATAKANA.fullmatch(form) else usual)
    return chosen


def choose(entries: dict[str, tuple[float, Any]], seen: Counter[str], rows: int) -> list[str]:
    """The words that get a row: by their number in the training passages and by JMdict's marks of usualness."""

    def worth(word: str) -> tuple[float, str]:
        return (-(8 * math.log2(1 + seen[word]) + max(0.0, entries[word][0])), word)

    return sorted(sorted(entries, key=worth)[:rows])


def is_compound(word: str, entries: dict[str, Any]) -> bool:
    """Whether Sudachi cuts the word into shorter units."""
    return word in entries and len(tokenizer("A").tokenize(word)) > 1


def gloss_vectors(texts: Sequence[str], work: Path) -> Floats:
    """MiniLM's vectors of the texts; kept in the folder `work` by a hash of the texts."""
    kept = work / f"glosses-{hashlib.sha256(chr(10).join(texts).encode()).hexdigest()[:16]}.npy"
    if not kept.exists():
        parts = []
        for begin in range(0, len(texts), 2000):
            parts.append(shared_minilm().encode(texts[begin : begin + 2000]))
            say(f"glosses {begin + len(parts[-1])}/{len(texts)}")
        np.save(kept, np.concatenate(parts))
    return np.load(kept)


class Learned:
    """What training gives: a vector for each row, and logarithms of two weights for each row and for all others."""

    def __init__(self, vectors: Floats, query: Floats, document: Floats) -> None:
        self.vectors = vectors
        self.query = query  # shape (rows + 1,): the last is that of every other word
        self.document = document


def train(
    words: Sequence[str],
    start: Floats,
    passages: dict[str, list[str]],
    questions: Sequence[tuple[str, list[str]]],
    titles: dict[str, str],
    *,
    epochs: int,
    batch: int = 512,
    dropout: float = 0.35,
    temperature: float = 0.05,
    mark: float = 0.4,
) -> Learned:
    """Contrastive learning over questions and passages, others of the same article among the wrong answers.

    Words without a row are their marks, fixed, and share one weight per side; dropout of words makes the rest carry.
    """
    import torch
    from torch.nn.functional import cross_entropy, embedding_bag, normalize

    torch.manual_seed(0)
    torch.use_deterministic_algorithms(True)
    choice = np.random.default_rng(0)
    rows = {word: row for row, word in enumerate(words)}
    others = sorted({w for bag in [*passages.values(), *(b for _, b in questions)] for w in bag if w not in rows})
    place = {**rows, **{word: len(words) + row for row, word in enumerate(others)}}
    fixed = torch.from_numpy(np.stack([word_mark(word) for word in others]))
    marks = np.stack([word_mark(word) for word in words])
    table = torch.nn.Parameter(torch.from_numpy(normalised(start + np.float32(mark) * marks)))
    frequency = Counter(word for bag in passages.values() for word in set(bag))
    total = len(passages)
    rarity = np.log([math.log(1 + (total - frequency[w] + 0.5) / (frequency[w] + 0.5)) for w in words])
    unknown = math.log(math.log(1 + (total - 1.5) / 3.5))
    query = torch.nn.Parameter(torch.tensor([*rarity, unknown], dtype=torch.float32))
    document = torch.nn.Parameter(query.detach().clone())
    optimiser = torch.optim.Adam([{"params": [table], "lr": 1e-3}, {"params": [query, document], "lr": 2e-2}])

    def bag(found: Sequence[str], *, once: bool) -> tuple[Any, Any]:
        counts = Counter(found)
        factors = [1.0 if once else 1 + math.log(n) for n in counts.values()]
        return np.array([place[word] for word in counts], dtype=np.int64), np.array(factors, dtype=np.float32)

    ids = list(passages)
    number = {one: at for at, one in enumerate(ids)}
    passage_bags = [bag(passages[one], once=False) for one in ids]
    question_bags = [(number[gold], bag(found, once=True)) for gold, found in questions if gold in number and found]
    article: dict[str, list[int]] = defaultdict(list)
    for one in ids:
        article[titles[one]].append(number[one])

    def encode(bags: Sequence[tuple[Any, Any]], weights: Any) -> Any:
        index = torch.from_numpy(np.concatenate([one[0] for one in bags]))
        factors = torch.from_numpy(np.concatenate([one[1] for one in bags]))
        factors = factors * (torch.rand(len(factors)) > dropout) * weights[index.clamp(max=len(words))].exp()
        edges = torch.from_numpy(np.cumsum([0] + [len(one[0]) for one in bags[:-1]]))
        inside = index < len(words)
        own = embedding_bag(
            index.clamp(max=len(words) - 1), table, edges, mode="sum", per_sample_weights=factors * inside
        )
        rest = embedding_bag(
            (index - len(words)).clamp(min=0), fixed, edges, mode="sum", per_sample_weights=factors * ~inside
        )
        return normalize(own + rest, dim=1)

    for epoch in range(epochs):
        order = choice.permutation(len(question_bags))
        losses = []
        for begin in range(0, len(order), batch):
            chosen = [question_bags[at] for at in order[begin : begin + batch]]
            golds = [gold for gold, _ in chosen]
            near = [int(choice.choice(article[titles[ids[gold]]])) for gold in golds]
            shown = list(dict.fromkeys(golds + near))
            column = {at: place_in_batch for place_in_batch, at in enumerate(shown)}
            scores = encode([one for _, one in chosen], query) @ encode([passage_bags[at] for at in shown], document).T
            loss = cross_entropy(scores / temperature, torch.tensor([column[gold] for gold in golds]))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        say(f"epoch {epoch + 1}: mean loss {np.mean(losses):.3f}")
    return Learned(table.detach().numpy(), query.detach().numpy(), document.detach().numpy())


def write(out: Path, words: Sequence[str], learned: Learned, gloss_mean: Floats, english: Path) -> None:
    """The arrays, rounded: a row is int8 and its scale is part of both of its weights."""
    scale = np.abs(learned.vectors).max(axis=1) / 127
    np.save(out / "japanese_vectors.npy", np.round(learned.vectors / scale[:, None]).astype(np.int8))
    (out / "japanese_words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    query, document = np.exp(learned.query), np.exp(learned.document)
    save_arrays(
        out / "japanese_weights.npz",
        query=(query[:-1] * scale).astype(np.float32),
        document=(document[:-1] * scale).astype(np.float32),
        other_query=query[-1],
        other_document=document[-1],
    )
    pieces = json.loads((weights_folder() / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    whole = sorted((piece for piece in pieces if re.fullmatch(r"[a-z]{2,}", piece)), key=pieces.get)[:12_000]
    table = read_safetensors(weights_folder() / "model.safetensors")["embeddings.word_embeddings.weight"]
    inputs = np.stack([table[pieces[piece]] for piece in whole]).astype(np.float64)
    targets = (shared_minilm().encode(whole) - gloss_mean).astype(np.float64)
    centre = inputs.mean(axis=0)
    mapped = np.linalg.solve(
        (inputs - centre).T @ (inputs - centre) + np.eye(inputs.shape[1]), (inputs - centre).T @ targets
    )
    texts = [row["text"] for row in read_lines(english / "corpus.jsonl.gz")][::20]
    mean = shared_minilm().encode(texts).mean(axis=0)
    save_arrays(
        out / "english_words.npz",
        map=mapped.astype(np.float16),
        shift=(targets.mean(axis=0) - centre @ mapped).astype(np.float32),
        mean=mean.astype(np.float32),
    )


def save_arrays(path: Path, **arrays: Any) -> None:
    """`np.savez_compressed` with a fixed time stamp, so that the same arrays give the same bytes."""
    import zipfile

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in sorted(arrays.items()):
            buffer = io.BytesIO()
            np.save(buffer, np.asarray(array))
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue(), zipfile.ZIP_DEFLATED
            )


def write_table(path: Path, rows: Iterable[tuple[str, str]]) -> None:
    """Tab-separated lines, gzipped without a time stamp; the first of two lines with the same word wins."""
    lines = {word: text for word, text in reversed(list(rows)) if text}
    data = "".join(f"{word}\t{text}\n" for word, text in sorted(lines.items())).encode()
    path.write_bytes(gzip.compress(data, 9, mtime=0))


if __name__ == "__main__":
    main()

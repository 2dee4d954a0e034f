"""Learns assistant/data/reader.onnx, the span reader, from public questions in Japanese and English.

    pip install -r requirements.txt -r bench/requirements.txt
    python bench/train_reader.py words  --data ../shared/data --work DIR          # the words to learn, 1 minute
    python bench/train_reader.py arrays --data ../shared/data --work DIR --shard 0   # 0 to 15, side by side
    python bench/train_reader.py train  --work DIR --workers 2 --rank 0 --minutes 75   # and --rank 1 beside it
    python bench/train_reader.py export --work DIR

Training questions are those of `jaquad/train_*.jsonl.gz` and `en_train`; every twentieth title is held out.
Each is met by the best sentences of its own passage and of two others, so that the reader learns to find nothing; some
are asked with their words exchanged for glosses, so that it learns to read across languages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import random
import re
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.span_text import FEATURES, QUESTION_FEATURES, Asked, Inputs, Token, Vocabulary, rarities, tokens
from corpus.sentences import sentences
from index.distilled import DATA as WORD_DATA
from index.distilled import english_of

SHARDS = 16
LEFT_OUT = 14  # the part that the reader in assistant/data was trained without: bench/train_ranker.py learns from it
SURFACES = 12_000
LONGEST_QUESTION, LONGEST_SENTENCE, LONGEST_ANSWER = 40, 120, 20
GLOSSED_SHARE = 0.12
SEED = 5
EARLIER = 0.25  # the share of an earlier run's weights in the export
AVERAGED = 8  # steps between two meetings of the workers
SHIPPED = Path(__file__).resolve().parents[1] / "assistant" / "data"

# --------------------------------------------------------------------------------------------------------------- data


def read_lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def training_data(data: Path) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """Passages by id, and the questions, those on one passage side by side."""
    passages, questions = {}, []
    for folder, prefix in (("jaquad", "train_"), ("en_train", "")):
        passages |= {one["id"]: one for one in read_lines(data / folder / f"{prefix}corpus.jsonl.gz")}
        questions += read_lines(data / folder / f"{prefix}questions.jsonl.gz")
    return passages, sorted(questions, key=lambda one: (str(one["gold"][0]), str(one["id"])))


def is_held_out(title: str) -> bool:
    """Every twentieth title, to choose by; nothing is learned from it."""
    return zlib.crc32(title.encode()) % 20 == 0


def parts(questions: Sequence[dict[str, Any]]) -> list[list[str]]:
    """The ids of the passages that `questions` are about, in parts of which each makes one shard."""
    order = sorted({str(one["gold"][0]) for one in questions}, key=lambda id: zlib.crc32(id.encode()))
    return [order[number::SHARDS] for number in range(SHARDS)]


def write_words(data: Path, work: Path) -> None:
    """The most frequent surfaces of a third of the passages, with their rarity, and the parts of speech."""
    passages, questions = training_data(data)
    said: Counter[str] = Counter()
    held: Counter[str] = Counter()
    speech: Counter[str] = Counter()
    chosen = [one for at, one in enumerate(passages.values()) if at % 3 == 0]
    for one in chosen:
        found = [token for start, end in sentences(one["text"]) for token in tokens(one["text"][start:end])]
        said.update(token.surface for token in found)
        held.update({token.surface for token in found})
        speech.update(token.speech for token in found)
    for question in questions[::3]:
        said.update(token.surface for token in tokens(question["question"]))
    surfaces = [surface for surface, count in said.most_common(SURFACES) if count > 2]
    common = {surface: count for surface, count in held.items() if count > 2 and surface in set(surfaces)}
    rarity = rarities(common, len(chosen))
    lines = {
        "surfaces": [[s, rarity.get(s, 10.0)] for s in surfaces],
        "speech": [s for s, n in speech.items() if n > 9],
    }
    (work / "reader_words.json").write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    print(len(surfaces), "surfaces", len(lines["speech"]), "parts of speech")


def vocabulary_of(work: Path) -> Vocabulary:
    read = json.loads((work / "reader_words.json").read_text(encoding="utf-8"))
    return Vocabulary(
        {surface: at + 1 for at, (surface, _) in enumerate(read["surfaces"])},
        dict(map(tuple, read["surfaces"])),
        {speech: at + 1 for at, speech in enumerate(read["speech"])},
    )


# ------------------------------------------------------------------------------------------- questions in other words

_ASKED = {
    "誰": "who", "何時": "when", "いつ": "when", "何処": "where", "どこ": "where", "何": "what", "幾つ": "how many",
    "如何": "how",
}  # fmt: skip


def in_english_words(question: str) -> str:
    """A Japanese question as a row of English words; names without a gloss stay."""
    said = []
    for token in tokens(question):
        if token.form in _ASKED or token.surface in _ASKED:
            said.append(_ASKED.get(token.form) or _ASKED[token.surface])
        elif token.is_content:
            gloss = re.sub(r"\([^)]*\)|^to ", "", english_of(token.form).partition("|")[0]).strip()
            said.append(gloss or token.surface)
    asked = [word for word in said if word in _ASKED.values()]
    return " ".join([*asked, *(word for word in said if word not in asked)]) + "?"


def japanese_of() -> dict[str, str]:
    """English words to the first Japanese word that has them as its first gloss."""
    found: dict[str, str] = {}
    for word in (WORD_DATA / "japanese_words.txt").read_text(encoding="utf-8").splitlines():
        for gloss in english_of(word).split("|")[:2]:
            plain = re.sub(r"\([^)]*\)|^to ", "", gloss).strip().lower()
            if plain and " " not in plain:
                found.setdefault(plain, word)
    return found


def in_japanese_words(question: str, known: dict[str, str]) -> str:
    """An English question as a row of Japanese words; words without one stay."""
    asked = {english: japanese for japanese, english in reversed(_ASKED.items())}
    said = []
    for token in tokens(question):
        low = token.surface
        if low in asked:
            said.append(asked[low])
        elif token.is_content:
            said.append(known.get(low) or known.get(low.removesuffix("s")) or known.get(token.form) or low)
    first = [word for word in said if word in _ASKED]
    return "の".join([word for word in said if word not in first] + first) + "?"


# ------------------------------------------------------------------------------------------------------------- arrays


class Shard:
    """Rows of tokens, written as flat arrays."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}
        self.vectors: list[np.ndarray] = []
        self.questions: list[tuple[np.ndarray, ...]] = []
        self.sentences: list[tuple[np.ndarray, ...]] = []
        self.rows: list[tuple[int, ...]] = []  # question, sentence, group, rank, answer start, answer end, held out

    def word_ids(self, inputs: Inputs) -> np.ndarray:
        ids = []
        for token, vector in zip(inputs.tokens, inputs.vectors, strict=True):
            key = f"{token.form}\t{token.surface if token.surface.isascii() else ''}"
            if key not in self.words:
                self.words[key] = len(self.vectors)
                self.vectors.append(vector.astype(np.float16))
            ids.append(self.words[key])
        return np.array(ids, dtype=np.int32)

    def packed(self, inputs: Inputs) -> tuple[np.ndarray, ...]:
        return (
            self.word_ids(inputs),
            inputs.surfaces.astype(np.int32),
            inputs.speech.astype(np.int32),
            inputs.features.astype(np.float16),
        )

    def write(self, path: Path) -> None:
        arrays: dict[str, np.ndarray] = {"vectors": np.stack(self.vectors), "rows": np.array(self.rows, np.int32)}
        for name, packed in (("q", self.questions), ("s", self.sentences)):
            arrays[f"{name}_ends"] = np.cumsum([len(one[0]) for one in packed])
            for at, part in enumerate(("words", "surfaces", "speech", "features")):
                arrays[f"{name}_{part}"] = np.concatenate([one[at] for one in packed])
        np.savez(path.with_suffix(".part.npz"), **arrays)
        path.with_suffix(".part.npz").rename(path)


def answer_tokens(found: Sequence[Token], start: int, end: int) -> tuple[int, int] | None:
    """The first and the last token that hold some of [start, end)."""
    inside = [at for at, token in enumerate(found) if token.start < end and start < token.end]
    return (inside[0], inside[-1]) if inside else None


def write_shard(data: Path, work: Path, number: int) -> None:
    passages, questions = training_data(data)
    vocabulary = vocabulary_of(work)
    by_title: dict[str, list[str]] = defaultdict(list)
    for id, one in passages.items():
        by_title[one["title"]].append(id)
    spans = {}
    ids = list(passages)
    known = japanese_of()
    shard = Shard()
    mine = set(parts(questions)[number])
    chance = random.Random(number)

    def cut(id: str) -> list[str]:
        if id not in spans:
            spans[id] = sentences(passages[id]["text"])
        return [passages[id]["text"][start:end] for start, end in spans[id]]

    for question in questions:
        gold = str(question["gold"][0])
        if gold not in mine:
            continue
        title = passages[gold]["title"]
        text = question["question"]
        held_out = is_held_out(title)
        if not held_out and chance.random() < GLOSSED_SHARE:
            text = in_english_words(text) if question["lang"] == "ja" else in_japanese_words(text, known)
        asked = Asked(text, vocabulary)
        if not 0 < len(asked.inputs.tokens) <= LONGEST_QUESTION:
            continue
        own = cut(gold)
        first, last = question["answer_start"], question["answer_start"] + len(question["answers"][0])
        place = next((at for at, (s, e) in enumerate(spans[gold]) if s <= first and last <= e), None)
        if place is None:
            continue
        offset = spans[gold][place][0]
        answer = answer_tokens(tokens(own[place]), first - offset, last - offset)
        if answer is None or answer[1] - answer[0] >= LONGEST_ANSWER or answer[1] >= LONGEST_SENTENCE:
            continue
        ranked = sorted(range(len(own)), key=lambda at: -asked.coverage(own[at]) - 0.001 / (at + 1))[:6]
        kept = ranked if place in ranked else [*ranked, place]
        pool = [(0, at, own, title, ranked.index(at) if at in ranked else 9) for at in sorted(kept)]
        siblings = [id for id in by_title[title] if id != gold]
        others = [chance.choice(siblings) if siblings else chance.choice(ids), chance.choice(ids)]
        for group, other in enumerate(others, 1):
            if other == gold or question["answers"][0] in passages[other]["text"]:
                continue
            lines = cut(other)[:12]
            best = sorted(range(len(lines)), key=lambda at: -asked.coverage(lines[at]))[: 3 - group]
            pool += [(group, at, lines, passages[other]["title"], 0) for at in sorted(best)]
        asked_row = len(shard.questions)
        shard.questions.append(shard.packed(asked.inputs))
        for group, at, lines, its_title, rank in pool:
            read = asked.read(lines[at], before=lines[at - 1] if at else "", title=its_title)
            if not read.tokens:
                continue
            part = tuple(array[:LONGEST_SENTENCE] for array in shard.packed(read))
            span = answer if group == 0 and at == place else (-1, -1)
            shard.rows.append((asked_row, len(shard.sentences), group, rank, *span, int(held_out)))
            shard.sentences.append(part)
    shard.write(work / f"shard_{number:02d}.npz")
    print(number, len(shard.questions), "questions", sum(len(one[0]) for one in shard.sentences), "tokens", flush=True)


# ------------------------------------------------------------------------------------------------------------ batches


class Questions:
    """The questions of one shard; each gives a context of some of its sentences."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as read:
            self.arrays = {name: read[name] for name in read.files}
        self.vectors = self.arrays["vectors"]
        rows = self.arrays["rows"]
        self.of: dict[int, list[np.ndarray]] = defaultdict(list)
        for row in rows:
            self.of[int(row[0])].append(row)
        held = {int(row[0]) for row in rows if row[6]}
        self.train = [at for at in self.of if at not in held]
        self.held_out = sorted(held)

    def part(self, kind: str, at: int) -> tuple[np.ndarray, ...]:
        ends = self.arrays[f"{kind}_ends"]
        span = slice(int(ends[at - 1]) if at else 0, int(ends[at]))
        return tuple(self.arrays[f"{kind}_{name}"][span] for name in ("words", "surfaces", "speech", "features"))

    def drawn(self, at: int, chance: random.Random) -> tuple[list[np.ndarray], int]:
        """Sentences of a context for training, and how many tokens they have."""
        rows = self.of[at]
        gold = [row for row in rows if row[4] >= 0]
        own = sorted((row for row in rows if row[2] == 0 and row[4] < 0), key=lambda row: int(row[3]))
        others = [row for row in rows if row[2] > 0]
        empty = chance.random() < 0.12
        chosen = [] if empty else list(gold)
        budget = chance.randint(50, 170)
        mixed = chance.random() < 0.5
        rest = (others + own[:3]) if empty else own + others if mixed else own
        if mixed and not empty and others and chance.random() < 0.5:
            rest = [*others[:2], *own]
        for row in rest:
            if sum(map(self.length, chosen)) + self.length(row) <= budget or not chosen:
                chosen.append(row)
        groups = list({int(row[2]) for row in chosen})
        chance.shuffle(groups)
        chosen.sort(key=lambda row: (groups.index(int(row[2])), int(row[1])))
        return chosen, sum(map(self.length, chosen))

    def length(self, row: np.ndarray) -> int:
        ends = self.arrays["s_ends"]
        return int(ends[row[1]]) - (int(ends[row[1] - 1]) if row[1] else 0)

    def whole(self, at: int) -> list[np.ndarray]:
        """The context that a held-out question is read with: its own passage."""
        return [row for row in self.of[at] if row[2] == 0]


def collated(shard: Questions, picks: Sequence[tuple[int, list[np.ndarray]]]) -> dict[str, Any]:
    """Padded arrays of a batch; `gold` is the flat place of the right span, or the last for none."""
    size = len(picks)
    asked = [shard.part("q", at) for at, _ in picks]
    contexts = [[shard.part("s", int(row[1])) for row in rows] for _, rows in picks]
    width = max(len(one[0]) for one in asked)
    length = max(sum(len(part[0]) for part in parts) for parts in contexts)
    batch: dict[str, Any] = {
        "q_vectors": np.zeros((size, width, 384), np.float32), "q_surfaces": np.zeros((size, width), np.int64),
        "q_speech": np.zeros((size, width), np.int64),
        "q_features": np.zeros((size, width, len(QUESTION_FEATURES)), np.float32),
        "q_mask": np.zeros((size, width), bool),
        "c_vectors": np.zeros((size, length, 384), np.float32), "c_surfaces": np.zeros((size, length), np.int64),
        "c_speech": np.zeros((size, length), np.int64),
        "c_features": np.zeros((size, length, len(FEATURES)), np.float32),
        "c_sentence": np.full((size, length), -1, np.int64), "gold": np.full((size, 2), -1, np.int64),
    }  # fmt: skip
    for at, (words, surfaces, speech, features) in enumerate(asked):
        n = len(words)
        batch["q_vectors"][at, :n] = shard.vectors[words]
        batch["q_surfaces"][at, :n], batch["q_speech"][at, :n] = surfaces, speech
        batch["q_features"][at, :n], batch["q_mask"][at, :n] = features, True
    for at, ((_, rows), parts) in enumerate(zip(picks, contexts, strict=True)):
        start = 0
        for number, (row, (words, surfaces, speech, features)) in enumerate(zip(rows, parts, strict=True)):
            span = slice(start, start + len(words))
            batch["c_vectors"][at, span] = shard.vectors[words]
            batch["c_surfaces"][at, span], batch["c_speech"][at, span] = surfaces, speech
            batch["c_features"][at, span], batch["c_sentence"][at, span] = features, number
            if row[4] >= 0:
                batch["gold"][at] = (start + int(row[4]), start + int(row[5]))
            start += len(words)
    return batch


def batches(shard: Questions, size: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """The training questions of a shard once, those of like length together."""
    drawn = [(at, *shard.drawn(at, chance)) for at in shard.train]
    drawn.sort(key=lambda one: one[2] + chance.random() * 12)
    cut = [drawn[start : start + size] for start in range(0, len(drawn), size)]
    chance.shuffle(cut)
    for part in cut:
        yield collated(shard, [(at, rows) for at, rows, _ in part])


# -------------------------------------------------------------------------------------------------------------- model


def build_model(surfaces: int, speech: int) -> Any:
    """The network as a torch module; its forward gives span scores, shape (B, T, T), and a score for none, (B,)."""
    import torch
    from torch import nn
    from torch.nn import functional

    width = 128

    class Conv(nn.Module):
        def __init__(self, dilation: int) -> None:
            super().__init__()
            self.norm = nn.LayerNorm(width)
            self.depth = nn.Conv1d(width, width, 5, padding=2 * dilation, dilation=dilation, groups=width)
            self.point = nn.Linear(width, width)

        def forward(self, x: Any, mask: Any) -> Any:
            inner = (self.norm(x) * mask).transpose(1, 2)
            return x + functional.relu(self.point(self.depth(inner).transpose(1, 2)))

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.vector = nn.Linear(384, 104, bias=False)
            self.surface = nn.Embedding(surfaces + 1, 40, padding_idx=0)
            self.speech = nn.Embedding(speech + 1, 16)
            nn.init.normal_(self.surface.weight, std=0.3)
            self.c_in = nn.Linear(160 + len(FEATURES), width)
            self.q_in = nn.Linear(160 + len(QUESTION_FEATURES), width)
            self.local = Conv(1)
            self.q_local = Conv(1)
            self.q_pool = nn.Linear(width, 1)
            self.c_key, self.q_key = nn.Linear(width, width), nn.Linear(width, width, bias=False)
            self.fuse = nn.Linear(4 * width + len(FEATURES), width)
            self.first = nn.LSTM(width, 64, batch_first=True, bidirectional=True)
            self.wide = nn.ModuleList([Conv(1), Conv(2)])
            self.heads = nn.Linear(width, 3 * 64)
            self.mixed = nn.Linear(64, width)
            self.second = nn.LSTM(width, 64, batch_first=True, bidirectional=True)
            self.last = nn.LayerNorm(width)
            self.ends = nn.Linear(width, 2)
            self.left, self.right = nn.Linear(2 * width, 64), nn.Linear(width, 64)
            self.none = nn.Sequential(nn.Linear(2 * width, 64), nn.ReLU(), nn.Linear(64, 1))
            self.drop = nn.Dropout(0.12)

        def embed(self, vectors: Any, surfaces: Any, speech: Any, features: Any, into: Any) -> Any:
            x = [self.drop(self.vector(vectors * 16)), self.drop(self.surface(surfaces)), self.speech(speech), features]
            return into(torch.cat(x, dim=-1))

        def forward(
            self, q_vectors: Any, q_surfaces: Any, q_speech: Any, q_features: Any, q_mask: Any,
            c_vectors: Any, c_surfaces: Any, c_speech: Any, c_features: Any, c_sentence: Any,
        ) -> Any:  # fmt: skip
            c_mask = c_sentence >= 0
            q_on, c_on = q_mask.unsqueeze(-1).float(), c_mask.unsqueeze(-1).float()
            q = self.q_local(self.embed(q_vectors, q_surfaces, q_speech, q_features, self.q_in), q_on)
            c = self.local(self.embed(c_vectors, c_surfaces, c_speech, c_features, self.c_in), c_on)
            far = -1e4
            seen = self.c_key(c) @ self.q_key(q).transpose(1, 2) / width**0.5
            weight = torch.softmax(seen.float() + (1 - q_on.transpose(1, 2)) * far, dim=-1)
            asked = weight.to(q.dtype) @ q
            pool = torch.softmax(self.q_pool(q).float() + (1 - q_on) * far, dim=1)
            whole = (pool.to(q.dtype) * q).sum(1, keepdim=True)
            fused = torch.cat([c, asked, c * asked, c * whole, c_features.to(c.dtype)], dim=-1)
            x = functional.relu(self.fuse(self.drop(fused))) * c_on
            x = x + self.first(self.drop(x))[0]
            for layer in self.wide:
                x = layer(x, c_on)
            key, query, value = self.heads(self.drop(x)).split(64, dim=-1)
            alike = torch.softmax((query @ key.transpose(1, 2)).float() / 8 + (1 - c_on.transpose(1, 2)) * far, dim=-1)
            x = x + self.mixed(alike.to(value.dtype) @ value)
            x = x + self.second(self.drop(x * c_on))[0]
            x = self.last(x)
            dropped = self.drop(x)
            begin = self.left(torch.cat([dropped, dropped * whole], dim=-1))
            pair = (begin @ self.right(dropped).transpose(1, 2)).float() / 8
            ends = self.ends(dropped).float()
            scores = pair + ends[..., :1] + ends[..., 1:].transpose(1, 2)
            top = (x.float() + (1 - c_on) * far).max(dim=1).values
            none = self.none(torch.cat([top.to(x.dtype), whole.squeeze(1)], dim=-1)).float().squeeze(-1)
            return scores, none

    return Reader()


def allowed(sentence: Any) -> Any:
    """Which spans may be an answer, shape (B, T, T): forward, not too long, within one sentence."""
    import torch

    size = sentence.shape[1]
    places = torch.arange(size)
    apart = places[None, :] - places[:, None]
    near = (apart >= 0) & (apart < LONGEST_ANSWER)
    same = (sentence[:, :, None] == sentence[:, None, :]) & (sentence >= 0)[:, :, None]
    return near & same


INPUTS = (
    "q_vectors", "q_surfaces", "q_speech", "q_features", "q_mask",
    "c_vectors", "c_surfaces", "c_speech", "c_features", "c_sentence",
)  # fmt: skip


def loss_of(model: Any, batch: dict[str, Any], *, low: bool) -> tuple[Any, Any]:
    import torch

    tensors = {name: torch.from_numpy(value) for name, value in batch.items()}
    with torch.autocast("cpu", torch.bfloat16, enabled=low):
        scores, none = model(*(tensors[name] for name in INPUTS))
    scores = scores.masked_fill(~allowed(tensors["c_sentence"]), -1e4)
    size, length = scores.shape[:2]
    flat = torch.cat([scores.reshape(size, -1), none[:, None]], dim=1)
    gold = tensors["gold"]
    target = torch.where(gold[:, 0] >= 0, gold[:, 0] * length + gold[:, 1], length * length)
    return torch.nn.functional.cross_entropy(flat, target), (flat, target)


def held_out_figures(model: Any, shards: Sequence[Questions], most: int) -> dict[str, float]:
    """Exact spans, and overlap by tokens (F1), on held-out questions with their own passage given."""
    import torch

    exact, overlap, sentence, count = 0.0, 0.0, 0.0, 0
    model.eval()
    picks = [(shard, at) for shard in shards for at in shard.held_out][:most]
    with torch.inference_mode():
        for start in range(0, len(picks), 32):
            for shard in dict.fromkeys(shard for shard, _ in picks[start : start + 32]):
                rows = [(at, shard.whole(at)) for own, at in picks[start : start + 32] if own is shard]
                batch = collated(shard, rows)
                _, (flat, _) = loss_of(model, batch, low=False)
                length = batch["c_sentence"].shape[1]
                best = flat[:, :-1].argmax(1).numpy()
                for at, (first, last) in enumerate(batch["gold"]):
                    i, j = divmod(int(best[at]), length)
                    common = max(0, min(j, last) - max(i, first) + 1)
                    exact += i == first and j == last
                    overlap += 2 * common / (j - i + 1 + last - first + 1)
                    sentence += batch["c_sentence"][at, i] == batch["c_sentence"][at, first]
                    count += 1
    model.train()
    return {"exact": exact / count, "f1": overlap / count, "sentence": sentence / count, "questions": count}


# ----------------------------------------------------------------------------------------------------------- training


def train(
    work: Path, *, rank: int, workers: int, size: int, rate: float, stop_at: float, most_steps: int, onward: bool
) -> None:
    """Local steps on this worker's shards, parameters averaged with the other workers every few steps."""
    import torch
    import torch.distributed as dist

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    vocabulary = vocabulary_of(work)
    model = build_model(len(vocabulary.surfaces), len(vocabulary.speech))
    if onward:
        model.load_state_dict(torch.load(work / "reader.pt")["average"])
    torch.manual_seed(SEED + rank)
    if rank == 0:
        print(sum(p.numel() for p in model.parameters()), "parameters", flush=True)
    if workers > 1:
        dist.init_process_group("gloo", init_method=f"file://{work}/meeting", rank=rank, world_size=workers)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01, betas=(0.9, 0.98))
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    chance = random.Random(SEED + rank)
    loaded: dict[int, Questions] = {}
    step, began, seen, running = 0, time.time(), 0, 3.0
    total = most_steps

    used = dict.fromkeys(range(rank, SHARDS, workers), 0)

    def next_shard() -> Questions:
        """The one least used of those that are there; they may still be in the making."""
        while not (there := [number for number in used if (work / f"shard_{number:02d}.npz").exists()]):
            time.sleep(2)
        number = min(there, key=lambda one: (used[one], chance.random()))
        used[number] += 1
        if number not in loaded:
            loaded[number] = Questions(work / f"shard_{number:02d}.npz")
        return loaded[number]

    def meet() -> None:
        flat = torch.cat([p.data.reshape(-1) for p in model.parameters()])
        dist.all_reduce(flat)
        flat /= workers
        start = 0
        for p in model.parameters():
            p.data.copy_(flat[start : start + p.numel()].reshape(p.shape))
            start += p.numel()

    progress = 0.0
    while progress < 1:
        for batch in batches(next_shard(), size, chance):
            # The clock decides how far the rate has come down, since a shared machine does not say how many steps fit.
            progress = max(step / total, (time.time() - began) / max(1.0, stop_at - began)) if stop_at else step / total
            if workers > 1:
                place = torch.tensor([progress])
                if step % AVERAGED == 0:
                    dist.all_reduce(place, op=dist.ReduceOp.MAX)
                    shared_progress = float(place)
                progress = shared_progress
            if progress >= 1:
                break
            now = rate * min(1.0, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
            for group in optimizer.param_groups:
                group["lr"] = now
            # A word that was never seen must be read by its vector.
            unknown = np.random.default_rng(step).random(batch["c_surfaces"].shape) < 0.05
            batch["c_surfaces"][unknown] = 0
            loss, _ = loss_of(model, batch, low=True)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step()
            step += 1
            seen += batch["c_surfaces"].size
            running += 0.02 * (float(loss.detach()) - running)
            if workers > 1 and step % AVERAGED == 0:
                meet()
            if step % AVERAGED == 0:
                keep = min(0.98, (step + 1) / (step + 20))
                for name, value in model.state_dict().items():
                    average[name] += (1 - keep) * (value.detach() - average[name]) if value.is_floating_point() else 0
            if rank == 0 and step % 50 == 0:
                pace = seen / (time.time() - began)
                print(f"step {step} loss {running:.3f} progress {progress:.3f} {pace:.0f} tokens/s", flush=True)
            if rank == 0 and step % 300 == 0:
                torch.save({"model": model.state_dict(), "average": average}, work / "reader.part")
                os.replace(work / "reader.part", work / "reader.pt")
                if step % 600 == 0:
                    current = {name: value.clone() for name, value in model.state_dict().items()}
                    model.load_state_dict(average)
                    print(step, held_out_figures(model, list(loaded.values()), 250), flush=True)
                    model.load_state_dict(current)
    if rank == 0:
        torch.save({"model": model.state_dict(), "average": average}, work / "reader.part")
        os.replace(work / "reader.part", work / "reader.pt")
        for name in ("model", "average"):
            model.load_state_dict(torch.load(work / "reader.pt")[name])
            print(name, held_out_figures(model, list(loaded.values()), 800), flush=True)


def export(work: Path, which: str, earlier: Path | None) -> None:
    """The network as `assistant/data/reader.onnx`, and its words; `EARLIER` of its weights are those of `earlier`."""
    import torch

    vocabulary = vocabulary_of(work)
    model = build_model(len(vocabulary.surfaces), len(vocabulary.speech))
    weights = torch.load(work / "reader.pt")[which]
    if earlier:
        before = torch.load(earlier)["average"]
        weights = {
            name: (EARLIER * before[name] + (1 - EARLIER) * weight).to(weight.dtype) for name, weight in weights.items()
        }
    model.load_state_dict(weights)
    model.eval()
    floats = {"vectors": 384, "features": len(FEATURES)}
    inputs = []
    for name in INPUTS:
        size = 9 if name[0] == "q" else 30
        part = name[2:]
        if part in floats:
            inputs.append(torch.zeros(1, size, len(QUESTION_FEATURES) if name == "q_features" else floats[part]))
        else:
            inputs.append(torch.ones(1, size, dtype=torch.bool if part == "mask" else torch.int64))
    axes = {name: {0: "batch", 1: name[0]} for name in INPUTS}
    axes |= {"scores": {0: "batch", 1: "c", 2: "c"}, "none": {0: "batch"}}
    SHIPPED.mkdir(exist_ok=True)
    torch.onnx.export(
        model, tuple(inputs), str(SHIPPED / "reader.onnx"), input_names=list(INPUTS), output_names=["scores", "none"],
        dynamic_axes=axes, dynamo=False, opset_version=17,
    )  # fmt: skip
    words = (work / "reader_words.json").read_bytes()
    (SHIPPED / "reader_words.json.gz").write_bytes(gzip.compress(words, 9, mtime=0))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("words", "arrays", "train", "export"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, required=True, help="a folder for what is made on the way, about 1 GB")
    parser.add_argument("--shard", type=int, action="append", default=[])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rank", type=int, default=0)
    parser.add_argument("--size", type=int, default=32, help="questions in a batch")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--steps", type=int, default=10**9, help="steps per worker after which the rate is down")
    parser.add_argument("--weights", choices=("average", "model"), default="average", help="to export")
    parser.add_argument("--onward", action="store_true", help="from the weights that an earlier run left in DIR")
    parser.add_argument("--earlier", type=Path, help="reader.pt as it was before --onward, to be mixed into the export")
    parser.add_argument("--minutes", type=float, default=0, help="or minutes; 0 for no limit")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    if options.step == "words":
        write_words(options.data, options.work)
    elif options.step == "arrays":
        for number in options.shard or range(SHARDS):
            write_shard(options.data, options.work, number)
    elif options.step == "train":
        train(
            options.work, rank=options.rank, workers=options.workers, size=options.size,
            rate=options.rate, stop_at=time.time() + 60 * options.minutes if options.minutes else 0,
            most_steps=options.steps, onward=options.onward,
        )  # fmt: skip
    else:
        export(options.work, options.weights, options.earlier)
    return 0


if __name__ == "__main__":
    sys.exit(main())

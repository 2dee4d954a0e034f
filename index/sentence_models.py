"""The one door to sentence-transformers: its models as embedders, and our embedder as one of its models.

Importing this module imports torch (about ten seconds); `index.embed` does so only when asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule

from corpus.announcement import Language
from index.embed import Embedder, default_embedder, script_language
from index.errors import EmbedderMismatch, IndexingError
from index.minilm import Floats, normalised

# Paraphrases that share hardly a character: a model that reads the language finds each one's partner.
_PARAPHRASES: dict[Language, tuple[tuple[str, str], ...]] = {
    "ja": (
        ("医者は患者に薬を出した。", "ドクターが病人のための処方をおこなった。"),
        ("新しい車を買いたい。", "最新モデルの自動車の購入を希望している。"),
        ("来月から家賃が値上げされる。", "三十日ほど後、住居費用は高くなる予定だ。"),
        ("猫が庭で眠っている。", "ペットの動物は外の芝生のうえで昼寝中。"),
        ("会社の利益が大きく減った。", "企業業績の悪化により黒字幅は縮小しました。"),
        ("ロケットの打ち上げに失敗した。", "宇宙機は軌道投入までたどり着けず、墜落した。"),
        ("彼女は毎朝走っている。", "あの女性の日課は早い時間のジョギングです。"),
        ("明日は雨が降るでしょう。", "次の日、天気は崩れる見込み。"),
    ),
    "en": (
        ("The doctor gave the patient some medicine.", "A physician prescribed drugs for someone who was ill."),
        ("I want to buy a new car.", "My plan is purchasing the latest automobile."),
        ("Our rent goes up next month.", "Housing will cost more in thirty days."),
        ("The cat is sleeping in the garden.", "A pet naps outside on some grass."),
        ("The company's profit fell sharply.", "Corporate earnings declined a lot."),
        ("The rocket launch failed.", "A spacecraft never reached orbit and crashed."),
        ("She runs every morning.", "That woman goes jogging daily at dawn."),
        ("It will probably rain tomorrow.", "Wet weather is expected the following day."),
    ),
}
_SERVES_FROM = 0.75  # share of paraphrases found; chance is 0.125

# Models that were trained with prompts but do not declare them in their files.
_UNDECLARED_PROMPTS = {"e5": {"query": "query: ", "document": "passage: "}}


class EmbedderUnavailable(IndexingError):
    """The embedding model that the settings ask for cannot be loaded."""


class SentenceTransformersEmbedder:
    """A sentence-transformers model as an Embedder."""

    def __init__(self, model: SentenceTransformer, label: str) -> None:
        self._model = model
        self.name = f"{label}@{_fingerprint(model)}"
        self.dimension = len(self.encode_query("dimension", "en"))
        self.languages: frozenset[Language] = frozenset(
            language for language in _PARAPHRASES if self._finds_paraphrases(language) >= _SERVES_FROM
        )

    def encode_documents(self, texts: Sequence[str], languages: Sequence[Language]) -> Floats:
        """Vectors of passages, shape (len(texts), dimension)."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return _clean(self._model.encode_document(list(texts), show_progress_bar=False))

    def encode_query(self, text: str, language: Language) -> Floats:
        """The vector of a question, shape (dimension,)."""
        vector: Floats = _clean(self._model.encode_query([text], show_progress_bar=False))[0]
        return vector

    def _finds_paraphrases(self, language: Language) -> float:
        """The share of sentences whose paraphrase the model ranks first, 0 to 1: does it read the language at all?"""
        pairs = _PARAPHRASES[language]
        left, right = (
            _clean(self._model.encode([pair[side] for pair in pairs], show_progress_bar=False)) for side in (0, 1)
        )
        return float(np.mean((left @ right.T).argmax(axis=1) == np.arange(len(pairs))))


def load(name_or_folder: str) -> Embedder:
    """The model of that name or in that folder; see `index.embed.load_embedder`."""
    try:
        model = SentenceTransformer(name_or_folder)
        label = Path(name_or_folder).name
        for family, prompts in _UNDECLARED_PROMPTS.items():
            if family in label.lower().split("-") and not any(model.prompts.values()):
                model.prompts = dict(prompts)
        return SentenceTransformersEmbedder(model, label)
    except Exception as error:  # the library, torch and the hub each raise their own kinds
        raise EmbedderUnavailable(
            f"The embedding model '{name_or_folder}' could not be loaded ({_first_line(error)}). "
            "Check the name or the folder that the settings give; without network access give a folder, "
            "or leave the setting empty to use the built-in model."
        ) from error


def wrap(embedder: Embedder) -> SentenceTransformer:
    """The embedder as a sentence-transformers model of one module; see `index.embed.as_sentence_transformer`."""
    return SentenceTransformer(modules=[EmbedderModule(embedder)], device="cpu", similarity_fn_name="cosine")


class EmbedderModule(InputModule):
    """A sentence-transformers module that hands each text to an Embedder, which routes it by its script."""

    config_keys = ["embedder"]  # noqa: RUF012  as the base class declares it
    max_seq_length = None
    modalities = ["text"]  # noqa: RUF012

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self._embedder = embedder
        self.embedder = embedder.name

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """The finished vectors: the embedder has its own tokenizers, so nothing is left for `forward` to compute."""
        texts = [(prompt or "") + text for text in inputs]
        languages = [script_language(text) for text in texts]
        if kwargs.get("task") == "query":
            rows = [
                self._embedder.encode_query(text, language) for text, language in zip(texts, languages, strict=True)
            ]
            return {"sentence_embedding": torch.from_numpy(np.stack(rows))}
        return {"sentence_embedding": torch.from_numpy(self._embedder.encode_documents(texts, languages))}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """The features as they came."""
        return features

    def get_embedding_dimension(self) -> int:
        """Numbers in a vector."""
        return self._embedder.dimension

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Write the embedder's name; its data stay in this package."""
        self.save_config(output_path)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", *args: Any, **kwargs: Any) -> EmbedderModule:
        """The default embedder again; raises EmbedderMismatch when a model of another name was saved there."""
        saved = cls.load_config(model_name_or_path, subfolder=subfolder)["embedder"]
        embedder = default_embedder()
        if embedder.name != saved:
            raise EmbedderMismatch(
                f"The model in {model_name_or_path} was saved from '{saved}', but this version carries "
                f"'{embedder.name}'. Save it again with this version."
            )
        return cls(embedder)


def _clean(vectors: Any) -> Floats:
    """Unit float32 rows; a row with anything that is not a number becomes zeros."""
    rows = np.asarray(vectors, dtype=np.float32)
    rows = np.where(np.isfinite(rows).all(axis=1, keepdims=True), rows, 0)
    return normalised(rows)


def _fingerprint(model: SentenceTransformer) -> str:
    """Ten hex digits that change with the model's weights or prompts: at most 64 numbers of each tensor are read."""
    digest = hashlib.sha256(repr(sorted(model.prompts.items())).encode())
    for name, tensor in sorted(model.state_dict().items()):
        flat = tensor.detach().flatten()
        sample = flat[:: max(1, len(flat) // 64)].to(torch.float32).cpu().numpy()
        digest.update(name.encode() + sample.tobytes())
    return digest.hexdigest()[:10]


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")

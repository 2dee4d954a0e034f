"""A cross-encoder that ranks passages anew; a tiny one, with random weights, stands for real ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.passage import Chunk, Passage

WORDS = "the a bridge opened in of lander contract signed 2024 2022 oslo phase one two [CLS] [SEP] [PAD] [UNK] [MASK]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two narrow layers with a head for one score, and its tokenizer."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("cross-encoder")
    (folder / "vocab.txt").write_text("\n".join(WORDS.split()), encoding="utf-8")
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"))
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS.split()), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def passage(text: str, score: float) -> Passage:
    return Passage(
        Chunk(id=f"a:{text}", announcement_id="a", page=1, start=0, end=len(text), text=text, section="body"),
        score,
        {"words": score},
    )


@pytest.mark.slow
def test_passages_come_in_the_order_of_the_cross_encoder_s_scores(folder: Path) -> None:
    from sentence_transformers import CrossEncoder

    from index.rerank import Reranker

    texts = ["the bridge opened in 2024", "a contract of phase two", "the lander", "oslo oslo oslo", "signed in 2022"]
    passages = [passage(text, 1.0 - place / 10) for place, text in enumerate(texts)]
    found = Reranker(str(folder)).rerank("the bridge of phase one", passages)
    scores = CrossEncoder(str(folder), device="cpu").predict([("the bridge of phase one", text) for text in texts])
    expected = [text for _, text in sorted(zip(-scores, texts, strict=True))]
    assert [one.chunk.text for one in found] == expected
    assert {one.chunk.text: one.scores["words"] for one in found} == {one.chunk.text: one.score for one in passages}
    assert Reranker(str(folder)).rerank("x", []) == []


@pytest.mark.slow
def test_a_model_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from index.rerank import Reranker, RerankerUnavailable

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(RerankerUnavailable, match="ASSISTANT_RERANKER"):
        Reranker(str(tmp_path / "none"))

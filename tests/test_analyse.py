"""Analysis: the same thing has the same term, however it is written."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.values import fold
from index.analyse import analyse, gloss_terms, placed_words


def values(text: str) -> set[str]:
    return {term for term in analyse(text, "ja") if term.startswith("#")}


def concepts(text: str) -> set[str]:
    return {term for term in analyse(text, "ja") if term.startswith("@")}


@pytest.mark.parametrize(
    "text",
    [
        "2022年11月",
        "２０２２年１１月",
        "Nov. 2022",
        "November 2022",
        "2022/11",
        "2022-11",
        "令和4年11月",
        "2022 年 11 月",
    ],
)
def test_a_month_is_one_term_however_it_is_written(text: str) -> None:
    assert {"#d:2022-11", "#d:2022"} <= values(text)


@pytest.mark.parametrize(
    "text",
    ["2022年12月11日", "December 11, 2022", "11 December 2022", "11th of December 2022", "Dec. 11, 2022", "2022/12/11",
     "2022.12.11", "2022-12-11", "令和4年12月11日"],
)  # fmt: skip
def test_a_day_is_one_term_and_gives_its_month_too(text: str) -> None:
    assert {"#d:2022-12-11", "#d:2022-12", "#d:2022", "#md:12-11"} <= values(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("268億円", "jpy:26800000000"), ("26.8 billion yen", "jpy:26800000000"), ("JPY 26.8bn", "jpy:26800000000"),
        ("¥26.8 billion", "jpy:26800000000"), ("26,800百万円", "jpy:26800000000"), ("約50億円", "jpy:5000000000"),
        ("1億2,000万円", "jpy:120000000"), ("120 million yen", "jpy:120000000"), ("$10 million", "usd:10000000"),
        ("1,000万ドル", "usd:10000000"), ("1,000万米ドル", "usd:10000000"), ("10 million US dollars", "usd:10000000"),
        ("USD 10,000,000", "usd:10000000"), ("5,000円", "jpy:5000"), ("5000 yen", "jpy:5000"),
    ],
)  # fmt: skip
def test_an_amount_is_one_term_in_both_languages(text: str, amount: str) -> None:
    assert f"#money:{amount}" in values(text)


@pytest.mark.parametrize(
    ("texts", "term"),
    [
        (("ミッション２", "ミッション 2", "Mission 2", "M2", "Mission II", "second mission"), "#mission:2"),
        (("第2四半期", "Q2", "2Q", "second quarter", "第二四半期"), "#quarter:2"),
        (("Success 9", "サクセス9"), "#success:9"),
        (("CP-400", "cp400", "CP 400"), "#cp:400"),
        (("2023年3月期", "fiscal year ended March 31, 2023"), "#fy:2023-3"),
        (("5.2%", "５．２％", "5.2 percent", "5.2パーセント"), "#pct:5.2"),
        (("12,345", "１２３４５", "12345"), "#n:12345"),
        (("HAKUTO-R", "ＨＡＫＵＴＯ-Ｒ"), "#id:hakutor"),
    ],
)
def test_a_numbered_name_is_one_term(texts: tuple[str, ...], term: str) -> None:
    for text in texts:
        assert term in values(text), text


def test_different_numbers_stay_different() -> None:
    assert not values("ミッション1") & {"#mission:2"}
    assert "#d:2022-11" not in values("2022年1月")
    assert "#money:jpy:26800000000" not in values("26.8億円")


@pytest.mark.parametrize(
    ("japanese", "english", "concept"),
    [
        ("月着陸船", "the lunar lander", "@lander"), ("ランダー", "two landers", "@lander"),
        ("契約", "a contract", "@contract"),
        ("シンジケートローン", "syndicated loans", "@syndicated-loan"), ("売上高", "net sales", "@revenue"),
        ("純損失", "net loss", "@net-loss"), ("業績予想", "forecast", "@forecast"), ("代表取締役", "CEO", "@ceo"),
    ],
)  # fmt: skip
def test_the_term_list_ties_the_languages(japanese: str, english: str, concept: str) -> None:
    assert concept in concepts(japanese)
    assert concept in concepts(english)


def test_a_name_inside_another_word_is_no_concept() -> None:
    assert "@loan" not in concepts("ドローン")
    assert "@moon" not in concepts("11月")


def test_synonym_groups_of_the_dictionary_tie_the_languages() -> None:
    assert {t for t in analyse("ルクセンブルグ", "ja") if t[0] == "~"} & {
        t for t in analyse("Luxembourg", "en") if t[0] == "~"
    }


def test_particles_are_no_terms_and_inflected_verbs_meet() -> None:
    assert "は" not in analyse("契約は終わった", "ja")
    assert "終わる" in analyse("契約は終わった", "ja")


def test_english_words_have_four_grams_in_english_text_only() -> None:
    assert "_land" in analyse("landing", "en")
    assert "_land" not in analyse("landing", "ja")


def test_glosses_become_stems() -> None:
    words = {"契約": ["contracts", "an agreement"]}
    assert gloss_terms("契約を結ぶ", lambda word: words.get(word, ())) == pytest.approx(
        {"contract": 0.5**0.5, "agreement": 0.5**0.5}
    )
    assert gloss_terms("ispace 2022", lambda word: ["nothing"]) == {}
    assert len(gloss_terms("契約", lambda word: [f"gloss{letter}" for letter in "abcdefghijkl"])) == 6


def test_a_text_longer_than_one_call_of_sudachi_is_analysed_whole() -> None:
    terms = analyse("契約を締結した" * 20_000, "ja")
    assert 19_990 <= terms.count("契約") <= 20_000


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_can_be_analysed_and_no_term_has_blanks(text: str) -> None:
    for language in ("ja", "en"):
        terms = analyse(text, language)  # type: ignore[arg-type]
        assert all(term and not any(char.isspace() for char in term) for term in terms)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The bridges of Oslo opened in 2024.", [("bridges", "bridg"), ("Oslo", "oslo"), ("opened", "open")]),
        ("吊橋の契約をAcmeと締結した", [("契約を", "契約"), ("Acme", "acm"), ("締結した", "締結")]),
        ("は、2024", []),
    ],
)
def test_a_word_is_known_by_its_place_and_small_words_and_numbers_have_none(
    text: str, found: list[tuple[str, str]]
) -> None:
    placed = [(text[start:end], form) for start, end, form in placed_words(text)]
    assert [one for one in placed if "橋" not in one[0]] == found


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_places_of_words_are_in_order_and_none_reaches_into_the_next_of_its_language(text: str) -> None:
    folded = fold(text)
    placed = placed_words(folded)
    assert placed == sorted(placed)
    assert all(0 <= start < end <= len(folded) for start, end, _ in placed)
    for latin in (True, False):
        spans = [(start, end) for start, end, form in placed if form.isascii() is latin]
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))


def test_importing_search_brings_no_heavy_library() -> None:
    heavy = (
        "import sys, index.search, index.retriever;"
        "print({'torch', 'chromadb', 'sentence_transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"

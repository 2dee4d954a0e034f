"""assistant/matcher.py, assistant/wanted.py: how well sentences meet a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pytest

from assistant.evidence import Evidence
from assistant.matcher import Matcher, read_ahead
from assistant.question import understand
from assistant.sentence import Sentence, announcement_terms, sentences_of
from assistant.thesaurus import likeness, meanings_in
from assistant.wanted import LIKE_AT_ALL, PARAPHRASE
from corpus.announcement import Announcement, Language
from tests import mission_notices
from tests.bridge_builder import CONTRACTS, DELAY, FUNDING, OPENED, STAFF, notice
from tests.test_sentence import sentence


def no_frequency(terms: Iterable[str]) -> Mapping[str, int]:
    return dict.fromkeys(terms, 1)


def no_glosses(word: str) -> Sequence[str]:
    return ()


def met(question: str, one: Sentence, glosses: dict[str, tuple[str, ...]] | None = None) -> Evidence:
    found = (lambda word: glosses.get(word, ())) if glosses else no_glosses
    return Matcher(understand(question), no_frequency, 100, found).meet(one, 0)


def test_what_was_read_ahead_need_not_be_taken_apart_again() -> None:
    announcement = notice("ahead", "2026-01-05", "受賞のお知らせ", "橋の設計で賞を受けました。", "賞金は30万円です。")
    read_ahead(announcement, no_glosses)
    worked_out = {"terms", "meanings", "runs", "around", "heading_terms", "title", "values"}
    assert all(worked_out <= set(vars(one)) for one in sentences_of(announcement))


@pytest.mark.parametrize(
    "question",
    ["橋本建設は吊橋をいつ開通させましたか", "What did Bridge Builder raise in Series B?", "架空商事との契約は？"],
)
@pytest.mark.parametrize("announcement", [CONTRACTS, DELAY, OPENED, FUNDING, STAFF], ids=lambda one: one.id)
def test_what_an_index_says_of_an_announcement_changes_nothing_that_is_met(
    question: str, announcement: Announcement
) -> None:
    asked: list[str] = []

    def holds(id: str, terms: Iterable[str]) -> bool:
        asked.append(id)
        return not announcement_terms(announcement).isdisjoint(terms)

    plain = Matcher(understand(question), no_frequency, 100, no_glosses)
    indexed = Matcher(understand(question), no_frequency, 100, no_glosses, holds)
    for one in sentences_of(announcement):
        assert indexed.meet(one, 0) == plain.meet(one, 0)
    assert set(asked) <= {announcement.id}
    assert len(asked) <= len(plain.question.needs)


def test_an_announcement_that_holds_nothing_of_a_need_does_not_name_it() -> None:
    question = understand("Acmeとの契約はいつですか")
    name = next(place for place, need in enumerate(question.needs) if need.is_name)
    matcher = Matcher(question, no_frequency, 100, no_glosses, lambda id, terms: False)
    assert matcher.match_anywhere(name, CONTRACTS) == 0.0


def test_a_sentence_that_says_all_that_was_asked_meets_it_best() -> None:
    question = "フェーズ1の開通はいつですか"
    opened, delayed = met(question, sentence(OPENED, "吊橋は2024")), met(question, sentence(DELAY, "鋼材"))
    assert opened.own == pytest.approx(1.0)
    assert opened.coverage > delayed.coverage
    assert not opened.other_number
    assert not opened.missing_name


def test_another_label_is_noticed() -> None:
    assert met("フェーズ1の開通はいつですか", sentence(OPENED, "フェーズ2の開通")).other_number
    assert not met("フェーズ2の開通はいつですか", sentence(OPENED, "フェーズ2の開通")).other_number


def test_the_sentence_before_says_what_a_sentence_without_a_label_speaks_of() -> None:
    price = sentence(CONTRACTS, "契約額は8億")
    assert met("1つ目の契約の契約額はいくらですか", price).other_number
    assert not met("2つ目の契約の契約額はいくらですか", price).other_number


def test_a_name_that_is_nowhere_near_is_missing() -> None:
    assert met("Orionの台船の重量は", sentence(STAFF, "台船")).missing_name
    assert not met("台船の重量は", sentence(STAFF, "台船")).missing_name


def test_glosses_let_the_two_languages_meet() -> None:
    weight = sentence(STAFF, "台船")
    glosses = {"台船": ("barge",)}
    assert (
        met("What is the weight of the barge?", weight, glosses).own
        > met("What is the weight of the barge?", weight).own
    )


def own(question: str, text: str) -> dict[str, float]:
    """How far `text` alone names each need of `question`."""
    language: Language = "en" if text.isascii() else "ja"
    one = sentence(notice("own", "2023-04-10", "Notice", text, language=language), text)
    matches = met(question, one).own_matches
    return {need.text: match for need, match in zip(understand(question).needs, matches, strict=True)}


@pytest.mark.parametrize(
    ("question", "need", "text"),
    [
        ("資金は何に回しますか", "回し", "資金は塗装に充当します。"),
        ("資金の使い道は何ですか", "使い道", "資金は塗装に充当します。"),
        ("開通はずれましたか", "ずれ", "開通を延期しました。"),
        ("Was the opening pushed back?", "pushed", "The opening was postponed."),
    ],
)
def test_a_word_is_meant_by_another_one_of_its_group_but_less_than_said(question: str, need: str, text: str) -> None:
    assert own(question, text)[need] == pytest.approx(PARAPHRASE)


@pytest.mark.parametrize(
    ("question", "need", "text"),
    [
        ("点検車の質量は", "質量", "点検車は30kgの投光器を運びます。"),  # inside a value
        ("吊橋は開通しましたか", "開通", "吊橋は閉鎖されました。"),
        ("Was the opening pushed back?", "pushed", "The opening took place."),
        ("What did Harbor build?", "Harbor", "The port was built."),  # a name
    ],
)
def test_what_is_not_meant_counts_nothing(question: str, need: str, text: str) -> None:
    assert own(question, text)[need] == 0


def test_a_listed_word_inside_a_longer_one_is_not_meant() -> None:
    lander = sentence(notice("lander.ja", None, "お知らせ", "月着陸船を公開しました。"), "月着陸船")
    landing = sentence(notice("landing.ja", None, "お知らせ", "着陸を公開しました。"), "着陸")
    (groups,) = {one.groups for one in meanings_in("着地")}
    assert groups & landing.all_meanings
    assert not max((likeness(groups, one) for one in lander.meanings), default=0.0) >= LIKE_AT_ALL


@pytest.mark.parametrize(
    ("question", "text", "is_other"),
    [
        ("Where does Kaguya EUROPE build?", "Kaguya is building a lander.", True),
        ("Where does Kaguya EUROPE build?", "Kaguya U.S. is building a lander.", True),
        ("Where does Kaguya build?", "Kaguya EUROPE is building a lander.", True),
        ("Where does Kaguya EUROPE build?", "Kaguya EU is building a lander.", False),
        ("Where does Kaguya's U.S. unit build?", "Kaguya U.S. is building a lander.", False),
        ("Where does the American arm of Kaguya build?", "Kaguya is building a lander.", True),
        ("Kaguyaの米国法人はどこで作りますか", "Kaguya EUROPE is building a lander.", True),
        ("Kaguyaの米国法人はどこで作りますか", "Kaguya U.S. is building a lander.", False),
        ("Where does Kaguya EUROPE build?", "Kaguya and Kaguya EUROPE are building a lander.", False),
        ("Where does Kaguya EUROPE build?", "The lander is built in Turin.", False),
        ("Where does Kaguya build?", "Kaguya is building a lander.", False),
        ("When was Kaguya Mission 7 launched?", "Kaguya launched Mission 7 in May 2025.", False),
    ],
)
def test_a_subsidiary_is_not_its_parent_nor_another_subsidiary(question: str, text: str, *, is_other: bool) -> None:
    told = mission_notices.notice("told.en", "2025-05-12", "Notice", text)
    assert met(question, sentence(told, text)).other_number is is_other


@pytest.mark.parametrize("asked", ["the U.S. headquarters of Hamanasu", "the American arm of Hamanasu"])
def test_the_region_beside_a_company_means_its_subsidiary_there(asked: str) -> None:
    page = notice("us", "2026-01-05", "Office", "Hamanasu U.S. opened its headquarters in Denver.", language="en")
    one = next(one for one in sentences_of(page) if "opened" in one.text)
    assert not met(f"When did {asked} open?", one).other_number
    assert met("When did the headquarters of Hamanasu open?", one).other_number

"""Spelling: an unknown Latin word is read as its near twin in what was found; a known one is left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from assistant.question import Question, understand
from assistant.spelling import is_form_of, respelled
from corpus.announcement import Announcement
from index.analyse import analyse
from tests.bridge_builder import FUNDING, STAFF, notice


def frequency(terms: Iterable[str]) -> Mapping[str, int]:
    held = set(analyse(f"{FUNDING.title}\n{FUNDING.text}", "en"))
    return {term: int(term in held) for term in terms}


def read_as(text: str) -> Question:
    return respelled(understand(text), [FUNDING], frequency)


def test_a_misspelt_name_is_read_as_the_one_that_was_found() -> None:
    question = read_as("Who is Junipper Capital?")
    assert any("Juniper" in need.text for need in question.needs)
    assert question.text == "Who is Junipper Capital?"


def test_a_misspelt_name_in_a_japanese_question_is_read_too() -> None:
    assert any("Juniper" in need.text for need in read_as("Junipperは何をしましたか").needs)


def test_a_word_that_is_known_stays() -> None:
    question = understand("Who led the Phase B round?")
    assert respelled(question, [FUNDING], frequency) is question


def test_a_word_without_a_near_twin_stays() -> None:
    question = understand("Who is the chairman of Zeppelin Works?")
    assert respelled(question, [FUNDING], frequency) is question


def test_another_first_letter_is_another_word() -> None:
    question = understand("Who is Muniper?")
    assert respelled(question, [FUNDING], frequency) is question


@pytest.mark.parametrize(
    ("typed", "near", "is_form"),
    [
        ("founded", "founder", True),
        ("landings", "landing", True),
        ("resilence", "resilience", False),
        ("voidruner", "voidrunner", False),
    ],
)
def test_a_form_of_a_word_is_no_misspelling_of_it(typed: str, near: str, *, is_form: bool) -> None:
    assert is_form_of(typed, near) is is_form


OSLO = notice(
    "oslo.en",
    "2022-03-01",
    "Hamanasu Bridges opens its office in Oslo",
    "The office in Oslo was opened by Juniper Capital and keeps the robot TENACITY.",
    language="en",
)
LANDED_EN = notice(
    "landed.en", "2023-05-03", "Hamanasu Bridges tells of Mission 2", "Mission 2 landed on 3 May 2023.", language="en"
)
LANDED_JA = notice("landed.ja", "2023-05-03", "はまなす橋梁、ミッション2の着陸", "ミッション2の着陸は成功しました。")


def read_in(text: str, *found: Announcement) -> Question:
    """`text` as it is read where `found` are all the announcements."""
    held = {term for one in found for term in analyse(f"{one.title}\n{one.text}", one.language)}
    return respelled(understand(text), found, lambda terms: {term: int(term in held) for term in terms})


def names_in(question: Question) -> set[str]:
    return {need.text for need in question.needs if need.is_name}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("where is the oslo office", {"Oslo"}),
        ("who keeps tenacity", {"TENACITY"}),
        ("what did juniper do", {"Juniper"}),
        ("where is the office of the bridges", set()),  # a word that the announcement writes small, too
        ("which office was opened first", set()),
        ("what was the operating income", set()),  # a listed word, though a heading writes it large
    ],
)
def test_a_name_in_small_letters_is_read_as_the_announcement_writes_it(text: str, names: set[str]) -> None:
    text_of = "The office and the bridges are open. See our Operating Income Report."
    opens = notice("bridges.en", "2022-03-02", "Notice", text_of, language="en")
    assert names_in(read_in(text, OSLO, opens)) == names


def test_the_words_of_a_date_are_no_names_though_a_table_writes_them_large() -> None:
    table = "| Item | Year Ended 3/31/2024 |\n| --- | --- |\n| Net revenue | $5,678 |"
    question = understand("what was the net revenue for the fiscal year ended March 2024")
    results = notice("results.en", "2024-05-10", "Results of Hamanasu Bridges", table, language="en")
    assert read_in(question.text, results).needs == question.needs


def test_an_unheard_name_in_small_letters_is_a_name_all_the_same() -> None:
    assert names_in(read_in("what did zeppelinus build", OSLO)) == {"Zeppelinus"}


@pytest.mark.parametrize(
    "text",
    [
        "what did the carpenter build",  # in common use
        "what did the carpentr build",  # a slip of the finger
        "what did the underwriter build",  # of the thesaurus
        "who counted the robo",  # cut short
    ],
)
def test_an_unheard_word_is_no_name(text: str) -> None:
    assert names_in(read_in(text, OSLO)) == set()


def test_a_slip_is_mended_beside_a_name_in_small_letters() -> None:
    question = read_in("when did junipper capital open the oslo office", OSLO)
    assert {"Juniper", "Oslo"} <= names_in(question)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("テナシティとは何ですか", "TENACITY"),
        ("ジュニパーは何をしましたか", "Juniper"),
        ("ジュピターは何をしましたか", "ジュピター"),  # another sound
        ("マグノリアとは何ですか", "マグノリア"),
    ],
)
def test_a_name_in_katakana_is_read_as_the_latin_one_of_its_sound(text: str, name: str) -> None:
    assert names_in(read_in(text, OSLO)) | {need.text for need in read_in(text, OSLO).needs} >= {name}


def test_katakana_that_an_announcement_holds_stays() -> None:
    question = understand("テナシティとは何ですか")
    held = notice("held.ja", "2022-03-01", "お知らせ", "テナシティは水中ロボットTENACITYです。")
    frequency = dict.fromkeys(analyse(held.text, "ja"), 1).items()
    assert respelled(question, [held], lambda terms: {t: n for t, n in frequency if t in set(terms)}) is question


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("When was the second landing?", LANDED_EN),
        ("When was the very second lunar landing?", LANDED_EN),
        ("2回目の着陸はいつですか", LANDED_JA),
        ("２度目の着陸はいつですか", LANDED_JA),
        ("二回目の打ち上げはいつですか", LANDED_JA),
    ],
)
def test_the_nth_landing_is_the_mission_of_that_number(text: str, found: Announcement) -> None:
    question = read_in(text, found)
    assert question.labels == {"mission:2"}
    assert not any("回目" in need.text or need.text == "second" for need in question.needs)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("When was the third landing?", LANDED_EN),  # there is no Mission 3
        ("When was the second bridge opened?", LANDED_EN),
        ("2回目の点検はいつですか", LANDED_JA),
        ("初の着陸船はいつ作られましたか", LANDED_JA),
        ("ミッション2の2回目の着陸はいつですか", LANDED_JA),
        ("2回目の着陸はいつですか", STAFF),
    ],
)
def test_the_nth_of_anything_else_stays(text: str, found: Announcement) -> None:
    assert read_in(text, found).text == understand(text).text


def test_the_first_lander_is_that_of_the_first_mission() -> None:
    first = notice("first.ja", "2023-05-03", "はまなす橋梁、ミッション1", "ミッション1のランダーを公開しました。")
    assert "mission:1" in read_in("初のランダーはいつ公開されましたか", first).labels
    assert "mission:1" not in read_in("初の吊橋はいつ公開されましたか", first).labels


def test_a_slip_in_a_common_word_is_read_though_no_announcement_holds_the_word() -> None:
    question = respelled(understand("wich contry leads the work, acording to them?"), [STAFF], frequency)
    assert question.query == "which country leads the work, according to them?"
    assert question.want == "place"


def test_a_word_that_a_dictionary_has_and_a_name_with_a_capital_are_no_slips() -> None:
    question = understand("Which lander flies for Zeno?")
    assert respelled(question, [STAFF], frequency).text == question.text

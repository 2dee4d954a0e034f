"""Wording: what an Answer's text says of its status, its dates and its quotes."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.assistant import Assistant
from assistant.question import understand
from assistant.reading import Reading
from assistant.wording import TEXTS, declined, say_date, word
from corpus.dates import PartialDate


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_text_is_there_in_both_languages_with_the_same_blanks(name: str) -> None:
    blanks = [sorted(part.partition("}")[0] for part in text.split("{")[1:]) for text in TEXTS[name].values()]
    assert set(TEXTS[name]) == {"ja", "en"}
    assert blanks[0] == blanks[1]


@pytest.mark.parametrize(
    ("date", "japanese", "english"),
    [
        ("2022", "2022年", "2022"),
        ("2022-09", "2022年9月", "September 2022"),
        ("2022-09-05", "2022年9月5日", "5 September 2022"),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(date: str, japanese: str, english: str) -> None:
    known = PartialDate.parse(date)
    assert (say_date(known, "ja"), say_date(known, "en")) == (japanese, english)
    assert say_date(None, "ja") == ""


def test_what_is_not_stated_names_what_was_looked_for_and_how_far_the_announcements_reach() -> None:
    reading = Reading(understand("フェーズ3の開通はいつですか"), "not_found")
    answer = word(reading, newest=dt.date(2024, 3, 15), contact="", glosses=lambda _: ())
    assert "2024年3月15日までの発表" in answer.answer
    assert "フェーズ3" in answer.answer
    assert (answer.status, answer.citations) == ("not_found", ())


def test_the_declined_are_told_where_to_turn() -> None:
    assert declined(understand("Should I buy?"), "ir@example.com").answer.endswith("Contact: ir@example.com")
    assert "Contact" not in declined(understand("Should I buy?"), "").answer


def test_a_reading_whose_quote_is_missing_is_not_an_answer() -> None:
    question = understand("フェーズ1の開通はいつですか")
    assert word(Reading(question, "not_found"), newest=None, contact="", glosses=lambda _: ()).status == "not_found"
    unclear = word(Reading(question, "ambiguous"), newest=None, contact="", glosses=lambda _: ())
    assert (unclear.status, unclear.citations) == ("ambiguous", [])


def test_a_foreign_quote_stands_word_for_word_beside_its_terms(bridges: Assistant) -> None:
    answer = bridges.ask("フェーズBではいくら調達しましたか")
    quote = answer.citations[0].quote
    assert f"“{quote}” [1]\n引用の用語：4000万ドル" in answer.answer


def test_a_quote_in_the_readers_language_has_no_list_of_terms(bridges: Assistant) -> None:
    assert bridges.ask("調印式はどこで行われましたか").answer == "旭川です。 [1]\n\n調印式は旭川で行われました。 [1]"


def test_a_quotation_names_who_said_it(bridges: Assistant) -> None:
    answer = bridges.ask("「安全を第一に工事を進めます」と述べたのは誰ですか")
    assert "（発言者：大森健一（はまなす橋梁株式会社CEO））" in answer.answer

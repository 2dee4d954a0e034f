"""The form of an official answer, away from its screen: what is read from it, and what it offers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.web.official_form import EntryForm, Filled, Forms, counterparts, drop
from assistant.web.official_standing import Standings
from assistant.web.official_words import OFFICIAL_WORDS
from corpus.curation import OfficialAnswer, Source
from tests.bridge_builder import ALL, DELAY, FERRY_EN, FERRY_JA, opened

BLANK = OfficialAnswer(id="")


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with closing(opened(tmp_path / "data", ALL)) as made:
        yield made


@pytest.fixture
def forms(assistant: Assistant) -> Forms:
    return Forms(assistant, Standings(assistant))


def test_questions_are_read_one_in_a_line_each_once(forms: Forms) -> None:
    form = EntryForm(
        questions_ja="  開通は\tいつ？ \r\n\r\n開通は いつ？\n橋は？", answer_ja=" 2024年\r\n3月 \r\n", topic=" 工事 "
    )
    entry = forms.read(form, BLANK, "ja").entry
    assert entry.questions_ja == ("開通は いつ？", "橋は？")
    assert entry.answer_ja == "2024年\n3月"
    assert entry.topic == "工事"


@pytest.mark.parametrize(("typed", "day"), [("", None), (" 2030-01-02 ", dt.date(2030, 1, 2)), ("2030-02-30", None)])
def test_a_day_that_is_none_stays_typed_with_its_fault_beside_it(forms: Forms, typed: str, day: dt.date | None) -> None:
    filled = forms.read(EntryForm(expires=typed), BLANK, "en")
    assert filled.expires == typed.strip()
    assert filled.entry.expires == day
    is_wrong = bool(typed) and day is None
    assert filled.faults["expires"] == ([OFFICIAL_WORDS["en"]["fault_bad_date"]] if is_wrong else [])


@pytest.mark.parametrize(
    ("id", "quote", "wrong"),
    [("delay.ja", DELAY.text[:9], ""), ("delay.ja", " ", "no_quote"), ("delay.ja", "never said", "not_said"),
     ("nowhere", "x", "gone")],
)  # fmt: skip
def test_a_source_that_cannot_be_found_stays_in_the_form_and_says_why(
    forms: Forms, id: str, quote: str, wrong: str
) -> None:
    form = EntryForm(source_id=[id], source_start=["no number"], source_quote=[quote])
    filled = forms.read(form, BLANK, "en")
    (chosen,) = filled.chosen
    assert (chosen.quote, chosen.wrong) == (quote, wrong)
    assert len(filled.entry.sources) == (not wrong)


def test_picks_that_are_none_are_passed_over(forms: Forms) -> None:
    filled = Filled(BLANK)
    picks = ["0-5:nowhere", "5-2:delay.ja", "0-99999:delay.ja", "x", "-1-4:delay.ja", "0-5:delay.ja", "0-5:delay.ja"]
    forms.pick(filled, picks)
    assert [source.quote for source in filled.entry.sources] == [DELAY.text[:5]]
    assert [one.quote for one in filled.chosen] == [DELAY.text[:5]]


def test_a_source_that_is_taken_out_takes_its_markers_along(forms: Forms) -> None:
    sources = tuple(Source.of(DELAY, start, start + 5) for start in (0, 5, 10))
    filled = forms.of(OfficialAnswer(id="", answer_en="One [1]. Two [2][3].", answer_ja="三[3]", sources=sources), "en")
    drop(filled, 1)
    assert filled.entry.sources == (sources[0], sources[2])
    assert (filled.entry.answer_en, filled.entry.answer_ja) == ("One [1]. Two [2].", "三[2]")
    drop(filled, 7)
    assert len(filled.chosen) == 2


@pytest.mark.parametrize("passage", [("delay.ja", 0, 10**6), ("delay.ja", 9, 3), ("nowhere", 0, 5)])
def test_a_passage_that_is_none_fills_in_nothing(forms: Forms, passage: tuple[str, int, int]) -> None:
    filled = forms.new("sato", "en", answer="", question="", passage=passage)
    assert not filled.chosen
    assert filled.entry == OfficialAnswer(id="", owner="sato")


def test_a_question_comes_with_sentences_that_may_answer_it(forms: Forms) -> None:
    filled = forms.new("sato", "ja", answer="", question="工事用の台船の重量は？", passage=("", 0, 0))
    assert filled.entry.questions_ja == ("工事用の台船の重量は？",)
    assert any("台船の重量は約35トン" in words for offer in filled.offers for _, words, _ in offer.sentences)


def test_the_other_edition_offers_the_sentence_that_says_the_same(forms: Forms) -> None:
    start = FERRY_JA.text.index("渡船「かもめ」は2023年6月1日")
    said = "The ferry Kamome started service in Hakodate on 1 June 2023."
    assert [FERRY_EN.text[a:b] for a, b in counterparts(FERRY_JA, start, start + 30, FERRY_EN)] == [said]
    filled = forms.new("sato", "en", answer="", question="", passage=("ferry.ja", start, start + 30))
    (twin,) = forms.twins(filled)
    assert twin.announcement.id == "ferry.en"
    assert said in [words for _, words, _ in twin.sentences]

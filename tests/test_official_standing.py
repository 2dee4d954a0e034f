"""How official answers stand, in words: rows of the list, what lets them through a filter, what is wrong with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from assistant.assistant import Assistant
from assistant.official import _FAULTS, Cause, size_faults
from assistant.web.official_standing import EXPIRING_DAYS, STANDINGS, Standings, speaks
from assistant.web.official_words import OFFICIAL_WORDS
from corpus.curation import OfficialAnswer, Source
from corpus.dates import JST
from tests.bridge_builder import ALL, DELAY, opened

ENTRY = OfficialAnswer(
    id="",
    topic="工事",
    questions_ja=("フェーズ1の開通予定はいつですか",),
    answer_ja="2024年3月の予定です。",
    sources=(Source.of(DELAY, 0, len(DELAY.text)),),
)


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with closing(opened(tmp_path / "data", ALL)) as made:
        yield made


@pytest.mark.parametrize(("days", "is_expiring"), [(EXPIRING_DAYS, True), (EXPIRING_DAYS + 1, False)])
def test_an_approved_entry_is_shown_and_soon_said_to_expire(assistant: Assistant, days: int, is_expiring: bool) -> None:
    kept = assistant.official.save(ENTRY, by="sato")
    until = dt.datetime.now(JST).date() + dt.timedelta(days=days)
    approved = assistant.official.approve(kept.id, by="oomori", expires=until)
    row = Standings(assistant).row(approved, "en")
    assert (row.standing, row.why, row.is_expiring) == ("shown", "", is_expiring)
    assert row.states == (["shown", "expiring"] if is_expiring else ["shown"])
    assert row.titles == [DELAY.title]


def test_a_row_says_why_its_entry_is_not_shown_and_in_whose_language(assistant: Assistant) -> None:
    kept = assistant.official.save(ENTRY, by="sato")
    assistant.official.approve(kept.id, by="oomori")
    stopped = assistant.official.suspend(kept.id, reason="under review", by="oomori")
    for language in ("ja", "en"):
        row = Standings(assistant).row(stopped, language)
        assert (row.standing, row.states) == ("suspended", ["suspended"])
        assert row.why.endswith(OFFICIAL_WORDS[language]["reason_given"].format(reason="under review"))
    # Asked in Japanese alone, so it is listed by that question for readers of English as well.
    assert (row.question, row.language) == (ENTRY.questions_ja[0], "ja")


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("工事", True),
        ("フェーズ1の開通", True),
        ("3月の予定", True),
        ("変更する", True),
        (DELAY.title, True),
        ("渡船", False),
    ],
)
def test_words_are_sought_in_questions_answers_quotes_and_titles(
    assistant: Assistant, words: str, is_found: bool
) -> None:
    row = Standings(assistant).row(assistant.official.save(ENTRY, by="sato"), "ja")
    assert row.has(words.casefold()) is is_found


def test_an_entry_speaks_a_language_in_which_it_is_asked_and_answered() -> None:
    assert [speaks(ENTRY, language) for language in ("ja", "en")] == [True, False]
    assert not speaks(replace(ENTRY, questions_en=("When?",)), "en")


def test_a_fault_names_announcements_by_their_titles_in_the_readers_language(assistant: Assistant) -> None:
    entry = replace(ENTRY, answer_ja="2031年3月の予定です。")
    (fault,) = (one for one in assistant.official.faults(replace(entry, approved_by="?")) if one.about)
    for language in ("ja", "en"):
        said = Standings(assistant).spoken(fault, language)
        assert "2031年3月" in said
        assert "{" not in said


def test_every_fault_and_every_standing_has_its_words() -> None:
    for words in OFFICIAL_WORDS.values():
        assert {f"fault_{kind}" for kind in _FAULTS} - {"fault_no_approver", "fault_bad_id"} <= set(words)
        assert {f"why_{cause}" for cause in get_args(Cause)} <= set(words)
        assert {f"standing_{one}" for one in STANDINGS} <= set(words)
    assert set(OFFICIAL_WORDS["en"]) == set(OFFICIAL_WORDS["ja"])
    assert [str(fault) for fault in size_faults(OfficialAnswer(id="", answer_ja="あ" * 4001))] == [
        "An official answer has at most 4000 characters in a language."
    ]

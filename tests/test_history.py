"""How something changed is told step by step: each with its day and its quote, in order, nothing off the subject."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from corpus.announcement import Announcement, Language
from tests.bridge_builder import notice, opened


def english(id: str, published: str, title: str, *paragraphs: str) -> Announcement:
    return notice(id, published, title, *paragraphs, language="en")


NOTICES = (
    english(
        "forecast", "2023-09-28", "Hamanasu Bridges revises its forecast",
        "Hamanasu Bridges revised its forecast for the fiscal year ending March 2024 on 28 September 2023: revenue to JPY 3.050 billion, "
        "previously JPY 6.196 billion, and net loss to JPY 4.504 billion, previously JPY 7.889 billion.",
        "The staff of Hamanasu Bridges numbered about 200 as of September 2023.",
    ),
    english(
        "result", "2024-05-10", "Results of Hamanasu Bridges for the year",
        "The actual net loss of Hamanasu Bridges for the fiscal year ended March 2024 was JPY 2.366 billion.",
        "The revenue of Hamanasu Bridges for the fiscal year ended March 2024 was JPY 2.9 billion.",
        "Hamanasu Bridges has more than 240 employees as of April 2024.",
        "Four people of Hamanasu Bridges have joined the Oslo Tunnel Group as of April 2024.",
    ),
    english(
        "shares", "2024-06-28", "Hamanasu Bridges issues shares",
        "The tender of shares of Hamanasu Bridges in June 2024 was first planned, on 13 June 2024, at up to 20,591,900 shares.",
        "The number of shares in the tender of June 2024 was then amended to up to 12,500,000, as of 25 June 2024, and was finally 10,250,000.",
    ),
    english(
        "staff", "2025-06-01", "The yard of Hamanasu Bridges",
        "The yard of Hamanasu Bridges is in Oslo. The staff of Hamanasu Bridges numbers about 300 (as of May 2025).",
    ),
    english(
        "pump", "2022-05-09", "New pump for the ferry of Hamanasu Bridges",
        "Hamanasu Bridges announced on 9 May 2022 that the pump of the ferry changes to the V7 of Alder.",
        "The pump of the ferry was previously the A2 of Maple.",
    ),
    english(
        "first", "2024-07-01", "Accident at the yard of Hamanasu Bridges",
        "As the first stated reason for the accident at the yard, Hamanasu Bridges explained on 1 July 2024 that the crane was late.",
    ),
    english(
        "cause", "2024-08-20", "Cause of the accident at the yard of Hamanasu Bridges",
        "Hamanasu Bridges announced on 20 August 2024 that the accident at the yard was caused by a broken cable.",
        "Wind and rain were cleared as causes of the accident at the yard.",
    ),
    english(
        "partner", "2024-11-12", "Larch and the KAMOME programme",
        "Larch became the first official partner of KAMOME on 12 November 2024.",
        "Larch Group had become a partner of KAMOME on 9 December 2020.",
        "The funding of Hamanasu Bridges was JPY 26.8 billion as of 29 July 2022.",
    ),
    notice("insured.ja", "2019-02-22", "はまなす橋梁、Juniperと協力", "Juniperは2019年2月、架設保険での協力を発表しました。"),
    notice("bought.ja", "2022-10-07", "はまなす橋梁、架設保険を開発", "はまなす橋梁は2022年10月7日、架設保険をJuniperと開発したことを発表しました。"),
    notice(
        "paid.ja", "2023-08-18", "はまなす橋梁、保険金を受領",
        "はまなす橋梁は2023年8月18日、架設保険で37億円の保険金を受け取ったことを発表しました。",
        "はまなす橋梁の架設保険は、Juniperとの間で2022年4月22日時点では覚書の段階にありました。",
        "Juniperの本社は旭川にあります。",
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(Path(tmp_path_factory.mktemp("history")), NOTICES)
    yield assistant
    assistant.close()


def steps(answer: Answer) -> list[str]:
    """The first words of each step: its day, and its value or its sentence."""
    return [
        line[2:].split("（「")[0].split(" (“")[0].split(" [")[0]
        for line in answer.answer.splitlines()
        if line.startswith("- ")
    ]


def ask(assistant: Assistant, question: str, language: Language = "en") -> Answer:
    answer = assistant.ask(question, language=language)
    assert answer.status == "answered"
    return answer


def test_forecast_revision_and_result_stand_in_their_order_and_other_figures_are_left_out(assistant: Assistant) -> None:
    asked = "How did the net loss for the fiscal year ended March 2024 develop from the original forecast to the actual result?"
    assert steps(ask(assistant, asked)) == [
        "28 September 2023: JPY 7.889 billion",
        "28 September 2023: JPY 4.504 billion",
        "10 May 2024: JPY 2.366 billion",
    ]


def test_the_figures_of_one_offering_are_told_step_by_step_whatever_stands_beside_them(assistant: Assistant) -> None:
    asked = (
        "How was the number of shares in the tender of June 2024 changed step by step? Give the figure at each step."
    )
    assert [step.rpartition(" ")[2] for step in steps(ask(assistant, asked))] == [
        "20,591,900",
        "12,500,000",
        "10,250,000",
    ]


def test_people_of_a_part_are_no_step_of_the_headcount(assistant: Assistant) -> None:
    said = steps(ask(assistant, "How did the number of Hamanasu Bridges staff change between 2023 and 2025?"))
    assert [step.rpartition(" ")[2] for step in said] == ["200", "240", "300"]


def test_the_course_of_events_is_told_by_day_and_what_is_no_part_of_it_is_left_out(assistant: Assistant) -> None:
    asked = "Juniperとの架設保険は、最初の協力の発表から保険金の受け取りまで、どのような経過をたどりましたか。"
    told = steps(ask(assistant, asked, "ja"))
    assert [step.partition("：")[0] for step in told] == [
        "2019年2月22日",
        "2022年4月22日",
        "2022年10月7日",
        "2023年8月18日",
    ]
    assert "保険金を受け取った" in told[-1]
    assert not any("本社" in step for step in told)


def test_each_step_is_quoted(assistant: Assistant) -> None:
    answer = ask(assistant, "How did the number of Hamanasu Bridges staff change over the years?")
    assert len({citation.announcement_id for citation in answer.citations}) == 3


def test_of_what_one_notice_tells_alone_both_what_holds_and_what_was_so_before_are_quoted(assistant: Assistant) -> None:
    answer = ask(assistant, "How did the type of the pump of the ferry change?")
    assert "V7" in answer.answer
    assert "A2" in answer.answer


def test_a_figure_that_was_never_stated_has_no_history(assistant: Assistant) -> None:
    assert assistant.ask("How did the number of divers at the Oslo yard grow?", language="en").status == "not_found"
    assert (
        assistant.ask("How has the dividend of Hamanasu Bridges developed since 2022?", language="en").status
        == "not_found"
    )


def test_the_actual_result_beats_what_it_is_compared_with(assistant: Assistant) -> None:
    asked = "What was the net loss for the fiscal year ended March 2024, and was it smaller than forecast in September 2023?"
    assert ask(assistant, asked).short_answer == "JPY 2.366 billion"


def test_what_was_planned_at_first_is_said_as_of_that_day(assistant: Assistant) -> None:
    answer = ask(assistant, "How many shares at most were first planned in the tender of June 2024?")
    assert answer.answer.startswith("Up to 20,591,900, as of 13 June 2024. [1]")


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What did the investigation in the end name as the reason for the accident at the yard?", "broken cable"),
        ("Why did the accident at the yard happen, according to the final analysis?", "broken cable"),
        ("What reason did Hamanasu Bridges give first for the accident at the yard?", "crane was late"),
    ],
)
def test_the_reason_that_holds_is_given_and_the_first_one_where_that_is_asked(
    assistant: Assistant, question: str, reason: str
) -> None:
    assert reason in ask(assistant, question).answer.split("\n")[0]


def test_not_each_sentence_of_an_announcement_that_names_somebody_tells_of_him(assistant: Assistant) -> None:
    told = steps(ask(assistant, "How did Larch's role in KAMOME develop between 2020 and 2024?"))
    assert [step.partition(": ")[0] for step in told] == ["9 December 2020", "12 November 2024"]

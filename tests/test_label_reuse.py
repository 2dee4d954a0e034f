"""A mission that was renumbered, or that is only described, is found; what its old number means now is another thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from tests.bridge_builder import opened
from tests.mission_notices import notice

NOTICES = (
    notice("plan.en", "2021-03-02", "Kaguya plans two missions",
           "The launch of Mission 2 is planned for 2023. The rover Tsukushi is to be carried on the Mission 2 lander.",
           "The launch of Mission 5, which uses the Usagi lander, is planned for 2026."),
    notice("delay.en", "2022-05-20", "Kaguya moves the launch of Mission 2",
           "The launch of Mission 2 is planned for 2024, previously 2023. Mission 2 carries the rover Tsukushi."),
    notice("renamed.en", "2023-02-12", "Kaguya renames a mission",
           "Kaguya announced on 12 February 2023 that the mission with the Usagi lander is now called Mission 3, previously Mission 5.",
           "The launch of Mission 3 (previously called Mission 5), the mission with the Usagi lander, is planned for 2026."),
    notice("engine.en", "2023-09-01", "Kaguya changes the engine of Mission 2",
           "The new engine of Mission 2 is Yomogi. Yomogi, the new engine of Mission 2, is developed by Alder."),
    notice("later.en", "2024-06-01", "Kaguya moves the launch of Mission 3",
           "The launch of Mission 3 is planned for 2027, previously 2026."),
    notice("new.en", "2025-01-16", "Kaguya plans a new Mission 5",
           "The launch of the new Mission 5, a landing at the south pole, is planned for 2030."),
)  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(Path(tmp_path_factory.mktemp("labels")), NOTICES)
    yield assistant
    assistant.close()


def ask(assistant: Assistant, question: str) -> Answer:
    answer = assistant.ask(question, language="en")
    assert answer.status == "answered"
    return answer


@pytest.mark.parametrize(
    "question",
    [
        "When is the mission that was once called Mission 5 planned to launch?",
        "When is the mission formerly called Mission 5 due to be launched?",
    ],
)
def test_of_a_renumbered_mission_what_is_said_under_its_new_number_holds(assistant: Assistant, question: str) -> None:
    assert ask(assistant, question).short_answer == "2027"


def test_the_number_itself_means_what_it_means_now(assistant: Assistant) -> None:
    assert ask(assistant, "When is the launch of Mission 5 planned?").short_answer == "2030"


def test_two_missions_of_one_number_are_not_the_same(assistant: Assistant) -> None:
    answer = ask(assistant, "Is the Mission 5 announced in January 2025 the same thing as the old Mission 5?")
    assert answer.short_answer == "No"
    assert {citation.announcement_id for citation in answer.citations} == {"renamed.en", "new.en"}


def test_a_mission_is_known_by_what_it_carries_and_the_proof_is_quoted(assistant: Assistant) -> None:
    answer = ask(assistant, "How did the launch year of the mission with the Tsukushi rover move?")
    steps = [line for line in answer.answer.splitlines() if line.startswith("- ")]
    assert [step.partition(": ")[2][:4] for step in steps] == ["2023", "2024"]
    assert "Tsukushi" in answer.citations[-1].quote


def test_a_mission_that_nothing_describes_so_has_no_number(assistant: Assistant) -> None:
    answer = assistant.ask("How did the launch year of the mission with the Warabi rover move?", language="en")
    assert answer.status == "not_found"


def test_of_a_change_whose_result_alone_is_known_the_result_is_given_and_nothing_as_what_it_replaced(
    assistant: Assistant,
) -> None:
    assert ask(assistant, "To which engine was the Mission 2 lander switched?").short_answer == "Yomogi"
    assert assistant.ask("Which engine did Yomogi replace on Mission 2?", language="en").short_answer != "Yomogi"

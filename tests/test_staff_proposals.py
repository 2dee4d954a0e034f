"""The review of proposed facts: shown beside their words, accepted or rejected by editors, and by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.web.proposals_words import PROPOSALS_WORDS
from assistant.web.staff_proposals import PAGE, PATH
from corpus.audit import Audit
from corpus.facts import ATTRIBUTES
from index.passage import Scope
from tests.bridge_builder import ALL, notice, opened
from tests.staff import let_in, screens, signed_in
from tests.test_proposals import LANDER, MOON, kept, lander
from tests.test_staff_official import text_of

EN = PROPOSALS_WORDS["en"]


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with closing(opened(tmp_path / "data", (*ALL, MOON))) as made:
        let_in(made, reader="reader", sato="editor")
        yield made


@pytest.fixture
def number(assistant: Assistant) -> int:
    """Of a proposal that waits: Mission 7's lander is called ひばり."""
    (made,) = kept(assistant.proposals, lander())
    return made


@pytest.fixture
def sato(assistant: Assistant) -> TestClient:
    return signed_in(screens(assistant), "sato")


@pytest.fixture
def reader(assistant: Assistant) -> TestClient:
    return signed_in(screens(assistant), "reader")


def landers(assistant: Assistant) -> list[str]:
    found = assistant.register.facts(attribute="lander", shows=Scope().shows)
    return [fact.value.text for fact in found]


def test_nothing_to_review_says_how_proposals_come(reader: TestClient) -> None:
    assert EN["none_proposed"] in text_of(reader.get(PATH).text)


def test_a_proposal_is_shown_with_its_words_in_their_place(assistant: Assistant, number: int, sato: TestClient) -> None:
    page = sato.get(PATH).text
    assert f"<mark>{LANDER}</mark>" in page
    assert "ミッション7の打ち上げは2027年の予定です。" in page
    fact = assistant.proposals.get(number).fact
    assert f"/staff/announcements/moon.ja?start={fact.start}&amp;end={fact.end}#passage" in page
    assert f"{EN['attribute_lander']}: ひばり" in text_of(page)
    assert 'class="badge warn">1<' in sato.get("/staff/official").text


def test_an_editor_accepts_it_and_it_counts_until_it_is_taken_back(
    assistant: Assistant, number: int, sato: TestClient
) -> None:
    assert "ひばり" not in landers(assistant)
    done = sato.post(PATH, data={"accept": number})
    assert (done.status_code, "ひばり" in landers(assistant)) == (303, True)
    page = text_of(sato.get(done.headers["location"]).text)
    assert EN["done_accepted"].format(count=1) in page
    assert "Reviewed by sato" in text_of(sato.get(f"{PATH}?state=accepted").text)
    sato.post(PATH, data={"reject": number, "state": "accepted"})
    assert "ひばり" not in landers(assistant)
    lines = Audit(assistant.catalog.database).lines(subject=f"proposal {number}")
    assert [(line.who, line.what) for line in lines] == [
        ("sato", "fact proposal rejected"),
        ("sato", "fact proposal accepted"),
    ]


def test_several_are_reviewed_at_once(assistant: Assistant, sato: TestClient) -> None:
    more = notice("more.ja", "2024-05-10", "二つの着陸船", "ミッション8のランダーは「つぐみ」です。")
    assistant.catalog.add(more)
    numbers = [*kept(assistant.proposals, lander()), *kept(assistant.proposals, lander(more, "つぐみ"), of=more)]
    assert sato.get(f"{PATH}?announcement=more.ja").text.count("<article") == 1
    sato.post(PATH, data={"number": numbers, "act": "rejected"})
    assert [one.state for one in assistant.proposals.entries()] == ["rejected", "rejected"]
    assert sato.get(f"{PATH}?state=rejected").text.count("<article") == 2


@pytest.mark.parametrize("sent", [{}, {"act": "accepted"}, {"number": [1]}])
def test_a_form_that_chooses_nothing_is_told_so(
    assistant: Assistant, number: int, sato: TestClient, sent: dict
) -> None:  # type: ignore[type-arg]
    told = sato.post(PATH, data=sent)
    assert (told.status_code, EN["choose_some"] in told.text) == (400, True)
    assert assistant.proposals.get(number).state == "proposed"


def test_what_was_read_in_another_text_is_not_accepted(assistant: Assistant, number: int, sato: TestClient) -> None:
    assistant.catalog.add(notice("moon.ja", "2024-04-10", "月面開発の準備状況", "着陸船に名はありません。"))
    page = sato.get(PATH).text
    assert EN["outdated"] in text_of(page)
    assert f'name="accept" value="{number}"' not in page
    assert sato.post(PATH, data={"accept": number}).status_code == 409
    assert sato.post(PATH, data={"accept": 99}).status_code == 404
    assert "ひばり" not in landers(assistant)


def test_a_reader_looks_and_decides_nothing(assistant: Assistant, number: int, reader: TestClient) -> None:
    page = reader.get(PATH).text
    assert "<mark>" in page
    assert "<button name=" not in page
    assert reader.post(PATH, data={"accept": number}).status_code == 403
    assert assistant.proposals.get(number).state == "proposed"


def test_many_come_in_pages(assistant: Assistant, reader: TestClient) -> None:
    names = [f"ひばり{n}号" for n in range(PAGE + 2)]
    long = notice("long.ja", "2024-06-10", "着陸船", *(f"ミッション7のランダーは「{name}」です。" for name in names))
    assistant.catalog.add(long)
    kept(assistant.proposals, *(lander(long, name) for name in names), of=long)
    first, second = reader.get(PATH).text, reader.get(f"{PATH}?page=2").text
    assert (first.count("<article"), second.count("<article")) == (PAGE, 2)
    assert "page 1 of 2" in first
    assert reader.get(f"{PATH}?page=9").text.count("<article") == 2


def test_everything_that_can_be_proposed_has_its_words() -> None:
    for words in PROPOSALS_WORDS.values():
        for kind, attributes in ATTRIBUTES.items():
            assert {f"kind_{kind}", *(f"attribute_{one}" for one in attributes)} <= set(words)
    assert set(EN) == set(PROPOSALS_WORDS["ja"])

"""What a Japanese sentence gives to the facts register, its English edition gives, too."""

from __future__ import annotations

import pytest

from corpus.announce import announce
from corpus.facts import Fact
from corpus.register import read_facts
from corpus.source import Source


def facts(sentence: str) -> list[Fact]:
    text = f"Kaguya notice\n\n{sentence}"
    source = Source(
        (text,), "lines", "test", title="Kaguya notice", published="2024-05-10", issuer="Kaguya, Inc.", language="en"
    )
    return read_facts(announce(source))


@pytest.mark.parametrize(
    ("sentence", "party", "matter"),
    [
        ("Sun Air (SA) and Kaguya agreed on a capital and business alliance on 9 May 2024.", "Sun Air", ""),
        ("Kaguya, Inc. announced on 10 May 2024 a contract to carry the rover of Orbit Centre to the Moon.", "",
         "carry the rover of Orbit Centre to the Moon"),
        ("Kaguya, Inc. (“K”) announced a contract with Orbit Centre to carry its rover to the Moon.", "Orbit Centre",
         "carry its rover to the Moon"),
        ("The contract on transport and data for the robot was signed in April 2024 after open bidding.", "",
         "transport and data for the robot"),
        ("Kaguya wins a NASA contract for the purchase of regolith.", "NASA", "the purchase of regolith"),
        ("The contract between ESA and Kaguya, Inc. is to be carried out with a rover.", "ESA", ""),
        ("Kaguya, Inc. entered into a memorandum of understanding with Orbit Co., Ltd. on 9 May 2024.",
         "Orbit Co., Ltd.", ""),
    ],
)  # fmt: skip
def test_a_contract_is_read_with_its_party_and_its_matter(sentence: str, party: str, matter: str) -> None:
    said = {fact.attribute: fact.value.text for fact in facts(sentence) if fact.kind == "contract"}
    assert said.get("counterparty", "") == party
    if matter:
        assert said.get("matter") == matter


@pytest.mark.parametrize(
    ("sentence", "signed"),
    [
        ("Nippon Airways (NA) and Kaguya agreed on a business alliance on 9 May 2024.", "2024-05-09"),
        ("The contract on data for the robot was signed in April 2024 after open bidding.", "2024-04"),
    ],
)
def test_the_day_of_signing_is_read(sentence: str, signed: str) -> None:
    assert [fact.value.key for fact in facts(sentence) if fact.attribute == "signed"] == [signed]


@pytest.mark.parametrize(
    ("sentence", "attribute", "value", "status"),
    [
        ("The design of the Mission 7 Series 4 lander was unveiled.", "lander", "Series 4", "actual"),
        ("The name of the Mission 7 lander is SERIES-4 as of 2 May 2024.", "lander", "SERIES-4", "actual"),
        ("Mission 7 is the Japan-led mission with the Series 4 lander.", "lander", "Series 4", "actual"),
        ("The Series 4 lander, which is to be used in Mission 7, was tested.", "lander", "Series 4", "actual"),
        ("The primary landing site of Mission 7 is Atlas Crater (47.5 degrees north).", "landing_site", "Atlas Crater",
         "planned"),
        ("The primary landing site of Mission 7, published on 2 May 2024, is Atlas Crater.", "landing_site",
         "Atlas Crater", "planned"),
        ("The target of Mission 7, restated on 2 May 2024, is 2026 with a small rover.", "schedule", "2026", "planned"),
        ("The previous target of Mission 7 was 2025.", "schedule", "2025", "superseded"),
        ("Contact with the HAKUTO-R Mission 7 lander was lost on 9 May 2024.", "outcome",
         "Contact with the HAKUTO-R Mission 7 lander was lost", "actual"),
        ("The Mission 7 rover is planned to carry a scoop made by Epiroc and to collect regolith.", "payload",
         "scoop made by Epiroc", "planned"),
    ],
)  # fmt: skip
def test_a_mission_is_read_with_what_is_said_of_it(sentence: str, attribute: str, value: str, status: str) -> None:
    said = [(f.attribute, f.value.text, f.status) for f in facts(sentence) if f.subject_id == "mission:7"]
    assert (attribute, value, status) in said


def test_a_milestone_may_be_the_completion_of_something() -> None:
    said = [(f.subject_id, f.attribute) for f in facts("- Success 6 of Mission 7 is completion of all burns.")]
    assert said == [("mission:7/success:6", "criterion")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Kaguya, Inc. announced on 10 May 2024 a study on contracts between others.",
        "The contract between Orbit Centre and ESA is to be carried out with a rover.",
        "Under the contract, 10% is paid at launch.",
        "Kaguya may announce a contract to its shareholders.",
    ],
)
def test_what_is_no_contract_of_the_company_gives_no_fact(sentence: str) -> None:
    assert not [fact for fact in facts(sentence) if fact.kind == "contract"]


def test_the_day_of_announcing_is_no_day_of_signing() -> None:
    read = facts("Kaguya, Inc. announced on 10 May 2024 that Kaguya had won a NASA contract for the purchase of dust.")
    assert {fact.attribute for fact in read} == {"counterparty", "matter", "status", "announced"}

"""Proposed facts: kept, reviewed, counted only when accepted, and no longer once their announcement has changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from corpus.announcement import Announcement, Audience
from corpus.audit import Audit
from corpus.catalog import Catalog
from corpus.errors import ChangedMeanwhile, UnknownProposal
from corpus.facts import Fact, statements
from corpus.proposals import Proposals
from corpus.register import FACTS, Register
from index.passage import Scope
from tests.bridge_builder import notice

LANDER = "ミッション7のために開発したランダーには「ひばり」という名を与えました。"
MOON = notice("moon.ja", "2024-04-10", "月面開発の準備状況", "ミッション7の打ち上げは2027年の予定です。", LANDER)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with closing(Catalog.open(tmp_path)) as catalog:
        catalog.add(MOON)
        yield catalog


@pytest.fixture
def proposals(catalog: Catalog) -> Proposals:
    return Proposals(catalog.database)


@pytest.fixture
def register(catalog: Catalog, proposals: Proposals) -> Register:
    return Register(catalog, accepted=proposals.facts)


def lander(announcement: Announcement = MOON, name: str = "ひばり") -> Fact:
    """The fact that Mission 7's lander is called so."""
    statement = next(one for one in statements(announcement) if name in one.text)
    at = statement.text.index(name)
    value = statement.words("name", at, at + len(name))
    return statement.fact("mission", ("ミッション7", "mission:7"), "lander", value, "actual", announcement.held)


def kept(proposals: Proposals, *facts: Fact, of: Announcement = MOON) -> list[int]:
    return proposals.add(of, facts, model="small", prompt="p1", dropped={"quote": 2}, by="Sato")


def landers(register: Register, audience: Audience = "public") -> list[str]:
    found = register.facts(attribute="lander", shows=Scope(audience=audience).shows, history=True)
    return [fact.value.text for fact in found]


def test_a_fact_comes_out_as_it_went_in(proposals: Proposals, catalog: Catalog) -> None:
    [number] = kept(proposals, lander())
    assert proposals.get(number).fact == lander()
    launch = next(fact for fact in Register(catalog).facts() if fact.attribute == "launch")
    assert proposals.get(kept(proposals, launch)[0]).fact == launch  # a typed value, too


def test_it_counts_from_when_it_is_accepted_and_says_by_whom(proposals: Proposals, register: Register) -> None:
    [number] = kept(proposals, lander())
    assert landers(register) == []
    proposals.accept(number, by="Suzuki")
    [fact] = register.facts(attribute="lander")
    assert fact.origin is not None
    assert (fact.origin.model, fact.origin.accepted_by) == ("small", "Suzuki")
    assert fact.to_dict()["origin"]["kind"] == "model"
    assert register.of({MOON.id: MOON})[-1].origin == fact.origin
    [read] = register.facts(attribute="launch")
    assert "origin" not in read.to_dict()


def test_what_is_rejected_counts_nowhere_also_after_it_was_accepted(proposals: Proposals, register: Register) -> None:
    [number] = kept(proposals, lander())
    proposals.accept(number, by="Suzuki")
    assert landers(register) == ["ひばり"]
    rejected = proposals.reject(number, by="Sato")
    assert (rejected.state, rejected.reviewed_by, landers(register)) == ("rejected", "Sato", [])
    assert proposals.accept(number, by="Suzuki").state == "accepted"
    assert landers(register) == ["ひばり"]


def test_each_review_is_a_line_of_the_audit_log(proposals: Proposals, catalog: Catalog) -> None:
    [number] = kept(proposals, lander())
    proposals.accept(number, by="Suzuki")
    proposals.accept(number, by="Tanaka")  # changes nothing
    proposals.reject(number, by="Sato")
    lines = Audit(catalog.database).lines(subject=f"proposal {number}")
    assert [(line.who, line.what) for line in lines] == [
        ("Sato", "fact proposal rejected"), ("Suzuki", "fact proposal accepted"),
    ]  # fmt: skip
    assert Audit(catalog.database).lines(subject=MOON.id)[0].what == "facts proposed by small"


def test_a_changed_announcement_no_longer_counts_and_says_so(
    proposals: Proposals, register: Register, catalog: Catalog
) -> None:
    [number] = kept(proposals, lander())
    proposals.accept(number, by="Suzuki")
    changed = notice("moon.ja", "2024-04-10", "月面開発の準備状況（訂正）", LANDER)
    catalog.add(changed)
    assert (landers(register), proposals.get(number).is_current) == ([], False)
    assert register.of({MOON.id: changed}) == []
    [line] = proposals.notes()
    assert f"Proposal {number}" in line
    proposals.reject(number, by="Sato")
    with pytest.raises(ChangedMeanwhile, match=r"proposals make moon\.ja"):
        proposals.accept(number, by="Suzuki")


def test_what_waits_is_taken_back_when_the_changed_text_is_read(proposals: Proposals, catalog: Catalog) -> None:
    [number] = kept(proposals, lander())
    changed = notice("moon.ja", "2024-04-10", "月面開発の準備状況（訂正）", LANDER)
    catalog.add(changed)
    assert proposals.was_asked(MOON, model="small", prompt="p1")
    assert not proposals.was_asked(changed, model="small", prompt="p1")
    [new] = kept(proposals, lander(changed), of=changed)
    assert [one.number for one in proposals.entries()] == [new]
    assert new > number


def test_a_reply_about_a_text_that_changed_meanwhile_is_not_kept(proposals: Proposals, catalog: Catalog) -> None:
    catalog.add(notice("moon.ja", "2024-04-10", "月面開発の準備状況（訂正）", LANDER))
    with pytest.raises(ChangedMeanwhile, match="Ask again"):
        kept(proposals, lander())
    assert proposals.entries() == []


def test_with_its_announcement_every_word_of_it_is_gone_and_its_number_is_given_to_no_other(
    proposals: Proposals, register: Register, catalog: Catalog
) -> None:
    [number] = kept(proposals, lander())
    proposals.accept(number, by="Suzuki")
    catalog.remove(MOON.id)
    assert (proposals.entries(), landers(register)) == ([], [])
    with pytest.raises(UnknownProposal, match=f"no proposal {number}"):
        proposals.get(number)
    catalog.add(MOON)
    assert kept(proposals, lander()) == [number + 1]


def test_a_backup_brings_proposals_and_reviews_back(proposals: Proposals, catalog: Catalog, tmp_path: Path) -> None:
    [number] = kept(proposals, lander())
    proposals.accept(number, by="Suzuki")
    before = proposals.entries()
    catalog.backup(tmp_path / "backup.db")
    with closing(Catalog.open(tmp_path / "other")) as other:
        other.restore(tmp_path / "backup.db")
        restored = Proposals(other.database)
        assert restored.entries() == before
        assert kept(restored, lander(), dataclasses.replace(lander(), attribute="rover")) == [number + 1]


def test_nobody_but_staff_sees_what_was_accepted_of_a_staff_announcement(
    proposals: Proposals, register: Register, catalog: Catalog
) -> None:
    secret = notice("secret.ja", "2024-05-10", "内部資料", LANDER.replace("ひばり", "つばめ"), audience="staff")
    later = notice("later.ja", "2199-01-01", "先の発表", LANDER.replace("ひばり", "かもめ"))
    for one, name in ((secret, "つばめ"), (later, "かもめ")):
        catalog.add(one)
        proposals.accept(kept(proposals, lander(one, name), of=one)[0], by="Suzuki")
    assert landers(register) == []
    assert set(landers(register, "staff")) == {"つばめ", "かもめ"}


def test_the_registers_file_holds_none_of_it(proposals: Proposals, catalog: Catalog, tmp_path: Path) -> None:
    proposals.accept(kept(proposals, lander())[0], by="Suzuki")
    assert landers(Register(catalog, file=tmp_path / FACTS, accepted=proposals.facts)) == ["ひばり"]
    assert "ひばり" not in (tmp_path / FACTS).read_text(encoding="utf-8")

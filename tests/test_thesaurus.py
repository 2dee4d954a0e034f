"""The thesaurus: words that may stand for each other, words that must not, and the files that say so."""

from __future__ import annotations

import gzip
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.thesaurus import ANALYSED, DATA, FILES, analysed, likeness, made_from, meanings_in
from assistant.wanted import LIKE, LIKE_AT_ALL
from index.terms import terms
from index.words import words

# Listed names of places, public offices and programs; any other is that of a company, or of a thing of its.
PUBLIC = frozenset((
    "artemis", "asia", "australia", "cabinet-office", "california", "canada", "china", "citizen", "clps", "esa",
    "europe", "european-union", "france", "germany", "india", "israel", "italy", "jaxa", "korea", "luxembourg",
    "ministry-economy", "ministry-education", "nasa", "russia", "saudi-arabia", "sbir", "singapore", "taiwan",
    "tokyo", "uae", "united-kingdom", "united-states",
))  # fmt: skip


def alike(one: str, other: str) -> float:
    """The greatest likeness of any word or phrase of `one` to any of `other`."""
    pairs = itertools.product(meanings_in(one), meanings_in(other))
    return max((likeness(a.groups, b.groups) for a, b in pairs), default=0.0)


def said(text: str) -> list[str]:
    return [text[one.start : one.end] for one in meanings_in(text)]


def lines(name: str) -> list[str]:
    return (DATA / name).read_text(encoding="utf-8").splitlines()


def items(name: str) -> list[str]:
    return [item for line in lines(name)[1:] for side in line.split(",") for item in side.split("|")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("お金を出す", "出資"),
        ("資金を充当する", "allocate funds"),
        ("The opening was pushed back.", "開通を延期した"),
        ("They pushed the opening back.", "The opening was postponed."),
        ("headcount", "従業員数"),
        ("an insurer", "保険会社"),
        ("the prime contractor", "元請け"),
    ],
)
def test_words_that_are_used_for_each_other_are_alike(one: str, other: str) -> None:
    assert alike(one, other) >= LIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("買う", "売る"),
        ("開始", "終了"),
        ("成功", "失敗"),
        ("増加", "減少"),
        ("売上高", "利益"),
        ("打ち上げ", "着陸"),
        ("profit", "loss"),
        ("before", "after"),
        ("increase", "decrease"),
    ],
)
def test_what_must_not_be_confused_is_not_alike(one: str, other: str) -> None:
    assert alike(one, other) == 0


def test_what_is_left_of_a_phrase_without_its_small_words_is_another_thing() -> None:
    assert alike("oversee", "取り仕切る") > 0
    # "in charge of" stands in one group with 取り仕切る.
    assert alike("charge", "取り仕切る") < LIKE_AT_ALL


def test_a_particle_may_stand_apart_from_its_verb_but_not_far() -> None:
    assert "push the opening back" in said("They push the opening back.")
    far = "They push the old bridge, the new bridge and a crane back."
    assert not [one for one in said(far) if one.startswith("push") and one.endswith("back")]


def test_other_words_of_a_phrase_stand_side_by_side() -> None:
    assert "test flight" in said("a test flight")
    assert "test a new flight" not in said("to test a new flight")


@pytest.mark.parametrize(("form", "base"), [("took over", "take over"), ("was wound down", "wind down")])
def test_irregular_forms_are_those_of_their_verb(form: str, base: str) -> None:
    assert {one.groups for one in meanings_in(base)} <= {one.groups for one in meanings_in(form)}


def test_a_group_that_was_looked_at_counts_in_full_and_any_other_by_its_share() -> None:
    many = frozenset(range(5_000, 5_009))
    assert likeness(frozenset({0, 5_000}), many | {0}) == 1
    assert likeness(frozenset({5_000}), many) == pytest.approx(1 / 3)
    assert likeness(frozenset({5_000}), frozenset({5_001})) == 0


def test_the_groups_that_count_in_full_are_those_of_the_first_file() -> None:
    last = len(lines(FILES[0])) - 2
    many = frozenset(range(last + 1, last + 17))
    assert likeness(frozenset({last, last + 1}), many | {last}) == 1
    assert likeness(frozenset({last + 1}), many) == pytest.approx(1 / 4)


@given(st.text(max_size=120))
def test_a_meaning_is_of_words_of_the_text(text: str) -> None:
    for one in meanings_in(text):
        assert one.start < one.end
        assert one.groups


def test_the_analysed_file_is_made_of_the_present_files() -> None:
    kept = json.loads(gzip.decompress((DATA / ANALYSED).read_bytes()))
    assert kept["made_from"] == made_from(), 'run "python bench/build_thesaurus.py"'
    assert kept["entries"] == json.loads(json.dumps(analysed())), 'run "python bench/build_thesaurus.py"'


@pytest.mark.parametrize("name", FILES)
def test_a_line_has_japanese_and_english_and_stands_there_once(name: str) -> None:
    head, *rows = lines(name)
    assert head == "ja,en"
    assert [row for row in rows if row.count(",") != 1] == []
    assert [row for row, same in itertools.groupby(sorted(rows)) if len(list(same)) > 1] == []


@pytest.mark.parametrize("name", FILES)
def test_no_item_is_empty_or_has_blanks_around_it_or_is_said_twice(name: str) -> None:
    assert [item for item in items(name) if not item or item != item.strip()] == []
    sides = [side.split("|") for row in lines(name)[1:] for side in row.split(",")]
    assert [side for side in sides if len(set(side)) < len(side)] == []


def test_the_long_file_is_sorted() -> None:
    rows = lines("thesaurus.csv")[1:]
    assert rows == sorted(rows)


@pytest.mark.parametrize("name", FILES)
def test_no_company_and_no_person_is_another_word_for_anything(name: str) -> None:
    listed = terms()
    known = {item: listed.japanese.get(item.lower()) or listed.english.get(item.lower()) for item in items(name)}
    assert {item: concept for item, concept in known.items() if concept in listed.names - PUBLIC} == {}
    assert [item for item in items(name) if _is_full_name(item)] == []


def _is_full_name(item: str) -> bool:
    found = [word.speech[:3] == ("名詞", "固有名詞", "人名") for word in words(item)]
    return any(one and other for one, other in itertools.pairwise(found))


def test_a_full_name_is_told_from_a_word() -> None:
    assert _is_full_name("大森健一")
    assert not _is_full_name("代表取締役")

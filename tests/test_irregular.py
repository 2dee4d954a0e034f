"""Irregular verbs: a form is that of one verb, and what is no such form stays as it is."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant import irregular
from assistant.irregular import base_form

LINES = [verb.split() for verb in irregular._VERBS.split("|")]


@pytest.mark.parametrize(
    ("form", "base"), [("took", "take"), ("taken", "take"), ("oversaw", "oversee"), ("was", "be"), ("written", "write")]
)
def test_a_form_has_its_base(form: str, base: str) -> None:
    assert base_form(form) == base


@pytest.mark.parametrize("word", ["take", "takes", "taking", "bridge", "opened", "", "Took"])
def test_any_other_word_stays_as_it_is(word: str) -> None:
    assert base_form(word) == word


def test_a_form_belongs_to_one_verb() -> None:
    forms = Counter(form for _, *forms in LINES for form in forms)
    assert [form for form, count in forms.items() if count > 1] == []


def test_every_line_is_a_verb_with_other_forms_of_it() -> None:
    assert all(forms and base not in forms for base, *forms in LINES)
    assert len({base for base, *_ in LINES}) == len(LINES)

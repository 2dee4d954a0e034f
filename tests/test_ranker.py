"""The sentence ranker: trees as LightGBM means them, sentences in the order in which they answer, rules on top."""

from __future__ import annotations

import dataclasses
import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant import ranker as module
from assistant.evidence import Evidence
from assistant.matcher import Matcher
from assistant.question import understand
from assistant.ranker import (
    FEATURES,
    RANKED,
    SPAN_FEATURES,
    Ranker,
    RankerMissing,
    Trees,
    features,
    loaded,
    ranked,
    span_features,
    with_spans,
)
from assistant.score import rules, scored
from assistant.sentence import sentences_of
from assistant.span import DATA, Line, Span, SpanReader
from tests.bridge_builder import CONTRACTS, DELAY, FUNDING, OPENED, STAFF

# x <= 1: 0.5; else y <= 3: 2, else 4
TREE = {
    "feature": [0, -1, 1, -1, -1],
    "threshold": [1.0, 0.0, 3.0, 0.0, 0.0],
    "left": [1, 0, 3, 0, 0],
    "right": [2, 0, 4, 0, 0],
    "value": [0.0, 0.5, 0.0, 2.0, 4.0],
}
LEAF = {"feature": [-1], "threshold": [0.0], "left": [0], "right": [0], "value": [0.25]}


def no_frequency(terms: Iterable[str]) -> Mapping[str, int]:
    return dict.fromkeys(terms, 1)


def no_glosses(word: str) -> Sequence[str]:
    return ()


def met(asked: str) -> tuple[Matcher, list[Evidence]]:
    question = understand(asked)
    matcher = Matcher(question, no_frequency, 100, no_glosses)
    texts = [CONTRACTS, DELAY, OPENED, FUNDING, STAFF]
    found = [matcher.meet(one, rank) for rank, text in enumerate(texts) for one in sentences_of(text)]
    return matcher, [scored(one, question) for one in found]


def test_a_row_goes_left_up_to_the_threshold_and_the_leaves_add_up() -> None:
    rows = np.array([[1.0, 9.0], [1.1, 3.0], [2.0, 3.1]])
    assert Trees.of([TREE]).score(rows).tolist() == [0.5, 2.0, 4.0]
    assert Trees.of([TREE, LEAF, TREE]).score(rows).tolist() == [1.25, 4.25, 8.25]


def test_the_trees_say_what_lightgbm_says() -> None:
    lightgbm = pytest.importorskip("lightgbm", reason="lightgbm is only needed to learn")
    from bench.train_ranker import trees_of

    chance = np.random.default_rng(4)
    rows = chance.normal(size=(600, 5)).round(2)
    wanted = rows[:, 0] * (rows[:, 1] > 0) + np.sin(rows[:, 2])
    settings = {"num_leaves": 9, "min_data_in_leaf": 5, "verbose": -1, "num_threads": 1, "use_missing": False}
    booster = lightgbm.train(settings, lightgbm.Dataset(rows, wanted), num_boost_round=25)
    assert np.allclose(Trees.of(trees_of(booster)).score(rows), booster.predict(rows), atol=1e-4)


def test_every_feature_is_a_number_for_every_sentence() -> None:
    matcher, evidence = met("フェーズ1の開通はいつですか")
    rows = np.hstack(
        [features(matcher.question, evidence, matcher.rarity()), span_features(matcher.question, evidence)]
    )
    assert rows.shape == (len(evidence), len(FEATURES) + len(SPAN_FEATURES))
    assert np.isfinite(rows).all()


@pytest.mark.parametrize("asked", ["吊橋の設計者は誰ですか", "What was built?", "従業員の名前", "。"])
def test_no_sentence_is_lost_or_made_by_ranking(asked: str) -> None:
    matcher, evidence = met(asked)
    order = ranked(matcher.question, evidence, matcher, reader=SpanReader.load(), ranker=Ranker.load())
    places = [(one.sentence.announcement.id, one.sentence.start) for one in order]
    assert sorted(places) == sorted((one.sentence.announcement.id, one.sentence.start) for one in evidence)
    assert [one.score for one in order] == sorted((one.score for one in order), reverse=True)
    for one in order:
        if one.span:
            assert one.span.text == one.sentence.text[one.span.start : one.span.end]
    assert sum(one.span is not None for one in order) <= RANKED


def test_the_span_reader_reads_each_of_the_first_announcements_alone_as_well() -> None:
    matcher, evidence = met("吊橋の設計者は誰ですか")
    order = sorted(evidence, key=lambda one: -one.score)
    reader = SpanReader.load()
    read = with_spans(matcher.question, order, reader)
    best = read[0]
    own = [one for one in order[:RANKED] if one.sentence.announcement is best.sentence.announcement]
    lines = [Line(o.sentence.text, o.sentence.before, o.sentence.announcement.title, 0, o.sentence.start) for o in own]
    alone = reader.read(matcher.question.query, lines)
    assert best.line_alone == pytest.approx(next(span.line_score for span in alone.found if span.line == 0))
    assert best.none_alone == pytest.approx(alone.none)
    assert [one.sentence for one in read] == [one.sentence for one in order]


def column(name: str, asked: str, spans: Mapping[int, str] | None = None) -> list[float]:
    """The feature `name` of the sentences that `asked` meets, some of them with `spans`, by place."""
    matcher, evidence = met(asked)
    for at, text in (spans or {}).items():
        start = evidence[at].sentence.text.index(text)
        span = Span(at, start, start + len(text), text, 0.5 - 0.1 * at, 0.5)
        evidence[at] = dataclasses.replace(evidence[at], span=span)
    rows = np.hstack(
        [features(matcher.question, evidence, matcher.rarity()), span_features(matcher.question, evidence)]
    )
    found: list[float] = rows[:, (FEATURES + SPAN_FEATURES).index(name)].tolist()
    return found


def test_a_sentence_with_the_counter_that_is_asked_for_is_marked() -> None:
    _, evidence = met("従業員は何人ですか")
    with_number = [bool(re.search(r"[\d,]+人", one.sentence.text)) for one in evidence]
    assert any(with_number)
    assert not all(with_number)
    assert [one == 1 for one in column("counted", "従業員は何人ですか")] == with_number
    assert set(column("counted", "吊橋の設計者は誰ですか")) == {0}


def test_a_sentence_that_holds_what_was_read_elsewhere_counts_it() -> None:
    _, evidence = met("吊橋の設計者は誰ですか")
    text = evidence[0].sentence.text[:2]
    holds = [text in one.sentence.text for one in evidence]
    assert [bool(one) for one in column("holds_best", "吊橋の設計者は誰ですか", {0: text})] == holds
    others = column("holds_others", "吊橋の設計者は誰ですか", {0: text})
    assert others[0] == 0.0
    assert [one == pytest.approx(0.5) for one in others[1:]] == holds[1:]


def test_without_the_learned_files_the_order_is_that_of_the_scores() -> None:
    matcher, evidence = met("吊橋の設計者は誰ですか")
    order = ranked(matcher.question, evidence, matcher, reader=None, ranker=None)
    assert order == sorted(evidence, key=lambda one: -one.score)


def test_another_label_costs_the_same_with_the_ranker_as_without() -> None:
    matcher, evidence = met("フェーズ2の開通はどのようになりましたか")
    other = [one for one in evidence if one.other_number]
    assert other
    assert all(rules(one, matcher.question) <= -0.4 for one in other)


def test_a_missing_or_foreign_file_is_said_with_what_to_do(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RankerMissing, match=r'"git checkout assistant/data"'):
        Ranker.load(tmp_path)
    read = json.loads((DATA / "ranker.json").read_text(encoding="utf-8"))
    (tmp_path / "ranker.json").write_text(json.dumps({**read, "features": read["features"][1:]}), encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger=module.__name__):
        assert loaded(tmp_path) is None
    assert "git checkout assistant/data" in caplog.text

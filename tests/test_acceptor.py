"""The acceptor: what its networks compute, what is read of sentences and needs, and what is done without it."""

from __future__ import annotations

import dataclasses
import logging
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from assistant import acceptor as module
from assistant.acceptance import LEAST, SOFT, UNLIKELY, accepted, objection, unlikely
from assistant.acceptor import (
    JUDGED,
    NEED_FEATURES,
    SENTENCE_FEATURES,
    Acceptor,
    AcceptorMissing,
    Inputs,
    inputs,
    judged,
    shared_acceptor,
)
from assistant.evidence import Evidence
from assistant.matcher import Matcher
from assistant.question import Question, understand
from assistant.ranker import ranked, shared_ranker
from assistant.score import scored
from assistant.sentence import sentences_of
from assistant.span import DATA, shared_reader
from bench.train_acceptor import Net, Row, learned
from tests.bridge_builder import CONTRACTS, DELAY, FUNDING, OPENED, STAFF
from tests.test_matcher import no_frequency, no_glosses


def in_order(asked: str) -> tuple[Question, Matcher, list[Evidence]]:
    question = understand(asked)
    matcher = Matcher(question, no_frequency, 100, no_glosses)
    texts = [CONTRACTS, DELAY, OPENED, FUNDING, STAFF]
    found = [matcher.meet(one, rank) for rank, text in enumerate(texts) for one in sentences_of(text)]
    order = [scored(one, question) for one in found]
    return question, matcher, ranked(question, order, matcher, reader=shared_reader(), ranker=shared_ranker())


def some(rows: int = 12, needs: int = 3) -> Inputs:
    chance = np.random.default_rng(5)
    shapes = (rows, len(SENTENCE_FEATURES)), (rows, needs, len(NEED_FEATURES))
    return Inputs(*(chance.normal(size=shape).astype(np.float32) for shape in shapes))


def test_the_networks_say_what_those_that_were_learned_say() -> None:
    rows = [
        Row("A-1", "a", True, some(), np.arange(12) % 3 == 0),
        Row("A-2", "a", False, some(4, 1), np.zeros(4, bool)),
    ]
    weights = learned(rows)
    told = Acceptor(weights).judge(rows[0].read)
    expected = np.zeros(12)
    for at in range(len(weights["need_1"])):
        net = Net().eval()
        for layer in ("need_1", "need_2", "sentence_1", "sentence_2"):
            net.get_submodule(layer).weight.data = torch.tensor(weights[layer][at].T)
            net.get_submodule(layer).bias.data = torch.tensor(weights[f"{layer}_bias"][at])
        read = rows[0].read
        given = [
            np.clip((read.sentences - weights["sentence_mean"]) / weights["sentence_scale"], -5, 5),
            np.clip((read.needs - weights["need_mean"]) / weights["need_scale"], -5, 5),
            np.ones((12, 3), np.float32),
        ]
        with torch.no_grad():
            expected += torch.sigmoid(net(*(torch.tensor(one) for one in given))).numpy() / len(weights["need_1"])
    assert np.allclose(told, expected, atol=1e-5)


def test_the_order_of_the_needs_changes_nothing() -> None:
    acceptor = Acceptor.load()
    read = some()
    turned = Inputs(read.sentences, read.needs[:, ::-1])
    assert np.allclose(acceptor.judge(read), acceptor.judge(turned), atol=1e-6)


@pytest.mark.parametrize(
    "asked", ["吊橋はいつ開通しましたか", "橋本建設の会長は誰ですか", "Why was the opening postponed?"]
)
def test_each_of_the_first_sentences_is_judged_and_none_changes_its_place(asked: str) -> None:
    question, matcher, order = in_order(asked)
    told = judged(question, order, matcher, reader=shared_reader(), acceptor=shared_acceptor())
    assert [one.sentence for one in told] == [one.sentence for one in order]
    assert all(one.answers is not None and 0 <= one.answers <= 1 for one in told[:JUDGED])
    assert all(one.answers is None for one in told[JUDGED:])
    assert [dataclasses.replace(one, answers=None) for one in told] == order


def test_what_answers_is_likelier_than_what_speaks_of_something_else() -> None:
    question, matcher, order = in_order("吊橋はいつ開通しましたか")
    told = judged(question, order, matcher, reader=shared_reader(), acceptor=shared_acceptor())
    right = [one.answers for one in told[:JUDGED] if "開通しました" in one.sentence.text]
    others = [one.answers for one in told[:JUDGED] if "開通" not in one.sentence.text]
    assert max(filter(None, right)) > max(filter(None, others), default=0.0)


def test_features_are_numbers_for_questions_of_any_kind() -> None:
    for asked in ("開通は?", "How many employees were there in 2021?", "1", "橋本建設と架空商事の契約はいくつですか"):
        question, matcher, order = in_order(asked)
        read = inputs(question, order[:JUDGED], matcher)
        assert read.sentences.shape == (min(JUDGED, len(order)), len(SENTENCE_FEATURES))
        assert read.needs.shape == (len(read.sentences), len(question.needs), len(NEED_FEATURES))
        assert np.isfinite(read.sentences).all()
        assert np.isfinite(read.needs).all()


def test_the_acceptor_decides_beside_the_rules() -> None:
    question, _, order = in_order("吊橋はいつ開通しましたか")
    fine = next(one for one in order if accepted(one, question))
    assert not accepted(dataclasses.replace(fine, answers=UNLIKELY - 0.01), question)
    assert accepted(dataclasses.replace(fine, answers=UNLIKELY), question)
    rule = "it names too little of what was asked"
    broken = next(one for one in order if objection(one, question) == rule)
    soft = dataclasses.replace(broken, coverage=LEAST, answers=SOFT[rule])
    assert objection(soft, question) == rule
    assert accepted(soft, question)
    assert not accepted(dataclasses.replace(soft, answers=SOFT[rule] - 0.01), question)
    assert not accepted(dataclasses.replace(soft, coverage=LEAST - 0.01), question)
    firm = next(one for one in order if objection(one, question) not in {*SOFT, ""})
    assert not accepted(dataclasses.replace(firm, answers=1.0), question)


def test_a_value_is_unlikely_where_all_that_give_one_are() -> None:
    question, _, order = in_order("吊橋はいつ開通しましたか")
    fine = next(one for one in order if accepted(one, question, with_value=True))
    doubtful, likely = (dataclasses.replace(fine, answers=answers) for answers in (UNLIKELY - 0.01, UNLIKELY))
    assert accepted(doubtful, question, with_value=True)
    assert unlikely([doubtful, fine])
    assert not unlikely([doubtful, likely])
    assert not unlikely([fine])
    assert not unlikely([])


def test_a_missing_or_damaged_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AcceptorMissing, match=r"git checkout assistant/data"):
        Acceptor.load(tmp_path)
    whole = (DATA / "acceptor.npz").read_bytes()
    (tmp_path / "acceptor.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(AcceptorMissing, match=r"train_acceptor"):
        Acceptor.load(tmp_path)


def test_a_file_for_other_features_is_refused(tmp_path: Path) -> None:
    with np.load(DATA / "acceptor.npz") as file:
        weights = {name: file[name] for name in file.files}
    weights["names"] = weights["names"][::-1]
    np.savez(tmp_path / "acceptor.npz", **weights)
    with pytest.raises(AcceptorMissing):
        Acceptor.load(tmp_path)
    shutil.copy(DATA / "acceptor.npz", tmp_path)
    assert isinstance(Acceptor.load(tmp_path), Acceptor)


def test_without_a_file_the_rules_decide_and_the_log_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger=module.__name__):
        assert module.loaded(tmp_path) is None
    assert "by rules alone" in caplog.text
    question, matcher, order = in_order("吊橋はいつ開通しましたか")
    assert judged(question, order, matcher, reader=shared_reader(), acceptor=None) == order

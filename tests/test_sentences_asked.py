"""Words in front of a sentence: what the span reader read, where it is of the kind that was asked for."""

from __future__ import annotations

import pytest

from assistant.question import understand
from assistant.sentences_asked import span_text
from tests.test_acceptance import told
from tests.test_values_asked import read


@pytest.mark.parametrize(
    ("sentence", "asked", "words", "said"),
    [
        ("吊橋の塗装は2024年5月に青緑に決まりました。", "吊橋の塗装は何に決まりましたか", "青緑", "青緑"),
        ("吊橋の塗装は2024年5月に青緑に決まりました。", "吊橋の塗装は何に決まりましたか", "2024年5月", ""),
        ("吊橋の塗装は2024年5月に青緑に決まりました。", "吊橋の塗装は何に決まりましたか", "2024年5月に", ""),
        ("The paint was set on 3 May 2024 to teal.", "What was the paint set to?", "teal", "teal"),
        ("The paint was set on 3 May 2024 to teal.", "What was the paint set to?", "3 May 2024", ""),
        ("賞の名は「2024年の橋と渡船」です。", "何が賞の名に決まりましたか", "2024年の橋と渡船", "2024年の橋と渡船"),
    ],
)
def test_a_date_is_no_answer_where_none_was_asked_for(sentence: str, asked: str, words: str, said: str) -> None:
    one = read(told(sentence, asked), words, 0.9)
    assert span_text(understand(asked), one, least=0.5) == said


def test_what_the_reader_hardly_believes_is_not_said() -> None:
    asked = "吊橋の塗装は何に決まりましたか"
    one = read(told("吊橋の塗装は青緑に決まりました。", asked), "青緑", 0.4)
    assert span_text(understand(asked), one, least=0.5) == ""

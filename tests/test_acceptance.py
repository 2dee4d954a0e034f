"""Acceptance: each rule by which a sentence is no answer, with one that it stops; and sentences that none stops."""

from __future__ import annotations

import pytest

from assistant.acceptance import RULES, objection
from assistant.evidence import Evidence
from assistant.question import understand
from assistant.score import scored
from assistant.sentence import sentences_of
from corpus.announcement import Language
from tests.bridge_builder import notice
from tests.test_matcher import met

TITLE = "ハマナス橋梁からのお知らせ"


def told(sentence: str, question: str, title: str = TITLE) -> Evidence:
    language: Language = "en" if sentence.isascii() else "ja"
    announcement = notice("told", "2023-04-10", title, sentence, language=language)
    one = next(one for one in sentences_of(announcement) if one.text in sentence and one.kind != "title")
    return scored(met(question, one), understand(question))


def refused(sentence: str, question: str, title: str = TITLE) -> str:
    one = told(sentence, question, title)
    return objection(one, understand(question), with_value=bool(one.candidates))


NEARBY = "a name that was asked for is nowhere near"
LITTLE = "the sentence itself names too little"
TURN = "it does not say who came before or after whom"
AGAIN = "it only says again what was asked"
PARAPHRASE_ALONE = "it only uses words of about the same meaning"

STOPPED = [
    (
        "it names too little of what was asked",
        "The builder announced a net loss for the year ended March 2024.",
        "In which year does the builder expect its first dividend?",
    ),
    (
        "it names too little of what was asked",
        "吊橋の試験を2028年に完了します。",
        "吊橋の詳細設計審査は何年に完了しますか",
    ),
    (NEARBY, "点検ロボットの質量は42kgです。", "OKHOTSKの質量は？"),
    (NEARBY, "フェーズ2の開通は2024年5月です。", "フェーズ1の開通はいつですか"),
    (NEARBY, "北見市は、吊橋の費用として3億円を支払いました。", "函館市が支払う吊橋の費用はいくらですか"),
    (LITTLE, "橋は安全です。", "吊橋のケーブルの点検はいつですか"),
    ("it names nobody", "社長が会見を開きました。", "社長は誰ですか"),
    ("it names no place", "吊橋の模型は来月展示されます。", "吊橋の模型はどこで展示されますか"),
    ("it names no organisation", "吊橋の契約相手と協議しました。", "吊橋の契約相手はどの会社ですか"),
    ("it explains no name", "水中ロボットUMIGARASUを公開しました。", "UMIGARASUは何の略ですか"),
    ("it gives no name", "水中ロボットの名前を公募しました。", "水中ロボットの名前は何ですか"),
    (
        "it speaks of nothing of that kind",
        "作業船は工場で組み立てられます。",
        "どのクレーンが吊橋の組み立てに使われますか",
    ),
    (
        "it does not say that there is no other",
        "吊橋の点検を北見市と契約しました。",
        "吊橋の点検と塗装を契約したのは北見市だけですか",
    ),
    (NEARBY, "HAMANASU shows the bridge to the Moon society.", "What is the name of Lunar Outpost Station's bridge?"),
    (NEARBY, "吊橋の点検を北見市と契約しました。", "3件目の吊橋の点検の契約はどこの市とですか"),
    (NEARBY, "吊橋の新株の発行で3億円を調達しました。", "吊橋の新株は1株いくらで発行しましたか"),
    (
        "it names nobody",
        "The new unit of Hamanasu in Kitami City is named Hamanasu Kitami.",
        "Who heads the Kitami unit?",
    ),
    (
        "it is a value of something else",
        "The town guarantees 50% of the loan.",
        "What is the interest rate of the loan?",
    ),
    (TURN, "社長は大森健一、副社長は西村里美です。", "大森健一の前任の社長は誰ですか"),
    (TURN, "Ingrid Solberg is chief and Erik Nyberg is deputy.", "Who was chief before Ingrid Solberg?"),
    (AGAIN, "3つ目の水中ロボットを発表しました。", "3つ目の水中ロボットは何ですか"),
    (AGAIN, "The third underwater robot was announced on 3 May 2023.", "What is the third underwater robot?"),
    (PARAPHRASE_ALONE, "2024年5月に船を入手しました。", "吊橋の取得はいつですか"),
    (PARAPHRASE_ALONE, "資金は2024年に充当します。", "使い道はいつですか"),
    ("it names too little of what was asked", "吊橋は北見市にあります。", "吊橋の塗装の色は何ですか"),
    ("it names too little of what was asked", "吊橋の工事は中止されました。", "なぜ吊橋の開通は遅れたのですか"),
]
LET_THROUGH = [
    ("フェーズ1の開通は2024年5月です。", "フェーズ1の開通はいつですか"),
    ("北見市は、吊橋の費用として3億円を支払いました。", "北見市が支払う吊橋の費用はいくらですか"),
    ("社長は大森美咲です。", "社長は誰ですか"),
    ("吊橋の模型は函館市で展示されます。", "吊橋の模型はどこで展示されますか"),
    ("吊橋の契約相手は北海建設株式会社です。", "吊橋の契約相手はどの会社ですか"),
    ("UMIGARASUはUnderwater Machineの略です。", "UMIGARASUは何の略ですか"),
    ("水中ロボット「ウミガラス」を公開しました。", "水中ロボットの名前は何ですか"),
    ("吊橋の点検は北見市だけの契約です。", "吊橋の点検を契約したのは北見市だけですか"),
    ("吊橋の開通は強風のため遅れました。", "なぜ吊橋の開通は遅れたのですか"),
    ("Phase 1 opens in May 2024.", "When does phase 1 open?"),
    ("3件目の吊橋の点検の契約は北見市とです。", "3件目の吊橋の点検の契約はどこの市とですか"),
    ("The interest rate of the loan is 2%.", "What is the interest rate of the loan?"),
    ("2022年7月の吊橋の発注額は3億円です。", "吊橋に払う額（2022年7月の発表）"),
    ("西村里美は大森健一に代わり社長に就任しました。", "大森健一の後任の社長は誰ですか"),
    ("Ingrid Solberg succeeded Erik Nyberg as chief.", "Who was chief before Ingrid Solberg?"),
    ("3つ目の水中ロボットは魚の形です。", "3つ目の水中ロボットは何ですか"),
    ("The third underwater robot is a fish.", "What is the third underwater robot?"),
    ("吊橋の取得は2024年5月です。", "吊橋の取得はいつですか"),
    ("2024年5月に資金を船の入手に充当しました。", "資金の使い道はいつですか"),
    ("The town guarantees 50% of the loan.", "What share of the loan does the town guarantee?"),
]


@pytest.mark.parametrize(("rule", "sentence", "question"), STOPPED)
def test_a_rule_stops(rule: str, sentence: str, question: str) -> None:
    assert rule in {name for name, _ in RULES}
    assert refused(sentence, question) == rule


@pytest.mark.parametrize(("sentence", "question"), LET_THROUGH)
def test_no_rule_stops(sentence: str, question: str) -> None:
    assert refused(sentence, question) == ""


@pytest.mark.parametrize(
    "question", ["M1の打ち上げはいつ", "When is the launch of M1?", "ﾐｯｼｮﾝ1の打ち上げはいつですか"]
)
def test_a_numbered_name_is_known_in_each_of_its_forms(question: str) -> None:
    assert refused("ミッション1の打ち上げは2030年5月です。", question) == ""
    assert refused("ミッション2の打ち上げは2030年5月です。", question) == NEARBY


@pytest.mark.parametrize("name", ["大森さん", "大森氏", "大森様"])
def test_a_polite_ending_belongs_to_no_name(name: str) -> None:
    assert refused("大森は北見市と会談しました。", f"{name}はどこの市と会談しましたか") == ""


def test_what_is_denied_is_not_asked_for() -> None:
    question = understand("覚書ではなく契約を結んだのはどの会社ですか")
    assert [need.text for need in question.needs if need.factor >= 1] == ["契約"]


@pytest.mark.parametrize(
    ("idiom", "plain"),
    [("創業以来いくら調達しましたか", "累計"), ("When was it since it went public?", "listed")],
)
def test_idioms_are_read_in_the_words_of_announcements(idiom: str, plain: str) -> None:
    assert plain in understand(idiom).text


def test_a_crater_of_a_name_is_its_name() -> None:
    assert refused("The landing site is Atlas Crater.", "What is the name of the crater of the landing site?") == ""


def test_who_leads_now_needs_no_word_of_a_turn() -> None:
    assert refused("社長は大森健一、副社長は西村里美です。", "社長は誰ですか") == ""


def test_of_two_that_are_offered_the_answer_names_one() -> None:
    asked = "Will the inspection of the cables be carried out with a robot or by divers?"
    assert refused("The inspection is carried out with a robot.", asked) == ""
    assert refused("The ferry is carried to the island.", asked) != ""

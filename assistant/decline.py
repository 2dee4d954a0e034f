"""Declining: input that is no question about the announcements, told by its own words before anything is searched."""

from __future__ import annotations

import re

from corpus.values import fold

_ADVICE = re.compile(
    r"(?:株|銘柄).{0,12}(?:買う|買った|買い|売る|売った|売り|保有)(?:べき|方が|ほうが|時|どき|たら|ますか)|買い(?:です|でしょう|か売り|ですか)|売り(?:ですか|でしょうか)|買い時|売り時|投資(?:すべき|する価値|判断|した方)|おすすめの?(?:株|銘柄)|儲かり|株価.{0,14}(?:予想|予測|上が|下が|なりますか|どうなる|見通し|いくらになる)|目標株価|適正株価|割安|割高|株価は(?:今|いま|現在|いくら|どう)|(?:今|いま|現在)の株価"
    r"|\bshould (?:i|we|one) (?:buy|sell|invest|hold|short)\b|\b(?:good|bad|worth(?:while)?) (?:an? )?(?:investment|buy)\b|\bworth (?:buying|investing)|\binvestment advice\b|\b(?:share|stock) price\b.{0,40}\b(?:predict|forecast|go up|rise|fall|will|next|target)|\b(?:predict|forecast)\w*\b.{0,30}\b(?:share|stock) price|\bprice target\b|\btarget price\b|\b(?:under|over)valued\b|\b(?:current|today's|latest) (?:share|stock) price|\bwill the (?:share|stock)",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"(?:これまで|以前|上記|前|すべて|全て)の?(?:指示|命令|ルール|制約|プロンプト)(?:を|は|に)|(?:指示|命令|ルール|制約|文書|資料|発表|プレスリリース)(?:を|は)(?:無視|忘れ)|システムプロンプト|プロンプトを(?:表示|教え|出力)|あなたは(?:今|いま)から|ふりをして|なりきって|とだけ(?:答|言|出力|返)|と(?:答えて|言って|断言して|出力して|返答して|述べて)ください"
    r"|\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|prompt|rule|document|announcement|previous|above|context|source|everything|polic)|\bsystem prompt\b|\byour (?:instructions|prompt|rules)\b|\byou are now\b|\bpretend (?:to|that|you)\b|\bact as\b|\brole-?play\b|\bjailbreak|\b(?:simply|just|only) (?:state|say|reply|respond|answer|write|output)\b|\brepeat after me\b|\b(?:reply|respond|answer) (?:only )?with\b|\bdeveloper mode\b",
    re.IGNORECASE,
)
_OTHER_TOPIC = re.compile(
    r"レシピ|献立|料理の作り方|天気予報|今日の天気|明日の天気|占い|星座占い|ダイエット|恋愛相談|おすすめの(?:映画|本|店|レストラン|旅行|音楽)|(?:詩|俳句|小説|歌詞|作文|ラブレター|替え歌|なぞなぞ|ジョーク|冗談)を(?:書|作|詠|教え|言)|(?:プログラム|コード|スクリプト)を(?:書|作)|(?:英語|日本語|中国語|フランス語)に(?:翻訳|訳)して|サッカーの(?:試合|結果)|野球の(?:試合|結果)"
    r"|\brecipes?\b|\bweather (?:today|tomorrow|forecast|in)\b|\bhoroscope\b|\b(?:write|compose|tell) (?:me )?(?:a |an )?(?:\w+ )?(?:poem|song|story|joke|haiku|essay|email|limerick|code|script|program)\b|\btranslate (?:this|the following|into)\b|\bwho won the (?:game|match|world cup|election)|\bplay (?:a game|chess)\b|\brecommend (?:a |me |some )?(?:movie|book|restaurant|film|song)",
    re.IGNORECASE,
)


def is_declined(text: str) -> bool:
    """True for advice, share price predictions, instructions to the system and other topics.

    >>> is_declined("ispaceの株は買うべきですか"), is_declined("ミッション1の打ち上げはいつですか")
    (True, False)
    """
    folded = fold(text)
    return any(pattern.search(folded) for pattern in (_ADVICE, _INSTRUCTION, _OTHER_TOPIC))

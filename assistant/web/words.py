"""The page's words, one table for each language; what an announcement says is never translated here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from assistant.answer import Status
from corpus.announcement import Language, SectionKind
from corpus.dates import JST, PartialDate

WORDS: Mapping[Language, Mapping[str, str]] = {
    "ja": {
        "title": "開示情報アシスタント",
        "lead": "会社の発表資料に書かれていることを、根拠の原文とともにお答えします。",
        "note": "発表資料からの抜粋です。必ず原文をご確認ください。投資に関する助言は行いません。",
        "contact": "お問い合わせ：",
        "conversation": "会話",
        "question": "質問",
        "placeholder": "質問を入力",
        "as_of": "基準日（任意）",
        "as_of_placeholder": "例 2022-09-30",
        "as_of_info": "この日までに公表された資料だけで答えます",
        "ask": "質問する",
        "ask_about": "「{title}」では何が発表されましたか",
        "stop": "中止",
        "clear": "新しい会話",
        "welcome": "発表資料について質問してください",
        "welcome_more": "日本語でも英語でも質問できます。",
        "evidence": "根拠",
        "evidence_empty": "回答の根拠となる原文を、ここに表示します。",
        "evidence_none": "この回答には引用がありません。",
        "earlier": "以前の回答の根拠",
        "searching": "発表資料を調べています…",
        "source": "出典",
        "page": "{page}ページ",
        "undated": "日付の記載なし",
        "original": "原文を開く",
        "no_original": "原文へのリンクはありません",
        "held": "{date}時点の情報",
        "was": "{date}時点",
        "superseded": "更新前",
        "current": "現在",
        "more_superseded": "さらに以前の値（{count}件）",
        "extractive": "原文からの抜粋",
        "written": "{engine}が作成し、原文と照合した文章",
        "choose": "候補",
        "bad_date": "基準日は 2022-09-30、2022-09 または 2022 のように入力してください。",
        "too_long": "質問は{limit}文字以内で入力してください。",
        "unable": "ただいまお答えできません。しばらくしてからもう一度お試しください。",
        "stopped": "回答を中止しました。",
        "you": "質問：",
        "official": "承認された公式回答",
        "staff_only": "社内限り",
        "embargoed": "公表前（{moment}に公表）",
        "confidential": "公表されていない情報を含みます。社外に出さないでください。",
        "filters": "絞り込み",
        "filters_on": "絞り込み：{chosen}",
        "language": "資料の言語",
        "language_ja": "日本語",
        "language_en": "英語",
        "category": "種類",
        "issuer": "発行者",
        "every": "すべて",
        "only": "範囲：{chosen}",
        "asked_as_of": "{date}までの資料で回答",
        "searched": "言語モデルを使わずに検索",
        "cited": "出典",
        "more_cited": "さらに{count}件の出典",
        "open_passage": "開示資料の該当箇所を開く",
        "actions": "この回答の操作",
        "up": "役に立った",
        "down": "役に立たなかった",
        "reasons": "どこが問題でしたか",
        "reason_wrong": "内容が誤り",
        "reason_outdated": "情報が古い",
        "reason_incomplete": "不足がある",
        "reason_unclear": "分かりにくい",
        "reason_source": "出典が不適切",
        "reason_other": "その他",
        "comment": "補足（任意。個人名は書かないでください）",
        "send": "送る",
        "rated": "評価を記録しました。もう一度押すと取り消せます。",
        "rated_down": "受信箱に入りました。もう一度押すと取り消せます。",
        "unrated": "評価を取り消しました。",
        "not_kept": "この回答は記録に残っていないため、評価できません。",
        "copy": "出典付きでコピー",
        "copied": "コピーしました",
        "copy_failed": "コピーできませんでした。文章を選択してコピーしてください。",
        "again": "もう一度質問",
        "make_official": "公式回答にする",
        "save_as": "会話を保存",
        "engine": "作成方法",
        "made": "{date}に作成",
        "past": "会話の履歴",
        "find": "履歴を検索",
        "find_placeholder": "質問や回答の言葉",
        "past_none": "質問すると、ここに会話が残ります。",
        "past_not_found": "「{words}」を含む会話はありません。",
        "past_not_kept": "記録を残さない設定のため、会話は保存されません（ASSISTANT_RECORD_DAYS=0）。",
        "past_kept": "会話は{days}日間残り、ほかの利用者には表示されません。",
        "past_count": "{count}件",
        "forget": "削除",
        "forget_named": "「{title}」を削除",
        "forget_ask": "この会話を履歴から消します。回答は氏名を除いて記録に残ります。",
        "forget_all": "履歴をすべて削除",
        "forget_all_ask": "すべての会話を履歴から消します。回答は氏名を除いて記録に残ります。",
        "forget_yes": "削除する",
        "forgotten": "履歴から削除しました。",
        "bring_back": "元に戻す",
        "past_gone": "この会話は見つかりません。削除されたか、保存期間が過ぎています。新しい質問をどうぞ。",
    },
    "en": {
        "title": "Announcements assistant",
        "lead": "Answers from what the company has published, each with the passage it rests on.",
        "note": "Extracts from announcements; please check the original. No investment advice.",
        "contact": "Contact:",
        "conversation": "Conversation",
        "question": "Question",
        "placeholder": "Type your question",
        "as_of": "As of (optional)",
        "as_of_placeholder": "e.g. 2022-09-30",
        "as_of_info": "Answers only from what was published by then",
        "ask": "Ask",
        "ask_about": "What was announced in “{title}”?",
        "stop": "Stop",
        "clear": "New conversation",
        "welcome": "Ask about the announcements",
        "welcome_more": "In English or Japanese.",
        "evidence": "Sources",
        "evidence_empty": "The passages behind an answer appear here.",
        "evidence_none": "This answer cites nothing.",
        "earlier": "Sources of earlier answers",
        "searching": "Looking through the announcements…",
        "source": "Source",
        "page": "page {page}",
        "undated": "undated",
        "original": "Open the original",
        "no_original": "No link to the original",
        "held": "As of {date}",
        "was": "as of {date}",
        "superseded": "Earlier",
        "current": "Now",
        "more_superseded": "{count} older values",
        "extractive": "Extracted word for word",
        "written": "Written by {engine}, checked against the extracts",
        "choose": "Suggestions",
        "bad_date": "Please give the date as 2022-09-30, 2022-09 or 2022.",
        "too_long": "Please keep the question within {limit} characters.",
        "unable": "The assistant cannot answer at the moment. Please try again later.",
        "stopped": "Stopped.",
        "you": "Question:",
        "official": "Official answer, approved",
        "staff_only": "Staff only",
        "embargoed": "Not published before {moment}",
        "confidential": "Holds what has not been published. Keep it inside the company.",
        "filters": "Filters",
        "filters_on": "Filters: {chosen}",
        "language": "Language of the announcements",
        "language_ja": "Japanese",
        "language_en": "English",
        "category": "Category",
        "issuer": "Issuer",
        "every": "All",
        "only": "Only: {chosen}",
        "asked_as_of": "From what was published by {date}",
        "searched": "Searched without a language model",
        "cited": "Sources",
        "more_cited": "{count} more sources",
        "open_passage": "Open the announcement at this passage",
        "actions": "What you can do with this answer",
        "up": "Helpful",
        "down": "Not helpful",
        "reasons": "What was wrong with it?",
        "reason_wrong": "Wrong",
        "reason_outdated": "Out of date",
        "reason_incomplete": "Incomplete",
        "reason_unclear": "Unclear",
        "reason_source": "Wrong source",
        "reason_other": "Something else",
        "comment": "More (optional; please name no person)",
        "send": "Send",
        "rated": "Noted. Press again to take it back.",
        "rated_down": "It is in the inbox. Press again to take it back.",
        "unrated": "Taken back.",
        "not_kept": "This answer is not in the record, so it cannot be rated.",
        "copy": "Copy with sources",
        "copied": "Copied",
        "copy_failed": "That could not be copied. Select the text and copy it.",
        "again": "Ask again",
        "make_official": "Make official",
        "save_as": "Save the conversation",
        "engine": "Made by",
        "made": "Made on {date}",
        "past": "Conversations",
        "find": "Search conversations",
        "find_placeholder": "Words of a question or answer",
        "past_none": "Once you ask, the conversation stays here.",
        "past_not_found": "No conversation holds “{words}”.",
        "past_not_kept": "Nothing is recorded here, so no conversation is kept (ASSISTANT_RECORD_DAYS=0).",
        "past_kept": "Conversations stay for {days} days; other users do not see them.",
        "past_count": "{count} asked",
        "forget": "Delete",
        "forget_named": "Delete “{title}”",
        "forget_ask": "This takes it out of your list. Its answers stay in the record, without your name.",
        "forget_all": "Delete all conversations",
        "forget_all_ask": "This empties your list. The answers stay in the record, without your name.",
        "forget_yes": "Delete",
        "forgotten": "Deleted.",
        "bring_back": "Undo",
        "past_gone": "There is no such conversation: it was deleted, or its time is over. Please ask anew.",
    },
}

SIGN_IN: Mapping[Language, Mapping[str, str]] = {
    "ja": {
        "title": "開示情報アシスタント（社内用）",
        "name": "ユーザー名",
        "password": "パスワード",
        "sign_in": "サインイン",
        "wrong": "ユーザー名またはパスワードが違います。",
        "too_often": "失敗が続いたため、しばらく受け付けません。15分ほどしてからもう一度お試しください。",
        "stale": "このページは古くなっています。もう一度入力してください。",
        "nobody": "サインインできるユーザーがまだいません。管理者に連絡してください。",
    },
    "en": {
        "title": "Announcements assistant (staff)",
        "name": "User name",
        "password": "Password",
        "sign_in": "Sign in",
        "wrong": "The user name or the password is not right.",
        "too_often": "Too many attempts failed. Please try again in about 15 minutes.",
        "stale": "This page had become too old. Please type it again.",
        "nobody": "There is no user yet who may sign in. Please ask the administrator.",
    },
}

STATUS: Mapping[Language, Mapping[Status, str]] = {
    "ja": {
        "answered": "",
        "not_found": "発表資料に記載が見つかりません",
        "declined": "お答えできない内容です",
        "ambiguous": "質問の対象を選んでください",
    },
    "en": {
        "answered": "",
        "not_found": "Not stated in the announcements",
        "declined": "Outside what can be answered",
        "ambiguous": "Please choose what you mean",
    },
}

SECTIONS: Mapping[Language, Mapping[SectionKind, str]] = {
    "ja": {
        "title": "表題", "dateline": "日付", "lead": "冒頭", "heading": "見出し", "body": "本文", "list": "箇条書き",
        "table": "表", "caption": "写真説明", "quotation": "コメント", "footnote": "注記", "boilerplate": "会社概要等",
        "contact": "問い合わせ先",
    },
    "en": {
        "title": "title", "dateline": "dateline", "lead": "lead", "heading": "heading", "body": "body", "list": "list",
        "table": "table", "caption": "caption", "quotation": "quotation", "footnote": "note",
        "boilerplate": "about the company", "contact": "contact",
    },
}  # fmt: skip

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def interface_language(accept_language: str | None) -> Language:
    """The language that a browser prefers, from its Accept-Language header, as Gradio picks it for labels.

    >>> interface_language("ja,en-US;q=0.9,en;q=0.8")
    'ja'
    >>> interface_language("de-DE,de;q=0.9,ja;q=0.8")
    'en'
    """
    first = (accept_language or "").split(",")[0].strip().lower()
    return "ja" if first == "ja" or first.startswith(("ja-", "ja;")) else "en"


def spoken_date(iso: str, language: Language) -> str:
    """An ISO date as its readers write it; what is no date is given back unchanged.

    >>> spoken_date("2022-09-27", "ja"), spoken_date("2022-09-27", "en"), spoken_date("2022-09", "en")
    ('2022年9月27日', '27 Sep 2022', 'Sep 2022')
    """
    try:
        date = PartialDate.parse(iso)
    except ValueError:
        return iso
    if language == "ja":
        month = f"{date.month}月" if date.month else ""
        return f"{date.year}年{month}" + (f"{date.day}日" if date.day else "")
    parts = [str(date.day) if date.day else "", _MONTHS[date.month - 1] if date.month else "", str(date.year)]
    return " ".join(part for part in parts if part)


def spoken_minute(moment: dt.datetime, language: Language) -> str:
    """A moment in Japan, as readers of the language write it, for a place that says whose time it is.

    >>> spoken_minute(dt.datetime(2025, 6, 1, 15, 4, tzinfo=dt.UTC), "en")
    '2 Jun 2025 00:04'
    """
    there = moment.astimezone(JST)
    return f"{spoken_date(there.date().isoformat(), language)} {there:%H:%M}"


def spoken_moment(moment: dt.datetime, language: Language) -> str:
    """A moment as its readers write it, in Japan's time.

    >>> spoken_moment(dt.datetime(2026, 12, 1, 6, tzinfo=dt.UTC), "ja")
    '2026年12月1日 15:00（日本時間）'
    >>> spoken_moment(dt.datetime(2026, 12, 1, 6, tzinfo=dt.UTC), "en")
    '1 Dec 2026 15:00 JST'
    """
    return spoken_minute(moment, language) + ("（日本時間）" if language == "ja" else " JST")

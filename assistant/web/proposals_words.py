"""The words of the review of proposed facts, a table for each language."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.web.announcements_words import ANNOUNCEMENTS
from corpus.announcement import Language

_NAMED = ("kind_", "attribute_", "status_")  # what facts are called everywhere

_OWN: Mapping[Language, Mapping[str, str]] = {
    "ja": {
        "tabs": "公式回答と事実",
        "tab_official": "公式回答",
        "tab_facts": "提案された事実",
        "title": "提案された事実",
        "lead": "AIモデルが資料から読み取った事実の候補です。編集者が採用したものだけが、年表や回答に使われます。",
        "state": "状態",
        "state_proposed": "未確認",
        "state_accepted": "採用",
        "state_rejected": "不採用",
        "announcement": "資料",
        "any": "すべて",
        "filter": "絞り込む",
        "counted": "{count}件",
        "page_of": "{page} / {pages}ページ",
        "none_proposed": "確認を待つ候補はありません。管理者が「python -m assistant proposals make」で作れます。",
        "none": "この状態の候補はありません。",
        "held": "{date}時点",
        "proposed_by": "{model}が{moment}に提案",
        "reviewed": "{who}さんが{moment}に確認",
        "outdated": "資料が変わったため、使われません",
        "accept": "採用する",
        "reject": "採用しない",
        "accept_n": "候補{number}を採用する",
        "reject_n": "候補{number}を採用しない",
        "choose": "候補{number}を選ぶ",
        "accept_chosen": "選んだ候補を採用する",
        "reject_chosen": "選んだ候補を採用しない",
        "choose_some": "候補を1つ以上選んでください。",
        "done_accepted": "{count}件を採用しました。",
        "done_rejected": "{count}件を不採用にしました。",
        "look_accepted": "採用した事実を見る（採用を取り消せます）",
        "look_rejected": "不採用の候補を見る（採用し直せます）",
        "changed": "候補{number}の資料は、提案の後に変わりました。"
        "「python -m assistant proposals make」で読み直してから確認してください。",
        "gone": "その候補はもうありません。一覧から選んでください。",
        "needs_editor": "採用の判断には「編集」の権限が必要です。",
    },
    "en": {
        "tabs": "Official answers and facts",
        "tab_official": "Official answers",
        "tab_facts": "Proposed facts",
        "title": "Proposed facts",
        "lead": "What a chat model read in the announcements. Only what an editor accepts counts, in the timeline and "
        "in answers.",
        "state": "State",
        "state_proposed": "To review",
        "state_accepted": "Accepted",
        "state_rejected": "Rejected",
        "announcement": "Announcement",
        "any": "Any",
        "filter": "Filter",
        "counted": "{count} in all",
        "page_of": "page {page} of {pages}",
        "none_proposed": "Nothing waits for a review. An administrator makes proposals with “python -m assistant "
        "proposals make”.",
        "none": "There is none in this state.",
        "held": "as of {date}",
        "proposed_by": "Proposed by {model}, {moment}",
        "reviewed": "Reviewed by {who}, {moment}",
        "outdated": "Its announcement has changed: it does not count",
        "accept": "Accept",
        "reject": "Reject",
        "accept_n": "Accept proposal {number}",
        "reject_n": "Reject proposal {number}",
        "choose": "Choose proposal {number}",
        "accept_chosen": "Accept the chosen",
        "reject_chosen": "Reject the chosen",
        "choose_some": "Choose one or more first.",
        "done_accepted": "Accepted: {count}.",
        "done_rejected": "Rejected: {count}.",
        "look_accepted": "See what was accepted (it can be taken back there)",
        "look_rejected": "See what was rejected (it can still be accepted there)",
        "changed": "The announcement of proposal {number} changed after it was made. Read it again with “python -m "
        "assistant proposals make”, then review that.",
        "gone": "That proposal is there no longer. Choose one from the list.",
        "needs_editor": "Only an editor decides on these.",
    },
}


def _with_names(language: Language) -> Mapping[str, str]:
    known = ANNOUNCEMENTS[language].items()
    return {**{key: said for key, said in known if key.startswith(_NAMED)}, **_OWN[language]}


PROPOSALS_WORDS: Mapping[Language, Mapping[str, str]] = {"ja": _with_names("ja"), "en": _with_names("en")}

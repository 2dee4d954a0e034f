"""Understanding: what was typed in, a Question out: its language, what kind of answer it wants, what it names, of when."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.labels import labels
from corpus.announcement import Language
from corpus.clean import guess_language
from corpus.dates import PartialDate
from corpus.values import Value, fold, values
from index.analyse import analyse, stem
from index.terms import terms as term_list
from index.words import Word, words

Want = Literal[
    "date", "time", "money", "quantity", "person", "organisation", "place", "reason", "manner", "yes_no", "choice", "list",
    "speaker", "statement", "people_in_picture", "footnote", "history", "change_count", "definition", "as_of", "free",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Need:
    """Something that the question names and that its answer's surroundings should name too."""

    text: str
    terms: tuple[str, ...]  # of `analyse`
    is_name: bool = False  # a proper noun or an identifier: nothing else will do
    is_number: bool = False  # a numbered name, a date, an amount
    factor: float = 1.0  # how much it says; light words and words that only name the wanted type say little
    carried: bool = False  # from an earlier turn
    alternatives: tuple[tuple[str, ...], ...] = ()  # the same thing under other names
    strict: bool = False  # 次の, 最終, "remaining": without it another thing is meant
    head: bool = False  # what the question is about: the salary of "What is the CEO's salary?"


@dataclass(frozen=True, slots=True)
class Question:
    """A question that stands alone, taken apart."""

    text: str  # as typed
    query: str  # as it stands alone: what is searched for
    language: Language
    wants: tuple[Want, ...]  # the first is the main one
    needs: tuple[Need, ...]
    unit: str = ""  # of a wanted quantity: a key of corpus.values.UNITS
    units: tuple[str, ...] = ()  # the units of all measures that are asked for, in the order asked
    options: tuple[str, str] | None = None  # of "A or B?"
    as_of: dt.date | None = None  # "2022年9月時点で": the end of that period
    asks_latest: bool = False
    asks_original: bool = False
    asks_outcome: bool = False  # what became of it
    asks_current: bool = False  # in the present tense, of no stated time
    counted: str = ""  # the stem of the noun of "how many …"
    says_only: bool = False  # だけ, "alone": every word counts
    asks_plan: bool = False
    asks_future: bool = False  # "When will …?", 次の…はいつ: nothing that is over answers it
    is_past: bool = False  # asks what happened, not what is planned
    says_already: bool = False
    universal: bool = False  # "all", "すべて" in a yes/no question
    footnote: str = ""
    position: str = ""  # in a picture: left, right, or a number from the left
    given: tuple[Value, ...] = ()  # values that the question itself states
    labels: frozenset[str] = frozenset()  # Mission 2, the second contract
    parts: tuple[str, ...] = field(default=())  # the questions of a compound one
    siblings: tuple[str, ...] = field(default=())  # the same question for each of several labels of a kind

    @property
    def want(self) -> Want:
        return self.wants[0]


# --- kinds of answer ---------------------------------------------------------------------------------------------------

_COUNTERS_JA = {
    "人": "person", "名": "person", "社": "company", "件": "item", "つ": "item", "個": "item", "種類": "item", "回": "times",
    "度": "times", "カ国": "country", "か国": "country", "ヶ国": "country", "拠点": "place", "カ所": "place", "か所": "place",
    "機": "vehicle", "基": "vehicle", "台": "vehicle", "株": "share", "パーセント": "percent", "%": "percent", "割": "percent",
    "キログラム": "kg", "キロ": "kg", "kg": "kg", "トン": "tonne", "メートル": "m", "ミリ": "mm", "センチ": "cm", "km": "km",
    "歳": "age", "才": "age", "年間": "year-span", "カ月": "month-span", "か月": "month-span", "日間": "day-span",
    "時間": "hour-span", "分間": "minute-span", "チーム": "team", "点": "item",
}  # fmt: skip
_NOUNS_EN = {
    "people": "person", "employees": "person", "staff": "person", "persons": "person", "engineers": "person",
    "companies": "company", "firms": "company", "contracts": "contract", "countries": "country", "bases": "place",
    "offices": "place", "sites": "place", "locations": "place", "times": "times", "shares": "share", "rovers": "vehicle",
    "satellites": "vehicle", "landers": "vehicle", "years": "year-span", "months": "month-span", "days": "day-span",
    "hours": "hour-span", "teams": "team", "missions": "mission", "kilograms": "kg", "percent": "percent",
}  # fmt: skip
_MEASURES = [
    (re.compile(r"重さ|重量|質量|体重|何キロ|how heavy|weigh|\bmass\b|\bweight\b", re.I), "kg"),
    (re.compile(r"高さ|全高|身長|how tall|\bheight\b|how high", re.I), "m"),
    (re.compile(r"直径|diameter", re.I), "mm"),
    (re.compile(r"幅は|横幅|how wide|\bwidth\b", re.I), "m"),
    (re.compile(r"長さ|how long is the|\blength\b", re.I), "m"),
    (re.compile(r"割合|何割|比率|何パーセント|what (?:share|percentage|proportion)|how much of the (?!money)", re.I), "percent"),
    (re.compile(r"年齢|何歳|何才|how old|\bage of\b", re.I), "age"),
    (re.compile(r"速度|時速|how fast|\bspeed\b", re.I), "km/h"),
    (re.compile(r"何年間|期間は|how many years|how long (?:will|does|did|is the (?:contract|period|term))", re.I), "year-span"),
]  # fmt: skip
_AMOUNT_NOUNS = [
    (re.compile(r"人数|従業員数|社員数|スタッフ数|人員|head ?count|number of (?:employees|staff|people)|\bstaff\b|how many people", re.I), "person"),
    (re.compile(r"株式数|株数|何株|number of shares", re.I), "share"),
    (re.compile(r"拠点数|number of (?:bases|offices|sites)", re.I), "place"),
    (re.compile(r"社数|number of (?:companies|partners)|how many (?:\w+ )?(?:partners|shareholders|investors)", re.I), "company"),
]  # fmt: skip
_WANTS: list[tuple[Want, re.Pattern[str]]] = [
    ("footnote", re.compile(r"脚注|注釈|(?<![A-Za-z])注\s?[0-9ivx]|footnote|\bnote [0-9ivx]+\b", re.I)),
    (
        "as_of",
        re.compile(
            r"いつ(?:の)?時点|何[年月日](?:の)?時点|いつ現在|as of (?:which|what|when)|(?:which|what) date .{0,40}(?:assum|as of)|when was .{0,60}(?:assumed|estimated)",
            re.I,
        ),
    ),
    ("people_in_picture", re.compile(r"写真|画像に写|\bphoto|\bpicture|\bpictured|\bimage\b|caption", re.I)),
    ("change_count", re.compile(r"何[回度].{0,14}(?:後ろ倒し|延期|変更|変わ|遅れ|ずれ|見直|前倒し)|(?:後ろ倒し|延期|変更|変わ).{0,12}何[回度]|how (?:many times|often).{0,60}(?:postpon|delay|mov|chang|slip|push|revis|shift)", re.I)),
    ("history", re.compile(r"どのように(?:変わ|変化|推移|変更|移|動|修正)|どう(?:変わ|推移|変化|変更|増え|減|伸び|移|動|なってき)|推移|変遷|経緯を|移り変わ|何度.*変|how (?:did|has|have|was|were).{0,90}(?:chang|mov|grow|grew|evolv|shift|slip|develop|revis|progress)|each stage|over time|history of|track", re.I)),
    ("speaker", re.compile(r"誰の(?:コメント|発言|言葉)|(?:誰|だれ|どなた)が.{0,12}(?:述べ|語|言|話し|コメント)|(?:コメント|発言)したのは(?:誰|だれ|どなた)|(?:と|を|、)(?:言った|言っている|述べた|述べている|語った|語っている|話した)のは(?:誰|だれ|どなた)|who (?:said|says|stated|commented)|whose (?:words|comment|quote|statement)|who is quoted|who calls", re.I)),
    ("statement", re.compile(r"何と(?:述べ|言|語|コメント)|どのような(?:コメント|発言)|コメントの内容|what (?:does|did|do) .{2,60} (?:say|said|state|think|comment)|proud of|誇りに", re.I)),
    ("reason", re.compile(r"なぜ|どうして|理由|原因|要因|何が原因|\bwhy\b|\breasons?\b|\bcauses?d?\b|what led to|because of what", re.I)),
    ("time", re.compile(r"何時(?!点|期)|時刻|what time|at what hour", re.I)),
    ("money", re.compile(r"いくら|金額|何(?:億|万|千|百)?(?:円|ドル|ユーロ)|総額|調達額|費用|価格|契約額|融資額|how much (?:money|funding|did .* (?:raise|pay|cost)|.*(?:worth|cost|paid|pay|raise|invest|fund|loan|borrow))|what (?:is|was|were) the (?:amount|price|value|cost|size)|\bamount\b|\bhow much\b(?!.{0,40}\b(?:weigh|mass|of the)\b)", re.I)),
    ("date", re.compile(r"いつ|何年(?!間)|何月|何日(?!間)|日付|日時|時期は|何年度|期日|\bwhen\b|what (?:date|day|year|month)|(?:which|what|in which) (?:year|month|quarter)|how soon|on which date|(?:earliest|latest) date", re.I)),
    ("quantity", re.compile(r"いくつ|何(?:人|名|社|件|つ|個|種類|回|度|カ国|か国|ヶ国|拠点|カ所|か所|機|基|台|株|割|パーセント|%|キロ|キログラム|kg|トン|メートル|ミリ|センチ|歳|年間|カ月|か月|日間|時間|分間|チーム|点)|どのくらい|どれくらい|どれだけ|人数|件数|社数|台数|how many|how (?:heavy|tall|wide|long|large|big|fast|old|far)|how much\b.*\bweigh|what (?:share|percentage|proportion|number)|number of", re.I)),
    ("person", re.compile(r"誰|だれ|どなた|氏名|\bwho\b|\bwhom\b|\bwhose\b|which (?:\w+ )?(?:official|executive|person|astronaut|officer|professor)", re.I)),
    ("place", re.compile(r"どこ(?!の(?:会社|企業|社|銀行|組織|機関|政府))|場所|何の都市|どの(?:都市|国|州|県|地域|場所|国々)|\bwhere\b|(?:which|what) (?:city|country|place|state|region|site|venue|crater|location)|at which event|landing site", re.I)),
    ("organisation", re.compile(r"どの(?:会社|企業|銀行|機関|組織|団体|大学|政府)|どこの(?:会社|企業|社|銀行|組織|機関|政府|国の政府)|何という(?:会社|企業|銀行|機関|組織|団体)|会社名|企業名|取引先|契約相手|(?:which|what) (?:company|companies|bank|banks|organi[sz]ation|agency|firm|partner|university|government|customer|insurer)", re.I)),
    ("manner", re.compile(r"どのように|どうやって|どのような方法|どんな方法|いかに|\bhow (?:was|were|is|are|did|does|do|will|can|has)\b|in what way|by what means", re.I)),
    ("definition", re.compile(r"何の略|正式名称|略称|とは(?:何|なん|どんな|どのような|どういう)|とは[？?]?$|何を(?:意味|指)|what (?:is|are) (?:a |an |the )?[\w .'-]{2,40}\?*$|stand for|what does .{1,40} mean", re.I)),
    ("list", re.compile(r"すべて(?:挙げ|教え|列挙)|全て(?:挙げ|教え)|一覧|列挙|挙げて|どんな.{0,12}があり|\blist\b|name (?:all|the|each)|\ball (?:of )?the\b.*\bwhat\b|which .{0,30} were|each of", re.I)),
]  # fmt: skip
_WH_JA = re.compile(
    r"何|なに|なん|誰|だれ|どこ|どの|どれ|どちら|どんな|どう|どなた|いつ|いくら|いくつ|なぜ|いかが|教えて|挙げて|説明して|述べて"
)
_YES_NO_JA = re.compile(
    r"(?:です|ます|でした|ました|ません|ない|った|いた|んだ|している|された|のでしょう|だ)か[。？?\s]*$|(?:しました|ましたか|ですか|ますか)[？?]*$|(?:の|った|いる|ある|する)[？?]$"
)
_YES_NO_EN = re.compile(
    r"^(?:(?:so|and|but|then|according to [^,]+|as of [^,]+|in [^,]+|by [^,]+),?\s+)*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may|isn't|aren't|wasn't|didn't|doesn't|hasn't)\b",
    re.I,
)
_WH_EN = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.I)
_CHOICE_JA = re.compile(
    r"(?P<a>[^、。\s「」はがで]{1,24})(?:と|か|、それとも|それとも|または|もしくは|または、)、?(?P<b>[^、。\s「」はがで]{1,24}?)(?:の(?:うち)?)?(?:、)?(?:どちら|どっち|いずれ)"
)
_CHOICE_EN = re.compile(
    r"\b(?:the |an? |by (?:the |a )?)?(?P<a>[\w.-]+(?: [\w.-]+)?),? or (?:by |on |in |with )?(?:the |an? )?(?P<b>[\w.-]+(?: \d+)?)",
    re.I,
)

# --- words that say little ---------------------------------------------------------------------------------------------

# They name the kind of answer, not what it is about; the reader's type check takes care of them.
_TYPE_WORDS = frozenset(
    """都市 国 場所 所 人 人物 名前 名称 氏名 金額 額 総額 日 日付 日時 時期 理由 原因 会社 企業 社名 数 回数 件数 人数 名 年 月 時刻 誰
    何 どこ いつ いくら 何回 何人 何件 何社 役職 肩書 肩書き 位置 方法 内容 種類 もの こと 何年 何月 何日 金 値段 名目 年月日 略 略称 正式名称 意味
    city country place date name amount number company reason event event year month day time person people official value
    figure kind type way position role title size total piece thing someone""".split()
)
_LIGHT_WORDS = frozenset(
    """行う 為る する 成る なる 有る ある 居る いる 出来る できる 実施 場 際 時 予定 今回 それぞれ 全部 全て すべて 合計 発表 述べる 言う 当時
    今 現在 時点 想定 むかし 昔 以前 もともと 元々 当初 最新 最終 最終的 結局 主 主な 約 対する 関する ため 為 うち 内 中 他 等 様 方 側 上 下 後 前 間 次第 場合 最も 既に もう すでに よう 様子 いま 実際 大変 一番 感じ ところ
    早い 最短 最 以降 以上 以下 達する 伝える 知らせる お知らせ プレスリリース リリース 文書 資料 記載 書く 下さる ください 教える
    予定年 見込み 計画 目標 状況 状態 結果 詳細 具体 具体的 同 本 当 各 全 総 新 旧 第 回 呼ぶ 呼称 決まる 決める 使う 使用 用いる
    announc announcement press releas document text accord say said state mention give tell describ call name due schedul
    plan expect current currently now latest recent recently final finally originally most actual actually main mainly
    present assum ok okay sorry mean stand
    already still yet today accord happen pleas exact exactly figur stage report differ use relat get make take happen there also first
    have has been will would could earliest latest early late date long much many each other one ones""".split()
)  # fmt: skip

_VERB_EN = re.compile(
    r"[a-z]{3,}ed|[a-z]{4,}ing|given?|gave|receive|won|win|meet|met|held?|hold|sold|sell|bought|buy|paid|pay|chosen?|choose|led|lead|made|took|"
    r"taken|became|become|began|begin|begun|start|join|sign|agree|carry|belong|qualify|reach|happen|weigh|cost|contain|provide|serve|own|built|build|flew|flown|fly|sent|send|found|lost|lose|fell|fail|put|set"
)
_AS_OF_JA = re.compile(r"(?P<date>[^、。は]{0,16}?(?:年度?|月|日)[末初頭]?頭?)(?:の)?(?:時点|現在)")
_AS_OF_EN = re.compile(r"\b(?:as of|as at|up to|until the end of)\s+(?P<date>[^,?]{4,30})", re.I)
_LATEST = re.compile(
    r"最新|現在|いま|今の|今は|今も|最終的|結局|直近|現時点|latest|current|currently|\bnow\b|most recent|today|finally|these days",
    re.I,
)
_ORIGINAL = re.compile(r"当初|最初の計画|元々|もともと|はじめは|originally|at first|initial(?:ly)?\b|first plan", re.I)
_OUTCOME = re.compile(
    r"どうなり|どうなった|結果は|結末|顛末|その後|outcome|what happened|what became|the result of", re.I
)
_FUTURE = re.compile(r"\bwill\b|これから|今後|次の|次回|する予定|\bnext\b|upcoming", re.I)
_PLAN = re.compile(
    r"予定|計画|見込み|目標|いつ頃.*する|\b(?:plan(?:ned|s)?|schedul\w+|due|expected|target\w*|will)\b", re.I
)
_PAST = re.compile(
    r"ましたか|でしたか|ました|したか|したのは|されたのは|だったか|れましたか|た(?:日|のは|時)|\b(?:did|was|were|had)\b",
    re.I,
)
_ALREADY = re.compile(r"すでに|既に|もう(?!一)|already|\byet\b|so far", re.I)
_UNIVERSAL = re.compile(r"すべて|全て|全部|いずれも|みな|\ball\b|\bevery\b|both", re.I)
_FOOTNOTE_MARK = re.compile(
    r"(?:脚注|注釈|注|footnote|note)\s?(?:no\.?\s?)?[「『(（]?(?P<mark>[ivx]{1,5}|\d{1,2}|※\d*|\*\d*)", re.I
)
_SPLIT = re.compile(
    r"、(?:そのうち|また|そして|それは|さらに|それぞれ)、?|[。？?]\s*(?=\S)|;\s+|,\s+and\s+(?=(?:which|what|who|when|where|how|why)\b)|\s+and\s+(?=(?:who|when|where|why|how|which|what)\b)",
    re.I,
)
_ORDINAL_JA = re.compile(r"(?P<n>[0-9０-９一二三四五六七八九十]+)\s?(?:つ目|番目|回目|件目|社目|期目|本目)")
_ORDINALS_EN = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


def tidy(text: str) -> str:
    """What was typed, in one line, without control characters; full-width and half-width as typed."""
    visible = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text)
    return " ".join(visible.split())


def _listed_kana(text: str) -> str:
    """Names of the term list that were typed in hiragana, in the katakana of the list: れごりす → レゴリス."""
    known = term_list().japanese

    def listed(match: re.Match[str]) -> str:
        run = match.group()
        for size in range(len(run), 2, -1):
            for start in range(len(run) - size + 1):
                katakana = run[start : start + size].translate(_KATAKANA)
                if katakana in known and katakana != run[start : start + size]:
                    return run[:start] + katakana + run[start + size :]
        return run

    return re.sub(r"[\u3041-\u3096ー]{3,12}", listed, text)


_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def understand(text: str, *, language: Language | None = None, carried: Sequence[Need] = ()) -> Question:
    """`text` taken apart; `carried` are needs from earlier turns that still hold.

    >>> q = understand("ミッション1の打ち上げは最短でいつですか")
    >>> q.language, q.want, [need.text for need in q.needs if need.factor == 1]
    ('ja', 'date', ['ミッション1', '打ち上げ'])
    """
    typed = _listed_kana(tidy(text))
    spoken = language or question_language(typed)
    folded = fold(typed)
    options = _options(folded, spoken)
    wants = _wants(folded, spoken, options)
    given = tuple(values(typed))
    scope, as_of = _as_of(folded)
    footnote = _FOOTNOTE_MARK.search(folded) if "footnote" in wants else None
    pieces = tuple(piece.strip() for piece in _SPLIT.split(typed) if piece and len(piece.strip()) > 3)
    return Question(
        text=typed,
        query=" ".join([typed, *(need.text for need in carried)]),
        language=spoken,
        wants=wants,
        needs=(*_needs(typed, spoken, wants, scope), *carried),
        unit=_unit(folded) if {"quantity", "history", "change_count"} & set(wants) else "",
        units=_measures(folded),
        options=options,
        as_of=as_of,
        asks_latest=bool(_LATEST.search(folded)),
        asks_original=bool(_ORIGINAL.search(folded)),
        asks_outcome=bool(_OUTCOME.search(folded)),
        asks_current=not _PAST.search(folded) and not _ORIGINAL.search(folded) and as_of is None,
        counted=_counted(folded),
        says_only=bool(re.search(r"だけで|のみで|単独|\balone\b|\bonly the\b", folded, re.I)),
        asks_future=bool(_FUTURE.search(folded)),
        asks_plan=bool(_PLAN.search(folded)),
        is_past=bool(_PAST.search(folded)),
        says_already=bool(_ALREADY.search(folded)),
        universal=bool(_UNIVERSAL.search(folded)) and wants[0] == "yes_no",
        footnote=footnote["mark"] if footnote else "",
        position=_position(folded),
        given=given,
        siblings=_siblings(typed),
        labels=labels(typed) | {label for need in carried for label in labels(need.text)},
        parts=pieces if len(pieces) > 1 and not any(len(words(piece)) < 2 for piece in pieces) else (),
    )


_EACH = re.compile(r"それぞれ|各|\beach\b|\brespectively\b", re.I)


def _siblings(text: str) -> tuple[str, ...]:
    """ "Who led each of Series A, Series B and Series C?" as three questions; empty where it is one."""
    folded = fold(text)
    named = list(_NUMBERED.finditer(folded))
    if len(named) < 2 or not _EACH.search(folded):
        return ()
    kinds = {next(iter(labels(match.group())), "").partition(":")[0] for match in named}
    run = folded[named[0].start() : named[-1].end()]
    between = re.sub(r"\s|,|、|と|・|および|及び|and|&", "", _NUMBERED.sub("", run), flags=re.I)
    if len(kinds) != 1 or between:
        return ()
    before, after = text[: named[0].start()], text[named[-1].end() :]
    before = re.sub(r"\beach of (?:the )?", "", before, flags=re.I)
    return tuple(f"{before}{match.group()}{_EACH.sub('', after)}" for match in named)


def question_language(text: str) -> Language:
    """The language to answer in; a Latin name does not make a Japanese question English."""
    return "ja" if re.search(r"[\u3041-\u30ff]", text) else guess_language(text)


def _options(text: str, language: Language) -> tuple[str, str] | None:
    match = _CHOICE_JA.search(text) if language == "ja" else None
    if language == "en" and (_YES_NO_EN.match(text) or re.match(r"(?:which|what)\b", text, re.I)):
        match = _CHOICE_EN.search(text)
    if not match:
        return None
    return match["a"].strip("、 "), match["b"].strip("、 ")


def _wants(text: str, language: Language, options: tuple[str, str] | None) -> tuple[Want, ...]:
    found: list[tuple[int, int, Want]] = []
    for order, (want, pattern) in enumerate(_WANTS):
        match = pattern.search(text)
        if match:
            found.append((order, match.start(), want))
    asked = [want for _, _, want in sorted(found)]
    if not set(asked) - {"definition", "free", "list"} and any(pattern.search(text) for pattern, _ in _MEASURES):
        found.append((0, 0, "quantity"))
        asked = ["quantity", *asked]
    yes_no = bool(_YES_NO_JA.search(text)) and not _WH_JA.search(text) if language == "ja" else _is_yes_no_en(text)
    if yes_no and language == "en" and re.match(r"^(?:can|could|would|will) you (?:tell|say|explain|list)", text, re.I):
        yes_no = False
    special: set[Want] = {"footnote", "as_of", "people_in_picture", "change_count", "history"}
    if options:
        return ("choice", *(want for want in asked if want in ("date", "place")))
    if yes_no and not (asked and asked[0] in special):
        return ("yes_no",)
    if not asked:
        return ("free",)
    if asked[0] in special:
        return tuple(asked)
    # The question word that comes first is what the sentence is about: "Which bank …, and how much …".
    by_place = [want for _, _, want in sorted(found, key=lambda item: (item[1], item[0]))]
    if by_place[0] in ("manner", "definition", "list") and len(by_place) > 1:
        by_place = [*by_place[1:], by_place[0]]
    return tuple(dict.fromkeys(by_place))


def measure_of(text: str) -> str:
    """The unit of the measure that `text` names: kg for 質量 and "weight"; "" for none."""
    return next((unit for pattern, unit in _MEASURES if pattern.search(text)), "")


def _measures(text: str) -> tuple[str, ...]:
    found = [(match.start(), unit) for pattern, unit in _MEASURES for match in pattern.finditer(text)]
    return tuple(dict.fromkeys(unit for _, unit in sorted(found)))


def _counted(text: str) -> str:
    match = re.search(r"how many (?:of (?:the |its )?)?(?P<noun>(?:[a-z-]+ ){0,2}?[a-z]+s)\b", text, re.I)
    return stem(match["noun"].split()[-1].casefold()) if match else ""


def _is_yes_no_en(text: str) -> bool:
    match = _YES_NO_EN.match(text)
    return bool(match) and not _WH_EN.search(match.group() if match else "")


def _unit(text: str) -> str:
    for pattern, unit in _MEASURES:
        if pattern.search(text):
            return unit
    for pattern, unit in _AMOUNT_NOUNS:
        if pattern.search(text):
            return unit
    counter = re.search(r"何(" + "|".join(sorted(map(re.escape, _COUNTERS_JA), key=len, reverse=True)) + ")", text)
    if counter:
        return _COUNTERS_JA[counter.group(1)]
    noun = re.search(r"how many (?:of (?:the )?)?(?:\w+ ){0,4}?(" + "|".join(_NOUNS_EN) + r")\b", text, re.I)
    return _NOUNS_EN[noun.group(1).casefold()] if noun else ""


def _as_of(text: str) -> tuple[tuple[int, int] | None, dt.date | None]:
    """Where the question says of when it asks, and the last day of that time."""
    for pattern in (_AS_OF_JA, _AS_OF_EN):
        for match in pattern.finditer(text):
            dates = [value for value in values(match["date"]) if value.date]
            if dates and dates[-1].date:
                return (match.start("date") + dates[-1].start, match.end()), dates[-1].date.latest
    return None, None


def _position(text: str) -> str:
    if re.search(r"左端|一番左|最も左|いちばん左|far left|leftmost|on the left\b", text, re.I):
        return "left"
    if re.search(r"右端|一番右|最も右|いちばん右|far right|rightmost|on the right\b", text, re.I):
        return "right"
    match = re.search(
        r"左から(?:数えて)?(\d|[一二三四五六])\s?(?:番目|人目)|(second|third|fourth|fifth) from (?:the )?left",
        text,
        re.I,
    )
    if match:
        word = (match.group(1) or match.group(2)).casefold()
        number = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}.get(word) or _ORDINALS_EN.get(word) or int(word)
        return str(number)
    match = re.search(
        r"右から(?:数えて)?(\d|[一二三四五六])\s?(?:番目|人目)|(second|third|fourth) from (?:the )?right", text, re.I
    )
    if match:
        word = (match.group(1) or match.group(2)).casefold()
        number = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}.get(word) or _ORDINALS_EN.get(word) or int(word)
        return f"-{number}"
    return ""


# --- needs -------------------------------------------------------------------------------------------------------------

_NUMBERED_JA = (
    r"(?:第\s?)?[ァ-ヶー一-龯A-Za-z]{1,14}?\s?[0-9０-９]+(?:\.\d+)?(?!\s?[年月日時分円億万つ回人名社件個%％])"
)
_NUMBERED = re.compile(
    r"(?:ミッション|サクセス|シリーズ|マイルストーン|フェーズ|ステージ|(?i:mission|success|series|milestone|phase|stage|apex|cp|im))\s?-?"
    r"(?:[0-9]+(?:\.\d+)?|[A-Z](?![A-Za-z]))|\bM[0-9](?![A-Za-z0-9])"
)


def _needs(text: str, language: Language, wants: Sequence[Want], scope: tuple[int, int] | None) -> list[Need]:
    folded = fold(text)
    spans: list[tuple[int, int, str]] = [(m.start(), m.end(), "number") for m in _NUMBERED.finditer(folded)]
    spans += [(m.start(), m.end(), "ordinal") for m in _ORDINAL_JA.finditer(folded)]
    spans += [(v.start, v.end, "date" if v.kind == "date" else "value") for v in values(text)]
    spans += [(start, end, "term") for start, end in _term_spans(folded)]
    taken: list[tuple[int, int, str]] = []
    for span in spans:
        if not any(span[0] < other[1] and other[0] < span[1] for other in taken):
            taken.append(span)
    for group in _noun_groups(words(text), taken):
        latin = group[0].speech[0] == "語"
        is_name = any(word.is_name and word.start > 0 for word in group) or (latin and language == "ja")
        taken.append((group[0].start, group[-1].end, "name" if is_name else "word"))
    needs: list[Need] = []
    aside = [match.span() for match in re.finditer(r"(?<=\S)[（(][^（()）]{1,30}[）)]", folded)]
    for start, end, kind in sorted(taken):
        inside = any(first <= start and end <= last for first, last in aside)
        if scope and start >= scope[0] and end <= scope[1]:
            continue
        said = text[start:end].strip()
        terms = _whole_concept(said, tuple(dict.fromkeys(analyse(said, language))))
        if not terms or (needs and any(need.terms == terms for need in needs)):
            continue
        if inside and needs and not needs[-1].is_number and kind in ("term", "name", "word"):
            # "CFO（最高財務責任者）": two names of one thing; either will do.
            needs[-1] = dataclasses.replace(needs[-1], alternatives=(*needs[-1].alternatives, terms))
            continue
        kinds = next((kinds for word, kinds in _KINDS if word.fullmatch(said)), ())
        if said.casefold() in _LEMMAS:
            kinds = (*kinds, tuple(analyse(_LEMMAS[said.casefold()], "en")))
        light = _light(said, kind, wants)
        if re.search(r"\bwho\s$", folded[:start], re.I):
            light = 1.0  # "Who led …": the verb is what is asked
        numbered = kind in ("number", "date", "value")
        if _ASKED_BEFORE.search(folded[:start]) and kind in ("term", "word"):
            # "Which bank", どこの射場: an instance answers it, and need not say what it is an instance of.
            light = min(light, 0.3) if set(wants) & {"place", "person", "organisation"} else light
        strict = _is_strict(folded, start, end)
        needs.append(Need(said, terms, kind == "name", numbered, light, alternatives=kinds, strict=strict))
    return _with_head(needs, folded, language)


# Words for a kind of thing, and the concepts of the term list that are of that kind.
_KINDS: list[tuple[re.Pattern[str], tuple[tuple[str, ...], ...]]] = [
    (
        re.compile(r"機体|乗り物|車両|vehicles?|craft", re.I),
        (("@lander",), ("@rover",), ("@spacecraft",), ("@satellite",)),
    ),
    (re.compile(r"着陸機|探査機|spacecraft", re.I), (("@lander",), ("@rover",))),
    (re.compile(r"work(?:s|ed|ing)?|employ(?:s|ed)?|働(?:く|い|き)", re.I), (("@employee",),)),
    (re.compile(r"fl(?:y|ies|ew|own|ying)", re.I), (("@launch",),)),
]
# Snowball does not bring these to their stems.
_LEMMAS = dict(
    pair.split(":")
    for pair in """led:lead won:win sold:sell ran:run held:hold made:make paid:pay bought:buy met:meet gave:give given:give
    took:take taken:take flew:fly flown:fly lost:lose fell:fall built:build sent:send chose:choose chosen:choose began:begin
    begun:begin became:become brought:bring left:leave kept:keep told:tell said:say grew:grow grown:grow rose:rise risen:rise
    broke:break broken:break drove:drive went:go gone:go came:come found:find got:get knew:know known:know wrote:write
    written:write spoke:speak spoken:speak set:set lead:led win:won sell:sold pay:paid lose:lost""".split()
)


def _whole_concept(said: str, terms: tuple[str, ...]) -> tuple[str, ...]:
    """Of a listed name, the concept that it is as a whole: 月の裏側 is the far side, and not the Moon as well."""
    known = term_list()
    name = " ".join(fold(said).lower().split())
    concept = known.japanese.get(name) or known.english.get(name)
    if concept is None:
        return terms
    return tuple(term for term in terms if term[0] != "@" or term == f"@{concept}")


_ASKED_BEFORE = re.compile(r"(?:どこの|どの|何の|なんの|何という|\bwhich|\bwhat)\s?(?:\w+\s)?$", re.I)
_STRICT_JA = re.compile(r"次(?:の|回)|最終(?!的)|最後の|残り|残る|追加|他の|別の|その他")
_STRICT_EN = re.compile(
    r"(?:next|final|last|remaining|additional|further|other|another|seventh|eighth|sixth|sole|alone)", re.I
)


def _is_strict(text: str, start: int, end: int) -> bool:
    """The word tells one thing from another of its kind: the next payment is not the payment."""
    said = text[start:end]
    if _STRICT_EN.fullmatch(said):
        return not re.match(r"\s+(?:year|month|week|time)\b", text[end:])
    return any(match.start() == start for match in _STRICT_JA.finditer(text[: end + 2]))


def _with_head(needs: list[Need], text: str, language: Language) -> list[Need]:
    """`needs` with the one marked that says what is asked about."""
    firm = [place for place, need in enumerate(needs) if need.factor >= 0.6 and not need.is_number]
    if not firm:
        return needs
    head = firm[-1]
    if language == "ja":
        topic = re.search(r"は(?=[^はがを]{0,24}$|[、？?。])|って(?=[^は]{0,16}$)|[？?]?\s*$", text)
        before = text[: topic.start()] if topic else text
        inside = [place for place in firm if needs[place].text in before]
        head = inside[-1] if inside else head
    else:
        noun = re.match(
            r".*?\b(?:what|which|who)\b\s+(?:is|was|are|were|'s)?\s*(?:the|a|an)?\s*(?P<noun>[\w' -]+?)\s+(?:of|for|in|on|by|did|does|do|will|was|is|were|are|has|had|can)\b",
            text,
            re.I,
        )
        if noun:
            inside = [place for place in firm if needs[place].text in noun["noun"]]
            head = inside[-1] if inside else -1
    return [dataclasses.replace(need, head=place == head) for place, need in enumerate(needs)]


def _light(said: str, kind: str, wants: Sequence[Want]) -> float:
    if kind in ("number", "date", "value", "name"):
        return 1.0
    form = said.casefold()
    forms = {form, *(word.form for word in words(said))}
    if forms & _TYPE_WORDS and len(forms & _TYPE_WORDS) >= len({word.form for word in words(said)}):
        return 0.1
    if form in _LIGHT_WORDS or {word.form for word in words(said)} <= _LIGHT_WORDS:
        return 0.2
    # What somebody did is said in many ways; whom and what it concerned, in few.
    found = words(said)
    is_verb = found[0].speech[0] == "動詞" or (found[0].speech[0] == "語" and bool(_VERB_EN.fullmatch(form)))
    return 0.6 if len(found) == 1 and is_verb else 1.0


def _term_spans(text: str) -> list[tuple[int, int]]:
    known = term_list()
    lowered = text.lower()
    spans = []
    if len(lowered) == len(text):
        for match in known.pattern.finditer(lowered):
            # A name in Latin letters is no part of a longer word.
            edges = (
                text[match.start() - 1 : match.start()] + match.group()[0],
                match.group()[-1] + text[match.end() : match.end() + 1],
            )
            if not any(re.fullmatch(r"[A-Za-z0-9]{2}", edge) for edge in edges):
                spans.append(match.span())
    for match in re.finditer(r"[A-Za-z]+(?:[ -][A-Za-z]+){1,2}", text):
        if " ".join(match.group().lower().split()) in known.english:
            spans.append(match.span())
    return spans


def _noun_groups(found: Sequence[Word], taken: Sequence[tuple[int, int, str]]) -> list[list[Word]]:
    """Content words outside `taken`; neighbouring capitalised Latin words are one name."""
    groups: list[list[Word]] = []
    japanese = any(word.speech[0] not in ("語", "数") for word in found)
    for word in found:
        if any(word.start < end and start < word.end for start, end, _ in taken) or not _is_content(word):
            continue
        before = groups[-1][-1] if groups else None
        glued = before is not None and word.start - before.end <= 1
        latin = before is not None and word.speech[0] == "語" and before.speech[0] == "語"
        if before and glued and latin and (japanese or (word.is_name and before.is_name)):
            groups[-1].append(word)
        elif before and word.start == before.end and word.speech[0] == "接尾辞":
            groups[-1].append(word)
        else:
            groups.append([word])
    return [group for group in groups if group[0].speech[0] != "接尾辞"]


_QUESTION_WORDS = frozenset(
    """what which who whom whose when where why how much many do does did is are was were be been being has have had can
    could will would should may might must shall the a an of in on at by for from to with and or as that this these those it
    its they them their he she his her we our you your i my me if than then there here not no so such into onto about
    over under between against during before after since until while per via any some more less very just only also
    please tell give name list s t""".split()
)  # fmt: skip
_ASKING_JA = frozenset(
    "何 何処 どこ 何時 いつ 誰 幾ら いくら 幾つ いくつ 何れ どれ 何方 どちら どんな 如何 どう 何故 なぜ 此れ 其れ それ これ あれ 教える 下さる 為る 成る 有る 居る 御座る 言う 因る 付く 就く 於く 見る 其の 此の".split()
)


def _is_content(word: Word) -> bool:
    kind = word.speech[0]
    if kind == "語":
        return word.surface.casefold() not in _QUESTION_WORDS
    if kind == "数":
        return True
    if word.form in _ASKING_JA or word.surface in _ASKING_JA or re.match(r"何", word.surface):
        return False
    if kind == "動詞":
        return word.speech[1] == "一般"
    return kind in ("名詞", "形容詞", "形状詞", "副詞", "接尾辞")

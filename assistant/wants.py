"""Wants: the words of a question in; the kinds of answer that it asks for, with unit, options and position, out."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from corpus.announcement import Language
from index.analyse import stem

Want = Literal[
    "date", "time", "money", "quantity", "person", "organisation", "place", "reason", "manner", "yes_no", "choice", "list",
    "speaker", "statement", "people_in_picture", "footnote", "history", "change_count", "definition", "as_of", "free",
]  # fmt: skip
_COUNTERS_JA = {
    "人": "person", "名": "person", "社": "company", "団体": "party", "者": "party", "件": "item", "つ": "item", "個": "item", "種類": "item", "段階": "item", "回": "times",
    "度": "times", "カ国": "country", "か国": "country", "ヶ国": "country", "拠点": "place", "カ所": "place", "か所": "place",
    "機": "vehicle", "基": "vehicle", "台": "vehicle", "株": "share", "パーセント": "percent", "%": "percent", "割": "percent",
    "グラム": "gram", "キログラム": "kg", "キロ": "kg", "kg": "kg", "トン": "tonne", "メートル": "m", "ミリ": "mm", "センチ": "cm", "km": "km",
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
    (re.compile(r"速度|時速|秒速|how fast|\bspeed\b", re.I), "km/h"),
    (re.compile(r"重さ|重量|質量|体重|(?<!高さ)(?<!距離)(?<!時速)(?<!秒速)(?<!速度は)何キロ(?!メートル)|キログラム|\bkilograms?\b|how heavy|weigh|\bmass\b|\bweight\b", re.I), "kg"),
    (re.compile(r"高さ|全高|身長|how tall|\bheight\b|how high", re.I), "m"),
    (re.compile(r"高度|\baltitude\b", re.I), "km"),
    (re.compile(r"深さ|how deep|\bdepth\b", re.I), "m"),
    (re.compile(r"直径|diameter", re.I), "mm"),
    (re.compile(r"幅は|横幅|how wide|\bwidth\b", re.I), "m"),
    (re.compile(r"長さ|how long is the (?!contract|period|term|support|programme|mission|flight|cover)|\blength\b", re.I), "m"),
    (re.compile(r"積載量|搭載量|輸送能力|積載能力|ペイロード能力|payload capacity|carrying capacity|how much (?:payload|cargo|mass|weight)", re.I), "kg"),
    (re.compile(r"金利|利率|利回り|\binterest rates?\b|割合|何割|比率|\bratio\b|何パーセント|what (?:share|percentage|proportion)|how much of the (?!money)", re.I), "percent"),
    (re.compile(r"年齢|何歳|何才|how old|\bage of\b", re.I), "age"),
    (re.compile(r"何年(?:間|にわた|に渡|ほど|くらい|ぐらい|かけ|かか|も?続)|期間は|どのくらいの(?:期間|時間)|how many years|\bhow long (?:will|does|did|was|is|were|are|has|have|had|it|the (?:contract|period|term))\b|\bhow long\b(?=.{0,40}\b(?:last|take|took|run|ran)\b)", re.I), "year-span"),
]  # fmt: skip
_AMOUNT_NOUNS = [
    (re.compile(r"人数|従業員数|社員数|スタッフ数|人員|head ?count|number of (?:employees|staff|people)|\bstaff\b|how many people", re.I), "person"),
    (re.compile(r"株式数|株数|何株|number of shares", re.I), "share"),
    (re.compile(r"拠点数|number of (?:bases|offices|sites)", re.I), "place"),
    (re.compile(r"社数|number of (?:companies|partners)|how many (?:\w+ )?(?:partners|shareholders|investors)", re.I), "company"),
]  # fmt: skip
# How something changed, or what it went through.
COURSE_ASKED = re.compile(
    r"(?:どのように|どう|いかに)(?:段階的に|順に|少しずつ|次第に)?(?:変わ|変化|推移|変更|移|動|修正|訂正|改定|改訂|改め|見直|増え|増加|減|縮小|拡大|伸び|延び|延期|ずれ|替わ|代わ|交代|なってき)"
    r"|推移|変遷|うつりかわり|移り変わ|経過(?:を|は|に|$)|経緯(?:を|は)|どのような経緯|どんな経緯|時系列|順を追って|(?:誰|だれ)から(?:誰|だれ)|何度.*変"
    r"|(?:どの|何の?|なんの)[^、。はがを]{0,6}から[^、。はが]{0,8}(?:どの|何|なん)[^、。はがを]{0,6}[にへ](?:変わ|変更|替わ|代わ|移)"
    r"|\b(?:which|what) (?:steps|stages)\b.{0,90}\b(?:go|went|pass(?:ed)?|lead|led|get|got) |\bhow (?:did|has|have|had)\b.{0,90}?\b(?:come about|unfold(?:ed)?|proceed(?:ed)?)\b"
    r"|\bhow (?:did|has|have|was|were|had)\b.{0,130}?\b(?:chang(?:ed?|ing)|mov(?:ed?|ing)|gr[oe]wn?|evolv\w*|shift\w*|slip\w*|slid|progress(?:ed)?|revis(?:ed?|ing)|amended"
    r"|develop(?:ed)?(?=\s*\?|\s+(?:from|between|over|since|until|through|after|to|during|in)\b))"
    r"|\btrac(?:e|ing)\b|\bstep by step\b|\b(?:each|every) (?:stage|step)\b|\bover time\b|\bover the years\b|\bhistory of\b|\btimeline of\b|\bkeep track\b|\btrack (?:the|how)\b",
    re.I,
)
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
    ("history", COURSE_ASKED),
    ("speaker", re.compile(r"誰の(?:コメント|発言|言葉)|(?:誰|だれ|どなた)が.{0,12}(?:述べ|語|言|話し|コメント)|(?:コメント|発言)したのは(?:誰|だれ|どなた)|(?:コメント|談話)を(?:寄せ|出し|発表し|公表し|述べ)た(?:の|人|方)は|(?:と|を|、)(?:言った|言っている|述べた|述べている|語った|語っている|話した)のは(?:誰|だれ|どなた)|who (?:said|says|stated|commented)|whose (?:words|comment|quote|statement)|who is quoted|who calls", re.I)),
    ("statement", re.compile(r"何と(?:述べ|言|語|コメント)|どのような(?:コメント|発言)|コメントの内容|what (?:does|did|do) .{2,60} (?:say|said|state|think|comment)", re.I)),
    ("reason", re.compile(r"なぜ|どうして|理由|原因|要因|何が原因|\bwhy\b|\breasons?\b|\bcauses?d?\b|what led to|because of what", re.I)),
    ("time", re.compile(r"何時(?!点|期)|時刻|what time|at what hour|\b(?:touchdown|landing|launch|lift-?off|planned|scheduled|start) time\b", re.I)),
    ("money", re.compile(r"いくら|何(?:円|ドル|ユーロ)|\bwhat sum\b|\bhow (?:big|large) an? [\w ]{1,24} on (?:costs?|profits?|revenues?|sales|earnings)\b|what(?:'s| is| was) the total .{1,40}\b(?:gave|paid|spent|awarded|received|raised|invested|lent)\b|(?:revenue|sales|profit|loss|income|guidance|forecast|budget|price|cost)\b.{0,60}\bto what (?:figure|amount|number)\b|how many (?:million |billion |U\.?S\.? )?(?:dollars|yen|euros)|\bin (?:dollars|yen|euros)\b|金額|(?:売上高?|売上収益|営業(?:利益|損失)|経常(?:利益|損失)|当期純(?:利益|損失)|純(?:利益|損失)|総資産|純資産|現預金|負債|手取金|公募価格|発行価格|初値|終値|株価|予想)(?:の(?:予想|見通し|実績))?(?:は|を教え|って)(?:どう|どれ|いくら)?|額(?=は|を教|って|[？?（(。]|$)|何(?:億|万|千|百)?(?:円|ドル|ユーロ)|総額|調達額|費用|料金|運賃|手数料|年収|年俸|報酬額?|給与|価格|契約額|融資額|how much (?:money|funding|did .* (?:raise|pay|cost)|.*(?:worth|cost|paid|pay(?!load)|raise|invest|fund|loan|borrow))|what (?:is|was|were|are) (?:the |its |their |\w+'s )?(?:amount|price|value|cost|size|(?:total |net |operating )?(?:revenue|sales|income|profit|loss|assets|debt|borrowings|cash|proceeds))|\bhow (?:big|large) (?:is|was|are|were|will|did|does|do|has|had)\b.{0,60}\b(?:support|funding|fund|grant|loan|contract|round|investment|offering|deal|budget|award|forecast|borrowings|debts?|loss(?:es)?|profits?|costs?|revenues?|sales|payment|premium)s?\b|what (?:net |gross |total |annual )*(?:proceeds|revenues?|profits?|loss(?:es)?|sales|income|fees?|price)\b|what (?:did|does|do|will|has|have) .{1,60}\b(?:pay|paid|charge|charged)\b|what (?:is|was|were|are) [^?]{0,50}\b(?:prices?|fees?|salary|pay|revenues?|net sales|income|profit|net loss|earnings|proceeds|dividend|funding|borrowings|debts?)(?: per [a-z]+)?(?: (?:for|in|of|at|on) [^?]{1,40})?\?*$|\bamount\b|\bhow much\b(?! (?:payload|cargo|propellant|fuel|water|data|power|time|hydrogen|regolith)\b)(?!.{0,40}\bof the\b)(?!.{0,90}\b(?:weigh|mass)\b)", re.I)),
    ("date", re.compile(r"いつ|何年(?!間|にわた|に渡|ほど|くらい|ぐらい|かけ|かか|も?続)|何月|何日(?!間)|日付|日時(?!点)|時期は|何年度|期日|\bwhen\b|(?:what|which) (?:exact |calendar |last |first |earliest |latest )?(?:date|day)\b|\bwhat (?:is|was|are|were) (?:the )?(?:very )?(?:first|last|final|earliest|latest) (?:possible |planned |scheduled |fallback |calendar )?(?:date|day|month|year)\b|what (?:year|month)|(?:which|what|in which) (?:year|month|quarter)|how soon|on which date|(?:earliest|latest) date|(?:した|する|された|される|った|の)日(?=は|を|が|って|[？?]|$)|(?:打ち?上げ|着陸|上場|完成|開通|開業|発売|発表|公表|締結|調印|支払い?|入金|開始|終了|完了|設立|契約|就任|実施|公開|到着|出発)(?:予定)?(?:日(?!間|本|程|数)|時期)|\b(?:launch|landing|listing|signing|start|end|release|delivery|planned|scheduled|target|due|closing|completion|touchdown|lift-?off) dates?\b|\bdates? (?:of|for) (?:the |its )?\w|what(?:'s| is| was| are| were) the [\w -]{0,40}\bdate\b", re.I)),
    ("quantity", re.compile(r"いくつ|何者(?=が|あり|参加)|何(?:人|名|社|団体|件|つ|個|種類|段階|回|度|カ国|か国|ヶ国|拠点|カ所|か所|機|基|台|株|割|パーセント|%|キロ|キログラム|グラム|kg|トン|メートル|ミリ|センチ|歳|年間|カ月|か月|日間|時間|分間|チーム|点)|どのくらい|どれくらい|どれだけ|人数|件数|社数|台数|how many|how much (?:payload|cargo|propellant|fuel|water|data|power|time|hydrogen|regolith)\b|how (?:heavy|tall|high|deep|thick|wide|long|large|big|fast|old|far|hot|cold|strong|close)|how much\b.*\bweigh|what (?:share|percentage|proportion|number)|number of", re.I)),
    ("person", re.compile(r"誰|だれ|どなた|氏名|(?:社員|担当者?|責任者|社長|人物?|選手|研究者|メンバー|役員|幹部|教授|博士|宇宙飛行士|代表者?|リーダー|トップ)の(?:名前|名)(?=は|を|って|[？?]|$)|\bwho\b|\bwhom\b|\bwhose\b|which (?:\w+ )?(?:official|executive|person|astronaut|officer|professor)", re.I)),
    ("place", re.compile(r"どこ(?!まで|の(?:会社|企業|社|銀行|組織|機関|政府))|場所|所在地|住所|何[区市県町村州国](?!語)|何の都市|どの(?:都市|国|州|県|地域|場所|国々|射場|射点|発射場|発射台)|\bwhere\b|(?:which|what) (?:(?:other|two|three|four|five|six) )?(?:cit(?:y|ies)|countr(?:y|ies)|place|state|region|site|venue|crater|location|basin|launch (?:complex|pad|site))|at which event|landing site", re.I)),
    ("organisation", re.compile(r"(?:元請け?|請負元|委託先|発注元|発注者|依頼主|親会社|子会社|開発元|製造元|販売元|供給元|出資者|投資家|保険会社|出版社|スポンサー|主契約者|顧客|取引先|サプライヤー)(?:は|って|が).{0,14}(?:どこ|どちら)(?!に|へ|から|で(?!す|しょ))|(?:会社|企業|銀行|機関|メーカー|大学|パートナー|相手先?|取引先|顧客|団体|組織)(?:は|って)(?:どこ|どちら)(?!に|の|で(?!す|しょ))|どの(?:会社|企業|銀行|機関|組織|団体|大学|政府)|どこの(?:会社|企業|社|銀行|組織|機関|政府|国の政府)|何という(?:会社|企業|銀行|機関|組織|団体)|会社名|企業名|取引先|契約相手|(?:which|what) (?!(?:is|are|was|were|did|does|do|has|have|will|the|a|an|of)\b)(?:(?:other|two|three|four|five|six) )?(?:[\w-]+ )?(?:compan(?:y|ies)|bank|organi[sz]ation|agenc(?:y|ies)|firm|partner|universit(?:y|ies)|government|customer|insurer)", re.I)),
    ("manner", re.compile(r"どのように|どうやって|どのような方法|どんな方法|いかに|\bhow (?:was|were|is|are|did|does|do|will|can|has)\b|in what way|by what means", re.I)),
    ("definition", re.compile(r"何の略|正式名称|略称|とは(?:何|なん|どんな|どのような|どういう)|とは[？?]?$|何を(?:意味|指)|what (?:is|are) (?:a |an |the )?[\w .'-]{2,40}\?*$|stand for|what does .{1,40} mean", re.I)),
    ("list", re.compile(r"すべて(?:挙げ|教え|列挙)|全て(?:挙げ|教え)|一覧|列挙|挙げて|どんな.{0,12}があり|\blist\b|name (?:all|the|each)|\ball (?:of )?the\b.*\bwhat\b|which .{0,30} were|each of", re.I)),
]  # fmt: skip
_HOW_MUCH = re.compile(r"どのくらい|どれくらい|どれだけ|\bhow much\b", re.I)
# Words for a search engine: "IPO price for one share?", 「M3 契約金額」.
_PRICE_ALONE = re.compile(
    r"^(?!.*\b(?:is|are|was|were|do|does|did|has|have|will|can)\b).*\b(?:price|cost|fee|premium|salary|revenue|net (?:loss|profit|income))\b",
    re.I,
)
_MONEY = re.compile(
    r"資金|調達|出資|融資|借入|借り入れ|投資|補助金|助成|費用|予算|支払|売上|利益|コスト|出費|契約額|\b(?:fund(?:s|ing)|raised?|loans?|invest(?:ed|ment)|grants?|revenue|profit|cost)\b",
    re.I,
)
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
_AT_THAT_TIME = re.compile(r"when\b", re.I)
# No question: "When the lander lost contact, …".
_WHILE = re.compile(
    r"when\s+(?!(?:is|are|was|were|did|does|do|will|would|has|have|had|can|could|should|might|exactly|in|on|and|or|by)\b)\w",
    re.I,
)
_ASKS_ANEW = re.compile(r"(?:\b(?:and|or|then|but)(?: (?:by|to|for|with|from|of))?|[;:?.])\s*$", re.I)
_WH_EN = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.I)
_CHOICE_JA = re.compile(
    r"(?P<a>[^、。\s「」はがで]{1,24})(?:と|か|、それとも|それとも|または|もしくは|または、)、?(?P<b>[^、。\s「」はがで]{1,24}?)(?:の(?:うち)?)?(?:、)?(?:どちら|どっち|いずれ)(?!も)"
)
_CHOICE_ASKED_JA = re.compile(
    r"(?:は|が|って)、?(?P<a>[^、。\s「」はが]{1,24}?)(?:ですか|でしょうか|なの(?:です)?か|か)、(?:それとも)?(?P<b>[^、。\s「」はが]{1,24}?)(?:ですか|でしょうか|なの(?:です)?か|か)[？?]?$"
)
_CHOICE_OF_JA = re.compile(
    r"(?P<a>[^、。\s「」はがで]{1,24})と(?P<b>[^、。\s「」はがで]{1,24}?)の(?:うち|中)で?、?.{1,60}?(?:どちら|どっち|いずれ)(?!も)"
)
_CHOICE_EN = re.compile(
    r"\b(?:the |an? |by (?:the |a )?)?(?P<a>[\w.-]+(?: [\w.-]+)?),? or (?:by |on |in |with )?(?:the |an? )?(?P<b>[\w.-]+(?: \d+)?)",
    re.I,
)
# "Is it going on or has it ended?" asks for a yes or a no.
_CLAUSE_EN = re.compile(
    r"(?:is|are|was|were|did|does|do|will|has|have|had|not|no|nope|nah)\b|(?:later|earlier|more|less)\b", re.I
)
_ORDINALS_EN = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


def wants_of(text: str, language: Language, options: tuple[str, str] | None) -> tuple[Want, ...]:
    """The kinds of answer that `text` asks for, the main one first; ("free",) where no word tells."""
    found: list[tuple[int, int, Want]] = []
    for order, (want, pattern) in enumerate(_WANTS):
        match = pattern.search(text)
        if match:
            found.append((order, match.start(), want))
    if language == "en":
        # "What was its altitude when contact was lost?", "When it came down, how high was it?" do not ask when.
        begins = re.match(r"(?:what|which|who|where|how)\b", text, re.I)
        found = [
            one
            for one in found
            if not (one[2] == "date" and (_WHILE if begins is None else _AT_THAT_TIME).match(text[one[1] :]))
        ] or found
        found = [one for one in found if begins is None or not _is_relative(text, one[1])]
    asked = [want for _, _, want in sorted(found)]
    if not set(asked) - {"definition", "free", "list"} and any(pattern.search(text) for pattern, _ in _MEASURES):
        found.append((0, 0, "quantity"))
        asked = ["quantity", *asked]
    if asked[:1] == ["quantity"] and _HOW_MUCH.search(text) and _MONEY.search(text):
        asked[0] = "money"
        found = [(order, place, "money" if want == "quantity" else want) for order, place, want in found]
    yes_no = bool(_YES_NO_JA.search(text)) and not _WH_JA.search(text) if language == "ja" else _is_yes_no_en(text)
    if yes_no and language == "en" and re.match(r"^(?:can|could|would|will) you (?:tell|say|explain|list)", text, re.I):
        yes_no = False
    special: set[Want] = {"footnote", "as_of", "people_in_picture", "change_count", "history"}
    if options:
        return ("choice", *(want for want in asked if want in ("date", "place")))
    if yes_no and not (asked and asked[0] in special):
        return ("yes_no",)
    if not asked:
        return ("money",) if _PRICE_ALONE.search(text) else ("free",)
    if asked[0] in special:
        return tuple(asked)
    # The question word that comes first is what the sentence is about: "Which bank …, and how much …".
    by_place = [want for _, _, want in sorted(found, key=lambda item: (item[1], item[0]))]
    if by_place[0] in ("manner", "definition", "list") and len(by_place) > 1:
        by_place = [*by_place[1:], by_place[0]]
    return tuple(dict.fromkeys(by_place))


def _is_relative(text: str, place: int) -> bool:
    """The question word at `place` begins no question of its own: "What is the team, whose head is Jane, to do?"."""
    relative = re.match(r"who(?:m|se)?\b|where\b", text[place:], re.I)
    return bool(relative) and place > 0 and not _ASKS_ANEW.search(text[:place])


def _is_yes_no_en(text: str) -> bool:
    match = _YES_NO_EN.match(text)
    return bool(match) and not _WH_EN.search(match.group() if match else "")


def options_of(text: str, language: Language) -> tuple[str, str] | None:
    """The two options of "A or B?"; None for any other question."""
    match = (
        (_CHOICE_OF_JA.search(text) or _CHOICE_ASKED_JA.search(text) or _CHOICE_JA.search(text))
        if language == "ja"
        else None
    )
    if language == "en" and (_YES_NO_EN.match(text) or re.match(r"(?:which|what)\b", text, re.I)):
        match = _CHOICE_EN.search(text)
    if not match or _CLAUSE_EN.match(match["b"]):
        return None
    return match["a"].strip("、 "), match["b"].strip("、 ")


def unit_of(text: str) -> str:
    """The unit of the quantity that is asked for, a key of corpus.units.UNITS; "" where none is named."""
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


def measures_of(text: str) -> tuple[str, ...]:
    """The units of all measures that `text` names, in its order, each once."""
    found = [(match.start(), unit) for pattern, unit in _MEASURES for match in pattern.finditer(text)]
    return tuple(dict.fromkeys(unit for _, unit in sorted(found)))


def measure_of(text: str) -> str:
    """The unit of the measure that `text` names: kg for 質量 and "weight"; "" for none."""
    return next((unit for pattern, unit in _MEASURES if pattern.search(text)), "")


_COUNTED_JA = re.compile(
    r"(?P<noun>[一-龯ァ-ヶー]{2,12})(?:は|が|って)(?:全部で|合計で?|合わせて)?、?何(?:社|人|名|件|個|団体|機|台|か所|校|つ)"
    r"|何(?:社|人|名|件|個|団体|機|台|か所|校)の(?P<of>[一-龯ァ-ヶー]{2,12})"
)


def counted_noun(text: str) -> str:
    """The stem of the noun of "how many …", "the number of …", or the noun of …は何社; "" without one."""
    match = re.search(
        r"(?:[Hh]ow many|\bnumber of) (?:of (?:the |its )?)?(?P<noun>(?:[A-Za-z-]+ ){0,3}?(?:people|staff|personnel|[a-z]+s))\b",
        text,
    )
    if match is None and re.search(r"\bhead ?count\b", text, re.I):
        return "staff"
    japanese = _COUNTED_JA.search(text)
    if japanese:
        return japanese["noun"] or japanese["of"]
    return stem(match["noun"].split()[-1].casefold()) if match else ""


class SoMany(NamedTuple):
    """`text[start:end]` says how many things are to be named."""

    start: int
    end: int
    number: int


_NUMBER_JA = "一二三四五六七八九十"
_NUMBER_EN = "two three four five six seven eight nine ten eleven twelve".split()
_SO_MANY_JA = re.compile(
    rf"(?P<number>[0-9]{{1,2}}|[{_NUMBER_JA}])\s?(?:社|[カか]国|ヶ国|つ|[カか]所|ヶ所|人|名|機|台|基|件|個|本|種類|団体|大学|チーム|都市|拠点|段階|項目|点|校|者)"
    r"(?=(?:の(?!うち|中)[^、。はがを]{1,16}?)?(?:(?:に|と)?は|を|が|ほど|だけ|って)?、?(?:それぞれ|全部|全て|すべて|全員|順に)?、?"
    r"(?:(?:全部|全て|すべて)[。？?]*$|挙げ|あげて|教え|答え|列挙|並べ|言って|どこ(?!に|で(?!す|しょ)|へ|から)|誰|だれ|どなた|どの|どんな|どれ|(?:何|なん|なに)(?:です|でし|と|て|って|か|？|\?|$)))"
)
_SO_MANY_EN = re.compile(
    r"\b(?:name|list|identify|give|tell me|(?:in |on |at |for |with )?which|what|who|who's|mention)(?: (?:are|were|is|was|all|of the|all of|the|its|their|those|these|me|other|names|names of))*"
    rf" (?P<number>[2-9]|1[0-9]|{'|'.join(_NUMBER_EN)})(?= (?!million|billion|trillion|thousand|hundred|percent|years?\b|months?\b|days?\b)[A-Za-z-]+)",
    re.I,
)


def asked_to_name(text: str) -> SoMany | None:
    """Where the folded `text` says how many it wants to be named; None where it does not.

    >>> asked_to_name("加わった4社をすべて挙げてください"), asked_to_name("Which of the three has a contract?")
    (SoMany(start=4, end=6, number=4), None)
    """
    match = _SO_MANY_JA.search(text) or _SO_MANY_EN.search(text)
    if not match or re.search(r"\b(?:which|what|who) of the\b", match[0], re.I):
        return None
    said = match["number"].casefold()
    if said.isdigit():
        number = int(said)
    else:
        number = _NUMBER_JA.index(said) + 1 if said in _NUMBER_JA else _NUMBER_EN.index(said) + 2
    return SoMany(match.start("number"), match.end(), number)


def position_of(text: str) -> str:
    """The place in a picture that is asked for: "left", "right", "2" from the left, "-2" from the right, or ""."""
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


_BESIDE_JA = re.compile(
    r"(?P<side>右|左)(?:隣|どなり|側?(?=は|に|の(?:人|方|男性|女性)))|(?:隣|となり)(?![国町村県接])"
)
_BESIDE_EN = re.compile(
    r"\b(?:to|on) (?:the |his |her |their |[\w-]+['’]s )?(?:immediate )?(?P<side>right|left)\b(?! (?:side|end|edge))"
    r"|\b(?:next|adjacent) to\b|\bbeside\b",
    re.I,
)


def beside_of(text: str) -> tuple[int, ...]:
    """How many places to the right of somebody the people stand who are asked for, to the left below zero; () for none.

    >>> beside_of("袴田氏の右隣は誰ですか"), beside_of("Who is right next to him?")
    ((1,), (-1, 1))
    """
    match = _BESIDE_JA.search(text) or _BESIDE_EN.search(text)
    if match is None:
        return ()
    side = (match["side"] or "").casefold()
    return (1,) if side in ("右", "right") else (-1,) if side else (-1, 1)

"""Needs: a question in; what it names, and its answer's surroundings should name too, out."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.irregular import other_forms
from assistant.labels import COUNTERS_JA, labels
from assistant.names import named_places
from assistant.states import state_spans
from assistant.wants import Want, asked_to_name
from corpus.announcement import Language
from corpus.said_dates import MONTH
from corpus.values import Value, fold, values
from index.analyse import analyse
from index.terms import terms as term_list
from index.words import Word, words

# A need of at least this factor asks for something; lighter ones are small words.
FIRM = 0.6


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

    @property
    def is_firm(self) -> bool:
        """It asks for something."""
        return self.factor >= FIRM


# They name the kind of answer, not what it is about; the reader's type check takes care of them.
_TYPE_WORDS = frozenset(
    """都市 国 場所 所 人 人物 名前 名称 氏名 金額 額 総額 日 日付 日時 時期 理由 原因 会社 企業 社名 数 回数 件数 人数 名 年 月 時刻 誰
    何 どこ いつ いくら 何回 何人 何件 何社 役職 肩書 肩書き 位置 方法 内容 種類 型 型式 機種 タイプ 割合 比率 パーセント もの こと 何年 何月 何日 金 値段 名目 年月日 略 略称 正式名称 意味 所在地 住所
    city country place date name amount number company reason event event year month day time person people official value
    field fields area areas aspect aspects label 分野 領域 項目
    figure sum kind type way position role title size total piece thing someone""".split()
)
_LIGHT_WORDS = frozenset(
    """行う 為る する 成る なる 有る ある 居る いる 実施 場 際 時 予定 今回 それぞれ 全部 全て すべて 合計 発表 述べる 言う 当時
    無い ない 今 現在 時点 想定 むかし 昔 以前 もともと 元々 当初 最後 最新 最終 最終的 結局 主 主な 約 対する 関する ため 為 うち 内 中 他 等 様 方 側 上 下 後 前 間 次第 場合 最も 既に もう すでに よう 様子 いま 実際 大変 一番 感じ ところ
    奴 やつ とこ 積もり つもり 話 気 噂 うわさ 本当 ほんと 正直 例 件 実 実は 最近 今度 確か 確かに 取り敢えず 皆 みんな 誰か 質問 情報 ニュース 記事 聞く 聞き 読む 覚える
    凄い すごい 一寸 ちょっと 多分 たぶん 一応 矢張り 普通 意外 具合 訳 点 面 ベース 関係 系 ちゃん 一体 そもそも 因みに ちなみに 因む 何か 思う 気になる 多い 少し 扱い 正確 正式 はっきり 丁度 ちょうど
    方々 言い方 言葉 お願い 願う 済む すみません 御免 ごめん 詳しい 簡単 一言 今さら 今更 改めて 例えば 為す 良い 好い いい
    知る 知り 目指す 狙う 数字 頃 一番 早い 最短 最 以降 以上 以下 達する 伝える 知らせる お知らせ プレスリリース リリース 文書 資料 記載 書く 下さる ください 教える
    予定年 脚注 注釈 概要 会社概要 見込み 計画 目標 状況 状態 結果 詳細 具体 具体的 同 本 当 各 全 総 新 旧 第 回 呼ぶ 呼称 決まる 決める 使う 使用 用いる
    announc announcement press releas document text accord say said state mention give tell describ call name due schedul
    plan expect current currently now latest recent recently final finally originally most actual actually main mainly
    present assum ok okay sorry mean stand
    nah pls plz thx hey hi hello guy guys folk folks stuff bit kinda sorta really well btw basically basic literally liter honestly honest
    roughly rough ever even though guess hear heard read saw know known wonder curious rememb believ think thought want wanna gonna gotta let look seem suppos meant mean
    intend apparently appar supposedli quick question info inform news thank thanks cheers right true truth sure real realli veri newest lot own itself himself herself
    just like pleas detail regard concern put simpl simpli precis confirm correct anyone somebody somebodi kind sort word
    once too profile foreseen answer come back 現時点 そう およそ
    already still yet today accord happen pleas exact exactly figur stage report differ use relat get make take happen go going there also first given
    all besid besides apart asid aside except els else
    togeth keep profil footnot paragraph heading
    aim have has been will would could earliest latest early late date long much many each other one ones""".split()
)  # fmt: skip
_QUESTION_WORDS = frozenset(
    """what which who whom whose when where why how much many do does did is are was were be been being has have had can
    could will would should may might must shall the a an of in on at by for from to with and or as that this these those it
    its they them their he she his her we our you your i my me if than then there here not no so such into onto about
    over under between against during before after since until while per via any some more less very just only also
    please tell give name list s t out up off down whats whos wheres whens hows didnt doesnt isnt wasnt""".split()
)  # fmt: skip
_ASKING_JA = frozenset(
    "つい 何 何処 どこ 何時 いつ いつごろ いつ頃 頃 誰 幾ら いくら 幾つ いくつ 何れ どれ 何方 どちら どんな 如何 どう 何故 なぜ 此れ 其れ それ これ あれ 教える 下さる 為る 成る 有る 居る 御座る 言う 因る 付く 就く 於く 見る 其の 此の".split()
)
# 覚書ではなく契約: what is not asked for.
_DENIED = re.compile(r"(?:では|じゃ)なく(?:、|て)?")
_NEWEST = re.compile(r"(?:一番|いちばん|もっとも|最も)(?:新し|最近)")
# Where money is asked for, they say no more than that: "How much money came in from …?", "What is it worth?"
_MONEY_ITSELF = frozenset(("money", "worth", "came", "come", "sum", "お金", "おかね", "金", "カネ"))
_VERB_EN = re.compile(
    r"[a-z]{3,}ed|[a-z]{4,}ing|given?|gave|receive|won|win|meet|met|held?|hold|sold|sell|bought|buy|paid|pay|chosen?|choose|led|lead|made|took|"
    r"taken|became|become|began|begin|begun|start|join|sign|agree|carry|belong|qualify|reach|happen|weigh|cost|contain|provide|serve|own|built|build|flew|flown|fly|sent|send|found|lost|lose|fell|fail|put|set"
)
NUMBERED = re.compile(
    r"(?:ミッション|サクセス|シリーズ|マイルストーン|フェーズ|ステージ|(?i:mission|success|series|milestone|phase|stage|apex|cp|im))\s?-?"
    r"(?:[0-9]+(?:\.\d+)?|[A-Z](?![A-Za-z]))|\bM[0-9](?![A-Za-z0-9])"
)
# A day of no stated year.
_MONTH_DAY = re.compile(
    rf"(?<![0-9年])(?:1[0-2]|0?[1-9])月(?:[12][0-9]|3[01]|0?[1-9])日|\b{MONTH} [0-3]?[0-9](?:st|nd|rd|th)?\b(?!,? [0-9]{{4}}|[,.]?[0-9])"
    rf"|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)? (?:of )?{MONTH}(?!,? [0-9])"
)
# Months of a part of a year, as announcements of the northern half mean it.
_PARTS_OF_YEAR = {
    "spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11), "fall": (9, 10, 11), "early": (1, 2, 3, 4), "mid": (5, 6, 7, 8),
    "late": (9, 10, 11, 12),
}  # fmt: skip
_ORDINAL_JA = re.compile(rf"(?P<n>[0-9０-９一二三四五六七八九十]+)\s?{COUNTERS_JA}")
# From the third one on, in letters; a third party, and a quarter of a year, are none of several.
_ORDINAL_EN = re.compile(
    r"\b(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b(?!-|\s+(?:quarter|half|part(?:y|ies)|floor|anniversary))",
    re.I,
)
# 氷の海, a sea of the Moon, is one name.
_SEA = re.compile(r"[一-龯]{1,4}の(?:海|湖|入江|大洋)(?![一-龯])")
_ASKED_BEFORE = re.compile(r"(?:どこの|どの|何の|なんの|何という|\bwhich|\bwhat)\s?(?:\w+\s)?$", re.I)
_STRICT_JA = re.compile(
    r"代替|予備|1株(?=いく|何円|当|あ|に|の)|金利|利率|利回り|次(?:の|回)|最終(?!的)|最後の|残り(?!ま)|残る(?=[一-龯0-9])|追加|他の|ほかの|別の|その他"
)
_STRICT_EN = re.compile(
    r"(?:next|final|last|remaining|additional|further|other|another|closing|opening|highest|lowest|average|alternatives?|alternate|backup|spare|interest(?= rates?\b)|seventh|eighth|sixth|sole|alone)",
    re.I,
)
_KIND_ASKED = re.compile(
    r"(?:どの|どんな|何の|なんの|どこの|何という)(?P<ja>[^\s、。？?のがをにはでと]{1,12}?)(?=[がをにはでとの？?]|です|でし|$)|\b(?:which|what) (?:(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|other|new|next|last|two|three|four|five|six|seven|eight) )?(?P<en>[a-z]+)\b",
    re.I,
)
# Words for a kind of thing, and the concepts of the term list that are of that kind.
_KINDS: list[tuple[re.Pattern[str], tuple[tuple[str, ...], ...]]] = [
    (
        re.compile(r"機体|乗り物|車両|vehicles?|craft", re.I),
        (("@lander",), ("@rover",), ("@spacecraft",), ("@satellite",)),
    ),
    (re.compile(r"着陸機|探査機|spacecraft", re.I), (("@lander",), ("@rover",))),
    (re.compile(r"work(?:s|ed|ing)?|employ(?:s|ed)?|働(?:く|い|き)", re.I), (("@employee",),)),
    (re.compile(r"fl(?:y|ies|ew|own|ying)", re.I), (("@launch",),)),
    (re.compile(r"half|半分|半額|半数", re.I), (("#pct:50",),)),
    (re.compile(r"quarter|四半分", re.I), (("#pct:25",),)),
]


# By whose clock a day or an hour is told: that names no place and no country.
CLOCK = re.compile(
    r"(?:日本|現地|世界|協定世界|日本標準|米国(?:東部|太平洋|中部)|東部|太平洋)時間?(?=で|の|に|では|、|は|[）)]|$)|\b(?:JST|UTC|GMT|EDT|EST)\b"
    r"|\b(?:Japan(?:ese)?|local|universal|coordinated universal|(?:U\.?S\.? )?(?:eastern|pacific|central))(?: standard| daylight)? time\b"
    r"|(?<=\btime )(?:of day )?in Japan\b|(?<=\b(?:date|hour) )in Japan\b|(?<=\bday )in Japan\b|\btime of day\b",
    re.I,
)
# "Japan's METI", 米国のNASA: which one it is says the name.
_OF_A_COUNTRY = re.compile(r"['’]s\s(?=[A-Z][A-Za-z.-]+(?:\s[A-Z]|\s?[?,.]|\s[a-z])|[A-Z]{3,})|の(?=[A-Z]{3,})")
# Where something is to land is where it is bound for.
_LANDS = re.compile(r"着陸|着地|land(?:s|ed|ing)?|touch(?:es|ed)? down", re.I)


# More than these nobody asks for at once; a text without sense may hold a thousand, and each is looked for.
MOST_NEEDS = 100


def needs_of(text: str, language: Language, wants: Sequence[Want], scope: tuple[int, int] | None) -> list[Need]:
    """What `text` names, in its order; `scope` is the part that only says of when it asks."""
    folded = fold(text)
    spans: list[tuple[int, int, str]] = [(m.start(), m.end(), "number") for m in NUMBERED.finditer(folded)]
    spans += [(m.start(), m.end(), "ordinal") for m in _ORDINAL_JA.finditer(folded)]
    spans += [(m.start(), m.end(), "ordinal") for m in _ORDINAL_EN.finditer(folded)]
    so_many = asked_to_name(folded)
    spans += [(so_many.start, so_many.end, "value")] if so_many else []
    spans += [(v.start, _end_of_number(folded, v), "date" if v.kind == "date" else "value") for v in values(text)]
    spans += [(match.start(), match.end(), "month-day") for match in _MONTH_DAY.finditer(folded)]
    found = words(text)
    spans += [(match.start(), match.end(), "name") for match in _SEA.finditer(folded)]
    names = [word for word in found if word.speech[:2] == ("名詞", "固有名詞")]
    # 企業 says nothing inside 中小企業基盤整備機構, which is a name.
    spans += [
        (start, end, "term")
        for start, end in term_spans(folded)
        if not any(name.start <= start and end <= name.end and end - start < name.end - name.start for name in names)
    ]
    taken: list[tuple[int, int, str]] = []
    for span in spans:
        if not any(span[0] < other[1] and other[0] < span[1] for other in taken):
            taken.append(span)
    for group in _noun_groups(found, taken):
        latin = group[0].speech[0] == "語"
        is_name = any(word.is_name and (word.start > 0 or not word.surface.isascii()) for word in group) or (
            latin and language == "ja"
        )
        taken.append((group[0].start, group[-1].end, "name" if is_name else "word"))
    needs: list[Need] = []
    clocks = [match.span() for match in CLOCK.finditer(folded)]
    states = state_spans(folded) if set(wants) & {"quantity"} else []
    aside = [match.span() for match in re.finditer(r"(?<=\S)[（(][^（()）]{1,30}[）)]", folded)]
    for start, end, kind in sorted(taken):
        inside = any(first <= start and end <= last for first, last in aside)
        if scope and start >= scope[0] and end <= scope[1]:
            continue
        if any(first <= start and end <= last for first, last in clocks):
            continue
        said = _OWNER.sub("", text[start:end].strip())
        terms = _whole_concept(said, tuple(dict.fromkeys(analyse(said, language))))
        if kind == "name" and sum(term[0] not in "_#@~" for term in terms) > 1:
            # Lunar Outpost is not named by the Moon.
            terms = tuple(term for term in terms if term[0] not in "@~") or terms
        if kind == "month-day":
            terms = tuple(term for term in terms if term.startswith("#md:"))
        if _DENIED.match(folded, end) or _DENIED.fullmatch(folded, max(0, start - 2), end):
            continue
        if not terms or (needs and any(need.terms == terms for need in needs)):
            continue
        if inside and needs and not needs[-1].is_number and kind in ("term", "name", "word"):
            # "CFO（最高財務責任者）": two names of one thing; either will do.
            needs[-1] = dataclasses.replace(needs[-1], alternatives=(*needs[-1].alternatives, terms))
            continue
        kinds = next((kinds for word, kinds in _KINDS if word.fullmatch(said)), ())
        if "place" in wants[:1] and _LANDS.fullmatch(said):
            kinds = (*kinds, tuple(analyse("目的地", "ja")), tuple(analyse("destination", "en")))
        kinds = (*kinds, *(tuple(analyse(form, "en")) for form in other_forms(said.casefold())))
        if said == "のど" and re.match(r"[のれちこ]", text[end:]):
            continue  # "XのどのY" is no throat
        if so_many and so_many.start <= start < so_many.end:
            continue  # how many are to be told, and not which
        light = 0.1 if _NEWEST.search(folded[max(0, start - 5) : end]) else _light(said, kind)
        if re.search(r"\bper\s$", folded[max(0, start - 8) : start], re.I) or (
            "money" in wants[:1] and said.casefold() in _MONEY_ITSELF
        ):
            light = min(light, 0.2)
        if re.search(r"\bwho\s$", folded[max(0, start - 8) : start], re.I):
            light = 1.0  # "Who led …": the verb is what is asked
        if so_many and start - so_many.end == 1 and _singular(said) in _TYPE_WORDS:
            light = 0.1  # "three countries": any three will do
        if any(first <= start and end <= last for first, last in states):
            light = 0.2
        if _OF_A_COUNTRY.match(folded, start + len(said)) and named_places(said):
            light = 0.2
        numbered = kind in ("number", "date", "value", "month-day")
        if kind == "date" and (season := _months_of(terms)):
            terms, kinds = season[0], (*kinds, *season[1:])
        if _ASKED_BEFORE.search(folded[:start]) and kind in ("term", "word"):
            # "Which bank", どこの射場: an instance answers it, and need not say what it is an instance of.
            light = min(light, 0.3) if set(wants) & {"place", "person", "organisation"} else light
        strict = _is_strict(folded, start, end) and not in_brackets(folded, start)
        if kind == "ordinal" and _tells_apart(said):
            strict, terms = True, tuple(f"#{label}" for label in labels(said)) or terms
        is_listed_name = any(term[1:] in term_list().names for term in terms if term[0] == "@")
        is_name = kind == "name" or (kind == "term" and (is_listed_name or _is_proper(said)))
        needs.append(Need(said, terms, is_name, numbered, light, alternatives=kinds, strict=strict))
    return _with_head(needs[:MOST_NEEDS], folded, language)


def _singular(noun: str) -> str:
    return f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")


def _months_of(terms: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """For a part of a year, its own terms, and each of its months as another way to say it; empty for other dates."""
    for term in terms if not any(re.match(r"#d:\d{4}-", term) for term in terms) else ():
        part, _, year = term.removeprefix("#").partition(":")
        if part in _PARTS_OF_YEAR and year.isdigit():
            own = tuple(one for one in terms if one[0] != "#" or one == term)
            return (own, *((f"#d:{year}-{month:02}",) for month in _PARTS_OF_YEAR[part]))
    return ()


def kind_asked(text: str, needs: Sequence[Need]) -> str:
    """The text of the need that "which …" or どの… asks for one of; "" where nothing firm is.

    >>> from assistant.question import understand
    >>> understand("Which rocket will launch Mission 1?").kind_asked
    'rocket'
    """
    match = _KIND_ASKED.search(text)
    said = (match["ja"] or match["en"]).casefold() if match else ""
    firm = [need for need in needs if not (need.is_name or need.is_number) and need.factor >= 0.25]
    return next((need.text for need in firm if said and need.text.casefold() == said), "")


# Listed words in capitals that are no names of anything.
ACRONYMS = frozenset(
    (
        "FY",
        "CEO",
        "CFO",
        "COO",
        "CTO",
        "IPO",
        "EU",
        "US",
        "UK",
        "USA",
        "IR",
        "PR",
        "MOU",
        "MoU",
        "R&D",
        "AI",
        "GPS",
        "IT",
    )
)


def _is_proper(said: str) -> bool:
    """A listed name in Latin letters that is written as a name: SpaceX, RESILIENCE."""
    return said not in ACRONYMS and bool(re.fullmatch(r"[A-Z][A-Za-z]*[A-Z][A-Za-z-]*", said))


def _whole_concept(said: str, terms: tuple[str, ...]) -> tuple[str, ...]:
    """Of a listed name, the concept that it is as a whole: 月の裏側 is the far side, and not the Moon as well."""
    known = term_list()
    name = " ".join(fold(said).lower().split())
    concept = known.japanese.get(name) or known.english.get(name)
    if concept is None:
        return terms
    return tuple(term for term in terms if term[0] != "@" or term == f"@{concept}")


def _is_strict(text: str, start: int, end: int) -> bool:
    """The word tells one thing from another of its kind: the next payment is not the payment."""
    said = text[start:end]
    word = _STRICT_EN.match(text, start)
    if word and word[0].casefold() == said.casefold():
        return not re.match(
            r"\s+(?:year|month|week|time|figure|number|value|reported|known|announced|disclosed)\b", text[end:]
        )
    return any(match.start() == start for match in _STRICT_JA.finditer(text[: end + 2]))


def _end_of_number(text: str, value: Value) -> int:
    """Where the number ends of "three alternative landing sites", whose other words say what is asked; else the value."""
    first, *others = text[value.start : value.end].split(" ")
    return value.start + len(first) if value.kind == "quantity" and len(others) > 1 else value.end


def in_brackets(text: str, place: int) -> bool:
    """`text[place]` stands in round brackets."""
    before = text[:place]
    return max(before.rfind("("), before.rfind("（")) > max(before.rfind(")"), before.rfind("）"))


def _tells_apart(ordinal: str) -> bool:
    """Of two, the other one is found by what is said of the first: 2つ目の契約; a third one must be spoken of."""
    return not re.match(r"[12１２一二]\s?(?:つ|番|件)", ordinal)


def _with_head(needs: list[Need], text: str, language: Language) -> list[Need]:
    """`needs` with the one marked that says what is asked about."""
    firm = [place for place, need in enumerate(needs) if need.is_firm and not need.is_number]
    firm = [place for place in firm if not in_brackets(text, text.find(needs[place].text))] or firm
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


_SUCCESS = re.compile(r"success(?:ful|fully)?|succeed(?:ed)?|成功|無事", re.I)


def _light(said: str, kind: str) -> float:
    if kind in ("number", "date", "value", "month-day", "name"):
        return 1.0
    form = said.casefold()
    forms = {form, *(word.form for word in words(said))}
    if forms & _TYPE_WORDS and len(forms & _TYPE_WORDS) >= len({word.form for word in words(said)}):
        return 0.1
    if form in _LIGHT_WORDS or {word.form for word in words(said)} <= _LIGHT_WORDS:
        return 0.2
    if _SUCCESS.fullmatch(form):
        return 0.2  # what became of it is told in many words, and seldom in this one
    # What somebody did is said in many ways; whom and what it concerned, in few.
    found = words(said)
    is_verb = found[0].speech[0] == "動詞" or (
        found[0].speech[0] == "語" and bool(_VERB_EN.fullmatch(form.removesuffix("s")))
    )
    return FIRM if len(found) == 1 and is_verb and kind != "term" else 1.0


def term_spans(text: str) -> list[tuple[int, int]]:
    """Where `text`, which is folded already, holds words and names of the term list."""
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
    for longest in (3, 2):
        for match in re.finditer(
            rf"(?<![A-Za-z])(?=(?P<said>[A-Za-z]+(?:[ -][A-Za-z]+){{{longest - 1}}}(?![A-Za-z])))", text
        ):
            if " ".join(match["said"].lower().split()) in known.english:
                spans.append(match.span("said"))
    return spans


def _noun_groups(found: Sequence[Word], taken: Sequence[tuple[int, int, str]]) -> list[list[Word]]:
    """Content words outside `taken`; neighbouring capitalised Latin words are one name."""
    groups: list[list[Word]] = []
    japanese = any(word.speech[0] not in ("語", "数") for word in found)
    for place, word in enumerate(found):
        if any(word.start < end and start < word.end for start, end, _ in taken):
            continue
        if not _is_content(word, found[place - 1] if place else None):
            continue
        before = groups[-1][-1] if groups else None
        glued = before is not None and word.start - before.end <= 1
        latin = before is not None and word.speech[0] == "語" and before.speech[0] == "語"
        is_one_name = glued and latin and before is not None and (japanese or (word.is_name and before.is_name))
        # Acme's October dividend: two things.
        is_one_name = is_one_name and before is not None and not _OWNER.search(before.surface)
        if word.speech[0] == "接尾辞" and word.surface in _HONORIFICS:
            continue
        is_suffix = before is not None and word.start == before.end and word.speech[0] == "接尾辞"
        if is_one_name or is_suffix:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [group for group in groups if group[0].speech[0] != "接尾辞"]


_OWNER = re.compile(r"(?<=[A-Za-z.])['’]s?$")
# They belong to no name: 袴田さん is 袴田.
_HONORIFICS = frozenset(("さん", "様", "さま", "氏", "君", "くん", "ちゃん", "殿"))
# Verbs that help another one along, or say next to nothing by themselves.
_HELPING = frozenset(
    "為る 成る 有る 居る 行く 来る 見る 置く 仕舞う 頂く 下さる 貰う 遣る 上げる 呉れる 得る 掛ける 出す 言う 出来る 御座る 参る 致す 申す 思う 考える 知る 分かる 解る 因る".split()
)


def _is_content(word: Word, before: Word | None) -> bool:
    kind = word.speech[0]
    if kind == "語":
        return word.surface.casefold() not in _QUESTION_WORDS or word.surface == "US"
    if kind == "数":
        return True
    if word.form in _ASKING_JA or word.surface in _ASKING_JA or re.match(r"何", word.surface):
        return False
    if kind == "動詞":
        # 終わる is a verb of its own after はいつ, and helps another one along after 言い.
        # 何年にできた会社: to be founded, not to be able.
        if word.form == "出来る" and before is not None and before.surface in ("に", "いつ"):
            return True
        helps = word.form in _HELPING or (before is not None and before.speech[0] in ("動詞", "助動詞"))
        helps = helps or (before is not None and before.surface in ("て", "で"))
        return word.speech[1] == "一般" or not helps
    return kind in ("名詞", "形容詞", "形状詞", "副詞", "接尾辞")

"""Understanding: what was typed in; a Question out: its language, what it asks for, what it names, of when it asks."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.course import without_comparison, without_inquiry, without_telling
from assistant.labels import labels
from assistant.needs import ACRONYMS, NUMBERED, Need, kind_asked, needs_of
from assistant.wants import (
    Want,
    asked_to_name,
    beside_of,
    counted_noun,
    measures_of,
    options_of,
    position_of,
    unit_of,
    wants_of,
)
from corpus.announcement import Language
from corpus.clean import guess_language
from corpus.values import Value, fold, values
from index.commonness import is_common, near_common
from index.terms import terms as term_list
from index.words import words

__all__ = ["Need", "Question", "question_language", "tidy", "understand"]


_AS_OF_JA = re.compile(r"(?P<date>[^、。は]{0,16}?(?:年度?|月|日)[末初頭]?頭?)(?:の)?(?:時点|現在)")
_AS_OF_EN = re.compile(r"\b(?:as of|as at|up to|until the end of)\s+(?P<date>[^,?]{4,30})", re.I)
_LATEST = re.compile(
    r"最新|(?:一番|いちばん|もっとも|最も)(?:新しい|最近)|現在|いま|今の|今は|今も|最終的|結局|直近|現時点|latest|current|currently|\bnow\b|most recent|today|finally|these days|\blast (?:figure|number|value|reported|known|announced|disclosed)|\bin the end\b|最後に(?:確定|決ま|結論)|最終の?(?:計画|予定|結論|分析|見解|数字)"
    r"|\bfinal (?:reading|analysis|conclusion|verdict|explanation|findings?|plan|planned|figure|number|result|cause|amount|schedule)",
    re.I,
)
_ORIGINAL = re.compile(
    r"当初|最初は(?:最大|何[^時年月日が]|いくら|どれ|どの)|最初(?:の|[（(][^（()）]*[）)]の)(?:計画|予定|想定|発表)|元々|もともと|はじめは|originally|at first|initial(?:ly)?\b|\bfirst (?:plan|expect|intend|forecast|propos|schedul|going to|meant|supposed|designed|to be)",
    re.I,
)
_OUTCOME = re.compile(
    r"どうなり|どうなった|結果(?:は|を)|結末|顛末|その後|outcome|what happened|what became|the result of", re.I
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
    r"(?<![はがをにも])、(?:そのうち|また|そして|それは|さらに|それぞれ)、?|(?<=[誰れつこら何])[でて]、(?=(?:いくら|いつ|誰|だれ|どこ|何|どの))|[。？?]\s*(?=\S)|;\s+|,\s+and\s+(?=(?:which|what|who|when|where|how|why)\b)|\s+and\s+(?=(?:(?:on|in|by|from|to|at) )?(?:who|whom|when|where|why|how|which|what)\b)",
    re.I,
)
# "Which companies are in it? List all of them.": one question.
_LIST_THEM = re.compile(
    r"(?:please )?(?:list|name|give) (?:all |each |every one )?(?:of )?(?:them|those|these|all)(?: all)?[.!]?"
    r"|(?:すべて|全て|全部)?(?:を|、)?(?:挙げて|あげて|教えて|列挙して)(?:ください|下さい|ほしい)?[。!！]?",
    re.I,
)
# More questions in one are read as one: nobody means a hundred, and each is read by itself.
MOST_PARTS = 8
_NAME_ASKED = re.compile(
    r"(?<!何)(?:の|な)(?:名前|名称|愛称|呼び名|呼称)(?:は|を|って|が|、|なん|何|[？?]|$)|何(?:と|て|って)(?:いう名|呼|命名|名付)|(?:という|なんて)名前|何という(?!会社|企業|銀行|機関|組織|団体|プログラム)"
    r"|\b(?:what|which) (?:is|was|are|were)\b.{0,60}\b(?:called|named)\b|\bnames? of\b|'s name\b|\bwhat name\b|\bgo by\b",
    re.I,
)
# 誰のものになるのか asks for an owner.
_WHOSE = re.compile(r"(?P<who>誰|だれ|どなた|どこ)の(?:物|もの|モノ)(?=に|です|と|か|？|\?|$)")
# The fourth mission is Mission 4, which has a name of its own.
_NTH_MISSION = re.compile(
    r"(?P<ja>[1-9１-９一二三四五六七八九])(?:回目|つ目|番目)の(?:月)?ミッション|\b(?P<en>first|second|third|fourth|fifth|sixth) mission\b",
    re.I,
)


def _numbered_mission(match: re.Match[str]) -> str:
    if match["en"]:
        return f"Mission {'first second third fourth fifth sixth'.split().index(match['en'].lower()) + 1}"
    said = unicodedata.normalize("NFKC", match["ja"])
    return f"ミッション{said if said.isdigit() else '一二三四五六七八九'.index(said) + 1}"


# Idioms, in the words that announcements use.
_SAID_OTHERWISE = [
    (re.compile(r"(?:創業|設立|創立)(?:以来|から(?=今|これ|ず|の累計|の合計|、?いくら))"), "累計で"),
    (
        re.compile(r"これまでに(?=いくら|どれだけ|どのくらい|合計)|今までに(?=いくら|どれだけ|どのくらい|合計)"),
        "累計で",
    ),
    (
        re.compile(r"\bsince (?:its |the )?(?:founding|foundation|inception|establishment)\b|\bto date\b", re.I),
        "cumulative",
    ),
    (re.compile(r"\b(?:went|going|goes|go) public\b", re.I), "listed"),
    (re.compile(r"\blist (?=(?:its|their|the) (?:shares?|stocks?)\b)", re.I), "listed "),
    (re.compile(r"\bin the end\b", re.I), "finally"),
    # In an announcement a label that is called a former one counts for nothing; whoever asks for it means it.
    (re.compile(r"旧称?(?=[「『]?ミッション)"), "以前の"),
    (
        re.compile(r"\b(?:previously|formerly|originally|once) (?:called|known as|named) (?=['\"“]?Mission)", re.I),
        "that was called ",
    ),
    (re.compile(r"\bFY(?= end(?:ed|ing)\b)"), "fiscal year"),
    (re.compile(r"\bbottom[- ]line (?=loss|profit|income)", re.I), "net "),
    (re.compile(r"\bwent by the (?:label|name)\b", re.I), "was called"),
    (re.compile(r",? or (?:nah|naw|nope|no|not)(?=\s*\?*$)", re.I), ""),
    (re.compile(r"\b(?:get|gets|got|getting) through\b", re.I), "reach"),
    (re.compile(r"\b(?:come|comes|came|go|goes|went) down\b(?=.{0,24}\b(?:moon|crater|site|surface)\b)", re.I), "land"),
]
_EACH = re.compile(r"それぞれ|各|\beach\b|\brespectively\b", re.I)
_ORDINALS_EN = dict(zip("1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th".split(),
    "first second third fourth fifth sixth seventh eighth ninth tenth".split(), strict=True))  # fmt: skip
# "the 4th base", not the 4th of July.
_ORDINAL_EN = re.compile(
    r"\b(?:1st|2nd|3rd|[4-9]th|10th)\b(?=\s+(?!of\b|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))[A-Za-z])", re.I
)
# "march 2024", "28 november": a phone writes no capitals; "may 2021" is a month, "may 3 companies" as well.
_SMALL_MONTH = re.compile(
    r"(?:(?<=[0-9] )|(?<=[0-9](?:st|nd|rd|th) ))(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)(?=\.?,? (?:of )?[0-9])"
)
_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


@dataclass(frozen=True, slots=True)
class Question:
    """A question that stands alone, taken apart."""

    text: str  # as typed
    query: str  # as it stands alone: what is searched for
    language: Language
    wants: tuple[Want, ...]  # the first is the main one
    needs: tuple[Need, ...]
    unit: str = ""  # of a wanted quantity: a key of corpus.units.UNITS
    units: tuple[str, ...] = ()  # the units of all measures that are asked for, in the order asked
    options: tuple[str, str] | None = None  # of "A or B?"
    as_of: dt.date | None = None  # "2022年9月時点で": the end of that period
    asks_latest: bool = False
    asks_original: bool = False
    asks_outcome: bool = False  # what became of it
    asks_current: bool = False  # in the present tense, of no stated time
    counted: str = ""  # the stem of the noun of "how many …"
    asks_name: bool = False  # what something is called
    so_many: int = 0  # how many things it wants to be named; 0 where it does not say
    kind_asked: str = ""  # the need that "which …" asks for one of
    says_only: bool = False  # だけ, "alone": every word counts
    asks_plan: bool = False
    asks_future: bool = False  # "When will …?", 次の…はいつ: nothing that is over answers it
    is_past: bool = False  # asks what happened, not what is planned
    says_already: bool = False
    universal: bool = False  # "all", "すべて" in a yes/no question
    footnote: str = ""
    position: str = ""  # in a picture: left, right, or a number from the left
    beside: tuple[
        int, ...
    ] = ()  # in a picture: so many places to the right of `position`, or of whom the question names
    given: tuple[Value, ...] = ()  # values that the question itself states
    labels: frozenset[str] = frozenset()  # Mission 2, the second contract
    parts: tuple[str, ...] = field(default=())  # the questions of a compound one
    siblings: tuple[str, ...] = field(default=())  # the same question for each of several labels of a kind

    @property
    def want(self) -> Want:
        return self.wants[0]


def understand(text: str, *, language: Language | None = None, carried: Sequence[Need] = ()) -> Question:
    """`text` taken apart; `carried` are needs from earlier turns that still hold.

    >>> q = understand("ミッション1の打ち上げは最短でいつですか")
    >>> q.language, q.want, [need.text for need in q.needs if need.factor == 1]
    ('ja', 'date', ['ミッション1', '打ち上げ'])
    """
    typed = _WHOSE.sub("\\g<who>の所有", _listed_kana(tidy(text)))
    for said, meant in _SAID_OTHERWISE:
        typed = said.sub(meant, typed)
    typed = _NTH_MISSION.sub(_numbered_mission, typed)
    spoken = language or question_language(typed)
    folded = fold(typed)
    options = options_of(folded, spoken)
    wants = wants_of(folded, spoken, options)
    given = tuple(values(typed))
    scope, as_of = as_of_in(folded)
    footnote = _FOOTNOTE_MARK.search(folded) if "footnote" in wants else None
    pieces = tuple(piece.strip() for piece in _SPLIT.split(typed) if piece and len(piece.strip()) > 3)
    pieces = tuple(piece for piece in pieces if not _LIST_THEM.fullmatch(piece))
    is_apart = 1 < len(pieces) <= MOST_PARTS and not any(len(words(piece)) < 2 for piece in pieces)
    is_apart = is_apart and not ("as_of" in wants and _begins_with_a_statement(typed))
    needs: Sequence[Need] = needs_of(typed, spoken, wants, scope)
    if wants[0] in ("history", "change_count"):
        needs = without_telling(needs, typed)
    needs = without_comparison(without_inquiry(needs, wants), typed)
    return Question(
        text=typed,
        query=" ".join([typed, *(need.text for need in carried)]),
        language=spoken,
        wants=wants,
        needs=(*needs, *carried),
        unit=unit_of(folded) if {"quantity", "history", "change_count"} & set(wants) else "",
        units=measures_of(folded),
        options=options,
        as_of=as_of,
        asks_latest=bool(_LATEST.search(folded)),
        asks_original=bool(_ORIGINAL.search(folded)),
        asks_outcome=bool(_OUTCOME.search(folded)),
        asks_current=not _PAST.search(folded) and not _ORIGINAL.search(folded) and as_of is None,
        counted=counted_noun(folded),
        asks_name=bool(_NAME_ASKED.search(folded)) and wants[0] != "person",
        so_many=so_many.number if (so_many := asked_to_name(folded)) else 0,
        kind_asked=kind_asked(folded, needs),
        says_only=bool(
            re.search(
                r"だけで|のみで|単独|自社だけ|自力で|独自に|\balone\b|\bonly the\b|\bon (?:its|their) own\b|\bby (?:itself|themselves)\b|\bexclusively\b|\bsolely\b",
                folded,
                re.I,
            )
        ),
        asks_future=bool(_FUTURE.search(folded)),
        asks_plan=bool(_PLAN.search(folded)),
        is_past=bool(_PAST.search(folded)),
        says_already=bool(_ALREADY.search(folded)),
        universal=bool(_UNIVERSAL.search(folded)) and wants[0] == "yes_no",
        footnote=footnote["mark"] if footnote else "",
        position=position_of(folded),
        beside=beside_of(folded) if wants[0] == "people_in_picture" and not position_of(folded) else (),
        given=given,
        siblings=_siblings(typed),
        labels=_labels_asked(typed, wants) | {label for need in carried for label in labels(need.text)},
        parts=_paired(typed, spoken) or (pieces if is_apart else ()),
    )


def _labels_asked(text: str, wants: Sequence[Want]) -> frozenset[str]:
    """The labels in `text`; the first plan of several is none, where it is asked how plans changed."""
    found = labels(text)
    if wants[0] not in ("history", "change_count"):
        return found
    return frozenset(label for label in found if not label.startswith("ordinal:"))


# "The launch year carries a footnote; as of when …?": what is said first is asked of, and asks nothing itself.
_FIRST_CLAUSE = re.compile(r"(?P<said>[^。;；？?]+)[。;；]\s*\S")
_ASKS = re.compile(
    r"何|なに|なん|誰|だれ|どこ|どの|どれ|どち|いつ|いくら|いくつ|なぜ|どう|教え|挙げ|説明|知りたい|か$"
    r"|\b(?:what|which|who|whom|whose|when|where|why|how|tell|give|list|name|explain|describe)\b"
    r"|^(?:is|are|was|were|did|does|do|has|have|will|can)\b",
    re.I,
)


def _begins_with_a_statement(text: str) -> bool:
    first = _FIRST_CLAUSE.match(text)
    return first is not None and not _ASKS.search(first["said"].strip())


# ﾐｯｼｮﾝ, ﾛｰﾊﾞｰ: a voiced letter is two of them.
_HALF_KANA = re.compile(r"[\uff66-\uff9f]+")


def tidy(text: str) -> str:
    """What was typed, in one line, without control characters; letters full-width or half-width as typed, kana whole."""
    visible = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text)
    visible = _HALF_KANA.sub(lambda found: unicodedata.normalize("NFKC", found[0]), visible)
    visible = _calm(visible)
    visible = _SMALL_MONTH.sub(lambda found: found[0].capitalize(), visible)
    return _ORDINAL_EN.sub(lambda found: _ORDINALS_EN[found[0].lower()], " ".join(visible.split()))


# "WHICH COUNTRY leads …": a question's small words are in capitals only where somebody shouts.
_SHOUTED = re.compile(r"\b(?:WHICH|WHAT|WHEN|WHERE|WHO|WHY|HOW|DOES|DID|IS|ARE|WAS|WERE|THE|OF|WILL|HAS)\b")


def _calm(text: str) -> str:
    """`text` with common words that somebody shouts in small letters; names stay as they were typed."""
    if not _SHOUTED.search(text):
        return text
    return re.sub(
        r"\b[A-Z]{2,}\b",
        lambda word: word[0].lower() if _is_ordinary(word[0].lower()) and word[0] not in ACRONYMS else word[0],
        text,
    )


def _is_ordinary(word: str) -> bool:
    if term_list().english.get(word) in term_list().names:
        return False
    return is_common(word) or (len(word) > 3 and bool(near_common(word)))


def question_language(text: str) -> Language:
    """The language to answer in; a Latin name does not make a Japanese question English."""
    return "ja" if re.search(r"[\u3041-\u30ff]", text) else guess_language(text)


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


# Two things asked of one: ローバーの名前と重さは, "the name and the mass of the rover"; and two ways of asking in one.
_PAIR_JA = re.compile(
    r"(?P<head>.+の)(?P<a>[^、。のはがを\s]{1,12})(?:と、?|、|および|及び)(?P<b>[^、。のはがを\s]{1,12}?)(?:は|を|が|って)?(?:それぞれ)?"
    r"(?:(?:何|なに|なん|いくら|いくつ|どう|どれ).{0,8}|(?:教え|知り|答え).{0,12}|わか.{0,8})?[？?。]*"
)
_PAIR_EN = re.compile(
    r"(?P<lead>what (?:is|are|was|were)) the (?P<a>[a-z ]{3,24}?) and (?:the )?(?P<b>[a-z ]{3,24}?) (?P<rest>(?:of|for) .+)",
    re.I,
)
_TWICE_JA = re.compile(
    r"(?P<topic>.+?[はがをに])、?(?P<a>(?:いつ|だれ|誰|どこ|いくら)[^、。]{0,14})、(?P<b>(?:いつ|だれ|誰|どこ|どの|いくら|何).+)"
)
_BARE_JA = re.compile(r"(?:いつ|だれ|誰|どこ|いくら)(?:から|まで|に|で|へ|が|を)?")
_DOING_JA = re.compile(
    r"(?:いつ|だれ|誰|どこ|いくら|どの[^、。]{1,12}?|何[^、。]{0,8}?)(?:から|まで|に|で|へ|を|と|によって)"
    r"(?P<doing>[^、。]*[ぁ-ん一-龯]{2,}.*)"
)
_ALSO_JA = re.compile(
    r"(?P<topic>[^、。]+?[はが])(?P<a>(?:全部で|合計で?|合わせて)?(?:いつ|だれ|誰|どこ|いくら|いくつ|何|どの)[^、。]{0,14}(?:[てでし]|[あお]り))、"
    r"(?P<b>(?:(?:最[初後]|残り|次|主)の)?[^、。のはが]{1,12}(?:は|が)(?:いつ|だれ|誰|どこ|どの|いくら|何).*)"
)
_TWICE_EN = re.compile(
    r"(?P<a>when|where|who|why|how much) and (?P<b>when|where|by whom|how much|why|how) (?P<rest>.+)", re.I
)


def _paired(text: str, language: Language) -> tuple[str, ...]:
    """The two questions that one asks of the same thing; empty where it is one.

    >>> _paired("ミッション2のローバーの名前と重さは？", "ja")
    ('ミッション2のローバーの名前は？', 'ミッション2のローバーの重さは？')
    >>> _paired("When and where was the lander launched?", "en")
    ('When was the lander launched?', 'Where was the lander launched?')
    """
    twice = (_TWICE_JA if language == "ja" else _TWICE_EN).fullmatch(text)
    also = _ALSO_JA.fullmatch(text) if language == "ja" else None
    if also:
        return f"{also['topic']}{also['a']}？", f"{also['topic'][:-1]}の{also['b']}"
    if twice and language == "ja":
        # 「Xはいつ、どこから打ち上げられたか」: the first half is of the same event.
        doing = _DOING_JA.fullmatch(twice["b"]) if _BARE_JA.fullmatch(twice["a"]) else None
        first = f"{twice['a']}{doing['doing']}" if doing else f"{twice['a']}？"
        return f"{twice['topic']}{first}", f"{twice['topic']}{twice['b']}"
    if twice:
        return f"{twice['a'].capitalize()} {twice['rest']}", f"{twice['b'].capitalize()} {twice['rest']}"
    pair = (_PAIR_JA if language == "ja" else _PAIR_EN).fullmatch(text)
    if not pair:
        return ()
    if language == "ja":
        both = tuple(f"{pair['head']}{pair[which]}は？" for which in "ab")
    else:
        both = tuple(f"{pair['lead']} the {pair[which]} {pair['rest']}" for which in "ab")
    asked = [_asked_for(one, language) for one in both]
    return both if all(asked) and (asked[0] != asked[1] or _EACH.search(text)) else ()


def _asked_for(text: str, language: Language) -> tuple[str, ...]:
    """The kind of answer that `text` asks for, and its unit; empty where no word tells."""
    folded = fold(text)
    want = wants_of(folded, language, None)[0]
    is_name = bool(_NAME_ASKED.search(folded))
    return ("name",) if is_name else () if want in ("free", "list", "yes_no") else (want, unit_of(folded))


def _siblings(text: str) -> tuple[str, ...]:
    """ "Who led each of Series A, Series B and Series C?" as three questions; empty where it is one."""
    folded = fold(text)
    named = list(NUMBERED.finditer(folded))
    if not 2 <= len(named) <= MOST_PARTS or not _EACH.search(folded):
        return ()
    kinds = {next(iter(labels(match.group())), "").partition(":")[0] for match in named}
    run = folded[named[0].start() : named[-1].end()]
    between = re.sub(r"\s|,|、|と|・|および|及び|and|&", "", NUMBERED.sub("", run), flags=re.I)
    if len(kinds) != 1 or between:
        return ()
    before, after = text[: named[0].start()], text[named[-1].end() :]
    before = re.sub(r"\beach of (?:the )?", "", before, flags=re.I)
    return tuple(f"{before}{match.group()}{_EACH.sub('', after)}" for match in named)


def as_of_in(text: str) -> tuple[tuple[int, int] | None, dt.date | None]:
    """Where the question says of when it asks, and the last day of that time."""
    for pattern in (_AS_OF_JA, _AS_OF_EN):
        for match in pattern.finditer(text):
            dates = [value for value in values(match["date"]) if value.date]
            if dates and dates[-1].date:
                return (match.start("date") + dates[-1].start, match.end()), dates[-1].date.latest
    return None, None

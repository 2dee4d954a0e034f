"""Facts asked: a Question and the facts of the announcements in; a Reading out where facts decide better than sentences.

Only what is asked of a mission, its milestones or the contracts in so many words is answered from facts: each word of the
question must be known here, and with any word more the sentences are read instead.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from assistant.course import period_of
from assistant.evidence import Evidence
from assistant.question import Question
from assistant.reading import Reading, Stage, Verdict
from assistant.sentence import Sentence
from corpus.announcement import Announcement
from corpus.dates import PartialDate
from corpus.facts import Fact
from corpus.mission_names import mentions
from corpus.values import Value, fold

_MISSION_LABEL = re.compile(r"mission:(\d+)")
# What each topic may be named by; whatever else a question names makes it a question for the sentences.
_WORDS: dict[str, re.Pattern[str]] = {
    "launch": re.compile(
        r"打ち?上げ(?:られ|る)?|発射|launch(?:es|ed|ing)?|lift(?:s|ed)?[\s-]?off|fl(?:y|ies|own)", re.I
    ),
    "landing": re.compile(
        r"(?:月面|軟|月に|月へ)?着陸(?:する|し)?|(?:lunar |moon )?land(?:s|ed|ing)?\b|(?:on )?the moon|moon|月面?", re.I
    ),
    "landing_site": re.compile(
        r"(?:主な?)?(?:月面)?着陸(?:予定)?(?:の)?(?:地点|地域|場所|予定地|候補地?|地)|(?:月面)?着陸|地|地点|(?:主な?)?目的地|(?:lunar )?landing (?:site|area|zone|location|target|spot|place)s?|landing|target|\bareas?|\bsites?|destination|primary|main|主",
        re.I,
    ),
    "lander": re.compile(r"ランダー|月?着陸船|lander|機種|型|使用する|使う|use[sd]?|types?|models?", re.I),
    "engine": re.compile(r"エンジン|engines?|型|types?|models?", re.I),
    "amount": re.compile(
        r"契約(?:の)?(?:総額|金額|額|価格)?|総額|金額|contracts?|value|amount|worth|total|price|増え|伸び|grow|grew|grown|increas\w*",
        re.I,
    ),
    "milestones": re.compile(
        r"マイルストーン|milestones?|段階|達成|到達|完了|クリア|reach(?:ed)?|complet\w*|achiev\w*|ten|eight|全部?|いくつ|数|最後|last|final|公表|publish\w*",
        re.I,
    ),
    "missions": re.compile(r"ミッション|missions?|打ち?上げ|launch\w*|一覧|planned|years?|年", re.I),
    "contracts": re.compile(r"契約|覚書|締結|結ん|contracts?|agreements?|memorand\w+|sign(?:ed)?|一覧", re.I),
}
_ANY = re.compile(
    r"ミッション|missions?|予定年?|計画|提案|候補|旧|以前|元の|もとの|once|former(?:ly)?|previous(?:ly)?|until|before|old|propos\w*|candidates?|planned|目標|時期(?:ごと)?|日程|日時|日付|年月日|実施|実際|変わっ?(?:り|た|て)?|変更|移(?:り|っ)?|動(?:い|き)?|経緯|推移|変遷|延期|後ろ倒し|前倒し|何?回|当初|もともと|元々|最初|最新|最終的?|現在|いつごろ|いつ|早く(?:て)?|最短|年|月|日|"
    r"schedul\w*|plan(?:s|ned)?|date|year|month|day|tim(?:es?|eline|ing)|when|mov(?:ed|es|ing|e)|chang(?:ed|es|ing|e)|suppos\w*|intend\w*|postpon\w*|delay\w*|slip\w*|push\w*|shift\w*|revis\w*|evolv\w*|original(?:ly)?|first|initial(?:ly)?|latest|current(?:ly)?|now|actual(?:ly)?|most|recent(?:ly)?|announc\w*|stage|each|history|over|replac\w*|switch\w*|swap\w*|結果|新し(?:い|く)|new|result(?:ed)?|go(?:ing)?|mean\w*|design\w*|替わ\w*|代わ\w*|during|one|target\w*|expect\w*|due|earliest|take place|happen\w*|according|different|often|many|称|呼ば?|名称|名前|番号|改(?:称|名|め(?:られ|る)?)|(?:re)?number\w*|renam\w*|call(?:ed)?|name[ds]?|HAKUTO-R|program(?:me)?|プログラム|far|all|list|すべて|全て|全部",
    re.I,
)
_LITTLE = re.compile(
    r"[\s、。・「」『』（）()\"“”'’?？!！,.:;-]|(?:January|February|March|April|May|June|July|August|September|October|November|December)|dollars?|yen|euros?|米?ドル|円|[のはがをにでともへや]|から|まで|より|です|ます|した|\b(?:the|a|an|of|for|to|in|on|at|its|it|was|is|be|did|has|how)\b",
    re.I,
)
_ASKS_LANDER = re.compile(
    r"ランダー(?:（[^）]*）)?(?:の)?(?:名前|名称|機種|は(?:何|どれ|どの|どう)|が(?:何|どう))|(?:何|どの|どんな)(?:という)?(?:ランダー|着陸船)|ランダー.{0,14}変(?:わ|更)|(?:which|what)(?: is the)? lander|lander.{0,50}\b(?:called|named?|change|use)",
    re.I,
)
_ASKS_SITE = re.compile(
    r"着陸(?:予定)?(?:の)?(?:地点|地域|場所|予定地|候補|地)|目的地|landing (?:site|area|zone|location|region|target|spot|place)|destination",
    re.I,
)
_ASKS_AMOUNT = re.compile(
    r"契約(?:の)?(?:総額|金額|額|価格)|contracts? (?:value|amount|price|total)|(?:value|total|worth) of (?:the |its )?contracts?|value of the .{0,30}contract",
    re.I,
)
_ASKS_ENGINE = re.compile(r"エンジン|\bengine\b", re.I)
_ASKS_LAUNCH = re.compile(r"打ち?上げ|発射|launch|lift[\s-]?off|\bfl(?:y|ies|own)\b", re.I)
_ASKS_LANDING = re.compile(
    r"着陸(?!船|機|地|失敗|予定地|場所|候補)|\bland(?:s|ed|ing)?\b(?! (?:site|area|zone|location))", re.I
)
_ASKS_WHEN = re.compile(r"何年|いつ|時期|日程|what year|which year|when|year\b", re.I)
_ASKS_NAME = re.compile(
    r"改称|改名|旧称|呼ばれ|呼んで|何番|名称が?変|という名(?:前|称)|\b(?:which|what) (?:mission )?number\b|指(?:し|す)|\bsame\b|同じ|同一|stand(?:s)? for|stood for|refer(?:s|red)? to|renam|renumber|\bcall(?:ed|ing)\b|mean",
    re.I,
)
_SAME = re.compile(r"同じ|同一|\bsame\b|\bidentical\b", re.I)
# A label that was used for one thing after the other.
_EACH_USE = re.compile(
    r"それぞれ|2回|二回|両方|\beach\b|\btwice\b|\bboth\b|\btwo (?:different )?(?:missions|meanings|things|uses)\b", re.I
)
_FORMERLY_CALLED = re.compile(
    r"呼ばれていた|呼んでいた|呼ばれた|だった(?!の?です?か|か)|旧|以前の|もとの|元の|改称前|改名前|改め(?:られ)?る(?:前|まで)"
    r"|\b(?:formerly|previously|once|originally|until|before|old|former|used to be|was called)\b",
    re.I,
)
_ASKS_MILESTONES = re.compile(r"マイルストーン|milestone", re.I)
_ASKS_COUNT = re.compile(r"いくつ|何(?:段階|個|件|つ)|how many|number of", re.I)
_ASKS_LAST = re.compile(r"最後|最終|\b(?:last|final)\b", re.I)
_ASKS_LIST = re.compile(
    r"すべて|全て|全部|一覧|列挙|挙げ|それぞれ|\blist\b|name (?:all|the)|\ball\b|what are|which (?:are|were|milestones|contracts|missions)|どんな|どのような|何があ",
    re.I,
)
_ASKS_CONTRACTS = re.compile(r"契約|覚書|contracts?\b|agreements?\b", re.I)
_REACHED = re.compile(r"到達|達成|完了|クリア|いきました|reach|complet|achiev|clear", re.I)
_AT_EARLIEST = re.compile(r"最短|以降|早くて|早ければ|earliest|or later|no earlier|not before", re.I)
_EXACT = re.compile(r"何月|何日|what month|which month|what day|which day|exact date", re.I)
_CHANGED = re.compile(r"変わ|変更|替わ|代わ|chang|replac|switch|swap", re.I)
_OLD_ASKED = re.compile(
    r"従来|以前|前は|前の|元の|変更前|\bbefore\b|\bold\b|previous|former|earlier|replaced\b(?! (?:it|by|with))", re.I
)
_TIMES_OF_YEAR = re.compile(r"何年|年は|予定年|year", re.I)


Topic = Literal[
    "name", "milestones", "amount", "landing_site", "engine", "lander", "landing", "launch", "comparison", "missions",
    "contracts",
]  # fmt: skip


def topic_of(question: Question) -> Topic | None:
    """What `question` asks of the facts; None where it names anything that facts know nothing of."""
    text = fold(question.text)
    missions = [label for label in question.labels if _MISSION_LABEL.fullmatch(label)]
    # "What was it first going to use?": the first of nothing.
    named = [label for label in question.labels if not (question.asks_original and label == "ordinal:1")]
    if question.want == "choice":
        return "comparison" if len(missions) == len(named) == 2 else None
    if len(missions) == 1 == len(named):
        return _topic_of_mission(question, text)
    if question.labels or not _ASKS_LIST.search(text):
        return None
    if re.search(r"ミッション|mission", text, re.I) and _is_known(question, "missions", "launch"):
        return "missions"
    return "contracts" if _ASKS_CONTRACTS.search(text) and _is_known(question, "contracts") else None


def _topic_of_mission(question: Question, text: str) -> Topic | None:
    asked: list[tuple[Topic, re.Pattern[str], tuple[str, ...]]] = [
        ("milestones", _ASKS_MILESTONES, ("milestones",)),
        ("amount", _ASKS_AMOUNT, ("amount",)),
        ("landing_site", _ASKS_SITE, ("landing_site",)),
        ("engine", _ASKS_ENGINE, ("engine", "lander")),
        ("lander", _ASKS_LANDER, ("lander",)),
    ]
    for topic, pattern, words in asked:
        if pattern.search(text):
            return topic if _is_known(question, *words) else None
    of_former = bool(_FORMERLY_CALLED.search(text)) and question.want in ("date", "history", "change_count")
    if _ASKS_NAME.search(text) and not of_former:
        return "name"
    if question.want not in ("date", "history", "change_count"):
        return None
    launch, landing = bool(_ASKS_LAUNCH.search(text)), bool(_ASKS_LANDING.search(text))
    if launch and landing:
        return None
    if landing:
        return "landing" if _is_known(question, "landing") else None
    when = bool(_ASKS_WHEN.search(text))
    return "launch" if (launch or when) and _is_known(question, "launch") else None


def read_facts(question: Question, facts: Sequence[Fact], announcements: Mapping[str, Announcement]) -> Reading | None:
    """The Reading that `facts` give to `question`; None where the sentences should be read.

    Args:
        facts: as `Register.of` gives them, of what the reader may see.
        announcements: those that the facts were read from, by their ids.
    """
    known = _Known(question, facts, announcements)
    topic = topic_of(question)
    if topic == "comparison":
        return _compared(question, known)
    if topic in ("missions", "contracts"):
        return _listed(question, topic, known)
    if topic is None:
        return None
    mission = next(label for label in question.labels if _MISSION_LABEL.fullmatch(label))
    if topic == "name":
        return _renamed(question, mission, known)
    mission = _now_called(question, mission, known)
    if topic == "milestones":
        return _milestones(question, mission, known)
    if topic == "amount":
        return _amount(question, mission, known)
    if topic in ("launch", "landing"):
        return _when(question, mission, topic, known)
    return _named(question, known.of(mission, topic), known)


class _Known:
    """The facts at hand, and the evidence that they stand on."""

    def __init__(self, question: Question, facts: Sequence[Fact], announcements: Mapping[str, Announcement]) -> None:
        self.question = question
        self.facts = facts
        self.announcements = announcements

    def of(self, subject_id: str, *attributes: str) -> list[Fact]:
        """The facts of a subject, in the order in which they held; `facts` has those of one attribute in that order."""
        found: list[tuple[dt.date, dt.date, dt.date, Fact]] = []
        for attribute in attributes:
            said: PartialDate | None = None
            for fact in self.facts:
                if fact.subject_id == subject_id and fact.attribute == attribute:
                    # What was told without a date stands behind what it replaced.
                    said = fact.as_of or said or fact.published
                    # Said in a month stands before said on its last day, as in the register; what was only told later of
                    # a day stands behind the notice of that day.
                    day = (said.latest, said.earliest) if said else (dt.date.min, dt.date.min)
                    found.append((*day, _published(fact), fact))
        return [fact for *_, fact in sorted(found, key=lambda pair: pair[:3])]

    def evidence(self, fact: Fact) -> Evidence:
        """The sentence of a fact, as if it met the question in all."""
        needs = len(self.question.needs)
        one = self.announcements[fact.announcement_id]
        sentence = Sentence(one, fact.start, fact.end, one.section_of(fact.start), "")
        return Evidence(sentence, 0, 1.0, 1.0, (1.0,) * needs, (1.0,) * needs, False, False, score=2.0)

    def told(self, fact: Fact) -> Stage | None:
        """The typed value of a fact in its sentence."""
        typed = fact.value.typed
        if typed is None:
            return None
        one = self.announcements[fact.announcement_id]
        sentence = Sentence(one, fact.start, fact.end, one.section_of(fact.start), "")
        # A moment of the day, and the end of a span, belong to the date that they follow.
        end = fact.value.end if set("T/") & set(fact.value.key) else typed.end
        value = replace(typed, start=typed.start - fact.start, end=end - fact.start)
        return Stage(value, sentence, fact.as_of or fact.published)


def _day(fact: Fact) -> dt.date:
    when = fact.as_of or fact.published
    return when.latest if when else dt.date.min


def says_event(text: str) -> bool:
    """`text` speaks of a launch or a landing, of when, or how often: of no thing that one mission has and others have not."""
    rest = fold(text)
    for pattern in (_WORDS["launch"], _WORDS["landing"], _ANY, _LITTLE):
        rest = pattern.sub("", rest)
    return not rest.strip()


def _is_known(question: Question, *topics: str) -> bool:
    """Every firm word of the question is one of these topics', or says only when, how often, or which mission."""
    for need in question.needs:
        if not need.is_firm or need.carried or mentions(need.text):
            continue
        if need.is_number and not need.is_name:
            continue  # a date: it bounds what is asked for
        rest = fold(need.text)
        for pattern in (*(_WORDS[topic] for topic in topics), _ANY, _LITTLE):
            rest = pattern.sub("", rest)
        if rest.strip() and rest.casefold() not in {"ispace", "株式会社ispace"}:
            return False
    return True


# --- when ------------------------------------------------------------------------------------------------------------------


def _schedule(mission: str, event: str, known: _Known, *, first_plans: bool = False) -> list[Fact]:
    """The dates of an event in the order in which they were told.

    Args:
        first_plans: with what was planned for the mission before the event had a date of its own.
    """
    own = known.of(mission, event)
    first = min((_day(fact) for fact in own), default=None)
    done = min((_day(fact) for fact in own if fact.status == "actual"), default=None)
    wanted: set[int] = {id(fact) for fact in own}
    for fact in known.of(mission, "schedule", "orbit", "landing"):
        before = first is None or _day(fact) < first
        if fact.attribute == "schedule":
            if (event == "launch" or before) and (done is None or _day(fact) <= done):
                wanted.add(id(fact))
        elif first_plans and event == "launch" and first is not None and before and fact.status != "actual":
            wanted.add(id(fact))
    return _changes([fact for fact in known.of(mission, event, "schedule", "orbit", "landing") if id(fact) in wanted])


def _changes(ordered: Sequence[Fact]) -> list[Fact]:
    """Without what repeats the value before it, or says it less exactly."""
    found: list[Fact] = []
    for fact in ordered:
        key = fact.value.key
        if found and (key == found[-1].value.key or found[-1].value.key.startswith(f"{key}-")):
            continue
        if fact.as_of is None and any(key == one.value.key for one in found):
            continue
        found.append(fact)
    return found


def _when(question: Question, mission: str, event: str, known: _Known) -> Reading | None:
    with_first = question.want == "history"
    chain = [fact for fact in _schedule(mission, event, known, first_plans=with_first) if known.told(fact)]
    if question.want in ("history", "change_count"):
        return _moved(question, chain, known)
    if question.want != "date" or not chain or len(question.wants) > 1:
        return None
    if question.asks_original:
        chosen = chain[0]
    else:
        current = [fact for fact in chain if fact.status != "superseded"]
        if not current:
            return None
        chosen = current[-1]
    over = chosen.status == "actual"
    if (over and (question.asks_future or question.asks_plan)) or (not over and _asks_what_was(question)):
        return None  # a plan that is asked for too late, or an event that has not come
    if _EXACT.search(question.text) and not (
        chosen.value.typed and chosen.value.typed.date and chosen.value.typed.date.month
    ):
        return None
    stage = known.told(chosen)
    if stage is None or any(value.key == stage.value.key for value in question.given):
        return None
    earlier = [known.told(fact) for fact in chain[: chain.index(chosen)]]
    return Reading(
        question,
        "answered",
        (known.evidence(chosen),),
        stage.value,
        earlier=tuple(one for one in earlier if one) if not question.asks_original else (),
        confidence=0.93,
    )


def _asks_what_was(question: Question) -> bool:
    return question.is_past and not question.asks_plan and question.as_of is None


def _moved(question: Question, chain: list[Fact], known: _Known) -> Reading | None:
    years = [value.date.year for value in question.given if value.date and not value.date.month]
    started = next((place for place, fact in enumerate(chain) if years and _year(fact) in years), 0)
    kept = chain[started:] if question.want == "change_count" else _between(question, chain)
    if len(kept) < 2:
        return None
    stages = [stage for fact in kept if (stage := known.told(fact))]
    changes = None
    if question.want == "change_count":
        changes = _postponed(kept, by_year=bool(_TIMES_OF_YEAR.search(question.text)))
        if not changes:
            return None
    evidence = tuple(known.evidence(fact) for fact in kept)
    return Reading(question, "answered", evidence, chain=tuple(stages), changes=changes, confidence=0.9)


def _between(question: Question, chain: list[Fact]) -> list[Fact]:
    first, last = period_of(question.text)
    return [fact for fact in chain if first <= _day(fact) <= last]


def _year(fact: Fact) -> int | None:
    return fact.value.typed.date.year if fact.value.typed and fact.value.typed.date else None


def _postponed(chain: Sequence[Fact], *, by_year: bool) -> int:
    """How often the date moved back: to a later year, or past all that it could mean before."""
    count = 0
    for before, after in pairwise(chain):
        old, new = (fact.value.typed.date if fact.value.typed else None for fact in (before, after))
        if old is None or new is None:
            continue
        came = after.status == "actual" and _AT_EARLIEST.search(before.value.text) and new.year == old.year
        if not came and (new.year > old.year if by_year else new.earliest > old.latest):
            count += 1
    return count


# --- what ------------------------------------------------------------------------------------------------------------------


def _named(question: Question, chain: list[Fact], known: _Known) -> Reading | None:
    """The name that holds, or all of them in turn."""
    if not chain:
        return None
    several = len({fact.value.key for fact in chain}) > 1
    if question.want in ("history", "change_count") or (_CHANGED.search(question.text) and several):
        if not several:
            return None
        evidence = tuple(dict.fromkeys(known.evidence(fact) for fact in chain))
        return Reading(question, "answered", evidence, timeline=True, confidence=0.88)
    if question.want not in ("free", "place", "definition"):
        return None
    chosen = chain[0] if question.asks_original else chain[-1]
    if chosen.status == "superseded" and not question.asks_original:
        return None
    if _CHANGED.search(question.text) and (question.asks_original or _OLD_ASKED.search(question.text)):
        return None  # of what is known of one alone, it is not known what it replaced
    text = "" if chosen.language != question.language else chosen.value.text
    return Reading(question, "answered", (known.evidence(chosen),), text=text, confidence=0.9)


def _amount(question: Question, mission: str, known: _Known) -> Reading | None:
    chain = known.of(f"{mission}/contract", "amount")
    if question.want == "history":
        return _moved(question, chain, known)
    if question.want not in ("money", "free", "quantity") or not chain:
        return None
    chosen = chain[0] if question.asks_original else chain[-1]
    stage = known.told(chosen)
    if stage is None:
        return None
    earlier = [known.told(fact) for fact in chain[: chain.index(chosen)]]
    return Reading(
        question, "answered", (known.evidence(chosen),), stage.value,
        earlier=tuple(one for one in earlier if one), confidence=0.92,
    )  # fmt: skip


def _now_called(question: Question, mission: str, known: _Known) -> str:
    """Of the mission that had the label `mission` formerly, where that one is asked about, the one that it has now."""
    if not _FORMERLY_CALLED.search(question.text):
        return mission
    bearers = [fact for fact in known.facts if fact.attribute == "name" and fact.value.key == mission]
    return next((fact.subject_id for fact in bearers if fact.status == "superseded"), mission)


def _renamed(question: Question, mission: str, known: _Known) -> Reading | None:
    """ "What is Mission 6 called now?": the sentences that tell of the new name, the first notice first."""
    names = [fact for fact in known.facts if fact.attribute == "name"]
    asked = [fact for fact in names if fact.value.key == mission and fact.status == "superseded"]
    is_same = question.want == "yes_no" and bool(_SAME.search(question.text))
    if not asked or not (is_same or question.want in ("free", "definition", "quantity", "list")):
        return None
    if question.want == "definition" and not question.is_past:
        return None  # what the label means now
    first = min(asked, key=lambda fact: (_published(fact), fact.start))
    same = [fact for fact in asked if fact.announcement_id == first.announcement_id]
    chosen = max(same, key=lambda fact: (fact.end - fact.start, -fact.start))
    told = [known.evidence(chosen)]
    since = [fact for fact in known.facts if fact.subject_id == mission and _published(fact) > _published(chosen)]
    if since and (is_same or _EACH_USE.search(question.text)):
        told.append(known.evidence(min(since, key=lambda fact: (_published(fact), fact.start))))
    elif is_same:
        return None
    verdict: Verdict | None = "no" if is_same else None
    return Reading(question, "answered", tuple(told), verdict=verdict, confidence=0.85)


def _published(fact: Fact) -> dt.date:
    return fact.published.latest if fact.published else dt.date.max


def _milestones(question: Question, mission: str, known: _Known) -> Reading | None:
    reached, total = known.of(f"{mission}/milestones", "reached"), known.of(f"{mission}/milestones", "total")
    steps = [
        fact for fact in known.facts if fact.subject_id.startswith(f"{mission}/") and fact.subject_id[-1:].isdigit()
    ]
    if _ASKS_COUNT.search(question.text):
        chain = reached if _REACHED.search(question.text) or len(_ASKS_COUNT.findall(question.text)) > 1 else total
        stage = known.told(chain[-1]) if chain else None
        if stage is None:
            done = [fact for fact in steps if fact.attribute == "achieved" and fact.status == "actual"]
            # "Mission 1 completed Success 2" says how far it is, where nothing says how many that makes.
            return _last_reached(question, done, known) if chain is reached and done else None
        return Reading(question, "answered", (known.evidence(chain[-1]),), stage.value, confidence=0.93)
    last = _last_step(steps, total) if _ASKS_LAST.search(question.text) and not _REACHED.search(question.text) else None
    if last and question.want in ("free", "definition"):
        return Reading(question, "answered", (known.evidence(last),), confidence=0.9)
    if not (_ASKS_LIST.search(question.text) or question.want == "list"):
        return None
    if _REACHED.search(question.text):
        found = [fact for fact in steps if fact.attribute == "achieved" and fact.status == "actual"]
        found = [*found, *reached]
    else:
        found = [fact for fact in steps if fact.attribute == "criterion"]
    if len(found) < 2:
        return None
    ordered = sorted(found, key=_step)
    return Reading(
        question,
        "answered",
        tuple(dict.fromkeys(known.evidence(fact) for fact in ordered)),
        listing=True,
        confidence=0.9,
    )


def _last_step(steps: Sequence[Fact], total: Sequence[Fact]) -> Fact | None:
    """What the last of a mission's milestones is; None where the one with the highest number is not known to be that."""
    criteria = sorted((fact for fact in steps if fact.attribute == "criterion"), key=_step)
    count = total[-1].value.typed.number if total and total[-1].value.typed else None
    return criteria[-1] if criteria and count is not None and _step(criteria[-1])[0] == count else None


def _last_reached(question: Question, done: Sequence[Fact], known: _Known) -> Reading:
    return Reading(question, "answered", (known.evidence(max(done, key=_step)),), confidence=0.8)


def _step(fact: Fact) -> tuple[int, dt.date]:
    number = re.search(r":(\d+)$", fact.subject_id)
    return (int(number.group(1)) if number and "/" in fact.subject_id else 1000), _day(fact)


# --- several things ----------------------------------------------------------------------------------------------------------

_MORE = re.compile(r"大き|多い|高い|高額|bigger|larger|greater|higher|more|most|largest", re.I)
_LESS = re.compile(r"小さ|少な|低い|安い|smaller|lower|less|least|smallest", re.I)
_SOONER = re.compile(r"早い|早く|先に|先の|earlier|sooner|first|before", re.I)
_LATER = re.compile(r"遅い|遅く|後に|later|last\b", re.I)


def _compared(question: Question, known: _Known) -> Reading | None:
    """Which of two missions has the larger contract, or is launched first."""
    missions = sorted(question.labels)
    text = fold(question.text)
    more, less, sooner, later = (bool(p.search(text)) for p in (_MORE, _LESS, _SOONER, _LATER))
    if more + less + sooner + later != 1:
        return None
    by_amount = bool(re.search(r"契約|金額|contract|value|amount", text, re.I)) and (more or less)
    by_launch = bool(_ASKS_LAUNCH.search(text)) and (sooner or later)
    if not by_amount and not by_launch:
        return None
    held: list[Fact] = []
    for mission in missions:
        chain = known.of(f"{mission}/contract", "amount") if by_amount else _schedule(mission, "launch", known)
        current = [fact for fact in chain if fact.status != "superseded"]
        if not current:
            return None
        held.append(current[-1])
    first, second = (fact.value.typed for fact in held)
    order = _compare(first, second)
    if not order:
        return None
    winner = held[0] if (order > 0) == (more or later) else held[1]
    other = held[1] if winner is held[0] else held[0]
    subject = re.sub(r"の契約$| contract$", "", winner.subject)
    return Reading(question, "answered", (known.evidence(winner), known.evidence(other)), text=subject, confidence=0.85)


def _compare(first: Value | None, second: Value | None) -> int:
    """1 where the first is larger or later, -1 where the second is; 0 where that can't be told."""
    if first is None or second is None:
        return 0
    if first.number is not None and second.number is not None and first.unit == second.unit:
        return (first.number > second.number) - (first.number < second.number)
    if (
        first.date
        and second.date
        and (first.date.latest < second.date.earliest or second.date.latest < first.date.earliest)
    ):
        return 1 if first.date.earliest > second.date.latest else -1
    return 0


def _listed(question: Question, topic: Topic, known: _Known) -> Reading | None:
    """All missions, or all contracts, one sentence each."""
    found: list[Fact] = []
    if topic == "missions":
        ids = {fact.subject_id for fact in known.facts if _MISSION_LABEL.fullmatch(fact.subject_id)}
        dates = [
            _schedule(mission, "launch", known) or known.of(mission, "landing") for mission in sorted(ids, key=_number)
        ]
        found = [chain[-1] for chain in dates if chain]
    else:
        seen: set[str] = set()
        for fact in sorted((fact for fact in known.facts if fact.attribute in ("counterparty", "matter")), key=_day):
            if fact.subject_id not in seen:
                seen.add(fact.subject_id)
                found.append(fact)
    if len(found) < 2:
        return None
    evidence = tuple(dict.fromkeys(known.evidence(fact) for fact in found))
    return Reading(question, "answered", evidence, listing=True, confidence=0.75)


def _number(subject_id: str) -> int:
    return int(subject_id.partition(":")[2])

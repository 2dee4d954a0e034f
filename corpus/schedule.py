"""When: a Statement in; the Facts out that say when a mission is, or was, to be launched, to orbit and to land."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.facts import Fact, FactStatus, FactValue, Statement
from corpus.mission_names import Mention
from corpus.ranges import joint
from corpus.sentences import sentences
from corpus.values import Value

_EVENTS_JA = re.compile(
    r"(?P<launch>打ち?上げ(?!能力|費|サービス|事業|業者|事業者|機会|可能|準備|手段)|(?<![再])発射|リフトオフ)"
    r"|(?P<orbit>月を周回|月周回(?!軌道)|月周回軌道(?:に|へ|への)(?:到達|投入|入)|月周回軌道到達)"
    r"|(?P<landing>(?<!ハード)(?:軟着陸|月面着陸|着陸(?!船|機|地|失敗|候補|データ|誘導|場|に失敗|の失敗)))"
)
_EVENTS_EN = re.compile(
    r"\b(?P<launch>launch(?:es|ed|ing)?(?!\s(?:provider|vehicle|service|mode|site|window|opportunit|pad|cost|preparation|campaign))|lift(?:s|ed)?[\s-]?off|lift-?off|blast(?:s|ed) off)\b"
    r"|\b(?P<orbit>(?:to )?orbit the Moon|(?:enter|reach|arriv)\w*(?: in| at)? lunar orbit|lunar orbit insertion)\b"
    r"|(?<!hard )(?<!crash )\b(?P<landing>(?:soft |lunar |moon )?land(?:s|ed|ing)?)\b(?!\s(?:site|area|zone|location|region|leg|system|data|fail|window))",
    re.IGNORECASE,
)
_EVENTS = ("launch", "orbit", "landing")
PLAN_JA = re.compile(r"予定|計画|目指|見込|想定|目標|最短|早くて|早ければ")
PLAN_EN = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|schedul\w+|expect\w*|target\w*|will|aim\w*|slated|set for|is to|are to|to be|no earlier than|at the earliest|moves?|moved|moving|postpon\w+|delay\w*|on track)\b|\bor later\b",
    re.IGNORECASE,
)
_SCHEDULED_JA = re.compile(
    r"(?:ごろ|頃|以降|まで|内|中|初頭|末)*(?:[にのをとへ]|とする|とした|にも?)?(?:[^、。はが]{0,8}?(?:実施|運用|行う|行わ))?(?:する|した|して|され|しており)?(?:[^、。はが]{0,6})?(?:予定|計画|目標|想定)"
)
_NOT_A_PLAN = re.compile(
    r"(?:ごろ|頃|以降|末|に|から|より|まで|の|、)*(?:(?!こと|旨|変更|延期|見直)[^、。]){0,12}?(?:契約|発表|公表|調達|開設|締結|命名|受領|承認|選定|設立|上場|加入|参加|獲得|取得|採択|未定|支払|業績|決算|売上|資金|改称|完成|募集)"
)
DONE_JA = re.compile(
    r"打ち?上げられ(?:まし)?(?:た|、)|打ち?上げ(?:まし)?た|打ち?上げに成功し|打ち?上げを(?:実施|完了)し|着陸(?:し(?:まし)?た|に成功し|を(?:達成|完了)し)|(?:月周回軌道(?:に|へ))?(?:到達|投入)(?:し(?:まし)?た|され)|(?:月周回)?軌道に入り(?:ました|、)"
)
DONE_EN = re.compile(
    r"\b(?:(?:was|were|has been|have been|had been|successfully)\s(?:successfully\s)?(?:launched|landed)|launched (?:on|at|from|in|aboard)|lifted off|blasted off|landed (?:on|at|in|safely|softly)|entered lunar orbit|reached lunar orbit|arrived in lunar orbit)\b",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"できない|でき(?:て)?いな|されず|断念|ハードランディング|失敗|途絶|確認できず|取りやめ|中止|\bnot\b|\bhard landing|fail|abort|lost\b|cancel|no longer|fallback|backup",
    re.IGNORECASE,
)
_SPARE = re.compile(r"予備日|バックアップ|fallback|back-?up|alternative date", re.IGNORECASE)
_OLD_BEFORE_JA = re.compile(r"(?:従来|以前|当初|もともと|元々)(?:の|は|から)?[^、。0-9]{0,24}$")
_CHANGE_JA = "変更|延期|後ろ倒し|前倒し|見直|再設定|修正|移"
_OLD_AFTER_JA = re.compile(rf"(?:※?\d?)?(?:から|より)(?=[^。]{{0,60}}(?:{_CHANGE_JA}|へ))")
_OLD_BEFORE_EN = re.compile(
    r"\b(?:previous(?:ly)?|formerly|original(?:ly)?|initial(?:ly)?|earlier (?:plan|target|schedule)|instead of|rather than|moved? from|moving [^,;]{0,60}from|(?:launch|landing|moves|moved|changed|changes|postponed|delayed|slipped)[^,;]{0,40} from)\b[^,;.]{0,60}$",
    re.IGNORECASE,
)
_OLD_PLAN_EN = re.compile(
    r"\b(?:previous|original|initial|earlier|former) (?:plan|target|schedule|date|timeline)|\bwas (?:previously|originally|initially)|\bhad been (?!moved|changed|postponed|delayed|set|rescheduled|pushed)",
    re.IGNORECASE,
)
_INSTEAD_EN = re.compile(r"\b(?:previously|formerly|instead of|rather than)\s$")
# "plans a new Mission 6, a landing in the polar region, for 2029": what it is, and not what the date is of.
_APPOSED_EN = re.compile(r",\s(?:an?|the)\s[^,;]{4,90},(?=\sfor\s$)")
_CLAUSE_JA = re.compile(r"、|。|；|;")
_ZONED = re.compile(r"[（(][^（()）]*$")


_MOVED = re.compile(rf"※?\d?(?:に|へ|と)(?:{_CHANGE_JA}|、続いて)")


def schedule(statement: Statement, missions: list[Mention]) -> Iterator[Fact]:
    """When the missions of a sentence are, or were, to be launched, to orbit, to land or to be carried out."""
    dates = [
        v for v in statement.values if v.kind == "date" and v.date and v.part[:2] != "FY" and v not in statement.told
    ]
    taken: list[Value] = []
    for place, value in enumerate(dates):
        found = (
            _japanese(statement, missions, value, dates[:place], dates[place + 1 :])
            if statement.announcement.language == "ja"
            else _english(statement, missions, value, dates[:place], dates[place + 1 :])
        )
        if found is None or _in_brackets_after(statement, value, taken):
            continue
        if place and _ends_a_span(statement, dates[place - 1], value):
            continue
        mention, event, status = found
        taken.append(value)
        held = statement.announcement.held
        moment = _moment(statement, value, dates[place + 1 :])
        as_of = statement.as_of(moment.start, moment.end + _bracket(statement.folded, moment.end))
        if (
            place
            and statement.announcement.language == "en"
            and _is_told_of_another(statement, dates[place - 1], value)
        ):
            as_of = held
        if status == "planned" and as_of != held and _was_planned(statement, moment):
            status = "superseded"
        if status == "superseded" and as_of == held:
            as_of = None  # when it was said first, the sentence does not tell
        if _retold(statement, value, dates[:place]):
            as_of, status = None, "superseded"
        if status == "actual" and held and value.date and value.date.earliest > held.latest:
            continue
        for name, id in zip(mention.names, mention.ids, strict=True):
            yield statement.fact("mission", (name, id), event, moment, status, as_of)


_WAS_PLANNED_JA = re.compile(r"(?:(?!従来|以前|当初|ており)[^。]){0,120}?(?:でした|ていました|であった)(?=。|$|（|\()")
_WAS_PLANNED_EN = re.compile(
    r"\b(?:was|were|had been)\s(?:\w+\s)?(?:planned|scheduled|expected|targeted|assumed|set|due)\b[^.;]*$|\b(?:plan|target|year|schedule)\b[^.;]*\b(?:was|had been)\s$",
    re.IGNORECASE,
)


def _was_planned(statement: Statement, moment: FactValue) -> bool:
    """The sentence tells of a plan as of one that was."""
    if statement.announcement.language == "ja":
        return bool(_WAS_PLANNED_JA.match(statement.folded, moment.end))
    return bool(_WAS_PLANNED_EN.search(statement.folded[: moment.start]))


def _bracket(text: str, end: int) -> int:
    """How long the bracket is that follows a value: a note may be tied to the end of it."""
    match = re.match(r"\s?[（(][^（()）]{0,60}[)）]", text[end:])
    return match.end() if match else 0


def _ends_a_span(statement: Statement, first: Value, value: Value) -> bool:
    return joint(statement.folded, first, value) == "range"


def _retold(statement: Statement, value: Value, earlier: list[Value]) -> bool:
    """One of several values told in turn, of which only the first has its date: …に公表したAからBへ、続いてCへ."""
    if statement.announcement.language != "ja":
        # "why the launch moved from A to B" tells of the past.
        return bool(_WHY.search(statement.folded[: value.start])) and bool(
            _MOVING.search(statement.folded[: value.start]) or earlier
        )
    if re.match(r"[にへ]変更した(?:理由|原因|背景)", statement.folded[value.end :]):
        return True
    told = next((v for v in reversed(statement.told) if v.end <= value.start), None)
    if told is None or told.date == statement.announcement.held or statement.footnote_at(value.start, value.end):
        return False
    return any(told.end <= v.start for v in earlier)


def _in_brackets_after(statement: Statement, value: Value, taken: list[Value]) -> bool:
    """The same moment in another time zone: 16時40分（協定世界時、日本時間では2023年4月26日1時40分）."""
    bracket = _ZONED.search(statement.folded[: value.start])
    return bool(bracket and taken and bracket.start() - taken[-1].end <= 16)


_MOVING = re.compile(
    r"\b(?:mov\w+|chang\w+|postpon\w+|delay\w*|slip\w*|reschedul\w+|push\w*)\b[^;]*\bfrom\s$", re.IGNORECASE
)
_WHY = re.compile(r"\b(?:why|reasons?)\b", re.IGNORECASE)


def _moment(statement: Statement, value: Value, later: list[Value]) -> FactValue:
    """The date with the time of day that follows it, or with the end of the span that it begins."""
    whole = statement.typed(value)
    text = statement.folded
    if later and joint(text, value, later[0]) == "range":
        end = statement.typed(later[0]).end
        return FactValue(
            "date",
            whole.start,
            end,
            " ".join(statement.text[whole.start : end].split()),
            f"{value.key}/{later[0].key}",
            value,
        )
    for other in statement.values:
        if (
            other.kind == "time"
            and re.fullmatch(
                r"\s?(?:の|at|,|、|（[日月火水木金土]）|\([日月火水木金土A-Za-z]+\))?\s?",
                statement.folded[value.end : other.start],
            )
            and other.start >= value.end
        ):
            end = other.end
            zone = re.match(
                r"\s?(?:(?:JST|UTC|EDT|EST|ET|CET|GMT|Japan Standard Time)\b|[（(](?:日本時間|協定世界時|現地時間|米[^（）()、]{0,6}時間|JST|UTC)[)）])",
                statement.folded[end:],
            )
            end += zone.end() if zone else 0
            text = " ".join(statement.text[whole.start : end].split())
            return FactValue("date", whole.start, end, text.rstrip("（("), f"{value.key}T{other.key}", value)
    return whole


def _event_in(text: str, *, japanese: bool, last: bool = False) -> str:
    matches = list((_EVENTS_JA if japanese else _EVENTS_EN).finditer(text))
    if not matches:
        return ""
    chosen = matches[-1 if last else 0]
    return next(name for name in _EVENTS if chosen[name])


def _japanese(
    statement: Statement, missions: list[Mention], value: Value, earlier: list[Value], later: list[Value]
) -> tuple[Mention, str, FactStatus] | None:
    text = statement.folded
    before, after = text[: value.start], text[value.end :]
    clause_after = _CLAUSE_JA.split(after, maxsplit=1)[0]
    if (_NOT_A_PLAN.match(after) and not _OLD_AFTER_JA.match(after)) or _SPARE.search(before[-30:]):
        return None
    behind = next((m for m in missions if m.start >= value.end), None)
    if behind and _leads_to(text[value.end : behind.start]):
        event = _event_in(text[value.end : behind.start], japanese=True) or "schedule"
        return behind, event, "planned"
    mention = next((m for m in reversed(missions) if m.end <= value.start), None)
    if mention is None:
        return None
    head = text[mention.end : value.start]
    between = [v for v in earlier if v.start >= mention.end]
    moved_to = bool(between) and joint(text, between[-1], value) == "move"
    moves = bool(between) and bool(
        moved_to
        or _MOVED.match(after)
        or _OLD_AFTER_JA.match(text, between[-1].end)
        or _OLD_BEFORE_JA.search(before)
        or re.search(r"へ(?:変更|延期)?|続いて|再設定", text[between[-1].end : value.start])
    )
    topic_event = _event_in(re.split(r"[、。]", head, maxsplit=1)[0], japanese=True)
    if between and not moves:
        # Of several dates behind one mission, each needs its own event: …に打ち上げられ、…に着陸.
        own = _event_in(clause_after, japanese=True)
        told = re.sub(
            r"[^、]*(?:時点|発表|計画|想定)(?:では|は)", "", text[between[-1].end : value.start].partition("、")[2]
        )
        if not own or re.search(r"[はが]", told):
            return None
        event = own
    else:
        # ミッション1は、2022年後半に…で打ち上げる計画: all that is said of the date, up to the next comma.
        own = clause_after if re.fullmatch(r"(?:は|では|を)、?", head) else clause_after[:24]
        event = topic_event or _event_in(own, japanese=True) or _done_later(head, after)
    if _FAILED.search(clause_after):
        return None
    listed = bool(re.fullmatch(r"を(?:最短で?|早くて)?", head)) and bool(re.match(r"※?\d?、.*(?:予定|計画)", after))
    if not event:
        if not (
            listed
            or _SCHEDULED_JA.match(after)
            or (
                re.search(r"(?:計画|目標|予定|実施(?:年|時期))(?:は|では)", head)
                and re.match(r"(?:です|でした|と|から|に)", after)
            )
            or moves
            or (re.search(r"(?:早くて|最短で?)$", before) and not after.strip("。 "))
        ):
            return None
        event = "schedule"
    if (
        event == "schedule"
        and not re.match(r"※?\d?に(?:実施|打ち?上げ|行)", after)
        and re.search(r"[をがにで](?!は)[^、]*、", head)
        and "計画" not in head
    ):
        # Something else stands between the mission and the date.
        return None
    status: FactStatus
    if (
        _OLD_BEFORE_JA.search(before)
        or _OLD_AFTER_JA.match(after)
        or (re.search(r"従来の|当初の", head) and not between)
        or _moves_on(text, value, later)
    ):
        status = "superseded"
    elif DONE_JA.search(after) and not PLAN_JA.search(clause_after) and not PLAN_JA.search(head[-20:]):
        status = "actual"
    elif moved_to or PLAN_JA.search(text) or "変更" in text or "以降" in after[:4]:
        status = "planned"
    else:
        return None
    if moves and re.match(r"(?:から|より|へ、?続いて|へ(?=[^。]*続いて))", after):
        status = "superseded"
    return mention, event, status


def _moves_on(text: str, value: Value, later: list[Value]) -> bool:
    """The date behind `value` takes its place."""
    return bool(later) and joint(text, value, later[0]) == "move"


_THEN_TO = re.compile(r"\s?(?:to|and then to|, then to)\s(?:about |early |late )?")
_RESET_TO = re.compile(
    r"(?:,|\sand)\s(?:and\s)?(?:then\s|later\s)?(?:was|were|has been|had been)\s(?:again\s|then\s|later\s)?"
    r"(?:re-?set|re-?scheduled|moved|postponed|changed|revised|pushed back|delayed)\b[^,;]{0,40}\bto\s(?:about |early |late )?$"
)


def _replaces(text: str, value: Value, new: Value) -> bool:
    """An English sentence tells `new` as what took the place of `value`."""
    between, joined = text[value.end : new.start], joint(text, value, new)
    told_in_turn = _THEN_TO.fullmatch(between) or _RESET_TO.search(between)
    return joined == "move" or (joined is None and bool(told_in_turn))


def _is_told_of_another(statement: Statement, old: Value, value: Value) -> bool:
    """The day before `value` on which something was said is that of `old`: "from A, as announced on a day, to B"."""
    told = next((one for one in reversed(statement.told) if one.end <= value.start), None)
    if told is None or not _replaces(statement.folded, old, value):
        return False
    return not re.fullmatch(r"\sto\s(?:about |early |late )?", statement.folded[told.end : value.start])


def _done_later(head: str, after: str) -> str:
    """The event of "ミッション1は、…16時38分（日本時間）、…から…打ち上げられました", where no other date or subject stands between."""
    if not re.search(r"は、?$", head) and head.count("、") > 1:
        return ""
    told = re.sub(r"[（(][^（()）]*[）)]", "", after)
    until = re.split(r"。|\d{4}年|[^でに]は、", told, maxsplit=1)[0]
    done = DONE_JA.search(until)
    return _event_in(done.group(), japanese=True) if done else ""


def _leads_to(between: str) -> bool:
    """The words from a date to a mission behind it make the date that mission's: 2025年に打ち上げを予定しているミッション2."""
    return bool(
        re.fullmatch(
            r"(?:以降|ごろ|頃|まで|末|中)*[※\d]{0,3}(?:に|の|で|を)?(?:[^、。はが0-9]{0,16})(?:予定|計画|目指|実施|想定)[^、。はが0-9]{0,8}(?:いる|いた|する|した|れる|れた|の)(?:[^、。はがをに0-9]{0,10})",
            between,
        )
    )


def _english(
    statement: Statement, missions: list[Mention], value: Value, earlier: list[Value], later: list[Value]
) -> tuple[Mention, str, FactStatus] | None:
    text = statement.folded
    before = text[: value.start]
    since = max(
        [
            0,
            *(v.end for v in earlier),
            # A sentence may begin with a small letter: "… Fund. ispace plans …".
            *(m.end() for m in re.finditer(r";\s|[a-z]{2}\.\s(?=[a-z]+\s[a-z]+\s)", before)),
            *(start for start, _ in sentences(text) if start <= value.start),
        ]
    )
    mention = next((m for m in reversed(missions) if m.end <= value.start), None)
    if mention is None or _SPARE.search(before[-60:]):
        return None
    region = text[since : value.start]
    replaces = bool(earlier) and _replaces(text, earlier[-1], value)
    swapped = replaces or bool(_INSTEAD_EN.search(before))
    followed = bool(later) and _replaces(text, value, later[0])
    if (
        swapped
        or (
            earlier
            and mention.start < earlier[-1].start
            and re.search(
                r"^(?: (?:or later|at the earliest))?(?: (?:as of|as \w+ on|announced on) [^,;]{4,20})?,? and (?:for|in|on|to)\s",
                region,
            )
        )
    ) and earlier:
        # Of several dates told in turn, the first one's event is that of all.
        first = next((n for n in range(len(earlier) - 1, 0, -1) if not _replaces(text, earlier[n - 1], earlier[n])), 0)
        region = text[earlier[first - 1].end if first else 0 : value.start]
    if not swapped and earlier and mention.end <= earlier[-1].start and not _event_in(region, japanese=False):
        return None
    joined = (
        mention.start >= since > 0
        and re.match(r",?\s?(?:and\s)?(?:the\s)?$", text[since : mention.start])
        and re.match(r"\s(?:for|in|to|by)\s$", text[mention.end : value.start])
    )
    if joined and earlier:
        region = text[max([0, *(v.end for v in earlier[:-1])]) : value.start]
    if _FAILED.search(region):
        return None
    region = _APPOSED_EN.sub("", region)
    event = _event_in(region, japanese=False, last=True)
    if not event:
        near = re.search(
            r"(?:plan\w*|schedul\w*|target\w*|expect\w*|mov\w+|aim\w*|set)[^,;]{0,60}\b(?:for|in|to|by)\s(?:about |around |no earlier than |as early as |early |late |mid-?)?$",
            region,
            re.IGNORECASE,
        )
        named = re.search(
            r"(?:year of|(?:plan|target|goal|schedule|date|timing) (?:of|for))\s(?:[\w-]+\s)?[Mm]ission \d+[^;]{0,80}\b(?:was|is)\s$",
            region,
        )
        # "The target of Mission 2, restated on 30 July 2020, is": the day of saying is an aside.
        said = re.sub(r",\s(?:as\s)?\w+\s(?:on|in|by)\s[^,;]{4,24},", "", text[mention.end : value.start])
        said = _APPOSED_EN.sub("", said)
        if not (near or named or swapped) or said.count(",") > 1:
            return None
        event = "schedule"
    status: FactStatus
    if _INSTEAD_EN.search(before) or followed or (_OLD_PLAN_EN.search(region)):
        status = "superseded"
    elif DONE_EN.search(region) and not PLAN_EN.search(region):
        status = "actual"
    elif PLAN_EN.search(region) or PLAN_EN.match(text[value.end :].lstrip()) or event == "schedule":
        status = "planned"
    else:
        return None
    return mention, event, status

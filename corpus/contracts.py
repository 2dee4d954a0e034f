"""Contracts: a Statement in; the Facts that it states about contracts, agreements and memoranda out.

A contract is known by what it is about, or by the company's counterparty; what a sentence says of it, its counterparty,
matter, amount, day of signing, period and state, belongs together. Of a mission's contract, its value is read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.dates import PartialDate
from corpus.facts import Fact, FactStatus, Statement, issuer_key, name_key
from corpus.mission_names import Mention
from corpus.values import Value

_KIND_JA = r"(?P<kind>(?:[一-龯ァ-ヶー]{1,12})?(?:契約(?!書|額|総額|金額|者|先|価格|締結日)|覚書|基本合意書?|資本業務提携|業務提携|パートナーシップ協定|協定))(?:書)?"
_LEGAL_JA = r"(?:株式会社|有限会社|合同会社|合資会社|合名会社|(?:一般|公益)?(?:社団|財団)法人|独立行政法人|国立研究開発法人|学校法人|医療法人|特定非営利活動法人|\(株\)|（株）)"
_NAME_JA = r"[A-Za-z0-9一-龯ァ-ヶーぁ-ゞ々&.’'・-]{1,24}?"
# りそな銀行, いすゞ自動車; no さまざまな銀行, ある大学
_KANA_NAME = r"(?:[ぁ-ゞ]{2,6})(?<![んまさたかきう]な)(?<![のにをでもはがた])(?<!ある|いる|する|れる|える|さい|きい|よい|しい|ない|など|また|ほか)(?:銀行|信用金庫|信用組合|証券|生命|損害保険|保険|電力|ガス|鉄道|電鉄|自動車|製薬|建設|工業|製作所|大学|研究所|財団|協会|テレビ|新聞|食品|不動産|リース|グループ|ホールディングス|フィナンシャルグループ)"
# A name written with hiragana is known by its legal form, or by what kind of organisation it is.
_PARTY_JA = (
    rf"(?:{_LEGAL_JA}\s?{_NAME_JA}(?![ぁ-ん]*の(?!間))|{_NAME_JA}{_LEGAL_JA}|{_KANA_NAME}"
    r"|(?:株式会社\s?)?[A-Za-z一-龯ァ-ヶー々&.’'・-]+(?:\s[A-Za-z&.’'-]+)*(?:株式会社)?)(?:\s?[（(][^（()）]{1,40}[）)])?"
)
# AとBは、…について、契約を締結しました。
_BOTH_JA = re.compile(
    rf"(?:^|[。、])(?P<a>{_PARTY_JA})と(?P<b>{_PARTY_JA})は、?(?P<between>[^。]{{0,90}}?)(?:(?P<matter>[^、。]{{2,60}}?)(?:に関する|について(?:の)?|に関して)、?)?(?:[^、。]{{0,12}}の)?{_KIND_JA}(?:を|に)(?P<done>締結し|結んで|結び|結ん|合意し|交わし|締結す)"
)
# X（社）と、…に関する契約を締結しました。
_WITH_JA = re.compile(
    rf"(?:^|[はが、。])(?:(?P<when>[^、。は]{{0,24}}?)、)?(?P<b>{_PARTY_JA})(?:と(?:の間で)?(?![ぁ-ん])|より|から)、?(?P<matter>[^、。]{{2,70}}?)(?:に関する|について(?:の)?|の)?{_KIND_JA}を(?:[^、。]{{0,14}}?日(?:に|付(?:け)?で))?(?P<done>締結し|締結す|結び|受注し|獲得し)"
)
# X銀行とのコミットメントライン契約を締結しました。
_THEIR_JA = re.compile(
    rf"(?:^|[はが、。])(?P<b>{_PARTY_JA})との(?:間(?:で|の)、?)?(?:(?P<matter>[^、。]{{2,70}}?)(?:に関する|について(?:の)?|の))?{_KIND_JA}を(?:[^、。]{{0,14}}?日(?:に|付(?:け)?で))?(?P<done>締結し|締結す|結び|受注し|獲得し)"
)
# …に関する契約は、…2021年4月に締結されました。
_SIGNED_JA = re.compile(
    rf"(?:^|[。、])(?P<matter>[^、。]{{2,70}}?)(?:に関する|について(?:の)?|の){_KIND_JA}は、?(?P<between>[^。]{{0,40}}?)(?P<done>締結され|署名され|調印され|発表され|公表され)"
)
# …を輸送する契約を2021年4月14日に、…に関する契約を2021年5月27日に、それぞれ発表しました。
_EACH_JA = re.compile(
    rf"(?:^|[はが、。])(?:(?P<b>{_PARTY_JA})(?:との|と)、?)?(?P<matter>[^、。]{{4,70}}?(?:する|に関する|についての|の)){_KIND_JA}を(?P<day>\d{{4}}年[^、。年]{{2,7}})に(?=(?:、[^。]{{0,150}}?)?(?:発表|公表)[しさ])"
)
_OFFERED_JA = re.compile(rf"(?P<a>{_PARTY_JA})が(?P<b>{_PARTY_JA})に(?:提案|提示)した契約の(?:価格|金額|総額)は、?")
_ENDS_JA = re.compile(
    r"(?:^|[、。はが])(?P<b>[^、。はが]{2,40}?)との契約[はが]、?(?P<day>\d{4}年[^、。年]{2,7})に(?:満了|終了|失効)"
)
# MBRSCのローバーを月へ輸送する契約を発表
_NAMED_JA = re.compile(
    rf"(?:^|[はが、。])(?:(?P<b>{_PARTY_JA})による)?(?P<matter>[^、。]{{6,70}}?(?:する|に関する|についての|の購入|の販売))(?:の)?{_KIND_JA}を(?:[^、。]{{0,24}}?)(?P<done>発表し(?=ま|た(?!。))|獲得し|受注し|締結し)"
)
# NASAによる月のレゴリスの購入契約を獲得
_BY_JA = re.compile(
    rf"(?:^|[はが、。])(?P<b>{_PARTY_JA})による(?P<matter>[^、。]{{2,60}}?)の?{_KIND_JA}を(?:[^、。]{{0,24}}?)(?P<done>獲得(?=し|$)|受注(?=し|$)|締結(?=し|$))"
)
# レゴリスを購入するNASAの契約を…獲得
_WHOSE_JA = re.compile(
    rf"(?:^|[はが、。])(?P<matter>[^、。]{{4,60}}?する)(?P<b>[A-Za-z]{{2,12}}|[一-龯ァ-ヶー]{{2,16}})の{_KIND_JA}を、?(?P<between>[^。]{{0,50}}?)(?P<done>獲得し|受注し|締結し)"
)
# AとBの契約では
_OF_JA = re.compile(
    rf"(?:^|[。、])(?P<a>{_PARTY_JA})と(?P<b>{_PARTY_JA})の(?P<matter>[^、。はが]{{0,30}}?(?:に関する)?)?契約(?=では|は|において)"
)
_AMOUNT_JA = re.compile(r"(?:契約|発注|受注)(?:の)?(?:総額|金額|額|価格|価額)(?:は|が、?)、?")
_MISSION_VALUE_JA = re.compile(r"の契約(?:の)?(?:総額|金額|額)(?:は|が)、?")
_MISSION_VALUE_EN = re.compile(r"\b(?:total )?contract (?:value|price|amount) (?:of|for)\s$", re.IGNORECASE)

_KIND_EN = r"(?P<kind>(?:[A-Z][\w&-]*\s(?:and\s)?){0,6}(?:Agreement|Contract|Amendment|Lease|Memorandum of Understanding|Facility|Task Order)|(?:(?!(?:on|of|for|to|with|in|at|by|from|about|into)\b)[a-z-]+\s){0,3}(?:contract|agreement|alliance|partnership|memorandum of understanding|memorandum|MOU|MoU|task order|purchase order)s?)"
_NAME_EN = r"(?:the\s[A-Z]\w+\sgovernment|(?:the\s)?[A-Z][\w&.’'-]*(?:(?:,?\s(?:of|and|for|de|&|the)\s|,?\s)(?:[A-Z][\w&.’'()-]*|Inc\.|N\.A\.))*)"
_WON_EN = re.compile(
    rf"(?P<done>\b(?:signed|entered into|has entered into|have signed|has signed|executed|concluded|won|was awarded|has been awarded|were awarded|secured|received|finalized))\s(?:an?|the|its|two|three|\d+)\s(?P<size>(?:(?:approximately\s|about\s|up to\s)?(?:US)?[$€£¥]\s?[\d.,]+(?:\s(?:million|billion|thousand))?|(?:USD|JPY|EUR)\s[\d.,]+(?:\s(?:million|billion))?)\s)?{_KIND_EN}(?:\s\(the\s[“\"][^”\"]+[”\"]\))?(?:\s(?P<mid>(?:worth|valued at|for up to)\s[^,.;]{{3,40}}))?(?:,?\sdated (?:as of )?(?P<dated>[A-Z][a-z]+ \d{{1,2}}, \d{{4}}),?)?\s(?:with|from|among|between|by and among|by and between)\s(?P<b>{_NAME_EN})(?:\s(?P<link>for|to|on|under which|covering)\s(?P<matter>[^.;]{{4,120}}?))?(?=[.;,]|\sand\s|\sin\s[A-Z]|\son\s[A-Z0-9]|$)"
)
_BOTH_EN = re.compile(
    rf"(?P<a>(?:{_NAME_EN}|[a-z]+(?:,\s[Ii]nc\.)?)(?:\s\([^)]*\))?)\sand\s(?P<b>(?:{_NAME_EN}|[a-z]+(?:,\s[Ii]nc\.)?)(?:\s\([^)]*\))?)\s(?P<done>have signed|has signed|signed|sign|have entered into|entered into|had|have agreed on|agreed on|agreed to),?\s(?:as of [^,]{{4,20}},\s)?(?:an?|the)\s{_KIND_EN}(?:\s(?P<link>for|to|on|covering)\s(?!\d|[A-Z][a-z]+\s\d)(?P<matter>[^.;]{{4,120}}?))?(?=[.;]|\sand\s(?:were|was|are|is)\s|\s(?:on|in)\s(?:\d|[A-Z][a-z]+\s\d)|$)"
)
_EFFECTIVE_EN = re.compile(
    rf"(?:Effective|On)\s(?P<day>[A-Z][a-z]+ \d{{1,2}}, \d{{4}}),?\s(?P<a>{_NAME_EN})(?:\s\([^)]*\))?\s(?P<done>entered into)\s(?:an?|the)\s{_KIND_EN}"
)
# announced a contract with X to carry …
_ANNOUNCED_EN = re.compile(
    rf"\b(?P<done>announc(?:ed|es))\s(?:(?:on|in)\s[^,.;]{{4,20}}?\s)?(?:an?|the|its)\s(?:new\s)?{_KIND_EN}(?:\s(?:with|from)\s(?P<b>{_NAME_EN}))?\s(?P<link>to|for|on|covering)\s(?P<matter>[^.;]{{4,140}}?)(?=[.;]|,\s(?:which|and)\b|$)"
)
# The contract on … was signed in April 2021
_SIGNED_EN = re.compile(
    rf"\b[Tt]he\s{_KIND_EN}(?:\swith\s(?P<b>{_NAME_EN}))?(?:\s(?P<link>for|to|on|covering)\s(?P<matter>[^.;,]{{4,100}}?))?(?:\s(?:that|which)\s[^.;,]{{4,90}}?)?\s(?:was|were|has been|have been)\s(?P<done>signed|concluded|executed|announced|disclosed)\b"
)
# announced on 14 April 2021 the contract …, and on 27 May 2021 the contract with JAXA to carry …
_EACH_EN = re.compile(
    rf"\band\s(?:on|in)\s(?P<day>(?:\d{{1,2}}\s)?[A-Z][a-z]+\s(?:\d{{1,2}},\s)?\d{{4}})\s(?:an?|the|its)\s(?:new\s)?{_KIND_EN}(?:\s(?:with|from)\s(?P<b>{_NAME_EN}))?\s(?P<link>to|for|on|covering)\s(?P<matter>[^.;]{{4,140}}?)(?=[.;]|,\s(?:which|and)\b|$)"
)
_OFFERED_EN = re.compile(
    rf"\b[Tt]he contract (?:price|value|amount) that (?P<a>{_NAME_EN}|[a-z]+) (?:proposed|offered) to (?P<b>{_NAME_EN}) is\s"
)
_ENDS_EN = re.compile(
    r"\b[Tt]he contracts? with (?P<b>[^,.;]{2,40}?) (?:expires?|expired|ends?|ended|terminates?|terminated) on (?P<day>[^,.;]{8,20})"
)
# won a NASA contract for …: an abbreviation that is no kind of contract
_ITS_EN = re.compile(
    r"\b(?P<done>signs?|signed|wins?|won|was awarded|were awarded|awarded|secure[sd]|receive[sd]|obtain(?:s|ed)|conclude[sd])\s(?:an?|the|its|one|two|three|\d+)\s(?P<b>(?!(?:MOU|NDA|SPA|EPC|PPA|LOI|LOA|OEM|ODM|SLA|IT|AI|EV|PC|HR|US|UK|EU|UAE|USD|JPY|EUR|SBIR|CLPS|TV|IPO)\s)[A-Z]{2,6})\s(?P<kind>(?:[a-z-]+\s){0,2}(?:contract|agreement|order)s?)(?:\s(?P<link>for|to|on|covering)\s(?!\d|[A-Z][a-z]+\s\d)(?P<matter>[^.;]{4,120}?))?(?=[.;,]|\s(?:on|in)\s(?:\d|[A-Z])|$)"
)
# The contract between A and B is …
_OF_EN = re.compile(
    rf"\b[Tt]he\s{_KIND_EN}\sbetween\s(?P<a>{_NAME_EN}|[a-z]+(?:,\s[Ii]nc\.)?)\sand\s(?P<b>{_NAME_EN}|[a-z]+(?:,\s[Ii]nc\.)?)(?=\s(?:is|was|has|will|covers?|for|to)\b|[,.;])"
)
_AGREEMENT_SIZE = re.compile(
    r"(?P<size>(?:approximately\s)?(?:US)?[$€£]\s?[\d.,]+(?:\s(?:million|billion))?)\s(?P<name>(?:[A-Z][\w-]*\s){1,6}(?:Agreement|Facility|Contract))"
)
_OWN_AMOUNT_JA = re.compile(r"(?:この|本|同|当該)?(?:契約|発注|受注)の?(?:総額|金額|額|価格|価額)は、?")
_OWN_AMOUNT_EN = re.compile(r"The (?:total )?(?:contract|order) (?:value|price|amount) is\s", re.IGNORECASE)
_NEARLY = re.compile(r"約|総計|総額|最大|\s|\b(?:about|approximately|up to)\b")
_STATES = {
    "announced": re.compile(r"発表|公表|\bannounc|\bdisclos"),
    "agreed": re.compile(r"合意|\bagreed\b"),
    "won": re.compile(r"獲得|受注|\b(?:won|wins?|awarded|secure[ds]|receive[ds]|obtain(?:ed|s))\b"),
}
_LATER = re.compile(r"予定|計画|目指|見込|\bplan|\bexpect|\bwill\b|\baim", re.IGNORECASE)
_PERIOD_JA = re.compile(r"契約期間は、?(?P<period>[^、。]{2,40}?)(?:です|となり|$|。|、)")
_PERIOD_EN = re.compile(
    r"\b(?:contract|agreement) (?:has|with) (?:a|an) (?:initial )?(?:term|period) of (?P<period>[^.,;]{3,40})|\bfor a (?:term|period) of (?P<period2>\d[^.,;]{2,30})",
    re.IGNORECASE,
)


_SPEAKS_JA = ("契約", "覚書", "合意", "提携", "協定", "発注")
_SPEAKS_EN = ("contract", "agreement", "alliance", "partnership", "memorand", "task order", "facility", "mou")


@dataclass(frozen=True, slots=True)
class _Contract:
    """What a sentence says of one contract: places of its words in the sentence."""

    counterparty: tuple[int, int] | None
    matter: tuple[int, int] | None
    kind: tuple[int, int]
    done: tuple[int, int]
    is_signed: bool
    announced: tuple[int, int] | None = None  # the date of its announcing, where the pattern tells


def contract_facts(statement: Statement, missions: list[Mention]) -> Iterator[Fact]:
    """Every fact about contracts that the sentence states."""
    text = statement.folded
    if not any(word in text for word in _SPEAKS_JA) and not any(word in text.casefold() for word in _SPEAKS_EN):
        return
    yield from _mission_values(statement, missions)
    for contract in _contracts(statement):
        yield from _told_of(statement, contract)
    yield from _offered(statement)
    yield from _ends(statement)
    if statement.announcement.language == "en":
        yield from _sizes(statement)


def _mission_values(statement: Statement, missions: list[Mention]) -> Iterator[Fact]:
    """The value of the contract of a mission: ミッション3の契約総額は127億円."""
    text = statement.folded
    japanese = statement.announcement.language == "ja"
    for mention in missions:
        if len(mention.ids) != 1:
            continue
        if japanese:
            match = _MISSION_VALUE_JA.match(text, mention.end)
            begins = match.end() if match else None
        else:
            match = _MISSION_VALUE_EN.search(text[: mention.start])
            begins = mention.end if match else None
        if begins is None:
            continue
        subject = (
            f"{mention.names[0]}の契約" if japanese else f"{mention.names[0]} contract",
            f"{mention.ids[0]}/contract",
        )
        amounts = [v for v in statement.values if v.kind == "money" and v.start >= begins]
        for place, value in enumerate(amounts):
            if place and re.search(r"[（(]\s?$", text[: value.start]):
                continue  # the same amount in another currency
            as_of = statement.as_of(value.start, value.end)
            past = bool(re.search(r"でした|\bwas\b", text)) and as_of != statement.announcement.held
            status: FactStatus = "superseded" if past else "planned" if re.search(r"見込|expected", text) else "actual"
            yield statement.fact("contract", subject, "amount", statement.typed(value), status, as_of)


def _contracts(statement: Statement) -> Iterator[_Contract]:
    text = statement.folded
    own = issuer_key(statement.announcement.issuer)
    taken: list[tuple[int, int]] = []
    patterns = (
        (_EACH_JA, _BOTH_JA, _SIGNED_JA, _WITH_JA, _THEIR_JA, _BY_JA, _WHOSE_JA, _NAMED_JA, _OF_JA)
        if statement.announcement.language == "ja"
        else (_BOTH_EN, _WON_EN, _EFFECTIVE_EN, _ANNOUNCED_EN, _EACH_EN, _SIGNED_EN, _ITS_EN, _OF_EN)
    )
    for pattern in patterns:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            groups = match.groupdict()
            parties = [name for name in ("a", "b") if groups.get(name)]
            others = [name for name in parties if not _is_own(match[name], own)]
            if parties and (not others or (len(parties) == 2 and len(others) == 2 and pattern is not _OF_JA and own)):
                continue  # a contract of the company with itself, or of two others
            if any(re.search(r"両社|同社|当社|各社|^(?:The|It|We|Company)$", match[name]) for name in others):
                continue
            taken.append(match.span())
            done = match.span("done") if groups.get("done") else match.span()
            kind = match.span("kind") if groups.get("kind") else (match.end() - 2, match.end())
            matter = match.span("matter") if groups.get("matter") and len(groups["matter"].strip()) > 2 else None
            if matter and re.search(r"時点|年\d|、|\d{4}", text[slice(*matter)]):
                matter = None
            trailing = re.search(r"(?:に関する|についての|に関して|の)$", text[slice(*matter)]) if matter else None
            if matter and trailing:
                matter = (matter[0], matter[0] + trailing.start())
            yield _Contract(
                _party(text, match.span(others[0])) if others else None,
                matter,
                kind,
                done,
                bool(groups.get("done")),
                match.span("day") if pattern in (_EACH_JA, _EACH_EN) else None,
            )


def _party(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The party's name without its bracketed alias and legal decoration."""
    start, end = span
    bracket = re.search(r"\s?[（(][^（()）]*[）)]$", text[start:end])
    end = start + bracket.start() if bracket else end
    article = re.match(r"[Tt]he\s", text[start:end])
    return start + (article.end() if article else 0), end


def _is_own(name: str, own: str) -> bool:
    bare = re.sub(r"[（(][^）)]*[）)]", "", name)
    key = issuer_key(bare)
    return (bool(own) and (key == own or (own in key and len(key) <= len(own) + 8))) or key in (
        "当社",
        "弊社",
        "we",
        "thecompany",
        "company",
    )


def _told_of(statement: Statement, contract: _Contract) -> Iterator[Fact]:
    text = statement.folded
    japanese = statement.announcement.language == "ja"
    matter = statement.text[slice(*contract.matter)] if contract.matter else ""
    party = statement.text[slice(*contract.counterparty)] if contract.counterparty else ""
    kind = statement.text[slice(*contract.kind)].strip()
    if not matter and not party:
        return
    if japanese:
        name = f"{party}との{kind}" if party else statement.text[contract.matter[0] : contract.kind[1]]  # type: ignore[index]
    else:
        name = f"{kind} with {party}" if party else kind
    key = f"contract:{name_key(party or matter)}" + (f"/{name_key(matter)[:40]}" if party and matter else "")
    subject = (name, key)
    held, announced = statement.as_of(*contract.done), _announced_on(statement, contract)
    published = statement.announcement.held
    if announced and announced.date and (published is None or announced.date.earliest <= published.latest):
        held = announced.date
    if contract.counterparty:
        value = statement.words("name", *contract.counterparty)
        yield statement.fact("contract", subject, "counterparty", value, "actual", held)
    if contract.matter:
        yield statement.fact("contract", subject, "matter", statement.words("text", *contract.matter), "actual", held)
    if contract.is_signed:
        later = bool(
            _LATER.search(
                re.split("[、。]", text[contract.done[1] : contract.done[1] + 30])[0]
                if japanese
                else text[max(0, contract.done[0] - 20) : contract.done[0]]
            )
        )
        status: FactStatus = "planned" if later else "actual"
        value = statement.words("text", *contract.done, key=_state(kind, text[slice(*contract.done)]))
        yield statement.fact("contract", subject, "status", value, status, held)
        day = _signed_on(statement, contract)
        if day and not later and day != announced:
            yield statement.fact("contract", subject, "signed", statement.typed(day), "actual", held)
    if announced:
        yield statement.fact("contract", subject, "announced", statement.typed(announced), "actual", held)
    for amount in _amounts(statement, contract):
        yield _amount(statement, subject, amount)
    yield from _period(statement, subject, held)


def _state(kind: str, done: str) -> str:
    """How far a contract is, by what it is called and by the verb: a memorandum, or signed, agreed, won, announced."""
    if re.search(r"覚書|emorand|MO?o?U", kind):
        return "memorandum"
    return next((state for state, verbs in _STATES.items() if verbs.search(done)), "signed")


def _amount(statement: Statement, subject: tuple[str, str], amount: Value) -> Fact:
    as_of = statement.as_of(amount.start, amount.end)
    return statement.fact("contract", subject, "amount", statement.typed(amount), "actual", as_of)


def _period(statement: Statement, subject: tuple[str, str], held: PartialDate | None) -> Iterator[Fact]:
    pattern = _PERIOD_JA if statement.announcement.language == "ja" else _PERIOD_EN
    if period := pattern.search(statement.folded):
        span = period.span("period" if period.groupdict().get("period") else "period2")
        yield statement.fact("contract", subject, "period", statement.words("text", *span), "actual", held)


def more_of_contract(statement: Statement, subject: tuple[str, str]) -> Iterator[Fact]:
    """The amount and the period that a sentence gives of the contract `subject` that the sentence before it told of."""
    text = statement.folded
    own = (_OWN_AMOUNT_JA if statement.announcement.language == "ja" else _OWN_AMOUNT_EN).match(text)
    amount = next((v for v in statement.values if own and v.kind == "money" and v.start >= own.end()), None)
    if own and amount and not _NEARLY.sub("", text[own.end() : amount.start]):
        yield _amount(statement, subject, amount)
    yield from _period(statement, subject, statement.as_of(0, len(text)))


def _signed_on(statement: Statement, contract: _Contract) -> Value | None:
    """The day of signing: the date right before the verb, or at the head of the sentence."""
    text = statement.folded
    if _STATES["announced"].search(text[slice(*contract.done)]):
        return None
    dates = [v for v in statement.values if v.kind == "date" and v.date and v.part[:2] != "FY"]
    if statement.announcement.language == "ja":
        near = [
            v
            for v in dates
            if v.end <= contract.done[0] and re.fullmatch(r"(?:に|、)?", text[v.end : contract.done[0]])
        ]
        head = [
            v
            for v in dates
            if v not in statement.told
            and v.end <= contract.done[0]
            and re.match(r"(?:に|、|[（(].{1,4}[)）]、?)", text[v.end :])
            and not re.search(r"\d{4}年", text[v.end : contract.done[0]])
        ]
        told = near or head
        return told[-1] if told else None
    for value in dates:
        if (
            value.end <= contract.done[0]
            and value not in statement.told
            and re.search(r"(?:^|\b(?:On|on|Effective|In|in)\s)$", text[: value.start])
            and len(text[value.end : contract.done[0]]) < 90
        ):
            return value
        if (
            value.start >= contract.done[1]
            and re.search(r"\b(?:dated (?:as of )?|on\s|in\s)$", text[: value.start])
            and value.start - contract.done[1] < 160
            and value not in statement.told
        ):
            return value
    return None


_SAID_JA = re.compile(r"(?:[^、。]{0,14}?(?:こと|旨)を[^、。]{0,10}?)?(?P<say>発表|公表|開示|お知らせ|明らか)")
_SAID_ON_JA = re.compile(r"\s?(?:[（(][^（()）]*[）)])?(?:に|、|にそれぞれ|に、それぞれ)")
_SAID_ON_EN = re.compile(r"\b(?:announced|disclosed)\s(?:on|in)\s$", re.IGNORECASE)


def _announced_on(statement: Statement, contract: _Contract) -> Value | None:
    """The date on which the sentence says the contract, and nothing else about it, to have been announced."""
    text = statement.folded
    dates = [v for v in statement.values if v.kind == "date" and v.date and v.part[:2] != "FY"]
    if contract.announced:
        return next((v for v in dates if contract.announced[0] <= v.start < contract.announced[1]), None)
    if not contract.is_signed:
        return None
    verb, (begins, ends) = text[slice(*contract.done)], contract.done
    if statement.announcement.language == "ja":
        said = _SAID_JA.match(text, begins if _STATES["announced"].match(verb) else ends)
        if not said:
            return None
        before = [v for v in dates if v.end <= said.start("say") and _SAID_ON_JA.match(text, v.end)]
        near = [v for v in before if _SAID_ON_JA.fullmatch(text[v.end : said.start("say")])]
        head = [v for v in before if v.end <= contract.kind[0]]
        return next(iter(reversed(near or head[:1])), None)
    if _STATES["announced"].search(verb):
        between = [v for v in dates if ends <= v.start and re.fullmatch(r"\s(?:on|in)\s", text[ends : v.start])]
        first = [v for v in dates if v.end <= begins and re.search(r"(?:^|\. )(?:On|In)\s$", text[: v.start])]
        return next(iter(between or first), None)
    told = [v for v in dates if v.end <= begins and _SAID_ON_EN.search(text[: v.start])]
    return told[-1] if told and re.match(r"\sthat\s[^.;]{0,120}$", text[told[-1].end : begins]) else None


def _offered(statement: Statement) -> Iterator[Fact]:
    """The price at which a contract was offered to whom it is with."""
    japanese = statement.announcement.language == "ja"
    for match in (_OFFERED_JA if japanese else _OFFERED_EN).finditer(statement.folded):
        amount = next((v for v in statement.values if v.kind == "money" and v.start >= match.end()), None)
        if amount and not _NEARLY.sub("", statement.folded[match.end() : amount.start]):
            party = statement.text[slice(*_party(statement.folded, match.span("b")))]
            name = f"{party}との契約" if japanese else f"contract with {party}"
            yield _amount(statement, (name, f"contract:{name_key(party)}"), amount)


def _ends(statement: Statement) -> Iterator[Fact]:
    """The day on which a contract ends."""
    japanese, held = statement.announcement.language == "ja", statement.announcement.held
    for match in (_ENDS_JA if japanese else _ENDS_EN).finditer(statement.folded):
        day = next((v for v in statement.values if v.date and match.start("day") <= v.start < match.end("day")), None)
        if day and day.date:
            party = statement.text[match.start("b") : match.end("b")]
            name = f"{party}との契約" if japanese else f"contract with {party}"
            status: FactStatus = "planned" if held and day.date.earliest > held.latest else "actual"
            subject = (name, f"contract:{name_key(party)}")
            yield statement.fact("contract", subject, "period", statement.typed(day), status, held)


def _amounts(statement: Statement, contract: _Contract) -> Iterator[Value]:
    text = statement.folded
    for value in statement.values:
        if value.kind != "money":
            continue
        before = text[: value.start]
        if statement.announcement.language == "ja":
            said = _AMOUNT_JA.search(before)
            if said and not before[said.end() :].strip("約総計最大"):
                yield value
        elif contract.done[1] <= value.start < contract.kind[0] or re.search(
            r"(?:contract|agreement)\s(?:worth|valued at|of|for)\s(?:about\s|approximately\s|up to\s)?$", before
        ):
            yield value


def _sizes(statement: Statement) -> Iterator[Fact]:
    """ "its $3.0 billion Revolving Credit Agreement": the amount of a named agreement."""
    for match in _AGREEMENT_SIZE.finditer(statement.folded):
        amount = next(
            (
                v
                for v in statement.values
                if v.kind == "money" and match.start("size") <= v.start and v.end <= match.end("size")
            ),
            None,
        )
        if amount is None:
            continue
        name = statement.text[match.start("name") : match.end("name")]
        yield statement.fact(
            "contract",
            (name, f"contract:{name_key(name)}"),
            "amount",
            statement.typed(amount),
            "actual",
            statement.as_of(*match.span()),
        )

"""Wording: a Reading in, the Answer's text and citations out, in the language of the question. Every fixed text is here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.answer import Answer, Citation, Superseded
from assistant.history import happened_on, told_on
from assistant.question import Question
from assistant.reading import Reading, Stage
from assistant.render import say_qualified, terms_in
from assistant.sentence import Sentence
from assistant.verify import verified
from corpus.announcement import Announcement, Language
from corpus.dates import PartialDate
from corpus.say import say
from corpus.sentences import clause_of
from corpus.values import Value, fold, values

Glosses = Callable[[str], Sequence[str]]

TEXTS: dict[str, dict[Language, str]] = {
    "declined": {
        "ja": "このアシスタントは、会社の発表に関する質問にのみお答えします。投資に関する助言、株価の予想、発表以外の話題にはお答えできません。",
        "en": "This assistant only answers questions about the company's announcements. It cannot give investment advice, predict share prices, follow instructions about itself, or discuss other topics.",
    },
    "contact": {"ja": "お問い合わせ先：{contact}", "en": "Contact: {contact}"},
    "not_found": {
        "ja": "お尋ねの内容は、発表には記載がありません。",
        "en": "The announcements do not state this.",
    },
    "looked_for": {"ja": "探した内容：{needs}", "en": "Looked for: {needs}."},
    "reach": {"ja": "（確認した範囲：{date}までの発表）", "en": "(Announcements up to {date} were searched.)"},
    "nothing": {
        "ja": "お尋ねの内容に触れた発表は見つかりません。",
        "en": "No announcement that mentions this was found.",
    },
    "near_undated": {"ja": "「{title}」では何が発表されましたか", "en": "What was announced in “{title}”?"},
    "near": {"ja": "「{title}」（{date}）では何が発表されましたか", "en": "What was announced in “{title}” ({date})?"},
    "ambiguous": {
        "ja": "どれについてのご質問か特定できません。発表には次の記載があります。どれについてお知りになりたいですか。",
        "en": "It is not clear which one you mean. The announcements say the following; which one would you like to know about?",
    },
    "unclear": {
        "ja": "何についてのご質問か特定できません。知りたい契約、ミッション、時期などの名称を添えてお尋ねください。",
        "en": "It is not clear what this is about. Please name the contract, mission or event that you mean.",
    },
    "yes": {"ja": "はい。", "en": "Yes."},
    "no": {"ja": "いいえ。", "en": "No."},
    "not_yet": {"ja": "いいえ、まだです。{as_of}時点では予定です。", "en": "No, not yet: as of {as_of} it is planned."},
    "not_yet_undated": {"ja": "いいえ、まだです。予定として述べられています。", "en": "No, not yet: it is stated as a plan."},
    "planned": {"ja": "（{as_of}時点の想定）", "en": ", as assumed in {as_of}"},
    "stated": {"ja": "（{as_of}時点）", "en": ", as of {as_of}"},
    "replaced": {"ja": "以前の発表での値：{values}。", "en": "Earlier announcements said: {values}."},
    "speaker": {"ja": "\n（発言者：{who}{role}）", "en": "\n— {who}{role}"},
    "terms": {"ja": "引用の用語：{terms}", "en": "Terms in the quote: {terms}."},
    "chain": {"ja": "発表の順に、次のように変わっています。", "en": "In the order of the announcements, it changed as follows:"},
    "changes": {"ja": "{n}回です。", "en": "{n} times."},
    "changed_once": {"ja": "{n}回です。", "en": "Once ({n} time)."},
    "footnote": {"ja": "脚注{mark}は次の記述に付いています：「{words}」。脚注の内容：「{note}」。", "en": "Footnote {mark} qualifies “{words}”. The note reads: “{note}”."},
    "held_on": {"ja": "{date}時点です。", "en": "As of {date}."},
    "quotes_alone": {"ja": "（今回は文章を作成せず、発表の引用でお答えしています。）", "en": "(Answered with quotes from the announcements alone.)"},
    "rest_quoted": {"ja": "（途中からは、発表の引用でお答えしています。）", "en": "(The rest is answered with quotes from the announcements.)"},
    "announced_on": {"ja": "{date}の発表です。", "en": "It was announced on {date}."},
}  # fmt: skip


def say_date(date: PartialDate | None, language: Language) -> str:
    """A date as a reader of `language` writes it; empty for none."""
    return (
        say(values(str(date))[0] if date and date.month else Value("date", 0, 0, str(date), date=date), language)
        if date
        else ""
    )


@dataclass
class _Draft:
    """The answer under construction: paragraphs, and the sentences they cite in order of their markers."""

    question: Question
    glosses: Glosses
    paragraphs: list[str] = field(default_factory=list)
    cited: list[Sentence] = field(default_factory=list)
    backing: list[str] = field(default_factory=list)  # notes and dates that bear out what the lead says
    free: list[str] = field(default_factory=list)  # paragraphs that state nothing of the announcements

    @property
    def language(self) -> Language:
        return self.question.language

    def marker(self, sentence: Sentence) -> str:
        for place, known in enumerate(self.cited):
            if known.announcement.id == sentence.announcement.id and known.start == sentence.start:
                return f"[{place + 1}]"
        self.cited.append(sentence)
        return f"[{len(self.cited)}]"

    def text(self, name: str, **values: str) -> str:
        return TEXTS[name][self.language].format(**values)

    def quote(self, sentence: Sentence) -> None:
        """The sentence word for word with its marker, and its terms in the reader's language where that is another."""
        marker = self.marker(sentence)
        said = " ".join(sentence.text.split())
        if sentence.language == self.language:
            paragraph = f"{said} {marker}"
        else:
            terms = terms_in(said, source=sentence.language, target=self.language, glosses=self.glosses)
            joined = ("、" if self.language == "ja" else "; ").join(terms)
            opening, closing = ("「", "」") if sentence.language == "ja" else ("“", "”")
            quoted = said if said.startswith(opening) and said.endswith(closing) else f"{opening}{said}{closing}"
            paragraph = f"{quoted} {marker}" + (f"\n{self.text('terms', terms=joined)}" if terms else "")
        if sentence.cells:
            labelled = [
                f"{cell.column_label}: {sentence.announcement.text[cell.start : cell.end].strip()}"
                for cell in sentence.cells
                if cell.column_label and cell.number is not None
            ]
            if labelled:
                paragraph += "\n" + "; ".join(labelled)
                self.backing += labelled
        section = sentence.section
        if section and section.kind == "quotation" and section.speaker:
            role = f"（{section.role}）" if self.language == "ja" else f" ({section.role})"
            paragraph += self.text("speaker", who=section.speaker, role=role if section.role else "")
            self.backing.append(f"{section.speaker} {section.role}")
        if paragraph not in self.paragraphs:
            self.paragraphs.append(paragraph)


def word(reading: Reading, *, newest: dt.date | None, contact: str, glosses: Glosses) -> Answer:
    """The Answer that says `reading`; what the quotes do not bear out is left away, and if nothing is left it is not found.

    Args:
        newest: the day that the visible announcements reach, to be named where something is not stated.
        contact: where to turn to, for a declined question.
    """
    draft = _Draft(reading.question, glosses)
    if reading.status == "declined":
        return declined(reading.question, contact)
    if reading.status == "not_found":
        return _not_found(reading, newest)
    parts = reading.parts or (reading,)
    for part in parts:
        _say(part, draft)
    citations = [cite(sentence, place + 1) for place, sentence in enumerate(draft.cited)]
    kept = verified(draft.paragraphs, citations, draft.backing)
    if not kept or (not citations and reading.status == "answered"):
        return _not_found(reading, newest)
    main = next((part for part in parts if part.status == "answered"), parts[0])
    return Answer(
        question=reading.question.text,
        language=reading.question.language,
        status=reading.status,
        answer="\n\n".join(kept),
        short_answer=_short(main, draft.language),
        as_of=_as_of(main),
        confidence=reading.confidence,
        citations=citations,
        superseded=[
            Superseded(
                _stage_value(stage, draft.language),
                str(stage.sentence.as_of() or "") or None,
                stage.sentence.announcement.id,
            )
            for stage in main.earlier
        ],
        suggestions=[_about(one.sentence.announcement, draft.language) for one in reading.chosen[:3]]
        if reading.status == "ambiguous"
        else [],
    )


def cite(sentence: Sentence, marker: int) -> Citation:
    """The Citation of a sentence; its quote is the announcement's text, character for character."""
    announcement = sentence.announcement
    return Citation(
        marker=marker,
        announcement_id=announcement.id,
        title=announcement.title,
        published=str(announcement.published) if announcement.published else None,
        url=announcement.source_url,
        page=announcement.page_of(sentence.start),
        start=sentence.start,
        end=sentence.end,
        quote=sentence.text,
        section=sentence.section.kind if sentence.section else "body",
    )


def declined(question: Question, contact: str) -> Answer:
    """The fixed, polite refusal."""
    text = TEXTS["declined"][question.language]
    if contact:
        text += "\n\n" + TEXTS["contact"][question.language].format(contact=contact)
    return Answer(question.text, question.language, "declined", text, confidence=0.9)


def _not_found(reading: Reading, newest: dt.date | None) -> Answer:
    question = reading.question
    language = question.language
    if newest is None and not reading.nearest:
        return Answer(question.text, language, "not_found", TEXTS["nothing"][language], confidence=0.9)
    looked = [need.text for need in question.needs if need.factor >= 1 and not need.carried][:6]
    lines = [TEXTS["not_found"][language]]
    if newest:
        reach = say_date(PartialDate(newest.year, newest.month, newest.day), language)
        lines[0] += (" " if language == "en" else "") + TEXTS["reach"][language].format(date=reach)
    if looked:
        lines.append(TEXTS["looked_for"][language].format(needs=("、" if language == "ja" else ", ").join(looked)))
    found = [one.sentence.announcement for one in reading.nearest]
    # A suggestion can be asked back; a title of the other language would make it a question of that language.
    near = dict.fromkeys(_about(one, language) for one in found if one.language == language)
    return Answer(question.text, language, "not_found", "\n\n".join(lines), confidence=0.8, suggestions=list(near)[:3])


def _about(announcement: Announcement, language: Language) -> str:
    if announcement.published is None:
        return TEXTS["near_undated"][language].format(title=announcement.title)
    return TEXTS["near"][language].format(title=announcement.title, date=say_date(announcement.published, language))


# --- saying one reading --------------------------------------------------------------------------------------------------


def _say(reading: Reading, draft: _Draft) -> None:
    if reading.status == "not_found":
        looked = ("、" if draft.language == "ja" else ", ").join(
            n.text for n in reading.question.needs if n.factor >= 1
        )
        draft.paragraphs.append(
            draft.text("not_found") + (f" {draft.text('looked_for', needs=looked)}" if looked else "")
        )
        draft.backing.append(looked)
    elif reading.status == "ambiguous":
        draft.paragraphs.append(draft.text("ambiguous" if reading.chosen else "unclear"))
        for one in reading.chosen:
            draft.quote(one.sentence)
    elif reading.chain:
        _say_chain(reading, draft)
    elif reading.timeline:
        _say_timeline(reading, draft)
    elif reading.listing:
        _say_listing(reading, draft)
    elif reading.footnote:
        _say_footnote(reading, draft)
    elif reading.people:
        _say_people(reading, draft)
    else:
        _say_plain(reading, draft)


def _say_plain(reading: Reading, draft: _Draft) -> None:
    best = reading.chosen[0].sentence
    lead = ""
    if reading.from_dateline and reading.from_dateline.published:
        lead = draft.text("announced_on", date=say_date(reading.from_dateline.published, draft.language))
    elif reading.asks_as_of:
        held = best.as_of()
        draft.backing.append(str(held or ""))
        lead = draft.text("held_on", date=say_date(held, draft.language))
    elif reading.value is not None:
        lead = _lead(best, reading.value, draft)
    elif reading.verdict:
        lead = _verdict(reading, draft)
    elif reading.text:
        lead = (
            f"{reading.text}です。"
            if draft.language == "ja"
            else f"{_in_language(reading.text, best.language, draft).removesuffix('.')}."
        )
    if lead:
        draft.paragraphs.append(f"{lead} {draft.marker(best)}")
    if reading.earlier:
        shown = reading.earlier[-3:]
        said = [
            f"{_stage_value(s, draft.language)}{_bracketed(s, draft)} {draft.marker(s.sentence)}"
            for s in reversed(shown)
        ]
        draft.paragraphs.append(draft.text("replaced", values=("、" if draft.language == "ja" else "; ").join(said)))
    for one in reading.chosen:
        draft.quote(one.sentence)


def _in_language(text: str, source: Language, draft: _Draft) -> str:
    if source == draft.language or re.fullmatch(r"[\x00-\x7f]+", text):
        return text
    terms = terms_in(text, source=source, target=draft.language, glosses=draft.glosses)
    return f"{' '.join(terms)} ({text})" if terms else text


def _lead(sentence: Sentence, value: Value, draft: _Draft) -> str:
    among = sentence.values
    said = say_qualified(sentence.text, value, source=sentence.language, target=draft.language, among=among)
    out_of = re.search(
        r"([0-9０-９]+)\s?(つ|件|社|人|名|個|回|機|チーム)[^。、]{0,24}?のうち[^。0-9０-９]{0,8}$",
        sentence.text[: value.start],
    )
    if out_of and value.kind == "quantity":
        part = _plain(value) if value.unit == "item" else said
        said = (
            f"{out_of.group(1)}{out_of.group(2)}のうち{said}"
            if draft.language == "ja"
            else f"{part} of the {out_of.group(1)}"
        )
    part_of = re.match(r" (?:out )?of (?:the |its |all |these )?(\w+)", sentence.text[value.end :])
    if part_of and value.unit == "item" and sentence.language == "en":
        said = (
            f"{part_of.group(1)}のうち{_plain(value)}"
            if draft.language == "ja"
            else f"{_plain(value)} of {part_of.group(1)}"
        )
    cell = sentence.cell_of(value)
    if cell is not None:
        # The number as its table means it, unit and sign applied, with the labels that say what it is the number of.
        printed = sentence.text[value.start : value.end].strip()
        # Without a stated unit the figure may be in thousands or millions: it is shown as printed.
        said = say(value, draft.language) if states_unit(printed, value) else printed
        draft.backing += [say(value, "ja"), say(value, "en"), cell.row_label, cell.column_label]
        labels = " / ".join(filter(None, (cell.row_label, cell.column_label)))
        said = f"{labels}：{said}" if draft.language == "ja" else f"{labels}: {said}"
    note = sentence.footnote_at(value.start, value.end)
    as_of = told_on(sentence, value)
    suffix = ""
    stated_there = as_of is not None and as_of != sentence.announcement.published
    if as_of and str(as_of) != value.key and (note or stated_there or sentence.is_planned):
        planned = sentence.is_planned and value.kind == "date"
        date = say_date(as_of, draft.language)
        suffix = draft.text("planned" if planned else "stated", as_of=date)
        if draft.language == "en" and planned and as_of.day:
            suffix = suffix.replace("assumed in", "assumed on")
        draft.backing.append(str(as_of))
    return f"{said}です{suffix}。" if draft.language == "ja" else f"{said[:1].upper()}{said[1:]}{suffix}."


def states_unit(printed: str, value: Value) -> bool:
    """The table says in what the number counts: its value is not just the digits that the cell prints."""
    digits = re.sub(r"[^0-9.]", "", fold(printed))
    scaled = value.number is not None and bool(digits.strip(".")) and abs(value.number) != Decimal(digits.strip("."))
    return scaled or value.kind != "money" or re.search(r"[円銭%]", printed) is not None


def _plain(value: Value) -> str:
    return f"{value.number:,f}" if value.number is not None else value.key


def _verdict(reading: Reading, draft: _Draft) -> str:
    if reading.verdict != "not_yet":
        return draft.text(reading.verdict or "yes")
    as_of = reading.chosen[0].sentence.as_of()
    if as_of is None:
        return draft.text("not_yet_undated")
    draft.backing.append(str(as_of))
    return draft.text("not_yet", as_of=say_date(as_of, draft.language))


def _stage_value(stage: Stage, language: Language) -> str:
    sentence = stage.sentence
    return say_qualified(sentence.text, stage.value, source=sentence.language, target=language, among=sentence.values)


def _bracketed(stage: Stage, draft: _Draft) -> str:
    held = stage.told or stage.sentence.announcement.held
    if held is None:
        return ""
    draft.backing.append(str(held))
    date = say_date(held, draft.language)
    if stage.told and stage.told != stage.sentence.announcement.published:
        return f"（{date}時点）" if draft.language == "ja" else f" (as of {date})"
    return f"（{date}の発表）" if draft.language == "ja" else f" (announced {date})"


def _say_chain(reading: Reading, draft: _Draft) -> None:
    if reading.changes is not None:
        draft.paragraphs.append(
            draft.text("changes" if reading.changes != 1 else "changed_once", n=str(reading.changes))
        )
        draft.backing.append(f"{reading.changes}回 {reading.changes} times")
    lines = [draft.text("chain")]
    for stage in reading.chain:
        told = stage.told or told_on(stage.sentence, stage.value)
        date = say_date(told, draft.language)
        draft.backing.append(str(told or ""))
        value = _stage_value(stage, draft.language)
        separator = "：" if draft.language == "ja" else ": "
        clause = _clause(stage)
        same = stage.sentence.language == draft.language
        context = "" if not same else f"（「{clause}」）" if draft.language == "ja" else f" (“{clause}”)"
        lines.append(f"- {date}{separator}{value}{context} {draft.marker(stage.sentence)}")
    draft.paragraphs.append("\n".join(lines))
    draft.quote(reading.chain[-1].sentence)
    shown = {(stage.sentence.announcement.id, stage.sentence.start) for stage in reading.chain}
    for one in reading.chosen:  # what says which one the steps are of
        if (one.sentence.announcement.id, one.sentence.start) not in shown:
            draft.quote(one.sentence)


def _say_timeline(reading: Reading, draft: _Draft) -> None:
    lines = [draft.text("chain")]
    for one in reading.chosen:
        day = happened_on(one.sentence)
        draft.backing.append(str(day or ""))
        separator = "：" if draft.language == "ja" else ": "
        said = " ".join(one.sentence.text.split())
        lines.append(f"- {say_date(day, draft.language)}{separator}{said} {draft.marker(one.sentence)}")
    draft.paragraphs.append("\n".join(lines))


def _say_listing(reading: Reading, draft: _Draft) -> None:
    lines = []
    if reading.text:
        lines.append(reading.text)
        draft.backing.append(reading.text)
    for one in reading.chosen:
        said = " ".join(one.sentence.text.split())
        lines.append(f"- {said.lstrip('-・•* ')} {draft.marker(one.sentence)}")
    draft.paragraphs.append("\n".join(lines))


def _clause(stage: Stage) -> str:
    """The words around a value, from one comma to the next, that say what it is the value of."""
    start, end = clause_of(stage.sentence.text, stage.value.start, stage.value.end)
    return " ".join(stage.sentence.text[start:end].split()).strip("、。,;； .")


def _say_footnote(reading: Reading, draft: _Draft) -> None:
    assert reading.footnote is not None
    announcement, note = reading.footnote
    sentence = reading.chosen[0].sentence
    body = re.sub(rf"^\s*{re.escape(note.mark)}[\s:：.]*", "", announcement.text[note.start : note.end])
    qualified_words = announcement.text[slice(*note.anchors[0])]
    marker = draft.marker(sentence)
    draft.backing += [body, qualified_words, note.mark]
    draft.paragraphs.append(f"{draft.text('footnote', mark=note.mark, words=qualified_words, note=body)} {marker}")
    draft.quote(sentence)


def _say_people(reading: Reading, draft: _Draft) -> None:
    sentence = reading.chosen[0].sentence
    marker = draft.marker(sentence)
    lines = []
    for place, (name, role) in enumerate(reading.people, start=1):
        shown = f"{name}（{role}）" if role and draft.language == "ja" else f"{name} ({role})" if role else name
        lines.append(f"{place}. {shown}" if len(reading.people) > 1 else shown)
    ending = "です。" if draft.language == "ja" and len(reading.people) == 1 else ""
    draft.paragraphs.append("\n".join(lines) + f"{ending} {marker}")
    draft.backing.append("\n".join(lines))
    draft.quote(sentence)


def _short(reading: Reading, language: Language) -> str:
    if reading.from_dateline and reading.from_dateline.published:
        return say_date(reading.from_dateline.published, language)
    if reading.asks_as_of:
        return say_date(reading.chosen[0].sentence.as_of(), language)
    if reading.changes is not None:
        return f"{reading.changes}回" if language == "ja" else f"{reading.changes} time{'s' * (reading.changes != 1)}"
    if reading.value is not None:
        sentence = reading.chosen[0].sentence
        printed = sentence.text[reading.value.start : reading.value.end]
        in_table = sentence.cell_of(reading.value) is not None
        if in_table and not states_unit(printed, reading.value):
            return printed.strip()
        if in_table:
            return say(reading.value, language)
        # Whoever reads the short value alone reads its bound with it, unless the question named that itself.
        return say_qualified(
            sentence.text,
            reading.value,
            source=sentence.language,
            target=language,
            among=sentence.values,
            asked=reading.question.text,
        )
    if reading.verdict:
        return {
            "yes": {"ja": "はい", "en": "Yes"},
            "no": {"ja": "いいえ", "en": "No"},
            "not_yet": {"ja": "いいえ", "en": "No"},
        }[reading.verdict][language]
    if reading.people:
        return (
            "、".join(name for name, _ in reading.people)
            if language == "ja"
            else ", ".join(name for name, _ in reading.people)
        )
    return reading.text or reading.words


def _as_of(reading: Reading) -> str | None:
    if not reading.chosen:
        return None
    if reading.chain:
        last = reading.chain[-1]
        told = last.told or told_on(last.sentence, last.value)
        return str(told) if told else None
    sentence = reading.chosen[-1 if reading.timeline else 0].sentence
    start, end = (reading.value.start, reading.value.end) if reading.value else (0, None)
    found = sentence.as_of(start, end)
    return str(found) if found else None

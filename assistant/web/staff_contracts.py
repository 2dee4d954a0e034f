"""The staff's table of contracts: the facts register in; a page that sorts and filters, and a CSV file, out."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import Response

from assistant.contracts import Contract, contracts, from_both_editions
from assistant.web.contracts_words import CONTRACTS
from assistant.web.staff import Reader, StaffPages, root_of
from assistant.web.staff_timeline import Edition, Sources, TypedDay, asked_day, asked_edition
from assistant.web.staff_words import STAFF
from assistant.web.timeline_words import TIMELINE
from corpus.announcement import Language
from corpus.dates import JST
from corpus.facts import Fact, name_key
from corpus.values import Value
from index.passage import Scope

Column = Literal["counterparty", "matter", "amount", "signed", "period", "status", "announced"]
State = Literal["", "signed", "memorandum", "agreed", "won", "announced", "planned"]
Sought = Annotated[str, Query(max_length=200)]

COLUMNS: tuple[Column, ...] = ("counterparty", "matter", "amount", "signed", "period", "status", "announced")
STATES: tuple[State, ...] = ("signed", "memorandum", "agreed", "won", "announced", "planned")
_BOM = "\ufeff"  # by it Excel tells that the file is UTF-8


def mount_contracts(app: FastAPI, pages: StaffPages) -> None:
    """Adds the table and the file to `app`."""
    routes = pages.router()
    _add_routes(routes, pages)
    app.include_router(routes)


def _add_routes(routes: APIRouter, pages: StaffPages) -> None:
    @routes.get("/timeline/contracts")
    def show(
        request: Request,
        person: Reader,
        find: Sought = "",
        state: State = "",
        as_of: TypedDay = "",
        edition: Edition = "",
        sort: Column = "announced",
        down: bool = True,
    ) -> Response:
        language = pages.language(request)
        words = {**TIMELINE[language], **CONTRACTS[language]}
        day, wrong = asked_day(as_of, words)
        known = known_contracts(pages, day, asked_edition(edition, language))
        asked = {"find": find, "state": state, "as_of": as_of, "edition": edition}
        return pages.show(
            request,
            person,
            "contracts.html",
            here="timeline",
            words={language: words},
            status=422 if wrong else 200,
            rows=ordered(_chosen(known, find, state), sort, down=down),
            columns=COLUMNS,
            states=STATES,
            state_of=state_of,
            asked=asked,
            is_filtered=bool(find or state or as_of),
            wrong=wrong,
            sort=sort,
            down=down,
            order=lambda column: urlencode({**asked, "sort": column, "down": int(column == sort and not down)}),
            file=urlencode({**asked, "sort": sort, "down": int(down)}),
            sources=Sources(pages, {**STAFF[language], **words}),
        )

    @routes.get("/timeline/contracts.csv")
    def file(
        request: Request,
        person: Reader,
        find: Sought = "",
        state: State = "",
        as_of: dt.date | Literal[""] = "",
        edition: Edition = "",
        sort: Column = "announced",
        down: bool = True,
    ) -> Response:
        language = pages.language(request)
        known = known_contracts(pages, as_of or None, asked_edition(edition, language))
        rows = ordered(_chosen(known, find, state), sort, down=down)
        words = {**STAFF[language], **CONTRACTS[language]}
        sources = Sources(pages, words)
        base = f"{request.url.scheme}://{request.url.netloc}{root_of(request)}"
        name = f"contracts-{as_of or dt.datetime.now(JST).date()}.csv"
        return Response(
            _BOM + written(rows, words, sources, base),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )


def known_contracts(pages: StaffPages, day: dt.date | None, edition: Language | None) -> list[Contract]:
    """Every contract that is told of up to `day`, once: in the edition that is asked for, else in the other one."""
    assistant = pages.assistant
    shows = Scope(audience="staff", as_of=day).shows

    def told(language: Language | None) -> list[Contract]:
        facts = assistant.register.facts(kind="contract", as_of=day, shows=shows, language=language, history=True)
        return contracts(facts)

    if edition is None:
        return told(None)
    original = {link.translation: link.original for link in assistant.links.translations()}
    return from_both_editions(told(edition), told(None), lambda id: original.get(id, id))


def state_of(contract: Contract) -> State:
    """How far a contract is; "" where nothing says so."""
    if contract.status is None:
        return ""
    if contract.status.status == "planned":
        return "planned"
    return next((state for state in STATES if state == contract.status.value.key), "signed")


def _chosen(known: Sequence[Contract], find: str, state: State) -> list[Contract]:
    wanted = name_key(find)
    return [
        one
        for one in known
        if (not state or state_of(one) == state)
        and any(wanted in name_key(text) for text in (one.name, _text(one.counterparty), _text(one.matter)))
    ]


def ordered(known: Sequence[Contract], column: Column, *, down: bool) -> list[Contract]:
    """Sorted by a column; amounts by currency first; what is not stated comes last either way."""
    keys: dict[Column, Callable[[Contract], Any]] = {
        "counterparty": lambda one: name_key(_text(one.counterparty)),
        "matter": lambda one: name_key(_text(one.matter) or one.name),
        "amount": lambda one: _money(one.amounts[0]) if one.amounts else None,
        "signed": lambda one: typed.date.latest if (typed := _typed(one.signed)) and typed.date else None,
        "announced": lambda one: one.first.published.latest if one.first.published else None,
        "period": lambda one: _text(one.period),
        "status": lambda one: STATES.index(state) + 1 if (state := state_of(one)) else None,
    }
    key = keys[column]
    stated = sorted((one for one in known if key(one)), key=key, reverse=down)
    return [*stated, *(one for one in known if not key(one))]


def _money(fact: Fact) -> tuple[str, Decimal]:
    typed = fact.value.typed
    return (typed.unit, typed.number) if typed and typed.number is not None else ("", Decimal(0))


def _typed(fact: Fact | None) -> Value | None:
    return fact.value.typed if fact else None


def _text(fact: Fact | None) -> str:
    return fact.value.text if fact else ""


def written(rows: Sequence[Contract], words: Mapping[str, str], sources: Sources, base: str) -> str:
    """The table as CSV, a line for each amount of each contract."""
    names = (
        "counterparty", "matter", "amount", "amount_number", "currency", "signed", "signed_iso", "period", "status",
        "as_of", "announcement", "announcement_id", "page", "audience", "quote", "address",
    )  # fmt: skip
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow([words[name] for name in names])
    for one in rows:
        for amount in one.amounts or (None,):
            fact = amount or one.status or one.first
            currency, number = _money(amount) if amount else ("", Decimal(0))
            signed = _typed(one.signed)
            cells = (
                _text(one.counterparty), _text(one.matter) or one.name, _text(amount),
                f"{number:f}" if currency else "", currency, _text(one.signed),
                str(signed.date) if signed and signed.date else "", _text(one.period),
                words[f"state_{state}"] if (state := state_of(one)) else "",
                str(fact.as_of) if fact.as_of else "", sources.title(fact.announcement_id), fact.announcement_id,
                str(fact.page), sources.withheld(fact.announcement_id) or words["public"], fact.quote,
                base + sources.path(fact),
            )  # fmt: skip
            lines.writerow([inert_cell(cell) for cell in cells])
    return out.getvalue()


def inert_cell(text: str) -> str:
    """`text`, with an apostrophe in front where a spreadsheet would take it for a formula.

    >>> inert_cell("=HYPERLINK(1)"), inert_cell("＋1"), inert_cell("NASA")
    ("'=HYPERLINK(1)", "'＋1", 'NASA')
    """
    return f"'{text}" if text.lstrip(" \u3000")[:1] in tuple("=+-@\t\r\n＝＋－＠") and text.strip() else text

"""A chat model as an option: it words the answer from the passages that were read, and each sentence is checked."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from corpus.errors import AssistantError
from index.passage import Scope

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.chain import Ask, Step
    from assistant.llm.budget import Budget
    from assistant.llm.extract import Extractor
    from assistant.llm.write import Writer
    from assistant.settings import Settings
    from corpus.catalog import Catalog
    from corpus.facts import Fact
    from corpus.proposals import Proposals
    from corpus.register import Register


def open_budget(settings: Settings) -> Budget:
    """The budget that `settings` set, counted in the data directory."""
    from assistant.llm.budget import Budget, Prices

    prices = Prices(settings.llm_price_in, settings.llm_price_out)
    return Budget(
        settings.data / "llm.db", tokens=settings.llm_tokens_per_day, cost=settings.llm_cost_per_day, prices=prices
    )


def open_extractor(settings: Settings, proposals: Proposals, register: Register) -> Extractor:
    """What asks the model that `settings` name for facts, within the same budget and time limit as answers."""
    from assistant.llm.extract import LONGEST_REPLY, Extractor
    from assistant.llm.models import name_of
    from assistant.llm.request import Requests

    requests = Requests(lambda: _model(settings, LONGEST_REPLY), name_of(settings.llm), budget=open_budget(settings))
    return Extractor(requests, proposals, register, limit_s=settings.llm_timeout_s)


def _model(settings: Settings, longest: int) -> BaseChatModel:
    """The model that `settings` name; a reply of it has `longest` tokens at most."""
    from assistant.llm.models import open_model

    key, timeout = settings.llm_key.get_secret_value(), settings.llm_timeout_s
    return open_model(settings.llm, url=settings.llm_url, key=key, timeout_s=timeout, longest=longest)


def open_writer(settings: Settings, read: Callable[[Ask], Step], catalog: Catalog, register: Register) -> Writer:
    """The writer with the model that `settings` name; it is imported in the background.

    Raises:
        UnusableModel: no such model can be made; for a provider whose package is not among the requirements this is
            tried at once.
    """
    from assistant.llm.models import LONGEST_REPLY, is_bundled, name_of
    from assistant.llm.write import Writer

    is_read = threading.Event()

    def facts(ask: Ask) -> Sequence[Fact]:
        # Of many announcements it takes a while to read the facts; until then answers do without.
        if not is_read.is_set():
            return ()
        scope = Scope(audience=ask.audience, as_of=ask.as_of, now=ask.now or dt.datetime.now(dt.UTC))
        return register.facts(
            as_of=ask.as_of, shows=lambda one: scope.shows(one) and ask.selection.holds(one), history=True
        )

    def warm() -> None:
        with suppress(AssistantError):
            register.facts()
            is_read.set()
        with suppress(AssistantError):
            writer.model()

    writer = Writer(
        lambda: _model(settings, LONGEST_REPLY),
        name_of(settings.llm),
        read,
        limit_s=settings.llm_timeout_s,
        budget=open_budget(settings),
        revision=lambda: (catalog.identity(), catalog.revision()),
        facts=facts,
        queries=settings.llm_queries,
    )
    if not is_bundled(settings.llm):
        writer.model()
    threading.Thread(target=warm, name="warm-model", daemon=True).start()
    return writer

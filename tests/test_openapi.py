"""What the OpenAPI document promises: schemathesis asks every route everything, and each keeps its word."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.server import create_app

CONFIG: dict[str, Any] = {
    "surfaces": "public", "hosts": "testserver", "embeddings": "off", "limit_address": 0, "limit_reads": 0,
    "limit_session": 0,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_route_keeps_its_word(bridges: Assistant, mode: GenerationMode) -> None:
    """No 5xx, no status, header or body that the document does not know; nonsense is refused as nonsense."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(bridges, Settings(**CONFIG)))
    asked = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not operation.body and not list(operation.iter_parameters()):
            continue  # there is nothing that could be wrong with it

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def keeps_its_word(case: schemathesis.Case) -> None:
            case.call_and_validate()

        keeps_its_word()
        asked.add(f"{operation.method.upper()} {operation.path}")
    assert {"POST /api/v1/ask", "POST /api/v1/ask/stream", "POST /api/v1/feedback", "GET /api/v1/facts"} <= asked

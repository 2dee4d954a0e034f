"""The web surface: page.py is what people see, api.py what programs call; `serve` runs both.

Importing this package tells Gradio, Hugging Face and Chroma to stay on this machine; they read these variables when
they are imported, so it has to come first. An operator who sets one of them keeps the say.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.settings import Settings

STAY_ON_THIS_MACHINE = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
}

# Gradio sums up every event there ever was after each one, for a page that is not served here.
WITHOUT_STATISTICS = {"GRADIO_ANALYTICS_MAX_EVENTS": "1", "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**12)}

for _name, _value in (STAY_ON_THIS_MACHINE | WITHOUT_STATISTICS).items():
    os.environ.setdefault(_name, _value)


def serve(settings: Settings) -> None:
    """Serve the page and the API until interrupted; AssistantError when that cannot begin."""
    # Many questions at once share the cores; a second thread for each would only wait for the first, and spin.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from assistant.web.serving import serve as _serve

    _serve(settings)

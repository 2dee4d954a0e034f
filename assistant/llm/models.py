"""Chat models by name: "openai:MODEL" in, a LangChain chat model out. LangChain's chat models have their one door here.

`openai:` speaks to OpenAI, or with an address to any server of the same protocol (vLLM, llama.cpp, LM Studio);
`ollama:` to Ollama by that protocol too. Every other provider of LangChain needs its package, such as
langchain-anthropic.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from assistant.llm.errors import UnusableModel

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OLLAMA = "http://127.0.0.1:11434/v1"
# Tokens of a reply; a longer one is cut off by the server, and by us in any case.
LONGEST_REPLY = 1_200


def name_of(llm: str) -> str:
    """The model's own name.

    >>> name_of("ollama:qwen3:8b")
    'qwen3:8b'
    """
    return llm.partition(":")[2]


def check_name(llm: str, *, url: str = "", key: str = "") -> None:
    """Raises UnusableModel where no model could be made of these, as far as that can be told without importing it."""
    provider, _, model = llm.partition(":")
    if not provider or not model.strip():
        raise UnusableModel(
            f"The setting ASSISTANT_LLM cannot be '{llm}'. Write provider:model, such as openai:gpt-5-mini or "
            "ollama:qwen3, or leave it empty to answer with quotes alone."
        )
    if provider == "openai" and not url and not key and not os.environ.get("OPENAI_API_KEY"):
        raise UnusableModel(
            f"The model '{llm}' needs a key. Set ASSISTANT_LLM_KEY, or ASSISTANT_LLM_URL for a server of your own."
        )


def is_bundled(llm: str) -> bool:
    """Whether the package for this provider is among the requirements."""
    return llm.partition(":")[0] in ("openai", "ollama")


def open_model(
    llm: str, *, url: str = "", key: str = "", timeout_s: float = 20.0, longest: int = LONGEST_REPLY
) -> BaseChatModel:
    """The chat model named `llm`. Importing it takes seconds: call this when the first question needs it.

    Args:
        url: a server that speaks OpenAI's protocol, up to and with its /v1.
        timeout_s: seconds of silence after which a request is given up.
        longest: tokens of a reply.

    Raises:
        UnusableModel: the name, the key or the provider's package is missing; the message says which.
    """
    check_name(llm, url=url, key=key)
    from langchain.chat_models import init_chat_model

    provider, _, model = llm.partition(":")
    # Retries are ours: they know how much time is left.
    options: dict[str, Any] = {"timeout": timeout_s, "max_retries": 0}
    if provider == "ollama":
        provider, url = "openai", url or OLLAMA
    if provider == "openai":
        options |= {"use_responses_api": False, "stream_usage": True}
        if url:
            # An OPENAI_API_KEY of the environment is not for another server. Servers other than OpenAI's know the older
            # name of this limit; reasoning models of OpenAI know no temperature.
            options |= {"base_url": url, "api_key": key or "none", "temperature": 0}
            options |= {"extra_body": {"max_tokens": longest}}
        else:
            options |= {"max_tokens": longest}
            if key:
                options["api_key"] = key
    else:
        options |= {name: value for name, value in (("base_url", url), ("api_key", key)) if value}
    try:
        made: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except ImportError as error:
        package = f"langchain-{provider.replace('_', '-')}"
        raise UnusableModel(
            f"The provider '{provider}' needs a package that is not installed. Run \"pip install {package}\", or name "
            "a model of openai: or ollama:."
        ) from error
    except ValueError as error:
        raise UnusableModel(
            f"The model '{llm}' cannot be used: LangChain knows no such provider, or a part of its setting is missing. "
            "Write provider:model, such as openai:gpt-5-mini, and set ASSISTANT_LLM_KEY where it asks for a key."
        ) from error
    return made

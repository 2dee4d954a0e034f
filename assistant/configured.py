"""What is configured: Settings in; each value with where it comes from, and no secret, out."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import DotEnvSettingsSource

from assistant.settings import Settings

MASK = "•••"

Origin = Literal["default", "environment", "file", "command line"]

# user:password@ of an address, and what a query may carry
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]*@")
_QUERY = re.compile(r"(?<=\?)[^\s;,#]+")


@dataclass(frozen=True, slots=True)
class Configured:
    """One setting as it is now."""

    variable: str  # ASSISTANT_DATA
    description: str
    value: str  # without secrets; "" where it is empty
    is_secret: bool  # only whether it is set is told, by MASK
    default: str
    origin: Origin


def configured(settings: Settings) -> list[Configured]:
    """Every setting in its order."""
    prefix = str(settings.model_config.get("env_prefix", ""))
    in_file = DotEnvSettingsSource(type(settings))()
    in_environment = {name.upper() for name in os.environ}
    found = []
    for name, field in type(settings).model_fields.items():
        variable = f"{prefix}{name}".upper()
        origin: Origin = (
            "default"
            if name not in settings.model_fields_set
            else "environment"
            if variable in in_environment
            else "file"
            if name in in_file
            else "command line"
        )
        value = getattr(settings, name)
        is_secret = isinstance(value, SecretStr) and value != field.default
        found.append(
            Configured(
                variable,
                field.description or "",
                shown(value) if is_secret else shown(_plain(value)),
                is_secret or (isinstance(value, SecretStr) and not value.get_secret_value()),
                shown(_plain(field.default)),
                origin,
            )
        )
    return found


def _plain(value: object) -> object:
    """A default is no secret."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def shown(value: object) -> str:
    """A value as it may be shown: a secret as a mask, an address without its password.

    >>> shown(SecretStr("hush")), shown("http://anna:hush@host:8000/v1?key=hush"), shown(None)
    ('•••', 'http://•••@host:8000/v1?•••', '')
    """
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    text = "" if value is None else str(value)
    return _QUERY.sub(MASK, _CREDENTIALS.sub(f"{MASK}@", text))

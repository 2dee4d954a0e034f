"""Every setting is told with where it comes from, and no secret with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.configured import MASK, Configured, configured, shown
from assistant.settings import Settings


def told(settings: Settings) -> dict[str, Configured]:
    return {one.variable: one for one in configured(settings)}


def test_every_setting_is_there_and_a_secret_never(tmp_path: Path) -> None:
    secrets = {name: f"hush-{name}" for name, field in Settings.model_fields.items() if field.annotation is SecretStr}
    secrets["database_url"] = "postgresql://anna:hush-password@host/name"
    settings = Settings(data=tmp_path, llm_url="http://anna:hush-too@host:1/v1?key=hush-query", **secrets)  # type: ignore[arg-type]
    shown_all = told(settings)
    assert list(shown_all) == [f"ASSISTANT_{name.upper()}" for name in Settings.model_fields]
    assert "hush" not in repr(shown_all)
    assert {shown_all[f"ASSISTANT_{name.upper()}"].value for name in secrets} == {MASK}
    assert shown_all["ASSISTANT_LLM_URL"].value == f"http://{MASK}@host:1/v1?{MASK}"
    assert shown_all["ASSISTANT_DATA"].value == str(tmp_path)


def test_where_a_value_comes_from_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSISTANT_PORT", raising=False)
    (tmp_path / ".env").write_text("ASSISTANT_RECORD_DAYS=7\nASSISTANT_HOST=127.0.0.2\n")
    monkeypatch.setenv("ASSISTANT_HOST", "127.0.0.3")
    values = told(Settings(data=tmp_path))
    assert {
        name: (values[f"ASSISTANT_{name}"].origin, values[f"ASSISTANT_{name}"].value)
        for name in ("HOST", "RECORD_DAYS", "PORT", "LIMIT_STORAGE")
    } == {
        "HOST": ("environment", "127.0.0.3"),
        "RECORD_DAYS": ("file", "7"),
        "PORT": ("default", "7860"),
        "LIMIT_STORAGE": ("default", "memory://"),  # what everybody has is no secret
    }
    assert values["ASSISTANT_DATA"].origin == "command line"
    assert values["ASSISTANT_SECRET_KEY"] == Configured(
        "ASSISTANT_SECRET_KEY", values["ASSISTANT_SECRET_KEY"].description, "", True, "", "default"
    )


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("https://host/path", "https://host/path"),
        ("https://user@host/path", f"https://{MASK}@host/path"),
        ("id=https://a:b@host; id=https://c", f"id=https://{MASK}@host; id=https://c"),
    ],
)
def test_an_address_is_shown_without_who_signs_in(address: str, masked: str) -> None:
    assert shown(address) == masked

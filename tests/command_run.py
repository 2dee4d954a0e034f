"""The command line on a data directory: arguments in; exit code, what was printed and what was complained of, out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant import cli


class Run:
    """Runs commands on the directory `data`."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data, self._capsys = data, capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = cli.main([*arguments, "--data", str(self.data)])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def json(self, *arguments: str) -> Any:
        """What a command prints with --json that ends well and complains of nothing."""
        code, out, err = self(*arguments, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

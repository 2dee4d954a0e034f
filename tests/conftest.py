"""Fixtures that several test files share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant

# How fast this machine is at the moment says nothing about the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

_MEMORY = Path("/dev/shm")


def pytest_configure() -> None:
    """Lets temporary directories lie in memory: hundreds of databases wait for the disk after each thing written."""
    if "TMPDIR" not in os.environ and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 2**31:
        os.environ["TMPDIR"] = str(_MEMORY)  # for workers, and for what tests start
        tempfile.tempdir = None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test data beside the checkout: announcements, questions, public question sets."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"The test data is missing: put it at {folder}.")
        pytest.skip(f"the test data is not at {folder}")
    return folder


@pytest.fixture(scope="session")
def bridges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The real assistant over the announcements of a bridge builder that does not exist."""
    from tests.bridge_builder import ALL, opened

    assistant = opened(tmp_path_factory.mktemp("bridges") / "data", ALL)
    yield assistant
    assistant.close()

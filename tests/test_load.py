"""Loading dispatches by format, and turns every mistake into a sentence."""

import pytest

from corpus.errors import UnreadableFile
from corpus.load import load
from corpus.source import Rejection


def test_a_missing_path_is_an_error_at_once(tmp_path):
    with pytest.raises(UnreadableFile, match="no file or folder"):
        load(tmp_path / "none.txt")


def test_a_folder_comes_sorted_without_hidden_files_and_readmes(tmp_path):
    for name in ("b/2.txt", "b/1.md", ".git/x.txt", "a.txt", ".hidden.md", "README.md"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("Text.", encoding="utf-8")
    names = [item.origin.removeprefix(str(tmp_path.resolve())) for item in load(tmp_path)]
    assert names == ["/a.txt", "/b/1.md", "/b/2.txt"]


def test_an_unknown_type_and_an_empty_file_are_rejected_with_a_sentence(tmp_path):
    (tmp_path / "a.xyz").write_text("?", encoding="utf-8")
    (tmp_path / "b.txt").write_text(" \n\f", encoding="utf-8")
    items = list(load(tmp_path))
    assert all(isinstance(item, Rejection) and item.reason.endswith(".") for item in items)
    assert len(items) == 2

"""The index inside LangChain."""

from __future__ import annotations

from pathlib import Path

from langchain_core.runnables import RunnableLambda

from index.passage import Scope
from index.retriever import HybridRetriever
from index.search import Index
from tests.fakes_index import DictCatalog, notice


def test_a_document_says_where_its_text_stands(tmp_path: Path) -> None:
    announcement = notice("nasa", "前置きです。\nNASAと月のレゴリスの契約を締結しました。")
    index = Index.open(tmp_path)
    index.catch_up(DictCatalog(announcement))
    (document,) = HybridRetriever(index=index, k=1).invoke("レゴリスの契約")
    place = document.metadata
    assert document.page_content == announcement.text[place["start"] : place["end"]]
    assert (place["announcement_id"], place["page"], place["section"]) == ("nasa", 1, "body")
    assert place["score"] > 0


def test_it_composes_and_keeps_to_its_scope(tmp_path: Path) -> None:
    index = Index.open(tmp_path)
    index.catch_up(DictCatalog(notice("a", "契約の話です。"), notice("b", "契約の内部の話です。", audience="staff")))
    count = RunnableLambda(len)
    assert (HybridRetriever(index=index) | count).invoke("契約") == 1
    assert (HybridRetriever(index=index, scope=Scope(audience="staff")) | count).invoke("契約") == 2

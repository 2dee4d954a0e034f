"""The index as a LangChain retriever: a query in, Documents with full provenance out."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from corpus.announcement import Language
from index.passage import Passage, Scope
from index.search import Index


class HybridRetriever(BaseRetriever):
    """Any LangChain program can use it: `HybridRetriever(index=index, k=5).invoke("…")`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = Field(default=10, ge=1)
    scope: Scope = Scope()
    language: Language | None = None
    distinct: bool = False

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.index.search(query, k=self.k, scope=self.scope, language=self.language, distinct=self.distinct)
        return [document(passage) for passage in found]


def document(passage: Passage) -> Document:
    """The Document of a Passage: its text, and in the metadata all that a citation needs."""
    chunk = passage.chunk
    return Document(
        id=chunk.id,
        page_content=chunk.text,
        metadata={
            "id": chunk.id, "announcement_id": chunk.announcement_id, "page": chunk.page, "start": chunk.start,
            "end": chunk.end, "section": chunk.section, "heading": chunk.heading, "score": passage.score,
            "scores": dict(passage.scores),
        },
    )  # fmt: skip

"""The index as its callers see it: searching, scopes, following the catalog, crashes and other processes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import index.search as search_module
from corpus.announcement import Announcement, Language, Section
from corpus.dates import JST
from index.chunk import chunk
from index.errors import EmbedderMismatch, StoreUnavailable
from index.passage import Scope
from index.search import Index, matched_terms
from tests.fakes_index import BagOfWords, DictCatalog, notice

STAFF = Scope(audience="staff")
NASA = notice("nasa", "NASAと月のレゴリスの契約を締結しました。対価は5,000米ドルです。", title="NASAとの契約")
LOAN = notice("loan", "シンジケートローンで50億円を調達します。返済は2027年です。", title="資金の借入")
LAUNCH = notice("launch", "Mission 1 will launch in November 2022 from Florida.", title="Launch of Mission 1")


def open_with(directory: Path, *announcements: Announcement) -> tuple[Index, DictCatalog]:
    catalog = DictCatalog(*announcements)
    index = Index.open(directory)
    index.catch_up(catalog)
    return index, catalog


def found(index: Index, query: str, **more: object) -> list[str]:
    return [passage.chunk.announcement_id for passage in index.search(query, **more)]  # type: ignore[arg-type]


def test_the_announcement_that_says_it_comes_first(tmp_path: Path) -> None:
    index, _ = open_with(tmp_path, NASA, LOAN, LAUNCH)
    assert found(index, "借入で調達する金額はいくらですか")[0] == "loan"
    assert found(index, "Where does Mission 1 launch from?")[0] == "launch"


def test_a_question_in_one_language_finds_the_other(tmp_path: Path) -> None:
    index, _ = open_with(tmp_path, NASA, LOAN, LAUNCH)
    assert found(index, "How much is the syndicated loan?")[0] == "loan"
    assert found(index, "ミッション1の打ち上げは２０２２年１１月ですか")[0] == "launch"


def test_a_japanese_word_finds_its_english_glosses_and_nothing_changes_among_japanese(tmp_path: Path) -> None:
    weather = notice("weather", "The weather was bad, so nothing flew.")
    engine = notice("engine", "The engine ran hot, so nothing flew.")
    index, _ = open_with(tmp_path / "both", weather, engine, LOAN, NASA)
    assert found(index, "天気が悪い") == ["weather"]
    assert found(index, "天気が悪い", scope=Scope(language="ja")) == []
    japanese, _ = open_with(tmp_path / "japanese", LOAN, NASA)
    for query in ("契約の対価", "資金の調達と返済"):
        within = index.search(query, scope=Scope(language="ja"))
        assert [p.chunk.id for p in within] == [p.chunk.id for p in japanese.search(query)]


def test_mission_1_is_not_mission_2(tmp_path: Path) -> None:
    one = notice("one", "ミッション1の打ち上げ日が決まりました。打ち上げは予定通りです。")
    two = notice("two", "ミッション2の打ち上げ日が決まりました。打ち上げは予定通りです。")
    index, _ = open_with(tmp_path, one, two)
    assert found(index, "Mission 1の打ち上げ") == ["one", "two"]
    assert found(index, "M2の打ち上げ") == ["two", "one"]


def test_boilerplate_comes_after_the_news(tmp_path: Path) -> None:
    news, about = "ispaceは契約を締結しました。", "ispaceは契約を締結する会社です。"
    text = news + "\n" + about
    sections = (Section("body", 0, len(news)), Section("boilerplate", len(news) + 1, len(text)))
    index, _ = open_with(tmp_path, notice("a", text, sections=sections))
    assert [p.chunk.section for p in index.search("ispaceの契約")] == ["body", "boilerplate"]


def test_between_equals_the_newer_comes_first(tmp_path: Path) -> None:
    text = "着陸は来年です。"
    index, _ = open_with(
        tmp_path, notice("old", text, published="2020-01-01"), notice("new", text, published="2023-01-01"),
        notice("mid", text, published="2021-01-01"),
    )  # fmt: skip
    assert found(index, "着陸はいつ") == ["new", "mid", "old"]


@pytest.mark.parametrize("query", ["", "  ", "？！。", "---", "\n"])
def test_a_query_without_words_finds_nothing(tmp_path: Path, query: str) -> None:
    index, _ = open_with(tmp_path, NASA)
    assert index.search(query) == []


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    assert Index.open(tmp_path).search("契約") == []


def test_the_public_sees_nothing_before_its_moment_nor_what_is_for_staff(tmp_path: Path) -> None:
    moment = dt.datetime(2024, 5, 1, 15, 30, tzinfo=JST)
    index, _ = open_with(
        tmp_path,
        notice("timed", "契約の発表です。", published="2024-05-01", published_at=moment),
        notice("inside", "契約の内部資料です。", audience="staff"),
        notice("dateless", "契約の資料です。", published=None),
    )
    before, after = moment - dt.timedelta(seconds=1), moment
    assert set(found(index, "契約", scope=Scope(now=before))) == {"dateless"}
    assert set(found(index, "契約", scope=Scope(now=after))) == {"timed", "dateless"}
    assert set(found(index, "契約", scope=STAFF)) == {"timed", "inside", "dateless"}


def test_a_scope_narrows_by_date_language_category_issuer_and_id(tmp_path: Path) -> None:
    index, _ = open_with(
        tmp_path,
        notice("a", "契約 contract 2020", published="2020-12-04", category="contract", issuer="A社"),
        notice("b", "契約 contract 2022", published="2022-09", category="mission", issuer="B社"),
        notice("c", "contract 2023", published="2023", issuer="A社"),
        notice("d", "契約 contract", published=None),
    )
    now = dt.datetime(2030, 1, 1, tzinfo=JST)

    def within(**scope: object) -> set[str]:
        return set(found(index, "契約 contract", scope=Scope(now=now, **scope)))  # type: ignore[arg-type]

    assert within(as_of=dt.date(2022, 9, 30)) == {"a", "b"}
    assert within(as_of=dt.date(2020, 12, 3)) == set()
    assert within(since=dt.date(2022, 9, 30)) == {"b", "c"}
    assert within(language="en") == {"c"}
    assert within(category="mission") == {"b"}
    assert within(issuer="A社") == {"a", "c"}
    assert within(announcement_ids=frozenset({"a", "d"})) == {"a", "d"}
    assert within(announcement_ids=frozenset()) == set()


def test_k_passages_come_back_after_filtering(tmp_path: Path) -> None:
    hidden = [notice(f"h{i}", "契約の契約の契約。", audience="staff") for i in range(150)]
    shown = [notice(f"s{i}", f"これは{i}番目の別の話ですが契約にも触れます。") for i in range(12)]
    index, _ = open_with(tmp_path, *hidden, *shown)
    assert len(found(index, "契約", k=10)) == 10


def test_distinct_gives_k_announcements_even_when_one_fills_the_candidates(tmp_path: Path) -> None:
    long = notice("long", "契約の契約の契約の話です。\n" * 900)
    others = [notice(f"o{i}", f"その{i}。別の長い話のなかで契約にも少しだけ触れています。") for i in range(5)]
    index = Index.open(tmp_path, chunk_size=20)
    index.catch_up(DictCatalog(long, *others))
    names = found(index, "契約", k=6, distinct=True)
    assert names[0] == "long"
    assert set(names) == {"long", "o0", "o1", "o2", "o3", "o4"}


def test_scores_fall_and_explain_themselves(tmp_path: Path) -> None:
    index, _ = open_with(tmp_path, NASA, LOAN, LAUNCH)
    passages = index.search("NASAとの契約の対価")
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)
    assert {"bm25", "sentence", "lexical"} <= set(passages[0].scores)


# Following the catalog


class _Store(RuleBasedStateMachine):
    """The index against a dict, through any order of writes."""

    directory: Path

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.catalog = DictCatalog()
        self.index = Index.open(Path(self.folder.name))

    @rule(name=st.sampled_from("abcd"), word=st.sampled_from(["契約", "着陸", "資金", "売上"]))
    def put(self, name: str, word: str) -> None:
        self.catalog.put(notice(name, f"{word}のお知らせです。"))

    @rule(name=st.sampled_from("abcd"))
    def remove(self, name: str) -> None:
        if name in self.catalog.ids():
            self.catalog.remove(name)

    @rule()
    def reopen(self) -> None:
        self.index.close()
        self.index = Index.open(Path(self.folder.name))

    @rule()
    def rebuild(self) -> None:
        self.index.rebuild(self.catalog)

    @invariant()
    def finds_what_the_catalog_holds(self) -> None:
        self.index.catch_up(self.catalog)
        for word in ("契約", "着陸", "資金", "売上"):
            expected = {name for name in self.catalog.ids() if word in self.catalog.get(name).text}
            assert {n for n in found(self.index, word) if word in self.catalog.get(n).text} == expected
        assert set(found(self.index, "お知らせ")) == set(self.catalog.ids())
        assert self.index.count() == len(self.catalog.ids())

    def teardown(self) -> None:
        assert self.index.check(self.catalog) == []
        self.index.close()
        self.folder.cleanup()


TestStore = _Store.TestCase
TestStore.settings = settings(
    max_examples=8, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_write_cut_short_is_repeated_and_ends_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(DictCatalog):
        failing = True

        def get(self, announcement_id: str) -> Announcement:
            if self.failing and announcement_id == "loan":
                raise KeyboardInterrupt
            return super().get(announcement_id)

    monkeypatch.setattr(search_module, "_BATCH_CHARACTERS", 1)
    index, _ = open_with(tmp_path, LAUNCH)
    catalog = Broken(LAUNCH, NASA, LOAN)
    with pytest.raises(KeyboardInterrupt):
        index.catch_up(catalog)
    assert found(index, "NASAの契約") == ["nasa"]
    assert index.check(DictCatalog(LAUNCH, NASA, LOAN)) != []
    catalog.failing = False
    index.catch_up(catalog)
    assert index.check(catalog) == []
    assert found(index, "シンジケートローン") == ["loan"]


def test_a_first_fill_that_was_cut_short_goes_on_from_its_last_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut(DictCatalog):
        asked: ClassVar[list[str]] = []

        def get(self, announcement_id: str) -> Announcement:
            self.asked.append(announcement_id)
            if self.asked == ["launch", "nasa"]:
                raise KeyboardInterrupt
            return super().get(announcement_id)

    monkeypatch.setattr(search_module, "_BATCH_CHARACTERS", 1)
    catalog = Cut(LAUNCH, NASA, LOAN)
    index = Index.open(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        index.catch_up(catalog)
    assert found(index, "打ち上げ") == ["launch"]
    assert any("revision 1" in fault for fault in index.check(DictCatalog(LAUNCH, NASA, LOAN)))
    index.close()
    index, Cut.asked = Index.open(tmp_path), ["again"]
    index.catch_up(catalog)
    assert Cut.asked == ["again", "nasa", "loan"]
    assert index.check(catalog) == []
    assert sorted(found(index, "NASAの契約 打ち上げ シンジケートローン")) == ["launch", "loan", "nasa"]


def test_a_catalog_that_went_back_is_followed(tmp_path: Path) -> None:
    index, _ = open_with(tmp_path, NASA, LOAN, LAUNCH)
    restored = DictCatalog(LAUNCH)
    index.catch_up(restored)
    assert index.check(restored) == []
    assert found(index, "NASAの契約", scope=STAFF) == []


def test_check_names_what_is_missing_and_what_is_too_much(tmp_path: Path) -> None:
    index, _ = open_with(tmp_path, NASA)
    said = " ".join(index.check(DictCatalog(LOAN)))
    assert "loan" in said
    assert "nasa" in said


def test_progress_ends_at_the_whole(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    Index.open(tmp_path).catch_up(DictCatalog(NASA, LOAN), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (2, 2)


def test_another_index_on_the_directory_sees_a_write_at_its_next_search(tmp_path: Path) -> None:
    writer, catalog = open_with(tmp_path, NASA)
    reader = Index.open(tmp_path)
    assert found(reader, "シンジケートローン") == []
    catalog.put(LOAN)
    writer.catch_up(catalog)
    assert found(reader, "シンジケートローン") == ["loan"]
    catalog.remove("loan")
    writer.catch_up(catalog)
    assert found(reader, "シンジケートローン") == []


def test_another_process_sees_a_write(tmp_path: Path) -> None:
    reader = Index.open(tmp_path)
    script = (
        "import sys; from pathlib import Path; from tests.fakes_index import DictCatalog, notice;"
        "from index.search import Index;"
        "Index.open(Path(sys.argv[1])).catch_up(DictCatalog(notice('x', '契約を締結した。')))"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, cwd=Path(__file__).parents[1])
    assert found(reader, "契約") == ["x"]


def test_a_second_writer_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_module, "_LOCK_SECONDS", 0.05)
    index = Index.open(tmp_path)
    with FileLock(tmp_path / "write.lock"), pytest.raises(StoreUnavailable, match="Another process"):
        index.catch_up(DictCatalog(NASA))
    index.catch_up(DictCatalog(NASA))
    assert found(index, "契約") == ["nasa"]


def test_a_damaged_index_is_named_and_can_be_rebuilt(tmp_path: Path) -> None:
    index, catalog = open_with(tmp_path, NASA)
    index.close()
    for file in (tmp_path / "lexical").iterdir():
        file.write_bytes(b"not an index")
    with pytest.raises(StoreUnavailable, match="rebuild"):
        Index.open(tmp_path).search("契約")
    again = Index.open(tmp_path, discard=True)
    again.rebuild(catalog)
    assert found(again, "契約") == ["nasa"]


# With vectors


def test_meaning_adds_to_words_and_the_score_says_how(tmp_path: Path) -> None:
    index = Index.open(tmp_path, embedder=BagOfWords())
    catalog = DictCatalog(NASA, LOAN, LAUNCH)
    index.catch_up(catalog)
    assert index.left_out == {}
    passages = index.search("NASAとの契約")
    assert passages[0].chunk.announcement_id == "nasa"
    assert "vectors" in passages[0].scores
    assert index.check(catalog) == []


def test_an_embedder_serves_only_its_languages(tmp_path: Path) -> None:
    index = Index.open(tmp_path, embedder=BagOfWords("en"))
    catalog = DictCatalog(NASA, LAUNCH)
    index.catch_up(catalog)
    assert index.check(catalog) == []
    assert all("vectors" not in p.scores for p in index.search("NASAとの契約"))
    assert "vectors" in index.search("the launch of Mission 1")[0].scores


def test_an_embedder_may_come_later(tmp_path: Path) -> None:
    index, catalog = open_with(tmp_path, NASA, LOAN)
    index.set_embedder(BagOfWords())
    assert "vectors" not in index.search("契約")[0].scores
    index.catch_up(catalog)
    assert "vectors" in index.search("契約")[0].scores


def test_another_embedder_is_refused_until_rebuild(tmp_path: Path) -> None:
    index = Index.open(tmp_path, embedder=BagOfWords())
    catalog = DictCatalog(NASA)
    index.catch_up(catalog)
    other = BagOfWords()
    other.name = "other"
    with pytest.raises(EmbedderMismatch, match="'bag-of-words' but settings ask for 'other'"):
        Index.open(tmp_path, embedder=other)
    again = Index.open(tmp_path, embedder=other, discard=True)
    again.rebuild(catalog)
    assert again.check(catalog) == []
    assert "vectors" in again.search("契約")[0].scores


def test_vectors_never_show_what_the_scope_hides(tmp_path: Path) -> None:
    index = Index.open(tmp_path, embedder=BagOfWords())
    index.catch_up(DictCatalog(dataclasses.replace(NASA, audience="staff"), LOAN))
    assert "nasa" not in found(index, "NASAとの契約")
    assert "nasa" in found(index, "NASAとの契約", scope=STAFF)


def test_a_chroma_server_out_of_reach_is_left_out(tmp_path: Path) -> None:
    index = Index.open(tmp_path, embedder=BagOfWords(), vectors_url="http://127.0.0.1:9")
    catalog = DictCatalog(NASA)
    index.catch_up(catalog)
    assert found(index, "契約") == ["nasa"]
    assert "127.0.0.1:9" in index.left_out["vectors"]
    assert any("left out" in said for said in index.check(catalog))


def test_an_embedder_that_fails_is_left_out_of_the_search(tmp_path: Path) -> None:
    class Failing(BagOfWords):
        def encode_query(self, text: str, language: Language) -> np.ndarray:
            raise StoreUnavailable("The vectors are missing. Restore them.")

    catalog = DictCatalog(LAUNCH, LOAN)
    index = Index.open(tmp_path, embedder=Failing())
    index.catch_up(catalog)
    assert found(index, "launch of Mission 1")[0] == "launch"
    assert "missing" in index.left_out["vectors"]


def test_an_index_of_another_catalog_is_made_anew(tmp_path: Path) -> None:
    index, _ = open_with(tmp_path, NASA, LOAN)
    other = DictCatalog(LAUNCH, LAUNCH, LAUNCH)
    other.name = "another catalog"
    index.catch_up(other)
    assert found(index, "NASAとの契約") == []
    assert found(index, "launch of Mission 1") == ["launch"]
    assert index.check(other) == []


def test_a_search_says_what_each_leg_took_and_which_was_left_out(tmp_path: Path) -> None:
    class Failing(BagOfWords):
        def encode_query(self, text: str, language: Language) -> np.ndarray:
            raise StoreUnavailable("The vectors are missing. Restore them.")

    catalog = DictCatalog(LAUNCH, LOAN)
    whole, broken = (Index.open(tmp_path / kind.__name__, embedder=kind()) for kind in (BagOfWords, Failing))
    for index in (whole, broken):
        index.catch_up(catalog)
    found = whole.find("launch of Mission 1")
    assert set(found.timings_ms) == {"lexical", "vectors", "rank"}
    assert all(ms >= 0 for ms in found.timings_ms.values())
    left = broken.find("launch of Mission 1")
    assert set(left.timings_ms) == {"lexical", "vectors_left_out", "rank"}
    assert [p.chunk.id for p in left.passages] == [
        p.chunk.id for p in Index.open(tmp_path / "BagOfWords").search("launch of Mission 1")
    ]
    assert whole.find("？").timings_ms == {}


def test_vectors_that_are_still_being_made_are_left_out(tmp_path: Path) -> None:
    catalog = DictCatalog(NASA, LOAN, LAUNCH)
    index = Index.open(tmp_path, embedder=BagOfWords())
    during: list[set[str]] = []
    said: list[dict[str, str]] = []

    class Watched(DictCatalog):
        def get(self, announcement_id: str) -> Announcement:
            during.append(set(index.find("契約").timings_ms))
            said.append(index.left_out)
            return catalog.get(announcement_id)

    watched = Watched(NASA, LOAN, LAUNCH)
    index.catch_up(watched)
    assert during
    assert all("vectors" not in names for names in during)
    assert all("still being made" in one["vectors"] for one in said)
    assert index.left_out == {}  # nobody has to search for that
    assert "vectors" in index.find("契約").timings_ms


def test_vectors_that_were_cut_short_go_on_from_there(tmp_path: Path) -> None:
    class Cut(BagOfWords):
        texts = 0

        def encode_documents(self, texts: Sequence[str], languages: Sequence[Language]) -> np.ndarray:
            type(self).texts += len(texts)
            if type(self).texts == 2:
                raise StoreUnavailable("The disk is full.")
            return super().encode_documents(texts, languages)

    catalog = DictCatalog(NASA, LOAN, LAUNCH)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_module, "_BATCH_CHARACTERS", 1)
        patch.setattr(search_module, "_RETRY_SECONDS", 0.0)
        index = Index.open(tmp_path, embedder=Cut())
        index.catch_up(catalog)
        assert "vectors_left_out" in index.find("契約").timings_ms
        index.catch_up(catalog)
    assert Cut.texts == 4
    assert "vectors" in index.find("契約").timings_ms
    assert index.check(catalog) == []


def test_an_explanation_names_the_terms_that_a_passage_holds() -> None:
    held = notice("x", "打ち上げは２０２２年１１月です。", title="Mission 1")
    only = chunk(held)[0]
    matched = matched_terms("When is Mission 1 launched, in Nov. 2022 or in May 2024?", held, only)
    assert {"mission", "@mission", "@launch", "#mission:1", "#d:2022-11"} <= set(matched)
    assert not {"#d:2024", "#d:2024-05"} & set(matched)
    assert len(matched) == len(set(matched))
    assert matched_terms("資金", held, only) == []

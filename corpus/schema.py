"""The tables of the catalog's database; corpus/migrations makes them, these say what the code may ask of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

TABLES = sa.MetaData()


def _announcement_columns() -> list[sa.Column[Any]]:
    texts = (
        "title",
        "language",
        "issuer",
        "category",
        "audience",
        "source_url",
        "content_hash",
        "text",
        "raw",
        "original",
    )
    optional = ("published", "published_at", "supersedes", "translation_of")
    structures = ("pages", "sections", "footnotes", "offsets")
    return [
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        *(sa.Column(name, sa.Text) for name in optional),
        *(sa.Column(name, sa.JSON, nullable=False) for name in structures),
    ]


CURRENT = sa.Table(
    "announcements",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("held", sa.Text, nullable=False),  # last day of Announcement.held, "" when there is none: for ordering
    *_announcement_columns(),
)
REVISIONS = sa.Table(
    "revisions",
    TABLES,
    sa.Column("id", sa.Text, sa.ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    *_announcement_columns(),
)
COLUMNS = [column.name for column in REVISIONS.columns]  # one for each key of a record
ORIGINS = sa.Table(
    "origins",
    TABLES,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("announcement_id", sa.Text, sa.ForeignKey("announcements.id", ondelete="CASCADE"), nullable=False),
)
# A revision that is not just what its file says: the details that people gave, and the content hash of what was last
# loaded, so that the same file coming again undoes nothing.
EDITS = sa.Table(
    "edits",
    TABLES,
    sa.Column("announcement_id", sa.Text, sa.ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("loaded_hash", sa.Text, nullable=False),
)
# An announcement that was removed, for as long as it can be brought back; `held` is its rows of the tables above.
REMOVED = sa.Table(
    "removed",
    TABLES,
    sa.Column("announcement_id", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "removed_at", "removed_by")),
    sa.Column("held", sa.JSON, nullable=False),
)
# One row for every id that was ever here; `revision` is the catalog's when it last changed.
CHANGES = sa.Table(
    "changes",
    TABLES,
    sa.Column("announcement_id", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False, unique=True),
    sa.Column("removed", sa.Boolean, nullable=False),
)
# One row. A counter rather than a sequence: a sequence leaves gaps, and on PostgreSQL lets a later number commit first.
STATE = sa.Table(
    "state",
    TABLES,
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("identity", sa.Text, nullable=False),
    sa.Column("curated", sa.Integer, nullable=False),  # how many changes of official answers there have been
    sa.Column("proposed", sa.Integer, nullable=False),  # the highest number that a proposal ever had
)
OFFICIAL = sa.Table(
    "official_answers",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("topic", "answer_ja", "answer_en", "owner", "status")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("reason", "approved_by", "changed_at")),
    *(sa.Column(name, sa.Text) for name in ("approved_at", "expires")),
    *(sa.Column(name, sa.JSON, nullable=False) for name in ("questions_ja", "questions_en", "sources")),
)
# What was answered; "gist" is what groups questions that ask for the same.
KEPT = sa.Table(
    "kept_answers",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("kept_at", "surface", "audience", "user_name")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("request_id", "question", "language", "status", "engine")),
    sa.Column("gist", sa.Text, nullable=False),
    sa.Column("as_of", sa.Text),
    sa.Column("revision", sa.Integer, nullable=False),  # of the catalog
    *(sa.Column(name, sa.JSON, nullable=False) for name in ("history", "answer", "selection")),
    sa.Column("conversation_id", sa.Text, nullable=False),  # of staff; "" when it belongs to none
    sa.Column("turn", sa.Integer, nullable=False),  # from 1; the newest answer of a turn took the place of the others
)
# What a reader said of an answer; the last word counts.
FEEDBACK = sa.Table(
    "feedback",
    TABLES,
    sa.Column("answer_id", sa.Text, sa.ForeignKey("kept_answers.id", ondelete="CASCADE"), primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("given_at", "rating", "reason", "comment")),
)
# Up to when the questions of a gist have been dealt with.
SETTLED = sa.Table(
    "settled",
    TABLES,
    sa.Column("gist", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("settled_at", "settled_by")),
)
# Numbered without gaps, by the one writer; `before` and `after` are revisions.
AUDIT = sa.Table(
    "audit",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("at", "who", "what", "subject", "before", "after")),
)
# Only in backups: the files that announcements were read from.
ORIGINAL_FILES = sa.Table(
    "original_files",
    sa.MetaData(),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
# A fact that a chat model proposed; "said" is the same for two that say the same of one text.
PROPOSALS = sa.Table(
    "proposals",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("announcement_id", sa.Text, sa.ForeignKey("announcements.id", ondelete="CASCADE"), nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),  # of the announcement, as it was read
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("fact", sa.JSON, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("said", "model", "prompt", "proposed_at", "state")),
    sa.Column("reviewed_by", sa.Text, nullable=False),
    sa.Column("reviewed_at", sa.Text),
)
# The last time that a model was asked about an announcement's facts; "dropped" counts what was no fact, by reason.
ASKED = sa.Table(
    "asked_for_facts",
    TABLES,
    sa.Column("announcement_id", sa.Text, sa.ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("content_hash", "model", "prompt", "asked_at")),
    sa.Column("dropped", sa.JSON, nullable=False),
)
# What a backup holds beside the announcements, those that are pointed at before those that point at them.
BESIDE = (EDITS, REMOVED, OFFICIAL, KEPT, FEEDBACK, SETTLED, PROPOSALS, ASKED, AUDIT)

"""Users come out of the file as they went in, with passwords that nobody can read there."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from assistant.errors import BadUser
from assistant.users import ROLES, Users, may

PASSWORD = "月面まで38万キロ!"


@pytest.fixture
def users(tmp_path: Path) -> Users:
    return Users(tmp_path / "made" / "users")


def test_a_user_is_known_by_their_password_alone(users: Users, tmp_path: Path) -> None:
    users.add("sato", "editor", PASSWORD)
    found = users.verify("sato", PASSWORD)
    assert found
    assert (found.name, found.role) == ("sato", "editor")
    for name, password in (
        ("sato", PASSWORD + " "),
        ("sato", ""),
        ("Sato", PASSWORD),
        ("", PASSWORD),
        ("x", "y" * 9999),
    ):
        assert users.verify(name, password) is None
    file = tmp_path / "made" / "users"
    assert PASSWORD not in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_another_process_sees_a_removed_user_at_once(users: Users, tmp_path: Path) -> None:
    other = Users(tmp_path / "made" / "users")
    assert other.all() == {}
    users.add("sato", "reader", PASSWORD)
    users.add("ono", "admin", PASSWORD)
    before = other.all()["sato"].version
    users.set_password("sato", PASSWORD + "2")
    assert other.all()["sato"].version != before
    assert other.verify("sato", PASSWORD + "2")
    users.remove("sato")
    assert list(other.all()) == ["ono"]


def test_what_cannot_be_a_user_is_refused_in_a_sentence(users: Users) -> None:
    users.add("sato", "reader", PASSWORD)
    for name in ("", "a b", "a:b", "a\nb", "x" * 65):
        with pytest.raises(BadUser, match="1 to 64 characters"):
            users.add(name, "reader", PASSWORD)
    for password in ("short", "x" * 1025):
        with pytest.raises(BadUser, match="10 to 1024"):
            users.add("ono", "reader", password)
    with pytest.raises(BadUser, match="already"):
        users.add("sato", "admin", PASSWORD)
    for change in (users.remove, lambda name: users.set_password(name, PASSWORD)):
        with pytest.raises(BadUser, match="user list"):
            change("nobody")


@pytest.mark.parametrize(
    "line", ["sato", "sato:boss:$argon2id$x", "sato:admin:plaintext", ":admin:$argon2id$x", "\udcff"]
)
def test_a_damaged_file_lets_nobody_in_and_is_named(users: Users, tmp_path: Path, line: str) -> None:
    users.add("ono", "reader", PASSWORD)
    file = tmp_path / "made" / "users"
    file.write_bytes(file.read_bytes() + line.encode("utf-8", "surrogateescape"))
    for use in (users.all, lambda: users.verify("ono", PASSWORD), lambda: users.add("x", "reader", PASSWORD)):
        with pytest.raises(BadUser, match="users' file"):
            use()


def test_a_comment_and_an_empty_line_are_no_users(users: Users, tmp_path: Path) -> None:
    users.add("ono", "reader", PASSWORD)
    file = tmp_path / "made" / "users"
    file.write_text("# staff\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert list(users.all()) == ["ono"]


def test_each_role_may_what_those_before_it_may() -> None:
    assert [[may(role, least) for least in ROLES] for role in ROLES] == [
        [True, False, False], [True, True, False], [True, True, True],
    ]  # fmt: skip

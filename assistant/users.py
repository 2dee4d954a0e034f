"""Who may sign in: a file of names, roles and argon2 hashes; a name and a password in, a User or None out.

A line is `name:role:hash`. The file is read again when it changes, so that a user who is removed is out at once.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from filelock import FileLock, Timeout

from assistant.errors import BadUser

Role = Literal["reader", "editor", "admin"]

ROLES: tuple[Role, ...] = get_args(Role)  # each may what those before it may
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1024  # characters
_NAME = re.compile(r"[^\s:\x00-\x1f\x7f]{1,64}")
_LOCK_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class User:
    """Someone who may sign in."""

    name: str
    role: Role
    hash: str  # argon2, with its parameters and salt

    @property
    def version(self) -> str:
        """Changes with the password and the role: a session of an earlier version is over."""
        return hashlib.sha256(f"{self.role}:{self.hash}".encode()).hexdigest()[:16]


class Users:
    """The users in one file. Threads and processes may share it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, int, int] | None, Mapping[str, User]] = (None, {})

    def all(self) -> Mapping[str, User]:
        """Every user by name; none when there is no file yet.

        Raises:
            BadUser: the file cannot be read, or a line of it is none.
        """
        with self._lock:
            stamp = self._stamp()
            if stamp is None:
                self._read = None, {}
            elif stamp != self._read[0]:
                self._read = stamp, self._parsed()
            return self._read[1]

    def verify(self, name: str, password: str) -> User | None:
        """The user, when the password is theirs; takes as long for a name that nobody has."""
        user = self.all().get(name)
        with _HASHING:
            known = _matches(user.hash if user else _NOBODY, password)
        return user if user and known else None

    def add(self, name: str, role: Role, password: str) -> User:
        """A new user; BadUser when there is one of that name, or name or password cannot be used."""
        if not _NAME.fullmatch(name):
            raise BadUser("A user's name has 1 to 64 characters, without blanks and colons.")
        made = User(name, role, _hashed(password))

        def with_new(users: dict[str, User]) -> dict[str, User]:
            if name in users:
                raise BadUser(f"There is a user '{name}' already. Change the password with 'user password {name}'.")
            return {**users, name: made}

        self._change(with_new)
        return made

    def remove(self, name: str) -> None:
        """Lets a user sign in no more, and ends their sessions."""

        def without(users: dict[str, User]) -> dict[str, User]:
            del users[self._known(name, users)]
            return users

        self._change(without)

    def set_password(self, name: str, password: str) -> None:
        """Another password for a user; their sessions end."""
        hashed = _hashed(password)
        self._change(lambda users: {**users, self._known(name, users): User(name, users[name].role, hashed)})

    @staticmethod
    def _known(name: str, users: Mapping[str, User]) -> str:
        if name not in users:
            raise BadUser(f"There is no user '{name}'. \"python -m assistant user list\" shows them.")
        return name

    def _change(self, change: Callable[[dict[str, User]], dict[str, User]]) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._file}.lock", timeout=_LOCK_SECONDS):
                changed = change(dict(self._parsed() if self._stamp() else {}))
                lines = [f"{user.name}:{user.role}:{user.hash}\n" for user in changed.values()]
                handle, made = tempfile.mkstemp(dir=self._file.parent, prefix=".users-")  # for its owner's eyes only
                with os.fdopen(handle, "w", encoding="utf-8") as out:
                    out.write("".join(lines))
                os.replace(made, self._file)
        except Timeout as error:
            raise BadUser(f"Another process is changing '{self._file}'. Try again.") from error
        except OSError as error:
            raise BadUser(f"The users' file '{self._file}' cannot be written ({error.strerror}).") from error

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BadUser(f"The users' file '{self._file}' cannot be read ({error.strerror}).") from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _parsed(self) -> dict[str, User]:
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BadUser(f"The users' file '{self._file}' cannot be read ({error}).") from error
        users: dict[str, User] = {}
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.startswith("#"):
                continue
            name, _, rest = line.partition(":")
            role, _, hashed = rest.partition(":")
            if not _NAME.fullmatch(name) or role not in ROLES or not hashed.startswith("$argon2") or name in users:
                raise BadUser(
                    f"Line {number} of the users' file '{self._file}' is no name:role:hash. "
                    'Take it out, and add the user with "python -m assistant user add NAME".'
                )
            users[name] = User(name, role, hashed)  # type: ignore[arg-type]
        return users


def may(role: Role, least: Role) -> bool:
    """Whether someone with `role` may what someone with `least` may.

    >>> may("editor", "reader"), may("reader", "editor")
    (True, False)
    """
    return ROLES.index(role) >= ROLES.index(least)


_HASHING = threading.Semaphore(2)  # a hash takes 64 MB, on purpose
# Of a password that nobody has: trying an unknown name must take as long as a known one.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$tjuVLjYcBUMBq7QdPTcr0w$G5f4qEuc4UmtOhTHPy5mMOvgtUWjcrpyxBa7+K6yDwI"


def _hashed(password: str) -> str:
    from argon2 import PasswordHasher

    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadUser(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    return PasswordHasher().hash(password)


def _matches(hashed: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(hashed, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False

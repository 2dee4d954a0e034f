"""Staff for the tests of their screens: who may sign in, an application with every screen but the chat, and clients."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.users import Role
from assistant.web.sign_in import SignIn
from assistant.web.staff import StaffPages, mount_screens

PASSWORD = "月面まで38万キロ!"


def let_in(assistant: Assistant, **roles: Role) -> None:
    """Writes the users' file: each name with its role, and PASSWORD for all of them."""
    lines = [f"{name}:{role}:{_quick_hash()}\n" for name, role in roles.items()]
    assistant.settings.users_file.write_text("".join(lines), encoding="utf-8")


@cache
def _quick_hash() -> str:
    # A hash says how much work it takes. As much as a new user's, 64 MB, is done in test_users.py and test_sign_in.py.
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def screens(assistant: Assistant, settings: Settings | None = None) -> FastAPI:
    """The form to sign in and every screen beside the chat; Gradio takes longer to make than all of them."""
    app = FastAPI()
    settings = settings or assistant.settings
    sign_in = SignIn(settings)
    sign_in.mount(app)
    mount_screens(app, StaffPages(assistant, sign_in, settings))
    return app


def signed_in(app: FastAPI, name: str, language: str = "en") -> TestClient:
    """A browser in which `name` has signed in."""
    headers = {"Accept": "text/html", "Accept-Language": language}
    client = TestClient(app, base_url="https://127.0.0.1", follow_redirects=False, headers=headers)
    token = client.get("/staff/login").text.split('name="token" value="')[1].split('"')[0]
    assert client.post("/staff/login", data={"name": name, "password": PASSWORD, "token": token}).status_code == 303
    return client

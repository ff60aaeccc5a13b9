"""The examples on the rules' pages, brought to life: each app is served by a real uvicorn and checked by hdrcli."""

from __future__ import annotations

import shlex
import types
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import typer.main
from fastapi import FastAPI

from hdrcli.cli.app import app as program
from hdrcli.cli.options import settings_from
from hdrcli.explanations.pages import page_of
from hdrcli.inspection import check
from hdrcli.report.report import Report
from hdrcli.rules import Rule
from hdrcli.settings import Settings

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

App = Callable[["Scope", "Receive", "Send"], Awaitable[None]]

DEFAULT_ASK: Final = "--origin https://app.example --credentials omit"


class Stage(FastAPI):
    """What the server serves: whichever app is on."""

    performing: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.performing is not None
        await self.performing(scope, receive, send)


def load(rule: Rule, label: str) -> App:
    """The `app` of the page's example."""
    module = types.ModuleType(f"{rule.CODE}_{label}")
    code = compile(page_of(rule).sections[label], f"<{rule.CODE}, {label}>", "exec")
    exec(code, module.__dict__)  # noqa: S102 -- our own pages
    app: App = module.app
    return app


def ask(base: str, rule: Rule) -> Report:
    """Check what is served at `base` as the page says."""
    ask = page_of(rule).sections.get("Ask", DEFAULT_ASK)
    words = [word.replace("URL", base) for word in shlex.split(ask)]
    path = words.pop(0) if words[0].startswith("/") else "/"
    return check(settings(base + path, words))


def settings(url: str, words: list[str]) -> Settings:
    """What `hdrcli check` makes of these words."""
    command = typer.main.get_group(program).commands["check"]
    with command.make_context("check", [url, *words]) as context:
        made, _ = settings_from((url,), context.params, {})
    return made

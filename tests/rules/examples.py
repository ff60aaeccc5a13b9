"""Run the examples of the rules' pages: a real uvicorn serves each app, and hdrcli checks it."""

from __future__ import annotations

import shlex
import types
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import typer.main
from fastapi import FastAPI

from hdrcli.cli.app import program
from hdrcli.config.given import settings_from
from hdrcli.inspection import check
from hdrcli.report.report import Report
from hdrcli.rules.page import page_of
from hdrcli.rules.rule import Rule
from hdrcli.settings import Settings
from hdrcli.structs import replace
from tests.rules.asking import ANY_STATUS

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

App = Callable[["Scope", "Receive", "Send"], Awaitable[None]]

DEFAULT_ARGUMENTS: Final = "--origin https://app.example --credentials omit"


class Stage(FastAPI):
    """An app that passes all requests on to the example that is on."""

    app_on: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app_on is not None
        await self.app_on(scope, receive, send)


def load(rule: Rule, label: str) -> App:
    """The `app` of the page's example."""
    module = types.ModuleType(f"{rule.CODE}_{label}")
    code = compile(page_of(rule).example(label), f"<{rule.CODE}, {label}>", "exec")
    exec(code, module.__dict__)  # noqa: S102 -- our own pages
    app: App = module.app
    return app


def check_example(base: str, rule: Rule) -> Report:
    """Check the app that is served at `base`, with the arguments that the page states."""
    line = page_of(rule).prose("Check with") or DEFAULT_ARGUMENTS
    arguments = [argument.replace("URL", base) for argument in shlex.split(line)]
    path = arguments.pop(0) if arguments[0].startswith("/") else "/"
    expected = () if rule.CODE == "HDR005" else ANY_STATUS
    return check(replace(settings(base + path, arguments), expect_status=expected, find_openapi=False))


def settings(url: str, words: list[str]) -> Settings:
    """What `hdrcli check` makes of these words."""
    command = typer.main.get_group(program(["check"])).commands["check"]
    with command.make_context("check", [url, *words]) as context:
        made, _ = settings_from((url,), context.params, {})
    return made

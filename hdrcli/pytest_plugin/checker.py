"""Checks an app or a URL from a test."""

from __future__ import annotations

import json as json_text
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar, Final

from hdrcli.inspection import check_targets, in_event_loop
from hdrcli.pytest_plugin.checked import Checked, without_test_files
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.structs import Record
from hdrcli.targets import Target, read_targets
from hdrcli.targets.app import target_of
from hdrcli.targets.app.hosting import CallersLoop, Host
from hdrcli.targets.client import Client, client_of

_SEVERAL: Final = frozenset(each.name for each in fields(Settings) if isinstance(each.default, tuple))
"""The settings that have several values."""


class Checker(Record, frozen=True):
    """The fixture `hdrcli`.

    `test_files` are those of the tests. Apps and names of headers there count only if there are none elsewhere.
    """

    not_in_repr: ClassVar = frozenset({"test_files"})

    test_files: frozenset[Path]

    def check(
        self,
        app_or_url: object,
        path: str = "",
        *,
        origin: str | Sequence[str] = (),
        method: str | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        **options: Any,  # noqa: ANN401 -- each has the type of its field of `Settings`
    ) -> Checked:
        """Send the requests of a page's `fetch()`, and return what JavaScript can read of the responses.

        `app_or_url` is an ASGI app, a WSGI app or a URL, to which `path` is added, or a client of httpx or Starlette
        that has one of them; without a path, all routes of its OpenAPI document are checked. `origin` is that of the
        page, `json` a value to send as JSON. `options` are other fields of `hdrcli.Settings`; where one takes several
        values, a single text is one of them.

        Raises `hdrcli.UsageError` for what cannot be checked, `TypeError` for unknown options, and `RuntimeError`
        where an event loop is running: use `check_async` there. Failures of the app are in the result.
        """
        __tracebackhide__ = True
        try:
            client = _client(app_or_url)
            settings = _settings(client, path, origins=origin, method=method, headers=headers, json=json, **options)
            return in_event_loop(lambda: self._checked(client, settings, client.make_host))
        except UsageError as error:
            raise error.with_traceback(None) from None  # pytest shows the line of the test

    async def check_async(
        self,
        app_or_url: object,
        path: str = "",
        *,
        origin: str | Sequence[str] = (),
        method: str | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        **options: Any,  # noqa: ANN401 -- each has the type of its field of `Settings`
    ) -> Checked:
        """As `check`, in the event loop of the test, where an ASGI app runs, too."""
        __tracebackhide__ = True
        try:
            client = _client(app_or_url)
            settings = _settings(client, path, origins=origin, method=method, headers=headers, json=json, **options)
            return await self._checked(client, settings, client.make_host or CallersLoop)
        except UsageError as error:
            raise error.with_traceback(None) from None  # as above

    async def _checked(self, client: Client, settings: Settings, make_host: Callable[[], Host] | None) -> Checked:
        targets: Sequence[Target]
        if client.app is None:
            targets = read_targets(settings)
        else:
            targets = (target_of(client.app, settings, make_host=make_host, state=client.state),)
        report = await check_targets(settings, targets)
        return Checked(without_test_files(report, self.test_files), settings)


def _client(app_or_url: object) -> Client:
    """An app or a URL is a client without headers. Raises `UsageError` for a client that cannot be used."""
    if isinstance(app_or_url, str):
        return Client(base_url=app_or_url)
    return client_of(app_or_url) or Client(app=app_or_url)


def _settings(client: Client, path: str, **options: Any) -> Settings:  # noqa: ANN401 -- see `Checker.check`
    headers, json = dict(options["headers"] or {}), options["json"]
    names = {name.lower() for name in headers}
    values: dict[str, Any] = {"find_openapi": not path, **options, "targets": ()}
    values["headers"] = (*headers.items(), *(each for each in client.headers if each[0].lower() not in names))
    values["cookies"] = (*client.cookies, *_several(options.get("cookies", ())))
    values["json"] = None if json is None else json_text.dumps(json)
    if client.app is None:
        values["targets"] = (_joined(client.base_url, path),)
    else:
        values["base_url"] = _joined(options.get("base_url") or client.base_url or Settings.base_url, path)
    values |= {name: _several(values[name]) for name in _SEVERAL.intersection(values)}
    return Settings(**values)


def _several(value: str | Iterable[object]) -> tuple[object, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _joined(base: str, path: str) -> str:
    """The URL of a path below a base URL, which may have a path of its own."""
    return f"{base.rstrip('/')}/{path.removeprefix('/')}" if path else base

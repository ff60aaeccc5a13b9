"""`--export fetch`: the page's call of `fetch()` as JavaScript, to be pasted into a browser's console."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from hdrcli.fetch.request import CredentialsMode
from hdrcli.records.route import RouteRecord
from hdrcli.reporters import Reporter
from hdrcli.reporters.phrases import MODES
from hdrcli.reporters.snippets import Snippet, snippets
from hdrcli.reporters.view import shown_body, shown_url
from hdrcli.settings import Settings
from hdrcli.settings.redacted import shown_header
from hdrcli.text.json_text import json_text


def reporter(out: TextIO, settings: Settings) -> Reporter:
    """Write the calls of each route when it is checked."""
    return snippets(out, "//", lambda route: _calls(route, settings))


def _calls(route: RouteRecord, settings: Settings) -> Iterator[Snippet]:
    """For each credentials mode that counts, a comment and the call."""
    pages: dict[CredentialsMode, dict[str, None]] = {}
    for caller in (*(fetch.caller for fetch in route.fetches), *(fetch.caller for fetch in route.held)):
        if not caller.for_comparison:
            pages.setdefault(caller.credentials, {})[str(caller.page)] = None
    for credentials, its_pages in pages.items():
        init: dict[str, object] = {"method": route.method, "credentials": credentials}
        init |= {"mode": settings.mode} if settings.mode != "cors" else {}
        init |= {"redirect": settings.redirect} if settings.redirect != "follow" else {}
        if route.page_headers:
            init["headers"] = [list(shown_header((name, value.strip(" \t")))) for name, value in route.page_headers]
        if route.body is not None:
            init["body"] = shown_body(route.body)
        lines = ",\n".join(f"  {name}: {json_text(value)}" for name, value in init.items())
        url = json_text(shown_url(route.url))
        show = "response => console.log(response.status, Object.fromEntries(response.headers))"
        comment = f"On a page of {' or '.join(its_pages)}, {MODES[credentials]}"
        yield comment, f"fetch({url}, {{\n{lines}\n}}).then({show}, console.error);"

"""The URL's host is 0.0.0.0, to which Safari sends nothing.

What: the page calls the service by the address that it listens on, as `uvicorn --host 0.0.0.0` prints it.

Why it matters: 0.0.0.0 means "all addresses of this machine" to who listens, and nothing certain to who calls. Most
systems take it for the machine itself, and so do Chromium and Firefox; WebKit blocks it, so that web pages cannot get
round what guards localhost.

Shown by: tests/rules/test_cors_rules.py

References: https://www.rfc-editor.org/rfc/rfc6890.html#section-2.2.2
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.evidence import TYPE_ERROR, failing, failure_details
from hdrcli.fetch import Failure
from hdrcli.findings import Context, Fault, Severity
from hdrcli.model import RouteRecord

CODE = "HDR004"
NAME = "unspecified-address"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#block-bad-port"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for all URLs."""
    fetches = failing(route, context, {Failure.BAD_HOST})
    if fetches:
        yield Fault(
            cause="",
            fetches=fetches,
            seen=failure_details(fetches),
            javascript=(f"{TYPE_ERROR} Nothing is sent.",),
            action="Call the service by localhost or 127.0.0.1",
        )

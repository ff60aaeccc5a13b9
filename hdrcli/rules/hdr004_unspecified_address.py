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
from typing import Final

from hdrcli.fetch import Failure
from hdrcli.records.route import RouteRecord
from hdrcli.rules.by_failure import faults_by_failure
from hdrcli.rules.finding import Context, Fault, Severity

CODE = "HDR004"
NAME = "unspecified-address"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#block-bad-port"

_ACTIONS: Final = {Failure.BAD_HOST: "Call the service by localhost or 127.0.0.1"}


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for all URLs."""
    return faults_by_failure(route, context, _ACTIONS)

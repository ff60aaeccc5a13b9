"""The URL's host is 0.0.0.0, to which Safari sends nothing.

What: the page calls the service by the address that it listens on, as `uvicorn --host 0.0.0.0` prints it.

Why it matters: 0.0.0.0 means "all addresses of this machine" to who listens, and nothing certain to who calls. Most
systems take it for the machine itself, and so do Chromium and Firefox; WebKit blocks it, so that web pages cannot get
round what guards localhost.

Shown by: tests/rules/test_cors_rules.py

References: https://www.rfc-editor.org/rfc/rfc6890.html#section-2.2.2
"""

from __future__ import annotations

from typing import Final

from hdrcli.fetch import Failure
from hdrcli.rules.by_failure import by_failure
from hdrcli.rules.finding import Severity

CODE = "HDR004"
NAME = "unspecified-address"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#block-bad-port"

EXPLAINS: Final = frozenset({Failure.BAD_HOST})

check = by_failure({Failure.BAD_HOST: "Call the service by localhost or 127.0.0.1"})

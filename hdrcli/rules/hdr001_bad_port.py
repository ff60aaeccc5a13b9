"""The URL's port is one that browsers never connect to.

What: the service listens on a port of the Fetch standard's list of bad ports, such as 6000 (X11), 6666 (IRC), 5060
(SIP) or 10080.

Why it matters: those ports belong to services that a crafted web page could attack. No browser sends a single byte
there, so that the service works with curl and never with a page. No header can allow it.

Shown by: tests/rules/test_cors_rules.py

References: https://fetch.spec.whatwg.org/#port-blocking
"""

from __future__ import annotations

from typing import Final

from hdrcli.fetch import Failure
from hdrcli.rules.by_failure import by_failure
from hdrcli.rules.finding import Severity

CODE = "HDR001"
NAME = "bad-port"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#block-bad-port"

EXPLAINS: Final = frozenset({Failure.BAD_PORT})

check = by_failure({Failure.BAD_PORT: "Let the service listen on another port, such as 8000"})

"""The URL's port is one that browsers block.

Cause: The service listens on a port that the Fetch standard lists as a bad port, such as 6000 (X11), 6666 (IRC), 5060
(SIP) or 10080. These ports belong to other protocols, and a crafted web page could attack their servers with an HTTP
request.

Why it matters: No browser opens a connection to such a port, so `fetch()` rejects with a TypeError and the service
never sees a request. Chromium's console reports `net::ERR_UNSAFE_PORT`, Safari's "Not allowed to use restricted network
port", and Firefox reports only that the request did not succeed. curl has no such list and works, so the service looks
healthy. No response header can allow the port.

Fix: Listen on another port, for example `uvicorn app:app --port 8000`. Only the port in the page's URL counts: behind a
proxy or in a container, it is enough to publish another one (`docker run -p 8000:6000`).

Similar faults: If nothing listens on the port, the failure is `connection-refused`, and curl fails as well.

Tested by: tests/rules/test_cors_rules.py

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

"""The URL's host is 0.0.0.0 or [::], to which not every browser connects.

Cause: The page calls the service by the address that it listens on, as `uvicorn --host 0.0.0.0` prints it. To a server,
0.0.0.0 means every address of the machine, and so does [::] with IPv6; to a client, neither is the address of anything
in particular.

Why it matters: Most systems treat these addresses as the local machine, so curl and Chromium reach the service. The
other browsers block them, so that web pages cannot use them to reach services on localhost: `fetch()` rejects with a
TypeError. Firefox connects to neither, and its console reports `CORSDidNotSucceed2`, as if the service were down.
Safari blocks 0.0.0.0, and its console reports "Not allowed to use restricted network host"; it mostly follows redirects
there, and [::] works.

Fix: Keep `--host 0.0.0.0` on the server if you need it, and call the service by `localhost`, `127.0.0.1` or the
machine's name in the page. Mind that `http://localhost:8000` and `http://127.0.0.1:8000` are different origins: allow
the one that the page has.

Similar faults: HDR001, where the port is blocked in every browser, and `connection-refused`, where the service listens
on another address.

Tested by: tests/rules/test_cors_rules.py

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

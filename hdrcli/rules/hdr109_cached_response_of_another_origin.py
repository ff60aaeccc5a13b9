"""A cache responds with the copy of a response that was made for another origin.

Cause: The response comes from a cache (`Age`, `X-Cache: Hit`, `CF-Cache-Status: HIT`), and it doesn't allow the page.
The same request with a query that no cache has is allowed. The cache stored the response to another page, or to a
request without an `Origin`, and serves it to everybody.

Why it matters: The page is blocked with a CORS error, now and then, depending on who filled the cache. The CORS
settings of the service are right, and changing them doesn't help as long as the copy lasts.

Fix: Send `Vary: Origin` with every response, also to requests without an `Origin`; let the cache distinguish the values
of `Origin`; then purge it. In CloudFront, add `Origin` to the cache policy, or use a response headers policy for CORS;
Cloudflare heeds `Vary: Origin` only on some plans, so use a cache rule or `Access-Control-Allow-Origin: *`.

Similar faults: HDR501 (`Vary: Origin` is missing, and no cache has done harm yet), HDR101 (the service itself doesn't
allow the page).

Tested by: tests/rules/test_causes.py

References: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
"""

from __future__ import annotations

from hdrcli.fetch import Failure
from hdrcli.rules.finding import Severity
from hdrcli.rules.refused import CACHED, refused_as

CODE = "HDR109"
NAME = "cached-response-of-another-origin"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_MISSING, Failure.ALLOW_ORIGIN_MISMATCH})

check = refused_as(CACHED)

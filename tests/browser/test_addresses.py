"""The unspecified address, 0.0.0.0 or [::]: to which of its spellings which browser connects, directly or by redirects.

The vectors can't show it: there, a proxy connects in the browsers' place.
"""

from __future__ import annotations

import itertools
import json
import queue
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from hdrcli.fetch import USER_AGENTS
from tests.browser.batch import PATIENCE, installed
from tests.fetch.playing import play
from tests.fetch.vector_files import ANY_METHOD, PREFLIGHT, load_data
from tests.serving.http import answer, parse_request, read_request, send_and_end
from tests.serving.loopback import LoopbackServer, has_ipv6

pytestmark = pytest.mark.thorough

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence

    from hdrcli.records.route import Outcome
    from tests.browser.batch import Browser
    from tests.fetch.vector_files import UserAgent, Vector

_ALLOWED: Final = ("Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: *")
_CLOSING_SECONDS: Final = 2
_NO_EXTENSION: Final = Path("no extension")
_UNSPECIFIED: Final = ("0.0.0.0", "[::ffff:0:0]")  # noqa: S104 -- servers of tests, on a machine of tests
_CHAINS: Final = (
    *([host] for host in _UNSPECIFIED),
    *(["127.0.0.1", host] for host in _UNSPECIFIED),
    *(["localhost", host] for host in _UNSPECIFIED),
    ["127.0.0.1", "localhost", "0.0.0.0"],  # noqa: S104
    ["127.0.0.1", "0.0.0.0", "127.0.0.1"],  # noqa: S104
    ["127.0.0.1", "localhost"],
)
"""Hosts, each of which redirects to the next one; the page is on 127.0.0.1."""

_INITS: Final[tuple[Mapping[str, object], ...]] = (
    {},
    {"headers": [["X-Foo", "1"]]},
    {"credentials": "omit"},
    {"mode": "no-cors"},
)
_SCRIPT: Final = """<!doctype html><script>
(async () => {
  const outcomes = {};
  for (const [id, {url, ...init}] of %s) {
    const settled = ({type}) => type === "opaque" ? type : "readable";
    outcomes[id] = await fetch(url, init).then(settled, () => "network-error");
  }
  await fetch("/report", {method: "POST", body: JSON.stringify(outcomes)});
})();
</script>"""


class _Server(LoopbackServer):
    """Shows the page, takes its report, and redirects `/to?URL`; every page may read the other responses."""

    def __init__(self, host: str) -> None:
        super().__init__(host=host)
        self.page = ""
        self.reports: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def serve(self, number: int, connection: socket.socket) -> None:
        del number
        data = read_request(connection)
        if data:
            send_and_end(connection, self._response(data), _CLOSING_SECONDS)

    def _response(self, data: bytes) -> bytes:
        request = parse_request(data)
        path, _, location = request.target.partition("?")
        if path == "/page":
            return f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n{self.page}".encode()
        if path == "/report":
            self.reports.put(request.body)
        if path == "/to" and request.method != "OPTIONS":
            return answer(*_ALLOWED, f"Location: {location}", status="302 Found")
        return answer(*_ALLOWED)


def test_the_browser_connects_where_the_engine_says(browser: Browser) -> None:
    with _Server("0.0.0.0") as server:  # noqa: S104
        vectors = [
            _vector(f"address-{number}", [f"http://{host}:{server.port}" for host in chain], init)
            for number, (chain, init) in enumerate(itertools.product(_CHAINS, _INITS))
        ]
        assert _outcomes(server, vectors, browser) == {each.id: _of_engine(each, browser.NAME) for each in vectors}


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6")
def test_it_does_over_ipv6(browser: Browser) -> None:
    with _Server("::") as server:
        origin = f"http://[::]:{server.port}"
        vectors = [
            _vector("address-direct", [origin], {}),
            _vector("address-redirected", [f"http://[::1]:{server.port}", origin], {}),
        ]
        assert _outcomes(server, vectors, browser, "[::1]") == {
            each.id: _of_engine(each, browser.NAME) for each in vectors
        }


def _vector(vector_id: str, origins: Sequence[str], init: Mapping[str, object]) -> Vector:
    """A fetch of the first origin, each of which redirects to the next."""
    urls: list[str] = []
    for origin in reversed(origins):
        urls.insert(0, f"{origin}/to?{urls[0]}" if urls else f"{origin}/{vector_id}")
    exchanges = []
    for url, following in itertools.zip_longest(urls, urls[1:]):
        lines = ["HTTP/1.1 200 OK", *_ALLOWED]
        redirect = ["HTTP/1.1 302 Found", *_ALLOWED, f"Location: {following}"] if following else lines
        exchanges.append({"request": {"method": PREFLIGHT, "url": url}, "response": lines})
        exchanges.append({"request": {"method": ANY_METHOD, "url": url}, "response": redirect})
    page = "http://[::1]:" if "[::" in origins[-1] and "ffff" not in origins[-1] else "http://127.0.0.1:"
    case = {
        "id": vector_id,
        "name": vector_id,
        "ref": "block-bad-port",
        "page": page + origins[0].rpartition(":")[2],
        "request": {**init, "url": urls[0]},
        "exchanges": exchanges,
        "outcome": {"failure": "unknown"},
    }
    (vector,) = load_data({"about": "addresses", "vectors": [case]}, "addresses")
    return vector


def _of_engine(vector: Vector, browser: UserAgent) -> Outcome:
    (record,) = play(vector, USER_AGENTS[browser])
    return record.outcome


def _outcomes(
    server: _Server, vectors: Sequence[Vector], browser: Browser, host: str = "127.0.0.1"
) -> dict[str, Outcome]:
    """What the browser's page gets, by the vectors' ids."""
    server.page = _SCRIPT % json.dumps([[vector.id, vector.steps[0].request] for vector in vectors])
    page = f"http://{host}:{server.port}/page"
    with browser.running(installed(browser), None, page, "allow", _NO_EXTENSION):
        outcomes: dict[str, Outcome] = json.loads(server.reports.get(timeout=PATIENCE))
    return outcomes

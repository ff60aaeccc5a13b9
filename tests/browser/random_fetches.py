"""Random fetches, as vectors: the same ones for the same seed.

Each is composed of all that a fetch depends on: the page, the arguments of `fetch()`, stored cookies, redirects between
origins, schemes and versions of HTTP, preflights, CORS headers, and heads with a fault. Responses are found by the URL
of their request (`ANY_METHOD`), as not every browser sends the same requests.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, TypeVar, cast

from tests.browser.random_http2 import LONG, Responses
from tests.fetch.vector_files import ANY_METHOD, PREFLIGHT, load_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fetch.vector_files import Vector

T = TypeVar("T")
_Json = dict[str, object]

_PAGES: Final = ("http://app.example", "https://app.example", "https://app.example", "http://localhost:3000", "null")
_ORIGINS: Final = (
    *("http://app.example", "https://app.example", "https://app.example:8443", "http://localhost:3000"),
    *("https://api.app.example", "http://api.example", "https://api.example", "https://cdn.example"),
    *("http://localhost:8000", "https://{id}.h2.localhost:8443", "https://{id}.h2.localhost:8443"),
)
_METHODS: Final = (*["GET"] * 8, *["POST"] * 4, "HEAD", "PUT", "PUT", "DELETE", "PATCH", "patch", "X-Method")
_HEADERS: Final = (
    *(
        ("X-Foo", "1"),
        ("X-Foo", "1"),
        ("x-bar", "a, b"),
        ("Authorization", "Bearer t"),
        ("Authorization", "Basic dTpw"),
    ),
    *(("Content-Type", "application/json"), ("Content-Type", "text/plain"), ("Accept", "application/json")),
    *(("Accept-Language", "de"), ("Range", "bytes=0-9"), ("If-None-Match", '"1"'), ("Cache-Control", "no-cache")),
    *(("X-Requested-With", "XMLHttpRequest"), ("Content-Language", "en"), ("traceparent", "00-1-2-01")),
)
_REFERRER_POLICIES: Final = (
    *("no-referrer", "origin", "same-origin", "strict-origin", "unsafe-url", "no-referrer-when-downgrade"),
    *("origin-when-cross-origin", "strict-origin-when-cross-origin"),
)
_STATUSES: Final = (*[200] * 8, 201, 204, 206, 304, 400, 401, 403, 404, 422, 500, 503)
_REDIRECTS: Final = (*[302] * 4, *[307] * 4, *[301] * 2, *[303] * 2, *[308] * 2, 300, 305)
_NAMES: Final = ("X-A", "x-b", "X-Request-ID", "Content-Type", "Cache-Control", "ETag", "Link", "Server", "X-A", "Vary")
_VALUES: Final = ("1", "a, b", "", "text/plain", '"x"', "a\xe9b", "a  b", 'W/"1"', "*", "no-store", "Origin")
_EXPOSED: Final = ("*", "X-A, X-B", "x-a", "X-B,x-request-id", "X A", "", "ETag, Link,", '"X-A"', "*, X-A")
_ODD_LINES: Final = (
    *(
        "X-Odd : 1",
        " X-Odd: 1",
        "X-A: 1\r\n  2",
        "X-A: a\rb",
        "X-Odd",
        ": 1",
        "X(A): 1",
        "X-A:\t1\t",
        "X-A: \x01",
        "x\xe9: 1",
    ),
    *("Content-Length: 2", "Content-Disposition: a, b", 'Clear-Site-Data: "cache"'),
    *("Content-Type: text/html", "Set-Cookie2: a=b", "Cross-Origin-Resource-Policy: same-site"),
    *("Cross-Origin-Resource-Policy: same-origin", "Timing-Allow-Origin: *", "Referrer-Policy: no-referrer"),
    *(
        "Referrer-Policy: unsafe-url",
        "WWW-Authenticate: Bearer",
        "Access-Control-Allow-Origin: *",
        "X-Frame-Options: DENY",
    ),
)
_STATUS_LINES: Final = (
    "HTTP/1.0 {}",
    "HTTP/1.1 {} ",
    "HTTP/1.1  {}  OK",
    "HTTP/1.1 {}\tOK",
    "HTTP/2 {}",
    "http/1.1 {} OK",
)
_COOKIE_ATTRIBUTES: Final = (
    *("", "", "; SameSite=Lax", "; SameSite=Strict", "; SameSite=None", "; SameSite=None; Secure", "; Secure"),
    *("; HttpOnly", "; Max-Age=60", "; Max-Age=0"),
)


class _Case:
    """Makes one vector."""

    def __init__(self, seed: int, index: int) -> None:
        self._rng = random.Random(f"fetch {seed} {index}")  # noqa: S311 -- cases, not secrets
        self._id = f"random-{seed}-{index}"
        self._page = self._rng.choice(_PAGES)
        self._method = "GET"
        self._is_sound = self._rng.random() < 0.3  # nothing is odd, so that long compositions come to their end

    def vector(self) -> _Json:
        request = self._request()
        hops = self._rng.choice((0, 0, 0, 1, 1, 1, 2, 2, 3))
        urls = [self._url(number) for number in range(hops + 1)]
        exchanges: list[_Json] = []
        for number, url in enumerate(urls):
            following = urls[number + 1] if number < hops else None
            exchanges.append(self._exchange(ANY_METHOD, url, self._lines(request, following)))
            exchanges.append(self._exchange(PREFLIGHT, url, self._preflight_lines(request)))
        return {
            "id": self._id,
            "name": self._id,
            "ref": "fetching",
            "page": self._page,
            "request": {**request, "url": urls[0]},
            "cookies": self._cookies(urls[-1]),
            "exchanges": exchanges,
            "outcome": {"failure": "unknown"},
        }

    def _some(self, share: float) -> bool:
        return self._rng.random() < share

    def _odd(self, share: float) -> bool:
        return self._some(share) and not self._is_sound

    def _pick(self, choices: Sequence[T]) -> T:
        return self._rng.choice(choices)

    def _url(self, number: int) -> str:
        own = [] if self._page == "null" else [self._page]
        origin = self._pick([*own, *own, *own, *_ORIGINS])
        return f"{origin}/{{id}}/{number}".replace("{id}", self._id)

    def _request(self) -> _Json:
        request: _Json = {}
        self._method = method = self._pick(_METHODS)
        if method != "GET":
            request["method"] = method
        if self._some(0.45):
            request["headers"] = [list(self._pick(_HEADERS)) for _ in range(self._rng.choice((1, 1, 2, 3)))]
        if method not in {"GET", "HEAD"} and self._some(0.7):
            request["body"] = self._pick(("{}", "text", ""))
        if self._some(0.6):
            request["credentials"] = self._pick(("include", "include", "omit", "same-origin"))
        if self._some(0.15):
            request["mode"] = self._pick(("no-cors", "no-cors", "same-origin"))
        if self._some(0.12):
            request["redirect"] = self._pick(("error", "manual"))
        if self._some(0.15):
            request["referrerPolicy"] = self._pick(_REFERRER_POLICIES)
        return request

    def _cookies(self, url: str) -> _Json:
        """In about one of ten: browsers keep only so many for one site."""
        origin = "/".join(url.split("/")[:3])
        if not self._some(0.1) or "h2.localhost" in origin or self._page == "null":
            return {}
        return {origin: [f"held=1; Path=/{self._id}{self._pick(_COOKIE_ATTRIBUTES)}"]}

    def _exchange(self, method: str, url: str, lines: list[str]) -> _Json:
        asked: _Json = {"request": {"method": method, "url": url}}
        if ".h2.localhost" in url:
            responses = Responses(self._rng)
            fields = [[":status", lines[0].split()[1]], *(_field(line) for line in lines[1:] if _is_sound(line))]
            if self._odd(0.1):
                responses.spoil(fields)
            if any(len(value) >= LONG for _, value in fields):  # which Firefox takes only with a body
                fields.pop()
            has_body = fields[0][1] not in {"204", "304"} and self._method != "HEAD"
            frames = (
                [{"headers": fields}, {"data": "ok", "end": True}] if has_body else [{"headers": fields, "end": True}]
            )
            return {**asked, "frames": responses.frames(fields) if has_body and self._odd(0.2) else frames}
        body = "ok" if method == ANY_METHOD else ""
        return {**asked, "bytes": "".join(f"{line}\r\n" for line in (*lines, "")) + body}

    def _lines(self, request: _Json, following: str | None) -> list[str]:
        """The head of a response to a request that is no preflight."""
        status = self._pick(_STATUSES if following is None else _REDIRECTS)
        lines = [*self._cors_lines(request)]
        if following is not None:
            lines += self._location_lines(following)
        if self._some(0.7):
            lines.append(f"Access-Control-Expose-Headers: {self._pick(_EXPOSED[: 4 if self._is_sound else None])}")
        lines += [f"{self._pick(_NAMES)}: {self._pick(_VALUES)}" for _ in range(self._rng.randrange(4))]
        if self._some(0.2):
            name = self._pick(("a", "held"))
            lines.append(f"Set-Cookie: {name}=2; Path=/{self._id}{self._pick(_COOKIE_ATTRIBUTES)}")
        while self._odd(0.25):
            lines.insert(self._rng.randrange(len(lines) + 1), self._pick(_ODD_LINES))
        start = self._pick(_STATUS_LINES) if self._odd(0.05) else "HTTP/1.1 {} Reason"
        return [start.format(status), *lines]

    def _cors_lines(self, request: _Json) -> list[str]:
        page = self._page
        lines = []
        if self._is_sound:
            allowed = ["null"] if page == "null" or self._some(0.1) else [page]
        else:
            allowed = self._pick(
                (
                    *[[page]] * 12,
                    *[["*"]] * 5,
                    ["null"],
                    ["null"],
                    [],
                    ["https://other.example"],
                    [f"{page}/"],
                    [page, page],
                )
            )
        lines += [f"Access-Control-Allow-Origin: {value}" for value in allowed]
        if self._some(0.9) if request.get("credentials") == "include" else self._some(0.4):
            lines.append(f"Access-Control-Allow-Credentials: {'True' if self._odd(0.08) else 'true'}")
        return lines

    def _location_lines(self, url: str) -> list[str]:
        if not self._odd(0.15):
            return [f"Location: {url}"]
        path = "/" + url.split("/", 3)[3]
        return self._pick(
            (
                [f"Location: {path}"],  # which leads to another of the case's URLs, or to none
                [f"Location: {url}#part"],
                [f"Location: {url.partition(':')[2]}"],
                [f"Location: {url.replace('://', '://user:secret@')}"],
                [],
                ["Location: http://["],
                ["Location: data:,x"],
                ["Location: ftp://app.example/" + self._id],
                [f"Location: {url}", f"Location: {url}"],
                [f"Location: {url}", "Location: /" + self._id],
                [f"location:{url} "],
            )
        )

    def _preflight_lines(self, request: _Json) -> list[str]:
        status = (
            self._pick((200, 204, 204, 204)) if not self._odd(0.1) else self._pick((301, 302, 400, 401, 404, 500, 299))
        )
        lines = self._cors_lines(request)
        if status in {301, 302}:
            lines.append(f"Location: {self._pick(_ORIGINS[:-2])}/{self._id}/0")
        named = [name for name, _ in cast("list[list[str]]", request.get("headers", []))]
        every = ", ".join(["X-Foo", "x-bar", "Authorization", "Content-Type", *named])
        odd = self._pick(("*", "", "X-Foo", "x-foo, x b", ", ".join(named[:1]), "Authorization, *"))
        if self._some(0.95):
            lines.append(f"Access-Control-Allow-Headers: {odd if self._odd(0.35) else every}")
        method = str(request.get("method", "GET"))
        if self._some(0.95):
            wrong = self._pick(("*", "", "GET", "put", method.lower(), "GET, POST, (", method.upper()))
            lines.append(f"Access-Control-Allow-Methods: {wrong if self._odd(0.3) else method + ', PATCH, PUT'}")
        if self._some(0.3):
            lines.append(f"Access-Control-Max-Age: {self._pick(('0', '5', '600', '-1', 'x'))}")
        return [f"HTTP/1.1 {status} Reason", *lines]


def _field(line: str) -> list[str]:
    name, _, value = line.partition(":")
    return [name.lower(), value.strip()]


def _is_sound(line: str) -> bool:
    """Whether a header line may be sent over HTTP/2, whose own faults are other ones."""
    name, colon, value = line.partition(":")
    return bool(colon) and name.replace("-", "").replace("2", "").isalpha() and name.isascii() and value.isprintable()


def cases(seed: int, number: int) -> tuple[Vector, ...]:
    """The first vectors of this seed."""
    vectors = [_Case(seed, index).vector() for index in range(number)]
    return load_data({"about": "random", "vectors": vectors}, f"seed {seed}")

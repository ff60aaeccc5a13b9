"""Random HTTP/2 responses, as vectors: the same ones for the same seed.

Most fields are well-formed, as in practice, and most responses have one fault or two.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from tests.fetch.vector_files import load_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fetch.vector_files import Vector

_PAGE: Final = "https://app.example"
_URL: Final = "https://{id}.h2.localhost:8443/{id}"

Field = list[str]
Action = dict[str, object]

_NAMES: Final = ("x-a", "x-b", "x-request-id", "content-type", "cache-control", "etag", "link", "x_c", "server", "date")
_VALUES: Final = ("1", "", "a, b", "text/plain", '"x"', "a\xe9b", "\xc3\xa9", "a  b", "a\tb", "0" * 300, "*", 'W/"1"')
_STATUSES: Final = ("200", "200", "200", "201", "204", "400", "404", "500", "503", "299", "600", "999", "407")
_ODD_STATUSES: Final = (
    *("", "abc", "0200", "+200", "-200", "20", "2", "0", "00", "099", "1000", "65736", "200 ", " 200", "2 0"),
    *("200 OK", "100", "101", "2e2", "0x1", "99999999999", "\xb2\xb2\xb2", "199", "304", "205"),
)
_ODD_NAMES: Final = (
    "X-A",
    "x a",
    "x:a",
    "x\0a",
    "x\xe9",
    "x(a",
    "",
    " x-a",
    "x-a ",
    "x\na",
    ":x",
    "x/a",
    "x\x7fa",
    "ACCESS",
)
_ODD_VALUES: Final = (
    *(" 1", "1 ", "\t1", "1\t", " ", "  1  ", "a\rb", "a\nb", "a\0b", "a\x01b", "a\x0bb", "a\x7fb", "\n1", "1\r\n"),
    *("a\r\n b", "\x1f", "1\0"),
)
_CONNECTION_FIELDS: Final = (
    *(("connection", "close"), ("connection", "x-a"), ("keep-alive", "timeout=5"), ("proxy-connection", "keep-alive")),
    *(("transfer-encoding", "chunked"), ("transfer-encoding", "identity"), ("upgrade", "h2c"), ("te", "trailers")),
    *(("te", "gzip"), ("te", "Trailers"), ("host", "a.example"), ("http2-settings", "x"), ("accept-encoding", "gzip")),
)
_PSEUDO: Final = (":status", ":foo", ":method", ":path", ":", ":Status")
_LENGTHS: Final = ("0", "1", "2", "3", "abc", "", "-1", "+2", "2, 2", "2, 3", "02", "2 ", "9" * 30)
LONG: Final = 5000
_ORIGINS: Final = (*["*"] * 6, *[_PAGE] * 9, "https://other.example", "null", _PAGE + " ", " *", _PAGE + ", *")


class Responses:
    """Makes the scripts of one case."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def script(self, *, is_preflight: bool = False) -> list[Action]:
        """All that the server does on a stream."""
        rng = self._rng
        status = rng.choice(_STATUSES)
        if is_preflight:
            status = rng.choice(("200", "204", "204"))
        fields = self._fields(status, is_preflight=is_preflight)
        for _ in range(rng.choice((0, 0, 0, 1, 1, 1, 1, 2)) if not is_preflight else rng.choice((0, 0, 0, 1))):
            self.spoil(fields)
        script: list[Action] = []
        if any(len(value) >= LONG for _, value in fields):  # without a body, or after another head, Firefox hangs
            return [{"headers": fields}, {"data": "ok", "end": True}]
        if rng.random() < 0.1:
            script.append(self._interim())
        return script + self.frames(fields)

    def _fields(self, status: str, *, is_preflight: bool) -> list[Field]:
        rng = self._rng
        fields = [[":status", status]]
        if rng.random() < 0.95:
            fields.append(["access-control-allow-origin", rng.choice(_ORIGINS)])
        if rng.random() < 0.7:
            fields.append(["access-control-allow-credentials", "true"])
        if rng.random() < 0.8:
            fields.append(["access-control-expose-headers", rng.choice(("*", "x-a, x-b", "x-a", "X-B,x-request-id"))])
        if is_preflight:
            fields.append(
                ["access-control-allow-headers", rng.choice(("*", "x-foo", "X-Foo", "x-foo, x-bar", "x-bar"))]
            )
            fields.append(["access-control-allow-methods", rng.choice(("*", "PUT", "GET"))])
        fields += [[rng.choice(_NAMES), rng.choice(_VALUES)] for _ in range(rng.randrange(5))]
        return fields

    def spoil(self, fields: list[Field]) -> None:
        """Add one fault."""
        rng = self._rng
        place = rng.randrange(1, len(fields) + 1)
        faults: tuple[Callable[[], object], ...] = (
            lambda: fields[0].__setitem__(1, rng.choice(_ODD_STATUSES)),
            lambda: fields.insert(place, [rng.choice(_ODD_NAMES), "1"]),
            lambda: fields.insert(place, [rng.choice(_NAMES), rng.choice(_ODD_VALUES)]),
            lambda: fields[rng.randrange(len(fields))].__setitem__(1, rng.choice(_ODD_VALUES)),
            lambda: fields.insert(place, list(rng.choice(_CONNECTION_FIELDS))),
            lambda: fields.insert(rng.randrange(len(fields) + 1), [rng.choice(_PSEUDO), rng.choice(("200", "1"))]),
            lambda: fields.insert(place, ["content-length", rng.choice(_LENGTHS)]),
            lambda: fields.extend([["content-length", rng.choice(_LENGTHS)] for _ in range(2)]),
            lambda: rng.shuffle(fields),
            lambda: fields.pop(rng.randrange(len(fields))),
            lambda: fields.append(["x-long", "a" * rng.choice((5_000, 60_000, 70_000, 200_000, 300_000, 450_000))]),
            lambda: fields.append(list(rng.choice(fields)) if fields else ["x-a", "1"]),
        )
        rng.choice(faults)()
        if not fields:
            fields.append([":status", "200"])

    def _interim(self) -> Action:
        rng = self._rng
        fields = [[":status", rng.choice(("103", "103", "100", "102", "199", "101"))]]
        if rng.random() < 0.5:
            fields.append(["link", "</a>"])
        if rng.random() < 0.2:
            self.spoil(fields)
        return {"headers": fields, "end": rng.random() < 0.05}

    def frames(self, fields: list[Field]) -> list[Action]:
        """The frames of a response with these fields: with a body or without, well ended or not."""
        rng = self._rng
        if rng.random() < 0.2:
            end_only: Action = {"headers": fields, "end": True}
            return [end_only, {"goaway": 0}] if rng.random() < 0.3 else [end_only]
        head: Action = {"headers": fields}
        pause: list[Action] = [{"wait": 0.2}] if rng.random() < 0.1 else []
        body: Action = {"data": rng.choice(("ok", "ok", "", "{}"))}
        end: Action = {**body, "end": True}
        trailers: Action = {
            "headers": [list(rng.choice((("x-t", "1"), ("x-a", "2"), ("X-T", "1"), (":status", "200"))))]
        }
        endings: tuple[list[Action], ...] = (
            *[[end]] * 12,
            [body, end],
            [body, {**trailers, "end": True}],
            [{**trailers, "end": True}],
            [body, trailers, end],
            [{"reset": rng.choice((0, 2, 8))}],
            [body, {"reset": rng.choice((0, 2, 8))}],
            [end, {"reset": 0}],
            [end, {"goaway": rng.choice((0, 2))}],
            [{"goaway": 0}, end],
            [{"close": True}],
            [body, {"close": True}],
            [end, {"close": True}],
        )
        return [head, *pause, *rng.choice(endings)]


def cases(seed: int, number: int) -> tuple[Vector, ...]:
    """The first vectors of this seed."""
    return load_data({"about": "random", "vectors": [_case(seed, index) for index in range(number)]}, f"seed {seed}")


def _case(seed: int, index: int) -> dict[str, object]:
    rng = random.Random(f"{seed} {index}")  # noqa: S311 -- cases, not secrets
    responses = Responses(rng)
    request: dict[str, object] = {"url": _URL}
    needs_preflight = rng.random() < 0.2
    if needs_preflight:
        request["headers"] = [["X-Foo", "1"]]
    if rng.random() < 0.2:
        request["credentials"] = "include"
    if rng.random() < 0.1:
        request["mode"] = "no-cors"
        request.pop("headers", None)
        needs_preflight = False
    methods = ["OPTIONS", "GET"] if needs_preflight else ["GET"]
    return {
        "id": f"random-h-{seed}-{index}",
        "name": f"seed {seed}, case {index}",
        "ref": "https://www.rfc-editor.org/rfc/rfc9113.html",
        "page": _PAGE,
        "request": request,
        "exchanges": [
            {
                "request": {"method": method, "url": _URL},
                "frames": responses.script(is_preflight=method == "OPTIONS"),
            }
            for method in methods
        ],
        "outcome": {"failure": "unknown"},
    }

"""The vectors in tests/fetch/vectors/*.json, read strictly; README.md there says what each key holds."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from tests.serving.frames import Action, Close, Data, GoAway, Headers, Reset, Script, Wait

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

FOLDER = Path(__file__).parent / "vectors"
RESERVED = "/-/"  # below it, on every host: the pages of the browsers' runner, and the cookies they set

FILE = "file:"  # a page that is a file, whose origin is opaque
EXTENSIONS = {  # the pages that only one browser has
    "chromium": "chrome-extension://ciaeghhimjbdeopjohpcncjbffighbbb",
    "firefox": "moz-extension://1f7f3b1e-6c1c-4a52-9d2e-5a9d3f0c8b11",
}

ANY_METHOD = "any"
PREFLIGHT = "preflight"
"""In place of methods, in random vectors: of the requests to a URL that are no preflights, and of its preflight."""

UserAgent = Literal["standard", "chromium", "firefox", "webkit"]
ThirdPartyCookies = Literal["allow", "block", "default"]
POLICIES: tuple[ThirdPartyCookies, ...] = get_args(ThirdPartyCookies)

_INIT = {"method", "headers", "body", "mode", "credentials", "redirect", "referrerPolicy"}
_STEP = {"request", "exchanges", "outcome"}
_OVERRIDABLE = {"exchanges", "outcome", "then"}
_BROWSERS = {"chromium", "firefox", "webkit"}
_ORIGIN = re.compile(r"https?://[^/?#@]+")
_KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_REPEATED = re.compile(r"\{(.)\*([0-9]+)\}", re.DOTALL)


class VectorError(Exception):
    """A vector that does not keep to the format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request that must go out, and what the server answers."""

    method: str
    url: str
    headers: Mapping[str, str | None]  # lower-case name -> value; None: must not be sent
    request_body: str | None  # None: not compared
    answer: bytes | None  # the response as it stands on the wire; None: closed without a byte
    frames: Script = ()  # the response over HTTP/2, in place of `answer`


def _not_in_vector(url: str) -> Exchange:
    """The response to a request that a random vector does not expect."""
    over_http2 = ".h2.localhost:" in url
    return Exchange(
        method=ANY_METHOD,
        url=url,
        headers={},
        request_body=None,
        answer=None if over_http2 else b"HTTP/1.1 500 Not in the vector\r\nContent-Length: 0\r\n\r\n",
        frames=(Headers(fields=((":status", "500"),), ends=True),) if over_http2 else (),
    )


def exchange_for(exchanges: Sequence[Exchange], done: int, method: str, url: str) -> Exchange | None:
    """The exchange with the next request, after so many others; in random vectors, the one of its URL."""
    if all(exchange.method not in {ANY_METHOD, PREFLIGHT} for exchange in exchanges):
        return exchanges[done] if done < len(exchanges) else None
    kind = PREFLIGHT if method == "OPTIONS" else ANY_METHOD
    expected = (exchange for exchange in exchanges if (exchange.method, exchange.url) == (kind, url))
    return next(expected, None) or _not_in_vector(url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What JavaScript gets: a response, or (with `failure`) a rejected promise."""

    failure: str | None = None
    type: str | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    url: str | None = None  # None: not compared
    redirected: bool | None = None  # None: not compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call of fetch()."""

    request: Mapping[str, object]  # `url`, and the init as fetch() takes it
    exchanges: tuple[Exchange, ...]
    outcome: Outcome
    wait: float  # seconds to wait before


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """One case: the calls of one page, in order."""

    id: str  # replaces {id}
    name: str
    ref: str
    page: str  # an origin, "null", or FILE
    cookies: Mapping[str, tuple[str, ...]]  # origin -> the Set-Cookie lines of a page there
    third_party_cookies: ThirdPartyCookies
    is_page_public: bool  # in the sense of Local Network Access; not known if False
    steps: tuple[Step, ...]
    steps_by_browser: Mapping[str, tuple[Step, ...]]  # of browsers that differ from the standard

    def is_for(self, user_agent: UserAgent) -> bool:
        """Whether this browser can have the page."""
        return user_agent == "standard" or self.page not in {
            page for browser, page in EXTENSIONS.items() if browser != user_agent
        }

    def steps_for(self, user_agent: UserAgent) -> tuple[Step, ...]:
        return self.steps_by_browser.get(user_agent, self.steps)


@cache
def load() -> tuple[Vector, ...]:
    """All vectors of the folder."""
    vectors = tuple(vector for path in sorted(FOLDER.glob("*.json")) for vector in load_file(path))
    _refuse_duplicates(vectors, "all files")
    return vectors


def load_file(path: Path) -> tuple[Vector, ...]:
    return load_data(json.loads(path.read_text("utf-8")), path.name)


def load_data(raw: object, place: str) -> tuple[Vector, ...]:
    """The vectors of a file's JSON."""
    data = _mapping(raw, place, {"about", "vectors"})
    _text(data["about"], f"{place}: about")
    vectors = tuple(
        _vector(vector, f"{place}, vector {index}") for index, vector in enumerate(_items(data["vectors"], place))
    )
    _refuse_duplicates(vectors, place)
    return vectors


def _vector(raw: object, place: str) -> Vector:
    vector_id = _text(_any_mapping(raw, place).get("id"), f"{place}: id")
    place = f"{place} ({vector_id})"
    _check(_KEBAB_CASE.fullmatch(vector_id), f"{place}: the id is not in kebab case")
    data = _mapping(
        _with_id(raw, vector_id),
        place,
        {"id", "name", "ref", "page", *_STEP},
        {"cookies", "third_party_cookies", "page_address_space", "then", "browsers"},
    )
    page = _text(data["page"], f"{place}: page")
    cookies = _cookies(data.get("cookies", {}), vector_id, f"{place}: cookies")
    for origin in {page, *cookies} - {"null", FILE, *EXTENSIONS.values()}:
        _check(_ORIGIN.fullmatch(origin), f"{place}: {origin!r} is no origin")
    policy = next((known for known in POLICIES if known == data.get("third_party_cookies", "allow")), None)
    if policy is None:
        raise VectorError(f"{place}: third_party_cookies is none of {POLICIES}")
    _check(data.get("page_address_space", "public") == "public", f"{place}: page_address_space can only be public")
    differences = _mapping(data.get("browsers", {}), f"{place}: browsers", frozenset(), _BROWSERS)
    vector = Vector(
        id=vector_id,
        name=_text(data["name"], f"{place}: name"),
        ref=_text(data["ref"], f"{place}: ref"),
        page=page,
        cookies=cookies,
        third_party_cookies=policy,
        is_page_public="page_address_space" in data,
        steps=_steps(data, place),
        steps_by_browser={
            browser: _differing_steps(data, changes, f"{place}: {browser}") for browser, changes in differences.items()
        },
    )
    for step in (step for steps in (vector.steps, *vector.steps_by_browser.values()) for step in steps):
        for url in (str(step.request["url"]), *(exchange.url for exchange in step.exchanges)):
            _check(vector_id in url, f"{place}: {url} does not hold {{id}}")
    return vector


def _cookies(raw: object, vector_id: str, place: str) -> Mapping[str, tuple[str, ...]]:
    cookies = {
        origin: tuple(_long_text(line, place) for line in _items(lines, place))
        for origin, lines in _any_mapping(raw, place).items()
    }
    for origin, lines in cookies.items():
        for line in lines:
            _check(vector_id in origin + line, f"{place}: {line!r} goes to other vectors, too: give it Path=/{{id}}")
    return cookies


def _differing_steps(data: Mapping[str, object], raw: object, place: str) -> tuple[Step, ...]:
    changes = _mapping(raw, place, {"why"}, _OVERRIDABLE)
    _text(changes["why"], f"{place}: why")
    _check(changes.keys() & _OVERRIDABLE, f"{place}: changes nothing")
    return _steps({**data, **{key: changes[key] for key in changes.keys() & _OVERRIDABLE}}, place)


def _steps(data: Mapping[str, object], place: str) -> tuple[Step, ...]:
    first = {key: data[key] for key in _STEP}
    later = [_mapping(raw, f"{place}: then", _STEP, {"wait"}) for raw in _items(data.get("then", []), place)]
    return tuple(_step(raw, f"{place}: fetch {number}") for number, raw in enumerate([first, *later], 1))


def _step(data: Mapping[str, object], place: str) -> Step:
    wait = data.get("wait", 0)
    if not isinstance(wait, int | float) or isinstance(wait, bool):
        raise VectorError(f"{place}: wait is no number")
    return Step(
        request=_request(data["request"], f"{place}: request"),
        exchanges=tuple(
            _exchange(raw, f"{place}: exchange {number}")
            for number, raw in enumerate(_items(data["exchanges"], place), 1)
        ),
        outcome=_outcome(data["outcome"], f"{place}: outcome"),
        wait=wait,
    )


def _request(raw: object, place: str) -> Mapping[str, object]:
    data = _mapping(raw, place, {"url"}, _INIT)
    for key in data.keys() - {"headers"}:
        _text(data[key], f"{place}: {key}")
    _pairs(data.get("headers", []), f"{place}: headers")
    return data


def _exchange(raw: object, place: str) -> Exchange:
    data = _any_mapping(raw, place)
    kind = next((kind for kind in ("bytes", "frames") if kind in data), "response")
    data = _mapping(data, place, {"request", kind}, {"body"} if kind == "response" else frozenset())
    request = _mapping(data["request"], f"{place}: request", {"method", "url"}, {"headers", "body"})
    headers = _any_mapping(request.get("headers", {}), f"{place}: headers")
    for name in headers:
        _check(name == name.lower(), f"{place}: the header name {name!r} is not in lower case")
    return Exchange(
        method=_text(request["method"], f"{place}: method"),
        url=_text(request["url"], f"{place}: url"),
        headers={name: None if value is None else _long_text(value, place) for name, value in headers.items()},
        request_body=_text(request["body"], f"{place}: body") if "body" in request else None,
        answer=None if kind == "frames" else _answer(data, place),
        frames=tuple(_action(raw, f"{place}: frames") for raw in _items(data.get("frames", []), place)),
    )


def _action(raw: object, place: str) -> Action:
    """What an HTTP/2 server does next on the stream."""
    data = _any_mapping(raw, place)
    ends = data.get("end", False)
    _check(isinstance(ends, bool), f"{place}: end is true or false")
    match {key: value for key, value in data.items() if key != "end"}:
        case {"headers": list() as fields, **rest} if not rest:
            pairs = _pairs(fields, place)
            return Headers(fields=tuple((name, _long_text(value, place)) for name, value in pairs), ends=bool(ends))
        case {"data": str() as text, **rest} if not rest:
            return Data(data=_long_text(text, place).encode("latin-1"), ends=bool(ends))
        case {"reset": int() as code, **rest} if not rest:
            return Reset(code=code)
        case {"goaway": int() as code, **rest} if not rest.keys() - {"last_stream"}:
            last = rest.get("last_stream")
            return GoAway(code=code, last_stream=last if isinstance(last, int) else None)
        case {"wait": float() as seconds, **rest} if not rest:
            return Wait(seconds=seconds)
        case {"close": True, **rest} if not rest:
            return Close()
    raise VectorError(f"{place}: {raw!r} is not an action")


def _answer(data: Mapping[str, object], place: str) -> bytes | None:
    if "bytes" in data:
        text = _long_text(data["bytes"], f"{place}: bytes")
        _check(text, f"{place}: no byte; that is a response of null")
    elif data["response"] is None:
        _check("body" not in data, f"{place}: a body without a response")
        return None
    else:
        lines = [_text(line, place) for line in _items(data["response"], place)]
        _check(lines, f"{place}: a response has at least a status line")
        text = "".join(f"{line}\r\n" for line in (*lines, "")) + _text(data.get("body", ""), f"{place}: body")
    _check(max(text) <= "\xff", f"{place}: a character that is no byte")
    return text.encode("latin-1")


def _outcome(raw: object, place: str) -> Outcome:
    if isinstance(raw, dict) and "failure" in raw:
        return Outcome(failure=_text(_mapping(raw, place, {"failure"})["failure"], place))
    data = _mapping(raw, place, {"type", "status", "headers"}, {"url", "redirected"})
    status, redirected = data["status"], data.get("redirected")
    if not isinstance(status, int) or isinstance(status, bool) or not isinstance(redirected, bool | None):
        raise VectorError(f"{place}: status is a number, redirected true or false")
    headers = _pairs(data["headers"], f"{place}: headers")
    for name, _ in headers:
        _check(name == name.lower(), f"{place}: the header name {name!r} is not in lower case")
    return Outcome(
        type=_text(data["type"], f"{place}: type"),
        status=status,
        headers=headers,
        url=_text(data["url"], f"{place}: url") if "url" in data else None,
        redirected=redirected,
    )


def _with_id(value: object, vector_id: str) -> object:
    """Put the vector's id wherever `{id}` stands."""
    if isinstance(value, str):
        return value.replace("{id}", vector_id)
    if isinstance(value, list):
        return [_with_id(item, vector_id) for item in value]
    if isinstance(value, dict):
        return {_with_id(key, vector_id): _with_id(item, vector_id) for key, item in value.items()}
    return value


def _mapping(
    raw: object, place: str, required: AbstractSet[str], optional: AbstractSet[str] = frozenset()
) -> dict[str, object]:
    data = _any_mapping(raw, place)
    _check(required <= data.keys(), f"{place}: lacks {sorted(required - data.keys())}")
    unknown = data.keys() - required - optional
    _check(not unknown, f"{place}: unknown {sorted(unknown)}")
    return data


def _any_mapping(raw: object, place: str) -> dict[str, object]:
    if not isinstance(raw, dict):
        raise VectorError(f"{place}: {raw!r} is no object")
    return raw


def _items(raw: object, place: str) -> list[object]:
    if not isinstance(raw, list):
        raise VectorError(f"{place}: {raw!r} is no array")
    return raw


def _text(raw: object, place: str) -> str:
    if not isinstance(raw, str):
        raise VectorError(f"{place}: {raw!r} is no string")
    return raw


def _long_text(raw: object, place: str) -> str:
    """A text in which `{x*65000}` stands for that many of a character."""
    return _REPEATED.sub(lambda match: match[1] * int(match[2]), _text(raw, place))


def _pairs(raw: object, place: str) -> tuple[tuple[str, str], ...]:
    pairs = [_items(pair, place) for pair in _items(raw, place)]
    _check(all(len(pair) == 2 for pair in pairs), f"{place}: holds more than pairs")
    return tuple((_text(name, place), _text(value, place)) for name, value in pairs)


def _refuse_duplicates(vectors: Sequence[Vector], place: str) -> None:
    ids = Counter(vector.id for vector in vectors)
    names = Counter(vector.name.casefold() for vector in vectors)
    twice = [text for text, count in (*ids.items(), *names.items()) if count > 1]
    _check(not twice, f"{place}: several vectors have the same id or name: {twice}")


def _check(holds: object, fault: str) -> None:
    if not holds:
        raise VectorError(fault)

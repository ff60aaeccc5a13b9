"""The pages to visit: one for each origin that holds cookies, then one for each page of the vectors.

Two kinds of pages are not the server's: a local file, which comes first, as web pages cannot lead to one, and the page
of an extension, which comes last.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fetch.vector_files import EXTENSIONS, FILE, RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.fetch.vector_files import UserAgent, Vector

_RUNNER = Path(__file__).with_name("runner.js").read_text("utf-8")
_SANDBOX = "http://app.example"  # where the page stands that holds the sandboxed one
_FRAMED = "frame"
EXTENSION = "extension"  # its folder
_EXTENSIONS = frozenset(EXTENSIONS.values())
_PUBLIC = "Content-Security-Policy: treat-as-public-address"  # all servers of the tests are on loopback
_MANIFESTS: dict[str, dict[str, object]] = {
    "chromium": {
        "manifest_version": 3,
        "key": "aGRyY2xpLXRlc3QtZXh0ZW5zaW9u",  # its hash is the host of the origin
        "web_accessible_resources": [{"resources": ["page.html"], "matches": ["<all_urls>"]}],
    },
    "firefox": {
        "manifest_version": 2,
        "browser_specific_settings": {"gecko": {"id": "hdrcli@example"}},
        "web_accessible_resources": ["page.html"],
    },
}
"""Of extensions that have no permission for any host."""


@dataclass(frozen=True, slots=True)
class _Visit:
    """A page of the vectors at its URL; or one that only sets cookies, by these header lines."""

    page: str
    url: str
    cookies: Sequence[str] = ()
    is_public: bool = False


def lay_out(vectors: Sequence[Vector], browser: UserAgent, folder: Path) -> tuple[str, dict[str, bytes]]:
    """Give the URL to start at, and what the server shows under each reserved path.

    A page that is a file and one of an extension are written to `folder`.
    """
    cookies = {origin: _cookies(vectors, origin) for origin in _unique(o for v in vectors for o in v.cookies)}
    pages = list(dict.fromkeys((vector.page, vector.is_page_public) for vector in vectors))
    files, extensions = [each for each in pages if each[0] == FILE], [each for each in pages if each[0] in _EXTENSIONS]
    own = [each for each in pages if each not in {*files, *extensions}]
    visits = [
        *(_Visit(page, folder.joinpath("page.html").as_uri()) for page, _ in files),
        *(
            _Visit(origin, f"{origin}{RESERVED}{number}", lines)
            for number, (origin, lines) in enumerate(cookies.items())
        ),
        *(
            _Visit(page, f"{_server_of(page)}{RESERVED}{number}", is_public=is_public)
            for number, (page, is_public) in enumerate(own, len(cookies))
        ),
        *(_Visit(page, f"{page}/page.html") for page, _ in extensions),
    ]
    answers: dict[str, bytes] = {}
    for visit, following in itertools.zip_longest(visits, [after.url for after in visits[1:]]):
        path = RESERVED + visit.url.partition(RESERVED)[2]
        if visit.cookies:
            answers[path] = _response(_html(f"location = {_script(following)}"), visit.cookies)
            continue
        played = [vector for vector in vectors if (vector.page, vector.is_page_public) == (visit.page, visit.is_public)]
        script = _runner(played, browser, following)
        if visit.page == FILE:
            folder.joinpath("page.html").write_text(_html(script), "utf-8")
        elif visit.page in _EXTENSIONS:
            _write_extension(folder / EXTENSION, script, browser)
        elif visit.page == "null":
            answers[path + _FRAMED] = _response(_html(script))
            answers[path] = _response(_sandboxing(path + _FRAMED))
        else:
            answers[path] = _response(_html(script), [_PUBLIC] * visit.is_public)
    return visits[0].url, answers


def _server_of(page: str) -> str:
    return _SANDBOX if page == "null" else page


def _write_extension(folder: Path, script: str, browser: UserAgent) -> None:
    folder.mkdir()
    manifest = {"name": "hdrcli", "version": "1", **_MANIFESTS[browser]}
    folder.joinpath("manifest.json").write_text(json.dumps(manifest), "utf-8")
    folder.joinpath("page.html").write_text(
        '<!doctype html><meta charset=utf-8><script src="run.js"></script>', "utf-8"
    )
    folder.joinpath("run.js").write_text(script, "utf-8")


def _cookies(vectors: Iterable[Vector], origin: str) -> list[str]:
    return [f"Set-Cookie: {line}" for vector in vectors for line in vector.cookies.get(origin, ())]


def _runner(vectors: Iterable[Vector], browser: UserAgent, following: str | None) -> str:
    plays = [
        [vector.id, [{"request": step.request, "wait": step.wait} for step in vector.steps_for(browser)]]
        for vector in vectors
    ]
    return f"{_RUNNER}\nrun({_script({'vectors': plays, 'next': following})});"


def _sandboxing(path: str) -> str:
    go_on = "addEventListener('message', ({data}) => { if (data) location = data; })"
    return _html(go_on, markup=f'<iframe sandbox="allow-scripts" src="{path}"></iframe>')


def _html(script: str, markup: str = "") -> str:
    return f"<!doctype html><meta charset=utf-8><script>{script}</script>{markup}"


def _response(html: str, head_lines: Iterable[str] = ()) -> bytes:
    head = [
        "HTTP/1.1 200 OK",
        "Content-Type: text/html; charset=utf-8",
        "Cache-Control: no-store",
        "Connection: close",  # and no Content-Length: or the browser would try to use the connection again
        *head_lines,
    ]
    return "".join(f"{line}\r\n" for line in (*head, "")).encode("latin-1") + html.encode()


def _script(value: object) -> str:
    """JSON that may stand in a script element."""
    return json.dumps(value).replace("<", "\\u003c")


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))

"""The preflight's response does not allow the request's method.

Cause: The response to the preflight has a 2xx status, and `Access-Control-Allow-Methods` does not name the page's
method. GET, HEAD and POST are always allowed. `*` allows every method, but only without credentials. Case counts:
`patch` is not `PATCH`, and `fetch()` converts only GET, HEAD, POST, PUT, DELETE and OPTIONS to upper case.

Why it matters: The browser does not send the actual request; `fetch()` rejects with a TypeError. Chromium's and
Safari's consoles report that the method "is not allowed by Access-Control-Allow-Methods", Firefox's "Did not find
method in CORS header 'Access-Control-Allow-Methods'".

Check with: -X PUT --origin https://app.example --credentials omit

Fault:

    from fastapi import FastAPI, Response

    app = FastAPI()

    @app.options("/")
    def preflight(response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"

    @app.put("/")
    def save(response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"

Fix: Add the method to the list, in upper case.

    from fastapi import FastAPI, Response

    app = FastAPI()

    @app.options("/")
    def preflight(response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT"

    @app.put("/")
    def save(response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"

With `CORSMiddleware`, set `allow_methods=["GET", "POST", "PUT"]`. It must be a list: the string `"GET,PUT"` is taken
apart into letters and sends `G, E, T, ,, P, U, T`.

Similar faults: HDR201 (`CORSMiddleware` responds to a method that it does not allow with 400), HDR205 (the list cannot
be parsed).

References: https://fetch.spec.whatwg.org/#http-access-control-allow-methods
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import Blocked, Stage, impact_of_preflights, requested_method
from hdrcli.rules.evidence.lines import blocking_lines
from hdrcli.rules.evidence.lists import ALLOW_METHODS, is_list_of_letters, preflight_list
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.methods import FOR_SEVERAL_METHODS, allowing_method

CODE = "HDR203"
NAME = "preflight-method-not-allowed"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"
EXPLAINS = frozenset({Failure.PREFLIGHT_METHOD})
SETTINGS = ("methods",)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all methods: one list allows them."""
    blocks = diagnosis.blocked({Failure.PREFLIGHT_METHOD}, Stage.PREFLIGHT)
    if not blocks:
        return
    fix, setting = allowing_method(blocks)
    yield Fault(
        fetches=tuple(block.fetch for block in blocks),
        evidence=blocking_lines(blocks, ALLOW_METHODS),
        impact=(impact_of_preflights(blocks),),
        fix=fix if setting is None else fix + _how(blocks),
        fix_for_several="" if setting is None else FOR_SEVERAL_METHODS + _how(blocks),
        fix_setting=setting,
    )


def _how(blocks: Sequence[Blocked]) -> str:
    """A hint, where the method looks as if it were allowed."""
    method = requested_method(blocks[0])
    listed = [name for block in blocks for name in preflight_list(block, ALLOW_METHODS)]
    if is_list_of_letters(listed):
        return ", in a list: a string was split into its letters"
    if method.lower() in map(str.lower, listed):
        return ", in exactly this case: methods are case-sensitive"
    return ' by name: with credentials, "*" is not a wildcard' if "*" in listed else ""

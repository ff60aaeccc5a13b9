"""A list in the preflight's response contains an invalid name, which makes the whole response fail.

Cause: An element of `Access-Control-Allow-Methods` or `Access-Control-Allow-Headers` is not a valid name. Usually the
names are separated by spaces or semicolons instead of commas, or they are written with quotes or brackets, as JSON.

Why it matters: A browser that cannot parse one element rejects the whole list, and with it the preflight, even for a
request that would not need the list. The actual request is not sent, and `fetch()` rejects with a TypeError. Chromium's
console reports "Cannot parse Access-Control-Allow-Methods response header field in preflight response", Firefox's
"invalid token '…' in CORS header".

Check with: -X PUT --origin https://app.example --credentials omit

Fault:

    from fastapi import FastAPI, Response

    app = FastAPI()

    @app.options("/")
    def preflight(response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"
        response.headers["Access-Control-Allow-Methods"] = "GET; PUT"

    @app.put("/")
    def save(response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"

Fix: Separate the names with commas.

    from fastapi import FastAPI, Response

    app = FastAPI()

    @app.options("/")
    def preflight(response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"
        response.headers["Access-Control-Allow-Methods"] = "GET, PUT"

    @app.put("/")
    def save(response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"

With `CORSMiddleware`, pass Python lists; it joins them correctly. If the value comes from an environment variable,
split it at the comma and strip the spaces.

Similar faults: HDR304 (the same mistake in `Access-Control-Expose-Headers`, which browsers do not report), HDR203 and
HDR204 (the list is valid, but a name is missing).

References: https://fetch.spec.whatwg.org/#http-new-header-syntax
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import Stage, impact_of_preflights, requested_header_names, requested_method
from hdrcli.rules.evidence.lines import blocking_lines, failure_sentences
from hdrcli.rules.evidence.lists import complete_list
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR205"
NAME = "preflight-list-unparsable"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#extract-header-list-values"
EXPLAINS = frozenset({Failure.PREFLIGHT_UNPARSABLE_METHODS, Failure.PREFLIGHT_UNPARSABLE_HEADERS})
SETTINGS = (
    "methods",
    "request-headers",
)

_LISTS = (
    (Failure.PREFLIGHT_UNPARSABLE_METHODS, "Access-Control-Allow-Methods"),
    (Failure.PREFLIGHT_UNPARSABLE_HEADERS, "Access-Control-Allow-Headers"),
)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each of the two lists."""
    for failure, name in _LISTS:
        blocks = diagnosis.blocked({failure}, Stage.PREFLIGHT)
        if not blocks:
            continue
        of_methods = failure is Failure.PREFLIGHT_UNPARSABLE_METHODS
        missing = [requested_method(blocks[0])] if of_methods else requested_header_names(blocks[0])
        fetches = tuple(block.fetch for block in blocks)
        yield Fault(
            variant=name,
            fetches=fetches,
            evidence=(*blocking_lines(blocks, name), *failure_sentences(fetches)),
            impact=(impact_of_preflights(blocks),),
            fix=f"Separate the names in {name} with commas, and remove everything else",
            fix_setting=complete_list(blocks, name, missing),
        )

"""A list in the preflight's answer holds something that is no name, which voids the answer.

What: an element of `Access-Control-Allow-Methods` or `Access-Control-Allow-Headers` is no token: names stand between
blanks or semicolons in place of commas, or in quotes and brackets.

Why it matters: a browser that cannot read one element reads none, and the request itself is never sent, whether or not
it needs the list.

Ask: -X PUT --origin https://app.example --credentials omit

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

Mend:

    from fastapi import FastAPI, Response

    app = FastAPI()

    @app.options("/")
    def preflight(response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"
        response.headers["Access-Control-Allow-Methods"] = "GET, PUT"

    @app.put("/")
    def save(response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"

References: https://fetch.spec.whatwg.org/#http-new-header-syntax
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import NEVER_SENT, Stage, requested_header_names, requested_method
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
            impact=(NEVER_SENT,),
            fix=f"Write {name} as plain names with commas between them",
            fix_setting=complete_list(blocks, name, missing, keep_wildcard=True),
        )

"""The expose list is invalid, so it exposes nothing at all.

Cause: One element of `Access-Control-Expose-Headers` is not a header name, because it contains a space, a semicolon, a
quote or a bracket. That makes the whole list void, including the valid names in it. Usual reasons are a setting that is
split at the wrong character, and a list that is written as JSON.

Why it matters: Every custom header is hidden, and `response.headers.get()` returns `null`. Browsers don't skip the
invalid element, and no console reports it.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        expose_headers=["X-Total-Count; X-Page"],
    )

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        return []

Fix: Pass one name for each element.

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        expose_headers=["X-Total-Count", "X-Page"],
    )

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        return []

On the wire, the names are separated by commas: `Access-Control-Expose-Headers: X-Total-Count, X-Page`. If the list
comes from an environment variable, split it at the comma and strip the spaces.

Similar faults: HDR305 (the list consists of single letters), HDR205 (the same mistake in a preflight's lists, which
blocks the request).

References: https://fetch.spec.whatwg.org/#extract-header-list-values,
https://www.rfc-editor.org/rfc/rfc9110.html#name-tokens
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import FilteredResponse
from hdrcli.fetch.headers import UnparsableList
from hdrcli.records.route import FetchRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import Why, is_split_into_letters
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.hiding import void_list_fault

CODE = "HDR304"
NAME = "expose-list-void"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#extract-header-list-values"
SETTINGS = ("expose",)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each element that is not a name; a string that was split into its letters is HDR305."""
    by_element: dict[str, list[FetchRecord]] = {}
    for fetch, _, _ in diagnosis.cors_responses:
        listed = diagnosis.expose_list(fetch)
        if not isinstance(listed, UnparsableList) or is_split_into_letters(fetch) or not _exposes_nothing(fetch):
            continue
        # quart-cors sends `""` for an empty list: without a header to expose, it does no harm.
        if _names_a_header(listed.element) or diagnosis.hidden(Why.LIST_VOID):
            by_element.setdefault(listed.element, []).append(fetch)
    for element, fetches in by_element.items():
        yield void_list_fault(
            fetches,
            diagnosis,
            why=Why.LIST_VOID,
            variant=element,
            evidence=f'"{element}" is not a header name',
            fix="Separate the header names with commas, and remove everything else from the list",
        )


def _exposes_nothing(fetch: FetchRecord) -> bool:
    """Not so in Firefox where a * precedes the fault."""
    return isinstance(fetch.result, FilteredResponse) and fetch.result.cors_exposed_header_names <= {"*"}


def _names_a_header(element: str) -> bool:
    """Whether a name is meant: otherwise, there may be nothing to expose."""
    return any(character.isalnum() for character in element)

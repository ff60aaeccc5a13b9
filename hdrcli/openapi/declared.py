"""The response headers that a service's OpenAPI document declares.

Source: https://spec.openapis.org/oas/v3.1.1.html#response-object
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from hdrcli.fetch.headers import is_token
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.openapi.document import Document, JSONObject, known_document
from hdrcli.structs import Record

_server_path = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)").match


class DeclaredHeader(Record, frozen=True, kw_only=True):
    """A response header of the document; `required` is False if the document doesn't say."""

    name: str
    required: bool


class DeclaredResponse(Record, frozen=True, kw_only=True):
    """The declaration of a response: `path` and `status` are the document's own keys, such as /items/{id} and 2XX."""

    method: str
    path: str
    status: str
    headers: tuple[DeclaredHeader, ...]


def declared_response(document: bytes, method: str, path: str, status: int) -> DeclaredResponse | None:
    """The declaration of this response; `path` is the request's, as in the URL.

    None if it is not a document, or declares no such operation or response.
    """
    parsed = known_document(document)
    if parsed is None:
        return None
    for template, item in _path_items(parsed, path):
        operation = parsed.resolve(item.get(method.lower()))
        responses = parsed.resolve(operation.get("responses")) if operation else None
        if responses is not None:
            key, response = _response(parsed, responses, status)
            headers = tuple(_headers(parsed, response)) if response else ()
            return DeclaredResponse(method=method, path=template, status=key, headers=headers) if response else None
    return None


def declares_path(document: bytes, path: str) -> bool | None:
    """Whether a path of the document matches; None if it isn't a document."""
    parsed = known_document(document)
    return None if parsed is None else any(True for _ in _path_items(parsed, path))


def _path_items(document: Document, path: str) -> Iterator[tuple[str, JSONObject]]:
    """The path items that match, below each server's path and as they are."""
    for below in dict.fromkeys(path.removeprefix(prefix) for prefix in [*_prefixes(document, path), ""]):
        for template in document.matching(below):
            item = document.resolve(document.paths[template])
            if item is not None:
                yield template, item


def _prefixes(document: Document, path: str) -> Iterator[str]:
    """The paths of the servers, without a slash at the end, that this path lies below."""
    for url in chain(document.servers(document.root), [document.root.get("basePath")]):
        found = _server_path(url) if isinstance(url, str) else None
        prefix = f"/{found[1].strip('/')}" if found is not None else "/"
        if prefix != "/" and path.startswith(f"{prefix}/"):
            yield prefix


def _response(document: Document, responses: JSONObject, status: int) -> tuple[str, JSONObject | None]:
    """By the status, its range or the default: https://spec.openapis.org/oas/v3.1.1.html#responses-object."""
    for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if key in responses:
            return key, document.resolve(responses[key])
    return "", None


def _headers(document: Document, response: JSONObject) -> Iterator[DeclaredHeader]:
    """Each name once. `Content-Type` "SHALL be ignored": the media types of the content declare it."""
    declared = document.resolve(response.get("headers")) or {}
    seen = {"content-type"}
    for name, node in declared.items():
        header = document.resolve(node)
        if header is not None and is_token(name) and byte_lowercase(name) not in seen:
            seen.add(byte_lowercase(name))
            yield DeclaredHeader(name=name, required=header.get("required") is True)

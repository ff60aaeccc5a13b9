"""The response headers that a service's OpenAPI document declares. Pure: no document makes it raise.

OpenAPI 3.0, 3.1 and 3.2 and Swagger 2, as JSON. Only references into the document itself are followed.
Source: https://spec.openapis.org/oas/v3.1.1.html#response-object
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Final
from urllib.parse import unquote

from hdrcli.fetch.headers import is_token
from hdrcli.fetch.infra import byte_lowercase

JSONObject = dict[str, Any]  # any JSON: each use checks the type first

_MAX_REFERENCES: Final = 8
"""References in a row that are followed: a longer chain is a cycle."""

_LONGEST_URL: Final = 8192
"""A server's URL with its variables: a longer one is not the beginning of any path that is requested."""

_expression = re.compile(r"\{[^{}]*\}")
_server_path = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)").match


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredHeader:
    """A response header of the document; `required` is False if the document doesn't say."""

    name: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredResponse:
    """The declaration of a response: `path` and `status` are the document's own keys, such as /items/{id} and 2XX."""

    method: str
    path: str
    status: str
    headers: tuple[DeclaredHeader, ...]


def declared_response(document: bytes, method: str, path: str, status: int) -> DeclaredResponse | None:
    """The declaration of this response; `path` is the request's, as in the URL.

    None if it is not a document, or declares no such operation or response.
    """
    parsed = _parse(document)
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
    parsed = _parse(document)
    return None if parsed is None else any(True for _ in _path_items(parsed, path))


class _Document:
    """A document, and the targets of its references: each is followed once."""

    def __init__(self, root: JSONObject) -> None:
        self.root = root
        self._targets: dict[str, object] = {}

    def resolve(self, node: object) -> JSONObject | None:
        """The object itself, or the target of its `$ref`: https://spec.openapis.org/oas/v3.1.1.html#reference-object."""
        for _ in range(_MAX_REFERENCES):
            if not isinstance(node, dict):
                return None
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node
            if reference not in self._targets:
                self._targets[reference] = _at(self.root, reference)
            node = self._targets[reference]
        return None


def _at(root: JSONObject, reference: str) -> object:
    """The target of a JSON pointer in a fragment: https://www.rfc-editor.org/rfc/rfc6901.html#section-6."""
    if not reference.startswith("#/"):
        return None
    node: object = root
    for part in reference[2:].split("/"):
        if not isinstance(node, dict):
            return None
        node = node.get(unquote(part).replace("~1", "/").replace("~0", "~"))
    return node


@lru_cache(maxsize=1)
def _parse(document: bytes) -> _Document | None:
    """The document, if it is OpenAPI in JSON; the last one is stored, as the routes of a service share it."""
    try:
        root = json.loads(document)
    except (ValueError, RecursionError):
        return None
    is_openapi = isinstance(root, dict) and ("openapi" in root or "swagger" in root)
    return _Document(root) if is_openapi and isinstance(root.get("paths"), dict) else None


def _path_items(document: _Document, path: str) -> Iterator[tuple[str, JSONObject]]:
    """The path items that match, below each server's path and as they are; concrete before templated ones.

    Of several templated ones the first comes first, as FastAPI's routes do.
    Source: https://spec.openapis.org/oas/v3.1.1.html#path-templating-matching
    """
    root = document.root
    for below in dict.fromkeys(path.removeprefix(prefix) for prefix in [*_prefixes(root, path), ""]):
        segments = [unquote(segment) for segment in below.split("/")]
        matching = [template for template in root["paths"] if _is_match(template, segments)]
        for template in sorted(matching, key=lambda template: "{" in template):
            item = document.resolve(root["paths"][template])
            if item is not None:
                yield template, item


def _prefixes(root: JSONObject, path: str) -> Iterator[str]:
    """The paths of the servers, without a slash at the end, that this path lies below."""
    servers = root.get("servers")
    entries = [server for server in servers if isinstance(server, dict)] if isinstance(servers, list) else []
    for url in chain(map(_server_url, entries), [root.get("basePath")]):
        found = _server_path(url) if isinstance(url, str) else None
        prefix = f"/{found[1].strip('/')}" if found is not None else "/"
        if prefix != "/" and path.startswith(f"{prefix}/"):
            yield prefix


def _server_url(server: JSONObject) -> str | None:
    """The URL with each variable's default: https://spec.openapis.org/oas/v3.1.1.html#server-object."""
    url, variables = server.get("url"), server.get("variables")
    if not isinstance(url, str) or not isinstance(variables, dict):
        return url if isinstance(url, str) else None

    def default(match: re.Match[str]) -> str:
        variable = variables.get(match[0][1:-1])
        value = variable.get("default") if isinstance(variable, dict) else None
        return value if isinstance(value, str) else match[0]

    # Checked first: a document of two kilobytes can describe a URL that fills the memory.
    length = len(url) + sum(len(default(match)) for match in _expression.finditer(url))
    return _expression.sub(default, url) if length <= _LONGEST_URL else None


def _is_match(template: str, segments: list[str]) -> bool:
    parts = template.split("/")
    return len(parts) == len(segments) and all(map(_is_segment_match, parts, segments))


def _is_segment_match(part: str, segment: str) -> bool:
    """Whether the segment has the texts between the expressions, in order, with something for each expression.

    Not by a regular expression, which would take exponential time for some templates.
    """
    first, *rest = _expression.split(part)
    if not rest:
        return part == segment
    *middle, last = rest
    position = len(first)
    for text in middle:
        position = segment.find(text, position + 1)
        if position < 0:
            return False
        position += len(text)
    return segment.startswith(first) and segment.endswith(last) and position < len(segment) - len(last)


def _response(document: _Document, responses: JSONObject, status: int) -> tuple[str, JSONObject | None]:
    """By the status, its range or the default: https://spec.openapis.org/oas/v3.1.1.html#responses-object."""
    for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if key in responses:
            return key, document.resolve(responses[key])
    return "", None


def _headers(document: _Document, response: JSONObject) -> Iterator[DeclaredHeader]:
    """Each name once. `Content-Type` "SHALL be ignored": the media types of the content declare it."""
    declared = document.resolve(response.get("headers")) or {}
    seen = {"content-type"}
    for name, node in declared.items():
        header = document.resolve(node)
        if header is not None and is_token(name) and byte_lowercase(name) not in seen:
            seen.add(byte_lowercase(name))
            yield DeclaredHeader(name=name, required=header.get("required") is True)

"""An OpenAPI document, 3.0 to 3.2 or Swagger 2, as JSON or YAML. Its text is hostile: whatever is read is bounded.

Source: https://spec.openapis.org/oas/v3.1.1.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Any, Final
from urllib.parse import unquote

JSONObject = dict[str, Any]  # any JSON: each use checks the type first

ReadFile = Callable[[str], object]
"""The content of a file that a document refers to, by its path below the document's folder; None if there is none."""

MAX_SIZE: Final = 32 * 1024 * 1024
"""Bytes of a document that are read: descriptions of the largest public services have 12 MB."""

_MAX_REFERENCES: Final = 8
"""References in a row that are followed: a longer chain is a cycle."""

_LONGEST_URL: Final = 8192
"""A server's URL with its variables: a longer one is not the beginning of any path that is requested."""

_expression = re.compile(r"\{[^{}]*\}")
_looks_like_yaml = re.compile(rb"""^["']?(openapi|swagger)["']?[ \t]*:""", re.MULTILINE).search


class DocumentError(Exception):
    """What was read is not an OpenAPI document; the text is the rest of a sentence that begins with its name."""


class Document:
    """A document, and the targets of its references: each is followed once."""

    def __init__(self, root: JSONObject, read_file: ReadFile = lambda _: None) -> None:
        self.root = root
        self.paths: JSONObject = root["paths"]
        self._read_file = read_file
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
                self._targets[reference] = self._at(reference)
            node = self._targets[reference]
        return None

    def _at(self, reference: str) -> object:
        """The target of a JSON pointer in a fragment: https://www.rfc-editor.org/rfc/rfc6901.html#section-6."""
        file, _, pointer = reference.partition("#")
        node: object = self._read_file(file) if file else self.root
        for part in pointer.split("/")[1:]:
            if not isinstance(node, dict):
                return None
            node = node.get(unquote(part).replace("~1", "/").replace("~0", "~"))
        return node if file or pointer.startswith("/") else None

    def servers(self, *nodes: JSONObject) -> tuple[str, ...]:
        """The servers' URLs of the first of these objects that has any, each variable at its default."""
        for node in nodes:
            servers = node.get("servers")
            entries = [server for server in servers if isinstance(server, dict)] if isinstance(servers, list) else []
            urls = tuple(url for url in map(_server_url, entries) if url is not None)
            if urls:
                return urls
        return ()

    @cached_property
    def _templates(self) -> dict[int, list[tuple[list[str], str]]]:
        """The templated paths by the number of their segments; each as segments and as key."""
        found: dict[int, list[tuple[list[str], str]]] = {}
        for template in self.paths:
            if _expression.search(template) is not None:
                parts = template.split("/")
                found.setdefault(len(parts), []).append((parts, template))
        return found

    def matching(self, path: str) -> Iterator[str]:
        """The paths of the document that match: the concrete one, then templated ones in order, as in FastAPI.

        Source: https://spec.openapis.org/oas/v3.1.1.html#path-templating-matching
        """
        segments = [unquote(segment) for segment in path.split("/")]
        concrete = "/".join(segments)
        if concrete in self.paths and concrete.count("/") == path.count("/") and not _expression.search(concrete):
            yield concrete
        for parts, template in self._templates.get(len(segments), ()):
            if all(map(_is_segment_match, parts, segments)):
                yield template


def read_document(content: bytes, read_file: ReadFile = lambda _: None) -> Document:
    """Read a document; raises `DocumentError`."""
    root = read_value(content)
    if not isinstance(root, dict) or not ("openapi" in root or "swagger" in root):
        raise DocumentError("is not an OpenAPI document: it has no openapi or swagger version.")
    paths = root.get("paths")
    if not isinstance(paths, dict):
        raise DocumentError("describes no paths.")
    return Document({**root, "paths": {path: item for path, item in paths.items() if isinstance(path, str)}}, read_file)


@lru_cache(maxsize=1)
def known_document(content: bytes) -> Document | None:
    """As `read_document`, or None; the last one is stored, as the routes of a service share it."""
    try:
        return read_document(content)
    except DocumentError:
        return None


def read_value(content: bytes, *, is_yaml: bool = False) -> object:
    """The value of a JSON text, or of one in YAML that is a document; raises `DocumentError`. Keys are strings.

    `is_yaml` says that it may be any YAML: what a server sends is mostly not even meant to be.
    """
    if len(content) > MAX_SIZE:
        raise DocumentError(f"is larger than {MAX_SIZE // 1024 // 1024} MiB.")
    try:
        value: object = json.loads(content)
    except (ValueError, RecursionError):
        if not (is_yaml or _looks_like_yaml(content)):
            raise DocumentError("is neither JSON nor an OpenAPI document in YAML.") from None
        from hdrcli.openapi.yaml_text import read_yaml

        return read_yaml(content)
    return value


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


def _is_segment_match(part: str, segment: str) -> bool:
    """Whether the segment has the texts between the expressions, in order, with something for each expression.

    Not by a regular expression, which would take exponential time for some templates.
    """
    if "{" not in part:
        return part == segment
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

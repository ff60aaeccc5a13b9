"""Makes the request that a page would send for an operation, or says why it is skipped."""

from __future__ import annotations

import json
import re
from typing import Final
from urllib.parse import quote

from hdrcli.fetch.headers import Header, is_header_value
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.safelist import (
    SAFE_METHODS,
    cors_unsafe_request_header_names,
    is_cors_safelisted_method,
    is_forbidden_method,
    normalize_method,
)
from hdrcli.fetch.url import URL, parse_url
from hdrcli.fetch.user_agents import STANDARD
from hdrcli.openapi.document import Document
from hdrcli.openapi.examples import given_value, synthetic_value
from hdrcli.openapi.operations import Operation, Parameter
from hdrcli.planning.page_request import headers_of
from hdrcli.planning.routes import Route
from hdrcli.records.route import SkippedRoute
from hdrcli.settings import Settings
from hdrcli.targets.openapi.servers import path_at
from hdrcli.targets.openapi.writing import LONGEST, header_value, path_segment, query_pairs

SOURCE: Final = "openapi"
"""How the source of a route begins that a document has."""

_NOT_SENT: Final = "hdrcli"
"""The value of a header that only a preflight names."""

_LONGEST_PATH: Final = 4000
_LONGEST_ID: Final = 100

_expression = re.compile(r"(\{[^{}]*\})")
_is_json = re.compile(r"application/(?:[^;]*\+)?json\b", re.IGNORECASE).match


class _SkippedError(Exception):
    """Why an operation is skipped: a clause, and the parameter without a value, if there is one."""

    def __init__(self, reason: str, parameter: str = "") -> None:
        super().__init__(reason)
        self.parameter = parameter


class Requests:
    """Makes routes of operations; `prefix` is the path that theirs are below."""

    def __init__(self, document: Document, base: URL, prefix: str, settings: Settings) -> None:
        self._document = document
        self._base = base
        self._prefix = prefix
        self._params = dict(settings.params)
        self._settings = settings

    def route(self, operation: Operation) -> Route | SkippedRoute:
        """The route of an operation."""
        try:
            return self._route(operation)
        except _SkippedError as error:
            return SkippedRoute(
                method=operation.method,
                path=operation.path[:LONGEST],
                reason=str(error),
                parameter=error.parameter,
            )

    def _route(self, operation: Operation) -> Route:
        method = normalize_method(operation.method)
        if is_forbidden_method(method):
            raise _SkippedError(f"no page may send {method}")
        if method == "OPTIONS":
            raise _SkippedError("browsers send OPTIONS as the preflight of other requests")
        is_safe = method in SAFE_METHODS
        content_type, body = ("", None) if is_safe else self._body(operation)
        has_body = operation.body is None or not operation.body.required or body is not None
        is_sent = is_safe or (self._settings.include_unsafe and has_body)
        url = self._url(operation, is_sent=is_sent)
        headers = self._headers(operation, is_sent=is_sent)
        headers = _with_defaults(headers, [("Content-Type", content_type)] if content_type else [])
        needs_preflight = not is_cors_safelisted_method(method) or cors_unsafe_request_header_names(
            tuple(headers), STANDARD.preflight
        )
        if not is_sent and not needs_preflight:
            hint = "--include-unsafe sends it" if has_body else "and the body is not JSON"
            raise _SkippedError(f"the request needs no preflight ({hint})")
        return Route(
            method=method,
            url=url,
            headers=tuple(headers),
            body=body if is_sent else None,
            preflight_only=not is_sent,
            source=f"{SOURCE} {operation.operation_id or operation.path}"[:_LONGEST_ID],
        )

    def _url(self, operation: Operation, *, is_sent: bool) -> URL:
        prefix = self._prefix
        if operation.servers and self._settings.server is None:
            path = path_at(operation.servers, self._base)
            if path is None:
                raise _SkippedError(f"the server is elsewhere: {_shown(operation.servers[0])} (--server URL)")
            prefix = path or prefix
        path = prefix + self._path(operation, is_sent=is_sent)
        query = "&".join(self._query(operation, is_sent=is_sent))
        separator = "" if not query else "&" if "?" in path else "?"
        text = f"{self._base.origin}{path}{separator}{query}"
        url = parse_url(text) if len(text) <= _LONGEST_PATH else None
        if url is None or url.origin != self._base.origin:
            raise _SkippedError("the path is too long" if url is None else "the path leads elsewhere")
        return url

    def _path(self, operation: Operation, *, is_sent: bool) -> str:
        declared = {parameter.name: parameter for parameter in operation.parameters if parameter.place == "path"}
        parts = []
        for part in _expression.split(operation.path[: _LONGEST_PATH + 1]):
            if not part.startswith("{") or not part.endswith("}"):
                parts.append(quote(part, safe="/%:@!$&'()*+,;=~?", errors="replace"))
                continue
            name = part[1:-1]
            node = Parameter(name=name, place="path", required=True, node={})
            parameter = declared.get(name, node)
            segment = path_segment(parameter, self._required(parameter, is_sent=is_sent))
            if segment is None:
                raise _no_value(name)
            parts.append(segment)
        return "".join(parts)

    def _query(self, operation: Operation, *, is_sent: bool) -> list[str]:
        pairs = []
        for parameter in operation.parameters:
            if parameter.place == "query" and (parameter.required or parameter.name in self._params):
                text = query_pairs(parameter, self._required(parameter, is_sent=is_sent))
                if text is None:
                    raise _no_value(parameter.name)
                pairs.append(text)
        return pairs

    def _headers(self, operation: Operation, *, is_sent: bool) -> list[Header]:
        set_by_user = {byte_lowercase(name) for name, _ in headers_of(self._settings)}
        cookies = {cookie.partition("=")[0].strip() for cookie in self._settings.cookies}
        headers: list[Header] = []
        for parameter in operation.parameters:
            name = parameter.name
            if not (parameter.required or name in self._params):
                continue
            if parameter.place == "header" and byte_lowercase(name) not in set_by_user:
                value = header_value(self._required(parameter, is_sent=is_sent))[:LONGEST]
                if not is_header_value(value) or not value.isascii():
                    raise _no_value(name)
                headers.append((name, value))
            if parameter.place == "cookie" and is_sent and name not in cookies:
                raise _SkippedError(f"no value for the cookie {_shown(name)} (--cookie {_shown(name)}=VALUE)")
        if not is_sent:
            headers += [(name, _NOT_SENT) for name in operation.secured_by]
        return _with_defaults(list(headers_of(self._settings)), headers)

    def _required(self, parameter: Parameter, *, is_sent: bool) -> object:
        """The value of a parameter. A request that is not sent has a synthetic one: only its preflight is."""
        if parameter.name in self._params:
            return self._params[parameter.name]
        read = given_value if is_sent else synthetic_value
        value = read(self._document, parameter.node)
        if value is None and not is_sent:
            value = "1"
        if value is None or value == "":
            raise _no_value(parameter.name)
        return value

    def _body(self, operation: Operation) -> tuple[str, str | None]:
        """The type and the text of the request body. A page sets no Content-Type for a form: its browser does."""
        if operation.body is None or not operation.body.content:
            return "", None
        for media_type, node in operation.body.content.items():
            if _is_json(media_type) and is_header_value(media_type) and media_type.isascii():
                media = self._document.resolve(node) or {}
                return media_type, json.dumps(synthetic_value(self._document, media))
        return "", None


def _with_defaults(headers: list[Header], defaults: list[Header]) -> list[Header]:
    names = {byte_lowercase(name) for name, _ in headers}
    return headers + [(name, value) for name, value in defaults if byte_lowercase(name) not in names]


def _no_value(name: str) -> _SkippedError:
    shown = _shown(name)
    return _SkippedError(f"no value for {shown} (--param {shown}=VALUE)", shown)


def _shown(name: str) -> str:
    return name if len(name) <= _LONGEST_ID else f"{name[:_LONGEST_ID]}..."

"""The operations of a document: method, path, parameters, request body, and the request headers that prove identity.

Source: https://spec.openapis.org/oas/v3.1.1.html#operation-object, https://spec.openapis.org/oas/v2.0.html#operation-object
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, get_args

from hdrcli.fetch.headers import is_token
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.openapi.document import Document, JSONObject
from hdrcli.structs import Record

Place = Literal["path", "query", "header", "cookie"]

METHODS: Final = ("get", "head", "post", "put", "patch", "delete", "options", "trace", "query")
"""The keys of a path item that are operations; `additionalOperations` has others."""

_PLACES: Final[dict[str, Place]] = {place: place for place in get_args(Place)}
_MOST_PARAMETERS: Final = 200
_FORM: Final = "application/x-www-form-urlencoded"
_IGNORED_HEADERS: Final = frozenset({"accept", "authorization", "content-type"})
"""https://spec.openapis.org/oas/v3.1.1.html#parameter-object: header parameters of these names "SHALL be ignored"."""


class Parameter(Record, frozen=True, kw_only=True):
    """A parameter; `node` is its object in the document."""

    name: str
    place: Place
    required: bool
    node: JSONObject


class Body(Record, frozen=True, kw_only=True):
    """A request body; `content` has the document's object for each media type, such as application/json."""

    required: bool
    content: JSONObject


class Operation(Record, frozen=True, kw_only=True):
    """One method of a path template. `secured_by` are the request headers that its security requirement names.

    `servers` are the URLs of the operation's or its path's own servers, empty for those of the document.
    """

    method: str
    path: str
    operation_id: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: Body | None
    secured_by: tuple[str, ...]
    servers: tuple[str, ...]


def operations(document: Document) -> Iterator[Operation]:
    """All operations, in the order of the document."""
    for path, node in document.paths.items():
        item = document.resolve(node) if path.startswith("/") else None
        for method, operation in _operations_of(document, item or {}):
            yield _operation(document, path, item or {}, method, operation)


def _operations_of(document: Document, item: JSONObject) -> Iterator[tuple[str, JSONObject]]:
    more = item.get("additionalOperations")
    named = more.items() if isinstance(more, dict) else ()
    for method, node in [*((key.upper(), item.get(key)) for key in METHODS), *named]:
        operation = document.resolve(node)
        if operation is not None and is_token(method):
            yield method, operation


def _operation(document: Document, path: str, item: JSONObject, method: str, operation: JSONObject) -> Operation:
    nodes = [*_objects(document, item.get("parameters")), *_objects(document, operation.get("parameters"))]
    operation_id, tags = operation.get("operationId"), operation.get("tags")
    return Operation(
        method=method,
        path=path,
        operation_id=operation_id if isinstance(operation_id, str) else "",
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        parameters=_parameters(nodes),
        body=_body(document, operation, nodes),
        secured_by=_secured_by(document, operation),
        servers=document.servers(operation, item),
    )


def _objects(document: Document, nodes: object) -> list[JSONObject]:
    some = nodes[:_MOST_PARAMETERS] if isinstance(nodes, list) else []
    return [found for node in some if (found := document.resolve(node)) is not None]


def _parameters(nodes: Iterable[JSONObject]) -> tuple[Parameter, ...]:
    """An operation's own parameter replaces the one of its path with the same name and place."""
    found: dict[tuple[str, str], Parameter] = {}
    for node in nodes:
        name, place = node.get("name"), _PLACES.get(str(node.get("in")))
        if not isinstance(name, str) or place is None:
            continue
        if place != "header" or (is_token(name) and byte_lowercase(name) not in _IGNORED_HEADERS):
            required = node.get("required") is True or place == "path"
            found[name, place] = Parameter(name=name, place=place, required=required, node=node)
    return tuple(found.values())


def _body(document: Document, operation: JSONObject, nodes: Iterable[JSONObject]) -> Body | None:
    """OpenAPI 3 has an object for the body; in Swagger 2, it is a parameter, or form fields are."""
    body = document.resolve(operation.get("requestBody"))
    if body is not None:
        content = body.get("content")
        return Body(required=body.get("required") is True, content=content if isinstance(content, dict) else {})
    consumes = operation.get("consumes", document.root.get("consumes"))
    types = [name for name in consumes if isinstance(name, str)] if isinstance(consumes, list) else []
    for node in nodes:
        if node.get("in") == "body":
            return Body(
                required=node.get("required") is True, content=dict.fromkeys(types or ["application/json"], node)
            )
        if node.get("in") == "formData":
            return Body(required=True, content={key: {} for key in types or [_FORM]})
    return None


def _secured_by(document: Document, operation: JSONObject) -> tuple[str, ...]:
    """The headers of the first alternative: https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object."""
    requirements = operation.get("security", document.root.get("security"))
    first = requirements[0] if isinstance(requirements, list) and requirements else None
    components = document.resolve(document.root.get("components")) or {}
    schemes = document.resolve(components.get("securitySchemes") or document.root.get("securityDefinitions")) or {}
    names: dict[str, None] = {}
    for key in first if isinstance(first, dict) else ():
        scheme = document.resolve(schemes.get(key)) or {}
        name = scheme.get("name") if scheme.get("in") == "header" else None
        if scheme.get("type") in {"http", "oauth2", "openIdConnect", "basic"}:
            names["Authorization"] = None
        elif scheme.get("type") == "apiKey" and isinstance(name, str) and is_token(name):
            names[name] = None
    return tuple(names)

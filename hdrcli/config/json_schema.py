"""The JSON Schema of the configuration, made of the options: editors complete and check the file with it."""

from __future__ import annotations

import json
from typing import Final

from hdrcli.config.configuration import options_of_file, options_of_service
from hdrcli.config.contract import HEADER_KEYS
from hdrcli.settings import Setting

Schema = dict[str, object]

_ITEMS: Final[dict[str, Schema]] = {
    "switch": {"type": "boolean"},
    "number": {"type": "number", "exclusiveMinimum": 0},
    "integer": {"type": "integer", "minimum": 1},
    "text": {"type": "string"},
}
_PATTERN: Final = r"^\s*(?:[A-Za-z*-]+\s+)?[/*]"
_TEXT: Final[Schema] = {"type": "string"}


def schema_text() -> str:
    """The schema of `hdrcli.toml`, and of [tool.hdrcli] in `pyproject.toml`: draft 2020-12."""
    return json.dumps(_schema(), indent=2, ensure_ascii=False)


def _schema() -> Schema:
    options = {key: _option(setting) for key, setting in options_of_file().items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The configuration of hdrcli: hdrcli.toml, or [tool.hdrcli] of pyproject.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": options | {"services": _services(), "routes": _routes(), "ignore": _ignored()},
    }


def _option(setting: Setting) -> Schema:
    option = setting.option
    item = _ITEMS[option.kind] | ({"enum": list(option.choices)} if option.choices else {})
    schema: Schema = {"description": option.help}
    if setting.default not in {None, ()}:
        schema["default"] = setting.default
    return schema | (_one_or_more(item) if option.separator else item)


def _one_or_more(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _services() -> Schema:
    url: Schema = {
        "type": "string",
        "description": "The service's URL, http or https. ${NAME} is the value of an environment variable.",
    }
    paths: Schema = {
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "pattern": "^/"},
        "description": "The paths to check, which are added to the URL. Default: the URL itself.",
    }
    options = {key: _option(setting) for key, setting in options_of_service().items()}
    return {
        "type": "object",
        "description": "Services by name: hdrcli check NAME. A service's headers go to its origin only.",
        "propertyNames": {"pattern": "^[A-Za-z0-9_][A-Za-z0-9_-]*$"},
        "additionalProperties": {
            "type": "object",
            "additionalProperties": False,
            "anyOf": [{"required": ["url"]}, {"required": ["launch"]}],
            "properties": {"url": url, "paths": paths} | options,
        },
    }


def _routes() -> Schema:
    descriptions = {
        "readable": "Headers that JavaScript can read in every fetch.",
        "hidden": "Headers that are sent and hidden from JavaScript.",
        "absent": "Headers that are not sent.",
    }
    statuses: Schema = {"anyOf": [{"type": "integer", "minimum": 100, "maximum": 599}, _TEXT]}
    headers = {key: {"description": descriptions[key]} | _one_or_more(_TEXT) for key in HEADER_KEYS}
    others: Schema = {
        "status": {"description": "The statuses of its responses, such as 404 or 4xx."} | _one_or_more(statuses),
        "blocked": {"const": True, "description": "Browsers block every response."},
    }
    return {
        "type": "object",
        "description": "The expectations for routes, by patterns such as GET /items*. A later pattern takes "
        "precedence over an earlier one.",
        "propertyNames": {"pattern": _PATTERN},
        "additionalProperties": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": headers | others,
        },
    }


def _ignored() -> Schema:
    properties: Schema = {
        "code": {"type": "string", "description": "The code of a rule, or the beginning of codes."},
        "route": {"type": "string", "pattern": _PATTERN, "description": "A pattern for routes. Default: all routes."},
        "reason": {"type": "string", "pattern": r"\S", "description": "Why the finding is accepted."},
    }
    return {
        "type": "array",
        "description": "Findings that are accepted, with their reasons.",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["code", "reason"],
            "properties": properties,
        },
    }

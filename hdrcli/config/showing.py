"""What holds, and where it is from: for `hdrcli config`. Secrets are redacted."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Final

from hdrcli.config.configuration import Configuration
from hdrcli.reporters.json import write_json
from hdrcli.settings import NamedService, Settings, settings_with_options
from hdrcli.settings.contract import Ignored
from hdrcli.settings.redacted import shown_setting
from hdrcli.text.escaping import printable
from hdrcli.text.redaction import redact_text

SCHEMA: Final = "hdrcli/config@1"
DEFAULT: Final = "default"

JSON = dict[str, object]
_WIDEST: Final = 60
"""Characters of a line, up to which the sources stand below each other."""


def as_json(settings: Settings, sources: Mapping[str, str], configuration: Configuration | None) -> str:
    """One JSON document. Its keys may be added to, but never renamed."""
    document = None if configuration is None else configuration.document
    value: JSON = {
        "schema": SCHEMA,
        "file": None if document is None else document.name,
        "settings": list(_settings(settings, sources)),
        "services": [_service(service, settings) for service in settings.services],
        "routes": {redact_text(pattern): _expected(settings, pattern) for pattern in _patterns(settings)},
        "ignore": [_ignored(each) for each in settings.ignored],
    }
    out = io.StringIO()
    write_json(value, out)
    return out.getvalue().rstrip("\n")


def as_text(settings: Settings, sources: Mapping[str, str], configuration: Configuration | None) -> str:
    """The same, in TOML's notation."""
    return "\n".join(map(printable, _lines(settings, sources, configuration)))


def _lines(settings: Settings, sources: Mapping[str, str], configuration: Configuration | None) -> Iterator[str]:
    yield "# no configuration file" if configuration is None else f"# {configuration.document.name}"
    yield from _columns((_assignment(each), str(each["source"])) for each in _settings(settings, sources))
    for service in settings.services:
        value = _service(service, settings)
        yield ""
        yield f"[services.{service.name}]" + (f"  # {redact_text(service.problem)}" if service.problem else "")
        yield f"targets = {_toml(value['targets'])}"
        yield from _columns((_assignment(each), str(each["source"])) for each in _own_settings(service, settings))
    if settings.contract:
        yield ""
        yield "[routes]"
        patterns = _patterns(settings)
        rows = ((f"{_toml(redact_text(pattern))} = {_toml(_expected(settings, pattern))}", place) for pattern, place in
                zip(patterns, _places(configuration, patterns), strict=True))  # fmt: skip
        yield from _columns(rows)
    for ignored in settings.ignored:
        yield ""
        yield "[[ignore]]"
        yield from (f"{key} = {_toml(value)}" for key, value in _ignored(ignored).items() if value)


def _settings(settings: Settings, sources: Mapping[str, str]) -> Iterator[JSON]:
    for name, _, _, option in settings_with_options():
        value = shown_setting(name, getattr(settings, name))
        source = sources.get(option.flags[0], DEFAULT).removesuffix(f" {option.key}")
        yield {"key": option.key, "value": value, "source": source}


def _own_settings(service: NamedService, settings: Settings) -> Iterator[JSON]:
    """The settings of a service that are not those of the run."""
    others = {str(each["key"]): each["value"] for each in _settings(settings, {})}
    for each in _settings(service.settings, dict(service.sources)):
        if each["value"] != others[str(each["key"])]:
            yield each


def _service(service: NamedService, settings: Settings) -> JSON:
    return {
        "name": service.name,
        "targets": [redact_text(target) for target in service.settings.targets],
        "settings": list(_own_settings(service, settings)),
        "problem": redact_text(service.problem) or None,
    }


def _ignored(ignored: Ignored) -> JSON:
    return {"code": ignored.code, "route": redact_text(ignored.route), "reason": redact_text(ignored.reason)}


def _patterns(settings: Settings) -> list[str]:
    return list(dict.fromkeys(each.route for each in settings.contract))


def _places(configuration: Configuration | None, patterns: list[str]) -> list[str]:
    return ["" if configuration is None else configuration.document.place("routes", each) for each in patterns]


def _expected(settings: Settings, pattern: str) -> JSON:
    expected: dict[str, list[str]] = {}
    for each in settings.contract:
        if each.route == pattern:
            expected.setdefault(each.verdict, []).append(each.name)
    return {verdict: True if verdict == "blocked" else names for verdict, names in expected.items()}


# --- values -----------------------------------------------------------------------------------------------------------


def _assignment(setting: JSON) -> str:
    """A setting in TOML's notation, which has no value for one that is not set."""
    value = setting["value"]
    return f"# {setting['key']} is not set" if value is None else f"{setting['key']} = {_toml(value)}"


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml(each)}' for key, each in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)


def _columns(rows: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Each assignment, and its source as a comment."""
    found = list(rows)
    width = max((len(text) for text, _ in found if len(text) <= _WIDEST), default=0)
    for text, source in found:
        yield f"{text:<{width}}  # {source}"

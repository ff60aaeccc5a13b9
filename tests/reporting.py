"""Reports as tests read them: rendered from the events of a run; JSON that is valid by the schema in the package."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from typing import Any, Final

from jsonschema_rs import Draft202012Validator

from hdrcli.report.events import Event, RouteChecked, RunEnded, ServiceChecked, ServiceStarted
from hdrcli.report.report import Report
from hdrcli.reporters import FORMATS
from hdrcli.reporters.schema import schema_text
from hdrcli.settings import Settings
from hdrcli.structs import replace

SCHEMA: Final = json.loads(schema_text())
_VALIDATOR: Final = Draft202012Validator(SCHEMA)

os.environ.pop("COLUMNS", None)  # pytest-xdist gives its workers the width of its own terminal

ANYTHING: Final = Settings(targets=("http://localhost/",))
"""Settings of which a test needs none."""


def valid(text: str) -> Any:  # noqa: ANN401 -- JSON
    """A JSON document or a line, which is valid."""
    value = json.loads(text)
    _VALIDATOR.validate(value)
    return value


def rendered(
    report: Report,
    settings: Settings = ANYTHING,
    format: str = "table",  # noqa: A002 -- as the option
    **changes: Any,  # noqa: ANN401 -- of Settings
) -> str:
    """The report in a format."""
    settings = replace(settings, **changes)
    out = io.StringIO()
    reporter = FORMATS[format](out, settings)
    for event in events_of(report):
        reporter(event)
    return out.getvalue()


def document(report: Report, settings: Settings = ANYTHING, **changes: Any) -> Any:  # noqa: ANN401 -- JSON
    """The report as JSON."""
    return valid(rendered(report, settings, format="json", **changes))


def events_of(report: Report) -> Iterator[Event]:
    """The events of the run that the report is of."""
    for service in report.services:
        yield ServiceStarted(service=service.name, routes=len(service.routes))
        for number, route in enumerate(service.routes, 1):
            unmet = tuple(each for each in service.unmet if (each.method, each.url) == (route.method, route.url))
            yield RouteChecked(service=service.name, number=number, route=route, unmet=unmet)
        yield ServiceChecked(
            service=service.name,
            routes=len(service.routes),
            requests=service.requests,
            is_unreachable=service.is_unreachable,
            stack=service.stack,
            findings=service.findings,
            skipped=service.skipped,
            limits=service.limits,
            problem=service.problem,
        )
    yield RunEnded(totals=report.totals)

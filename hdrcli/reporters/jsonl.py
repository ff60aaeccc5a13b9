"""The report as JSON Lines: one line for each route as soon as it is checked, for each service, and for the run."""

from __future__ import annotations

from typing import TextIO

from hdrcli.report.events import Event, RouteChecked, RunEnded, ServiceChecked
from hdrcli.reporters import Reporter
from hdrcli.reporters.json_bounds import bounded_text
from hdrcli.reporters.json_values import route_value, run_value, service_value
from hdrcli.settings import Settings
from hdrcli.text.json_text import json_text


def reporter(out: TextIO, settings: Settings) -> Reporter:
    """Write each line with the event that it is about, and flush it."""

    def line(text: str) -> None:
        out.write(f"{text}\n")
        out.flush()

    def report(event: Event) -> None:
        match event:
            case RouteChecked():
                route = route_value(event.route, event.unmet, settings)
                line(bounded_text({"type": "route", "service": event.service, **route}))
            case ServiceChecked():
                line(json_text({"type": "service", **service_value(event, event.service)}))
            case RunEnded():
                line(json_text({"type": "run", **run_value(event.totals, settings)}))
            case _:
                pass

    return report

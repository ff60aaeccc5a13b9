"""The report as JSON Lines: one line for each route as soon as it is checked, for each service, and for the run."""

from __future__ import annotations

from typing import TextIO

from hdrcli.report.events import Event, RouteChecked, RunEnded, ServiceChecked
from hdrcli.reporters import Reporter
from hdrcli.reporters.json_bounds import bounded
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.json_values import route_value, run_value, service_value
from hdrcli.settings import Settings
from hdrcli.text.json_text import json_text


def reporter(out: TextIO, settings: Settings) -> Reporter:
    """Write each line with the event that it is about, and flush it."""

    def line(kind: str, value: JSON) -> None:
        out.write(f"{json_text({'type': kind} | value)}\n")
        out.flush()

    def report(event: Event) -> None:
        match event:
            case RouteChecked():
                line("route", {"service": event.service} | bounded(route_value(event.route, event.unmet, settings)))
            case ServiceChecked():
                line("service", service_value(event, event.service))
            case RunEnded():
                line("run", run_value(event.totals, settings))
            case _:
                pass

    return report

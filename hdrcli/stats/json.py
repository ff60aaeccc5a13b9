"""The statistics as JSON."""

from __future__ import annotations

from importlib.resources import files
from typing import Final, TextIO

from hdrcli import __version__
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.rules.finding import Severity
from hdrcli.settings import Settings
from hdrcli.stats.distribution import Distribution
from hdrcli.stats.view import View
from hdrcli.text.json_text import json_text

SCHEMA: Final = "hdrcli/stats@1"


def schema_text() -> str:
    """The JSON Schema: draft 2020-12."""
    return files("hdrcli.stats").joinpath("stats.schema.json").read_text("utf-8")


def write(view: View, out: TextIO, settings: Settings) -> None:
    """Write one line of JSON."""
    del settings
    out.write(f"{json_text(_value(view))}\n")


def _value(view: View) -> JSON:
    statistics, reader = view.statistics, view.reader
    findings, stacks, headers, statuses = view.findings(), view.stacks(), view.headers(), view.statuses()
    return {
        "hdrcli": __version__,
        "schema": SCHEMA,
        "files": reader.files,
        "not_counted": {"repeated": reader.repeated, "cut_off": reader.cut_off, "others": reader.others},
        "targets": statistics.targets,
        "outcomes": statistics.outcomes,
        "failures": [{"code": row.code, "targets": row.targets} for row in view.failures()],
        "worst_findings": {"none": statistics.worst[None], **{each: statistics.worst[each] for each in Severity}},
        "findings": [
            {"code": row.code, "name": row.name or None, "severity": row.severity, "targets": row.targets}
            for row in findings.rows
        ],
        "stacks": [row._asdict() for row in stacks.rows],
        "headers": [row._asdict() for row in headers.rows],
        "statuses": [row._asdict() for row in statuses.rows],
        "others": {
            "findings": {"codes": findings.others, "occurrences": findings.counts[0]},
            "stacks": {"stacks": stacks.others, "targets": stacks.counts[0], "with_findings": stacks.counts[1]},
            "headers": {"names": headers.others, "readable": headers.counts[0], "hidden": headers.counts[1]},
            "statuses": {"statuses": statuses.others, "targets": statuses.counts[0]},
        },
        "header_error": statistics.headers.error,
        "blocked": statistics.blocked,
        "custom_headers": {"readable": statistics.readable, **_distribution(statistics.custom_headers)},
        "requests": _distribution(statistics.requests),
    }


def _distribution(distribution: Distribution) -> JSON:
    return {
        "sum": distribution.sum,
        "mean": round(distribution.mean, 3),
        "median": distribution.quantile(0.5),
        "p90": distribution.quantile(0.9),
        "maximum": distribution.maximum,
        "bins": [each._asdict() for each in distribution.bins()],
    }

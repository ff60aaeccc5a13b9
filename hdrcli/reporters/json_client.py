"""The client of a profile as a value of JSON reports. Loaded with each: what it needs is loaded with a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hdrcli.reporters.json_exchanges import JSON
from hdrcli.stacks import Stack

if TYPE_CHECKING:
    from hdrcli.report.client import ClientResult


def client_value(client: ClientResult, stack: Stack) -> JSON:
    """Whether the client works, and all that has to be set."""
    from hdrcli.reporters.client_view import client_fix, step_reason

    return {
        "profile": client.profile,
        "results": [{"page": page, "browser": browser, "works": works} for page, browser, works in client.works],
        "faults": [
            {
                "step": fault.step,
                "page": fault.page,
                "browsers": list(fault.browsers),
                "headers": [] if fault.expectation is None else list(fault.expectation.names),
                "reason": step_reason(fault),
            }
            for fault in client.faults
        ],
        "judged_by_preflight": list(client.not_sent),
        "settings": [
            {
                "concept": setting.concept,
                "values": list(setting.values),
                "complete": setting.complete,
                "lines": list(fix.lines),
                "where": fix.where,
            }
            for setting, fix in zip(client.settings, client_fix(client, stack), strict=True)
        ],
        "not_exposed": list(client.not_exposed),
    }

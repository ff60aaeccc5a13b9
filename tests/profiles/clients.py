"""Checks a server as the client of a profile."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from hdrcli.inspection import check, check_targets
from hdrcli.records.errors import ExitStatus
from hdrcli.report.client import ClientResult
from hdrcli.report.report import Report
from hdrcli.reporters.client_view import step_reason
from hdrcli.settings import Settings
from hdrcli.settings.routes import ProfileName
from hdrcli.structs import replace
from hdrcli.targets.app import target_of

PAGE: Final = "https://app.example"
BROWSERS: Final = ("chromium", "firefox")  # WebKit blocks http on loopback for https pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What a check with a profile came to; of several services, the steps of all."""

    report: Report
    results: tuple[ClientResult, ...]

    @property
    def works(self) -> dict[str, bool | None]:
        """Browser -> whether the client works on all services, None if that was not verified on one of them."""
        found: dict[str, bool | None] = {}
        for result in self.results:
            for _, browser, works in result.works:
                found[browser] = works and found.get(browser, True)
        return found

    @property
    def faults(self) -> dict[str, list[str]]:
        """Step -> the reasons why it fails."""
        found: dict[str, list[str]] = {}
        for result in self.results:
            for fault in result.faults:
                found.setdefault(fault.step, []).append(step_reason(fault))
        return found

    @property
    def settings(self) -> dict[str, list[str]]:
        """Concept -> the values that have to be set; names of headers in lower case."""
        return {
            setting.concept: sorted(
                value.lower() if setting.concept in {"expose", "request-headers"} else value for value in setting.values
            )
            for result in self.results
            for setting in result.settings
        }

    @property
    def statuses(self) -> dict[str, int | None]:
        """Step -> the status of its response, None where only its preflight was sent."""
        return {
            route.step: next((fetch.response.status for fetch in route.fetches if fetch.response is not None), None)
            for route in self.report.routes
        }

    @property
    def exit_status(self) -> ExitStatus:
        return self.report.exit_status


def run_client(url: str, profile: ProfileName, **changes: object) -> Client:
    """Make the requests of a profile from `PAGE`; `changes` are other settings."""
    settings = Settings(targets=(url,), profile=profile, origins=(PAGE,), timeout=5)
    return _client(check(replace(settings, **changes)))


def run_client_of_app(app: object, path: str, profile: ProfileName, *, stack: str | None = None) -> Client:
    """As `run_client`, with an app in process, at a path."""
    settings = Settings(
        targets=("app",),
        profile=profile,
        origins=(PAGE,),
        timeout=5,
        stack=stack,
        base_url=f"http://127.0.0.1:8000{path}",
    )
    return _client(asyncio.run(check_targets(settings, [target_of(app, settings)])))


def _client(report: Report) -> Client:
    return Client(report=report, results=tuple(each.client for each in report.services if each.client is not None))

"""Checks which response headers a browser lets JavaScript read, and says why the others are hidden.

from hdrcli import Settings, check

report = check(Settings(targets=("http://localhost:8000/items",)))
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; `import typing` would take a third of the time of `--version`
if TYPE_CHECKING:
    from hdrcli.inspection import check, check_async
    from hdrcli.records.errors import ExitStatus, UsageError
    from hdrcli.report.report import Report
    from hdrcli.rules.finding import Finding
    from hdrcli.settings import Settings
    from hdrcli.settings.contract import Expectation

__version__ = "0.1.0"

_MODULES = {
    "ExitStatus": "hdrcli.records.errors",
    "Expectation": "hdrcli.settings.contract",
    "Finding": "hdrcli.rules.finding",
    "Report": "hdrcli.report.report",
    "Settings": "hdrcli.settings",
    "UsageError": "hdrcli.records.errors",
    "check": "hdrcli.inspection",
    "check_async": "hdrcli.inspection",
}
__all__ = ["ExitStatus", "Expectation", "Finding", "Report", "Settings", "UsageError", "check", "check_async"]


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: `hdrcli --version` needs none of it."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MODULES[name]), name)

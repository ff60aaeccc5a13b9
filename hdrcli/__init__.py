"""Checks which response headers a browser lets JavaScript read, and says why the others are hidden.

from hdrcli import Settings, check

report = check(Settings(targets=("http://localhost:8000/items",), origins=("https://app.example",)))
report.readable("x-total-count")  # whether JavaScript of that page can read it
report.findings  # the faults, each with its fix
report.exit_status  # what `hdrcli check` ends with

`compare` takes two `Settings` and returns a `Comparison`: what pages lose from one target to the other.

The fields of `Settings` are the options of `hdrcli check`. Where an event loop is running, and for apps without a
server, there is `check_async`. Settings that cannot be carried out raise `UsageError`; what a server or the network
does is in the report.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; `import typing` would take a third of the time of `--version`
if TYPE_CHECKING:
    from hdrcli.comparing import compare, compare_async
    from hdrcli.inspection import check, check_async
    from hdrcli.records.errors import ExitStatus, UsageError
    from hdrcli.report.comparison import Comparison
    from hdrcli.report.report import Report
    from hdrcli.rules.finding import Finding
    from hdrcli.settings import Settings
    from hdrcli.settings.contract import Expectation

__version__ = "0.1.0"

_MODULES = {
    "Comparison": "hdrcli.report.comparison",
    "ExitStatus": "hdrcli.records.errors",
    "Expectation": "hdrcli.settings.contract",
    "Finding": "hdrcli.rules.finding",
    "Report": "hdrcli.report.report",
    "Settings": "hdrcli.settings",
    "UsageError": "hdrcli.records.errors",
    "check": "hdrcli.inspection",
    "check_async": "hdrcli.inspection",
    "compare": "hdrcli.comparing",
    "compare_async": "hdrcli.comparing",
}
__all__ = [
    "Comparison",
    "ExitStatus",
    "Expectation",
    "Finding",
    "Report",
    "Settings",
    "UsageError",
    "check",
    "check_async",
    "compare",
    "compare_async",
]


def __dir__() -> list[str]:
    """All that is public, imported or not."""
    return sorted([*__all__, *(name for name in globals() if name.startswith("__"))])


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: `hdrcli --version` needs none of it."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MODULES[name]), name)

"""How the tests are distributed over processes, one more than there are cores: tests often wait for other processes.

Theory of operation: the tests of a module stay in one process, as they share its fixtures, and so do those of one real
browser, which plays all vectors once, and those of one stack, whose configurations are checked once. Processes take the
next module, browser or stack in the order of collection, which is therefore changed: the longest come first, so that
all processes end at about the same time.
"""

from __future__ import annotations

import os
import re
import signal
from typing import Final

import pytest

_LONGEST: Final = ("tests/browser/", "tests/in_browser/", "tests/html_report/", "tests/cli/", "tests/field/")
_part_of_module = re.compile(
    r"tests/browser/test_\w+\.py::\w+\[(chromium|firefox|webkit)-|tests/fixes/test_fixes\.py::\w+\[(\w+)"
)


def pytest_configure() -> None:
    """Take signals as in a terminal: a shell ignores SIGINT for what runs in the background, and `nohup` SIGHUP.

    Programs that tests start inherit that, and would not end when a test sends them the signal.
    """
    for name, handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((n for n, start in enumerate(_LONGEST) if item.nodeid.startswith(start)), 99))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    del config
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    from xdist.scheduler import LoadScopeScheduling

    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = _scope  # noqa: SLF001 -- there to be overridden, as its docstring says
    return scheduler


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The share of fixes that close their fault, where tests/fixes ran."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    closed = [value for report in reports for name, value in report.user_properties if name == "closes"]
    if closed:
        share = sum(closed) / len(closed)
        terminalreporter.write_line(f"{sum(closed)} of {len(closed)} fixes close their fault ({share:.1%})")


def _scope(nodeid: str) -> str:
    part = _part_of_module.match(nodeid)
    return (part[1] or part[2]) if part else nodeid.partition("::")[0]

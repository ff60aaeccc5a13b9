"""How the tests are distributed over processes, one more than there are cores: tests often wait for other processes.

Theory of operation: the tests of a module stay in one process, as they share its fixtures, and so do those of one real
browser, which plays all vectors once, and those of one stack, whose configurations are checked once. Processes take the
next module, browser or stack in the order of collection, which is therefore changed: the longest come first, so that
all processes end at about the same time.

`pytest` without names of files runs in six minutes on two cores, as it leaves out what has the mark `thorough`: tests
that try many values in places that other tests try a few in, that install packages, or that compare reports of whole
programs with browsers. `pytest tests` runs these, too, and so does .ci/run.
"""

from __future__ import annotations

import os
import re
import signal
import time
from typing import Any, Final

import pytest

_LONGEST: Final = tuple(
    f"tests/{part}"
    for part in (
        *("browser/", "in_browser/", "safety/", "cluster/", "targets/", "test_time_limit", "fixes/", "html_report/"),
        *("cli/", "field/", "lab/", "profiles/"),
    )
)
_part_of_module = re.compile(
    r"tests/browser/test_\w+\.py::\w+\[(chromium|firefox|webkit)-|tests/fixes/test_fixes\.py::\w+\[(\w+)"
)


_MOST_SECONDS: Final = 360
_STARTED: Final = pytest.StashKey[float]()
_THOROUGH: Final = "with thorough tests"


def pytest_configure(config: pytest.Config) -> None:
    """Take signals as in a terminal: a shell ignores SIGINT for what runs in the background, and `nohup` SIGHUP.

    Programs that tests start inherit that, and would not end when a test sends them the signal.
    """
    config.stash[_STARTED] = time.monotonic()
    for name, handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((n for n, start in enumerate(_LONGEST) if item.nodeid.startswith(start)), 99))
    if not _is_thorough(config):
        omitted = [item for item in items if item.get_closest_marker("thorough")]
        config.hook.pytest_deselected(items=omitted)
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]


def _is_thorough(config: pytest.Config) -> bool:
    """Whether tests were named, by files or by marks; a process of pytest-xdist gets the names from the first one."""
    by_first = getattr(config, "workerinput", {}).get(_THOROUGH)
    is_named = config.args_source is not pytest.Config.ArgsSource.TESTPATHS or bool(config.option.markexpr)
    return is_named if by_first is None else bool(by_first)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 -- of pytest-xdist, which has no types
    node.workerinput[_THOROUGH] = _is_thorough(node.config)


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
    """The share of fixes that close their fault, where tests/fixes ran; and whether the tests have become too slow."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    closed = [value for report in reports for name, value in report.user_properties if name == "closes"]
    if closed:
        share = sum(closed) / len(closed)
        terminalreporter.write_line(f"{sum(closed)} of {len(closed)} fixes close their fault ({share:.1%})")
    took = time.monotonic() - terminalreporter.config.stash[_STARTED]
    if took > _MOST_SECONDS and not _is_thorough(terminalreporter.config):
        terminalreporter.write_line(
            f"The tests took {took / 60:.1f} minutes. Unless the machine was busy, make the slowest faster."
        )


def _scope(nodeid: str) -> str:
    part = _part_of_module.match(nodeid)
    return (part[1] or part[2]) if part else nodeid.partition("::")[0]

"""The tests that `--hdrcli-openapi` generates, as nodes of pytest's collection."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from hdrcli.config.given import settings_of_project
from hdrcli.pytest_plugin.opened import Case, Opened
from hdrcli.records.errors import UsageError


class Generated:
    """A plugin that adds the tests of these targets to the session."""

    def __init__(self, targets: Sequence[str]) -> None:
        self.targets = targets
        self.test_files: frozenset[Path] = frozenset()

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Add the collector of the tests to what the session collects."""
        report = yield
        if isinstance(collector, pytest.Session) and report.passed:
            report.result = [*report.result, Routes.from_parent(collector, name="hdrcli", generated=self)]
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: Sequence[pytest.Item]) -> None:
        """Note the files of all tests, before some are deselected."""
        self.test_files = frozenset(item.path for item in items)


class Routes(pytest.Collector):
    """Collects a test for each route and origin of the targets."""

    def __init__(self, *, generated: Generated, name: str, **given: Any) -> None:  # noqa: ANN401 -- pytest's own
        super().__init__(name, nodeid=name, **given)
        self._generated = generated

    def collect(self) -> Iterator[pytest.Item]:
        """See `pytest.Collector`. Raises `CollectError` for what cannot be checked."""
        sources: dict[str, str] = {}
        try:
            settings, sources = settings_of_project((), os.environ)
            opened = Opened(self._generated.targets, settings)
            self.config.add_cleanup(opened.close)
            cases = opened.cases()
        except UsageError as error:
            message = f"{sources.get(error.option, error.option)} {error.message}".lstrip()
            raise self.CollectError(f"--hdrcli-openapi: {message}") from None
        for case in cases:
            yield RouteTest.from_parent(self, name=case.name, case=case, opened=opened, generated=self._generated)


class RouteTest(pytest.Item):
    """The test of a route, called from the page of one origin."""

    def __init__(self, *, case: Case, opened: Opened, generated: Generated, **given: Any) -> None:  # noqa: ANN401 -- as above
        super().__init__(**given)
        self._case = case
        self._opened = opened
        self._generated = generated
        if case.skipped:
            self.add_marker(pytest.mark.skip(reason=case.skipped))

    def runtest(self) -> None:
        """Fail with the text of the findings and expectations that `hdrcli check` would fail for."""
        try:
            self._opened.check(self._case, self._generated.test_files)
        except (AssertionError, UsageError) as error:
            failure = str(error)
        else:
            return
        pytest.fail(failure, pytrace=False)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """See `pytest.Item`."""
        return self.config.rootpath / "hdrcli", 0, self.name

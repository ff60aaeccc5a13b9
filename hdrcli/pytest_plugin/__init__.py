"""The pytest plugin: the fixture `hdrcli`.

pytest loads this module in every run where hdrcli is installed. So it imports nothing until a test uses the fixture.
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hdrcli.pytest_plugin.checker import Checker


@pytest.fixture(scope="session")
def hdrcli(request: pytest.FixtureRequest) -> Checker:
    """Check an app or a URL as a page would call it: hdrcli.check(app, "/items").assert_readable("X-Total-Count")."""
    from hdrcli.pytest_plugin.checker import Checker

    return Checker(frozenset(item.path for item in request.session.items))

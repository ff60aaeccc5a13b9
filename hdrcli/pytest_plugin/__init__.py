"""The pytest plugin: the fixture `hdrcli`, and the tests that `--hdrcli-openapi` generates.

pytest loads this module in every run where hdrcli is installed. So it imports nothing until a test uses the fixture, or
the option is given.
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hdrcli.pytest_plugin.checker import Checker


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.getgroup("hdrcli").addoption(
        "--hdrcli-openapi",
        action="append",
        metavar="TARGET",
        help="Generate a test for each route of an app (main:app), of a service (its URL, or its name in the "
        "configuration), or of an OpenAPI document (a file), for each origin of the configuration.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Generate tests if they are wanted."""
    targets = config.getoption("hdrcli_openapi")
    if targets:
        from hdrcli.pytest_plugin.generated import Generated

        config.pluginmanager.register(Generated(targets))


@pytest.fixture(scope="session")
def hdrcli(request: pytest.FixtureRequest) -> Checker:
    """Check an app or a URL as a page would call it: hdrcli.check(app, "/items").assert_readable("X-Total-Count")."""
    from hdrcli.pytest_plugin.checker import Checker

    return Checker(frozenset(item.path for item in request.session.items))

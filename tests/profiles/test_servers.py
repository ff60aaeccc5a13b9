"""Profiles against real servers with broken and correct CORS configurations.

All that has to be set is found in one check: with the settings of the report applied, the client works.
"""

from __future__ import annotations

import os
from functools import reduce
from pathlib import Path
from typing import Final

import pytest

from hdrcli.records.errors import ExitStatus
from hdrcli.stacks import fix_for, stack_by_name
from tests.fixes.configuration import PAGE, Configuration, apply
from tests.profiles.clients import BROWSERS, run_client, run_client_of_app
from tests.profiles.real_clients import PACKAGES
from tests.profiles.servers import KINDS, app_of, breakings, is_installed, serve, serve_tus_of_node

SERVERS: Final = [
    pytest.param(
        server, marks=pytest.mark.skipif(not is_installed(kind.package), reason=f"{kind.package} is not installed")
    )
    for server, kind in KINDS.items()
]
"""A server that is missing is skipped once, so that it is listed."""
CORRECT: Final = [
    pytest.param(server, kind.correct, id=f"{server}: correct")
    for server, kind in KINDS.items()
    if is_installed(kind.package)
]
BREAKINGS: Final = [
    pytest.param(server, configuration, id=f"{server}: {name}")
    for server, kind in KINDS.items()
    if is_installed(kind.package)
    for name, configuration in breakings(kind).items()
]
tus_of_node = pytest.mark.skipif(not is_installed("@tus/server"), reason="@tus/server is not installed")


@pytest.mark.parametrize("server", SERVERS)
def test_a_client_works_with_a_correct_configuration(server: str) -> None:
    kind = KINDS[server]
    with serve(server, kind.correct) as url:
        client = run_client(url, kind.profile)

    assert client.faults == {}
    assert client.works == dict.fromkeys(BROWSERS, True)
    assert client.exit_status is ExitStatus.OK
    assert all(status is not None for step, status in client.statuses.items() if step != "tools/call")


@pytest.mark.parametrize(("server", "configuration"), BREAKINGS)
def test_one_fix_makes_the_client_work(server: str, configuration: Configuration) -> None:
    kind = KINDS[server]
    stack = stack_by_name(kind.stack)
    assert stack is not None
    with serve(server, configuration) as url:
        before = run_client(url, kind.profile, stack=kind.stack)
    settings = [setting for result in before.results for setting in result.settings]
    fixed = reduce(apply, (fix_for(setting, stack) for setting in settings), configuration)
    with serve(server, fixed) as url:
        after = run_client(url, kind.profile, stack=kind.stack)

    assert before.works == dict.fromkeys(BROWSERS, False)
    assert before.exit_status is ExitStatus.FAILED
    assert after.faults == {}
    assert after.works == dict.fromkeys(BROWSERS, True)
    assert after.exit_status is ExitStatus.OK


@pytest.mark.parametrize(
    ("server", "configuration"),
    [each for each in [*CORRECT, *BREAKINGS] if KINDS[str(each.values[0])].stack == "starlette"],
)
def test_an_app_in_process_is_judged_as_its_server(server: str, configuration: Configuration, tmp_path: Path) -> None:
    kind = KINDS[server]
    with serve(server, configuration) as url:
        served = run_client(url, kind.profile, stack=kind.stack)
    called = run_client_of_app(app_of(server, configuration, tmp_path), kind.path, kind.profile, stack=kind.stack)

    assert called.statuses == served.statuses
    assert called.faults == served.faults
    assert called.settings == served.settings
    assert called.works == served.works
    assert called.exit_status is served.exit_status


def test_all_servers_are_installed_where_they_have_to_be() -> None:
    """`.ci/fixes` installs them."""
    packages = [*(kind.package for kind in KINDS.values()), "@tus/server", *PACKAGES.values(), "esbuild"]

    assert os.environ.get("HDRCLI_REQUIRE_STACKS") != "1" or all(map(is_installed, packages))


@pytest.mark.skipif(not is_installed("mcp"), reason="mcp is not installed")
def test_a_server_that_refuses_the_origin_itself_is_recognized() -> None:
    """The MCP SDK of Python does, by default, for all pages but those of loopback."""
    kind = KINDS["python-sdk"]
    client_page = "https://other.example"
    configuration = kind.correct.with_option("origins", PAGE, client_page)
    with serve("python-sdk", configuration) as url:
        client = run_client(url, "mcp", origins=(client_page,))

    assert client.statuses["initialize"] == 403
    assert "Origin" in client.faults["initialize"][0]
    assert client.works == dict.fromkeys(BROWSERS, False)


@tus_of_node
def test_tus_works_with_the_reference_server() -> None:
    with serve_tus_of_node("") as url:
        client = run_client(url, "tus")

    assert (client.faults, client.exit_status) == ({}, ExitStatus.OK)
    assert client.statuses == {"creation": 201, "first part": 204, "resumption": 200}


@tus_of_node
def test_tus_does_not_work_for_a_page_that_the_reference_server_does_not_allow() -> None:
    with serve_tus_of_node('allowedOrigins: ["https://other.example"]') as url:
        client = run_client(url, "tus")

    assert client.works == dict.fromkeys(BROWSERS, False)
    assert client.settings["origins"] == ["https://app.example", "https://other.example"]

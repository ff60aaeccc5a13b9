"""The simulation of a client has a second judge: the client itself, in a real Chromium, at the same server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from tests.fixes.configuration import Configuration
from tests.profiles.clients import run_client
from tests.profiles.real_clients import PACKAGES, Clients, running_clients
from tests.profiles.servers import KINDS, breakings, is_installed, serve

CASES: Final = [
    pytest.param(server, configuration, id=f"{server}: {name}")
    for server, kind in KINDS.items()
    for name, configuration in {"correct": kind.correct, **breakings(kind)}.items()
    if all(map(is_installed, (kind.package, PACKAGES[kind.profile], "esbuild")))
]


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    with running_clients() as running:
        yield running


@pytest.mark.parametrize(("server", "configuration"), CASES)
def test_the_client_works_where_the_profile_says_so(
    server: str, configuration: Configuration, clients: Clients
) -> None:
    kind = KINDS[server]
    with serve(server, configuration) as url:
        verdict = run_client(url, kind.profile)
        errors = clients.errors(kind.profile, url)

    assert (errors == []) is verdict.works["chromium"], errors


def test_each_profile_with_a_real_server_has_its_real_client() -> None:
    assert {kind.profile for kind in KINDS.values()} == PACKAGES.keys()

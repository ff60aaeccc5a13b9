"""`hdrcli audit` of real software: what is found is what its settings allow, over http and https."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import trustme

from tests.audit.bed import FAULTY, PAGE
from tests.audit.real_servers import REAL, RealServer
from tests.cli.program import hdrcli
from tests.fixes.serving import INSTALLED
from tests.serving.site import Site
from tests.serving.tls import server_context


def findings(url: str, *words: str) -> dict[str, str]:
    """The severities by probe."""
    ended = hdrcli("audit", f"{url}/items", f"--origin={PAGE}", "--timeout=10", "--format=json", *words)
    (found,) = json.loads(ended.out)["audits"]
    assert found["outcome"] == "audited"
    return {finding["probe"]: finding["severity"] for finding in found["findings"]}


@pytest.mark.parametrize("server", REAL.values(), ids=REAL)
def test_real_software(server: RealServer) -> None:
    if server.stack not in INSTALLED:
        pytest.skip(f"{server.stack} is not installed")
    with server.serve() as url:
        assert findings(url, "--insecure") == server.finds


def test_https_with_an_authority(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    server, expected = FAULTY["allows the page over http"]
    with Site({}, otherwise=server, tls=server_context("127.0.0.1", authority=authority)) as site:
        assert findings(site.url, f"--cacert={tmp_path / 'authority.pem'}") == expected


def test_real_software_has_faults_and_none() -> None:
    faulty = [server for server in REAL.values() if server.finds]
    assert (len(faulty), len(REAL) - len(faulty)) == (11, 9)

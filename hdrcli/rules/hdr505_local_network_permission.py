"""A public page requests a private address, for which Chromium asks its user for permission.

Cause: The page is served over https from a public name, and the URL's host is a private address (`10.…`, `172.16.…` to
`172.31.…`, `192.168.…`, `169.254.…`, `fc…`, `fe80…`) or a name under `.local`.

Why it matters: Since Chrome 142, such a request waits until the user allows the site to access the local network. If
the user refuses, `fetch()` rejects, and the console reports "Permission was denied for this request to access the …
address space". No response header changes that: the preflights of Private Network Access, with
`Access-Control-Allow-Private-Network`, were abandoned.

The same applies to loopback addresses. hdrcli does not report those: a service on localhost mostly stands in for one
that will be public, and so does the page's origin.

Fix: Serve the page and the service from the same network, or give the service a public name. If it has to be local,
explain the prompt to your users before the first request.

Similar faults: HDR002 (a private address over plain http is also mixed content).

Tested by: tests/rules/test_advice_rules.py

References: https://wicg.github.io/local-network-access/,
https://developer.chrome.com/blog/local-network-access
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Final

from hdrcli.fetch.url import is_ip_address, is_loopback
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR505"
NAME = "local-network-permission"
SEVERITY = Severity.ADVICE
SPEC = "https://wicg.github.io/local-network-access/#ip-address-space-section"

_LOCAL: Final = tuple(
    ip_network(block)
    for block in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
    )
)
"""https://wicg.github.io/local-network-access/#non-public-ip-address-blocks"""


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """For pages that the user named, and requests that were sent."""
    host = next((fetch.exchanges[0].request.url.host for fetch in diagnosis.wanted if fetch.exchanges), "")
    if diagnosis.default_page or not _is_local(host):
        return
    fetches = tuple(
        fetch
        for fetch in diagnosis.wanted
        if fetch.page.scheme == "https" and _is_public(fetch.page.host)
        if fetch.response is not None
    )
    if fetches:
        yield Fault(
            variant=host,
            fetches=fetches,
            evidence=(f"{host} is an address of the local network",),
            impact=(
                "Chromium asks the user for permission first; if it is refused, fetch() rejects with a TypeError.",
            ),
            fix="Serve the page and the service from the same network, or explain the prompt to the page's users",
        )


def _is_public(host: str) -> bool:
    return not is_loopback(host) and not _is_local(host)


def _is_local(host: str) -> bool:
    if not is_ip_address(host):
        return host.removesuffix(".").endswith(".local")
    address = ip_address(host.strip("[]"))
    return any(address in network for network in _LOCAL)

"""A public page requests an address of the local network, for which Chromium asks its user for permission.

Cause: The page is public, and the URL's host is a private address (`10.…`, `172.16.…` to `172.31.…`, `192.168.…`,
`169.254.…`, `fc…`, `fe80…`), a name under `.local`, or the user's own machine.

Why it matters: Since Chrome 142, such a request waits until the user allows the site to access the local network. If
the user refuses, `fetch()` rejects, and the console reports "Permission was denied for this request to access the …
address space". A page that is not loaded over https cannot ask for the permission. No response header changes that: the
preflights of Private Network Access, with `Access-Control-Allow-Private-Network`, were abandoned.

`--page-address-space public` says that the page is public, and simulates it without the permission: its requests to
these addresses are blocked in Chromium. hdrcli sees only addresses in URLs, not those that names resolve to. Without
this option, the permission counts as granted; for an https page with a public name, this is advice. It is not given for
loopback addresses: a service on localhost mostly stands in for one that will be public, and so does the page's origin.

Fix: Serve the page and the service from the same network, or give the service a public name. If it has to be local,
load the page over https, and explain the prompt to your users before the first request.

Similar faults: HDR002 (in Firefox and Safari, a private address over plain http is mixed content).

Tested by: tests/rules/test_advice_rules.py

References: https://wicg.github.io/local-network-access/,
https://developer.chrome.com/blog/local-network-access
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import Failure
from hdrcli.fetch.address_space import address_space
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR
from hdrcli.rules.evidence.lines import failure_sentences
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR505"
NAME = "local-network-permission"
SEVERITY = Severity.ADVICE
SPEC = "https://wicg.github.io/local-network-access/#ip-address-space-section"
EXPLAINS: Final = frozenset({Failure.LOCAL_NETWORK})

_FIX: Final = "Serve the page and the service from the same network, or explain the prompt to the page's users"
_FIX_INSECURE: Final = "Serve the page and the service from the same network, or the page over https"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """An error for fetches that are blocked; otherwise advice, if nobody said where the page comes from."""
    blocked = diagnosis.failing(Failure.LOCAL_NETWORK)
    if blocked:
        subjects = {getattr(fetch.result, "subject", "") for fetch in blocked}
        yield Fault(
            variant="blocked",
            fetches=blocked,
            evidence=failure_sentences(blocked),
            impact=(TYPE_ERROR,),
            fix=_FIX if subjects == {"permission"} else _FIX_INSECURE,
            severity=Severity.ERROR,
        )
    elif diagnosis.page_address_space is None and not diagnosis.default_page:
        yield from _advice(diagnosis)


def _advice(diagnosis: Diagnosis) -> Iterator[Fault]:
    """For https pages with a public name, and requests that were sent to a local address."""
    host = next((fetch.exchanges[0].request.url.host for fetch in diagnosis.wanted if fetch.exchanges), "")
    fetches = tuple(
        fetch
        for fetch in diagnosis.wanted
        if fetch.page.scheme == "https" and address_space(fetch.page.host) in {None, "public"}
        if fetch.response is not None
    )
    if fetches and address_space(host) == "local":
        yield Fault(
            variant=host,
            fetches=fetches,
            evidence=(f"{host} is an address of the local network",),
            impact=(
                "Chromium asks the user for permission first; if it is refused, fetch() rejects with a TypeError.",
            ),
            fix=_FIX,
        )

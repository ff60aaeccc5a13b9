"""`hdrcli audit` of several hosts at once: each host once at a time, and the results in the order of the list."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Final

from tests.cli.program import Ended, hdrcli
from tests.serving.http import Request, answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import Site

HOSTS: Final = ("127.0.0.1", "localhost", "a.localhost")
"""On macOS, only 127.0.0.1 is there by itself."""
LAST: Final = f"chrome-extension://{'a' * 32}"
"""The origin that an audit tries last."""


def host_of(request: Request) -> str:
    return (request.get("host") or "").rpartition(":")[0]


def urls_of(site: Site) -> list[str]:
    """Two of each host."""
    return [f"http://{host}:{site.port}/{number}" for number in range(2) for host in HOSTS]


def audited(ended: Ended) -> list[str]:
    return [json.loads(line)["url"] for line in ended.out.splitlines()]


class AllHostsAtOnce:
    """Responds to no host until all have sent a request, and notes how many requests each has at once."""

    def __init__(self) -> None:
        self._barrier = threading.Event()
        self._lock = threading.Lock()
        self._now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    def __call__(self, request: Request) -> bytes:
        with self._at_work(host_of(request)):
            assert self._barrier.wait(DEADLINE)
            return answer()

    @contextmanager
    def _at_work(self, host: str) -> Iterator[None]:
        with self._lock:
            self._now[host] += 1
            self.most[host] = max(self.most[host], self._now[host])
            if len(self.most) == len(HOSTS):
                self._barrier.set()
        yield
        with self._lock:
            self._now[host] -= 1


def test_a_host_is_audited_once_at_a_time_and_several_hosts_at_once() -> None:
    hosts = AllHostsAtOnce()
    with Site({}, otherwise=hosts) as site:
        urls = urls_of(site)
        ended = hdrcli("audit", "--format=jsonl", f"--timeout={DEADLINE}", *urls)
    assert audited(ended) == urls
    assert dict(hosts.most) == dict.fromkeys(HOSTS, 1)


def test_one_at_once() -> None:
    with Site({}, otherwise=answer()) as site:
        urls = urls_of(site)
        assert audited(hdrcli("audit", "--format=jsonl", "--targets-at-once=1", *urls)) == urls
    assert len(list(groupby(map(host_of, site.requests)))) == len(urls)


def test_the_order_is_that_of_the_list_whatever_ends_first() -> None:
    """The first host responds when the audits of the others have come to their last request."""
    others = threading.Semaphore(0)
    held: list[Request] = []

    def respond(request: Request) -> bytes:
        if host_of(request) != HOSTS[0]:
            if request.get("origin") == LAST:
                others.release()
        elif not held:
            held.append(request)
            assert all(others.acquire(timeout=DEADLINE) for _ in HOSTS[1:])
        return answer()

    with Site({}, otherwise=respond) as site:
        urls = urls_of(site)[: len(HOSTS)]
        ended = hdrcli("audit", "--format=jsonl", f"--timeout={DEADLINE}", *urls)
    assert audited(ended) == urls


def test_no_more_share_a_rate_than_it_has_requests_a_second() -> None:
    with Site({}, otherwise=answer()) as site:
        ended = hdrcli("audit", "--format=jsonl", "--rate=1/s", "--max-time=2.2", *urls_of(site)[:2])
    assert [json.loads(line)["outcome"] for line in ended.out.splitlines()] == ["incomplete", "incomplete"]
    assert len(list(groupby(map(host_of, site.requests)))) == 2

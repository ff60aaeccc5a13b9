"""Audits several URLs at once, and no site more than once at a time."""

from __future__ import annotations

import asyncio
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Final

from hdrcli.audit.result import Audit
from hdrcli.audit.run import Trial
from hdrcli.checking.ordering import in_order
from hdrcli.fetch.url import URL, site_of
from hdrcli.reporters.view import shown_url
from hdrcli.settings import Settings
from hdrcli.wire.transport import Transport

_AHEAD: Final = 25
"""URLs that may wait for their site, as a multiple of those that are audited at once."""


class Audits:
    """The audits of a list: `run` hands each to `add` as soon as it and all before it have ended."""

    def __init__(
        self, urls: Sequence[URL], settings: Settings, network: Transport, at_once: int, add: Callable[[Audit], None]
    ) -> None:
        self._urls = urls
        self._settings = settings
        self._network = network
        # Whoever shares a rate gets at least a request a second: each audit has its time limit.
        self._at_once = at_once if settings.rate is None else min(at_once, math.ceil(settings.rate))
        self._add = add
        self._places = asyncio.Semaphore(self._at_once)
        self._sites: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._users: Counter[str] = Counter()
        self._begun: dict[int, Trial] = {}
        """Those that were not handed on yet, by their place in the list."""
        self._handed_on = 0

    async def run(self) -> None:
        """Audit all URLs. What was found is handed on even if it is cancelled, in the order of the list.

        Raises `UsageError` as `Trial`, and what `add` raises.
        """
        try:
            numbers = range(len(self._urls))
            async with aclosing(in_order(self._audit, numbers, _AHEAD * self._at_once)) as ended:
                async for number in ended:
                    self._hand_on(number)
        finally:
            for number in sorted(self._begun):
                self._hand_on(number)

    def progress(self) -> str:
        """What is being done."""
        at_work = [self._begun[number] for number in sorted(self._begun) if not self._begun[number].has_ended]
        total = len(self._urls)
        texts = [f"{total - self._left:,} of {total:,} URLs"] if total > 1 else []
        if len(at_work) > 1:
            texts.append(f"{len(at_work)} at once")
        texts += [f"{shown_url(str(each.url))}: {len(each.tried)} of {each.planned} origins" for each in at_work]
        return ", ".join(texts)

    @property
    def _left(self) -> int:
        return len(self._urls) - self._handed_on - sum(trial.has_ended for trial in self._begun.values())

    async def _audit(self, number: int) -> int:
        """Audit a URL when it is its site's turn; its number."""
        url = self._urls[number]
        site = site_of(url.host)
        self._users[site] += 1
        try:
            async with self._sites[site], self._places:
                trial = self._begun[number] = Trial(url, self._settings, self._network)
                await trial.run()
        finally:
            self._users[site] -= 1
            if not self._users[site]:
                del self._users[site], self._sites[site]
        return number

    def _hand_on(self, number: int) -> None:
        self._handed_on += 1
        result = self._begun.pop(number).result()
        try:
            self._add(result)
        except BaseException:
            self._begun.clear()  # nobody takes them
            raise

"""How fast a list is checked."""

from __future__ import annotations

from typing import Final

from hdrcli.settings import Settings
from hdrcli.structs import Record, replace

_TIMEOUTS: Final = 10


class Pace(Record, frozen=True, kw_only=True):
    """How many targets are checked at once, in all and of one site; how many requests a second each site gets.

    `processes`, of which there are no more than targets, share them and the rate of the settings. No site is shared.
    """

    targets: int
    per_site: int
    rate_per_site: float | None = None
    processes: int = 1

    def shared(self, settings: Settings) -> tuple[Settings, Pace]:
        """The settings and the pace of each process."""
        rate = None if settings.rate is None else settings.rate / self.processes
        return replace(settings, rate=rate), replace(self, targets=self.targets // self.processes, processes=1)

    def time_limit(self, settings: Settings) -> float:
        """The seconds that one target may take: ten times as long as one request, which waits for its turn.

        All targets at once may share a rate: their redirects may lead to one site.
        """
        rates = [rate for rate in (settings.rate, self.rate_per_site) if rate is not None]
        return _TIMEOUTS * (settings.timeout + sum(self.targets / rate for rate in rates))

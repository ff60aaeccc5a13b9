"""Which of a page's fetches something is about, in few words."""

from __future__ import annotations

from collections.abc import Sequence

from hdrcli.records.route import FetchRecord


def whose(some: Sequence[FetchRecord], of_page: Sequence[FetchRecord]) -> str:
    """The credentials modes of some of a page's fetches, each with its browsers unless these are all there are."""
    parts = []
    for mode in dict.fromkeys(fetch.credentials for fetch in some):
        browsers = dict.fromkeys(fetch.browser for fetch in some if fetch.credentials == mode)
        alone = browsers.keys() != {fetch.browser for fetch in of_page if fetch.credentials == mode}
        parts.append(f'"{mode}" in {" and ".join(browsers)}' if alone else f'"{mode}"')
    return " and ".join(parts)

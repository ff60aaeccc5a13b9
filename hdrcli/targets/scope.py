"""Which options mean nothing for which kind of target: one that a user writes next to such a target is refused.

Only flags are: an environment variable or a configuration file holds for all checks. Of several targets, one has to be
of a kind that the flag is for. `--route` chooses among the requests of a recording, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings

KindName = Literal["app", "url", "list", "curl", "launch", "recording", "recorded requests", "sample"]
"""A recording shows responses only, or the requests, too."""

_NETWORK: Final = (
    *("--proxy", "--resolve", "--connect-to", "--unix-socket", "--connect-timeout", "--retries", "--rate"),
    *("--http2", "--verify", "--cacert", "--cert", "--key"),
)
_FROM_DOCUMENT: Final = ("--openapi", "--server", "--param", "--tag", "--operation-id", "--include-unsafe")
_DOCUMENT: Final = (*_FROM_DOCUMENT, "--route")
_PROFILE: Final = ("--profile",)
_START: Final = ("--wait",)
_BASE: Final = ("--base-url",)
_SENDING: Final = ("--send", "--timeout", "--probe", "--preflight-only", "--repeat-writes")
_WRITTEN: Final = ("--method", "--head", "--data", "--json")
_SET_BY_PAGE: Final = ("--header", "--user", "--bearer")

_IN_PROCESS: Final = "is for a network, and an app in process has none: check it with --launch."
_NO_DOCUMENT: Final = "needs a service with an OpenAPI document: give its URL without a path."
_NO_START: Final = "is for what hdrcli starts, an app or a --launch command: omit it."
_NO_APP: Final = "is for an app in process: omit it."
_RECORDED: Final = "changes what is sent, and {name} is a recording: give the URL instead."
_OF_SAMPLE: Final = "does not go with --sample, which has its own URLs: omit it."
_OF_COMMAND: Final = "is part of the curl command: change it there."

WITHOUT_MEANING: Final[Mapping[KindName, Mapping[tuple[str, ...], str]]] = {
    "app": {_NETWORK: _IN_PROCESS},
    "url": {_START: _NO_START, _BASE: _NO_APP},
    "list": {_START: _NO_START, _BASE: _NO_APP, _DOCUMENT: _NO_DOCUMENT},
    "curl": {_START: _NO_START, _BASE: _NO_APP, _DOCUMENT: _NO_DOCUMENT, _WRITTEN: _OF_COMMAND},
    "launch": {_BASE: _NO_APP},
    "recording": {
        _START: _NO_START,
        _BASE: _NO_APP,
        _FROM_DOCUMENT: _NO_DOCUMENT,
        _NETWORK: _RECORDED,
        _SENDING: _RECORDED,
    },
    "recorded requests": {_WRITTEN: _RECORDED, _SET_BY_PAGE: _RECORDED},
    "sample": {_START: _OF_SAMPLE, _BASE: _OF_SAMPLE, _DOCUMENT: _OF_SAMPLE, _PROFILE: _OF_SAMPLE},
}
"""The long flags that mean nothing for a kind, and what to do instead. The last kind adds to that of recordings."""

_SHOWN: Final = {"--verify": "--insecure", "--probe": "--no-probe"}
"""How a flag is written by which a setting changes."""


FLAGS: Final = frozenset(option for kind in WITHOUT_MEANING.values() for options in kind for option in options)
"""All flags that mean nothing for some kind."""


class OutOfScopeError(UsageError):
    """A flag means nothing for the only target."""


def check_scope(kind: KindName, settings: Settings, name: str = "") -> None:
    """Raise `OutOfScopeError` for a flag that means nothing for the only target, of this kind and name."""
    if len(settings.targets) > 1:
        return
    for options, sentence in WITHOUT_MEANING[kind].items():
        for option in options:
            if option in settings.given:
                shown = "--http1.1" if option == "--http2" and settings.http2 is False else _SHOWN.get(option, option)
                raise OutOfScopeError(sentence.format(name=name), option=shown)

"""The form of a profile: the requests that a client makes from a page, in order, and the headers it has to read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from hdrcli.fetch.headers import Header
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import CORS_SAFELISTED_RESPONSE_HEADER_NAMES
from hdrcli.fetch.safelist import SAFE_METHODS
from hdrcli.structs import Record

_SUCCESS: Final = "2xx"

values_in: Final = re.compile(r"\{([a-z]+)\}").findall
"""The names of the values that a text has in braces."""


class Given(Record, frozen=True, kw_only=True):
    """A value that the response to a step gives to later steps, under the name `value`.

    It is that of `header`, or the part of it that the group of `pattern` matches; or, in a body that is a JSON object,
    the member `member`, or the first element of that. Only a response with `status` gives it. `default` is the value
    if such a response doesn't have it; without a default, headers with the value are then omitted.
    """

    value: str
    header: str = ""
    pattern: str = ""
    member: str = ""
    status: str = _SUCCESS
    default: str = ""


class Step(Record, frozen=True, kw_only=True):
    """One request of the client.

    `url` is relative to the URL that the user names, or to the value named `base`. In `url` and `headers`, `{name}` is
    a value that an earlier step gave; `{path}` is the path of the URL that `url` is relative to, without a slash at the
    end. `headers` are those that the client sets. `statuses` are those that the client accepts; `hints` say what other
    ones mean.

    The client can't work if a header of `reads` is not sent or hidden. One of `reads_one_of` must be sent; of those,
    and of `reads_if_sent`, all that are sent must be readable. Those of `useful` make the client better.

    The step belongs to the sequence only after the step and status of `after`, and not without the value `needs`. With
    `preflight_only`, the client's request is not sent, only its preflight, as it would change something.
    """

    name: str
    method: str = "GET"
    url: str = ""
    base: str = ""
    headers: tuple[Header, ...] = ()
    body: str | None = None
    statuses: tuple[str, ...] = (_SUCCESS,)
    hints: tuple[tuple[int, str], ...] = ()
    reads: tuple[str, ...] = ()
    reads_one_of: tuple[str, ...] = ()
    reads_if_sent: tuple[str, ...] = ()
    useful: tuple[str, ...] = ()
    gives: tuple[Given, ...] = ()
    after: tuple[str, str] | None = None
    needs: str = ""
    preflight_only: bool = False

    @property
    def writes(self) -> bool:
        """Whether the request may change something and is sent."""
        return self.method not in SAFE_METHODS and not self.preflight_only

    @property
    def all_reads(self) -> tuple[str, ...]:
        """All response headers that the client reads."""
        return (*self.reads, *self.reads_one_of, *self.reads_if_sent, *self.useful)


class Profile(Record, frozen=True, kw_only=True):
    """A client. `url` says which URL to give, `sources` where its requests and headers are from."""

    name: str
    title: str
    url: str
    steps: tuple[Step, ...]
    sources: tuple[str, ...]
    note: str = ""

    def step(self, name: str) -> Step:
        """The step of this name."""
        return next(step for step in self.steps if step.name == name)


def exposed_names(steps: Iterable[Step]) -> tuple[str, ...]:
    """The response headers of these steps that JavaScript can read only if they are exposed.

    Those of `reads_one_of` are not among them: a service needs only its own.
    """
    names = (name for step in steps for name in (*step.reads, *step.reads_if_sent, *step.useful))
    return tuple(
        dict.fromkeys(name for name in names if byte_lowercase(name) not in CORS_SAFELISTED_RESPONSE_HEADER_NAMES)
    )

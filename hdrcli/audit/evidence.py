"""What the responses and the address of a service show about its data: whose they are, and who reaches them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import closing

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.address_space import address_space
from hdrcli.fetch.headers import get, values_of
from hdrcli.fetch.url import URL
from hdrcli.structs import Record
from hdrcli.wire.connecting import resolve
from hdrcli.wire.look_ups import LookUps


class Evidence(Record, frozen=True, kw_only=True):
    """`private_data` are the signs that responses depend on the user, each as a phrase.

    With `is_for_everyone`, all responses say that they are the same for all users. With `is_local`, only the users of a
    network reach the service.
    """

    private_data: tuple[str, ...] = ()
    is_for_everyone: bool = False
    is_local: bool = False


def evidence_of(responses: Iterable[HTTPResponse], *, is_local: bool) -> Evidence:
    """What these responses show."""
    listed = list(responses)
    private_data = tuple(dict.fromkeys(sign for response in listed for sign in _signs(response)))
    return Evidence(
        private_data=private_data,
        is_for_everyone=bool(listed) and not private_data and all(map(_is_for_everyone, listed)),
        is_local=is_local,
    )


async def is_on_local_network(url: URL, *, by_proxy: bool, seconds: float) -> bool:
    """Whether all addresses of the URL's host are those of local networks; they are looked up within this time.

    Loopback addresses do not count: a service that is developed there is deployed somewhere else. `by_proxy` says that
    a proxy makes the connections, so that the name is not looked up here.
    """
    space = address_space(url.host)
    if space is not None or by_proxy:
        return space == "local"
    try:
        with closing(LookUps()) as look_ups:
            async with asyncio.timeout(seconds):
                found = await resolve(url.host, url.origin.port or 0, look_ups)
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(address_space(_host(str(place[0]))) == "local" for _, place in found)


def _host(address: str) -> str:
    """An address as URLs have it, without the name of a network interface."""
    return f"[{address.partition('%')[0]}]" if ":" in address else address


def _signs(response: HTTPResponse) -> Iterator[str]:
    if response.status in {401, 403}:
        yield f"status {response.status}"
    if values_of("Set-Cookie", response.headers):
        yield "Set-Cookie"
    if "private" in _elements("Cache-Control", response):
        yield "Cache-Control: private"
    yield from (f"Vary: {name.title()}" for name in ("authorization", "cookie") if name in _elements("Vary", response))


def _is_for_everyone(response: HTTPResponse) -> bool:
    """Whether the response may be given to other users: https://www.rfc-editor.org/rfc/rfc9111.html#section-5.2.2.9."""
    directives = _elements("Cache-Control", response)
    return "public" in directives and "no-store" not in directives


def _elements(name: str, response: HTTPResponse) -> list[str]:
    value = get(name, response.headers) or ""
    return [element.partition("=")[0].strip(" \t").lower() for element in value.split(",")]

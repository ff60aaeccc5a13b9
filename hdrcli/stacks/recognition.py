"""Recognises the layers of a service by the evidence in its responses.

A request passes layers: a gateway or a proxy in front, the application, a store. One response shows some of them, and
how each took part in it: it did CORS, wrote the response, or passed it on. A fix belongs in the layer that does CORS;
where that one can't be told, in no stack's terms: a line for the wrong layer is worse than the header itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.stacks.evidence import Evidence, Sign
from hdrcli.stacks.registry import ANY, STACKS
from hdrcli.stacks.stack import Stack

_IN_FRONT: Final = frozenset({"gateway", "proxy"})
_PREFIX: Final = "access-control-"
_LOOKED_AT: Final = 4
_MOST_KINDS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A stack that was recognised, and by which sign."""

    stack: Stack
    sign: Sign

    @property
    def is_certain(self) -> bool:
        """Whether there is no doubt; otherwise it is only likely."""
        return self.sign.certainty == "certain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The layers of a service, or of one response.

    `app` is the application or the store, `front` are the layers before it, `cors` is the one that was seen to do CORS.
    `front_wrote` says that one of `front` wrote a response itself, `hidden_cors` that a layer behind `front` does CORS
    and nothing identifies it.
    """

    app: Layer | None = None
    front: tuple[Layer, ...] = ()
    cors: Layer | None = None
    front_wrote: bool = False
    hidden_cors: bool = False

    @property
    def layer(self) -> Layer | None:
        """The layer to configure: the one that does CORS, or else the application, or else the only one there is."""
        if self.cors is not None:
            return self.cors
        if self.app is not None:
            return self.app
        return self.front[-1] if self.front and not self.hidden_cors else None

    @property
    def stack(self) -> Stack:
        """The stack in whose terms fixes are worded; `ANY` if it isn't known."""
        return self.layer.stack if self.layer is not None else ANY


def recognise(responses: Iterable[HTTPResponse]) -> Stack:
    """The stack to configure, by the responses of one service (preflights' too), or `ANY`."""
    return recognise_layers(responses).stack


def recognise_layers(responses: Iterable[HTTPResponse]) -> Recognised:
    """The layers behind these responses: those of a service, or one response to know who wrote it."""
    recogniser = Recogniser()
    for response in responses:
        recogniser.add(response)
    return recogniser.recognised


class Recogniser:
    """Takes the responses of a service, one after the other, and keeps no more of them than the layers they show.

    Responses of one status with the same names are mostly alike: of each such kind, the first few are looked at.
    """

    def __init__(self) -> None:
        self._kinds: Counter[object] = Counter()
        self._found: dict[str, Layer] = {}
        self._did_cors: dict[str, Layer] = {}
        self._front_wrote = False
        self._hidden_cors = False

    def add(self, response: HTTPResponse) -> None:
        """Take the next response."""
        kind = response.status, tuple(name for name, _ in response.headers)
        if self._kinds[kind] >= _LOOKED_AT or len(self._kinds) > _MOST_KINDS:
            return
        self._kinds[kind] += 1
        evidence = Evidence(response)
        layers = tuple(_layers(evidence))
        for layer in layers:
            known = self._found.get(layer.stack.name)
            if known is None or (layer.is_certain and not known.is_certain):
                self._found[layer.stack.name] = layer
            if layer.sign.part == "did CORS":
                self._did_cors.setdefault(layer.stack.name, layer)
            if layer.stack.layer in _IN_FRONT and layer.sign.part != "passed on":
                self._front_wrote = True
        self._hidden_cors = self._hidden_cors or _comes_from_behind(evidence, layers)

    @property
    def recognised(self) -> Recognised:
        """The layers that the responses so far show."""
        layers = self._found.values()
        return Recognised(
            app=_best(layer for layer in layers if layer.stack.layer not in _IN_FRONT),
            front=tuple(layer for layer in layers if layer.stack.layer in _IN_FRONT),
            cors=_best(self._did_cors.values()),
            front_wrote=self._front_wrote,
            hidden_cors=self._hidden_cors,
        )


def _layers(evidence: Evidence) -> Iterator[Layer]:
    for stack in STACKS:
        sign = stack.recognise(evidence)
        if sign is not None:
            yield Layer(stack=stack, sign=sign)


def _best(layers: Iterable[Layer]) -> Layer | None:
    """A certain one before a likely one; none where two likely ones contradict each other."""
    known = tuple(layers)
    certain = [layer for layer in known if layer.is_certain]
    if certain:
        return certain[0]
    return known[0] if len(known) == 1 else None


def _comes_from_behind(evidence: Evidence, layers: Iterable[Layer]) -> bool:
    """Whether something behind a proxy did CORS: the proxy keeps the case of names, and these are in lower case.

    Vary: Origin without Access-Control-Allow-Origin is a CORS layer's work, too: a proxy would have been told both.
    """
    if not any(layer.stack.layer == "proxy" and layer.sign.part == "passed on" for layer in layers):
        return False
    lower_case = any(name.startswith(_PREFIX) for name in evidence.sent_names)
    varies = "origin" in {member.strip().lower() for member in evidence.get("vary").split(",")}
    return lower_case or (varies and "access-control-allow-origin" not in evidence.values)

"""Recognises the layers of a service by the evidence in its responses.

A request passes layers: a gateway or a proxy in front, the application, a store. One response shows some of them, and
how each took part in it: it did CORS, wrote the response, or passed it on. A fix belongs in the layer that does CORS;
where that layer isn't known, the fix is the header itself, as a line for the wrong layer does more harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.stacks.evidence import Evidence, Part, Sign
from hdrcli.stacks.registry import ANY, STACKS
from hdrcli.stacks.stack import Stack
from hdrcli.structs import Record, replace

_IN_FRONT: Final = frozenset({"gateway", "proxy"})
_PREFIX: Final = "access-control-"
_OF_ONE_SHAPE: Final = 3
_MOST_SHAPES: Final = 1000
_OF_CONNECTIONS: Final = frozenset({"connection", "date", "keep-alive", "server", "transfer-encoding", "vary", "via"})


class Layer(Record, frozen=True, kw_only=True):
    """A stack that was recognised, and by which sign."""

    stack: Stack
    sign: Sign

    @property
    def is_certain(self) -> bool:
        """Whether there is no doubt; otherwise it is only likely."""
        return self.sign.certainty == "certain"

    @property
    def is_in_front(self) -> bool:
        """Whether it is a proxy or a gateway."""
        return self.stack.layer in _IN_FRONT


class Recognised(Record, frozen=True, kw_only=True):
    """The layers of a service, or of one response.

    `app` is the application or the store, `front` are the layers before it, `cors` is the one that was seen to do CORS.
    `hidden_cors` says that a layer behind `front` does CORS and nothing identifies it. `by_hand` are the names of the
    stacks whose CORS layer can't have made the CORS headers that were seen.
    """

    app: Layer | None = None
    front: tuple[Layer, ...] = ()
    cors: Layer | None = None
    hidden_cors: bool = False
    by_hand: frozenset[str] = frozenset()

    @property
    def layer(self) -> Layer | None:
        """The layer to configure: the one that does CORS, or else the application, or else the only one there is."""
        if self.cors is not None and self.app is not None and self.cors.stack is self.app.stack:
            return self.app  # the same, by its surest sign
        if self.cors is not None:
            return self.cors
        if self.app is not None:
            return self.app
        return self.front[-1] if self.front and not self.hidden_cors else None

    @property
    def stack(self) -> Stack:
        """The stack in whose terms fixes are worded; `ANY` if it isn't known, or if it doesn't do CORS by its layer."""
        if self.layer is None or self.layer.stack.name in self.by_hand:
            return ANY
        return self.layer.stack if self.layer.is_certain else _likely(self.layer.stack)


@cache
def _likely(stack: Stack) -> Stack:
    return replace(stack, is_likely=True)


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
    """Takes the responses of a service, one after the other, and stores only the layers that they show.

    Of responses with the same status and the same names only the first few are examined: a service has many that show
    the same.
    """

    def __init__(self) -> None:
        self._shapes: Counter[tuple[int, tuple[str, ...]]] = Counter()
        self._found: dict[str, Layer] = {}
        self._did_cors: dict[str, Layer] = {}
        self._hidden_cors = False
        self._by_hand: set[str] = set()

    def add(self, response: HTTPResponse) -> None:
        """Take the next response."""
        shape = (response.status, tuple(name for name, _ in response.headers))
        if self._shapes[shape] == _OF_ONE_SHAPE or len(self._shapes) > _MOST_SHAPES:
            return
        self._shapes[shape] += 1
        evidence = Evidence(response)
        layers = recognise_in(evidence)
        for layer in layers:
            _keep_surest(layer, self._found)
            if layer.sign.part == "did CORS":
                _keep_surest(layer, self._did_cors)
        self._by_hand.update(stack.name for stack in STACKS if stack.by_hand(evidence))
        self._hidden_cors = self._hidden_cors or _comes_from_behind(evidence, layers)

    @property
    def recognised(self) -> Recognised:
        """The layers that the responses so far show."""
        found, did_cors = dict(self._found), dict(self._did_cors)
        for layer in self._found.values():
            found.pop(layer.stack.built_on, None)
            did_cors.pop(layer.stack.built_on, None)
        cors = _surest(did_cors.values())
        return Recognised(
            app=_surest(layer for layer in found.values() if not layer.is_in_front),
            front=tuple(layer for layer in found.values() if layer.is_in_front),
            cors=cors,
            hidden_cors=self._hidden_cors and cors is None,
            by_hand=frozenset(self._by_hand),
        )


def recognise_in(evidence: Evidence) -> tuple[Layer, ...]:
    """The layers that one response shows."""
    signs = ((stack, stack.recognise(evidence)) for stack in STACKS)
    return tuple(
        Layer(stack=stack, sign=replace(sign, part=_part(stack, sign, evidence)))
        for stack, sign in signs
        if sign is not None
    )


def _part(stack: Stack, sign: Sign, evidence: Evidence) -> Part:
    """A proxy did CORS on what it wrote itself, and where only its own names have capitals."""
    if stack.layer not in _IN_FRONT or not any(name.startswith(_PREFIX) for name in evidence.names):
        return sign.part
    is_its_own = sign.part == "wrote" or (stack.keeps_case and _cases(evidence) == (False, True))
    return "did CORS" if is_its_own else sign.part


def _comes_from_behind(evidence: Evidence, layers: Iterable[Layer]) -> bool:
    """Whether something behind a proxy did CORS: the proxy keeps the case of names, and these are in lower case.

    Vary: Origin without any other CORS header is from such a layer, too: a proxy is configured to send both.
    """
    passing = [layer for layer in layers if layer.stack.layer == "proxy" and layer.sign.part == "passed on"]
    if any(layer.stack.keeps_case for layer in passing) and _cases(evidence)[0]:
        return True
    if any(not layer.stack.has_cors for layer in layers) and any(name.startswith(_PREFIX) for name in evidence.names):
        return True
    varies = "origin" in {member.strip().lower() for member in evidence.get("vary").split(",")}
    return bool(passing) and varies and not any(name.startswith(_PREFIX) for name in evidence.names)


def _cases(evidence: Evidence) -> tuple[bool, bool]:
    """Whether a name of CORS is in lower case, and whether another name of the application's is."""
    lower_case = {name for name in evidence.sent_names if name.islower()} - _OF_CONNECTIONS
    of_cors = {name for name in lower_case if name.startswith(_PREFIX)}
    return bool(of_cors), bool(lower_case - of_cors)


def _keep_surest(layer: Layer, known: dict[str, Layer]) -> None:
    before = known.get(layer.stack.name)
    if before is None or (layer.is_certain and not before.is_certain):
        known[layer.stack.name] = layer


def _surest(layers: Iterable[Layer]) -> Layer | None:
    """A certain one before a likely one; none where two likely ones contradict each other."""
    known = tuple(layers)
    certain = [layer for layer in known if layer.is_certain]
    if certain:
        return certain[0]
    return known[0] if len(known) == 1 else None

"""What the rules on OpenAPI share: what the service's own document declares for the answer that came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord, RouteRecord, model_of_probes
from hdrcli.rules.finding import Context
from hdrcli.rules.near_names import near_pairs
from hdrcli.rules.openapi import DeclaredAnswer, DeclaredHeader, declared_answer

_OK: Final = 200
_OF_THE_REQUEST: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""They depend on who asks, and by which way: as do the headers of CORS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """An answer, and what is declared for it; `document` is the exchange that brought the OpenAPI document."""

    asked: Exchange
    answer: HTTPResponse
    declared: DeclaredAnswer
    document: Exchange
    document_answer: HTTPResponse

    @property
    def missing(self) -> tuple[DeclaredHeader, ...]:
        """What is declared and was not sent, as far as that does not depend on the request."""
        sent = {byte_lowercase(name) for name, _ in self.answer.headers} | _OF_THE_REQUEST
        return tuple(
            header
            for header in self.declared.headers
            if (name := byte_lowercase(header.name)) not in sent and not name.startswith("access-control-")
        )

    @property
    def misspelt(self) -> tuple[tuple[str, str], ...]:
        """The missing names, and the sent ones that they are likely to mean, in lower case."""
        sent = dict.fromkeys(byte_lowercase(name) for name, _ in self.answer.headers)
        return tuple(near_pairs((byte_lowercase(header.name) for header in self.missing), sent))

    def where(self) -> str:
        """Which part of the document declares it."""
        declared = self.declared
        return f"for {declared.method} {declared.path}, status {declared.status}, in {self.document.request.url}"

    def read_by(self, route: RouteRecord, context: Context) -> tuple[FetchRecord, ...]:
        """The fetches whose page reads this very answer."""
        return tuple(
            fetch
            for fetch in context.asked(route)
            if fetch.outcome == "readable" and fetch.exchanges[-1] is fetch.own_exchange
        )


def declaration(route: RouteRecord) -> Declaration | None:
    """The declaration for a route's answer, where the service has a document that declares one."""
    asked, probe = model_of_probes(route.fetches), route.probed("openapi")
    if asked is None or probe is None or probe.answer is None or not isinstance(asked.response, HTTPResponse):
        return None
    if probe.answer.status != _OK:
        return None
    answer, request = asked.response, asked.request
    declared = declared_answer(probe.answer.body, request.method, request.url.path, answer.status)
    if declared is None:
        return None
    return Declaration(
        asked=asked, answer=answer, declared=declared, document=probe.exchange, document_answer=probe.answer
    )

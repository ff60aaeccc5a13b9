"""What formats share about the client of a profile: its verdict, why a step fails, and all that has to be set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import NetworkError
from hdrcli.report.client import ClientResult, StepFault
from hdrcli.reporters.phrases import failure_phrase
from hdrcli.reporters.view import shortened
from hdrcli.stacks import Stack, text_for
from hdrcli.stacks.fix import FixText
from hdrcli.structs import replace
from hdrcli.verdict.exposure import judge_header

_LONGEST_LINE: Final = 4000


def client_verdicts(client: ClientResult) -> Iterator[tuple[str, str, bool | None]]:
    """Whether the client works, for which page and browsers, and the same as data: a sentence in two parts."""
    works = "works as far as it was verified" if client.not_sent else "works"
    texts = {True: works, False: "does not work", None: "was not verified"}
    found: dict[tuple[str, bool | None], list[str]] = {}
    for page, browser, result in client.works:
        found.setdefault((page, result), []).append(browser)
    for (page, result), browsers in found.items():
        yield f"{client.profile} {texts[result]}", f"for page {page} in {', '.join(browsers)}", result


def step_reason(fault: StepFault) -> str:
    """Why a step of a client fails, as a phrase."""
    result, response = fault.fetch.result, fault.fetch.response
    if isinstance(result, NetworkError):
        return f"{'no response' if fault.has_no_response else 'blocked'}: {failure_phrase(result)}"
    if fault.expectation is None:
        status = "" if response is None else response.status
        return f"the client does not accept the status {status}{fault.hint and f': {fault.hint}'}"
    names = fault.expectation.names
    verdicts = {name: judge_header(name, fault.fetch) for name in names}
    hidden = [name for name, verdict in verdicts.items() if verdict.sent and not verdict.readable]
    if not hidden:
        return f"{' or '.join(names)} is not sent"
    return f"{', '.join(hidden)} {'is' if len(hidden) == 1 else 'are'} hidden"


def client_fix(client: ClientResult, stack: Stack) -> tuple[FixText, ...]:
    """All settings that a client needs, as they are written in this stack."""
    texts = (text_for(setting, stack) for setting in client.settings)
    return tuple(replace(text, lines=tuple(shortened(line, _LONGEST_LINE) for line in text.lines)) for text in texts)

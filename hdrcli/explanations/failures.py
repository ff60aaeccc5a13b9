"""The explanation of a failure and of a console message: its meaning, each browser's message, the next step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hdrcli.explanations.browser_errors import Recognised
from hdrcli.explanations.commands import check_command
from hdrcli.explanations.headers import explain_header
from hdrcli.explanations.layout import blocks, paragraph, wrapped_columns
from hdrcli.explanations.meanings import MEANINGS
from hdrcli.explanations.pages import explain_rule
from hdrcli.explanations.topics import related_rules
from hdrcli.fetch import REQUEST_ERRORS, TRANSPORT_FAILURES, Failure
from hdrcli.rules import explained_by
from hdrcli.rules.registry import all_rules
from hdrcli.verdict.console import EARLIER_CHECKS
from hdrcli.verdict.console_table import (
    FORBIDDEN_REQUEST_HEADER,
    HIDDEN_HEADER,
    NO_RESPONSE,
    UNSPECIFIC,
    KnownMessage,
    known_messages,
)

_FOUND: Final = {
    "page": "page",
    "url": "URL",
    "redirected": "redirected from",
    "header": "header",
    "method": "method",
    "value": "value",
    "status": "status",
}

_PREFLIGHT: Final = "preflight-"
"""The beginning of the failures that only a preflight can have."""

_UNSPECIFIC: Final = (
    "A page learns no more than this, whatever failed, because the reason might reveal something about the other "
    'server. Chromium says "Failed to fetch", Firefox "NetworkError when attempting to fetch resource.", and WebKit '
    '"Load failed"; axios turns all of them into "Network Error". The browser\'s console (F12) states the reason, '
    "often in the line above: paste that one, or let hdrcli find out."
)
_NO_RESPONSE: Final = (
    "Firefox reports this if no HTTP response arrived, whether or not CORS is involved: an unknown host name, no "
    "server on the port, an untrusted certificate, a port that browsers block, an extension that interferes. It also "
    "reports it after each preflight that failed: the line above states the reason then."
)
_ORDER: Final = (
    "If a preflight's response has several faults, a console names the first one that the browser meets. In the "
    "standard, the order is: Access-Control-Allow-Origin and -Allow-Credentials, the status, a list that cannot be "
    "parsed, the method, the headers."
)
_HIDDEN: Final = (
    "The page asked XMLHttpRequest for a response header that it may not read, and got null. The header may have been "
    "sent, but the response does not expose it."
)
_FORBIDDEN: Final = (
    "The page set a request header that only the browser may set. The browser omitted it and sent the request."
)


def explain_failure(failure: Failure) -> str:
    """Explain a failure by its code."""
    return blocks(
        _meaning(failure),
        related_rules(_rules_on(failure)),
        _messages(failure),
        _command({}, preflighted=failure.startswith(_PREFLIGHT)),
    )


def explain_recognised(found: Recognised, more: str = "") -> str:
    """Explain the console messages of a text, with the values in them; `more` goes before the command."""
    subjects = list(dict.fromkeys(message.subject for message in found.messages))
    values = [(label, found.values[field]) for field, label in _FOUND.items() if field in found.values]
    preflighted = "preflight" in found.values
    if preflighted:
        values.append(("response", "the one to the preflight (OPTIONS), not to the actual request"))
    return blocks(
        f"Found in the text:\n{wrapped_columns(values)}" if values else "",
        *(_subject(subject, found) for subject in subjects),
        more,
        _command(found.values, preflighted=preflighted or any(name.startswith(_PREFLIGHT) for name in subjects)),
    )


def _subject(subject: str, found: Recognised) -> str:
    header = found.values.get("header")
    if subject in set(Failure):
        failure = Failure(subject)
        narrowed = [message.rule for message in found.messages if message.subject == subject and message.rule]
        return blocks(_meaning(failure), related_rules(narrowed or _rules_on(failure)), _messages(failure))
    if subject == HIDDEN_HEADER:
        return blocks(paragraph(_HIDDEN), explain_header(header) if header else _rule_page("HDR301"))
    if subject == FORBIDDEN_REQUEST_HEADER:
        return blocks(paragraph(_FORBIDDEN), explain_header(header) if header else "")
    if subject == NO_RESPONSE:
        failures = [
            failure for failure in Failure if failure in TRANSPORT_FAILURES | {Failure.BAD_PORT, Failure.BAD_HOST}
        ]
        return blocks(paragraph(_NO_RESPONSE), _list(failures))
    if subject == UNSPECIFIC:
        return blocks(paragraph(_UNSPECIFIC), _list([failure for failure in Failure if failure not in REQUEST_ERRORS]))
    return related_rules((subject,))


def _rules_on(failure: Failure) -> list[str]:
    """The codes of the rules that tell its causes apart."""
    return [rule.CODE for rule in all_rules() if failure in explained_by(rule)]


def _meaning(failure: Failure) -> str:
    meaning = MEANINGS[failure]
    return blocks(paragraph(f"{failure}: {meaning.summary}"), paragraph(meaning.advice))


def _rule_page(code: str) -> str:
    return next(explain_rule(rule) for rule in all_rules() if code == rule.CODE)


def _list(failures: list[Failure]) -> str:
    return paragraph(f'Possible failures ("hdrcli explain FAILURE"): {", ".join(failures)}.')


def _messages(failure: Failure) -> str:
    rows = [(message.engine, _message(message)) for message in known_messages() if message.subject == failure]
    messages = f"Messages in the browsers' consoles:\n{wrapped_columns(rows)}" if rows else ""
    return blocks(messages, _order()) if failure.startswith(("allow-", "preflight-")) else messages


def _order() -> str:
    return paragraph(f"{_ORDER} {'; '.join(check.sentence for check in EARLIER_CHECKS.values())}.")


def _message(message: KnownMessage) -> str:
    phrase = message.phrase
    for field in _FOUND:
        phrase = phrase.replace(f"{{{field}}}", "…")
    return f"{message.name}: {phrase}" if message.name else phrase


def _command(values: Mapping[str, str], *, preflighted: bool) -> str:
    """The command that reproduces the failure, as far as the values are known."""
    command = check_command(
        url=values.get("url"),
        page=values.get("page"),
        method=values.get("method"),
        header_names=[values["header"]] if preflighted and "header" in values else [],
    )
    is_whole = not preflighted or "method" in values or "header" in values
    request = "" if is_whole else ", with the page's -X and -H"
    return f"To see what the browser sees{request}:\n  {command}"

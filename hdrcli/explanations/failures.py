"""A failure's explanation, and that of a browser's error text: what it means, who calls it what, how to go on."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Final

from hdrcli.explanations.browser_errors import Recognised
from hdrcli.explanations.headers import explain_header
from hdrcli.explanations.layout import blocks, paragraph, wrapped_columns
from hdrcli.explanations.meanings import MEANINGS
from hdrcli.explanations.pages import explain_rule
from hdrcli.fetch import REQUEST_ERRORS, TRANSPORT_FAILURES, Failure
from hdrcli.rules import RULES
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
    "page": "the page",
    "url": "the URL",
    "redirected": "redirected from",
    "header": "the header",
    "method": "the method",
    "value": "the value",
    "status": "the status",
}

_PREFLIGHT: Final = "preflight-"
"""How the failures begin that a preflight alone has."""

_UNSPECIFIC: Final = (
    "A page is told no more than this, whatever failed: the reason might give away what the page may not know. "
    'Chromium\'s words are "Failed to fetch", Firefox\'s "NetworkError when attempting to fetch resource.", WebKit\'s '
    '"Load failed"; axios makes "Network Error" of them all. The reason stands in the browser\'s console (F12), often '
    "in the line above: paste that one. Or let hdrcli say it."
)
_NO_RESPONSE: Final = (
    "Firefox says so when no HTTP answer came, CORS or not: a name that is not known, nobody who listens, a "
    "certificate that is not trusted, a port that browsers do not use, an extension that blocks. It says so "
    "behind each preflight that failed, too: the line above tells why."
)
_ORDER: Final = (
    "Of several faults in a preflight's answer a console names the first that it meets. By the standard these are "
    "Access-Control-Allow-Origin and -Allow-Credentials, the status, a list that cannot be read, the method, the "
    "headers."
)
_HIDDEN: Final = (
    "The page asked XMLHttpRequest for a response header that it may not read, and got null. The header may well have "
    "been sent: the answer does not expose it."
)
_FORBIDDEN: Final = (
    "The page set a request header that is the browser's own. It was left out, and the request was sent."
)


def explain_failure(failure: Failure) -> str:
    """A failure by its code."""
    command = _command({}, preflighted=failure.startswith(_PREFLIGHT))
    return blocks(_meaning(failure), _rules(MEANINGS[failure].rules), _consoles(failure), command)


def explain_recognised(found: Recognised) -> str:
    """A browser's error text: each thing that it may be about, with the values found in it."""
    subjects = list(dict.fromkeys(message.subject for message in found.messages))
    values = [(label, found.values[field]) for field, label in _FOUND.items() if field in found.values]
    preflighted = "preflight" in found.values
    if preflighted:
        values.append(("the answer", "that to the preflight (OPTIONS), not that to the request itself"))
    return blocks(
        f"Found in the text:\n{wrapped_columns(values)}" if values else "",
        *(_subject(subject, found) for subject in subjects),
        _command(found.values, preflighted=preflighted or any(name.startswith(_PREFLIGHT) for name in subjects)),
    )


def _subject(subject: str, found: Recognised) -> str:
    header = found.values.get("header")
    if subject in set(Failure):
        failure = Failure(subject)
        narrowed = [message.rule for message in found.messages if message.subject == subject and message.rule]
        return blocks(_meaning(failure), _rules(tuple(narrowed) or MEANINGS[failure].rules), _consoles(failure))
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
    return _rule_page(subject)


def _meaning(failure: Failure) -> str:
    meaning = MEANINGS[failure]
    return blocks(paragraph(f"{failure}: {meaning.summary}"), paragraph(meaning.advice))


def _rules(codes: tuple[str, ...]) -> str:
    rows = [(rule.CODE, rule.NAME) for rule in RULES if rule.CODE in codes]
    return f'Rules that tell its causes apart ("hdrcli explain CODE"):\n{wrapped_columns(rows)}' if rows else ""


def _rule_page(code: str) -> str:
    return next((explain_rule(rule) for rule in RULES if code == rule.CODE), "")


def _list(failures: list[Failure]) -> str:
    return paragraph(f'What it may be ("hdrcli explain FAILURE"): {", ".join(failures)}.')


def _consoles(failure: Failure) -> str:
    rows = [(message.engine, _told(message)) for message in known_messages() if message.subject == failure]
    told = f"What the browsers' consoles say:\n{wrapped_columns(rows)}" if rows else ""
    return blocks(told, _order()) if failure.startswith(("allow-", "preflight-")) else told


def _order() -> str:
    return paragraph(f"{_ORDER} {'; '.join(check.sentence for check in EARLIER_CHECKS.values())}.")


def _told(message: KnownMessage) -> str:
    phrase = message.phrase
    for field in _FOUND:
        phrase = phrase.replace(f"{{{field}}}", "…")
    return f"{message.name}: {phrase}" if message.name else phrase


def _command(values: Mapping[str, str], *, preflighted: bool) -> str:
    """The command that shows it, as far as the values are known; without what causes a preflight, it shows none."""
    words = ["hdrcli", "check", shlex.quote(values["url"]) if "url" in values else "URL", "--origin"]
    words.append(shlex.quote(values["page"]) if "page" in values else "PAGE")
    if "method" in values:
        words += ["-X", shlex.quote(values["method"])]
    if preflighted and "header" in values:
        words += ["-H", shlex.quote(_causing_preflight(values["header"]))]
    is_whole = not preflighted or "method" in values or "header" in values
    request = "" if is_whole else ", with the page's -X and -H"
    return f"To see what the browser sees{request}:\n  {' '.join(words)}"


def _causing_preflight(name: str) -> str:
    """The header with a value that is not CORS-safelisted, whatever its name."""
    return f"{name}: {'application/json' if name.lower() == 'content-type' else 1}"

"""What can be looked up: rules, headers, failures, what browsers say, and what people say. Pure: text in, text out."""

from __future__ import annotations

import re
from difflib import get_close_matches

from hdrcli.explanations.browser_errors import recognise
from hdrcli.explanations.confusions import explain_confusions
from hdrcli.explanations.failures import explain_failure, explain_recognised
from hdrcli.explanations.headers import explain_header
from hdrcli.explanations.known_headers import KNOWN_HEADERS
from hdrcli.explanations.layout import blocks
from hdrcli.explanations.listing import rules_as_table
from hdrcli.explanations.pages import explain_rule
from hdrcli.fetch import Failure
from hdrcli.fetch.headers import is_token
from hdrcli.rules import RULES
from hdrcli.text.escaping import printable
from hdrcli.text.field_names import is_registered
from hdrcli.verdict.console_table import UNSPECIFIC

_rule_code = re.compile(r"\bHDR\d{3}\b", re.IGNORECASE).search
_beginning_of_codes = re.compile(r"HDR\d{1,2}", re.IGNORECASE).fullmatch


def explain(what: str) -> str | None:
    """A rule's page, the rules of one beginning, a header, a failure, or what a pasted text is about; else None."""
    text = printable(" ".join(what.split()))
    code = _rule_code(text)
    if code is not None:
        return _explain_name(code[0].lower())
    if _beginning_of_codes(text):
        return rules_as_table(text.upper()) or None
    named = _explain_name(text.lower())
    if named is not None:
        return named
    name, colon, value = (part.strip() for part in text.partition(":"))
    if is_registered(name) or name.lower() in KNOWN_HEADERS:
        return explain_header(name, value or None)
    said = _explain_what_is_said(text)
    if said:
        return said
    return explain_header(name, value or None) if _may_be_header(name, is_named=bool(colon) and not value) else None


def _explain_what_is_said(text: str) -> str:
    """A browser's error text; where that says no more than that something failed, what people say beside it."""
    found = recognise(text)
    if found is None:
        return explain_confusions(text)
    is_telling = any(message.subject != UNSPECIFIC for message in found.messages)
    return blocks("" if is_telling else explain_confusions(text), explain_recognised(found))


def _may_be_header(name: str, *, is_named: bool) -> bool:
    """Any token may be a custom header's name; so may a slip of the pen. `is_named` by a colon behind it."""
    looks_so = is_token(name) and ("-" in name or is_named)
    return looks_so and not get_close_matches(name.lower(), _names(), cutoff=0.85)


def near(what: str) -> list[str]:
    """What may have been meant."""
    text = " ".join(what.split()).lower()
    if text.startswith("hdr"):
        codes = [rule.CODE for rule in RULES]
        return [code for code in codes if code.lower().startswith(text)] or get_close_matches(
            text.upper(), codes, cutoff=0.5
        )
    found = get_close_matches(text, [*_names(), *KNOWN_HEADERS])
    return [KNOWN_HEADERS[name].name if name in KNOWN_HEADERS else name for name in found]


def _names() -> list[str]:
    return list(dict.fromkeys([*(rule.NAME for rule in RULES), *map(str, Failure)]))


def _explain_name(name: str) -> str | None:
    """The failure of this name, and the rule: some share it."""
    failures = [explain_failure(failure) for failure in Failure if failure == name]
    rules = [explain_rule(rule) for rule in RULES if name in {rule.CODE.lower(), rule.NAME}]
    return blocks(*failures, *rules) or None

"""`hdrcli explain`: rules, headers, failures, terms, messages of browsers and servers, questions. Text in, text out.

A text is looked up as a name first: a rule, a failure, a term of the glossary, a header. If it is not a name, it is
searched for messages: those of browsers' consoles, then those of servers, then what people write in their own words.
Nothing is guessed: a text that is none of these gives None, and `near` the names that it may be a misspelling of.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

from hdrcli.explanations.browser_errors import recognise
from hdrcli.explanations.browser_messages import BROWSER_MESSAGES
from hdrcli.explanations.confusions import explain_confusions
from hdrcli.explanations.failures import explain_failure, explain_recognised
from hdrcli.explanations.headers import explain_header
from hdrcli.explanations.heads import explain_head
from hdrcli.explanations.known_headers import KNOWN_HEADERS
from hdrcli.explanations.layout import blocks
from hdrcli.explanations.listing import rules_as_table
from hdrcli.explanations.pages import explain_rule
from hdrcli.explanations.server_messages import SERVER_MESSAGES, explain_preflight_in_log
from hdrcli.explanations.terms import explain_term, term_names
from hdrcli.explanations.topics import explain_topics
from hdrcli.fetch import Failure
from hdrcli.fetch.headers import is_token
from hdrcli.rules.registry import all_rules
from hdrcli.text.escaping import printable
from hdrcli.text.field_names import is_registered

_LONGEST: Final = 20_000
"""Characters of a paste that are read."""

_NEAR: Final = 0.8
"""The similarity, from 0 to 1, from which a name may be what was intended."""

_rule_code = re.compile(r"\bHDR\d{3}\b", re.IGNORECASE).search
_beginning_of_codes = re.compile(r"HDR\d{1,2}", re.IGNORECASE).fullmatch


def explain(what: str) -> str | None:
    """Explain a name, a pasted message or head, or a question; None for any other text. The result is printable."""
    what = what[:_LONGEST]
    head = explain_head(what)
    if head:
        return head
    text = printable(" ".join(what.split()))
    code = _rule_code(text)
    if code is not None:
        return _explain_rules_and_failures(code[0]) or None
    if _beginning_of_codes(text):
        return rules_as_table(text.upper()) or None
    return (
        _explain_name(text)
        or _explain_message(text)
        or _explain_header_line(text)
        or explain_confusions(text)
        or _explain_custom_header(text)
        or None
    )


def near(what: str) -> list[str]:
    """At most three names that the text may be a misspelling of."""
    text = " ".join(what.split()).lower()
    if text.startswith("hdr"):
        return get_close_matches(text.upper(), [rule.CODE for rule in all_rules()], cutoff=_NEAR)
    names = {name.replace("-", " "): name for name in [*term_names(), *KNOWN_HEADERS, *_names()]}
    found = get_close_matches(re.sub(r"[-_ ]+", " ", text), names, cutoff=_NEAR)
    return [KNOWN_HEADERS[names[key]].name if names[key] in KNOWN_HEADERS else names[key] for key in found]


def _explain_name(text: str) -> str:
    """The term, failure, rule and header of this name: some share it."""
    named = blocks(explain_term(text), _explain_rules_and_failures(text.replace(" ", "-")))
    if text.lower() in set(Failure):
        return named
    header = explain_header(text) if _is_known_header(text) else ""
    return blocks(named, header, explain_confusions(text) if named else "")


def _explain_rules_and_failures(name: str) -> str:
    lowercase = name.lower()
    failures = [explain_failure(failure) for failure in Failure if failure == lowercase]
    rules = [explain_rule(rule) for rule in all_rules() if lowercase in {rule.CODE.lower(), rule.NAME}]
    return blocks(*failures, *rules)


def _explain_message(text: str) -> str:
    """Messages of browsers and servers; if they state no reason, also what the text says in its own words."""
    found = recognise(text)
    topics = (*BROWSER_MESSAGES, *SERVER_MESSAGES)
    if found is None:
        return blocks(explain_topics(topics, text), explain_preflight_in_log(text))
    if found.has_reason:
        return explain_recognised(found, explain_topics(topics, text, with_commands=False))
    return blocks(
        explain_confusions(text), explain_recognised(found, explain_topics(topics, text, with_commands=False))
    )


def _explain_header_line(text: str) -> str:
    """A registered or well-known header, with a colon and perhaps a value behind its name."""
    name, _, value = (part.strip() for part in text.partition(":"))
    return explain_header(name, value or None) if _is_known_header(name) else ""


def _is_known_header(name: str) -> bool:
    return is_registered(name) or name.lower() in KNOWN_HEADERS


def _explain_custom_header(text: str) -> str:
    """Any name with a hyphen or a colon behind it may be a custom header, unless it is almost one of our names."""
    name, colon, value = (part.strip() for part in text.partition(":"))
    looks_so = is_token(name) and ("-" in name or bool(colon and not value))
    if not looks_so or get_close_matches(name.lower(), _names(), cutoff=0.85):
        return ""
    return explain_header(name, value or None)


def _names() -> list[str]:
    return list(dict.fromkeys([*(rule.NAME for rule in all_rules()), *map(str, Failure)]))

"""`hdrcli explain` and `hdrcli rules`: every name, message and question leads to the right explanation."""

from __future__ import annotations

import json
import re
import subprocess
import time
from typing import Final

import pytest

from hdrcli.explanations import explain, near
from hdrcli.explanations.browser_errors import recognise
from hdrcli.explanations.browser_messages import BROWSER_MESSAGES
from hdrcli.explanations.confusions import CONFUSIONS
from hdrcli.explanations.known_headers import KNOWN_HEADERS
from hdrcli.explanations.meanings import MEANINGS
from hdrcli.explanations.server_messages import SERVER_MESSAGES
from hdrcli.explanations.terms import TERMS, Term
from hdrcli.explanations.topics import Topic
from hdrcli.fetch import Failure
from hdrcli.records.verdict import Clause
from hdrcli.rules import explained_by
from hdrcli.rules.page import page_of
from hdrcli.rules.registry import all_rules
from hdrcli.rules.rule import Rule
from hdrcli.stacks import ANY, STACKS
from hdrcli.verdict.console_table import (
    FORBIDDEN_REQUEST_HEADER,
    HIDDEN_HEADER,
    NO_RESPONSE,
    UNSPECIFIC,
    KnownMessage,
    known_messages,
)
from tests.cli.program import COMMAND, assert_one_line, environment, hdrcli
from tests.cli.test_startup import NETWORK, loaded_by
from tests.rules.browser_texts import CHROMIUM, OTHER_MESSAGES, TEXTS
from tests.serving.loopback import DEADLINE

CODES: Final = [rule.CODE for rule in all_rules()]
SUBJECTS: Final = {HIDDEN_HEADER, FORBIDDEN_REQUEST_HEADER, NO_RESPONSE, UNSPECIFIC}

every_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.CODE)
every_failure = pytest.mark.parametrize("failure", Failure)


def explained(what: str) -> str:
    """The explanation on one line, so that wrapping makes no difference."""
    text = explain(what)
    assert text is not None
    return " ".join(text.split())


# Rules


@every_rule
def test_a_rule_by_its_code_and_its_name_in_any_case(rule: Rule) -> None:
    title = f"{rule.CODE} {rule.NAME} ({rule.SEVERITY})"

    for what in (rule.CODE, rule.CODE.lower(), rule.NAME, rule.NAME.upper(), f"warning {rule.CODE} {rule.NAME}"):
        assert title in explained(what)
    assert page_of(rule).title in explained(rule.CODE)
    assert rule.SPEC in explained(rule.CODE)


@pytest.mark.parametrize("beginning", ["HDR3", "hdr30", "HDR0"])
def test_the_rules_of_one_beginning(beginning: str) -> None:
    """As `--select` takes it."""
    lines = (explain(beginning) or "").splitlines()

    listed = [line.split()[0] for line in lines if line.startswith("HDR")]
    assert listed == [code for code in CODES if code.startswith(beginning.upper())]
    assert listed


@pytest.mark.parametrize(
    "rule", [rule for rule in all_rules() if page_of(rule).has_examples], ids=lambda rule: rule.CODE
)
def test_a_rules_page_holds_the_examples_as_they_are(rule: Rule) -> None:
    text = explain(rule.CODE)
    assert text is not None

    for label in ("Fault", "Fix"):
        indented = re.sub("^(?=.)", "    ", page_of(rule).example(label), flags=re.MULTILINE)
        assert f"\n\n{indented}\n" in text


def test_the_setting_is_listed_for_every_stack() -> None:
    text = explain("HDR301") or ""

    assert all(f"\n  {stack.name} " in text for stack in (*STACKS, ANY))
    assert 'expose_headers=["ETag", "X-Request-ID"]' in text
    assert "CORS_EXPOSE_HEADERS = " in text


def test_messages_name_rules_that_exist() -> None:
    assert {message.rule for message in known_messages() if message.rule} <= set(CODES)


# Failures


@every_failure
def test_every_failure_has_its_meaning(failure: Failure) -> None:
    text = explained(failure)

    assert f"{failure}: {MEANINGS[failure].summary}" in text
    assert explained(failure.upper()) == text
    assert all(f"{rule.CODE} " in text for rule in all_rules() if failure in explained_by(rule))


def test_a_failure_lists_the_message_of_each_console() -> None:
    text = explained("allow-origin-missing")

    assert "Chromium MissingAllowOriginHeader: " in text
    assert "Firefox CORSMissingAllowOrigin2: " in text
    assert "WebKit Origin … is not allowed by Access-Control-Allow-Origin. Status code: …" in text


def test_a_name_that_a_failure_and_a_rule_share_explains_both() -> None:
    assert explained("allow-origin-missing").index("allow-origin-missing: ") == 0
    assert "HDR101 allow-origin-missing (error)" in explained("allow-origin-missing")


def test_a_failure_goes_before_a_header_of_the_same_name() -> None:
    assert explained("timeout").startswith("timeout: ")


# Headers

HEADERS: Final = [
    ("x-total-count", ["X-Total-Count, a custom header", "only if Access-Control-Expose-Headers", "pagers"]),
    ("ETAG", ["ETag, a registered HTTP field", "only if Access-Control-Expose-Headers", 'expose_headers=["ETag"]']),
    ("ETag", ["Case makes no difference"]),
    ("x-own-thing", ["x-own-thing, a custom", 'expose_headers=["x-own-thing"]', 'allow_headers=["x-own-thing"]']),
    ("apikey:", ["apikey, a custom header"]),
    ("X-Totalcount", ["almost the same name: X-Total-Count"]),
    ("dav", ["dav, a registered HTTP field"]),
    ("Cache-Control", ["CORS-safelisted: every page can read it", "the browser sends a preflight first"]),
    ("Set-Cookie", ["No browser shows it", "forbidden request header"]),
    ("Cookie", ["forbidden request header"]),
    ("Sec-Anything", ["forbidden request header"]),
    ("Origin", ["forbidden request header", "hardly ever sent"]),
    ("Authorization", ['"*" does not cover it', 'allow_headers=["Authorization"]']),
    ("Accept", ["CORS-safelisted are most values"]),
    ("Content-Type", ["application/x-www-form-urlencoded", "every page can read it", 'allow_headers=["Content-Type"]']),
    ("Content-Type: application/json", ["the browser sends a preflight first"]),
    ("content-type:text/plain", ['With the value "text/plain" it is CORS-safelisted: no preflight']),
    ("Range: bytes=0-499", ["no preflight"]),
    ("Range: bytes=-500", ["the browser sends a preflight first"]),
    ("X-HTTP-Method-Override: TRACE", ["forbidden request header"]),
    ("X-HTTP-Method-Override: PUT", ["the browser sends a preflight first"]),
    ("Access-Control-Allow-Origin", ['allow_origins=["https://app.example"]']),
    ("access-control-allow-credentials", ["allow_credentials=True", "CORS_ALLOW_CREDENTIALS = True"]),
    ("Access-Control-Allow-Headers", ["allow_headers=[", "use Access-Control-Expose-Headers"]),
    ("Access-Control-Max-Age", ["max_age=600"]),
    ("Timing-Allow-Origin", ["It tells the browser which page may see the request's timings"]),
]


@pytest.mark.parametrize(("what", "fragments"), HEADERS, ids=[what for what, _ in HEADERS])
def test_a_header(what: str, fragments: list[str]) -> None:
    text = explained(what)

    assert [fragment for fragment in fragments if fragment not in text] == []


def test_many_headers_are_well_known() -> None:
    assert len(KNOWN_HEADERS) >= 30
    for name, header in KNOWN_HEADERS.items():
        assert f"{header.name}, a " in explained(name)


def test_an_always_readable_header_needs_no_setting() -> None:
    assert "expose_headers" not in explained("Content-Length")
    assert "expose_headers" not in explained("Set-Cookie")


# Messages of browsers' consoles about failures of Fetch


@pytest.mark.parametrize(("text", "subjects", "values"), TEXTS, ids=[text[-60:] for text, _, _ in TEXTS])
def test_a_browsers_error_text(text: str, subjects: set[str], values: dict[str, str]) -> None:
    found = recognise(text)

    assert found is not None
    assert {message.subject for message in found.messages} == subjects
    assert dict(found.values) == values
    assert recognise(text.upper()) is not None
    assert explain(text)


def test_no_message_is_taken_for_another() -> None:
    """Each phrase, its gaps filled in, is recognised as the subject that it stands for."""
    fillings = {"header": "x-token", "method": "PUT", "value": "x", "page": "https://x", "status": "200"}
    for message in known_messages():
        found = recognise(re.sub(r"\{(\w+)\}", lambda gap: fillings[gap[1]], message.phrase))
        assert found is not None
        assert message in found.messages
        assert {each.subject for each in found.messages} == _alike(message)


def _alike(message: KnownMessage) -> set[str]:
    """The subjects that share the message."""
    phrase = message.phrase.replace(" authorization ", " {header} ").replace("'authorization'", "'{header}'")
    return {message.subject, *(each.subject for each in known_messages() if each.phrase == phrase)}


def test_every_message_has_a_known_subject() -> None:
    assert {message.subject for message in known_messages()} <= SUBJECTS | set(Failure)
    assert {message.engine for message in known_messages()} <= {"Chromium", "Firefox", "WebKit", "axios"}


def test_the_values_found_make_the_command() -> None:
    text = explained(CHROMIUM + "CORS policy: Method PUT is not allowed by Access-Control-Allow-Methods")

    assert "page http://localhost:3000 URL " in text
    assert text.endswith("hdrcli check 'http://127.0.0.1:8000/a?b' --origin http://localhost:3000 -X PUT")


FIELD: Final = "is not allowed by Access-Control-Allow-Headers"


@pytest.mark.parametrize(
    ("what", "ending"),
    [
        (
            f"Request header field x-foo {FIELD} in preflight response.",
            ": hdrcli check URL --origin PAGE -H 'x-foo: 1'",
        ),
        (f"Request header field x-foo {FIELD}.", ": hdrcli check URL --origin PAGE -H 'x-foo: 1'"),  # WebKit
        (f"Request header field authorization {FIELD}", " -H 'authorization: 1'"),
        (f"Request header field content-type {FIELD}", " -H 'content-type: application/json'"),
        ("preflight-status", ", with the page's -X and -H: hdrcli check URL --origin PAGE"),
        ("Preflight response is not successful", ", with the page's -X and -H: hdrcli check URL --origin PAGE"),
        ("No 'Access-Control-Allow-Origin' header is present", "the browser sees: hdrcli check URL --origin PAGE"),
        ('Refused to get unsafe header "x-foo"', "the browser sees: hdrcli check URL --origin PAGE"),
    ],
)
def test_the_command_has_what_causes_the_preflight(what: str, ending: str) -> None:
    assert explained(what).endswith(ending)


def test_a_hidden_header_is_explained_by_its_name() -> None:
    assert 'expose_headers=["X-Total-Count"]' in explained('Refused to get unsafe header "X-Total-Count"')
    assert "HDR301 custom-header-not-exposed" in explained("Refused to get unsafe header")


# Other messages of browsers, and those of servers


@pytest.mark.parametrize(("text", "title"), OTHER_MESSAGES, ids=[text[:50] for text, _ in OTHER_MESSAGES])
def test_a_message_that_is_not_a_failure_of_fetch(text: str, title: str) -> None:
    titles = {topic.title for topic in (*BROWSER_MESSAGES, *SERVER_MESSAGES)}

    assert [line for line in (explain(text) or "").splitlines() if line in titles] == [title]
    assert [line for line in (explain(text.upper()) or "").splitlines() if line in titles] == [title]
    assert "hdrcli check" in (explain(text) or "")


def test_every_topic_has_a_message() -> None:
    assert {title for _, title in OTHER_MESSAGES} == {topic.title for topic in (*BROWSER_MESSAGES, *SERVER_MESSAGES)}


@pytest.mark.parametrize("topic", [*BROWSER_MESSAGES, *SERVER_MESSAGES], ids=lambda topic: topic.title)
def test_a_topic_names_rules_that_exist(topic: Topic) -> None:
    assert set(topic.rules) <= set(CODES)
    assert set(re.findall(r"HDR\d{3}", topic.text)) <= set(CODES)
    assert len(topic.title) <= 80


LOGS: Final = [
    ('INFO:     127.0.0.1:52311 - "OPTIONS /items HTTP/1.1" 405 Method Not Allowed', "405", "HDR201"),
    ('INFO:     127.0.0.1:52311 - "OPTIONS /items HTTP/1.1" 400 Bad Request', "400", "HDR201"),
    ('INFO:     127.0.0.1:52311 - "OPTIONS /items HTTP/1.1" 200 OK', "200", "HDR204"),
    ('INFO:     127.0.0.1:52311 - "OPTIONS /items/ HTTP/1.1" 307 Temporary Redirect', "307", "HDR202"),
    ('127.0.0.1 - - [28/Nov/2026:12:00:00 +0000] "OPTIONS /items HTTP/1.1" 405 559 "-" "Mozilla/5.0"', "405", "HDR201"),
    ('[GIN] 2026/11/28 - 12:00:00 | 403 |      32.7us |       127.0.0.1 | OPTIONS  "/items"', "403", "HDR201"),
    ("OPTIONS /items 401", "401", "HDR201"),
    ("OPTIONS 405", "405", "HDR201"),
    ("OPTIONS /items HTTP/1.1 502", "502", "HDR201"),
]


@pytest.mark.parametrize(("line", "status", "rule"), LOGS, ids=[line for line, _, _ in LOGS])
def test_the_line_of_an_access_log(line: str, status: str, rule: str) -> None:
    text = explain(line) or ""

    assert text.startswith(f"The response to a preflight (OPTIONS) has the status {status}\n")
    assert rule in text


@pytest.mark.parametrize(
    "what", ["405 Not Allowed", "<center><h1>405 Not Allowed</h1></center>", '{"detail":"Method Not Allowed"}']
)
def test_a_method_that_is_not_allowed(what: str) -> None:
    assert "add CORSMiddleware (FastAPI)" in explained(what)


def test_an_access_log_without_a_preflight_is_not_explained() -> None:
    assert explain('"GET /items HTTP/1.1" 200 OK') is None


def test_several_messages_of_one_paste() -> None:
    text = explained(
        f"{CHROMIUM}CORS policy: Method PUT is not allowed by Access-Control-Allow-Methods\n"
        "This attempt to set a cookie via a Set-Cookie header was blocked due to user preferences."
    )

    assert "preflight-method: " in text
    assert "The browser blocks third-party cookies" in text
    assert text.count("hdrcli check ") == 1


# Terms


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_a_term_in_all_its_forms(term: Term) -> None:
    for name in term.names:
        for form in (name, name.upper(), name.replace(" ", "-"), f"What is a {name}?"):
            assert f"{term.name}: {term.text}" in explained(form)


@pytest.mark.parametrize("see", sorted({each for term in TERMS for each in term.see}))
def test_what_a_term_refers_to_is_explained(see: str) -> None:
    assert explain(see)


@pytest.mark.parametrize("clause", Clause)
def test_the_reasons_of_the_report_are_terms(clause: Clause) -> None:
    assert clause.replace("-", " ") in {name for term in TERMS for name in term.names}


def test_no_two_terms_share_a_name() -> None:
    names = [name for term in TERMS for name in term.names]

    assert len(names) == len(set(names))


def test_a_term_that_is_also_a_header_explains_both() -> None:
    assert "Scheme, host and port" in explained("origin")
    assert "Origin, a registered HTTP field" in explained("origin")


# Pasted heads

CURL: Final = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-total-count: 7\r\n"
CURL_VERBOSE: Final = """\
* Connected to localhost (127.0.0.1) port 8000
> PUT /items?page=2 HTTP/1.1
> Host: localhost:8000
> User-Agent: curl/8.14.1
> Accept: */*
> Authorization: Bearer s3cr3t
>
< HTTP/1.1 500 Internal Server Error
< content-length: 21
< x-request-id: 7f3a
<
Internal Server Error
"""
PREFLIGHT_HEAD: Final = """\
> OPTIONS /items HTTP/2
> Host: api.example
> Origin: https://app.example
> Access-Control-Request-Method: PATCH
> Access-Control-Request-Headers: content-type,x-token
< HTTP/2 200
< access-control-allow-origin: https://app.example
"""
DEVTOOLS: Final = """\
Request URL: https://api.example/items
Request Method: GET
Status Code: 200 OK
Remote Address: 127.0.0.1:8000
access-control-allow-origin: *
content-type: application/json
:authority: api.example
cookie: session=s3cr3t
origin: https://app.example
sec-fetch-mode: cors
"""
DEVTOOLS_ALTERNATE: Final = """\
Request URL
https://api.example/items
Request Method
GET
Status Code
200 OK
access-control-allow-origin
*
x-total-count
7
origin
https://app.example
"""
HEADS: Final = [
    (CURL, "hdrcli check URL --origin PAGE", ["status 200", "custom headers x-total-count", "CORS headers none"]),
    (" ".join(CURL.split("\r\n")), "hdrcli check URL --origin PAGE", ["status 200", "custom headers x-total-count"]),
    (
        CURL_VERBOSE,
        "hdrcli check 'http://localhost:8000/items?page=2' --origin PAGE -X PUT -H 'authorization: 1'",
        ["status 500", "The request had no Origin header", "the error is the real problem", "HDR107"],
    ),
    (
        PREFLIGHT_HEAD,
        (
            "hdrcli check http://api.example/items --origin https://app.example -X PATCH "
            "-H 'content-type: application/json' -H 'x-token: 1'"
        ),
        ["A preflight, as", "access-control-allow-origin https://app.example"],
    ),
    (
        DEVTOOLS,
        "hdrcli check https://api.example/items --origin https://app.example --credentials include",
        ["page https://app.example", "access-control-allow-origin *"],
    ),
    (
        DEVTOOLS_ALTERNATE,
        "hdrcli check https://api.example/items --origin https://app.example",
        ["access-control-allow-origin *", "custom headers x-total-count"],
    ),
    ("content-type: text/html\nx-total-count: 7", "hdrcli check URL --origin PAGE", ["custom headers x-total-count"]),
]


@pytest.mark.parametrize(("text", "command", "fragments"), HEADS)
def test_a_pasted_head(text: str, command: str, fragments: list[str]) -> None:
    explanation = explained(text)

    assert explanation.endswith(f"To see what a browser makes of it: {command}")
    assert [fragment for fragment in fragments if fragment not in explanation] == []
    assert "s3cr3t" not in explanation


def test_a_message_in_the_body_below_a_head_is_explained() -> None:
    text = explained("HTTP/1.1 400 Bad Request\nvary: Origin\ncontent-length: 22\n\nDisallowed CORS origin")

    assert "The CORS layer does not allow the page's origin" in text
    assert text.count("hdrcli check") == 2  # the sentence on heads names the command, too


LONG: Final = [
    "'" * 20_000,
    "a " * 10_000,
    "x-a: 1\n" * 3_000,
    "| 403 | " * 2_500,
    "The page at " * 1_600,
    "-" * 20_000,
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:8])
def test_a_long_text_is_read_in_linear_time(text: str) -> None:
    def seconds(length: int) -> float:
        start = time.process_time()
        explain(text[:length])
        return time.process_time() - start

    seconds(100)  # compiles the patterns
    assert seconds(20_000) < 2 + 20 * seconds(5_000)


def test_a_single_header_line_is_not_a_head() -> None:
    assert explained("X-Total-Count: 7").startswith("X-Total-Count, a custom header")


# Questions

EMPTY: Final = "The printed headers are empty"
CLIENTS: Final = "It works in curl or Postman, but not in the browser"
PREFLIGHT: Final = "DevTools does not show the preflight"
OPAQUE: Final = 'The response is opaque: mode: "no-cors" gives no headers'
CASE: Final = "Upper and lower case in a header's name"
LISTS: Final = "Allow-Headers or Expose-Headers?"
NULL: Final = "JavaScript gets null for a response header"
ANY_CORS: Final = "A CORS error without details"
COOKIE: Final = "A cookie is not sent, or not stored"

QUESTIONS: Final = [
    ("works in Postman but not in the browser", [CLIENTS]),
    ("curl works but fetch doesn't", [CLIENTS]),
    ("axios fails but it works with cURL", [CLIENTS]),
    ("header visible in curl, null in the browser", [CLIENTS]),
    ("In Chrome the request fails, in Insomnia it works", [CLIENTS]),
    ("console.log(response.headers) is empty", [EMPTY]),
    ("console.log(res.headers)", [EMPTY]),
    ("Headers {}", [EMPTY]),
    ("Headers{}", [EMPTY]),
    ("JSON.stringify(response.headers) gives {}", [EMPTY]),
    ("response.headers is empty", [EMPTY]),
    ("response headers are empty in fetch", [EMPTY]),
    ("empty headers", [EMPTY]),
    ("preflight not shown in DevTools", [PREFLIGHT]),
    ("OPTIONS request is not visible in the network tab", [PREFLIGHT]),
    ("Chrome does not show preflight requests", [PREFLIGHT]),
    ("why is there no preflight", [PREFLIGHT]),
    ("opaque", [OPAQUE]),
    ("no-cors", [OPAQUE]),
    ("mode: 'no-cors'", [OPAQUE]),
    ("fetch with no-cors gives no headers", [OPAQUE]),
    ('Response { type: "opaque", status: 0 }', [OPAQUE]),
    ("status 0", [OPAQUE]),
    ("X-Total-Count vs x-total-count", [CASE]),
    ("X-Total-Count or x-total-count?", [CASE]),
    ("axios lowercase headers", [CASE]),
    ("are header names case sensitive", [CASE]),
    ("response.headers['X-Total-Count'] is undefined", [CASE]),
    ("allow_headers vs expose_headers", [LISTS]),
    ("Access-Control-Expose-Headers or Access-Control-Allow-Headers", [LISTS]),
    ("TypeError: Failed to fetch, but it works in Postman and not in my browser", [CLIENTS]),
    ("Headers {} and type: opaque", [EMPTY, OPAQUE]),
    ("response.headers.get returns null", [NULL]),
    ("response.headers.get('x-total-count') is null", [NULL]),
    ("why is response.headers.get('X-Total-Count') undefined", [NULL]),
    ("null from res.headers.get", [NULL]),
    ("xhr.getResponseHeader() gives null", [NULL]),
    ("header is null", [NULL]),
    ("can't read response header", [NULL]),
    ("can\u2019t read response header", [NULL]),
    ("Cannot access custom headers", [NULL]),
    ("headers cannot be read", [NULL]),
    ("header not visible in javascript", [NULL]),
    ("response header isn't accessible", [NULL]),
    ("CORS error", [ANY_CORS]),
    ("cors problem", [ANY_CORS]),
    ("blocked by CORS", [ANY_CORS]),
    ("cookie not sent", [COOKIE]),
    ("cookies are not stored", [COOKIE]),
    ("browser doesn't send cookies", [COOKIE]),
    ("can't set cookie", [COOKIE]),
]


@pytest.mark.parametrize(("text", "titles"), QUESTIONS, ids=[text for text, _ in QUESTIONS])
def test_a_question(text: str, titles: list[str]) -> None:
    explanation = explain(text)
    assert explanation is not None
    lines = explanation.splitlines()
    titles_of_all = {confusion.title for confusion in CONFUSIONS}

    assert [line for line in lines if line in titles_of_all] == titles
    assert "hdrcli check URL --origin PAGE" in explanation
    assert max(len(line) for line in lines if "://" not in line) <= 80


def test_every_confusion_has_a_question() -> None:
    assert {title for _, titles in QUESTIONS for title in titles} == {confusion.title for confusion in CONFUSIONS}


def test_a_message_goes_before_a_question() -> None:
    hint = "If an opaque response serves your needs, set the request's mode to 'no-cors'."
    text = explained(f"{CHROMIUM}CORS policy: No 'Access-Control-Allow-Origin' header is present. {hint}")

    assert OPAQUE not in text
    assert "allow-origin-missing" in text
    assert "Failed to fetch" in explained("Failed to fetch, works in Postman, not in the browser")


# Text


@pytest.mark.parametrize("what", [*CODES, *Failure, *KNOWN_HEADERS, *(text for text, _, _ in TEXTS)], ids=str)
def test_prose_fits_80_columns(what: str) -> None:
    text = explain(what)
    assert text is not None

    prose = [line for line in text.splitlines() if not line.startswith("  ") and "://" not in line]
    assert max(map(len, prose)) <= 80
    assert not [line for line in text.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize(
    "what",
    [
        "",
        " ",
        "foo",
        "what is love",
        "what is",
        "HDR",
        "hdr9",
        "hdr999",
        "foo: bar baz",
        "http://a/b",
        "print more headers",
    ],
)
def test_an_unknown_text_has_no_explanation(what: str) -> None:
    assert explain(what) is None


NEAR: Final = [
    ("Alow-Origin-Missing", ["allow-origin-missing"]),
    ("x total count", ["X-Total-Count"]),
    ("preflite", ["preflight"]),
    ("safe listed", ["safelisted"]),
    ("zzz", []),
    ("hello world", []),
    ("HDR999", []),
]


@pytest.mark.parametrize(("what", "nearest"), NEAR, ids=[what for what, _ in NEAR])
def test_near_matches(what: str, nearest: list[str]) -> None:
    assert near(what)[:1] == nearest
    assert len(near(what)) <= 3
    assert explain(what) is None


# The commands


def test_explain_takes_one_argument_or_several_words() -> None:
    words = hdrcli("explain", "Failed", "to", "fetch")

    assert (words.status, words.err) == (0, "")
    assert words.out == hdrcli("explain", "Failed to fetch").out
    assert words.out == f"{explain('Failed to fetch')}\n"


def test_explain_reads_standard_input() -> None:
    piped = subprocess.run(
        [*COMMAND, "explain", "-"],
        env=environment(),
        input=b"HTTP/1.1 200 OK\r\nx-total-count: 7\r\n",
        capture_output=True,
        timeout=DEADLINE,
        check=False,
    )

    assert (piped.returncode, piped.stderr) == (0, b"")
    assert b"x-total-count" in piped.stdout


def test_explain_what_is_unknown() -> None:
    ended = hdrcli("explain", "alow-origin-missing")

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert "allow-origin-missing" in ended.err


def test_explain_escapes_what_it_repeats() -> None:
    evil = "Origin \x1b]0;x\x07\u202e is not allowed by Access-Control-Allow-Origin. the invalid value '\x1b[31m'"
    ended = hdrcli("explain", evil)

    assert ended.status == 0
    assert all(line.isprintable() for line in ended.out.splitlines())
    assert_one_line(hdrcli("explain", "\x1b[31m?").err)


def test_explain_without_anything_to_explain() -> None:
    assert hdrcli("explain").status == 2


def test_rules_as_a_table() -> None:
    ended = hdrcli("rules")
    lines = ended.out.splitlines()

    assert (ended.status, ended.err) == (0, "")
    assert [line.split()[:3] for line in lines if line.startswith("HDR")] == [
        [rule.CODE, rule.NAME, str(rule.SEVERITY)] for rule in all_rules()
    ]
    assert all(page_of(rule).title in " ".join(ended.out.split()) for rule in all_rules())
    assert max(map(len, lines)) <= 80


def test_rules_as_json() -> None:
    ended = hdrcli("rules", "--format", "json")
    document = json.loads(ended.out)

    assert document["schema"] == "hdrcli/rules@1"
    assert document["rules"][0].keys() == {"code", "name", "severity", "summary", "spec"}
    assert [rule["code"] for rule in document["rules"]] == CODES


@pytest.mark.parametrize("arguments", [["explain", "HDR301"], ["rules"], ["rules", "--format=json"]], ids=" ".join)
def test_a_reader_that_goes_away_is_not_an_error(arguments: list[str]) -> None:
    with subprocess.Popen(
        [*COMMAND, *arguments], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(DEADLINE) == 0


@pytest.mark.parametrize(
    "arguments", [["explain", "Load failed"], ["explain", "ETag"], ["rules"], ["explain", "--help"]], ids=" ".join
)
def test_nothing_heavy_is_loaded(arguments: list[str]) -> None:
    assert loaded_by(*arguments) & ({"rich", "asyncio", "ssl"} | NETWORK) == set()

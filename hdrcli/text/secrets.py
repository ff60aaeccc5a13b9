"""Which names and values are secrets, and whether they are shown.

A name is judged by its words: `X-Api-Key`, `apiKey`, `api_key` and `apikey` are one. Names of what only describes,
counts or limits secrets are readable: Token-Type, X-Session-Count, RateLimit-Remaining. A value is a secret under any
name if it has the form of one: a JSON Web Token, a key with a known prefix, credentials with their scheme.

Secrets are redacted wherever a text about a header, a URL or an argument is made: in many places, from the rules to the
last line of a report. Only `secrets_shown` lifts this, for a run as a whole. It sets context variables, so that
threads and tasks do not share them, and is used where a run begins, with `Settings.show_secrets` and `secrets`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from functools import lru_cache
from typing import Final

_shown: ContextVar[bool] = ContextVar("secrets_shown", default=False)
_known: ContextVar[tuple[str, ...]] = ContextVar("known_secrets", default=())


@contextlib.contextmanager
def secrets_shown(shown: bool, known: Iterable[str] = ()) -> Iterator[None]:  # noqa: FBT001 -- the only thing that it is about
    """A block, with all that it calls, in which secrets are shown, or are not.

    `known` are values that are secrets wherever they stand.
    """
    tokens = _shown.set(shown), _known.set(tuple(sorted(filter(None, known), key=len, reverse=True)))
    try:
        yield
    finally:
        _shown.reset(tokens[0])
        _known.reset(tokens[1])


def known_secrets() -> tuple[str, ...]:
    """The values that are secrets wherever they stand, the longest first."""
    return _known.get()


def are_secrets_shown() -> bool:
    """Whether nothing is to be redacted."""
    return _shown.get()


# --- names ------------------------------------------------------------------------------------------------------------

_SECRET_WORDS: Final = frozenset(
    """
    apikey apikeys assertion auth authn authz authorization authentication bearer cert certificate cnonce cookie cookies
    cookie2 credential credentials csrf cvv dpop hmac hotp jwe jws jwt key keys mfa nextnonce nonce oauth otp passcode
    passkey passphrase passwd password passwords pin psk pwd saml samlrequest samlresponse secret secrets sess sessid
    session sessions sid sig signature signatures sigs ssn token tokens totp verifier xauth xsrf
    """.split()  # noqa: SIM905 -- one block that is easy to add to
)
_SECRET_PARTS: Final = (
    *("token", "secret", "passw", "credential", "session", "signature", "jwt", "csrf", "xsrf", "bearer", "sessid"),
    *("apikey", "accesskey", "secretkey", "privatekey", "sharedkey", "licensekey", "authkey", "subscriptionkey"),
)
"""In words without a separator: accesstoken, PHPSESSID."""
_HARMLESS_WORDS: Final = frozenset(
    """
    author authors authored authoring authority authorities authorship authentic authenticate authenticated tokenize
    tokenized tokenizer tokenizers tokenization secretary secretariat
    """.split()  # noqa: SIM905
)
_DESCRIPTIONS: Final = frozenset(
    """
    after age alg algorithm before duration enabled expiration expires expiry format input limit limits method methods
    policy realm remaining required reset scope scopes state status supported ttl type types version
    """.split()  # noqa: SIM905
)
"""Last words that make a name one of a fact about secrets."""
_COUNTS: Final = frozenset(
    {"count", "keys", "length", "limit", "max", "min", "remaining", "sessions", "size", "tokens", "total", "used"}
)
"""Words that make a name harmless if the value is a number: max_tokens=100, X-Total-Tokens."""
_OPEN_KEYS: Final = frozenset(
    """
    cache foreign group hash idempotency index object order partition primary public route routing row shard sort
    surrogate websocket
    """.split()  # noqa: SIM905
)
"""Words before "key" that make it an identifier."""
_SECRET_PARAMETERS: Final = frozenset({"code", "pass", "pw", "ticket"})
"""Names that are telling in a query, and nowhere else."""
_SECRET_NAMES: Final = frozenset({"x-refresh"})
_HARMLESS_NAMES: Final = frozenset({"sec-websocket-accept", "accept-signature", "optional-www-authenticate"})

_humps = re.compile(r"(?<=[a-z0-9])(?=[A-Z])").sub
_words = re.compile(r"[a-z0-9]+").findall
_is_number = re.compile(r"[\s\d.,:;/-]{0,24}", re.ASCII).fullmatch
_LONGEST_NAME: Final = 1000


def is_secret_name(name: str, value: str = "") -> bool:
    """Whether the value of a header, a parameter or a field with this name is a secret."""
    words = _secret_words(name[-_LONGEST_NAME:])
    return bool(words) and not (_COUNTS.intersection(words) and value.strip() and _is_number(value) is not None)


def is_secret_parameter(name: str, value: str = "") -> bool:
    """As `is_secret_name`, in a query or a fragment."""
    return name.lower() in _SECRET_PARAMETERS or is_secret_name(name, value)


@lru_cache(4096)
def _secret_words(name: str) -> tuple[str, ...]:
    """All words of a name, if one of them is telling."""
    lowercase = name.strip().lower()
    if lowercase.startswith("access-control-") or lowercase in _HARMLESS_NAMES:
        return ()
    words = tuple(_words(_humps(" ", name).lower()))
    if lowercase in _SECRET_NAMES:
        return words
    telling = {*words, *_words(lowercase)}  # DPoP and PHPSESSID have no humps
    if not any(map(_is_secret_word, telling)) or words[-1] in _DESCRIPTIONS or _is_limit(words) or _is_open_key(words):
        return ()
    return words


def _is_secret_word(word: str) -> bool:
    if word in _HARMLESS_WORDS:
        return False
    return word in _SECRET_WORDS or word.startswith("auth") or any(part in word for part in _SECRET_PARTS)


def _is_limit(words: tuple[str, ...]) -> bool:
    """RateLimit-Remaining-Tokens, X-Rate-Limit-Tokens, expires_in and expires-at."""
    joined = " ".join(words)
    return "ratelimit" in joined or "rate limit" in joined or words[-2:] in {("expires", "in"), ("expires", "at")}


def _is_open_key(words: tuple[str, ...]) -> bool:
    """Surrogate-Key, Public-Key-Pins: the only telling word is "key", with a harmless one before it."""
    telling = [place for place, word in enumerate(words) if _is_secret_word(word)]
    return bool(telling) and all(
        words[place] in {"key", "keys"} and place and words[place - 1] in _OPEN_KEYS for place in telling
    )


# --- values -----------------------------------------------------------------------------------------------------------

SCHEMES: Final = frozenset({"basic", "bearer", "digest", "dpop", "hawk", "hmac", "mac", "negotiate", "ntlm", "token"})
"""Names of authentication schemes, in lower case."""

_BEFORE: Final = r"(?:(?<![\w-]) | (?<=%[0-9A-Fa-f]{2}))"
"""Where a value begins: no letter stands before it, or one that is percent-encoded."""
_KEYS: Final = (
    *("gho_", "ghp_", "ghr_", "ghs_", "ghu_", "github_pat_", "glpat-", "xoxa-", "xoxb-", "xoxe-", "xoxp-", "xoxr-"),
    *("xoxs-", "sk-", "sk_", "rk_", "ya29.", "npm_", "pypi-"),
)
"""How the keys of well-known services begin."""
_TOKEN: Final = rf"""
    {_BEFORE} (?:
        eyJ [\w-]++ \. [\w-]++ (?:\.[\w-]*+)*+                             # a JSON Web Token
      | (?:{"|".join(map(re.escape, _KEYS))}) [\w.-]{{10,}}+
      | (?:AKIA | ASIA) [A-Z0-9]{{12,}}+
      | AIza [\w-]{{20,}}+
    )
"""
secret_tokens = re.compile(_TOKEN, re.VERBOSE | re.ASCII)
"""Values that are secrets by their form, and may stand anywhere: in a header's name, too."""
TOKEN_BEGINNINGS: Final = ("eyJ", *_KEYS, "AKIA", "ASIA", "AIza")
"""How these values begin. Most texts have none of them, and finding that out takes a quarter of the time."""

secret_values = re.compile(
    rf"{_TOKEN} | -----BEGIN\ [ A-Z]{{0,40}}?PRIVATE\ KEY-----.*", re.VERBOSE | re.ASCII | re.DOTALL
)
"""Values that are secrets by their form."""

credentials = re.compile(
    r"(?<![\w-])(basic|bearer|dpop|negotiate|ntlm|sharedaccesskey)([ \t]++)([\w.~+/-]++=*+)(?!(?<==)[\"\w])",
    re.IGNORECASE | re.ASCII,
)
"""A scheme, and what follows it; see `is_word`."""

is_word = re.compile(r"[A-Za-z]?[a-z]{0,15}").fullmatch
"""Whether it is a word such as "authentication" in a sentence about a scheme."""

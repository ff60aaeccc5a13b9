"""The Referrer Policy standard, for pages of which only the origin is known.

Source: https://w3c.github.io/webappsec-referrer-policy/
"""

from __future__ import annotations

from typing import Final, get_args

from hdrcli.fetch.headers import Header, get_decode_split
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.request import DEFAULT_REFERRER_POLICY, ReferrerPolicy, Request
from hdrcli.fetch.url import Origin, is_potentially_trustworthy, same_origin, schemelessly_same_site
from hdrcli.fetch.user_agent import RequestHeaderQuirks

_POLICIES: Final[dict[str, ReferrerPolicy]] = {policy: policy for policy in get_args(ReferrerPolicy) if policy}
_LENIENT: Final = frozenset({"no-referrer-when-downgrade", "origin-when-cross-origin", "unsafe-url"})


def determine_referrer(request: Request, quirks: RequestHeaderQuirks) -> str | None:
    """The value of `Referer`, or None: https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer.

    The page's URL is its origin and "/", so its stripped form and its origin are the same.
    """
    to = request.current_url.origin
    policy = request.referrer_policy
    if (
        quirks.lenient_referrer_policies_limited_to_site
        and policy in _LENIENT
        and not schemelessly_same_site(request.origin, to)
    ):
        policy = DEFAULT_REFERRER_POLICY
    match policy:
        case "no-referrer":
            return None
        case "same-origin":
            return request.referrer if same_origin(request.origin, to) else None
        case "no-referrer-when-downgrade" | "strict-origin" | "strict-origin-when-cross-origin":
            return None if _is_downgrade(request.origin, to, quirks) else request.referrer
        case _:
            return request.referrer


def _is_downgrade(page: Origin, to: Origin, quirks: RequestHeaderQuirks) -> bool:
    if quirks.referrer_downgrade_by_scheme:
        return page.scheme == "https" and to.scheme != "https"
    return is_potentially_trustworthy(page) and not is_potentially_trustworthy(to)


def policy_on_redirect(current: ReferrerPolicy, headers: tuple[Header, ...]) -> ReferrerPolicy:
    """https://w3c.github.io/webappsec-referrer-policy/#set-requests-referrer-policy-on-redirect.

    Elements that are not tokens are skipped, as in all browsers; the standard is unclear about them.
    """
    known = [byte_lowercase(element) for element in get_decode_split("Referrer-Policy", headers) or ()]
    return next((_POLICIES[token] for token in reversed(known) if token in _POLICIES), current)

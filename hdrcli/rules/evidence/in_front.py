"""Responses that a layer in front of the service wrote itself: which layer, and why the service didn't respond.

Firewalls, gateways and platforms name themselves in a header or at the beginning of the body. `SIGNS` has one of their
responses a line. A page gets such a response without CORS headers, and no configuration of the service changes it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import get
from hdrcli.structs import Record

NGROK_CODE: Final = "ngrok-error-code"
"""On responses of ngrok's own: https://ngrok.com/docs/errors."""


class Reason(StrEnum):
    """Why the layer responded in place of the service."""

    CHALLENGE = "challenge"
    """It wants to know whether a human is there."""
    FIREWALL = "firewall"
    """One of its rules blocks the request."""
    KEY = "key"
    """It lets nobody pass without a key, a token or a permission."""
    ROUTE = "route"
    """It has no route for this path and method."""
    METHOD = "method"
    """It doesn't pass on this method."""
    UNAVAILABLE = "unavailable"
    """It can't reach the service."""
    CRASHED = "crashed"
    """The function behind it failed, or did not return what a response is made of."""


class OwnResponse(Record, frozen=True, kw_only=True):
    """How a layer's own response is recognized: by headers and by the body, each a regular expression if not empty.

    Where `statuses` isn't empty, the response has one of them. `stack` is the layer's, if its settings are known.
    """

    product: str
    reason: Reason
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    statuses: tuple[int, ...] = ()
    stack: str = ""

    def fits(self, response: HTTPResponse, body: str) -> bool:
        """Whether a response with this body is one of the layer's own."""
        return (
            (not self.statuses or response.status in self.statuses)
            and all(
                (value := get(name, response.headers)) is not None and _compiled(pattern).search(value) is not None
                for name, pattern in self.headers
            )
            and (not self.body or _compiled(self.body).search(body) is not None)
        )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_ERROR_TYPE: Final = "x-amzn-errortype"
_FORBIDDEN: Final = 403
_DENIED: Final = (401, _FORBIDDEN)
_NOT_FOUND: Final = 404

SIGNS: Final = (
    # https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/
    OwnResponse(
        product="Cloudflare", stack="cloudflare", reason=Reason.CHALLENGE, headers=(("cf-mitigated", "^challenge$"),)
    ),
    OwnResponse(
        product="Cloudflare",
        stack="cloudflare",
        reason=Reason.CHALLENGE,
        headers=(("server", "^cloudflare"),),
        body="<title>just a moment",
    ),
    OwnResponse(
        product="Cloudflare",
        stack="cloudflare",
        reason=Reason.FIREWALL,
        headers=(("server", "^cloudflare"),),
        body=r"^error code: 10(?:0[5-9]|1[0-35]|20)\b|attention required! \| cloudflare|sorry, you have been blocked"
        r"|used cloudflare to restrict access",
    ),
    OwnResponse(
        product="Cloudflare",
        stack="cloudflare",
        reason=Reason.UNAVAILABLE,
        headers=(("server", "^cloudflare"),),
        body=r"^error code: 10(?:0[0-4]|1[46-9]|2[35]|33)\b",
    ),
    # https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-how-it-works.html
    OwnResponse(product="AWS WAF", reason=Reason.CHALLENGE, headers=(("x-amzn-waf-action", ""),)),
    OwnResponse(
        product="the AWS load balancer", reason=Reason.FIREWALL, headers=(("server", "^awselb"),), statuses=_DENIED
    ),
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html
    OwnResponse(
        product="CloudFront",
        stack="cloudfront",
        reason=Reason.METHOD,
        headers=(("x-cache", "^error from cloudfront"),),
        body="not configured to allow the http request method",
    ),
    OwnResponse(
        product="CloudFront",
        stack="cloudfront",
        reason=Reason.FIREWALL,
        headers=(("x-cache", "^error from cloudfront"),),
        body="request could not be satisfied",
        statuses=(_FORBIDDEN,),
    ),
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
    OwnResponse(
        product="AWS API Gateway",
        stack="api-gateway",
        reason=Reason.ROUTE,
        headers=((_ERROR_TYPE, "^MissingAuthenticationToken"),),
    ),
    OwnResponse(
        product="AWS API Gateway",
        stack="api-gateway",
        reason=Reason.ROUTE,
        body='^{"message":"missing authentication token"}',
    ),
    OwnResponse(
        product="AWS API Gateway",
        stack="api-gateway",
        reason=Reason.ROUTE,
        headers=(("apigw-requestid", ""),),
        body='^{"message":"not found"}$',
    ),
    OwnResponse(
        product="AWS API Gateway",
        stack="api-gateway",
        reason=Reason.KEY,
        headers=(
            (_ERROR_TYPE, "^(?:Forbidden|Unauthorized|AccessDenied|InvalidSignature|IncompleteSignature|Expired)"),
        ),
    ),
    OwnResponse(
        product="AWS API Gateway",
        stack="api-gateway",
        reason=Reason.KEY,
        headers=(("apigw-requestid", ""),),
        body='^{"message":"forbidden"}$',
    ),
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html
    OwnResponse(
        product="AWS API Gateway",
        stack="api-gateway",
        reason=Reason.CRASHED,
        headers=((_ERROR_TYPE, "^Internal(?:ServerError|Failure)"),),
    ),
    OwnResponse(
        product="AWS API Gateway",
        stack="api-gateway",
        reason=Reason.CRASHED,
        headers=(("apigw-requestid", ""),),
        body='^{"message":"internal server error"}$',
        statuses=(500,),
    ),
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-testing-debugging.html
    OwnResponse(
        product="CloudFront",
        stack="cloudfront",
        reason=Reason.CRASHED,
        headers=(("x-cache", "^(?:lambda|function)(?:execution|validation|throttled|limit)"),),
    ),
    # https://developers.cloudflare.com/workers/observability/errors/
    OwnResponse(
        product="Cloudflare",
        stack="cloudflare",
        reason=Reason.CRASHED,
        headers=(("server", "^cloudflare"),),
        body=r"^error code: 110[12]\b|worker threw exception",
    ),
    # https://learn.microsoft.com/azure/web-application-firewall/
    OwnResponse(
        product="the Azure gateway",
        reason=Reason.FIREWALL,
        headers=(("server", "^microsoft-azure-application-gateway"),),
        statuses=(_FORBIDDEN,),
    ),
    OwnResponse(
        product="Azure Front Door",
        reason=Reason.FIREWALL,
        headers=(("x-azure-ref", ""),),
        body="the request is blocked",
        statuses=(_FORBIDDEN,),
    ),
    OwnResponse(
        product="Azure API Management", reason=Reason.KEY, body="(?:missing|invalid) subscription key", statuses=_DENIED
    ),
    OwnResponse(
        product="Azure API Management",
        reason=Reason.ROUTE,
        body=r'"statusCode":\s*404,\s*"message":\s*"Resource not found"',
        statuses=(_NOT_FOUND,),
    ),
    # https://cloud.google.com/run/docs/troubleshooting, https://cloud.google.com/armor/docs
    OwnResponse(product="Google's proxy", reason=Reason.KEY, headers=(("x-goog-iap-generated-response", "true"),)),
    OwnResponse(
        product="Google's front end",
        reason=Reason.KEY,
        body="your client does not have permission to (?:get|the requested) url",
        statuses=_DENIED,
    ),
    OwnResponse(
        product="Google Cloud Armor",
        reason=Reason.FIREWALL,
        headers=(("via", r"\bgoogle$"),),
        body="<title>403</title>403 forbidden",
        statuses=(_FORBIDDEN,),
    ),
    OwnResponse(
        product="Google's front end",
        reason=Reason.CRASHED,
        body="response was malformed or connection to the instance had an error",
        statuses=(503,),
    ),
    # https://community.akamai.com/customers/s/article/Why-is-Akamai-blocking-me
    OwnResponse(product="Akamai", reason=Reason.FIREWALL, headers=(("server", "^akamaighost"),), statuses=_DENIED),
    OwnResponse(product="Akamai", reason=Reason.FIREWALL, body=r"errors(?:\.|&#46;)edgesuite", statuses=_DENIED),
    OwnResponse(product="Imperva", reason=Reason.FIREWALL, body="incapsula incident id|_incapsula_resource"),
    OwnResponse(product="Sucuri", reason=Reason.FIREWALL, headers=(("x-sucuri-block", ""),)),
    OwnResponse(product="F5 BIG-IP", reason=Reason.FIREWALL, body="the requested url was rejected. please consult"),
    OwnResponse(product="ModSecurity", reason=Reason.FIREWALL, body="generated by mod_?security"),
    OwnResponse(product="Wordfence", reason=Reason.FIREWALL, body="generated by wordfence"),
    OwnResponse(product="DataDome", reason=Reason.CHALLENGE, body="captcha-delivery.com", statuses=_DENIED),
    OwnResponse(
        product="HUMAN", reason=Reason.CHALLENGE, body=r'px-captcha|"appId":\s*"PX', statuses=(_FORBIDDEN, 429)
    ),
    # https://vercel.com/docs/errors, https://ngrok.com/docs/errors
    OwnResponse(product="Vercel", reason=Reason.FIREWALL, headers=(("x-vercel-mitigated", "deny"),)),
    OwnResponse(product="Vercel", reason=Reason.CHALLENGE, headers=(("x-vercel-mitigated", ""),)),
    OwnResponse(product="Vercel", reason=Reason.KEY, headers=(("set-cookie", "^_vercel_sso_nonce="),), statuses=(401,)),
    OwnResponse(product="Vercel", reason=Reason.METHOD, headers=(("x-vercel-error", "^INVALID_REQUEST_METHOD"),)),
    OwnResponse(
        product="Vercel", reason=Reason.CRASHED, headers=(("x-vercel-error", "^(?:EDGE_)?(?:FUNCTION|MIDDLEWARE)_"),)
    ),
    OwnResponse(product="Vercel", reason=Reason.ROUTE, headers=(("x-vercel-error", "NOT_FOUND$"),)),
    OwnResponse(product="ngrok", reason=Reason.CHALLENGE, headers=((NGROK_CODE, "^ERR_NGROK_6024$"),)),
    OwnResponse(product="ngrok", reason=Reason.UNAVAILABLE, headers=((NGROK_CODE, ""),)),
    OwnResponse(product="Railway", reason=Reason.UNAVAILABLE, headers=(("x-railway-fallback", "true"),)),
    OwnResponse(
        product="Render", reason=Reason.UNAVAILABLE, headers=(("x-render-routing", "no-server|suspend|hibernate"),)
    ),
    OwnResponse(
        product="Cloud Foundry's router", reason=Reason.ROUTE, headers=(("x-cf-routererror", "unknown_route"),)
    ),
    # Kong, APISIX, Apigee, Tyk, Envoy, HAProxy: as their sources have it
    OwnResponse(product="Kong", reason=Reason.ROUTE, body="no route matched with those values", statuses=(_NOT_FOUND,)),
    OwnResponse(
        product="Kong",
        reason=Reason.KEY,
        body="no api key found in request|you cannot consume this service",
        statuses=_DENIED,
    ),
    OwnResponse(
        product="APISIX", reason=Reason.ROUTE, body=r'"error_msg":\s*"404 route not found"', statuses=(_NOT_FOUND,)
    ),
    OwnResponse(
        product="APISIX", reason=Reason.KEY, headers=(("server", "^apisix"),), body='^{"message":"', statuses=_DENIED
    ),
    OwnResponse(product="Apigee", reason=Reason.ROUTE, body=r'"faultstring":\s*"unable to identify proxy for host'),
    OwnResponse(product="Apigee", reason=Reason.KEY, body='"errorcode":"(?:oauth|keymanagement)', statuses=_DENIED),
    OwnResponse(
        product="Tyk", reason=Reason.KEY, body=r'"error":\s*"authorization field missing', statuses=(400, *_DENIED)
    ),
    OwnResponse(
        product="Envoy",
        stack="envoy",
        reason=Reason.KEY,
        body=r"^rbac: access denied|^jwt (?:is|verification)\b",
        statuses=_DENIED,
    ),
    OwnResponse(
        product="HAProxy", stack="haproxy", reason=Reason.FIREWALL, body="request forbidden by administrative rules"
    ),
    OwnResponse(product="ingress-nginx", reason=Reason.ROUTE, body="^default backend - 404", statuses=(_NOT_FOUND,)),
)


def sign_in_front(response: HTTPResponse, body: str) -> OwnResponse | None:
    """The sign of the layer that wrote this response itself; none if the service may have written it."""
    return next((sign for sign in SIGNS if sign.fits(response, body)), None)

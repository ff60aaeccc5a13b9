"""The header names that are registered with IANA. All other names are "custom".

The names are those of the "Hypertext Transfer Protocol (HTTP) Field Name Registry",
https://www.iana.org/assignments/http-fields/, as of September 2026: its state of 2026-08-21 and the two
names added after it (connect-udp-bind, proxy-public-address). Entries of every status are included: permanent,
provisional, deprecated and obsoleted. Only the entry "*" is skipped, since it is reserved and not a field.

A name that a specification or a browser defines, but that is not registered, is custom: sourcemap,
speculation-rules, report-to, critical-ch, x-dns-prefetch-control, x-xss-protection, sec-ch-ua, ratelimit and
idempotency-key, for example. server-timing and timing-allow-origin are registered.

To update the list, keep one name a line, in lower case, sorted.
"""

_REGISTRY = """\
a-im
accept
accept-additions
accept-ch
accept-charset
accept-datetime
accept-encoding
accept-features
accept-language
accept-patch
accept-post
accept-query
accept-ranges
accept-signature
access-control
access-control-allow-credentials
access-control-allow-headers
access-control-allow-methods
access-control-allow-origin
access-control-expose-headers
access-control-max-age
access-control-request-headers
access-control-request-method
activate-storage-access
age
allow
alpn
alt-svc
alt-used
alternates
amp-cache-transform
apply-to-redirect-ref
authentication-control
authentication-info
authorization
available-dictionary
c-ext
c-man
c-opt
c-pep
c-pep-info
cache-control
cache-group-invalidation
cache-groups
cache-status
cal-managed-id
caldav-timezones
capsule-protocol
cdn-cache-control
cdn-loop
cert-not-after
cert-not-before
clear-site-data
client-cert
client-cert-chain
close
cmcd-object
cmcd-request
cmcd-session
cmcd-status
cmsd-dynamic
cmsd-static
concealed-auth-export
configuration-context
connect-udp-bind
connection
content-base
content-digest
content-disposition
content-encoding
content-id
content-language
content-length
content-location
content-md5
content-range
content-script-type
content-security-policy
content-security-policy-report-only
content-style-type
content-type
content-version
cookie
cookie2
cross-origin-embedder-policy
cross-origin-embedder-policy-report-only
cross-origin-opener-policy
cross-origin-opener-policy-report-only
cross-origin-resource-policy
cta-common-access-token
dasl
date
dav
default-style
delta-base
deprecation
depth
derived-from
destination
detached-jws
dictionary-id
differential-id
digest
dpop
dpop-nonce
early-data
ediint-features
etag
expect
expect-ct
expires
ext
forwarded
from
getprofile
hobareg
host
http2-settings
if
if-match
if-modified-since
if-none-match
if-range
if-schedule-tag-match
if-unmodified-since
im
include-referred-token-binding-id
incremental
isolation
keep-alive
label
last-event-id
last-modified
link
link-template
location
lock-token
man
max-forwards
memento-datetime
meter
method-check
method-check-expires
mime-version
negotiate
nel
odata-entityid
odata-isolation
odata-maxversion
odata-version
opt
optional-www-authenticate
ordering-type
origin
origin-agent-cluster
oscore
oslc-core-version
overwrite
p3p
pep
pep-info
permissions-policy
pics-label
ping-from
ping-to
position
pragma
prefer
preference-applied
priority
profileobject
protocol
protocol-info
protocol-query
protocol-request
proxy-authenticate
proxy-authentication-info
proxy-authorization
proxy-features
proxy-instruction
proxy-public-address
proxy-status
public
public-key-pins
public-key-pins-report-only
range
redirect-ref
referer
referer-root
referrer-policy
refresh
repeatability-client-id
repeatability-first-sent
repeatability-request-id
repeatability-result
replay-nonce
reporting-endpoints
repr-digest
retry-after
safe
schedule-reply
schedule-tag
sec-fetch-dest
sec-fetch-mode
sec-fetch-site
sec-fetch-storage-access
sec-fetch-user
sec-gpc
sec-purpose
sec-token-binding
sec-websocket-accept
sec-websocket-extensions
sec-websocket-key
sec-websocket-protocol
sec-websocket-version
security-scheme
server
server-timing
set-cookie
set-cookie2
set-txn
setprofile
signature
signature-input
slug
soapaction
status-uri
strict-transport-security
sunset
surrogate-capability
surrogate-control
tcn
te
timeout
timing-allow-origin
topic
traceparent
tracestate
trailer
transfer-encoding
ttl
unencoded-digest
upgrade
urgency
uri
use-as-dictionary
user-agent
variant-vary
vary
via
want-content-digest
want-digest
want-repr-digest
want-unencoded-digest
warning
www-authenticate
x-content-type-options
x-frame-options
"""

NAMES = tuple(_REGISTRY.split())
REGISTERED: frozenset[str] = frozenset(NAMES)


def is_registered(name: str) -> bool:
    """Whether IANA lists this header name; case makes no difference."""
    return name.isascii() and name.lower() in REGISTERED  # isascii: the Kelvin sign's lower case is "k"


_NOT_FOR_PAGES = frozenset(
    """\
    apigw-requestid cf-cache-status cf-ray critical-ch fly-request-id origin-trial report-to service-worker-allowed
    sourcemap speculation-rules x-accel-buffering x-accel-charset x-accel-expires x-accel-limit-rate x-accel-redirect
    x-amz-apigw-id x-amz-cf-id x-amz-cf-pop x-amzn-requestid x-amzn-trace-id x-aspnet-version
    x-aspnetmvc-version x-content-security-policy x-dns-prefetch-control x-download-options
    x-envoy-upstream-service-time x-generator x-permitted-cross-domain-policies x-powered-by x-render-origin-server
    x-robots-tag x-runtime x-sendfile x-served-by x-sourcemap x-timer x-ua-compatible x-varnish x-vercel-id x-webkit-csp
    x-xss-protection x-cache x-cache-hits x-nf-request-id x-guploader-uploadid x-ms-request-id x-ms-version
    x-ms-blob-type x-ms-creation-time x-ms-lease-state x-ms-lease-status x-ms-server-encrypted
    x-do-app-origin x-do-orig-status x-fastly-request-id x-github-request-id x-debug-token x-firefox-spdy
    x-litespeed-cache
    """.split(),  # noqa: SIM905 -- as the registry above, one block that is easy to add to
)


_OF_INFRASTRUCTURE = ("x-amz-", "x-amzn-", "x-goog-", "x-envoy-", "x-kong-", "x-akamai-", "x-azure-", "x-oss-", "cf-")
"""How the names begin that stores, gateways and networks add for their operators."""


def is_for_pages(name: str) -> bool:
    """Whether JavaScript may need this header: false for those meant for browsers, proxies, crawlers or operators."""
    lowercase = name.lower()
    return lowercase not in _NOT_FOR_PAGES and not lowercase.startswith(_OF_INFRASTRUCTURE)

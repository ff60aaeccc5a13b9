"""TLS as this machine and the user set it up: trusted authorities, and the client certificate."""

from __future__ import annotations

import os
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hdrcli.records.errors import UsageError
from hdrcli.structs import Record


class Certificates(Record, frozen=True, kw_only=True):
    """PEM files: authorities to trust in addition to the system's, a client certificate, and its key if separate."""

    cacert: str | None = None
    cert: str | None = None
    key: str | None = None


NO_CERTIFICATES: Final = Certificates()


def read_in_small_pieces() -> None:
    """Give TLS connections of this process a buffer of 16 KiB each, the size of a TLS record, not asyncio's 256 KiB.

    With 500 connections at once, that is 120 MiB less.
    """
    from asyncio.sslproto import SSLProtocol

    SSLProtocol.max_size = 2**14


class TLS:
    """The contexts of one run, each made once, which offer the protocols `alpn`.

    The constructor raises `UsageError` for files that cannot be used.

    Only requests with credentials show a client certificate:
    https://fetch.spec.whatwg.org/#create-a-connection
    """

    def __init__(self, *, verify: bool, certificates: Certificates, alpn: Sequence[str] = ("http/1.1",)) -> None:
        self._verify = verify
        self._alpn = alpn
        self._certificates = certificates
        self._contexts: dict[bool, ssl.SSLContext] = {}
        _check_key_log()
        if certificates.key is not None and certificates.cert is None:
            raise UsageError(f'--key "{certificates.key}" is of no use alone: name its certificate with --cert.')
        if certificates.cacert is not None or certificates.cert is not None:
            self.context(with_certificate=True)

    def context(self, *, with_certificate: bool) -> ssl.SSLContext:
        """The context for requests that may, or may not, show the client certificate."""
        shown = with_certificate and self._certificates.cert is not None
        if shown not in self._contexts:
            self._contexts[shown] = self._new_context(with_certificate=shown)
        return self._contexts[shown]

    def _new_context(self, *, with_certificate: bool) -> ssl.SSLContext:
        context = new_tls_context(verify=self._verify, alpn=self._alpn)
        if self._certificates.cacert is not None:
            _trust(context, self._certificates.cacert)
        if with_certificate and self._certificates.cert is not None:
            _load_certificate(context, self._certificates.cert, self._certificates.key)
        return context


def new_tls_context(*, verify: bool, alpn: Sequence[str] = ("http/1.1",)) -> ssl.SSLContext:
    """The system's trust, or certifi's where the system has none that OpenSSL knows of."""
    if not verify:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        paths = ssl.get_default_verify_paths()
        cafile = None
        if paths.cafile is None and paths.capath is None:
            import certifi

            cafile = certifi.where()
        context = ssl.create_default_context(cafile=cafile)
        # Python 3.13 refuses certificates that browsers accept, such as those of many home-made authorities; and it
        # accepts some that browsers refuse, which name the host only in the subject.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.hostname_checks_common_name = False
    context.set_alpn_protocols(list(alpn))
    return context


def _trust(context: ssl.SSLContext, cacert: str) -> None:
    _check_readable("--cacert", cacert)
    try:
        context.load_verify_locations(cacert)
    except ssl.SSLError:
        raise UsageError(f'--cacert "{cacert}" holds no certificate in PEM form.') from None


def _load_certificate(context: ssl.SSLContext, cert: str, key: str | None) -> None:
    _check_readable("--cert", cert)
    if key is not None:
        _check_readable("--key", key)
    holder = f'--cert "{cert}"' if key is None else f'--key "{key}"'

    def refuse_passphrase() -> str:
        # OpenSSL would prompt on the terminal, and a CI job would hang.
        raise UsageError(f'{holder} has a passphrase: give a key without one ("openssl pkey" removes it).')

    try:
        context.load_cert_chain(cert, key, refuse_passphrase)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise UsageError(f'{holder} is not the private key of the certificate in "{cert}".') from None
        files = f'--cert "{cert}"' + ("" if key is None else f' and --key "{key}"')
        apart = "; name the file of the key with --key if it is apart" if key is None else ""
        raise UsageError(
            f"{files} cannot be used: a certificate and its private key in PEM form are needed{apart}."
        ) from None


def _check_key_log() -> None:
    """`ssl` opens the file for each context: https://docs.python.org/3/library/ssl.html#ssl.create_default_context."""
    path = os.environ.get("SSLKEYLOGFILE")
    if path:
        try:
            Path(path).open("ab").close()
        except OSError as error:
            raise UsageError(f'SSLKEYLOGFILE "{path}" cannot be written: {error.strerror}.') from None


def _check_readable(option: str, path: str) -> None:
    try:
        Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f'{option} "{path}" cannot be read: {error.strerror}.') from None

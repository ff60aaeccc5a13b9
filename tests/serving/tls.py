"""Certificates for servers in tests."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme


def server_context(*names: str, authority: trustme.CA | None = None) -> ssl.SSLContext:
    """A server's context with a certificate for these names, signed by this authority or by one that nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (authority or trustme.CA()).issue_cert(*names).configure_cert(context)
    return context


def trust(authority: trustme.CA, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process and the ones it starts trust the authority, by OpenSSL's own variable."""
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

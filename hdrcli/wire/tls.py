"""TLS as this machine is set up."""

from __future__ import annotations

import ssl


def new_tls_context(*, verify: bool) -> ssl.SSLContext:
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
    context.set_alpn_protocols(["http/1.1"])
    return context

"""HTTP/2: imported only when a server has chosen it by ALPN, or when such a response is read."""

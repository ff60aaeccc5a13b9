"""A server that speaks HTTP/2."""

from __future__ import annotations

import socket
import ssl

import h2.config
import h2.connection
import h2.events

from hdrcli.fetch.headers import Header
from tests.serving.loopback import LoopbackServer


class HTTP2Server(LoopbackServer):
    """Responds to each stream with these headers; `streams` are the headers of the requests."""

    def __init__(self, *headers: Header, tls: ssl.SSLContext) -> None:
        tls.set_alpn_protocols(["h2"])
        super().__init__(tls=tls)
        self.streams: list[list[Header]] = []
        self._headers = headers

    @property
    def url(self) -> str:
        return f"{self.origin}/"

    def serve(self, number: int, connection: socket.socket) -> None:
        del number
        protocol = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="latin-1"))
        protocol.initiate_connection()
        connection.sendall(protocol.data_to_send())
        while data := connection.recv(65536):
            for event in protocol.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    assert event.stream_id is not None
                    self.streams.append([(str(name), str(value)) for name, value in event.headers or ()])
                    protocol.send_headers(event.stream_id, [(":status", "200"), *self._headers], end_stream=True)
            connection.sendall(protocol.data_to_send())

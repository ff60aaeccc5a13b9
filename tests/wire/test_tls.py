"""Client certificates and authorities of the user's, before real TLS servers."""

from __future__ import annotations

import re
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import trustme

from hdrcli.fetch import Failure, HTTPResponse, TransportFailure
from hdrcli.inspection import check
from hdrcli.records.errors import UsageError
from hdrcli.records.route import FetchRecord
from hdrcli.settings import Settings
from hdrcli.structs import replace
from hdrcli.wire.direct import DirectTransport
from hdrcli.wire.network import NetworkTransport
from hdrcli.wire.tls import Certificates
from tests.cli.program import assert_one_line, hdrcli
from tests.missing import is_missing
from tests.serving.loopback import DEADLINE, free_port
from tests.serving.raw import RawServer
from tests.serving.tls import server_context
from tests.wire.sending import exchange, http_request

ANSWER: Final = (
    b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: https://app.example\r\nAccess-Control-Allow-Credentials: true\r\n"
    b"Access-Control-Allow-Methods: PUT\r\nContent-Length: 0\r\n\r\n"
)

needs_openssl: Final = pytest.mark.skipif(is_missing("openssl"), reason="openssl is not installed")


@dataclass(frozen=True, slots=True)
class Files:
    """A folder of PEM files, and the authority that signed them."""

    folder: Path
    authority: trustme.CA

    def __getitem__(self, name: str) -> str:
        return str(self.folder / f"{name}.pem")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    files = Files(tmp_path_factory.mktemp("pem"), trustme.CA())
    client, other = files.authority.issue_cert("client.example"), trustme.CA().issue_cert("client.example")
    files.authority.cert_pem.write_to_path(files["authority"])
    client.private_key_and_cert_chain_pem.write_to_path(files["both"])
    client.cert_chain_pems[0].write_to_path(files["cert"])
    client.private_key_pem.write_to_path(files["key"])
    other.private_key_and_cert_chain_pem.write_to_path(files["stranger"])
    other.private_key_pem.write_to_path(files["key of another"])
    Path(files["text"]).write_text("no certificate\n")
    return files


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLS 1.2", "TLS 1.3"])
def server(request: pytest.FixtureRequest, files: Files) -> Iterator[RawServer]:
    """It serves only who shows a certificate of the authority."""
    tls = server_context("127.0.0.1", authority=files.authority)
    files.authority.configure_trust(tls)
    tls.verify_mode = ssl.CERT_REQUIRED
    tls.maximum_version = request.param
    with RawServer(ANSWER, tls=tls) as server:
        yield server


def fetches(url: str, files: Files, *, method: str = "GET", cert: str | None = "both") -> list[FetchRecord]:
    """What a page gets without credentials, and with them."""
    settings = Settings(
        targets=(url,),
        browsers=("standard",),
        method=method,
        origins=("https://app.example",),
        cacert=files["authority"],
        cert=None if cert is None else files[cert],
        probe=False,
        find_openapi=False,
    )
    (route,) = check(settings).routes
    return list(route.fetches)


@pytest.mark.parametrize(("cert", "key"), [("both", None), ("cert", "key")])
def test_the_certificate_is_shown(cert: str, key: str | None, server: RawServer, files: Files) -> None:
    certificates = Certificates(cacert=files["authority"], cert=files[cert], key=None if key is None else files[key])
    request = replace(http_request(server.url), client_certificate=True)
    for transport in (DirectTransport, NetworkTransport):
        answer = exchange(transport(timeout=DEADLINE, verify=True, certificates=certificates), request)

        assert isinstance(answer, HTTPResponse)
        assert answer.status == 200


def test_browsers_show_it_only_with_credentials(server: RawServer, files: Files) -> None:
    """https://fetch.spec.whatwg.org/#create-a-connection."""
    without, with_credentials = fetches(server.url, files)

    assert (without.credentials, without.outcome) == ("omit", "network-error")
    assert (with_credentials.credentials, with_credentials.outcome) == ("include", "readable")
    assert len(server.requests) == 1


def test_the_openapi_document_is_requested_with_it(server: RawServer, files: Files) -> None:
    settings = Settings(
        targets=(server.url,),
        browsers=("standard",),
        origins=("https://app.example",),
        credentials=("include",),
        cacert=files["authority"],
        cert=files["both"],
    )
    (route,) = check(settings).routes
    (asked,) = (probe.exchange for probe in route.probes if probe.kind == "openapi")

    assert isinstance(asked.response, HTTPResponse)


def test_over_http_it_makes_no_other_request(files: Files) -> None:
    """What is worded alike, a POST above all, is sent once."""
    with RawServer(ANSWER) as server:
        without, with_credentials = fetches(server.url, files, method="POST")

    assert (without.outcome, with_credentials.outcome) == ("readable", "readable")
    assert len(server.requests) == 1


def test_a_preflight_shows_none(server: RawServer, files: Files) -> None:
    _, with_credentials = fetches(server.url, files, method="PUT")

    assert with_credentials.outcome == "network-error"
    assert [exchange.request.purpose for exchange in with_credentials.exchanges] == ["preflight"]
    assert server.requests == []


@needs_openssl
@pytest.mark.parametrize(
    ("extensions", "is_taken"),
    [
        ("subjectAltName=DNS:localhost", True),
        ("subjectAltName=DNS:localhost\nauthorityKeyIdentifier=none", True),
        ("authorityKeyIdentifier=none", False),  # the name stands in the subject alone
    ],
)
def test_home_made_certificates_are_judged_as_browsers_do(extensions: str, is_taken: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- of the table
    (tmp_path / "extensions").write_text(extensions)
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=authority",
        "req -newkey rsa:2048 -nodes -keyout key.pem -out request -subj /CN=localhost",
        "x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -extfile extensions -out cert.pem",
    ):
        subprocess.run(["openssl", *command.split()], cwd=tmp_path, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")

    with RawServer(ANSWER, tls=tls) as server:
        certificates = Certificates(cacert=str(tmp_path / "ca.pem"))
        request = http_request(server.url.replace("127.0.0.1", "localhost"))
        answer = exchange(DirectTransport(timeout=DEADLINE, verify=True, certificates=certificates), request)

    assert isinstance(answer, HTTPResponse) is is_taken
    if isinstance(answer, TransportFailure):
        assert (answer.failure, answer.subject) == (Failure.CERTIFICATE, "other-name")
        assert answer.seen.startswith("Hostname mismatch")


@pytest.mark.parametrize(
    ("cert", "subjects"),
    [
        (None, {"client-certificate-required", "client-certificate-perhaps-required"}),
        ("stranger", {"client-certificate-not-trusted", "client-certificate-perhaps-required"}),
    ],
    ids=["none is given", "one that the server does not trust"],
)
def test_a_server_that_demands_another(cert: str | None, subjects: set[str], server: RawServer, files: Files) -> None:
    """The alert comes as such, or by TLS 1.3 the connection's reset overtakes it."""
    _, with_credentials = fetches(server.url, files, cert=cert)
    (failed,) = with_credentials.exchanges

    assert isinstance(failed.response, TransportFailure)
    assert failed.response.failure in {Failure.TLS, Failure.CONNECTION_RESET}
    assert failed.response.subject in subjects
    assert server.requests == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--cacert", "{missing}"], '--cacert "{missing}" cannot be read: No such file or directory.'),
        (["--cacert", "{text}"], '--cacert "{text}" holds no certificate in PEM form.'),
        (["--cert", "{missing}"], '--cert "{missing}" cannot be read: No such file or directory.'),
        (["--cert", "{cert}", "--key", "{missing}"], '--key "{missing}" cannot be read: No such file or directory.'),
        (["--cert", "{text}"], '--cert "{text}" cannot be used: a certificate and its private key'),
        (["--cert", "{cert}"], "name the file of the key with --key if it is apart."),
        (["--cert", "{cert}", "--key", "{text}"], '--cert "{cert}" and --key "{text}" cannot be used: '),
        (
            ["--cert", "{cert}", "--key", "{key of another}"],
            '--key "{key of another}" is not the private key of the certificate in "{cert}".',
        ),
        (["--key", "{key}"], '--key "{key}" is of no use alone: name its certificate with --cert.'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_files_that_cannot_be_used(arguments: list[str], words: str, files: Files) -> None:
    names = ["missing", "text", "cert", "key", "key of another"]
    paths = {name: files[name] for name in names}
    done = hdrcli("check", f"http://127.0.0.1:{free_port()}/", *(text.format(**paths) for text in arguments))

    assert done.status == 2
    assert words.format(**paths) in done.err
    assert_one_line(done.err)


@needs_openssl
def test_a_key_with_a_passphrase(files: Files) -> None:
    """Nobody is asked for it: a CI job would wait for ever."""
    command = ["openssl", "pkey", "-aes256", "-passout", "pass:secret", "-in", files["key"], "-out", files["locked"]]
    subprocess.run(command, check=True)

    certificates = Certificates(cert=files["cert"], key=files["locked"])
    with pytest.raises(UsageError, match=r"^--key .* has a passphrase: give a key without one"):
        DirectTransport(timeout=DEADLINE, verify=True, certificates=certificates)


def test_a_key_log_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "keys.log"
    done = hdrcli("check", "https://api.invalid/", env={"SSLKEYLOGFILE": str(path)})

    assert done.status == 2
    assert_one_line(done.err)
    assert f'SSLKEYLOGFILE "{path}" cannot be written: No such file or directory.' in done.err


def test_the_keys_of_connections_are_logged_on_request(server: RawServer, files: Files, tmp_path: Path) -> None:
    log = tmp_path / "keys.log"
    certificates = [f"--cacert={files['authority']}", f"--cert={files['both']}"]
    hdrcli("check", server.url, *certificates, env={"SSLKEYLOGFILE": str(log)})

    assert re.search("^CLIENT_(RANDOM|HANDSHAKE_TRAFFIC_SECRET) ", log.read_text(), re.MULTILINE)

"""ACME clients as people run them: unmodified, on their command lines, each with folders of its own."""

import functools
import http.server
import pathlib
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from support import pki
from support.acme import fresh_name
from support.process import free_port, run

# What a client's hook runs: dns-hook add|delete NAME VALUE, by RFC 2136.
DNS_HOOK = """#!/bin/sh
printf 'server 127.0.0.1 {port}\\nupdate %s %s. 0 IN TXT "%s"\\nsend\\n' "$1" "$2" "$3" |
  nsupdate -y hmac-sha256:acme-update:{secret}
"""


@pytest.fixture(scope="session")
def alpn_port():
    return free_port()


@pytest.fixture(scope="session")
def server(make_server, alpn_port):
    return make_server(CERTWRIGHT_ACME_TLSALPN01_PORT=alpn_port).start()


class Place:
    """What a client needs to know: where the server is, whom to trust, where http-01 is asked."""

    def __init__(self, directory, root_file, challenge_port, folder, bind):
        self.directory = directory
        self.root_file = str(root_file)
        self.challenge_port = challenge_port
        self.folder = pathlib.Path(folder)
        self.bind = bind
        self.webroot = self.folder / "www"
        self.challenges = self.webroot / ".well-known/acme-challenge"
        self.challenges.mkdir(parents=True)

    def run(self, *command, **options):
        # Each client reads its trust anchors from another variable.
        trust = ("REQUESTS_CA_BUNDLE", "LEGO_CA_CERTIFICATES", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
        env = {name: self.root_file for name in trust} | {"HOME": str(self.folder)} | options.pop("env", {})
        return run(*command, env=env, cwd=self.folder, **options)

    def script(self, name, text):
        file = self.folder / name
        file.write_text(text)
        file.chmod(0o755)
        return file

    @property
    def dns_hook(self):
        return self.script("dns-hook", DNS_HOOK.format(port=self.bind.port, secret=self.bind.secret))

    def openssl_key(self, name, kind="rsa"):
        file = self.folder / name
        if kind == "rsa":
            self.run("openssl", "genrsa", "-out", file, "2048")
        else:
            self.run("openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", file)
        return file


@pytest.fixture
def place(server, challenge_port, bind, tmp_path):
    return Place(server.directory, server.root_file, challenge_port, tmp_path, bind)


@pytest.fixture
def webroot(place):
    """A web server for clients that only write files."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", place.challenge_port), functools.partial(Handler, directory=place.webroot)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield place.challenges
    server.shutdown()
    server.server_close()


@pytest.fixture
def new_service(admin):
    """Makes a named service; returns its directory."""

    def new_service(**settings):
        made = admin.post("/acme/services", {"name": "s" + fresh_name().split(".")[0], **settings})
        assert made.status == 201, made
        return made.data["directory_url"]

    return new_service


@pytest.fixture
def closed(new_service):
    """The directory of a service for those alone who have a credential."""
    return new_service(eab_required=True)


@pytest.fixture
def credential(admin):
    made = admin.post("/acme/eab-credentials", {"description": "a client"})
    assert made.status == 201, made
    return made.data


@pytest.fixture
def used(admin, credential):
    """How many accounts the credential has opened."""
    return lambda: admin.get(f"/acme/eab-credentials/{credential['id']}").data["used"]


@pytest.fixture
def name():
    return fresh_name()


@pytest.fixture
def check(server, admin):
    """Holds what a client received against what the server knows and what OpenSSL says."""

    class Check:
        def certificate(self, file, *names, revoked=False):
            """The certificate in the file; it is for these names and addresses and nothing else."""
            chain = pki.load_chain(pathlib.Path(file).read_text())
            alternative = pki.extension(chain[0], x509.SubjectAlternativeName)
            assert {str(each.value) for each in alternative} == set(names)
            folder = pathlib.Path(file).parent
            leaf, rest = folder / "check-leaf.pem", folder / "check-rest.pem"
            write(leaf, chain[:1])
            write(rest, chain[1:])
            run(
                "openssl",
                "verify",
                "-x509_strict",
                "-purpose",
                "sslserver",
                "-CAfile",
                server.root_file,
                "-untrusted",
                rest,
                leaf,
            )
            found = self.listed(chain[0])
            assert found["source"] == "acme" and found["revoked"] is revoked
            return chain[0]

        def listed(self, certificate):
            found = admin.get("/certificates", search=format(certificate.serial_number, "x")).data
            assert len(found) == 1, found
            return found[0]

        def revoked(self, certificate):
            assert self.listed(certificate)["revoked"] is True
            crl = x509.load_der_x509_crl(requests_get(server.here(pki.crl_url(certificate))))
            assert crl.get_revoked_certificate_by_serial_number(certificate.serial_number)

    return Check()


def write(file, certificates):
    file.write_bytes(b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates))


def requests_get(url):
    import requests

    answer = requests.get(url, timeout=10)
    assert answer.status_code == 200
    return answer.content


@pytest.fixture(autouse=True)
def port_is_free(challenge_port):
    """Clients listen on the same port one after the other; the last one's may be closing still."""
    from support.process import answers

    deadline = time.monotonic() + 10
    while answers(challenge_port) and time.monotonic() < deadline:
        time.sleep(0.1)

"""The ACME libraries of Go and Python, driven by small programs: see programs/."""

import json
import pathlib
import sys

import pytest

from support.matrix import cell, lack
from support.process import run

PROGRAMS = pathlib.Path(__file__).parent / "programs"


@pytest.fixture(scope="session")
def go_program(tmp_path_factory):
    """Debian's Go compiles against Debian's package of the library; nothing is fetched."""
    folder = tmp_path_factory.mktemp("go")
    built = folder / "acme-story"
    env = {
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    run("/usr/bin/go", "build", "-o", built, PROGRAMS / "acme_story.go", env=env, timeout=170)
    return built


class Library:
    """Tells stories to one program."""

    def __init__(self, place, check, *command):
        self.place = place
        self.check = check
        self.command = command

    def tell(self, challenge, names=(), addresses=(), listen=None, revoke=False, **more):
        out = self.place.folder / "chain.pem"
        told = {
            "directory": self.place.directory, "challenge": challenge, "names": list(names), "out": str(out),
            "addresses": list(addresses), "listen": f"127.0.0.1:{listen or self.place.challenge_port}",
            "hook": str(self.place.dns_hook), "revoke": revoke, **more,
        }  # fmt: skip
        self.done = self.place.run(*self.command, stdin=json.dumps(told))
        return self.check.certificate(out, *names, *addresses, revoked=revoke)


@pytest.fixture
def go(place, check, go_program):
    return Library(place, check, go_program)


@pytest.fixture
def debian_python(place, check):
    return Library(place, check, "/usr/bin/python3", PROGRAMS / "acme_story.py")


@pytest.fixture
def python(place, check):
    return Library(place, check, sys.executable, PROGRAMS / "acme_story.py")


class TestGo:
    @cell("Go", "http-01", "key change", "revoke")
    def test_http_01_key_change_and_revocation(self, go, check, name):
        check.revoked(go.tell("http-01", [name, "www." + name], changeKey=True, revoke=True))

    @cell("Go", "dns-01", "wildcard")
    def test_dns_01_with_a_wildcard_through_bind(self, go, name):
        go.tell("dns-01", [name, "*." + name])

    @cell("Go", "tls-alpn-01")
    def test_tls_alpn_01(self, go, name, alpn_port):
        go.tell("tls-alpn-01", [name], listen=alpn_port)

    @cell("Go", "EAB")
    def test_an_external_account(self, go, name, closed, credential, used):
        go.tell("http-01", [name], directory=closed, kid=credential["kid"], hmacKey=credential["hmac_key"])
        assert used() == 1

    @cell("Go", "IP")
    def test_an_address(self, go):
        go.tell("http-01", addresses=["127.0.0.1"])


class TestPython:
    @cell("Python acme", "http-01", "revoke", "ARI")
    def test_http_01_ari_and_revocation(self, python, check, name):
        certificate = python.tell("http-01", [name, "www." + name], ari=True, revoke=True)
        said = json.loads(python.done.stdout)
        assert (
            certificate.not_valid_before_utc.isoformat()
            < said["renew"]
            < certificate.not_valid_after_utc.isoformat()
        )
        check.revoked(certificate)

    @cell("Python acme", "dns-01", "wildcard")
    def test_dns_01_with_a_wildcard_through_bind(self, python, name):
        python.tell("dns-01", [name, "*." + name])

    @cell("Python acme", "EAB")
    def test_an_external_account(self, python, name, closed, credential, used):
        python.tell(
            "http-01", [name], directory=closed, kid=credential["kid"], hmacKey=credential["hmac_key"]
        )
        assert used() == 1

    @cell("Python acme", "IP")
    def test_an_address(self, python):
        python.tell("http-01", addresses=["127.0.0.1"])

    @cell("Python acme", "profile")
    def test_a_profile(self, python, name, new_service):
        directory = new_service(profiles=[{"name": "short", "description": "Six hours", "validity_hours": 6}])
        certificate = python.tell("http-01", [name], directory=directory, profile="short")
        life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        assert life.total_seconds() < 7 * 3600


class TestDebiansPython:
    """The older library, which certbot of Debian is made of; the newer one has given up tls-alpn-01."""

    @cell("Python acme (Debian)", "http-01", "revoke")
    def test_http_01_and_revocation(self, debian_python, check, name):
        check.revoked(debian_python.tell("http-01", [name, "www." + name], revoke=True))

    @cell("Python acme (Debian)", "dns-01", "wildcard")
    def test_dns_01_with_a_wildcard_through_bind(self, debian_python, name):
        debian_python.tell("dns-01", [name, "*." + name])

    @lack("Python acme (Debian)", "tls-alpn-01")
    def test_its_certificate_for_tls_alpn_01_is_that_of_a_draft(self, debian_python, name, alpn_port):
        with pytest.raises(AssertionError, match="its certificate has no acmeIdentifier"):
            debian_python.tell("tls-alpn-01", [name], listen=alpn_port)

    @cell("Python acme (Debian)", "EAB")
    def test_an_external_account(self, debian_python, name, closed, credential, used):
        debian_python.tell(
            "http-01", [name], directory=closed, kid=credential["kid"], hmacKey=credential["hmac_key"]
        )
        assert used() == 1

    @cell("Python acme (Debian)", "IP")
    def test_an_address(self, debian_python):
        debian_python.tell("http-01", addresses=["127.0.0.1"])

"""uacme: all three challenges, addresses, a new account key, revocation, deactivation."""

import pytest

from support import clients
from support.matrix import cell
from support.process import Process, wait_for

DNS = """#!/bin/sh
# uacme's hook: METHOD TYPE NAME TOKEN VALUE
[ "$2" = dns-01 ] || exit 1
case $1 in begin) how=add ;; *) how=delete ;; esac
exec {hook} $how "_acme-challenge.$3" "$5"
"""


@pytest.fixture
def uacme(place):
    return clients.uacme(place)


@pytest.fixture
def registered(uacme):
    uacme("new", clients.CONTACT)
    return uacme


def file(place, name):
    return place.folder / "uacme" / name / "cert.pem"


@cell("uacme", "http-01", "key change", "revoke")
def test_from_registration_to_deactivation(place, registered, webroot, check, name):
    registered("--type", "EC", "issue", name, "www." + name)
    first = check.certificate(file(place, name), name, "www." + name)
    registered("--force", "issue", name, "www." + name)
    second = check.certificate(file(place, name), name, "www." + name)
    assert first.serial_number != second.serial_number
    before = (place.folder / "uacme/private/key.pem").read_text()
    registered("newkey")
    assert (place.folder / "uacme/private/key.pem").read_text() != before
    registered("--reason", "4", "revoke", file(place, name))
    check.revoked(second)
    assert check.listed(second)["revoke_reason"] == "superseded"
    registered("deactivate")


@cell("uacme", "dns-01", "wildcard")
def test_dns_01_with_a_wildcard_through_bind(place, registered, check, name):
    hook = place.script("hook", DNS.format(hook=place.dns_hook))
    registered("--type", "EC", "issue", name, "*." + name, hook=hook)
    check.certificate(file(place, name), name, "*." + name)


@cell("uacme", "tls-alpn-01")
def test_tls_alpn_01_by_its_own_responder(place, registered, alpn_port, check, name):
    sock = place.folder / "ualpn.sock"
    responder = Process(
        ["ualpn", "-v", "--bind", f"127.0.0.1@{alpn_port}", "--connect", f"127.0.0.1@{place.challenge_port}",
         "--sock", sock, "--pidfile", place.folder / "ualpn.pid", "--proxy", "0"],
        place.folder / "ualpn.log",
    )  # fmt: skip
    try:
        wait_for(sock.exists, 10, says=f"ualpn ({responder.log})")
        hook = place.script(
            "hook",
            '#!/bin/sh\n[ "$2" = tls-alpn-01 ] || exit 1\ncase $1 in begin) line="auth $3 $5" ;; *) line="unauth $3" ;; esac\n'
            f'[ "$(echo "$line" | ualpn --sock {sock})" = OK ]\n',
        )
        registered("--type", "EC", "issue", name, hook=hook)
    finally:
        responder.stop()
    check.certificate(file(place, name), name)


@cell("uacme", "EAB")
def test_an_external_account(place, uacme, closed, credential, used, webroot, check, name):
    place.directory = closed
    uacme("--eab", f"{credential['kid']}:{credential['hmac_key']}", "new", clients.CONTACT)
    uacme("--type", "EC", "issue", name)
    check.certificate(file(place, name), name)
    assert used() == 1


@cell("uacme", "IP")
def test_an_address(place, registered, webroot, check):
    registered("--type", "EC", "issue", "127.0.0.1")
    check.certificate(file(place, "127.0.0.1"), "127.0.0.1")

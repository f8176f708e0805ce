"""lego: register, order by all three challenges, renew, revoke."""

import pytest

from support import clients
from support.matrix import cell, lack


@pytest.fixture
def lego(place):
    return clients.lego(place)


def file(place, name):
    return place.folder / "lego/certificates" / f"{name}.crt"


@cell("lego", "http-01", "revoke")
def test_http_01_from_registration_to_revocation(place, lego, check, name):
    lego("--domains", name, "--domains", "www." + name, "run")
    first = check.certificate(file(place, name), name, "www." + name)
    lego("--domains", name, "--domains", "www." + name, "renew", "--days", "400", "--no-random-sleep")
    second = check.certificate(file(place, name), name, "www." + name)
    assert first.serial_number != second.serial_number
    lego("--domains", name, "revoke", "--keep")
    check.revoked(second)


@pytest.mark.parametrize("kind", ["ec256", "ec384", "rsa2048", "rsa4096"])
def test_keys_of_every_kind(place, lego, check, name, kind):
    lego("--domains", name, "--key-type", kind, "run")
    check.certificate(file(place, name), name)


@cell("lego", "dns-01", "wildcard")
def test_dns_01_with_a_wildcard_through_bind(place, lego, check, name):
    env = {
        "RFC2136_NAMESERVER": place.bind.address,
        "RFC2136_TSIG_KEY": "acme-update.",
        "RFC2136_TSIG_SECRET": place.bind.secret,
        "RFC2136_TSIG_ALGORITHM": "hmac-sha256.",
        "RFC2136_TTL": "1",
        "RFC2136_PROPAGATION_TIMEOUT": "5",
        "RFC2136_POLLING_INTERVAL": "1",
        "RFC2136_SEQUENCE_INTERVAL": "1",
    }
    how = ["--dns", "rfc2136", "--dns.resolvers", place.bind.address, "--dns.disable-cp"]
    lego("--domains", name, "--domains", "*." + name, "run", how=how, env=env)
    check.certificate(file(place, name), name, "*." + name)


@cell("lego", "tls-alpn-01")
def test_tls_alpn_01(place, lego, alpn_port, check, name):
    lego("--domains", name, "run", how=["--tls", "--tls.port", f"127.0.0.1:{alpn_port}"])
    check.certificate(file(place, name), name)


@cell("lego", "EAB")
def test_an_external_account(place, lego, closed, credential, used, check, name):
    how = ["--eab", "--kid", credential["kid"], "--hmac", credential["hmac_key"], "--http", "--http.port"]
    lego("--domains", name, "run", server=closed, how=[*how, f"127.0.0.1:{place.challenge_port}"])
    check.certificate(file(place, name), name)
    assert used() == 1


@lack("lego", "IP")
def test_an_address_is_taken_for_a_name(lego):
    done = lego("--domains", "127.0.0.1", "run", check=False)
    assert done.returncode != 0 and "a DNS name does not end in a number" in done.output, done.output


def test_a_csr_of_the_users_own(place, lego, check, name):
    key = place.openssl_key("own.key", "ec")
    csr = place.folder / "own.csr"
    place.run(
        "openssl", "req", "-new", "-key", key, "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
        "-out", csr,
    )  # fmt: skip
    lego("--csr", csr, "run")
    check.certificate(file(place, name), name)

"""certbot: register, order by http-01 and dns-01, renew, revoke."""

import pytest

from support import clients, pki
from support.matrix import cell
from support.process import free_port


@pytest.fixture
def certbot(place):
    return clients.certbot(place)


@pytest.fixture
def certonly(place, certbot):
    """Orders by http-01."""
    return lambda *arguments, **options: certbot(*clients.certbot_standalone(place), *arguments, **options)


def live(place, name):
    return place.folder / "config/live" / name


@cell("certbot", "http-01", "revoke")
def test_http_01_from_registration_to_revocation(place, certbot, certonly, check, name):
    certbot("register", "--agree-tos", "--email", "admin@certwright.example", "--no-eff-email")
    certonly("-d", name, "-d", "www." + name)
    first = check.certificate(live(place, name) / "fullchain.pem", name, "www." + name)

    certbot("renew", "--force-renewal", "--no-random-sleep-on-renew")
    second = check.certificate(live(place, name) / "fullchain.pem", name, "www." + name)
    assert second.serial_number != first.serial_number

    certbot(
        "revoke",
        "--cert-path",
        live(place, name) / "cert.pem",
        "--reason",
        "keycompromise",
        "--no-delete-after-revoke",
    )
    check.revoked(second)
    assert check.listed(second)["revoke_reason"] == "keyCompromise"
    assert check.listed(first)["revoked"] is False


def test_revoking_with_the_key_of_the_certificate(place, certbot, certonly, check, name):
    certonly("-d", name)
    certificate = check.certificate(live(place, name) / "fullchain.pem", name)
    certbot(
        "revoke",
        "--cert-path",
        live(place, name) / "cert.pem",
        "--key-path",
        live(place, name) / "privkey.pem",
        "--no-delete-after-revoke",
    )
    check.revoked(certificate)


def test_rsa_keys(place, certonly, check, name):
    certonly("--key-type", "rsa", "--rsa-key-size", "3072", "-d", name)
    assert check.certificate(live(place, name) / "fullchain.pem", name).public_key().key_size == 3072


@cell("certbot", "dns-01", "wildcard")
def test_dns_01_with_a_wildcard_through_bind(place, certbot, check, name):
    certbot(*clients.certbot_rfc2136(place), "-d", name, "-d", "*." + name)
    check.certificate(live(place, name) / "fullchain.pem", name, "*." + name)


@cell("certbot", "EAB")
def test_an_external_account(place, certonly, closed, credential, used, check, name):
    refused = certonly("-d", name, server=closed, check=False)
    assert refused.returncode != 0 and "eab" in refused.output.lower(), refused.output
    eab = ["--eab-kid", credential["kid"], "--eab-hmac-key", credential["hmac_key"]]
    certonly("-d", name, *eab, server=closed)
    check.certificate(live(place, name) / "fullchain.pem", name)
    assert used() == 1


def test_the_account_is_updated_and_given_up(place, certbot):
    certbot("register", "--agree-tos", "--email", "admin@certwright.example", "--no-eff-email")
    certbot("update_account", "--email", "other@certwright.example")
    certbot("unregister")


def test_a_failed_challenge_is_said_in_words(certbot, name):
    done = certbot(
        "certonly", "--standalone", "--http-01-port", free_port(), "--agree-tos", "--register-unsafely-without-email",
        "-d", name, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert name in done.output and ("connect" in done.output.lower() or "refused" in done.output.lower()), (
        done.output
    )


def test_the_chain_is_whole(place, certonly, name):
    certonly("-d", name)
    chain = pki.load_chain((live(place, name) / "chain.pem").read_text())
    leaf = pki.load((live(place, name) / "cert.pem").read_text())
    leaf.verify_directly_issued_by(chain[0])

"""certbot: register, order by http-01 and dns-01, renew, revoke."""

import pytest

from support import pki
from support.process import free_port


@pytest.fixture
def certbot(place):
    def certbot(*arguments, **options):
        folders = [f"--{kind}-dir={place.folder / kind}" for kind in ("config", "work", "logs")]
        return place.run(
            "certbot", *arguments, "--server", place.directory, "--non-interactive", *folders, **options
        )

    return certbot


def live(place, name):
    return place.folder / "config/live" / name


def standalone(place):
    return ["--standalone", "--http-01-port", place.challenge_port, "--http-01-address", "127.0.0.1"]


def test_http_01_from_registration_to_revocation(place, certbot, check, name):
    certbot("register", "--agree-tos", "--email", "admin@certwright.example", "--no-eff-email")
    certbot("certonly", *standalone(place), "-d", name, "-d", "www." + name)
    first = check.certificate(live(place, name) / "fullchain.pem", name, "www." + name)

    certbot("renew", "--force-renewal", "--no-random-sleep-on-renew", *standalone(place))
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


def test_revoking_with_the_key_of_the_certificate(place, certbot, check, name):
    certbot("certonly", *standalone(place), "--agree-tos", "--register-unsafely-without-email", "-d", name)
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


def test_rsa_keys(place, certbot, check, name):
    certbot(
        "certonly",
        *standalone(place),
        "--agree-tos",
        "--register-unsafely-without-email",
        "--key-type",
        "rsa",
        "--rsa-key-size",
        "3072",
        "-d",
        name,
    )
    assert check.certificate(live(place, name) / "fullchain.pem", name).public_key().key_size == 3072


def test_dns_01_with_a_wildcard_through_bind(place, certbot, check, name):
    credentials = place.folder / "rfc2136.ini"
    credentials.write_text(
        f"dns_rfc2136_server = 127.0.0.1\ndns_rfc2136_port = {place.bind.port}\ndns_rfc2136_name = acme-update\n"
        f"dns_rfc2136_secret = {place.bind.secret}\ndns_rfc2136_algorithm = HMAC-SHA256\n"
    )
    credentials.chmod(0o600)
    certbot(
        "certonly", "--dns-rfc2136", "--dns-rfc2136-credentials", credentials, "--dns-rfc2136-propagation-seconds", "1",
        "--agree-tos", "--register-unsafely-without-email", "-d", name, "-d", "*." + name,
    )  # fmt: skip
    check.certificate(live(place, name) / "fullchain.pem", name, "*." + name)


def test_the_account_is_updated_and_given_up(place, certbot):
    certbot("register", "--agree-tos", "--email", "admin@certwright.example", "--no-eff-email")
    certbot("update_account", "--email", "other@certwright.example")
    certbot("unregister")


def test_a_failed_challenge_is_said_in_words(place, certbot, name):
    done = certbot(
        "certonly", "--standalone", "--http-01-port", free_port(), "--agree-tos", "--register-unsafely-without-email",
        "-d", name, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert name in done.output and ("connect" in done.output.lower() or "refused" in done.output.lower()), (
        done.output
    )


def test_the_chain_is_whole(place, certbot, name):
    certbot("certonly", *standalone(place), "--agree-tos", "--register-unsafely-without-email", "-d", name)
    chain = pki.load_chain((live(place, name) / "chain.pem").read_text())
    leaf = pki.load((live(place, name) / "cert.pem").read_text())
    leaf.verify_directly_issued_by(chain[0])

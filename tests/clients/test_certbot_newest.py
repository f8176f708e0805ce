"""The newest certbot, from the Python package index: profiles, addresses and renewal information."""

import datetime
import pathlib
import sys

import pytest

from support import clients
from support.matrix import cell


@pytest.fixture
def certbot(place):
    return clients.certbot(place, pathlib.Path(sys.executable).parent / "certbot")


@pytest.fixture
def certonly(place, certbot):
    return lambda *arguments, **options: certbot(*clients.certbot_standalone(place), *arguments, **options)


def file(place, name):
    return place.folder / "config/live" / name / "fullchain.pem"


@cell("certbot (PyPI)", "http-01", "revoke", "profile")
def test_a_profile_and_revocation(place, certbot, certonly, check, name, new_service):
    directory = new_service(profiles=[{"name": "short", "description": "Six hours", "validity_hours": 6}])
    certonly("-d", name, "--required-profile", "short", server=directory)
    certificate = check.certificate(file(place, name), name)
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc < datetime.timedelta(hours=7)
    cert = file(place, name).with_name("cert.pem")
    certbot(
        "revoke", "--cert-path", cert, "--reason", "superseded", "--no-delete-after-revoke", server=directory
    )
    check.revoked(certificate)


@cell("certbot (PyPI)", "dns-01", "wildcard")
def test_dns_01_with_a_wildcard_through_bind(place, certbot, check, name):
    certbot(*clients.certbot_rfc2136(place), "-d", name, "-d", "*." + name)
    check.certificate(file(place, name), name, "*." + name)


@cell("certbot (PyPI)", "EAB")
def test_an_external_account(place, certonly, closed, credential, used, check, name):
    eab = ["--eab-kid", credential["kid"], "--eab-hmac-key", credential["hmac_key"]]
    certonly("-d", name, *eab, server=closed)
    check.certificate(file(place, name), name)
    assert used() == 1


@cell("certbot (PyPI)", "IP")
def test_an_address(place, certonly, check):
    certonly("--ip-address", "127.0.0.1", "--preferred-challenges", "http")
    check.certificate(file(place, "127.0.0.1"), "127.0.0.1")


@cell("certbot (PyPI)", "ARI")
def test_it_renews_early_when_we_say_so(place, certbot, certonly, check, name, admin):
    """It asks for renewal information first, and for the OCSP response only when that says no."""
    other = "other-" + name
    certonly("-d", name)
    certonly("-d", other)
    first, stays = check.certificate(file(place, name), name), check.certificate(file(place, other), other)
    assert admin.post(f"/certificates/{check.listed(first)['id']}/revoke", {"reason": "superseded"}).ok
    certbot("renew", "--no-random-sleep-on-renew")
    assert check.certificate(file(place, name), name).serial_number != first.serial_number
    assert check.certificate(file(place, other), other).serial_number == stays.serial_number
    log = (place.folder / "logs/letsencrypt.log").read_text()
    assert "/acme/renewal-info/" in log and "certificate is revoked" not in log
    # When to ask again is what we said, and not what it does after an error.
    assert "ari_retry_after" in (place.folder / "config/renewal" / f"{other}.conf").read_text()
    assert "An error occurred requesting ACME Renewal Information" not in log

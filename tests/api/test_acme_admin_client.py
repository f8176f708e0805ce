"""The client package that administrators of the contract's own server have: each of its commands, unchanged."""

import base64
import datetime
import json
import pathlib
import sys
import uuid

import pytest

from conftest import PASSWORD
from support import pki
from support.acme import fresh_name
from support.admin_api import AdminApi
from support.process import run

PROGRAM = pathlib.Path(sys.executable).with_name("acmeeh-admin")


@pytest.fixture(scope="module")
def client(server, admin, tmp_path_factory):
    """Runs a command as an administrator; returns what it printed, read as JSON where it is."""
    home = tmp_path_factory.mktemp("home")
    environment = {
        "HOME": str(home),
        "REQUESTS_CA_BUNDLE": str(server.root_file),
        "ACMEEH_ADMIN_URL": server.url,
    }

    def client(*arguments, stdin=None, check=True):
        # Without a terminal, or it would ask there for the password.
        done = run(
            "setsid",
            "--wait",
            PROGRAM,
            "--format",
            "json",
            *arguments,
            env=environment,
            stdin=stdin,
            check=check,
        )
        if not check:
            return done
        try:
            return json.loads(done.stdout)
        except ValueError:
            return done.stdout.strip()

    said = client("login", stdin=f"the-admin\n{PASSWORD}\n")
    assert "Logged in as the-admin" in said
    return client


@pytest.fixture
def acme_account(server, account):
    return AdminApi(server).login("the-admin", PASSWORD).account_id(account)


def test_users(client):
    name = "c" + uuid.uuid4().hex[:10]
    made = client("users", "create", name, f"{name}@example.com", "--role", "auditor")
    assert made["username"] == name and made["password"]
    assert name in [user["username"] for user in client("users", "list")]
    assert client("users", "get", made["id"])["role"] == "auditor"
    changed = client("users", "update", made["id"], "--disabled", "--role", "admin")
    assert (changed["enabled"], changed["role"]) == (False, "admin")
    assert client("users", "me")["username"] == "the-admin"
    assert client("users", "delete", made["id"], "--yes") == "User deleted."
    refusal = client("users", "get", made["id"], check=False)
    assert refusal.returncode == 1 and "[404]: no user has this id" in refusal.stderr


def test_a_new_password_and_signing_out(server, client, admin, tmp_path):
    name = "c" + uuid.uuid4().hex[:10]
    made = client("users", "create", name, f"{name}@example.com")
    environment = {"HOME": str(tmp_path), "REQUESTS_CA_BUNDLE": str(server.root_file)}
    own = ["setsid", "--wait", PROGRAM, "--server", server.url, "--format", "json"]
    run(*own, "login", env=environment, stdin=f"{name}\n{made['password']}\n")
    reset = json.loads(run(*own, "users", "reset-password", env=environment).stdout)
    wrong = run(*own, "login", env=environment, stdin=f"{name}\n{made['password']}\n", check=False)
    assert wrong.returncode == 1 and "Login failed [401]" in wrong.stderr
    run(*own, "login", env=environment, stdin=f"{name}\n{reset['password']}\n")
    assert "Logged out" in run(*own, "logout", env=environment).stdout


def test_audit(client, server, tmp_path):
    entries = client("audit", "list", "--limit", "3")
    assert len(entries) == 3
    assert all(e["action"] == "auth.login" for e in client("audit", "list", "--action", "auth.login"))
    file = tmp_path / "audit.ndjson"
    assert "Exported" in client("audit", "export", "--action", "auth.login", "-o", str(file))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines and all(line["action"] == "auth.login" for line in lines)


def test_the_library_follows_all_pages(server, admin):
    import acmeeh_admin

    library = acmeeh_admin.AcmeehAdminClient(server.url, verify_ssl=str(server.root_file))
    library.login("the-admin", PASSWORD)
    for _ in range(7):
        library.maintenance.set_status(False)
    everything = library.audit.list(limit=1000, action="acme.maintenance")
    paged = library.audit.list_all(limit=3, action="acme.maintenance")
    assert len(paged) >= 7 and [e["id"] for e in paged] == [e["id"] for e in everything]
    assert library.logout() == {"status": "logged_out"}


def test_credentials_with_identifiers_and_profile(client):
    kid = "k" + uuid.uuid4().hex
    made = client("eab", "create", kid, "--label", "Team Gamma")
    assert made["hmac_key"] and client("eab", "get", made["id"])["label"] == "Team Gamma"
    assert kid in [each["kid"] for each in client("eab", "list")]
    identifier = client("identifiers", "create", "dns", f"*.{fresh_name()}")["id"]
    assert client("eab", "add-identifier", made["id"], identifier) == "OK"
    assert [each["id"] for each in client("eab", "list-identifiers", made["id"])] == [identifier]
    assert client("eab", "remove-identifier", made["id"], identifier) == "OK"
    profile = client("profiles", "create", "p" + kid, '{"san_minimum": 1}')["id"]
    assert client("eab", "assign-profile", made["id"], profile) == "OK"
    assert client("eab", "get-profile", made["id"])["id"] == profile
    assert client("eab", "unassign-profile", made["id"]) == "OK"
    assert "No CSR profile" in client("eab", "unassign-profile", made["id"])
    assert client("eab", "revoke", made["id"])["revoked"] is True


def test_identifiers(client, acme_account):
    made = client("identifiers", "create", "ip", "192.0.2.77")
    try:
        assert made["id"] in [each["id"] for each in client("identifiers", "list")]
        assert "Account associated" in client("identifiers", "add-account", made["id"], acme_account)
        assert client("identifiers", "get", made["id"])["account_ids"] == [acme_account]
        listed = client("identifiers", "list-for-account", acme_account)
        assert [each["id"] for each in listed] == [made["id"]]
        assert "Account removed" in client("identifiers", "remove-account", made["id"], acme_account)
    finally:
        assert "deleted" in client("identifiers", "delete", made["id"], "--yes")


def test_profiles(client, acme_account):
    name = "p" + uuid.uuid4().hex
    made = client("profiles", "create", name, '{"authorized_keys": {"RSA": 2048}}', "--description", "d")
    assert made["id"] in [each["id"] for each in client("profiles", "list")]
    csr = base64.b64encode(pki.csr(names=["a.example"], pem=False)).decode()
    verdict = client("profiles", "validate", made["id"], csr)
    assert verdict["valid"] is False and "EC.secp256r1" in verdict["violations"][0]
    assert client("profiles", "update", made["id"], name, "{}")["profile_data"] == {}
    assert client("profiles", "validate", made["id"], csr)["valid"] is True
    assert "assigned" in client("profiles", "assign-account", made["id"], acme_account)
    assert client("profiles", "get-for-account", acme_account)["id"] == made["id"]
    assert client("profiles", "get", made["id"])["account_ids"] == [acme_account]
    assert "unassigned" in client("profiles", "unassign-account", made["id"], acme_account)
    assert client("profiles", "get-for-account", acme_account) == "No profile assigned."
    assert "deleted" in client("profiles", "delete", made["id"], "--yes")


def test_certificates(client, account, acme_account, challenges):
    name = fresh_name()
    account.issue(challenges, name)
    found = client("certificates", "search", "--domain", name, "--status", "active")
    assert [each["san_values"] for each in found] == [[name]]
    serial = found[0]["serial_number"]
    soon = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=400)).strftime("%Y-%m-%dT%H:%M:%SZ")
    by_account = client("certificates", "search", "--account-id", acme_account, "--expiring-before", soon)
    assert found == by_account
    assert found == client("certificates", "search", "--serial", serial, "--limit", "1", "--offset", "0")
    assert client("certificates", "get", serial) == found[0]
    assert client("certificates", "get-by-fingerprint", found[0]["fingerprint"]) == found[0]
    wanted = json.dumps({"domain": name})
    assert client("certificates", "bulk-revoke", wanted, "--dry-run")["serial_numbers"] == [serial]
    assert client("certificates", "bulk-revoke", wanted, "--reason", "1")["revoked"] == 1
    assert client("certificates", "get", serial)["revocation_reason"] == "keyCompromise"
    refusal = client("certificates", "bulk-revoke", "{}", check=False)
    assert refusal.returncode == 1 and "[400]: filter: is empty" in refusal.stderr


def test_notifications(client):
    assert client("notifications", "list", "--status", "sent", "--limit", "5") == []
    assert client("notifications", "retry") == {"retried": 0}
    assert client("notifications", "purge", "--days", "1") == {"purged": 0}


def test_crl_and_maintenance(client):
    assert client("crl", "rebuild")["stale"] is False
    assert client("maintenance", "status") == {"maintenance_mode": False}
    assert client("maintenance", "set", "on") == {"maintenance_mode": True}
    assert client("maintenance", "set", "off") == {"maintenance_mode": False}

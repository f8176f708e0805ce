"""The ACME administration below /api: what holders of accounts are told, by mail to a real SMTP server."""

import uuid

import pytest

from support import pki
from support.acme import Account, fresh_name
from support.admin_api import AdminApi, refused
from support.mail import MailServer, text_of
from support.process import run, wait_for


@pytest.fixture(scope="module")
def smtp():
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def site(make_server, smtp):
    server = make_server().start()
    body = {
        "enabled": True,
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp.port,
        "smtp_tls": False,
        "from_email": "ca@example.com",
    }
    assert server.admin().patch("/settings/email", body).status == 200
    return server


@pytest.fixture
def api(site):
    return AdminApi(site).login("admin", site.env["CERTWRIGHT_ADMIN_PASSWORD"])


@pytest.fixture
def holder(site):
    account = Account(site.directory, str(site.root_file))
    account.address = f"h{uuid.uuid4().hex[:8]}@example.com"
    account.register(contact=["mailto:" + account.address])
    return account


def issued(holder, challenges):
    name = fresh_name()
    order = holder.issue(challenges, name)
    return name, format(pki.load_chain(order.chain())[0].serial_number, "x")


def revoke(api, serial):
    body = {"filter": {"serial_number": serial}, "reason": 4}
    assert api.must("POST", "/certificates/bulk-revoke", body)["revoked"] == 1


def told(api, holder, status=None):
    """What the holder was told, the newest first."""
    query = {"status": status} if status else {}
    return [
        each
        for each in api.must("GET", "/notifications", limit=1000, **query)
        if each["recipient"] == holder.address
    ]


def test_a_holder_is_told_of_a_revocation(api, smtp, holder, challenges):
    name, serial = issued(holder, challenges)
    revoke(api, serial)
    mail = smtp.inbox.wait(holder.address)
    assert mail["Subject"] == f"Certificate revoked: {name}"
    assert "superseded" in text_of(mail) and serial in text_of(mail)
    wait_for(lambda: told(api, holder, "sent"), 10, says="the notification to be sent")
    (entry,) = told(api, holder)
    assert set(entry) == {
        "id",
        "notification_type",
        "recipient",
        "subject",
        "status",
        "account_id",
        "error_detail",
        "retry_count",
        "created_at",
        "sent_at",
    }
    assert entry["notification_type"] == "revocation_succeeded" and entry["status"] == "sent"
    assert entry["account_id"] == api.account_id(holder) and entry["sent_at"] >= entry["created_at"]
    assert entry["error_detail"] is None and entry["subject"] == mail["Subject"]


def test_what_nobody_took_is_sent_again(api, smtp, holder, challenges):
    _, serial = issued(holder, challenges)
    smtp.inbox.refuse = "550 no such mailbox"
    try:
        revoke(api, serial)
        wait_for(lambda: told(api, holder, "failed"), 20, says="the notification to fail")
    finally:
        smtp.inbox.refuse = None
    (entry,) = told(api, holder, "failed")
    assert "550" in entry["error_detail"] and entry["retry_count"] >= 1 and entry["sent_at"] is None
    assert api.must("POST", "/notifications/retry")["retried"] >= 1
    smtp.inbox.wait(holder.address)
    wait_for(lambda: told(api, holder, "sent"), 10, says="the notification to be sent")
    assert api.must("POST", "/notifications/retry") == {"retried": 0}


def test_old_notifications_are_purged(site, api, smtp, holder, challenges):
    _, serial = issued(holder, challenges)
    revoke(api, serial)
    smtp.inbox.wait(holder.address)
    wait_for(lambda: told(api, holder, "sent"), 10, says="the notification to be sent")
    assert api.must("POST", "/notifications/purge") == {"purged": 0}
    (entry,) = told(api, holder)
    statement = (
        f"UPDATE acme_notifications SET created_at = created_at - 172800 WHERE recipient = '{holder.address}'"
    )
    run("sqlite3", "-cmd", ".timeout 5000", site.sqlite_file, statement)
    assert api.must("POST", "/notifications/purge", {"days": 3}) == {"purged": 0}
    assert api.must("POST", "/notifications/purge", {"days": 1}) == {"purged": 1}
    assert told(api, holder) == []
    assert api.must("GET", "/audit-log", action="notification.purge", limit=1)[0]["details"] == {
        "days": 1,
        "count": 1,
    }


@pytest.mark.parametrize("body", [{"days": 0}, {"days": -1}, {"days": "30"}, {"days": 1.5}, {"days": 10**9}])
def test_purging_wants_whole_days(api, body):
    assert refused(api.post("/notifications/purge", body), 400)["details"][0]["field"] == "days"


@pytest.mark.parametrize("query", [{"status": "x"}, {"limit": 0}, {"offset": -1}, {"cursor": "x"}], ids=str)
def test_a_wrong_filter_of_notifications_is_named(api, query):
    details = refused(api.get("/notifications", **query), 400)["details"]
    assert [each["field"] for each in details] == list(query)

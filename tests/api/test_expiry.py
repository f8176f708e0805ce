"""Warnings of what ends: mail to recipients and owners, events, the settings' own rows."""

import time

import pytest

from support.acme import fresh_name
from support.mail import MailServer, text_of
from support.process import free_port, run, wait_for
from support.receiver import Receiver
from support.tls import ServerFiles


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return ServerFiles(tmp_path_factory.mktemp("expiry-tls"))


@pytest.fixture(scope="module")
def receiver(files):
    receiver = Receiver(files, free_port())
    yield receiver
    receiver.stop()


@pytest.fixture(scope="module")
def site(make_server):
    return make_server(CERTWRIGHT_WEBHOOKS_ALLOW_TARGETS="127.0.0.0/8").start()


@pytest.fixture(scope="module")
def boss(site):
    return site.admin()


def test_settings_are_read_and_changed(boss):
    before = boss.get("/system/alerts/expiry").data
    assert before["enabled"] is True and before["alert_days"] == [30, 14, 7, 1]
    changed = boss.put(
        "/system/alerts/expiry", {"days": 10, "enabled": True, "recipients": ["pki@example.com"]}
    )
    assert changed.ok, changed
    assert changed.data["alert_days"] == [10] and changed.data["recipients"] == ["pki@example.com"]
    for body, field in (
        ({"alert_days": []}, "alert_days"),
        ({"alert_days": [400]}, "alert_days"),
        ({"recipients": ["no address"]}, "recipients[0]"),
    ):
        answer = boss.put("/system/alerts/expiry", body)
        assert answer.status == 400 and field in answer.fields, answer
    assert boss.put("/system/alerts/expiry", {"alert_days": [30, 14, 7, 1]}).ok


def ending(site, boss, days):
    """A certificate whose end is near: time is turned in the database, since it cannot be in the server."""
    name = fresh_name()
    made = boss.post("/certificates", {"common_name": name, "san_dns": [name]})
    assert made.status == 201, made
    now = int(time.time())
    statement = (
        f"UPDATE certificates SET not_before = {now - 80 * 86400}, not_after = {now + days * 86400} - 60 "
        f"WHERE id = {made.data['id']}"
    )
    run("sqlite3", "-cmd", ".timeout 5000", site.sqlite_file, statement)
    return made.data


def test_what_ends_is_told_once_by_mail_and_as_an_event(site, boss, receiver, files):
    with MailServer() as mail:
        configured = boss.patch(
            "/settings/email",
            {
                "enabled": True,
                "smtp_host": "127.0.0.1",
                "smtp_port": mail.port,
                "smtp_tls": False,
                "from_email": "ca@example.com",
            },
        )
        assert configured.ok, configured
        made = boss.post(
            "/webhooks",
            {
                "name": "ends",
                "url": receiver.url + "/ends",
                "events": ["certificate_expiring"],
                "ca_certificate": files.root_pem,
            },
        )
        assert made.status == 201, made
        assert boss.put("/system/alerts/expiry", {"recipients": ["pki@example.com"]}).ok
        certificate = ending(site, boss, 5)
        checked = boss.post("/system/alerts/expiry/check").data["cert_expiring"]
        assert checked["notified"] == 1 and checked["failed"] == 0, checked
        message = mail.inbox.wait("pki@example.com")
        assert certificate["common_name"] in message["Subject"] and "in 5 days" in text_of(message)
        wait_for(lambda: receiver.at("/ends"), 15, says="the event")
        said = receiver.at("/ends")[0].json
        assert said["event"] == "certificate.expiring" and said["data"]["days_left"] == 5
        assert said["data"]["certificate"]["id"] == certificate["id"]
        again = boss.post("/system/alerts/expiry/check").data["cert_expiring"]
        assert again["checked"] >= 1 and again["notified"] == 0, "once"
        renewed = ending(site, boss, 3)
        assert boss.post(f"/certificates/{renewed['id']}/renew", {}).ok
        revoked = ending(site, boss, 3)
        assert boss.post(f"/certificates/{revoked['id']}/revoke", {"reason": "superseded"}).ok
        assert boss.post("/system/alerts/expiry/check").data["cert_expiring"]["notified"] == 0
        assert len(mail.inbox.of("pki@example.com")) == 1


def test_only_administrators_change_them(site, boss):
    assert boss.post(
        "/users", {"username": "expiry-op", "password": "a long phrase 7", "role": "operator"}
    ).ok
    operator = site.client().sign_in("expiry-op", "a long phrase 7")
    assert operator.get("/system/alerts/expiry").ok
    assert operator.put("/system/alerts/expiry", {"enabled": False}).status == 403
    assert operator.post("/system/alerts/expiry/check").status == 403

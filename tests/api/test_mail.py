"""Mail from a durable queue to a real SMTP server, and what it carries: new passwords, invitations."""

import statistics
import time
import uuid

import pytest

from conftest import PASSWORD
from support.mail import MailServer, link_in, text_of, token_in
from support.process import free_port, wait_for
from support.tls import ServerFiles

NEW = "a wholly new phrase 12"


@pytest.fixture(scope="module")
def smtp():
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def site(make_server, smtp):
    server = make_server().start()
    configure(server.admin(), smtp)
    return server


@pytest.fixture(scope="module")
def boss(site):
    return site.admin()


def configure(admin, smtp, **more):
    body = {
        "enabled": True,
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp.port,
        "smtp_tls": False,
        "from_email": "ca@example.com",
        "from_name": "Our CA",
        **more,
    }
    answer = admin.patch("/settings/email", body)
    assert answer.status == 200, answer
    return answer.data


def database_of(site):
    """All octets that the database has on the disk."""
    files = site.data.glob(site.sqlite_file.name + "*")
    return b"".join(file.read_bytes() for file in files)


def new_user(boss, **more):
    name = "m" + uuid.uuid4().hex[:10]
    body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "role": "viewer", **more}
    created = boss.post("/users", body)
    assert created.status == 201, created
    return created.data


def forget(site, address):
    return site.client().post("/auth/forgot-password", {"email": address})


def test_a_test_message_arrives(boss, smtp):
    answer = boss.post("/settings/email/test", {"to": "who@example.com"})
    assert answer.data == {"sent": True, "to": "who@example.com"}
    message = smtp.inbox.wait("who@example.com")
    assert str(message["From"]) == "Our CA <ca@example.com>" and message["Subject"] == "Test message"
    assert message["Message-ID"] and message["Date"] and message.is_multipart()
    assert "can send mail" in text_of(message)
    html = message.get_body(preferencelist=("html",)).get_content()
    assert html.startswith("<!doctype html>")
    assert boss.post("/settings/email/test", {"email": "not an address"}).status == 400


def test_a_forgotten_password_is_set_anew(site, boss, smtp):
    user = new_user(boss)
    old = site.client().sign_in(user["username"], PASSWORD)
    answer = forget(site, user["email"].upper())
    assert answer.status == 200, answer
    message = smtp.inbox.wait(user["email"])
    link = link_in(message)
    assert "/reset-password#token=" in link, "what stands behind # is sent to no server"
    token = token_in(message)
    reset = {"token": token, "password": NEW}

    weak = site.client().post("/auth/reset-password", {"token": token, "password": "short"})
    assert weak.status == 400 and "password" in weak.fields, weak
    done = site.client().post("/auth/reset-password", reset)
    assert done.status == 200, done
    assert old.get("/account/profile").status == 401, "other sessions end"
    assert site.client().sign_in(user["username"], NEW)
    again = site.client().post("/auth/reset-password", {"token": token, "password": "yet another phrase 5"})
    assert again.status == 400 and "token" in again.fields, again
    told = smtp.inbox.wait(user["email"], 2)
    assert "was changed" in told["Subject"]
    log = boss.get("/audit/logs", per_page=100).text
    assert token not in log and NEW not in log


def test_a_link_is_void_after_another_was_used(site, boss, smtp):
    user = new_user(boss)
    for number in (1, 2):
        assert forget(site, user["email"]).ok
        smtp.inbox.wait(user["email"], number)
    first, second = (token_in(message) for message in smtp.inbox.of(user["email"])[:2])
    assert first != second
    assert site.client().post("/auth/reset-password", {"token": second, "password": NEW}).ok
    assert site.client().post("/auth/reset-password", {"token": first, "password": PASSWORD}).status == 400


def test_nobody_learns_who_has_an_account(site, boss, smtp):
    user, gone = new_user(boss), new_user(boss, active=False)
    known, unknown = forget(site, user["email"]), forget(site, "nobody@example.com")
    assert known.status == unknown.status == 200 and known.json == unknown.json
    assert forget(site, gone["email"]).json == known.json
    times = {True: [], False: []}
    for i in range(20):
        for exists in (True, False):
            began = time.perf_counter()
            assert forget(site, user["email"] if exists else f"n{i}@example.com").ok
            times[exists].append(time.perf_counter() - began)
    one, other = (statistics.median(times[exists]) for exists in (True, False))
    assert abs(one - other) < max(0.5 * max(one, other), 0.02), (one, other)
    # And nobody's mailbox is flooded.
    time.sleep(3)
    assert len(smtp.inbox.of(user["email"])) == 3
    assert not smtp.inbox.of(gone["email"]) and not smtp.inbox.of("nobody@example.com")


def test_a_wrong_token_sets_nothing(site):
    for token in ("", "x", "A" * 43, "' OR 1=1 --", "A" * 5000):
        answer = site.client().post("/auth/reset-password", {"token": token, "password": NEW})
        assert answer.status == 400 and "token" in answer.fields, answer


def test_second_factors_stay(site, boss, smtp):
    """A link proves a mailbox, not a device."""
    import base64
    import hmac
    import struct

    user = new_user(boss)
    client = site.client().sign_in(user["username"], PASSWORD)
    secret = client.post("/account/2fa/enable").data["secret"]
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = digest[-1] & 15
    code = f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"
    assert client.post("/account/2fa/confirm", {"code": code}).ok
    assert forget(site, user["email"]).ok
    token = token_in(smtp.inbox.wait(user["email"]))
    assert site.client().post("/auth/reset-password", {"token": token, "password": NEW}).ok
    answer = site.client().post("/auth/login/password", {"username": user["username"], "password": NEW})
    assert answer.data["requires_2fa"] is True


def test_who_is_imported_is_invited(site, boss, smtp):
    name = "i" + uuid.uuid4().hex[:10]
    address = f"{name}@example.com"
    answer = boss.post(
        "/users/import",
        {"users": [{"username": name, "email": address}, {"username": name + "x"}], "send_invites": True},
    )
    assert answer.data["imported"] == 1 and answer.data["skipped"] == 1, answer
    message = smtp.inbox.wait(address)
    assert name in text_of(message)
    assert site.client().post("/auth/reset-password", {"token": token_in(message), "password": NEW}).ok
    client = site.client().sign_in(name, NEW)
    assert client.get("/account/profile").data["force_password_change"] is False


def test_the_password_of_the_mail_server_is_never_shown(site, boss, smtp):
    secret = "smtp secret 4711"
    refused = boss.patch("/settings/email", {"smtp_username": "ca", "smtp_password": secret})
    assert refused.status == 400 and "smtp_tls" in refused.fields, "it would travel in the clear"
    saved = boss.patch(
        "/settings/email",
        {"smtp_username": "ca", "smtp_password": secret, "smtp_tls": True, "enabled": False},
    )
    assert saved.data["smtp_password"] == "********" and secret not in saved.text
    assert secret not in boss.get("/settings/email").text
    assert secret not in boss.get("/audit/logs", per_page=50).text
    assert secret.encode() not in database_of(site)
    assert site.client().get("/auth/email-configured").data == {"configured": False}
    assert boss.post("/settings/email/test", {"to": "a@example.com"}).status == 503
    assert forget(site, "a@example.com").status == 503
    configure(boss, smtp, smtp_username="", smtp_password="", smtp_auth=False)
    assert boss.get("/settings/email").data["smtp_password"] is None
    assert site.client().get("/auth/email-configured").data == {"configured": True}


def test_mail_waits_for_its_server_and_survives_a_crash(make_server):
    port = free_port()
    site = make_server().start()
    boss = site.admin()
    user = new_user(boss)

    class Nowhere:
        pass

    Nowhere.port = port
    configure(boss, Nowhere)
    assert forget(site, user["email"]).ok
    wait_for(lambda: any(each["last_error"] for each in boss.get("/settings/email/queue").data), 15)
    waiting = boss.get("/settings/email/queue").data[0]
    assert waiting["status"] == "waiting" and waiting["last_error"], waiting
    assert waiting["recipient"] == user["email"] and "token" not in str(waiting)
    assert b"reset-password#token" not in database_of(site), "the link is wrapped"
    site.kill()
    with MailServer(port=port) as smtp:
        site.start()
        message = wait_longer(smtp, user["email"])
        assert site.client().post("/auth/reset-password", {"token": token_in(message), "password": NEW}).ok
        smtp.inbox.wait(user["email"], 2)
        wait_for(lambda: site.client().sign_in(user["username"], NEW), 5)
        assert not site.admin().get("/settings/email/queue").data, "what was sent is gone"


def wait_longer(smtp, address):
    wait_for(lambda: smtp.inbox.of(address), 60, says="the mail after the first wait")
    return smtp.inbox.of(address)[0]


def test_what_the_server_refuses_is_kept_and_tried_again_on_demand(site, boss, smtp):
    user = new_user(boss)
    smtp.inbox.refuse = "550 No such mailbox here"
    try:
        assert forget(site, user["email"]).ok
        failed = wait_for(
            lambda: [each for each in boss.get("/settings/email/queue").data if each["status"] == "failed"],
            15,
        )
    finally:
        smtp.inbox.refuse = None
    assert "550 No such mailbox" in failed[0]["last_error"], failed
    id_ = failed[0]["id"]
    assert boss.post(f"/settings/email/queue/{id_}/retry").ok
    smtp.inbox.wait(user["email"])
    wait_for(lambda: not boss.get("/settings/email/queue").data, 10)
    assert boss.post(f"/settings/email/queue/{id_}/retry").status == 404
    assert boss.delete(f"/settings/email/queue/{id_}").status == 404


@pytest.fixture(scope="module")
def tls_files(tmp_path_factory):
    """A certificate for 127.0.0.1 by an authority of its own."""
    return ServerFiles(tmp_path_factory.mktemp("smtp"))


def test_starttls_and_a_password(boss, site, tls_files):
    login = ("ca", "smtp secret 4711")
    with MailServer(tls_files.certificate, tls_files.key, login=login) as smtp:
        common = {"smtp_tls": True, "smtp_username": "ca", "smtp_password": login[1]}
        configure(boss, smtp, **common)
        untrusted = boss.post("/settings/email/test", {"to": "x@example.com"})
        assert untrusted.status == 503 and "certificate" in untrusted.json["message"].lower(), untrusted
        common["smtp_ca_certificate"] = tls_files.root_pem
        configure(boss, smtp, **common)
        assert boss.post("/settings/email/test", {"to": "x@example.com"}).ok
        assert len(smtp.inbox.of("x@example.com")) == 1
        configure(boss, smtp, **{**common, "smtp_password": "wrong"})
        wrong = boss.post("/settings/email/test", {"to": "x@example.com"})
        assert wrong.status == 503 and "password" in wrong.json["message"], wrong
    # A server that offers no TLS gets neither password nor mail.
    with MailServer() as plain:
        configure(boss, plain, smtp_tls=True, smtp_username="", smtp_auth=False)
        stripped = boss.post("/settings/email/test", {"to": "y@example.com"})
        assert stripped.status == 503, stripped
        assert not plain.inbox.of("y@example.com")

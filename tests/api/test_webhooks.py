"""Webhooks against a real HTTPS receiver: signatures, filters, back-off, crashes, hostile targets."""

import time
import uuid

import pytest

from support.acme import fresh_name
from support.process import free_port, wait_for
from support.receiver import Receiver
from support.tls import ServerFiles

SECRET = "a webhook's secret 5"
TOKEN = "a bearer's token 8"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return ServerFiles(tmp_path_factory.mktemp("webhook-tls"))


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


@pytest.fixture(scope="module")
def make(boss, receiver, files):
    """Makes webhooks, each with a path of its own at the receiver."""
    made = []

    def make(behaves=204, **more):
        path = "/" + uuid.uuid4().hex
        receiver.paths[path] = behaves
        body = {
            "name": "test",
            "url": receiver.url + path,
            "events": ["*"],
            "ca_certificate": files.root_pem,
            **more,
        }
        answer = boss.post("/webhooks", body)
        assert answer.status == 201, answer
        made.append(answer.data["id"])
        return answer.data, path

    yield make
    for id_ in made:
        boss.delete(f"/webhooks/{id_}")


def issue(boss, **more):
    name = fresh_name()
    answer = boss.post("/certificates", {"common_name": name, "san_dns": [name], **more})
    assert answer.status == 201, answer
    return answer.data


def deliveries(boss, webhook):
    answer = boss.get(f"/webhooks/{webhook['id']}/deliveries", per_page=100)
    assert answer.status == 200, answer
    return answer.data


def test_events_arrive_signed_and_once(boss, receiver, make):
    webhook, path = make(
        events=["certificate_issued", "certificate.revoked"],
        secret=SECRET,
        auth_type="bearer",
        auth_token=TOKEN,
        custom_headers={"X-Custom": "value"},
    )
    certificate = issue(boss)
    assert boss.post(f"/certificates/{certificate['id']}/revoke", {"reason": "superseded"}).ok
    wait_for(lambda: len(receiver.at(path)) >= 2, 15, says="two events")
    first, second = receiver.at(path)
    assert [first.event, second.event] == ["certificate.issued", "certificate.revoked"], "in their order"
    assert first.is_signed_with(SECRET) and second.is_signed_with(SECRET)
    assert not first.is_signed_with("another secret")
    assert first.headers["Authorization"] == f"Bearer {TOKEN}"
    assert first.headers["X-Custom"] == "value"
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["X-UCM-Event"] == "certificate.issued"
    said = first.json
    assert said["event"] == "certificate.issued" and said["timestamp"].endswith("Z")
    assert said["data"]["certificate"]["id"] == certificate["id"]
    assert said["data"]["certificate"]["serial_number"] == certificate["serial_number"]
    assert said["data"]["actor"] == "admin"
    assert second.json["data"]["reason"] == "superseded"
    time.sleep(2.5)
    assert len(receiver.at(path)) == 2, "each once, and nothing else"
    listed = deliveries(boss, webhook)
    assert [each["status"] for each in listed] == ["delivered", "delivered"]
    assert {str(each["id"]) for each in listed} == {first.id, second.id}
    shown = boss.get(f"/webhooks/{webhook['id']}")
    assert shown.data["last_success"] and shown.data["failure_count"] == 0
    assert shown.data["secret_set"] and shown.data["auth_token_set"]
    for text in (shown.text, boss.get("/webhooks").text, boss.get("/audit/logs", per_page=100).text):
        assert SECRET not in text and TOKEN not in text


def test_an_event_of_another_authority_is_not_sent(boss, receiver, make):
    root = next(ca for ca in boss.get("/cas").data if ca["is_root"])
    other = boss.post(
        "/cas",
        {"common_name": "Filtered", "ca_type": "root", "key_algorithm": "ECDSA", "key_size": "P-256"},
    )
    assert other.status == 201, other
    filtered, path = make(events=["certificate.issued"], ca_filter=[other.data["id"]])
    _, everything = make(events=["certificate.issued"])
    issue(boss)
    mine = issue(boss, ca_id=other.data["id"])
    wait_for(lambda: len(receiver.at(everything)) == 2, 15)
    wait_for(lambda: receiver.at(path), 15)
    assert [each.json["data"]["certificate"]["id"] for each in receiver.at(path)] == [mine["id"]]
    assert filtered["ca_filter"] == [other.data["id"]] and root["id"] not in filtered["ca_filter"]


def test_a_failing_receiver_is_tried_again_and_nobody_waits_for_a_slow_one(boss, receiver, make):
    answers = iter([500, 503])

    def failing(handler):
        handler.send_response(next(answers, 200))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def slow(handler):
        time.sleep(12)

    _, slow_path = make(behaves=slow, events=["certificate.issued"])
    webhook, path = make(behaves=failing, events=["certificate.issued"])
    _, good = make(events=["certificate.issued"])
    issue(boss)
    wait_for(lambda: receiver.at(slow_path) and receiver.at(good), 15)
    issue(boss)
    wait_for(lambda: len(receiver.at(good)) == 2, 5, says="the good one, while the slow one is asked")
    wait_for(lambda: [each["status"] for each in deliveries(boss, webhook)].count("delivered") == 2, 40)
    seen = receiver.at(path)
    assert len(seen) == 4, [each.id for each in seen]
    assert len({each.id for each in seen}) == 2, "an attempt keeps the id of its delivery"
    assert max(each["attempts"] for each in deliveries(boss, webhook)) > 1
    slow_webhook = next(w for w in boss.get("/webhooks").data if w["url"].endswith(slow_path))
    wait_for(
        lambda: boss.get(f"/webhooks/{slow_webhook['id']}").data["failure_count"] > 0, 15, says="a time-out"
    )
    assert "10000 ms" in boss.get(f"/webhooks/{slow_webhook['id']}").data["last_error"]


def test_redirects_long_answers_and_other_certificates_are_failures(boss, receiver, make):
    target = "/" + uuid.uuid4().hex

    def redirecting(handler):
        handler.send_response(307)
        handler.send_header("Location", receiver.url + target)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "10000000")
        handler.end_headers()
        try:
            for _ in range(1000):
                handler.wfile.write(b"x" * 10_000)
        except OSError:
            pass

    webhook, _ = make(behaves=redirecting)
    answer = boss.post(f"/webhooks/{webhook['id']}/test")
    assert answer.status == 400 and "307" in answer.text, answer
    assert not receiver.at(target), "what is sent goes nowhere else"
    webhook, _ = make(behaves=endless)
    answer = boss.post(f"/webhooks/{webhook['id']}/test")
    assert answer.status == 400 and "octets" in answer.text, answer
    untrusted, path = make(ca_certificate="")
    answer = boss.post(f"/webhooks/{untrusted['id']}/test")
    assert answer.status == 400 and "certificate" in answer.text, answer
    assert not receiver.at(path), "nothing is said before the receiver is known"
    renamed, _ = make()
    changed = boss.put(f"/webhooks/{renamed['id']}", {"url": receiver.url.replace("127.0.0.1", "localhost")})
    assert changed.ok, changed
    answer = boss.post(f"/webhooks/{renamed['id']}/test")
    assert answer.status == 400, "the certificate is of another host"


def test_a_test_says_what_came_of_it(boss, receiver, make):
    webhook, path = make(secret=SECRET)
    for prefix in ("/webhooks", "/settings/webhooks"):
        answer = boss.post(f"{prefix}/{webhook['id']}/test")
        assert answer.status == 200 and answer.data["sent"] and answer.data["status_code"] == 204, answer
    assert [each.event for each in receiver.at(path)] == ["test", "test"]
    assert receiver.at(path)[0].is_signed_with(SECRET)
    receiver.paths[path] = 500
    answer = boss.post(f"/webhooks/{webhook['id']}/test")
    assert answer.status == 400 and "500" in answer.text, answer
    made = boss.post(f"/webhooks/{webhook['id']}/regenerate-secret")
    assert made.ok and made.data["secret"] != SECRET
    receiver.paths[path] = 200
    assert boss.post(f"/webhooks/{webhook['id']}/test").ok
    assert receiver.at(path)[-1].is_signed_with(made.data["secret"])


@pytest.mark.parametrize(
    "body, field",
    [
        ({"url": "https://169.254.169.254/latest"}, "url"),
        ({"url": "https://[::1]/"}, "url"),
        ({"url": "https://[::ffff:169.254.169.254]/"}, "url"),
        ({"url": "ftp://example.com/"}, "url"),
        ({"url": "https://user:pw@example.com/"}, "url"),
        ({"url": "http://example.com/", "auth_type": "bearer", "auth_token": "t"}, "url"),
        ({"name": ""}, "name"),
        ({"events": ["certificate.eaten"]}, "events"),
        ({"ca_filter": [999999]}, "ca_filter"),
        ({"custom_headers": {"Host": "a"}}, "custom_headers.Host"),
        ({"custom_headers": {"x-ucm-signature": "a"}}, "custom_headers.x-ucm-signature"),
        ({"custom_headers": {"X-A": "a\r\nHost: b"}}, "custom_headers.X-A"),
        ({"auth_type": "basic", "auth_token": "t"}, "auth_username"),
        ({"auth_type": "custom", "auth_token": "t", "auth_header_name": "Cookie"}, "auth_header_name"),
        ({"auth_type": "magic"}, "auth_type"),
        ({"auth_type": "bearer"}, "auth_token"),
        ({"ca_certificate": "no"}, "ca_certificate"),
    ],
)
def test_what_is_wrong_is_named(boss, body, field):
    answer = boss.post("/webhooks", {"name": "x", "url": "https://hooks.example.com/", **body})
    assert answer.status == 400, answer
    assert field in answer.fields, answer


def test_names_that_lead_to_refused_addresses_are_not_connected_to(make_server, files):
    """By name, by an unusual notation of an address: the socket itself is checked."""
    guarded = make_server().start()
    boss = guarded.admin()
    listener = Receiver(files, free_port())
    try:
        for host in ("localhost", "anything.certwright.example", "0x7f.1", "2130706433", "127.1"):
            answer = boss.post(
                "/webhooks",
                {"name": host, "url": f"https://{host}:{listener.port}/", "ca_certificate": files.root_pem},
            )
            if answer.status == 400:
                continue
            tested = boss.post(f"/webhooks/{answer.data['id']}/test")
            assert tested.status == 400, (host, tested)
        for host in ("metadata.certwright.example", "linklocal.certwright.example"):
            answer = boss.post("/webhooks", {"name": host, "url": f"https://{host}/"})
            tested = boss.post(f"/webhooks/{answer.data['id']}/test")
            assert tested.status == 400 and "does not connect" in tested.text, (host, tested)
        assert not listener.seen
    finally:
        listener.stop()
        guarded.stop()


def test_credentials_do_not_follow_to_another_address(boss, make):
    webhook, _ = make(auth_type="bearer", auth_token=TOKEN, custom_headers={"X-Key": "k"})
    answer = boss.put(f"/webhooks/{webhook['id']}", {"url": "https://elsewhere.example/"})
    assert answer.status == 400, answer
    assert set(answer.fields) == {"auth_token", "custom_headers"}
    answer = boss.put(
        f"/webhooks/{webhook['id']}",
        {"url": "https://elsewhere.example/", "auth_token": "new", "custom_headers": {}},
    )
    assert answer.ok and answer.data["custom_header_names"] == [], answer


def test_switching_off_and_on_and_sending_again(boss, receiver, make):
    webhook, path = make(events=["certificate.issued"])
    off = boss.post(f"/webhooks/{webhook['id']}/toggle")
    assert off.ok and off.data["enabled"] is False
    issue(boss)
    time.sleep(2.5)
    assert boss.post(f"/webhooks/{webhook['id']}/toggle").data["enabled"] is True
    time.sleep(1.1)
    certificate = issue(boss)
    wait_for(lambda: receiver.at(path), 15)
    assert [each.json["data"]["certificate"]["id"] for each in receiver.at(path)] == [certificate["id"]]
    wait_for(lambda: deliveries(boss, webhook)[0]["status"] == "delivered", 5)
    delivery = deliveries(boss, webhook)[0]
    assert boss.post(f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}/retry").ok
    wait_for(lambda: len(receiver.at(path)) == 2, 15)
    assert {each.id for each in receiver.at(path)} == {str(delivery["id"])}
    other, _ = make()
    answer = boss.post(f"/webhooks/{other['id']}/deliveries/{delivery['id']}/retry")
    assert answer.status == 404, "a delivery of another webhook"


def test_deliveries_are_paged(boss, receiver, make):
    webhook, path = make(events=["certificate.issued"])
    for _ in range(3):
        issue(boss)
    wait_for(lambda: len(receiver.at(path)) == 3, 15)
    first = boss.get(f"/webhooks/{webhook['id']}/deliveries", per_page=2)
    assert len(first.data) == 2 and first.json["meta"]["total"] == 3
    rest = boss.get(
        f"/webhooks/{webhook['id']}/deliveries", per_page=2, cursor=first.json["meta"]["next_cursor"]
    )
    assert len(rest.data) == 1 and not rest.json["meta"]["next_cursor"]
    assert len({each["id"] for each in first.data + rest.data}) == 3


def test_events_survive_a_crash_of_the_server(make_server, receiver, files):
    """Killed while the receiver thinks: sent again, under the same delivery id; nothing is lost."""
    doomed = make_server(CERTWRIGHT_WEBHOOKS_ALLOW_TARGETS="127.0.0.0/8").start()
    boss = doomed.admin()
    path = "/" + uuid.uuid4().hex
    calls = []

    def thinking(handler):
        calls.append(1)
        if len(calls) == 1:
            time.sleep(8)
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    receiver.paths[path] = thinking
    made = boss.post(
        "/webhooks",
        {
            "name": "x",
            "url": receiver.url + path,
            "events": ["certificate.issued"],
            "ca_certificate": files.root_pem,
        },
    )
    assert made.status == 201, made
    first = issue(boss)
    wait_for(lambda: receiver.at(path), 15)
    second = issue(boss)
    doomed.kill()
    doomed.start()
    wait_for(lambda: len(receiver.at(path)) >= 3, 40, says="both after the crash")
    seen = receiver.at(path)
    by_certificate = {}
    for each in seen:
        by_certificate.setdefault(each.json["data"]["certificate"]["id"], set()).add(each.id)
    assert set(by_certificate) == {first["id"], second["id"]}
    assert all(len(ids) == 1 for ids in by_certificate.values()), "one delivery id each"
    doomed.stop()


def test_who_may_do_what(site, boss, make):
    webhook, _ = make()
    for role, reads in (("operator", True), ("auditor", False), ("viewer", False)):
        name = "w" + uuid.uuid4().hex[:8]
        assert boss.post("/users", {"username": name, "password": "a long phrase 7", "role": role}).ok
        client = site.client().sign_in(name, "a long phrase 7")
        assert client.get("/webhooks").status == (200 if reads else 403)
        assert client.delete(f"/webhooks/{webhook['id']}").status == 403, role
        assert client.post("/webhooks", {"name": "x", "url": "https://hooks.example.com/"}).status == (
            201 if role == "operator" else 403
        )


def test_deleting_forgets_the_queue(boss, receiver, make):
    webhook, path = make(behaves=500, events=["certificate.issued"])
    issue(boss)
    wait_for(lambda: receiver.at(path), 15)
    assert boss.delete(f"/settings/webhooks/{webhook['id']}").status == 204
    before = len(receiver.at(path))
    assert boss.get(f"/webhooks/{webhook['id']}").status == 404
    time.sleep(7)
    assert len(receiver.at(path)) == before


def test_the_events_are_described(boss):
    answer = boss.get("/webhooks/events")
    assert {"certificate.issued", "certificate.expiring", "ca.created"} <= set(answer.data["events"])
    assert set(answer.data["descriptions"]) == set(answer.data["events"])

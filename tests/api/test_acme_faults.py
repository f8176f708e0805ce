"""What must not hurt the ACME server: a kill in each state of an order, resolvers that are dead, challenge
servers that never end, thousands of open orders."""

import re
import socket
import threading
import time
import uuid

import pytest

from support import pki
from support.acme import Account, ChallengeServer, challenge_of, path_of
from support.dns import ZONE
from support.jose import b64
from support.process import free_port

AUTO = f"auto.{ZONE}"  # needs no challenge here


def fresh(zone=ZONE):
    return f"n{uuid.uuid4().hex[:12]}.{zone}"


def csr(*names):
    return b64(pki.csr(names=list(names), pem=False))


def with_services(server):
    boss = server.admin()
    assert boss.post("/acme/domains", {"domain": AUTO, "auto_approve": True}).status == 201
    made = boss.post("/acme/services", {"name": "careful", "require_approval": True})
    assert made.status == 201, made
    return boss


def registered(server, directory=None):
    account = Account(directory or server.directory, str(server.root_file))
    account.register()
    return account


def resident_megabytes(pid):
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) // 1024


# ---- Kills ----


def test_an_order_goes_on_after_a_kill_whatever_its_state(make_server):
    port = free_port()
    challenges = ChallengeServer(port)
    server = make_server(CERTWRIGHT_ACME_HTTP01_PORT=port).start()
    boss = with_services(server)
    account = registered(server)
    careful = registered(server, server.url + "/acme/careful/directory")

    untouched = account.new_order(fresh())
    answered = account.new_order(fresh())
    (authorization,) = answered.authorizations()
    slow = challenge_of(authorization, "http-01")
    release = threading.Event()

    def hold(handler):
        release.wait(20)

    challenges.answers[path_of(slow["token"])] = hold
    assert account.must(slow["url"], {}).json()["status"] == "processing"
    ready_name, waiting_name, valid_name = fresh(AUTO), fresh(AUTO), fresh(AUTO)
    ready = account.new_order(ready_name)
    waiting = careful.new_order(waiting_name)
    careful.must(waiting.body["finalize"], {"csr": csr(waiting_name)})
    valid = account.new_order(valid_name).finalize(pki.csr(names=[valid_name], pem=False))
    chain = valid.chain()

    server.kill()
    release.set()
    challenges.offer(slow["token"], account.key.thumbprint)
    server.start()
    account.spare_nonce = careful.spare_nonce = None

    # What was under way goes on by itself; the rest is as it was.
    assert account.wait(authorization["url"])["status"] == "valid"
    name = authorization["identifier"]["value"]
    answered.refresh().finalize(pki.csr(names=[name], pem=False))
    assert untouched.refresh().body["status"] == "pending"
    untouched.authorize(challenges)
    assert untouched.refresh().body["status"] == "ready"
    assert ready.refresh().body["status"] == "ready"
    ready.finalize(pki.csr(names=[ready_name], pem=False))
    assert waiting.refresh().body["status"] == "processing"
    (row,) = boss.get("/acme/approvals").data["orders"]
    assert boss.post(f"/acme/orders/{row['id']}/approve").status == 200
    assert waiting.refresh().body["status"] == "valid"
    assert valid.refresh().chain() == chain
    challenges.stop()


def test_killed_while_it_finalizes_an_order_has_one_certificate_or_none(make_server):
    """Eight clients finalize, and the server dies among them. Afterwards each order is valid with its one
    certificate, or ready and can be finalized."""
    server = make_server().start()
    boss = with_services(server)
    accounts = [registered(server) for _ in range(8)]
    for round_ in range(2):
        prepared = []
        for account in accounts:
            for _ in range(4):
                name = fresh(AUTO)
                prepared.append((account, name, account.new_order(name), csr(name)))
        begun = threading.Event()

        def finalize_all(account, prepared=prepared, begun=begun):
            for owner, _, order, request in prepared:
                if owner is account:
                    begun.set()
                    try:
                        account.post(order.body["finalize"], {"csr": request})
                    except OSError:
                        return

        threads = [threading.Thread(target=finalize_all, args=(account,)) for account in accounts]
        for thread in threads:
            thread.start()
        begun.wait()
        time.sleep(0.005 + 0.02 * round_)
        server.kill()
        for thread in threads:
            thread.join()
        server.start()
        for account, name, order, request in prepared:
            account.spare_nonce = None
            state = order.refresh().body["status"]
            assert state in ("ready", "valid"), order.body
            if state == "ready":
                account.must(order.body["finalize"], {"csr": request})
                order.refresh()
            assert pki.dns_names(pki.load_chain(order.chain())[0]) == {name}
            found = boss.get("/certificates", search=name).data
            assert len([each for each in found if name in each["common_name"]]) == 1, found


# ---- What never answers ----


@pytest.fixture(scope="module")
def silence():
    """A resolver that takes questions and never answers."""
    with socket.socket(type=socket.SOCK_DGRAM) as resolver:
        resolver.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{resolver.getsockname()[1]}"


def test_dead_resolvers_hold_nobody_up(make_server, silence):
    server = make_server(CERTWRIGHT_DNS_RESOLVERS=silence).start()
    with_services(server)
    account = registered(server)
    waiting = []
    for _ in range(20):  # more than the server validates at the same time
        order = account.new_order(fresh())
        (authorization,) = order.authorizations()
        account.must(challenge_of(authorization, "dns-01")["url"], {})
        waiting.append(authorization["url"])
    # Meanwhile others are served as ever.
    other, name = registered(server), fresh(AUTO)
    began = time.monotonic()
    other.new_order(name).finalize(pki.csr(names=[name], pem=False))
    assert time.monotonic() - began < 3
    ended = account.wait(waiting[0], seconds=25)
    assert ended["status"] == "invalid", ended
    error = challenge_of(ended, "dns-01")["error"]
    assert error["type"].endswith(":dns") and "no answer within" in error["detail"], error
    server.kill()


def test_a_challenge_server_that_never_ends_its_answer_is_left(make_server):
    port = free_port()
    challenges = ChallengeServer(port)
    server = make_server(CERTWRIGHT_ACME_HTTP01_PORT=port).start()
    with_services(server)
    account = registered(server)
    ended = threading.Event()

    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        while not ended.wait(0.5):
            handler.wfile.write(b"x")

    def flood(handler):
        handler.send_response(200)
        handler.end_headers()
        while not ended.is_set():
            handler.wfile.write(b"x" * 65536)

    def headers(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not ended.is_set():
            handler.wfile.write(b"X-More: " + b"x" * 1000 + b"\r\n")

    before = resident_megabytes(server.pid)
    waiting = []
    for answer in (drip, flood, headers) * 2:
        order = account.new_order(fresh())
        (authorization,) = order.authorizations()
        challenge = challenge_of(authorization, "http-01")
        challenges.answers[path_of(challenge["token"])] = answer
        account.must(challenge["url"], {})
        waiting.append(authorization["url"])
    for url in waiting:
        done = account.wait(url, seconds=40)
        assert done["status"] == "invalid", done
        assert challenge_of(done, "http-01")["error"]["detail"]
    assert resident_megabytes(server.pid) - before < 60
    ended.set()
    challenges.stop()


# ---- Many ----


def test_two_thousand_open_orders_are_kept_and_cost_no_memory(make_server):
    server = make_server().start()
    boss = with_services(server)
    account, name = registered(server), fresh(AUTO)
    account.new_order(fresh()).refresh()
    before = resident_megabytes(server.pid)
    accounts = [account] + [registered(server) for _ in range(3)]

    def order_many(who):
        for _ in range(500):
            who.must(who.directory["newOrder"], {"identifiers": [{"type": "dns", "value": fresh()}]})

    threads = [threading.Thread(target=order_many, args=(who,)) for who in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert boss.get("/acme/orders", status="pending", per_page=1).meta["total"] >= 2000
    assert resident_megabytes(server.pid) - before < 80
    began = time.monotonic()
    account.new_order(name).finalize(pki.csr(names=[name], pem=False))
    assert time.monotonic() - began < 2
    # The list of an account, page by page.
    url, listed = account.must(account.kid, {}).json()["orders"], 0
    while url:
        page = account.must(url)
        listed += len(page.json()["orders"])
        url = page.links.get("next", {}).get("url")
    assert listed >= 500
    server.kill()
    began = time.monotonic()
    server.start()
    assert time.monotonic() - began < 10

"""PostgreSQL goes away for a while: nothing is lost, nothing hangs, and all goes on by itself."""

import threading
import time
import urllib.parse

import pytest
import requests

from support import pki
from support.acme import Account, ChallengeServer, challenge_of, fresh_name, path_of, problem
from support.gate import Gate
from support.process import free_port

AWAY = 5  # seconds
PATIENCE = 12  # how long one request may take to be refused


@pytest.fixture
def gate(new_database):
    address = urllib.parse.urlsplit(new_database())
    gate = Gate(address.hostname, address.port)
    gate.address = address._replace(netloc=f"{address.username}@127.0.0.1:{gate.port}").geturl()
    yield gate
    gate.stop()


def test_orders_go_on_when_the_database_is_back(make_server, gate):
    port = free_port()
    challenges = ChallengeServer(port)
    server = make_server(database=gate.address, CERTWRIGHT_ACME_HTTP01_PORT=port).start()
    boss = server.admin()
    account = Account(server.directory, str(server.root_file))
    account.register()

    ready_name = fresh_name()
    ready = account.new_order(ready_name)
    ready.authorize(challenges)
    proving_name = fresh_name()
    proving = account.new_order(proving_name)
    (authorization,) = proving.authorizations()
    challenge = challenge_of(authorization, "http-01")
    release = threading.Event()

    def hold(handler):
        release.wait(20)
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(f"{challenge['token']}.{account.key.thumbprint}".encode())

    challenges.answers[path_of(challenge["token"])] = hold
    assert account.must(challenge["url"], {}).json()["status"] == "processing"

    gate.shut()
    away_since = time.monotonic()
    release.set()  # the proof is found while nobody can write it down
    refused = 0
    while time.monotonic() < away_since + AWAY:
        began = time.monotonic()
        answer = account.post(
            account.directory["newOrder"], {"identifiers": [{"type": "dns", "value": fresh_name()}]}
        )
        problem(answer, "serverInternal", 500, 503)
        assert requests.get(f"{server.http_url}/health", timeout=5).status_code in (200, 503)
        assert boss.get("/certificates").status in (500, 503)
        assert time.monotonic() - began < PATIENCE
        refused += 1
        time.sleep(0.5)
    assert refused >= 1
    gate.open()

    deadline = time.monotonic() + 20
    while True:
        answer = account.post(
            account.directory["newOrder"], {"identifiers": [{"type": "dns", "value": fresh_name()}]}
        )
        if answer.status_code == 201:
            break
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.5)
    assert account.wait(authorization["url"], seconds=45)["status"] == "valid"
    proving.refresh().finalize(pki.csr(names=[proving_name], pem=False))
    ready.refresh().finalize(pki.csr(names=[ready_name], pem=False))
    for name in (ready_name, proving_name):
        assert len(boss.get("/certificates", search=name).data) == 1
    assert boss.get("/audit/verify").data["valid"] is True
    challenges.stop()

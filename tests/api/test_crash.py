"""What was acknowledged is there, whatever happens: SIGTERM and SIGKILL in the middle of the work."""

import concurrent.futures
import signal
import threading
import time

import pytest
import requests

from support import pki
from support.process import run
from support.rest import Client

CERTIFICATES = 1000


class Clients:
    """Issue as fast as they can until told to stop or the server is gone; keep what they received."""

    def __init__(self, server, number=12):
        self.server = server
        self.admin = server.admin()
        answer = self.admin.post(
            "/account/apikeys", {"name": "load", "permissions": ["write:certificates", "read:certificates"]}
        )
        self.key = answer.data["key"]
        self.received = {}
        self.lock = threading.Lock()
        self.asked = 0
        self.stop = threading.Event()
        self.csr = pki.csr("load.certwright.example", ["load.certwright.example"])
        self.pool = concurrent.futures.ThreadPoolExecutor(number)
        self.tasks = [self.pool.submit(self.work) for _ in range(number)]

    def work(self):
        caller = Client(self.server.url, verify=str(self.server.root_file)).with_key(self.key)
        while not self.stop.is_set():
            with self.lock:
                if self.asked >= CERTIFICATES:
                    return
                self.asked += 1
            try:
                answer = caller.post(
                    "/certificates", {"common_name": "load.certwright.example", "csr": self.csr}
                )
            except requests.exceptions.RequestException:
                return
            if answer.status == 201:
                with self.lock:
                    self.received[answer.data["serial_number"]] = answer.data["pem"]

    def wait_until(self, number):
        deadline = time.monotonic() + 60
        while len(self.received) < number and time.monotonic() < deadline:
            time.sleep(0.005)
        assert len(self.received) >= number, f"only {len(self.received)} certificates in a minute"

    def finish(self):
        self.stop.set()
        for task in self.tasks:
            task.result(60)
        self.pool.shutdown()


def all_serials(admin):
    found, page = [], 1
    while True:
        answer = admin.get("/certificates", page=page, per_page=100)
        found += [each["serial_number"] for each in answer.data]
        if page >= answer.meta["total_pages"]:
            return found
        page += 1


def check_everything_is_there(server, received):
    admin = server.admin()
    listed = all_serials(admin)
    assert len(listed) == len(set(listed)), "a serial occurs twice"
    missing = set(received) - set(listed)
    assert not missing, f"{len(missing)} of {len(received)} received certificates are not in the list"
    some = list(received)[-1]
    found = admin.get("/certificates", search=some).data
    assert found[0]["pem"] == received[some] or pki.load(found[0]["pem"]) == pki.load(received[some])


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_killed_in_the_middle_of_a_thousand_issuances(make_server, new_database, backend):
    server = make_server(database=new_database() if backend == "postgresql" else None).start()
    received = {}
    for kill_after in (60, 200, 120):
        clients = Clients(server)
        clients.wait_until(kill_after)
        server.kill()
        clients.finish()
        received |= clients.received
        server.start()
        check_everything_is_there(server, received)
    server.stop()
    if backend == "sqlite":
        database = server.sqlite_file
        assert run("sqlite3", database, "SELECT count(*) FROM issuance_intents").stdout.strip() == "0"
        twice = run(
            "sqlite3",
            database,
            "SELECT serial_number FROM certificates GROUP BY serial_number, authority_id HAVING count(*) > 1",
        )
        assert twice.stdout.strip() == ""
        assert run("sqlite3", database, "PRAGMA integrity_check").stdout.strip() == "ok"
    else:
        told = run("psql", server.database, "-Atc", "SELECT count(*) FROM issuance_intents")
        assert told.stdout.strip() == "0"


def test_sigterm_finishes_what_it_accepted(make_server):
    server = make_server().start()
    clients = Clients(server)
    clients.wait_until(100)
    started = time.monotonic()
    server.process.popen.send_signal(signal.SIGTERM)
    assert server.process.popen.wait(8) == 0
    assert time.monotonic() - started < 5
    clients.finish()
    server.start()
    check_everything_is_there(server, clients.received)


def test_a_revocation_survives_a_kill(make_server):
    server = make_server().start()
    admin = server.admin()
    issued = admin.post(
        "/certificates", {"common_name": "a.certwright.example", "san_dns": ["a.certwright.example"]}
    ).data
    assert admin.post(f"/certificates/{issued['id']}/revoke", {"reason": "keyCompromise"}).ok
    server.kill()
    server.start()
    admin = server.admin()
    assert admin.get(f"/certificates/{issued['id']}").data["revoked"] is True
    crl = requests.get(server.here(pki.crl_url(pki.load(issued["pem"]))), timeout=10).content
    from cryptography import x509

    assert x509.load_der_x509_crl(crl).get_revoked_certificate_by_serial_number(
        int(issued["serial_number"], 16)
    )


def test_the_number_of_a_crl_never_goes_back(make_server):
    server = make_server().start()
    numbers = []
    for _ in range(3):
        admin = server.admin()
        ca = admin.get("/crl").data[0]["ca_id"]
        assert admin.post(f"/crl/{ca}/regenerate", {}).ok
        numbers.append(admin.get(f"/crl/{ca}").data["crl_number"])
        server.kill()
        server.start()
    assert numbers == sorted(set(numbers))


def test_a_restart_keeps_root_and_sessions_of_the_first_start(make_server):
    server = make_server().start()
    roots = [server.admin().get("/cas").data]
    server.stop()
    server.start()
    roots.append(server.admin().get("/cas").data)
    assert [ca["fingerprint"] for ca in roots[0]] == [ca["fingerprint"] for ca in roots[1]]

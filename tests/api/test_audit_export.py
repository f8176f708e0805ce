"""The audit log as a download of any length: JSON, CSV and NDJSON, made while it is sent."""

import csv
import io
import json
import socket
import ssl

import pytest
import requests

from support.process import run

MANY = 200_000


@pytest.fixture(scope="module")
def long_log(make_server):
    """A server with many entries. They are put in by SQL, since each by a request would take minutes."""
    server = make_server()
    server.start().stop()
    rows = (
        "WITH RECURSIVE n(i) AS (SELECT 1000000 UNION ALL SELECT i + 1 FROM n "
        f"WHERE i < 1000000 + {MANY - 1}) INSERT INTO audit_log (id, at, username, action, "
        "resource_type, resource_id, resource_name, details, ip_address, user_agent, credential, "
        "request_id, success) SELECT i, 1700000000 + i, 'filler-' || (i % 10), 'certificate.issue', "
        "'certificate', i, 'host-' || i || '.example', '{\"profile\":\"server\"}', '192.0.2.1', 'test', "
        "'session 1', 'r', 1 FROM n"
    )
    run("sqlite3", server.sqlite_file, rows)
    server.start()
    return server, server.admin()


def resident(server):
    with open(f"/proc/{server.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def download(server, admin, **query):
    return requests.get(
        f"{server.url}/api/v2/audit/export",
        params=query,
        cookies=admin.session.cookies,
        verify=str(server.root_file),
        stream=True,
        timeout=60,
    )


def test_a_long_log_leaves_in_parts_and_in_bounded_memory(long_log):
    server, admin = long_log
    assert admin.get("/audit/export", format="json", limit=2000).ok
    before = resident(server)
    answer = download(server, admin, format="csv", limit=1_000_000)
    assert answer.headers["Transfer-Encoding"] == "chunked" and "Content-Length" not in answer.headers
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    lines = size = 0
    for block in answer.iter_content(1 << 16):
        lines += block.count(b"\r\n")
        size += len(block)
    assert lines > MANY and size > 20_000_000
    assert resident(server) - before < 30_000, "kB more than before: the export was kept in memory"


def test_parts_make_one_whole(long_log):
    server, admin = long_log
    entries = admin.get("/audit/export", format="json", limit=5000).json
    assert len(entries) == 5000
    ids = [entry["id"] for entry in entries]
    assert ids == sorted(ids, reverse=True) and len(set(ids)) == 5000
    rows = list(csv.DictReader(io.StringIO(admin.get("/audit/export", format="csv", limit=5000).text)))
    assert [int(row["id"]) for row in rows] == ids


@pytest.mark.parametrize(
    "query, wanted",
    [
        ({"username": "filler-3"}, lambda e: e["username"] == "filler-3"),
        ({"category": "auth"}, lambda e: e["action"].startswith("auth.")),
        ({"resource_type": "certificate", "resource_id": 1000042}, lambda e: e["resource_id"] == "1000042"),
        ({"search": "host-1000042."}, lambda e: e["resource_name"] == "host-1000042.example"),
        ({"success": "false"}, lambda e: e["success"] is False),
        ({"date_from": "2023-11-26T00:00:00Z", "date_to": "2023-11-26T01:00:00Z"}, lambda e: True),
    ],
)
def test_filters_are_those_of_the_list(long_log, query, wanted):
    _, admin = long_log
    exported = admin.get("/audit/export", format="json", limit=3000, **query).json
    listed = admin.get("/audit/logs", per_page=100, **query).data
    assert all(wanted(entry) for entry in exported)
    assert [entry["id"] for entry in exported[: len(listed)]] == [entry["id"] for entry in listed]


def test_nothing_is_an_empty_list(long_log):
    _, admin = long_log
    assert admin.get("/audit/export", format="json", username="nobody-at-all").json == []
    assert admin.get("/audit/export", format="csv", username="nobody-at-all").text.count("\r\n") == 1
    assert admin.get("/audit/export", format="json", category="nonsense").status == 400


def test_the_log_itself_goes_out_whole(long_log):
    server, admin = long_log
    answer = download(server, admin, format="ndjson", limit=1500)
    lines = answer.text.split("\n")
    head = json.loads(lines[0])
    assert head["end"] - head["first"] == len(lines) - 2


def test_who_leaves_early_disturbs_nobody(long_log):
    server, admin = long_log
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in admin.session.cookies)
    for _ in range(20):
        raw = socket.create_connection(("localhost", server.https_port))
        line = ssl._create_unverified_context().wrap_socket(raw, server_hostname="localhost")
        line.sendall(
            b"GET /api/v2/audit/export?format=csv&limit=1000000 HTTP/1.1\r\nHost: localhost\r\n"
            + f"Cookie: {cookies}\r\n\r\n".encode()
        )
        line.recv(10_000)
        line.close()
    assert admin.get("/audit/logs").ok and server.process.running()

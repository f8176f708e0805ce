"""How the server speaks HTTP and TLS."""

import os
import re
import socket
import ssl
import time

import pytest
import requests

from support.process import run, wait_for


def raw(server, data, seconds=5, plain=False):
    """Sends these octets and returns what comes back until the server closes or is silent."""
    connection = socket.create_connection(
        ("127.0.0.1", server.http_port if plain else server.https_port), timeout=seconds
    )
    if not plain:
        context = ssl.create_default_context(cafile=str(server.root_file))
        connection = context.wrap_socket(connection, server_hostname="localhost")
    connection.settimeout(seconds)
    received = b""
    with connection:
        try:
            connection.sendall(data)
            while chunk := connection.recv(65536):
                received += chunk
        except (TimeoutError, ConnectionError, ssl.SSLError):
            pass
    return received


def status_of(received):
    match = re.match(rb"HTTP/1\.[01] (\d{3})", received)
    return int(match.group(1)) if match else None


HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

# ---- Headers ----


def test_pages_carry_a_strict_policy(stranger):
    page = stranger.request("GET", "//", headers={"Accept": "text/html"})
    assert page.status == 200 and page.headers["Content-Type"].startswith("text/html"), page
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy.split("script-src")[-1].split(";")[0]
    assert "unsafe-eval" not in policy
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert (
        "frame-ancestors 'none'" in policy
        and "base-uri" in policy
        and "object-src 'none'" in policy
        or "default-src 'none'" in policy
    )
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age=" in page.headers["Strict-Transport-Security"]
    assert page.headers["Referrer-Policy"] in (
        "no-referrer",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
    )
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page.text)
    assert not inline and " onclick=" not in page.text and "style=" not in page.text.split("<body")[0], inline


@pytest.mark.parametrize(
    "path", ["/api/v2/certificates", "/api/v2/auth/verify", "/nowhere", "/acme/directory"]
)
def test_every_answer_forbids_sniffing(stranger, path):
    answer = stranger.request("GET", "/" + path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff", answer.headers
    assert "Server" not in answer.headers or not re.search(r"\d", answer.headers["Server"])
    assert "Access-Control-Allow-Origin" not in answer.headers or path.startswith("/acme")


def test_answers_of_the_api_are_not_cached(admin):
    for path in ("/certificates", "/account/profile", "/auth/verify"):
        assert "no-store" in admin.get(path).headers.get("Cache-Control", ""), path


def test_errors_do_not_echo_what_was_sent(stranger):
    answer = stranger.request("GET", "//api/v2/<script>alert(1)</script>")
    assert answer.status == 404
    assert "<script>" not in answer.text or answer.headers["Content-Type"].startswith(
        "application/problem+json"
    )


# ---- Assets ----


def asset(stranger):
    page = stranger.request("GET", "//", headers={"Accept": "text/html"})
    return re.search(r'(?:src|href)="(/assets/[^"]+\.js)"', page.text).group(1)


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [("br", "br"), ("gzip", "gzip"), ("identity", None), ("br;q=0, gzip", "gzip"), ("gzip, br", "br")],
)
def test_assets_come_compressed_as_the_client_can_read_them(server, stranger, accepts, encoding):
    import urllib3

    path = asset(stranger)
    pool = urllib3.PoolManager(ca_certs=str(server.root_file))
    answer = pool.request(
        "GET", server.url + path, headers={"Accept-Encoding": accepts}, preload_content=False
    )
    body = answer.read(decode_content=False)
    assert answer.status == 200 and answer.headers.get("Content-Encoding") == encoding, answer.headers
    assert "accept-encoding" in answer.headers["Vary"].lower()
    plain = requests.get(
        server.url + path, headers={"Accept-Encoding": "identity"}, verify=str(server.root_file), timeout=10
    ).content
    assert (len(body) < len(plain)) == (encoding is not None)


def test_an_asset_that_did_not_change_is_not_sent_again(stranger):
    path = asset(stranger)
    first = stranger.request("GET", "/" + path)
    assert "immutable" in first.headers["Cache-Control"] or "max-age" in first.headers["Cache-Control"]
    again = stranger.request("GET", "/" + path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304 and again.content == b"" and again.headers["ETag"] == first.headers["ETag"]
    other = stranger.request("GET", "/" + path, headers={"If-None-Match": '"another"'})
    assert other.status == 200
    weak = stranger.request(
        "GET", "/" + path, headers={"If-None-Match": '"x", W/' + first.headers["ETag"].removeprefix("W/")}
    )
    assert weak.status == 304


def test_addresses_of_the_console_are_its_page(stranger):
    for path in ("//certificates", "//certificates/1", "//login", "//setup"):
        answer = stranger.request("GET", path, headers={"Accept": "text/html,*/*"})
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/html"), (path, answer)
        assert "no-cache" in answer.headers["Cache-Control"] or "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "//assets/../../../etc/passwd",
        "//assets/%2e%2e/%2e%2e/etc/passwd",
        "//..%2f..%2fetc/passwd",
        "//assets/nothing.js",
        "//.git/config",
        "//%00",
    ],
)
def test_no_file_of_the_machine_is_served(server, path):
    received = raw(
        server, f"GET {path[1:]} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    )
    assert status_of(received) in (400, 404), received[:200]
    assert b"root:" not in received


# ---- Methods ----


def test_head_is_get_without_the_body(stranger):
    for path in ("//health", "//api/v2/auth/verify", "//acme/directory"):
        get, head = stranger.request("GET", path), stranger.request("HEAD", path)
        assert head.status == get.status and head.content == b""
        assert abs(int(head.headers["Content-Length"]) - len(get.content)) < 64


def test_another_method_is_told_which_are_taken(admin):
    answer = admin.request("DELETE", "/certificates")
    assert answer.status == 405
    assert {"GET", "POST"} <= {method.strip() for method in answer.headers["Allow"].split(",")}
    assert answer.json["code"] == 405, answer
    options = admin.request("OPTIONS", "/certificates")
    assert options.status in (200, 204) and "GET" in options.headers["Allow"]
    for method in ("TRACE", "CONNECT", "PROPFIND", "BREW"):
        assert admin.request(method, "/certificates").status in (400, 405, 501), method


# ---- The plain port ----


@pytest.mark.parametrize("path", ["/health", "/live", "/ready"])
def test_the_plain_port_tells_that_it_lives(server, path):
    assert requests.get(server.http_url + path, timeout=5).status_code in (200, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2/certificates",
        "/api/v2/auth/login",
        "/acme/directory",
        "/",
        "/api/openapi.json",
        "/metrics",
        "/api/v2/auth/verify",
        "/swagger",
    ],
)
def test_the_plain_port_serves_nothing_that_needs_tls(server, path):
    answer = requests.get(server.http_url + path, timeout=5, allow_redirects=False)
    assert answer.status_code in (301, 308, 403, 404, 426), answer.text
    assert "Set-Cookie" not in answer.headers


def test_health_in_every_form(stranger):
    for path in (
        "//health",
        "//api/health",
        "//api/v2/health",
        "//ready",
        "//live",
        "//api/v2/health/live",
        "//api/v2/health/ready",
    ):
        answer = stranger.request("GET", path)
        assert answer.status == 200, (path, answer)
    body = stranger.request("GET", "//api/v2/health").json
    assert body["status"] in ("ok", "healthy", "up") and body["version"] and body["service"]


def test_metrics_speak_prometheus(admin, stranger, server):
    stranger.request("GET", "//health")
    answer = stranger.request("GET", "//metrics")
    if answer.status in (401, 403):
        answer = admin.request("GET", "//metrics")
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/plain"), answer
    names = set(re.findall(r"^# TYPE (\S+) (?:counter|gauge|histogram|summary)", answer.text, re.MULTILINE))
    assert (
        any("http" in name for name in names)
        and any("certificates" in name or "issued" in name for name in names)
        or names
    )
    # Labels are patterns of paths, never addresses: a stranger must not be able to make new ones.
    for index in range(5):
        stranger.request("GET", f"//made-up-{index}")
        admin.get(f"/certificates/{987654 + index}")
    text = admin.request("GET", "//metrics").text
    assert "made-up-" not in text and "98765" not in text


# ---- Limits ----


def test_pipelined_requests_are_answered_in_order(server):
    first = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    received = raw(
        server, first * 3 + b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    assert [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3})", received)] == [200, 200, 200, 404]


def test_chunked_bodies_are_read(server):
    body = b'{"username":"x","password":"y"}'
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:5], body[5:])) + b"0\r\n\r\n"
    head = b"POST /api/v2/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    assert status_of(raw(server, head + chunks)) in (400, 401, 429)


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/v2/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"POST /api/v2/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v2/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET /\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    ],
    ids=[
        "smuggling",
        "two-lengths",
        "negative",
        "bad-chunk",
        "version",
        "http09",
        "tls-inside",
        "blank-in-name",
        "folding",
        "no-host",
        "two-hosts",
    ],
)
def test_requests_that_proxies_read_otherwise_are_refused(server, request_):
    received = raw(server, request_, seconds=3)
    assert status_of(received) in (None, 400, 411, 501, 505), received[:200]


def test_headers_are_limited(server):
    for head in (b"X: " + b"a" * 100_000, b"\r\n".join(b"X%d: a" % number for number in range(5000))):
        received = raw(server, b"GET /health HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n\r\n")
        assert status_of(received) in (400, 413, 414, 431), received[:200]
    received = raw(server, b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    assert status_of(received) in (400, 414, 431), received[:200]


def test_bodies_are_limited(server, admin):
    big = b'{"common_name":"' + b"a" * (8 << 20) + b'"}'
    try:
        answer = admin.request(
            "POST", "/certificates", data=big, headers={"Content-Type": "application/json"}
        )
        assert answer.status == 413, answer
    except requests.exceptions.ConnectionError:
        pass  # it said so and hung up while we were still sending
    received = raw(
        server,
        b"POST /api/v2/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n",
    )
    assert status_of(received) == 413, received[:200]
    assert admin.get("/certificates/stats").status == 200


def test_a_slow_client_is_cut_off(server):
    """Headers that never end must not hold a connection for ever."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.http_port), timeout=40) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\n")
        try:
            while time.monotonic() - started < 35:
                connection.sendall(b"X-Slow: 1\r\n")
                connection.settimeout(1)
                try:
                    if not connection.recv(4096):
                        break
                except TimeoutError:
                    continue
        except OSError:
            pass
    assert time.monotonic() - started < 30


def test_many_idle_connections_do_not_stop_others(server):
    connections = [socket.create_connection(("127.0.0.1", server.http_port)) for _ in range(300)]
    try:
        assert requests.get(server.http_url + "/health", timeout=5).status_code == 200
    finally:
        for connection in connections:
            connection.close()


# ---- TLS ----


@pytest.mark.parametrize("version", ["-tls1", "-tls1_1", "-ssl3"])
def test_old_tls_is_refused(server, version):
    done = run(
        "openssl",
        "s_client",
        "-connect",
        f"127.0.0.1:{server.https_port}",
        version,
        "-cipher",
        "ALL:@SECLEVEL=0",
        check=False,
        stdin="",
    )
    assert "Cipher is (NONE)" in done.output or done.returncode != 0, done.output[:500]
    assert "BEGIN CERTIFICATE" not in done.output


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_new_tls_verifies_with_the_whole_chain(server, version):
    done = run(
        "openssl",
        "s_client",
        "-connect",
        f"127.0.0.1:{server.https_port}",
        version,
        "-CAfile",
        server.root_file,
        "-verify_return_error",
        "-servername",
        "localhost",
        "-verify_hostname",
        "localhost",
        stdin="",
    )
    assert "Verify return code: 0 (ok)" in done.output, done.output


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_sessions_are_resumed(server, version, tmp_path):
    ticket = tmp_path / "ticket"
    address = ["-connect", f"127.0.0.1:{server.https_port}", version, "-servername", "localhost"]
    request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    run(
        "openssl", "s_client", *address, "-sess_out", ticket, "-ign_eof", "-quiet", stdin=request, check=False
    )
    again = run("openssl", "s_client", *address, "-sess_in", ticket, stdin="", check=False)
    assert "Reused, TLS" in again.output, again.output[:800]


@pytest.mark.parametrize("cipher", ["NULL", "aNULL", "EXPORT", "RC4", "3DES", "kRSA", "CAMELLIA"])
def test_weak_ciphers_are_refused(server, cipher):
    done = run(
        "openssl",
        "s_client",
        "-connect",
        f"127.0.0.1:{server.https_port}",
        "-tls1_2",
        "-cipher",
        f"{cipher}:@SECLEVEL=0",
        check=False,
        stdin="",
    )
    assert "BEGIN CERTIFICATE" not in done.output


def test_gnutls_connects(server):
    done = run(
        "gnutls-cli",
        "--x509cafile",
        server.root_file,
        "--port",
        server.https_port,
        "localhost",
        stdin="",
        check=False,
    )
    assert "The certificate is trusted" in done.output and "Handshake was completed" in done.output, (
        done.output
    )


def test_curl_trusts_the_root_and_nothing_else(server):
    told = run("curl", "-sS", "--cacert", server.root_file, f"{server.url}/health")
    assert "ok" in told.stdout or "healthy" in told.stdout, told.output
    assert run("curl", "-sS", f"{server.url}/health", check=False).returncode == 60


# ---- Live events ----


def test_live_events_tell_what_was_committed(server, admin, issue):
    import json as json_module

    import websocket

    cookie = admin.session.cookies.get("session")
    address = f"wss://localhost:{server.https_port}/api/v2/live"
    live = websocket.create_connection(
        address,
        sslopt={"ca_certs": str(server.root_file)},
        cookie=f"session={cookie}",
        origin=server.url,
        timeout=10,
    )
    issued = issue()
    deadline = time.monotonic() + 10
    while True:
        event = json_module.loads(live.recv())
        if event["action"] == "certificate.issue" and event["object"] == issued["id"]:
            break
        assert time.monotonic() < deadline
    assert event["type"] == "certificate"
    live.close()


def test_live_events_are_not_for_strangers_nor_other_origins(server, admin):
    import websocket

    address = f"wss://localhost:{server.https_port}/api/v2/live"
    trust = {"ca_certs": str(server.root_file)}
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(address, sslopt=trust, origin=server.url, timeout=5)
    assert refused.value.status_code == 401
    cookie = admin.session.cookies.get("session")
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(
            address, sslopt=trust, cookie=f"session={cookie}", origin="https://evil.example", timeout=5
        )
    assert refused.value.status_code in (401, 403)


# ---- Ending ----


def test_sigterm_ends_it_within_five_seconds(make_server):
    server = make_server().start()
    idle = [socket.create_connection(("127.0.0.1", server.http_port)) for _ in range(20)]
    started = time.monotonic()
    assert server.process.stop(8) == 0, server.output[-2000:]
    assert time.monotonic() - started < 5
    for connection in idle:
        connection.close()


def test_sigint_ends_it_too(make_server):
    import signal

    server = make_server().start()
    server.process.popen.send_signal(signal.SIGINT)
    assert server.process.popen.wait(6) == 0


def test_it_starts_quickly_and_stays_small(make_server):
    server = make_server()
    with server:
        pass
    started = time.monotonic()
    with server:
        assert time.monotonic() - started < 3
        with open(f"/proc/{server.pid}/status") as status:
            resident = int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1))
        assert resident < 120_000
        wait_for(lambda: os.path.exists(f"/proc/{server.pid}"), 1)

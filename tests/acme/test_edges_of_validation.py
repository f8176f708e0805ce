"""Edges that other ACME servers learnt to guard: what is asked of the client's side, and what counts as an answer.
docs/protocols/acme-edge-cases.md has the list."""

import hashlib
import http.server
import ssl
import tempfile
import threading

import pytest

from support.acme import Account, challenge_of, fresh_name
from support.alpn import AlpnServer, certificate
from support.dns import ZONE
from support.jose import Key, b64
from support.process import free_port


def http01(account, name):
    order = account.new_order(name)
    (authorization,) = order.authorizations()
    challenge = challenge_of(authorization, "http-01")
    return authorization["url"], challenge, f"{challenge['token']}.{account.key.thumbprint}".encode()


def decided(account, url, challenge):
    account.must(challenge["url"], {})
    done = account.wait(url)
    return done["status"], challenge_of(done, challenge["type"]).get("error", {})


def all_decided(account, started):
    """The errors of many challenges that are tried at the same time: what is asked again takes seconds each."""
    for _, challenge in started.values():
        account.must(challenge["url"], {})
    errors = {}
    for what, (url, challenge) in started.items():
        done = account.wait(url, seconds=40)
        assert done["status"] == "invalid", what
        errors[what] = challenge_of(done, challenge["type"])["error"]
        assert errors[what]["detail"], what
    return errors


# ---- http-01 ----


def test_the_request_is_a_plain_get_for_the_name(account, challenges):
    """RFC 8555, section 8.3: GET, the token's path, the name as Host; nothing of ours that another could use."""
    name = fresh_name()
    url, challenge, answer = http01(account, name)
    seen = []

    def watch(handler):
        seen.append((handler.command, handler.path, dict(handler.headers.items())))
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(answer)

    challenges.answers["/.well-known/acme-challenge/" + challenge["token"]] = watch
    assert decided(account, url, challenge) == ("valid", {})
    ((method, _, headers),) = seen
    assert method == "GET"
    assert headers["Host"] in (name, f"{name}:{challenges.port}")
    assert headers["User-Agent"]
    assert not {"Authorization", "Cookie"} & set(headers)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("way", ["relative", "absolute", "another host", "twice"])
def test_redirects_are_followed(account, challenges, status, way):
    url, challenge, answer = http01(account, fresh_name())
    first = "/.well-known/acme-challenge/" + challenge["token"]
    target = {
        "relative": f"/there/{challenge['token']}",
        "twice": f"/once/{challenge['token']}",
        "absolute": f"http://{fresh_name()}:{challenges.port}/there/{challenge['token']}?a=b%20c",
        "another host": f"http://{fresh_name().upper()}:{challenges.port}/there/{challenge['token']}",
    }[way]

    def lead(to):
        def handle(handler):
            handler.send_response(status)
            handler.send_header("Location", to)
            handler.end_headers()

        return handle

    challenges.answers[first] = lead(target)
    challenges.answers[f"/once/{challenge['token']}"] = lead(f"/there/{challenge['token']}")
    for path in (f"/there/{challenge['token']}", f"/there/{challenge['token']}?a=b%20c"):
        challenges.answers[path] = answer
    assert decided(account, url, challenge) == ("valid", {})


class Secure:
    """A web server with TLS and a certificate that nobody trusts."""

    def __init__(self, port, names, answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(certificate(names, "x", extension=False))
            file.flush()
            context.load_cert_chain(file.name)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def tls_port():
    return free_port()


@pytest.fixture(scope="module")
def tls_site(make_server, tls_port):
    """A server for which `tls_port` is the port of HTTPS and tls-alpn-01."""
    return make_server(CERTWRIGHT_ACME_TLSALPN01_PORT=tls_port).start()


@pytest.fixture
def tls_account(tls_site):
    account = Account(tls_site.directory, str(tls_site.root_file))
    account.register()
    return account


def test_a_redirect_to_https_is_followed_whoever_signed_the_certificate(tls_account, challenges, tls_port):
    """A host that sends everybody to HTTPS has no certificate yet, or an old one: it is about to get one."""
    name = fresh_name()
    url, challenge, answer = http01(tls_account, name)
    challenges.redirect(challenge["token"], f"https://{name}:{tls_port}/there")
    web = Secure(tls_port, ["elsewhere.example"], answer)
    try:
        result, error = decided(tls_account, url, challenge)
        assert result == "valid", error
    finally:
        web.stop()


def test_only_200_counts_even_with_the_right_answer(account, challenges):
    started = {}
    for status in (201, 206, 400, 403, 404, 410, 500):
        url, challenge, answer = http01(account, fresh_name())

        def handle(handler, status=status, answer=answer):
            handler.send_response(status)
            handler.end_headers()
            handler.wfile.write(answer)

        challenges.answers["/.well-known/acme-challenge/" + challenge["token"]] = handle
        started[status] = (url, challenge)
    for status, error in all_decided(account, started).items():
        assert str(status) in error["detail"], error


NO_HTTP = {
    "nothing": b"",
    "no status": b"HTTP/1.1\r\n\r\n",
    "no HTTP": b"rubbish\r\n",
    "length -1": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx",
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    "endless headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    "long status": b"HTTP/1.1 999999 \r\n\r\n",
    "ssh": b"SSH-2.0-OpenSSH_9.2\r\n",
}


def test_what_is_no_http_is_refused_and_explained(account, challenges):
    started = {}
    for what, raw in NO_HTTP.items():
        url, challenge, _ = http01(account, fresh_name())

        def handle(handler, raw=raw):
            handler.wfile.write(raw)
            handler.close_connection = True

        challenges.answers["/.well-known/acme-challenge/" + challenge["token"]] = handle
        started[what] = (url, challenge)
    for what, error in all_decided(account, started).items():
        assert error["type"].endswith((":connection", ":unauthorized", ":incorrectResponse")), (what, error)
        assert "OpenSSH" not in error["detail"]


def test_the_answer_of_another_account_proves_nothing(account, challenges):
    url, challenge, _ = http01(account, fresh_name())
    challenges.offer(challenge["token"], Key().thumbprint)
    result, error = decided(account, url, challenge)
    assert result == "invalid" and error["type"].endswith(("unauthorized", "incorrectResponse"))


def test_a_dead_ipv6_address_falls_back_to_ipv4(account, bind, challenges):
    """RFC 8305 in spirit, and what Boulder does: most such names are a forgotten AAAA record."""
    name = fresh_name()
    label = name.removesuffix("." + ZONE)
    bind.update(lambda update: (update.add(label, 0, "AAAA", "::1"), update.add(label, 0, "A", "127.0.0.1")))
    url, challenge, _ = http01(account, name)
    challenges.offer(challenge["token"], account.key.thumbprint)
    assert decided(account, url, challenge) == ("valid", {})


# ---- dns-01 ----


def dns01(account, name):
    order = account.new_order(name)
    (authorization,) = order.authorizations()
    challenge = challenge_of(authorization, "dns-01")
    value = f"{challenge['token']}.{account.key.thumbprint}".encode()
    return authorization["url"], challenge, b64(hashlib.sha256(value).digest())


def test_one_right_record_among_others_is_enough(account, bind):
    name = fresh_name()
    url, challenge, value = dns01(account, name)
    bind.set_txt("_acme-challenge." + name, "v=spf1 -all", "old-value", value, '"a b" "c"')
    assert decided(account, url, challenge) == ("valid", {})


def test_a_record_that_is_nearly_right_is_wrong(account, bind):
    bent = {
        "lower case": str.lower,
        "padded": lambda value: value + "=",
        "a blank before": lambda value: f'" {value}"',
        "cut": lambda value: value[:-1],
        "twice": lambda value: value + value,
        "in quotes": lambda value: f"'{value}'",
    }
    started = {}
    for what, bend in bent.items():
        name = fresh_name()
        url, challenge, value = dns01(account, name)
        bind.set_txt("_acme-challenge." + name, bend(value))
        started[what] = (url, challenge)
    for what, error in all_decided(account, started).items():
        assert error["type"].endswith((":unauthorized", ":incorrectResponse")), (what, error)


def test_records_elsewhere_and_names_in_a_circle_prove_nothing(account, bind):
    """At the name itself anybody may have written what a form let them write."""
    started = {}
    name = fresh_name()
    url, challenge, value = dns01(account, name)
    bind.set_txt(name, value)
    started["at the name"] = (url, challenge)

    name = fresh_name()
    label, other = "_acme-challenge." + name.removesuffix("." + ZONE), "circle-" + name
    bind.update(
        lambda update: (
            update.replace(label, 0, "CNAME", other + "."),
            update.replace(other.removesuffix("." + ZONE), 0, "CNAME", f"{label}.{ZONE}."),
        )
    )
    started["in a circle"] = dns01(account, name)[:2]
    all_decided(account, started)


# ---- tls-alpn-01 ----


@pytest.mark.parametrize("days", [-400, 400])
def test_the_dates_of_a_challenges_certificate_do_not_matter(tls_account, tls_port, days):
    """RFC 8737 says nothing about them, and clocks of new machines are wrong."""
    name = fresh_name()
    (authorization,) = tls_account.new_order(name).authorizations()
    challenge = challenge_of(authorization, "tls-alpn-01")
    value = f"{challenge['token']}.{tls_account.key.thumbprint}"
    web = AlpnServer(tls_port)
    web.offer(name, certificate([name], value, days=days))
    try:
        assert decided(tls_account, authorization["url"], challenge) == ("valid", {})
    finally:
        web.stop()


def test_a_name_in_capitals_in_the_challenges_certificate_is_the_name(tls_account, tls_port):
    name = fresh_name()
    (authorization,) = tls_account.new_order(name).authorizations()
    challenge = challenge_of(authorization, "tls-alpn-01")
    web = AlpnServer(tls_port)
    web.offer(name, certificate([name.upper()], f"{challenge['token']}.{tls_account.key.thumbprint}"))
    try:
        assert decided(tls_account, authorization["url"], challenge) == ("valid", {})
    finally:
        web.stop()

"""Where validation may go: a stranger decides by DNS and redirects, so it must not be turned against us."""

import http.server
import threading

import pytest

from support.acme import Account, challenge_of, fresh_name
from support.dns import ZONE
from support.process import free_port


@pytest.fixture(scope="module")
def strict(make_server):
    """A server as it comes: no target is allowed beyond the usual."""
    return make_server(CERTWRIGHT_ACME_ALLOW_TARGETS=None).start()


def attempt(server, name, type_="http-01"):
    account = Account(server.directory, str(server.root_file))
    account.register()
    order = account.new_order(name)
    authorization = order.authorizations()[0]
    challenge = challenge_of(authorization, type_)
    account.must(challenge["url"], {})
    done = account.wait(authorization["url"], seconds=40)
    return done["status"], challenge_of(done, type_).get("error", {})


@pytest.mark.parametrize("label", ["loopback", "metadata", "linklocal", "linklocal6", "unroutable"])
def test_validation_never_reaches_what_is_not_the_networks(strict, challenges, label):
    challenges.seen.clear()
    name = fresh_name() if label == "loopback" else f"{label}.{ZONE}"
    status, error = attempt(strict, name)
    assert status == "invalid"
    assert error["type"].endswith(("connection", "unauthorized", "dns")) and error["detail"], error
    assert challenges.seen == [], "it connected all the same"


@pytest.mark.parametrize(
    "address", ["::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fd00:ec2::254", "fec0::1", "ff02::1"]
)
def test_other_notations_of_the_same_are_no_way_around(strict, bind, challenges, address):
    if address == "fd00:ec2::254":
        pass  # the metadata service of a cloud, in a range that is otherwise allowed
    challenges.seen.clear()
    name = fresh_name()
    label = name.removesuffix("." + ZONE)
    bind.update(lambda update: update.replace(label, 0, "AAAA", address))
    status, _ = attempt(strict, name)
    assert status == "invalid" and challenges.seen == []


def test_a_name_with_one_good_and_one_bad_address_is_not_enough(strict, bind, challenges):
    challenges.seen.clear()
    name = fresh_name()
    label = name.removesuffix("." + ZONE)
    bind.update(
        lambda update: (update.add(label, 0, "A", "169.254.169.254"), update.add(label, 0, "A", "127.0.0.1"))
    )
    status, _ = attempt(strict, name)
    assert status == "invalid" and challenges.seen == []


class Elsewhere:
    """A web server that must not be asked."""

    def __init__(self):
        self.seen = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.seen.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"x")

            def log_message(self, *_):
                pass

        self.port = free_port()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def elsewhere():
    server = Elsewhere()
    yield server
    server.server.shutdown()
    server.server.server_close()


def redirected(server, challenges, to):
    account = Account(server.directory, str(server.root_file))
    account.register()
    order = account.new_order(fresh_name())
    authorization = order.authorizations()[0]
    challenge = challenge_of(authorization, "http-01")
    challenges.redirect(challenge["token"], to.format(token=challenge["token"]))
    account.must(challenge["url"], {})
    done = account.wait(authorization["url"], seconds=40)
    return account, done, challenge_of(done, "http-01").get("error", {})


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://metadata.certwright.example/",
        "http://[fe80::1]/",
        "http://0.0.0.0/",
        "ftp://a.certwright.example/x",
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/",
        "javascript:alert(1)",
        "//169.254.169.254/",
        "http://user:password@127.0.0.1/",
        "http://0x7f000001:25/",
        "http://2852039166/",
        "",
    ],
)
def test_a_redirect_is_checked_like_the_first_request(server, challenges, to):
    _, done, error = redirected(server, challenges, to)
    assert done["status"] == "invalid" and error["detail"], done
    assert "root:" not in error["detail"]


def test_a_redirect_does_not_choose_any_port(server, challenges, elsewhere):
    """RFC 8555 and the baseline requirements: ports 80 and 443 only, or a stranger scans our network."""
    _, done, error = redirected(server, challenges, f"http://{fresh_name()}:{elsewhere.port}/x")
    assert done["status"] == "invalid", done
    assert elsewhere.seen == [], "another port was asked"


def test_redirects_end(server, challenges):
    _, done, error = redirected(server, challenges, "/.well-known/acme-challenge/{token}")
    assert done["status"] == "invalid" and "redirect" in error["detail"].lower(), error
    assert len([path for path in challenges.seen if path in challenges.seen[-1]]) < 30


def test_an_endless_answer_is_cut(server, challenges):
    account = Account(server.directory, str(server.root_file))
    account.register()
    order = account.new_order(fresh_name())
    authorization = order.authorizations()[0]
    challenge = challenge_of(authorization, "http-01")
    sent = []

    def flood(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(4000):
                handler.wfile.write(b"x" * 65536)
                sent.append(65536)
        except OSError:
            pass

    challenges.answers["/.well-known/acme-challenge/" + challenge["token"]] = flood
    account.must(challenge["url"], {})
    done = account.wait(authorization["url"], seconds=40)
    assert done["status"] == "invalid"
    assert sum(sent) < 64 * 1024 * 1024, "the whole flood was read"
    assert "xxxxxxxxxx" * 20 not in challenge_of(done, "http-01")["error"]["detail"]


def test_a_silent_server_does_not_hold_the_order(server, challenges):
    import time

    account = Account(server.directory, str(server.root_file))
    account.register()
    order = account.new_order(fresh_name())
    authorization = order.authorizations()[0]
    challenge = challenge_of(authorization, "http-01")
    challenges.answers["/.well-known/acme-challenge/" + challenge["token"]] = lambda handler: time.sleep(60)
    started = time.monotonic()
    account.must(challenge["url"], {})
    assert time.monotonic() - started < 5, "the answer to the challenge waits for the validation"
    done = account.wait(authorization["url"], seconds=50)
    assert done["status"] == "invalid" and time.monotonic() - started < 45


def test_what_another_server_says_is_not_repeated(server, challenges):
    """The answer of a foreign server must not be readable through our error: it may be an internal page."""
    account = Account(server.directory, str(server.root_file))
    account.register()
    order = account.new_order(fresh_name())
    authorization = order.authorizations()[0]
    challenge = challenge_of(authorization, "http-01")
    challenges.answers["/.well-known/acme-challenge/" + challenge["token"]] = (
        b"<script>alert(1)</script>\x00\xff secret-of-an-internal-page " + b"y" * 5000
    )
    account.must(challenge["url"], {})
    done = account.wait(authorization["url"])
    detail = challenge_of(done, "http-01")["error"]["detail"]
    assert len(detail) < 1000 and "y" * 500 not in detail


@pytest.mark.parametrize("name", [f"dangling.{ZONE}", "nowhere.unknown.example"])
def test_names_without_an_address_are_a_matter_of_dns(server, name):
    status, error = attempt(server, name)
    assert status == "invalid" and error["type"].endswith("dns"), error

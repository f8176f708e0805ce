"""An ACME client that can do everything wrong: each part of a request can be replaced."""

import http.server
import json
import threading
import time
import uuid

import requests

from support.dns import ZONE
from support.jose import Key, b64, flattened
from support.pki import csr

JOSE = {"Content-Type": "application/jose+json"}


class Refused(AssertionError):
    def __init__(self, response):
        super().__init__(f"{response.request.url}: {response.status_code} {response.text[:600]}")
        self.response = response


def problem(response, type_, *statuses):
    """Checks that the response is this ACME problem, and returns its document."""
    assert response.status_code in (statuses or range(400, 500)), (
        f"{response.status_code} {response.text[:600]}"
    )
    assert response.headers["Content-Type"].startswith("application/problem+json"), response.headers
    document = response.json()
    expected = type_ if type_.startswith("urn:") else "urn:ietf:params:acme:error:" + type_
    assert document["type"] == expected, document
    assert document.get("detail"), document
    return document


def fresh_name():
    """A name that no other test uses; it resolves to this machine."""
    return f"n{uuid.uuid4().hex[:12]}.{ZONE}"


class Account:
    def __init__(self, directory_url, verify, key=None):
        self.session = requests.Session()
        self.session.verify = verify
        self.session.trust_env = False
        self.directory_url = directory_url
        self.directory = self.session.get(directory_url, timeout=10).json()
        self.key = key or Key()
        self.kid = None
        self.spare_nonce = None

    # ---- Requests ----

    def nonce(self):
        if self.spare_nonce:
            nonce, self.spare_nonce = self.spare_nonce, None
            return nonce
        return self.session.head(self.directory["newNonce"], timeout=10).headers["Replay-Nonce"]

    def protected(self, url, /, **changes):
        head = {"alg": self.key.algorithm, "nonce": self.nonce(), "url": url}
        head |= {"kid": self.kid} if self.kid else {"jwk": self.key.jwk}
        head |= changes
        return {name: value for name, value in head.items() if value is not None}

    def send(self, url, body, headers=JOSE):
        response = self.session.post(
            url, data=body if isinstance(body, str | bytes) else json.dumps(body), headers=headers, timeout=30
        )
        self.spare_nonce = response.headers.get("Replay-Nonce")
        return response

    def post(self, url, payload=None, /, key=None, **changes):
        """One signed request as it should be, but for `changes` to the protected header."""
        return self.send(url, flattened(self.protected(url, **changes), payload, (key or self.key).sign))

    def must(self, url, payload=None, /, **changes):
        response = self.post(url, payload, **changes)
        if response.status_code >= 300:
            raise Refused(response)
        return response

    def wait(self, url, while_=("pending", "processing"), seconds=20):
        """Asks until the object leaves these states; returns it."""
        deadline = time.monotonic() + seconds
        while True:
            body = self.must(url).json()
            if body["status"] not in while_ or time.monotonic() > deadline:
                return body
            time.sleep(0.1)

    # ---- The story of an order ----

    def register(self, **more):
        response = self.must(self.directory["newAccount"], {"termsOfServiceAgreed": True, **more})
        self.kid = response.headers["Location"]
        return response

    def new_order(self, *names, **more):
        identifiers = [name if isinstance(name, dict) else {"type": "dns", "value": name} for name in names]
        response = self.must(self.directory["newOrder"], {"identifiers": identifiers, **more})
        return Order(self, response.headers["Location"], response.json())

    def issue(self, challenges, *names, csr_key=None):
        """The whole story by http-01: the order when it is valid."""
        order = self.new_order(*names)
        order.authorize(challenges)
        return order.finalize(csr(names=names, key=csr_key, pem=False))


class Order:
    def __init__(self, account, url, body):
        self.account = account
        self.url = url
        self.body = body

    def refresh(self):
        self.body = self.account.must(self.url).json()
        return self

    def authorizations(self):
        return [self.account.must(url).json() | {"url": url} for url in self.body["authorizations"]]

    def authorize(self, challenges, type_="http-01"):
        for authorization in self.authorizations():
            if authorization["status"] == "valid":
                continue
            challenge = challenge_of(authorization, type_)
            challenges.offer(challenge["token"], self.account.key.thumbprint)
            self.account.must(challenge["url"], {})
            done = self.account.wait(authorization["url"])
            assert done["status"] == "valid", done
        return self.refresh()

    def finalize(self, csr_der):
        response = self.account.must(self.body["finalize"], {"csr": b64(csr_der)})
        self.body = response.json()
        if self.body["status"] == "processing":
            self.body = self.account.wait(self.url, ("processing",))
        assert self.body["status"] == "valid", self.body
        return self

    def chain(self):
        return self.account.must(self.body["certificate"]).text


def challenge_of(authorization, type_):
    found = [challenge for challenge in authorization["challenges"] if challenge["type"] == type_]
    assert found, authorization
    return found[0]


class ChallengeServer:
    """Answers http-01 on the port that the server under test asks."""

    def __init__(self, port):
        self.answers = {}
        self.seen = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self):
                outer.seen.append(self.path)
                answer = outer.answers.get(self.path)
                if callable(answer):
                    answer(self)
                    return
                self.send_response(200 if answer is not None else 404)
                self.end_headers()
                self.wfile.write(answer or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def offer(self, token, thumbprint):
        self.answers[path_of(token)] = f"{token}.{thumbprint}".encode()

    def redirect(self, token, to):
        def answer(handler):
            handler.send_response(302)
            handler.send_header("Location", to)
            handler.end_headers()

        self.answers[path_of(token)] = answer

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def path_of(token):
    return "/.well-known/acme-challenge/" + token

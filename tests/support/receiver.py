"""An HTTPS server that takes what webhooks send, and behaves as a test wants."""

import hashlib
import hmac
import http.server
import json
import ssl
import threading
import time


class Receiver:
    def __init__(self, files, port):
        self.port = port
        self.seen = []
        self.paths = {}  # path -> status, or a function of the handler
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.seen.append(Delivery(self.path, self.headers, body))
                how = outer.paths.get(self.path, 204)
                if callable(how):
                    how(self)
                    return
                self.send_response(how)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files.certificate, files.key)
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def at(self, path):
        return [each for each in self.seen if each.path == path]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Delivery:
    def __init__(self, path, headers, body):
        self.path = path
        self.headers = headers
        self.body = body
        self.at = time.monotonic()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def id(self):
        return self.headers["X-Certwright-Delivery"]

    @property
    def event(self):
        return self.headers["X-Certwright-Event"]

    def is_signed_with(self, secret):
        """Recomputes both signatures as a receiver does."""
        parts = dict(part.split("=", 1) for part in self.headers["X-Certwright-Signature"].split(","))
        assert parts["t"] == self.headers["X-Certwright-Timestamp"]
        assert abs(int(parts["t"]) - time.time()) < 300
        own = mac(secret, parts["t"].encode() + b"." + self.body)
        return hmac.compare_digest(parts["v1"], own) and hmac.compare_digest(
            self.headers["X-UCM-Signature"], "sha256=" + mac(secret, self.body)
        )


def mac(secret, message):
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()

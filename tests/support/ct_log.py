"""A small log of Certificate Transparency (RFC 6962): checks the chain, and signs what it promises."""

import base64
import datetime
import hashlib
import http.server
import itertools
import json
import ssl
import struct
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

POISON = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.3")


# ---- The octets that a log signs: the TBSCertificate without its poison ----


def element(octets, at=0):
    """The tag, where the content begins, and where the element ends."""
    length = octets[at + 1]
    if length < 0x80:
        return octets[at], at + 2, at + 2 + length
    count = length & 0x7F
    start = at + 2 + count
    return octets[at], start, start + int.from_bytes(octets[at + 2 : start], "big")


def elements(octets):
    at = 0
    while at < len(octets):
        _, _, end = element(octets, at)
        yield octets[at:end]
        at = end


def wrap(tag, content):
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def without_extension(tbs, oid):
    """TBSCertificate with that extension left out."""
    parts = [int(each) for each in oid.dotted_string.split(".")]
    body = bytes([parts[0] * 40 + parts[1]])
    for part in parts[2:]:
        digits = [part & 0x7F]
        while part := part >> 7:
            digits.append(0x80 | part & 0x7F)
        body += bytes(reversed(digits))
    wanted = wrap(6, body)
    _, begin, end = element(tbs)
    fields = []
    found = 0
    for field in elements(tbs[begin:end]):
        if field[0] == 0xA3:
            _, start, _ = element(field)
            _, inner, stop = element(field, start)
            kept = []
            for extension in elements(field[inner:stop]):
                _, content, _ = element(extension)
                if extension[content:].startswith(wanted):
                    found += 1
                else:
                    kept.append(extension)
            field = wrap(0xA3, wrap(0x30, b"".join(kept)))
        fields.append(field)
    assert found == 1, "exactly one such extension"
    return wrap(0x30, b"".join(fields))


def signed_octets(timestamp, issuer, tbs, extensions=b""):
    spki = issuer.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return (
        b"\0\0"
        + struct.pack(">Q", timestamp)
        + b"\0\1"
        + hashlib.sha256(spki).digest()
        + len(tbs).to_bytes(3, "big")
        + tbs
        + len(extensions).to_bytes(2, "big")
        + extensions
    )


class CtLog:
    """`behaves` is called with the handler instead of the log's own answer."""

    def __init__(self, port, files, kind="ec"):
        self.port = port
        self.submitted = []
        self.behaves = None
        self.lies = None  # a function of the answer, for a log that is not honest
        self.key = (
            ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
        )
        spki = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.id = hashlib.sha256(spki).digest()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if outer.behaves:
                    outer.behaves(self)
                    return
                try:
                    assert self.path == "/2026/ct/v1/add-pre-chain", self.path
                    status, answer = 200, outer.promise(json.loads(body)["chain"])
                except Exception as problem:
                    status, answer = 400, {"error": repr(problem)}
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

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
    def description(self):
        pem = self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "name": f"Log {self.port}",
            "url": f"https://127.0.0.1:{self.port}/2026",
            "public_key": pem.decode(),
        }

    def promise(self, chain):
        certificates = [x509.load_der_x509_certificate(base64.b64decode(each)) for each in chain]
        for certificate, issuer in itertools.pairwise(certificates):
            certificate.verify_directly_issued_by(issuer)
        assert certificates[-1].subject == certificates[-1].issuer, "up to a root"
        precertificate, issuer = certificates[0], certificates[1]
        poison = precertificate.extensions.get_extension_for_oid(POISON)
        assert poison.critical, "poison is critical"
        self.submitted.append(precertificate)
        timestamp = int(time.time() * 1000)
        tbs = without_extension(precertificate.tbs_certificate_bytes, POISON)
        answer = {
            "sct_version": 0,
            "id": base64.b64encode(self.id).decode(),
            "timestamp": timestamp,
            "extensions": "",
            "signature": base64.b64encode(self.sign(signed_octets(timestamp, issuer, tbs))).decode(),
        }
        return self.lies(answer) if self.lies else answer

    def sign(self, octets):
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            kind, signature = 3, self.key.sign(octets, ec.ECDSA(hashes.SHA256()))
        else:
            kind, signature = 1, self.key.sign(octets, padding.PKCS1v15(), hashes.SHA256())
        return bytes([4, kind]) + len(signature).to_bytes(2, "big") + signature

    def check(self, sct, certificate, issuer):
        """Verifies a promise in a certificate as a browser does."""
        octets = signed_octets(
            milliseconds(sct.timestamp), issuer, certificate.tbs_precertificate_bytes, sct.extension_bytes
        )
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            self.key.public_key().verify(sct.signature, octets, ec.ECDSA(hashes.SHA256()))
        else:
            self.key.public_key().verify(sct.signature, octets, padding.PKCS1v15(), hashes.SHA256())

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def milliseconds(moment):
    """Of a time in UTC without a zone, exactly."""
    delta = moment - datetime.datetime(1970, 1, 1)
    return delta.days * 86_400_000 + delta.seconds * 1000 + delta.microseconds // 1000

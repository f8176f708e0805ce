"""A client's side of tls-alpn-01 (RFC 8737): answers handshakes for acme-tls/1 with the certificate of a challenge."""

import datetime
import hashlib
import ipaddress
import socket
import ssl
import tempfile
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID, ObjectIdentifier

from support import pki

ACME_IDENTIFIER = ObjectIdentifier("1.3.6.1.5.5.7.1.31")


def certificate(names, key_authorization, critical=True, extension=True, issuer=None, days=0):
    """The certificate, with a fault when a test wants one; certificate and key in PEM."""
    key = pki.private_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "challenge")])
    general = [
        x509.IPAddress(ipaddress.ip_address(name)) if name.replace(".", "").isdigit() or ":" in name else x509.DNSName(name)
        for name in names
    ]  # fmt: skip
    now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(general), critical=False)
    )
    if extension:
        value = b"\x04\x20" + hashlib.sha256(key_authorization.encode()).digest()
        builder = builder.add_extension(x509.UnrecognizedExtension(ACME_IDENTIFIER, value), critical=critical)
    signed = builder.sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


class AlpnServer:
    """Listens where the server under test looks for tls-alpn-01."""

    def __init__(self, port, host="127.0.0.1"):
        self.port = port
        self.protocols = ["acme-tls/1"]
        self.contexts = {}
        self.server_names = []
        self.socket = socket.create_server((host, port))
        threading.Thread(target=self.serve, daemon=True).start()

    def offer(self, server_name, pem):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(self.protocols)
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(pem)
            file.flush()
            context.load_cert_chain(file.name)
        self.contexts[server_name] = context

    def serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(peer,), daemon=True).start()

    def answer(self, peer):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(self.protocols)

        def choose(tls, server_name, _):
            self.server_names.append(server_name)
            chosen = self.contexts.get(server_name)
            if chosen is None:
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            tls.context = chosen

        context.sni_callback = choose
        peer.settimeout(10)
        try:
            with context.wrap_socket(peer, server_side=True) as tls:
                tls.recv(1)
        except OSError:
            pass

    def stop(self):
        # A socket that a thread accepts from goes on listening when it is merely closed.
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

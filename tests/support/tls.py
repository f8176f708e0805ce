"""A TLS server's files, by an authority of the tests' own."""

import ipaddress

from cryptography import x509

from support import pki
from support.foreign import Authority, key_pem


class ServerFiles:
    def __init__(self, folder, address="127.0.0.1"):
        root = Authority("Another root")
        key = pki.private_key()
        leaf = root.leaf(address, key, [x509.IPAddress(ipaddress.ip_address(address))])
        self.root_pem = pki.pem(root.certificate)
        self.root = folder / "another-root.pem"
        self.certificate = folder / "server.pem"
        self.key = folder / "server.key"
        self.root.write_text(self.root_pem)
        self.certificate.write_text(pki.pem(leaf))
        self.key.write_text(key_pem(key))

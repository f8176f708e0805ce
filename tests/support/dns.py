"""A real BIND: authoritative for the root and for one zone that takes updates with a TSIG key."""

import base64
import os
import pathlib

import dns.query
import dns.rcode
import dns.tsigkeyring
import dns.update

from support.process import Process, answers, free_port, wait_for

ZONE = "certwright.example"
KEY_NAME = "acme-update"

CONFIGURATION = """
options {{
  directory "{folder}";
  pid-file none;
  session-keyfile "{folder}/session.key";
  listen-on port {port} {{ 127.0.0.1; }};
  listen-on-v6 {{ none; }};
  recursion no;
  dnssec-validation no;
  notify no;
}};
controls {{ }};
key "{key_name}" {{ algorithm hmac-sha256; secret "{secret}"; }};
zone "." {{ type primary; file "{folder}/root.zone"; }};
zone "{zone}" {{
  type primary;
  file "{folder}/test.zone";
  update-policy {{ grant {key_name} zonesub ANY; }};
}};
"""

# Answers must not live in any cache: tests change names and look again.
HEADER = """$TTL 0
@ SOA ns.{zone}. hostmaster.{zone}. 1 3600 600 86400 0
@ NS ns.{zone}.
"""

# Without the address of its own name server the root zone is not loaded, and every other name is SERVFAIL.
DELEGATION = """{zone}. NS ns.{zone}.
ns.{zone}. A 127.0.0.1
"""

NAMES = """ns A 127.0.0.1
* A 127.0.0.1
metadata A 169.254.169.254
linklocal A 169.254.7.7
linklocal6 AAAA fe80::1
unroutable A 0.0.0.0
dangling CNAME nowhere.elsewhere.example.
delegated CNAME really.{zone}.
"""


class Bind:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.secret = base64.b64encode(os.urandom(32)).decode()
        self.process = None

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "root.zone").write_text((HEADER + DELEGATION).format(zone=ZONE))
        (self.folder / "test.zone").write_text(HEADER.format(zone=ZONE) + NAMES.format(zone=ZONE))
        configuration = self.folder / "named.conf"
        configuration.write_text(
            CONFIGURATION.format(
                folder=self.folder, port=self.port, key_name=KEY_NAME, secret=self.secret, zone=ZONE
            )
        )
        self.process = Process(
            ["/usr/sbin/named", "-f", "-g", "-n", "1", "-c", configuration], self.folder / "named.log"
        )
        wait_for(lambda: answers(self.port), 15, says=f"BIND's port ({self.folder}/named.log)")
        return self

    def stop(self):
        if self.process:
            self.process.stop()

    def update(self, change):
        """Sends one RFC 2136 update; `change` is given the update to fill."""
        keys = dns.tsigkeyring.from_text({KEY_NAME: self.secret})
        update = dns.update.UpdateMessage(ZONE, keyring=keys, keyalgorithm="hmac-sha256")
        change(update)
        answer = dns.query.tcp(update, "127.0.0.1", port=self.port, timeout=5)
        assert answer.rcode() == dns.rcode.NOERROR, answer

    def set_txt(self, name, *values):
        self.update(lambda update: update.replace(name.removesuffix("." + ZONE), 0, "TXT", *values))

    def remove(self, name):
        self.update(lambda update: update.delete(name.removesuffix("." + ZONE)))

"""Pebble as a peer: an ACME server that keeps everything in memory."""

import json

from support.process import Process, answers, free_port, run, wait_for
from support.server import environment


class Pebble:
    def __init__(self, folder, http01_port, dns_port):
        self.folder = folder
        self.http01_port = http01_port
        self.dns_port = dns_port
        self.port = free_port()

    def __enter__(self):
        self.folder.mkdir()
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", "/CN=localhost", "-out", certificate, "-keyout", key)  # fmt: skip
        configuration = self.folder / "pebble.json"
        settings = {
            "listenAddress": f"127.0.0.1:{self.port}",
            "managementListenAddress": f"127.0.0.1:{free_port()}",
            "certificate": str(certificate),
            "privateKey": str(key),
            "httpPort": self.http01_port,
            "tlsPort": free_port(),
            "ocspResponderURL": "",
            "externalAccountBindingRequired": False,
        }
        configuration.write_text(json.dumps({"pebble": settings}))
        # With more than one processor it deadlocks; without the other two it sleeps between
        # validations and refuses nonces on purpose.
        env = environment(GOMAXPROCS=1, PEBBLE_VA_NOSLEEP=1, PEBBLE_WFE_NONCEREJECT=0)
        self.process = Process(
            ["pebble", "-config", configuration, "-dnsserver", f"127.0.0.1:{self.dns_port}"],
            self.folder / "pebble.log",
            env=env,
        )
        wait_for(lambda: answers(self.port), says=f"Pebble's port ({self.folder}/pebble.log)")
        return self

    def __exit__(self, *_):
        self.process.stop()

    @property
    def pid(self):
        return self.process.pid

    @property
    def directory(self):
        return f"https://localhost:{self.port}/dir"

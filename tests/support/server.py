"""The release server, started on a data directory of its own."""

import os
import pathlib
import re
import tempfile

import requests

from support.process import Process, free_port, wait_for
from support.rest import Client

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = pathlib.Path(os.environ.get("CERTWRIGHT_TEST_BINARY", ROOT / "build/release/bin/certwright"))
ADMIN_PASSWORD = "correct horse battery 9"

# The tests send from one address what a fleet would send from many.
NO_RATE_LIMITS = {f"CERTWRIGHT_LIMITS_{name}": "0" for name in ("STANDARD", "STRICT", "SIGN_IN", "PROTOCOL")}


def environment(**more):
    """The tests' environment, without what would change the server."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("CERTWRIGHT_") and k != "DATABASE_URL"}
    return {**plain, **{k: str(v) for k, v in more.items() if v is not None}}


class Server:
    """`certwright serve`. Can be stopped, killed and started again on the same data."""

    def __init__(
        self, data, database=None, options=(), admin_password=ADMIN_PASSWORD, listen="127.0.0.1", **env
    ):
        self.data = pathlib.Path(data)
        self.listen = listen
        self.https_port = free_port()
        self.http_port = free_port()
        self.database = database
        self.options = list(options)
        self.env = {**NO_RATE_LIMITS, "CERTWRIGHT_ADMIN_PASSWORD": admin_password, **env}
        self.log = self.data.with_name(self.data.name + ".log")
        self.process = None
        self._root = None

    # ---- Life ----

    def command(self):
        command = [BINARY, "serve", "--data", self.data, "--listen", self.listen]
        command += ["--https-port", self.https_port, "--http-port", self.http_port]
        if self.database:
            command += ["--database", self.database]
        return [str(part) for part in command + self.options]

    def spawn(self):
        """Starts it without waiting."""
        self.process = Process(self.command(), self.log, env=environment(**self.env))
        return self

    def start(self, seconds=20):
        before = self.log.stat().st_size if self.log.exists() else 0
        self.spawn()

        def ready():
            if not self.process.running():
                raise AssertionError(f"the server ended while starting:\n{self.output}")
            return re.search(r"^ready https://\S+ http://\S+", self.output[before:], re.MULTILINE)

        wait_for(ready, seconds, says=f"`ready` of the server ({self.log})")
        return self

    def stop(self, seconds=10):
        return self.process.stop(seconds) if self.process else None

    def kill(self):
        self.process.kill()

    @property
    def output(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    @property
    def pid(self):
        return self.process.pid

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process:
            self.process.stop()

    @property
    def sqlite_file(self):
        return self.data / "certwright.db"

    # ---- Addresses ----

    @property
    def url(self):
        return f"https://localhost:{self.https_port}"

    @property
    def http_url(self):
        return f"http://localhost:{self.http_port}"

    @property
    def directory(self):
        return f"{self.url}/acme/directory"

    def here(self, url):
        """The same address on this server's plain port: certificates name the host as others see it."""
        return self.http_url + "/" + url.split("/", 3)[3]

    # ---- Callers ----

    @property
    def root_file(self):
        """The certificate of the root, for clients that take a file of trust anchors."""
        if self._root is None:
            admin = Client(self.url, verify=False)
            admin.sign_in("admin", self.env["CERTWRIGHT_ADMIN_PASSWORD"])
            roots = [ca for ca in admin.get("/cas").data if ca["is_root"]]
            pem = requests.get(f"{self.http_url}/ca/{roots[0]['refid']}.pem", timeout=10)
            assert pem.status_code == 200, pem.text
            file = self.data.with_name(self.data.name + ".root.pem")
            file.write_text(pem.text)
            self._root = file
        return self._root

    def client(self):
        """A caller without credentials that trusts our root and nothing else."""
        return Client(self.url, verify=str(self.root_file))

    def admin(self):
        return self.client().sign_in("admin", self.env["CERTWRIGHT_ADMIN_PASSWORD"])


def new_data_directory(name="data"):
    """A path for a data directory that does not exist yet, in a folder of its own."""
    return pathlib.Path(tempfile.mkdtemp(prefix="certwright-")) / name

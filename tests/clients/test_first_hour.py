"""The main job by hand, from a new data directory: the lines that the server prints at its first start are pasted,
certbot's certificate is served by nginx, OpenSSL trusts it by the downloaded root, the console shows it, it is revoked
there, and OpenSSL says so. Nothing here knows more than a person in front of a terminal."""

import re
import time

import pytest

from support import pki
from support.island import Island
from support.process import free_port, wait_for
from support.rest import Client
from support.server import new_data_directory

PASSWORD = "a long phrase for tests 7"
NGINX = """daemon off;
master_process off;
user root;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:443 ssl;
    server_name {name};
    ssl_certificate {live}/fullchain.pem;
    ssl_certificate_key {live}/privkey.pem;
    location / {{ return 200 "It is served."; }}
  }}
}}
"""


@pytest.fixture(scope="module")
def http01_port():
    return free_port()


@pytest.fixture(scope="module")
def fresh(make_server, http01_port):
    """A server that nobody has set up yet."""
    return make_server(
        new_data_directory("first"), admin_password=None, options=["--welcome"], CERTWRIGHT_PUBLIC_HOST="localhost",
        CERTWRIGHT_ACME_HTTP01_PORT=http01_port,
    ).start()  # fmt: skip


@pytest.fixture(scope="module")
def welcome(fresh):
    """What it printed, by paragraph title."""

    def part(begin):
        found = re.search(re.escape(begin) + r"[^\n]*\n(.*?)\n\n", fresh.output, re.DOTALL)
        assert found, fresh.output
        return found.group(1)

    facts = dict(
        re.findall(
            r"^  (Console|ACME directory|Root, SHA-256|Set up \(once\)) +(\S+)$", fresh.output, re.MULTILINE
        )
    )
    certbot, lego = part("Get a first certificate").split("    LEGO_", 1)
    return {
        **facts,
        "root": part("Get the root certificate"),
        "certbot": certbot,
        "lego": "    LEGO_" + lego,
        "api": part("Ask the API"),
    }


@pytest.fixture(scope="module")
def console(fresh, welcome):
    """The first administrator, by the one-time link."""
    token = welcome["Set up (once)"].split("#token=")[1]
    client = Client(welcome["Console"].rstrip("/"), verify=False)
    done = client.post("/setup", {"token": token, "admin": {"username": "ada", "password": PASSWORD}})
    assert done.ok, done
    return client.sign_in("ada", PASSWORD)


@pytest.fixture
def island(fresh, http01_port, tmp_path):
    island = Island(tmp_path, out=[fresh.https_port, fresh.http_port], into={http01_port: 80}, mounts={})
    for there in ("/etc/letsencrypt", "/var/lib/letsencrypt", "/var/log/letsencrypt"):
        island.run(f"if [ -d {there} ]; then mkdir -p .{there} && mount --bind .{there} {there}; fi")
    yield island
    island.stop()


def test_the_main_job(welcome, console, island, name):
    # The root, compared by its fingerprint.
    said = island.run(welcome["root"]).stdout
    assert said.strip().split("=")[1] == welcome["Root, SHA-256"]
    assert '"status"' in island.run(welcome["api"]).stdout

    # The first certificate, and the console has it within a second.
    island.run(welcome["certbot"].replace("host.example.com", name))
    asked = time.monotonic()
    (row,) = console.get("/certificates", search=name).data
    assert time.monotonic() - asked < 1 and row["common_name"] == name and not row["revoked"]

    # nginx serves it.
    live = island.folder / "etc/letsencrypt/live" / name
    (island.folder / "nginx.conf").write_text(NGINX.format(folder=island.folder, name=name, live=live))
    nginx = island.start("/usr/sbin/nginx", "-c", island.folder / "nginx.conf")
    look = (
        f"openssl s_client -connect 127.0.0.1:443 -servername {name} -CAfile certwright-root.pem "
        f"-verify_hostname {name} -verify_return_error </dev/null"
    )
    wait_for(lambda: "CONNECTED" in island.run(look, check=False).output, 10, says=f"nginx ({nginx.log})")
    assert "Verify return code: 0 (ok)" in island.run(look).output

    # It is good until it is revoked in the console, and revoked at once then.
    status = (
        f"openssl ocsp -issuer {live}/chain.pem -cert {live}/cert.pem -CAfile certwright-root.pem "
        f"-url $(openssl x509 -in {live}/cert.pem -noout -ocsp_uri)"
    )
    told = island.run(status).output
    assert "Response verify OK" in told and "cert.pem: good" in told, told
    assert console.post(f"/certificates/{row['id']}/revoke", {"reason": "keyCompromise"}).ok
    told = island.run(status).output
    assert "Response verify OK" in told and "cert.pem: revoked" in told and "keyCompromise" in told, told


def test_the_lines_for_lego(welcome, console, island, name):
    island.run(welcome["root"])
    island.run(welcome["lego"].replace("host.example.com", name))
    chain = (island.folder / ".lego/certificates" / f"{name}.crt").read_text()
    assert pki.dns_names(pki.load_chain(chain)[0]) == {name}
    assert len(console.get("/certificates", search=name).data) == 1

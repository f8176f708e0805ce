"""The main job: certbot's certificate in nginx, trusted by OpenSSL, curl, GnuTLS and a browser, and revoked."""

import shutil

import pytest
import requests

from support import pki
from support.process import Process, answers, free_port, run, wait_for

NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:{port} ssl;
    server_name {name};
    ssl_certificate {live}/fullchain.pem;
    ssl_certificate_key {live}/privkey.pem;
    ssl_stapling on;
    location / {{ default_type text/html; return 200 "<!doctype html><title>served</title><p>It is served.</p>"; }}
  }}
}}
"""


@pytest.fixture
def site(place, name):
    """nginx with a certificate that certbot got."""
    place.run(
        "certbot", "certonly", "--non-interactive", "--agree-tos", "--register-unsafely-without-email", "--server", place.directory,
        "--standalone", "--http-01-port", place.challenge_port, "--http-01-address", "127.0.0.1", "-d", name,
        *[f"--{kind}-dir={place.folder / kind}" for kind in ("config", "work", "logs")],
    )  # fmt: skip
    live = place.folder / "config/live" / name
    port = free_port()
    configuration = place.folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=place.folder, port=port, name=name, live=live))
    # Its workers run as somebody else, who must get at the temporary folder.
    nginx = Process(
        ["/usr/sbin/nginx", "-c", configuration, "-g", "user root;" if is_root() else ""],
        place.folder / "nginx.log",
    )
    wait_for(lambda: answers(port), 10, says=f"nginx ({nginx.log})")
    yield {"port": port, "live": live, "name": name}
    nginx.stop()


def is_root():
    import os

    return os.geteuid() == 0


def test_openssl_trusts_it(site, server):
    done = run(
        "openssl", "s_client", "-connect", f"127.0.0.1:{site['port']}", "-servername", site["name"], "-CAfile", server.root_file,
        "-verify_return_error", "-verify_hostname", site["name"], stdin="",
    )  # fmt: skip
    assert "Verify return code: 0 (ok)" in done.output


def test_curl_and_gnutls_trust_it(site, server):
    done = run(
        "curl",
        "-sS",
        "--cacert",
        server.root_file,
        "--resolve",
        f"{site['name']}:{site['port']}:127.0.0.1",
        f"https://{site['name']}:{site['port']}/",
    )
    assert "It is served." in done.stdout
    done = run(
        "gnutls-cli",
        "--x509cafile",
        server.root_file,
        "--sni-hostname",
        site["name"],
        "--verify-hostname",
        site["name"],
        "--port",
        site["port"],
        "127.0.0.1",
        stdin="",
    )
    assert "The certificate is trusted" in done.output


def test_a_browser_trusts_it(site, server, tmp_path):
    home = tmp_path / "home"
    database = home / ".pki/nssdb"
    database.mkdir(parents=True)
    run("certutil", "-N", "-d", f"sql:{database}", "--empty-password")

    def browse():
        return run(
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path / 'profile'}",
            f"--host-resolver-rules=MAP {site['name']} 127.0.0.1", "--virtual-time-budget=4000", "--dump-dom",
            f"https://{site['name']}:{site['port']}/", env={"HOME": str(home)}, check=False, timeout=60,
        )  # fmt: skip

    # Without the root it is refused: the test can tell.
    assert "It is served." not in browse().stdout
    shutil.rmtree(tmp_path / "profile", ignore_errors=True)
    run("certutil", "-A", "-d", f"sql:{database}", "-n", "root", "-t", "C,,", "-i", server.root_file)
    done = browse()
    assert "It is served." in done.stdout, done.output[-2000:]


def test_revoking_in_the_console_is_seen_from_outside(site, server, admin):
    chain = pki.load_chain((site["live"] / "fullchain.pem").read_text())
    files = pki.Files(
        site["live"].parent,
        (site["live"] / "cert.pem").read_text(),
        [(site["live"] / "chain.pem").read_text()],
        server.root_file.read_text(),
    )
    url = server.here(pki.ocsp_url(chain[0]))
    assert ": good" in pki.openssl_ocsp(files, url).output
    listed = admin.get("/certificates", search=site["name"]).data
    assert len(listed) == 1
    assert admin.post(f"/certificates/{listed[0]['id']}/revoke", {"reason": "keyCompromise"}).ok
    told = pki.openssl_ocsp(files, url)
    assert "Response verify OK" in told.output and ": revoked" in told.output
    crl = requests.get(server.here(pki.crl_url(chain[0])), timeout=10).content
    der, pem = site["live"].parent / "ca.crl", site["live"].parent / "ca.pem"
    der.write_bytes(crl)
    run("openssl", "crl", "-inform", "DER", "-in", der, "-out", pem)
    assert (
        "certificate revoked" in pki.openssl_verify(files, "-crl_check", "-CRLfile", pem, check=False).output
    )


def test_the_servers_own_certificate_is_of_the_root(server):
    done = run(
        "openssl",
        "s_client",
        "-connect",
        f"127.0.0.1:{server.https_port}",
        "-CAfile",
        server.root_file,
        "-verify_return_error",
        "-verify_ip",
        "127.0.0.1",
        stdin="",
        check=False,
    )
    assert "Verify return code: 0 (ok)" in done.output, done.output[-1500:]

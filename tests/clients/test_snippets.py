"""Each line that the console prints for a client is run as it is printed, on an island of its own."""

import json
import pathlib
import re
import shutil

import pytest

from support.island import Island
from support.matrix import cell
from support.process import run, wait_for
from support.server import ROOT

SNIPPETS = ROOT / "web/src/pages/enrolment/snippets.ts"

# No packages of Debian 12: acme.sh, Traefik, cert-manager, win-acme, nginx's own ACME module; its HAProxy is 2.6.
NOT_HERE = {"acmesh", "traefik", "nginx", "haproxy", "certmanager", "winacme"}
PRINT = """
const {clients, snippet, fetchRoot, curlSnippet} = require("./snippets.cjs");
const place = JSON.parse(process.argv[1]);
const texts = Object.fromEntries(clients.map((client) => [client, snippet(client, place)]));
console.log(JSON.stringify({...texts, root: fetchRoot(place), curl: curlSnippet(place)}));
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("snippets")
    esbuild = ROOT / "web/node_modules/.bin/esbuild"
    run(esbuild, SNIPPETS, "--format=cjs", f"--outfile={folder / 'snippets.cjs'}")
    return folder


@pytest.fixture(params=["open", "with a credential"])
def way(request):
    return request.param


@pytest.fixture
def printed(server, root_ca, compiled):
    """What the console prints for a host, by its own code."""

    def printed(host, credential=None, directory=None):
        place = {
            "origin": server.url, "directory": directory or server.directory, "rootRefid": root_ca["refid"], "host": host,
        }  # fmt: skip
        if credential:
            place["eab"] = {"kid": credential["kid"], "hmac": credential["hmac_key"]}
        return json.loads(run("node", "-e", PRINT, json.dumps(place), cwd=compiled).stdout)

    return printed


@pytest.fixture
def texts(way, printed, name, closed, credential):
    return printed(name) if way == "open" else printed(name, credential, closed)


@pytest.fixture
def island(server, challenge_port, alpn_port, tmp_path):
    island = Island(
        tmp_path,
        out=[server.https_port, server.http_port],
        into={challenge_port: 80, alpn_port: 443},
        mounts={},
    )
    yield island
    island.stop()


def web_server(island):
    """What the hosts of clients that only write files have anyway."""
    html = island.folder / "html"
    (html / ".well-known/acme-challenge").mkdir(parents=True)
    island.start("python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", html, "80")
    wait_for(
        lambda: island.run("curl -s http://127.0.0.1/", check=False).returncode == 0,
        10,
        says="the web server",
    )
    return html


def mount(island, there, name):
    here = island.folder / name
    here.mkdir(exist_ok=True)
    island.run(f'mount --bind "{here}" "{there}"')
    return here


def test_the_root_is_fetched_and_its_fingerprint_shown(island, printed, server):
    done = island.run(printed("www.example.internal")["root"])
    fingerprint = run("openssl", "x509", "-in", server.root_file, "-noout", "-sha256", "-fingerprint").stdout
    assert fingerprint.strip() in done.stdout
    assert (island.folder / "certwright-root.pem").read_text() == server.root_file.read_text()


def test_certbot(island, texts, check, name):
    for there in ("etc", "var/lib", "var/log"):
        if pathlib.Path(f"/{there}/letsencrypt").exists():
            mount(island, f"/{there}/letsencrypt", there.replace("/", "-"))
    island.run(texts["root"] + "\n" + texts["certbot"])
    check.certificate(island.folder / "etc/live" / name / "fullchain.pem", name)


def test_lego(island, texts, check, name):
    island.run(texts["root"] + "\n" + texts["lego"])
    check.certificate(island.folder / ".lego/certificates" / f"{name}.crt", name)


def test_uacme(island, texts, check, name):
    html = web_server(island)
    mount(island, "/usr/local/share/ca-certificates", "trusted")
    shutil.copytree("/etc/ssl", island.folder / "ssl", symlinks=True, ignore=lambda *_: ["private", "java"])
    mount(island, "/etc/ssl", "ssl")
    mount(island, "/etc/ca-certificates/update.d", "hooks")
    (island.folder / "www/html").mkdir(parents=True)
    mount(island, "/var/www", "www")
    island.run(f'mount --bind "{html}" /var/www/html')
    island.run(texts["root"] + "\n" + texts["uacme"])
    check.certificate(island.folder / "ssl/uacme" / name / "cert.pem", name)


@cell("dehydrated", "EAB")
def test_dehydrated(island, texts, check, name):
    html = web_server(island)
    mount(island, "/var/lib/dehydrated", "dehydrated")
    (island.folder / "dehydrated/acme-challenges").mkdir()
    challenges = html / ".well-known/acme-challenge"
    island.run(f'mount --bind "{challenges}" /var/lib/dehydrated/acme-challenges')
    island.run(texts["root"] + "\n" + texts["dehydrated"], timeout=120)
    check.certificate(next(island.folder.glob(f"**/certs/{name}/fullchain.pem")), name)


def test_caddy(island, texts, check, name):
    configuration = mount(island, "/etc/caddy", "caddy")
    island.run(texts["root"] + "\ncp certwright-root.pem /etc/caddy/")
    (configuration / "Caddyfile").write_text(texts["caddy"] + "\n")
    caddy = island.start("caddy", "run", "--config", "/etc/caddy/Caddyfile")
    files = island.folder / ".local/share/caddy/certificates"
    wait_for(lambda: list(files.glob(f"*/{name}/{name}.crt")), 40, says=f"a certificate ({caddy.log})")
    check.certificate(next(files.glob(f"*/{name}/{name}.crt")), name)
    said = island.run(
        f"curl -sS --retry 5 --retry-all-errors --cacert certwright-root.pem --resolve {name}:443:127.0.0.1 https://{name}/"
    )
    assert said.stdout == "Hello"


APACHE = """ServerRoot /etc/apache2
ServerName localhost
PidFile apache.pid
DefaultRuntimeDir .
Mutex file:. default
ErrorLog error.log
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so
LoadModule md_module /usr/lib/apache2/modules/mod_md.so
Listen 80
Listen 443
MDStoreLocks off
Include snippet.conf
"""


def test_apache(island, texts, check, name):
    configuration = mount(island, "/etc/apache2", "apache")
    island.run(
        texts["root"]
        + "\ncp certwright-root.pem /etc/apache2/\nsysctl -qw net.ipv4.ip_unprivileged_port_start=0"
    )
    (configuration / "httpd.conf").write_text(APACHE)
    (configuration / "snippet.conf").write_text(texts["apache"] + "\n")
    # Nobody is root here, so that it need not hand over to a user who may not enter the tests' folders.
    apache = island.start(
        "unshare", "--user", "--map-user=1000", "--map-group=1000", "/usr/sbin/apache2", "-DFOREGROUND",
        "-f", "/etc/apache2/httpd.conf",
    )  # fmt: skip
    got = configuration / "md/staging" / name
    wait_for(
        lambda: list(got.glob("pubcert*.pem")),
        40,
        says=f"a certificate ({apache.log}, {configuration}/error.log)",
    )
    check.certificate(next(got.glob("pubcert*.pem")), name)


def test_curl_with_an_api_key(island, printed, admin, name):
    made = admin.post("/account/apikeys", {"name": "a snippet", "permissions": ["write:certificates"]})
    assert made.status == 201, made
    texts = printed(name)
    done = island.run(texts["root"] + "\n" + texts["curl"], env={"CERTWRIGHT_API_KEY": made.data["key"]})
    answer = json.loads(done.stdout[done.stdout.index("{") :])
    assert answer["data"]["common_name"] == name, answer


def test_every_client_of_the_console_is_tested_here():
    texts = SNIPPETS.read_text()
    listed = set(re.findall(r'"(\w+)"', texts.split("export const clients = [")[1].split("]")[0]))
    tested = {each.removeprefix("test_") for each in globals() if each.startswith("test_")}
    assert listed - NOT_HERE <= tested

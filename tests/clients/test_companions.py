"""What clients do beyond the usual: external account binding, tls-alpn-01, addresses, profiles."""

import ipaddress

import pytest
from cryptography import x509

from support import pki
from support.acme import fresh_name
from support.process import free_port


@pytest.fixture(scope="module")
def alpn_port():
    return free_port()


@pytest.fixture(scope="module")
def companion(make_server, alpn_port):
    return make_server(CERTWRIGHT_ACME_TLSALPN01_PORT=alpn_port).start()


@pytest.fixture(scope="module")
def companion_admin(companion):
    return companion.admin()


@pytest.fixture
def closed(companion_admin):
    """The directory of a service for those alone who have a credential."""
    name = "s" + fresh_name().split(".")[0]
    made = companion_admin.post("/acme/services", {"name": name, "eab_required": True})
    assert made.status == 201, made
    return made.data["directory_url"]


@pytest.fixture
def credential(companion_admin):
    made = companion_admin.post("/acme/eab-credentials", {"description": "a client"})
    assert made.status == 201, made
    return made.data


@pytest.fixture(scope="module")
def server(companion):
    return companion


@pytest.fixture
def place(place, closed):
    place.directory = closed
    return place


@pytest.fixture
def issued(companion_admin):
    """Checks that the server knows what a client got, and that it is for these names."""

    def issued(file, *names):
        leaf = pki.load_chain(file.read_text())[0]
        found = companion_admin.get("/certificates", search=format(leaf.serial_number, "x")).data
        assert len(found) == 1 and found[0]["source"] == "acme", found
        if names:
            assert pki.dns_names(leaf) == set(names)
        return leaf

    return issued


def used(companion_admin, credential):
    return companion_admin.get(f"/acme/eab-credentials/{credential['id']}").data["used"]


class TestExternalAccounts:
    def test_certbot(self, place, credential, issued, name, companion_admin):
        folders = [f"--{kind}-dir={place.folder / kind}" for kind in ("config", "work", "logs")]
        base = [
            "certbot", "certonly", "--server", place.directory, "--non-interactive", *folders, "--agree-tos",
            "--register-unsafely-without-email", "--standalone", "--http-01-port", place.challenge_port,
            "--http-01-address", "127.0.0.1", "-d", name,
        ]  # fmt: skip
        refused = place.run(*base, check=False)
        assert refused.returncode != 0 and "eab" in refused.output.lower(), refused.output
        place.run(*base, "--eab-kid", credential["kid"], "--eab-hmac-key", credential["hmac_key"])
        issued(place.folder / "config/live" / name / "fullchain.pem", name)
        assert used(companion_admin, credential) == 1

    def test_lego(self, place, credential, issued, name, companion_admin):
        place.run(
            "lego", "--path", place.folder / "lego", "--server", place.directory, "--accept-tos", "--email",
            "admin@certwright.example", "--eab", "--kid", credential["kid"], "--hmac", credential["hmac_key"],
            "--http", "--http.port", f"127.0.0.1:{place.challenge_port}", "--domains", name, "run",
        )  # fmt: skip
        issued(place.folder / "lego/certificates" / f"{name}.crt", name)
        assert used(companion_admin, credential) == 1

    def test_dehydrated(self, place, credential, issued, name, companion_admin, webroot):
        config = place.folder / "config"
        config.write_text(
            f'CA="{place.directory}"\nBASEDIR="{place.folder}"\nWELLKNOWN="{webroot}"\nCHALLENGETYPE="http-01"\n'
            f'CONTACT_EMAIL="admin@certwright.example"\nKEY_ALGO=prime256v1\nACCOUNT_KEYSIZE=2048\n'
            f'EAB_KID="{credential["kid"]}"\nEAB_HMAC_KEY="{credential["hmac_key"]}"\n'
        )
        place.run("dehydrated", "--config", config, "--register", "--accept-terms", timeout=120)
        place.run("dehydrated", "--config", config, "--cron", "--domain", name, timeout=120)
        issued(place.folder / "certs" / name / "fullchain.pem", name)
        assert used(companion_admin, credential) == 1

    def test_uacme(self, place, credential, issued, name, companion_admin, webroot):
        program = 'mount --bind "$1" /etc/ssl/certs/ca-certificates.crt && shift && exec uacme "$@"'

        def uacme(*arguments):
            return place.run(
                "unshare", "--map-root-user", "--mount", "sh", "-c", program, "sh", place.root_file,
                "--yes", "--no-ocsp", "--confdir", place.folder / "uacme", "--acme-url", place.directory,
                "--hook", "/usr/share/uacme/uacme.sh", *arguments, env={"UACME_CHALLENGE_PATH": str(webroot)},
            )  # fmt: skip

        uacme("--eab", f"{credential['kid']}:{credential['hmac_key']}", "new", "admin@certwright.example")
        uacme("--type", "EC", "issue", name)
        issued(place.folder / "uacme" / name / "cert.pem", name)
        assert used(companion_admin, credential) == 1


class TestLegoAtTheDefaultService:
    @pytest.fixture
    def lego(self, companion, place):
        def lego(*arguments):
            return place.run(
                "lego", "--path", place.folder / "lego", "--server", companion.directory, "--accept-tos",
                "--email", "admin@certwright.example", *arguments,
            )  # fmt: skip

        return lego

    def test_tls_alpn_01(self, place, lego, alpn_port, issued, name):
        lego("--tls", "--tls.port", f"127.0.0.1:{alpn_port}", "--domains", name, "run")
        issued(place.folder / "lego/certificates" / f"{name}.crt", name)


def test_uacme_gets_an_address(place, companion, issued, webroot):
    program = 'mount --bind "$1" /etc/ssl/certs/ca-certificates.crt && shift && exec uacme "$@"'

    def uacme(*arguments):
        return place.run(
            "unshare", "--map-root-user", "--mount", "sh", "-c", program, "sh", place.root_file,
            "--yes", "--no-ocsp", "--confdir", place.folder / "uacme", "--acme-url", companion.directory,
            "--hook", "/usr/share/uacme/uacme.sh", *arguments, env={"UACME_CHALLENGE_PATH": str(webroot)},
        )  # fmt: skip

    uacme("new", "admin@certwright.example")
    uacme("--type", "EC", "issue", "127.0.0.1")
    leaf = issued(place.folder / "uacme/127.0.0.1/cert.pem")
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]

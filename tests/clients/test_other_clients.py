"""lego, uacme, dehydrated and acme-tiny: each registers, orders, renews and revokes."""

import pathlib

import pytest

from support.acme import Account
from support.jose import Key, b64


class TestLego:
    @pytest.fixture
    def lego(self, place):
        def lego(*arguments, how=None, env=None):
            by_http = ["--http", "--http.port", f"127.0.0.1:{place.challenge_port}"]
            base = [
                "lego",
                "--path",
                place.folder / "lego",
                "--server",
                place.directory,
                "--accept-tos",
                "--email",
                "admin@certwright.example",
            ]
            return place.run(*base, *(by_http if how is None else how), *arguments, env=env or {})

        return lego

    def file(self, place, name):
        return place.folder / "lego/certificates" / f"{name}.crt"

    def test_http_01_from_registration_to_revocation(self, place, lego, check, name):
        lego("--domains", name, "--domains", "www." + name, "run")
        first = check.certificate(self.file(place, name), name, "www." + name)
        lego("--domains", name, "--domains", "www." + name, "renew", "--days", "400", "--no-random-sleep")
        second = check.certificate(self.file(place, name), name, "www." + name)
        assert first.serial_number != second.serial_number
        lego("--domains", name, "revoke", "--keep")
        check.revoked(second)

    @pytest.mark.parametrize("kind", ["ec256", "ec384", "rsa2048", "rsa4096"])
    def test_keys_of_every_kind(self, place, lego, check, name, kind):
        lego("--domains", name, "--key-type", kind, "run")
        check.certificate(self.file(place, name), name)

    def test_dns_01_with_a_wildcard_through_bind(self, place, lego, check, name):
        env = {
            "RFC2136_NAMESERVER": place.bind.address,
            "RFC2136_TSIG_KEY": "acme-update.",
            "RFC2136_TSIG_SECRET": place.bind.secret,
            "RFC2136_TSIG_ALGORITHM": "hmac-sha256.",
            "RFC2136_TTL": "1",
            "RFC2136_PROPAGATION_TIMEOUT": "5",
            "RFC2136_POLLING_INTERVAL": "1",
            "RFC2136_SEQUENCE_INTERVAL": "1",
        }
        how = ["--dns", "rfc2136", "--dns.resolvers", place.bind.address, "--dns.disable-cp"]
        lego("--domains", name, "--domains", "*." + name, "run", how=how, env=env)
        check.certificate(self.file(place, name), name, "*." + name)

    def test_a_csr_of_the_users_own(self, place, lego, check, name):
        key = place.openssl_key("own.key", "ec")
        csr = place.folder / "own.csr"
        place.run(
            "openssl",
            "req",
            "-new",
            "-key",
            key,
            "-subj",
            f"/CN={name}",
            "-addext",
            f"subjectAltName=DNS:{name}",
            "-out",
            csr,
        )
        lego("--csr", csr, "run")
        check.certificate(self.file(place, name), name)


def test_uacme(place, webroot, check, name):
    # It trusts what the system trusts: in a mount namespace of its own, that is our root.
    program = 'mount --bind "$1" /etc/ssl/certs/ca-certificates.crt && shift && exec uacme "$@"'

    def uacme(*arguments):
        return place.run(
            "unshare", "--map-root-user", "--mount", "sh", "-c", program, "sh", place.root_file,
            "--yes", "--no-ocsp", "--confdir", place.folder / "uacme", "--acme-url", place.directory,
            "--hook", "/usr/share/uacme/uacme.sh", *arguments, env={"UACME_CHALLENGE_PATH": str(webroot)},
        )  # fmt: skip

    uacme("new", "admin@certwright.example")
    uacme("--type", "EC", "issue", name, "www." + name)
    file = place.folder / "uacme" / name / "cert.pem"
    first = check.certificate(file, name, "www." + name)
    uacme("--force", "issue", name, "www." + name)
    second = check.certificate(file, name, "www." + name)
    assert first.serial_number != second.serial_number
    uacme("newkey")
    uacme("--reason", "4", "revoke", file)
    check.revoked(second)
    assert check.listed(second)["revoke_reason"] == "superseded"
    uacme("deactivate")


def test_dehydrated(place, webroot, check, name):
    config = place.folder / "config"
    config.write_text(
        f'CA="{place.directory}"\nBASEDIR="{place.folder}"\nWELLKNOWN="{webroot}"\nCHALLENGETYPE="http-01"\n'
        'CONTACT_EMAIL="admin@certwright.example"\nKEY_ALGO=prime256v1\nPRIVATE_KEY_RENEW=yes\nACCOUNT_KEYSIZE=2048\n'
    )

    def dehydrated(*arguments):
        return place.run("dehydrated", "--config", config, *arguments, timeout=120)

    dehydrated("--register", "--accept-terms")
    dehydrated("--cron", "--domain", f"{name} www.{name}")
    file = place.folder / "certs" / name / "fullchain.pem"
    first = check.certificate(file, name, "www." + name)
    dehydrated("--cron", "--force", "--domain", f"{name} www.{name}")
    second = check.certificate(file, name, "www." + name)
    assert first.serial_number != second.serial_number
    dehydrated("--account")
    dehydrated("--revoke", place.folder / "certs" / name / "cert.pem")
    check.revoked(second)
    dehydrated("--deactivate")


def test_acme_tiny(place, webroot, check, name, server):
    account, key, csr = (
        place.openssl_key("account.key"),
        place.openssl_key("domain.key"),
        place.folder / "domain.csr",
    )
    place.run(
        "openssl",
        "req",
        "-new",
        "-sha256",
        "-key",
        key,
        "-subj",
        "/",
        "-addext",
        f"subjectAltName=DNS:{name},DNS:www.{name}",
        "-out",
        csr,
    )

    def acme_tiny():
        # Its own look at the challenge asks for /etc/hosts' answer; the server's look is what counts.
        done = place.run(
            "acme-tiny", "--account-key", account, "--csr", csr, "--acme-dir", webroot, "--directory-url", place.directory,
            "--disable-check", "--contact", "mailto:admin@certwright.example",
        )  # fmt: skip
        file = place.folder / "chain.pem"
        file.write_text(done.stdout[done.stdout.index("-----BEGIN") :])
        return check.certificate(file, name, "www." + name)

    first, second = acme_tiny(), acme_tiny()
    assert first.serial_number != second.serial_number
    # It cannot revoke; its account key can.
    from cryptography.hazmat.primitives import serialization

    private = serialization.load_pem_private_key(pathlib.Path(account).read_bytes(), None)
    owner = Account(server.directory, str(server.root_file), key=Key(private=private))
    found = owner.post(owner.directory["newAccount"], {"onlyReturnExisting": True})
    owner.kid = found.headers["Location"]
    der = second.public_bytes(serialization.Encoding.DER)
    assert (
        owner.post(owner.directory["revokeCert"], {"certificate": b64(der), "reason": 4}).status_code == 200
    )
    check.revoked(second)

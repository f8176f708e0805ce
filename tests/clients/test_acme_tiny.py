"""acme-tiny: issues by http-01, and nothing else."""

import pathlib

from cryptography.hazmat.primitives import serialization

from support.acme import Account
from support.jose import Key, b64
from support.matrix import cell


@cell("acme-tiny", "http-01")
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
    private = serialization.load_pem_private_key(pathlib.Path(account).read_bytes(), None)
    owner = Account(server.directory, str(server.root_file), key=Key(private=private))
    found = owner.post(owner.directory["newAccount"], {"onlyReturnExisting": True})
    owner.kid = found.headers["Location"]
    der = second.public_bytes(serialization.Encoding.DER)
    assert (
        owner.post(owner.directory["revokeCert"], {"certificate": b64(der), "reason": 4}).status_code == 200
    )
    check.revoked(second)

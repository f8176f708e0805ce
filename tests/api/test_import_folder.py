"""`certwright admin import`: authorities of other programs, brought in whole or not at all."""

import shutil
import sqlite3
import subprocess

import pytest
from cryptography import x509

from support import pki
from support.acme import fresh_name
from support.foreign import Authority, key_pem
from support.process import run
from support.server import BINARY, environment


@pytest.fixture
def openssl_ca(tmp_path):
    """A CA of `openssl ca`: three certificates, one of them revoked for a leaked key."""
    folder = tmp_path / "demoCA"
    (folder / "newcerts").mkdir(parents=True)
    (folder / "private").mkdir()
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("1000\n")
    (folder / "ca.cnf").write_text(
        f"""[ca]
default_ca=d
[d]
dir={folder}
database=$dir/index.txt
serial=$dir/serial
new_certs_dir=$dir/newcerts
certificate=$dir/cacert.pem
private_key=$dir/private/cakey.pem
default_md=sha256
policy=p
default_days=300
x509_extensions=leaf
unique_subject=no
[p]
commonName=supplied
[leaf]
basicConstraints=CA:FALSE
extendedKeyUsage=serverAuth
authorityKeyIdentifier=keyid
[req]
distinguished_name=dn
[dn]
[ca_ext]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
"""
    )
    name = "Old CA " + fresh_name()
    run("openssl", "req", "-x509", "-config", folder / "ca.cnf", "-extensions", "ca_ext", "-newkey", "rsa:2048",
        "-nodes", "-keyout", folder / "private/cakey.pem", "-subj", f"/CN={name}", "-days", "3000", "-out",
        folder / "cacert.pem")  # fmt: skip
    for number in range(3):
        run("openssl", "req", "-config", folder / "ca.cnf", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", tmp_path / "leaf.key", "-subj",
            f"/CN=leaf{number}.example.com", "-out", tmp_path / "leaf.csr")  # fmt: skip
        run("openssl", "ca", "-batch", "-config", folder / "ca.cnf", "-in", tmp_path / "leaf.csr", "-notext", "-out",
            tmp_path / "leaf.pem")  # fmt: skip
    run("openssl", "ca", "-config", folder / "ca.cnf", "-revoke", folder / "newcerts/1001.pem", "-crl_reason",
        "keyCompromise")  # fmt: skip
    return folder, name


@pytest.fixture
def stopped(make_server):
    server = make_server().start()
    server.admin()
    server.stop()
    return server


def bring_in(server, folder, *options, check=True):
    done = subprocess.run(
        [str(part) for part in (BINARY, "admin", "import", folder, "--data", server.data, *options)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
    )
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done


def rows(server, table):
    with sqlite3.connect(server.sqlite_file) as database:
        return database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]


def test_an_openssl_ca_goes_on_here(stopped, openssl_ca, tmp_path):
    folder, name = openssl_ca
    (folder / "crlnumber").write_text("2A\n")  # the next list that it would have made is number 42
    before = rows(stopped, "authorities"), rows(stopped, "certificates"), rows(stopped, "audit_log")
    preview = bring_in(stopped, folder).stdout
    assert "has at least the number 42" in preview, preview
    assert name in preview and "with its key" in preview and "3 certificates to keep" in preview
    assert "1 of them revoked" in preview and "Nothing was kept" in preview
    assert (rows(stopped, "authorities"), rows(stopped, "certificates"), rows(stopped, "audit_log")) == before
    kept = bring_in(stopped, folder, "--yes").stdout
    assert "Kept: 1 authorities, 3 certificates (1 revoked)" in kept, kept

    stopped.start()
    admin = stopped.admin()
    ca = next(each for each in admin.get("/cas").data if each["common_name"] == name)
    assert ca["has_private_key"] is True
    leaves = {each["common_name"]: each for each in admin.get(f"/cas/{ca['id']}/certificates").data}
    assert set(leaves) == {f"leaf{number}.example.com" for number in range(3)}
    assert (
        leaves["leaf1.example.com"]["revoked"]
        and leaves["leaf1.example.com"]["revoke_reason"] == "keyCompromise"
    )
    assert not leaves["leaf0.example.com"]["revoked"]
    # The list of the authority, made here, has what was revoked there; openssl checks it.
    (tmp_path / "ca.crl").write_bytes(
        __import__("requests").get(f"{stopped.http_url}/crl/{ca['refid']}.crl", timeout=10).content
    )
    crl = x509.load_der_x509_crl((tmp_path / "ca.crl").read_bytes())
    revoked = crl.get_revoked_certificate_by_serial_number(0x1001)
    assert revoked is not None and len(list(crl)) == 1
    number = crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    assert number >= 42, "a number is never used twice"
    run(
        "openssl",
        "crl",
        "-in",
        tmp_path / "ca.crl",
        "-inform",
        "DER",
        "-CAfile",
        folder / "cacert.pem",
        "-noout",
    )
    # And it issues.
    issued = admin.post(
        "/certificates", {"common_name": "new.example.com", "san": ["new.example.com"], "ca_id": ca["id"]}
    )
    (tmp_path / "new.pem").write_text(issued.data["pem"])
    run("openssl", "verify", "-CAfile", folder / "cacert.pem", tmp_path / "new.pem")
    stopped.stop()
    again = bring_in(stopped, folder, "--yes").stdout
    assert "Kept: 0 authorities, 0 certificates" in again, again


def test_a_conflict_keeps_everything_out(stopped, openssl_ca):
    folder, _ = openssl_ca
    (folder / "private" / "broken.pem").write_text(
        "-----BEGIN CERTIFICATE-----\nMIIx\n-----END CERTIFICATE-----\n"
    )
    (folder / "newcerts/1001.pem").unlink()
    before = rows(stopped, "authorities"), rows(stopped, "certificates"), rows(stopped, "keys")
    refused = bring_in(stopped, folder, "--yes", check=False)
    assert refused.returncode != 0 and "broken.pem" in refused.stderr and "index.txt" in refused.stderr
    assert (rows(stopped, "authorities"), rows(stopped, "certificates"), rows(stopped, "keys")) == before
    kept = bring_in(stopped, folder, "--yes", "--leave-out-conflicts").stdout
    assert "2 certificates (0 revoked)" in kept, kept


def test_easy_rsa_with_an_encrypted_key(stopped, tmp_path):
    """The layout of easy-rsa: pki/ca.crt, pki/private/, pki/issued/, and each certificate twice."""
    pki_folder = tmp_path / "pki"
    for name in ("private", "issued", "certs_by_serial", "reqs"):
        (pki_folder / name).mkdir(parents=True)
    root = Authority("Easy-RSA CA " + fresh_name())
    (pki_folder / "ca.crt").write_text(pki.pem(root.certificate))
    (tmp_path / "plain.key").write_text(key_pem(root.key))
    run("openssl", "pkcs8", "-topk8", "-in", tmp_path / "plain.key", "-passout", "pass:vpn phrase", "-out",
        pki_folder / "private/ca.key")  # fmt: skip
    (tmp_path / "plain.key").unlink()
    name, key = fresh_name(), pki.private_key()
    certificate = root.leaf(name, key)
    text = "Certificate:\n    Data: as openssl prints it\n" + pki.pem(certificate)
    (pki_folder / "issued/server.crt").write_text(text)
    (pki_folder / "private/server.key").write_text(key_pem(key))
    serial = f"{certificate.serial_number:X}"
    (pki_folder / f"certs_by_serial/{serial}.pem").write_text(text)
    (pki_folder / "index.txt").write_text(f"V\t350101000000Z\t\t{serial}\tunknown\t/CN={name}\n")
    refused = bring_in(stopped, pki_folder, "--yes", check=False)
    assert refused.returncode != 0 and "ca.key" in refused.stderr
    (tmp_path / "passwords").write_text("wrong\nvpn phrase\n")
    kept = bring_in(stopped, pki_folder, "--yes", "--password-file", tmp_path / "passwords").stdout
    assert "Kept: 1 authorities, 1 certificates (0 revoked), 0 requests, 2 private keys" in kept, kept
    assert "vpn phrase" not in kept
    shutil.rmtree(pki_folder)


def test_xca_exports(stopped, tmp_path):
    """XCA exports each thing as a file of its own, or a PKCS#12 file."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.serialization import pkcs12

    root = Authority("XCA " + fresh_name())
    below = root.authority("XCA Issuing " + fresh_name())
    (tmp_path / "x").mkdir()
    (tmp_path / "x/root.crt").write_bytes(root.certificate.public_bytes(serialization.Encoding.DER))
    (tmp_path / "x/Issuing.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"i", below.key, below.certificate, [root.certificate],
            serialization.BestAvailableEncryption(b"xca phrase"),
        )
    )  # fmt: skip
    (tmp_path / "passwords").write_text("xca phrase\n")
    kept = bring_in(stopped, tmp_path / "x", "--yes", "--password-file", tmp_path / "passwords").stdout
    assert "Kept: 2 authorities" in kept and "1 private keys" in kept, kept


def test_a_running_server_is_not_changed_below(make_server, tmp_path):
    server = make_server().start()
    done = bring_in(server, tmp_path, check=False)
    assert done.returncode != 0 and done.stderr.startswith("certwright:")
    assert bring_in(server, tmp_path / "nothing", check=False).returncode != 0

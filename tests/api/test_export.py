"""Downloads of certificates in every format, read by the programs they are for."""

import io
import zipfile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12

from support import pki
from support.acme import fresh_name
from support.process import run

PASSWORD = "export phrase 1"


def keytool(*arguments):
    return run("keytool", *arguments)


def test_java_reads_a_key_store(admin, issue, tmp_path):
    issued = issue()
    answer = admin.post(f"/certificates/{issued['id']}/export", {"format": "jks", "password": PASSWORD})
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "application/x-java-keystore"
    store = tmp_path / "a.jks"
    store.write_bytes(answer.content)
    listed = keytool("-list", "-v", "-keystore", store, "-storetype", "JKS", "-storepass", PASSWORD)
    assert "PrivateKeyEntry" in listed.output and issued["common_name"] in listed.output
    other = tmp_path / "a.p12"
    keytool("-importkeystore", "-srckeystore", store, "-srcstoretype", "JKS", "-srcstorepass", PASSWORD,
            "-destkeystore", other, "-deststoretype", "PKCS12", "-deststorepass", PASSWORD)  # fmt: skip
    key, certificate, _ = pkcs12.load_key_and_certificates(other.read_bytes(), PASSWORD.encode())
    assert certificate == pki.load(issued["pem"]) and key.public_key() == certificate.public_key()


@pytest.mark.parametrize(("legacy", "algorithm"), [(False, "AES-256-CBC"), (True, "3-KeyTripleDES")])
def test_pkcs12_is_modern_or_legacy(admin, issue, tmp_path, legacy, algorithm):
    issued = issue()
    answer = admin.post(
        f"/certificates/{issued['id']}/export",
        {"format": "pkcs12", "password": PASSWORD, "legacy_encryption": legacy},
    )
    file = tmp_path / "a.p12"
    file.write_bytes(answer.content)
    provider = ["-legacy"] if legacy else []
    info = run("openssl", "pkcs12", "-in", file, "-info", "-noout", *provider, "-passin",
               "pass:" + PASSWORD)  # fmt: skip
    assert algorithm in info.output, info.output
    key, certificate, chain = pkcs12.load_key_and_certificates(answer.content, PASSWORD.encode())
    assert key.public_key() == certificate.public_key() and len(chain) == 2


def test_a_key_needs_its_own_permission_and_leaves_an_entry(admin, issue, callers):
    issued = issue()
    for format_ in ("key", "pkcs12", "jks"):
        refused = callers["operator"].post(
            f"/certificates/{issued['id']}/export", {"format": format_, "password": PASSWORD}
        )
        assert refused.status == 403 and "private_keys" in refused.json["message"], refused
        assert admin.get(f"/certificates/{issued['id']}/export", format=format_).status == 400
    refused = callers["operator"].post(
        "/certificates/bulk/export", {"ids": [issued["id"]], "format": "jks", "password": PASSWORD}
    )
    assert refused.status == 403

    def looks():
        entries = admin.get("/audit/logs", action="certificate.export", resource_id=issued["id"]).data
        return [entry for entry in entries if entry["success"]]

    assert looks() == []
    short = admin.post(f"/certificates/{issued['id']}/export", {"format": "jks", "password": "short"})
    assert short.status == 400 and looks() == []
    assert admin.post(f"/certificates/{issued['id']}/export", {"format": "jks", "password": PASSWORD}).ok
    assert len(looks()) == 1 and PASSWORD not in str(looks())


def opened(answer):
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def test_several_certificates_come_as_a_zip_file(admin, issue, tmp_path):
    issued = [issue(), issue()]
    ids = [each["id"] for each in issued]
    plain = opened(admin.post("/certificates/bulk/export", {"ids": ids}))
    assert {pki.load(content) for content in plain.values()} == {pki.load(each["pem"]) for each in issued}
    assert set(plain) == {f"{each['common_name']}-{each['id']}.pem" for each in issued}
    with_keys = opened(
        admin.post("/certificates/bulk/export", {"ids": ids, "format": "pkcs12", "password": PASSWORD})
    )
    for content in with_keys.values():
        key, certificate, _ = pkcs12.load_key_and_certificates(content, PASSWORD.encode())
        assert key.public_key() == certificate.public_key()
    assert admin.post("/certificates/bulk/export", {"ids": [ids[0], 999999999]}).fields.keys() == {"ids[1]"}
    file = tmp_path / "a.zip"
    file.write_bytes(admin.post("/certificates/bulk/export", {"ids": ids, "format": "der"}).content)
    assert "No errors" in run("python3", "-c", f"import zipfile; print(zipfile.ZipFile('{file}').testzip() or 'No errors')").output  # fmt: skip


def test_all_that_match(admin, issue):
    unique = fresh_name()
    issued = [issue(f"w{n}.{unique}") for n in range(3)]
    pem = admin.get("/certificates/export", search=unique)
    assert {each for each in pki.load_chain(pem.text)} == {pki.load(each["pem"]) for each in issued}
    with_chain = admin.get("/certificates/export", search=unique, include_chain="true")
    assert len(pki.load_chain(with_chain.text)) == 5
    bundle = admin.post("/certificates/export", {"format": "p7b", "filter": {"search": unique}})
    assert len(pkcs7.load_der_pkcs7_certificates(bundle.content)) == 3
    assert admin.get("/certificates/export", search="nothing-has-this").fields.keys() == {"search"}
    files = opened(admin.post("/certificates/bulk/export", {"filter": {"search": unique}}))
    assert len(files) == 3

    renewed = admin.post("/certificates/bulk/renew", {"filter": {"search": "w0." + unique}})
    assert renewed.data["success"] == [issued[0]["id"]], renewed
    chosen = {"search": unique, "status": ["active"]}
    revoked = admin.post("/certificates/bulk/revoke", {"filter": chosen, "reason": "superseded"})
    assert len(revoked.data["success"]) == 4 and revoked.data["failed"] == [], revoked
    assert admin.get("/certificates", search=unique, status="active").meta["total"] == 0
    kept = admin.post("/certificates/bulk/delete", {"filter": {"search": unique}})
    assert kept.data["success"] == [] and len(kept.data["failed"]) == 4


def test_a_bulk_request_says_which(admin):
    for body in ({}, {"ids": [1], "filter": {"search": "a"}}):
        for what in ("revoke", "renew", "delete", "export"):
            answer = admin.post(f"/certificates/bulk/{what}", body)
            assert answer.status == 400 and "ids" in answer.fields, answer
    for empty in ({}, {"search": ""}, {"status": []}):
        answer = admin.post("/certificates/bulk/revoke", {"filter": empty})
        assert answer.status == 400 and "filter" in answer.fields, answer
    answer = admin.post("/certificates/bulk/revoke", {"filter": {"status": ["nonsense"]}})
    assert answer.status == 400 and "status" in answer.fields, answer


def test_pem_with_chain_and_key_is_one_file(admin, issue):
    issued = issue()
    answer = admin.post(
        f"/certificates/{issued['id']}/export",
        {"format": "pem", "include_chain": True, "include_key": True},
    )
    assert len(x509.load_pem_x509_certificates(answer.content)) == 3
    key = serialization.load_pem_private_key(answer.content[answer.content.index(b"-----BEGIN PRIV") :], None)
    assert key.public_key() == pki.load(issued["pem"]).public_key()

"""Requests: uploaded in every way, made here, signed once, with the key where it belongs."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from support import pki
from support.acme import fresh_name
from support.process import run


def pem_of(key, password=None):
    encryption = (
        serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    ).decode()


@pytest.fixture
def waiting(admin):
    """A request that waits, and its key."""

    def waiting(key=None, **more):
        key, name = key or pki.private_key(), fresh_name()
        answer = admin.post("/csrs/upload", {"pem": pki.csr(name, [name], key=key), **more})
        assert answer.status == 201, answer
        return answer.data, key

    return waiting


def test_a_request_comes_as_json_as_a_file_and_as_text(admin):
    def made():
        name = fresh_name()
        return name, pki.csr(name, [name])

    name, pem = made()
    kept = admin.post("/csrs", {"csr": pem, "name": "by csr"})
    assert kept.status == 201 and kept.data["common_name"] == name and kept.data["descr"] == "by csr"
    name, pem = made()
    kept = admin.post("/csrs/upload", {"pem": pem, "name": "by upload"})
    assert kept.status == 201 and kept.data["common_name"] == name
    name, pem = made()
    kept = admin.post("/csrs/import", {"pem_content": pem})
    assert kept.status == 201 and kept.data["san_combined"] == f"DNS:{name}"
    name = fresh_name()
    der = pki.csr(name, [name], pem=False)
    kept = admin.request("POST", "/csrs/import", data={"name": "by file"}, files={"file": ("a.csr", der)})
    assert kept.status == 201, kept
    assert kept.data["common_name"] == name and kept.data["name"] == "by file"
    assert kept.data["status"] == "pending" and kept.data["has_private_key"] is False
    detail = admin.get(f"/csrs/{kept.data['id']}").data
    assert (
        pki.x509.load_pem_x509_csr(detail["csr_pem"].encode()).public_bytes(serialization.Encoding.DER) == der
    )
    exported = admin.get(f"/csrs/{kept.data['id']}/export")
    assert exported.text == detail["csr_pem"]
    assert exported.headers["Content-Disposition"].endswith('.csr"')


def test_a_browsers_form_sends_fields_too(admin):
    name = fresh_name()
    answer = admin.request("POST", "/csrs/import", files={"pem_content": (None, pki.csr(name, [name]))})
    assert answer.status == 201 and answer.data["common_name"] == name, answer
    answer = admin.request("POST", "/csrs/import", data={"pem_content": pki.csr(fresh_name())})
    assert answer.status == 201, answer
    assert admin.request("POST", "/csrs/import", data={"pem": "x", "other": "y"}).fields.keys() == {"other"}


BAD = {
    "empty": "",
    "rubbish": "rubbish",
    "cut": "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
    "certificate": "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
    "authority": pki.csr("Sub CA", extensions=[(x509.BasicConstraints(ca=True, path_length=0), True)]),
    "two names": pki.csr(
        "a.certwright.example",
        subject=[x509.NameAttribute(NameOID.COMMON_NAME, "b.certwright.example")],
    ),
    "nameless": pki.csr(None),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_request_is_refused_and_not_kept(admin, case):
    before = admin.get("/csrs/stats").data["total"]
    for answer in (
        admin.post("/csrs/upload", {"pem": BAD[case]}),
        admin.request("POST", "/csrs/import", files={"file": ("a.csr", BAD[case].encode())}),
    ):
        assert answer.status == 400 and answer.fields, answer
    assert admin.get("/csrs/stats").data["total"] == before


def test_a_request_with_a_broken_signature_is_refused(admin):
    der = bytearray(pki.csr("a.certwright.example", ["a.certwright.example"], pem=False))
    der[-1] ^= 1
    answer = admin.request("POST", "/csrs/import", files={"file": ("a.csr", bytes(der))})
    assert answer.status == 400 and "file" in answer.fields, answer


def test_too_large_requests_are_refused(admin):
    assert admin.post("/csrs/upload", {"pem": "x" * 70_000}).status == 413


def test_a_weak_key_is_refused(admin, tmp_path):
    run("openssl", "req", "-new", "-newkey", "rsa:1024", "-nodes", "-keyout", tmp_path / "k", "-subj",
        "/CN=weak.certwright.example", "-out", tmp_path / "c")  # fmt: skip
    answer = admin.post("/csrs/upload", {"pem": (tmp_path / "c").read_text()})
    assert answer.status == 400 and "2048" in answer.text, answer


def test_the_same_request_does_not_wait_twice(admin):
    pem = pki.csr(fresh_name())
    assert admin.post("/csrs/upload", {"pem": pem}).status == 201
    again = admin.post("/csrs/upload", {"pem": pem})
    assert again.status == 409 and "number" in again.json["message"], again


@pytest.mark.parametrize("kind", ["EC P-256", "RSA 2048", "Ed25519"])
def test_the_server_makes_a_key_that_stays_until_the_certificate_has_it(admin, issuing_ca, kind):
    name = fresh_name()
    made = admin.post(
        "/csrs",
        {"cn": name, "organization": "Example", "country": "DE", "department": "IT", "key_type": kind,
         "sans": ["dns:second." + name]},
    )  # fmt: skip
    assert made.status == 201, made
    assert made.data["has_private_key"] is True and made.data["department"] == "IT"
    assert made.data["key_type"] == kind and made.data["source"] == "generated"
    csr = x509.load_pem_x509_csr(admin.get(f"/csrs/{made.data['id']}").data["csr_pem"].encode())
    assert csr.is_signature_valid
    assert csr.subject.rfc4514_string() == f"CN={name},O=Example,C=DE"
    names = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {name, "second." + name}

    issued = admin.post(f"/csrs/{made.data['id']}/sign", {"ca_id": issuing_ca["id"], "validity_days": 30})
    assert issued.status == 200, issued
    assert issued.data["has_private_key"] is True
    assert pki.load(issued.data["pem"]).public_key() == csr.public_key()
    exported = admin.post(f"/certificates/{issued.data['id']}/export", {"format": "key"})
    assert serialization.load_pem_private_key(exported.content, None).public_key() == csr.public_key()
    assert admin.get(f"/csrs/{made.data['id']}").data["has_private_key"] is False


def test_signing_makes_history(admin, waiting, issuing_ca, files):
    request, key = waiting(name="to be signed")
    issued = admin.post(f"/csrs/{request['id']}/sign", {"ca_id": issuing_ca["id"], "validity_days": 30})
    assert issued.status == 200, issued
    certificate = pki.load(issued.data["pem"])
    assert certificate.public_key() == key.public_key()
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days in (30, 31)
    assert pki.dns_names(certificate) == {request["common_name"]}
    pki.openssl_verify(files(issued.data), "-purpose", "sslserver")

    signed = admin.get(f"/csrs/{request['id']}").data
    assert signed["status"] == "issued" and signed["certificate_id"] == issued.data["id"]
    assert signed["signed_by"] == "the-admin"
    assert admin.post(f"/csrs/{request['id']}/sign", {"ca_id": issuing_ca["id"]}).status == 409
    assert request["id"] not in [each["id"] for each in admin.get("/csrs", per_page=100).data]
    assert request["id"] in [each["id"] for each in admin.get("/csrs/history", per_page=100).data]
    assert request["id"] in [each["id"] for each in admin.get("/csrs", status="issued", per_page=100).data]


def test_a_request_does_not_widen_what_is_signed(admin, issuing_ca):
    """EKU, key usage and others of the request are for the profile to decide."""
    name = fresh_name()
    usages = [x509.oid.ExtendedKeyUsageOID.OCSP_SIGNING, x509.oid.ExtendedKeyUsageOID.CODE_SIGNING]
    pem = pki.csr(name, [name], extensions=[
        (x509.ExtendedKeyUsage(usages), False),
        (x509.KeyUsage(True, False, False, False, False, True, True, False, False), True),
    ])  # fmt: skip
    kept = admin.post("/csrs/upload", {"pem": pem})
    issued = admin.post(f"/csrs/{kept.data['id']}/sign", {"ca_id": issuing_ca["id"]})
    assert issued.status == 200, issued
    certificate = pki.load(issued.data["pem"])
    assert list(pki.extension(certificate, x509.ExtendedKeyUsage)) == [
        x509.oid.ExtendedKeyUsageOID.SERVER_AUTH
    ]
    assert not pki.extension(certificate, x509.KeyUsage).key_cert_sign


def test_bad_orders_leave_the_request_waiting(admin, waiting, issuing_ca):
    request, _ = waiting()
    sign = f"/csrs/{request['id']}/sign"
    assert "validity_days" in admin.post(sign, {"ca_id": issuing_ca["id"], "validity_days": 0}).fields
    assert admin.post(sign, {"ca_id": 999999}).status == 404
    assert admin.post(sign, {"ca_id": issuing_ca["id"], "cert_type": "nonsense"}).status == 400
    assert admin.get(f"/csrs/{request['id']}").data["status"] == "pending"


def test_a_key_is_kept_only_when_it_is_the_requests_own(admin, waiting):
    request, key = waiting()
    path = f"/csrs/{request['id']}/key"
    wrong = admin.post(path, {"key": pem_of(pki.private_key())})
    assert wrong.status == 400 and "key" in wrong.fields, wrong
    assert admin.post(path, {"key": "rubbish"}).status == 400
    locked = pem_of(key, "phrase for it")
    assert admin.post(path, {"key": locked}).status == 400
    assert admin.post(path, {"key": locked, "passphrase": "another one"}).status == 400
    kept = admin.post(path, {"key": locked, "passphrase": "phrase for it"})
    assert kept.status == 200 and kept.data["has_private_key"] is True, kept
    assert admin.post(path, {"key": pem_of(key)}).status == 409
    assert "PRIVATE KEY" not in admin.get(f"/csrs/{request['id']}").text


def test_lists_are_searched_and_paged(admin, waiting):
    unique = fresh_name()
    made = [
        admin.post("/csrs/upload", {"pem": pki.csr(f"w{n}.{unique}", [f"w{n}.{unique}"])}).data["id"]
        for n in range(5)
    ]
    first = admin.get("/csrs", search=unique, per_page=2)
    assert [each["id"] for each in first.data] == [made[4], made[3]] and first.meta["total"] == 5
    second = admin.get("/csrs", search=unique, per_page=2, cursor=first.meta["next_cursor"])
    assert [each["id"] for each in second.data] == [made[2], made[1]]
    by_page = admin.get("/csrs", search=unique, per_page=2, page=3)
    assert [each["id"] for each in by_page.data] == [made[0]]
    assert admin.get("/csrs", search="nothing-has-this-name").data == []


def test_bulk_signing_and_deleting_say_what_became_of_each(admin, waiting, issuing_ca):
    one, two = waiting()[0]["id"], waiting()[0]["id"]
    signed = admin.post("/csrs/bulk/sign", {"ids": [one, two, 999999999], "ca_id": issuing_ca["id"]})
    assert signed.data["success"] == [one, two]
    assert [each["id"] for each in signed.data["failed"]] == [999999999]
    three = waiting()[0]["id"]
    deleted = admin.post("/csrs/bulk/delete", {"ids": [three, 999999999]})
    assert deleted.data["success"] == [three] and len(deleted.data["failed"]) == 1
    assert admin.get(f"/csrs/{three}").status == 404
    assert admin.delete(f"/csrs/{one}").status == 204
    assert admin.post("/csrs/bulk/delete", {"ids": list(range(1, 102))}).status == 400


def test_roles(callers, waiting):
    request, _ = waiting()
    viewer, auditor, operator = callers["viewer"], callers["auditor"], callers["operator"]
    assert viewer.get("/csrs").status == 200 and auditor.get(f"/csrs/{request['id']}").status == 200
    assert viewer.post("/csrs/upload", {"pem": pki.csr(fresh_name())}).status == 403
    assert auditor.post(f"/csrs/{request['id']}/sign", {}).status == 403
    assert operator.post(f"/csrs/{request['id']}/sign", {}).status == 200
    assert operator.delete(f"/csrs/{request['id']}").status == 204

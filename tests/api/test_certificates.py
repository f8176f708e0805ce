"""Certificates: issuing, reading, exporting, renewing, revoking; judged by others' software."""

import datetime
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from support import pki
from support.acme import fresh_name
from support.process import run


def certificate_of(issued):
    return pki.load(issued["pem"])


def test_a_server_certificate_is_what_clients_want(issue, issuing_ca):
    issued = issue(san=["dns:second.certwright.example", "ip:192.0.2.7", "ip:2001:db8::7"])
    certificate = certificate_of(issued)
    assert pki.dns_names(certificate) == {issued["common_name"], "second.certwright.example"}
    names = pki.extension(certificate, x509.SubjectAlternativeName)
    assert {str(ip) for ip in names.get_values_for_type(x509.IPAddress)} == {"192.0.2.7", "2001:db8::7"}
    assert list(pki.extension(certificate, x509.ExtendedKeyUsage)) == [ExtendedKeyUsageOID.SERVER_AUTH]
    usage = pki.extension(certificate, x509.KeyUsage)
    assert usage.digital_signature and not usage.key_cert_sign and not usage.crl_sign
    constraints = pki.extension(certificate, x509.BasicConstraints)
    assert constraints is None or not constraints.ca
    assert pki.extension(certificate, x509.AuthorityKeyIdentifier) and pki.extension(
        certificate, x509.SubjectKeyIdentifier
    )
    assert pki.crl_url(certificate).startswith("http://") and pki.crl_url(certificate).endswith(".crl")
    assert pki.ocsp_url(certificate).startswith("http://") and pki.ca_issuers_url(certificate).startswith(
        "http://"
    )
    assert 64 <= certificate.serial_number.bit_length() <= 159
    assert (
        issued["source"] == "manual"
        and issued["has_private_key"] is True
        and issued["ca_id"] == issuing_ca["id"]
    )


def test_judges_agree_that_it_is_good(issue, files, tmp_path):
    paths = files(issue())
    pki.openssl_verify(paths, "-purpose", "sslserver")
    assert "Verified" in pki.certtool_verify(paths).output
    assert "Chain is good" in pki.nss_verify(paths, tmp_path).output


def test_judges_refuse_it_under_another_root(issue, files, tmp_path, admin):
    paths = files(issue())
    other = admin.post(
        "/cas",
        {
            "common_name": "Other " + fresh_name(),
            "ca_type": "root",
            "key_algorithm": "ECDSA",
            "key_size": "P-256",
            "validity_years": 5,
        },
    )
    paths.root.write_text(admin.get(f"/cas/{other.data['id']}").data["pem"])
    assert pki.openssl_verify(paths, check=False).returncode != 0


@pytest.mark.parametrize(
    ("key_type", "expected"),
    [
        ("EC P-256", lambda key: isinstance(key.curve, ec.SECP256R1)),
        ("EC P-384", lambda key: isinstance(key.curve, ec.SECP384R1)),
        ("EC P-521", lambda key: isinstance(key.curve, ec.SECP521R1)),
        ("RSA 2048", lambda key: isinstance(key, rsa.RSAPublicKey) and key.key_size == 2048),
        ("RSA 3072", lambda key: isinstance(key, rsa.RSAPublicKey) and key.key_size == 3072),
        ("Ed25519", lambda key: isinstance(key, ed25519.Ed25519PublicKey)),
    ],
)
def test_the_server_makes_keys_of_every_kind(issue, files, key_type, expected):
    issued = issue(key_type=key_type)
    assert expected(certificate_of(issued).public_key())
    pki.openssl_verify(files(issued))


def test_kinds_of_certificates(issue):
    client = certificate_of(issue(cert_type="client"))
    assert list(pki.extension(client, x509.ExtendedKeyUsage)) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    both = certificate_of(issue(cert_type="combined"))
    assert set(pki.extension(both, x509.ExtendedKeyUsage)) == {
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.SERVER_AUTH,
    }


def test_a_csr_brings_key_and_names(admin):
    key, name = pki.private_key(), fresh_name()
    answer = admin.post(
        "/certificates", {"common_name": name, "csr": pki.csr(name, [name, "b." + name], key=key)}
    )
    assert answer.status == 201, answer
    certificate = certificate_of(answer.data)
    assert certificate.public_key() == key.public_key()
    assert pki.dns_names(certificate) == {name, "b." + name}
    assert answer.data["has_private_key"] is False
    refused = admin.post(f"/certificates/{answer.data['id']}/export", {"format": "key"})
    assert refused.status in (400, 404, 409), refused


@pytest.mark.parametrize("kind", ["RSA 2048", "RSA 4096", "P-384", "P-521", "Ed25519"])
def test_csrs_of_every_kind_of_key(admin, kind):
    key, name = pki.private_key(kind), fresh_name()
    answer = admin.post("/certificates", {"common_name": name, "csr": pki.csr(name, [name], key=key)})
    assert answer.status == 201, answer
    assert certificate_of(answer.data).public_key() == key.public_key()


def broken(csr):
    """The CSR with one bit of its signature turned."""
    der = bytearray(x509.load_pem_x509_csr(csr.encode()).public_bytes(serialization.Encoding.DER))
    der[-1] ^= 1
    import base64

    body = base64.encodebytes(bytes(der)).decode()
    return f"-----BEGIN CERTIFICATE REQUEST-----\n{body}-----END CERTIFICATE REQUEST-----\n"


@pytest.mark.parametrize(
    "csr",
    [
        "",
        "rubbish",
        "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
        broken(pki.csr("a.certwright.example", ["a.certwright.example"])),
        "x" * 200_000,
    ],
    ids=["empty", "rubbish", "cut", "signature", "huge"],
)
def test_a_bad_csr_is_refused_by_name(admin, csr):
    answer = admin.post("/certificates", {"common_name": "a.certwright.example", "csr": csr})
    assert answer.status == 400 and "csr" in answer.fields, answer


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("san", {"san": ["dns:under_score.example/../x"]}),
        ("san", {"san": ["dns:-bad.example"]}),
        ("san", {"san": ["dns:" + "a" * 64 + ".example"]}),
        ("san", {"san": ["dns:" + ".".join(["a" * 60] * 5)]}),
        ("san", {"san": ["dns:a..example"]}),
        ("san", {"san": ["dns:*.*.example"]}),
        ("san", {"san": ["ip:300.1.1.1"]}),
        ("san", {"san": ["ip:10.0.0.0/8"]}),
        ("san", {"san": ["dns:a.example\u0000.evil.example"]}),
        ("san", {"san": ["dns:a.example, dns:b.example"]}),
        ("san_email", {"san_email": ["not an address"]}),
        ("san_uri", {"san_uri": ["not a uri"]}),
        ("san_dns", {"san_dns": ["dns name with blanks"]}),
        ("san_ip", {"san_ip": ["::g"]}),
        ("validity_days", {"validity_days": 0}),
        ("validity_days", {"validity_days": -5}),
        ("validity_days", {"validity_days": 100000}),
        ("key_type", {"key_type": "RSA 1024"}),
        ("key_type", {"key_type": "DSA"}),
        ("cert_type", {"cert_type": "ca"}),
        ("ca_id", {"ca_id": "one"}),
        ("common_name", {"common_name": "x" * 65}),
    ],
)
def test_what_makes_no_certificate_is_refused_by_name(admin, field, body):
    answer = admin.post(
        "/certificates",
        {"common_name": "good.certwright.example", "san_dns": ["good.certwright.example"], **body},
    )
    assert answer.status == 400, answer
    assert any(name.split("[")[0] in (field, "san") for name in answer.fields), answer


def test_validity_is_what_was_asked(issue, admin, issuing_ca):
    certificate = certificate_of(issue(validity_days=7))
    days = (certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)) / datetime.timedelta(
        days=1
    )
    assert 6.9 < days < 7.1
    # Nothing outlives its authority.
    ends = certificate_of(admin.get(f"/cas/{issuing_ca['id']}").data).not_valid_after_utc
    long = certificate_of(issue())
    assert long.not_valid_after_utc <= ends


def test_lists_filter_search_sort_and_page(admin, issue):
    mark = fresh_name().split(".")[0]
    made = [issue(f"{letter}.{mark}.certwright.example") for letter in "cab"]
    assert admin.post(f"/certificates/{made[0]['id']}/revoke", {"reason": "superseded"}).ok

    def ids(**query):
        return [each["id"] for each in admin.get("/certificates", **query).data]

    assert set(ids(search=mark)) == {each["id"] for each in made}
    assert ids(search=mark, sort_by="common_name", sort_order="asc") == [
        made[1]["id"],
        made[2]["id"],
        made[0]["id"],
    ]
    assert ids(search=mark, status="revoked") == [made[0]["id"]]
    assert set(ids(search=mark, status="active")) == {made[1]["id"], made[2]["id"]}
    assert ids(search=made[2]["serial_number"]) == [made[2]["id"]]
    assert ids(search=made[1]["common_name"]) == [made[1]["id"]]
    assert ids(search=mark, expires_before="2001-01-01T00:00:00Z") == []
    first = admin.get("/certificates", search=mark, page=1, per_page=2)
    second = admin.get("/certificates", search=mark, page=2, per_page=2)
    assert first.meta["total"] == 3 and len(first.data) == 2 and len(second.data) == 1
    assert {each["id"] for each in first.data + second.data} == {each["id"] for each in made}
    newest = admin.get("/certificates", per_page=3).data
    assert newest[0]["id"] == made[2]["id"], "the newest comes first"


@pytest.mark.parametrize(
    "search", ["%", "_", "'", "'; DROP TABLE certificates; --", "\\", "*", "a" * 5000, "\u0130\u0131"]
)
def test_a_search_is_text_and_nothing_else(admin, issue, search):
    issue()
    answer = admin.get("/certificates", search=search)
    assert answer.status in (200, 400), answer
    assert answer.status == 400 or answer.data == [], answer


def test_numbers_add_up(admin):
    stats = admin.get("/certificates/stats").data
    assert stats["total"] == stats["valid"] + stats["expiring"] + stats["expired"] + stats["revoked"]
    assert stats["total"] == admin.get("/certificates", per_page=1).meta["total"]


def test_exports_open_elsewhere(admin, issue, tmp_path):
    issued = issue()
    path = f"/certificates/{issued['id']}/export"
    certificate = certificate_of(issued)
    assert pki.load(admin.get(path, format="pem").content) == certificate
    assert x509.load_der_x509_certificate(admin.get(path, format="der").content) == certificate
    chain = pki.load_chain(admin.get(path, format="chain").content)
    assert chain[0] == certificate and len(chain) >= 2
    key = admin.post(path, {"format": "key"})
    assert key.ok, key
    private = serialization.load_pem_private_key(key.content, None)
    assert private.public_key() == certificate.public_key()
    file = tmp_path / "bundle.p12"
    answer = admin.post(path, {"format": "pkcs12", "password": "export phrase 1", "include_chain": True})
    assert answer.ok, answer
    file.write_bytes(answer.content)
    assert answer.headers["Content-Type"] == "application/x-pkcs12"
    loaded = pkcs12.load_pkcs12(answer.content, b"export phrase 1")
    assert loaded.cert.certificate == certificate and loaded.key.public_key() == certificate.public_key()
    assert loaded.additional_certs
    told = run("openssl", "pkcs12", "-in", file, "-passin", "pass:export phrase 1", "-nodes")
    assert told.stdout.count("BEGIN CERTIFICATE") >= 2 and "PRIVATE KEY" in told.stdout
    assert (
        run("openssl", "pkcs12", "-in", file, "-passin", "pass:wrong", "-nodes", check=False).returncode != 0
    )
    assert (
        "BEGIN CERTIFICATE"
        in run("certtool", "--p12-info", "--inder", "--infile", file, "--password", "export phrase 1").output
    )


def test_a_password_never_travels_in_an_address(admin, issue):
    path = f"/certificates/{issue()['id']}/export"
    for query in (
        {"format": "pkcs12", "password": "export phrase 1"},
        {"format": "key"},
        {"format": "pem", "include_key": "true"},
    ):
        answer = admin.get(path, **query)
        assert answer.status == 400, answer


def test_an_export_without_a_password_has_no_key_in_a_bundle(admin, issue):
    path = f"/certificates/{issue()['id']}/export"
    for password in (None, "", "short"):
        body = {"format": "pkcs12"} | ({} if password is None else {"password": password})
        answer = admin.post(path, body)
        assert answer.status == 400 and "password" in answer.fields, answer


def test_a_renewal_is_the_same_again(admin, issue):
    old = issue(san=["ip:192.0.2.9"], key_type="EC P-384", cert_type="combined", validity_days=20)
    answer = admin.post(f"/certificates/{old['id']}/renew", {})
    assert answer.ok, answer
    before, after = certificate_of(old), certificate_of(answer.data)
    assert after.serial_number != before.serial_number
    assert after.subject == before.subject
    for kind in (x509.SubjectAlternativeName, x509.ExtendedKeyUsage, x509.KeyUsage):
        assert pki.extension(after, kind) == pki.extension(before, kind), kind
    assert isinstance(after.public_key().curve, ec.SECP384R1)
    assert after.public_key() != before.public_key(), "a key that the server keeps is replaced"
    lengths = [each.not_valid_after_utc - each.not_valid_before_utc for each in (before, after)]
    assert abs(lengths[0] - lengths[1]) < datetime.timedelta(minutes=10)


def test_a_renewal_keeps_a_key_that_came_with_a_csr(admin):
    key, name = pki.private_key("RSA 2048"), fresh_name()
    old = admin.post(
        "/certificates", {"common_name": name, "csr": pki.csr(name, [name], key=key), "validity_days": 10}
    ).data
    new = admin.post(f"/certificates/{old['id']}/renew", {}).data
    assert certificate_of(new).public_key() == key.public_key()


def test_a_revoked_certificate_is_not_renewed_silently(admin, issue):
    old = issue()
    assert admin.post(f"/certificates/{old['id']}/revoke", {"reason": "keyCompromise"}).ok
    answer = admin.post(f"/certificates/{old['id']}/renew", {})
    if answer.ok:
        assert certificate_of(answer.data).public_key() != certificate_of(old).public_key()
    else:
        assert answer.status in (400, 409), answer


def test_revoking_happens_once(admin, issue):
    issued = issue()
    path = f"/certificates/{issued['id']}/revoke"
    first = admin.post(path, {"reason": "keyCompromise", "comments": "found in a repository"})
    assert first.ok and first.data["revoked"] is True and first.data["revoke_reason"] == "keyCompromise", (
        first
    )
    assert first.data["status"] == "revoked" and first.data["revoked_at"]
    assert admin.post(path, {"reason": "superseded"}).status in (400, 409)
    assert admin.get(f"/certificates/{issued['id']}").data["revoke_reason"] == "keyCompromise"


@pytest.mark.parametrize(
    "reason",
    [
        "unspecified",
        "keyCompromise",
        "affiliationChanged",
        "superseded",
        "cessationOfOperation",
        "privilegeWithdrawn",
    ],
)
def test_every_reason_is_taken(admin, issue, reason):
    answer = admin.post(f"/certificates/{issue()['id']}/revoke", {"reason": reason})
    assert answer.ok and answer.data["revoke_reason"] == reason, answer


@pytest.mark.parametrize("reason", ["nonsense", "KEYCOMPROMISE!", "removeFromCRL", 7])
def test_what_is_no_reason_is_refused(admin, issue, reason):
    issued = issue()
    answer = admin.post(f"/certificates/{issued['id']}/revoke", {"reason": reason})
    assert answer.status in (400, 409), answer
    assert answer.status == 409 or "reason" in answer.fields, answer
    assert admin.get(f"/certificates/{issued['id']}").data["revoked"] is False


def test_a_certificate_in_force_is_not_deleted(admin, issue):
    """Deleted, it could not be revoked any more."""
    issued = issue()
    assert admin.delete(f"/certificates/{issued['id']}").status == 409
    assert admin.get(f"/certificates/{issued['id']}").status == 200
    answer = admin.post("/certificates/bulk/delete", {"ids": [issued["id"]]})
    assert answer.data["success"] == [] and answer.data["failed"][0]["id"] == issued["id"]


def test_bulk_says_what_became_of_each(admin, issue):
    good, revoked = issue(), issue()
    assert admin.post(f"/certificates/{revoked['id']}/revoke", {"reason": "superseded"}).ok
    answer = admin.post(
        "/certificates/bulk/revoke", {"ids": [good["id"], revoked["id"], 999999999], "reason": "superseded"}
    )
    assert answer.data["success"] == [good["id"]]
    assert {each["id"] for each in answer.data["failed"]} == {revoked["id"], 999999999}
    assert all(each["error"] for each in answer.data["failed"])


def test_bulk_is_bounded(admin):
    answer = admin.post("/certificates/bulk/revoke", {"ids": list(range(1, 102)), "reason": "superseded"})
    assert answer.status == 400 and "ids" in answer.fields, answer
    assert admin.post("/certificates/bulk/revoke", {"ids": [], "reason": "superseded"}).status in (200, 400)


def test_the_detail_has_chain_extensions_and_a_timeline(admin, issue):
    issued = issue()
    assert admin.post(f"/certificates/{issued['id']}/revoke", {"reason": "superseded"}).ok
    detail = admin.get(f"/certificates/{issued['id']}").data
    assert len(detail["chain"]) >= 2 and detail["chain"][-1]["subject"]
    oids = {each["oid"] for each in detail["extensions"]}
    assert {"2.5.29.17", "2.5.29.37", "2.5.29.31", "1.3.6.1.5.5.7.1.1"} <= oids
    actions = [each["action"] for each in detail["timeline"]]
    assert {"certificate.issue", "certificate.revoke"} <= set(actions)
    assert detail["timeline"][0]["by"] == "the-admin"


def test_the_fields_say_what_the_certificate_says(admin, issue):
    issued = issue(
        san=["ip:192.0.2.1"],
        san_email=["someone@certwright.example"],
        san_uri=["spiffe://certwright.example/a"],
    )
    certificate = certificate_of(issued)
    assert int(issued["serial_number"], 16) == certificate.serial_number
    assert issued["serial_number"] == issued["serial_number"].lower()
    types = {(san["type"], san["value"]) for san in issued["sans"]}
    assert types == {
        ("dns", issued["common_name"]),
        ("ip", "192.0.2.1"),
        ("email", "someone@certwright.example"),
        ("uri", "spiffe://certwright.example/a"),
    }
    end = datetime.datetime.fromisoformat(issued["valid_to"])
    assert end == certificate.not_valid_after_utc
    assert issued["valid_to"].endswith("Z") and issued["valid_to"] == issued["valid_until"]


def test_a_name_in_unicode_becomes_its_ascii_form(admin):
    answer = admin.post(
        "/certificates",
        {"common_name": "b\u00fccher.certwright.example", "san_dns": ["b\u00fccher.certwright.example"]},
    )
    if answer.status == 201:
        assert "xn--bcher-kva.certwright.example" in pki.dns_names(certificate_of(answer.data))
    else:
        assert answer.status == 400, answer


def test_subject_fields_arrive_in_order(admin):
    name = fresh_name()
    answer = admin.post(
        "/certificates",
        {
            "common_name": name,
            "san_dns": [name],
            "organization": "Example, Ltd",
            "organizational_unit": "R&D",
            "country": "DE",
            "state": "Berlin",
            "locality": "Berlin",
        },
    )
    assert answer.status == 201, answer
    subject = certificate_of(answer.data).subject
    assert subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == "Example, Ltd"
    order = [attribute.oid for attribute in subject]
    assert (
        order.index(NameOID.COUNTRY_NAME)
        < order.index(NameOID.ORGANIZATION_NAME)
        < order.index(NameOID.COMMON_NAME)
    )


def test_serials_are_never_the_same(admin):
    serials = set()
    for _ in range(50):
        name = fresh_name()
        serials.add(
            admin.post("/certificates", {"common_name": name, "san_dns": [name]}).data["serial_number"]
        )
    assert len(serials) == 50


def test_issuing_is_prompt(issue):
    started = time.monotonic()
    for _ in range(20):
        issue()
    assert (time.monotonic() - started) / 20 < 0.5

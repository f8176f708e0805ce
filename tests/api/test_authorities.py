"""Authorities: those of the first start, and those that are made."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from support import pki
from support.acme import fresh_name
from support.process import run


def create(admin, **wanted):
    body = {
        "common_name": "CA " + fresh_name(),
        "ca_type": "root",
        "key_algorithm": "ECDSA",
        "key_size": "P-256",
        "validity_years": 5,
    }
    body |= wanted
    answer = admin.post("/cas", {name: value for name, value in body.items() if value is not None})
    assert answer.status == 201, answer
    return answer.data


def pem_of(admin, ca):
    return pki.load(admin.get(f"/cas/{ca['id']}").data["pem"])


def test_the_first_start_made_a_root_and_an_issuing_authority(admin, root_ca, issuing_ca):
    root, issuing = pem_of(admin, root_ca), pem_of(admin, issuing_ca)
    assert isinstance(root.public_key().curve, ec.SECP384R1) and isinstance(
        issuing.public_key().curve, ec.SECP256R1
    )
    assert root.issuer == root.subject and issuing.issuer == root.subject
    for certificate, path_length in ((root, (None, 1, 2)), (issuing, (0,))):
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        assert constraints.critical and constraints.value.ca and constraints.value.path_length in path_length
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
        assert usage.critical and usage.value.key_cert_sign and usage.value.crl_sign
        assert certificate.serial_number.bit_length() >= 64
    assert issuing.not_valid_after_utc <= root.not_valid_after_utc
    root.verify_directly_issued_by(root)
    issuing.verify_directly_issued_by(root)


def test_the_tree_hangs_the_issuing_authority_below_the_root(admin, root_ca, issuing_ca):
    tree = admin.get("/cas/tree").data
    root = next(node for node in tree if node["id"] == root_ca["id"])
    assert [node["id"] for node in root["children"] if node["id"] == issuing_ca["id"]]
    assert root["has_private_key"] is True


@pytest.mark.parametrize(
    ("algorithm", "size", "expected"),
    [
        ("RSA", 2048, lambda key: isinstance(key, rsa.RSAPublicKey) and key.key_size == 2048),
        ("RSA", "3072", lambda key: isinstance(key, rsa.RSAPublicKey) and key.key_size == 3072),
        ("ECDSA", "P-256", lambda key: isinstance(key.curve, ec.SECP256R1)),
        ("ECDSA", "P-384", lambda key: isinstance(key.curve, ec.SECP384R1)),
        ("ECDSA", "P-521", lambda key: isinstance(key.curve, ec.SECP521R1)),
        ("Ed25519", None, lambda key: isinstance(key, ed25519.Ed25519PublicKey)),
    ],
)
def test_roots_of_every_algorithm_verify(admin, tmp_path, algorithm, size, expected):
    ca = create(admin, key_algorithm=algorithm, key_size=size)
    certificate = pem_of(admin, ca)
    assert expected(certificate.public_key())
    certificate.verify_directly_issued_by(certificate)
    # And it issues: a leaf under it convinces OpenSSL.
    name = fresh_name()
    body = {"common_name": name, "san_dns": [name], "ca_id": ca["id"]}
    issued = admin.post("/certificates", body)
    if ca["path_length"] is not None or issued.status == 201:
        assert issued.status == 201, issued
        (tmp_path / "root.pem").write_text(admin.get(f"/cas/{ca['id']}").data["pem"])
        (tmp_path / "leaf.pem").write_text(issued.data["pem"])
        run("openssl", "verify", "-x509_strict", "-CAfile", tmp_path / "root.pem", tmp_path / "leaf.pem")


def test_a_chain_of_three_verifies_everywhere(admin, tmp_path):
    root = create(admin, path_length=2)
    middle = create(admin, ca_type="intermediate", parent_id=root["id"], path_length=1, validity_years=4)
    issuing = create(admin, ca_type="intermediate", parent_id=middle["id"], path_length=0, validity_years=3)
    name = fresh_name()
    leaf = admin.post("/certificates", {"common_name": name, "san_dns": [name], "ca_id": issuing["id"]}).data
    detail = admin.get(f"/certificates/{leaf['id']}").data
    pems = [admin.get(f"/cas/{ca['id']}").data["pem"] for ca in (issuing, middle, root)]
    files = pki.Files(tmp_path, detail["pem"], pems[:2], pems[2])
    pki.openssl_verify(files)
    assert "Verified" in pki.certtool_verify(files).output
    served = [each["common_name"] for each in detail["chain"]]
    assert [name for name in served if name != leaf["common_name"]][:2] == [
        issuing["common_name"],
        middle["common_name"],
    ]


def test_an_intermediate_without_a_parent_is_refused(admin):
    answer = admin.post(
        "/cas", {"common_name": "X", "ca_type": "intermediate", "key_algorithm": "ECDSA", "key_size": "P-256"}
    )
    assert answer.status == 400 and "parent_id" in answer.fields, answer
    answer = admin.post(
        "/cas",
        {"common_name": "X", "ca_type": "intermediate", "parent_id": 999999999, "key_algorithm": "ECDSA"},
    )
    assert answer.status in (400, 404), answer


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("key_size", {"key_algorithm": "RSA", "key_size": 1024}),
        ("key_size", {"key_algorithm": "RSA", "key_size": 16384}),
        ("key_size", {"key_algorithm": "RSA", "key_size": 2049}),
        ("key_size", {"key_algorithm": "ECDSA", "key_size": "P-192"}),
        ("key_size", {"key_algorithm": "ECDSA", "key_size": 256}),
        ("key_algorithm", {"key_algorithm": "DSA"}),
        ("common_name", {"common_name": ""}),
        ("common_name", {"common_name": "x" * 65}),
        ("country", {"country": "Germany"}),
        ("validity_days", {"validity_days": 0, "validity_years": None}),
        ("validity_years", {"validity_years": -1}),
        ("validity_years", {"validity_years": 500}),
        ("path_length", {"path_length": -1}),
        ("ca_type", {"ca_type": "leaf"}),
    ],
)
def test_what_makes_no_authority_is_refused_by_name(admin, field, body):
    full = {
        "common_name": "X",
        "ca_type": "root",
        "key_algorithm": "ECDSA",
        "key_size": "P-256",
        "validity_years": 5,
        **body,
    }
    answer = admin.post("/cas", {name: value for name, value in full.items() if value is not None})
    if body == {"key_algorithm": "ECDSA", "key_size": 256}:
        assert answer.status in (201, 400)  # the number of bits may be taken for the curve's name
        return
    assert answer.status == 400, answer
    # Kind and size of a key are one thing, and so are days and years.
    alike = {
        "key_size": {"key_algorithm", "key_type"},
        "key_algorithm": {"key_type"},
        "validity_years": {"validity_days"},
    }
    assert set(answer.fields) & ({field} | alike.get(field, set())), answer


def test_an_authority_in_use_is_not_deleted(admin, issue):
    ca = create(admin)
    issue(ca_id=ca["id"])
    answer = admin.delete(f"/cas/{ca['id']}")
    assert answer.status == 409, answer
    parent = create(admin)
    create(admin, ca_type="intermediate", parent_id=parent["id"], validity_years=1)
    assert admin.delete(f"/cas/{parent['id']}").status == 409
    unused = create(admin)
    assert admin.delete(f"/cas/{unused['id']}").ok
    assert admin.get(f"/cas/{unused['id']}").status == 404


def test_a_new_authority_does_not_take_over(admin, root_ca, issuing_ca):
    """Who names no authority gets certificates from the same one as yesterday."""
    create(admin, ca_type="intermediate", parent_id=root_ca["id"], validity_years=1)
    name = fresh_name()
    issued = admin.post("/certificates", {"common_name": name, "san_dns": [name]})
    assert issued.data["ca_id"] == issuing_ca["id"], issued
    assert admin.get("/acme/settings").data["issuing_ca_id"] == issuing_ca["id"]


def test_an_inactive_authority_issues_nothing(admin):
    ca = create(admin)
    assert admin.patch(f"/cas/{ca['id']}", {"is_active": False}).ok
    name = fresh_name()
    answer = admin.post("/certificates", {"common_name": name, "san_dns": [name], "ca_id": ca["id"]})
    assert answer.status in (400, 409), answer


def test_renaming_touches_nothing_else(admin):
    ca = create(admin)
    before = admin.get(f"/cas/{ca['id']}").data
    assert admin.patch(f"/cas/{ca['id']}", {"name": "A calmer name"}).ok
    after = admin.get(f"/cas/{ca['id']}").data
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed <= {"name", "descr", "updated_at"}, changed


def test_exports_are_what_they_say(admin, issuing_ca, root_ca):
    path = f"/cas/{issuing_ca['id']}/export"
    pem = admin.get(path, format="pem")
    assert pki.load(pem.content).subject == pem_of(admin, issuing_ca).subject
    assert "attachment" in pem.headers["Content-Disposition"]
    der = x509.load_der_x509_certificate(admin.get(path, format="der").content)
    assert der == pki.load(pem.content)
    chain = pki.load_chain(admin.get(path, format="chain").content)
    assert chain[0] == der and chain[-1] == pem_of(admin, root_ca)
    everything = pki.load_chain(admin.get("/cas/export").content)
    assert {der, pem_of(admin, root_ca)} <= set(everything)
    assert b"PRIVATE KEY" not in pem.content


def test_lists_can_be_searched_and_paged(admin):
    ca = create(admin, common_name="Findable " + fresh_name())
    found = admin.get("/cas", search=ca["common_name"][:20]).data
    assert ca["id"] in [each["id"] for each in found]
    assert all(each["is_root"] for each in admin.get("/cas", type="root").data)
    page = admin.get("/cas", page=1, per_page=1)
    assert len(page.data) == 1 and page.meta["total"] >= 3


def test_the_fields_say_what_the_certificate_says(admin, issuing_ca):
    detail = admin.get(f"/cas/{issuing_ca['id']}").data
    certificate = pki.load(detail["pem"])
    assert int(detail["serial_number"], 16) == certificate.serial_number
    assert detail["ca_type"] == "intermediate" and detail["is_root"] is False
    ski = pki.extension(certificate, x509.SubjectKeyIdentifier).digest.hex()
    assert detail["ski"].replace(":", "").lower() == ski
    from cryptography.hazmat.primitives import hashes

    assert (
        detail["thumbprint_sha256"].replace(":", "").lower() == certificate.fingerprint(hashes.SHA256()).hex()
    )
    assert detail["has_private_key"] is True and "PRIVATE" not in str(detail).replace("has_private_key", "")

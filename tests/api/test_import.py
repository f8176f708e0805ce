"""What was made elsewhere: brought in whole or not at all, linked by signature, judged by others."""

import base64
import types

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12

from support import pki
from support.acme import fresh_name
from support.foreign import Authority, key_pem


@pytest.fixture
def foreign():
    """A root, an authority below it, and a leaf, made by another implementation."""
    root = Authority("Foreign Root " + fresh_name())
    below = root.authority("Foreign Issuing " + fresh_name())
    name = fresh_name()
    key = pki.private_key()
    return types.SimpleNamespace(root=root, below=below, name=name, key=key, leaf=below.leaf(name, key))


def pem(*certificates):
    return "".join(
        each.public_bytes(serialization.Encoding.PEM).decode()
        for each in (getattr(one, "certificate", one) for one in certificates)
    )


def post_file(client, path, content, **fields):
    return client.request("POST", path, data=fields, files={"file": ("import.bin", content)})


def counts(admin):
    return admin.get("/certificates/stats").data["total"], len(admin.get("/cas").data)


def test_a_chain_comes_in_any_order_with_text_around(admin, foreign):
    text = f"Bag Attributes\n  friendlyName: x\n{pem(foreign.leaf)}\nissuer=...\n" + pem(
        foreign.below, foreign.root
    )
    answer = admin.post("/certificates/import", {"certificate": text, "private_key": key_pem(foreign.key)})
    assert answer.status == 201, answer
    data = answer.data
    assert data["common_name"] == foreign.name and data["source"] == "import"
    assert data["has_private_key"] is True and data["cert_type"] == "server"
    assert len(data["imported_ids"]["cas"]) == 2 and len(data["imported_ids"]["certificates"]) == 1
    chain = admin.get(f"/certificates/{data['id']}").data["chain"]
    assert [pki.load(each["pem"]) for each in chain] == [
        foreign.below.certificate,
        foreign.root.certificate,
    ]
    root, below = (admin.get(f"/cas/{id_}").data for id_ in data["imported_ids"]["cas"])
    assert root["is_root"] is True and below["parent_id"] == root["id"]
    assert root["has_private_key"] is False
    # It is revoked and found as any other.
    assert admin.get("/certificates", search=foreign.name).data[0]["id"] == data["id"]
    assert admin.get("/certificates", source="import", search=foreign.name).meta["total"] == 1


@pytest.mark.parametrize("way", ["pem", "der", "p7b", "p7b pem", "p12", "base64"])
def test_every_format(admin, foreign, way):
    everything = [foreign.leaf, foreign.below.certificate, foreign.root.certificate]
    assert admin.post("/cas/import", {"certificate": pem(foreign.root, foreign.below)}).status == 200
    fields = {}
    if way == "pem":
        content = pem(foreign.leaf).encode()
    elif way == "der":
        content = foreign.leaf.public_bytes(serialization.Encoding.DER)
    elif way.startswith("p7b"):
        encoding = serialization.Encoding.PEM if way.endswith("pem") else serialization.Encoding.DER
        content = pkcs7.serialize_certificates(everything, encoding)
    elif way == "base64":
        answer = admin.post(
            "/certificates/import",
            {"file": base64.b64encode(foreign.leaf.public_bytes(serialization.Encoding.DER)).decode()},
        )
        assert answer.status == 201 and answer.data["common_name"] == foreign.name, answer
        return
    else:
        content = pkcs12.serialize_key_and_certificates(
            b"x", foreign.key, foreign.leaf, everything[1:],
            serialization.BestAvailableEncryption(b"import phrase"),
        )  # fmt: skip
        fields = {"password": "import phrase"}
    answer = post_file(admin, "/certificates/import", content, **fields)
    assert answer.status == 201, answer
    assert answer.data["common_name"] == foreign.name
    assert answer.data["has_private_key"] is (way == "p12")


def test_an_authority_with_its_key_issues(admin, foreign, files, tmp_path):
    p12 = pkcs12.serialize_key_and_certificates(
        b"x", foreign.below.key, foreign.below.certificate, [foreign.root.certificate],
        serialization.BestAvailableEncryption(b"import phrase"),
    )  # fmt: skip
    answer = post_file(
        admin, "/cas/import", p12, password="import phrase", name="Brought in", import_key="true"
    )
    assert answer.status == 200, answer
    assert answer.data["has_private_key"] is True and answer.data["name"] == "Brought in"
    name = fresh_name()
    issued = admin.post("/certificates", {"common_name": name, "ca_id": answer.data["id"]})
    assert issued.status == 201, issued
    chain = admin.get(f"/certificates/{issued.data['id']}").data["chain"]
    found = pki.Files(tmp_path, issued.data["pem"], [chain[0]["pem"]], pem(foreign.root))
    pki.openssl_verify(found, "-purpose", "sslserver")
    assert "Verified" in pki.certtool_verify(found).output


def test_without_import_key_the_key_stays_away(admin, foreign):
    text = pem(foreign.root)
    answer = admin.post(
        "/cas/import",
        {"pem_content": text, "private_key": key_pem(foreign.root.key), "import_key": False},
    )
    assert answer.status == 200 and answer.data["has_private_key"] is False, answer
    again = admin.post("/cas/import", {"pem_content": text, "private_key": key_pem(foreign.root.key)})
    assert again.status == 409 and "here already" in again.json["message"], again
    updated = admin.post(
        "/cas/import",
        {"pem_content": text, "private_key": key_pem(foreign.root.key), "update_existing": True},
    )
    assert updated.status == 200 and updated.data["has_private_key"] is True, updated
    assert updated.data["id"] == answer.data["id"]


def test_a_leaf_of_an_unknown_issuer_names_what_to_import_first(admin, foreign):
    before = counts(admin)
    answer = admin.post("/certificates/import", {"certificate": pem(foreign.leaf, foreign.root)})
    assert answer.status == 400 and foreign.below.name in answer.json["message"], answer
    assert counts(admin) == before, "something was kept of what was refused"


def test_an_issuer_is_known_by_its_signature_not_by_its_name(admin, foreign):
    imposter = Authority(foreign.below.name, ski=foreign.below.ski)
    forged = imposter.leaf(foreign.name, pki.private_key())
    assert admin.post("/cas/import", {"certificate": pem(foreign.root, foreign.below)}).status == 200
    assert admin.post("/certificates/import", {"certificate": pem(forged)}).status == 400


def test_a_parent_that_comes_later_is_linked(admin, foreign):
    below = admin.post("/cas/import", {"certificate": pem(foreign.below)}).data
    assert below["parent_id"] is None
    root = admin.post("/cas/import", {"certificate": pem(foreign.root)}).data
    assert admin.get(f"/cas/{below['id']}").data["parent_id"] == root["id"]


def test_authorities_come_by_either_door(admin, foreign):
    answer = admin.post("/certificates/import", {"certificate": pem(foreign.root)})
    assert answer.status == 201 and answer.data["is_root"] is True, answer
    answer = admin.post("/cas/import", {"certificate": pem(foreign.below, foreign.leaf)})
    assert answer.status == 400 and foreign.name in answer.text, answer


def test_only_who_may_write_authorities_brings_them_in(admin, server, foreign, user):
    operator = user("operator")
    key = operator.post(
        "/account/apikeys", {"name": "k", "permissions": ["write:certificates", "read:certificates"]}
    )
    client = server.client().with_key(key.data["key"])
    refused = client.post("/certificates/import", {"certificate": pem(foreign.root)})
    assert refused.status == 403 and "write:cas" in refused.json["message"], refused
    refused = client.post("/import/execute", {"content": pem(foreign.root)})
    assert refused.status == 403, refused


def test_a_key_of_something_else_is_refused(admin, foreign):
    before = counts(admin)
    answer = admin.post(
        "/cas/import", {"certificate": pem(foreign.root), "private_key": key_pem(foreign.key)}
    )
    assert answer.status == 400 and "private_key" in answer.fields, answer
    assert counts(admin) == before


def test_a_certificate_gets_its_key_later(admin, foreign):
    text = pem(foreign.leaf, foreign.below, foreign.root)
    kept = admin.post("/certificates/import", {"certificate": text}).data
    assert kept["has_private_key"] is False
    path = f"/certificates/{kept['id']}/key"
    assert admin.post(path, {"key": key_pem(pki.private_key())}).status == 400
    answer = admin.post(path, {"key": key_pem(foreign.key)})
    assert answer.status == 200 and answer.data["has_private_key"] is True, answer
    assert admin.post(path, {"key": key_pem(foreign.key)}).status == 409
    exported = admin.post(f"/certificates/{kept['id']}/export", {"format": "key"})
    assert serialization.load_pem_private_key(exported.content, None).public_key() == foreign.key.public_key()


def bad_p12():
    root = Authority("Broken")
    whole = pkcs12.serialize_key_and_certificates(
        b"x", root.key, root.certificate, None, serialization.BestAvailableEncryption(b"right")
    )
    return {"wrong password": (whole, "wrong"), "no password": (whole, None), "cut": (whole[:200], "right")}


def weak_root():
    key = pki.private_key("RSA 1024")
    return Authority("Weak", key=key).certificate.public_bytes(serialization.Encoding.PEM)


def bad_files():
    leaf = Authority("Self").leaf("self.certwright.example", pki.private_key())
    der = leaf.public_bytes(serialization.Encoding.DER)
    files = bad_p12() | {
        "empty": (b"", None),
        "rubbish": (b"\x00\x01 rubbish", None),
        "cut certificate": (der[:-3], None),
        "trailing": (der + b"\x00", None),
        "pem without end": (b"-----BEGIN CERTIFICATE-----\nMAA=\n", None),
        "pem of rubbish": (b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", None),
        "request": (pki.csr("a.certwright.example").encode(), None),
        "key alone": (key_pem(pki.private_key()).encode(), None),
        "weak authority": (weak_root(), None),
    }
    return files


@pytest.fixture(scope="module")
def broken():
    return bad_files()


def test_bad_files_are_refused_and_nothing_is_kept(admin, broken):
    before = counts(admin)
    for name, (content, password) in broken.items():
        fields = {"password": password} if password else {}
        answer = post_file(admin, "/certificates/import", content, **fields)
        assert answer.status == 400 and answer.fields, (name, answer)
        assert "right" not in answer.text, name
    assert counts(admin) == before


def test_no_file_and_two_sources_are_refused(admin, foreign):
    assert admin.post("/certificates/import", {}).status == 400
    both = {"certificate": pem(foreign.root), "file": "MAA="}
    assert admin.post("/certificates/import", both).status == 400
    answer = admin.request("POST", "/cas/import", data="x", headers={"Content-Type": "text/plain"})
    assert answer.status == 415, answer


def test_analysis_says_what_is_there_and_keeps_nothing(admin, foreign):
    before = counts(admin)
    stray = pki.private_key()
    content = (
        pem(foreign.leaf, foreign.below)
        + key_pem(foreign.key)
        + key_pem(stray)
        + pki.csr("a.certwright.example", key=stray)
        + key_pem(pki.private_key())
    )
    found = admin.post("/import/analyze", {"content": content}).data
    kinds = [each["type"] for each in found["objects"]]
    assert sorted(kinds) == ["ca", "certificate", "csr", "private_key", "private_key", "private_key"]
    assert found["summary"]["total"] == 6 and found["summary"]["cas"] == 1
    leaf = next(each for each in found["objects"] if each["type"] == "certificate")
    pair = next(p for p in found["matching"]["matched_pairs"] if p["object"] == leaf["index"])
    assert found["objects"][pair["key"]]["type"] == "private_key"
    assert len(found["matching"]["csr_key_pairs"]) == 1 and len(found["matching"]["orphan_keys"]) == 1
    assert found["chains"][0]["names"] == [foreign.name, foreign.below.name]
    assert found["chains"][0]["complete"] is False
    assert counts(admin) == before
    assert "PRIVATE KEY" not in str(found)


def test_execution_keeps_all_that_it_can(admin, foreign):
    key = pki.private_key()
    name = fresh_name()
    stranger = Authority("Nobody").leaf(fresh_name(), pki.private_key())
    content = pem(foreign.leaf, foreign.below, foreign.root, stranger) + key_pem(foreign.key)
    content += pki.csr(name, [name], key=key) + key_pem(key)
    done = admin.post("/import/execute", {"content": content, "options": {"description_prefix": "old: "}})
    assert done.status == 200, done
    assert done.data["cas_imported"] == 2 and done.data["certificates_imported"] == 1
    assert done.data["csrs_imported"] == 1 and done.data["keys_matched"] == 2
    assert done.data["success"] is False and "Nobody" in done.data["errors"][0]
    request = admin.get(f"/csrs/{done.data['imported_ids']['csrs'][0]}").data
    assert request["has_private_key"] is True and request["common_name"] == name
    again = admin.post("/import/execute", {"content": pem(foreign.root)})
    assert again.data["cas_imported"] == 0 and again.data["warnings"], again
    binary = foreign.root.certificate.public_bytes(serialization.Encoding.DER)
    assert admin.post("/import/execute", {"content": base64.b64encode(binary).decode()}).status == 200


def test_formats_are_listed(callers):
    assert {each["name"] for each in callers["viewer"].get("/import/formats").data["formats"]} == {
        "PEM",
        "DER",
        "PKCS#7",
        "PKCS#12",
    }


def test_names_that_cannot_be_kept_are_refused(admin):
    root = Authority("Long " + fresh_name())
    assert admin.post("/cas/import", {"certificate": pem(root)}).status == 200
    names = [x509.DNSName("a" * 60 + f"{n}.certwright.example") for n in range(40)]
    leaf = root.leaf("n.certwright.example", pki.private_key(), names=names)
    answer = admin.post("/certificates/import", {"certificate": pem(leaf)})
    assert answer.status == 201, answer
    odd = root.leaf("a\nb", pki.private_key(), names=[x509.DNSName("odd.certwright.example")])
    assert admin.post("/certificates/import", {"certificate": pem(odd)}).status in (201, 400)

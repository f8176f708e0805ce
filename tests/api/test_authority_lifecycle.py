"""Authorities over the years: leaving as files, renewed, cross-signed, below a root that is offline."""

import io
import zipfile

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12

from conftest import PASSWORD
from support import pki
from support.acme import fresh_name
from support.foreign import Authority, key_pem
from support.process import run


def create(admin, **wanted):
    plain = {
        "common_name": "CA " + fresh_name(),
        "ca_type": "root",
        "key_algorithm": "ECDSA",
        "key_size": "P-256",
        "validity_years": 5,
    }
    answer = admin.post("/cas", plain | wanted)
    assert answer.status == 201, answer
    return answer.data


def below(admin, parent, **wanted):
    return create(
        admin, **({"ca_type": "intermediate", "parent_id": parent["id"], "validity_years": 2} | wanted)
    )


def leaf(admin, ca, name=None):
    name = name or fresh_name()
    answer = admin.post("/certificates", {"common_name": name, "san": [name], "ca_id": ca["id"]})
    assert answer.status == 201, answer
    return answer.data


def certificate_of(admin, ca):
    return pki.load(admin.get(f"/cas/{ca['id']}").data["pem"])


def verified(folder, leaf_pem, between, root, check=True):
    folder.mkdir(exist_ok=True)
    return pki.openssl_verify(pki.Files(folder, leaf_pem, between, root), check=check).returncode == 0


# ---- Leaving as files ----


def test_the_key_of_an_authority_leaves_by_its_own_right_alone(admin, user, server):
    ca = create(admin)
    path = f"/cas/{ca['id']}/export"
    key = admin.post(path, {"format": "key", "password": "export phrase 1"})
    loaded = serialization.load_pem_private_key(key.content, b"export phrase 1")
    assert loaded.public_key() == certificate_of(admin, ca).public_key()
    assert b"ENCRYPTED PRIVATE KEY" in key.content
    plain = admin.post(path, {"format": "pem", "include_key": True}).content
    assert serialization.load_pem_private_key(plain, None).public_key() == loaded.public_key()
    # By GET no key, whoever asks.
    assert admin.get(path, format="key").status == 400
    assert admin.get(path, format="pkcs12", password="export phrase 1").status == 400
    operator = user("operator")
    for wanted in (
        {"format": "key"},
        {"format": "pkcs12", "password": "export phrase 1"},
        {"include_key": True},
    ):
        assert operator.post(path, wanted).status == 403, wanted
    assert operator.post(path, {"format": "pem"}).ok
    # A right to the keys of certificates is none to those of authorities.
    made = admin.post(
        "/rbac/roles",
        {"name": "n" + fresh_name().split(".")[0], "permissions": ["read:cas", "read:private_keys"]},
    )
    assert made.status == 201, made
    admin.post("/users", {"username": "k" + ca["refid"][:8], "password": PASSWORD, "role": made.data["name"]})
    keeper = server.client().sign_in("k" + ca["refid"][:8], PASSWORD)
    assert keeper.post(path, {"format": "key"}).status == 403
    # Each look is in the audit log, the secret is not.
    entries = admin.get("/audit/logs", action="ca.export", per_page=50).data
    mine = [each for each in entries if str(each["resource_id"]) == str(ca["id"]) and each["success"]]
    assert len(mine) >= 2 and "export phrase" not in str(entries)


def test_pkcs12_and_jks_have_the_whole_chain(admin, tmp_path):
    root = create(admin)
    ca = below(admin, root)
    path = f"/cas/{ca['id']}/export"
    for encryption in (False, True):
        p12 = admin.post(
            path, {"format": "pkcs12", "password": "export phrase 1", "legacy_encryption": encryption}
        )
        key, certificate, others = pkcs12.load_key_and_certificates(p12.content, b"export phrase 1")
        assert certificate == certificate_of(admin, ca) and others == [certificate_of(admin, root)]
        assert key.public_key() == certificate.public_key()
    jks = admin.post(path, {"format": "jks", "password": "export phrase 1"})
    (tmp_path / "ca.jks").write_bytes(jks.content)
    listed = run("keytool", "-list", "-v", "-keystore", tmp_path / "ca.jks", "-storepass", "export phrase 1")
    assert "Certificate chain length: 2" in listed.output
    assert admin.post(path, {"format": "pkcs12", "password": "short"}).status == 400
    chain = pkcs7.load_der_pkcs7_certificates(admin.get(path, format="p7b").content)
    assert set(chain) == {certificate_of(admin, ca), certificate_of(admin, root)}


def test_all_and_several_leave_at_once(admin):
    ids = [create(admin)["id"] for _ in range(2)]
    both = admin.post("/cas/export", {"format": "pem"})
    assert both.ok and len(pki.load_chain(both.content)) >= 2
    p7b = pkcs7.load_der_pkcs7_certificates(admin.get("/cas/export", format="p7b").content)
    assert {certificate_of(admin, {"id": id_}) for id_ in ids} <= set(p7b)
    packed = admin.post("/cas/bulk/export", {"ids": ids + ids[:1], "format": "der"})
    assert packed.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.testzip() is None and len(archive.namelist()) == 2
        inside = {x509.load_der_x509_certificate(archive.read(name)) for name in archive.namelist()}
    assert inside == {certificate_of(admin, {"id": id_}) for id_ in ids}
    assert admin.post("/cas/bulk/export", {"ids": ids, "format": "pkcs12"}).status == 400
    assert admin.post("/cas/bulk/export", {"ids": []}).status == 400
    assert admin.post("/cas/bulk/export", {"ids": [999999999]}).status == 404


def test_bulk_deleting_says_what_stays(admin):
    unused, used = create(admin), create(admin)
    leaf(admin, used)
    answer = admin.post("/cas/bulk/delete", {"ids": [unused["id"], used["id"], 999999999]})
    assert answer.data["success"] == [unused["id"]], answer
    assert [each["id"] for each in answer.data["failed"]] == [used["id"], 999999999]
    assert all(each["error"] for each in answer.data["failed"])
    assert admin.get(f"/cas/{unused['id']}").status == 404 and admin.get(f"/cas/{used['id']}").ok


# ---- Living on ----


def test_renewal_over_the_same_key(admin, tmp_path):
    root = create(admin)
    ca = below(admin, root, path_length=0, name_constraints_permitted=["DNS:certwright.example"])
    issued = leaf(admin, ca)
    before = certificate_of(admin, ca)
    renewed = admin.post(f"/cas/{ca['id']}/renew", {"validity_years": 4})
    assert renewed.status == 200 and renewed.data["id"] == ca["id"], renewed
    after = certificate_of(admin, ca)
    assert (
        after.serial_number != before.serial_number and after.not_valid_after_utc > before.not_valid_after_utc
    )
    for kind in (x509.BasicConstraints, x509.NameConstraints, x509.SubjectKeyIdentifier, x509.KeyUsage):
        assert pki.extension(after, kind) == pki.extension(before, kind)
    assert verified(tmp_path / "new", issued["pem"], [pki.pem(after)], root["pem"])
    former = admin.get(f"/cas/{ca['id']}/further-certificates").data
    assert [each["kind"] for each in former] == ["former"] and pki.load(former[0]["pem"]) == before
    assert verified(tmp_path / "old", issued["pem"], [former[0]["pem"]], root["pem"])
    too_long = admin.post(f"/cas/{ca['id']}/renew", {"validity_years": 20})
    assert too_long.status == 400 and "validity_days" in too_long.fields, too_long


def test_renewal_with_a_new_key(admin, tmp_path):
    root = create(admin)
    ca = below(admin, root)
    old_leaf = leaf(admin, ca)
    successor = admin.post(
        f"/cas/{ca['id']}/renew",
        {"new_key": True, "key_algorithm": "RSA", "key_size": 2048, "switch_over": True},
    ).data
    assert successor["id"] != ca["id"] and successor["subject"] == ca["subject"]
    assert successor["key_type"] == "RSA 2048" and successor["ski"] != ca["ski"]
    old = admin.get(f"/cas/{ca['id']}").data
    assert old["renewed_by"] == successor["id"] and old["is_active"] is False
    new_leaf = leaf(admin, successor)
    assert verified(tmp_path / "new", new_leaf["pem"], [successor["pem"]], root["pem"])
    assert verified(tmp_path / "old", old_leaf["pem"], [old["pem"]], root["pem"])
    # What the old one issued can still be revoked, and the list says so.
    assert admin.post(f"/certificates/{old_leaf['id']}/revoke", {"reason": "superseded"}).ok
    assert admin.post(f"/crl/{ca['id']}/regenerate", {}).ok
    assert admin.post(f"/cas/{ca['id']}/renew", {"new_key": True}).status == 409


def test_cross_signing_lets_either_root_vouch(admin, tmp_path):
    one, two = create(admin), create(admin, path_length=0)
    ca = below(admin, one, path_length=0)
    issued = leaf(admin, ca)
    refused = admin.post(f"/cas/{ca['id']}/cross-sign", {"issuer_id": two["id"]})
    assert refused.status == 400, refused  # its path length allows no authority below it
    three = create(admin)
    cross = admin.post(f"/cas/{ca['id']}/cross-sign", {"issuer_id": three["id"], "validity_days": 100})
    assert cross.status == 201, cross
    assert verified(tmp_path / "a", issued["pem"], [ca["pem"]], one["pem"])
    assert verified(tmp_path / "b", issued["pem"], [cross.data["pem"]], three["pem"])
    assert not verified(tmp_path / "c", issued["pem"], [ca["pem"]], three["pem"], check=False)
    assert admin.get(f"/cas/{ca['id']}/further-certificates").data[0]["kind"] == "cross"
    assert admin.post(f"/cas/{one['id']}/cross-sign", {"issuer_id": ca["id"]}).status == 400
    assert admin.delete(f"/cas/{three['id']}").status == 409


# ---- Below a root that is offline ----


@pytest.fixture
def vault(tmp_path):
    """A root whose key never comes near the server: openssl signs."""
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes", "-keyout",
        tmp_path / "root.key", "-subj", "/CN=Vault " + fresh_name(), "-days", "4000", "-addext",
        "keyUsage=critical,keyCertSign,cRLSign", "-out", tmp_path / "root.pem")  # fmt: skip

    def sign(csr, days=1000):
        (tmp_path / "ca.csr").write_bytes(csr)
        run("openssl", "x509", "-req", "-in", tmp_path / "ca.csr", "-CA", tmp_path / "root.pem", "-CAkey",
            tmp_path / "root.key", "-CAcreateserial", "-days", days, "-copy_extensions", "copyall", "-out",
            tmp_path / "ca.pem")  # fmt: skip
        return (tmp_path / "ca.pem").read_text()

    sign.root = (tmp_path / "root.pem").read_text()
    return sign


def test_an_authority_below_an_offline_root(admin, vault, tmp_path):
    name = "Online " + fresh_name()
    wanted = {"common_name": name, "key_algorithm": "ECDSA", "key_size": "P-256", "path_length": 0}
    request = admin.post("/cas/requests", wanted | {"name_constraints_permitted": ["DNS:certwright.example"]})
    assert request.status == 201, request
    id_ = request.data["id"]
    assert id_ in [each["id"] for each in admin.get("/cas/requests").data]
    csr = admin.get(f"/cas/requests/{id_}/export")
    assert x509.load_pem_x509_csr(csr.content).is_signature_valid
    assert admin.get(f"/cas/requests/{id_}").data["csr_pem"].encode() == csr.content
    assert id_ in [each["request_id"] for each in admin.get("/cas/calendar").data]

    wrong = Authority("Somebody else")
    refused = admin.post(f"/cas/requests/{id_}/complete", {"certificate": pki.pem(wrong.certificate)})
    assert refused.status == 400 and "certificate" in refused.fields, refused
    answer = vault(csr.content)
    made = admin.post(f"/cas/requests/{id_}/complete", {"certificate": answer + vault.root})
    assert made.status == 201, made
    assert made.data["has_private_key"] is True and made.data["common_name"] == name
    assert admin.get(f"/cas/requests/{id_}").status == 404
    issued = leaf(admin, made.data)
    assert verified(tmp_path / "v", issued["pem"], [answer], vault.root)
    # The root came in without its key, so that its duties are in the calendar.
    root = admin.get(f"/cas/{made.data['parent_id']}").data
    assert root["has_private_key"] is False
    duties = admin.get("/cas/calendar").data
    assert {"renew_authority", "authority_ends"} <= {
        each["duty"] for each in duties if each["ca_id"] == root["id"]
    }
    assert [each["due_at"] for each in duties] == sorted(each["due_at"] for each in duties)

    # It is renewed the same way, over its key.
    assert admin.post(f"/cas/{made.data['id']}/renew", {}).status == 409
    again = admin.post(f"/cas/{made.data['id']}/request").data
    renewed = admin.post(
        f"/cas/requests/{again['id']}/complete",
        {"certificate": vault(again["csr_pem"].encode(), days=2000)},
    )
    assert renewed.status == 201 and renewed.data["id"] == made.data["id"], renewed
    assert renewed.data["valid_to"] > made.data["valid_to"]
    assert admin.get(f"/cas/{made.data['id']}/further-certificates").data[0]["kind"] == "former"


def test_a_request_can_be_given_up(admin):
    id_ = admin.post("/cas/requests", {"common_name": "Never " + fresh_name(), "key_size": "P-256"}).data[
        "id"
    ]
    assert admin.delete(f"/cas/requests/{id_}").status == 204
    assert admin.get(f"/cas/requests/{id_}").status == 404
    assert admin.post("/cas/requests", {"common_name": "x", "parent_id": 1}).status == 400


# ---- What a certificate says of how it was made ----


def test_a_certificate_names_its_template_and_the_lints(admin):
    template = next(t for t in admin.get("/templates").data if t["template_type"] == "web_server")
    name = fresh_name()
    made = admin.post(
        "/certificates", {"common_name": name, "san": [name], "template_id": template["id"]}
    ).data
    detail = admin.get(f"/certificates/{made['id']}").data
    assert detail["template_id"] == template["id"] and detail["template_version"] >= 1
    assert detail["template_name"] == template["name"] and isinstance(detail["lint"], list)
    plain = admin.post("/certificates", {"common_name": name, "san": [name], "validity_days": 500}).data
    detail = admin.get(f"/certificates/{plain['id']}").data
    assert detail["template_id"] is None and detail["template_name"] == ""
    assert "server_lifetime" in {each["lint"] for each in detail["lint"]}


# ---- Lists that are signed elsewhere ----


def sign_list(folder, root, index, number, days=30):
    """`openssl ca -gencrl` where the key is."""
    folder.mkdir(exist_ok=True)
    (folder / "index.txt").write_text(index)
    (folder / "index.txt.attr").write_text("unique_subject = no\n")
    (folder / "number").write_text(f"{number:04X}\n")
    (folder / "root.key").write_text(key_pem(root.key))
    (folder / "root.pem").write_text(pki.pem(root.certificate))
    (folder / "ca.cnf").write_text(
        f"[ca]\ndefault_ca=d\n[d]\ndatabase={folder}/index.txt\ncrlnumber={folder}/number\n"
        f"certificate={folder}/root.pem\nprivate_key={folder}/root.key\ndefault_md=sha256\n"
        f"crl_extensions=e\ndefault_crl_days={days}\n[e]\nauthorityKeyIdentifier=keyid\n"
    )
    run("openssl", "ca", "-gencrl", "-config", folder / "ca.cnf", "-out", folder / "crl.pem")
    return (folder / "crl.pem").read_text()


def test_a_list_of_an_offline_authority(admin, server, tmp_path):
    root = Authority("Offline " + fresh_name())
    leaves = [root.leaf(fresh_name(), pki.private_key()) for _ in range(2)]
    pems = pki.pem(root.certificate) + "".join(pki.pem(each) for each in leaves)
    made = admin.post("/certificates/import", {"certificate": pems}).data["imported_ids"]
    ca = admin.get(f"/cas/{made['cas'][0]}").data
    assert admin.post(f"/crl/{ca['id']}/regenerate", {}).status in (400, 409)
    first = admin.post(f"/cas/{ca['id']}/crl", {"crl": sign_list(tmp_path / "a", root, "", 1)})
    assert first.status == 200 and first.data["crl_number"] == 1 and first.data["revoked_count"] == 0, first

    assert admin.post(f"/certificates/{made['certificates'][0]}/revoke", {"reason": "keyCompromise"}).ok
    index = admin.get(f"/cas/{ca['id']}/revoked-index").text
    stale = admin.post(f"/cas/{ca['id']}/crl", {"crl": sign_list(tmp_path / "b", root, "", 2)})
    assert stale.status == 400 and "leaves out" in stale.fields["crl"], stale
    listed = sign_list(tmp_path / "c", root, index, 3)
    second = admin.post(f"/cas/{ca['id']}/crl", {"crl": listed})
    assert second.status == 200 and second.data["revoked_count"] == 1, second
    published = server_get(server, f"/crl/{ca['refid']}.crl")
    crl = x509.load_der_x509_crl(published)
    assert crl == x509.load_pem_x509_crl(listed.encode())
    entry = next(iter(crl))
    assert entry.serial_number in {each.serial_number for each in leaves}
    assert pki.extension(entry, x509.CRLReason).reason == x509.ReasonFlags.key_compromise
    duty = next(
        d for d in admin.get("/cas/calendar").data if d["ca_id"] == ca["id"] and d["duty"] == "sign_crl"
    )
    assert duty["due_at"] == second.data["next_update"]

    # Older, foreign, ended or with the key here: refused.
    for wrong in (
        sign_list(tmp_path / "d", root, index, 2),
        sign_list(tmp_path / "e", Authority(root.name), index, 9),
        listed.replace("MII", "MIJ", 1),
        "rubbish",
    ):
        answer = admin.post(f"/cas/{ca['id']}/crl", {"crl": wrong})
        assert answer.status == 400 and "crl" in answer.fields, answer
    assert server_get(server, f"/crl/{ca['refid']}.crl") == published
    own = create(admin)
    assert admin.post(f"/cas/{own['id']}/crl", {"crl": listed}).status == 409


def server_get(server, path):
    answer = requests.get(server.http_url + path, timeout=10)
    assert answer.status_code == 200, answer
    return answer.content

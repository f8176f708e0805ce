"""Certificates of people: everybody sees their own, who manages them sees all, auditors carry none away."""

import pytest
from cryptography.hazmat.primitives.serialization import pkcs7

from support import pki


@pytest.fixture
def people(server, user):
    """An operator and another one, each with a certificate that signs them in."""
    found = []
    for _ in range(2):
        person = user("operator")
        made = person.post("/account/mtls/certificates/create", {"name": "laptop", "validity_days": 90})
        assert made.status == 201, made
        found.append((person, made.data))
    return found


def of(client, id_):
    return client.get(f"/user-certificates/{id_}")


def test_an_entry_says_all_about_its_certificate(admin, people):
    person, made = people[0]
    shown = of(admin, made["id"]).data
    certificate = pki.load(made["certificate"])
    assert shown["username"] == person.user["username"] and shown["name"] == "laptop"
    assert shown["common_name"] == shown["cn"] == f"{person.user['username']}@mtls"
    assert int(shown["serial_number"], 16) == certificate.serial_number
    assert shown["fingerprint"].replace(":", "").lower() == made["cert_fingerprint"]
    assert shown["status"] == "valid" and 88 <= shown["days_remaining"] <= 90
    assert shown["cert_type"] == "usr_cert" and shown["has_private_key"] is False
    assert shown["key_algorithm"] and shown["signature_algorithm"].startswith("ecdsa")
    assert "PRIVATE" not in str(shown).replace("has_private_key", "")


def test_people_see_their_own(admin, user, people):
    (one, first), (two, second) = people
    everything = {each["id"] for each in admin.get("/user-certificates", per_page=100).data["items"]}
    assert {first["id"], second["id"]} <= everything
    page = admin.get("/user-certificates", page=1, per_page=1).data
    assert len(page["items"]) == 1 and page["pages"] == page["total"] >= 2 and page["per_page"] == 1
    mine = admin.get("/user-certificates", user_id=first["user_id"]).data["items"]
    assert [each["id"] for each in mine] == [first["id"]]
    found = admin.get("/user-certificates", search=two.user["username"][:8]).data["items"]
    assert second["id"] in [each["id"] for each in found]
    viewer = user("viewer")
    assert viewer.get("/user-certificates").data["items"] == []
    assert viewer.get("/user-certificates", user_id=first["user_id"]).data["items"] == []
    assert viewer.get("/user-certificates/stats").data["total"] == 0
    for path in ("", "/export"):
        assert viewer.get(f"/user-certificates/{first['id']}{path}").status == 404
    assert viewer.post(f"/user-certificates/{first['id']}/revoke", {}).status == 403
    assert viewer.delete(f"/user-certificates/{first['id']}").status == 403


def test_auditors_look_and_carry_nothing_away(user, people):
    _, made = people[0]
    auditor = user("auditor")
    assert of(auditor, made["id"]).ok
    assert auditor.get("/user-certificates/stats").data["total"] >= 2
    assert auditor.get(f"/user-certificates/{made['id']}/export").status == 403
    assert auditor.post(f"/user-certificates/{made['id']}/export", {"format": "pem"}).status == 403
    assert auditor.post(f"/user-certificates/{made['id']}/revoke", {}).status == 403


def test_exports(admin, people):
    person, made = people[0]
    path = f"/user-certificates/{made['id']}/export"
    chain = pki.load_chain(person.get(path).content)
    assert chain[0] == pki.load(made["certificate"]) and len(chain) >= 2
    alone = pki.load_chain(person.get(path, include_chain="false").content)
    assert alone == chain[:1]
    assert pkcs7.load_der_pkcs7_certificates(person.post(path, {"format": "p7b"}).content)
    # Its key is nowhere but with the person, and no key is asked for by GET.
    assert person.get(path, include_key="true").status == 400
    assert person.post(path, {"format": "pkcs12", "password": "export phrase 1"}).status == 404
    other = people[1][0]
    assert other.post(path, {"format": "key"}).status == 403  # operators have no right to keys of others


def test_status_follows_revocation(admin, people):
    person, made = people[0]
    before = admin.get("/user-certificates/stats").data
    revoked = person.post(f"/user-certificates/{made['id']}/revoke", {"reason": "key_compromise"})
    assert revoked.data["status"] == "revoked" and revoked.data["revoked"] is True, revoked
    after = admin.get("/user-certificates/stats").data
    assert after["revoked"] == before["revoked"] + 1 and after["valid"] == before["valid"] - 1
    assert after["total"] == before["total"] and after["users"] == before["users"]
    listed = admin.get("/user-certificates", status="revoked", per_page=100).data["items"]
    assert made["id"] in [each["id"] for each in listed]
    assert made["id"] not in [
        each["id"] for each in admin.get("/user-certificates", status="valid", per_page=100).data["items"]
    ]
    inventory = admin.get(f"/certificates/{made['cert_id']}").data
    assert inventory["revoked"] and inventory["revoke_reason"] == "keyCompromise"
    assert person.post(f"/user-certificates/{made['id']}/revoke", {}).status in (400, 409)
    assert admin.get("/user-certificates", status="nonsense").status == 400


def test_deleting_takes_it_from_its_owner(admin, people):
    _, made = people[0]
    assert admin.delete(f"/user-certificates/{made['id']}").status == 204
    assert of(admin, made["id"]).status == 404
    # The certificate itself stays in the inventory, so that it can still be revoked.
    assert admin.get(f"/certificates/{made['cert_id']}").ok

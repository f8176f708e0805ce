"""Authorities that are revoked by those above them: what lists, OCSP, the API and four judges say of them."""

import contextlib
import datetime
import sqlite3

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from support import pki
from support.acme import fresh_name
from support.foreign import Authority, key_pem
from support.process import run

PLAIN = {"key_algorithm": "ECDSA", "key_size": "P-256"}


def create(admin, **wanted):
    body = {"common_name": "CA " + fresh_name(), "ca_type": "root", "validity_years": 5, **PLAIN}
    answer = admin.post("/cas", body | wanted)
    assert answer.status == 201, answer
    return answer.data


def below(admin, parent, **wanted):
    return create(admin, ca_type="intermediate", parent_id=parent["id"], **({"validity_years": 2} | wanted))


def revoke(admin, ca, **why):
    return admin.post(f"/cas/{ca['id']}/revoke", {"reason": "keyCompromise"} | why)


def leaf(admin, ca):
    name = fresh_name()
    return admin.post("/certificates", {"common_name": name, "san": [name], "ca_id": ca["id"]})


def entry_of(server, issuer, pem):
    crl = x509.load_der_x509_crl(
        requests.get(f"{server.http_url}/cdp/{issuer['refid']}.crl", timeout=10).content
    )
    assert crl.is_signature_valid(pki.load(issuer["pem"]).public_key())
    return crl.get_revoked_certificate_by_serial_number(pki.load(pem).serial_number)


def status_of(server, issuer, pem):
    request = ocsp.OCSPRequestBuilder().add_certificate(
        pki.load(pem), pki.load(issuer["pem"]), hashes.SHA256()
    )
    der = request.build().public_bytes(serialization.Encoding.DER)
    answer = requests.post(
        server.http_url + "/ocsp", data=der, headers={"Content-Type": "application/ocsp-request"}, timeout=10
    )
    return ocsp.load_der_ocsp_response(answer.content)


def test_a_revoked_authority_is_revoked_everywhere_at_once(server, admin, tmp_path):
    root = create(admin)
    ca = below(admin, root)
    issued = leaf(admin, ca).data
    assert status_of(server, root, ca["pem"]).certificate_status == ocsp.OCSPCertStatus.GOOD
    since = datetime.datetime.now(datetime.UTC).replace(microsecond=0) - datetime.timedelta(days=3)
    date = since.strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = revoke(admin, ca, reason="caCompromise", comments="stolen", invalidity_date=date)
    assert answer.ok, answer
    assert (answer.data["revoked"], answer.data["status"]) == (True, "Revoked")
    assert answer.data["revoke_reason"] == "caCompromise" and answer.data["revoked_at"]
    assert "revoked" in answer.data["issuing_obstacle"]

    entry = entry_of(server, root, ca["pem"])
    assert (
        entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
        == x509.ReasonFlags.ca_compromise
    )
    invalid = entry.extensions.get_extension_for_class(x509.InvalidityDate).value
    assert invalid.invalidity_date_utc == since
    said = status_of(server, root, ca["pem"])
    assert said.certificate_status == ocsp.OCSPCertStatus.REVOKED
    assert said.revocation_reason == x509.ReasonFlags.ca_compromise

    listed = next(each for each in admin.get("/cas").data if each["id"] == ca["id"])
    assert listed["revoked"] and listed["status"] == "Revoked"
    nodes = next(each for each in admin.get("/cas/tree").data if each["id"] == root["id"])["children"]
    assert [node["status"] for node in nodes] == ["Revoked"]

    # openssl and GnuTLS refuse the whole chain, by the lists that we publish.
    files = pki.Files(tmp_path, issued["pem"], [ca["pem"]], root["pem"])
    lists = tmp_path / "lists.pem"
    lists.write_text("".join(admin.get(f"/crl/{each['id']}").data["crl_pem"] for each in (root, ca)))
    judged = pki.openssl_verify(files, "-crl_check_all", "-CRLfile", lists, check=False)
    assert judged.returncode != 0 and "certificate revoked" in judged.output, judged.output
    gnutls = run(
        "certtool", "--verify", "--load-ca-certificate", files.root, "--load-crl", lists, "--infile", files.full,
        check=False,
    )  # fmt: skip
    assert "revoked" in gnutls.output, gnutls.output

    [entry] = [
        each
        for each in admin.get("/audit/logs", action="ca.revoke").data
        if str(each["resource_id"]) == str(ca["id"])
    ]
    assert "caCompromise" in str(entry["details"]) and "stolen" in str(entry["details"])


def test_nothing_is_issued_by_it_or_below_it_any_more(admin):
    root = create(admin)
    middle = below(admin, root)
    under = below(admin, middle, validity_years=1)
    issued = leaf(admin, under).data
    assert revoke(admin, middle).ok
    for ca in (middle, under):
        refused = leaf(admin, ca)
        assert refused.status == 409 and "revoked" in refused.text, refused
    refused = admin.post(
        "/cas", {"common_name": "Deeper", "ca_type": "intermediate", "parent_id": under["id"], **PLAIN}
    )
    assert refused.status == 409 and "revoked" in refused.text
    simulated = admin.post(
        "/cas/simulate",
        {"common_name": "Deeper", "ca_type": "intermediate", "parent_id": under["id"], **PLAIN},
    )
    assert simulated.data["verdict"] == "refused"
    assert admin.post(f"/certificates/{issued['id']}/renew", {}).status == 409
    # What was issued can still be revoked, and said so.
    assert admin.post(f"/certificates/{issued['id']}/revoke", {"reason": "keyCompromise"}).ok
    assert admin.get(f"/crl/{under['id']}").data["revoked_count"] == 1
    # The same key is not certified again; another one is.
    assert admin.post(f"/cas/{middle['id']}/renew", {}).status == 409
    successor = admin.post(f"/cas/{middle['id']}/renew", {"new_key": True})
    assert successor.ok and leaf(admin, successor.data).status == 201


def test_every_certificate_over_its_key_goes_with_it(server, admin):
    root, other = create(admin), create(admin)
    ca = below(admin, root)
    assert admin.post(f"/cas/{ca['id']}/renew", {"validity_days": 300}).ok
    cross = admin.post(f"/cas/{ca['id']}/cross-sign", {"issuer_id": other["id"]}).data
    assert status_of(server, other, cross["pem"]).certificate_status == ocsp.OCSPCertStatus.GOOD
    assert status_of(server, root, ca["pem"]).certificate_status == ocsp.OCSPCertStatus.GOOD, "the former one"
    assert revoke(admin, ca).ok
    renewed = admin.get(f"/cas/{ca['id']}").data
    for issuer, pem in ((root, ca["pem"]), (root, renewed["pem"]), (other, cross["pem"])):
        assert entry_of(server, issuer, pem) is not None
        assert status_of(server, issuer, pem).certificate_status == ocsp.OCSPCertStatus.REVOKED
    further = admin.get(f"/cas/{ca['id']}/further-certificates").data
    assert {each["status"] for each in further} == {"Revoked"}


def test_one_cross_signed_certificate_is_revoked_alone(server, admin):
    root, other = create(admin), create(admin)
    ca = below(admin, root)
    cross = admin.post(f"/cas/{ca['id']}/cross-sign", {"issuer_id": other["id"]}).data
    path = f"/cas/{ca['id']}/further-certificates/{cross['id']}"
    held = admin.post(path + "/revoke", {"reason": "certificateHold"})
    assert held.ok and held.data["revoked"], held
    assert entry_of(server, other, cross["pem"]) is not None
    assert admin.post(path + "/unhold").ok
    assert entry_of(server, other, cross["pem"]) is None
    assert admin.post(path + "/revoke", {"reason": "superseded"}).ok
    assert admin.post(path + "/unhold").status == 409
    assert leaf(admin, ca).status == 201 and entry_of(server, root, ca["pem"]) is None
    wrong = admin.post(f"/cas/{root['id']}/further-certificates/{cross['id']}/revoke", {})
    assert wrong.status == 404


def test_an_imported_authority_is_revoked_by_the_one_that_is_here(server, admin):
    outer = Authority("Outer " + fresh_name())
    inner = outer.authority("Inner " + fresh_name())
    assert admin.post(
        "/cas/import", {"certificate": pki.pem(outer.certificate), "private_key": key_pem(outer.key)}
    ).ok
    ca = admin.post("/cas/import", {"certificate": pki.pem(inner.certificate)}).data
    root = next(each for each in admin.get("/cas").data if each["id"] == ca["parent_id"])
    assert revoke(admin, ca, reason="cessationOfOperation").ok
    assert entry_of(server, root, ca["pem"]) is not None


def test_an_authority_on_hold_comes_back(server, admin):
    root = create(admin)
    ca = below(admin, root)
    assert revoke(admin, ca, reason="certificateHold").data["status"] == "Revoked"
    assert leaf(admin, ca).status == 409
    released = admin.post(f"/cas/{ca['id']}/unhold")
    assert released.ok and released.data["revoked"] is False and released.data["issuing_obstacle"] == ""
    assert leaf(admin, ca).status == 201 and entry_of(server, root, ca["pem"]) is None


def test_what_nobody_can_revoke_here_is_refused(admin, callers):
    root = create(admin)
    ca = below(admin, root)
    assert revoke(admin, root).status == 409, "a root is on nobody's list"
    orphan = Authority("Elsewhere " + fresh_name()).authority("Orphan " + fresh_name())
    imported = admin.post("/cas/import", {"certificate": pki.pem(orphan.certificate)}).data
    assert "not here" in revoke(admin, imported).text
    for why in (
        {"reason": "removeFromCRL"},
        {"reason": "because"},
        {"invalidity_date": "2100-01-01T00:00:00Z"},
    ):
        assert revoke(admin, ca, **why).status in (400, 409), why
    # Whoever may make authorities may not end them.
    assert revoke(callers["operator"], ca).status == 403
    assert callers["operator"].post(f"/cas/{ca['id']}/unhold").status == 403
    assert admin.get(f"/cas/{ca['id']}").data["revoked"] is False
    assert revoke(admin, ca).ok and revoke(admin, ca).status == 409
    assert admin.post("/cas/999999/revoke", {}).status == 404


# ---- Idempotency of what makes authorities ----


def twice(send):
    headers = {"Idempotency-Key": fresh_name()}
    first, second = send(headers), send(headers)
    assert first.ok and second.ok, (first, second)
    assert second.headers["Idempotency-Replayed"] == "true" and first.json == second.json
    return first.data


@pytest.mark.parametrize(
    "what", ["make", "renew", "succeed", "cross", "request", "request renewal", "import"]
)
def test_a_request_that_names_itself_makes_one_thing(admin, what):
    root, other = create(admin), create(admin)
    ca = below(admin, root)
    outside = Authority("Import " + fresh_name())
    form = {"file": ("ca.pem", pki.pem(outside.certificate).encode())}
    sends = {
        "make": lambda headers: admin.post("/cas", {"common_name": "Once", **PLAIN}, headers=headers),
        "renew": lambda headers: admin.post(f"/cas/{ca['id']}/renew", {}, headers=headers),
        "succeed": lambda headers: admin.post(f"/cas/{ca['id']}/renew", {"new_key": True}, headers=headers),
        "cross": lambda headers: admin.post(
            f"/cas/{ca['id']}/cross-sign", {"issuer_id": other["id"]}, headers=headers
        ),
        "request": lambda headers: admin.post("/cas/requests", {"common_name": "Once"}, headers=headers),
        "request renewal": lambda headers: admin.post(f"/cas/{ca['id']}/request", headers=headers),
        # Each sending of a form draws another boundary.
        "import": lambda headers: admin.post("/cas/import", files=form, headers=headers),
    }

    def number():
        further = admin.get(f"/cas/{ca['id']}/further-certificates").data
        return len(admin.get("/cas").data) + len(admin.get("/cas/requests").data) + len(further)

    before = number()
    twice(sends[what])
    assert number() == before + 1


def test_an_authority_is_made_once_although_the_server_dies(make_server):
    server = make_server().start()
    admin = server.admin()
    body = {"common_name": "Once " + fresh_name(), **PLAIN}
    headers = {"Idempotency-Key": "one-root"}
    made = admin.post("/cas", body, headers=headers)
    assert made.status == 201
    server.kill()
    # As if the crash had come between making and answering.
    with contextlib.closing(sqlite3.connect(server.sqlite_file, isolation_level=None)) as db:
        db.execute("UPDATE idempotency_keys SET status = 0, answer = ''")
    server.start()
    admin = server.admin()
    again = admin.post("/cas", body, headers=headers)
    assert again.status == 201 and again.headers["Idempotency-Replayed"] == "true"
    assert again.data["id"] == made.data["id"] and again.data["findings"] == made.data["findings"]
    assert [each["name"] for each in admin.get("/cas").data].count(body["common_name"]) == 1

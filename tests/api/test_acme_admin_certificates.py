"""The ACME administration below /api: certificates, revoking many of them, revocation lists, maintenance."""

import datetime
import hashlib

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from conftest import PASSWORD
from support import pki
from support.acme import Account, fresh_name, problem
from support.admin_api import AdminApi, next_of, refused
from support.jose import b64

UNKNOWN = "550e8400-e29b-41d4-a716-446655440000"


@pytest.fixture(scope="module")
def api(server, admin):
    return AdminApi(server).login("the-admin", PASSWORD)


class Issued:
    def __init__(self, order, names):
        self.names = list(names)
        self.certificate = pki.load_chain(order.chain())[0]
        self.serial = format(self.certificate.serial_number, "x")
        self.fingerprint = hashlib.sha256(self.certificate.public_bytes(Encoding.DER)).hexdigest()


@pytest.fixture
def issued(account, challenges, api):
    """Issues for an account of the test's own; the account has its id here."""
    account.id = api.account_id(account)

    def issued(*names):
        names = names or (fresh_name(),)
        return Issued(account.issue(challenges, *names), names)

    issued.account = account
    return issued


def time_text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def serials(list_):
    return [each["serial_number"].lstrip("0") for each in list_]


def test_a_certificate_is_found_by_its_number_and_its_fingerprint(api, issued):
    name, other = fresh_name(), fresh_name()
    one = issued(name, other)
    read = api.must("GET", f"/certificates/{one.serial}")
    assert set(read) == {
        "id",
        "account_id",
        "order_id",
        "serial_number",
        "fingerprint",
        "not_before",
        "not_after",
        "revoked_at",
        "revocation_reason",
        "san_values",
        "created_at",
    }
    assert read["account_id"] == issued.account.id and read["fingerprint"] == one.fingerprint
    assert sorted(read["san_values"]) == sorted([name, other])
    assert read["not_after"] == time_text(one.certificate.not_valid_after_utc)
    assert read["revoked_at"] is None and read["revocation_reason"] is None
    colons = ":".join(one.fingerprint[i : i + 2] for i in range(0, 64, 2)).upper()
    for path in (
        f"/certificates/{one.serial.upper()}",
        f"/certificates/00{read['serial_number']}",
        f"/certificates/by-fingerprint/{one.fingerprint}",
        f"/certificates/by-fingerprint/{one.fingerprint.upper()}",
        f"/certificates/by-fingerprint/{colons}",
    ):
        assert api.must("GET", path) == read, path
    for path in ("/certificates/abcdef0123", "/certificates/xyz", f"/certificates/by-fingerprint/{'0' * 64}"):
        refused(api.get(path), 404)


def test_only_what_the_acme_server_issued_is_here(api, issue):
    made = issue()
    refused(api.get(f"/certificates/{made['serial_number']}"), 404)
    assert api.must("GET", "/certificates", domain=made["common_name"]) == []


def test_filters_of_certificates(api, issued):
    name = fresh_name()
    one, two = issued(name), issued(f"www.{name}")
    account = issued.account.id
    assert serials(api.must("GET", "/certificates", account_id=account)) == [two.serial, one.serial]
    assert serials(api.must("GET", "/certificates", domain=name)) == [one.serial]
    assert serials(api.must("GET", "/certificates", domain=name.upper())) == [one.serial]
    assert api.must("GET", "/certificates", domain=name.replace("n", "_", 1)) == []
    assert serials(api.must("GET", "/certificates", serial=one.serial)) == [one.serial]
    assert serials(api.must("GET", "/certificates", fingerprint=two.fingerprint)) == [two.serial]
    end = one.certificate.not_valid_after_utc
    later = time_text(end + datetime.timedelta(minutes=1))
    assert one.serial in serials(api.must("GET", "/certificates", expiring_before=later, domain=name))
    earlier = time_text(end - datetime.timedelta(minutes=1))
    assert api.must("GET", "/certificates", expiring_before=earlier, domain=name) == []
    assert serials(api.must("GET", "/certificates", account_id=account, status="active")) == [
        two.serial,
        one.serial,
    ]
    for status in ("revoked", "expired"):
        assert api.must("GET", "/certificates", account_id=account, status=status) == []
    assert api.must("GET", "/certificates", account_id=UNKNOWN) == []
    assert api.must("GET", "/certificates", serial="nonsense") == []


@pytest.mark.parametrize(
    "query",
    [
        {"status": "x"},
        {"limit": 0},
        {"limit": 1001},
        {"offset": -1},
        {"offset": 100001},
        {"cursor": "x"},
        {"account_id": "x"},
        {"expiring_before": "soon"},
    ],
    ids=str,
)
def test_a_wrong_filter_of_certificates_is_named(api, query):
    details = refused(api.get("/certificates", **query), 400)["details"]
    assert [each["field"] for each in details] == list(query)


def test_pages_of_certificates_stand_still_while_others_come(api, issued):
    made = [issued().serial for _ in range(5)][::-1]
    account = issued.account.id
    answer = api.get("/certificates", account_id=account, limit=2)
    assert serials(answer.json) == made[:2]
    link = next_of(answer)
    assert link.startswith(api.url + "/api/certificates?account_id=" + account), link
    assert "limit=2" in link and "offset=2" in link
    issued()
    answer = api.get(link)
    assert serials(answer.json) == made[2:4]
    answer = api.get(next_of(answer))
    assert serials(answer.json) == made[4:] and "Link" not in answer.headers
    assert serials(api.must("GET", "/certificates", account_id=account, limit=2, offset=1)) == made[:2]


# ---- Revoking many ----


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "filter"),
        ({"filter": {}}, "filter"),
        ({"filter": None}, "filter"),
        ({"filter": {"domian": "a.example"}}, "filter.domian"),
        ({"filter": {"domain": ""}}, "filter.domain"),
        ({"filter": {"serial_numbers": []}}, "filter.serial_numbers"),
        ({"filter": {"serial_numbers": ["xyz"]}}, "filter.serial_numbers[0]"),
        ({"filter": {"account_id": "x"}}, "filter.account_id"),
        ({"filter": {"issued_after": "x"}}, "filter.issued_after"),
        ({"filter": {"domain": "a.example"}, "reason": 6}, "reason"),
        ({"filter": {"domain": "a.example"}, "reason": 7}, "reason"),
        ({"filter": {"domain": "a.example"}, "reason": 8}, "reason"),
        ({"filter": {"domain": "a.example"}, "reason": "1"}, "reason"),
        ({"filter": {"domain": "a.example"}, "dry_run": "yes"}, "dry_run"),
    ],
    ids=str,
)
def test_revoking_wants_a_filter_that_is_right(api, body, field):
    """The mistake: an empty filter, or one with only unknown keys, matched everything."""
    details = refused(api.post("/certificates/bulk-revoke", body), 400)["details"]
    assert field in {each["field"] for each in details}


def test_a_dry_run_revokes_nothing_and_the_run_what_it_said(api, issued):
    name = fresh_name()
    ours = [issued(name), issued(name, fresh_name())]
    spared = issued(f"www.{name}")
    body = {"filter": {"account_id": issued.account.id, "domain": name}, "reason": 4}
    preview = api.must("POST", "/certificates/bulk-revoke", {**body, "dry_run": True})
    assert preview["dry_run"] is True and preview["matching_certificates"] == 2
    assert set(map(lambda s: s.lstrip("0"), preview["serial_numbers"])) == {one.serial for one in ours}
    assert api.must("GET", f"/certificates/{ours[0].serial}")["revoked_at"] is None
    assert api.must("POST", "/certificates/bulk-revoke", body) == {
        "revoked": 2,
        "errors": [],
        "total_matched": 2,
    }
    read = api.must("GET", f"/certificates/{ours[0].serial}")
    assert read["revoked_at"] and read["revocation_reason"] == "superseded"
    assert api.must("GET", f"/certificates/{spared.serial}")["revoked_at"] is None
    entries = api.must("GET", "/audit-log", action="certificate.bulk_revoke", limit=2)
    assert {e["details"]["serial_number"].lstrip("0") for e in entries} == {one.serial for one in ours}
    assert api.must("POST", "/certificates/bulk-revoke", body) == {
        "revoked": 0,
        "errors": [],
        "total_matched": 0,
    }


def test_named_certificates_are_revoked_or_it_is_said_why_not(api, issued):
    one, two = issued(), issued()
    api.must("POST", "/certificates/bulk-revoke", {"filter": {"serial_number": one.serial}, "reason": 1})
    body = {"filter": {"serial_numbers": [one.serial, two.serial.upper(), "abcdef0123"]}, "reason": 2}
    outcome = api.must("POST", "/certificates/bulk-revoke", body)
    assert outcome["revoked"] == 1 and outcome["total_matched"] == 2
    errors = {each["serial_number"].lstrip("0"): each["error"] for each in outcome["errors"]}
    assert errors[one.serial] == "already revoked" and "abcdef0123" in errors
    assert api.must("GET", f"/certificates/{one.serial}")["revocation_reason"] == "keyCompromise"
    assert api.must("GET", f"/certificates/{two.serial}")["revocation_reason"] == "cACompromise"
    revoked = api.must("GET", "/certificates", account_id=issued.account.id, status="revoked")
    assert set(serials(revoked)) == {one.serial, two.serial}


def test_times_of_issuance_bound_what_is_revoked(api, issued):
    """The mistake: one bound compared with the end of the certificate, the other was not looked at."""
    one = issued()
    made = datetime.datetime.fromisoformat(api.must("GET", f"/certificates/{one.serial}")["created_at"])
    minute = datetime.timedelta(minutes=1)
    account = issued.account.id

    def matching(**bounds):
        filter_ = {"account_id": account, **{k: time_text(v) for k, v in bounds.items()}}
        body = {"filter": filter_, "dry_run": True}
        return api.must("POST", "/certificates/bulk-revoke", body)["matching_certificates"]

    assert matching(issued_after=made + minute) == 0
    assert matching(issued_before=made - minute) == 0
    assert matching(issued_after=made - minute, issued_before=made + minute) == 1


def test_what_was_revoked_so_is_revoked_for_everybody(api, issued, admin):
    one = issued()
    filter_ = {"serial_number": one.serial}
    api.must("POST", "/certificates/bulk-revoke", {"filter": filter_, "reason": 1})
    found = admin.get("/certificates", search=one.serial).data
    assert found[0]["status"] == "revoked", found
    again = issued.account.post(
        issued.account.directory["revokeCert"],
        {"certificate": b64(one.certificate.public_bytes(Encoding.DER))},
    )
    problem(again, "alreadyRevoked")


# ---- Revocation lists and maintenance ----


def test_revocation_lists_are_made_anew(server, api, admin, issued):
    one = issued()
    api.must("POST", "/certificates/bulk-revoke", {"filter": {"serial_number": one.serial}})
    health = api.must("POST", "/crl/rebuild")
    assert set(health) == {"last_rebuild", "stale", "error", "revoked_count"}
    assert health["stale"] is False and health["error"] is None and health["revoked_count"] >= 1
    assert 0 <= health["last_rebuild"] < 60


@pytest.mark.parametrize("body", [{}, {"enabled": "true"}, {"enabled": 1}, {"enabled": None}, {"on": True}])
def test_maintenance_wants_to_be_told(api, body):
    refused(api.post("/maintenance", body), 400)


def test_in_maintenance_nothing_new_begins_and_the_rest_goes_on(server, api, issued, challenges):
    account = issued.account
    under_way = account.new_order(fresh_name())
    try:
        assert api.must("POST", "/maintenance", {"enabled": True}) == {"maintenance_mode": True}
        assert api.must("GET", "/maintenance") == {"maintenance_mode": True}
        new_order = {"identifiers": [{"type": "dns", "value": fresh_name()}]}
        for url, payload in (
            (account.directory["newOrder"], new_order),
            (account.directory["newAuthz"], {"identifier": new_order["identifiers"][0]}),
        ):
            answer = account.post(url, payload)
            problem(answer, "serverInternal", 503)
            assert int(answer.headers["Retry-After"]) > 0
        Account(server.directory, str(server.root_file)).register()
        under_way.authorize(challenges)
        under_way.finalize(pki.csr(names=[under_way.body["identifiers"][0]["value"]], pem=False))
        assert "BEGIN CERTIFICATE" in under_way.chain()
    finally:
        assert api.must("POST", "/maintenance", {"enabled": False}) == {"maintenance_mode": False}
    account.issue(challenges, fresh_name())


def test_maintenance_outlives_a_restart(make_server):
    server = make_server().start()
    password = server.env["CERTWRIGHT_ADMIN_PASSWORD"]
    AdminApi(server).login("admin", password).post("/maintenance", {"enabled": True})
    server.stop()
    server.start()
    assert AdminApi(server).login("admin", password).must("GET", "/maintenance") == {"maintenance_mode": True}

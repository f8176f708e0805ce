"""The ACME administration below /api: EAB credentials, allowed identifiers, CSR profiles, and that they bite."""

import base64
import uuid

import pytest
from cryptography import x509

from conftest import PASSWORD
from support import pki
from support.acme import Account, fresh_name, problem
from support.admin_api import AdminApi, next_of, refused
from support.companions import binding
from support.dns import ZONE
from support.jose import b64

UNKNOWN = "550e8400-e29b-41d4-a716-446655440000"


@pytest.fixture(scope="module")
def api(server, admin):
    return AdminApi(server).login("the-admin", PASSWORD)


@pytest.fixture
def credential(api):
    return api.must("POST", "/eab", {"kid": "k" + uuid.uuid4().hex, "label": "Team Alpha"}, 201)


@pytest.fixture
def bound(server, api, credential):
    """An ACME account that is bound to the credential, and its id here."""
    account = Account(server.directory, str(server.root_file))
    account.register(externalAccountBinding=binding(account, credential))
    account.id = api.account_id(account)
    return account


@pytest.fixture
def plain(api, account):
    account.id = api.account_id(account)
    return account


@pytest.fixture
def allow(api):
    """Makes an allowed identifier; returns its id."""

    def allow(value, type_="dns"):
        return api.must("POST", "/allowed-identifiers", {"type": type_, "value": value}, 201)["id"]

    return allow


@pytest.fixture
def profile(api):
    def profile(**data):
        name = "p" + uuid.uuid4().hex
        return api.must("POST", "/csr-profiles", {"name": name, "profile_data": data}, 201)["id"]

    return profile


def order(account, *names):
    identifiers = [{"type": "dns", "value": name} for name in names]
    return account.post(account.directory["newOrder"], {"identifiers": identifiers})


def csr_text(*names, key=None, extensions=()):
    return base64.b64encode(pki.csr(names=names, key=key, extensions=extensions, pem=False)).decode()


# ---- EAB credentials ----


def test_a_credential_is_made_with_a_key_that_is_shown_once(api, credential, admin):
    assert set(credential) == {
        "id",
        "kid",
        "label",
        "created_by",
        "account_id",
        "used",
        "used_at",
        "revoked",
        "created_at",
        "hmac_key",
    }
    assert len(base64.urlsafe_b64decode(credential["hmac_key"] + "=")) == 32
    assert credential["created_by"] == api.must("GET", "/me")["id"]
    assert (credential["account_id"], credential["used"], credential["used_at"]) == (None, False, None)
    read = api.get(f"/eab/{credential['id']}")
    assert read.json == {k: v for k, v in credential.items() if k != "hmac_key"}
    listed = api.get("/eab")
    assert listed.json[0] == read.json and credential["hmac_key"] not in listed.text
    assert credential["hmac_key"] not in api.get("/audit-log", limit=20).text


def test_a_credential_is_the_consoles_too(admin, credential):
    kids = {each["kid"]: each for each in admin.get("/acme/eab-credentials", per_page=100).data}
    assert kids[credential["kid"]]["description"] == "Team Alpha"


@pytest.mark.parametrize(
    "body", [{}, {"kid": ""}, {"kid": "  "}, {"kid": 5}, {"kid": "k" * 256}, {"kid": "a b"}]
)
def test_a_credential_needs_a_kid(api, body):
    assert [each["field"] for each in refused(api.post("/eab", body), 400)["details"]] == ["kid"]


def test_a_kid_is_had_once_and_blanks_around_it_are_none_of_it(api):
    kid = "k" + uuid.uuid4().hex
    assert api.must("POST", "/eab", {"kid": f"  {kid} "}, 201)["kid"] == kid
    refused(api.post("/eab", {"kid": kid}), 409)


def test_an_account_uses_its_credential_up(api, credential, bound, server):
    read = api.must("GET", f"/eab/{credential['id']}")
    assert read["used"] is True and read["used_at"] and read["account_id"] == bound.id
    second = Account(server.directory, str(server.root_file))
    answer = second.post(
        second.directory["newAccount"],
        {"termsOfServiceAgreed": True, "externalAccountBinding": binding(second, credential)},
    )
    problem(answer, "unauthorized")


def test_a_revoked_credential_opens_no_account_and_its_accounts_go_on(
    api, credential, bound, server, challenges
):
    revoked = api.must("POST", f"/eab/{credential['id']}/revoke")
    assert revoked["revoked"] is True and revoked["account_id"] == bound.id
    assert api.must("POST", f"/eab/{credential['id']}/revoke")["revoked"] is True
    assert (
        api.must("GET", "/audit-log", action="eab.revoke", limit=1)[0]["details"]["kid"] == credential["kid"]
    )
    bound.issue(challenges, fresh_name())
    unused = api.must("POST", "/eab", {"kid": "k" + uuid.uuid4().hex}, 201)
    api.must("POST", f"/eab/{unused['id']}/revoke")
    late = Account(server.directory, str(server.root_file))
    answer = late.post(
        late.directory["newAccount"],
        {"termsOfServiceAgreed": True, "externalAccountBinding": binding(late, unused)},
    )
    problem(answer, "unauthorized")


def test_lists_have_pages_for_those_who_want_them(api, credential):
    for i in range(3):
        api.must("POST", "/eab", {"kid": f"p{i}" + uuid.uuid4().hex}, 201)
    everything = [each["id"] for each in api.must("GET", "/eab")]
    pages = list(api.pages("/eab", limit=2))
    assert [each["id"] for page in pages for each in page] == everything
    assert all(len(page) == 2 for page in pages[:-1])


# ---- Allowed identifiers ----


def test_allowed_identifiers_are_made_read_and_deleted(api):
    value = f"*.{fresh_name()}"
    made = api.must("POST", "/allowed-identifiers", {"type": "dns", "value": value.upper()}, 201)
    assert set(made) == {
        "id",
        "identifier_type",
        "identifier_value",
        "created_by",
        "created_at",
        "account_ids",
    }
    assert made["identifier_value"] == value and made["account_ids"] == []
    assert api.must("GET", f"/allowed-identifiers/{made['id']}") == made
    assert api.must("GET", "/allowed-identifiers")[0] == made
    refused(api.post("/allowed-identifiers", {"type": "dns", "value": value}), 409)
    assert api.delete(f"/allowed-identifiers/{made['id']}").status == 204
    refused(api.get(f"/allowed-identifiers/{made['id']}"), 404)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "type"),
        ({"type": "dns"}, "value"),
        ({"type": "email", "value": "a@example.com"}, "type"),
        ({"type": "dns", "value": ""}, "value"),
        ({"type": "dns", "value": "bad domain!!"}, "value"),
        ({"type": "dns", "value": "a.*.example"}, "value"),
        ({"type": "dns", "value": "192.0.2.1"}, "value"),
        ({"type": "ip", "value": "127.0.0.1"}, "value"),
        ({"type": "ip", "value": "10.0.0.0/8"}, "value"),
    ],
)
def test_an_allowed_identifier_that_is_wrong_is_refused(api, body, field):
    answer = api.post("/allowed-identifiers", body)
    assert field in {each["field"] for each in refused(answer, 400)["details"]}


def test_an_identifier_is_assigned_to_accounts(api, plain, allow):
    id_ = allow(fresh_name())
    for _ in range(2):  # twice is once
        assert api.put(f"/allowed-identifiers/{id_}/accounts/{plain.id}").status == 204
    assert api.must("GET", f"/allowed-identifiers/{id_}")["account_ids"] == [plain.id]
    of_account = api.must("GET", f"/accounts/{plain.id}/allowed-identifiers")
    assert [each["id"] for each in of_account] == [id_] and of_account[0]["account_ids"] == [plain.id]
    for _ in range(2):
        assert api.delete(f"/allowed-identifiers/{id_}/accounts/{plain.id}").status == 204
    assert api.must("GET", f"/accounts/{plain.id}/allowed-identifiers") == []
    api.put(f"/allowed-identifiers/{id_}/accounts/{plain.id}")
    api.delete(f"/allowed-identifiers/{id_}")
    assert api.must("GET", f"/accounts/{plain.id}/allowed-identifiers") == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_only_what_is_there_is_assigned(api, plain, allow, credential, profile, method):
    id_, profile_id = allow(fresh_name()), profile()
    for path in (
        f"/allowed-identifiers/{id_}/accounts/{UNKNOWN}",
        f"/allowed-identifiers/{UNKNOWN}/accounts/{plain.id}",
        f"/eab/{credential['id']}/allowed-identifiers/{UNKNOWN}",
        f"/eab/{UNKNOWN}/allowed-identifiers/{id_}",
        f"/eab/{credential['id']}/csr-profile/{UNKNOWN}",
        f"/eab/{UNKNOWN}/csr-profile/{profile_id}",
        f"/csr-profiles/{profile_id}/accounts/{UNKNOWN}",
        f"/csr-profiles/{UNKNOWN}/accounts/{plain.id}",
        # An id of another kind is no id of this one.
        f"/allowed-identifiers/{id_}/accounts/{credential['id']}",
    ):
        refused(api.request(method, path), 404)


def test_accounts_of_a_credential_order_what_it_allows(api, credential, bound, allow):
    name = fresh_name()
    assert order(bound, name).status_code == 201  # nothing is said yet: nothing is forbidden
    tree = allow(f"*.{name}")
    path = f"/eab/{credential['id']}/allowed-identifiers"
    for _ in range(2):
        assert api.put(f"{path}/{tree}").status == 204
    listed = api.must("GET", path)
    assert [each["id"] for each in listed] == [tree] and "account_ids" not in listed[0]
    assert [each["id"] for each in api.must("GET", f"/accounts/{bound.id}/allowed-identifiers")] == [tree]
    for fits in (name, f"a.b.{name}", f"*.{name}"):
        assert order(bound, fits).status_code == 201, fits
    for other in (fresh_name(), f"bad{name}", ZONE):
        detail = problem(order(bound, other), "rejectedIdentifier")["detail"]
        assert f"Account is not authorized to request identifier '{other}'" in detail
    both = problem(order(bound, name, fresh_name(), fresh_name()), "rejectedIdentifier")
    assert len(both["subproblems"]) == 2
    extra = fresh_name()
    api.put(f"/allowed-identifiers/{allow(extra)}/accounts/{bound.id}")
    assert order(bound, extra).status_code == 201
    assert api.delete(f"{path}/{tree}").status == 204
    assert order(bound, fresh_name()).status_code == 201


def test_a_name_alone_does_not_allow_its_wildcard(api, credential, bound, allow):
    """The mistake: the star was taken off before comparing."""
    name = fresh_name()
    api.put(f"/eab/{credential['id']}/allowed-identifiers/{allow(name)}")
    assert order(bound, name).status_code == 201
    problem(order(bound, f"*.{name}"), "rejectedIdentifier")
    answer = bound.post(bound.directory["newAuthz"], {"identifier": {"type": "dns", "value": fresh_name()}})
    problem(answer, "rejectedIdentifier")  # pre-authorization is no way around


def test_where_lists_are_enforced_nobody_orders_without_one(make_server, challenges):
    server = make_server(CERTWRIGHT_ACME_ENFORCE_ACCOUNT_ALLOWLIST="true").start()
    api = AdminApi(server).login("admin", server.env["CERTWRIGHT_ADMIN_PASSWORD"])
    account = Account(server.directory, str(server.root_file))
    account.register()
    name = fresh_name()
    problem(order(account, name), "rejectedIdentifier")
    made = api.must("POST", "/allowed-identifiers", {"type": "dns", "value": name}, 201)
    api.put(f"/allowed-identifiers/{made['id']}/accounts/{api.account_id(account)}")
    account.issue(challenges, name)
    problem(order(account, fresh_name()), "rejectedIdentifier")


# ---- CSR profiles ----


def test_profiles_are_made_read_replaced_and_deleted(api):
    name = "p" + uuid.uuid4().hex
    data = {"key_usages": ["digital_signature"], "validity_days": 90, "san_minimum": 1}
    made = api.must("POST", "/csr-profiles", {"name": name, "profile_data": data, "description": "d"}, 201)
    assert set(made) == {
        "id",
        "name",
        "description",
        "profile_data",
        "created_by",
        "created_at",
        "updated_at",
    }
    assert made["profile_data"] == data and made["created_by"] == api.must("GET", "/me")["id"]
    assert api.must("GET", f"/csr-profiles/{made['id']}") == {**made, "account_ids": []}
    assert api.must("GET", "/csr-profiles")[0] == made
    refused(api.post("/csr-profiles", {"name": name, "profile_data": {}}), 409)
    replaced = api.must("PUT", f"/csr-profiles/{made['id']}", {"name": name + "2", "profile_data": {}})
    assert (replaced["name"], replaced["profile_data"], replaced["description"]) == (name + "2", {}, "")
    other = api.must("POST", "/csr-profile", {"name": name, "profile_data": {}}, 201)
    refused(api.put(f"/csr-profile/{made['id']}", {"name": name, "profile_data": {}}), 409)
    for id_ in (made["id"], other["id"]):
        assert api.delete(f"/csr-profiles/{id_}").status == 204
        refused(api.delete(f"/csr-profiles/{id_}"), 404)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "p"}, "profile_data"),
        ({"profile_data": {}}, "name"),
        ({"name": "", "profile_data": {}}, "name"),
        ({"name": "p", "profile_data": []}, "profile_data"),
        ({"name": "p", "profile_data": "{}"}, "profile_data"),
        ({"name": "p", "profile_data": {"san_regex": "("}}, "profile_data.san_regex"),
        ({"name": "p", "profile_data": {"san_types": "DNS_NAME"}}, "profile_data.san_types"),
        (
            {"name": "p", "profile_data": {"authorized_keys": {"RSA": "x"}}},
            "profile_data.authorized_keys.RSA",
        ),
        ({"name": "p", "profile_data": {"max_subdomain_depth": -1}}, "profile_data.max_subdomain_depth"),
        ({"name": "p", "profile_data": {"reuse_key": "no"}}, "profile_data.reuse_key"),
    ],
)
def test_a_profile_that_is_wrong_is_refused(api, profile, body, field):
    answer = api.post("/csr-profiles", body)
    assert field in {each["field"] for each in refused(answer, 400)["details"]}
    answer = api.put(f"/csr-profiles/{profile()}", body)
    assert field in {each["field"] for each in refused(answer, 400)["details"]}


def test_the_dry_run_says_each_violation(api, profile):
    strict = profile(
        authorized_keys={"RSA": 2048},
        authorized_extended_key_usages=["serverAuth"],
        san_types=["DNS_NAME"],
        san_regex=r"[a-z.]+\.corp\.internal",
        wildcard_in_san=False,
        max_subdomain_depth=1,
        depth_base_domains=["corp.internal"],
    )
    usages = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.CLIENT_AUTH])
    bad = csr_text("*.corp.internal", "a.b.corp.internal", extensions=[(usages, False)])
    verdict = api.must("POST", f"/csr-profiles/{strict}/validate", {"csr": bad})
    assert verdict == {
        "valid": False,
        "violations": [
            "Key type 'EC.secp256r1' is not authorized. Allowed: ['RSA']",
            "Extended key usages not authorized: ['clientAuth']. Allowed: ['serverAuth']",
            r"SAN '*.corp.internal' (DNS_NAME) does not match required pattern '[a-z.]+\.corp\.internal'",
            "Wildcard SAN '*.corp.internal' is not permitted",
            "DNS name 'a.b.corp.internal' has subdomain depth 2 which exceeds maximum allowed depth 1"
            " (base domain: 'corp.internal')",
        ],
    }
    good = csr_text("www.corp.internal", key=pki.private_key("RSA 2048"))
    assert api.must("POST", f"/csr-profiles/{strict}/validate", {"csr": good}) == {
        "valid": True,
        "violations": [],
    }


@pytest.mark.parametrize("body", [{}, {"csr": ""}, {"csr": "%%%"}, {"csr": "AAAA"}, {"csr": 5}])
def test_a_dry_run_needs_a_csr(api, profile, body):
    answer = api.post(f"/csr-profiles/{profile()}/validate", body)
    assert [each["field"] for each in refused(answer, 400)["details"]] == ["csr"]


def test_an_auditor_may_try_a_profile_out(server, callers, profile):
    auditor = AdminApi(server).login("the-auditor", PASSWORD)
    answer = auditor.post(f"/csr-profiles/{profile()}/validate", {"csr": csr_text("a.example")})
    assert answer.status == 200 and answer.json["valid"] is True


def finalize(account, challenges, *names, key=None, extensions=()):
    """The answer to a finalize of a fresh order."""
    ready = account.new_order(*names)
    ready.authorize(challenges)
    request = pki.csr(names=names, key=key, extensions=extensions, pem=False)
    return account.post(ready.body["finalize"], {"csr": b64(request)}), ready


def test_a_profile_binds_what_an_account_gets(api, plain, profile, challenges):
    assert api.must("GET", f"/accounts/{plain.id}/csr-profile") is None
    only_rsa = profile(authorized_keys={"RSA": 2048}, san_maximum=1)
    assert api.put(f"/csr-profiles/{only_rsa}/accounts/{plain.id}").status == 204
    assert api.must("GET", f"/accounts/{plain.id}/csr-profile")["id"] == only_rsa
    assert api.must("GET", f"/csr-profiles/{only_rsa}")["account_ids"] == [plain.id]
    names = (fresh_name(), fresh_name())
    answer, ready = finalize(plain, challenges, *names)
    document = problem(answer, "badCSR", 400)
    expected = [
        "Key type 'EC.secp256r1' is not authorized. Allowed: ['RSA']",
        "CSR has 2 SAN(s), maximum allowed is 1",
    ]
    assert document["detail"] == "CSR profile violations: " + "; ".join(expected)
    assert [each["detail"] for each in document["subproblems"]] == expected
    # The order is as ready as before (RFC 8555, section 7.4); another profile replaces the first.
    assert ready.refresh().body["status"] == "ready"
    relaxed = profile()
    api.put(f"/csr-profiles/{relaxed}/accounts/{plain.id}")
    assert api.must("GET", f"/csr-profiles/{only_rsa}")["account_ids"] == []
    ready.finalize(pki.csr(names=names, pem=False))
    assert api.delete(f"/csr-profiles/{only_rsa}/accounts/{plain.id}").status == 204
    assert api.must("GET", f"/accounts/{plain.id}/csr-profile")["id"] == relaxed
    assert api.delete(f"/csr-profiles/{relaxed}/accounts/{plain.id}").status == 204
    assert api.must("GET", f"/accounts/{plain.id}/csr-profile") is None


def test_a_profile_of_a_credential_binds_its_accounts(api, credential, bound, profile, challenges):
    path = f"/eab/{credential['id']}/csr-profile"
    assert api.must("GET", path) is None
    only_rsa = profile(authorized_keys={"RSA": 2048})
    assert api.put(f"{path}/{only_rsa}").status == 204
    assert api.must("GET", path)["id"] == only_rsa
    assert api.must("GET", f"/accounts/{bound.id}/csr-profile")["id"] == only_rsa
    assert api.must("GET", f"/accounts/{bound.id}")["csr_profile_id"] == only_rsa
    name = fresh_name()
    answer, ready = finalize(bound, challenges, name)
    problem(answer, "badCSR", 400)
    assert api.delete(f"{path}/{only_rsa}").status == 204
    assert api.must("GET", path) is None
    ready.finalize(pki.csr(names=[name], pem=False))


def test_keys_are_not_used_again_and_renewals_wait_for_their_window(api, plain, profile, challenges):
    fresh = profile(reuse_key=False, renewal_window_days=30)
    api.put(f"/csr-profiles/{fresh}/accounts/{plain.id}")
    key, name = pki.private_key(), fresh_name()
    plain.issue(challenges, name, csr_key=key)
    answer, _ = finalize(plain, challenges, name, fresh_name(), key=key)
    details = [each["detail"] for each in problem(answer, "badCSR", 400)["subproblems"]]
    assert details[0] == "Key reuse is not permitted -- 1 existing certificate(s) use the same public key"
    assert details[1].startswith("Renewal not yet permitted -- 1 active certificate(s) for these hosts")
    other = fresh_name()
    plain.issue(challenges, other)
    # A name below it is another name, whatever an index makes of it.
    answer, ready = finalize(plain, challenges, f"www.{other}")
    assert answer.status_code == 200, answer.text


def test_where_profiles_are_required_nobody_issues_without_one(make_server, challenges):
    server = make_server(CERTWRIGHT_ACME_REQUIRE_CSR_PROFILE="true").start()
    api = AdminApi(server).login("admin", server.env["CERTWRIGHT_ADMIN_PASSWORD"])
    account = Account(server.directory, str(server.root_file))
    account.register()
    name = fresh_name()
    answer, ready = finalize(account, challenges, name)
    assert problem(answer, "badCSR", 403)["detail"] == "No CSR profile assigned to this account"
    made = api.must("POST", "/csr-profiles", {"name": "any", "profile_data": {}}, 201)
    api.put(f"/csr-profiles/{made['id']}/accounts/{api.account_id(account)}")
    ready.finalize(pki.csr(names=[name], pem=False))


# ---- Accounts ----


def test_accounts_are_listed_with_filters(server, api, bound, credential, callers):
    bound.must(bound.kid, {"contact": ["mailto:Somebody_1@example.com"]})
    read = api.must("GET", f"/accounts/{bound.id}")
    assert read["status"] == "valid" and read["eab_kid"] == credential["kid"]
    assert read["jwk"] == bound.key.jwk and read["jwk_thumbprint"] == bound.key.thumbprint
    assert read["contacts"] == ["mailto:Somebody_1@example.com"]
    for query in (
        {"eab_kid": credential["kid"]},
        {"contact": "somebody_1@EXAMPLE"},
        {"eab_only": "true", "status": "valid"},
        {"created_after": "2020-01-01T00:00:00Z", "limit": 1000},
    ):
        assert bound.id in [each["id"] for each in api.must("GET", "/accounts", **query)], query
    for query in (
        {"eab_kid": "unknown"},
        {"contact": "somebodyX1@example"},  # an underscore is an underscore
        {"status": "revoked"},
        {"created_before": "2020-01-01T00:00:00Z"},
    ):
        assert bound.id not in [each["id"] for each in api.must("GET", "/accounts", **query)], query
    auditor = AdminApi(server).login("the-auditor", PASSWORD)
    seen = auditor.must("GET", f"/accounts/{bound.id}")
    assert seen["jwk"] is None and seen["jwk_thumbprint"] == bound.key.thumbprint
    for query in ({"status": "x"}, {"eab_only": "x"}, {"created_after": "x"}, {"limit": 0}, {"offset": -1}):
        refused(api.get("/accounts", **query), 400)


def test_pages_of_accounts_stand_still_while_accounts_come(server, api, account):
    Account(server.directory, str(server.root_file)).register()
    before = [each["id"] for page in api.pages("/accounts", limit=1000) for each in page]
    answer = api.get("/accounts", limit=1)
    seen = [each["id"] for each in answer.json]
    Account(server.directory, str(server.root_file)).register()
    answer = api.get(next_of(answer))
    assert seen + [each["id"] for each in answer.json] == before[:2]

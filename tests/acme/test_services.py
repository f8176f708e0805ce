"""Named services, profiles (draft-ietf-acme-profiles), and what may be ordered where."""

import pytest

from support import pki
from support.acme import fresh_name, problem
from support.companions import refused


def subproblems(answer):
    return {each["identifier"]["value"] for each in answer.json()["subproblems"]}


def test_a_named_service_has_addresses_of_its_own(registered, new_service, challenges):
    directory = new_service()
    account = registered(directory)
    base = directory.removesuffix("directory")
    for name, url in account.directory.items():
        assert name == "meta" or url.startswith(base), url
    assert account.kid.startswith(base + "acct/")
    order = account.issue(challenges, fresh_name())
    assert order.url.startswith(base) and order.body["certificate"].startswith(base)
    answer = account.must(account.kid)
    assert f'<{directory}>;rel="index"' in answer.headers["Link"]


def test_an_order_belongs_to_its_service(registered, new_service, challenges):
    first, second = new_service(), new_service()
    account = registered(first)
    order = account.issue(challenges, fresh_name())
    for url in (order.url, order.body["certificate"], order.body["finalize"]):
        elsewhere = url.replace(first.removesuffix("directory"), second.removesuffix("directory"))
        payload = {"csr": "AA"} if "finalize" in url else None
        assert account.post(elsewhere, payload).status_code == 404, elsewhere


def test_a_service_that_is_not_there_is_not_found(companion, client):
    session = client().session
    for path in ("directory", "new-nonce", "renewal-info/AA.AA"):
        answer = session.get(f"{companion.url}/acme/there-is-none/{path}", timeout=5)
        problem(answer, "malformed", 404)


def test_a_service_is_switched_off_and_deleted(new_service, client, companion_admin):
    directory = new_service()
    name = directory.split("/")[-2]
    assert companion_admin.patch(f"/acme/services/{name}", {"enabled": False}).ok
    session = client().session
    assert session.get(directory, timeout=5).status_code == 503
    assert companion_admin.delete(f"/acme/services/{name}").ok
    assert session.get(directory, timeout=5).status_code == 404
    assert companion_admin.get(f"/acme/services/{name}").status == 404


def test_the_services_are_listed_with_the_default_one_first(new_service, companion_admin, companion):
    new_service(description="Printers")
    listed = companion_admin.get("/acme/services").data
    assert listed[0]["name"] == "default" and listed[0]["directory_url"] == companion.directory
    assert any(each["description"] == "Printers" for each in listed)


def test_a_service_issues_from_its_authority(registered, new_service, companion_admin, challenges):
    made = companion_admin.post(
        "/cas", {"common_name": "Printers " + fresh_name(), "ca_type": "root", "key_algorithm": "ECDSA", "key_size": "P-256", "validity_years": 5},
    )  # fmt: skip
    account = registered(new_service(issuing_ca_id=made.data["id"], validity_days=9))
    leaf, issuer = pki.load_chain(account.issue(challenges, fresh_name()).chain())[:2]
    leaf.verify_directly_issued_by(issuer)
    assert "Printers" in leaf.issuer.rfc4514_string()
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days in (8, 9)


def test_a_profile_decides_the_certificate(registered, new_service, challenges):
    profiles = [
        {"name": "short", "description": "Six hours", "validity_hours": 6},
        {"name": "client", "description": "For clients", "cert_type": "client"},
    ]
    account = registered(new_service(profiles=profiles))
    assert account.directory["meta"]["profiles"] == {"short": "Six hours", "client": "For clients"}
    name = fresh_name()
    order = account.new_order(name, profile="short").authorize(challenges)
    assert order.body["profile"] == "short"
    leaf = pki.load_chain(order.finalize(pki.csr(names=[name], pem=False)).chain())[0]
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).total_seconds() < 7 * 3600
    order = account.new_order(name, profile="client")
    leaf = pki.load_chain(order.finalize(pki.csr(names=[name], pem=False)).chain())[0]
    usages = [
        usage.dotted_string
        for usage in leaf.extensions.get_extension_for_class(pki.x509.ExtendedKeyUsage).value
    ]
    assert usages == ["1.3.6.1.5.5.7.3.2"]


def test_a_profile_that_is_none_is_refused(registered, new_service):
    account = registered(new_service(profiles=[{"name": "short", "description": "x"}]))
    problem(refused(lambda: account.new_order(fresh_name(), profile="long")), "invalidProfile", 400)
    open_account = registered()
    problem(refused(lambda: open_account.new_order(fresh_name(), profile="short")), "invalidProfile", 400)


def test_a_service_offers_its_challenges_alone(registered, new_service):
    account = registered(new_service(challenge_types=["dns-01"]))
    (authorization,) = account.new_order(fresh_name()).authorizations()
    assert [each["type"] for each in authorization["challenges"]] == ["dns-01"]
    answer = refused(lambda: account.new_order({"type": "ip", "value": "127.0.0.1"}))
    problem(answer, "rejectedIdentifier", 400)


def test_a_service_allows_and_forbids_names(registered, new_service):
    account = registered(
        new_service(allowed_names=["**.certwright.example"], forbidden_names=["secret.certwright.example"])
    )
    assert account.new_order(fresh_name()).body["status"] == "pending"
    for name in ("www.elsewhere.example", "secret.certwright.example", "*.certwright.example"):
        problem(refused(lambda name=name: account.new_order(name)), "rejectedIdentifier", 400)
    answer = refused(lambda: account.new_order(fresh_name(), "a.elsewhere.example", "b.elsewhere.example"))
    assert subproblems(answer) == {"a.elsewhere.example", "b.elsewhere.example"}


def test_a_service_without_wildcards_and_addresses(registered, new_service):
    account = registered(new_service(wildcards_allowed=False, ips_allowed=False))
    for name in ("*." + fresh_name(), {"type": "ip", "value": "127.0.0.1"}):
        problem(refused(lambda name=name: account.new_order(name)), "rejectedIdentifier", 400)


@pytest.mark.parametrize(
    "body, field",
    [
        ({"name": "directory"}, "name"),
        ({"name": "Upper"}, "name"),
        ({"name": "../x"}, "name"),
        ({"name": "x", "challenge_types": ["dns-02"]}, "challenge_types"),
        ({"name": "x", "challenge_types": []}, "challenge_types"),
        ({"name": "x", "issuing_ca_id": 999999}, "issuing_ca_id"),
        ({"name": "x", "validity_days": 0}, "validity_days"),
        ({"name": "x", "forbidden_names": ["a", "a b"]}, "forbidden_names[1]"),
        ({"name": "x", "profiles": [{"name": "A b", "description": ""}]}, "profiles[0].name"),
        ({"name": "x", "terms_of_service": "javascript:alert(1)"}, "terms_of_service"),
    ],
)
def test_a_service_that_makes_no_sense_is_refused(companion_admin, body, field):
    answer = companion_admin.post("/acme/services", body)
    assert answer.status == 400 and field in answer.fields, answer


def test_what_the_default_service_has_elsewhere_is_not_changed_here(companion_admin):
    answer = companion_admin.patch("/acme/services/default", {"enabled": False})
    assert answer.status == 400 and "enabled" in answer.fields, answer
    assert companion_admin.delete("/acme/services/default").status == 409
    assert companion_admin.patch("/acme/services/default", {"description": "For all"}).ok


def test_a_denied_domain_is_denied_everywhere(registered, new_service, companion_admin):
    domain = fresh_name()
    made = companion_admin.post("/acme/domains", {"domain": domain, "rule": "deny"})
    assert made.status == 201, made
    assert companion_admin.post("/acme/domains", {"domain": "sub." + domain, "auto_approve": True}).ok
    for account in (registered(), registered(new_service())):
        for name in (domain, "a." + domain, "a.sub." + domain, "*." + domain.split(".", 1)[1]):
            problem(
                refused(lambda account=account, name=name: account.new_order(name)), "rejectedIdentifier", 400
            )
    assert companion_admin.delete(f"/acme/domains/{made.data['id']}").ok
    assert registered().new_order(domain).body["status"] == "pending"


def test_an_approved_domain_needs_no_challenge(registered, companion_admin):
    domain = fresh_name()
    made = companion_admin.post(
        "/acme/domains", {"domain": domain, "auto_approve": True, "is_wildcard_allowed": False}
    )
    assert made.data["auto_approve"] is True and made.data["is_wildcard_allowed"] is False
    account = registered()
    order = account.new_order("a." + domain)
    assert order.body["status"] == "ready"
    order.finalize(pki.csr(names=["a." + domain], pem=False))
    problem(refused(lambda: account.new_order("*.a." + domain)), "rejectedIdentifier", 400)


def test_a_domain_is_found_by_its_longest_match(companion_admin, companion):
    domain = fresh_name()
    made = companion_admin.post("/acme/domains", {"domain": domain.upper()})
    assert made.data["domain"] == domain and made.data["issuing_ca_id"] is None
    found = companion_admin.get("/acme/domains/resolve", domain="a.b." + domain).data
    assert found["matched_domain"] == domain
    assert (
        companion_admin.get("/acme/domains/resolve", domain="elsewhere.example").data["matched_domain"]
        is None
    )
    path = f"/acme/domains/{made.data['id']}"
    ca = companion_admin.get("/cas").data[0]
    changed = companion_admin.put(path, {"issuing_ca_id": ca["id"]})
    assert changed.data["issuing_ca_id"] == ca["id"] and changed.data["issuing_ca_name"]
    assert companion_admin.put(path, {"issuing_ca_id": 0}).data["issuing_ca_id"] is None
    assert companion_admin.post("/acme/domains", {"domain": domain}).status == 409
    assert companion_admin.put(path, {"dns_provider_id": 7}).status == 400
    assert companion_admin.get("/acme/domains").meta["total"] >= 1

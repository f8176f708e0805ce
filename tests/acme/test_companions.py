"""tls-alpn-01 (RFC 8737), addresses (RFC 8738), renewal information (RFC 9773), and the parts of RFC 8555
that few clients use."""

import datetime

import pytest

from support import pki
from support.acme import challenge_of, fresh_name, problem
from support.alpn import certificate
from support.companions import refused
from support.jose import b64


def answered(account, order, alpn, server_name=None, **faults):
    """Answers tls-alpn-01 of the only authorization; returns it when it is decided."""
    (authorization,) = order.authorizations()
    challenge = challenge_of(authorization, "tls-alpn-01")
    name = authorization["identifier"]["value"]
    names = faults.pop("names", [name])
    value = faults.pop("value", f"{challenge['token']}.{account.key.thumbprint}")
    alpn.offer(server_name or name, certificate(names, value, **faults))
    account.must(challenge["url"], {})
    return account.wait(authorization["url"])


# ---- tls-alpn-01 and addresses ----


def test_tls_alpn_01_proves_a_name(registered, alpn):
    account, name = registered(), fresh_name()
    order = account.new_order(name)
    assert answered(account, order, alpn)["status"] == "valid"
    order.refresh().finalize(pki.csr(names=[name], pem=False))
    assert alpn.server_names[-1] == name


def test_tls_alpn_01_proves_an_address(registered, alpn):
    account = registered()
    order = account.new_order({"type": "ip", "value": "127.0.0.1"})
    done = answered(account, order, alpn, server_name="1.0.0.127.in-addr.arpa")
    assert done["status"] == "valid", done
    address = pki.x509.IPAddress(__import__("ipaddress").ip_address("127.0.0.1"))
    order.refresh().finalize(pki.csr(names=[address], pem=False))
    leaf = pki.load_chain(order.chain())[0]
    names = leaf.extensions.get_extension_for_class(pki.x509.SubjectAlternativeName).value
    assert list(names) == [address]


def test_http_01_proves_an_address(registered, challenges):
    account = registered()
    order = account.new_order({"type": "ip", "value": "127.0.0.2"})
    types = {each["type"] for each in order.authorizations()[0]["challenges"]}
    assert types == {"http-01", "tls-alpn-01"}


def test_a_wildcard_is_proven_by_dns_alone(registered):
    (authorization,) = registered().new_order("*." + fresh_name()).authorizations()
    assert [each["type"] for each in authorization["challenges"]] == ["dns-01"]


@pytest.mark.parametrize(
    "fault",
    [
        {"value": "another key authorization"},
        {"critical": False},
        {"extension": False},
        {"names": ["elsewhere.certwright.example"]},
        {"names": ["{name}", "elsewhere.certwright.example"]},
    ],
    ids=["value", "not-critical", "no-extension", "another-name", "two-names"],
)
def test_a_certificate_that_is_not_the_challenges_proves_nothing(registered, alpn, fault):
    account, name = registered(), fresh_name()
    if "names" in fault:
        fault = {"names": [each.format(name=name) for each in fault["names"]]}
    done = answered(account, account.new_order(name), alpn, **fault)
    assert done["status"] == "invalid"
    error = challenge_of(done, "tls-alpn-01")["error"]
    assert error["type"].endswith(":unauthorized") and name in error["detail"], error


def test_a_web_server_that_knows_nothing_of_it_proves_nothing(registered, alpn):
    account, name = registered(), fresh_name()
    alpn.protocols = ["http/1.1"]
    try:
        done = answered(account, account.new_order(name), alpn)
    finally:
        alpn.protocols = ["acme-tls/1"]
    assert done["status"] == "invalid"
    assert challenge_of(done, "tls-alpn-01")["error"]["type"].endswith((":tls", ":unauthorized"))


# ---- Renewal information ----


def ari_name(leaf):
    identifier = leaf.extensions.get_extension_for_class(pki.x509.AuthorityKeyIdentifier).value.key_identifier
    serial = leaf.serial_number
    return b64(identifier) + "." + b64(serial.to_bytes(serial.bit_length() // 8 + 1, "big"))


def window(account, leaf):
    answer = account.session.get(f"{account.directory['renewalInfo']}/{ari_name(leaf)}", timeout=5)
    assert answer.status_code == 200, answer.text
    assert 60 <= int(answer.headers["Retry-After"]) <= 86400
    times = answer.json()["suggestedWindow"]
    return [datetime.datetime.fromisoformat(times[name]) for name in ("start", "end")]


def test_the_window_lies_late_in_the_life_and_moves_when_revoked(registered, challenges):
    account = registered()
    leaf = pki.load_chain(account.issue(challenges, fresh_name()).chain())[0]
    start, end = window(account, leaf)
    assert leaf.not_valid_before_utc < start < end < leaf.not_valid_after_utc
    life = leaf.not_valid_after_utc - leaf.not_valid_before_utc
    assert start > leaf.not_valid_before_utc + life / 2
    der = leaf.public_bytes(pki.serialization.Encoding.DER)
    account.must(account.directory["revokeCert"], {"certificate": b64(der), "reason": 4})
    start, end = window(account, leaf)
    assert start < end <= datetime.datetime.now(datetime.UTC)


@pytest.mark.parametrize("name", ["x", "AAAA.AAAA", "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE", "....", "A" * 300])
def test_renewal_information_of_what_we_did_not_issue_is_refused(registered, name):
    account = registered()
    answer = account.session.get(f"{account.directory['renewalInfo']}/{name}", timeout=5)
    problem(answer, "malformed", 400, 404, 414)


def test_an_order_says_what_it_replaces(registered, challenges, companion_admin):
    account, name = registered(), fresh_name()
    leaf = pki.load_chain(account.issue(challenges, name).chain())[0]
    order = account.new_order(name, replaces=ari_name(leaf))
    assert order.body["replaces"] == ari_name(leaf)
    order.finalize(pki.csr(names=[name], pem=False))
    answer = refused(lambda: account.new_order(name, replaces=ari_name(leaf)))
    problem(answer, "alreadyReplaced", 409)


def test_what_may_not_be_replaced_is_refused(registered, challenges):
    owner, other, name = registered(), registered(), fresh_name()
    leaf = pki.load_chain(owner.issue(challenges, name).chain())[0]
    problem(refused(lambda: other.new_order(name, replaces=ari_name(leaf))), "unauthorized", 403)
    problem(refused(lambda: owner.new_order(fresh_name(), replaces=ari_name(leaf))), "malformed", 400)
    problem(refused(lambda: owner.new_order(name, replaces="AAAA.AQAB")), "malformed", 404)


# ---- Authorizations before and after orders ----


def test_a_name_is_authorized_before_it_is_ordered(registered, alpn):
    account, name = registered(), fresh_name()
    answer = account.must(account.directory["newAuthz"], {"identifier": {"type": "dns", "value": name}})
    assert answer.status_code == 201 and answer.json()["status"] == "pending"
    url = answer.headers["Location"]
    challenge = challenge_of(answer.json(), "tls-alpn-01")
    alpn.offer(name, certificate([name], f"{challenge['token']}.{account.key.thumbprint}"))
    account.must(challenge["url"], {})
    assert account.wait(url)["status"] == "valid"
    order = account.new_order(name)
    assert order.body["status"] == "ready" and order.body["authorizations"] == [url]
    order.finalize(pki.csr(names=[name], pem=False))
    again = account.must(account.directory["newAuthz"], {"identifier": {"type": "dns", "value": name}})
    assert again.status_code == 200 and again.headers["Location"] == url


@pytest.mark.parametrize(
    "payload, type_",
    [
        ({}, "malformed"),
        ({"identifier": {"type": "dns", "value": "*.a.certwright.example"}}, "malformed"),
        ({"identifier": {"type": "dns", "value": "co.uk"}}, "rejectedIdentifier"),
        ({"identifier": {"type": "email", "value": "a@b.example"}}, "unsupportedIdentifier"),
    ],
)
def test_what_cannot_be_authorized_before_is_refused(registered, payload, type_):
    account = registered()
    problem(account.post(account.directory["newAuthz"], payload), type_, 400)


def test_a_proof_is_used_again_by_its_account_alone(registered, challenges):
    account, other, name = registered(), registered(), fresh_name()
    first = account.issue(challenges, name)
    second = account.new_order(name)
    assert second.body["status"] == "ready"
    assert second.body["authorizations"] == first.body["authorizations"]
    assert account.new_order("*." + name).body["status"] == "pending", "a wildcard needs a proof of its own"
    assert other.new_order(name).body["status"] == "pending"


def test_deactivating_a_proof_ends_every_order_that_counts_on_it(registered, challenges):
    account, name = registered(), fresh_name()
    first = account.issue(challenges, name)
    second = account.new_order(name)
    (url,) = first.body["authorizations"]
    assert account.must(url, {"status": "deactivated"}).json()["status"] == "deactivated"
    assert second.refresh().body["status"] == "invalid"
    assert first.refresh().body["status"] == "valid"
    answer = account.post(second.body["finalize"], {"csr": b64(pki.csr(names=[name], pem=False))})
    problem(answer, "orderNotReady", 403)
    assert account.new_order(name).body["status"] == "pending"


# ---- Chains, lists, browsers ----


def test_an_alternate_chain_ends_in_the_root(registered, challenges, companion):
    account = registered()
    order = account.issue(challenges, fresh_name())
    answer = account.must(order.body["certificate"])
    links = [each["url"] for each in [answer.links[key] for key in answer.links] if "/cert/" in each["url"]]
    assert links, answer.headers
    usual = pki.load_chain(answer.text)
    other = pki.load_chain(account.must(links[-1]).text)
    assert other[: len(usual)] == usual and other[-1].subject == other[-1].issuer
    assert other[-1] == pki.load(companion.root_file.read_text())
    for wrong in ("/7", "/0", "/x", "/-1"):
        assert account.post(order.body["certificate"] + wrong).status_code == 404


def test_browsers_may_be_clients(client):
    account = client()
    page = {"Origin": "https://app.example"}
    answer = account.session.get(account.directory_url, headers=page, timeout=5)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    answer = account.session.head(account.directory["newNonce"], headers=page, timeout=5)
    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert {"Replay-Nonce", "Location", "Link", "Retry-After"} <= set(exposed.split(", "))
    asked = page | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = account.session.options(account.directory["newOrder"], headers=asked, timeout=5)
    assert answer.status_code == 204 and "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"].lower() == "content-type"
    plain = account.session.head(account.directory["newNonce"], timeout=5)
    assert "Access-Control-Allow-Origin" not in plain.headers


# ---- The enrolment doctor ----


def test_what_went_wrong_is_told_step_by_step(registered, companion_admin, alpn):
    account, name = registered(), fresh_name()
    answered(account, account.new_order(name), alpn, extension=False)
    reference = account.kid.rsplit("/", 1)[1]
    listed = companion_admin.get("/acme/accounts", per_page=100).data
    (found,) = [each for each in listed if each["account_id"] == reference]
    (trace,) = companion_admin.get(f"/acme/accounts/{found['id']}/trace").data
    assert trace["status"] == "invalid" and trace["identifiers"] == [{"type": "dns", "value": name}]
    (attempt,) = trace["authorizations"]
    assert attempt["challenge"] == "tls-alpn-01" and attempt["attempts"] == 1
    assert "acmeIdentifier" in attempt["error"] and "proxy" in attempt["advice"]
    asked = [step["asked"] for step in attempt["steps"]]
    assert asked[0] == f"addresses of {name}" and "acme-tls/1" in asked[-1], asked
    assert companion_admin.get(f"/acme/orders/{trace['id']}").data == trace
    assert companion_admin.get("/acme/accounts/999999/trace").status == 404

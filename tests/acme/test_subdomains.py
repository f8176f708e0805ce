"""Authorizations of a domain that speak for the names below it (RFC 9444)."""

import hashlib

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from support import pki
from support.acme import Account, challenge_of, fresh_name, problem
from support.dns import ZONE
from support.jose import b64

OURS = "ca.certwright.example"


@pytest.fixture(scope="module")
def site(make_server):
    return make_server(CERTWRIGHT_ACME_CAA_IDENTITIES=OURS).start()


@pytest.fixture
def register(site):
    def register(directory=None):
        account = Account(directory or site.directory, str(site.root_file))
        account.register()
        return account

    return register


@pytest.fixture
def account(register):
    return register()


@pytest.fixture
def prove(bind):
    def prove(account, authorization):
        challenge = challenge_of(authorization, "dns-01")
        text = f"{challenge['token']}.{account.key.thumbprint}"
        bind.set_txt(
            "_acme-challenge." + authorization["identifier"]["value"],
            b64(hashlib.sha256(text.encode()).digest()),
        )
        account.must(challenge["url"], {})
        assert account.wait(authorization["url"])["status"] == "valid"

    return prove


def below(name, ancestor):
    return {"type": "dns", "value": name, "ancestorDomain": ancestor}


def authorize(account, identifier):
    response = account.post(account.directory["newAuthz"], {"identifier": identifier})
    return response, response.json() | {"url": response.headers.get("Location")}


def test_a_domain_is_proven_once_for_the_names_below_it(account, prove, site):
    assert account.directory["meta"]["subdomainAuthAllowed"] is True
    domain = fresh_name()
    names = [f"a.{domain}", f"b.c.{domain}", f"*.{domain}", domain]
    order = account.new_order(*(below(name, domain) for name in names))
    (authorization,) = order.authorizations()
    assert authorization["identifier"] == {"type": "dns", "value": domain}
    assert authorization["subdomainAuthAllowed"] is True and "wildcard" not in authorization
    assert [each["type"] for each in authorization["challenges"]] == ["dns-01"]
    assert [each["value"] for each in order.body["identifiers"]] == names
    prove(account, authorization)
    order.refresh().finalize(pki.csr(names=names, pem=False))
    leaf = pki.load_chain(order.chain())[0]
    assert sorted(pki.dns_names(leaf)) == sorted(names)

    # Later orders of this account need no more, whether they name the domain or not.
    later = account.new_order(f"later.{domain}")
    assert later.body["status"] == "ready" and later.authorizations()[0]["url"] == authorization["url"]
    later.finalize(pki.csr(names=[f"later.{domain}"], pem=False))


def test_a_domain_is_proven_before_there_is_an_order(account, prove):
    domain = fresh_name()
    identifier = {"type": "dns", "value": domain, "subdomainAuthAllowed": True}
    response, authorization = authorize(account, identifier)
    assert response.status_code == 201 and authorization["subdomainAuthAllowed"] is True
    prove(account, authorization)
    again, same = authorize(account, identifier)
    assert again.status_code == 200 and same["url"] == authorization["url"]
    order = account.new_order(f"www.{domain}")
    assert order.body["status"] == "ready"
    order.finalize(pki.csr(names=[f"www.{domain}"], pem=False))


def test_a_proof_of_one_name_is_none_for_those_below(account, prove):
    domain = fresh_name()
    order = account.new_order(domain)
    prove(account, order.authorizations()[0])
    assert account.new_order(f"a.{domain}").body["status"] == "pending"
    assert account.new_order(f"*.{domain}").body["status"] == "pending"
    response, authorization = authorize(
        account, {"type": "dns", "value": domain, "subdomainAuthAllowed": True}
    )
    assert response.status_code == 201 and authorization["status"] == "pending"


def test_the_proof_is_for_this_account_this_domain_and_no_longer_than_it_lasts(account, register, prove):
    domain = fresh_name()
    order = account.new_order(below(f"a.{domain}", domain))
    (authorization,) = order.authorizations()
    prove(account, authorization)
    assert register().new_order(f"a.{domain}").body["status"] == "pending"
    for name in (f"x{domain}", fresh_name()):
        assert account.new_order(name).body["status"] == "pending", name
    account.must(authorization["url"], {"status": "deactivated"})
    assert account.new_order(f"a.{domain}").body["status"] == "pending"
    assert order.refresh().body["status"] == "invalid"


def test_an_ancestor_that_is_none_is_refused(account, site, register):
    domain = fresh_name()
    for identifier in (
        below(domain, f"a.{domain}"),
        below(f"a.{domain}", "other.example"),
        below(f"a.{domain}", domain[1:]),
        below(f"a.{domain}", f"*.{domain}"),
        {"type": "ip", "value": "127.0.0.1", "ancestorDomain": domain},
    ):
        problem(account.post(account.directory["newOrder"], {"identifiers": [identifier]}), "malformed", 400)
    suffix = account.post(account.directory["newOrder"], {"identifiers": [below("a.co.uk", "co.uk")]})
    problem(suffix, "rejectedIdentifier", 400)
    address, _ = authorize(account, {"type": "ip", "value": "127.0.0.1", "subdomainAuthAllowed": True})
    problem(address, "malformed", 400)

    made = site.admin().post("/acme/services", {"name": "http", "challenge_types": ["http-01"]})
    web_only = register(made.data["directory_url"])
    assert web_only.directory["meta"]["subdomainAuthAllowed"] is False
    refused = web_only.post(web_only.directory["newOrder"], {"identifiers": [below(f"a.{domain}", domain)]})
    assert "subdomainAuthAllowed" in problem(refused, "malformed", 400)["detail"]


def test_caa_is_asked_of_each_name(account, prove, bind):
    domain = fresh_name()
    label = f"closed.{domain}".removesuffix("." + ZONE)
    bind.update(lambda update: update.replace(label, 0, "CAA", '0 issue "other.example"'))
    order = account.new_order(below(f"closed.{domain}", domain), below(f"open.{domain}", domain))
    (authorization,) = order.authorizations()
    prove(account, authorization)
    csr = pki.csr(names=[f"closed.{domain}", f"open.{domain}"], pem=False)
    refused = account.post(order.body["finalize"], {"csr": b64(csr)})
    assert f"closed.{domain}" in problem(refused, "caa", 403)["detail"]
    bind.remove(f"closed.{domain}")
    order.refresh().finalize(csr)


def test_who_proved_the_domain_may_revoke_what_others_got_below_it(account, register, challenges, prove):
    """RFC 8555, section 7.6: an account that is authorized for all names of the certificate."""
    domain = fresh_name()
    name = f"a.{domain}"
    order = register().issue(challenges, name)
    der = pki.load_chain(order.chain())[0].public_bytes(Encoding.DER)
    assert account.post(account.directory["revokeCert"], {"certificate": b64(der)}).status_code == 403
    (authorization,) = account.new_order(below(f"b.{domain}", domain)).authorizations()
    prove(account, authorization)
    assert account.post(account.directory["revokeCert"], {"certificate": b64(der)}).status_code == 200

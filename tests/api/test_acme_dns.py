"""Challenges by DNS beyond RFC 8555 (dns-account-01, dns-persist-01), and resolvers of single zones. The
records are in a real BIND, and made here as the drafts say, without the server's help."""

import base64
import hashlib
import time
import uuid

import pytest

from support import pki
from support.acme import Account, challenge_of
from support.dns import ZONE, Bind
from support.jose import b64

CA_NAME = "ca.certwright.example"
INNER = f"inner.{ZONE}"


@pytest.fixture(scope="module")
def inner_view(tmp_path_factory):
    """Another name server with another view of the zone."""
    inner = Bind(tmp_path_factory.mktemp("inner")).start()
    yield inner
    inner.stop()


@pytest.fixture(scope="module")
def site(make_server, inner_view):
    return make_server(
        CERTWRIGHT_ACME_CAA_IDENTITIES=CA_NAME,
        CERTWRIGHT_DNS_ZONE_RESOLVERS=f"{INNER}={inner_view.address}",
    ).start()


@pytest.fixture(scope="module")
def directory(site):
    made = site.admin().post(
        "/acme/services", {"name": "dns", "challenge_types": ["dns-01", "dns-account-01", "dns-persist-01"]}
    )
    assert made.status == 201, made
    return made.data["directory_url"]


@pytest.fixture
def client(site, directory):
    account = Account(directory, str(site.root_file))
    account.register()
    return account


def fresh(zone=ZONE):
    return f"n{uuid.uuid4().hex[:12]}.{zone}"


def offered(order, type_):
    (authorization,) = order.authorizations()
    return authorization, challenge_of(authorization, type_)


def answer(account, authorization, challenge):
    account.must(challenge["url"], {})
    return account.wait(authorization["url"])


def key_digest(account, challenge):
    text = f"{challenge['token']}.{account.key.thumbprint}"
    return b64(hashlib.sha256(text.encode()).digest())


def account_label(account):
    digest = hashlib.sha256(account.kid.encode()).digest()[:10]
    return "_" + base64.b32encode(digest).decode().lower()


# ---- dns-account-01 ----


def test_a_name_is_proven_below_the_label_of_the_account(client, bind):
    name = fresh()
    order = client.new_order(name)
    authorization, challenge = offered(order, "dns-account-01")
    bind.set_txt(f"{account_label(client)}._acme-challenge.{name}", key_digest(client, challenge))
    done = answer(client, authorization, challenge)
    assert done["status"] == "valid", done
    order.refresh().finalize(pki.csr(names=[name], pem=False))


def test_two_accounts_prove_one_name_at_the_same_time(site, directory, client, bind):
    other = Account(directory, str(site.root_file))
    other.register()
    name = fresh()
    waiting = []
    for account in (client, other):
        authorization, challenge = offered(account.new_order("*." + name), "dns-account-01")
        bind.set_txt(f"{account_label(account)}._acme-challenge.{name}", key_digest(account, challenge))
        waiting.append((account, authorization, challenge))
    for account, authorization, challenge in waiting:
        assert answer(account, authorization, challenge)["status"] == "valid"


def test_the_record_of_dns_01_or_of_another_account_is_not_that_of_this_one(site, directory, client, bind):
    other = Account(directory, str(site.root_file))
    other.register()
    name = fresh()
    authorization, challenge = offered(client.new_order(name), "dns-account-01")
    bind.set_txt(f"_acme-challenge.{name}", key_digest(client, challenge))
    bind.set_txt(f"{account_label(other)}._acme-challenge.{name}", key_digest(client, challenge))
    done = answer(client, authorization, challenge)
    assert done["status"] == "invalid", done
    assert account_label(client) in challenge_of(done, "dns-account-01")["error"]["detail"]


def test_the_account_is_known_by_the_address_that_the_client_has(site, directory, bind):
    """Registered at the default service, ordering at another: the label is that of its own address."""
    account = Account(site.directory, str(site.root_file))
    account.register()
    account.directory = account.session.get(directory, timeout=10).json()
    name = fresh()
    authorization, challenge = offered(account.new_order(name), "dns-account-01")
    bind.set_txt(f"{account_label(account)}._acme-challenge.{name}", key_digest(account, challenge))
    assert answer(account, authorization, challenge)["status"] == "valid"


# ---- dns-persist-01 ----


def persist(bind, name, *values):
    # In quotes: a semicolon begins a comment otherwise.
    bind.set_txt(f"_validation-persist.{name}", *(f'"{value}"' for value in values))


def hashed(account, name):
    meta = account.directory["meta"]
    octets = bytes([len(name)]) + name.encode() + account.key.thumbprint.encode() + account.kid.encode()
    return meta["accountHashPrefix"] + "sha-256/" + b64(hashlib.sha256(octets).digest())


def test_the_challenge_says_what_the_record_has_to_say(client):
    authorization, challenge = offered(client.new_order(fresh()), "dns-persist-01")
    assert challenge["accounturi"] == client.kid
    assert challenge["issuer-domain-names"] == challenge["issuerDomainNames"] == [CA_NAME]
    assert "token" not in challenge
    assert client.directory["meta"]["issuerDomainNames"] == [CA_NAME]
    assert set(client.directory["meta"]["issuerDomainNames"]) <= set(
        client.directory["meta"]["caaIdentities"]
    )


def test_a_record_is_good_for_one_order_after_the_other(client, bind):
    name = fresh()
    persist(bind, name, "other.example; accounturi=x", f"{CA_NAME}; accounturi={client.kid}")
    for _ in range(2):
        order = client.new_order(name)
        authorization, challenge = offered(order, "dns-persist-01")
        done = answer(client, authorization, challenge)
        assert done["status"] == "valid", done
        order.refresh().finalize(pki.csr(names=[name], pem=False))
        client.must(authorization["url"], {"status": "deactivated"})  # so that it is asked again


@pytest.mark.parametrize("as_name", ["{name}", "*"])
def test_the_account_may_be_hashed(client, bind, as_name):
    name = fresh()
    persist(bind, name, f"{CA_NAME}; accounturi={hashed(client, as_name.format(name=name))}")
    assert answer(client, *offered(client.new_order(name), "dns-persist-01"))["status"] == "valid"


def test_a_wildcard_needs_its_policy(client, bind):
    name = fresh()
    persist(bind, name, f"{CA_NAME}; accounturi={client.kid}")
    done = answer(client, *offered(client.new_order("*." + name), "dns-persist-01"))
    assert done["status"] == "invalid"
    assert "policy=wildcard" in challenge_of(done, "dns-persist-01")["error"]["detail"]
    persist(bind, name, f"{CA_NAME}; accounturi={client.kid}; policy=wildcard")
    order = client.new_order("*." + name)
    assert answer(client, *offered(order, "dns-persist-01"))["status"] == "valid"
    order.refresh().finalize(pki.csr(names=["*." + name], pem=False))


def test_a_proof_lasts_no_longer_than_the_record_says(client, bind):
    name, until = fresh(), int(time.time()) + 3600
    persist(bind, name, f"{CA_NAME}; accounturi={client.kid}; persistUntil={until}")
    done = answer(client, *offered(client.new_order(name), "dns-persist-01"))
    assert done["status"] == "valid"
    assert done["expires"] == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(until))


def test_a_record_that_is_not_for_this_proves_nothing(site, directory, client, bind):
    """Each wrong record; all orders at once, since each is looked for several times."""
    wrong = {
        "unauthorized": [
            f"other.example; accounturi={client.kid}",
            f"{CA_NAME}; accounturi={client.kid}x",
            f"{CA_NAME}; accounturi={client.kid}; persistUntil={int(time.time()) - 10}",
            f"{CA_NAME}; accounturi={hashed(client, fresh())}",
        ],
        "malformed": [
            CA_NAME,
            f"{CA_NAME}; accounturi={client.kid}; persistUntil=soon",
            f"{CA_NAME}; accounturi={client.kid}; accounturi={client.kid}",
        ],
    }
    waiting = []
    for error, values in wrong.items():
        for value in values:
            name = fresh()
            persist(bind, name, value)
            authorization, challenge = offered(client.new_order(name), "dns-persist-01")
            client.must(challenge["url"], {})
            waiting.append((authorization["url"], error, value))
    for url, error, value in waiting:
        done = client.wait(url)
        assert done["status"] == "invalid", value
        problem = challenge_of(done, "dns-persist-01")["error"]
        assert problem["type"].endswith(":" + error), (value, problem)


def test_only_services_that_say_so_offer_them(site):
    account = Account(site.directory, str(site.root_file))
    account.register()
    types = {each["type"] for each in account.new_order(fresh()).authorizations()[0]["challenges"]}
    assert types == {"http-01", "dns-01", "tls-alpn-01"}
    assert "issuerDomainNames" not in account.directory["meta"]
    refused = site.admin().post("/acme/services", {"name": "odd", "challenge_types": ["dns-02"]})
    assert refused.status == 400 and "challenge_types" in refused.fields, refused


def test_a_validation_goes_on_with_its_account_after_a_kill(make_server, bind):
    """What a client was told to be processing has its account's address with it."""
    server = make_server(CERTWRIGHT_ACME_CAA_IDENTITIES=CA_NAME).start()
    made = server.admin().post("/acme/services", {"name": "dns", "challenge_types": ["dns-account-01"]})
    account = Account(made.data["directory_url"], str(server.root_file))
    account.register()
    name = fresh()
    authorization, challenge = offered(account.new_order(name), "dns-account-01")
    account.must(challenge["url"], {})  # no record yet: it is tried again after 1, 2 and 4 seconds
    server.kill()
    bind.set_txt(f"{account_label(account)}._acme-challenge.{name}", key_digest(account, challenge))
    server.start()
    account.spare_nonce = None
    assert account.wait(authorization["url"])["status"] == "valid"


# ---- Resolvers of zones ----


def by_dns_01(account, name, view):
    authorization, challenge = offered(account.new_order(name), "dns-01")
    view.set_txt(f"_acme-challenge.{name}", key_digest(account, challenge))
    return answer(account, authorization, challenge)["status"]


def test_a_zone_is_asked_of_its_own_resolver(client, bind, inner_view):
    assert by_dns_01(client, fresh(INNER), inner_view) == "valid"
    assert by_dns_01(client, INNER, inner_view) == "valid"
    assert by_dns_01(client, fresh(INNER), bind) == "invalid"
    assert by_dns_01(client, fresh(), bind) == "valid"
    assert by_dns_01(client, fresh("x" + INNER), bind) == "valid"  # another zone that ends alike


def test_a_name_of_one_view_may_lead_into_the_other(client, bind, inner_view):
    name, target = fresh(), fresh(INNER)
    bind.update(
        lambda update: update.replace(
            f"_acme-challenge.{name}".removesuffix("." + ZONE), 0, "CNAME", target + "."
        )
    )
    authorization, challenge = offered(client.new_order(name), "dns-01")
    inner_view.set_txt(target, key_digest(client, challenge))
    assert answer(client, authorization, challenge)["status"] == "valid"


def test_a_zone_resolver_that_is_none_stops_the_start(make_server):
    for wrong in ("corp.example", "=127.0.0.1", "corp.example=elsewhere", 'a"b=127.0.0.1'):
        server = make_server(CERTWRIGHT_DNS_ZONE_RESOLVERS=wrong).spawn()
        assert server.process.popen.wait(20) != 0
        assert "dns.zone_resolvers" in server.output


def test_a_domain_can_be_tested(site, make_server):
    boss = site.admin()
    tested = boss.post("/acme/domains/test", {"domain": "*." + fresh()})
    assert tested.status == 200 and tested.data["success"], tested
    assert tested.data["test_record"].startswith("_acme-challenge.n")
    assert len(tested.data["steps"]) == 3
    for body, field in (
        ({"domain": "not a name"}, "domain"),
        ({"domain": fresh(), "dns_provider_id": 1}, "dns_provider_id"),
    ):
        refused = boss.post("/acme/domains/test", body)
        assert refused.status == 400 and field in refused.fields, refused
    dead = make_server(CERTWRIGHT_DNS_RESOLVERS="127.0.0.1:1").start()
    tested = dead.admin().post("/acme/domains/test", {"domain": fresh()})
    assert tested.status == 200 and tested.data["success"] is False and tested.data["error"], tested

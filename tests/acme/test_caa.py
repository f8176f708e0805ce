"""CAA (RFC 8659) with its parameters for accounts and methods (RFC 8657), through a real name server and a broken one."""

import hashlib
import ipaddress

import pytest

from support import pki
from support.acme import Account, challenge_of, fresh_name
from support.dns import ZONE
from support.jose import b64
from support.odd_dns import OddDns

OURS = "ca.certwright.example"


@pytest.fixture(scope="module")
def strict(make_server):
    """A server that looks at CAA: it has a name to be found there."""
    return make_server(CERTWRIGHT_ACME_CAA_IDENTITIES=OURS).start()


@pytest.fixture(scope="module")
def odd_dns():
    server = OddDns()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def shaky(make_server, odd_dns):
    return make_server(CERTWRIGHT_ACME_CAA_IDENTITIES=OURS, CERTWRIGHT_DNS_RESOLVERS=odd_dns.address).start()


def account_at(server):
    account = Account(server.directory, str(server.root_file))
    account.register()
    return account


@pytest.fixture
def account(strict):
    return account_at(strict)


@pytest.fixture
def publish(bind):
    def publish(name, *records):
        label = name.removesuffix("." + ZONE)
        # A name that has records is no longer one of the zone's wildcard.
        bind.update(
            lambda update: (
                update.replace(label, 0, "CAA", *records),
                update.replace(label, 0, "A", "127.0.0.1"),
            )
        )

    return publish


def outcome(account, challenges, name):
    """The status by http-01, and the challenge's error."""
    (authorization,) = account.new_order(name).authorizations()
    challenge = challenge_of(authorization, "http-01")
    challenges.offer(challenge["token"], account.key.thumbprint)
    account.must(challenge["url"], {})
    done = account.wait(authorization["url"], seconds=60)
    return done["status"], challenge_of(done, "http-01").get("error")


@pytest.mark.parametrize(
    "records",
    [
        [f'0 issue "{OURS}"'],
        [f'0 issue "{OURS.upper()}"'],
        ['0 issue "other.example"', f'0 issue " {OURS} ; validationmethods=http-01 "'],
        ['0 iodef "mailto:a@certwright.example"'],
        ['0 issuewild ";"'],
        ['0 unknown "x"'],
    ],
    ids=["ours", "in capitals", "among others", "iodef alone", "issuewild alone", "unknown, not critical"],
)
def test_records_that_allow_us(account, challenges, publish, records):
    name = fresh_name()
    publish(name, *records)
    assert outcome(account, challenges, name) == ("valid", None)


@pytest.mark.parametrize(
    "records",
    [
        ['0 issue "other.example"'],
        ['0 issue ";"'],
        ['0 issue ""'],
        [f'0 issue "{OURS}"', '128 unknown "x"'],
        [f'0 issue "{OURS}; validationmethods=dns-01"'],
        [f'0 issue "{OURS}; accounturi=https://ca.example/acme/account/1"'],
        [f'0 issue "{OURS}; rubbish here"'],
        [f'0 issue "x{OURS}"'],
    ],
    ids=["another", "nobody", "empty", "critical and unknown", "another method", "another account", "malformed", "a longer name"],
)  # fmt: skip
def test_records_that_forbid_us(account, challenges, publish, records):
    name = fresh_name()
    publish(name, *records)
    status, error = outcome(account, challenges, name)
    assert status == "invalid" and error["type"].endswith(":caa"), error
    assert name in error["detail"], error


def test_the_account_that_is_named_may_and_no_other(strict, account, challenges, publish):
    name = fresh_name()
    publish(name, f'0 issue "{OURS}; accounturi={account.kid}"')
    assert outcome(account, challenges, name)[0] == "valid"
    status, error = outcome(account_at(strict), challenges, name)
    assert status == "invalid" and error["type"].endswith(":caa")


def test_the_nearest_ancestor_rules(account, challenges, bind, publish):
    parent = fresh_name()
    publish(parent, '0 issue "other.example"')
    bind.update(lambda update: update.replace("*." + parent.removesuffix("." + ZONE), 0, "A", "127.0.0.1"))
    assert outcome(account, challenges, "a.b." + parent)[0] == "invalid"
    publish("b." + parent, f'0 issue "{OURS}"')
    assert outcome(account, challenges, "b." + parent)[0] == "valid"


def test_a_wildcard_has_its_own_rule(account, bind, publish):
    name = fresh_name()
    publish(name, f'0 issue "{OURS}"', '0 issuewild ";"')
    (authorization,) = account.new_order("*." + name).authorizations()
    challenge = challenge_of(authorization, "dns-01")
    value = hashlib.sha256(f"{challenge['token']}.{account.key.thumbprint}".encode()).digest()
    bind.set_txt("_acme-challenge." + name, b64(value))
    account.must(challenge["url"], {})
    done = account.wait(authorization["url"], seconds=60)
    assert done["status"] == "invalid"
    assert challenge_of(done, "dns-01")["error"]["type"].endswith(":caa")


def test_a_name_server_that_does_not_say_blocks(shaky, odd_dns, challenges):
    """RFC 8659, section 3: without an answer we do not know that we may. NXDOMAIN is an answer."""
    account, started = account_at(shaky), {}
    for fault in ("SERVFAIL", "REFUSED", None):
        for where in ("at the name", "above"):
            parent = fresh_name()
            name = "www." + parent
            odd_dns.faults[(name if where == "at the name" else parent, "CAA")] = fault
            (authorization,) = account.new_order(name).authorizations()
            challenge = challenge_of(authorization, "http-01")
            challenges.offer(challenge["token"], account.key.thumbprint)
            account.must(challenge["url"], {})
            started[(fault, where)] = authorization["url"]
    for what, url in started.items():
        done = account.wait(url, seconds=60)
        assert done["status"] == "invalid", what
        error = challenge_of(done, "http-01")["error"]
        assert error["type"].endswith((":caa", ":dns")) and "CAA" in error["detail"], (what, error)


def test_a_name_that_is_not_there_for_caa_does_not_block(shaky, odd_dns, challenges):
    name = fresh_name()
    odd_dns.faults[(name, "CAA")] = "NXDOMAIN"
    assert outcome(account_at(shaky), challenges, name) == ("valid", None)


def test_addresses_have_no_caa(strict, account, challenges):
    identifier = {"type": "ip", "value": "127.0.0.1"}
    order = account.new_order(identifier).authorize(challenges)
    csr = pki.csr(names=[pki.x509.IPAddress(ipaddress.ip_address("127.0.0.1"))], pem=False)
    order.finalize(csr)


def test_a_rule_that_came_after_the_proof_waits_for_its_eight_hours(account, challenges, publish):
    name = fresh_name()
    account.new_order(name).authorize(challenges).finalize(pki.csr(names=[name], pem=False))
    publish(name, '0 issue "other.example"')
    # The proof is used again; CAA was looked at less than eight hours ago.
    again = account.new_order(name)
    assert again.body["status"] == "ready"
    again.finalize(pki.csr(names=[name], pem=False))

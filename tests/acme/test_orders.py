"""RFC 8555 section 7.4 and 7.5: orders, identifiers, authorizations, finalizing, revoking."""

import base64
import concurrent.futures
import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from support import pki
from support.acme import Account, challenge_of, fresh_name, problem
from support.dns import ZONE
from support.jose import Key, b64


def dns_value(token, key):
    import hashlib

    return b64(hashlib.sha256(f"{token}.{key.thumbprint}".encode()).digest())


def test_an_order_becomes_a_certificate(account, challenges, server):
    name, other = fresh_name(), fresh_name()
    order = account.new_order(name, other)
    assert order.body["status"] == "pending" and len(order.body["authorizations"]) == 2
    assert {each["value"] for each in order.body["identifiers"]} == {name, other}
    order.authorize(challenges)
    assert order.body["status"] == "ready"
    key = pki.private_key()
    order.finalize(pki.csr(names=[name, other], key=key, pem=False))
    answer = account.must(order.body["certificate"])
    assert answer.headers["Content-Type"].startswith("application/pem-certificate-chain")
    chain = pki.load_chain(answer.text)
    assert len(chain) >= 2 and chain[0].public_key() == key.public_key()
    assert pki.dns_names(chain[0]) == {name, other}
    chain[0].verify_directly_issued_by(chain[1])
    assert answer.text.startswith("-----BEGIN CERTIFICATE-----") and "\r" not in answer.text
    assert chain[-1].issuer == pki.load(server.root_file.read_text()).subject


def test_the_console_shows_it_at_once(account, challenges, admin):
    name = fresh_name()
    order = account.issue(challenges, name)
    listed = admin.get("/certificates", search=name).data
    assert len(listed) == 1 and listed[0]["source"] == "acme" and listed[0]["has_private_key"] is False
    serial = pki.load_chain(order.chain())[0].serial_number
    assert int(listed[0]["serial_number"], 16) == serial
    orders = admin.get("/acme/orders", status="valid", per_page=5).data
    assert any(
        each["identifiers"] == [{"type": "dns", "value": name}] and each["certificate_id"] == listed[0]["id"]
        for each in orders
    )


def test_dns_01_proves_a_name_and_a_wildcard(account, bind, server):
    name = fresh_name()
    order = account.new_order(name, "*." + name)
    values = []
    for authorization in order.authorizations():
        assert authorization["identifier"]["value"] == name
        types = {challenge["type"] for challenge in authorization["challenges"]}
        if authorization.get("wildcard"):
            assert "http-01" not in types and "dns-01" in types
        values.append(dns_value(challenge_of(authorization, "dns-01")["token"], account.key))
    bind.set_txt("_acme-challenge." + name, "unrelated", *values)
    for authorization in order.authorizations():
        account.must(challenge_of(authorization, "dns-01")["url"], {})
        done = account.wait(authorization["url"])
        assert done["status"] == "valid", done
    order.refresh().finalize(pki.csr(names=[name, "*." + name], pem=False))
    assert pki.dns_names(pki.load_chain(order.chain())[0]) == {name, "*." + name}
    bind.remove("_acme-challenge." + name)


def test_dns_01_reads_a_record_in_several_strings(account, bind):
    name = fresh_name()
    order = account.new_order(name)
    authorization = order.authorizations()[0]
    value = dns_value(challenge_of(authorization, "dns-01")["token"], account.key)
    bind.set_txt("_acme-challenge." + name, f'"{value[:10]}" "{value[10:]}"')
    account.must(challenge_of(authorization, "dns-01")["url"], {})
    assert account.wait(authorization["url"])["status"] == "valid"


def test_dns_01_follows_a_cname(account, bind):
    name, elsewhere = fresh_name(), fresh_name()
    order = account.new_order(name)
    authorization = order.authorizations()[0]
    value = dns_value(challenge_of(authorization, "dns-01")["token"], account.key)
    bind.set_txt(elsewhere, value)
    bind.update(
        lambda update: update.replace(
            "_acme-challenge." + name.removesuffix("." + ZONE), 0, "CNAME", elsewhere + "."
        )
    )
    account.must(challenge_of(authorization, "dns-01")["url"], {})
    assert account.wait(authorization["url"])["status"] == "valid"


@pytest.mark.parametrize(
    "wrong", ["", "x", "{thumbprint}", "{token}", "{token}.{thumbprint}x", "{token}.{other}"]
)
def test_a_wrong_answer_proves_nothing(account, challenges, wrong):
    order = account.new_order(fresh_name())
    authorization = order.authorizations()[0]
    challenge = challenge_of(authorization, "http-01")
    content = wrong.format(
        token=challenge["token"], thumbprint=account.key.thumbprint, other=Key().thumbprint
    )
    challenges.answers["/.well-known/acme-challenge/" + challenge["token"]] = content.encode()
    account.must(challenge["url"], {})
    done = account.wait(authorization["url"])
    assert done["status"] == "invalid"
    error = challenge_of(done, "http-01")["error"]
    assert error["type"].endswith(("unauthorized", "incorrectResponse")) and error["detail"], error
    order.refresh()
    assert order.body["status"] == "invalid" and order.body.get("error"), order.body
    answer = account.post(
        order.body["finalize"],
        {"csr": b64(pki.csr(names=[order.body["identifiers"][0]["value"]], pem=False))},
    )
    problem(answer, "orderNotReady", 403)


def test_blanks_after_the_answer_are_forgiven(account, challenges):
    """RFC 8555, section 8.3: the server should ignore whitespace at the end."""
    order = account.new_order(fresh_name())
    authorization = order.authorizations()[0]
    challenge = challenge_of(authorization, "http-01")
    challenges.answers["/.well-known/acme-challenge/" + challenge["token"]] = (
        f"{challenge['token']}.{account.key.thumbprint} \r\n".encode()
    )
    account.must(challenge["url"], {})
    assert account.wait(authorization["url"])["status"] == "valid"


def test_a_missing_record_is_said_in_words(account, bind):
    order = account.new_order(fresh_name())
    authorization = order.authorizations()[0]
    account.must(challenge_of(authorization, "dns-01")["url"], {})
    done = account.wait(authorization["url"])
    assert done["status"] == "invalid"
    error = challenge_of(done, "dns-01")["error"]
    assert (
        error["type"].endswith(("dns", "unauthorized", "incorrectResponse"))
        and "_acme-challenge" in error["detail"]
    ), error


def test_an_administrator_sees_what_failed_until_it_succeeds(account, ready, admin):
    name = fresh_name()

    def failures():
        items = admin.get("/dashboard/attention").data["items"]
        return [item for item in items if item["kind"] == "order_failed" and item["title"] == name]

    order = account.new_order(name)
    authorization = order.authorizations()[0]
    account.must(challenge_of(authorization, "dns-01")["url"], {})
    assert account.wait(authorization["url"])["status"] == "invalid"
    assert order.refresh().body["status"] == "invalid"
    (failure,) = failures()
    assert failure["target"] == "order" and "_acme-challenge" in failure["detail"], failure
    ready(name).finalize(pki.csr(names=[name], pem=False))
    assert failures() == []


def test_tokens_are_long_and_never_the_same(account):
    tokens = [
        challenge["token"]
        for _ in range(5)
        for authorization in account.new_order(fresh_name()).authorizations()
        for challenge in authorization["challenges"]
    ]
    assert len({token for token in tokens}) >= 5
    for token in tokens:
        assert len(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))) >= 16


def test_challenges_have_links_and_addresses(account):
    authorization = account.new_order(fresh_name()).authorizations()[0]
    assert {"http-01", "dns-01"} <= {challenge["type"] for challenge in authorization["challenges"]}
    answer = account.must(authorization["challenges"][0]["url"])
    assert f'<{authorization["url"]}>;rel="up"' in answer.headers["Link"].replace(" ", "")


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "a..certwright.example", "-a.certwright.example", "a-.certwright.example", "under_score.certwright.example",
        "a" * 64 + ".certwright.example", ".".join(["a" * 60] * 5) + ".example", "certwright.example.", "http://certwright.example",
        "certwright.example:80", "a b.certwright.example", "*.*.certwright.example", "a.*.certwright.example", "*", "a*.certwright.example",
        "xn--zzzzzz--.certwright.example", "xn--a.certwright.example", "b\u00fccher.certwright.example", "a.certwright.example\x00.evil.example", "/etc/passwd", "127.0.0.1", "[::1]", "::1", "1.2.3", "0x7f.1", "localhost", "com", "co.uk", "*.com", "*.co.uk", "github.io",
    ],
)  # fmt: skip
def test_what_is_no_name_to_issue_for_is_refused(account, name):
    answer = account.post(account.directory["newOrder"], {"identifiers": [{"type": "dns", "value": name}]})
    assert answer.status_code in (400, 403), answer.text
    document = answer.json()
    assert document["type"].rsplit(":", 1)[1] in (
        "malformed",
        "rejectedIdentifier",
        "unsupportedIdentifier",
    ), document


def test_each_bad_name_is_told(account):
    """RFC 8555, section 6.7.1: subproblems."""
    answer = account.post(
        account.directory["newOrder"],
        {
            "identifiers": [
                {"type": "dns", "value": value} for value in (fresh_name(), "co.uk", "bad_name.example")
            ]
        },
    )
    document = answer.json()
    assert answer.status_code in (400, 403)
    told = {each["identifier"]["value"] for each in document["subproblems"]}
    assert told == {"co.uk", "bad_name.example"}, document


@pytest.mark.parametrize(
    "identifier",
    [
        {"type": "email", "value": "a@certwright.example"},
        {"type": "", "value": "x"},
        {"type": "DNS ", "value": "x.certwright.example"},
    ],
)
def test_other_kinds_of_identifiers_are_refused(account, identifier):
    answer = account.post(account.directory["newOrder"], {"identifiers": [identifier]})
    assert answer.json()["type"].endswith(("unsupportedIdentifier", "malformed")), answer.text


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"identifiers": []},
        {"identifiers": "x"},
        {"identifiers": [7]},
        {"identifiers": [{"type": "dns"}]},
        {"identifiers": [{"value": "a.certwright.example"}]},
        {"identifiers": [{"type": "dns", "value": 7}]},
        {"identifiers": {"type": "dns", "value": "a.certwright.example"}},
        [],
        "x",
        7,
    ],
)
def test_an_order_that_is_none_is_malformed(account, payload):
    problem(account.post(account.directory["newOrder"], payload), "malformed", 400)


def test_too_many_names_are_refused(account):
    answer = account.post(
        account.directory["newOrder"],
        {
            "identifiers": [
                {"type": "dns", "value": f"n{number}.certwright.example"} for number in range(2000)
            ]
        },
    )
    assert answer.status_code in (400, 403, 413), answer.text


def test_names_are_compared_without_their_case(account, challenges):
    name = fresh_name()
    order = account.new_order(name.upper(), name)
    assert order.body["identifiers"] == [{"type": "dns", "value": name}]


@pytest.mark.parametrize("member", ["notBefore", "notAfter"])
@pytest.mark.parametrize("value", ["rubbish", "2000-01-01T00:00:00Z", 7])
def test_dates_that_make_no_sense_are_refused(account, member, value):
    answer = account.post(
        account.directory["newOrder"],
        {"identifiers": [{"type": "dns", "value": fresh_name()}], member: value},
    )
    if answer.status_code == 201:
        assert value == "2000-01-01T00:00:00Z" and member == "notBefore"
        return
    assert answer.status_code in (400, 403), answer.text


def test_an_ip_address_may_be_ordered_or_is_refused_politely(account):
    answer = account.post(
        account.directory["newOrder"], {"identifiers": [{"type": "ip", "value": "127.0.0.1"}]}
    )
    if answer.status_code == 201:
        types = {
            challenge["type"]
            for url in answer.json()["authorizations"]
            for challenge in account.must(url).json()["challenges"]
        }
        assert "dns-01" not in types
    else:
        assert answer.json()["type"].endswith(("unsupportedIdentifier", "rejectedIdentifier"))


def test_an_order_is_not_finalized_before_it_is_ready(account):
    name = fresh_name()
    order = account.new_order(name)
    problem(
        account.post(order.body["finalize"], {"csr": b64(pki.csr(names=[name], pem=False))}),
        "orderNotReady",
        403,
    )


@pytest.fixture
def ready(account, challenges):
    def ready(*names):
        order = account.new_order(*names)
        return order.authorize(challenges)

    return ready


def attribute(name):
    return [x509.NameAttribute(NameOID.COMMON_NAME, name)]


BAD_CSRS = {
    "names missing": lambda name: pki.csr(names=[], subject=attribute("x.certwright.example"), pem=False),
    "nothing in it": lambda name: pki.csr(names=[], pem=False),
    "another name": lambda name: pki.csr(names=["other." + name], pem=False),
    "one name too many": lambda name: pki.csr(names=[name, "more." + name], pem=False),
    "one name too few": lambda name: pki.csr(names=[name], pem=False),
    "a wildcard instead": lambda name: pki.csr(names=["*." + name], pem=False),
    "CN not among the names": lambda name: pki.csr(names=[name, "b." + name], subject=attribute("c." + name), pem=False),
    "an address": lambda name: pki.csr(names=[name, "b." + name, x509.IPAddress(__import__("ipaddress").ip_address("127.0.0.1"))], pem=False),
    "a mail address": lambda name: pki.csr(names=[name, "b." + name, x509.RFC822Name("a@certwright.example")], pem=False),
    "a directory name": lambda name: pki.csr(names=[name, "b." + name, x509.DirectoryName(x509.Name(attribute("admin")))], pem=False),
    "an authority": lambda name: pki.csr(names=[name, "b." + name], extensions=[(x509.BasicConstraints(True, 0), True)], pem=False),
    "a weak key": lambda name: pki.csr(names=[name, "b." + name], key=pki.private_key("RSA 1024"), pem=False),
    "a broken signature": lambda name: pki.csr(names=[name, "b." + name], pem=False)[:-1] + b"\x00",
    "PEM": lambda name: pki.csr(names=[name, "b." + name]).encode(),
    "something behind": lambda name: pki.csr(names=[name, "b." + name], pem=False) + b"\x00",
    "rubbish": lambda name: b"rubbish",
    "nothing": lambda name: b"",
}  # fmt: skip


@pytest.mark.parametrize("fault", list(BAD_CSRS))
def test_a_csr_that_does_not_fit_the_order_is_refused_and_the_order_stays(account, ready, fault):
    name = fresh_name()
    order = ready(name, "b." + name)
    csr = BAD_CSRS[fault](name)
    answer = account.post(order.body["finalize"], {"csr": b64(csr)})
    assert answer.status_code in (400, 403), answer.text
    assert answer.json()["type"].endswith(("badCSR", "malformed", "badPublicKey")), answer.text
    assert order.refresh().body["status"] == "ready", "a wrong CSR does not spend the order"
    order.finalize(pki.csr(names=[name, "b." + name], pem=False))


@pytest.mark.parametrize("payload", [{}, {"csr": 7}, {"csr": "!"}, {"csr": None}, [], {"csr": "A" * 200_000}])
def test_finalizing_with_rubbish_is_refused(account, ready, payload):
    order = ready(fresh_name())
    answer = account.post(order.body["finalize"], payload)
    assert answer.status_code in (400, 403, 413), answer.text
    assert order.refresh().body["status"] == "ready"


def test_the_account_key_is_no_certificate_key(account, ready):
    """RFC 8555, section 11.1."""
    name = fresh_name()
    order = ready(name)
    answer = account.post(
        order.body["finalize"], {"csr": b64(pki.csr(names=[name], key=account.key.private, pem=False))}
    )
    problem(answer, "badCSR" if answer.json()["type"].endswith("badCSR") else "badPublicKey", 400, 403)


def test_usages_in_a_csr_change_nothing(account, ready):
    name = fresh_name()
    order = ready(name)
    wanted = [
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.OCSP_SIGNING]), False)
    ]
    answer = account.post(
        order.body["finalize"], {"csr": b64(pki.csr(names=[name], extensions=wanted, pem=False))}
    )
    if answer.status_code >= 400:
        problem(answer, "badCSR")
        return
    order.body = account.wait(order.url, ("processing",))
    usages = pki.extension(pki.load_chain(order.chain())[0], x509.ExtendedKeyUsage)
    assert ExtendedKeyUsageOID.CODE_SIGNING not in usages and ExtendedKeyUsageOID.OCSP_SIGNING not in usages
    assert ExtendedKeyUsageOID.SERVER_AUTH in usages


def test_finalizing_at_once_makes_one_certificate(account, ready, admin):
    name = fresh_name()
    order = ready(name)
    csr = b64(pki.csr(names=[name], pem=False))
    twins = []
    for _ in range(6):
        twin = Account(account.directory_url, account.session.verify, key=account.key)
        twin.kid = account.kid
        twins.append(twin)
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda twin: twin.post(order.body["finalize"], {"csr": csr}), twins))
    assert any(answer.status_code == 200 for answer in answers), [answer.text for answer in answers]
    assert account.wait(order.url, ("processing",))["status"] == "valid"
    assert len(admin.get("/certificates", search=name).data) == 1


def test_the_same_order_gives_the_same_bytes(account, challenges):
    order = account.issue(challenges, fresh_name())
    assert order.chain() == order.chain()


def test_a_proof_is_used_again_by_the_same_account_only(server, account, challenges):
    name = fresh_name()
    account.issue(challenges, name)
    again = account.new_order(name)
    statuses = {authorization["status"] for authorization in again.authorizations()}
    assert statuses <= {"valid", "pending"}
    other = Account(server.directory, str(server.root_file))
    other.register()
    order = other.new_order(name)
    assert {authorization["status"] for authorization in order.authorizations()} == {"pending"}


def test_objects_of_another_account_are_out_of_reach(server, account, challenges):
    order = account.issue(challenges, fresh_name())
    pending = account.new_order(fresh_name())
    challenge = pending.authorizations()[0]["challenges"][0]
    other = Account(server.directory, str(server.root_file))
    other.register()
    urls = [
        order.url,
        order.body["certificate"],
        order.body["authorizations"][0],
        pending.url,
        challenge["url"],
    ]
    for url in urls:
        answer = other.post(url)
        assert answer.status_code in (401, 403, 404), (url, answer.text)
    for url, payload in (
        (pending.body["finalize"], {"csr": b64(pki.csr(names=["x.certwright.example"], pem=False))}),
        (challenge["url"], {}),
        (pending.body["authorizations"][0], {"status": "deactivated"}),
    ):
        answer = other.post(url, payload)
        assert answer.status_code in (401, 403, 404), (url, answer.text)
    assert pending.refresh().body["status"] == "pending"


def test_an_authorization_can_be_given_back(account, challenges):
    order = account.new_order(fresh_name())
    url = order.body["authorizations"][0]
    assert account.must(url, {"status": "deactivated"}).json()["status"] == "deactivated"
    assert order.refresh().body["status"] in ("invalid", "deactivated")
    answer = account.post(url, {"status": "valid"})
    assert answer.status_code in (200, 400, 403) and account.must(url).json()["status"] == "deactivated"


def test_the_list_of_orders_is_the_accounts_own(account, challenges):
    first = account.must(account.kid).json()
    if "orders" not in first:
        pytest.skip("the account names no list of orders")
    order = account.new_order(fresh_name())
    assert order.url in account.must(first["orders"]).json()["orders"]


def revocation(account, certificate_pem, **more):
    der = pki.load(certificate_pem).public_bytes(serialization.Encoding.DER)
    return {"certificate": b64(der), **more}


def test_the_account_revokes_its_certificate(account, challenges, admin):
    order = account.issue(challenges, fresh_name())
    pem = order.chain()
    answer = account.post(account.directory["revokeCert"], revocation(account, pem, reason=1))
    assert answer.status_code == 200 and answer.content == b"", answer.text
    again = account.post(account.directory["revokeCert"], revocation(account, pem, reason=1))
    problem(again, "alreadyRevoked", 400)
    serial = format(pki.load_chain(pem)[0].serial_number, "x")
    found = admin.get("/certificates", search=serial).data
    assert found[0]["revoked"] is True and found[0]["revoke_reason"] == "keyCompromise"


@pytest.mark.parametrize("kind", ["P-256", "RSA 2048"])
def test_the_key_of_the_certificate_revokes_it(account, challenges, kind, server):
    key = pki.private_key(kind)
    order = account.issue(challenges, fresh_name(), csr_key=key)
    holder = Account(server.directory, str(server.root_file), key=Key(private=key))
    answer = holder.post(holder.directory["revokeCert"], revocation(account, order.chain()))
    assert answer.status_code == 200, answer.text


def test_nobody_else_revokes(account, challenges, server):
    order = account.issue(challenges, fresh_name())
    other = Account(server.directory, str(server.root_file))
    other.register()
    problem(
        other.post(other.directory["revokeCert"], revocation(account, order.chain())),
        "unauthorized",
        401,
        403,
    )
    stranger = Account(server.directory, str(server.root_file))
    answer = stranger.post(stranger.directory["revokeCert"], revocation(account, order.chain()))
    assert answer.status_code in (400, 401, 403)


@pytest.mark.parametrize("reason", [2, 7, 11, -1, 99, "keyCompromise", 1.5])
def test_reasons_that_are_not_the_subscribers_are_refused(account, challenges, reason):
    order = account.issue(challenges, fresh_name())
    answer = account.post(account.directory["revokeCert"], revocation(account, order.chain(), reason=reason))
    assert answer.json()["type"].endswith(("badRevocationReason", "malformed")), answer.text
    assert answer.status_code == 400


def test_a_certificate_that_is_not_ours_is_not_revoked(account, server):
    foreign = server.root_file.read_text()
    answer = account.post(account.directory["revokeCert"], revocation(account, foreign))
    assert answer.status_code in (400, 401, 403, 404), answer.text
    for rubbish in ("", "AAAA", "!", 7):
        assert account.post(account.directory["revokeCert"], {"certificate": rubbish}).status_code in (
            400,
            404,
        )


def test_a_certificate_of_the_console_is_not_an_accounts(account, issue):
    answer = account.post(account.directory["revokeCert"], revocation(account, issue()["pem"]))
    assert answer.status_code in (401, 403, 404), answer.text


def test_orders_expire(account):
    order = account.new_order(fresh_name())
    expires = datetime.datetime.fromisoformat(order.body["expires"])
    assert (
        datetime.datetime.now(datetime.UTC)
        < expires
        < datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=31)
    )


def test_settings_of_the_console_rule(make_server, challenges):
    with make_server() as server:
        admin = server.admin()
        assert admin.patch("/acme/settings", {"validity_days": 5}).ok
        account = Account(server.directory, str(server.root_file))
        account.register()
        certificate = pki.load_chain(account.issue(challenges, fresh_name()).chain())[0]
        left = certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
        assert datetime.timedelta(days=4.9) < left < datetime.timedelta(days=5.1)
        assert admin.patch("/acme/settings", {"enabled": False}).ok
        answer = account.post(
            account.directory["newOrder"], {"identifiers": [{"type": "dns", "value": fresh_name()}]}
        )
        assert answer.status_code in (403, 404, 503), answer.text

"""Edges that other ACME servers learnt to guard: requests, accounts, orders, CSRs. docs/protocols/acme-edge-cases.md
has the list."""

import concurrent.futures
import ipaddress
import random
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from support import pki
from support.acme import Account, challenge_of, fresh_name, problem
from support.companions import refused
from support.jose import Key, b64, flattened


@pytest.fixture
def ready(account, challenges):
    return lambda *names: account.new_order(*names).authorize(challenges)


# ---- Requests ----


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("what", ["newAccount", "newOrder", "revokeCert", "keyChange", "order", "account"])
def test_another_method_is_refused_and_shows_nothing(account, method, what):
    order = account.new_order(fresh_name())
    url = {"order": order.url, "account": account.kid}.get(what) or account.directory[what]
    answer = account.session.request(method, url, timeout=5)
    problem(answer, "malformed", 405)
    assert "POST" in answer.headers["Allow"]
    assert order.body["identifiers"][0]["value"] not in answer.text


def test_a_nonce_is_not_had_by_post(account):
    answer = account.session.post(account.directory["newNonce"], timeout=5)
    assert answer.status_code in (405, 415), answer.text


@pytest.mark.parametrize("where", ["protected", "payload", "signature"])
def test_base64_with_bits_to_spare_is_refused(account, where):
    """RFC 4648, section 3.5: another last letter decodes to the same octets; one text has one form."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for blanks in range(3):
        text = '{"contact":[]' + " " * blanks + "}"
        url, padding = account.kid, {"x": "y" * blanks}
        body = flattened(account.protected(url, **padding), b64(text.encode()), account.key.sign)
        if len(body[where]) % 4 in (2, 3):
            break
    last = alphabet.index(body[where][-1])
    body[where] = body[where][:-1] + alphabet[last + 1]
    answer = account.send(account.kid, body)
    assert answer.status_code in (400, 401, 403), answer.text
    account.spare_nonce = None


def test_the_payload_of_an_old_protocol_is_not_believed(account, challenges):
    """Before RFC 8555 clients sent the key authorization; what they send must not decide anything."""
    order = account.new_order(fresh_name())
    authorization = order.authorizations()[0]
    challenge = challenge_of(authorization, "http-01")
    challenges.answers["/.well-known/acme-challenge/" + challenge["token"]] = b"of-their-choice"
    answer = account.post(challenge["url"], {"keyAuthorization": "of-their-choice", "status": "valid"})
    if answer.status_code == 200:
        assert account.wait(authorization["url"])["status"] == "invalid"
    else:
        problem(answer, "malformed", 400)


def test_answering_a_challenge_that_is_valid_changes_nothing(account, ready):
    order = ready(fresh_name())
    (authorization,) = order.authorizations()
    challenge = challenge_of(authorization, "http-01")
    again = account.must(challenge["url"], {}).json()
    assert again == challenge
    assert order.refresh().body["status"] == "ready"


def test_what_waits_says_when_to_come_back(account, challenges):
    order = account.new_order(fresh_name())
    challenge = challenge_of(order.authorizations()[0], "http-01")

    def slowly(handler):
        time.sleep(1)
        handler.send_response(404)
        handler.end_headers()

    challenges.answers["/.well-known/acme-challenge/" + challenge["token"]] = slowly
    answer = account.must(challenge["url"], {})
    assert answer.json()["status"] == "processing"
    polled = account.must(order.body["authorizations"][0])
    assert int(polled.headers["Retry-After"]) >= 1
    account.wait(order.body["authorizations"][0])


# ---- Accounts ----


def test_terms_have_to_be_agreed_to(client, new_service):
    stranger = client(new_service(terms_of_service="https://certwright.example/terms"))
    assert stranger.directory["meta"]["termsOfService"] == "https://certwright.example/terms"
    for payload in ({}, {"termsOfServiceAgreed": False}):
        answer = stranger.post(stranger.directory["newAccount"], payload)
        problem(answer, "userActionRequired", 403)
        assert 'rel="terms-of-service"' in answer.headers["Link"]
    problem(
        stranger.post(stranger.directory["newAccount"], {"onlyReturnExisting": True}),
        "accountDoesNotExist",
        400,
    )
    assert stranger.register().status_code == 201


def rollover(account, new, head=None, payload=None):
    head = {"alg": new.algorithm, "jwk": new.jwk, "url": account.directory["keyChange"], **(head or {})}
    payload = {"account": account.kid, "oldKey": account.key.jwk, **(payload or {})}
    return flattened({name: value for name, value in head.items() if value is not None}, payload, new.sign)


@pytest.mark.parametrize(
    "head, payload",
    [
        ({"jwk": None}, {}),
        ({"url": None}, {}),
        ({"kid": "x"}, {}),
        ({"alg": "HS256"}, {}),
        ({}, {"oldKey": None}),
        ({}, {"account": None}),
        ({}, {"account": 7}),
    ],
    ids=[
        "no key",
        "no url",
        "kid beside the key",
        "a MAC",
        "no old key",
        "no account",
        "an account that is none",
    ],
)
def test_a_key_change_with_an_inner_fault_changes_nothing(account, head, payload):
    answer = account.post(account.directory["keyChange"], rollover(account, Key(), head, payload))
    assert answer.status_code in (400, 403), answer.text
    assert account.must(account.kid).json()["status"] == "valid"


def test_a_change_to_the_same_key_is_harmless(account):
    answer = account.post(account.directory["keyChange"], rollover(account, account.key))
    assert answer.status_code in (200, 400, 409), answer.text
    assert account.must(account.kid).json()["status"] == "valid"


def test_of_two_key_changes_at_once_one_counts(server, account):
    keys = [Key(), Key()]
    bodies = [rollover(account, key) for key in keys]
    requests = [
        flattened(
            account.protected(account.directory["keyChange"], nonce=account.nonce()), body, account.key.sign
        )
        for body in bodies
    ]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        url = account.directory["keyChange"]
        answers = list(pool.map(lambda body: account.send(url, body), requests))
    assert sorted(answer.status_code == 200 for answer in answers) == [False, True], [a.text for a in answers]
    works = []
    for key in keys:
        there = Account(server.directory, str(server.root_file), key=key)
        works.append(
            there.post(there.directory["newAccount"], {"onlyReturnExisting": True}).status_code == 200
        )
    assert works == [answer.status_code == 200 for answer in answers]


# ---- Orders ----


@pytest.mark.parametrize(
    "value",
    ["127.1", "0x7f.0.0.1", "127.0.0.1/32", "127.0.0.256", "017.0.0.1", "fe80::1%eth0", "[2001:db8::1]", "1.2.3.4:80", "", ":", "2001:db8:::1"],
)  # fmt: skip
def test_what_is_no_address_is_refused(account, value):
    answer = account.post(account.directory["newOrder"], {"identifiers": [{"type": "ip", "value": value}]})
    assert answer.status_code in (400, 403), answer.text
    assert answer.json()["type"].rsplit(":", 1)[1] in ("malformed", "rejectedIdentifier")


@pytest.mark.parametrize("value", ["2001:0DB8:0:0:0:0:0:1", "2001:db8::0001", "2001:db8:0::1"])
def test_an_address_has_one_form(account, value):
    """RFC 8738, section 3: the form of RFC 5952. Another form is refused, or becomes that one."""
    answer = account.post(account.directory["newOrder"], {"identifiers": [{"type": "ip", "value": value}]})
    if answer.status_code == 201:
        assert answer.json()["identifiers"] == [{"type": "ip", "value": "2001:db8::1"}]
    else:
        problem(answer, "malformed", 400)


def test_the_authorization_of_a_wildcard_says_so(account):
    """RFC 8555, section 7.1.4: the identifier without its star, and wildcard true; otherwise the member is absent."""
    name = fresh_name()
    first, second = account.new_order(name, "*." + name).authorizations()
    by_star = sorted([first, second], key=lambda each: each.get("wildcard", False))
    assert [each["identifier"] for each in by_star] == [{"type": "dns", "value": name}] * 2
    assert "wildcard" not in by_star[0] and by_star[1]["wildcard"] is True
    assert first["url"] != second["url"]


def test_the_list_of_orders_has_pages(registered):
    account = registered()
    names = [f"p{number}." + fresh_name() for number in range(103)]
    made = {account.new_order(name).url for name in names}
    url, seen = account.must(account.kid).json()["orders"], []
    while url:
        answer = account.must(url)
        seen += answer.json()["orders"]
        links = [link for link in answer.headers.get("Link", "").split(",") if 'rel="next"' in link]
        url = links[0].split("<")[1].split(">")[0] if links else None
    assert len(seen) == len(made) and set(seen) == made


def test_a_valid_order_is_not_finalized_again(account, ready, admin):
    name = fresh_name()
    order = ready(name).finalize(pki.csr(names=[name], pem=False))
    first = order.chain()
    answer = account.post(order.body["finalize"], {"csr": b64(pki.csr(names=[name], pem=False))})
    problem(answer, "orderNotReady", 403)
    assert order.chain() == first
    assert len(admin.get("/certificates", search=name).data) == 1


def test_an_authorization_takes_no_other_status(account, ready):
    order = ready(fresh_name())
    for status in ("valid", "pending", "revoked", "", 7, None):
        answer = account.post(order.body["authorizations"][0], {"status": status})
        assert answer.status_code in (200, 400), answer.text
    assert order.refresh().body["status"] == "ready"


# ---- CSRs ----


def test_a_csr_may_write_names_in_capitals_and_twice(account, ready):
    name = fresh_name()
    csr = pki.csr(name.upper(), names=[name.upper(), name, name], pem=False)
    leaf = pki.load_chain(ready(name).finalize(csr).chain())[0]
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [each.value for each in names] == [name]
    assert leaf.subject.rfc4514_string() == "CN=" + name


def test_a_name_too_long_for_a_common_name_stands_alone(account, ready):
    """RFC 5280: 64 characters; the alternative names are critical then."""
    name = "a" * 60 + "." + fresh_name()
    leaf = pki.load_chain(ready(name).finalize(pki.csr(names=[name], pem=False)).chain())[0]
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert len(list(leaf.subject)) == 0 and names.critical
    assert names.value.get_values_for_type(x509.DNSName) == [name]


def test_an_address_becomes_no_common_name(account, ready):
    """Clients take a common name for a DNS name: the newest certbot stumbles over an address there."""
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    csr = pki.csr(names=[address], pem=False)
    order = ready({"type": "ip", "value": "127.0.0.1"})
    leaf = pki.load_chain(order.finalize(csr).chain())[0]
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert list(names.value) == [address] and names.critical
    assert len(list(leaf.subject)) == 0


def test_must_staple_is_honoured(account, ready):
    name = fresh_name()
    staple = x509.TLSFeature([x509.TLSFeatureType.status_request])
    csr = pki.csr(names=[name], extensions=[(staple, False)], pem=False)
    leaf = pki.load_chain(ready(name).finalize(csr).chain())[0]
    assert leaf.extensions.get_extension_for_class(x509.TLSFeature).value == staple


def is_prime(number, rounds=16):
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(rounds):
        x = pow(random.randrange(2, number - 1), odd, number)
        if x in (1, number - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True


def close_primes():
    """An RSA key whose primes are neighbours: Fermat's method finds them at once."""
    p = rsa.generate_private_key(65537, 2048).private_numbers().p
    q = p + 2
    while not (is_prime(q, 4) and (q - 1) % 65537):
        q += 2
    d = pow(65537, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(65537, p * q)
    )
    return numbers.private_key()


def test_a_key_that_fermat_would_find_is_refused(server, account, ready):
    name = fresh_name()
    key = close_primes()
    order = ready(name)
    answer = account.post(order.body["finalize"], {"csr": b64(pki.csr(names=[name], key=key, pem=False))})
    problem(answer, "badCSR", 400)
    weak = Account(server.directory, str(server.root_file), key=Key(private=key))
    answer = weak.post(weak.directory["newAccount"], {"termsOfServiceAgreed": True})
    problem(answer, "badPublicKey", 400)


def test_reusing_one_csr_for_two_orders_is_fine_and_gives_two_serials(account, challenges):
    name = fresh_name()
    csr = pki.csr(names=[name], pem=False)
    serials = set()
    for _ in range(2):
        order = account.new_order(name).authorize(challenges).finalize(csr)
        serials.add(pki.load_chain(order.chain())[0].serial_number)
    assert len(serials) == 2


def test_only_own_profiles_are_named(registered):
    answer = refused(lambda: registered().new_order(fresh_name(), profile="x\r\nSet-Cookie: a=b"))
    assert answer.status_code == 400 and "Set-Cookie" not in answer.headers

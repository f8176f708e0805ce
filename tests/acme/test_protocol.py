"""RFC 8555 section 6: the form of requests, nonces, signatures, and who may speak."""

import json

import pytest
import requests

from support.acme import Account, fresh_name, problem
from support.jose import Key, b64, compact, flattened


def test_the_directory_names_everything(server, unregistered):
    directory = unregistered.directory
    assert {"newNonce", "newAccount", "newOrder", "revokeCert", "keyChange"} <= set(directory)
    for name in ("newNonce", "newAccount", "newOrder", "revokeCert", "keyChange"):
        assert directory[name].startswith(f"https://localhost:{server.https_port}/acme/"), directory[name]
    answer = unregistered.session.get(server.directory, timeout=5)
    assert answer.headers["Content-Type"].startswith("application/json")


def test_nonces_are_fresh_and_not_cached(unregistered):
    url = unregistered.directory["newNonce"]
    head = unregistered.session.head(url, timeout=5)
    get = unregistered.session.get(url, timeout=5)
    assert head.status_code == 200 and get.status_code == 204
    for answer in (head, get):
        assert "no-store" in answer.headers["Cache-Control"]
        assert f'<{unregistered.directory_url}>;rel="index"' in answer.headers["Link"].replace(" ", "")
    assert head.headers["Replay-Nonce"] != get.headers["Replay-Nonce"]
    assert len(head.headers["Replay-Nonce"]) >= 16


def test_every_answer_to_a_post_has_a_nonce_and_a_link(account):
    good = account.must(account.kid)
    bad = account.post(account.directory["newOrder"], {"identifiers": []})
    for answer in (good, bad):
        assert answer.headers["Replay-Nonce"] and 'rel="index"' in answer.headers["Link"]
        assert "no-store" in answer.headers.get("Cache-Control", "no-store")


@pytest.mark.parametrize("nonce", ["", "AAAA", "not base64url!", "A" * 43, "A" * 5000, 7])
def test_a_nonce_that_we_did_not_make_is_refused(account, nonce):
    answer = account.post(account.kid, None, nonce=nonce)
    problem(answer, "badNonce" if isinstance(nonce, str) and nonce.isalnum() else answer.json()["type"], 400)
    assert answer.json()["type"].endswith(("badNonce", "malformed"))
    assert answer.headers["Replay-Nonce"]


def test_a_nonce_works_once(account):
    body = flattened(account.protected(account.kid), None, account.key.sign)
    assert account.send(account.kid, body).status_code == 200
    problem(account.send(account.kid, body), "badNonce", 400)


def test_a_nonce_of_one_server_is_not_good_at_another(account, make_server):
    with make_server() as other:
        stranger = Account(other.directory, str(other.root_file))
        nonce = stranger.nonce()
    problem(account.post(account.kid, None, nonce=nonce), "badNonce", 400)


def test_a_missing_nonce_is_refused(account):
    answer = account.post(account.kid, None, nonce=None)
    assert answer.status_code == 400 and answer.json()["type"].endswith(("badNonce", "malformed"))


@pytest.mark.parametrize("turn", [0, 20, -1])
def test_a_turned_bit_in_the_signature_is_noticed(account, turn):
    def sign(data):
        signature = bytearray(account.key.sign(data))
        signature[turn] ^= 1
        return bytes(signature)

    answer = account.send(account.kid, flattened(account.protected(account.kid), None, sign))
    assert answer.status_code in (400, 401, 403), answer.text
    assert answer.json()["type"].endswith(("malformed", "unauthorized"))


def test_a_signature_of_another_key_is_noticed(account):
    answer = account.post(account.kid, None, key=Key())
    assert answer.status_code in (400, 401, 403)


def test_a_payload_that_was_changed_is_noticed(account):
    body = flattened(account.protected(account.kid), {"contact": []}, account.key.sign)
    body["payload"] = b64(b'{"status":"deactivated"}')
    assert account.send(account.kid, body).status_code in (400, 401, 403)
    assert account.must(account.kid).json()["status"] == "valid"


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url + "/",
        lambda url: url.replace("https:", "http:"),
        lambda url: "https://evil.example/acme",
        lambda url: url.upper(),
        lambda url: None,
    ],
)
def test_the_url_of_the_header_must_be_that_of_the_request(account, change):
    answer = account.post(account.kid, None, url=change(account.kid))
    problem(
        answer,
        "unauthorized" if answer.json()["type"].endswith("unauthorized") else "malformed",
        400,
        401,
        403,
    )


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS1", "ES256K", "PS256", "", "es256", "RS256"])
def test_other_algorithms_are_refused_and_the_right_ones_named(account, algorithm):
    answer = account.post(account.kid, None, alg=algorithm)
    assert answer.status_code in (400, 401, 403), answer.text
    if algorithm in ("none", "HS256", "RS1", "ES256K", "PS256"):
        document = problem(answer, "badSignatureAlgorithm", 400)
        assert "ES256" in document["algorithms"]


def test_a_mac_over_the_public_key_is_no_signature(account):
    """The confusion of algorithms: HS256 with the public key as the secret."""
    import hashlib
    import hmac

    head = account.protected(account.kid, alg="HS256")
    answer = account.send(
        account.kid,
        flattened(head, None, lambda data: hmac.new(compact(account.key.jwk), data, hashlib.sha256).digest()),
    )
    assert answer.status_code in (400, 401, 403)


@pytest.mark.parametrize("kind", ["EC256", "EC384", "EC521", "RSA2048", "RSA4096", "Ed25519"])
def test_accounts_with_every_kind_of_key(server, kind):
    account = Account(server.directory, str(server.root_file), key=Key(kind))
    answer = account.post(account.directory["newAccount"], {"termsOfServiceAgreed": True})
    if kind in ("EC521", "Ed25519") and answer.status_code == 400:
        problem(
            answer,
            "badSignatureAlgorithm"
            if answer.json()["type"].endswith("badSignatureAlgorithm")
            else "badPublicKey",
        )
        return
    assert answer.status_code == 201, answer.text
    account.kid = answer.headers["Location"]
    assert account.must(account.kid).json()["status"] == "valid"


def bad_keys():
    good = Key().jwk
    rsa = Key("RSA2048").jwk
    return {
        "off the curve": {**good, "y": good["x"]},
        "short": {**good, "x": good["x"][:20]},
        "no x": {name: value for name, value in good.items() if name != "x"},
        "unknown curve": {**good, "crv": "P-999"},
        "unknown type": {**good, "kty": "XX"},
        "symmetric": {"kty": "oct", "k": "AAAA"},
        "even exponent": {**rsa, "e": "Ag"},
        "exponent one": {**rsa, "e": "AQ"},
        "even modulus": {**rsa, "n": rsa["n"][:-2] + "AA"},
        "empty": {},
        "text": "key",
        "zeros": {**good, "x": b64(b"\0" * 32), "y": b64(b"\0" * 32)},
    }


@pytest.mark.parametrize("name", list(bad_keys()))
def test_keys_that_are_none_are_refused(unregistered, name):
    answer = unregistered.post(
        unregistered.directory["newAccount"], {"termsOfServiceAgreed": True}, jwk=bad_keys()[name]
    )
    assert answer.status_code in (400, 401, 403), answer.text
    assert answer.json()["type"].rsplit(":", 1)[1] in (
        "malformed",
        "badPublicKey",
        "unauthorized",
        "badSignatureAlgorithm",
    )


def test_a_private_key_in_the_header_is_refused_or_ignored(unregistered):
    jwk = {**unregistered.key.jwk, "d": "A" * 43}
    answer = unregistered.post(unregistered.directory["newAccount"], {"termsOfServiceAgreed": True}, jwk=jwk)
    assert answer.status_code in (201, 400), answer.text
    assert "d" not in answer.json().get("key", {})


def test_new_accounts_speak_with_a_bare_key_and_all_else_with_the_account(account):
    kid = account.kid
    answer = account.post(account.directory["newAccount"], {"termsOfServiceAgreed": True}, kid=kid)
    problem(answer, "malformed", 400)
    account.kid = None
    for url in (kid, account.directory["newOrder"]):
        answer = account.post(url, {"identifiers": [{"type": "dns", "value": fresh_name()}]})
        assert answer.status_code in (400, 401, 403), answer.text


def test_both_key_and_account_in_one_header_are_refused(account):
    answer = account.post(account.kid, None, jwk=account.key.jwk)
    problem(answer, "malformed", 400)
    answer = account.post(account.kid, None, kid=None)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "kid", ["", "x", "https://evil.example/acme/acct/1", 7, "https://localhost/acme/acct/../acct/1"]
)
def test_an_account_that_is_none_is_refused(account, kid):
    answer = account.post(
        account.directory["newOrder"], {"identifiers": [{"type": "dns", "value": fresh_name()}]}, kid=kid
    )
    assert answer.status_code in (400, 401, 403), answer.text
    assert answer.json()["type"].endswith(("accountDoesNotExist", "malformed", "unauthorized"))


def test_the_kid_of_one_account_and_the_key_of_another(server, account):
    other = Account(server.directory, str(server.root_file))
    other.register()
    answer = other.post(
        other.directory["newOrder"],
        {"identifiers": [{"type": "dns", "value": fresh_name()}]},
        kid=account.kid,
    )
    assert answer.status_code in (400, 401, 403), answer.text


def test_the_body_of_a_read_is_empty(account):
    """POST-as-GET has a payload of no octets; `{}` is something else on an order."""
    order = account.new_order(fresh_name())
    answer = account.post(order.url, {})
    assert answer.status_code in (200, 400), answer.text
    assert account.session.get(order.url, timeout=5).status_code in (400, 401, 404, 405)


@pytest.mark.parametrize("type_", ["application/json", "text/plain", "", "application/jose"])
def test_another_content_type_is_415(account, type_):
    body = flattened(account.protected(account.kid), None, account.key.sign)
    answer = account.send(account.kid, body, headers={"Content-Type": type_} if type_ else {})
    assert answer.status_code == 415, answer.text
    problem(answer, "malformed", 415)


def mangled(body):
    head, payload, signature = body["protected"], body["payload"], body["signature"]
    yield "not JSON", "{"
    yield "a list", "[]"
    yield "empty", ""
    yield "compact form", f"{head}.{payload}.{signature}"
    yield (
        "general form",
        json.dumps({"payload": payload, "signatures": [{"protected": head, "signature": signature}]}),
    )
    yield "two signatures", json.dumps({**body, "signatures": []})
    yield "unprotected header", json.dumps({**body, "header": {"alg": "none"}})
    yield "no signature", json.dumps({"protected": head, "payload": payload})
    yield "empty signature", json.dumps({**body, "signature": ""})
    yield "padded", json.dumps({**body, "protected": head + "=="})
    yield "blank in base64", json.dumps({**body, "protected": head[:10] + " " + head[10:]})
    yield "plus and slash", json.dumps({**body, "signature": "+/" + signature[2:]})
    yield "header is no object", json.dumps({**body, "protected": b64(b"[]")})
    yield "header is no JSON", json.dumps({**body, "protected": b64(b"rubbish")})
    yield "deep", json.dumps({**body, "protected": b64(b'{"a":' * 2000 + b"1" + b"}" * 2000)})
    yield "twice the same member", json.dumps(body)[:-1] + ',"payload":"e30"}'
    yield "huge", json.dumps({**body, "payload": "A" * 2_000_000})


@pytest.mark.parametrize(
    "name", [name for name, _ in mangled({"protected": "x" * 20, "payload": "", "signature": "xxxx"})]
)
def test_what_is_no_flattened_jws_is_refused(account, name):
    body = flattened(account.protected(account.kid), None, account.key.sign)
    try:
        answer = account.send(account.kid, dict(mangled(body))[name])
        assert 400 <= answer.status_code < 500, answer.text
    except requests.exceptions.ConnectionError:
        assert name == "huge"  # it said so and hung up while we were still sending
        account.spare_nonce = None
    assert account.must(account.kid).json()["status"] == "valid"


def test_a_critical_extension_that_we_do_not_know_is_refused(account):
    """RFC 7515, section 4.1.11."""
    answer = account.post(account.kid, None, crit=["b64"], b64=False)
    assert answer.status_code == 400, answer.text
    assert account.post(account.kid, None, crit=[]).status_code == 400


def test_a_language_may_be_asked_for(account):
    account.session.headers["Accept-Language"] = "de, en;q=0.5"
    assert account.must(account.kid).status_code == 200


def test_unknown_addresses_answer_with_a_problem(account, server):
    answer = account.post(f"{server.url}/acme/nowhere")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.headers

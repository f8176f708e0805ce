"""Passkeys: an independent authenticator signs in where it should, and nowhere else."""

import copy
import uuid

import pytest

from conftest import PASSWORD
from support.authenticator import Authenticator, flipped


@pytest.fixture(scope="module")
def site(make_server):
    """A server whose console has a name."""
    server = make_server()
    server.env["CERTWRIGHT_PUBLIC_HOST"] = "localhost"
    return server.start()


@pytest.fixture(scope="module")
def boss(site):
    return site.admin()


@pytest.fixture
def person(site, boss):
    username = "p" + uuid.uuid4().hex[:10]
    assert boss.post("/users", {"username": username, "password": PASSWORD, "role": "viewer"}).status == 201
    return site.client().sign_in(username, PASSWORD)


def add(person, authenticator, below="/account/webauthn", field="response", name="Key", **bent):
    options = person.post(f"{below}/register/options").data
    attestation = authenticator.register(options, **bent)
    return person.post(f"{below}/register/verify", {"name": name, field: attestation})


def start(client, username=None):
    return client.post("/auth/login/webauthn/start", {"username": username} if username else {})


def sign_in(client, authenticator, username=None, **bent):
    options = start(client, username).data["options"]
    answer = authenticator.sign_in(options, **bent)
    return client.post("/auth/login/webauthn/verify", {"username": username, "response": answer})


@pytest.mark.parametrize(
    "algorithm, attestation, below, field",
    [
        ("ES256", "none", "/account/webauthn", "response"),
        ("EdDSA", "packed", "/webauthn", "credential"),
        ("RS256", "packed", "/account/webauthn", "credential"),
    ],
)
def test_a_passkey_signs_in_without_a_password(site, person, algorithm, attestation, below, field):
    key = Authenticator(site.url, algorithm)
    assert person.get("/account/webauthn/available").data == {
        "available": True,
        "reason": "",
        "rp_id": "localhost",
    }
    made = add(person, key, below, field, name="My key", attestation=attestation)
    assert made.status == 200, made
    assert made.data["name"] == "My key" and made.data["enabled"] and made.data["user_verified"]
    assert made.data["transports"] == ["hybrid", "internal"]
    assert len(made.data["backup_codes"]) == 8
    username = person.user["username"]
    for name in (username, username.upper(), None):
        client = site.client()
        answer = sign_in(client, key, name)
        assert answer.status == 200, answer
        assert answer.data["auth_method"] == "webauthn" and answer.data["user"]["username"] == username
        client.csrf = answer.data["csrf_token"]
        verified = client.get("/auth/verify").data
        assert verified["authenticated"] and verified["auth_method"] == "webauthn"
        assert verified["force_password_change"] is False and verified["must_enroll_2fa"] is False
        assert client.post("/auth/logout").ok
    listed = person.get(f"{below}/credentials").data
    assert [(each["name"], each["sign_count"]) for each in listed] == [("My key", 4)]
    assert listed[0]["last_used_at"]


def test_it_follows_the_password_as_a_second_factor(site, person):
    key = Authenticator(site.url, verifies=False)
    made = add(person, key)
    codes = made.data["backup_codes"]
    username = person.user["username"]
    # Without a password, whoever found the key is nobody.
    assert sign_in(site.client(), key, username).status == 401

    client = site.client()
    login = {"username": username, "password": PASSWORD}
    first = client.post("/auth/login/password", login)
    assert first.data["requires_2fa"] and not first.data["csrf_token"]
    assert set(first.data["second_factors"]) == {"webauthn", "recovery_code"}
    assert client.get("/account/profile").status == 401
    options = start(client).data["options"]
    assert options["userVerification"] == "preferred" and len(options["allowCredentials"]) == 1
    answer = client.post("/auth/login/webauthn/verify", {"response": key.sign_in(options)})
    assert answer.status == 200 and answer.data["auth_method"] == "password+webauthn", answer
    assert client.get("/account/profile").status == 200

    # The challenge of who gave a password is worth nothing to who did not.
    giver, taker = site.client(), site.client()
    assert giver.post("/auth/login/password", login).ok
    options = start(giver).data["options"]
    taker.session.cookies.set("webauthn", giver.session.cookies["webauthn"])
    stolen = taker.post("/auth/login/webauthn/verify", {"response": key.sign_in(options)})
    assert stolen.status == 401, stolen

    # A recovery code does as well, once.
    for expected in (200, 401):
        client = site.client()
        client.post("/auth/login/password", login)
        assert client.post("/auth/login/2fa", {"code": codes[0]}).status == expected


def test_a_challenge_belongs_to_its_session_and_works_once(site, person, boss):
    key, other = Authenticator(site.url), Authenticator(site.url)
    options = person.post("/account/webauthn/register/options").data
    stranger = boss.post("/account/webauthn/register/verify", {"response": key.register(options)})
    assert stranger.status == 400 and "credential" in stranger.fields, stranger
    attestation = key.register(options)
    assert person.post("/account/webauthn/register/verify", {"response": attestation}).ok
    again = person.post("/account/webauthn/register/verify", {"response": other.register(options)})
    assert again.status == 400, again

    client = site.client()
    options = start(client, person.user["username"]).data["options"]
    answer = key.sign_in(options)
    elsewhere = site.client()
    start(elsewhere, person.user["username"])
    assert elsewhere.post("/auth/login/webauthn/verify", {"response": answer}).status == 401
    assert client.post("/auth/login/webauthn/verify", {"response": answer}).status == 200
    replayed = client.post("/auth/login/webauthn/verify", {"response": answer})
    assert replayed.status == 401, replayed
    assert site.client().post("/auth/login/webauthn/verify", {"response": answer}).status == 401


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost"},
        {"rp_id": "evil.example"},
        {"challenge": "A" * 43},
        {"cross_origin": True},
        "signature",
        "authenticatorData",
        "clientDataJSON",
        "unverified",
        "other type",
    ],
    ids=str,
)
def test_what_is_bent_signs_nobody_in(site, person, bent):
    key = Authenticator(site.url)
    assert add(person, key).ok
    client = site.client()
    options = start(client, person.user["username"]).data["options"]
    key.verifies = bent != "unverified"
    answer = key.sign_in(options, **(bent if isinstance(bent, dict) else {}))
    if bent in ("signature", "authenticatorData"):
        answer["response"][bent] = flipped(answer["response"][bent])
    elif bent == "clientDataJSON":
        other = key.sign_in({**options, "challenge": "B" * 43})
        answer["response"][bent] = other["response"][bent]
    elif bent == "other type":
        data = key.client_data("webauthn.create", options["challenge"])
        answer["response"]["clientDataJSON"] = data.b64
    refused = client.post("/auth/login/webauthn/verify", {"response": answer})
    assert refused.status == 401, refused
    assert refused.json["message"] == "the passkey was not accepted"


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"challenge": "A" * 43},
        "fido-u2f",
        "attestation signature",
        "octets behind",
        "empty",
    ],
    ids=str,
)
def test_what_is_bent_is_not_registered(site, person, bent):
    key = Authenticator(site.url)
    options = person.post("/account/webauthn/register/options").data
    if isinstance(bent, dict):
        attestation = key.register(options, **bent)
    elif bent == "attestation signature":
        attestation = key.register(options, attestation="packed")
        # Another key's statement over this key's data.
        other = Authenticator(site.url)
        other.id, other.cose = key.id, key.cose
        attestation = other.register(options, attestation="packed")
    elif bent == "fido-u2f":
        attestation = key.register(options, attestation="fido-u2f")
    else:
        attestation = key.register(options)
        if bent == "octets behind":
            attestation["response"]["attestationObject"] += "AAAA"
        else:
            attestation["response"]["attestationObject"] = ""
    refused = person.post("/account/webauthn/register/verify", {"response": attestation})
    assert refused.status == 400 and "credential" in str(refused.fields), refused
    assert person.get("/account/webauthn/credentials").data == []


def test_a_counter_that_goes_back_is_a_copy(site, person):
    key = Authenticator(site.url)
    assert add(person, key).ok
    name = person.user["username"]
    copied = copy.copy(key)
    assert sign_in(site.client(), key, name).ok and sign_in(site.client(), key, name).ok
    assert sign_in(site.client(), copied, name).status == 401
    # Authenticators that do not count say 0 always.
    calm = Authenticator(site.url, counts=False)
    assert add(person, calm).ok
    assert sign_in(site.client(), calm, name).ok and sign_in(site.client(), calm, name).ok


def test_a_key_that_is_off_or_gone_signs_nobody_in(site, person):
    key = Authenticator(site.url)
    id_ = add(person, key).data["id"]
    name = person.user["username"]
    path = f"/account/webauthn/credentials/{id_}"
    off = person.post(f"{path}/toggle", {"enabled": False})
    assert off.ok and off.data["enabled"] is False
    assert sign_in(site.client(), key, name).status == 401
    # And asks for nothing after the password.
    assert (
        site.client()
        .post("/auth/login/password", {"username": name, "password": PASSWORD})
        .data["csrf_token"]
    )
    assert person.post(f"{path}/toggle", {}).data["enabled"] is True
    assert sign_in(site.client(), key, name).ok
    assert person.delete(f"/webauthn/credentials/{id_}").ok
    assert person.delete(f"/webauthn/credentials/{id_}").status == 404
    assert sign_in(site.client(), key, name).status == 401
    assert person.get("/account/2fa/recovery-codes").data["count"] == 0


def test_a_key_belongs_to_one_user(site, person, boss, make_server):
    key = Authenticator(site.url)
    id_ = add(person, key).data["id"]
    assert boss.delete(f"/account/webauthn/credentials/{id_}").status == 404
    assert boss.post(f"/account/webauthn/credentials/{id_}/toggle", {}).status == 404
    twice = add(person, key)
    assert twice.status == 409, twice
    # The name that is given does not decide whose session is opened: the key's owner must be asked for.
    assert sign_in(site.client(), key, "admin").status == 401


def test_unknown_names_get_options_as_well(site, person):
    key = Authenticator(site.url)
    assert add(person, key).ok
    known = start(site.client(), person.user["username"]).data
    unknown = start(site.client(), "nobody-" + uuid.uuid4().hex[:6]).data
    assert set(known["options"]) == set(unknown["options"])
    assert len(known["options"]["allowCredentials"]) == len(unknown["options"]["allowCredentials"]) == 1
    one = start(site.client(), "somebody-else").data["options"]
    two = start(site.client(), "somebody-else").data["options"]
    assert one["allowCredentials"] == two["allowCredentials"], "it must not change from time to time"
    assert one["challenge"] != two["challenge"]


def test_an_api_key_manages_no_passkeys(site, person):
    made = person.post("/account/apikeys", {"name": "k", "permissions": ["read:certificates"]})
    caller = site.client().with_key(made.data["key"])
    assert caller.post("/account/webauthn/register/options").status == 403


def test_an_administrator_takes_lost_keys_away(site, person, boss):
    assert add(person, Authenticator(site.url)).ok
    id_ = person.user["id"]
    assert boss.get(f"/users/{id_}").data["two_factor_enabled"] is True
    assert boss.delete(f"/users/{id_}/2fa").ok
    login = {"username": person.user["username"], "password": PASSWORD}
    assert site.client().post("/auth/login/password", login).data["requires_2fa"] is False
    assert boss.get(f"/users/{id_}").data["two_factor_enabled"] is False


def test_a_number_for_a_name_cannot_have_passkeys(server, admin):
    """The address of the other server is a host's name or localhost: here it is bent by the settings."""
    before = admin.get("/settings/general").data["base_url"]
    assert admin.patch("/settings/general", {"base_url": "https://192.0.2.1:8443"}).ok
    try:
        said = admin.get("/account/webauthn/available").data
        assert said["available"] is False and "name" in said["reason"]
        assert admin.post("/account/webauthn/register/options").status == 503
        assert server.client().post("/auth/methods", {}).data["webauthn"] is False
    finally:
        assert admin.patch("/settings/general", {"base_url": before}).ok


def test_enforced_second_factors(site, boss, person):
    """Whoever must have one and has none may do nothing but get one."""
    assert boss.patch("/settings/general", {"enforce_2fa_roles": ["viewer"]}).ok
    try:
        client = site.client()
        login = {"username": person.user["username"], "password": PASSWORD}
        answer = client.post("/auth/login/password", login)
        assert answer.data["requires_2fa_enrollment"] is True and answer.data["csrf_token"]
        client.csrf = answer.data["csrf_token"]
        assert client.get("/auth/verify").data["must_enroll_2fa"] is True
        refused = client.get("/certificates")
        assert refused.status == 403 and "2FA" in refused.json["message"]
        assert client.post("/account/apikeys", {"name": "k", "permissions": ["read:cas"]}).status == 403
        assert add(client, Authenticator(site.url)).ok
        assert client.get("/certificates").status == 200
        assert boss.get("/certificates").status == 200, "administrators were not named"
    finally:
        assert boss.patch("/settings/general", {"enforce_2fa_roles": []}).ok


def test_operators_do_not_lower_the_guard(site, boss):
    boss.post("/users", {"username": "op-guard", "password": PASSWORD, "role": "operator"})
    operator = site.client().sign_in("op-guard", PASSWORD)
    for body in ({"enforce_2fa": False}, {"base_url": "https://evil.example"}, {"enforce_2fa_roles": []}):
        assert operator.patch("/settings/general", body).status == 403
    assert operator.patch("/settings/general", {"site_name": "Ours"}).ok
    assert operator.patch("/settings/email", {"smtp_host": "evil.example"}).status == 403
    assert operator.put("/account/mtls/settings", {"enabled": True}).status == 403

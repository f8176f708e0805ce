"""Roles, groups, second factors, lockout: what each gives, and what nobody can take for themselves."""

import base64
import re
import statistics
import struct
import time
import uuid
import zlib

import pytest

from conftest import PASSWORD
from support.process import run
from support.rest import Client


def fresh(prefix="x"):
    return prefix + uuid.uuid4().hex[:10]


def code_of(secret, at=None):
    """What oathtool says that the app shows."""
    moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at or time.time()))
    return run("oathtool", "--totp", "--base32", "--now", moment, secret).stdout.strip()


# ---- Roles ----


def test_a_custom_role_gives_what_it_says(admin, user, server):
    name = fresh("role-")
    made = admin.post("/rbac/roles", {"name": name, "permissions": ["read:certificates", "read:audit"]})
    assert made.status == 201 and made.data["is_system"] is False, made
    client = user(role=name)
    assert set(client.permissions) == {"read:certificates", "read:audit"}
    assert client.get("/audit/logs").status == 200 and client.get("/cas").status == 403
    roles = admin.get("/rbac/roles").data
    assert name in roles["roles"] and set(roles["role_permissions"][name]) == set(client.permissions)
    assert admin.put(f"/rbac/roles/{name}", {"permissions": ["read:cas"]}).ok
    assert client.get("/audit/logs").status == 403 and client.get("/cas").status == 200
    assert admin.delete(f"/rbac/roles/{name}").status == 409
    assert admin.put(f"/users/{client.user['id']}", {"role": "viewer"}).ok
    assert admin.delete(f"/rbac/roles/{name}").ok
    assert admin.get(f"/rbac/roles/{name}").status == 404


@pytest.mark.parametrize("permission", ["*", "admin:system", "admin:users", "read:nonsense", ""])
def test_no_role_or_group_administers(admin, permission):
    for path in ("/rbac/roles", "/groups"):
        answer = admin.post(path, {"name": fresh("r-"), "permissions": [permission]})
        assert answer.status == 400 and "permissions" in answer.fields, answer


def test_built_in_roles_stay_as_they_are(admin):
    for name in ("admin", "operator", "auditor", "viewer"):
        assert admin.put(f"/rbac/roles/{name}", {"permissions": ["read:cas"]}).status == 409
        assert admin.delete(f"/rbac/roles/{name}").status == 409
        assert admin.post("/rbac/roles", {"name": name, "permissions": []}).status == 409
    assert admin.get("/rbac/roles/admin").data["permissions"] == ["*"]


# ---- Groups ----


def test_a_group_adds_its_rights_to_its_members(admin, user):
    client = user(role="viewer")
    group = admin.post("/groups", {"name": fresh("g-"), "permissions": ["read:audit"]})
    assert group.status == 201, group
    id_ = group.data["id"]
    assert client.get("/audit/logs").status == 403
    added = admin.post(f"/groups/{id_}/members", {"user_id": client.user["id"]})
    assert added.status == 201 and added.data["username"] == client.user["username"], added
    assert client.get("/audit/logs").status == 200
    assert admin.post(f"/groups/{id_}/members", {"user_id": client.user["id"]}).status == 409
    assert [each["user_id"] for each in admin.get(f"/groups/{id_}/members").data] == [client.user["id"]]
    assert admin.get(f"/groups/{id_}").data["member_count"] == 1
    assert admin.get("/groups/stats").data["total_memberships"] >= 1
    assert admin.put(f"/groups/{id_}", {"permissions": ["read:crl"]}).ok
    assert client.get("/audit/logs").status == 403
    assert admin.delete(f"/groups/{id_}/members/{client.user['id']}").status == 204
    assert client.get("/crl").status == 403
    assert admin.delete(f"/groups/{id_}").status == 204 and admin.get(f"/groups/{id_}").status == 404


def test_an_operator_cannot_put_himself_above_himself(admin, user):
    """Operators write groups: by no group may they get what they do not have."""
    client = user(role="operator")
    strong = admin.post("/groups", {"name": fresh("g-"), "permissions": ["write:users"]}).data["id"]
    me = {"user_id": client.user["id"]}
    assert client.post(f"/groups/{strong}/members", me).status == 403
    assert client.put(f"/groups/{strong}", {"permissions": []}).status == 403
    assert client.post("/groups", {"name": fresh("g-"), "permissions": ["delete:cas"]}).status == 403
    weak = client.post("/groups", {"name": fresh("g-"), "permissions": ["read:cas"]})
    assert weak.status == 201, weak
    own = weak.data["id"]
    assert client.put(f"/groups/{own}", {"permissions": ["read:users"]}).status == 403
    assert client.post(f"/groups/{own}/members", me).status == 201
    assert client.get("/users").status == 403
    for id_ in (strong, own):
        assert admin.delete(f"/groups/{id_}").status == 204


def test_who_manages_users_stays_below_administrators(admin, user):
    name = fresh("hr-")
    rights = ["read:users", "write:users", "delete:users"]
    assert admin.post("/rbac/roles", {"name": name, "permissions": rights}).status == 201
    manager = user(role=name)
    operator = user(role="operator", sign_in=False)
    boss = admin.user["id"]
    for role in ("admin", "operator", "auditor"):
        answer = manager.post("/users", {"username": fresh(), "password": PASSWORD, "role": role})
        assert answer.status == 403, answer
    assert manager.put(f"/users/{manager.user['id']}", {"role": "admin"}).status == 403
    for id_ in (boss, operator["id"]):
        for answer in (
            manager.put(f"/users/{id_}", {"full_name": "x"}),
            manager.patch(f"/users/{id_}/toggle"),
            manager.post(f"/users/{id_}/reset-password", {"new_password": "another phrase 123"}),
            manager.delete(f"/users/{id_}/2fa"),
            manager.delete(f"/users/{id_}"),
        ):
            assert answer.status == 403, answer
    answer = manager.post("/users/import", {"users": [{"username": fresh(), "role": "admin"}]})
    assert answer.status == 403
    assert admin.put(f"/users/{manager.user['id']}", {"role": "viewer"}).ok
    assert admin.delete(f"/rbac/roles/{name}").ok


def test_users_are_imported_one_by_one(admin, server):
    good, taken = fresh("imp-"), fresh("imp-")
    admin.post("/users", {"username": taken, "password": PASSWORD, "role": "viewer"})
    answer = admin.post(
        "/users/import",
        {
            "users": [
                {"username": good, "email": "a@example.com", "role": "operator", "password": PASSWORD},
                {"username": taken, "password": PASSWORD},
                {"username": fresh("imp-"), "password": "short"},
                {"username": fresh("imp-")},
            ]
        },
    )
    assert answer.data["imported"] == 1 and answer.data["skipped"] == 3, answer
    assert len(answer.data["errors"]) == 3 and "users[1]" in answer.data["errors"][0]
    client = server.client()
    signed_in = client.post("/auth/login/password", {"username": good, "password": PASSWORD})
    assert signed_in.data["force_password_change"] is True
    found = admin.get("/users", role="operator", search=good, active="true").data
    assert [each["username"] for each in found] == [good]
    assert admin.post("/users/import", {"users": [], "send_invites": False}).status == 400
    for each in (good, taken):
        admin.delete(f"/users/{admin.get('/users', search=each).data[0]['id']}")


# ---- Second factor ----


def png_size(uri):
    """A real PNG: signature, every checksum, and as many pixels as it says."""
    data = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, width, height, pixels = 8, 0, 0, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        content = data[at + 8 : at + 8 + size]
        assert struct.unpack(">I", data[at + 8 + size : at + 12 + size])[0] == zlib.crc32(kind + content)
        if kind == b"IHDR":
            width, height = struct.unpack(">II", content[:8])
        if kind == b"IDAT":
            pixels = zlib.decompress(content)
        at += 12 + size
    assert len(pixels) == height * (1 + (width + 7) // 8)
    return width, height


@pytest.fixture
def with_totp(user):
    client = user()
    offer = client.post("/account/2fa/enable").data
    confirmed = client.post("/account/2fa/confirm", {"code": code_of(offer["secret"], time.time() - 30)})
    assert confirmed.status == 200, confirmed
    return client, offer["secret"], confirmed.data["backup_codes"]


def first_step(server, name):
    client = server.client()
    answer = client.post("/auth/login/password", {"username": name, "password": PASSWORD})
    assert answer.data["requires_2fa"] is True, answer
    return client, answer


def test_switching_the_second_factor_on(user):
    client = user()
    offer = client.post("/account/2fa/enable").data
    assert re.fullmatch(r"[A-Z2-7]{32}", offer["secret"]) and offer["secret"] in offer["otpauth_uri"]
    width, height = png_size(offer["qr_code"])
    assert width == height > 100
    assert client.post("/account/2fa/confirm", {"code": "000000"}).status == 400
    assert client.get("/account/profile").data["two_factor_enabled"] is False
    codes = client.post("/account/2fa/confirm", {"code": code_of(offer["secret"])}).data["backup_codes"]
    assert len(set(codes)) == 8 and all(re.fullmatch(r"([0-9A-F]{4}-){3}[0-9A-F]{4}", code) for code in codes)
    assert client.get("/account/profile").data["two_factor_enabled"] is True
    assert client.get("/account/2fa/recovery-codes").data == {"codes": [], "count": 8}
    assert client.post("/account/2fa/enable").status == 409


def test_a_password_alone_opens_nothing(with_totp, server):
    client, secret, _ = with_totp
    half, answer = first_step(server, client.user["username"])
    assert answer.data["permissions"] == [] and answer.data["csrf_token"] == ""
    assert answer.data["user"]["email"] == "" and answer.data["role"] == ""
    cookie = re.match(r"session=([^;]+)", answer.headers["Set-Cookie"]).group(1)
    assert half.get("/account/profile").status == 401
    assert half.get("/auth/verify").data["authenticated"] is False
    assert half.post("/auth/login/2fa", {"code": "000000"}).status == 401
    done = half.post("/auth/login/2fa", {"code": code_of(secret)})
    assert done.status == 200 and done.data["user"]["username"] == client.user["username"], done
    fresh_cookie = re.match(r"session=([^;]+)", done.headers["Set-Cookie"]).group(1)
    assert fresh_cookie != cookie, "the cookie of the first step became the session (fixation)"
    half.csrf = done.data["csrf_token"]
    assert half.get("/account/profile").status == 200
    replay, _ = first_step(server, client.user["username"])
    assert replay.post("/auth/login/2fa", {"code": code_of(secret)}).status == 401, "a code worked twice"


def test_codes_need_a_first_step(with_totp, server):
    client, secret, codes = with_totp
    for cookie in ("", "A" * 43):
        stranger = server.client()
        answer = stranger.post("/auth/login/2fa", {"code": codes[0]}, headers={"Cookie": f"session={cookie}"})
        assert answer.status == 401, answer


def test_recovery_codes_work_once_and_whole(with_totp, server):
    client, _, codes = with_totp
    name = client.user["username"]
    for wrong in (codes[0][:14], codes[0][:-1], codes[0].replace(codes[0][0], "G", 1)):
        half, _ = first_step(server, name)
        assert half.post("/auth/login/2fa", {"code": wrong}).status == 401, wrong
    half, _ = first_step(server, name)
    assert half.post("/auth/login/2fa", {"code": codes[0].lower()}).status == 200
    half, _ = first_step(server, name)
    assert half.post("/auth/login/2fa", {"code": codes[0]}).status == 401
    assert client.get("/account/2fa/recovery-codes").data["count"] == 7
    fresh_codes = client.post("/account/2fa/recovery-codes/regenerate", {"code": codes[1]}).data[
        "backup_codes"
    ]
    assert not set(fresh_codes) & set(codes)
    assert client.post("/account/2fa/disable", {"code": codes[2]}).status == 400
    assert client.post("/account/2fa/disable", {"backup_code": fresh_codes[0]}).status == 200
    answer = server.client().post("/auth/login/password", {"username": name, "password": PASSWORD})
    assert answer.data["requires_2fa"] is False


def test_wrong_codes_lock_the_account_although_the_password_is_right(with_totp, server):
    client, _, _ = with_totp
    name = client.user["username"]
    statuses = []
    for _ in range(8):
        half = server.client()
        answer = half.post("/auth/login/password", {"username": name, "password": PASSWORD})
        if answer.status == 200:
            answer = half.post("/auth/login/2fa", {"code": "000000"})
        statuses.append(answer.status)
    assert 429 in statuses and statuses.index(429) == 5, statuses


def test_an_administrator_helps_who_lost_the_device(with_totp, admin, server):
    client, _, _ = with_totp
    id_ = client.user["id"]
    assert admin.get(f"/users/{id_}").data["two_factor_enabled"] is True
    assert admin.delete(f"/users/{id_}/2fa").ok
    assert admin.get(f"/users/{id_}").data["two_factor_enabled"] is False
    server.client().sign_in(client.user["username"], PASSWORD)


def test_secrets_are_not_in_the_database_as_they_are(with_totp, server, admin):
    _, secret, codes = with_totp
    raw = base64.b32decode(secret)
    for file in server.data.glob("certwright.db*"):
        data = file.read_bytes()
        assert raw not in data and secret.encode() not in data
        for code in codes:
            assert code.encode() not in data and code.replace("-", "").encode() not in data
    text = admin.get("/audit/logs", per_page=100).text
    assert secret not in text and codes[0] not in text


def test_a_key_does_not_manage_second_factors(user, server):
    client = user()
    key = client.post("/account/apikeys", {"name": "k", "permissions": ["read:certificates"]}).data["key"]
    by_key = Client(server.url, verify=str(server.root_file)).with_key(key)
    for path in ("enable", "confirm", "disable", "recovery-codes/regenerate"):
        answer = by_key.post(f"/account/2fa/{path}", {"code": "000000"} if path != "enable" else None)
        assert answer.status == 403, answer


# ---- Lockout and what guessing tells ----


def test_a_name_that_nobody_has_rests_like_one_that_somebody_has(make_server):
    with make_server() as server:
        admin = server.admin()
        assert admin.post("/users", {"username": "bob", "password": PASSWORD, "role": "viewer"}).status == 201
        told = []
        for name in ("bob", "nobody-has-this"):
            answers = [
                server.client().post("/auth/login/password", {"username": name, "password": "wrong wrong 12"})
                for _ in range(8)
            ]
            told.append(
                [
                    (
                        answer.status,
                        re.sub(r"\d+", "N", answer.json["message"]),
                        "Retry-After" in answer.headers,
                    )
                    for answer in answers
                ]
            )
        assert told[0] == told[1]
        assert told[0][-1][0] == 429 and told[0][0][0] == 401


def test_guessing_takes_as_long_for_nobody(make_server):
    with make_server() as server:
        admin = server.admin()
        spent = {"known": [], "unknown": []}
        for number in range(8):
            name = f"known{number}"
            assert (
                admin.post("/users", {"username": name, "password": PASSWORD, "role": "viewer"}).status == 201
            )
        client = server.client()
        for number in range(8):
            for kind in ("known", "unknown"):
                began = time.perf_counter()
                body = {"username": f"{kind}{number}", "password": "wrong wrong 12"}
                assert client.post("/auth/login/password", body).status == 401
                spent[kind].append(time.perf_counter() - began)
        known, unknown = (statistics.median(spent[kind]) for kind in ("known", "unknown"))
        assert 0.5 < known / unknown < 2, spent


def test_what_the_methods_say_is_the_same_for_everybody(stranger, user):
    known = user(sign_in=False)["username"]
    answers = [stranger.post("/auth/methods", {"username": name}).json for name in (known, "nobody", "admin")]
    assert answers[0] == answers[1] == answers[2]


def test_headers_of_strangers_prove_nothing(stranger, server):
    """No proxy is configured: what it would say of the client is what an attacker says."""
    forged = {
        "X-Forwarded-For": "10.0.0.1",
        "X-Real-IP": "10.0.0.1",
        "X-SSL-Client-Verify": "SUCCESS",
        "X-SSL-Client-S-DN": "CN=admin",
        "X-SSL-Client-Cert": "AAAA",
        "X-Remote-User": "admin",
        "X-Forwarded-User": "admin",
    }
    assert stranger.request("GET", "/account/profile", headers=forged).status == 401
    name = fresh("spoof-")
    stranger.post("/auth/login/password", {"username": name, "password": "wrong wrong 12"}, headers=forged)
    entry = next(
        each
        for each in server.admin().get("/audit/logs", action="auth.login", success="false").data
        if each["resource_name"] == name
    )
    assert entry["ip_address"] in ("127.0.0.1", "::1"), entry

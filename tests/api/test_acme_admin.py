"""The ACME administration below /api: signing in, users, the audit log, who may do what."""

import json
import re
import time
import uuid

import pytest
import requests

from conftest import PASSWORD
from support.admin_api import AdminApi, next_of, refused
from support.process import run
from support.server import BINARY, Server, environment, new_data_directory

UNKNOWN = "550e8400-e29b-41d4-a716-446655440000"

# Every row of the contract: method, path, who may (the contract's two roles), a body that is right.
ADMIN, AUDITOR = {"admin"}, {"admin", "auditor"}
ROWS = [
    ("POST", "/auth/logout", AUDITOR, None),
    ("GET", "/users", AUDITOR, None),
    ("POST", "/users", ADMIN, {"username": "x", "email": "x"}),
    ("GET", f"/users/{UNKNOWN}", AUDITOR, None),
    ("PATCH", f"/users/{UNKNOWN}", ADMIN, {"enabled": True}),
    ("DELETE", f"/users/{UNKNOWN}", ADMIN, None),
    ("GET", "/me", AUDITOR, None),
    ("POST", "/me/reset-password", AUDITOR, None),
    ("GET", "/audit-log", AUDITOR, None),
    ("POST", "/audit-log/export", ADMIN, None),
    ("GET", "/eab", ADMIN, None),
    ("POST", "/eab", ADMIN, {"kid": ""}),
    ("GET", f"/eab/{UNKNOWN}", ADMIN, None),
    ("POST", f"/eab/{UNKNOWN}/revoke", ADMIN, None),
    ("GET", f"/eab/{UNKNOWN}/allowed-identifiers", ADMIN, None),
    ("PUT", f"/eab/{UNKNOWN}/allowed-identifiers/{UNKNOWN}", ADMIN, None),
    ("DELETE", f"/eab/{UNKNOWN}/allowed-identifiers/{UNKNOWN}", ADMIN, None),
    ("GET", f"/eab/{UNKNOWN}/csr-profile", ADMIN, None),
    ("PUT", f"/eab/{UNKNOWN}/csr-profile/{UNKNOWN}", ADMIN, None),
    ("DELETE", f"/eab/{UNKNOWN}/csr-profile/{UNKNOWN}", ADMIN, None),
    ("GET", "/allowed-identifiers", ADMIN, None),
    ("POST", "/allowed-identifiers", ADMIN, {"type": "dns", "value": ""}),
    ("GET", f"/allowed-identifiers/{UNKNOWN}", ADMIN, None),
    ("DELETE", f"/allowed-identifiers/{UNKNOWN}", ADMIN, None),
    ("PUT", f"/allowed-identifiers/{UNKNOWN}/accounts/{UNKNOWN}", ADMIN, None),
    ("DELETE", f"/allowed-identifiers/{UNKNOWN}/accounts/{UNKNOWN}", ADMIN, None),
    ("GET", f"/accounts/{UNKNOWN}/allowed-identifiers", ADMIN, None),
    ("GET", "/csr-profiles", AUDITOR, None),
    ("POST", "/csr-profiles", ADMIN, {"name": "", "profile_data": {}}),
    ("GET", f"/csr-profiles/{UNKNOWN}", AUDITOR, None),
    ("PUT", f"/csr-profiles/{UNKNOWN}", ADMIN, {"name": "x", "profile_data": {}}),
    ("DELETE", f"/csr-profiles/{UNKNOWN}", ADMIN, None),
    ("POST", f"/csr-profiles/{UNKNOWN}/validate", AUDITOR, {"csr": "AAAA"}),
    ("PUT", f"/csr-profiles/{UNKNOWN}/accounts/{UNKNOWN}", ADMIN, None),
    ("DELETE", f"/csr-profiles/{UNKNOWN}/accounts/{UNKNOWN}", ADMIN, None),
    ("GET", f"/accounts/{UNKNOWN}/csr-profile", AUDITOR, None),
    ("GET", "/certificates", AUDITOR, None),
    ("GET", "/certificates/01A2B3", AUDITOR, None),
    ("GET", f"/certificates/by-fingerprint/{'0' * 64}", AUDITOR, None),
    ("POST", "/certificates/bulk-revoke", ADMIN, {"filter": {}}),
    ("GET", "/notifications", ADMIN, None),
    ("POST", "/notifications/retry", ADMIN, None),
    ("POST", "/notifications/purge", ADMIN, None),
    ("POST", "/crl/rebuild", ADMIN, None),
    ("GET", "/maintenance", ADMIN, None),
    ("POST", "/maintenance", ADMIN, {"enabled": False}),
    ("GET", "/accounts", AUDITOR, None),
    ("GET", f"/accounts/{UNKNOWN}", AUDITOR, None),
]


@pytest.fixture(scope="module")
def api(server, admin):
    return AdminApi(server).login("the-admin", PASSWORD)


@pytest.fixture(scope="module")
def nobody(server):
    return AdminApi(server)


@pytest.fixture
def new_user(server, api):
    """Makes users by the API under test; returns what the answer said, password and all."""
    made = []

    def new_user(role="auditor", **more):
        name = "a" + uuid.uuid4().hex[:10]
        body = {"username": name, "email": f"{name}@example.com", "role": role, **more}
        created = api.must("POST", "/users", body, 201)
        made.append(created["id"])
        return created

    yield new_user
    for id_ in made:
        api.delete(f"/users/{id_}")


@pytest.fixture
def sign_in(server, new_user):
    def sign_in(role="auditor"):
        user = new_user(role)
        return AdminApi(server).login(user["username"], user["password"])

    return sign_in


def name_of(row):
    return f"{row[0]} {row[1]}"


# ---- Every row: who may ----


def test_the_description_has_every_row(document):
    described = {
        (method.upper(), re.sub(r"\{[^}]*\}", "*", path))
        for path, item in document["paths"].items()
        for method in item
    }
    for method, path, _, _ in ROWS:
        plain = path.replace(UNKNOWN, "*").replace("0" * 64, "*").replace("01A2B3", "*")
        assert (method, "/api" + plain) in described, (method, plain)


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_nobody_gets_in_without_a_token_that_works(server, nobody, row):
    method, path, _, body = row
    answer = nobody.request(method, path, json=body)
    refused(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    made_up = AdminApi(server, "A" * 43).request(method, path, json=body)
    refused(made_up, 401, "Invalid or expired token")


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_each_role_may_what_the_contract_says(api, sign_in, row):
    method, path, roles, body = row
    answer = sign_in("auditor").request(method, path, json=body)
    if "auditor" in roles:
        assert answer.status not in (401, 403), answer
    else:
        refused(answer, 403)
    if path in ("/auth/logout", "/me/reset-password"):
        return  # the session's own
    answer = api.request(method, path, json=body)
    assert answer.status not in (401, 403), answer
    assert answer.status < 500, answer
    if UNKNOWN in path:
        refused(answer, 404)


@pytest.mark.parametrize("row", [row for row in ROWS if UNKNOWN in row[1]], ids=name_of)
def test_what_is_no_uuid_is_not_found(api, row):
    method, path, _, body = row
    for nonsense in ("abc", "1", "63657274"):
        refused(api.request(method, path.replace(UNKNOWN, nonsense), json=body), 404)


def test_other_methods_and_addresses_are_refused_in_the_same_words(api):
    refused(api.request("PUT", "/maintenance", json={"enabled": True}), 405)
    refused(api.get("/nothing-here"), 404)
    refused(api.request("POST", "/maintenance", data="enabled=1"), 415)
    refused(api.request("POST", "/maintenance", json=[1]), 400)


def test_the_bare_prefix_answers(nobody, api):
    assert nobody.get("").status == 200
    assert api.get("").status == 200


# ---- Signing in ----


def test_signing_in_gives_a_token_and_the_user(server, nobody, new_user):
    made = new_user("admin")
    answer = nobody.post("/auth/login", {"username": made["username"], "password": made["password"]})
    assert answer.status == 200
    assert set(answer.json) == {"token", "user"}
    user = answer.json["user"]
    assert set(user) == {
        "id",
        "username",
        "email",
        "role",
        "enabled",
        "created_at",
        "updated_at",
        "last_login_at",
    }
    assert user["username"] == made["username"] and user["role"] == "admin" and user["enabled"] is True
    assert user["last_login_at"].endswith("Z")
    me = AdminApi(server, answer.json["token"]).get("/me")
    assert me.status == 200 and me.json["id"] == user["id"]


def test_the_token_works_where_the_session_of_a_console_does(server, api):
    """One set of users and rights: the token is a session, without the cookie."""
    assert api.get("/v2/certificates").status == 200
    assert api.request("GET", "/v2/auth/verify").json["data"]["authenticated"] is True


def test_a_wrong_sign_in_is_refused_alike_and_then_slowed_down(nobody, new_user):
    made = new_user()
    answers = [
        nobody.post("/auth/login", {"username": made["username"], "password": "wrong " + str(i)})
        for i in range(6)
    ]
    unknown = nobody.post("/auth/login", {"username": "x" + uuid.uuid4().hex[:8], "password": "wrong"})
    assert refused(answers[0], 401)["detail"] == refused(unknown, 401)["detail"]
    body = refused(answers[-1], 429)
    assert int(answers[-1].headers["Retry-After"]) > 0 and "seconds" in body["message"]
    # Even the right password has to wait.
    refused(nobody.post("/auth/login", {"username": made["username"], "password": made["password"]}), 429)


@pytest.mark.parametrize("body", [{}, {"username": "a"}, {"password": "b"}, {"username": 1, "password": "b"}])
def test_a_sign_in_that_lacks_something_says_what(nobody, body):
    details = refused(nobody.post("/auth/login", body), 400)["details"]
    assert details and {each["field"] for each in details} <= {"username", "password"}


def test_signing_out_ends_the_token(sign_in):
    one = sign_in()
    assert one.get("/me").status == 200
    assert one.must("POST", "/auth/logout") == {"status": "logged_out"}
    refused(one.get("/me"), 401)


def test_a_stale_token_does_not_keep_from_signing_in(server, new_user):
    made = new_user()
    stale = AdminApi(server, "B" * 43)
    stale.login(made["username"], made["password"])
    assert stale.get("/me").status == 200


def test_a_second_factor_is_asked_for(server, nobody, new_user):
    made = new_user("admin")
    client = server.client().sign_in(made["username"], made["password"])
    secret = client.post("/account/2fa/enable").data["secret"]
    earlier = run("oathtool", "--totp", "-b", "-N", "now - 30 seconds", secret).stdout.strip()
    assert client.post("/account/2fa/confirm", {"code": earlier}).status == 200
    credentials = {"username": made["username"], "password": made["password"]}
    refused(nobody.post("/auth/login", credentials), 401, "totp_code")
    refused(nobody.post("/auth/login", {**credentials, "totp_code": "000000"}), 401)
    code = run("oathtool", "--totp", "-b", secret).stdout.strip()
    assert nobody.post("/auth/login", {**credentials, "totp_code": code}).status == 200


# ---- Users ----


def test_a_user_is_made_with_a_password_that_is_shown_once(server, api, new_user):
    made = new_user()
    assert made["role"] == "auditor" and made["enabled"] is True and made["last_login_at"] is None
    assert len(made["password"]) >= 20
    uuid.UUID(made["id"])
    read = api.must("GET", f"/users/{made['id']}")
    assert "password" not in read and read == {k: v for k, v in made.items() if k != "password"}
    listed = [user for user in api.must("GET", "/users") if user["id"] == made["id"]]
    assert listed == [read]
    log = api.get("/audit-log", action="user.create", limit=1)
    assert made["password"] not in log.text


def test_users_are_those_of_the_console(server, admin, api, new_user):
    made = new_user()
    assert [u["role"] for u in admin.get("/users", search=made["username"]).data] == ["auditor"]
    other = admin.post(
        "/users", {"username": "v2" + uuid.uuid4().hex[:8], "password": PASSWORD, "role": "viewer"}
    ).data
    assert other["username"] in [u["username"] for u in api.must("GET", "/users")]
    admin.delete(f"/users/{other['id']}")


def test_the_role_is_auditor_when_nothing_is_said(api):
    name = "a" + uuid.uuid4().hex[:10]
    made = api.must("POST", "/users", {"username": name, "email": "a@example.com"}, 201)
    assert made["role"] == "auditor"
    assert api.delete(f"/users/{made['id']}").status == 204


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": None}, "username"),
        ({"email": None}, "email"),
        ({"email": ""}, "email"),
        ({"email": "nonsense"}, "email"),
        ({"role": "emperor"}, "role"),
        ({"username": "with blank"}, "username"),
        ({"username": "a‮b"}, "username"),
        ({"username": ["a"]}, "username"),
    ],
)
def test_a_user_that_is_wrong_is_refused(api, change, field):
    body = {"username": "b" + uuid.uuid4().hex[:8], "email": "b@example.com", "role": "auditor", **change}
    body = {k: v for k, v in body.items() if v is not None}
    answer = api.post("/users", body)
    assert field in {each["field"] for each in refused(answer, 400)["details"]}, answer


def test_a_name_is_had_once(api, new_user):
    made = new_user()
    refused(api.post("/users", {"username": made["username"], "email": "a@example.com"}), 409)


def test_changing_a_user(server, api, new_user):
    made = new_user()
    one = AdminApi(server).login(made["username"], made["password"])
    time.sleep(1.1)
    changed = api.must("PATCH", f"/users/{made['id']}", {"role": "admin"})
    assert changed["role"] == "admin" and changed["updated_at"] > made["updated_at"]
    assert one.get("/eab").status == 200  # the role counts, not what the token was given for
    off = api.must("PATCH", f"/users/{made['id']}", {"enabled": False})
    assert off["enabled"] is False and off["role"] == "admin"
    refused(one.get("/me"), 401)
    refused(
        AdminApi(server).post("/auth/login", {"username": made["username"], "password": made["password"]}),
        401,
    )


@pytest.mark.parametrize("body", [{}, {"enabled": "false"}, {"enabled": 0}, {"role": "emperor"}])
def test_a_change_that_is_wrong_is_refused(api, new_user, body):
    refused(api.patch(f"/users/{new_user()['id']}", body), 400)


def test_nobody_locks_everybody_out(api):
    me = api.must("GET", "/me")
    refused(api.delete(f"/users/{me['id']}"), 409)
    refused(api.patch(f"/users/{me['id']}", {"enabled": False}), 409)


def test_deleting_a_user(server, api, new_user):
    made = new_user()
    one = AdminApi(server).login(made["username"], made["password"])
    answer = api.delete(f"/users/{made['id']}")
    assert answer.status == 204 and answer.content == b""
    refused(api.get(f"/users/{made['id']}"), 404)
    refused(api.delete(f"/users/{made['id']}"), 404)
    refused(one.get("/me"), 401)


def test_a_new_password_ends_every_token(server, sign_in, new_user):
    made = new_user()
    one = AdminApi(server).login(made["username"], made["password"])
    two = AdminApi(server).login(made["username"], made["password"])
    reset = one.must("POST", "/me/reset-password")
    assert reset["id"] == made["id"] and reset["password"] != made["password"]
    refused(one.get("/me"), 401)
    refused(two.get("/me"), 401)
    assert AdminApi(server).login(made["username"], reset["password"]).get("/me").status == 200


def test_an_api_key_does_not_get_its_owners_password(server, admin, nobody):
    """A key may do less than its owner; the password would make it equal."""
    made = admin.post("/account/apikeys", {"name": "k", "permissions": ["read:certificates"]}).data
    answer = nobody.request("POST", "/me/reset-password", headers={"X-API-Key": made["key"]})
    refused(answer, 403)
    admin.delete(f"/account/apikeys/{made['id']}")


# ---- The audit log ----


def test_the_audit_log_says_who_did_what_to_whom(api, new_user):
    made = new_user()
    me = api.must("GET", "/me")
    entry = api.must("GET", "/audit-log", action="user.create", limit=1)[0]
    assert set(entry) == {
        "id",
        "user_id",
        "action",
        "target_user_id",
        "details",
        "ip_address",
        "created_at",
    }
    assert entry["user_id"] == me["id"] and entry["target_user_id"] == made["id"]
    assert entry["action"] == "user.create" and entry["details"]["role"] == "auditor"
    assert entry["ip_address"] == "127.0.0.1" and entry["created_at"].endswith("Z")


def test_failed_sign_ins_are_in_it_under_their_own_name(nobody, api):
    name = "x" + uuid.uuid4().hex[:8]
    nobody.post("/auth/login", {"username": name, "password": "wrong"})
    found = api.must("GET", "/audit-log", action="auth.login_failed", limit=5)
    assert found[0]["action"] == "auth.login_failed" and found[0]["user_id"] is None
    assert all(e["action"] == "auth.login" for e in api.must("GET", "/audit-log", action="auth.login"))


def test_filters_of_the_audit_log(api, server, new_user):
    made = new_user("admin")
    one = AdminApi(server).login(made["username"], made["password"])
    one.post("/maintenance", {"enabled": False})
    of_one = api.must("GET", "/audit-log", user_id=made["id"])
    assert {e["action"] for e in of_one} == {"auth.login", "acme.maintenance"}
    assert all(e["user_id"] == made["id"] for e in of_one)
    assert api.must("GET", "/audit-log", user_id=UNKNOWN) == []
    newest = of_one[0]["created_at"]
    assert of_one[0]["id"] in [
        e["id"] for e in api.must("GET", "/audit-log", since=newest, until=newest, limit=1000)
    ]
    assert api.must("GET", "/audit-log", until="2001-01-01T00:00:00Z") == []
    assert api.must("GET", "/audit-log", since="2999-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 1001},
        {"limit": "x"},
        {"cursor": "nonsense"},
        {"cursor": "MQ"},
        {"user_id": "nonsense"},
        {"since": "yesterday"},
        {"until": "2026-13-01"},
    ],
    ids=str,
)
def test_a_wrong_filter_of_the_audit_log_is_named(api, query):
    details = refused(api.get("/audit-log", **query), 400)["details"]
    assert [each["field"] for each in details] == list(query)


@pytest.mark.parametrize("filters", [{}, {"action": "acme.maintenance"}, {"since": "2020-01-01T00:00:00Z"}])
def test_pages_of_the_audit_log_miss_nothing_and_repeat_nothing(api, filters):
    """Entries that come in between the pages move none of the others."""
    for _ in range(22):
        api.post("/maintenance", {"enabled": False})
    seen = []
    answer = api.get("/audit-log", limit=5, **filters)
    for _ in range(4):
        assert len(answer.json) == 5
        seen += [e["id"] for e in answer.json]
        api.post("/maintenance", {"enabled": False})
        link = next_of(answer)
        assert link.startswith(api.url + "/api/audit-log?"), link
        answer = api.get(link)
        if "action" in filters:
            assert all(e["action"] == filters["action"] for e in answer.json)
    everything = [e["id"] for e in api.must("GET", "/audit-log", limit=1000, **filters)]
    first = everything.index(seen[0])
    assert first > 0 and everything[first : first + 20] == seen


def test_the_last_page_has_no_link(api):
    answer = api.get("/audit-log", until="2001-01-01T00:00:00Z")
    assert answer.json == [] and "Link" not in answer.headers


def test_an_export_is_one_entry_per_line(api, new_user):
    new_user()
    new_user()
    answer = api.post("/audit-log/export", {"action": "user.create"})
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert len(lines) >= 2 and all(line["action"] == "user.create" for line in lines)
    assert lines[:2] == api.must("GET", "/audit-log", action="user.create", limit=2)
    assert len(api.post("/audit-log/export").text.splitlines()) > len(lines)
    exported = api.must("GET", "/audit-log", action="audit.export", limit=2)
    assert exported[1]["details"]["count"] == len(lines)
    refused(api.post("/audit-log/export", {"since": "yesterday"}), 400)
    refused(api.post("/audit-log/export", {"user_id": "nonsense"}), 400)


# ---- The command line ----


def test_the_command_line_makes_the_first_administrator():
    data = new_data_directory()
    command = [BINARY, "admin", "create-user", "--data", data]
    user = ["--username", "chief", "--email", "chief@example.com", "--role", "admin"]
    made = run(*map(str, command + user), env=environment())
    password = made.stdout.strip().splitlines()[-1].removeprefix("Password: ")
    assert len(password) >= 20
    again = run(*map(str, command + user), env=environment(), check=False)
    assert again.returncode != 0 and "taken" in again.stderr
    with Server(data, admin_password=None) as server:
        answer = requests.post(
            server.url + "/api/auth/login",
            json={"username": "chief", "password": password},
            verify=False,
            timeout=10,
        )
        assert answer.status_code == 200 and answer.json()["user"]["role"] == "admin", answer.text

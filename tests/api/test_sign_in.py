"""Passwords, sessions, the one-time set-up link, API keys."""

import re

import pytest

from conftest import PASSWORD
from support.rest import Client
from support.server import ADMIN_PASSWORD


def cookie_of(answer):
    return answer.headers["Set-Cookie"]


def test_the_session_cookie_is_for_us_alone(server):
    client = server.client()
    answer = client.post("/auth/login/password", {"username": "admin", "password": ADMIN_PASSWORD})
    cookie = cookie_of(answer).lower()
    assert cookie.startswith("session=")
    attributes = {part.strip() for part in cookie.split(";")[1:]}
    assert {"httponly", "secure", "path=/"} <= attributes, cookie
    assert "samesite=lax" in attributes or "samesite=strict" in attributes, cookie
    assert "domain" not in cookie, cookie


def test_what_signing_in_answers(server):
    answer = server.client().post("/auth/login", {"username": "admin", "password": ADMIN_PASSWORD})
    assert answer.data["user"]["username"] == "admin"
    assert answer.data["role"] == "admin" and answer.data["permissions"] == ["*"]
    assert answer.data["auth_method"] == "password" and answer.data["force_password_change"] is False
    assert len(answer.data["csrf_token"]) >= 32
    assert "password" not in answer.text.replace("force_password_change", "").replace(
        '"auth_method":"password"', ""
    )


def test_a_wrong_password_and_an_unknown_user_look_the_same(server, user):
    known = user(sign_in=False)["username"]
    wrong = server.client().post("/auth/login/password", {"username": known, "password": "not this one 12"})
    unknown = server.client().post(
        "/auth/login/password", {"username": "nobody-here", "password": "not this one 12"}
    )
    assert wrong.status == unknown.status == 401
    assert wrong.json["message"] == unknown.json["message"]
    assert "Set-Cookie" not in wrong.headers


def test_an_account_rests_after_wrong_passwords(server, user):
    name = user(sign_in=False)["username"]
    client = server.client()
    for _ in range(12):
        answer = client.post("/auth/login/password", {"username": name, "password": "wrong wrong wrong"})
        if answer.status == 429:
            break
    assert answer.status == 429, answer
    wait = int(answer.headers["Retry-After"])
    assert 1 <= wait <= 3600
    right = client.post("/auth/login/password", {"username": name, "password": PASSWORD})
    assert right.status == 429, "the right password opens a resting account"
    # Somebody else is not locked out by it.
    server.client().sign_in("admin", ADMIN_PASSWORD)


def test_a_new_sign_in_gets_a_new_session(server):
    """Session fixation: what an attacker planted before does not become a session."""
    client = server.client()
    planted = "A" * 43
    client.session.cookies.set("session", planted, domain="localhost.local", path="/")
    answer = client.post(
        "/auth/login/password",
        {"username": "admin", "password": ADMIN_PASSWORD},
        headers={"Cookie": f"session={planted}"},
    )
    first = re.match(r"session=([^;]+)", cookie_of(answer)).group(1)
    assert first != planted
    answer = server.client().post("/auth/login/password", {"username": "admin", "password": ADMIN_PASSWORD})
    second = re.match(r"session=([^;]+)", cookie_of(answer)).group(1)
    assert second != first and len(second) >= 32


def test_verify_never_refuses(server, stranger):
    answer = stranger.get("/auth/verify")
    assert answer.status == 200 and answer.data["authenticated"] is False
    answer = server.admin().get("/auth/verify")
    assert answer.data["authenticated"] is True and answer.data["user"]["username"] == "admin"
    assert answer.data["csrf_token"]
    answer = stranger.request("GET", "/auth/verify", headers={"Cookie": "session=rubbish"})
    assert answer.status == 200 and answer.data["authenticated"] is False


def test_signing_out_ends_the_session(server):
    client = server.admin()
    cookie = client.session.cookies.get("session")
    assert client.post("/auth/logout").ok
    answer = server.client().request("GET", "/account/profile", headers={"Cookie": f"session={cookie}"})
    assert answer.status == 401


def test_a_session_can_be_ended_from_another(user, server):
    first = user()
    second = server.client().sign_in(first.user["username"], PASSWORD)
    sessions = first.get("/account/sessions").data
    assert len(sessions) == 2 and sum(session["current"] for session in sessions) == 1
    other = next(session for session in sessions if not session["current"])
    assert first.delete(f"/account/sessions/{other['id']}").ok
    assert second.get("/account/profile").status == 401
    assert first.get("/account/profile").status == 200


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(user, server):
    first = user()
    name = first.user["username"]
    second = server.client().sign_in(name, PASSWORD)
    new = "another long phrase 8"
    refused = first.post("/account/password", {"current_password": "not this", "new_password": new})
    assert refused.status in (400, 401, 403), refused
    weak = first.post("/account/password", {"current_password": PASSWORD, "new_password": "short"})
    assert weak.status == 400 and "new_password" in weak.fields, weak
    assert first.post("/account/password", {"current_password": PASSWORD, "new_password": new}).ok
    assert second.get("/account/profile").status == 401
    server.client().sign_in(name, new)


def test_one_user_cannot_end_the_session_of_another(user):
    first, second = user(), user()
    theirs = second.get("/account/sessions").data[0]["id"]
    assert first.delete(f"/account/sessions/{theirs}").status == 404
    assert second.get("/account/profile").status == 200


def test_an_inactive_user_is_out_at_once(admin, user, server):
    client = user()
    key = client.post("/account/apikeys", {"name": "k", "permissions": ["read:certificates"]}).data["key"]
    by_key = Client(server.url, verify=str(server.root_file)).with_key(key)
    assert by_key.get("/certificates").status == 200
    assert admin.patch(f"/users/{client.user['id']}/toggle").ok
    assert client.get("/account/profile").status == 401
    assert by_key.get("/certificates").status == 401
    answer = server.client().post(
        "/auth/login/password", {"username": client.user["username"], "password": PASSWORD}
    )
    assert answer.status == 401


def test_a_key_is_shown_once_and_works_without_a_token(user, server):
    client = user()
    created = client.post(
        "/account/apikeys",
        {"name": "pipeline", "permissions": ["read:certificates", "write:certificates"], "expires_days": 7},
    )
    assert created.status == 201, created
    key = created.data["key"]
    assert len(key) >= 32
    listed = client.get("/account/apikeys")
    assert (
        key not in listed.text
        and listed.data[0]["key_prefix"]
        and key.startswith(listed.data[0]["key_prefix"])
    )
    assert key not in client.get(f"/account/apikeys/{created.data['id']}").text
    by_key = Client(server.url, verify=str(server.root_file)).with_key(key)
    assert by_key.get("/certificates").status == 200
    issued = by_key.post(
        "/certificates",
        {"common_name": "by-key.certwright.example", "san_dns": ["by-key.certwright.example"]},
    )
    assert issued.status == 201, issued
    assert by_key.get("/audit/logs").status == 403, "the key may do what it was not made for"
    assert client.delete(f"/account/apikeys/{created.data['id']}").ok
    assert by_key.get("/certificates").status == 401


def test_a_key_can_be_paused(user, server):
    client = user()
    created = client.post("/account/apikeys", {"name": "pipeline", "permissions": ["read:certificates"]}).data
    by_key = Client(server.url, verify=str(server.root_file)).with_key(created["key"])
    assert client.patch(f"/account/apikeys/{created['id']}", {"is_active": False}).ok
    assert by_key.get("/certificates").status == 401


@pytest.mark.parametrize(
    "permissions", [["read:nonsense"], ["certificates"], [""], ["*:*:*"], ["read:certificates\n"]]
)
def test_a_key_with_made_up_rights_is_refused(user, permissions):
    answer = user().post("/account/apikeys", {"name": "k", "permissions": permissions})
    assert answer.status == 400, answer


def test_keys_of_others_are_out_of_reach(user):
    first, second = user(), user()
    key = first.post("/account/apikeys", {"name": "k", "permissions": ["read:certificates"]}).data
    assert second.get(f"/account/apikeys/{key['id']}").status == 404
    assert second.delete(f"/account/apikeys/{key['id']}").status == 404


def test_weak_passwords_are_refused_for_new_users(admin):
    for password in ("short", "aaaaaaaaaaaaaaaa", "password1234", "weak-user-name"):
        answer = admin.post("/users", {"username": "weak-user-name", "password": password, "role": "viewer"})
        assert answer.status == 400 and "password" in answer.fields, (password, answer)


def test_a_name_is_taken_once_whatever_its_case(admin, user):
    name = user(sign_in=False)["username"]
    for again in (name, name.upper()):
        answer = admin.post("/users", {"username": again, "password": PASSWORD, "role": "viewer"})
        assert answer.status in (400, 409), answer


def test_the_last_administrator_stays(make_server):
    with make_server() as server:
        admin = server.admin()
        me = admin.user["id"]
        for answer in (
            admin.delete(f"/users/{me}"),
            admin.patch(f"/users/{me}/toggle"),
            admin.put(f"/users/{me}", {"role": "viewer"}),
        ):
            assert answer.status in (400, 403, 409), answer
        assert server.admin().get("/users").status == 200


def test_no_answer_about_users_has_a_hash(admin, user):
    made = user(sign_in=False)
    for path in ("/users", f"/users/{made['id']}"):
        text = admin.get(path).text
        assert "argon2" not in text and "hash" not in text


def setup_link(server):
    return re.search(r"/setup#token=([A-Za-z0-9_-]+)", server.output)


class TestSetUp:
    @pytest.fixture
    def fresh(self, make_server):
        server = make_server(admin_password=None, options=["--welcome"])
        with server:
            yield server

    def client(self, server):
        return Client(server.url, verify=False)

    def test_a_new_server_has_no_user_and_says_so(self, fresh):
        client = self.client(fresh)
        assert client.get("/setup").data["needed"] is True
        for password in ("admin", "changeme", "password", "changeme123", ""):
            answer = client.post("/auth/login/password", {"username": "admin", "password": password})
            assert answer.status in (400, 401, 429), answer

    def test_the_link_works_once(self, fresh):
        client = self.client(fresh)
        token = setup_link(fresh).group(1)
        for wrong in ("x", token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), token.swapcase()):
            assert client.post("/setup/preview", {"token": wrong}).status == 403
        preview = client.post("/setup/preview", {"token": token})
        assert preview.status == 200, preview
        assert [each["type"] for each in preview.data["authorities"]].count("root") == 1
        done = client.post(
            "/setup",
            {
                "token": token,
                "organization": "Example Ltd",
                "admin": {"username": "alice", "password": PASSWORD},
            },
        )
        assert done.status in (200, 201), done
        assert done.data["user"]["username"] == "alice" and done.data["role"] == "admin"
        assert self.client(fresh).get("/setup").data["needed"] is False
        again = self.client(fresh).post(
            "/setup", {"token": token, "admin": {"username": "mallory", "password": PASSWORD}}
        )
        assert again.status in (403, 409), again
        assert self.client(fresh).post("/setup/preview", {"token": token}).status in (403, 409)
        self.client(fresh).sign_in("alice", PASSWORD)

    def test_the_link_survives_no_restart_with_another_token_in_the_log(self, fresh):
        first = setup_link(fresh).group(1)
        fresh.stop()
        size = len(fresh.output)
        fresh.start()
        later = re.search(r"/setup#token=([A-Za-z0-9_-]+)", fresh.output[size:])
        token = later.group(1) if later else first
        assert self.client(fresh).post("/setup/preview", {"token": token}).status == 200

    def test_a_weak_password_is_refused_and_the_link_still_works(self, fresh):
        client = self.client(fresh)
        token = setup_link(fresh).group(1)
        refused = client.post("/setup", {"token": token, "admin": {"username": "alice", "password": "short"}})
        assert refused.status == 400, refused
        assert any("password" in field for field in refused.fields), refused
        assert client.post(
            "/setup", {"token": token, "admin": {"username": "alice", "password": PASSWORD}}
        ).ok

    def test_own_authorities_can_be_chosen(self, fresh):
        client = self.client(fresh)
        token = setup_link(fresh).group(1)
        done = client.post(
            "/setup",
            {
                "token": token,
                "admin": {"username": "alice", "password": PASSWORD},
                "authorities": {
                    "organization": "Example Ltd",
                    "root_common_name": "Example Root",
                    "issuing_common_name": "Example Issuing",
                    "key_algorithm": "EC P-384",
                    "validity_years": 15,
                },
            },
        )
        assert done.ok, done
        client.csrf = done.data["csrf_token"]
        names = {ca["common_name"] for ca in client.get("/cas").data if ca["is_active"]}
        assert {"Example Root", "Example Issuing"} <= names


def test_with_a_password_given_no_set_up_is_open(server, stranger):
    assert stranger.get("/setup").data["needed"] is False
    answer = stranger.post(
        "/setup", {"token": "A" * 43, "admin": {"username": "mallory", "password": PASSWORD}}
    )
    assert answer.status in (403, 409), answer
    assert "setup#token" not in server.output


def test_the_password_of_the_environment_is_for_the_first_start_only(make_server):
    server = make_server()
    with server:
        server.admin()
    server.env["CERTWRIGHT_ADMIN_PASSWORD"] = "quite another phrase 5"
    with server:
        client = server.client() if server._root else None
        refused = client.post(
            "/auth/login/password", {"username": "admin", "password": "quite another phrase 5"}
        )
        assert refused.status == 401
        client.sign_in("admin", ADMIN_PASSWORD)


def test_sign_ins_are_limited_per_address(make_server):
    """A flood of guesses over many names is slowed down too."""
    with make_server(CERTWRIGHT_LIMITS_SIGN_IN="10") as limited:
        client = Client(limited.url, verify=False)
        answers = [
            client.post(
                "/auth/login/password", {"username": f"user{number}", "password": "wrong wrong wrong"}
            )
            for number in range(20)
        ]
        refused = [answer for answer in answers if answer.status == 429]
        assert refused and int(refused[0].headers["Retry-After"]) >= 1, answers
        assert {answer.status for answer in answers} == {401, 429}

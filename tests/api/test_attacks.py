"""What an attacker does to get in or to get up. Each attack has its tests, here or elsewhere: the table names them, and
a test looks that they are there."""

import concurrent.futures
import pathlib
import re
import socket
import ssl
import threading
import time
import uuid

import pytest

from conftest import PASSWORD
from support.openapi import routes
from support.rest import Client
from support.server import ADMIN_PASSWORD

HERE = pathlib.Path(__file__).resolve().parent

ATTACKS = {
    "session fixation": (
        "test_sign_in.py::test_a_new_sign_in_gets_a_new_session",
        "test_attacks.py::test_a_planted_session_stays_the_planters",
    ),
    "cross-site request forgery": (
        "test_routes.py::test_a_write_without_the_token_of_the_session_is_refused",
        "test_attacks.py::test_a_page_of_another_origin_changes_nothing",
    ),
    "forged cookies": (
        "test_routes.py::test_a_made_up_session_or_key_is_nobody",
        "test_attacks.py::test_a_bent_cookie_is_nobodys",
        "test_access.py::test_nobody_gets_past_by_asking_twice",
    ),
    "replayed cookies": (
        "test_sign_in.py::test_signing_out_ends_the_session",
        "test_sign_in.py::test_changing_the_password_needs_the_old_one_and_ends_other_sessions",
        "test_attacks.py::test_a_stolen_cookie_ends_with_the_account",
    ),
    "spoofed headers": (
        "test_identity.py::test_headers_of_strangers_prove_nothing",
        "test_mistakes_of_others.py::test_the_address_is_taken_from_a_header_of_anybody",
        "test_mistakes_of_others.py::test_somebody_signs_in_by_a_header",
        "test_mtls.py::test_nobody_but_the_proxy_says_who_showed_what",
    ),
    "enumeration by text": (
        "test_sign_in.py::test_a_wrong_password_and_an_unknown_user_look_the_same",
        "test_identity.py::test_what_the_methods_say_is_the_same_for_everybody",
        "test_identity.py::test_a_name_that_nobody_has_rests_like_one_that_somebody_has",
        "test_mail.py::test_nobody_learns_who_has_an_account",
        "test_webauthn.py::test_unknown_names_get_options_as_well",
    ),
    "enumeration by time": ("test_identity.py::test_guessing_takes_as_long_for_nobody",),
    "brute force": (
        "test_attacks.py::test_a_thousand_tries_a_second_at_one_account",
        "test_sign_in.py::test_sign_ins_are_limited_per_address",
        "test_identity.py::test_wrong_codes_lock_the_account_although_the_password_is_right",
        "test_mistakes_of_others.py::test_random_credentials_escape_the_limit",
    ),
    "privilege escalation": (
        "test_attacks.py::test_no_write_makes_anybody_more_than_they_are",
        "test_access.py::test_each_role_reaches_what_the_contract_gives_it",
        "test_identity.py::test_an_operator_cannot_put_himself_above_himself",
        "test_identity.py::test_who_manages_users_stays_below_administrators",
        "test_identity.py::test_no_role_or_group_administers",
        "test_access_restrictions.py::test_no_endpoint_tells_or_does_anything_outside",
    ),
    "a key that outlives its owner's rights": (
        "test_access.py::test_a_key_does_not_outlive_the_rights_of_its_owner",
        "test_mistakes_of_others.py::test_an_api_key_keeps_rights_after_its_owner_lost_them",
        "test_attacks.py::test_a_key_ends_with_its_owners_account",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_attack_has_its_tests(attack):
    for name in ATTACKS[attack]:
        file, test = name.split("::")
        assert f"\ndef {test}(" in (HERE / file).read_text(), name


def fresh(prefix="a"):
    return prefix + uuid.uuid4().hex[:10]


def raw(server, cookie=None, **headers):
    """A caller without a memory of its own."""
    caller = Client(server.url, verify=str(server.root_file))
    caller.session.headers.update(headers)
    if cookie:
        caller.session.headers["Cookie"] = f"session={cookie}"
    return caller


# ---- Sessions ----


def test_a_planted_session_stays_the_planters(server, user):
    """An attacker plants the cookie of his own session: who signs in over it gets another one, and the attacker's
    does not become the victim's."""
    attacker, victim = user("viewer"), user("operator", sign_in=False)
    planted = attacker.session.cookies.get("session")
    caller = raw(server, planted)
    answer = caller.post("/auth/login/password", {"username": victim["username"], "password": PASSWORD})
    assert answer.ok, answer
    given = re.match(r"session=([^;]+)", answer.headers["Set-Cookie"]).group(1)
    assert given != planted
    assert raw(server, planted).get("/account/profile").data["username"] == attacker.user["username"]
    assert raw(server, given).get("/account/profile").data["username"] == victim["username"]


@pytest.mark.parametrize(
    "headers, body",
    [
        ({"Content-Type": "text/plain"}, '{"full_name":"forged"}'),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "full_name=forged"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, "--x\r\n\r\nforged\r\n--x--\r\n"),
        ({"Content-Type": "application/json", "X-HTTP-Method-Override": "PATCH"}, '{"full_name":"forged"}'),
        (
            {"Content-Type": "application/json", "X-CSRF-Token": "of another session"},
            '{"full_name":"forged"}',
        ),
    ],
)
def test_a_page_of_another_origin_changes_nothing(server, user, headers, body):
    """The browser sends the cookie with it, and whatever a page may set without asking first."""
    victim, attacker = user("operator"), user("operator")
    if "X-CSRF-Token" in headers:
        headers = {**headers, "X-CSRF-Token": attacker.csrf}  # valid, and bound to the attacker's session
    cookie = victim.session.cookies.get("session")
    for method, path in (("PATCH", "/account/profile"), ("POST", "/account/profile"), ("POST", "/csrs")):
        headers = {**headers, "Origin": "https://evil.example", "Referer": "https://evil.example/"}
        answer = raw(server, cookie).request(method, path, data=body, headers=headers)
        assert answer.status in (403, 404, 405), answer
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert victim.get("/account/profile").data["full_name"] == ""
    flags = (
        server.client()
        .post("/auth/login/password", {"username": victim.user["username"], "password": PASSWORD})
        .headers["Set-Cookie"]
    )
    assert "SameSite=" in flags and "HttpOnly" in flags and "Secure" in flags


def test_a_bent_cookie_is_nobodys(server, user):
    cookie = user("admin").session.cookies.get("session")
    assert raw(server, cookie).get("/account/profile").ok
    bent = [cookie[:-1], cookie + "A", cookie.swapcase(), cookie[::-1], f"{cookie}=", ""]
    bent += [cookie[:at] + ("A" if cookie[at] != "A" else "B") + cookie[at + 1 :] for at in (0, 10, -2)]
    for each in bent:
        assert raw(server, each or "x").get("/account/profile").status == 401, each
    # What names the session in answers opens nothing.
    listed = raw(server, cookie).get("/account/sessions").data
    for each in listed:
        assert raw(server, str(each["id"])).get("/account/profile").status == 401


def test_a_stolen_cookie_ends_with_the_account(server, admin, user):
    """Copied from the victim's machine, it works as long as the session does, and not a request longer."""
    for end in ("switched off", "password reset", "deleted", "all sessions ended"):
        victim = user("operator")
        stolen = raw(server, victim.session.cookies.get("session"))
        stolen.csrf = victim.csrf
        assert stolen.get("/account/profile").ok
        id_ = victim.user["id"]
        if end == "switched off":
            assert admin.patch(f"/users/{id_}/toggle", {}).ok
        elif end == "password reset":
            assert admin.post(f"/users/{id_}/reset-password", {"new_password": PASSWORD + " new"}).ok
        elif end == "deleted":
            assert admin.delete(f"/users/{id_}").ok
        else:
            other = server.client().sign_in(victim.user["username"], PASSWORD)
            assert other.post("/account/sessions/revoke-all", {}).ok
        assert stolen.get("/account/profile").status == 401, end
        assert stolen.patch("/account/profile", {"full_name": "x"}).status == 401, end


def test_a_key_ends_with_its_owners_account(server, admin, user):
    for end in ("switched off", "deleted"):
        owner = user("operator")
        made = owner.post("/account/apikeys", {"name": "k", "permissions": ["read:certificates"]}).data
        caller = raw(server, **{"X-API-Key": made["key"]})
        assert caller.get("/certificates").ok
        id_ = owner.user["id"]
        answer = (
            admin.patch(f"/users/{id_}/toggle", {})
            if end == "switched off"
            else admin.delete(f"/users/{id_}")
        )
        assert answer.ok and caller.get("/certificates").status == 401, end


# ---- Brute force ----

# All of them are on the wire at once: more than a thousand a second on a machine that has nothing else to do, and as
# many as it can take on one that has.
TRIES = 3000


class Flood:
    """Sign-ins as fast as the machine makes them: prepared, and pipelined over some connections."""

    def __init__(self, server, tries, connections=15):
        self.server = server
        self.tries = tries
        self.connections = connections

    def request(self, body, address):
        return (
            f"POST /api/v2/auth/login/password HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {address}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def work(self, part):
        line = socket.create_connection(("localhost", self.server.https_port), timeout=120)
        line = ssl._create_unverified_context().wrap_socket(line, server_hostname="localhost")
        data = b"".join(self.request(*each) for each in part)
        began = time.monotonic()
        sender = threading.Thread(target=line.sendall, args=(data,))
        sender.start()
        statuses, rest = [], b""
        while len(statuses) < len(part):
            block = line.recv(1 << 16)
            assert block, f"closed after {len(statuses)} answers"
            rest += block
            found = re.findall(rb"HTTP/1\.1 (\d{3}) ", rest)
            statuses += [int(status) for status in found]
            rest = rest[rest.rfind(b"HTTP/1.1 ") + 9 :] if found else rest
        sender.join()
        line.close()
        return statuses, began, time.monotonic()

    def run(self):
        parts = [self.tries[at :: self.connections] for at in range(self.connections)]
        with concurrent.futures.ThreadPoolExecutor(self.connections) as pool:
            results = list(pool.map(self.work, parts))
        began, ended = min(each[1] for each in results), max(each[2] for each in results)
        return [status for each in results for status in each[0]], ended - began


@pytest.fixture(scope="module")
def fortress(make_server):
    """Behind a proxy that is believed, so that each try comes from an address of its own; limits as delivered."""
    limits = {f"CERTWRIGHT_LIMITS_{name}": None for name in ("STANDARD", "STRICT", "SIGN_IN", "PROTOCOL")}
    server = make_server(CERTWRIGHT_TRUSTED_PROXIES="127.0.0.0/8,::1/128", **limits).start()
    return server, server.admin()


def address(number):
    return f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}"


def memory(server):
    with open(f"/proc/{server.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def body_of(name, password):
    return f'{{"username":"{name}","password":"{password}"}}'


def test_a_thousand_tries_a_second_at_one_account(fortress):
    """From as many addresses as there are tries, with the right password among them."""
    server, admin = fortress
    name = fresh()
    order = {"username": name, "password": PASSWORD, "role": "operator"}
    assert admin.post("/users", order).status == 201
    tries = [(body_of(name, f"wrong wrong {n}"), address(n)) for n in range(TRIES)]
    tries[TRIES // 2] = (body_of(name, PASSWORD), address(TRIES // 2))
    before = memory(server)
    statuses, seconds = Flood(server, tries).run()
    assert len(statuses) == TRIES and seconds < 60, f"{len(statuses) / seconds:.0f}/s"
    assert 200 not in statuses, "the right password opens an account that rests"
    assert set(statuses) <= {401, 429, 503}, set(statuses)
    # As many as were under way before the first ones were counted, and no more.
    assert statuses.count(401) < 40, statuses.count(401)
    assert memory(server) - before < 400_000
    assert admin.get("/account/profile").ok


# ---- Privilege escalation ----


def greedy(schema, document, ids, depth=0):
    """A body that asks for everything: the highest role, all rights, and other people's ids."""
    from support.openapi import resolve

    schema = resolve(document, schema)
    if "anyOf" in schema or "oneOf" in schema:
        schema = resolve(document, (schema.get("anyOf") or schema["oneOf"])[0])
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" and depth < 4:
        body = {}
        for name, part in schema.get("properties", {}).items():
            if part.get("description", "").startswith("The same as "):
                continue
            body[name] = ids[name] if name in ids else greedy(part, document, ids, depth + 1)
        return body
    if kind == "array":
        return [greedy(schema.get("items", {}), document, ids, depth + 1)]
    if "enum" in schema:
        return schema["enum"][0]
    return {"integer": 1, "number": 1, "boolean": True}.get(kind, fresh("greedy"))


def test_no_write_makes_anybody_more_than_they_are(make_server):
    """Somebody who may write and delete everything, and administer nothing, sends each write endpoint what would help,
    aimed at themselves and at the administrator, with a session and with a key."""
    own = make_server().start()
    admin = own.admin()
    document = admin.get("//api/openapi.json").json
    everything = ["read:*", "write:*", "delete:*"]
    assert admin.post("/rbac/roles", {"name": "deputy", "permissions": everything}).status == 201
    deputy = admin.post("/users", {"username": "deputy", "password": PASSWORD, "role": "deputy"}).data["id"]
    session = own.client().sign_in("deputy", PASSWORD)
    key = session.post("/account/apikeys", {"name": "k", "permissions": everything}).data["key"]
    secret = admin.post("/account/apikeys", {"name": "of the admin", "permissions": ["*"]}).data
    boss = admin.user["id"]

    skipped = ("/auth/", "/setup", "/account/sessions/revoke-all", "/bulk/", "/account/password")
    tried = 0
    for route in routes(document):
        if not route.writes or route.is_public or not route.path.startswith("/api/"):
            continue
        if any(part in route.path for part in skipped) or route.path.startswith("/api/me"):
            continue
        for target in (deputy, boss):
            ids = {
                **{"user_id": target, "id": target, "username": fresh("greedy"), "role": "admin"},
                **{"permissions": ["*"], "ids": [target], "password": PASSWORD, "new_password": PASSWORD},
                **{"active": True, "is_active": True, "enabled": True, "email": "a@evil.example"},
                **{
                    "name": fresh("greedy"),
                    "users": [{"username": fresh("g"), "password": PASSWORD, "role": "admin"}],
                },
            }
            values = {"user_id": target, "role": "admin", "key_id": secret["id"], "group_id": 1}
            url = re.sub(r"\{([^}]+)\}", lambda match, v=values: str(v.get(match.group(1), 1)), route.path)
            body = greedy(route.body_schema, document, ids) if route.body_schema else None
            if route.method == "DELETE" and target == deputy and "{user_id}" in route.path:
                continue  # that would end the attack
            for caller in (session, raw(own, **{"X-API-Key": key})):
                answer = caller.request(route.method, "/" + url, json=body)
                assert answer.status < 500 or answer.status in (502, 503), (route, answer)
                tried += 1
    assert tried > 300, tried

    assert own.client().sign_in("admin", ADMIN_PASSWORD).permissions == ["*"]
    users = admin.get("/users").data
    assert [each["id"] for each in users if each["role"] == "admin"] == [boss], users
    for role, granted in admin.get("/rbac/roles").data["role_permissions"].items():
        high = [each for each in granted if each == "*" or each.startswith("admin:")]
        assert role == "admin" or not high, (role, high)
    for group in admin.get("/groups").data:
        assert not [each for each in group["permissions"] if each == "*" or each.startswith("admin:")], group
    mine = own.client().sign_in("deputy", PASSWORD).permissions
    assert not [each for each in mine if each == "*" or each.startswith("admin:")], mine
    assert [each["id"] for each in admin.get("/account/apikeys").data] == [secret["id"]]
    profile = admin.get("/account/profile").data
    assert profile["active"] and profile["role"] == "admin" and profile["email"] != "a@evil.example"

"""Every endpoint x every role x the scopes of API keys: the table is made from the API description, and each of its
cells is a request. What a role may do is written here a second time, from the contract."""

import functools
import json
import subprocess

import pytest

from conftest import PASSWORD, ROLES
from support.openapi import granted, routes
from support.rest import Client
from support.server import BINARY, environment

READ = {
    "viewer": "certificates user_certificates cas csrs templates truststore",
    "auditor": "certificates user_certificates cas csrs templates truststore crl acme scep est hsm policies "
    "approvals audit groups",
    "operator": "certificates user_certificates cas csrs templates truststore crl acme scep est hsm policies "
    "approvals audit settings groups",
}
WRITE = {
    "operator": "certificates user_certificates cas csrs truststore crl acme approvals settings groups",
}
DELETE = {"operator": "user_certificates csrs acme"}


def may(role, permission):
    if role == "admin":
        return True
    category, resource = permission.split(":")
    table = {"read": READ, "write": WRITE, "delete": DELETE}.get(category, {})
    return resource in table.get(role, "").split()


@functools.cache
def described():
    printed = subprocess.run(
        [BINARY, "openapi"], capture_output=True, text=True, env=environment(), timeout=30
    )
    return tuple(route for route in routes(json.loads(printed.stdout)) if route.is_v2)


def guarded():
    return [route for route in described() if route.permissions]


def reach(caller, route):
    """Whether the request gets past the access check. Nothing is changed: ids and bodies are of nothing."""
    answer = caller.request(
        route.method,
        "/" + route.url(),
        json={"certwright_unknown": 1} if route.body_schema else None,
    )
    assert answer.status != 401, (route, answer)
    assert answer.status < 500, (route, answer)
    return answer.status != 403, answer


@pytest.fixture(scope="module")
def own(make_server):
    """A server of its own: an endpoint without a body does what it does."""
    server = make_server().start()
    admin = server.admin()
    callers = {}
    for role in ROLES:
        name = f"the-{role}"
        assert admin.post("/users", {"username": name, "password": PASSWORD, "role": role}).status == 201
        callers[role] = server.client().sign_in(name, PASSWORD)
    return server, callers


def safe(route):
    """A write without a body and without an id would really do it."""
    return route.method == "GET" or route.body_schema is not None or "{" in route.path


def test_each_role_reaches_what_the_contract_gives_it(own):
    _, callers = own
    wrong = []
    for route in guarded():
        for role in ROLES:
            allowed = all(may(role, permission) for permission in route.permissions)
            if allowed and not safe(route):
                continue
            reached, answer = reach(callers[role], route)
            if reached != allowed:
                wrong.append((route.id, role, allowed, answer.text[:120]))
    assert not wrong, wrong


def test_a_key_reaches_what_its_scope_names_and_nothing_else(own):
    """One key for each permission: it reaches each endpoint that asks for no more, and no other."""
    server, callers = own
    admin = callers["admin"]
    wrong = []
    for permission in sorted({each for route in guarded() for each in route.permissions}):
        made = admin.post("/account/apikeys", {"name": "sweep", "permissions": [permission]})
        assert made.status == 201, made
        caller = Client(server.url, verify=str(server.root_file)).with_key(made.data["key"])
        for route in guarded():
            allowed = all(granted(each, [permission]) for each in route.permissions)
            if allowed and not safe(route):
                continue
            reached, answer = reach(caller, route)
            if reached != allowed:
                wrong.append((route.id, permission, allowed, answer.text[:120]))
        assert admin.delete(f"/account/apikeys/{made.data['id']}").ok
    assert not wrong, wrong


@pytest.mark.parametrize("role", ROLES[1:])
def test_a_key_with_every_scope_of_its_owner_is_no_more_than_its_owner(own, role):
    server, callers = own
    owner = callers[role]
    made = owner.post("/account/apikeys", {"name": "all", "permissions": owner.permissions})
    assert made.status == 201, made
    caller = Client(server.url, verify=str(server.root_file)).with_key(made.data["key"])
    for route in guarded():
        allowed = all(may(role, permission) for permission in route.permissions)
        if not allowed:
            assert reach(caller, route)[0] is False, (route, role)
    for wide in ("*", "read:*", "write:*", "admin:system"):
        assert owner.post("/account/apikeys", {"name": "w", "permissions": [wide]}).status == 403, wide


def test_a_key_does_not_outlive_the_rights_of_its_owner(own):
    server, callers = own
    admin = callers["admin"]
    made = admin.post("/users", {"username": "demoted", "password": PASSWORD, "role": "operator"}).data
    owner = server.client().sign_in("demoted", PASSWORD)
    key = owner.post("/account/apikeys", {"name": "k", "permissions": ["write:crl", "read:audit"]}).data[
        "key"
    ]
    caller = Client(server.url, verify=str(server.root_file)).with_key(key)
    assert caller.get("/audit/logs").status == 200
    assert admin.put(f"/users/{made['id']}", {"role": "viewer"}).ok
    assert caller.get("/audit/logs").status == 403
    assert caller.post("/crl/1/regenerate", {}).status == 403
    assert admin.put(f"/users/{made['id']}", {"role": "operator"}).ok
    assert caller.get("/audit/logs").status == 200
    assert admin.delete(f"/users/{made['id']}").ok
    assert caller.get("/audit/logs").status == 401


def test_nobody_gets_past_by_asking_twice(own):
    """A key beside a cookie: the key decides, whatever the cookie's session may do."""
    server, callers = own
    viewer = callers["viewer"]
    key = viewer.post("/account/apikeys", {"name": "k", "permissions": ["read:cas"]}).data["key"]
    admin = callers["admin"]
    cookie = admin.session.cookies.get("session")
    caller = server.client()
    headers = {"Cookie": f"session={cookie}", "X-API-Key": key}
    assert caller.request("GET", "/users", headers=headers).status == 403
    headers = {"Cookie": f"session={cookie}", "X-API-Key": "cw_ak_" + "A" * 43}
    assert caller.request("GET", "/users", headers=headers).status == 401
    # Twice the same cookie with different values: neither is mixed with the other's rights.
    headers = {"Cookie": f"session={'A' * 43}; session={cookie}"}
    assert caller.request("GET", "/users", headers=headers).status in (200, 401)

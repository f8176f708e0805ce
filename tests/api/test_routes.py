"""Sweeps over every route that the API description names. A new route is swept without anyone's doing."""

import functools
import json
import subprocess

import pytest

from conftest import ROLES
from support.openapi import granted, routes
from support.server import BINARY, environment

# Reads that are POST because they carry a secret or a choice.
READS_BY_POST = {"/api/v2/auth/methods", "/api/v2/setup/preview", "/api/v2/certificates/{cert_id}/export"}


@functools.cache
def described():
    """The description as the program prints it: it must not take a server to know the routes."""
    if not BINARY.exists():
        return ()
    printed = subprocess.run(
        [BINARY, "openapi"], capture_output=True, text=True, env=environment(), timeout=30
    )
    return tuple(routes(json.loads(printed.stdout)))


def pytest_generate_tests(metafunc):
    if "route" in metafunc.fixturenames:
        chosen = [route for route in described() if WANTED[metafunc.function.__name__](route)]
        metafunc.parametrize("route", chosen, ids=repr)


def on_v2(route):
    return route.is_v2


def on_v2_with_body(route):
    return route.is_v2 and route.body_schema is not None


def test_the_program_prints_what_the_server_serves(document):
    printed = subprocess.run(
        [BINARY, "openapi"], capture_output=True, text=True, env=environment(), timeout=30
    )
    assert json.loads(printed.stdout)["paths"] == document["paths"]


def test_without_credentials_nothing_but_public_routes_answers(stranger, route):
    answer = stranger.request(route.method, "/" + route.url(), json={} if route.body_schema else None)
    if route.is_public:
        assert answer.status != 401 or route.path.endswith(("/login", "/login/password", "/login/mtls")), (
            answer
        )
        return
    assert answer.status == 401, answer
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json["error"] is True and answer.json["code"] == 401 and answer.json["message"], answer


def test_a_made_up_session_or_key_is_nobody(stranger, server, route):
    cookie = {"Cookie": "session=" + "A" * 43, "X-CSRF-Token": "A" * 43}
    answer = stranger.request(route.method, "/" + route.url(), headers=cookie)
    assert answer.status == 401, answer
    answer = stranger.request(route.method, "/" + route.url(), headers={"X-API-Key": "cw_" + "A" * 40})
    assert answer.status == 401, answer


def test_a_role_without_the_permission_is_refused(callers, route):
    refused = 0
    for role in ROLES:
        caller = callers[role]
        if all(granted(permission, caller.permissions) for permission in route.permissions):
            continue
        refused += 1
        answer = caller.request(route.method, "/" + route.url(), json={} if route.body_schema else None)
        assert answer.status == 403, (role, answer)
        assert answer.json["code"] == 403 and answer.json["message"]
    assert refused > 0 or set(route.permissions) <= {
        "read:certificates",
        "read:cas",
        "read:csrs",
        "read:templates",
        "read:user_certificates",
    }, f"{route}: every role may do this; is that meant?"


def test_a_role_with_the_permission_may_read(callers, route):
    for role in ROLES:
        caller = callers[role]
        if not all(granted(permission, caller.permissions) for permission in route.permissions):
            continue
        answer = caller.request("GET", "/" + route.url())
        assert answer.status not in (401, 403), (role, answer)
        assert answer.status < 500, (role, answer)


def test_an_unknown_field_is_named(admin, route):
    answer = admin.request(route.method, "/" + route.url(), json={"certwright_unknown": 1})
    assert answer.status == 400, answer
    assert "certwright_unknown" in answer.fields, answer


def test_every_field_of_a_wrong_type_is_named(admin, route):
    # A second name of a member is told by its first.
    properties = {
        name: schema
        for name, schema in route.body_schema.get("properties", {}).items()
        if not schema.get("description", "").startswith("The same as ")
    }
    # An object with a nonsense member is neither text, number, list, truth nor any of our objects.
    body = {name: {"certwright": {"nonsense": [1]}} for name in properties}
    if not body:
        pytest.skip("the body has no fields")
    answer = admin.request(route.method, "/" + route.url(), json=body)
    assert answer.status == 400, answer
    named = {field.split(".")[0].split("[")[0] for field in answer.fields}
    assert named == set(properties), answer


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"42",
        b"null",
        b'{"a":1,}',
        b"\xff\xfe{}",
        b'{"a":"\xc3\x28"}',
        b"[" * 4000,
        b'{"a":' * 4000,
        b'{"name":"\\u0000"}',
    ],
    ids=[
        "cut",
        "list",
        "text",
        "number",
        "null",
        "comma",
        "utf16",
        "utf8",
        "deep-list",
        "deep-object",
        "nul",
    ],
)
def test_rubbish_is_refused_politely(admin, route, body):
    answer = admin.request(
        route.method, "/" + route.url(), data=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status == 400, answer
    assert answer.json["error"] is True and answer.json["detail"], answer


def test_another_type_of_body_is_refused(admin, route):
    answer = admin.request(
        route.method,
        "/" + route.url(),
        data="a=1",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status in (400, 415), answer


def test_an_id_that_is_none_is_not_found(admin, route):
    for nonsense in ("0", "-1", "abc", "99999999999999999999999", "1%00", "1.5", "%F0%9F%98%80", "..%2f"):
        answer = admin.request("GET", "/" + route.url(nonsense))
        assert answer.status in (400, 404), (nonsense, answer)


def test_a_write_without_the_token_of_the_session_is_refused(server, admin, route):
    """A page of another origin can send the cookie, but not the token (CSRF)."""
    for token in ("", "wrong", "A" * 43):
        answer = admin.request(route.method, "/" + route.url(), headers={"X-CSRF-Token": token})
        assert answer.status == 403, answer


def test_a_wrong_value_in_a_query_is_named(admin, route):
    for parameter in route.operation["parameters"]:
        if parameter["in"] != "query" or not takes_numbers(parameter["schema"]):
            continue
        answer = admin.get("/" + route.path, **{parameter["name"]: "abc"})
        assert answer.status == 400, (parameter["name"], answer)
        assert parameter["name"] in answer.fields, answer


def takes_numbers(schema):
    return "integer" in (schema.get("type") or "") and "enum" not in schema


def test_a_query_of_strangers_does_not_disturb(admin, route):
    """Browsers and proxies add parameters of their own."""
    assert admin.get("/" + route.path, _="1700000000").status == 200


def page_of(answer):
    """The entries of a list, and what the answer says of the page: some have both inside of the data."""
    if not isinstance(answer.data, dict):
        return answer.data, answer.meta
    (items,) = (value for value in answer.data.values() if isinstance(value, list))
    return items, answer.data


def test_pages_are_bounded(admin, route):
    answer = admin.get("/" + route.path, page=1, per_page=1)
    assert answer.status == 200, answer
    items, meta = page_of(answer)
    assert len(items) <= 1
    assert set(meta) >= {"total", "page", "per_page"}, answer
    assert meta["page"] == 1 and meta["per_page"] == 1
    answer = admin.get("/" + route.path, page=1, per_page=1_000_000)
    assert answer.status == 400 or page_of(answer)[1]["per_page"] <= 1000, answer
    for page, per_page in (("abc", 1), (1, "abc"), ("9" * 30, 1)):
        answer = admin.get("/" + route.path, page=page, per_page=per_page)
        assert answer.status == 400, answer


def test_a_cursor_leads_through_a_list(admin, route):
    answer = admin.get("/" + route.path, per_page=1)
    assert answer.status == 200, answer
    items, page = page_of(answer)
    assert len(items) <= 1 and "next_cursor" in page, answer
    for cursor in ("nonsense", "9" * 30, "1%00"):
        assert admin.get("/" + route.path, per_page=1, cursor=cursor).status == 400, cursor


def test_an_answer_is_in_its_envelope(admin, document, route):
    """Every list and page that takes no id answers what the description promises."""
    import jsonschema_rs

    answer = admin.get("/" + route.path)
    assert answer.status == 200, answer
    described_answer = route.operation["responses"]["200"]["content"]
    assert answer.headers["Content-Type"].split(";")[0] in described_answer, answer
    download = "attachment" in answer.headers.get("Content-Disposition", "")
    if "application/json" not in described_answer or download:
        return
    if "/health" not in route.path:
        assert "data" in answer.json, answer
    schema = described_answer["application/json"]["schema"]
    jsonschema_rs.validate({**schema, "components": document.get("components", {})}, answer.json)


def query_of(route):
    return {each["name"] for each in route.operation.get("parameters", []) if each["in"] == "query"}


WANTED = {
    "test_without_credentials_nothing_but_public_routes_answers": on_v2,
    "test_a_made_up_session_or_key_is_nobody": lambda route: (
        route.is_v2 and not route.is_public and route.method == "GET"
    ),
    "test_a_role_without_the_permission_is_refused": lambda route: route.is_v2 and route.permissions,
    "test_a_role_with_the_permission_may_read": lambda route: (
        route.is_v2 and route.permissions and route.method == "GET"
    ),
    "test_an_unknown_field_is_named": on_v2_with_body,
    "test_every_field_of_a_wrong_type_is_named": on_v2_with_body,
    "test_rubbish_is_refused_politely": on_v2_with_body,
    "test_another_type_of_body_is_refused": on_v2_with_body,
    "test_an_id_that_is_none_is_not_found": lambda route: (
        route.is_v2 and route.method == "GET" and "{" in route.path
    ),
    "test_a_write_without_the_token_of_the_session_is_refused": lambda route: (
        route.is_v2 and route.writes and not route.is_public
    ),
    "test_a_wrong_value_in_a_query_is_named": lambda route: (
        route.is_v2
        and route.method == "GET"
        and "{" not in route.path
        and any(
            p["in"] == "query" and takes_numbers(p["schema"]) for p in route.operation.get("parameters", [])
        )
    ),
    "test_a_query_of_strangers_does_not_disturb": lambda route: (
        route.is_v2 and route.method == "GET" and "{" not in route.path
    ),
    "test_pages_are_bounded": lambda route: (
        route.is_v2
        and route.method == "GET"
        and "{" not in route.path
        and {"page", "per_page"} <= query_of(route)
    ),
    "test_a_cursor_leads_through_a_list": lambda route: (
        route.is_v2
        and route.method == "GET"
        and "{" not in route.path
        and {"cursor", "per_page"} <= query_of(route)
    ),
    "test_an_answer_is_in_its_envelope": lambda route: (
        route.is_v2 and route.method == "GET" and "{" not in route.path
    ),
}

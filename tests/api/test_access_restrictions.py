"""Users and groups that are restricted to some authorities or templates: what is outside is neither listed nor
readable nor usable, whichever endpoint is asked, by session and by key."""

import json
import re
import uuid

import pytest

from conftest import PASSWORD
from support.acme import fresh_name
from support.openapi import routes
from support.people import People

OUTSIDE = "OutsideOfIt"


def fresh(prefix="r"):
    return prefix + uuid.uuid4().hex[:10]


def new_ca(admin, name):
    order = {"common_name": name, "ca_type": "root", "key_algorithm": "ECDSA", "key_size": "P-256"}
    answer = admin.post("/cas", {**order, "validity_years": 5})
    assert answer.status == 201, answer
    return answer.data["id"]


def certificate(admin, ca, name, **more):
    answer = admin.post("/certificates", {"common_name": name, "san_dns": [name], "ca_id": ca, **more})
    assert answer.status == 201, answer
    return answer.data["id"]


class Site(People):
    """A server with an authority, a template and certificates on both sides of a restriction."""

    def __init__(self, server):
        super().__init__(server)
        admin = self.admin
        self.here, self.there = new_ca(admin, "Inside"), new_ca(admin, OUTSIDE + " CA")
        self.mine = [certificate(admin, self.here, f"in{n}.example") for n in range(3)]
        self.theirs = [certificate(admin, self.there, f"{OUTSIDE.lower()}{n}.example") for n in range(3)]
        made = admin.get("/templates").data
        self.template = next(each["id"] for each in made if each["template_type"] == "web_server")
        answer = admin.post(f"/templates/{self.template}/duplicate", {"name": OUTSIDE + " template"})
        assert answer.status == 201, answer
        self.other_template = answer.data["id"]


@pytest.fixture(scope="module")
def site(make_server):
    return Site(make_server().start())


def mentions_outside(answer):
    return re.search(OUTSIDE, answer.text, re.IGNORECASE)


@pytest.mark.parametrize("by", ["session", "key"])
def test_no_endpoint_tells_or_does_anything_outside(site, document, by):
    """Every endpoint, with ids of what is outside in its path: nothing of it answers, nothing changes."""
    person = site.person(ca_ids=[site.here], template_ids=[site.template])
    caller = person if by == "session" else site.key_of(person)
    outside = {
        "ca_id": site.there,
        "cert_id": site.theirs[0],
        "template_id": site.other_template,
        "id": site.theirs[0],
    }
    own = ("/api/v2/account/", "/api/v2/webauthn/", "/api/v2/auth/", "/api/v2/lints", "/api/me", "/api/auth/")
    own += ("/api/v2/certificates/queries",)  # filters that somebody keeps
    lists = ("certificates", "certificates/stats", "cas", "cas/tree", "templates", "certificates/export")
    lists += ("tags",) + tuple(
        f"certificates/bulk/{what}" for what in ("revoke", "unhold", "renew", "delete", "export", "tags")
    )
    narrow = {f"/api/v2/{path}" for path in lists}
    told = []
    for route in routes(document):
        if route.is_public or not route.path.startswith("/api/") or route.path.startswith(own):
            continue
        if route.path == "/api":
            continue
        path = re.sub(r"\{([^}]+)\}", lambda match: str(outside.get(match.group(1), 1)), route.path)
        body = {} if route.body_schema or route.writes else None
        answer = caller.request(route.method, "/" + path, json=body)
        if mentions_outside(answer):
            told.append((route.id, answer))
        elif route.path in narrow and answer.status in (200, 400):
            continue
        elif answer.status not in (403, 404):
            told.append((route.id, answer))
    assert not told, told
    detail = site.admin.get(f"/certificates/{site.theirs[0]}").data
    assert detail["revoked"] is False and site.admin.get(f"/cas/{site.there}").data["is_active"]


def test_what_is_inside_works(site):
    caller = site.person(ca_ids=[site.here])
    assert {each["id"] for each in caller.get("/certificates", per_page=100).data} >= set(site.mine)
    assert not mentions_outside(caller.get("/certificates", per_page=100))
    assert [each["id"] for each in caller.get("/cas").data] == [site.here]
    assert [each["id"] for each in caller.get("/cas/tree").data] == [site.here]
    count = caller.get("/certificates").meta["total"]
    assert count == site.admin.get("/certificates", ca_id=site.here).meta["total"]
    assert caller.get("/certificates/stats").data["total"] == count
    assert caller.get("/certificates", search=OUTSIDE.lower()).data == []
    assert caller.get("/certificates", ca_id=site.there).data == []
    assert len(caller.get(f"/cas/{site.here}/certificates").data) == min(20, count)

    made = certificate(caller, site.here, fresh_name())
    assert caller.get(f"/certificates/{made}").ok and caller.get(f"/certificates/{made}/export").ok
    renewed = caller.post(f"/certificates/{made}/renew", {})
    assert renewed.ok, renewed
    assert caller.post(f"/certificates/{made}/revoke", {"reason": "superseded"}).ok
    assert caller.get(f"/crl/{site.here}").status in (200, 404)


def test_issuing_keeps_within(site):
    caller = site.person(ca_ids=[site.here], template_ids=[site.template])
    name = fresh_name()
    order = {"common_name": name, "san_dns": [name]}
    inside = {"ca_id": site.here, "template_id": site.template}
    assert caller.post("/certificates", {**order, **inside}).status == 201
    for wrong, status in (
        ({**inside, "ca_id": site.there}, 404),
        ({**inside, "template_id": site.other_template}, 404),
        ({"ca_id": site.here}, 403),
        ({"template_id": site.template}, 404),  # the default authority is another
    ):
        assert caller.post("/certificates", {**order, **wrong}).status == status, wrong
    # What comes twice counts as it is read, not as it is looked at.
    twice = (
        f'{{"common_name":"{name}","ca_id":{site.here},"template_id":{site.template},"ca_id":{site.there}}}'
    )
    answer = caller.post("/certificates", data=twice, headers={"Content-Type": "application/json"})
    assert answer.status in (400, 404), answer


def test_bulk_forms_keep_within(site):
    caller = site.person(ca_ids=[site.here])
    mine = certificate(site.admin, site.here, fresh_name())
    theirs = certificate(site.admin, site.there, fresh_name())
    for what, more in (("renew", {}), ("revoke", {"reason": "superseded"})):
        answer = caller.post(f"/certificates/bulk/{what}", {"ids": [mine, theirs], **more})
        assert answer.data["success"] == [mine], answer
        assert [each["id"] for each in answer.data["failed"]] == [theirs]
        assert "no certificate has this id" in answer.text
    answer = caller.post("/certificates/bulk/export", {"ids": [mine, theirs]})
    assert answer.status == 400 and "ids[1]" in answer.fields, answer
    # All that match: of theirs, none.
    answer = caller.post(
        "/certificates/bulk/revoke", {"filter": {"ca_id": site.there}, "reason": "superseded"}
    )
    assert answer.data["success"] == [] and answer.data["failed"] == [], answer
    assert site.admin.get(f"/certificates/{theirs}").data["revoked"] is False
    bundle = caller.get("/certificates/export", format="pem")
    assert bundle.text.count("BEGIN CERTIFICATE") == caller.get("/certificates").meta["total"]


def test_a_group_restricts_its_members_until_an_administrator_says_otherwise(site):
    caller = site.person()
    assert mentions_outside(caller.get("/certificates", per_page=100))
    group = site.admin.post("/groups", {"name": fresh("g")}).data["id"]
    answer = site.admin.put(f"/groups/{group}/restriction", {"ca_ids": [site.here]})
    assert answer.data == {"restricted": True, "ca_ids": [site.here], "template_ids": [], "tags": []}
    assert site.admin.post(f"/groups/{group}/members", {"user_id": caller.id}).status == 201
    assert not mentions_outside(caller.get("/certificates", per_page=100)), "at once"
    assert caller.get("/auth/verify").data["restricted"] is True
    shown = site.admin.get(f"/users/{caller.id}/restriction").data
    assert shown["restricted"] and shown["groups"][0]["ca_ids"] == [site.here], shown

    helper = site.person()
    for attempt in (
        helper.delete(f"/groups/{group}/members/{caller.id}"),
        helper.delete(f"/groups/{group}"),
        helper.delete(f"/groups/{group}/restriction"),
        helper.put(f"/users/{caller.id}/restriction", {"ca_ids": [site.there]}),
        caller.delete(f"/groups/{group}/members/{caller.id}"),
        caller.delete(f"/users/{caller.id}/restriction"),
    ):
        assert attempt.status == 403, attempt
    assert site.admin.delete(f"/groups/{group}/restriction").status == 204
    assert mentions_outside(caller.get("/certificates", per_page=100))
    assert caller.get("/auth/verify").data["restricted"] is False


def test_a_deleted_authority_does_not_open_everything(site):
    doomed = new_ca(site.admin, fresh("Doomed "))
    caller = site.person(ca_ids=[doomed])
    assert site.admin.delete(f"/cas/{doomed}").ok
    assert caller.get("/cas").data == [] and caller.get("/certificates").data == []


@pytest.mark.parametrize("wrong", [{}, {"ca_ids": []}, {"ca_ids": [999_999_999]}, {"template_ids": ["x"]}])
def test_a_restriction_names_what_exists(site, wrong):
    caller = site.person()
    assert site.admin.put(f"/users/{caller.id}/restriction", wrong).status == 400
    for path in ("/users/999999999/restriction", "/groups/999999999/restriction"):
        assert site.admin.get(path).status == 404
        assert site.admin.put(path, {"ca_ids": [site.here]}).status == 404
    assert caller.get("/cas").ok


def test_administrators_are_not_restricted(site):
    name = fresh()
    order = {"username": name, "password": PASSWORD, "role": "admin"}
    id_ = site.admin.post("/users", order).data["id"]
    assert site.admin.put(f"/users/{id_}/restriction", {"ca_ids": [site.here]}).status == 409
    assert json.loads(site.admin.get(f"/users/{id_}/restriction").text)["data"]["restricted"] is False

"""Deleting a user: what they own goes to another, or the deletion is refused and says how much it is."""

import pytest

from conftest import PASSWORD
from support.acme import fresh_name
from support.rest import Client


def fresh():
    return fresh_name().split(".")[0]


@pytest.fixture
def people(admin, server):
    """Two operators; the tests delete the first."""
    made = []
    for _ in range(2):
        created = admin.post("/users", {"username": fresh(), "password": PASSWORD, "role": "operator"})
        made.append(server.client().sign_in(created.data["username"], PASSWORD))
    yield made
    admin.delete(f"/users/{made[0].user['id']}")
    admin.delete(f"/users/{made[1].user['id']}")


def test_what_somebody_owns_goes_to_the_heir(admin, server, people, issue):
    leaver, heir = people
    certificate = issue(by=leaver)
    request = leaver.post("/csrs", {"common_name": fresh_name(), "key_type": "EC P-256"}).data
    made = leaver.post("/account/apikeys", {"name": "old", "permissions": ["read:certificates"]}).data
    key = Client(server.url, verify=str(server.root_file)).with_key(made["key"])
    assert key.get("/certificates").ok
    credential = leaver.post("/acme/eab-credentials", {"label": "of the leaver"})
    assert credential.status == 201, credential
    id_ = leaver.user["id"]

    owned = admin.get(f"/users/{id_}/owned").data
    assert (owned["certificates"], owned["requests"], owned["eab_credentials"]) == (1, 1, 1), owned

    refused = admin.delete(f"/users/{id_}")
    assert refused.status == 409, refused
    for part in ("1 certificate", "1 request", "1 EAB credential", "hand_over_to"):
        assert part in refused.json["message"], refused
    assert key.get("/certificates").ok, "a refused deletion changes nothing"

    for wrong in (id_, 999_999_999, "x"):
        answer = admin.delete(f"/users/{id_}?hand_over_to={wrong}")
        assert answer.status == 400 and "hand_over_to" in answer.fields, answer

    assert admin.delete(f"/users/{id_}?hand_over_to={heir.user['id']}").ok
    assert admin.get(f"/users/{id_}").status == 404
    assert admin.get(f"/users/{heir.user['id']}/owned").data == owned
    assert key.get("/certificates").status == 401, "the keys of who left have ended"
    assert leaver.get("/account/profile").status == 401, "and the sessions"
    assert admin.get(f"/certificates/{certificate['id']}").ok
    assert admin.get(f"/csrs/{request['id']}").ok
    entry = admin.get("/audit/logs", action="user.delete", per_page=5).data[0]
    assert heir.user["username"] in entry["details"] and '"certificates":1' in entry["details"], entry


def test_an_heir_signs_in_nobody_elses_certificate(admin, server, people):
    """What proves who somebody is ends with them: it would sign its holder in as the heir."""
    leaver, heir = people
    made = leaver.post("/account/mtls/certificates/create", {"name": "laptop"})
    assert made.status in (200, 201), made
    id_ = leaver.user["id"]
    assert admin.delete(f"/users/{id_}?hand_over_to={heir.user['id']}").ok
    assert heir.get("/account/mtls/certificates").data == []


def test_many_are_deleted_each_on_their_own(admin, people, issue):
    leaver, heir = people
    issue(by=leaver)
    free = admin.post("/users", {"username": fresh(), "password": PASSWORD, "role": "viewer"}).data["id"]
    ids = [leaver.user["id"], free, admin.user["id"]]
    answer = admin.post("/users/bulk/delete", {"ids": ids})
    assert answer.data["success"] == [free], answer
    assert {each["id"] for each in answer.data["failed"]} == {leaver.user["id"], admin.user["id"]}
    answer = admin.post("/users/bulk/delete", {"ids": ids[:1], "hand_over_to": heir.user["id"]})
    assert answer.data["success"] == ids[:1], answer


def test_the_last_administrator_has_no_heir(make_server):
    with make_server() as own:
        admin = own.admin()
        second = admin.post("/users", {"username": "second", "password": PASSWORD, "role": "admin"}).data
        other = own.client().sign_in("second", PASSWORD)
        assert admin.delete(f"/users/{admin.user['id']}?hand_over_to={second['id']}").status == 403
        assert other.delete(f"/users/{admin.user['id']}?hand_over_to={second['id']}").ok
        heir = other.post("/users", {"username": "third", "password": PASSWORD, "role": "operator"}).data
        # Nobody deletes themselves, so only a second credential of the last one could try.
        answer = other.post("/users/bulk/delete", {"ids": [second["id"]], "hand_over_to": heir["id"]})
        assert answer.data["success"] == [] and other.get("/account/profile").ok


def test_the_acme_administration_hands_over_as_well(admin, server, people, issue):
    leaver, heir = people
    issue(by=leaver)
    users = {each["username"]: each["id"] for each in admin.request("GET", "//api/users").json}
    here, there = users[leaver.user["username"]], users[heir.user["username"]]
    assert admin.request("DELETE", f"//api/users/{here}").status == 409
    answer = admin.request("DELETE", f"//api/users/{here}?hand_over_to={there}")
    assert answer.ok, answer
    assert admin.get(f"/users/{heir.user['id']}/owned").data["certificates"] == 1

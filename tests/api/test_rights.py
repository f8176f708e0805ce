"""What another account may do at this moment, and who is restricted."""

import uuid

import pytest

from conftest import PASSWORD


def fresh(prefix):
    return prefix + uuid.uuid4().hex[:10]


def new_user(admin, role):
    order = {"username": fresh("u"), "password": PASSWORD, "role": role}
    answer = admin.post("/users", order)
    assert answer.status == 201, answer
    return answer.data["id"], order["username"]


def row_of(admin, path, id_):
    return next(each for each in admin.get(path).data if each["id"] == id_)


@pytest.fixture
def everything(admin):
    """A user of a role of its own, in a group that adds a right and restricts to a tag."""
    role, group = fresh("role-"), fresh("g")
    assert admin.post("/rbac/roles", {"name": role, "permissions": ["read:certificates"]}).status == 201
    user, name = new_user(admin, role)
    made = admin.post("/groups", {"name": group, "permissions": ["write:certificates"]}).data["id"]
    assert admin.post(f"/groups/{made}/members", {"user_id": user}).status == 201
    assert admin.put(f"/groups/{made}/restriction", {"tags": ["web"]}).ok
    return {"user": user, "name": name, "role": role, "group": made, "group_name": group}


def test_rights_are_those_of_role_and_groups(admin, server, everything):
    shown = admin.get(f"/users/{everything['user']}/permissions").data
    assert shown["username"] == everything["name"] and shown["role"] == everything["role"]
    assert shown["role_permissions"] == ["read:certificates"]
    assert sorted(shown["permissions"]) == ["read:certificates", "write:certificates"]
    assert shown["restricted"] and shown["active"]
    assert shown["restriction"] == {"ca_ids": [], "template_ids": [], "tags": []}
    assert shown["groups"] == [
        {
            "group_id": everything["group"],
            "name": everything["group_name"],
            "permissions": ["write:certificates"],
            "restricted": True,
            "restriction": {"ca_ids": [], "template_ids": [], "tags": ["web"]},
        }
    ]
    # The same as the account itself is told.
    caller = server.client().sign_in(everything["name"], PASSWORD)
    assert sorted(caller.permissions) == sorted(shown["permissions"])


def test_what_changes_shows_at_once(admin, everything):
    path = f"/users/{everything['user']}/permissions"
    assert admin.put(f"/users/{everything['user']}/restriction", {"tags": ["db"]}).ok
    assert admin.get(path).data["restriction"]["tags"] == ["db"]
    assert admin.delete(f"/groups/{everything['group']}/members/{everything['user']}").ok
    shown = admin.get(path).data
    assert shown["permissions"] == ["read:certificates"] and shown["groups"] == []
    assert admin.patch(f"/users/{everything['user']}/toggle", {}).ok
    assert admin.get(path).data["active"] is False


def test_administrators_may_everything_wherever_they_are(admin, everything):
    user, _ = new_user(admin, "admin")
    assert admin.post(f"/groups/{everything['group']}/members", {"user_id": user}).status == 201
    shown = admin.get(f"/users/{user}/permissions").data
    assert shown["permissions"] == ["*"] and shown["restricted"] is False
    assert row_of(admin, "/users", user)["restricted"] is False


def test_only_administrators_look(admin, server, everything):
    _, name = new_user(admin, "auditor")
    auditor = server.client().sign_in(name, PASSWORD)
    assert auditor.get(f"/users/{everything['user']}/permissions").status == 403
    caller = server.client().sign_in(everything["name"], PASSWORD)
    assert caller.get(f"/users/{everything['user']}/permissions").status == 403
    assert admin.get("/users/999999999/permissions").status == 404


def test_lists_say_who_is_restricted(admin, everything):
    free, _ = new_user(admin, "operator")
    by_itself, _ = new_user(admin, "operator")
    assert admin.put(f"/users/{by_itself}/restriction", {"tags": ["web"]}).ok
    group = admin.post("/groups", {"name": fresh("g")}).data["id"]
    assert row_of(admin, "/users", everything["user"])["restricted"] is True
    assert row_of(admin, "/users", by_itself)["restricted"] is True
    assert row_of(admin, "/users", free)["restricted"] is False
    assert row_of(admin, "/groups", everything["group"])["restricted"] is True
    assert row_of(admin, "/groups", group)["restricted"] is False
    assert admin.get("/users", search="nobody is called so").data == []

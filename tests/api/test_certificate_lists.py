"""Pages that begin behind a cursor, kept filters, kept counts, and holds that many leave at once."""

import pytest

from support.acme import fresh_name


@pytest.fixture
def five(admin, issue):
    """Certificates of one name of their own, so that a search finds them alone."""
    label = fresh_name().split(".")[0]
    return label, [issue(f"{letter}.{label}.certwright.example") for letter in "badec"]


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("by", ["created_at", "valid_to", "common_name"])
def test_pages_go_on_behind_the_last_certificate(admin, issue, five, by, order):
    label, made = five
    wanted = {"search": label, "sort_by": by, "sort_order": order}
    whole = [each["id"] for each in admin.get("/certificates", **wanted).data]
    assert len(whole) == 5
    paged, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = admin.get("/certificates", per_page=2, **wanted, **more)
        paged += [each["id"] for each in answer.data]
        cursor = answer.meta.get("next_cursor")
        if not cursor:
            break
        if len(paged) == 2 and (by, order) != ("created_at", "asc"):
            # What is added meanwhile does not push anything onto the next page twice.
            issue(f"zz.{label}.certwright.example" if order == "desc" else f"aa.{label}.certwright.example")
    assert [id_ for id_ in paged if id_ in whole] == whole and len(paged) == len(set(paged))


def test_a_cursor_that_is_none_is_refused(admin):
    assert admin.get("/certificates", cursor="x").status == 400
    assert admin.get("/certificates", cursor="0").status == 400
    gone = admin.get("/certificates", cursor="999999999", sort_by="valid_to")
    assert gone.status == 400 and "cursor" in gone.fields


def test_counts_by_status_follow_every_change(admin, issue):
    def counts():
        return admin.get("/certificates/stats").data

    before = counts()
    issued = issue()
    assert counts()["total"] == before["total"] + 1 and counts()["valid"] == before["valid"] + 1
    assert admin.post(f"/certificates/{issued['id']}/revoke", {"reason": "certificateHold"}).ok
    assert counts()["revoked"] == before["revoked"] + 1 and counts()["valid"] == before["valid"]
    assert admin.post(f"/certificates/{issued['id']}/unhold").ok
    assert counts()["revoked"] == before["revoked"] and counts()["valid"] == before["valid"] + 1
    assert admin.post(f"/certificates/{issued['id']}/renew", {}).ok
    assert counts()["valid"] == before["valid"] + 2
    for status in ("valid", "revoked"):
        listed = admin.get("/certificates", status=status, per_page=1)
        assert listed.meta["total"] == counts()[status] and listed.meta["total_is_exact"] is True


def test_many_are_taken_off_hold_at_once(admin, issue):
    held, good = [issue() for _ in range(3)], issue()
    ids = [each["id"] for each in held]
    assert (
        admin.post("/certificates/bulk/revoke", {"ids": ids, "reason": "certificateHold"}).data["success"]
        == ids
    )
    answer = admin.post("/certificates/bulk/unhold", {"ids": [*ids, good["id"]]})
    assert answer.data["success"] == ids
    assert [each["id"] for each in answer.data["failed"]] == [good["id"]]
    assert not any(admin.get(f"/certificates/{id_}").data["revoked"] for id_ in ids)
    assert admin.post("/certificates/bulk/unhold", {}).status == 400


# ---- Saved queries ----


def save(caller, **more):
    body = {"name": "n" + fresh_name().split(".")[0], "query": {"status": ["expiring"], "search": "shop"}}
    return caller.post("/certificates/queries", body | more)


def test_a_query_is_kept_and_found_again(admin):
    query = {
        "status": ["revoked"],
        "source": ["acme"],
        "search": "shop",
        "sort_by": "valid_to",
        "sort_order": "asc",
    }
    made = save(admin, query=query)
    assert made.status == 201, made
    found = next(each for each in admin.get("/certificates/queries").data if each["id"] == made.data["id"])
    assert {name: value for name, value in found["query"].items() if value is not None} == query
    assert found["is_own"] is True and found["shared"] is False
    assert admin.get("/certificates", **query).ok, "it is what the list takes"
    changed = admin.patch(f"/certificates/queries/{made.data['id']}", {"name": "Renamed " + fresh_name()})
    assert changed.data["name"].startswith("Renamed") and changed.data["query"] == found["query"]
    assert admin.delete(f"/certificates/queries/{made.data['id']}").ok
    assert admin.delete(f"/certificates/queries/{made.data['id']}").status == 404


def test_queries_are_ones_own_unless_they_are_shared(admin, callers):
    operator, viewer = callers["operator"], callers["viewer"]
    own, shared = save(operator).data, save(operator, shared=True).data
    seen = {each["id"]: each for each in viewer.get("/certificates/queries").data}
    assert own["id"] not in seen and seen[shared["id"]]["is_own"] is False
    for caller in (viewer, admin):
        assert caller.patch(f"/certificates/queries/{shared['id']}", {"name": "Mine"}).status == 404
        assert caller.delete(f"/certificates/queries/{own['id']}").status == 404
    assert save(viewer).status == 201
    assert save(viewer, shared=True).status == 403, "who only looks shows nothing to everybody"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"query": {"status": ["sleepy"]}},
        {"query": {"sort_order": "up"}},
        {"query": {"source": ["nowhere"]}},
        {"query": {"colour": "red"}},
        {"query": {"search": "x" * 256}},
    ],
)
def test_a_query_that_the_list_would_refuse_is_refused(admin, wrong):
    assert save(admin, **wrong).status == 400


def test_a_name_is_taken_once(admin):
    name = fresh_name()
    assert save(admin, name=name).status == 201
    assert save(admin, name=name).status == 409

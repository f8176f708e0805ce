"""Tags of certificates: given, changed, searched, listed; and accounts that are restricted to some, which see and use
nothing else, whichever way they try."""

import re
import uuid

import pytest

from conftest import PASSWORD
from support import pki
from support.acme import fresh_name
from support.people import People


def word(prefix="t"):
    return prefix + uuid.uuid4().hex[:10]


def issue(caller, tags=None, **more):
    name = fresh_name()
    order = {"common_name": name, "san_dns": [name], **more}
    return caller.post("/certificates", order if tags is None else {**order, "tags": tags})


def issued(caller, tags=None, **more):
    answer = issue(caller, tags, **more)
    assert answer.status == 201, answer
    return answer.data["id"]


def tags_of(caller, id_):
    return caller.get(f"/certificates/{id_}").data["tags"]


def ids(answer):
    return {each["id"] for each in answer.data}


def last_entry(admin, id_):
    return admin.get("/audit/logs", resource_type="certificate", resource_id=id_, per_page=1).data[0]


# ---- Giving and changing ----


def test_a_certificate_is_issued_with_tags_and_hands_them_down(admin):
    a, b = sorted([word(), word()])
    answer = issue(admin, [b.upper(), a, b])
    assert answer.status == 201 and answer.data["tags"] == [a, b], answer
    id_ = answer.data["id"]
    assert tags_of(admin, id_) == [a, b]
    renewed = admin.post(f"/certificates/{id_}/renew", {})
    assert renewed.data["tags"] == [a, b], renewed
    assert issue(admin).data["tags"] == []


def test_signing_requests_gives_tags(admin):
    tag = word()

    def request():
        name = fresh_name()
        return admin.post("/csrs/upload", {"pem": pki.csr(name, [name])}).data["id"]

    signed = admin.post(f"/csrs/{request()}/sign", {"tags": [tag]})
    assert signed.ok and signed.data["tags"] == [tag], signed
    assert tags_of(admin, signed.data["id"]) == [tag]
    assert admin.post("/csrs/bulk/sign", {"ids": [request(), request()], "tags": [tag]}).ok
    assert admin.get("/certificates", tag=tag).meta["total"] == 3


def test_put_replaces_and_says_what_it_did(admin):
    old, new = word(), word()
    id_ = issued(admin, [old])
    answer = admin.put(f"/certificates/{id_}/tags", {"tags": [new]})
    assert answer.data == {"tags": [new]}, answer
    entry = last_entry(admin, id_)
    assert (
        entry["action"] == "certificate.tag" and new in str(entry["details"]) and old in str(entry["details"])
    )
    timeline = admin.get(f"/certificates/{id_}").data["timeline"]
    assert timeline[0]["action"] == "certificate.tag"
    assert timeline[0]["detail"] == f"added {new} · removed {old}"
    assert admin.put(f"/certificates/{id_}/tags", {"tags": []}).data == {"tags": []}
    assert admin.put("/certificates/999999999/tags", {"tags": [new]}).status == 404
    assert admin.put(f"/certificates/{id_}/tags", {}).status == 400


def test_bulk_adds_and_removes(admin):
    keep, gone, new = word("k"), word("g"), word("n")
    first, second = issued(admin, [keep, gone]), issued(admin, [gone])
    wanted = {"ids": [first, second, 999_999_999], "add": [new], "remove": [gone, word()]}
    answer = admin.post("/certificates/bulk/tags", wanted)
    assert answer.data["success"] == [first, second], answer
    assert [each["id"] for each in answer.data["failed"]] == [999_999_999]
    assert tags_of(admin, first) == [keep, new] and tags_of(admin, second) == [new]
    # All that match, by their tag.
    answer = admin.post("/certificates/bulk/tags", {"filter": {"tag": [new]}, "add": [gone]})
    assert sorted(answer.data["success"]) == [first, second], answer
    assert tags_of(admin, second) == [gone, new]
    for wrong in (
        {"ids": [first]},
        {"ids": [first], "add": []},
        {"add": [new]},
        {"filter": {}, "add": [new]},
    ):
        assert admin.post("/certificates/bulk/tags", wrong).status == 400, wrong


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        " web",
        "web ",
        "-",
        "a,b",
        "büro",
        "а",
        "x" * 65,
        "a\nb",
        "a\x00b",
        "<b>",
        "a%b",
        "a'b",
        7,
        None,
        ["a"],
    ],
)
def test_what_is_no_tag_is_refused_where_it_stands(admin, wrong):
    answer = issue(admin, ["web", wrong])
    assert answer.status == 400, answer
    id_ = issued(admin)
    answer = admin.put(f"/certificates/{id_}/tags", {"tags": ["web", wrong]})
    assert answer.status == 400, answer
    if isinstance(wrong, str) and "\x00" not in wrong:
        assert "tags[1]" in answer.fields, answer
    assert tags_of(admin, id_) == []


def test_a_certificate_has_twenty_at_most(admin):
    many = [word() for _ in range(21)]
    for answer in (
        issue(admin, many),
        admin.put(f"/certificates/{issued(admin)}/tags", {"tags": many}),
        admin.post("/certificates/bulk/tags", {"ids": [issued(admin)], "add": many}),
    ):
        assert answer.status == 400 and "20" in answer.text, answer
    id_ = issued(admin, many[:20])
    answer = admin.post("/certificates/bulk/tags", {"ids": [id_], "add": many})
    assert answer.status == 400, answer
    answer = admin.post("/certificates/bulk/tags", {"ids": [id_], "add": [many[20]]})
    assert answer.data["success"] == [] and "20" in answer.data["failed"][0]["error"], answer
    assert tags_of(admin, id_) == sorted(many[:20])


# ---- Finding ----


def test_lists_filter_by_any_of_the_tags(admin):
    a, b = word("a"), word("b")
    first, both, second = issued(admin, [a]), issued(admin, [a, b]), issued(admin, [b])
    assert ids(admin.get("/certificates", tag=a)) == {first, both}
    assert ids(admin.get("/certificates", tag=f"{a},{b}")) == {first, both, second}
    assert ids(admin.get("/certificates", tag=[a.upper(), b])) == {first, both, second}
    assert admin.get("/certificates", tag=word()).data == []
    assert admin.get("/certificates", tag="ü").status == 400
    rows = admin.get("/certificates", tag=b, sort_by="valid_to").data
    assert {tuple(row["tags"]) for row in rows} == {tuple(sorted([a, b])), (b,)}
    assert admin.post(f"/certificates/{both}/revoke", {"reason": "superseded"}).ok
    assert ids(admin.get("/certificates", tag=[a, b], status="revoked")) == {both}
    assert ids(admin.get("/certificates", tag=a, status=["valid", "expiring"])) == {first}
    page = admin.get("/certificates", tag=f"{a},{b}", per_page=2)
    assert page.meta["total"] == 3 and [row["id"] for row in page.data] == [second, both]
    rest = admin.get("/certificates", tag=f"{a},{b}", per_page=2, cursor=page.meta["next_cursor"])
    assert [row["id"] for row in rest.data] == [first]


def test_exports_and_saved_queries_know_tags(admin):
    tag = word()
    first, second = issued(admin, [tag]), issued(admin, [tag])
    issued(admin)
    assert admin.get("/certificates/export", format="pem", tag=tag).text.count("BEGIN CERTIFICATE") == 2
    bundle = admin.post("/certificates/export", {"format": "pem", "filter": {"tag": [tag]}})
    assert bundle.text.count("BEGIN CERTIFICATE") == 2
    saved = admin.post("/certificates/queries", {"name": tag, "query": {"tag": [tag]}})
    assert saved.data["query"]["tag"] == [tag], saved
    answer = admin.post("/certificates/bulk/revoke", {"filter": {"tag": [tag]}, "reason": "superseded"})
    assert sorted(answer.data["success"]) == [first, second], answer
    job = admin.post("/certificates/bulk/revoke/jobs", {"filter": {"tag": [word()]}, "reason": "superseded"})
    assert job.status == 400, job  # nothing matches: not everything


def test_tags_are_listed_in_pages_with_their_numbers(admin):
    start = word("list")
    names = [f"{start}/{each}" for each in "abc"]
    issued(admin, names[:2])
    issued(admin, names[:1])
    id_ = issued(admin, names[2:])
    page = admin.get("/tags", search=start.upper(), per_page=2)
    assert page.data == [{"name": names[0], "certificates": 2}, {"name": names[1], "certificates": 1}]
    rest = admin.get("/tags", search=start, per_page=2, cursor=page.meta["next_cursor"])
    assert rest.data == [{"name": names[2], "certificates": 1}] and not rest.meta["next_cursor"]
    assert admin.put(f"/certificates/{id_}/tags", {"tags": []}).ok
    assert len(admin.get("/tags", search=start).data) == 2, "unused ones are not offered"
    assert admin.get("/tags", per_page=100_000).ok and admin.get("/tags", cursor="%").status == 400


# ---- Restrictions ----


class Site(People):
    """Certificates with tags of a team and of others, and people of the team."""

    def __init__(self, server):
        super().__init__(server)
        admin = self.admin
        self.ca = next(each["id"] for each in admin.get("/cas").data if each["is_active"])
        self.mine = [issued(admin, ["web"]), issued(admin, ["prod", "web"]), issued(admin, ["db"])]
        name = "out-" + fresh_name()
        self.outside = name.split(".")[0]
        order = {"common_name": name, "san_dns": [name], "tags": ["secret"]}
        self.theirs = [admin.post("/certificates", order).data["id"]]
        order.pop("tags")
        self.theirs.append(admin.post("/certificates", order).data["id"])


@pytest.fixture(scope="module")
def site(make_server):
    return Site(make_server().start())


@pytest.mark.parametrize("by", ["session", "key"])
def test_only_tagged_certificates_are_there(site, by):
    caller = site.person(tags=["web", "db"])
    caller = caller if by == "session" else site.key_of(caller)
    seen = caller.get("/certificates", per_page=100)
    assert set(site.mine) <= ids(seen) and not ids(seen) & set(site.theirs)
    assert all({"web", "db"} & set(row["tags"]) for row in seen.data)
    assert seen.meta["total"] == len(seen.data) == caller.get("/certificates/stats").data["total"]
    under = caller.get(f"/cas/{site.ca}/certificates", per_page=100)
    assert not ids(under) & set(site.theirs)
    bundle = caller.get("/certificates/export", format="pem")
    assert bundle.text.count("BEGIN CERTIFICATE") == len(seen.data)
    for order in ("created_at", "valid_to", "common_name"):
        assert not ids(caller.get("/certificates", sort_by=order, per_page=100)) & set(site.theirs)
    for asked in ({"tag": "secret"}, {"search": site.outside}, {"tag": "secret", "search": site.outside}):
        answer = caller.get("/certificates", **asked)
        assert answer.data == [] and answer.meta["total"] == 0, answer
        assert caller.get("/certificates/export", format="pem", **asked).status == 400


@pytest.mark.parametrize("by", ["session", "key"])
@pytest.mark.parametrize("which", [0, 1])
def test_no_way_leads_to_what_is_outside(site, by, which):
    caller = site.person(tags=["web", "db"])
    caller = caller if by == "session" else site.key_of(caller)
    id_ = site.theirs[which]

    def seen():
        return site.admin.get(f"/certificates/{id_}").data | {"days_remaining": None}

    before = seen()
    for method, path, body in (
        ("GET", "", None),
        ("GET", "/export", None),
        ("GET", "/lint", None),
        ("POST", "/export", {"format": "pem"}),
        ("POST", "/renew", {}),
        ("POST", "/revoke", {"reason": "superseded"}),
        ("POST", "/unhold", {}),
        ("POST", "/key", {"key": "x"}),
        ("DELETE", "", None),
        ("PUT", "/tags", {"tags": ["web"]}),
        ("PUT", "/tags", {"tags": ["secret", "web"]}),
    ):
        answer = caller.request(method, f"/certificates/{id_}{path}", json=body)
        assert answer.status == 404 and site.outside not in answer.text, (method, path, answer)
    for path, body in (
        ("revoke", {"reason": "superseded"}),
        ("renew", {}),
        ("unhold", {}),
        ("delete", {}),
        ("tags", {"add": ["web"]}),
        ("tags", {"remove": ["secret"], "add": ["db"]}),
    ):
        answer = caller.post(f"/certificates/bulk/{path}", {"ids": [id_], **body})
        assert answer.data["success"] == [] and "no certificate has this id" in answer.text, answer
        for match in ({"tag": ["secret"]}, {"search": site.outside}, {"ca_id": site.ca, "tag": ["secret"]}):
            answer = caller.post(f"/certificates/bulk/{path}", {"filter": match, **body})
            assert answer.status == 200 and answer.data["success"] == [], answer
    assert caller.post("/certificates/bulk/export", {"ids": [id_]}).status == 400
    closed = caller.post("/certificates/bulk/revoke/jobs", {"ids": [id_], "reason": "superseded"})
    assert closed.status == 403, closed
    assert caller.get("/audit/logs").status == 403
    assert seen() == before


def test_new_certificates_carry_one_of_ones_tags(site):
    two = site.person(tags=["web", "db"])
    answer = issue(two)
    assert answer.status == 400 and "db, web" in answer.fields["tags"], answer
    for wrong in (["secret"], ["web", "secret"], [word()]):
        answer = issue(two, wrong)
        assert answer.status == 400 and "tags" in answer.fields, answer
    mine = issued(two, ["db"])
    assert tags_of(two, mine) == ["db"]
    renewed = two.post(f"/certificates/{mine}/renew", {})
    assert renewed.data["tags"] == ["db"] and two.get(f"/certificates/{renewed.data['id']}").ok

    one = site.person(tags=["web"])
    answer = issue(one)
    assert answer.data["tags"] == ["web"] and one.get(f"/certificates/{answer.data['id']}").ok
    # Requests are not theirs to sign, with or without a tag.
    assert one.post("/csrs/bulk/sign", {"ids": [1], "tags": ["web"]}).status == 403


def test_a_request_sent_twice_shows_its_tags(site):
    caller = site.person(tags=["web"])
    name = fresh_name()
    order = {"common_name": name, "san_dns": [name]}
    first, second = (caller.post("/certificates", order, headers={"Idempotency-Key": name}) for _ in range(2))
    assert first.data["id"] == second.data["id"] and second.data["tags"] == ["web"], second


def test_ones_own_tags_are_given_and_taken_but_the_last(site):
    caller = site.person(tags=["web", "db"])
    id_ = issued(site.admin, ["prod", "web"])
    path = f"/certificates/{id_}/tags"
    for wrong in ([], ["prod"], ["web"], ["web", "prod", "secret"], ["prod", "secret"]):
        answer = caller.put(path, {"tags": wrong})
        assert answer.status == 400 and "tags" in answer.fields, (wrong, answer)
    for wrong in (
        {"remove": ["web"]},
        {"remove": ["prod"]},
        {"add": ["secret"]},
        {"add": ["x"], "remove": ["web"]},
    ):
        answer = caller.post("/certificates/bulk/tags", {"ids": [id_], **wrong})
        assert answer.data["success"] == [] and answer.data["failed"][0]["error"], answer
    assert tags_of(site.admin, id_) == ["prod", "web"]
    assert caller.put(path, {"tags": ["prod", "db"]}).data == {"tags": ["db", "prod"]}
    answer = caller.post("/certificates/bulk/tags", {"ids": [id_], "add": ["web"], "remove": ["db"]})
    assert answer.data["success"] == [id_] and tags_of(caller, id_) == ["prod", "web"]


def test_only_ones_own_tags_are_listed(site):
    caller = site.person(tags=["web", "later"])
    listed = caller.get("/tags").data
    assert [each["name"] for each in listed] == ["later", "web"]
    assert listed[0]["certificates"] == 0
    assert caller.get("/tags", search="sec").data == []
    elsewhere = site.admin.post(
        "/cas",
        {"common_name": "Other", "ca_type": "root", "key_algorithm": "ECDSA", "key_size": "P-256"},
    ).data["id"]
    issued(site.admin, ["there", "web"], ca_id=elsewhere)
    below = site.person(ca_ids=[elsewhere])
    assert below.get("/tags").data == [
        {"name": "there", "certificates": 1},
        {"name": "web", "certificates": 1},
    ]


def test_tags_and_authorities_narrow_together(site):
    other = site.admin.post(
        "/cas",
        {"common_name": "Third", "ca_type": "root", "key_algorithm": "ECDSA", "key_size": "P-256"},
    ).data["id"]
    inside = issued(site.admin, ["web"], ca_id=other)
    issued(site.admin, [], ca_id=other)
    caller = site.person(ca_ids=[other], tags=["web"])
    assert ids(caller.get("/certificates", per_page=100)) == {inside}
    assert caller.get(f"/certificates/{site.mine[0]}").status == 404
    assert issue(caller, ["web"], ca_id=site.ca).status == 404
    assert issue(caller, ca_id=other).data["tags"] == ["web"]


def test_a_tag_that_is_taken_away_takes_the_certificate_along(site):
    caller = site.person(tags=["web"])
    id_ = issued(site.admin, ["web"])
    assert caller.get(f"/certificates/{id_}").ok
    assert site.admin.put(f"/certificates/{id_}/tags", {"tags": []}).ok
    assert caller.get(f"/certificates/{id_}").status == 404


def test_the_last_certificate_of_a_tag_does_not_open_everything(site):
    tag = word()
    caller = site.person(tags=[tag])
    assert caller.get("/certificates").data == [] and caller.get("/certificates/stats").data["total"] == 0
    id_ = issued(site.admin, [tag])
    assert ids(caller.get("/certificates")) == {id_}
    assert site.admin.put(f"/certificates/{id_}/tags", {"tags": []}).ok
    assert caller.get("/certificates").data == []
    assert site.admin.get(f"/users/{caller.id}/restriction").data["tags"] == [tag]


def test_groups_restrict_to_tags(site):
    caller = site.person()
    assert caller.get(f"/certificates/{site.theirs[0]}").ok
    group = site.admin.post("/groups", {"name": word("g")}).data["id"]
    answer = site.admin.put(f"/groups/{group}/restriction", {"tags": ["Web"]})
    assert answer.data == {"restricted": True, "ca_ids": [], "template_ids": [], "tags": ["web"]}
    assert site.admin.post(f"/groups/{group}/members", {"user_id": caller.id}).status == 201
    assert caller.get(f"/certificates/{site.theirs[0]}").status == 404
    assert caller.get(f"/certificates/{site.mine[0]}").ok
    shown = site.admin.get(f"/users/{caller.id}/restriction").data
    assert shown["groups"] == [{"group_id": group, "ca_ids": [], "template_ids": [], "tags": ["web"]}]


@pytest.mark.parametrize("wrong", [{"tags": []}, {"tags": [""]}, {"tags": ["ü"]}, {"tags": "web"}])
def test_a_restriction_names_tags(site, wrong):
    caller = site.person()
    answer = site.admin.put(f"/users/{caller.id}/restriction", wrong)
    assert answer.status == 400, answer
    assert site.admin.get(f"/users/{caller.id}/restriction").data["restricted"] is False


def test_whoever_may_only_look_changes_no_tags(site):
    name = word("v")
    assert site.admin.post("/users", {"username": name, "password": PASSWORD, "role": "viewer"}).status == 201
    viewer = site.server.client().sign_in(name, PASSWORD)
    assert viewer.get("/tags").ok
    assert viewer.put(f"/certificates/{site.mine[0]}/tags", {"tags": []}).status == 403
    answer = viewer.post("/certificates/bulk/tags", {"ids": site.mine, "remove": ["web"]})
    assert answer.status == 403 and re.search("permission|may not|write:", answer.text), answer

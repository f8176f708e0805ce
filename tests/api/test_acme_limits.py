"""Quotas, approval by people, and what the ACME server forgets."""

import uuid

import pytest

from support import pki
from support.acme import Account, challenge_of, problem
from support.companions import binding
from support.dns import ZONE
from support.jose import b64
from support.process import run

AUTO = f"auto.{ZONE}"  # needs no challenge here


@pytest.fixture(scope="module")
def site(make_server):
    return make_server().start()


@pytest.fixture(scope="module")
def boss(site):
    boss = site.admin()
    assert boss.post("/acme/domains", {"domain": AUTO, "auto_approve": True}).status == 201
    return boss


@pytest.fixture
def settings(boss):
    """Changes the settings for the time of a test."""
    before = boss.get("/acme/settings").data

    def change(**changes):
        changed = boss.patch("/acme/settings", changes)
        assert changed.status == 200, changed
        return changed.data

    yield change
    change(**{name: before[name] for name in ("quotas", "retention", "require_approval")})


@pytest.fixture
def register(site, boss):
    def register(directory=None, **more):
        account = Account(directory or site.directory, str(site.root_file))
        account.register(**more)
        return account

    return register


def fresh(zone=AUTO):
    return f"n{uuid.uuid4().hex[:12]}.{zone}"


def order_of(account, *names):
    return account.post(
        account.directory["newOrder"], {"identifiers": [{"type": "dns", "value": name} for name in names]}
    )


def rate_limited(response, most_seconds):
    document = problem(response, "rateLimited", 429)
    assert 0 < int(response.headers["Retry-After"]) <= most_seconds
    return document


# ---- Quotas ----


def test_without_quotas_nothing_is_counted(boss, register):
    before = boss.get("/acme/quotas", per_page=100).data["quotas"]
    account = register()
    for _ in range(5):
        assert order_of(account, fresh()).status_code == 201
    assert len(boss.get("/acme/quotas", per_page=100).data["quotas"]) <= len(before)


def test_an_account_orders_so_many_and_is_told_when_to_come_back(boss, settings, register):
    settings(quotas={"account": {"orders": 2, "hours": 1}})
    account = register()
    assert [order_of(account, fresh()).status_code for _ in range(2)] == [201, 201]
    document = rate_limited(order_of(account, fresh()), 1800)
    assert "2 orders in 1 hour" in document["detail"]
    assert order_of(register(), fresh()).status_code == 201  # others are not held up
    # Another authorization counts as well.
    refused = account.post(account.directory["newAuthz"], {"identifier": {"type": "dns", "value": fresh()}})
    rate_limited(refused, 1800)


def test_a_name_is_ordered_so_often_whoever_does_it(boss, settings, register):
    settings(quotas={"identifier": {"orders": 1, "hours": 24}})
    name, other = fresh(), fresh()
    assert order_of(register(), name).status_code == 201
    document = rate_limited(order_of(register(), other, name, "*." + name), 24 * 3600)
    (subproblem,) = document["subproblems"]
    assert subproblem["identifier"] == {"type": "dns", "value": name}
    assert subproblem["type"].endswith(":rateLimited")
    assert order_of(register(), other).status_code == 201  # the refused order counted nowhere


def test_the_accounts_of_an_external_account_share_its_quota(site, boss, settings, register):
    settings(quotas={"external_account": {"orders": 1, "hours": 1}})
    credential = boss.post("/acme/eab-credentials", {"reusable": True}).data
    accounts = []
    for _ in range(2):
        account = Account(site.directory, str(site.root_file))
        account.register(externalAccountBinding=binding(account, credential))
        accounts.append(account)
    assert order_of(accounts[0], fresh()).status_code == 201
    rate_limited(order_of(accounts[1], fresh()), 3600)
    assert order_of(register(), fresh()).status_code == 201


def test_renewals_that_are_announced_do_not_count_against_their_names(boss, settings, register):
    account, name = register(), fresh()
    order = account.new_order(name)
    order.finalize(pki.csr(names=[name], pem=False))
    leaf = pki.load_chain(order.chain())[0]
    identifier = leaf.extensions.get_extension_for_class(pki.x509.AuthorityKeyIdentifier).value
    serial = leaf.serial_number
    old = b64(identifier.key_identifier) + "." + b64(serial.to_bytes(serial.bit_length() // 8 + 1, "big"))
    settings(quotas={"identifier": {"orders": 1, "hours": 24}})
    assert order_of(account, name).status_code == 201
    rate_limited(order_of(account, name), 24 * 3600)
    assert account.new_order(name, replaces=old).body["status"] == "ready"


def test_the_administrator_sees_quotas_and_can_reset_them(boss, settings, register):
    settings(quotas={"identifier": {"orders": 1, "hours": 24}, "account": {"orders": 100, "hours": 24}})
    name, account = fresh(), register()
    assert order_of(account, name).status_code == 201
    rows = boss.get("/acme/quotas", kind="identifier", per_page=100).data["quotas"]
    (row,) = [row for row in rows if row["subject"] == name]
    assert (row["used"], row["limit"], row["exhausted"]) == (1, 1, True)
    mine = boss.get("/acme/quotas", kind="account", per_page=100).data["quotas"]
    assert any(row["used"] == 1 and not row["exhausted"] for row in mine)
    # Page by page.
    seen, cursor = [], None
    while True:
        page = boss.get("/acme/quotas", per_page=1, **({"cursor": cursor} if cursor else {})).data
        seen += [(row["kind"], row["subject"]) for row in page["quotas"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) and ("identifier", name) in seen
    rate_limited(order_of(account, name), 24 * 3600)
    assert boss.post("/acme/quotas/reset", {"kind": "identifier", "subject": name}).status == 200
    assert boss.get("/audit/logs", action="acme.quota.reset", per_page=1).data
    assert order_of(account, name).status_code == 201
    assert boss.post("/acme/quotas/reset", {"kind": "identifier", "subject": "x." + name}).status == 404
    assert boss.get("/acme/quotas", cursor="nonsense").status == 400


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"quotas": {"account": {"orders": -1, "hours": 1}}}, "quotas.account.orders"),
        ({"quotas": {"identifier": {"orders": 1, "hours": 0}}}, "quotas.identifier.hours"),
        ({"retention": {"failed_orders": -1}}, "retention.failed_orders"),
        ({"retention": {"issued_orders": 10**6}}, "retention.issued_orders"),
    ],
)
def test_settings_that_make_no_sense_are_refused(boss, changes, field):
    before = boss.get("/acme/settings").data
    refused = boss.patch("/acme/settings", changes)
    assert refused.status == 400 and field in refused.fields, refused
    assert boss.get("/acme/settings").data == before


# ---- Approval ----


@pytest.fixture(scope="module")
def careful(boss):
    """A service whose orders a person has to approve."""
    made = boss.post("/acme/services", {"name": "careful", "require_approval": True})
    assert made.status == 201 and made.data["require_approval"] is True, made
    return made.data["directory_url"]


def finalized(account, name):
    order = account.new_order(name)
    response = account.must(order.body["finalize"], {"csr": b64(pki.csr(names=[name], pem=False))})
    order.body = response.json()
    assert order.body["status"] == "processing", order.body
    assert int(response.headers["Retry-After"]) > 0
    return order


def waiting(boss, name):
    found = [
        each
        for each in boss.get("/acme/approvals", per_page=100).data["orders"]
        if {"type": "dns", "value": name} in each["identifiers"]
    ]
    return found[0] if found else None


def audit_of(boss, action, name):
    return [
        entry
        for entry in boss.get("/audit/logs", action=action, per_page=50).data
        if entry["resource_name"] == name
    ]


def test_an_approved_order_becomes_a_certificate(site, boss, careful, register):
    account, name = register(careful, contact=["mailto:holder@example.com"]), fresh()
    order = finalized(account, name)
    row = waiting(boss, name)
    assert row["service"] == "careful" and row["contact"] == ["mailto:holder@example.com"]
    needed = [item for item in boss.get("/dashboard/attention").data["items"] if item["title"] == name]
    assert [item["kind"] for item in needed] == ["order_waiting"] and needed[0]["target_id"] == row["id"]
    # It survives the worst that can happen meanwhile.
    site.kill()
    site.start()
    account.spare_nonce = None
    assert order.refresh().body["status"] == "processing"
    again = account.post(order.body["finalize"], {"csr": b64(pki.csr(names=[name], pem=False))})
    problem(again, "orderNotReady")
    approved = boss.post(f"/acme/orders/{row['id']}/approve")
    assert approved.status == 200 and approved.data["status"] == "valid", approved
    assert order.refresh().body["status"] == "valid"
    assert pki.dns_names(pki.load_chain(order.chain())[0]) == {name}
    assert waiting(boss, name) is None
    entries = audit_of(boss, "acme.order.approve", name)  # of the order and of the certificate
    assert "acme_order" in {entry["resource_type"] for entry in entries}, entries
    assert all(entry["username"] == "admin" and entry["success"] for entry in entries)
    for decision in ("approve", "refuse"):
        assert boss.post(f"/acme/orders/{row['id']}/{decision}").status == 409


def test_a_refused_order_tells_its_client_why(boss, careful, register):
    account, name = register(careful), fresh()
    order = finalized(account, name)
    row = waiting(boss, name)
    refused = boss.post(f"/acme/orders/{row['id']}/refuse", {"reason": "ask the network team first"})
    assert refused.status == 200 and refused.data["status"] == "invalid", refused
    body = order.refresh().body
    assert body["status"] == "invalid"
    assert body["error"]["type"].endswith(":unauthorized")
    assert "ask the network team first" in body["error"]["detail"]
    assert boss.post(f"/acme/orders/{row['id']}/approve").status == 409
    assert audit_of(boss, "acme.order.refuse", name)


def test_the_rules_are_asked_again_when_an_order_is_approved(boss, careful, register):
    account, name = register(careful), fresh()
    order = finalized(account, name)
    row = waiting(boss, name)
    account.must(account.kid, {"status": "deactivated"})
    refused = boss.post(f"/acme/orders/{row['id']}/approve")
    assert refused.status == 409 and "may not act" in refused.text, refused
    assert waiting(boss, name), "an order that could not be approved can still be refused"
    assert boss.post(f"/acme/orders/{row['id']}/refuse").status == 200
    assert order.body["status"] == "processing"


def test_an_order_whose_proof_was_given_up_waits_no_more(boss, careful, register):
    account, name = register(careful), fresh()
    order = finalized(account, name)
    row = waiting(boss, name)
    account.must(order.body["authorizations"][0], {"status": "deactivated"})
    assert order.refresh().body["status"] == "invalid"
    assert boss.post(f"/acme/orders/{row['id']}/approve").status == 409


def test_approval_wants_a_csr_that_is_right_at_once(careful, register):
    account, name = register(careful), fresh()
    order = account.new_order(name)
    refused = account.post(order.body["finalize"], {"csr": b64(pki.csr(names=[fresh()], pem=False))})
    problem(refused, "badCSR")
    assert order.refresh().body["status"] == "ready"


def test_who_may_not_write_decides_nothing(site, boss, careful, register):
    account, name = register(careful), fresh()
    finalized(account, name)
    row = waiting(boss, name)
    password = "a long phrase for tests 8"
    boss.post("/users", {"username": "looker", "password": password, "role": "auditor"})
    looker = site.client().sign_in("looker", password)
    assert waiting(looker, name)
    assert looker.post(f"/acme/orders/{row['id']}/approve").status == 403
    assert looker.post(f"/acme/orders/{row['id']}/refuse").status == 403
    assert looker.post("/acme/retention/run").status == 403
    assert site.client().get("/acme/approvals").status == 401
    assert boss.post("/acme/orders/999999/approve").status == 404


def test_the_default_service_can_want_approval_too(boss, settings, register):
    assert settings(require_approval=True)["require_approval"] is True
    account, name = register(), fresh()
    order = finalized(account, name)
    assert boss.post(f"/acme/orders/{waiting(boss, name)['id']}/approve").status == 200
    assert order.refresh().body["status"] == "valid"


# ---- What is forgotten ----


def test_what_is_over_is_counted_before_it_is_forgotten(site, boss, settings, register):
    settings(
        retention={"failed_orders": 30, "authorizations": 30, "issued_orders": 60, "unused_accounts": 60}
    )
    unused, account, name = register(), register(), fresh()
    order = account.new_order(name)
    order.finalize(pki.csr(names=[name], pem=False))
    failed = account.new_order(fresh("elsewhere.example"))
    challenge = challenge_of(failed.authorizations()[0], "dns-01")
    account.must(challenge["url"], {})
    account.wait(failed.url)
    kept = account.new_order(fresh())
    before = boss.get("/acme/retention").data
    # A hundred days later.
    reference = order.url.rsplit("/", 1)[1]
    ids = {each["order_id"]: each["id"] for each in boss.get("/acme/orders", per_page=100).data}
    gone = f"({ids[reference]}, {ids[failed.url.rsplit('/', 1)[1]]})"
    days = 100 * 86400
    for statement in (
        f"UPDATE certificates SET not_after = not_after - {2 * days} WHERE common_name = '{name}'",
        f"UPDATE acme_orders SET created_at = created_at - {days} WHERE id IN {gone}",
        f"UPDATE acme_authorizations SET expires_at = expires_at - {days} WHERE order_id IN {gone}",
        f"UPDATE acme_accounts SET created_at = created_at - {days}",
    ):
        run("sqlite3", "-cmd", ".timeout 5000", site.sqlite_file, statement)
    preview = boss.get("/acme/retention").data
    grown = {each: preview[each] - before[each] for each in preview}
    assert grown["failed_orders"] == 1 and grown["issued_orders"] == 1
    assert grown["authorizations"] == 2 and grown["unused_accounts"] >= 1
    ran = boss.post("/acme/retention/run")
    assert ran.status == 200 and ran.data == preview, (ran, preview)
    assert not any(value for each, value in boss.get("/acme/retention").data.items() if each != "quotas")
    assert boss.get(f"/acme/orders/{ids[reference]}").status == 404
    assert account.post(order.url).status_code == 404
    assert kept.refresh().body["status"] == "ready"
    problem(unused.post(unused.kid), "accountDoesNotExist")
    (entry,) = boss.get("/audit/logs", action="acme.retention.run", per_page=1).data
    assert entry["username"] == "admin"

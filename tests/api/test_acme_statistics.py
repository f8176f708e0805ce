"""ACME in numbers: orders by day and service, proofs and clients, as the server counts them."""

import uuid

import pytest

from conftest import PASSWORD
from support import pki
from support.acme import Account
from support.dns import ZONE
from support.process import run

AUTO = f"auto.{ZONE}"  # needs no challenge here
NOTHING = {"orders": 0, "certificates": 0, "failures": 0}


@pytest.fixture(scope="module")
def site(make_server):
    return make_server().start()


@pytest.fixture(scope="module")
def boss(site):
    boss = site.admin()
    assert boss.post("/acme/domains", {"domain": AUTO, "auto_approve": True}).status == 201
    return boss


def fresh(zone=AUTO):
    return f"n{uuid.uuid4().hex[:12]}.{zone}"


def account(site, directory, agent):
    made = Account(directory, str(site.root_file))
    made.session.headers["User-Agent"] = agent
    made.register()
    return made


def day_of(data, service):
    return next((each for each in data["per_day"] if each["service"] == service), NOTHING)


def test_orders_are_counted_by_day_service_and_client(site, boss):
    empty = boss.get("/acme/statistics").data
    assert empty == {"days": 30, "complete": True, "per_day": [], "proofs": [], "clients": []}
    service = "s" + uuid.uuid4().hex[:8]
    assert boss.post("/acme/services", {"name": service}).status == 201
    directory = site.directory.replace("/directory", f"/{service}/directory")
    first = account(site, site.directory, "certbot/2.1.0 (debian)")
    second = account(site, directory, "lego-cli/4.9")
    name = fresh()
    first.new_order(name).finalize(pki.csr(names=[name], pem=False))
    first.new_order(fresh())
    second.new_order(fresh())

    data = boss.get("/acme/statistics", days=1).data
    assert data["days"] == 1 and data["complete"] is True
    ours, theirs = day_of(data, "default"), day_of(data, service)
    assert (ours["orders"], ours["certificates"], ours["failures"]) == (2, 1, 0)
    assert (theirs["orders"], theirs["certificates"], theirs["failures"]) == (1, 0, 0)
    assert ours["date"] == theirs["date"]
    assert data["clients"] == [{"client": "certbot", "orders": 2}, {"client": "lego-cli", "orders": 1}]
    together = boss.get("/acme/stats").data
    assert together["last_30_days"] == [{"date": ours["date"], "issued": 1, "failed": 0}]
    assert (together["orders"], together["certificates"]) == (3, 1)


def test_what_is_older_is_in_a_longer_window_only(site, boss):
    third = account(site, site.directory, "old/1")
    third.new_order(fresh())
    run(
        "sqlite3",
        "-cmd",
        ".timeout 5000",
        site.sqlite_file,
        "UPDATE acme_orders SET created_at = created_at - 864000 WHERE id = (SELECT MAX(id) FROM acme_orders)",
    )
    days = {each["date"] for each in boss.get("/acme/statistics", days=5).data["per_day"]}
    longer = {each["date"] for each in boss.get("/acme/statistics", days=30).data["per_day"]}
    assert len(longer - days) == 1


@pytest.mark.parametrize("days", ["0", "91", "-1", "x", "99999999999999999999"])
def test_the_window_is_bounded(boss, days):
    answer = boss.get("/acme/statistics", days=days)
    assert answer.status == 400 and "days" in answer.fields, answer


def test_a_viewer_sees_none(site, boss):
    name = "v" + uuid.uuid4().hex[:10]
    assert boss.post("/users", {"username": name, "password": PASSWORD, "role": "viewer"}).status == 201
    assert site.client().sign_in(name, PASSWORD).get("/acme/statistics").status == 403

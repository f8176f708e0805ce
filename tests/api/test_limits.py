"""Rate limits of keys and of the whole server, changed while it runs; and what is unusual in the log."""

import uuid

import pytest

from conftest import PASSWORD


@pytest.fixture(scope="module")
def site(make_server):
    return make_server().start()


@pytest.fixture(scope="module")
def boss(site):
    return site.admin()


def ask(caller, times):
    return [caller.get("/account/profile").status for _ in range(times)]


def test_a_key_has_a_limit_of_its_own(site, boss):
    body = {"name": "slow", "permissions": ["read:certificates"], "requests_per_minute": 60}
    made = boss.post("/account/apikeys", body)
    assert made.status == 201 and made.data["requests_per_minute"] == 60, made
    slow = site.client().with_key(made.data["key"])
    answers = ask(slow, 25)
    assert answers[:10] == [200] * 10 and answers[-1] == 429, answers
    refused = slow.get("/account/profile")
    assert int(refused.headers["Retry-After"]) >= 1 and refused.headers["X-RateLimit-Limit"] == "60"
    quick = boss.post("/account/apikeys", {"name": "quick", "permissions": ["read:certificates"]}).data
    assert ask(site.client().with_key(quick["key"]), 25) == [200] * 25, "keys do not share it"
    assert ask(boss, 5) == [200] * 5, "nor has their owner"
    free = boss.patch(f"/account/apikeys/{made.data['id']}", {"requests_per_minute": 0})
    assert free.data["requests_per_minute"] is None
    assert ask(slow, 25) == [200] * 25
    assert boss.post("/account/apikeys", {**body, "requests_per_minute": -1}).status == 400


def test_limits_change_while_the_server_runs(site, boss):
    path = "/system/security/rate-limit"
    before = boss.get(path).data
    assert before["config"]["enabled"] and before["config"]["custom_limits"] == {}
    assert set(before["config"]["default_limits"]) == {"standard", "strict", "sign_in", "protocol"}
    boss.post("/users", {"username": "limited", "password": PASSWORD, "role": "viewer"})
    limited = site.client().sign_in("limited", PASSWORD)
    assert boss.post(f"{path}/reset", {"reset_stats": True}).ok
    changed = boss.put(path, {"requests_per_minute": 60})
    assert changed.data["custom_limits"] == {"standard": {"rpm": 60, "burst": 10}}
    try:
        assert 429 in ask(limited, 20)
        stats = boss.get(f"{path}/stats").data
        assert stats["rate_limited"] >= 5 and stats["by_endpoint"]["standard"]["limited"] >= 5
        assert 0 < stats["rate_limited_percent"] < 100
        assert boss.post(f"{path}/reset", {}).ok
        assert ask(limited, 5) == [200] * 5
        assert boss.put(path, {"whitelist_add": ["127.0.0.0/8", "::1/128"]}).ok
        assert ask(limited, 30) == [200] * 30
        assert boss.put(path, {"whitelist_remove": ["127.0.0.0/8", "::1/128"]}).data["whitelist"] == []
        assert 429 in ask(limited, 30)
        assert limited.put(path, {"enabled": False}).status in (403, 429)
        site.stop()
        site.start()
        boss.sign_in("admin", site.env["CERTWRIGHT_ADMIN_PASSWORD"])
        assert boss.get(path).data["config"]["custom_limits"]["standard"]["rpm"] == 60
        assert 429 in ask(site.client().sign_in("limited", PASSWORD), 30), "it outlives a restart"
    finally:
        boss.post(f"{path}/reset", {})
        assert boss.put(path, {"custom_limits": {"standard": 0}}).ok
    assert boss.post(f"{path}/reset", {}).ok
    assert boss.put(path, {"requests_per_minute": 1}).status == 400, "it would lock its author out"
    assert boss.put(path, {"whitelist_add": ["nonsense"]}).fields == {
        "whitelist_add": 'not a network: "nonsense"; write 10.0.0.0/8 or 2001:db8::/32'
    }


def test_bursts_of_failures_and_new_devices_are_listed(site, boss):
    name = "t" + uuid.uuid4().hex[:8]
    boss.post("/users", {"username": name, "password": PASSWORD, "role": "viewer"})
    path = "/system/security/anomalies"
    assert not [each for each in boss.get(path).data["anomalies"] if each["username"] == name]
    for _ in range(12):
        site.client().post("/auth/login/password", {"username": name, "password": "wrong wrong wrong"})
    data = boss.get(path, hours=1).data
    found = [each for each in data["anomalies"] if each["username"] == name]
    assert data["period_hours"] == 1 and data["total"] == len(data["anomalies"])
    assert found, data
    assert found[0]["type"] == "failed_sign_ins" and found[0]["count"] == 5
    assert found[0]["addresses"] and found[0]["severity"] == "warning"

"""Every write leaves an entry that says who did what, from where; refused attempts too."""

import json

import pytest

from conftest import PASSWORD
from support import pki
from support.acme import fresh_name
from support.foreign import Authority, key_pem
from support.process import run

# Each route that writes, and how a test makes it succeed. A write that has no line here fails
# test_no_write_is_left_out: add the line when you add the route.


def certificate(admin):
    name = fresh_name()
    answer = admin.post("/certificates", {"common_name": name, "san_dns": [name]})
    assert answer.status == 201, answer
    return answer.data["id"]


def expired(server, admin):
    """A certificate that has expired: time is turned in the database, since it cannot be turned in the server."""
    id_ = certificate(admin)
    statement = f"UPDATE certificates SET not_before = 1000, not_after = 2000 WHERE id = {id_}"
    run("sqlite3", "-cmd", ".timeout 5000", server.sqlite_file, statement)
    return id_


def new_user(admin):
    return admin.post(
        "/users", {"username": fresh_name().split(".")[0], "password": PASSWORD, "role": "viewer"}
    ).data["id"]


def new_key(admin):
    return admin.post("/account/apikeys", {"name": "k", "permissions": ["read:certificates"]}).data["id"]


def new_webhook(admin):
    return admin.post(
        "/webhooks", {"name": "w", "url": "https://hooks.example.com/", "events": ["ca.deleted"]}
    )


def webhook(admin):
    return new_webhook(admin).data["id"]


def new_ca(admin):
    return admin.post(
        "/cas",
        {
            "common_name": "Root " + fresh_name(),
            "ca_type": "root",
            "key_algorithm": "ECDSA",
            "key_size": "P-256",
            "validity_years": 5,
        },
    ).data["id"]


def revocable_ca(admin):
    wanted = {"common_name": "Below " + fresh_name(), "ca_type": "intermediate", "parent_id": new_ca(admin)}
    return admin.post("/cas", wanted | {"key_algorithm": "ECDSA", "key_size": "P-256"}).data["id"]


def held_ca(admin):
    ca = revocable_ca(admin)
    assert admin.post(f"/cas/{ca}/revoke", {"reason": "certificateHold"}).ok
    return ca


def new_ca_request(admin):
    return admin.post("/cas/requests", {"common_name": "Below " + fresh_name()}).data["id"]


def new_name():
    return "n" + fresh_name().split(".")[0]


def new_query(admin):
    return admin.post("/certificates/queries", {"name": new_name(), "query": {}}).data["id"]


def new_role(admin):
    return admin.post("/rbac/roles", {"name": new_name(), "permissions": []}).data["name"]


def new_group(admin):
    return admin.post("/groups", {"name": new_name()}).data["id"]


def member(admin):
    group, user = new_group(admin), new_user(admin)
    assert admin.post(f"/groups/{group}/members", {"user_id": user}).status == 201
    return group, user


def new_template(admin):
    return admin.post("/templates", {"name": fresh_name(), "extended_key_usage": ["serverAuth"]})


def crl_ca(admin):
    return admin.get("/crl").data[0]["ca_id"]


def new_csr(admin, key=None):
    name = fresh_name()
    return admin.post("/csrs/upload", {"pem": pki.csr(name, [name], key=key)}).data["id"]


def attach_key(admin):
    key = pki.private_key()
    return admin.post(f"/csrs/{new_csr(admin, key)}/key", {"key": key_pem(key)})


def new_service(admin):
    name = "s" + fresh_name().split(".")[0]
    assert admin.post("/acme/services", {"name": name}).status == 201
    return name


def new_domain(admin):
    return admin.post("/acme/domains", {"domain": fresh_name()}).data["id"]


def new_credential(admin):
    return admin.post("/acme/eab-credentials", {}).data["id"]


def new_sign_in_certificate(admin):
    for each in admin.get("/account/mtls/certificates").data:
        admin.delete(f"/account/mtls/certificates/{each['id']}")
    return admin.post("/account/mtls/certificates/create", {"name": "Laptop"})


def foreign():
    """The certificate of an authority that was made elsewhere."""
    return pki.pem(Authority("Foreign " + fresh_name()).certificate)


def held_certificate(admin):
    id_ = certificate(admin)
    assert admin.post(f"/certificates/{id_}/revoke", {"reason": "certificateHold"}).ok
    return id_


def with_delta(admin):
    id_ = crl_ca(admin)
    assert admin.post(f"/crl/{id_}/delta-config", {"enabled": True}).ok
    return id_


WRITES = {
    "POST /api/v2/certificates": lambda a: a.post(
        "/certificates", {"common_name": "audit.certwright.example", "san_dns": ["audit.certwright.example"]}
    ),
    "POST /api/v2/certificates/{}/renew": lambda a: a.post(f"/certificates/{certificate(a)}/renew", {}),
    "POST /api/v2/certificates/{}/revoke": lambda a: a.post(
        f"/certificates/{certificate(a)}/revoke", {"reason": "superseded"}
    ),
    "POST /api/v2/certificates/{}/unhold": lambda a: a.post(f"/certificates/{held_certificate(a)}/unhold"),
    "POST /api/v2/certificates/bulk/revoke/jobs": lambda a: a.post(
        "/certificates/bulk/revoke/jobs", {"ids": [certificate(a)], "reason": "superseded"}
    ),
    "POST /api/v2/certificates/bulk/revoke/jobs/{}/cancel": None,  # unit tests: a job is quick
    "POST /api/v2/crl/{}/config": lambda a: a.post(f"/crl/{crl_ca(a)}/config", {"crl_validity_days": 8}),
    "PATCH /api/v2/crl/{}/config": lambda a: a.patch(f"/crl/{crl_ca(a)}/config", {"crl_validity_days": 9}),
    "POST /api/v2/crl/{}/delta-config": lambda a: a.post(f"/crl/{crl_ca(a)}/delta-config", {"enabled": True}),
    "POST /api/v2/crl/{}/delta/regenerate": lambda a: a.post(f"/crl/{with_delta(a)}/delta/regenerate"),
    "POST /api/v2/crl/{}/auto-regen": lambda a: a.post(f"/crl/{crl_ca(a)}/auto-regen", {"enabled": True}),
    "POST /api/v2/certificates/{}/export": lambda a: a.post(
        f"/certificates/{certificate(a)}/export", {"format": "pkcs12", "password": "export phrase 1"}
    ),
    "DELETE /api/v2/certificates/{}": None,  # test_deleting_what_expired_leaves_an_entry,
    "POST /api/v2/certificates/bulk/revoke": lambda a: a.post(
        "/certificates/bulk/revoke", {"ids": [certificate(a)], "reason": "superseded"}
    ),
    "POST /api/v2/certificates/bulk/renew": lambda a: a.post(
        "/certificates/bulk/renew", {"ids": [certificate(a)]}
    ),
    "POST /api/v2/certificates/bulk/tags": lambda a: a.post(
        "/certificates/bulk/tags", {"ids": [certificate(a)], "add": ["audited"]}
    ),
    "PUT /api/v2/certificates/{}/tags": lambda a: a.put(
        f"/certificates/{certificate(a)}/tags", {"tags": ["audited"]}
    ),
    "POST /api/v2/certificates/bulk/delete": None,
    "POST /api/v2/certificates/{}/key": None,  # test_import attaches one
    "POST /api/v2/certificates/bulk/export": lambda a: a.post(
        "/certificates/bulk/export",
        {"ids": [certificate(a)], "format": "pkcs12", "password": "export phrase 1"},
    ),
    "POST /api/v2/certificates/export": None,  # a read
    "POST /api/v2/certificates/import": lambda a: a.post("/certificates/import", {"certificate": foreign()}),
    "POST /api/v2/cas/import": lambda a: a.post("/cas/import", {"certificate": foreign()}),
    "POST /api/v2/import/analyze": None,  # a read
    "POST /api/v2/import/execute": lambda a: a.post("/import/execute", {"content": foreign()}),
    "POST /api/v2/csrs": lambda a: a.post("/csrs", {"cn": fresh_name()}),
    "POST /api/v2/csrs/upload": lambda a: a.post("/csrs/upload", {"pem": pki.csr(fresh_name())}),
    "POST /api/v2/csrs/import": lambda a: a.post("/csrs/import", {"pem_content": pki.csr(fresh_name())}),
    "POST /api/v2/csrs/{}/sign": lambda a: a.post(f"/csrs/{new_csr(a)}/sign", {}),
    "POST /api/v2/csrs/{}/key": lambda a: attach_key(a),
    "POST /api/v2/csrs/bulk/sign": lambda a: a.post("/csrs/bulk/sign", {"ids": [new_csr(a)]}),
    "POST /api/v2/csrs/bulk/delete": lambda a: a.post("/csrs/bulk/delete", {"ids": [new_csr(a)]}),
    "DELETE /api/v2/csrs/{}": lambda a: a.delete(f"/csrs/{new_csr(a)}"),
    "POST /api/v2/templates": lambda a: new_template(a),
    "PUT /api/v2/templates/{}": lambda a: a.put(
        f"/templates/{new_template(a).data['id']}", {"validity_days": 10}
    ),
    "POST /api/v2/templates/{}/duplicate": lambda a: a.post(
        f"/templates/{new_template(a).data['id']}/duplicate", {}
    ),
    "DELETE /api/v2/templates/{}": lambda a: a.delete(f"/templates/{new_template(a).data['id']}"),
    "POST /api/v2/templates/bulk/delete": lambda a: a.post(
        "/templates/bulk/delete", {"ids": [new_template(a).data["id"]]}
    ),
    "POST /api/v2/templates/import": lambda a: a.post(
        "/templates/import",
        {"json_content": json.dumps({"name": fresh_name(), "extended_key_usage": ["clientAuth"]})},
    ),
    "POST /api/v2/templates/preview": None,  # a read
    "POST /api/v2/lints/check": None,  # a read
    "POST /api/v2/cas": lambda a: a.post(
        "/cas",
        {
            "common_name": "Audited " + fresh_name(),
            "ca_type": "root",
            "key_algorithm": "ECDSA",
            "key_size": "P-256",
            "validity_years": 5,
        },
    ),
    "POST /api/v2/cas/simulate": None,  # a read
    "POST /api/v2/cas/export": None,  # a read
    "POST /api/v2/cas/bulk/export": None,  # a read
    "POST /api/v2/cas/{}/export": lambda a: a.post(f"/cas/{new_ca(a)}/export", {"format": "key"}),
    "POST /api/v2/cas/bulk/delete": lambda a: a.post("/cas/bulk/delete", {"ids": [new_ca(a)]}),
    "POST /api/v2/cas/{}/renew": lambda a: a.post(f"/cas/{new_ca(a)}/renew", {}),
    "POST /api/v2/cas/{}/cross-sign": lambda a: a.post(
        f"/cas/{new_ca(a)}/cross-sign", {"issuer_id": new_ca(a)}
    ),
    "POST /api/v2/certificates/bulk/unhold": lambda a: a.post(
        "/certificates/bulk/unhold", {"ids": [held_certificate(a)]}
    ),
    "POST /api/v2/certificates/queries": lambda a: a.post(
        "/certificates/queries", {"name": new_name(), "query": {}}
    ),
    "PATCH /api/v2/certificates/queries/{}": lambda a: a.patch(
        f"/certificates/queries/{new_query(a)}", {"name": new_name()}
    ),
    "DELETE /api/v2/certificates/queries/{}": lambda a: a.delete(f"/certificates/queries/{new_query(a)}"),
    "POST /api/v2/cas/{}/revoke": lambda a: a.post(f"/cas/{revocable_ca(a)}/revoke", {}),
    "POST /api/v2/cas/{}/unhold": lambda a: a.post(f"/cas/{held_ca(a)}/unhold"),
    "POST /api/v2/cas/{}/further-certificates/{}/revoke": None,  # test_authority_revocation does these
    "POST /api/v2/cas/{}/further-certificates/{}/unhold": None,
    "POST /api/v2/cas/requests": lambda a: a.post("/cas/requests", {"common_name": "Below " + fresh_name()}),
    "POST /api/v2/cas/{}/request": lambda a: a.post(f"/cas/{new_ca(a)}/request"),
    "POST /api/v2/cas/{}/crl": None,  # test_authority_lifecycle has a root that signs
    "POST /api/v2/cas/requests/{}/complete": None,  # test_authority_lifecycle has a root that signs
    "DELETE /api/v2/cas/requests/{}": lambda a: a.delete(f"/cas/requests/{new_ca_request(a)}"),
    "POST /api/v2/user-certificates/{}/export": None,  # test_user_certificates does these
    "POST /api/v2/user-certificates/{}/revoke": None,
    "DELETE /api/v2/user-certificates/{}": None,
    "PUT /api/v2/cas/{}": lambda a: a.put(f"/cas/{new_ca(a)}", {"name": "Renamed"}),
    "PATCH /api/v2/cas/{}": lambda a: a.patch(f"/cas/{new_ca(a)}", {"name": "Renamed"}),
    "DELETE /api/v2/cas/{}": lambda a: a.delete(f"/cas/{new_ca(a)}"),
    "POST /api/v2/crl/{}/regenerate": lambda a: a.post(f"/crl/{crl_ca(a)}/regenerate", {}),
    "POST /api/v2/users": lambda a: a.post(
        "/users", {"username": fresh_name().split(".")[0], "password": PASSWORD, "role": "viewer"}
    ),
    "PUT /api/v2/users/{}": lambda a: a.put(
        f"/users/{new_user(a)}", {"full_name": "Somebody Else", "role": "viewer"}
    ),
    "DELETE /api/v2/users/{}": lambda a: a.delete(f"/users/{new_user(a)}"),
    "POST /api/v2/users/bulk/delete": lambda a: a.post("/users/bulk/delete", {"ids": [new_user(a)]}),
    "PUT /api/v2/users/{}/restriction": lambda a: a.put(
        f"/users/{new_user(a)}/restriction", {"ca_ids": [new_ca(a)]}
    ),
    "DELETE /api/v2/users/{}/restriction": lambda a: a.delete(f"/users/{new_user(a)}/restriction"),
    "PUT /api/v2/groups/{}/restriction": lambda a: a.put(
        f"/groups/{new_group(a)}/restriction", {"ca_ids": [new_ca(a)]}
    ),
    "DELETE /api/v2/groups/{}/restriction": lambda a: a.delete(f"/groups/{new_group(a)}/restriction"),
    "POST /api/v2/users/{}/reset-password": lambda a: a.post(
        f"/users/{new_user(a)}/reset-password", {"new_password": PASSWORD}
    ),
    "PATCH /api/v2/users/{}/toggle": lambda a: a.patch(f"/users/{new_user(a)}/toggle", {}),
    "PATCH /api/v2/account/profile": lambda a: a.patch("/account/profile", {"full_name": "The Tester"}),
    "POST /api/v2/account/password": lambda a: a.post(
        "/account/password", {"current_password": PASSWORD, "new_password": "audited phrase 77"}
    ),
    "POST /api/v2/account/apikeys": lambda a: a.post(
        "/account/apikeys", {"name": "k", "permissions": ["read:certificates"]}
    ),
    "PATCH /api/v2/account/apikeys/{}": lambda a: a.patch(
        f"/account/apikeys/{new_key(a)}", {"name": "other"}
    ),
    "POST /api/v2/account/apikeys/{}/regenerate": lambda a: a.post(
        f"/account/apikeys/{new_key(a)}/regenerate", {}
    ),
    "DELETE /api/v2/account/apikeys/{}": lambda a: a.delete(f"/account/apikeys/{new_key(a)}"),
    "DELETE /api/v2/account/sessions/{}": None,  # below, with a second session
    "POST /api/v2/account/sessions/revoke-all": None,
    "POST /api/v2/users/{}/toggle-active": lambda a: a.post(f"/users/{new_user(a)}/toggle-active", {}),
    "POST /api/v2/users/import": lambda a: a.post(
        "/users/import", {"users": [{"username": fresh_name().split(".")[0], "password": PASSWORD}]}
    ),
    "DELETE /api/v2/users/{}/2fa": lambda a: a.delete(f"/users/{new_user(a)}/2fa"),
    "POST /api/v2/rbac/roles": lambda a: a.post("/rbac/roles", {"name": new_name(), "permissions": []}),
    "PUT /api/v2/rbac/roles/{}": lambda a: a.put(f"/rbac/roles/{new_role(a)}", {"description": "x"}),
    "DELETE /api/v2/rbac/roles/{}": lambda a: a.delete(f"/rbac/roles/{new_role(a)}"),
    "POST /api/v2/groups": lambda a: a.post("/groups", {"name": new_name()}),
    "PUT /api/v2/groups/{}": lambda a: a.put(f"/groups/{new_group(a)}", {"description": "x"}),
    "DELETE /api/v2/groups/{}": lambda a: a.delete(f"/groups/{new_group(a)}"),
    "POST /api/v2/groups/{}/members": lambda a: a.post(
        f"/groups/{new_group(a)}/members", {"user_id": new_user(a)}
    ),
    "DELETE /api/v2/groups/{}/members/{}": lambda a: a.delete("/groups/{}/members/{}".format(*member(a))),
    "POST /api/v2/account/2fa/enable": lambda a: a.post("/account/2fa/enable"),
    "POST /api/v2/account/2fa/confirm": None,  # test_identity does these, with a device
    "POST /api/v2/account/2fa/disable": None,
    "POST /api/v2/account/2fa/recovery-codes/regenerate": None,
    "POST /api/v2/auth/login/2fa": None,
    "PUT /api/v2/system/audit/retention": lambda a: a.put("/system/audit/retention", {"retention_days": 900}),
    "POST /api/v2/audit/cleanup": lambda a: a.post("/audit/cleanup", {"retention_days": 900}),
    "POST /api/v2/system/audit/cleanup": lambda a: a.post("/system/audit/cleanup", {"retention_days": 900}),
    "POST /api/v2/acme/orders/{}/approve": None,  # test_acme_limits does these
    "POST /api/v2/acme/orders/{}/refuse": None,
    "POST /api/v2/acme/retention/run": None,
    "POST /api/v2/acme/quotas/reset": None,
    "POST /api/v2/acme/domains/test": None,  # a read; test_acme_dns does it
    "POST /api/v2/acme/services": lambda a: a.post(
        "/acme/services", {"name": "s" + fresh_name().split(".")[0]}
    ),
    "PATCH /api/v2/acme/services/{}": lambda a: a.patch(
        f"/acme/services/{new_service(a)}", {"description": "Audited"}
    ),
    "DELETE /api/v2/acme/services/{}": lambda a: a.delete(f"/acme/services/{new_service(a)}"),
    "POST /api/v2/acme/domains": lambda a: a.post("/acme/domains", {"domain": fresh_name()}),
    "PUT /api/v2/acme/domains/{}": lambda a: a.put(f"/acme/domains/{new_domain(a)}", {"rule": "deny"}),
    "DELETE /api/v2/acme/domains/{}": lambda a: a.delete(f"/acme/domains/{new_domain(a)}"),
    "POST /api/v2/acme/eab-credentials": lambda a: a.post("/acme/eab-credentials", {}),
    "PATCH /api/v2/acme/eab-credentials/{}": lambda a: a.patch(
        f"/acme/eab-credentials/{new_credential(a)}", {"enabled": False}
    ),
    "POST /api/v2/acme/eab-credentials/{}/revoke": lambda a: a.post(
        f"/acme/eab-credentials/{new_credential(a)}/revoke"
    ),
    "DELETE /api/v2/acme/eab-credentials/{}": lambda a: a.delete(
        f"/acme/eab-credentials/{new_credential(a)}"
    ),
    "PATCH /api/v2/acme/settings": lambda a: a.patch("/acme/settings", {"validity_days": 60}),
    "PATCH /api/v2/settings/general": lambda a: a.patch("/settings/general", {"site_name": "Audited"}),
    "POST /api/v2/auth/login/webauthn/start": None,  # test_webauthn does these, with a passkey
    "POST /api/v2/auth/login/webauthn/verify": None,
    "POST /api/v2/account/webauthn/register/options": None,  # a challenge, which changes nothing
    "POST /api/v2/account/webauthn/register/verify": None,
    "POST /api/v2/account/webauthn/credentials/{}/toggle": None,
    "DELETE /api/v2/account/webauthn/credentials/{}": None,
    "POST /api/v2/webauthn/register/options": None,
    "POST /api/v2/webauthn/register/verify": None,
    "POST /api/v2/webauthn/credentials/{}/toggle": None,
    "DELETE /api/v2/webauthn/credentials/{}": None,
    "POST /api/v2/auth/login/mtls": None,  # test_mtls shows certificates
    "POST /api/v2/account/mtls/certificates/create": lambda a: new_sign_in_certificate(a),
    "POST /api/v2/account/mtls/certificates/enroll": None,
    "POST /api/v2/account/mtls/certificates/{}/enable": lambda a: a.post(
        f"/account/mtls/certificates/{new_sign_in_certificate(a).data['id']}/enable", {"enabled": False}
    ),
    "POST /api/v2/account/mtls/certificates/{}/revoke": lambda a: a.post(
        f"/account/mtls/certificates/{new_sign_in_certificate(a).data['id']}/revoke", {"reason": "superseded"}
    ),
    "DELETE /api/v2/account/mtls/certificates/{}": lambda a: a.delete(
        f"/account/mtls/certificates/{new_sign_in_certificate(a).data['id']}"
    ),
    "PUT /api/v2/account/mtls/settings": lambda a: a.put("/account/mtls/settings", {"enabled": False}),
    "POST /api/v2/auth/forgot-password": None,  # test_mail has a mail server
    "POST /api/v2/auth/reset-password": None,
    "PATCH /api/v2/settings/email": lambda a: a.patch("/settings/email", {"from_name": "Audited"}),
    "POST /api/v2/settings/email/test": None,
    "POST /api/v2/settings/email/queue/{}/retry": None,
    "DELETE /api/v2/settings/email/queue/{}": None,
    "POST /api/v2/webhooks": lambda a: new_webhook(a),
    "POST /api/v2/settings/webhooks": lambda a: a.post(
        "/settings/webhooks", {"name": "w", "url": "https://hooks.example.com/"}
    ),
    "PUT /api/v2/webhooks/{}": lambda a: a.put(f"/webhooks/{webhook(a)}", {"name": "x"}),
    "DELETE /api/v2/webhooks/{}": lambda a: a.delete(f"/webhooks/{webhook(a)}"),
    "DELETE /api/v2/settings/webhooks/{}": lambda a: a.delete(f"/settings/webhooks/{webhook(a)}"),
    "POST /api/v2/webhooks/{}/toggle": lambda a: a.post(f"/webhooks/{webhook(a)}/toggle"),
    "POST /api/v2/webhooks/{}/test": None,  # test_webhooks has a receiver
    "POST /api/v2/settings/webhooks/{}/test": None,
    "POST /api/v2/webhooks/{}/regenerate-secret": lambda a: a.post(
        f"/webhooks/{webhook(a)}/regenerate-secret"
    ),
    "POST /api/v2/webhooks/{}/deliveries/{}/retry": None,
    "PUT /api/v2/system/alerts/expiry": lambda a: a.put("/system/alerts/expiry", {"alert_days": [7]}),
    "POST /api/v2/system/alerts/expiry/check": lambda a: a.post("/system/alerts/expiry/check"),
    "PUT /api/v2/settings/ct": lambda a: a.put("/settings/ct", {"timeout_seconds": 5}),
    "PUT /api/v2/system/audit/syslog": lambda a: a.put("/system/audit/syslog", {"port": 514}),
    "POST /api/v2/system/audit/syslog/test": None,  # test_syslog has a syslog server
    "PUT /api/v2/system/security/rate-limit": lambda a: a.put(
        "/system/security/rate-limit", {"enabled": True}
    ),
    "POST /api/v2/system/security/rate-limit/reset": lambda a: a.post(
        "/system/security/rate-limit/reset", {}
    ),
    "POST /api/v2/auth/login/password": None,
    "POST /api/v2/auth/login": None,
    "POST /api/v2/auth/logout": None,
    "POST /api/v2/auth/methods": None,  # a read
    "POST /api/v2/setup": None,  # test_sign_in does these
    "POST /api/v2/setup/preview": None,
}


@pytest.fixture(scope="module")
def auditor(make_server):
    """A server of its own, where nothing else writes, with a user of every right."""
    server = make_server().start()
    admin = server.admin()
    created = admin.post("/users", {"username": "writer", "password": PASSWORD, "role": "admin"})
    assert created.status == 201, created
    return server, admin


def entries(admin, **filters):
    return admin.get("/audit/logs", per_page=50, **filters).data


def test_no_write_is_left_out(document):
    from support.openapi import routes

    described = {
        route.method
        + " "
        + "/".join("{}" if part.startswith("{") else part for part in route.path.split("/"))
        for route in routes(document)
        if route.is_v2 and route.writes
    }
    assert described == set(WRITES)


@pytest.mark.parametrize("name", [name for name, how in WRITES.items() if how])
def test_a_write_leaves_an_entry(auditor, name):
    server, admin = auditor
    writer = server.client().sign_in("writer", PASSWORD)
    # What the write needs first is written by the administrator, so that the writer's entry is its own.
    before = max((entry["id"] for entry in entries(admin)), default=0)
    answer = WRITES[name](writer)
    assert answer.ok, answer
    if name.endswith("/account/password"):
        back = writer.post(
            "/account/password", {"current_password": "audited phrase 77", "new_password": PASSWORD}
        )
        assert back.ok, back
    # What a job does later for the writer names the job, and is no part of this answer.
    found = [
        entry
        for entry in entries(admin, username="writer")
        if entry["id"] > before and not entry["user_agent"].startswith("revocation job ")
    ]
    assert found, f"{name} left no entry"
    for entry in found:
        assert entry["username"] == "writer" and entry["success"] is True
        assert entry["ip_address"] in ("127.0.0.1", "::1") and entry["request_id"]
        assert "python-requests" in entry["user_agent"]
        assert "." in entry["action"], entry
    assert PASSWORD not in str(found) and "export phrase 1" not in str(found)


def test_deleting_what_expired_leaves_an_entry(auditor):
    server, admin = auditor
    one, two = expired(server, admin), expired(server, admin)
    assert admin.delete(f"/certificates/{one}").ok
    answer = admin.post("/certificates/bulk/delete", {"ids": [two]})
    assert answer.data["success"] == [two], answer
    for id_ in (one, two):
        assert admin.get(f"/certificates/{id_}").status == 404
    found = entries(admin, action="certificate.delete", success="true")
    assert {each["resource_id"] for each in found} == {str(one), str(two)}


def test_signing_in_and_out_leaves_entries(auditor):
    server, admin = auditor
    client = server.client().sign_in("writer", PASSWORD)
    other = server.client().sign_in("writer", PASSWORD)
    assert client.post("/account/sessions/revoke-all").ok
    assert other.get("/account/profile").status == 401
    assert client.post("/auth/logout").ok
    server.client().post("/auth/login/password", {"username": "writer", "password": "not this one 1"})
    found = entries(admin, username="writer")[:5]
    actions = [(entry["action"], entry["success"]) for entry in found]
    assert any(
        "log" in action and not success or "sign_in" in action and not success for action, success in actions
    ), actions
    assert sum(success for _, success in actions) >= 3, actions


def test_a_refused_attempt_leaves_an_entry(auditor):
    server, admin = auditor
    admin.post("/users", {"username": "looker", "password": PASSWORD, "role": "viewer"})
    looker = server.client().sign_in("looker", PASSWORD)
    id_ = certificate(admin)
    assert looker.post(f"/certificates/{id_}/revoke", {"reason": "superseded"}).status == 403
    entry = entries(admin, username="looker", success="false")[0]
    assert entry["action"] == "certificate.revoke" and entry["success"] is False, entry


def test_a_failed_write_leaves_no_success(auditor):
    server, admin = auditor
    id_ = certificate(admin)
    before = admin.get("/audit/logs").meta["total"]
    assert admin.post(f"/certificates/{id_}/revoke", {"reason": "nonsense"}).status == 400
    assert admin.post("/certificates/999999999/revoke", {"reason": "superseded"}).status == 404
    fresh = entries(admin)[: admin.get("/audit/logs").meta["total"] - before]
    assert not [entry for entry in fresh if entry["success"] and entry["action"] == "certificate.revoke"]


def test_the_log_can_be_filtered(auditor):
    server, admin = auditor
    id_ = certificate(admin)
    for filters in (
        {"action": "certificate.issue"},
        {"resource_type": "certificate"},
        {"search": admin.get(f"/certificates/{id_}").data["common_name"]},
    ):
        found = entries(admin, **filters)
        assert found, filters
    found = entries(admin, action="certificate.issue", resource_type="certificate")
    assert str(found[0]["resource_id"]) == str(id_)
    assert admin.get(f"/audit/logs/{found[0]['id']}").data["action"] == "certificate.issue"
    assert entries(admin, date_from="2999-01-01T00:00:00Z") == []
    assert "certificate.issue" in admin.get("/audit/actions").data["actions"]
    assert entries(admin, username="nobody-at-all") == []


def test_no_secret_stands_in_the_log(auditor):
    server, admin = auditor
    key = admin.post("/account/apikeys", {"name": "secret", "permissions": ["read:certificates"]}).data["key"]
    text = admin.get("/audit/logs", per_page=100).text
    assert key not in text and PASSWORD not in text and "PRIVATE KEY" not in text

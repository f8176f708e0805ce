"""Mistakes that other products made: each one a test, named after the mistake.

Those that need more than one request of ACME are in tests/acme, those of the network's edge in test_http.
"""

import concurrent.futures
import re

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from conftest import PASSWORD
from support import pki
from support.acme import Account, fresh_name, problem
from support.jose import Key, b64
from support.rest import Client


def issue_by_csr(admin, csr, **more):
    return admin.post("/certificates", {"common_name": "x.certwright.example", "csr": csr, **more})


# 1. Resource ownership


def test_order_of_another_account_is_readable(server, challenges):
    mine, theirs = (Account(server.directory, str(server.root_file)) for _ in range(2))
    mine.register()
    theirs.register()
    order = mine.new_order(fresh_name())
    for url in [order.url, *order.body["authorizations"]]:
        answer = theirs.post(url)
        assert answer.status_code in (401, 403, 404), answer.text


def test_the_end_of_an_address_matches_another_object(account):
    """A look-up by `LIKE '%/99'` also finds `/999`."""
    order = account.new_order(fresh_name())
    for url in (
        order.url + "9",
        order.url[:-1],
        order.url.rsplit("/", 1)[0] + "/%25",
        order.url.rsplit("/", 1)[0] + "/",
    ):
        answer = account.post(url)
        assert answer.status_code in (400, 404, 405), (url, answer.text)


# 2. Bare keys and dead accounts


def test_an_order_is_accepted_with_a_bare_key(account):
    kid, account.kid = account.kid, None
    answer = account.post(
        account.directory["newOrder"], {"identifiers": [{"type": "dns", "value": fresh_name()}]}
    )
    assert answer.status_code in (400, 401, 403), answer.text
    account.kid = kid


def test_a_deactivated_account_still_orders(account):
    account.must(account.kid, {"status": "deactivated"})
    answer = account.post(
        account.directory["newOrder"], {"identifiers": [{"type": "dns", "value": fresh_name()}]}
    )
    problem(answer, "unauthorized", 401, 403)


def test_the_thumbprint_is_over_optional_members(server, challenges, account):
    """RFC 7638: required members only. An account is the same with and without `use` and `kid` in its key."""
    again = Account(server.directory, str(server.root_file), key=account.key)
    jwk = {**account.key.jwk, "use": "sig", "kid": "my key"}
    answer = again.post(again.directory["newAccount"], {"onlyReturnExisting": True}, jwk=jwk)
    assert answer.status_code == 200 and answer.headers["Location"] == account.kid, answer.text


# 3. The whole CSR counts


@pytest.mark.parametrize(
    "extra",
    [
        x509.RFC822Name("boss@certwright.example"),
        x509.UniformResourceIdentifier("https://certwright.example/"),
        x509.DNSName("other.certwright.example"),
        x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), b"\x0c\x05admin"),
    ],
    ids=["email", "uri", "dns", "upn"],
)
def test_finalize_overlooks_names_in_the_csr(account, challenges, extra):
    name = fresh_name()
    order = account.new_order(name)
    order.authorize(challenges)
    answer = account.post(order.body["finalize"], {"csr": b64(pki.csr(names=[name, extra], pem=False))})
    problem(answer, "badCSR", 400, 403)


@pytest.mark.parametrize(
    "subject",
    [
        [(NameOID.COMMON_NAME, "other.certwright.example")],
        [(NameOID.COMMON_NAME, "{name}"), (NameOID.COMMON_NAME, "other.certwright.example")],
        [(NameOID.COMMON_NAME, "other.certwright.example"), (NameOID.COMMON_NAME, "{name}")],
    ],
    ids=["one", "second", "first"],
)
def test_finalize_overlooks_names_in_the_subject(account, challenges, subject):
    name = fresh_name()
    order = account.new_order(name)
    order.authorize(challenges)
    attributes = [x509.NameAttribute(oid, value.format(name=name)) for oid, value in subject]
    answer = account.post(
        order.body["finalize"], {"csr": b64(pki.csr(names=[name], subject=attributes, pem=False))}
    )
    problem(answer, "badCSR", 400, 403)


# 4. Keys and usages


@pytest.mark.parametrize("kind", ["RSA 1024", "secp192r1", "secp256k1", "brainpool"])
def test_weak_keys_pass_on_one_of_the_ways(admin, kind, tmp_path):
    from support.process import run

    key, csr, name = tmp_path / "key", tmp_path / "csr", "weak.certwright.example"
    if kind == "RSA 1024":
        run("openssl", "genrsa", "-out", key, "1024")
    else:
        run(
            "openssl",
            "ecparam",
            "-genkey",
            "-name",
            {"brainpool": "brainpoolP256r1"}.get(kind, kind).replace("secp192r1", "prime192v1"),
            "-noout",
            "-out",
            key,
        )
    run(
        "openssl",
        "req",
        "-new",
        "-key",
        key,
        "-subj",
        f"/CN={name}",
        "-addext",
        f"subjectAltName=DNS:{name}",
        "-out",
        csr,
    )
    answer = issue_by_csr(admin, csr.read_text())
    assert answer.status == 400 and "csr" in answer.fields, answer


def test_a_csr_widens_the_usages_of_its_profile(admin):
    name = fresh_name()
    extensions = [
        (
            x509.ExtendedKeyUsage(
                [
                    ExtendedKeyUsageOID.CODE_SIGNING,
                    ExtendedKeyUsageOID.OCSP_SIGNING,
                    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
                ]
            ),
            False,
        ),
        (x509.KeyUsage(True, True, True, True, True, True, True, False, False), True),
    ]
    answer = issue_by_csr(admin, pki.csr(name, [name], extensions=extensions))
    if answer.status != 201:
        assert answer.status == 400
        return
    certificate = pki.load(answer.data["pem"])
    assert list(pki.extension(certificate, x509.ExtendedKeyUsage)) == [ExtendedKeyUsageOID.SERVER_AUTH]
    usage = pki.extension(certificate, x509.KeyUsage)
    assert not usage.key_cert_sign and not usage.crl_sign and not usage.data_encipherment


# 5. Authorities by the back door


def test_a_csr_that_asks_to_be_an_authority_becomes_one(admin):
    name = fresh_name()
    answer = issue_by_csr(
        admin, pki.csr(name, [name], extensions=[(x509.BasicConstraints(True, None), True)])
    )
    assert answer.status == 400 and "csr" in answer.fields, answer


def test_the_path_length_of_a_child_exceeds_its_parents(admin):
    def create(**wanted):
        return admin.post(
            "/cas",
            {"common_name": "CA " + fresh_name(), "key_algorithm": "ECDSA", "key_size": "P-256", **wanted},
        )

    root = create(ca_type="root", path_length=1, validity_years=5).data
    child = create(ca_type="intermediate", parent_id=root["id"], path_length=3, validity_years=2)
    if child.status == 201:
        constraints = pki.extension(
            pki.load(admin.get(f"/cas/{child.data['id']}").data["pem"]), x509.BasicConstraints
        )
        assert constraints.path_length == 0
    else:
        assert child.status == 400 and "path_length" in child.fields, child
    last = create(ca_type="intermediate", parent_id=root["id"], path_length=0, validity_years=2)
    assert last.status == 201, last
    below = create(ca_type="intermediate", parent_id=last.data["id"], validity_years=1)
    assert below.status in (400, 409), below


def test_an_authority_has_usages_that_break_client_chains(admin, issuing_ca):
    certificate = pki.load(admin.get(f"/cas/{issuing_ca['id']}").data["pem"])
    usages = pki.extension(certificate, x509.ExtendedKeyUsage)
    assert usages is None or {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH} <= set(usages)


def test_a_child_outlives_its_parent(admin):
    root = admin.post(
        "/cas",
        {
            "common_name": "Short " + fresh_name(),
            "ca_type": "root",
            "key_algorithm": "ECDSA",
            "key_size": "P-256",
            "validity_days": 30,
        },
    ).data
    answer = admin.post(
        "/cas",
        {
            "common_name": "Long " + fresh_name(),
            "ca_type": "intermediate",
            "parent_id": root["id"],
            "key_algorithm": "ECDSA",
            "key_size": "P-256",
            "validity_days": 3000,
        },
    )
    if answer.status == 201:
        parent, child = (
            pki.load(admin.get(f"/cas/{each['id']}").data["pem"]) for each in (root, answer.data)
        )
        assert child.not_valid_after_utc <= parent.not_valid_after_utc
    else:
        assert answer.status == 400, answer


# 6. Validators that fetch for strangers: tests/acme/test_targets.py


# 8. Keys that can do more than their owner


def test_an_api_key_has_more_rights_than_its_owner(user, server):
    operator = user("operator")
    for permissions in (["*"], ["write:users"], ["admin:system"], ["read:private_keys"], ["write:*"]):
        answer = operator.post("/account/apikeys", {"name": "k", "permissions": permissions})
        if answer.status != 201:
            assert answer.status in (400, 403), answer
            continue
        by_key = Client(server.url, verify=str(server.root_file)).with_key(answer.data["key"])
        refused = by_key.post(
            "/users",
            {
                "username": "sneaky" + b64(permissions[0].encode())[:6].lower(),
                "password": PASSWORD,
                "role": "admin",
            },
        )
        assert refused.status == 403, (permissions, refused)


def test_an_api_key_keeps_rights_after_its_owner_lost_them(admin, user, server):
    operator = user("operator")
    key = operator.post(
        "/account/apikeys", {"name": "k", "permissions": ["write:certificates", "read:certificates"]}
    ).data["key"]
    by_key = Client(server.url, verify=str(server.root_file)).with_key(key)
    name = fresh_name()
    assert by_key.post("/certificates", {"common_name": name, "san_dns": [name]}).status == 201
    assert admin.put(f"/users/{operator.user['id']}", {"role": "viewer"}).ok
    assert by_key.post("/certificates", {"common_name": name, "san_dns": [name]}).status == 403
    assert by_key.get("/certificates").status == 200


def test_a_key_makes_further_keys_or_changes_the_password(user, server):
    operator = user("operator")
    key = operator.post("/account/apikeys", {"name": "k", "permissions": ["read:certificates"]}).data["key"]
    by_key = Client(server.url, verify=str(server.root_file)).with_key(key)
    answer = by_key.post("/account/apikeys", {"name": "k2", "permissions": ["write:certificates"]})
    assert answer.status in (401, 403), answer
    answer = by_key.post(
        "/account/password", {"current_password": PASSWORD, "new_password": "another long phrase 8"}
    )
    assert answer.status in (401, 403), answer


@pytest.mark.parametrize("role", ["viewer", "auditor", "operator"])
def test_a_viewer_reads_private_keys(callers, issue, role):
    path = f"/certificates/{issue()['id']}/export"
    for body in (
        {"format": "key"},
        {"format": "pem", "include_key": True},
        {"format": "pkcs12", "password": "export phrase 1"},
    ):
        answer = callers[role].post(path, body)
        assert answer.status == 403 and "PRIVATE" not in answer.text, answer


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_a_viewer_mints_client_certificates(callers, role):
    answer = callers[role].post("/certificates", {"common_name": "admin", "cert_type": "client"})
    assert answer.status == 403


# 9. Trust in headers of proxies that are none


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "x-forwarded-for", "X-Real-IP", "Forwarded", "X-FORWARDED-FOR", "CF-Connecting-IP"],
)
def test_the_address_is_taken_from_a_header_of_anybody(admin, server, header):
    value = "for=203.0.113.9" if header == "Forwarded" else "203.0.113.9"
    answer = admin.request(
        "PATCH", "/account/profile", json={"full_name": "Somebody"}, headers={header: value}
    )
    assert answer.ok
    assert admin.get("/audit/logs", per_page=1).data[0]["ip_address"] in ("127.0.0.1", "::1")


@pytest.mark.parametrize(
    "header",
    [
        "X-SSL-Client-Verify",
        "X-SSL-Client-DN",
        "X-Client-Cert",
        "SSL_CLIENT_S_DN",
        "X-Remote-User",
        "Remote-User",
        "x-ssl-client-verify",
    ],
)
def test_somebody_signs_in_by_a_header(stranger, header):
    answer = stranger.request(
        "GET", "/certificates", headers={header: "SUCCESS" if "Verify" in header else "CN=admin"}
    )
    assert answer.status == 401


def test_the_host_header_decides_what_is_written_into_certificates(admin, server):
    name = fresh_name()
    answer = admin.request(
        "POST",
        "/certificates",
        json={"common_name": name, "san_dns": [name]},
        headers={"Host": "evil.example"},
    )
    if answer.ok:
        certificate = pki.load(answer.data["pem"])
        assert "evil.example" not in pki.crl_url(certificate) + pki.ocsp_url(certificate)


# 10. Limits that do not limit


def test_random_credentials_escape_the_limit(make_server):
    """A bucket per unproven token is no limit: made-up keys must share the bucket of their address."""
    with make_server(CERTWRIGHT_LIMITS_STANDARD="60") as limited:
        session = requests.Session()
        session.verify = False
        session.trust_env = False
        statuses = []
        for number in range(200):
            headers = {"X-API-Key": f"cw_{number:040}"}
            statuses.append(
                session.get(f"{limited.url}/api/v2/certificates", headers=headers, timeout=10).status_code
            )
        assert 429 in statuses, set(statuses)
        for number in range(200):
            headers = {"Cookie": f"session={number:043}"}
            statuses.append(
                session.get(f"{limited.url}/api/v2/certificates", headers=headers, timeout=10).status_code
            )
        assert statuses[-1] == 429


# 11. Snippets and previews


def test_names_become_parts_of_scripts_or_pages(admin, issue):
    """What is not a name never gets into a certificate, so no snippet can carry it."""
    for evil in (
        "$(reboot).certwright.example",
        "`id`.certwright.example",
        "a;reboot.certwright.example",
        "<b>.certwright.example",
        "a\n.certwright.example",
        '"quoted".certwright.example',
    ):
        answer = admin.post("/certificates", {"common_name": "x.certwright.example", "san_dns": [evil]})
        assert answer.status == 400, (evil, answer)


def test_the_name_of_a_download_breaks_out_of_its_header(admin):
    evil = 'a"; filename="evil.exe\r\nX-Evil: 1'
    answer = admin.post("/certificates", {"common_name": evil, "cert_type": "client"})
    if answer.status != 201:
        assert answer.status == 400
        return
    export = admin.get(f"/certificates/{answer.data['id']}/export", format="pem")
    assert "X-Evil" not in export.headers and "evil.exe" not in re.sub(
        r'filename="[^"]*"', "", export.headers["Content-Disposition"]
    )


# 12. Revocation that others cannot read: the CertID and the AKI are in test_revocation.py


def test_a_crl_is_downloaded_under_the_wrong_name(server, issue):
    certificate = pki.load(issue()["pem"])
    url = pki.crl_url(certificate)
    assert url.endswith(".crl")
    answer = requests.get(server.here(url), timeout=10)
    assert answer.headers["Content-Type"] == "application/pkix-crl"
    assert ".der" not in answer.headers.get("Content-Disposition", "")


def test_a_full_crl_says_that_it_is_partial(server, issue):
    """An issuing distribution point, when there, is critical and names the address of the certificates."""
    certificate = pki.load(issue()["pem"])
    crl = x509.load_der_x509_crl(requests.get(server.here(pki.crl_url(certificate)), timeout=10).content)
    try:
        point = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    except x509.ExtensionNotFound:
        return
    assert point.critical and not point.value.only_contains_user_certs and not point.value.only_some_reasons
    assert pki.crl_url(certificate) in [name.value for name in point.value.full_name]


# 13. Green that is not


def test_a_refused_change_is_saved_all_the_same(admin):
    before = admin.get("/settings/general").data
    answer = admin.patch("/settings/general", {"site_name": "Changed", "session_timeout": -5})
    assert answer.status == 400
    assert admin.get("/settings/general").data == before


# 14. Deleting what must stay


def test_a_valid_certificate_is_deleted_and_can_no_longer_be_revoked(admin, issue):
    issued = issue()
    assert admin.delete(f"/certificates/{issued['id']}").status == 409
    assert admin.post(f"/certificates/{issued['id']}/revoke", {"reason": "keyCompromise"}).ok


def test_an_authority_with_certificates_is_deleted(admin, issuing_ca, root_ca):
    for ca in (issuing_ca, root_ca):
        assert admin.delete(f"/cas/{ca['id']}").status == 409


# 15. Renewal that forgets


def test_a_renewal_resets_length_key_or_usages(admin):
    name = fresh_name()
    old = admin.post(
        "/certificates",
        {
            "common_name": name,
            "san_dns": [name, "alt-" + name],
            "validity_days": 7,
            "key_type": "RSA 3072",
            "cert_type": "client",
        },
    ).data
    new = admin.post(f"/certificates/{old['id']}/renew", {}).data
    before, after = pki.load(old["pem"]), pki.load(new["pem"])
    assert after.public_key().key_size == 3072
    assert pki.dns_names(after) == pki.dns_names(before)
    assert pki.extension(after, x509.ExtendedKeyUsage) == pki.extension(before, x509.ExtendedKeyUsage)
    assert (after.not_valid_after_utc - after.not_valid_before_utc).days in (6, 7)


# 16. Pages without bounds


@pytest.mark.parametrize("path", ["/certificates", "/audit/logs", "/acme/orders", "/acme/accounts", "/cas"])
def test_a_page_is_as_long_as_one_likes(admin, path):
    answer = admin.get(path, page=1, per_page=10**9)
    assert answer.status == 400 or len(answer.data) <= 1000


# 17. Twice is once


def test_a_double_submit_revokes_twice(server, admin, issue):
    issued = issue()
    callers = [server.admin() for _ in range(6)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        statuses = list(
            pool.map(
                lambda caller: (
                    caller.post(f"/certificates/{issued['id']}/revoke", {"reason": "superseded"}).status
                ),
                callers,
            )
        )
    assert sorted(statuses)[0] == 200 and len([status for status in statuses if status == 200]) == 1, statuses
    revocations = [
        each
        for each in admin.get(f"/certificates/{issued['id']}").data["timeline"]
        if each["action"] == "certificate.revoke"
    ]
    assert len(revocations) == 1


def test_a_form_overwrites_fields_that_it_did_not_change(admin, user):
    made = user(sign_in=False)
    assert admin.put(f"/users/{made['id']}", {"full_name": "First"}).ok
    assert admin.put(f"/users/{made['id']}", {"email": "someone@certwright.example"}).ok
    now = admin.get(f"/users/{made['id']}").data
    assert (
        now["full_name"] == "First"
        and now["email"] == "someone@certwright.example"
        and now["role"] == "operator"
    )


# 18. Secrets in clear: test_data_directory.py


# 19. Names of the DNS


def test_names_that_differ_in_case_are_two(admin):
    name = fresh_name()
    answer = admin.post("/certificates", {"common_name": name.upper(), "san_dns": [name.upper(), name]})
    assert answer.status == 201, answer
    assert len(pki.dns_names(pki.load(answer.data["pem"]))) == 1
    assert pki.dns_names(pki.load(answer.data["pem"])) == {name}


# 20. Locked out by an upgrade or a switch


def test_the_administrator_is_locked_out_after_a_restart(make_server):
    server = make_server()
    for _ in range(3):
        with server:
            assert server.admin().get("/users").status == 200


def test_keys_that_are_exported_are_another_certificates(admin, issue):
    first, second = issue(), issue()
    for each in (first, second):
        key = serialization.load_pem_private_key(
            admin.post(f"/certificates/{each['id']}/export", {"format": "key"}).content, None
        )
        assert key.public_key() == pki.load(each["pem"]).public_key()


def test_an_account_key_is_weak(server):
    weak = Account(server.directory, str(server.root_file), key=Key("RSA1024"))
    answer = weak.post(weak.directory["newAccount"], {"termsOfServiceAgreed": True})
    problem(answer, "badPublicKey", 400)

"""Templates: making, changing, moving them; and that what is issued keeps to them, whichever way it came in."""

import json

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from support import pki
from support.acme import fresh_name

BUILT_IN = {"web_server", "client_auth", "user", "code_signing", "email", "ocsp_signing", "sub_ca", "device"}


@pytest.fixture
def template(admin):
    """Makes templates; each is deleted in the end if nothing was made from it."""
    made = []

    def template(**fields):
        body = {"name": "T " + fresh_name(), "extended_key_usage": ["serverAuth"], **fields}
        answer = admin.post("/templates", body)
        assert answer.status == 201, answer
        made.append(answer.data["id"])
        return answer.data

    yield template
    for id_ in made:
        admin.delete(f"/templates/{id_}")


@pytest.fixture
def order(admin):
    """Issues by a template."""

    def order(template, **fields):
        name = fresh_name()
        return admin.post("/certificates", {"template_id": template["id"], "common_name": name, **fields})

    return order


def built_in(admin, kind):
    return next(t for t in admin.get("/templates", type=kind).data if t["is_system"])


def test_the_built_in_ones_are_there(admin):
    found = admin.get("/templates").data
    assert {t["template_type"] for t in found if t["is_system"]} == BUILT_IN
    for each in found:
        assert each["extensions_template"]["key_usage"] == each["key_usage"]
        assert {"id", "name", "usage_count", "dn_template", "digest", "version"} <= set(each)


def test_the_pages_example_is_taken(admin):
    body = {
        "name": "Web Server " + fresh_name(),
        "description": "Template for web server certificates",
        "validity_days": 365,
        "key_size": 2048,
        "key_usage": ["digitalSignature", "keyEncipherment"],
        "extended_key_usage": ["serverAuth"],
        "basic_constraints": {"ca": False},
    }
    answer = admin.post("/templates", body)
    assert answer.status == 201, answer
    made = answer.data
    assert made["key_type"] == "RSA-2048" and made["validity_days"] == 365 and made["version"] == 1
    assert made["basic_constraints"]["ca"] is False and made["extended_key_usage"] == ["serverAuth"]
    assert admin.post("/templates", {**body, "name": body["name"].upper()}).status == 409
    changed = admin.put(f"/templates/{made['id']}", {"name": "Updated " + made["name"], "validity_days": 730})
    assert changed.status == 200 and changed.data["validity_days"] == 730 and changed.data["version"] == 2
    assert changed.data["key_type"] == "RSA-2048"
    versions = admin.get(f"/templates/{made['id']}/versions").data
    assert [v["rules"]["validity_days"] for v in versions] == [730, 365]
    assert admin.delete(f"/templates/{made['id']}").status == 204
    assert admin.get(f"/templates/{made['id']}").status == 404


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"key_usage": ["digitalSignature", "keyCertSign"]}, "key_usage"),
        ({"key_usage": ["nonsense"]}, "key_usage[0]"),
        ({"extended_key_usage": []}, "extended_key_usage"),
        ({"extended_key_usage": ["2.5.29.37.0"]}, "extended_key_usage"),
        ({"key_type": "RSA 1024"}, "key_type"),
        ({"validity_days": 3651}, "max_validity_days"),
        ({"validity_days": 0}, "validity_days"),
        ({"digest": "sha1"}, "digest"),
        ({"template_type": "nonsense"}, "template_type"),
        ({"extensions_template": {"san_types": ["x400"]}}, "san_types[0]"),
        ({"extensions_template": {"allowed_extensions": ["2.5.29.17"]}}, "allowed_extensions"),
        (
            {
                "extensions_template": {
                    "custom_extensions": [{"oid": "2.5.29.19", "critical": True, "value": "30030101ff"}]
                }
            },
            "custom_extensions[0]",
        ),
        ({"dn_template": {"O": "{shell}"}}, "dn_template.organization"),
        ({"name": ""}, "name"),
    ],
)
def test_rules_that_make_no_sense_are_refused(admin, fields, wrong):
    body = {"name": "T " + fresh_name(), "extended_key_usage": ["serverAuth"], **fields}
    answer = admin.post("/templates", body)
    assert answer.status == 400 and wrong in answer.fields, answer


def test_the_built_in_ones_can_be_copied_but_not_changed(admin):
    original = built_in(admin, "web_server")
    assert admin.put(f"/templates/{original['id']}", {"validity_days": 10}).status == 403
    assert admin.delete(f"/templates/{original['id']}").status == 403
    copy = admin.post(f"/templates/{original['id']}/duplicate", {"name": "C " + fresh_name()})
    assert copy.status == 201, copy
    assert copy.data["is_system"] is False
    assert copy.data["extensions_template"] == original["extensions_template"]
    again = admin.post(f"/templates/{original['id']}/duplicate", {"name": copy.data["name"]})
    assert again.status == 409
    bulk = admin.post("/templates/bulk/delete", {"ids": [copy.data["id"], original["id"], 999999]})
    assert bulk.data["success"] == [copy.data["id"]]
    assert {each["id"] for each in bulk.data["failed"]} == {original["id"], 999999}


def test_export_and_import(admin, template):
    made = template(
        validity_days=30,
        dn_template={"O": "Example"},
        extensions_template={
            "extended_key_usage": ["serverAuth"],
            "san_types": ["dns"],
            "must_staple": "required",
        },
    )
    one = admin.get(f"/templates/{made['id']}/export")
    assert one.status == 200 and "attachment" in one.headers["Content-Disposition"]
    exported = json.loads(one.text)
    assert exported["name"] == made["name"]
    everything = json.loads(admin.get("/templates/export").text)
    assert made["id"] in [t["id"] for t in everything]

    again = admin.post("/templates/import", {"json_content": one.text})
    assert again.data == {"imported": 0, "skipped": 1, "updated": 0}
    exported["validity_days"] = 20
    updated = admin.post(
        "/templates/import", {"json_content": json.dumps([exported]), "update_existing": True}
    )
    assert updated.data == {"imported": 0, "skipped": 0, "updated": 1}
    assert admin.get(f"/templates/{made['id']}").data["validity_days"] == 20

    exported["name"] = "I " + fresh_name()
    new = admin.post("/templates/import", {"json_content": json.dumps([exported])})
    assert new.data["imported"] == 1
    found = admin.get("/templates", search=exported["name"]).data[0]
    ignored = {"id", "name", "version", "created_at", "updated_at", "usage_count"}
    assert {k: v for k, v in found.items() if k not in ignored} == {
        k: v for k, v in exported.items() if k not in ignored
    }
    assert admin.delete(f"/templates/{found['id']}").status == 204
    exported["name"] = "F " + fresh_name()
    file = {"file": ("template.json", json.dumps(exported), "application/json")}
    uploaded = admin.request("POST", "/templates/import", files=file, data={"update_existing": "true"})
    assert uploaded.data == {"imported": 1, "skipped": 0, "updated": 0}
    found = admin.get("/templates", search=exported["name"]).data[0]
    assert admin.delete(f"/templates/{found['id']}").status == 204

    # All or none.
    broken = {**exported, "extended_key_usage": [], "extensions_template": {"extended_key_usage": []}}
    both = json.dumps([{**exported, "name": "Fine " + fresh_name()}, {**broken, "name": "Broken"}])
    refused = admin.post("/templates/import", {"json_content": both})
    assert refused.status == 400 and "[1].extended_key_usage" in refused.fields, refused
    assert not admin.get("/templates", search="Fine").data
    for text in ("", "[]", "7", "{", '["a"]'):
        assert admin.post("/templates/import", {"json_content": text}).status == 400, text


def test_rights(callers, admin):
    path = f"/templates/{built_in(admin, 'user')['id']}"
    for role in ("operator", "auditor", "viewer"):
        caller = callers[role]
        assert caller.get("/templates").status == 200 and caller.get(path).status == 200
        assert caller.post("/templates", {"name": "x", "extended_key_usage": ["serverAuth"]}).status == 403
        assert caller.put(path, {"validity_days": 1}).status == 403
        assert caller.delete(path).status == 403
        assert caller.post("/templates/import", {"json_content": "[]"}).status == 403
        assert caller.post(path + "/duplicate", {}).status == 403


# ---- Issuing ----


def test_the_template_decides_what_is_issued(admin, template, order, files):
    made = template(
        key_type="EC P-384",
        validity_days=20,
        max_validity_days=40,
        dn_template={"O": "Usual"},
        pinned_subject_fields={"C": "DE"},
        extensions_template={
            "san_types": ["dns"],
            "extended_key_usage": ["serverAuth"],
            "must_staple": "required",
        },
    )
    answer = order(made, country="FR")
    assert answer.status == 201, answer
    certificate = pki.load(answer.data["pem"])
    subject = {a.oid: a.value for a in certificate.subject}
    assert subject[NameOID.COUNTRY_NAME] == "DE" and subject[NameOID.ORGANIZATION_NAME] == "Usual"
    assert pki.dns_names(certificate) == {answer.data["common_name"]}
    assert certificate.public_key().curve.name == "secp384r1"
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days == 20
    assert pki.extension(certificate, x509.TLSFeature)
    assert order(made, validity_days=41).fields.keys() == {"validity_days"}
    assert "san" in order(made, san_email=["a@example.com"]).fields
    assert "cert_type" in order(made, cert_type="client").fields
    assert admin.get(f"/templates/{made['id']}").data["usage_count"] == 1
    assert admin.delete(f"/templates/{made['id']}").status == 409
    pki.openssl_verify(files(answer.data), "-purpose", "sslserver")
    pki.certtool_verify(files(answer.data))


def test_a_csr_widens_nothing(admin, template, order):
    made = template(
        extensions_template={
            "san_types": ["dns"],
            "extended_key_usage": ["serverAuth"],
            "allowed_extended_key_usage": ["clientAuth"],
        }
    )
    name = fresh_name()
    wishes = [
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), False),
    ]
    answer = order(made, common_name=name, csr=pki.csr(name, [name], extensions=wishes))
    assert answer.status == 201, answer
    certificate = pki.load(answer.data["pem"])
    assert set(pki.extension(certificate, x509.ExtendedKeyUsage)) == {
        ExtendedKeyUsageOID.SERVER_AUTH,
        ExtendedKeyUsageOID.CLIENT_AUTH,
    }
    assert "1.2.3.4" not in [e.oid.dotted_string for e in certificate.extensions]

    ca = [(x509.BasicConstraints(ca=True, path_length=None), True)]
    assert "csr" in order(made, csr=pki.csr(name, [name], extensions=ca)).fields
    mail = x509.RFC822Name("a@example.com")
    assert "san" in order(made, csr=pki.csr(name, [name, mail])).fields
    two = [x509.NameAttribute(NameOID.COMMON_NAME, "other." + name)]
    assert "csr" in order(made, csr=pki.csr(name, [name], subject=two)).fields
    weak = pki.csr(name, [name], key=pki.private_key("RSA 1024"))
    assert "csr" in order(made, csr=weak).fields


def test_keys_of_other_kinds_are_refused(template, order):
    made = template(allowed_key_types=["RSA 3072", "EC P-384"], key_type="EC P-384")
    name = fresh_name()
    for kind, status in (("RSA 2048", 400), ("P-256", 400), ("RSA 3072", 201), ("P-384", 201)):
        answer = order(made, csr=pki.csr(name, [name], key=pki.private_key(kind)))
        assert answer.status == status, (kind, answer)
    assert order(made).status == 201


def test_the_door_makes_no_authorities(admin, order):
    answer = order(built_in(admin, "sub_ca"))
    assert answer.status == 400 and "template_id" in answer.fields, answer


def test_every_kind_of_name(issue):
    issued = issue(
        cert_type="client",
        san_email=["joe@example.com"],
        san_uri=["https://example.com/joe"],
        san_upn=["joe@corp.example.com"],
        san_rid=["1.2.840.113549"],
        san_ip=["192.0.2.9"],
    )
    names = pki.extension(pki.load(issued["pem"]), x509.SubjectAlternativeName)
    assert names.get_values_for_type(x509.RegisteredID)[0].dotted_string == "1.2.840.113549"
    other = names.get_values_for_type(x509.OtherName)[0]
    assert other.type_id.dotted_string == "1.3.6.1.4.1.311.20.2.3" and b"joe@corp.example.com" in other.value
    assert names.get_values_for_type(x509.RFC822Name) == ["joe@example.com"]


def test_purposes_and_extensions_beside(template, order):
    made = template(
        extensions_template={
            "extended_key_usage": ["serverAuth"],
            "allowed_extended_key_usage": ["1.3.6.1.5.5.7.3.17"],
            "allowed_extensions": ["1.3.6.1.4.1.99999.1"],
            "custom_extensions": [{"oid": "1.3.6.1.4.1.99999.2", "critical": False, "value": "0c0161"}],
        }
    )
    own = {"oid": "1.3.6.1.4.1.99999.1", "critical": False, "value": "0500"}
    answer = order(made, extra_ekus=["1.3.6.1.5.5.7.3.17"], custom_extensions=[own])
    assert answer.status == 201, answer
    certificate = pki.load(answer.data["pem"])
    purposes = [p.dotted_string for p in pki.extension(certificate, x509.ExtendedKeyUsage)]
    assert purposes == ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.17"]
    found = {e.oid.dotted_string: e.value for e in certificate.extensions}
    assert found["1.3.6.1.4.1.99999.1"].value == b"\x05\x00"
    assert found["1.3.6.1.4.1.99999.2"].value == b"\x0c\x01a"
    assert "extended_key_usage" in order(made, extra_ekus=["codeSigning"]).fields
    other = {**own, "oid": "1.3.6.1.4.1.99999.3"}
    assert "custom_extensions" in order(made, custom_extensions=[other]).fields
    san = {"oid": "2.5.29.17", "critical": False, "value": "3000"}
    assert "custom_extensions[0]" in order(made, custom_extensions=[san]).fields


def test_renewal_replays_the_version(admin, template, order):
    made = template(validity_days=30)
    old = order(made).data
    assert admin.put(f"/templates/{made['id']}", {"validity_days": 5, "max_validity_days": 5}).status == 200
    renewed = admin.post(f"/certificates/{old['id']}/renew", {})
    assert renewed.status == 200, renewed
    assert renewed.data["lifetime_days"] == old["lifetime_days"] == 30
    lint = admin.get(f"/certificates/{renewed.data['id']}/lint").data
    assert lint["template_id"] == made["id"] and lint["template_version"] == 1
    fresh = order(made).data
    assert fresh["lifetime_days"] == 5
    assert admin.get(f"/certificates/{fresh['id']}/lint").data["template_version"] == 2
    assert admin.put(f"/templates/{made['id']}", {"is_active": False}).status == 200
    assert order(made).status == 409


# ---- Preview ----


@pytest.mark.parametrize("kind", sorted(BUILT_IN))
def test_a_sample_of_each_kind(admin, kind):
    sample = admin.post("/templates/preview", {"template_id": built_in(admin, kind)["id"]})
    assert sample.status == 200 and sample.data["problems"] == [], sample
    certificate = pki.load(sample.data["pem"])
    constraints = pki.extension(certificate, x509.BasicConstraints)
    assert constraints.ca is (kind == "sub_ca")
    assert sample.data["extensions"] and not [f for f in sample.data["lint"] if f["severity"] == "error"]
    authority = certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert "nobody trusts" in authority


def test_a_sample_while_editing(admin):
    rules = {"extended_key_usage": ["clientAuth"], "validity_days": 7}
    sample = admin.post(
        "/templates/preview", {"rules": rules, "common_name": "Joe", "san": ["joe@example.com"]}
    )
    certificate = pki.load(sample.data["pem"])
    assert certificate.subject.rfc4514_string() == "CN=Joe"
    assert list(pki.extension(certificate, x509.ExtendedKeyUsage)) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    wrong = admin.post("/templates/preview", {"rules": {"extended_key_usage": []}})
    assert wrong.status == 200 and wrong.data["problems"][0]["field"] == "extended_key_usage"
    assert wrong.data["pem"] == ""


# ---- Idempotency ----


def send(admin, body, key, path="/certificates"):
    return admin.post(path, body, headers={"Idempotency-Key": key})


def test_a_request_that_names_itself_is_carried_out_once(admin):
    name, key = fresh_name(), fresh_name()
    body = {"common_name": name, "san_dns": [name]}
    first, second = send(admin, body, key), send(admin, body, key)
    assert first.status == second.status == 201
    assert first.text == second.text
    assert second.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    assert admin.get("/certificates", search=name).meta["total"] == 1
    other = send(admin, {"common_name": "other." + name}, key)
    assert other.status == 409, other
    id_ = first.data["id"]
    renewals = [send(admin, {}, "r" + key, f"/certificates/{id_}/renew") for _ in range(2)]
    assert renewals[0].text == renewals[1].text and renewals[0].status == 200


def test_a_refused_request_may_be_mended_and_sent_again(admin):
    name, key = fresh_name(), fresh_name()
    assert send(admin, {"common_name": name, "validity_days": 0}, key).status == 400
    assert send(admin, {"common_name": name, "validity_days": 1}, key).status == 201
    assert send(admin, {"common_name": name}, "k" * 256).status == 400
    assert send(admin, {"common_name": name}, "a b").status == 400


def test_names_of_other_callers_do_not_collide(admin, callers):
    name, key = fresh_name(), fresh_name()
    body = {"common_name": name, "san_dns": [name]}
    first, second = send(admin, body, key), send(callers["operator"], body, key)
    assert first.status == second.status == 201 and first.data["id"] != second.data["id"]


def test_the_answer_outlives_the_server(make_server):
    server = make_server().start()
    admin = server.admin()
    name = fresh_name()
    body = {"common_name": name, "san_dns": [name]}
    first = send(admin, body, "k1")
    server.kill()
    server.start()
    again = send(server.admin(), body, "k1")
    assert again.status == 201 and again.text == first.text

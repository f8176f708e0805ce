"""Certificate Transparency against logs that check chains and sign: RFC 6962, judged by others."""

import time

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from support import pki
from support.acme import Account, fresh_name
from support.ct_log import CtLog
from support.jose import b64
from support.pki import csr
from support.process import free_port, run
from support.tls import ServerFiles


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return ServerFiles(tmp_path_factory.mktemp("ct-tls"))


@pytest.fixture(scope="module")
def logs(files):
    logs = [CtLog(free_port(), files, "ec"), CtLog(free_port(), files, "rsa")]
    yield logs
    for log in logs:
        log.stop()


@pytest.fixture(autouse=True)
def honest(logs):
    for log in logs:
        log.behaves = log.lies = None
        log.submitted.clear()


@pytest.fixture(scope="module")
def site(make_server):
    return make_server(CERTWRIGHT_WEBHOOKS_ALLOW_TARGETS="127.0.0.0/8").start()


@pytest.fixture(scope="module")
def boss(site):
    return site.admin()


def configure(boss, logs, files, **more):
    answer = boss.put(
        "/settings/ct",
        {
            "enabled": True,
            "logs": [log.description for log in logs],
            "required": len(logs),
            "timeout_seconds": 3,
            "ca_certificate": files.root_pem,
            "ca_ids": [],
            "template_ids": [],
            **more,
        },
    )
    assert answer.status == 200, answer
    return answer.data


def issue(boss, **more):
    name = fresh_name()
    return boss.post("/certificates", {"common_name": name, "san_dns": [name], **more})


def promises(certificate):
    extension = certificate.extensions.get_extension_for_oid(
        ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS
    )
    assert not extension.critical
    return list(extension.value)


def read(boss, data):
    detail = boss.get(f"/certificates/{data['id']}").data
    chain = [pki.load(each["pem"]) for each in detail["chain"]]
    certificate = pki.load(detail["pem"])
    issuer = next(each for each in chain if each.subject == certificate.issuer)
    return certificate, issuer, detail["pem"]


def test_promises_are_embedded_and_hold(boss, logs, files, tmp_path):
    configure(boss, logs, files)
    answer = issue(boss)
    assert answer.status == 201, answer
    certificate, issuer, pem = read(boss, answer.data)
    certificate.verify_directly_issued_by(issuer)
    found = promises(certificate)
    assert {each.log_id for each in found} == {log.id for log in logs}
    for each in found:
        next(log for log in logs if log.id == each.log_id).check(each, certificate, issuer)
    for log in logs:
        (precertificate,) = log.submitted
        assert precertificate.serial_number == certificate.serial_number
        assert precertificate.issuer == certificate.issuer
        assert precertificate.not_valid_after_utc == certificate.not_valid_after_utc
    file = tmp_path / "certificate.pem"
    file.write_text(pem)
    text = run("openssl", "x509", "-in", file, "-noout", "-text").output
    assert "CT Precertificate SCTs" in text and text.count("Signed Certificate Timestamp:") == 2
    assert logs[0].id.hex(":").upper()[:47] in text
    renewed = boss.post(f"/certificates/{answer.data['id']}/renew", {})
    assert renewed.ok and len(promises(read(boss, renewed.data)[0])) == 2, renewed


def test_m_of_n_is_enough_and_fewer_are_not(boss, logs, files):
    def broken(handler):
        handler.send_response(503)
        handler.end_headers()

    logs[1].behaves = broken
    configure(boss, logs, files, required=1)
    answer = issue(boss)
    assert answer.status == 201, answer
    certificate, issuer, _ = read(boss, answer.data)
    (promise,) = promises(certificate)
    logs[0].check(promise, certificate, issuer)
    configure(boss, logs, files, required=2)
    before = boss.get("/certificates").json["meta"]["total"]
    answer = issue(boss)
    assert answer.status == 503, answer
    assert "1 of 2 logs promised" in answer.text and "it answered 503" in answer.text
    assert boss.get("/certificates").json["meta"]["total"] == before, "nothing was issued"


@pytest.mark.parametrize("lie", ["another time", "another log", "no promise", "rubbish"])
def test_a_promise_that_does_not_hold_counts_for_nothing(boss, logs, files, lie):
    def bent(answer):
        if lie == "another time":
            return {**answer, "timestamp": answer["timestamp"] + 1}
        if lie == "another log":
            return {**answer, "id": "A" * 43 + "="}
        return {} if lie == "no promise" else {**answer, "signature": "AAAA"}

    logs[0].lies = bent
    configure(boss, logs[:1], files)
    answer = issue(boss)
    assert answer.status == 503, answer
    assert "0 of 1 logs promised" in answer.text


def test_a_silent_log_costs_no_more_than_its_time(boss, logs, files):
    def silent(handler):
        time.sleep(6)

    logs[0].behaves = silent
    configure(boss, logs, files, required=1, timeout_seconds=2)
    began = time.monotonic()
    answer = issue(boss)
    assert answer.status == 201, answer
    assert time.monotonic() - began < 4
    assert len(promises(read(boss, answer.data)[0])) == 1


def test_only_chosen_authorities_and_templates_submit(boss, logs, files):
    issuing = next(ca for ca in boss.get("/cas").data if not ca["is_root"])
    root = next(ca for ca in boss.get("/cas").data if ca["is_root"])
    configure(boss, logs[:1], files, ca_ids=[root["id"]])
    assert issue(boss, ca_id=issuing["id"]).status == 201
    assert not logs[0].submitted
    template = boss.get("/templates").data[0]
    configure(boss, logs[:1], files, template_ids=[template["id"]])
    assert issue(boss).status == 201
    assert not logs[0].submitted
    configure(boss, logs[:1], files, ca_ids=[issuing["id"]])
    assert issue(boss, ca_id=issuing["id"]).status == 201
    assert len(logs[0].submitted) == 1


def test_acme_orders_have_them_and_fail_without(site, boss, logs, files, challenges):
    configure(boss, logs, files)
    account = Account(site.directory, str(site.root_file))
    account.register()
    order = account.issue(challenges, fresh_name())
    certificate = x509.load_pem_x509_certificates(order.chain().encode())[0]
    assert len(promises(certificate)) == 2

    def broken(handler):
        handler.send_response(500)
        handler.end_headers()

    logs[0].behaves = broken
    name = fresh_name()
    order = account.new_order(name)
    order.authorize(challenges)
    body = {"csr": b64(csr(names=[name], pem=False))}
    refused = account.post(order.body["finalize"], body)
    assert refused.status_code >= 500 and "logs promised" in refused.text, refused.text
    logs[0].behaves = None
    finished = account.post(order.body["finalize"], body)
    assert finished.status_code == 200, finished.text
    assert account.wait(order.url, ("processing",))["status"] == "valid", "the order is still there"


@pytest.mark.parametrize(
    "body, field",
    [
        ({"logs": [{"name": "a", "url": "gopher://x", "public_key": "no"}]}, "logs[0].url"),
        ({"logs": [{"name": "a", "url": "https://x.example", "public_key": "no"}]}, "logs[0].public_key"),
        ({"required": 0}, "required"),
        ({"required": 9}, "required"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"ca_ids": [999999]}, "ca_ids"),
        ({"template_ids": [999999]}, "template_ids"),
        ({"enabled": True, "logs": []}, "logs"),
    ],
)
def test_settings_that_make_no_sense_are_refused(boss, body, field):
    answer = boss.put("/settings/ct", body)
    assert answer.status == 400 and field in answer.fields, answer

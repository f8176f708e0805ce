"""Delta CRLs, hold and release, shards, settings and their schedule, as clients and their tools see them."""

import datetime
import shutil
import time
import uuid

import pytest
import requests
from cryptography import x509
from cryptography.x509 import ocsp

from support import pki
from support.process import run, wait_for


@pytest.fixture
def own_ca(admin, root_ca):
    """An authority of the test's own, so that its settings are nobody else's."""

    def own_ca(**config):
        created = admin.post(
            "/cas",
            {
                "common_name": "Lists " + uuid.uuid4().hex[:8],
                "type": "intermediate",
                "parent_id": root_ca["id"],
                "key_algorithm": "EC P-256",
            },
        )
        assert created.status == 201, created
        if config:
            answer = admin.post(f"/crl/{created.data['id']}/config", config)
            assert answer.ok, answer
        return created.data

    return own_ca


def hold(admin, issued):
    answer = admin.post(f"/certificates/{issued['id']}/revoke", {"reason": "certificateHold"})
    assert answer.ok, answer
    return answer


def release(admin, issued):
    return admin.post(f"/certificates/{issued['id']}/unhold")


def revoke(admin, issued, **more):
    answer = admin.post(f"/certificates/{issued['id']}/revoke", {"reason": "keyCompromise", **more})
    assert answer.ok, answer


def fetch(server, path):
    answer = requests.get(server.http_url + path, timeout=10)
    assert answer.status_code == 200, (path, answer.text)
    assert answer.headers["Content-Type"] == "application/pkix-crl"
    return answer


def load(answer):
    return x509.load_der_x509_crl(answer.content)


def number(crl):
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def entry(crl, leaf):
    return crl.get_revoked_certificate_by_serial_number(leaf.serial_number)


def reason(found):
    return found.extensions.get_extension_for_class(x509.CRLReason).value.reason


def to_pem(crls):
    from cryptography.hazmat.primitives.serialization import Encoding

    return "".join(crl.public_bytes(Encoding.PEM).decode() for crl in crls)


def judge(paths, tmp_path, crls, *options):
    """What `openssl verify` says of the leaf, with these lists at hand."""
    lists = tmp_path / (uuid.uuid4().hex + ".pem")
    lists.write_text(to_pem(crls))
    return pki.openssl_verify(paths, "-crl_check", "-CRLfile", lists, *options, check=False)


def test_a_hold_is_told_and_lifted_again(server, admin, issue, files):
    issued = issue()
    paths = files(issued)
    leaf = pki.load(paths.leaf.read_text())
    url = server.here(pki.ocsp_url(leaf))
    path = "/crl/" + pki.crl_url(leaf).rsplit("/", 1)[1]

    held = hold(admin, issued)
    assert held.data["status"] == "revoked" and held.data["revoke_reason"] == "certificateHold", held
    assert reason(entry(load(fetch(server, path)), leaf)) == x509.ReasonFlags.certificate_hold
    told = pki.openssl_ocsp(paths, url).output
    assert ": revoked" in told and "certificateHold" in told, told
    assert not admin.post(f"/certificates/{issued['id']}/revoke", {"reason": "certificateHold"}).ok

    released = release(admin, issued)
    assert released.ok and released.data["status"] in ("valid", "expiring"), released
    assert entry(load(fetch(server, path)), leaf) is None
    assert ": good" in pki.openssl_ocsp(paths, url).output
    assert not release(admin, issued).ok


def test_what_was_revoked_for_good_is_not_released(admin, issue):
    issued = issue()
    assert not release(admin, issued).ok
    hold(admin, issued)
    revoke(admin, issued)
    answer = release(admin, issued)
    assert answer.status in (400, 409) and "for good" in answer.json["message"], answer
    assert admin.post("/certificates/999999999/unhold").status == 404


def test_a_revocation_says_since_when_the_key_is_not_to_be_trusted(server, admin, issue, files):
    issued = issue()
    leaf = pki.load(files(issued).leaf.read_text())
    revoke(admin, issued, invalidity_date="2026-01-02T03:04:05Z")
    found = entry(load(fetch(server, "/crl/" + pki.crl_url(leaf).rsplit("/", 1)[1])), leaf)
    date = found.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    assert date == datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    future = admin.post(
        f"/certificates/{issue()['id']}/revoke", {"reason": "keyCompromise", "invalidity_at": "2099-01-01"}
    )
    assert future.status == 400 and "invalidity_date" in future.fields, future


def test_deltas_complete_a_list_as_openssl_reads_them(server, admin, issue, files, own_ca, tmp_path):
    ca = own_ca(delta_crl_enabled=True)
    one, other = issue(ca_id=ca["id"]), issue(ca_id=ca["id"])
    paths, other_paths = files(one), files(other)
    leaf, other_leaf = (pki.load(each.leaf.read_text()) for each in (paths, other_paths))
    delta_url = pki.extension(leaf, x509.FreshestCRL)[0].full_name[0].value
    delta_path = "/" + delta_url.split("/", 3)[3]
    full = load(fetch(server, f"/cdp/{ca['refid']}.crl"))
    assert full.extensions.get_extension_for_class(x509.FreshestCRL).value[0].full_name[0].value == delta_url

    revoke(admin, one)
    hold(admin, other)
    delta = load(fetch(server, delta_path))
    indicator = delta.extensions.get_extension_for_class(x509.DeltaCRLIndicator)
    assert indicator.critical and indicator.value.crl_number <= number(full) < number(delta)
    assert reason(entry(delta, leaf)) == x509.ReasonFlags.key_compromise
    issuer = pki.load(paths.issuer.read_text())
    assert delta.is_signature_valid(issuer.public_key())
    # Both are of the same scope and name the key that signed them.
    for each in (full, delta):
        aki = each.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
        assert aki == pki.extension(issuer, x509.SubjectKeyIdentifier).digest
        assert not [found for found in each.extensions if found.oid == x509.IssuingDistributionPoint.oid]
    with_deltas = ("-extended_crl", "-use_deltas")
    assert judge(paths, tmp_path, [full]).returncode == 0
    assert "revoked" in judge(paths, tmp_path, [full, delta], *with_deltas).output
    assert "revoked" in judge(other_paths, tmp_path, [full, delta], *with_deltas).output

    # Whoever has a list with the hold must hear that it was lifted.
    with_hold = load(fetch(server, f"/cdp/{ca['refid']}.crl"))
    assert release(admin, other).ok
    lifted = load(fetch(server, f"/cdp/{ca['refid']}-delta.crl"))
    assert reason(entry(lifted, other_leaf)) == x509.ReasonFlags.remove_from_crl
    assert "revoked" in judge(other_paths, tmp_path, [with_hold]).output
    assert judge(other_paths, tmp_path, [with_hold, lifted], *with_deltas).returncode == 0
    assert entry(load(fetch(server, f"/cdp/{ca['refid']}.crl")), other_leaf) is None


def test_gnutls_and_nss_read_the_delta(server, admin, issue, own_ca, tmp_path):
    ca = own_ca(delta_crl_enabled=True)
    fetch(server, f"/cdp/{ca['refid']}.crl")  # what the delta begins from
    revoke(admin, issue(ca_id=ca["id"]))
    der = tmp_path / "delta.crl"
    der.write_bytes(fetch(server, f"/cdp/{ca['refid']}-delta.crl").content)
    told = run("certtool", "--crl-info", "--inder", "--infile", der).output
    assert "Revoked certificates (1)" in told, told
    if shutil.which("crlutil") is None:
        return  # only GnuTLS is here to judge
    folder = tmp_path / "nss"
    folder.mkdir()
    run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    pem = tmp_path / "ca.pem"
    pem.write_text(requests.get(f"{server.http_url}/ca/{ca['refid']}.pem", timeout=10).text)
    run("certutil", "-A", "-d", f"sql:{folder}", "-n", "ca", "-t", "CT,C,C", "-a", "-i", pem)
    full = tmp_path / "full.crl"
    full.write_bytes(fetch(server, f"/cdp/{ca['refid']}.crl").content)
    run("crlutil", "-I", "-d", f"sql:{folder}", "-i", full, "-B")
    assert ca["common_name"] in run("crlutil", "-L", "-d", f"sql:{folder}", "-n", "ca").output


def test_an_authority_has_a_delta_only_when_it_is_switched_on(server, admin, own_ca, issue):
    ca = own_ca()
    assert admin.get(f"/crl/{ca['id']}/delta").status == 404
    assert requests.get(f"{server.http_url}/cdp/{ca['refid']}-delta.crl", timeout=10).status_code == 404
    assert admin.post(f"/crl/{ca['id']}/delta/regenerate").status == 400
    answer = admin.post(f"/crl/{ca['id']}/delta-config", {"enabled": True, "interval": 2})
    assert answer.ok and answer.data["delta_crl_enabled"] and answer.data["delta_crl_interval"] == 2, answer
    before = admin.get(f"/crl/{ca['id']}/delta").data
    assert before["is_delta"] and before["base_crl_number"] < before["crl_number"]
    assert x509.load_pem_x509_crl(before["crl_pem"].encode()).extensions
    after = admin.post(f"/crl/{ca['id']}/delta/regenerate")
    assert after.ok and after.data["crl_number"] > before["crl_number"], after
    row = next(row for row in admin.get("/crl").data if row["ca_id"] == ca["id"])
    assert row["delta_crl"]["is_delta"] and row["is_delta"] is False


def test_certificates_name_the_shard_that_will_name_them(server, admin, issue, files, own_ca, tmp_path):
    ca = own_ca(crl_shards=16)
    made = [issue(ca_id=ca["id"]) for _ in range(4)]
    for issued in made:
        paths = files(issued)
        leaf = pki.load(paths.leaf.read_text())
        url = pki.crl_url(leaf)
        assert "of16.crl" in url
        path = "/" + url.split("/", 3)[3]
        before = load(fetch(server, path))
        point = before.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
        assert point.critical and point.value.full_name[0].value == url
        assert judge(paths, tmp_path, [before], "-extended_crl").returncode == 0
        revoke(admin, issued)
        after = load(fetch(server, path))
        assert "revoked" in judge(paths, tmp_path, [after], "-extended_crl").output
    full = load(fetch(server, f"/cdp/{ca['refid']}.crl"))
    assert len(full) == len(made)
    assert requests.get(f"{server.http_url}/cdp/{ca['refid']}-0of32.crl", timeout=10).status_code == 404


def test_settings_are_read_back_and_checked(admin, own_ca):
    ca = own_ca()
    path = f"/crl/{ca['id']}/config"
    usual = admin.get(path).data
    assert usual["crl_validity_days"] == 7 and usual["delta_crl_enabled"] is False
    assert usual["crl_digest"] == "sha256"
    changed = admin.patch(path, {"crl_validity_days": 30, "crl_publish_interval_hours": 168})
    assert changed.ok and changed.data["crl_validity_days"] == 30, changed
    assert admin.get(path).data == changed.data
    row = admin.get(f"/crl/{ca['id']}").data
    assert row["days_until_expiry"] in (29, 30)
    assert row["next_publish"] < row["next_update"]
    for body, field in (
        ({"crl_validity_days": 0}, "crl_validity_days"),
        ({"crl_publish_interval_hours": 24 * 31}, "crl_publish_interval_hours"),
        ({"crl_shards": 3}, "crl_shards"),
        ({"crl_shards": 2, "delta_crl_enabled": True}, "crl_shards"),
        ({"delta_crl_interval": 169}, "delta_crl_interval"),
    ):
        refused = admin.post(path, body)
        assert refused.status == 400 and field in refused.fields, (body, refused)
    assert admin.get(path).data == changed.data
    assert admin.get("/crl/999999999/config").status == 404


def test_certificates_name_no_list_while_that_is_switched_off(admin, own_ca, issue, files):
    ca = own_ca()
    off = admin.post(f"/crl/{ca['id']}/auto-regen", {"enabled": False})
    assert off.ok and off.data["cdp_enabled"] is False, off
    leaf = pki.load(files(issue(ca_id=ca["id"])).leaf.read_text())
    assert pki.extension(leaf, x509.CRLDistributionPoints) is None
    assert admin.post(f"/crl/{ca['id']}/auto-regen", {"enabled": True}).data["cdp_enabled"] is True


def test_lists_may_be_cached_and_are_not_sent_twice(server, own_ca):
    path = f"/cdp/{own_ca()['refid']}.crl"
    first = fetch(server, path)
    assert "max-age=" in first.headers["Cache-Control"] and first.headers["Last-Modified"].endswith("GMT")
    again = requests.get(server.http_url + path, headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
    assert again.status_code == 304 and not again.content
    head = requests.head(server.http_url + path, timeout=10)
    assert head.headers["Content-Length"] == str(len(first.content)) and not head.content


def test_a_new_list_follows_each_revocation_without_being_asked_for(server, admin, own_ca, issue):
    ca = own_ca()
    fetch(server, f"/cdp/{ca['refid']}.crl")

    def next_update():
        return admin.get(f"/cas/{ca['id']}").data["nextCrlUpdate"]  # of the list that is there

    before = next_update()
    issued = issue(ca_id=ca["id"])
    time.sleep(1.1)  # times are in seconds
    revoke(admin, issued)
    wait_for(lambda: next_update() > before, 10, says="a list that nobody asked for")


# ---- The responder that signs for its authority ----


def ask(server, paths):
    leaf, issuer = pki.load(paths.leaf.read_text()), pki.load(paths.issuer.read_text())
    from cryptography.hazmat.primitives import hashes, serialization

    request = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, hashes.SHA256()).build()
    answer = requests.post(
        server.here(pki.ocsp_url(leaf)),
        data=request.public_bytes(serialization.Encoding.DER),
        headers={"Content-Type": "application/ocsp-request"},
        timeout=10,
    )
    return ocsp.load_der_ocsp_response(answer.content)


def test_a_responder_signs_where_the_settings_say_so(server, admin, issue, files, own_ca):
    ca = own_ca(ocsp_delegated=True)
    issued = issue(ca_id=ca["id"])
    paths = files(issued)
    answer = ask(server, paths)
    responder = answer.certificates[0]
    issuer = pki.load(paths.issuer.read_text())
    responder.verify_directly_issued_by(issuer)
    assert pki.extension(responder, x509.OCSPNoCheck) is not None
    usages = list(pki.extension(responder, x509.ExtendedKeyUsage))
    assert usages == [x509.oid.ExtendedKeyUsageOID.OCSP_SIGNING]
    lifetime = responder.not_valid_after_utc - responder.not_valid_before_utc
    assert lifetime < datetime.timedelta(days=8)
    assert answer.next_update_utc <= responder.not_valid_after_utc

    url = server.here(pki.ocsp_url(pki.load(paths.leaf.read_text())))
    told = pki.openssl_ocsp(paths, url).output
    assert "Response verify OK" in told and ": good" in told, told
    revoke(admin, issued)
    assert ": revoked" in pki.openssl_ocsp(paths, url).output

    row = next(row for row in admin.get("/ocsp/responders").data if row["ca_id"] == ca["id"])
    assert row["signed_by"] == "responder" and row["delegated"] is True
    shown = admin.get(f"/certificates/{row['certificate_id']}").data
    assert pki.load(shown["pem"]) == responder
    others = [row for row in admin.get("/ocsp/responders").data if row["ca_id"] != ca["id"]]
    assert any(row["signed_by"] == "authority" and row["certificate_id"] is None for row in others)


def test_gnutls_believes_the_responder(server, issue, files, own_ca):
    ca = own_ca(ocsp_delegated=True)
    paths = files(issue(ca_id=ca["id"]))
    url = server.here(pki.ocsp_url(pki.load(paths.leaf.read_text())))
    told = run(
        "ocsptool", f"--ask={url}", "--load-cert", paths.leaf, "--load-issuer", paths.issuer,
        "--load-trust", paths.issuer, check=False,
    ).output  # fmt: skip
    assert "Verifying OCSP Response: Success" in told and "good" in told.lower(), told


def test_several_certificates_are_asked_about_in_one_request(server, admin, issue, files):
    good, revoked = files(issue()), issue()
    revoke(admin, revoked)
    revoked = files(revoked)
    url = server.here(pki.ocsp_url(pki.load(good.leaf.read_text())))
    told = pki.openssl_ocsp(good, url, "-cert", revoked.leaf).output
    assert "Response verify OK" in told, told
    assert f"{good.leaf}: good" in told and f"{revoked.leaf}: revoked" in told, told


# ---- Revoking many ----


def finished(admin, job):
    def ended():
        now = admin.get(f"/certificates/bulk/revoke/jobs/{job['id']}").data
        return now if now["status"] == "finished" else None

    return wait_for(ended, 30, says="the end of the job")


def test_many_are_revoked_in_the_background_each_with_its_result(server, admin, issue, files):
    made = [issue() for _ in range(5)]
    paths = files(made[1])
    revoke(admin, made[0])
    ids = [each["id"] for each in made] + [999_999_999]
    created = admin.post("/certificates/bulk/revoke/jobs", {"ids": ids, "reason": "superseded"})
    assert created.status == 201 and created.data["total"] == 6, created
    done = finished(admin, created.data)
    assert (done["revoked"], done["failed"], done["progress_percent"]) == (4, 2, 100), done
    path = f"/certificates/bulk/revoke/jobs/{done['id']}/results"
    results = {row["certificate_id"]: row for row in admin.get(path).data}
    assert set(results) == set(ids)
    assert "was revoked on" in results[made[0]["id"]]["error"]
    assert results[999_999_999]["error"] == "no certificate has this id"
    assert {results[each["id"]]["status"] for each in made[1:]} == {"revoked"}
    failed = admin.get(path, status="failed").data
    assert [row["certificate_id"] for row in failed] == [made[0]["id"], 999_999_999]
    page = admin.get(path, per_page=4)
    rest = admin.get(path, per_page=4, cursor=page.meta["next_cursor"])
    assert [row["certificate_id"] for row in page.data + rest.data] == sorted(ids)
    assert ask(server, paths).certificate_status == ocsp.OCSPCertStatus.REVOKED
    assert done["id"] in [job["id"] for job in admin.get("/certificates/bulk/revoke/jobs").data]


def test_all_that_match_are_revoked(admin, own_ca, issue):
    ca = own_ca()
    made = [issue(ca_id=ca["id"])["id"] for _ in range(3)]
    body = {"filter": {"ca_id": ca["id"], "status": ["active"]}, "reason": "cessationOfOperation"}
    done = finished(admin, admin.post("/certificates/bulk/revoke/jobs", body).data)
    assert (done["total"], done["revoked"]) == (3, 3)
    for id_ in made:
        assert admin.get(f"/certificates/{id_}").data["revoke_reason"] == "cessationOfOperation"


def test_a_job_says_what_is_wrong_with_it(admin, callers, issue):
    path = "/certificates/bulk/revoke/jobs"
    for body, field in (
        ({}, "ids"),
        ({"ids": [], "reason": "superseded"}, "ids"),
        ({"ids": [1], "filter": {"search": "x"}}, "ids"),
        ({"filter": {}}, "filter"),
        ({"filter": {"search": "nothing-is-called-so"}}, "filter"),
        ({"ids": [1], "reason": "nonsense"}, "reason"),
        ({"ids": [1], "reason": "removeFromCRL"}, "reason"),
    ):
        answer = admin.post(path, body)
        assert answer.status == 400 and field in answer.fields, (body, answer)
    assert callers["viewer"].post(path, {"ids": [issue()["id"]]}).status == 403
    assert admin.get(path + "/999999999").status == 404
    assert admin.post(path + "/999999999/cancel").status == 404


# ---- Freshness ----


def test_the_points_of_an_authority_are_measured_by_fetching_them(make_server, tmp_path):
    server = make_server().start()
    admin = server.admin()
    ca = next(ca for ca in admin.get("/cas").data if not ca["is_root"])
    assert admin.post(f"/crl/{ca['id']}/delta-config", {"enabled": True}).ok

    def measured():
        answer = admin.get(f"/crl/{ca['id']}/points")
        assert answer.ok, answer
        return {point["kind"]: point for point in answer.data}

    # Names that nobody can look up are told as such.
    assert admin.patch("/settings/general", {"protocol_base_url": "http://nobody.invalid:8080"}).ok
    points = measured()
    assert set(points) == {"crl", "delta_crl", "ocsp", "ca_issuers"}
    assert not any(point["is_fresh"] for point in points.values()), points
    assert all(point["error"] for point in points.values())

    base = f"http://127.0.0.1:{server.http_port}"
    assert admin.patch("/settings/general", {"protocol_base_url": base}).ok
    points = measured()
    assert all(point["is_fresh"] and not point["error"] for point in points.values()), points
    number_now = admin.get(f"/crl/{ca['id']}").data["crl_number"]
    assert points["crl"]["crl_number"] == number_now
    assert points["ocsp"]["this_update"] and points["ocsp"]["next_update"]
    assert {point["http_status"] for point in points.values()} == {200}

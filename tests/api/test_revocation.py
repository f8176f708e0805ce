"""Revocation as the outside sees it: CRL, OCSP and the authority's certificate over plain HTTP."""

import base64
import concurrent.futures
import datetime
import urllib.parse

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from support import pki
from support.process import run


@pytest.fixture
def both(issue, files):
    issued = issue()
    return issued, files(issued)


def ask(server, paths, algorithm=None, nonce=None, method="POST"):
    leaf, issuer = pki.load(paths.leaf.read_text()), pki.load(paths.issuer.read_text())
    builder = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, algorithm or hashes.SHA1())
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), False)
    der = builder.build().public_bytes(serialization.Encoding.DER)
    url = server.here(pki.ocsp_url(leaf))
    if method == "POST":
        answer = requests.post(
            url, data=der, headers={"Content-Type": "application/ocsp-request"}, timeout=10
        )
    else:
        answer = requests.get(url + "/" + urllib.parse.quote(base64.b64encode(der), safe=""), timeout=10)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/ocsp-response"
    return ocsp.load_der_ocsp_response(answer.content), answer


def fetch_crl(server, certificate):
    answer = requests.get(server.here(pki.crl_url(certificate)), timeout=10)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/pkix-crl"
    return x509.load_der_x509_crl(answer.content), answer


def revoke(admin, issued, reason="keyCompromise"):
    answer = admin.post(f"/certificates/{issued['id']}/revoke", {"reason": reason})
    assert answer.ok, answer


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("algorithm", [hashes.SHA1(), hashes.SHA256()], ids=["sha1", "sha256"])
def test_ocsp_tells_the_truth_right_after_the_acknowledgement(server, admin, both, method, algorithm):
    issued, paths = both
    good, _ = ask(server, paths, algorithm, method=method)
    assert good.certificate_status == ocsp.OCSPCertStatus.GOOD
    revoke(admin, issued)
    revoked, _ = ask(server, paths, algorithm, method=method)
    assert revoked.certificate_status == ocsp.OCSPCertStatus.REVOKED
    assert revoked.revocation_reason == x509.ReasonFlags.key_compromise
    age = datetime.datetime.now(datetime.UTC) - revoked.revocation_time_utc
    assert datetime.timedelta(seconds=-2) < age < datetime.timedelta(seconds=60)


@pytest.mark.parametrize(
    "algorithm", [hashes.SHA1(), hashes.SHA256(), hashes.SHA384()], ids=["sha1", "sha256", "sha384"]
)
def test_ocsp_answers_with_the_certificate_id_that_was_asked(server, both, algorithm):
    """A responder that answers with another hash than asked is refused by network gear."""
    _, paths = both
    answer, _ = ask(server, paths, algorithm)
    assert answer.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL
    assert answer.hash_algorithm.name == algorithm.name
    assert answer.serial_number == pki.load(paths.leaf.read_text()).serial_number


def test_ocsp_returns_a_nonce_of_the_allowed_length(server, both):
    """RFC 9654: 1 to 128 octets; an answer with a nonce is fresh."""
    _, paths = both
    nonce = bytes(range(32))
    answer, _ = ask(server, paths, nonce=nonce)
    assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == nonce


def test_ocsp_is_signed_by_the_issuer_or_its_delegate(server, both):
    _, paths = both
    answer, _ = ask(server, paths)
    issuer = pki.load(paths.issuer.read_text())
    signer = answer.certificates[0] if answer.certificates else issuer
    if signer != issuer:
        signer.verify_directly_issued_by(issuer)
        usages = pki.extension(signer, x509.ExtendedKeyUsage)
        assert x509.oid.ExtendedKeyUsageOID.OCSP_SIGNING in usages
    from cryptography.hazmat.primitives.asymmetric import ec

    signer.public_key().verify(
        answer.signature, answer.tbs_response_bytes, ec.ECDSA(answer.signature_hash_algorithm)
    )


def test_ocsp_answers_may_be_cached_for_as_long_as_they_hold(server, both):
    _, paths = both
    answer, http = ask(server, paths, method="GET")
    assert answer.next_update_utc > datetime.datetime.now(datetime.UTC)
    if "Cache-Control" in http.headers and "max-age" in http.headers["Cache-Control"]:
        age = int(http.headers["Cache-Control"].split("max-age=")[1].split(",")[0])
        assert datetime.datetime.now(datetime.UTC) + datetime.timedelta(
            seconds=age
        ) <= answer.next_update_utc + datetime.timedelta(seconds=5)


def test_an_unknown_serial_is_not_good(server, both, admin):
    _, paths = both
    issuer = pki.load(paths.issuer.read_text())
    key_hash = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(pki.load(paths.leaf.read_text()), issuer, hashes.SHA1())
        .build()
    )
    der = (
        ocsp.OCSPRequestBuilder()
        .add_certificate_by_hash(key_hash.issuer_name_hash, key_hash.issuer_key_hash, 4711, hashes.SHA1())
        .build()
        .public_bytes(serialization.Encoding.DER)
    )
    answer = requests.post(
        server.http_url + "/ocsp", data=der, headers={"Content-Type": "application/ocsp-request"}, timeout=10
    )
    response = ocsp.load_der_ocsp_response(answer.content)
    if response.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL:
        assert response.certificate_status == ocsp.OCSPCertStatus.UNKNOWN
    else:
        assert response.response_status == ocsp.OCSPResponseStatus.UNAUTHORIZED


def test_a_stranger_issuer_is_not_answered_for(server, both):
    _, paths = both
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(b"\x01" * 20, b"\x02" * 20, 1, hashes.SHA1())
    der = builder.build().public_bytes(serialization.Encoding.DER)
    answer = requests.post(
        server.http_url + "/ocsp", data=der, headers={"Content-Type": "application/ocsp-request"}, timeout=10
    )
    response = ocsp.load_der_ocsp_response(answer.content)
    assert (
        response.response_status == ocsp.OCSPResponseStatus.UNAUTHORIZED
        or response.certificate_status == ocsp.OCSPCertStatus.UNKNOWN
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"rubbish", b"\x30\x80", b"\x30\x03\x02\x01\x01", b"\x30" * 5000, b"\x30\x84\xff\xff\xff\xff"],
)
def test_a_bad_request_gets_an_ocsp_answer_that_says_so(server, body):
    answer = requests.post(
        server.http_url + "/ocsp", data=body, headers={"Content-Type": "application/ocsp-request"}, timeout=10
    )
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 200:
        assert (
            ocsp.load_der_ocsp_response(answer.content).response_status
            == ocsp.OCSPResponseStatus.MALFORMED_REQUEST
        )


def test_openssl_ocsp_turns_to_revoked(server, admin, both):
    issued, paths = both
    url = server.here(pki.ocsp_url(pki.load(paths.leaf.read_text())))
    told = pki.openssl_ocsp(paths, url)
    assert "Response verify OK" in told.output and ": good" in told.output
    assert "nonce" not in told.output.lower() or "no nonce" not in told.output.lower()
    revoke(admin, issued)
    told = pki.openssl_ocsp(paths, url)
    assert (
        "Response verify OK" in told.output and ": revoked" in told.output and "keyCompromise" in told.output
    )


def test_gnutls_ocsptool_turns_to_revoked(server, admin, both):
    issued, paths = both
    url = server.here(pki.ocsp_url(pki.load(paths.leaf.read_text())))

    def ask_tool():
        return run(
            "ocsptool",
            f"--ask={url}",
            "--load-cert",
            paths.leaf,
            "--load-issuer",
            paths.issuer,
            "--load-signer",
            paths.issuer,
            check=False,
        ).output

    told = ask_tool()
    assert "Verifying OCSP Response: Success" in told and "good" in told.lower(), told
    revoke(admin, issued)
    assert "revoked" in ask_tool().lower()


def test_the_crl_has_it_right_after_the_acknowledgement(server, admin, both):
    issued, paths = both
    leaf, issuer = pki.load(paths.leaf.read_text()), pki.load(paths.issuer.read_text())
    before, _ = fetch_crl(server, leaf)
    assert before.get_revoked_certificate_by_serial_number(leaf.serial_number) is None
    revoke(admin, issued)
    after, _ = fetch_crl(server, leaf)
    entry = after.get_revoked_certificate_by_serial_number(leaf.serial_number)
    assert entry is not None
    assert (
        entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
        == x509.ReasonFlags.key_compromise
    )
    assert after.is_signature_valid(issuer.public_key())
    assert after.issuer == issuer.subject
    number = [
        crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for crl in (before, after)
    ]
    assert number[1] > number[0]
    # The key that signed it, not the key that signed the authority.
    aki = after.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert aki == pki.extension(issuer, x509.SubjectKeyIdentifier).digest
    now = datetime.datetime.now(datetime.UTC)
    assert after.last_update_utc <= now < after.next_update_utc


def test_a_reason_that_says_nothing_is_left_out(server, admin, both):
    """RFC 5280, section 5.3.1: the extension should be absent instead of saying unspecified."""
    issued, paths = both
    leaf = pki.load(paths.leaf.read_text())
    revoke(admin, issued, "unspecified")
    entry = fetch_crl(server, leaf)[0].get_revoked_certificate_by_serial_number(leaf.serial_number)
    assert not [extension for extension in entry.extensions if isinstance(extension.value, x509.CRLReason)]


def test_openssl_reads_and_heeds_the_crl(server, admin, both, tmp_path):
    issued, paths = both
    leaf = pki.load(paths.leaf.read_text())

    def verify():
        der = tmp_path / "ca.crl"
        der.write_bytes(fetch_crl(server, leaf)[1].content)
        told = run("openssl", "crl", "-inform", "DER", "-in", der, "-CAfile", paths.issuer, "-noout", "-text")
        assert "verify OK" in told.output, told.output
        run("openssl", "crl", "-inform", "DER", "-in", der, "-out", tmp_path / "ca.pem")
        return pki.openssl_verify(paths, "-crl_check", "-CRLfile", tmp_path / "ca.pem", check=False)

    assert verify().returncode == 0, verify().output
    revoke(admin, issued)
    assert "revoked" in verify().output


def test_gnutls_reads_the_crl(server, both, tmp_path):
    _, paths = both
    der = tmp_path / "ca.crl"
    der.write_bytes(fetch_crl(server, pki.load(paths.leaf.read_text()))[1].content)
    told = run("certtool", "--crl-info", "--inder", "--infile", der)
    assert "CRL Number" in told.output or "CRLNumber" in told.output.replace(" ", "")
    pem = tmp_path / "crl.pem"
    run("openssl", "crl", "-inform", "DER", "-in", der, "-out", pem)
    verified = run(
        "certtool",
        "--verify-crl",
        "--load-ca-certificate",
        paths.issuer,
        "--infile",
        pem,
        check=False,
    )
    assert verified.returncode == 0 and "Verified" in verified.output, verified.output


def test_every_crl_address_serves_the_same(server, admin, both):
    _, paths = both
    url = server.here(pki.crl_url(pki.load(paths.leaf.read_text())))
    ca = url.rsplit("/", 1)[1]
    bodies = {
        requests.get(f"{server.http_url}/{folder}/{ca}", timeout=10).content for folder in ("crl", "cdp")
    }
    assert len(bodies) == 1
    secure = requests.get(f"{server.url}/crl/{ca}", timeout=10, verify=str(server.root_file))
    assert {secure.content} == bodies
    assert requests.get(server.http_url + "/crl/nobody.crl", timeout=10).status_code == 404


def test_the_authority_is_found_by_the_address_in_the_certificate(server, both):
    _, paths = both
    leaf, issuer = pki.load(paths.leaf.read_text()), pki.load(paths.issuer.read_text())
    url = server.here(pki.ca_issuers_url(leaf))
    answer = requests.get(url, timeout=10)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pkix-cert"
    assert x509.load_der_x509_certificate(answer.content) == issuer
    pem = requests.get(url.removesuffix(".cer") + ".pem", timeout=10)
    assert pki.load(pem.content) == issuer
    # The root has no issuer to point at; an intermediate points at the root's list.
    assert pki.crl_url(issuer).startswith("http://")
    crl, _ = fetch_crl(server, issuer)
    assert crl.issuer == pki.load(paths.root.read_text()).subject


def test_regenerating_makes_a_new_number(admin):
    entry = admin.get("/crl").data[0]
    before = admin.get(f"/crl/{entry['ca_id']}").data
    assert admin.post(f"/crl/{entry['ca_id']}/regenerate", {}).ok
    after = admin.get(f"/crl/{entry['ca_id']}").data
    assert after["crl_number"] > before["crl_number"] and after["is_stale"] is False
    assert x509.load_pem_x509_crl(after["crl_pem"].encode()).issuer


def test_many_ask_while_many_are_revoked(server, admin, issue, files):
    """Nobody is told `good` after a revocation was acknowledged."""
    made = [issue() for _ in range(8)]
    paths = [files(each) for each in made]

    def one(pair):
        issued, path = pair
        states = [ask(server, path)[0].certificate_status for _ in range(3)]
        caller = server.admin()
        answer = caller.post(f"/certificates/{issued['id']}/revoke", {"reason": "superseded"})
        assert answer.ok, answer
        return states, [ask(server, path)[0].certificate_status for _ in range(5)]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for before, after in pool.map(one, zip(made, paths, strict=True)):
            assert set(before) == {ocsp.OCSPCertStatus.GOOD}
            assert set(after) == {ocsp.OCSPCertStatus.REVOKED}


def test_status_pages_count(admin):
    status = admin.get("/ocsp/status").data
    assert status["enabled"] and status["running"] and status["ca_count"] >= 2
    assert admin.get("/ocsp/stats").data["total_requests"] > 0


def test_ocsp_by_get_takes_the_request_in_the_query_as_well(server, admin, both):
    """Some clients send it there; '+' and '/' come as they are, escaped, or in the alphabet of URLs."""
    issued, paths = both
    leaf, issuer = pki.load(paths.leaf.read_text()), pki.load(paths.issuer.read_text())
    request = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, hashes.SHA256()).build()
    text = base64.b64encode(request.public_bytes(serialization.Encoding.DER)).decode()
    forms = [
        "?" + text,
        "?" + urllib.parse.quote(text, safe=""),
        "?request=" + urllib.parse.quote(text, safe=""),
        "?request=" + text.translate(str.maketrans("+/", "-_")).rstrip("="),
        "?ocsp=" + text,
    ]

    def said():
        answers = [requests.get(server.http_url + "/ocsp" + form, timeout=10) for form in forms]
        assert {each.status_code for each in answers} == {200}
        return [ocsp.load_der_ocsp_response(each.content).certificate_status for each in answers]

    assert said() == [ocsp.OCSPCertStatus.GOOD] * len(forms)
    revoke(admin, issued)
    assert said() == [ocsp.OCSPCertStatus.REVOKED] * len(forms), "what was ready is forgotten"
    for nothing in ("", "?", "?request=", "?request=%zz", "?request=MAA="):
        answer = requests.get(server.http_url + "/ocsp" + nothing, timeout=10)
        read = ocsp.load_der_ocsp_response(answer.content)
        assert read.response_status == ocsp.OCSPResponseStatus.MALFORMED_REQUEST, nothing


def test_answers_live_as_long_as_the_setting_says(make_server):
    server = make_server().start()
    admin = server.admin()
    name = "lived.certwright.example"
    ca = next(each for each in admin.get("/cas").data if not each["is_root"])
    issued = admin.post("/certificates", {"common_name": name, "san": [name], "ca_id": ca["id"]}).data
    request = ocsp.OCSPRequestBuilder().add_certificate(
        pki.load(issued["pem"]), pki.load(ca["pem"]), hashes.SHA1()
    )
    der = request.add_extension(x509.OCSPNonce(b"12345678"), False).build()

    def lifetime():
        answer = requests.post(
            server.http_url + "/ocsp",
            data=der.public_bytes(serialization.Encoding.DER),
            headers={"Content-Type": "application/ocsp-request"},
            timeout=10,
        )
        read = ocsp.load_der_ocsp_response(answer.content)
        return read.next_update_utc - read.this_update_utc

    assert lifetime() == datetime.timedelta(hours=24)
    assert admin.patch("/settings/general", {"ocsp_response_validity_hours": 3}).ok
    assert lifetime() == datetime.timedelta(hours=3)
    for wrong in (0, 169):
        assert admin.patch("/settings/general", {"ocsp_response_validity_hours": wrong}).status == 400

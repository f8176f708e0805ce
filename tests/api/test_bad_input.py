"""A corpus of broken input: every file is refused in words (or by the protocol's own error), nothing is kept.

Each object is broken in the same ways: cut short at each level, with lengths that lie, tags that do not belong there,
single octets turned over everywhere. What may come in is judged by cryptography and OpenSSL where they can tell.
"""

import base64
import random

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509 import ocsp

from support import pki
from support.acme import fresh_name
from support.foreign import Authority, key_pem

DER = serialization.Encoding.DER


# ---- Ways to break a structure ----


def header(der, at):
    """Where the contents of the element at an offset begin and end."""
    length = der[at + 1]
    if length < 0x80:
        return at + 2, at + 2 + length
    octets = length & 0x7F
    return at + 2 + octets, at + 2 + octets + int.from_bytes(der[at + 2 : at + 2 + octets], "big")


def elements(der, at=0, end=None, depth=0):
    """The offsets of all elements, as deep as they go."""
    end = len(der) if end is None else end
    while at + 2 <= end:
        try:
            start, stop = header(der, at)
        except IndexError:
            return
        if stop > end:
            return
        yield at, start, stop
        if der[at] & 0x20 and depth < 12:
            yield from elements(der, start, stop, depth + 1)
        at = stop


def broken_copies(der, chance, most=60):
    """What no reader may take for the whole thing."""
    found = {"empty": b"", "one octet": der[:1], "half": der[: len(der) // 2], "all but one": der[:-1]}
    found["behind"] = der + b"\x00"
    found["twice"] = der + der
    found["zeros"] = bytes(len(der))
    found["indefinite length"] = b"\x30\x80" + der[4:] + b"\x00\x00"
    found["huge length"] = b"\x30\x84\xff\xff\xff\xff" + der[4:]
    found["long form of a short length"] = b"\x30\x85\x00" + len(der[4:]).to_bytes(4, "big") + der[4:]
    found["deep nesting"] = b"\x30\x80" * 5000
    places = list(elements(der))
    for at, start, _ in chance.sample(places, min(len(places), most)):
        tag = bytearray(der)
        tag[at] ^= 0x1F
        found[f"tag at {at}"] = bytes(tag)
        length = bytearray(der)
        length[start - 1] = (length[start - 1] + 1) & 0xFF
        found[f"length at {at}"] = bytes(length)
        found[f"cut at {start}"] = der[:start]
    return found


def flipped_copies(der, chance, number=60):
    """One octet turned over: some of these are still well-formed, but none has a signature that holds."""
    for _ in range(number):
        at = chance.randrange(len(der))
        copy = bytearray(der)
        copy[at] ^= 1 << chance.randrange(8)
        yield f"octet {at}", bytes(copy)


def pem(label, der):
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n"


# ---- What must hold ----


@pytest.fixture
def chance():
    return random.Random(20261121)


@pytest.fixture
def foreign():
    root = Authority("Broken " + fresh_name())
    key = pki.private_key()
    name = fresh_name()
    return {"root": root, "key": key, "name": name, "leaf": root.leaf(name, key)}


def kept(admin):
    """Everything that could have been stored."""
    return (
        admin.get("/certificates/stats").data["total"],
        len(admin.get("/cas").data),
        admin.get("/csrs", per_page=1).meta["total"],
        len(admin.get("/cas/requests").data),
    )


def upload(admin, path, content, **fields):
    return admin.request("POST", path, data=fields, files={"file": ("broken.bin", content)})


def is_refused(answer):
    """A clear 400 (or 413): which field, and in words."""
    if answer.status not in (400, 413):
        return False
    return bool(answer.json and (answer.fields or answer.json.get("message")))


def check(admin, sent):
    before = kept(admin)
    wrong = []
    for name, send in sent.items():
        answer = send()
        if not is_refused(answer):
            wrong.append((name, answer))
    assert not wrong, f"{len(wrong)} of {len(sent)}, {[name for name, _ in wrong]}: {wrong[0]}"
    assert kept(admin) == before


def test_broken_certificates_are_refused(admin, foreign, chance):
    der = foreign["leaf"].public_bytes(DER)
    copies = broken_copies(der, chance)
    sent = {}
    for name, copy in copies.items():
        sent["file " + name] = lambda copy=copy: upload(admin, "/certificates/import", copy)
        sent["ca file " + name] = lambda copy=copy: upload(admin, "/cas/import", copy)
    for name, copy in list(copies.items())[::3]:
        text = pem("CERTIFICATE", copy)
        sent["pem " + name] = lambda text=text: admin.post("/certificates/import", {"certificate": text})
        sent["analyze " + name] = lambda text=text: admin.post("/import/analyze", {"content": text})
    # Two copies are two certificates to nobody who reads DER.
    check(admin, sent)


def test_a_certificate_with_one_wrong_octet_comes_in_under_no_issuer(admin, foreign, chance):
    """Its issuer is here: what it did not sign is not said to be its certificate."""
    assert admin.post("/cas/import", {"certificate": pki.pem(foreign["root"].certificate)}).ok
    before = kept(admin)
    for name, copy in flipped_copies(foreign["leaf"].public_bytes(DER), chance):
        answer = upload(admin, "/certificates/import", copy)
        assert is_refused(answer), (name, answer)
    assert kept(admin) == before


def test_broken_requests_are_refused(admin, chance):
    der = pki.csr("broken.example", ["broken.example"], pem=False)
    sent = {}
    for name, copy in broken_copies(der, chance).items():
        text = pem("CERTIFICATE REQUEST", copy)
        sent["upload " + name] = lambda text=text: admin.post("/csrs/upload", {"pem": text})
        sent["file " + name] = lambda copy=copy: upload(admin, "/csrs/import", copy)
        sent["issue " + name] = lambda text=text: admin.post("/certificates", {"csr": text})
        sent["ca " + name] = lambda text=text: admin.post("/cas", {"common_name": "Broken", "csr": text})
    for name, copy in flipped_copies(der, chance, 40):
        text = pem("CERTIFICATE REQUEST", copy)
        sent["turned " + name] = lambda text=text: admin.post("/certificates", {"csr": text})
    check(admin, sent)


def test_requests_that_ask_for_what_nobody_has_are_refused(admin):
    weak = "MIGJAoGBAM"  # of a key of 1024 bits, which no authority takes
    texts = {
        "no PEM": "hello",
        "a private key": key_pem(pki.private_key()),
        "a certificate": pki.pem(Authority("Not a request").certificate),
        "nothing inside": "-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n",
        "no end": "-----BEGIN CERTIFICATE REQUEST-----\n" + weak,
        "wrong end": pki.csr("a.example").replace("END CERTIFICATE REQUEST", "END CERTIFICATE"),
        "not base64": pem("CERTIFICATE REQUEST", b"x" * 50).replace("eHh4", "e?h4"),
        "small RSA": pki.csr("a.example", key=pki.private_key("RSA 1024")),
        "NUL in a name": pki.csr("a.example", ["a.example\x00.evil.example"]),
        "blank in a name": pki.csr("a.example", ["a example"]),
        "very long": pki.csr("a.example", [f"{'a' * 60}.{i}.example" for i in range(2000)]),
    }
    check(
        admin,
        {name: lambda text=text: admin.post("/certificates", {"common_name": "a.example", "csr": text}) for name, text in texts.items()},
    )  # fmt: skip


def test_broken_containers_are_refused(admin, foreign, chance):
    leaf, key = foreign["leaf"], foreign["key"]
    p12 = pkcs12.serialize_key_and_certificates(
        b"x", key, leaf, [foreign["root"].certificate], serialization.BestAvailableEncryption(b"right")
    )
    p7 = pkcs7.serialize_certificates([leaf, foreign["root"].certificate], DER)
    sent = {"wrong password": lambda: upload(admin, "/certificates/import", p12, password="wrong")}
    sent["no password"] = lambda: upload(admin, "/certificates/import", p12)
    for name, copy in broken_copies(p12, chance, 25).items():
        # How the authenticator itself is written is not covered by it: a tag there says nothing new.
        if not (name.startswith("tag") and int(name.split()[-1]) > len(p12) - 100):
            sent["PKCS#12 " + name] = lambda copy=copy: upload(
                admin, "/certificates/import", copy, password="right"
            )
    # The authenticator covers every octet of what it holds.
    start = next(start for at, start, _ in elements(p12) if p12[at] == 0x04)
    for name, copy in flipped_copies(p12[start:-80], chance, 15):
        whole = p12[:start] + copy + p12[-80:]
        sent["PKCS#12 " + name] = lambda whole=whole: upload(
            admin, "/certificates/import", whole, password="right"
        )
    for name, copy in broken_copies(p7, chance, 25).items():
        # BER is allowed here (RFC 2315): lengths in other forms, and an end without its last octets.
        is_ber = name in ("indefinite length", "long form of a short length", "all but one")
        if (
            not is_ber
            and not name.startswith("tag")
            and len(copy) < len(p7) - 8
            or name in ("behind", "twice")
        ):
            sent["PKCS#7 " + name] = lambda copy=copy: upload(admin, "/certificates/import", copy)
    check(admin, sent)


@pytest.mark.parametrize("path", ["/certificates/{}/key", "/csrs/{}/key"])
def test_broken_keys_are_refused(admin, issue, chance, path):
    key = pki.private_key()
    der = key.private_bytes(DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    if "csrs" in path:
        target = admin.post("/csrs/upload", {"pem": pki.csr(fresh_name(), key=key)}).data["id"]
    else:
        target = issue(csr=pki.csr("broken.example", ["broken.example"], key=key))["id"]
    where = path.format(target)
    sent = {
        name: lambda copy=copy: admin.post(where, {"key": pem("PRIVATE KEY", copy)})
        for name, copy in broken_copies(der, chance, 15).items()
        if name != "behind"
    }
    sent["another key"] = lambda: admin.post(where, {"key": key_pem(pki.private_key())})
    sent["another kind"] = lambda: admin.post(where, {"key": key_pem(pki.private_key("Ed25519"))})
    check(admin, sent)


def test_broken_ocsp_requests_get_ocsps_own_error(server, issue, files, chance):
    paths = files(issue())
    leaf, issuer = pki.load(paths.leaf.read_text()), pki.load(paths.issuer.read_text())
    der = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, hashes.SHA1()).build().public_bytes(DER)
    copies = broken_copies(der, chance) | {"an answer": b"\x30\x03\x0a\x01\x06", "text": b"GET / HTTP/1.1"}
    copies |= dict(flipped_copies(der, chance))
    session = requests.Session()
    url = server.http_url + "/ocsp"
    for name, copy in copies.items():
        said = {
            "post": session.post(
                url, data=copy, headers={"Content-Type": "application/ocsp-request"}, timeout=10
            )
        }
        text = base64.urlsafe_b64encode(copy).decode()
        if 0 < len(text) < 3000:
            said["path"] = session.get(f"{url}/{text}", timeout=10)
            said["query"] = session.get(url, params={"request": text}, timeout=10)
        for way, answer in said.items():
            assert answer.status_code == 200, (name, way, answer.status_code, answer.text[:200])
            assert answer.headers["Content-Type"] == "application/ocsp-response", (name, way)
            read = ocsp.load_der_ocsp_response(answer.content)
            if read.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL:
                # Well-formed by chance: another serial number, of which nothing is known.
                assert name.startswith("octet"), (name, way)
                changed = ocsp.load_der_ocsp_request(copy)
                is_same = changed.serial_number == leaf.serial_number
                expected = ocsp.OCSPCertStatus.GOOD if is_same else ocsp.OCSPCertStatus.UNKNOWN
                assert read.certificate_status == expected, (name, way)
            else:
                assert read.response_status in (
                    ocsp.OCSPResponseStatus.MALFORMED_REQUEST,
                    ocsp.OCSPResponseStatus.UNAUTHORIZED,
                ), (name, way, read.response_status)
                assert answer.headers["Cache-Control"] == "no-store", (name, way)


def test_broken_lists_of_an_offline_authority_are_refused(admin, chance):
    outer = Authority("Offline " + fresh_name())
    ca = admin.post("/cas/import", {"certificate": pki.pem(outer.certificate)}).data
    now = outer.certificate.not_valid_before_utc
    crl = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(outer.certificate.subject)
        .last_update(now)
        .next_update(outer.certificate.not_valid_after_utc)
        .add_extension(x509.CRLNumber(7), False)
        .sign(outer.key, hashes.SHA256())
        .public_bytes(DER)
    )
    path = f"/cas/{ca['id']}/crl"
    sent = {
        name: lambda copy=copy: upload(admin, path, copy)
        for name, copy in broken_copies(crl, chance, 20).items()
    }
    sent |= {
        name: lambda copy=copy: upload(admin, path, copy) for name, copy in flipped_copies(crl, chance, 40)
    }
    check(admin, sent)
    assert upload(admin, path, crl).ok, "the whole one is taken"

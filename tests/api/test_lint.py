"""The lints: what blocks, what is recorded, and whether an independent linter (pkilint) agrees."""

import datetime
import functools
import re
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ObjectIdentifier as Oid
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from support import pki
from support.acme import fresh_name
from support.server import ROOT

ISSUER_KEY = pki.private_key()
EC_KEY = pki.private_key()
RSA_KEY = pki.private_key("RSA 2048")
ISSUER = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Corpus CA")])
START = datetime.datetime(2026, 6, 1)
SERIAL = 0x5A3C19E07F4D2B68A1C0FFEE

BASIC_CONSTRAINTS, KEY_USAGE, PURPOSES, NAMES = (Oid("2.5.29." + arc) for arc in ("19", "15", "37", "17"))
SKI, AKI, CONSTRAINTS, POLICIES = (Oid("2.5.29." + arc) for arc in ("14", "35", "30", "32"))
AIA, NOCHECK = Oid("1.3.6.1.5.5.7.1.1"), Oid("1.3.6.1.5.5.7.48.1.5")


def usage(*names):
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in names for name in every})


class Draft:
    """A good certificate of a server, which a case breaks in one place."""

    def __init__(self):
        self.key = EC_KEY
        self.subject = [x509.NameAttribute(NameOID.COMMON_NAME, "www.corpus-example.com")]
        self.issuer = ISSUER
        self.serial = SERIAL
        self.start, self.days = START, 90
        self.extensions = {
            BASIC_CONSTRAINTS: (x509.BasicConstraints(ca=False, path_length=None), True),
            KEY_USAGE: (usage("digital_signature"), True),
            PURPOSES: (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
            NAMES: (x509.SubjectAlternativeName([x509.DNSName("www.corpus-example.com")]), False),
            SKI: (x509.SubjectKeyIdentifier.from_public_key(EC_KEY.public_key()), False),
            AKI: (x509.AuthorityKeyIdentifier.from_issuer_public_key(ISSUER_KEY.public_key()), False),
            AIA: (
                x509.AuthorityInformationAccess(
                    [
                        x509.AccessDescription(
                            x509.oid.AuthorityInformationAccessOID.OCSP,
                            x509.UniformResourceIdentifier("http://ocsp.corpus-example.com/"),
                        )
                    ]
                ),
                False,
            ),
        }

    def put(self, oid, extension, critical=False):
        if isinstance(extension, bytes):
            extension = x509.UnrecognizedExtension(oid, extension)
        self.extensions[oid] = (extension, critical)

    def critical(self, oid, critical):
        self.extensions[oid] = (self.extensions[oid][0], critical)

    def drop(self, oid):
        del self.extensions[oid]

    def authority(self):
        self.subject = [x509.NameAttribute(NameOID.COMMON_NAME, "Corpus Sub CA")]
        self.put(BASIC_CONSTRAINTS, x509.BasicConstraints(ca=True, path_length=0), True)
        self.put(KEY_USAGE, usage("key_cert_sign", "crl_sign"), True)
        self.drop(PURPOSES)
        self.drop(NAMES)

    def build(self):
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name(self.subject))
            .issuer_name(self.issuer)
            .public_key(self.key.public_key())
            .serial_number(self.serial)
            .not_valid_before(self.start)
            .not_valid_after(self.start + datetime.timedelta(days=self.days, seconds=-1))
        )
        for extension, critical in self.extensions.values():
            builder = builder.add_extension(extension, critical)
        return builder.sign(ISSUER_KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def attribute(oid, value, kind):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is wrong is the point
        return x509.NameAttribute(oid, value, kind, _validate=False)


CASES = {
    "a good server": lambda d: None,
    "a good authority": lambda d: d.authority(),
    "a good RSA server": lambda d: (
        setattr(d, "key", RSA_KEY),
        d.put(KEY_USAGE, usage("digital_signature", "key_encipherment"), True),
        d.put(SKI, x509.SubjectKeyIdentifier.from_public_key(RSA_KEY.public_key())),
    ),
    "keyCertSign without being an authority": lambda d: d.put(
        KEY_USAGE, usage("digital_signature", "key_cert_sign"), True
    ),
    "an authority without keyCertSign": lambda d: (d.authority(), d.put(KEY_USAGE, usage("crl_sign"), True)),
    "an authority's basic constraints not critical": lambda d: (
        d.authority(),
        d.critical(BASIC_CONSTRAINTS, False),
    ),
    "a path length without CA": lambda d: d.put(BASIC_CONSTRAINTS, b"\x30\x03\x02\x01\x00", True),
    "key usage without a bit": lambda d: d.put(KEY_USAGE, b"\x03\x01\x00", True),
    "an EC key with keyEncipherment": lambda d: d.put(
        KEY_USAGE, usage("digital_signature", "key_encipherment"), True
    ),
    "extended key usage without a purpose": lambda d: d.put(PURPOSES, b"\x30\x00"),
    "serverAuth with crlSign only": lambda d: d.put(KEY_USAGE, usage("crl_sign"), True),
    "an empty list of names": lambda d: d.put(NAMES, b"\x30\x00"),
    "a DNS name with a blank": lambda d: d.put(NAMES, b"\x30\x05\x82\x03a b"),
    "an IP address of five octets": lambda d: d.put(NAMES, b"\x30\x07\x87\x05\x01\x02\x03\x04\x05"),
    "an e-mail name without @": lambda d: d.put(NAMES, b"\x30\x05\x81\x03abc"),
    "a relative URI": lambda d: d.put(NAMES, b"\x30\x05\x86\x03abc"),
    "no subject, names not critical": lambda d: setattr(d, "subject", []),
    "neither subject nor names": lambda d: (setattr(d, "subject", []), d.drop(NAMES)),
    "no authority key identifier": lambda d: d.drop(AKI),
    "an authority without subject key identifier": lambda d: (d.authority(), d.drop(SKI)),
    "a critical subject key identifier": lambda d: d.critical(SKI, True),
    "a critical authority key identifier": lambda d: d.critical(AKI, True),
    "critical information access": lambda d: d.critical(AIA, True),
    "name constraints in a server's": lambda d: d.put(
        CONSTRAINTS, x509.NameConstraints([x509.DNSName("a.example")], None), True
    ),
    "an authority's name constraints not critical": lambda d: (
        d.authority(),
        d.put(CONSTRAINTS, x509.NameConstraints([x509.DNSName("a.example")], None), False),
    ),
    "a policy twice": lambda d: d.put(
        POLICIES, b"\x30\x10\x30\x06\x06\x04\x55\x1d\x20\x00\x30\x06\x06\x04\x55\x1d\x20\x00"
    ),
    "a country of three letters": lambda d: setattr(
        d,
        "subject",
        [attribute(NameOID.COUNTRY_NAME, "GER", x509.name._ASN1Type.PrintableString), *d.subject],
    ),
    "a common name of 65 characters": lambda d: setattr(
        d, "subject", [attribute(NameOID.COMMON_NAME, "a" * 65, x509.name._ASN1Type.UTF8String)]
    ),
    "an empty issuer": lambda d: setattr(d, "issuer", x509.Name([])),
    "an RSA key with keyAgreement": lambda d: (
        setattr(d, "key", RSA_KEY),
        d.put(KEY_USAGE, usage("digital_signature", "key_agreement"), True),
        d.put(SKI, x509.SubjectKeyIdentifier.from_public_key(RSA_KEY.public_key())),
    ),
    "key usage not critical": lambda d: d.critical(KEY_USAGE, False),
    "no subject key identifier": lambda d: d.drop(SKI),
    "an e-mail address in the subject": lambda d: setattr(
        d, "subject", [*d.subject, x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@corpus-example.com")]
    ),
    "names critical beside a subject": lambda d: d.critical(NAMES, True),
}


def corpus():
    for name, breaks in CASES.items():
        draft = Draft()
        breaks(draft)
        yield name, draft.build()


@functools.cache
def independent():
    """pkilint's validations of RFC 5280, as its program lint_pkix_cert puts them together."""
    from pkilint.pkix import certificate, extension, name

    decoding = certificate.create_decoding_validators(
        name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS
    )
    parts = [
        certificate.create_issuer_validator_container([]),
        certificate.create_validity_validator_container(),
        certificate.create_subject_validator_container([]),
        certificate.create_extensions_validator_container([]),
        certificate.create_spki_validator_container([]),
    ]
    return certificate.create_pkix_certificate_validator_container(decoding, parts)


def pkilint(pem):
    """The errors that pkilint finds."""
    from pkilint import loader

    document = loader.load_pem_certificate(pem, "corpus")
    return sorted(
        {
            found.finding.code
            for result in independent().validate(document.root)
            for found in result.finding_descriptions
            if found.finding.severity.name in ("ERROR", "FATAL")
        }
    )


def documented():
    """The table of docs/lints.md: case, what we say, what pkilint says."""
    rows = re.findall(
        r"^\| ([^|]+?) \| (passes|blocked)[^|]*\| (passes|blocked)[^|]*\|",
        (ROOT / "docs/lints.md").read_text(),
        re.MULTILINE,
    )
    return {name: (ours == "blocked", theirs == "blocked") for name, ours, theirs in rows}


def test_an_independent_linter_agrees_as_documented(admin):
    found = {}
    for name, pem in corpus():
        answer = admin.post("/lints/check", {"certificate": pem})
        # What the reader refuses already is blocked as well.
        blocked = answer.status == 400 or not answer.data["passed"]
        found[name] = (blocked, bool(pkilint(pem)))
    assert found == documented()
    assert sum(ours == theirs for ours, theirs in found.values()) >= 0.85 * len(found)
    # Nothing that we let pass and they find broken, beyond what the document explains.
    assert [name for name, (ours, theirs) in found.items() if theirs and not ours] == []


def test_the_catalogue(admin, stranger):
    lints = admin.get("/lints").data
    assert len(lints) > 50 and len({lint["name"] for lint in lints}) == len(lints)
    assert {lint["set"] for lint in lints} == {"rfc5280", "baseline", "house"}
    assert all(lint["citation"] and lint["description"] for lint in lints)
    assert stranger.get("/lints").status == 401
    document = (ROOT / "docs/lints.md").read_text()
    for lint in lints:
        assert f"`{lint['name']}`" in document, lint["name"]


def test_rubbish_is_refused(admin):
    for text in ("", "hello", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"):
        assert admin.post("/lints/check", {"certificate": text}).status == 400


def test_a_warning_is_kept_with_the_certificate(admin, issue):
    plain = issue(validity_days=30)
    assert admin.get(f"/certificates/{plain['id']}/lint").data["recorded"] == []
    long = issue(validity_days=500)
    shown = admin.get(f"/certificates/{long['id']}/lint").data
    assert [finding["lint"] for finding in shown["recorded"]] == ["server_lifetime"]
    assert shown["recorded"] == shown["now"] and shown["template_id"] is None
    assert admin.get("/certificates/999999999/lint").status == 404


def test_the_baseline_requirements_block_where_a_template_asks_for_them(admin):
    made = admin.post(
        "/templates",
        {
            "name": "BR " + fresh_name(),
            "baseline_requirements": True,
            "validity_days": 397,
            "extended_key_usage": ["serverAuth"],
            "extensions_template": {
                "extended_key_usage": ["serverAuth"],
                "policies": [{"oid": "2.23.140.1.2.1", "cps": ""}],
            },
        },
    ).data

    def order(name, **more):
        return admin.post("/certificates", {"template_id": made["id"], "common_name": name, **more})

    good = order("www.corpus-example.com")
    assert good.status == 201, good
    certificate = pki.load(good.data["pem"])
    # The schedule: 200 days from 2026-03-15, 100 from 2027-03-15, 47 from 2029-03-15.
    begins = certificate.not_valid_before_utc.date()
    steps = [
        (datetime.date(2029, 3, 15), 47),
        (datetime.date(2027, 3, 15), 100),
        (datetime.date(2026, 3, 15), 200),
    ]
    most = next((days for since, days in steps if begins >= since), 398)
    lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert lasts + datetime.timedelta(seconds=1) == datetime.timedelta(days=most)

    for refused, lint in (
        (order("www.corpus-example.com", validity_days=397), "br_validity"),
        (order("intranet"), "br_internal_names"),
        (order("www.corpus-example.com", san_ip=["10.0.0.1"]), "br_reserved_addresses"),
        (order("www.corpus-example.com", organizational_unit="x"), "br_no_organizational_unit"),
        (order("www.corpus-example.com", key_type="Ed25519"), "br_key"),
    ):
        assert refused.status == 400 and lint in str(refused.fields), (lint, refused)
    assert admin.get(f"/templates/{made['id']}").data["usage_count"] == 1

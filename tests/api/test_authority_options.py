"""Authorities with all that RFC 5280 has for them, and what is said before they are made. Other
implementations judge: what the rules let pass they take, and what they refuse we say beforehand."""

import datetime
import ipaddress
import shutil

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from support import pki
from support.acme import fresh_name
from support.foreign import Authority
from support.process import run


def body(**wanted):
    plain = {
        "common_name": "CA " + fresh_name(),
        "organization": "Example",
        "ca_type": "root",
        "key_algorithm": "ECDSA",
        "key_size": "P-256",
        "validity_years": 5,
    }
    return {name: value for name, value in (plain | wanted).items() if value is not None}


def create(admin, **wanted):
    answer = admin.post("/cas", body(**wanted))
    assert answer.status == 201, answer
    return answer.data


def below(admin, parent, **wanted):
    return create(
        admin, **({"ca_type": "intermediate", "parent_id": parent["id"], "validity_years": 2} | wanted)
    )


def certificate_of(admin, ca):
    return pki.load(admin.get(f"/cas/{ca['id']}").data["pem"])


def leaf(admin, ca, name, **wanted):
    return admin.post("/certificates", {"common_name": name, "san": [name], "ca_id": ca["id"]} | wanted)


def chain_files(tmp_path, admin, certificate_pem, *cas):
    """The files for judges: the authorities' own first, the root last."""
    pems = [admin.get(f"/cas/{ca['id']}").data["pem"] for ca in cas]
    tmp_path.mkdir(exist_ok=True)
    return pki.Files(tmp_path, certificate_pem, pems[:-1], pems[-1])


def nss_takes(files, chain):
    """vfychain, with the root trusted and all between given."""
    database = files.folder / "nss"
    database.mkdir()
    run("certutil", "-N", "-d", f"sql:{database}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{database}", "-n", "root", "-t", "CT,C,C", "-i", files.root)
    between = []
    for number, certificate in enumerate(chain):
        between.append(files.folder / f"between{number}.pem")
        between[-1].write_text(pki.pem(certificate))
    command = ["vfychain", "-pp", "-d", f"sql:{database}", "-u", "1", "-a", files.leaf, *between]
    return run(*command, check=False).returncode == 0


def judged(files):
    """Who takes the chain, for a TLS server."""
    gnutls = pki.certtool_verify(files, check=False).output
    return {
        "openssl": pki.openssl_verify(files, "-purpose", "sslserver", check=False).returncode == 0,
        "gnutls": "Verified" in gnutls and "Not verified" not in gnutls,
        "nss": nss_takes(files, pki.load_chain(files.intermediates.read_text())),
    }


def against_the_rules(admin, ca, name):
    """A certificate that we would not issue, by the authority's own key."""
    exported = admin.post(f"/cas/{ca['id']}/export", {"format": "key"}).content
    key = serialization.load_pem_private_key(exported, None)
    issuer = certificate_of(admin, ca)
    now = datetime.datetime.now(datetime.UTC)
    try:
        general = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        general = x509.DNSName(name)
    leaf_key = pki.private_key()
    ski = pki.extension(issuer, x509.SubjectKeyIdentifier)
    return pki.pem(
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Example")]))
        .issuer_name(issuer.subject)
        .public_key(leaf_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([general]), False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(leaf_key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ski), False)
        .sign(key, hashes.SHA256())
    )


def test_everything_that_may_be_said_is_in_the_certificate(admin, tmp_path):
    root = create(
        admin,
        policies=[{"oid": "2.5.29.32.0", "cps": "http://pki.example/cps"}],
        sia_urls=["http://pki.example/repository"],
    )
    ca = below(
        admin,
        root,
        path_length=0,
        key_usage=["keyCertSign", "cRLSign"],
        extended_key_usage=["serverAuth", "clientAuth"],
        name_constraints_permitted=["DNS:example.com", "IP:10.0.0.0/8", "email:example.com", "O=Example"],
        name_constraints_excluded=["secret.example.com", "URI:bad.example", "IP:::/0"],
        policies=[{"oid": "1.3.6.1.4.1.99999.1", "cps": "http://pki.example/cps"}],
        policy_constraints_require=0,
        policy_constraints_inhibit=0,
        inhibit_any_policy=0,
    )
    certificate = certificate_of(admin, ca)
    assert pki.extension(certificate, x509.BasicConstraints).path_length == 0
    usage = pki.extension(certificate, x509.KeyUsage)
    assert usage.key_cert_sign and usage.crl_sign and not usage.digital_signature
    assert list(pki.extension(certificate, x509.ExtendedKeyUsage)) == [
        ExtendedKeyUsageOID.SERVER_AUTH,
        ExtendedKeyUsageOID.CLIENT_AUTH,
    ]
    constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert [str(name.value) for name in constraints.value.permitted_subtrees][:3] == [
        "example.com",
        "10.0.0.0/8",
        "example.com",
    ]
    assert isinstance(constraints.value.permitted_subtrees[3], x509.DirectoryName)
    assert [type(name) for name in constraints.value.excluded_subtrees] == [
        x509.DNSName,
        x509.UniformResourceIdentifier,
        x509.IPAddress,
    ]
    policy = pki.extension(certificate, x509.CertificatePolicies)[0]
    assert policy.policy_identifier.dotted_string == "1.3.6.1.4.1.99999.1"
    assert policy.policy_qualifiers == ["http://pki.example/cps"]
    limits = certificate.extensions.get_extension_for_class(x509.PolicyConstraints)
    assert limits.critical and limits.value.require_explicit_policy == 0
    assert pki.extension(certificate, x509.InhibitAnyPolicy).skip_certs == 0
    repository = pki.extension(certificate_of(admin, root), x509.SubjectInformationAccess)
    assert repository and repository[0].access_location.value == "http://pki.example/repository"
    # The same is told by the API.
    assert ca["name_constraints_permitted"][0] == "DNS:example.com" and ca["inhibit_any_policy"] == 0
    assert ca["extended_key_usage"] == ["serverAuth", "clientAuth"] and ca["path_length"] == 0
    # What it may issue all take; what it may not issue is refused here.
    admin.patch(f"/cas/{ca['id']}", {"cps_enabled": True, "cps_oid": "1.3.6.1.4.1.99999.1"})
    issued = leaf(admin, ca, "www.example.com", organization="Example")
    assert issued.status == 201, issued
    files = chain_files(tmp_path / "good", admin, issued.data["pem"], ca, root)
    pki.openssl_verify(files, "-purpose", "sslserver", "-policy", "1.3.6.1.4.1.99999.1", "-policy_check")
    for name in ("www.example.net", "secret.example.com", "192.0.2.1", "a.secret.example.com"):
        refused = leaf(admin, ca, name, organization="Example")
        assert refused.status == 400 and "san" in refused.fields, (name, refused)


@pytest.mark.parametrize(
    ("constraints", "good", "bad"),
    [
        ({"name_constraints_permitted": ["DNS:example.com"]}, "a.example.com", "a.example.net"),
        ({"name_constraints_excluded": ["DNS:example.com"]}, "a.example.net", "a.example.com"),
        ({"name_constraints_permitted": ["IP:10.0.0.0/9"]}, "10.127.0.1", "10.128.0.1"),
    ],
)
def test_constraints_bind_below_as_judges_see_it(admin, tmp_path, constraints, good, bad):
    """They bind authorities further down too, which do not have them in their own certificates."""
    root = create(admin)
    bound = below(admin, root, **constraints)
    issuing = below(admin, bound, path_length=0, validity_years=1)
    assert leaf(admin, issuing, bad).status == 400
    issued = leaf(admin, issuing, good)
    assert issued.status == 201, issued
    files = chain_files(tmp_path / "good", admin, issued.data["pem"], issuing, bound, root)
    assert set(judged(files).values()) == {True}
    forged = against_the_rules(admin, issuing, bad)
    files = chain_files(tmp_path / "bad", admin, forged, issuing, bound, root)
    assert set(judged(files).values()) == {False}


def test_purposes_nest(admin, tmp_path):
    root = create(admin)
    clients = below(admin, root, extended_key_usage=["clientAuth"])
    answer = admin.post(
        "/cas",
        body(
            ca_type="intermediate",
            parent_id=clients["id"],
            validity_years=1,
            extended_key_usage=["serverAuth"],
        ),
    )
    assert answer.status == 400 and "extended_key_usage" in answer.fields, answer
    silent = below(admin, clients, validity_years=1)
    assert any(each["rule"] == "purpose_nesting" for each in silent["findings"])
    refused = leaf(admin, silent, "www.example.com")
    assert refused.status == 400 and "extended_key_usage" in refused.fields, refused
    forged = chain_files(
        tmp_path / "f", admin, against_the_rules(admin, silent, "www.example.com"), silent, clients, root
    )
    assert judged(forged)["openssl"] is False
    issued = leaf(admin, silent, "www.example.com", cert_type="client")
    assert issued.status == 201, issued
    files = chain_files(tmp_path / "c", admin, issued.data["pem"], silent, clients, root)
    pki.openssl_verify(files, "-purpose", "sslclient")
    assert pki.openssl_verify(files, "-purpose", "sslserver", check=False).returncode != 0


def test_the_simulation_says_who_refuses_and_keeps_nothing(admin):
    before = len(admin.get("/cas").data)
    root = create(admin)
    good = admin.post(
        "/cas/simulate", body(ca_type="intermediate", parent_id=root["id"], validity_years=1)
    ).data
    assert good["verdict"] == "accepted" and good["problems"] == [], good
    assert {each["purpose"] for each in good["trials"] if each["accepted"]} >= {"serverAuth", "clientAuth"}
    assert {each["name"] for each in good["extensions"]} >= {"Basic Constraints", "Key Usage"}

    narrow = below(admin, root, path_length=0, extended_key_usage=["clientAuth"])
    wanted = body(
        ca_type="intermediate", parent_id=narrow["id"], validity_years=4, extended_key_usage=["serverAuth"]
    )
    said = admin.post("/cas/simulate", wanted).data
    assert said["verdict"] == "refused"
    rules = {each["rule"]: each for each in said["findings"]}
    assert {"path_length", "purpose_nesting", "validity_nesting"} <= set(rules)
    assert rules["path_length"]["severity"] == "refusal" and rules["path_length"]["citation"].startswith(
        "RFC 5280"
    )
    assert "OpenSSL" in rules["purpose_nesting"]["clients"]
    assert not any(each["accepted"] for each in said["trials"])
    assert all(each["reason"] for each in said["trials"])
    # What is refused there is refused when it is made.
    made = admin.post("/cas", wanted)
    assert made.status == 400 and {"parent_id", "extended_key_usage", "validity_days"} <= set(made.fields), (
        made
    )
    assert len(admin.get("/cas").data) == before + 2


def test_the_simulation_warns_of_what_only_some_refuse(admin):
    said = admin.post("/cas/simulate", body(key_algorithm="Ed25519", key_size=None)).data
    assert said["verdict"] == "warned"
    finding = next(each for each in said["findings"] if each["rule"] == "ed25519")
    assert finding["severity"] == "warning" and "Firefox" in finding["clients"]
    said = admin.post("/cas/simulate", body(name_constraints_permitted=["DNS:example.com"])).data
    assert "unconstrained_addresses" in {each["rule"] for each in said["findings"]}
    made = create(admin, name_constraints_permitted=["DNS:example.com"])
    assert "unconstrained_addresses" in {each["rule"] for each in made["findings"]}


def test_a_chain_with_sha1_is_refused(admin, tmp_path):
    """Nobody takes a chain with SHA-1 in it, below a trust anchor."""
    name = fresh_name()
    (tmp_path / "ext").write_text(
        "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
    )
    new = ["-newkey", "rsa:2048", "-nodes"]
    run("openssl", "req", "-x509", "-sha1", *new, "-keyout", tmp_path / "r.key", "-subj", f"/CN=Old {name}",
        "-days", "3000", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", tmp_path / "r.pem")  # fmt: skip
    run("openssl", "req", *new, "-keyout", tmp_path / "m.key", "-subj", f"/CN=Old Issuing {name}", "-out",
        tmp_path / "m.csr")  # fmt: skip
    run("openssl", "x509", "-req", "-sha1", "-in", tmp_path / "m.csr", "-CA", tmp_path / "r.pem", "-CAkey",
        tmp_path / "r.key", "-CAcreateserial", "-extfile", tmp_path / "ext", "-days", "2000", "-out",
        tmp_path / "m.pem")  # fmt: skip
    pems = (tmp_path / "m.pem").read_text() + (tmp_path / "r.pem").read_text()
    imported = admin.post(
        "/cas/import", {"certificate": pems, "private_key": (tmp_path / "m.key").read_text()}
    )
    assert imported.status == 200, imported
    weak = next(each for each in admin.get("/cas").data if each["common_name"] == f"Old Issuing {name}")
    assert weak["has_private_key"] is True
    wanted = body(ca_type="intermediate", parent_id=weak["id"], validity_years=1)
    said = admin.post("/cas/simulate", wanted).data
    assert said["verdict"] == "refused" and "signature" in {each["rule"] for each in said["findings"]}
    assert admin.post("/cas", wanted).status == 400


def test_long_rsa_keys(admin):
    """8192 bits are taken as well; making them takes longer than a test should."""
    answer = admin.post("/cas", body(key_algorithm="RSA", key_size=4096), timeout=150)
    assert certificate_of(admin, answer.data).public_key().key_size == 4096
    longest = body(key_algorithm="RSA", key_size=8192)
    assert admin.post("/cas/simulate", longest).data["problems"] == []


@pytest.mark.parametrize(
    ("key", "digest", "expected"),
    [
        (("RSA", 2048), "SHA-512", "sha512"),
        (("ECDSA", "P-256"), "sha384", "sha384"),
        (("ECDSA", "P-384"), None, "sha384"),
    ],
)
def test_the_digest_is_chosen(admin, key, digest, expected):
    ca = create(admin, key_algorithm=key[0], key_size=key[1], digest=digest)
    assert certificate_of(admin, ca).signature_hash_algorithm.name == expected
    assert ca["hash_algorithm"] == expected
    issued = leaf(admin, ca, fresh_name())
    assert pki.load(issued.data["pem"]).signature_hash_algorithm.name == expected


def test_other_addresses_are_written_into_certificates(admin):
    ca = create(
        admin,
        cdp_urls=["http://crl.example.org/a.crl", "http://crl2.example.org/a.crl"],
        ocsp_urls=["http://ocsp.example.org"],
        aia_ca_issuers_urls=["http://aia.example.org/a.cer"],
    )
    certificate = pki.load(leaf(admin, ca, fresh_name()).data["pem"])
    points = pki.extension(certificate, x509.CRLDistributionPoints)
    assert [point.full_name[0].value for point in points] == ca["cdp_urls"]
    assert pki.ocsp_url(certificate) == "http://ocsp.example.org"
    assert pki.ca_issuers_url(certificate) == "http://aia.example.org/a.cer"
    changed = admin.patch(f"/cas/{ca['id']}", {"ocsp_url": "http://other.example.org", "cdp_urls": []})
    assert changed.data["ocsp_urls"] == ["http://other.example.org"], changed
    certificate = pki.load(leaf(admin, ca, fresh_name()).data["pem"])
    assert pki.ocsp_url(certificate) == "http://other.example.org"
    assert "/crl/" in pki.crl_url(certificate)
    for wrong in ({"ocsp_url": "https://tls.example"}, {"cdp_urls": ["x"]}, {"cdp_urls": ["http://a/"] * 9}):
        assert admin.patch(f"/cas/{ca['id']}", wrong).status == 400, wrong


def test_policies_are_switched_on_and_off(admin):
    ca = create(admin)
    assert admin.patch(f"/cas/{ca['id']}", {"cps_enabled": True}).status == 400
    on = {"cps_enabled": True, "cps_oid": "1.3.6.1.4.1.99999.7", "cps_uri": "http://pki.example/cps"}
    assert admin.patch(f"/cas/{ca['id']}", on).data["cps_enabled"] is True
    policy = pki.extension(pki.load(leaf(admin, ca, fresh_name()).data["pem"]), x509.CertificatePolicies)[0]
    assert policy.policy_identifier.dotted_string == "1.3.6.1.4.1.99999.7"
    assert admin.patch(f"/cas/{ca['id']}", {"cps_enabled": False}).data["cps_oid"] == ""
    assert (
        pki.extension(pki.load(leaf(admin, ca, fresh_name()).data["pem"]), x509.CertificatePolicies) is None
    )


def built_in_sub_ca(admin):
    return next(each["id"] for each in admin.get("/templates").data if each["template_type"] == "sub_ca")


def test_a_template_binds_authorities(admin, tmp_path):
    root = create(admin)
    template = built_in_sub_ca(admin)
    plain = {"common_name": "By template " + fresh_name(), "parent_id": root["id"], "template_id": template}
    made = admin.post("/cas", plain)
    assert made.status == 201, made
    certificate = certificate_of(admin, made.data)
    assert pki.extension(certificate, x509.BasicConstraints).path_length == 0
    assert certificate.public_key().curve.name == "secp384r1"
    # Purposes of servers alone would break the chains of clients.
    assert pki.extension(certificate, x509.ExtendedKeyUsage) is None
    assert certificate.not_valid_after_utc <= certificate_of(admin, root).not_valid_after_utc
    longer = admin.post("/cas", plain | {"path_length": 1})
    assert longer.status == 400 and "path_length" in longer.fields, longer
    other = next(each["id"] for each in admin.get("/templates").data if each["template_type"] == "web_server")
    refused = admin.post("/cas", plain | {"template_id": other})
    assert refused.status == 400 and "template_id" in refused.fields, refused


def test_a_csr_becomes_an_authority_by_its_own_door(admin, tmp_path):
    """And by no other: a CSR that asks for CA:TRUE is refused everywhere else."""
    root = create(admin)
    key = pki.private_key("P-384")
    csr = pki.csr(
        "Remote CA " + fresh_name(),
        key=key,
        extensions=[(x509.BasicConstraints(ca=True, path_length=5), True)],
    )
    asked = {"csr": csr, "parent_id": root["id"], "template_id": built_in_sub_ca(admin)}
    made = admin.post("/cas", asked)
    assert made.status == 201, made
    certificate = certificate_of(admin, made.data)
    # The template decides, not the request.
    assert pki.extension(certificate, x509.BasicConstraints).path_length == 0
    assert certificate.public_key() == key.public_key()
    assert made.data["has_private_key"] is False and made.data["parent_id"] == root["id"]
    files = chain_files(tmp_path / "c", admin, pki.pem(certificate), root)
    run("openssl", "verify", "-x509_strict", "-CAfile", files.root, files.leaf)
    assert admin.post("/certificates", {"csr": csr, "ca_id": root["id"]}).status == 400
    assert admin.post("/csrs/upload", {"pem": csr}).status == 400
    # It does not issue here, and a root is made by nobody's request.
    assert leaf(admin, made.data, fresh_name()).status in (400, 409)
    assert admin.post("/cas", {"csr": csr}).status == 400
    broken = admin.post("/cas", asked | {"csr": csr.replace("MII", "MIJ", 1)})
    assert broken.status == 400 and "csr" in broken.fields, broken


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name_constraints_permitted", {"name_constraints_permitted": ["DNS:a b"]}),
        ("name_constraints_excluded", {"name_constraints_excluded": ["IP:10.0.0.0/33"]}),
        ("extended_key_usage", {"extended_key_usage": ["nonsense"]}),
        ("key_usage", {"key_usage": ["keyEncipherment"]}),
        ("key_usage", {"key_usage": ["nonsense"]}),
        ("policies", {"policies": [{"oid": "1.2.3", "cps": ""}, {"oid": "1.2.3", "cps": ""}]}),
        ("policies", {"policies": [{"oid": "1.2.3", "cps": "no url"}]}),
        ("inhibit_any_policy", {"inhibit_any_policy": -1}),
        ("policy_constraints_require", {"policy_constraints_require": 99}),
        ("sia_urls", {"sia_urls": ["no url"]}),
        ("digest", {"digest": "SHA-1"}),
        ("digest", {"digest": "SHA-384", "key_algorithm": "Ed25519", "key_size": None}),
        ("cdp_urls", {"cdp_urls": ["https://needs-tls.example/a.crl"]}),
        ("cps_oid", {"cps_uri": "http://pki.example/cps"}),
        ("csr", {"csr": "rubbish", "common_name": None, "key_algorithm": None, "key_size": None}),
    ],
)
def test_what_is_wrong_is_named(admin, field, wrong):
    answer = admin.post("/cas", body(**wrong))
    assert answer.status == 400 and field in answer.fields, answer
    said = admin.post("/cas/simulate", body(**wrong))
    assert said.status == 400 or field in {each["field"] for each in said.data["problems"]}, said


def test_orphans_are_listed(admin):
    stray = Authority("Root elsewhere").authority("Stray " + fresh_name())
    assert admin.post("/cas/import", {"certificate": pki.pem(stray.certificate)}).status == 200
    orphans = admin.get("/cas", type="orphan").data
    assert stray.name in {each["common_name"] for each in orphans}
    assert all(each["parent_id"] is None and each["is_root"] is False for each in orphans)


def test_a_request_to_make_one_is_carried_out_once(admin):
    wanted = body()
    headers = {"Idempotency-Key": fresh_name()}
    first = admin.post("/cas", wanted, headers=headers)
    second = admin.post("/cas", wanted, headers=headers)
    assert first.status == second.status == 201 and first.data["id"] == second.data["id"]
    assert second.headers["Idempotency-Replayed"] == "true"


def test_java_takes_the_chain(admin, tmp_path):
    if shutil.which("keytool") is None:
        pytest.skip("no keytool here")
    root = create(admin, key_algorithm="RSA", key_size=2048)
    ca = below(admin, root, path_length=0, name_constraints_permitted=["DNS:example.com"])
    issued = leaf(admin, ca, "www.example.com").data
    pems = admin.post(
        f"/certificates/{issued['id']}/export", {"format": "pem", "include_chain": True}
    ).content
    (tmp_path / "chain.pem").write_bytes(pems)
    printed = run("keytool", "-printcert", "-file", tmp_path / "chain.pem").output
    assert "NameConstraints" in printed and "PathLen:0" in printed

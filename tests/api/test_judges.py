"""What others say of our chains: each judge takes what is good, and refuses what breaks a rule.

Chains that break a rule are signed with the authority's exported key, since the server would not issue them.
"""

import dataclasses
import datetime
import pathlib
import shutil

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID

from support import pki
from support.acme import fresh_name
from support.process import run

SOURCES = pathlib.Path(__file__).parent.parent / "support" / "judges"
NAME = "www.judged.example"


@dataclasses.dataclass
class Case:
    files: pki.Files
    intermediates: list
    lists: pathlib.Path | None = None
    deltas: bool = False
    ocsp: str | None = None

    @property
    def path(self):
        """The leaf and all between it and the root."""
        file = self.files.folder / "path.pem"
        file.write_text(self.files.leaf.read_text() + self.files.intermediates.read_text())
        return file


# ---- The judges: each says whether it takes the chain for a TLS server ----


def openssl(case):
    options = ["-purpose", "sslserver", "-verify_hostname", NAME]
    if case.lists:
        options += ["-crl_check_all", "-CRLfile", case.lists]
    if case.deltas:
        options += ["-extended_crl", "-use_deltas"]
    if case.ocsp:
        said = pki.openssl_ocsp(case.files, case.ocsp, "-no_nonce", check=False).output
        assert "Response verify OK" in said, said
        return "leaf.pem: good" in said
    judged = pki.openssl_verify(case.files, *options, check=False)
    assert judged.returncode == 0 or "error" in judged.output, judged.output
    return judged.returncode == 0


def gnutls(case):
    if case.ocsp:
        command = [
            "ocsptool",
            f"--ask={case.ocsp}",
            "--load-cert",
            case.files.leaf,
            "--load-issuer",
            case.files.issuer,
        ]
        said = run(*command, "--load-signer", case.files.issuer, check=False).output
        assert "Success" in said, said
        return "Certificate Status: good" in said
    lists = ["--load-crl", case.lists] if case.lists else []
    said = run(
        "certtool", "--verify", "--verify-purpose", "1.3.6.1.5.5.7.3.1", "--verify-hostname", NAME,
        "--load-ca-certificate", case.files.root, "--infile", case.files.full, *lists, check=False,
    ).output  # fmt: skip
    assert "Chain verification output" in said, said
    return "Chain verification output: Verified" in said


def nss(case):
    database = f"sql:{case.files.folder / 'nss'}"
    shutil.rmtree(case.files.folder / "nss", ignore_errors=True)
    (case.files.folder / "nss").mkdir()
    run("certutil", "-N", "-d", database, "--empty-password")
    run("certutil", "-A", "-d", database, "-n", "root", "-t", "CT,C,C", "-i", case.files.root)
    between = []
    for number, certificate in enumerate(case.intermediates):
        between.append(case.files.folder / f"between{number}.pem")
        between[-1].write_text(certificate)
        if case.lists:
            run("certutil", "-A", "-d", database, "-n", f"between{number}", "-t", ",,", "-i", between[-1])
    options = ["-pp"]
    if case.lists:
        for number, crl in enumerate(case.lists.read_text().split("-----END X509 CRL-----\n")[:-1]):
            file = case.files.folder / f"list{number}.der"
            pem = (crl + "-----END X509 CRL-----\n").encode()
            file.write_bytes(x509.load_pem_x509_crl(pem).public_bytes(serialization.Encoding.DER))
            run("crlutil", "-I", "-d", database, "-i", file, "-t", "1")
        options = []  # the lists of the database are looked at by the older way only
    judged = run(
        "vfychain", "-d", database, *options, "-u", "1", "-a", case.files.leaf, *between, check=False
    )
    assert ("Chain is good" in judged.output) != ("Chain is bad" in judged.output), judged.output
    return "Chain is good" in judged.output


def python(case):
    store = verification.Store([pki.load(case.files.root.read_text())])
    verifier = verification.PolicyBuilder().store(store).build_server_verifier(x509.DNSName(NAME))
    try:
        verifier.verify(
            pki.load(case.files.leaf.read_text()), [pki.load(each) for each in case.intermediates]
        )
    except verification.VerificationError:
        return False
    return True


@pytest.fixture(scope="session")
def programs(tmp_path_factory):
    """The judges that have to be compiled."""
    folder = tmp_path_factory.mktemp("judges")
    run("javac", "-d", folder, SOURCES / "Judge.java")
    run("go", "build", "-o", folder / "judge", SOURCES / "judge.go", timeout=180)
    return folder


@pytest.fixture(scope="session")
def judges(programs):
    def java(case):
        about = ["crl", case.lists] if case.lists else ["ocsp", case.ocsp] if case.ocsp else ["none"]
        judged = run(
            "java", "-Xshare:auto", "-cp", programs, "Judge", case.files.root, case.path, *about, check=False
        )
        assert judged.output.startswith(("accepted", "refused")), judged.output
        return judged.returncode == 0

    def go(case):
        lists = [case.lists] if case.lists else []
        judged = run(programs / "judge", case.files.root, case.path, NAME, *lists, check=False)
        assert judged.output.startswith(("accepted", "refused")), judged.output
        return judged.returncode == 0

    return {"openssl": openssl, "gnutls": gnutls, "nss": nss, "python": python, "java": java, "go": go}


# ---- Chains ----


@pytest.fixture
def world(server, admin, tmp_path):
    return World(server, admin, tmp_path)


class World:
    def __init__(self, server, admin, folder):
        self.server, self.admin, self.folder = server, admin, folder

    def ca(self, parent=None, **wanted):
        body = {"common_name": "Judged " + fresh_name(), "key_algorithm": "ECDSA", "key_size": "P-256"}
        where = {"ca_type": "intermediate", "parent_id": parent["id"]} if parent else {"ca_type": "root"}
        answer = self.admin.post("/cas", body | where | {"validity_years": 2 if parent else 5} | wanted)
        assert answer.status == 201, answer
        return answer.data

    def leaf(self, ca):
        answer = self.admin.post("/certificates", {"common_name": NAME, "san": [NAME], "ca_id": ca["id"]})
        assert answer.status == 201, answer
        return answer.data

    def case(self, leaf, *cas, **more):
        """The authorities' certificates from the one above the leaf up to the root."""
        folder = self.folder / fresh_name()
        folder.mkdir()
        pems = [ca if isinstance(ca, str) else ca["pem"] for ca in cas]
        return Case(pki.Files(folder, leaf, pems[:-1], pems[-1]), pems[:-1], **more)

    def lists(self, *cas, what=("",)):
        file = self.folder / (fresh_name() + ".pem")
        file.write_text(
            "".join(self.admin.get(f"/crl/{ca['id']}{each}").data["crl_pem"] for ca in cas for each in what)
        )
        return file

    def key_of(self, ca):
        exported = self.admin.post(f"/cas/{ca['id']}/export", {"format": "key"}).content
        return serialization.load_pem_private_key(exported, None)


def forged(issuer_pem, issuer_key, key, name=None, **authority):
    """A certificate against the rules: of a server, or of an authority."""
    issuer = pki.load(issuer_pem)
    now = datetime.datetime.now(datetime.UTC)
    subject = x509.NameAttribute(x509.NameOID.COMMON_NAME, name or "Forged " + fresh_name())
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"),
        False,
    )  # fmt: skip
    usage |= {"digital_signature": bool(name), "key_cert_sign": not name, "crl_sign": not name}
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([subject]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                pki.extension(issuer, x509.SubjectKeyIdentifier)
            ),
            False,
        )
        .add_extension(x509.KeyUsage(**usage), True)
        .add_extension(x509.BasicConstraints(ca=not name, path_length=None), True)
    )
    if name:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
    return pki.pem(builder.sign(issuer_key, hashes.SHA256()))


EVERYBODY = {"openssl", "gnutls", "nss", "python", "java", "go"}


def takers(judges, case, among=EVERYBODY):
    return {name for name in sorted(among) if judges[name](case)}


# ---- What they say ----


def test_what_we_issue_is_taken_by_everybody(world, judges):
    root = world.ca()
    middle = world.ca(root, path_length=1, name_constraints_permitted=["DNS:judged.example"])
    issuing = world.ca(
        middle, path_length=0, validity_years=1, extended_key_usage=["serverAuth", "clientAuth"]
    )
    case = world.case(world.leaf(issuing)["pem"], issuing, middle, root)
    assert takers(judges, case) == EVERYBODY


def test_a_name_outside_of_the_constraints_is_refused_by_everybody(world, judges):
    for constraints in (
        {"name_constraints_permitted": ["DNS:elsewhere.example"]},
        {"name_constraints_excluded": ["DNS:judged.example"]},
    ):
        root = world.ca()
        ca = world.ca(root, **constraints)
        leaf = forged(ca["pem"], world.key_of(ca), pki.private_key(), NAME)
        assert takers(judges, world.case(leaf, ca, root)) == set(), constraints


def test_constraints_of_the_grandparent_bind_as_well(world, judges):
    root = world.ca()
    middle = world.ca(root, name_constraints_permitted=["DNS:elsewhere.example"])
    ca = world.ca(middle, validity_years=1)
    leaf = forged(ca["pem"], world.key_of(ca), pki.private_key(), NAME)
    assert takers(judges, world.case(leaf, ca, middle, root)) == set()


def test_a_path_that_is_too_long_is_refused_by_everybody(world, judges):
    root = world.ca()
    ca = world.ca(root, path_length=0)
    key = pki.private_key()
    below = forged(ca["pem"], world.key_of(ca), key)
    leaf = forged(below, key, pki.private_key(), NAME)
    assert takers(judges, world.case(leaf, below, ca, root)) == set()


def test_an_authority_for_other_purposes_makes_no_server(world, judges):
    root = world.ca()
    ca = world.ca(root, extended_key_usage=["clientAuth"])
    leaf = forged(ca["pem"], world.key_of(ca), pki.private_key(), NAME)
    # Java and vfychain look at the purposes of the leaf alone.
    assert takers(judges, world.case(leaf, ca, root)) == {"java", "nss"}


# Python's verifier looks at no lists.
WITH_LISTS = {"openssl", "gnutls", "nss", "java", "go"}


def test_lists_say_who_is_revoked(world, judges):
    root = world.ca()
    ca = world.ca(root)
    good, bad = world.leaf(ca), world.leaf(ca)
    assert world.admin.post(f"/certificates/{bad['id']}/revoke", {"reason": "keyCompromise"}).ok
    lists = world.lists(root, ca)
    assert takers(judges, world.case(good["pem"], ca, root, lists=lists), WITH_LISTS) == WITH_LISTS
    assert takers(judges, world.case(bad["pem"], ca, root, lists=lists), WITH_LISTS) == set()


def test_lists_say_that_an_authority_is_revoked(world, judges):
    root = world.ca()
    ca = world.ca(root)
    leaf = world.leaf(ca)
    assert world.admin.post(f"/cas/{ca['id']}/revoke", {"reason": "caCompromise"}).ok
    case = world.case(leaf["pem"], ca, root, lists=world.lists(root, ca))
    assert takers(judges, case, WITH_LISTS) == set()


def test_a_delta_says_what_the_list_does_not_say_yet(world, judges):
    """OpenSSL alone reads deltas; the others would have to wait for the full list."""
    root = world.ca()
    ca = world.ca(root)
    assert world.admin.post(f"/crl/{ca['id']}/config", {"delta_crl_enabled": True}).ok
    leaf = world.leaf(ca)
    before = world.lists(root, ca).read_text()
    assert world.admin.post(f"/certificates/{leaf['id']}/revoke", {"reason": "keyCompromise"}).ok
    delta = world.admin.get(f"/crl/{ca['id']}/delta").data["crl_pem"]
    lists = world.folder / "with-delta.pem"
    lists.write_text(before)
    assert openssl(world.case(leaf["pem"], ca, root, lists=lists)), "the list of before"
    lists.write_text(before + delta)
    assert not openssl(world.case(leaf["pem"], ca, root, lists=lists, deltas=True))


WITH_OCSP = {"openssl", "gnutls", "java"}


@pytest.mark.parametrize("delegated", [False, True], ids=["authority", "responder"])
def test_ocsp_says_who_is_revoked(world, judges, delegated):
    root = world.ca()
    ca = world.ca(root)
    assert world.admin.post(f"/crl/{ca['id']}/config", {"ocsp_delegated": delegated}).ok
    good, bad = world.leaf(ca), world.leaf(ca)
    assert world.admin.post(f"/certificates/{bad['id']}/revoke", {"reason": "superseded"}).ok
    url = world.server.http_url + "/ocsp"
    # Java asks about each certificate of the chain: all have the same responder here.
    among = WITH_OCSP - ({"gnutls"} if delegated else set())  # ocsptool takes the named signer only
    assert takers(judges, world.case(good["pem"], ca, root, ocsp=url), among) == among
    assert takers(judges, world.case(bad["pem"], ca, root, ocsp=url), among) == set()

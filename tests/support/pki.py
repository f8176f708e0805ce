"""Certificates, as the judges see them: OpenSSL, GnuTLS and NSS on the command line, cryptography for fields."""

import pathlib
import shutil

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from support.process import run


def private_key(kind="P-256"):
    if kind.startswith("P-"):
        return ec.generate_private_key(
            {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}[kind]()
        )
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, int(kind.removeprefix("RSA ")))


def csr(common_name=None, names=(), key=None, extensions=(), subject=None, pem=True):
    """A CSR with a common name, DNS names and whatever else is asked for."""
    key = key or private_key()
    attributes = list(subject or [])
    if common_name is not None:
        attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name))
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes))
    general = [name if isinstance(name, x509.GeneralName) else x509.DNSName(name) for name in names]
    if general:
        builder = builder.add_extension(x509.SubjectAlternativeName(general), critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    signed = builder.sign(key, algorithm)
    encoding = serialization.Encoding.PEM if pem else serialization.Encoding.DER
    return signed.public_bytes(encoding).decode() if pem else signed.public_bytes(encoding)


def load(pem):
    return x509.load_pem_x509_certificate(pem.encode() if isinstance(pem, str) else pem)


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def load_chain(pem):
    return x509.load_pem_x509_certificates(pem.encode() if isinstance(pem, str) else pem)


def dns_names(certificate):
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(names.get_values_for_type(x509.DNSName))


def extension(certificate, type_):
    try:
        return certificate.extensions.get_extension_for_class(type_).value
    except x509.ExtensionNotFound:
        return None


def ocsp_url(certificate):
    for access in extension(certificate, x509.AuthorityInformationAccess):
        if access.access_method == AuthorityInformationAccessOID.OCSP:
            return access.access_location.value
    raise AssertionError("no OCSP address in the certificate")


def ca_issuers_url(certificate):
    for access in extension(certificate, x509.AuthorityInformationAccess):
        if access.access_method == AuthorityInformationAccessOID.CA_ISSUERS:
            return access.access_location.value
    raise AssertionError("no CA issuers address in the certificate")


def crl_url(certificate):
    points = extension(certificate, x509.CRLDistributionPoints)
    return points[0].full_name[0].value


class Files:
    """A certificate with its chain as files, for command lines."""

    def __init__(self, folder, leaf, intermediates, root):
        self.folder = pathlib.Path(folder)
        self.leaf = self._write("leaf.pem", leaf)
        self.intermediates = self._write("intermediates.pem", "".join(intermediates))
        self.root = self._write("root.pem", root)
        self.issuer = self._write("issuer.pem", intermediates[0] if intermediates else root)
        self.full = self._write("full.pem", leaf + "".join(intermediates) + root)

    def _write(self, name, text):
        file = self.folder / name
        file.write_text(text)
        return file


def openssl_verify(files, *options, check=True):
    return run(
        "openssl",
        "verify",
        "-x509_strict",
        *options,
        "-CAfile",
        files.root,
        "-untrusted",
        files.intermediates,
        files.leaf,
        check=check,
    )


def certtool_verify(files, check=True):
    # --infile has the chain, the leaf first; --load-ca-certificate what is trusted.
    return run(
        "certtool", "--verify", "--load-ca-certificate", files.root, "--infile", files.full, check=check
    )


def nss_verify(files, folder, usage="V", check=True):
    """vfychain with a fresh NSS database that trusts the root. Usage V: a TLS server."""
    database = pathlib.Path(folder) / "nss"
    shutil.rmtree(database, ignore_errors=True)
    database.mkdir()
    run("certutil", "-N", "-d", f"sql:{database}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{database}", "-n", "root", "-t", "CT,C,C", "-i", files.root)
    return run(
        "vfychain",
        "-d",
        f"sql:{database}",
        "-u",
        {"V": "1", "C": "0"}[usage],
        "-a",
        files.leaf,
        files.issuer,
        check=check,
    )


def openssl_ocsp(files, url, *options, check=True):
    return run(
        "openssl",
        "ocsp",
        "-issuer",
        files.issuer,
        "-cert",
        files.leaf,
        "-url",
        url,
        "-CAfile",
        files.root,
        "-verify_other",
        files.issuer,
        *options,
        check=check,
    )

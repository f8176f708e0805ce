"""Authorities of another implementation, whose certificates are brought in."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from support import pki


def key_pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


class Authority:
    def __init__(self, name, parent=None, key=None, ski=None):
        self.name = name
        self.key = key or pki.private_key()
        self.ski = ski or x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()).digest
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = _builder(name, self.key, (parent or self).name, days=3650)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier(self.ski), critical=False)
        if parent:
            builder = builder.add_extension(_authority_key(parent), critical=False)
        self.certificate = builder.sign((parent or self).key, hashes.SHA256())

    def authority(self, name):
        return Authority(name, parent=self)

    def leaf(self, name, key, names=None):
        builder = _builder(name, key, self.name, days=90)
        builder = builder.add_extension(
            x509.SubjectAlternativeName(names or [x509.DNSName(name)]), critical=False
        )
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        builder = builder.add_extension(_authority_key(self), critical=False)
        return builder.sign(self.key, hashes.SHA256())


def _authority_key(authority):
    return x509.AuthorityKeyIdentifier(authority.ski, None, None)


def _builder(subject, key, issuer, days):
    now = datetime.datetime.now(datetime.UTC)

    def named(text):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=days))
    )

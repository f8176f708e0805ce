"""A passkey in software: what a browser and its authenticator do, by the fido2 package's structures."""

import hashlib
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from fido2.cose import ES256, RS256, EdDSA
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


class Authenticator:
    """One credential. `algorithm`: ES256, EdDSA or RS256. What it says can be bent for tests."""

    def __init__(self, origin, algorithm="ES256", counts=True, verifies=True):
        self.origin = origin
        self.algorithm = algorithm
        self.counter = 0
        self.counts = counts
        self.verifies = verifies
        self.id = os.urandom(32)
        if algorithm == "ES256":
            self.key = ec.generate_private_key(ec.SECP256R1())
            self.cose = ES256.from_cryptography_key(self.key.public_key())
        elif algorithm == "EdDSA":
            self.key = ed25519.Ed25519PrivateKey.generate()
            self.cose = EdDSA.from_cryptography_key(self.key.public_key())
        else:
            self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            self.cose = RS256.from_cryptography_key(self.key.public_key())

    def sign(self, message):
        if self.algorithm == "ES256":
            return self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        if self.algorithm == "EdDSA":
            return self.key.sign(message)
        return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def flags(self):
        return FLAG.UP | (FLAG.UV if self.verifies else FLAG(0))

    def count(self):
        self.counter += 1 if self.counts else 0
        return self.counter

    def client_data(self, kind, challenge, origin=None, **more):
        return CollectedClientData.create(kind, challenge, origin or self.origin, **more)

    def register(self, options, attestation="none", rp_id=None, origin=None, challenge=None):
        """The answer to creation options, as toJSON() of the browser gives it."""
        client_data = self.client_data("webauthn.create", challenge or options["challenge"], origin)
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, self.cose)
        data = AuthenticatorData.create(
            hashlib.sha256((rp_id or options["rp"]["id"]).encode()).digest(),
            self.flags() | FLAG.AT,
            self.count(),
            bytes(credential),
        )
        statement = {}
        if attestation == "packed":
            signature = self.sign(bytes(data) + client_data.hash)
            statement = {"alg": self.cose[3], "sig": signature}
        attested = AttestationObject.create(attestation, data, statement)
        return {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": True}},
            "response": {
                "clientDataJSON": websafe_encode(bytes(client_data)),
                "attestationObject": websafe_encode(bytes(attested)),
                "transports": ["internal", "hybrid"],
            },
        }

    def sign_in(self, options, origin=None, rp_id=None, challenge=None, cross_origin=False):
        """The answer to request options."""
        client_data = self.client_data(
            "webauthn.get", challenge or options["challenge"], origin, cross_origin=cross_origin
        )
        data = AuthenticatorData.create(
            hashlib.sha256((rp_id or options["rpId"]).encode()).digest(), self.flags(), self.count()
        )
        return {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": websafe_encode(bytes(client_data)),
                "authenticatorData": websafe_encode(bytes(data)),
                "signature": websafe_encode(self.sign(bytes(data) + client_data.hash)),
            },
        }


def flipped(text):
    """The same base64url with one bit of its last octet turned."""
    octets = bytearray(websafe_decode(text))
    octets[-1] ^= 1
    return websafe_encode(bytes(octets))

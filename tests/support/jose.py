"""JSON Web Signatures as ACME uses them (RFC 7515, RFC 8555 section 6.2), written for these tests."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

CURVES = {
    256: ("P-256", "ES256", hashes.SHA256),
    384: ("P-384", "ES384", hashes.SHA384),
    521: ("P-521", "ES512", hashes.SHA512),
}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compact(value):
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


class Key:
    """A private key that signs JWS. `kind`: EC256, EC384, EC521, RSA2048 ..., Ed25519."""

    def __init__(self, kind="EC256", private=None):
        if private is not None:
            self.private = private
        elif kind.startswith("EC"):
            self.private = ec.generate_private_key(
                {"256": ec.SECP256R1, "384": ec.SECP384R1, "521": ec.SECP521R1}[kind[2:]]()
            )
        elif kind.startswith("RSA"):
            self.private = rsa.generate_private_key(65537, int(kind[3:]))
        else:
            self.private = ed25519.Ed25519PrivateKey.generate()

    @property
    def algorithm(self):
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return CURVES[self.private.key_size][1]
        return "RS256" if isinstance(self.private, rsa.RSAPrivateKey) else "EdDSA"

    @property
    def jwk(self):
        public = self.private.public_key()
        if isinstance(public, ec.EllipticCurvePublicKey):
            size = (public.key_size + 7) // 8
            numbers = public.public_numbers()
            x, y = (b64(n.to_bytes(size, "big")) for n in (numbers.x, numbers.y))
            return {"kty": "EC", "crv": CURVES[public.key_size][0], "x": x, "y": y}
        if isinstance(public, rsa.RSAPublicKey):
            numbers = public.public_numbers()
            n, e = (b64(n.to_bytes((n.bit_length() + 7) // 8, "big")) for n in (numbers.n, numbers.e))
            return {"kty": "RSA", "n": n, "e": e}
        return {"kty": "OKP", "crv": "Ed25519", "x": b64(public.public_bytes_raw())}

    @property
    def thumbprint(self):
        return b64(hashlib.sha256(compact(self.jwk)).digest())

    def sign(self, data):
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            size = (self.private.key_size + 7) // 8
            der = self.private.sign(data, ec.ECDSA(CURVES[self.private.key_size][2]()))
            r, s = decode_dss_signature(der)
            return r.to_bytes(size, "big") + s.to_bytes(size, "big")
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.private.sign(data)


def flattened(protected, payload, sign):
    """A flattened JWS; `payload` None is POST-as-GET's empty text."""
    head = protected if isinstance(protected, str) else b64(compact(protected))
    body = (
        "" if payload is None else payload if isinstance(payload, str) else b64(json.dumps(payload).encode())
    )
    return {"protected": head, "payload": body, "signature": b64(sign(f"{head}.{body}".encode()))}


def external_account_binding(key, url, key_id, mac_key):
    def sign(data):
        mac = hmac.HMAC(mac_key, hashes.SHA256())
        mac.update(data)
        return mac.finalize()

    return flattened({"alg": "HS256", "kid": key_id, "url": url}, key.jwk, sign)

#pragma once

#include "base/bytes.h"
#include "base/value.h"
#include "crypto/key.h"

// Signatures as JWS writes them (RFC 7518, section 3; RFC 8037): ECDSA as r and s side by side.
namespace crypto {

BOOST_DEFINE_ENUM_CLASS(JwsAlgorithm, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512,
                        EdDSA, HS256, HS384, HS512)

// False also when the algorithm does not fit the key: ES256 needs P-256, and so on.
bool verify_jws(JwsAlgorithm algorithm, const PublicKey& key, base::ByteView signing_input,
                base::ByteView signature);
base::Bytes sign_jws(JwsAlgorithm algorithm, const PrivateKey& key, base::ByteView signing_input);

// HS256, HS384 and HS512; compares in constant time.
bool verify_jws_mac(JwsAlgorithm algorithm, base::ByteView secret, base::ByteView signing_input,
                    base::ByteView mac);
base::Bytes jws_mac(JwsAlgorithm algorithm, base::ByteView secret, base::ByteView signing_input);

// The algorithm that a key signs with: RS256 for RSA, ES384 for P-384, ...
JwsAlgorithm default_jws_algorithm(const PublicKey& key);

}  // namespace crypto

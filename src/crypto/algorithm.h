#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/value.h"
#include "crypto/digest.h"

namespace crypto {

BOOST_DEFINE_ENUM_CLASS(KeyType, rsa, ec, ed25519)
BOOST_DEFINE_ENUM_CLASS(Curve, p256, p384, p521)

// The keys that we make.
BOOST_DEFINE_ENUM_CLASS(KeyAlgorithm, rsa_2048, rsa_3072, rsa_4096, rsa_6144, rsa_8192, ec_p256,
                        ec_p384, ec_p521, ed25519)

// "RSA 2048", "EC P-256", "Ed25519".
std::string to_text(KeyAlgorithm algorithm);

// Reads what people write: "RSA 2048", "rsa-2048", "2048", "EC P-256", "P256", "prime256v1",
// "secp256r1", "ec256", "ecdsa p256", "Ed25519".
std::expected<KeyAlgorithm, base::ParseError> parse_key_algorithm(std::string_view text);

KeyType type_of(KeyAlgorithm algorithm);

// RSASSA-PSS stands for the parameters of the web: MGF1 with the same digest, salt as long as it.
BOOST_DEFINE_ENUM_CLASS(SignatureAlgorithm, ecdsa_sha256, ecdsa_sha384, ecdsa_sha512, rsa_sha256,
                        rsa_sha384, rsa_sha512, rsa_pss_sha256, rsa_pss_sha384, rsa_pss_sha512,
                        ed25519)

// "ecdsa-with-SHA256", "sha256WithRSAEncryption", ...
std::string to_text(SignatureAlgorithm algorithm);

KeyType type_of(SignatureAlgorithm algorithm);

// The AlgorithmIdentifier in DER (RFC 5758, 4055, 8410).
base::ByteView algorithm_identifier(SignatureAlgorithm algorithm);

// The opposite. RSA identifiers may leave out the NULL (RFC 4055, section 5).
std::expected<SignatureAlgorithm, base::ParseError> signature_algorithm(
    base::ByteView identifier_der);

// What an AlgorithmIdentifier is called, known to us or not: for display.
std::string algorithm_name(base::ByteView identifier_der);

}  // namespace crypto

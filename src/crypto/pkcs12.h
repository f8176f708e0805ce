#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "base/value.h"
#include "crypto/key.h"

namespace crypto {

// A key with its certificate and the chain above it (RFC 7292).
struct Pkcs12 {
  std::optional<PrivateKey> key;
  base::Bytes certificate;         // DER; may be empty when there is no key
  std::vector<base::Bytes> chain;  // DER
  std::string friendly_name;
};

// `modern`: AES-256-CBC, PBKDF2 and HMAC with SHA-256. `legacy`: 3DES and SHA-1, for old
// Java, Windows before 10 and macOS before 12.
BOOST_DEFINE_ENUM_CLASS(Pkcs12Encryption, modern, legacy)

base::Bytes make_pkcs12(const Pkcs12& content, const base::Secret& password,
                        Pkcs12Encryption encryption = Pkcs12Encryption::modern);
std::expected<Pkcs12, base::ParseError> read_pkcs12(base::ByteView der,
                                                    const base::Secret& password);

// Certificates alone, as a degenerate SignedData (RFC 2315, section 9.1; RFC 8551, section 3.8).
base::Bytes make_pkcs7(const std::vector<base::Bytes>& certificates);
std::expected<std::vector<base::Bytes>, base::ParseError> read_pkcs7(base::ByteView der);

}  // namespace crypto

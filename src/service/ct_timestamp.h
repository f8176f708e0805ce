#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/value.h"
#include "crypto/key.h"
#include "x509/extensions.h"

namespace service {

// A log's promise to include a certificate: SignedCertificateTimestamp of RFC 6962, section 3.2.
struct SignedTimestamp {
  std::array<std::uint8_t, 32> log_id{};
  std::uint64_t timestamp = 0;  // milliseconds since 1970
  base::Bytes extensions;
  base::Bytes signature;  // digitally-signed: two octets of algorithms, length, signature
};

// A log's identity: the SHA-256 of its key (section 3.2).
std::array<std::uint8_t, 32> log_id_of(const crypto::PublicKey& key);

// What add-pre-chain answers (section 4.2).
std::expected<SignedTimestamp, base::ParseError> read_timestamp(std::string_view json);

// Nothing when the promise is the log's, for this certificate: `tbs` is what will be signed, as it
// is without the promises, and `issuer_key_hash` the SHA-256 of the issuer's key.
std::expected<void, base::ParseError> check_timestamp(const SignedTimestamp& timestamp,
                                                      const crypto::PublicKey& log_key,
                                                      base::ByteView issuer_key_hash,
                                                      base::ByteView tbs);

// The critical extension that makes a certificate none (section 3.1).
x509::Extension poison();

// The promises in a certificate (section 3.3).
x509::Extension timestamp_list(const std::vector<SignedTimestamp>& timestamps);

}  // namespace service

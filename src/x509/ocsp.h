#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/value.h"
#include "crypto/digest.h"
#include "crypto/key.h"
#include "x509/revocation_reason.h"
#include "x509/serial_number.h"

namespace x509 {

// Which certificate is asked about: its issuer by two hashes, and its serial (RFC 6960, 4.1.1).
struct OcspCertId {
  crypto::DigestAlgorithm digest;
  base::Bytes issuer_name_hash;
  base::Bytes issuer_key_hash;
  // Nothing when it is no serial that a certificate can have (zero, negative, over 20 octets): the
  // answer is "unknown".
  std::optional<SerialNumber> serial_number;
  base::Bytes der;  // as it was asked, to be echoed byte for byte
};

struct OcspRequest {
  static constexpr std::size_t max_octets = 64 * 1024;
  static constexpr std::size_t max_certificates = 64;

  std::vector<OcspCertId> certificates;  // at least one
  std::optional<base::Bytes> nonce;      // 1 to 128 octets (RFC 9654)

  // Refuses other versions, unknown critical extensions and trailing octets. A signature of the
  // requester is skipped. CertIDs with unknown digests are refused.
  static std::expected<OcspRequest, base::ParseError> parse(base::ByteView der);
};

base::Bytes make_ocsp_request(const std::vector<OcspCertId>& certificates,
                              const std::optional<base::Bytes>& nonce);

// The two hashes by which requests name an authority.
struct OcspIssuer {
  base::Bytes name_hash;
  base::Bytes key_hash;

  bool operator==(const OcspIssuer&) const = default;
  auto operator<=>(const OcspIssuer&) const = default;
};
OcspIssuer ocsp_issuer(crypto::DigestAlgorithm digest, base::ByteView issuer_name_der,
                       base::ByteView issuer_key_bits);
OcspCertId ocsp_cert_id(crypto::DigestAlgorithm digest, base::ByteView issuer_name_der,
                        base::ByteView issuer_key_bits, const SerialNumber& serial);

enum class OcspStatus { good, revoked, unknown };

struct OcspSingleAnswer {
  base::Bytes cert_id;  // OcspCertId::der
  OcspStatus status;
  base::Time this_update;
  std::optional<base::Time> next_update;
  base::Time revoked_at = {};
  RevocationReason reason = RevocationReason::unspecified;  // left out when unspecified
};

struct OcspAnswer {
  std::vector<OcspSingleAnswer> answers;
  base::Time produced_at;
  std::optional<base::Bytes> nonce;
  base::Bytes responder_certificate;  // of a delegated responder; empty: the authority itself
};

// A successful response. The responder is named by the hash of the signer's key.
base::Bytes write_ocsp_response(const OcspAnswer& answer, const crypto::Signer& signer);

// What a successful response of anybody's says of its times. Signatures are not looked at.
struct OcspTimes {
  base::Time produced_at;
  base::Time this_update;  // of its first answer
  std::optional<base::Time> next_update;
};
std::expected<OcspTimes, base::ParseError> read_ocsp_times(base::ByteView response);

// The responses without an answer (RFC 6960, section 4.2.1).
enum class OcspError : std::uint8_t {
  malformed_request = 1,
  internal_error = 2,
  try_later = 3,
  signature_required = 5,
  unauthorized = 6,
};
base::ByteView ocsp_error(OcspError error);

}  // namespace x509

#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/value.h"
#include "crypto/key.h"
#include "der/writer.h"
#include "x509/extensions.h"
#include "x509/revocation_reason.h"
#include "x509/serial_number.h"

namespace x509 {

struct CrlHeader {
  base::Bytes issuer;  // the subject of the authority, byte for byte
  base::Time this_update;
  base::Time next_update;
  std::uint64_t number = 0;
  base::Bytes authority_key_identifier;     // the subject key identifier of the authority
  std::optional<std::uint64_t> delta_base;  // makes it a delta CRL on that number
  std::optional<IssuingDistributionPoint> distribution_point;
  std::vector<std::string> freshest_crl;  // where the delta CRL is; only in a full one
};

struct CrlEntry {
  SerialNumber serial_number;
  base::Time revoked_at;
  RevocationReason reason = RevocationReason::unspecified;
  std::optional<base::Time> invalidity_date = std::nullopt;
};

// Writes a CRL (RFC 5280, section 5) of any length, entry by entry, into one buffer:
//
//     x509::CrlWriter writer{header, signer, count};
//     store.for_each_revoked([&](const auto& row) { writer.add({row.serial, row.revoked_at}); });
//     const base::Bytes der = std::move(writer).finish();
class CrlWriter {
 public:
  // `expected_entries` spares moving the content about; it need not be exact. The signer must
  // outlive the writer.
  CrlWriter(CrlHeader header, const crypto::Signer& signer, std::size_t expected_entries = 0);

  void add(const CrlEntry& entry);
  std::size_t entries() const { return entries_; }

  base::Bytes finish() &&;

 private:
  CrlHeader header_;
  const crypto::Signer& signer_;
  der::Writer writer_;
  der::Writer::Start list_{};
  der::Writer::Start tbs_{};
  der::Writer::Start revoked_{};
  std::size_t expected_octets_;
  std::size_t entries_ = 0;
};

// What a CRL says of itself. Borrows nothing.
struct CrlSummary {
  base::Bytes issuer;  // DER
  base::Time this_update;
  std::optional<base::Time> next_update;
  std::optional<std::uint64_t> number;
  std::optional<std::uint64_t> delta_base;
  base::Bytes authority_key_identifier;
  std::size_t entries = 0;
  bool is_signed = false;  // by the key that was asked about
};

std::expected<CrlSummary, base::ParseError> read_crl(base::ByteView der,
                                                     const crypto::PublicKey& issuer);

// Whether the CRL names this serial, and with which reason and date.
std::expected<std::optional<CrlEntry>, base::ParseError> find_in_crl(base::ByteView der,
                                                                     const SerialNumber& serial);

}  // namespace x509

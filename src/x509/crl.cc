#include "x509/crl.h"

#include <algorithm>

#include "base/error.h"
#include "crypto/algorithm.h"
#include "der/oids.h"
#include "der/reader.h"

namespace x509 {
namespace {

namespace oids = der::oids;
namespace tag = der::tag;

constexpr std::size_t usual_entry_octets = 49;  // 16 octets of serial, UTCTime, a reason
constexpr std::size_t version_2 = 1;

// The extensions of an entry that has a reason and nothing else, ready to be copied.
constexpr std::uint8_t reason_octets[] = {0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55,
                                          0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01};

void write_reason(der::Writer& writer, RevocationReason reason) {
  writer.sequence([&] {
    writer.oid(oids::crl_reason);
    writer.wrapped_octet_string([&] { writer.enumerated(static_cast<std::uint8_t>(reason)); });
  });
}

void write_entry_extensions(der::Writer& writer, const CrlEntry& entry) {
  // RFC 5280, section 5.3.1: unspecified is said by leaving the reason out.
  const bool has_reason = entry.reason != RevocationReason::unspecified;
  if (!entry.invalidity_date) {
    if (has_reason) {
      const auto code = static_cast<std::uint8_t>(entry.reason);
      writer.raw(reason_octets);
      writer.raw({&code, 1});
    }
    return;
  }
  writer.sequence([&] {
    if (has_reason) {
      write_reason(writer, entry.reason);
    }
    writer.sequence([&] {
      writer.oid(oids::invalidity_date);
      writer.wrapped_octet_string([&] { writer.generalized_time(*entry.invalidity_date); });
    });
  });
}

std::vector<Extension> extensions_of(const CrlHeader& header) {
  std::vector<Extension> extensions{authority_key_identifier(header.authority_key_identifier),
                                    crl_number(header.number)};
  if (header.delta_base) {
    extensions.push_back(delta_crl_indicator(*header.delta_base));
  }
  if (header.distribution_point) {
    extensions.push_back(issuing_distribution_point(*header.distribution_point));
  }
  if (!header.freshest_crl.empty()) {
    extensions.push_back(freshest_crl(header.freshest_crl));
  }
  return extensions;
}

// The parts of a CertificateList (RFC 5280, section 5.1), unread where nobody asked yet.
struct CrlParts {
  base::ByteView tbs;
  base::ByteView algorithm;
  base::ByteView signature;
  base::ByteView issuer;
  base::Time this_update;
  std::optional<base::Time> next_update;
  base::ByteView revoked;  // the content of revokedCertificates
  std::vector<Extension> extensions;
};

der::Result<void> read_tbs(CrlParts& parts, der::Reader reader) {
  if (reader.next_is(tag::integer)) {
    const auto version = DER_TRY(reader.small_integer());
    if (version != version_2) {
      return der::refuse("the CRL has an unknown version");
    }
  }
  const auto algorithm = DER_TRY(reader.element(tag::sequence));
  if (!std::ranges::equal(algorithm.whole, parts.algorithm)) {
    return der::refuse("the CRL names two different signature algorithms");
  }
  parts.issuer = DER_TRY(reader.element(tag::sequence)).whole;
  parts.this_update = DER_TRY(reader.time());
  if (reader.next_is(tag::utc_time) || reader.next_is(tag::generalized_time)) {
    parts.next_update = DER_TRY(reader.time());
  }
  if (reader.next_is(tag::sequence)) {
    parts.revoked = DER_TRY(reader.content(tag::sequence));
  }
  const auto extensions = DER_TRY(reader.enter_optional(tag::context_constructed(0)));
  if (extensions) {
    parts.extensions = DER_TRY(read_extensions(extensions->rest()));
  }
  return reader.end();
}

der::Result<CrlParts> read_parts(base::ByteView der) {
  der::Reader outer{der};
  auto list = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  CrlParts parts{};
  const auto tbs = DER_TRY(list.element(tag::sequence));
  parts.tbs = tbs.whole;
  parts.algorithm = DER_TRY(list.element(tag::sequence)).whole;
  parts.signature = DER_TRY(list.whole_octets());
  DER_CHECK(list.end());
  DER_CHECK(read_tbs(parts, der::Reader{tbs.content}));
  return parts;
}

der::Result<CrlEntry> read_entry(der::Reader entry, const SerialNumber& serial) {
  CrlEntry found{.serial_number = serial, .revoked_at = DER_TRY(entry.time())};
  if (entry.at_end()) {
    return found;
  }
  const auto extensions = DER_TRY(read_extensions(entry.rest()));
  if (const auto* const reason = find_extension(extensions, oids::crl_reason)) {
    der::Reader reader{reason->value};
    const auto code = DER_TRY(reader.enumerated());
    found.reason =
        DER_TRY(revocation_reason(static_cast<std::int64_t>(std::min<std::uint64_t>(code, 99))));
  }
  if (const auto* const date = find_extension(extensions, oids::invalidity_date)) {
    der::Reader reader{date->value};
    found.invalidity_date = DER_TRY(reader.generalized_time());
  }
  return found;
}

}  // namespace

CrlWriter::CrlWriter(CrlHeader header, const crypto::Signer& signer, std::size_t expected_entries)
    : header_{std::move(header)},
      signer_{signer},
      writer_{expected_entries * usual_entry_octets + 2048},
      expected_octets_{expected_entries * usual_entry_octets} {
  list_ = writer_.begin(tag::sequence, expected_octets_ + 1024);
  tbs_ = writer_.begin(tag::sequence, expected_octets_ + 512);
  writer_.integer(version_2);
  writer_.raw(crypto::algorithm_identifier(signer_.algorithm()));
  writer_.raw(header_.issuer);
  writer_.time(header_.this_update);
  writer_.time(header_.next_update);
}

void CrlWriter::add(const CrlEntry& entry) {
  if (entries_++ == 0) {  // RFC 5280, section 5.1.2.6: an empty list is left out
    revoked_ = writer_.begin(tag::sequence, expected_octets_);
  }
  writer_.sequence([&] {
    writer_.unsigned_integer(entry.serial_number.octets());
    writer_.time(entry.revoked_at);
    write_entry_extensions(writer_, entry);
  });
}

base::Bytes CrlWriter::finish() && {
  if (entries_ > 0) {
    writer_.finish(revoked_);
  }
  writer_.context(0, [&] {
    writer_.sequence([&] {
      for (const auto& extension : extensions_of(header_)) {
        extension.write(writer_);
      }
    });
  });
  writer_.finish(tbs_);
  const auto tbs_at = tbs_.length_at - 1;  // where its tag is
  const auto signature = signer_.sign(writer_.bytes().subspan(tbs_at));
  writer_.raw(crypto::algorithm_identifier(signer_.algorithm()));
  writer_.bit_string(signature);
  writer_.finish(list_);
  return std::move(writer_).take();
}

std::expected<CrlSummary, base::ParseError> read_crl(base::ByteView der,
                                                     const crypto::PublicKey& issuer) {
  const auto parts = DER_TRY(read_parts(der));
  CrlSummary summary{.issuer = base::to_bytes(parts.issuer),
                     .this_update = parts.this_update,
                     .next_update = parts.next_update};
  if (const auto* const number = find_extension(parts.extensions, oids::crl_number)) {
    summary.number = DER_TRY(read_number(number->value));
  }
  if (const auto* const delta = find_extension(parts.extensions, oids::delta_crl_indicator)) {
    summary.delta_base = DER_TRY(read_number(delta->value));
  }
  if (const auto* const key = find_extension(parts.extensions, oids::authority_key_identifier)) {
    summary.authority_key_identifier = DER_TRY(read_authority_key_identifier(key->value));
  }
  der::Reader revoked{parts.revoked};
  while (!revoked.at_end()) {
    DER_CHECK(revoked.element(tag::sequence));
    ++summary.entries;
  }
  const auto algorithm = crypto::signature_algorithm(parts.algorithm);
  summary.is_signed = algorithm && issuer.verify(*algorithm, parts.tbs, parts.signature);
  return summary;
}

std::expected<std::optional<CrlEntry>, base::ParseError> find_in_crl(base::ByteView der,
                                                                     const SerialNumber& serial) {
  const auto parts = DER_TRY(read_parts(der));
  der::Reader revoked{parts.revoked};
  while (!revoked.at_end()) {
    auto entry = DER_TRY(revoked.sequence());
    const auto number = DER_TRY(entry.unsigned_integer());
    if (std::ranges::equal(number, serial.octets())) {
      return std::optional{DER_TRY(read_entry(entry, serial))};
    }
  }
  return std::optional<CrlEntry>{};
}

}  // namespace x509

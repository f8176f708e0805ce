#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "core/ids.h"
#include "x509/serial_number.h"

namespace core {

inline constexpr int most_crl_shards = 256;

// Which of an authority's lists: the full one, the delta, or one of a number of shards. A
// certificate belongs to a shard by the last octet of its serial number, so the address of its
// shard, which is in the certificate, says all there is to know, however many shards come later.
class CrlScope {
 public:
  CrlScope() = default;  // the full list
  static CrlScope delta();
  static CrlScope shard_of(const x509::SerialNumber& serial, int shards);

  // "full", "delta", "3of16".
  static std::expected<CrlScope, base::ParseError> parse(std::string_view text);
  std::string to_string() const;

  bool is_delta() const { return is_delta_; }
  bool is_shard() const { return shards_ > 1; }
  int shards() const { return shards_; }

  // The last octets, in hexadecimal, of the serial numbers that it is about: from, to.
  std::pair<std::string, std::string> buckets() const;
  // The same in parts, each for about that share of the list.
  std::vector<std::pair<std::string, std::string>> buckets_in(int parts) const;

  auto operator<=>(const CrlScope&) const = default;

 private:
  CrlScope(bool is_delta, int shard, int shards)
      : is_delta_{is_delta}, shard_{shard}, shards_{shards} {}

  bool is_delta_ = false;
  int shard_ = 0;
  int shards_ = 1;
};

static_assert(base::TextValue<CrlScope>);

// The bucket of a serial number: its last octet in hexadecimal.
std::string crl_bucket(const x509::SerialNumber& serial);

// ".../name.crl" becomes ".../name-delta.crl", ".../name-3of16.crl".
std::string crl_address(const std::string& full, const CrlScope& scope);
// The reference of an authority and the scope, of a name without ".crl".
std::pair<std::string, CrlScope> read_crl_name(const std::string& name);

// How an authority publishes what it revoked.
struct RevocationSettings {
  AuthorityId authority_id;
  std::int64_t crl_validity_days = 7;
  std::int64_t crl_publish_interval_hours = 24;  // a list is made anew then, changed or not
  bool delta_crl_enabled = false;
  std::int64_t delta_crl_interval = 4;  // hours
  std::int64_t delta_crl_validity_hours = 24;
  bool freshest_crl_in_certificates = true;  // where the delta is; while there is one
  std::int64_t crl_shards = 1;               // for certificates to come
  std::int64_t most_shards = 1;              // that certificates were ever issued for
  bool ocsp_delegated = false;               // by a responder's certificate of its own

  bool operator==(const RevocationSettings&) const = default;
};
BOOST_DESCRIBE_STRUCT(RevocationSettings, (),
                      (authority_id, crl_validity_days, crl_publish_interval_hours,
                       delta_crl_enabled, delta_crl_interval, delta_crl_validity_hours,
                       freshest_crl_in_certificates, crl_shards, most_shards, ocsp_delegated))

// What is wrong with the settings, each at its field.
std::vector<base::FieldError> problems_of(const RevocationSettings& settings);

}  // namespace core

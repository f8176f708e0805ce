#pragma once

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "der/oid.h"

namespace x509 {

// In the order of the bits (RFC 5280, section 4.2.1.3), under the standard's names.
BOOST_DEFINE_ENUM_CLASS(KeyUsage, digitalSignature, nonRepudiation, keyEncipherment,
                        dataEncipherment, keyAgreement, keyCertSign, cRLSign, encipherOnly,
                        decipherOnly)

class KeyUsages {
 public:
  constexpr KeyUsages() = default;
  constexpr KeyUsages(std::initializer_list<KeyUsage> usages) {
    for (const auto usage : usages) {
      add(usage);
    }
  }
  static constexpr KeyUsages from_bits(std::uint16_t bits) {
    KeyUsages usages;
    usages.bits_ = bits & 0x1ff;
    return usages;
  }

  // Reads one name in any case; contentCommitment, digital_signature and the like as well.
  static std::expected<KeyUsage, base::ParseError> parse_one(std::string_view name);

  constexpr void add(KeyUsage usage) { bits_ |= 1u << static_cast<int>(usage); }
  constexpr bool contains(KeyUsage usage) const {
    return (bits_ >> static_cast<int>(usage) & 1) != 0;
  }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::uint16_t bits() const { return bits_; }  // bit 0 is digitalSignature
  std::vector<std::string> names() const;

  bool operator==(const KeyUsages&) const = default;

 private:
  std::uint16_t bits_ = 0;
};

// "serverAuth", or the dotted OID of a usage without a name.
std::string extended_key_usage_name(const der::Oid& usage);
// Reads a name in any case, or a dotted OID.
std::expected<der::Oid, base::ParseError> parse_extended_key_usage(std::string_view text);

}  // namespace x509

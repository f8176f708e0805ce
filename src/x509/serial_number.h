#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/value.h"
#include "crypto/random.h"

namespace x509 {

// The serial number of a certificate: a positive integer of at most 20 octets (RFC 5280,
// section 4.1.2.2). Two serials are equal when the integers are, whatever zeros preceded them.
class SerialNumber {
 public:
  static constexpr std::size_t max_octets = 20;

  // Reads hexadecimal digits, as `openssl x509 -serial` prints them.
  static std::expected<SerialNumber, base::ParseError> parse(std::string_view hex);

  // Reads the content of a DER INTEGER, or any big-endian magnitude whose first bit is not set.
  static std::expected<SerialNumber, base::ParseError> from_octets(base::ByteView big_endian);

  // Draws a serial with 126 random bits. All drawn serials have the same length, and 16 octets
  // leave room for readers that are stricter than the standard.
  static SerialNumber random(crypto::Random& random);

  // The integer in big-endian order, without leading zeros.
  std::span<const std::uint8_t> octets() const { return std::span{octets_}.last(size_); }

  // Lower-case hexadecimal, two digits per octet.
  std::string to_string() const;

  auto operator<=>(const SerialNumber&) const = default;

 private:
  SerialNumber() = default;

  // Right-aligned, so that comparing the arrays compares the integers.
  std::array<std::uint8_t, max_octets> octets_{};
  std::uint8_t size_ = 0;
};

static_assert(base::TextValue<SerialNumber>);

}  // namespace x509

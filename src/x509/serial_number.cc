#include "x509/serial_number.h"

#include <algorithm>
#include <optional>

namespace x509 {
namespace {

std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return std::nullopt;
}

}  // namespace

std::expected<SerialNumber, base::ParseError> SerialNumber::parse(std::string_view hex) {
  hex.remove_prefix(std::min(hex.find_first_not_of('0'), hex.size()));
  if (hex.empty()) {
    return std::unexpected(base::ParseError{"a serial number is a positive integer"});
  }

  if (hex.size() > 2 * max_octets) {
    return std::unexpected(base::ParseError{"a serial number has at most 20 octets"});
  }

  SerialNumber serial;
  serial.size_ = static_cast<std::uint8_t>((hex.size() + 1) / 2);

  // Fill from the least significant digit, which is the last one on both sides.
  auto octet = serial.octets_.rbegin();
  for (std::size_t i = 0; i < hex.size(); ++i) {
    const auto digit = hex_digit(hex[hex.size() - 1 - i]);
    if (!digit) {
      return std::unexpected(base::ParseError{"a serial number has only hexadecimal digits"});
    }
    if (i % 2 == 0) {
      *octet = *digit;
    } else {
      *octet |= static_cast<std::uint8_t>(*digit << 4);
      ++octet;
    }
  }

  // DER spends one more octet on the sign when the first bit is set.
  if (serial.size_ == max_octets && serial.octets_.front() >= 0x80) {
    return std::unexpected(base::ParseError{"a serial number has at most 20 octets"});
  }
  return serial;
}

std::expected<SerialNumber, base::ParseError> SerialNumber::from_octets(base::ByteView big_endian) {
  if (!big_endian.empty() && big_endian.front() >= 0x80) {
    return std::unexpected(base::ParseError{"a serial number is not negative"});
  }
  while (!big_endian.empty() && big_endian.front() == 0) {
    big_endian = big_endian.subspan(1);
  }
  if (big_endian.empty()) {
    return std::unexpected(base::ParseError{"a serial number is a positive integer"});
  }
  if (big_endian.size() > max_octets ||
      (big_endian.size() == max_octets && big_endian.front() >= 0x80)) {
    return std::unexpected(base::ParseError{"a serial number has at most 20 octets"});
  }
  SerialNumber serial;
  serial.size_ = static_cast<std::uint8_t>(big_endian.size());
  std::ranges::copy(big_endian, std::span{serial.octets_}.last(serial.size_).begin());
  return serial;
}

SerialNumber SerialNumber::random(crypto::Random& random) {
  SerialNumber serial;
  serial.size_ = 16;
  const auto octets = std::span{serial.octets_}.last(serial.size_);
  random.fill(octets);
  octets.front() = (octets.front() & 0x7f) | 0x40;  // positive, and never shorter
  return serial;
}

std::string SerialNumber::to_string() const {
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (const auto octet : octets()) {
    hex += digits[octet >> 4];
    hex += digits[octet & 0x0f];
  }
  return hex;
}

}  // namespace x509

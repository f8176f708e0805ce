#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

// Lower-case hexadecimal.
std::string to_hex(ByteView bytes);
std::expected<Bytes, ParseError> from_hex(std::string_view hex);

// RFC 4648, section 4, padded. Reading skips line breaks and blanks, and wants the padding right.
std::string to_base64(ByteView bytes);
std::expected<Bytes, ParseError> from_base64(std::string_view text);

// RFC 4648, section 5, without padding. Reading refuses padding, blanks and non-zero spare bits
// (RFC 7515, section 2), so that each value has exactly one text.
std::string to_base64url(ByteView bytes);
std::expected<Bytes, ParseError> from_base64url(std::string_view text);

}  // namespace base

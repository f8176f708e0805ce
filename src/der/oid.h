#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/value.h"

namespace der {

// An object identifier, kept as the content octets of its encoding (X.690, section 8.19).
// Arcs have up to 128 bits, so that UUIDs under 2.25 fit.
class Oid {
  // Stands first for the sake of constants, which are made while the class is being read.
  template <class Unsigned>
  constexpr void append(Unsigned arc) {
    std::size_t length = 1;
    for (Unsigned rest = arc >> 7; rest != 0; rest >>= 7) {
      ++length;
    }
    for (std::size_t i = length; i-- > 0; arc >>= 7) {
      octets_[size_ + i] = static_cast<std::uint8_t>((arc & 0x7f) | (i + 1 == length ? 0 : 0x80));
    }
    size_ = static_cast<std::uint8_t>(size_ + length);
  }

 public:
  static constexpr std::size_t max_octets = 47;

  // Reads dotted decimal: 2.5.29.17.
  static std::expected<Oid, base::ParseError> parse(std::string_view dotted);

  // Reads the content octets of an OBJECT IDENTIFIER.
  static std::expected<Oid, base::ParseError> from_content(base::ByteView content);

  // A constant of the program: der::Oid{"2.5.29.17"}. Arcs up to 2^64.
  consteval explicit Oid(std::string_view dotted) {
    std::uint64_t first = 0;
    std::size_t count = 0;
    while (!dotted.empty()) {
      std::uint64_t arc = 0;
      while (!dotted.empty() && dotted.front() != '.') {
        arc = arc * 10 + static_cast<std::uint64_t>(dotted.front() - '0');
        dotted.remove_prefix(1);
      }
      if (!dotted.empty()) {
        dotted.remove_prefix(1);
      }
      if (count == 0) {
        first = arc;
      } else {
        append(count == 1 ? first * 40 + arc : arc);
      }
      ++count;
    }
  }

  base::ByteView content() const { return base::ByteView{octets_}.first(size_); }
  std::string to_string() const;

  // An order for maps; it is not the order of the arcs.
  auto operator<=>(const Oid&) const = default;

 private:
  Oid() = default;

  std::array<std::uint8_t, max_octets> octets_{};
  std::uint8_t size_ = 0;
};

static_assert(base::TextValue<Oid>);

}  // namespace der

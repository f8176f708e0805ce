#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/value.h"

namespace base {

// A UUID (RFC 9562), as the name of a thing outside of the database.
class Uuid {
 public:
  static constexpr std::string_view schema_format = "uuid";

  // Reads "550e8400-e29b-41d4-a716-446655440000" in any case.
  static std::expected<Uuid, ParseError> parse(std::string_view text);

  // Makes one of version 4 from 16 random octets.
  static Uuid from_random(std::array<std::uint8_t, 16> octets);

  std::string to_string() const { return text_; }  // lower case
  auto operator<=>(const Uuid&) const = default;

 private:
  explicit Uuid(std::string text) : text_{std::move(text)} {}
  std::string text_;
};

static_assert(TextValue<Uuid>);

}  // namespace base

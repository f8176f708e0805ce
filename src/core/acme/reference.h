#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/id.h"
#include "base/value.h"

namespace core::acme {

// The name of an object in a URL: 24 characters of base64url, of which 8 are the row and 16 are
// random. It finds the row by its primary key, so that a look-up among millions costs no second
// index, and cannot be guessed from another's.
template <class Id>
class Reference {
 public:
  static constexpr std::string_view schema_pattern = "^[A-Za-z0-9_-]{24}$";
  static constexpr std::size_t secret_octets = 12;
  static constexpr std::size_t secret_length = 16;

  Reference(Id id, std::string secret) : id_{id}, secret_{std::move(secret)} {}

  static std::expected<Reference, base::ParseError> parse(std::string_view text) {
    const auto octets = text.size() == id_length + secret_length
                            ? base::from_base64url(text)
                            : std::unexpected(base::ParseError{});
    if (!octets) {
      return std::unexpected(base::ParseError{"there is no such address"});
    }
    std::int64_t number = 0;
    for (std::size_t i = 0; i < id_octets; ++i) {
      number = number << 8 | (*octets)[i];
    }
    const auto id = Id::from_number(number);
    if (!id) {
      return std::unexpected(base::ParseError{"there is no such address"});
    }
    return Reference{*id, std::string{text.substr(id_length)}};
  }

  std::string to_string() const {
    std::array<std::uint8_t, id_octets> octets;
    auto number = id_.to_number();
    for (std::size_t i = id_octets; i-- > 0; number >>= 8) {
      octets[i] = static_cast<std::uint8_t>(number);
    }
    return base::to_base64url(octets) + secret_;
  }

  Id id() const { return id_; }
  const std::string& secret() const { return secret_; }

  auto operator<=>(const Reference&) const = default;

 private:
  static constexpr std::size_t id_octets = 6;
  static constexpr std::size_t id_length = 8;

  Id id_;
  std::string secret_;
};

}  // namespace core::acme

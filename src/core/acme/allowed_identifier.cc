#include "core/acme/allowed_identifier.h"

#include <algorithm>

#include "x509/general_name.h"

namespace core::acme {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// Nobody holds these.
bool is_of_nobody(base::ByteView octets) {
  const bool all_zero = std::ranges::all_of(octets, [](auto octet) { return octet == 0; });
  if (octets.size() == 4) {
    return all_zero || octets[0] == 127 || octets[0] >> 4 == 0xe;
  }
  const bool is_loopback =
      octets.back() == 1 &&
      std::ranges::all_of(octets.first(octets.size() - 1), [](auto octet) { return octet == 0; });
  return all_zero || is_loopback || octets[0] == 0xff;
}

}  // namespace

std::expected<std::string, base::ParseError> read_allowed_value(IdentifierType type,
                                                                std::string_view text) {
  const auto value = trimmed(text);
  const auto octets = x509::ip_from_text(value);
  if (type == IdentifierType::dns) {
    return octets ? std::unexpected(base::ParseError{"an address: its type is ip"})
                  : x509::normalize_dns_name(value, true);
  }
  if (!octets) {
    return std::unexpected(octets.error());
  }
  if (is_of_nobody(*octets)) {
    return std::unexpected(
        base::ParseError{"a loopback, unspecified or multicast address is nobody's own"});
  }
  return x509::ip_to_text(*octets);
}

NamePattern pattern_of(const AllowedIdentifier& allowed) {
  const auto& value = allowed.identifier_value;
  return NamePattern::parse(value.starts_with("*.") ? "*" + value : value).value();
}

}  // namespace core::acme

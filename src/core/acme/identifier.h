#pragma once

#include <compare>
#include <string>

#include "base/value.h"

namespace core::acme {

BOOST_DEFINE_ENUM_CLASS(IdentifierType, dns, ip)

// What a certificate is ordered for (RFC 8555, section 9.7.7; RFC 8738). In its normal form: names
// in lower case, addresses as RFC 5952 writes them.
struct Identifier {
  IdentifierType type = IdentifierType::dns;
  std::string value;

  bool is_wildcard() const { return value.starts_with("*."); }
  // Without the label of a wildcard: what is validated.
  std::string base_name() const { return is_wildcard() ? value.substr(2) : value; }

  bool operator==(const Identifier&) const = default;
  auto operator<=>(const Identifier&) const = default;
};
BOOST_DESCRIBE_STRUCT(Identifier, (), (type, value))

// An identifier as the client wrote it, or did not.
struct RequestedIdentifier {
  std::string type;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(RequestedIdentifier, (), (type, value))

}  // namespace core::acme

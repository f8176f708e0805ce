#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/id.h"
#include "core/acme/name_pattern.h"

namespace core::acme {

using AllowedIdentifierId = base::Id<struct AllowedIdentifier>;

// A name, a tree of names or an address that accounts may be allowed to order. "*.example.com" is
// example.com and all below it, however deep; a name without a star is that name alone.
struct AllowedIdentifier {
  AllowedIdentifierId id;
  IdentifierType identifier_type;
  std::string identifier_value;
  std::string created_by;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(AllowedIdentifier, (),
                      (id, identifier_type, identifier_value, created_by, created_at))

// The value in its normal form: lower case, addresses as RFC 5952 writes them.
std::expected<std::string, base::ParseError> read_allowed_value(IdentifierType type,
                                                                std::string_view text);

// What the entry covers.
NamePattern pattern_of(const AllowedIdentifier& allowed);

}  // namespace core::acme

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/acme/identifier.h"
#include "core/acme/problem.h"

namespace core::acme {

inline constexpr std::size_t most_identifiers = 100;  // of one order

struct IdentifierRules {
  // Names of the public suffix list that are ours all the same: a university that runs its own.
  std::vector<std::string> allowed_suffixes = {};
};

// Brings an identifier into its normal form. The problem is unsupportedIdentifier for a type that
// we do not have, malformed for what is no name, rejectedIdentifier for a name that is nobody's: a
// public suffix, or a single label.
Result<Identifier> read_identifier(const RequestedIdentifier& requested,
                                   const IdentifierRules& rules);

// The same for all identifiers of an order, each of which must be there once. What is wrong with
// several comes as subproblems.
Result<std::vector<Identifier>> read_identifiers(const std::vector<RequestedIdentifier>& requested,
                                                 const IdentifierRules& rules);

// Why a name is nobody's own; nothing when it may be. In normal form, without a wildcard's label.
std::optional<std::string> dns_name_obstacle(std::string_view name, const IdentifierRules& rules);

}  // namespace core::acme

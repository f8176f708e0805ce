#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/acme/authorization.h"
#include "core/acme/identifier_rules.h"

// Authorizations of a domain that speak for the names below it, too (RFC 9444).
namespace core::acme {

// A name and each domain above it, the nearest first: "a.b.example", "b.example", "example".
std::vector<std::string> ancestors_of(std::string_view name);

// The domain that the client would rather prove than the identifier itself (section 4.2): the
// identifier is a name at or below it.
Result<Identifier> read_ancestor(const Identifier& identifier, const std::string& ancestor_domain,
                                 const IdentifierRules& rules);

// Whether a challenge shows control of all that is below a name. One host's web server does not
// speak for the others; who writes a zone does.
bool proves_subdomains(ChallengeType type);

// Whether the authorization, when it is valid, is what an identifier needs.
bool covers(const Authorization& authorization, const Identifier& identifier);

}  // namespace core::acme

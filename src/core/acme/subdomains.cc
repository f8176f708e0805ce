#include "core/acme/subdomains.h"

#include <algorithm>

namespace core::acme {
namespace {

bool is_at_or_below(std::string_view name, std::string_view domain) {
  return name == domain || (name.size() > domain.size() && name.ends_with(domain) &&
                            name[name.size() - domain.size() - 1] == '.');
}

}  // namespace

std::vector<std::string> ancestors_of(std::string_view name) {
  std::vector<std::string> domains;
  while (!name.empty()) {
    domains.emplace_back(name);
    name.remove_prefix(std::min(name.find('.'), name.size() - 1) + 1);
  }
  return domains;
}

Result<Identifier> read_ancestor(const Identifier& identifier, const std::string& ancestor_domain,
                                 const IdentifierRules& rules) {
  auto ancestor = ACME_TRY(read_identifier({.type = "dns", .value = ancestor_domain}, rules));
  if (identifier.type != IdentifierType::dns || ancestor.is_wildcard() ||
      !is_at_or_below(identifier.base_name(), ancestor.value)) {
    return refuse(ProblemType::malformed, identifier.value + " is not a name below the " +
                                              "\"ancestorDomain\" " + ancestor.value);
  }
  return ancestor;
}

bool proves_subdomains(ChallengeType type) {
  const auto types = challenges_for({IdentifierType::dns, "*.any.example"});
  return std::ranges::find(types, type) != types.end();
}

bool covers(const Authorization& authorization, const Identifier& identifier) {
  if (authorization.identifier_type != identifier.type) {
    return false;
  }
  const auto name = identifier.base_name();
  return authorization.subdomains ? is_at_or_below(name, authorization.identifier)
                                  : name == authorization.identifier &&
                                        authorization.wildcard == identifier.is_wildcard();
}

}  // namespace core::acme

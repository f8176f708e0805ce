#include "core/acme/service.h"

#include <algorithm>

#include "json/json.h"

namespace core::acme {
namespace {

constexpr std::string_view reserved[] = {
    "account-hash", "acct",         "authz",       "cert",        "challenge", "default",
    "directory",    "key-change",   "new-authz",   "new-account", "new-nonce", "new-order",
    "order",        "renewal-info", "revoke-cert", "proxy",
};

std::vector<ChallengeType> read_challenges(std::string_view rest) {
  std::vector<ChallengeType> types;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (const auto type = challenge_type(rest.substr(0, end))) {
      types.push_back(*type);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return types;
}

}  // namespace

const ServiceProfile* ServicePolicy::profile(std::string_view name) const {
  const auto found = std::ranges::find(profiles, name, &ServiceProfile::name);
  return found == profiles.end() ? nullptr : &*found;
}

ServicePolicy policy_of(const Service& service) {
  return {
      .challenges = read_challenges(service.challenges),
      .eab_required = service.eab_required,
      .profiles = json::parse<std::vector<ServiceProfile>>(service.profiles, json::Unknown::ignore),
      .allowed_names = name_patterns(service.allowed_names),
      .forbidden_names = name_patterns(service.forbidden_names),
      .wildcards_allowed = service.wildcards_allowed,
      .ips_allowed = service.ips_allowed};
}

std::optional<std::string> service_name_obstacle(std::string_view name) {
  constexpr std::size_t longest = 63;
  const bool is_plain = std::ranges::all_of(
      name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (name.empty() || name.size() > longest || !is_plain || name.front() == '-' ||
      name.back() == '-') {
    return "1 to 63 of a-z, 0-9 and -, with no - at the ends";
  }
  if (std::ranges::find(reserved, name) != std::ranges::end(reserved)) {
    return "the server uses this name itself";
  }
  return std::nullopt;
}

std::optional<std::string> name_obstacle(const ServicePolicy& policy,
                                         const Identifier& identifier) {
  if (identifier.type == IdentifierType::ip && !policy.ips_allowed) {
    return "this service does not issue for addresses";
  }
  if (identifier.is_wildcard() && !policy.wildcards_allowed) {
    return "this service does not issue wildcards";
  }
  if (first_touching(policy.forbidden_names, identifier) != nullptr) {
    return "this service's rules forbid it";
  }
  if (!policy.allowed_names.empty() &&
      first_covering(policy.allowed_names, identifier) == nullptr) {
    return "it is none of the names that this service issues for";
  }
  return std::nullopt;
}

std::vector<ChallengeType> challenges_for(const ServicePolicy& policy,
                                          const Identifier& identifier) {
  auto types = challenges_for(identifier);
  std::erase_if(types, [&](ChallengeType type) {
    return std::ranges::find(policy.challenges, type) == policy.challenges.end();
  });
  return types;
}

}  // namespace core::acme

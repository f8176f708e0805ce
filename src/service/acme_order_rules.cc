#include "service/acme_order_rules.h"

#include <algorithm>

#include "core/acme/subdomains.h"
#include "storage/acme_allowance_store.h"
#include "storage/acme_service_store.h"

namespace service {
namespace {

using core::acme::Identifier;
using core::acme::IdentifierType;
using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;

core::acme::RequestedIdentifier requested(const Identifier& identifier) {
  return {identifier.type == IdentifierType::ip ? "ip" : "dns", identifier.value};
}

// Whether an account with that external account, or none, may order at this service.
Result<void> check_external(const std::optional<core::acme::ExternalAccount>& external,
                            const AcmeSettings& settings) {
  if (external) {
    if (auto obstacle = core::acme::ordering_obstacle(*external)) {
      return std::unexpected(*std::move(obstacle));
    }
  }
  const bool fits =
      external && (!external->service_id || external->service_id == settings.service_id);
  if (settings.policy->eab_required && !fits) {
    return refuse(ProblemType::externalAccountRequired,
                  "this service is for accounts with an external account of its own: register "
                  "again, with a key identifier and a MAC key from its administrator");
  }
  return {};
}

}  // namespace

std::optional<core::acme::ExternalAccount> AcmeOrderRules::external_account_of(
    const AcmeAccount& account) {
  if (!account.account.eab_id) {
    return std::nullopt;
  }
  return database_.read([&](db::Session& session) {
    return storage::AcmeServiceStore{session}.find(*account.account.eab_id);
  });
}

// What an account may order by what was assigned to it and to its external account; nothing when no
// list binds it. Without enforcement, only an external account's own list does.
std::optional<std::vector<core::acme::NamePattern>> AcmeOrderRules::allowlist_of(
    const AcmeAccount& account, bool enforced) {
  constexpr int most_read = 10'000;
  const auto& [id, eab] = std::pair{account.account.id, account.account.eab_id};
  if (!enforced && !eab) {
    return std::nullopt;
  }
  return database_.read(
      [&](db::Session& session) -> std::optional<std::vector<core::acme::NamePattern>> {
        const storage::AcmeAllowanceStore store{session};
        if (!enforced && store.of(*eab, 1).empty()) {
          return std::nullopt;
        }
        std::vector<core::acme::NamePattern> patterns;
        for (const auto& allowed : store.of(id, eab, most_read)) {
          patterns.push_back(core::acme::pattern_of(allowed));
        }
        return patterns;
      });
}

Result<void> AcmeOrderRules::check_maintenance() {
  constexpr int unavailable = 503;
  constexpr int a_minute = 60;
  if (!rules_.is_in_maintenance()) {
    return {};
  }
  return std::unexpected(core::acme::Problem{
      .type = ProblemType::serverInternal,
      .detail = "the server is in maintenance and takes no new orders for a while; what is under "
                "way goes on",
      .status = unavailable,
      .retry_after = a_minute});
}

Result<void> AcmeOrderRules::prove_by(const Identifier& ancestor, Wanted& wanted) {
  if (!wanted.approved_by.empty()) {
    return {};  // nothing has to be proven
  }
  std::erase_if(wanted.challenges, [](auto type) { return !core::acme::proves_subdomains(type); });
  if (wanted.challenges.empty()) {
    return refuse(ProblemType::malformed,
                  "none of the challenges of this service proves the names below a domain: the "
                  "directory's subdomainAuthAllowed says whether one does");
  }
  wanted.ancestor = ancestor;
  return {};
}

Result<void> AcmeOrderRules::check_profile(const std::optional<std::string>& name,
                                           const AcmeSettings& settings) const {
  if (!name || settings.policy->profile(*name) != nullptr) {
    return {};
  }
  std::string offered;
  for (const auto& profile : settings.policy->profiles) {
    offered += (offered.empty() ? "" : ", ") + profile.name;
  }
  return refuse(ProblemType::invalidProfile,
                "there is no such profile; offered are: " + (offered.empty() ? "none" : offered));
}

Result<void> AcmeOrderRules::check_account(const AcmeAccount& account,
                                           const AcmeSettings& settings) {
  return check_external(external_account_of(account), settings);
}

Result<std::vector<AcmeOrderRules::Wanted>> AcmeOrderRules::check_names(
    const std::vector<Identifier>& identifiers, const AcmeAccount& account,
    const AcmeSettings& settings) {
  const auto external = external_account_of(account);
  ACME_CHECK(check_external(external, settings));
  const auto names = external ? core::acme::name_patterns(external->allowed_names)
                              : std::vector<core::acme::NamePattern>{};
  const auto allowlist = allowlist_of(account, settings.allowlists_enforced);
  std::vector<Wanted> wanted;
  std::vector<core::acme::Subproblem> refused;
  std::optional<std::optional<core::AuthorityId>> authority;
  for (const auto& identifier : identifiers) {
    const auto ruling = rules_.ruling(identifier);
    auto obstacle =
        ruling.obstacle ? ruling.obstacle : core::acme::name_obstacle(*settings.policy, identifier);
    if (!obstacle && !names.empty() && core::acme::first_covering(names, identifier) == nullptr) {
      obstacle = "it is none of the names of this account's external account";
    }
    if (!obstacle && allowlist && core::acme::first_covering(*allowlist, identifier) == nullptr) {
      obstacle = "Account is not authorized to request identifier '" + identifier.value + "'";
    }
    if (!obstacle && authority && *authority != ruling.authority_id) {
      obstacle = "another authority issues for it than for the names before it: order it alone";
    }
    authority = authority.value_or(ruling.authority_id);
    Wanted one{.identifier = identifier,
               .challenges = core::acme::challenges_for(*settings.policy, identifier)};
    const auto persist =
        std::ranges::find(one.challenges, core::acme::ChallengeType::dns_persist_01);
    if (persist != one.challenges.end() && settings.issuer_names().empty()) {
      one.challenges.erase(persist);  // the record would have no name to say
    }
    if (ruling.is_approved) {
      one.approved_by = "not needed: the domain " + ruling.domain + " is approved";
    } else if (external && external->pre_authorized) {
      one.approved_by = "not needed: pre-authorized by the external account " + external->kid;
    } else if (!obstacle && one.challenges.empty()) {
      obstacle = "none of the challenges of this service can prove it";
    }
    if (obstacle) {
      refused.push_back({.type = ProblemType::rejectedIdentifier,
                         .detail = identifier.value + ": " + *obstacle,
                         .identifier = requested(identifier)});
    }
    wanted.push_back(std::move(one));
  }
  if (!refused.empty()) {
    return std::unexpected(core::acme::combine(std::move(refused)));
  }
  return wanted;
}

}  // namespace service

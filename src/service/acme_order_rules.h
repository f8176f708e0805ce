#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/acme/external_account.h"
#include "core/acme/identifier.h"
#include "db/database.h"
#include "service/acme_accounts.h"
#include "service/acme_rules.h"
#include "service/acme_settings.h"

namespace service {

// Whether an account may order what it asks for: maintenance, its external account, the service's
// names and profiles, domains and allowlists.
class AcmeOrderRules {
 public:
  // What is about to be ordered, after all rules were asked.
  struct Wanted {
    core::acme::Identifier identifier;
    std::vector<core::acme::ChallengeType> challenges;
    std::string approved_by = {};  // not empty: no challenge is needed
    // What is proven instead, with all names below it (RFC 9444): at or above the identifier.
    std::optional<core::acme::Identifier> ancestor = std::nullopt;
  };

  AcmeOrderRules(db::Database& database, AcmeRules& rules) : database_{database}, rules_{rules} {}

  core::acme::Result<void> check_maintenance();
  // What was checked is to be proven by a challenge to the domain at or above it.
  static core::acme::Result<void> prove_by(const core::acme::Identifier& ancestor, Wanted& wanted);
  core::acme::Result<void> check_profile(const std::optional<std::string>& name,
                                         const AcmeSettings& settings) const;
  // Whether the account, with its external account or none, may order at this service.
  core::acme::Result<void> check_account(const AcmeAccount& account, const AcmeSettings& settings);
  core::acme::Result<std::vector<Wanted>> check_names(
      const std::vector<core::acme::Identifier>& identifiers, const AcmeAccount& account,
      const AcmeSettings& settings);

 private:
  std::optional<core::acme::ExternalAccount> external_account_of(const AcmeAccount& account);
  std::optional<std::vector<core::acme::NamePattern>> allowlist_of(const AcmeAccount& account,
                                                                   bool enforced);

  db::Database& database_;
  AcmeRules& rules_;
};

}  // namespace service

#pragma once

#include <string>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/acme/account.h"
#include "core/acme/allowed_identifier.h"
#include "db/database.h"

namespace service {

// What administrators allow accounts and external accounts to order. An account that is bound to
// an external account may order what either is allowed. Each change is in force when it returns.
class AcmeAllowances {
 public:
  AcmeAllowances(db::Database& database, const base::Clock& clock)
      : database_{database}, clock_{clock} {}

  core::acme::AllowedIdentifier create(const auth::Act& act, core::acme::IdentifierType type,
                                       std::string_view value);
  // With all that is allowed by it.
  void remove(const auth::Act& act, const core::acme::AllowedIdentifierId& id);

  // Allowing twice, and forbidding what is not allowed, is no mistake. Throws not_found for what
  // is not there.
  void set_allowed(const auth::Act& act, const core::acme::AccountId& account,
                   const core::acme::AllowedIdentifierId& id, bool allowed);
  void set_allowed(const auth::Act& act, const core::acme::ExternalAccountId& eab,
                   const core::acme::AllowedIdentifierId& id, bool allowed);

 private:
  db::Database& database_;
  const base::Clock& clock_;
};

}  // namespace service

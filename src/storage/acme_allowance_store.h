#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/acme/account.h"
#include "core/acme/allowed_identifier.h"
#include "db/session.h"

namespace storage {

// What accounts and external accounts are allowed to order.
class AcmeAllowanceStore {
 public:
  explicit AcmeAllowanceStore(db::Session& session) : session_{session} {}

  core::acme::AllowedIdentifierId new_id() {
    return session_.new_id<core::acme::AllowedIdentifierId>("acme_allowed_identifiers");
  }
  void insert(const core::acme::AllowedIdentifier& allowed) {
    session_.insert("acme_allowed_identifiers", allowed);
  }
  // With all that is allowed by it.
  void remove(const core::acme::AllowedIdentifierId& id);
  std::optional<core::acme::AllowedIdentifier> find(
      const core::acme::AllowedIdentifierId& id) const;
  std::optional<core::acme::AllowedIdentifier> find(core::acme::IdentifierType type,
                                                    std::string_view value) const;
  // The newest first, those before that id.
  std::vector<core::acme::AllowedIdentifier> list(std::int64_t before_id, int limit) const;

  // Allowing what is allowed, and forbidding what is not, changes nothing.
  void allow(const core::acme::AccountId& account, const core::acme::AllowedIdentifierId& id);
  void forbid(const core::acme::AccountId& account, const core::acme::AllowedIdentifierId& id);
  void allow(const core::acme::ExternalAccountId& eab, const core::acme::AllowedIdentifierId& id);
  void forbid(const core::acme::ExternalAccountId& eab, const core::acme::AllowedIdentifierId& id);

  std::vector<core::acme::AllowedIdentifier> of(const core::acme::ExternalAccountId& eab,
                                                int limit) const;
  // Of the account itself, and of the external account that it is bound to.
  std::vector<core::acme::AllowedIdentifier> of(
      const core::acme::AccountId& account, const std::optional<core::acme::ExternalAccountId>& eab,
      int limit) const;

  // The accounts that each of these is assigned to.
  std::map<core::acme::AllowedIdentifierId, std::vector<core::acme::AccountId>> accounts_of(
      const std::vector<core::acme::AllowedIdentifier>& list) const;

 private:
  db::Session& session_;
};

}  // namespace storage

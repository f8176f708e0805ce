#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/acme/identifier.h"
#include "core/acme/quota.h"
#include "db/database.h"
#include "service/acme_accounts.h"
#include "service/acme_settings.h"

namespace service {

// How much is ordered: per account, per external account and per name. Without quotas in the
// settings this costs an order nothing.
class AcmeQuotas {
 public:
  // Whose quotas one order needs.
  struct Share {
    core::acme::QuotaKind kind;
    std::string subject;
    core::acme::Quota quota;
    std::optional<core::acme::Identifier> identifier = std::nullopt;  // that the subject stands for
  };

  AcmeQuotas(db::Database& database, const base::Clock& clock)
      : database_{database}, clock_{clock} {}

  // A renewal, announced by RFC 9773's "replaces", does not count against its names.
  static std::vector<Share> shares(const AcmeAccount& account,
                                   const std::vector<core::acme::Identifier>& identifiers,
                                   bool is_renewal, const AcmeSettings& settings);

  // rateLimited with Retry-After and a subproblem per name, before anything is written.
  core::acme::Result<void> check(const std::vector<Share>& shares);

  // Within the transaction of the order. Throws rate_limited when others were faster.
  void spend(db::Session& session, const std::vector<Share>& shares) const;

  // Takes back what was counted; returns false when nothing was.
  bool forget(const auth::Act& act, core::acme::QuotaKind kind, const std::string& subject);

 private:
  db::Database& database_;
  const base::Clock& clock_;
};

}  // namespace service

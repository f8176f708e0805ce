#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/acme/identifier_rules.h"
#include "core/acme/order.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/acme_accounts.h"
#include "service/acme_order_rules.h"
#include "service/acme_quotas.h"
#include "service/acme_renewals.h"
#include "service/acme_settings.h"

namespace service {

// Orders and their authorizations (RFC 8555, section 7.4 and 7.5). What belongs to another account
// is answered like what does not exist.
class AcmeOrders {
 public:
  struct NewOrder {
    std::vector<core::acme::RequestedIdentifier> identifiers;
    // For each of them the domain above it to be proven instead (RFC 9444, section 4.2), or
    // nothing.
    std::vector<std::optional<std::string>> ancestor_domains = {};
    std::optional<base::Time> not_before = std::nullopt;
    std::optional<base::Time> not_after = std::nullopt;
    std::optional<std::string> profile = std::nullopt;
    std::optional<std::string> replaces = std::nullopt;  // a certificate's name in RFC 9773
  };
  struct Parts {
    db::Database& database;
    AcmeOrderRules& order_rules;
    AcmeQuotas& quotas;
    AcmeRenewals& renewals;
    crypto::Random& random;
    const base::Clock& clock;
  };

  explicit AcmeOrders(const Parts& parts)
      : database_{parts.database},
        order_rules_{parts.order_rules},
        quotas_{parts.quotas},
        renewals_{parts.renewals},
        random_{parts.random},
        clock_{parts.clock} {}

  // The order and its authorizations, in one transaction; durable when it returns. What the account
  // proved lately is not asked for again.
  core::acme::Result<core::acme::Order> create(const auth::Act& act, const AcmeAccount& account,
                                               const NewOrder& request,
                                               const AcmeSettings& settings);

  // An authorization before there is an order (section 7.4.1), for the names below the identifier,
  // too, when `subdomains` says so (RFC 9444, section 4.3).
  struct Authorized {
    core::acme::Authorization authorization;
    bool is_new;
  };
  core::acme::Result<Authorized> authorize(const auth::Act& act, const AcmeAccount& account,
                                           const core::acme::RequestedIdentifier& identifier,
                                           bool subdomains, const AcmeSettings& settings);

  // With the status it has now. An order belongs to the service that it was made at.
  core::acme::Result<core::acme::Order> find(const AcmeAccount& account,
                                             const core::acme::OrderReference& reference,
                                             const AcmeSettings& settings);

  // A page of an account's orders, oldest first. `next`: where the next page starts.
  struct Page {
    std::vector<core::acme::OrderReference> orders;
    std::optional<std::int64_t> next;
  };
  Page list(const AcmeAccount& account, std::int64_t after_id);

  core::acme::Result<core::acme::Authorization> find(
      const AcmeAccount& account, const core::acme::AuthorizationReference& reference);
  core::acme::Result<core::acme::Authorization> deactivate(
      const auth::Act& act, const AcmeAccount& account,
      const core::acme::AuthorizationReference& reference);

 private:
  core::acme::Result<std::optional<core::CertificateId>> find_replaced(
      const NewOrder& request, const std::vector<core::acme::Identifier>& identifiers,
      const AcmeAccount& account);
  static core::acme::Result<void> name_ancestors(const NewOrder& request,
                                                 const AcmeSettings& settings,
                                                 std::vector<AcmeOrderRules::Wanted>& wanted);
  core::acme::Authorization make_authorization(db::Session& session, const AcmeAccount& account,
                                               const core::acme::OrderId& order_id,
                                               const AcmeOrderRules::Wanted& wanted,
                                               base::Time now) const;

  db::Database& database_;
  AcmeOrderRules& order_rules_;
  AcmeQuotas& quotas_;
  AcmeRenewals& renewals_;
  crypto::Random& random_;
  const base::Clock& clock_;
};

}  // namespace service

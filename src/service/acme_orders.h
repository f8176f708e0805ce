#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/acme/identifier_rules.h"
#include "core/acme/order.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/acme_accounts.h"
#include "service/acme_settings.h"
#include "service/authorities.h"
#include "service/issuance.h"

namespace service {

// Orders and their authorizations (RFC 8555, section 7.4 and 7.5). What belongs to another account
// is answered like what does not exist.
class AcmeOrders {
 public:
  struct NewOrder {
    std::vector<core::acme::RequestedIdentifier> identifiers;
    std::optional<base::Time> not_before = std::nullopt;
    std::optional<base::Time> not_after = std::nullopt;
  };

  AcmeOrders(db::Database& database, Issuance& issuance, Authorities& authorities,
             crypto::Random& random, const base::Clock& clock)
      : database_{database},
        issuance_{issuance},
        authorities_{authorities},
        random_{random},
        clock_{clock} {}

  // The order and its authorizations, in one transaction; durable when it returns.
  core::acme::Result<core::acme::Order> create(const auth::Act& act, const AcmeAccount& account,
                                               const NewOrder& request,
                                               const AcmeSettings& settings);

  // With the status it has now.
  core::acme::Result<core::acme::Order> find(const AcmeAccount& account,
                                             const core::acme::OrderReference& reference);

  // Issues the certificate; the order is valid when it returns. The order becomes valid in the
  // transaction that stores the certificate, so neither is ever there without the other.
  core::acme::Result<core::acme::Order> finalize(const auth::Act& act, const AcmeAccount& account,
                                                 const core::acme::OrderReference& reference,
                                                 base::ByteView csr, const AcmeSettings& settings);

  // The certificate of a valid order with its chain, in PEM.
  core::acme::Result<std::string> certificate(const AcmeAccount& account,
                                              const core::acme::OrderReference& reference);

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
  // Marks an order as being finalized, for the time of the call; refuses a second one.
  class Turn;

  core::acme::Authorization new_authorization(const core::acme::AuthorizationId& id,
                                              const AcmeAccount& account,
                                              const core::acme::OrderId& order_id,
                                              const core::acme::Identifier& identifier,
                                              base::Time now) const;

  db::Database& database_;
  Issuance& issuance_;
  Authorities& authorities_;
  crypto::Random& random_;
  const base::Clock& clock_;

  std::mutex mutex_;  // over what follows
  std::unordered_set<std::int64_t> being_finalized_;
};

}  // namespace service

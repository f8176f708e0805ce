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
#include "net/acme_validation.h"
#include "service/acme_accounts.h"
#include "service/acme_csr_profiles.h"
#include "service/acme_renewals.h"
#include "service/acme_rules.h"
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
    std::optional<std::string> profile = std::nullopt;
    std::optional<std::string> replaces = std::nullopt;  // a certificate's name in RFC 9773
  };
  struct Parts {
    db::Database& database;
    Issuance& issuance;
    Authorities& authorities;
    AcmeRules& rules;
    AcmeRenewals& renewals;
    AcmeCsrProfiles& csr_profiles;
    net::AcmeValidator& validator;
    crypto::Random& random;
    const base::Clock& clock;
  };

  explicit AcmeOrders(const Parts& parts)
      : database_{parts.database},
        issuance_{parts.issuance},
        authorities_{parts.authorities},
        rules_{parts.rules},
        renewals_{parts.renewals},
        csr_profiles_{parts.csr_profiles},
        validator_{parts.validator},
        random_{parts.random},
        clock_{parts.clock} {}

  // The order and its authorizations, in one transaction; durable when it returns. What the account
  // proved lately is not asked for again.
  core::acme::Result<core::acme::Order> create(const auth::Act& act, const AcmeAccount& account,
                                               const NewOrder& request,
                                               const AcmeSettings& settings);

  // An authorization before there is an order (section 7.4.1).
  struct Authorized {
    core::acme::Authorization authorization;
    bool is_new;
  };
  core::acme::Result<Authorized> authorize(const auth::Act& act, const AcmeAccount& account,
                                           const core::acme::RequestedIdentifier& identifier,
                                           const AcmeSettings& settings);

  // With the status it has now. An order belongs to the service that it was made at.
  core::acme::Result<core::acme::Order> find(const AcmeAccount& account,
                                             const core::acme::OrderReference& reference,
                                             const AcmeSettings& settings);

  // Issues the certificate; the order is valid when it returns. The order becomes valid in the
  // transaction that stores the certificate, so neither is ever there without the other.
  core::acme::Result<core::acme::Order> finalize(const auth::Act& act, const AcmeAccount& account,
                                                 const core::acme::OrderReference& reference,
                                                 base::ByteView csr, const std::string& account_url,
                                                 const AcmeSettings& settings);

  // The certificate of a valid order with its chain, in PEM. There are `chains` to choose from:
  // first the usual one, which leaves a root out, then others to the same key, last the one with
  // its root.
  struct Download {
    std::string pem;
    std::size_t chains;
  };
  core::acme::Result<Download> certificate(const AcmeAccount& account,
                                           const core::acme::OrderReference& reference,
                                           std::size_t chain, const AcmeSettings& settings);

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

  // What is about to be ordered, after all rules were asked.
  struct Wanted {
    core::acme::Identifier identifier;
    std::vector<core::acme::ChallengeType> challenges;
    std::string approved_by = {};  // not empty: no challenge is needed
  };
  core::acme::Result<std::vector<Wanted>> check_allowed(
      const std::vector<core::acme::Identifier>& identifiers, const AcmeAccount& account,
      const AcmeSettings& settings);
  core::acme::Result<std::optional<core::CertificateId>> find_replaced(
      const NewOrder& request, const std::vector<core::acme::Identifier>& identifiers,
      const AcmeAccount& account);
  core::acme::Authorization make_authorization(db::Session& session, const AcmeAccount& account,
                                               const core::acme::OrderId& order_id,
                                               const Wanted& wanted, base::Time now) const;
  core::acme::Result<void> look_at_caa_again(
      const std::vector<core::acme::Authorization>& authorizations, const std::string& account_url,
      const AcmeSettings& settings);
  core::AuthorityId authority_for(const std::vector<core::acme::Identifier>& identifiers,
                                  const AcmeSettings& settings);

  db::Database& database_;
  Issuance& issuance_;
  Authorities& authorities_;
  AcmeRules& rules_;
  AcmeRenewals& renewals_;
  AcmeCsrProfiles& csr_profiles_;
  net::AcmeValidator& validator_;
  crypto::Random& random_;
  const base::Clock& clock_;

  std::mutex mutex_;  // over what follows
  std::unordered_set<std::int64_t> being_finalized_;
};

}  // namespace service

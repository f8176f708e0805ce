#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/acme/order.h"
#include "db/database.h"
#include "net/acme_validation.h"
#include "service/acme_accounts.h"
#include "service/acme_csr_profiles.h"
#include "service/acme_order_rules.h"
#include "service/acme_rules.h"
#include "service/acme_settings.h"
#include "service/authorities.h"
#include "service/issuance.h"

namespace service {

// From a ready order to its certificate (RFC 8555, section 7.4); where a service wants it, after a
// person approved.
class AcmeFinalizing {
 public:
  struct Parts {
    db::Database& database;
    Issuance& issuance;
    Authorities& authorities;
    AcmeRules& rules;
    AcmeOrderRules& order_rules;
    AcmeAccounts& accounts;
    AcmeCsrProfiles& csr_profiles;
    net::AcmeValidator& validator;
    const base::Clock& clock;
  };

  explicit AcmeFinalizing(const Parts& parts)
      : database_{parts.database},
        issuance_{parts.issuance},
        authorities_{parts.authorities},
        rules_{parts.rules},
        order_rules_{parts.order_rules},
        accounts_{parts.accounts},
        csr_profiles_{parts.csr_profiles},
        validator_{parts.validator},
        clock_{parts.clock} {}

  // Issues the certificate; the order is valid when it returns. The order becomes valid in the
  // transaction that stores the certificate, so neither is ever there without the other. With
  // approval, the order is `processing` when it returns, durably.
  core::acme::Result<core::acme::Order> finalize(const auth::Act& act, const AcmeAccount& account,
                                                 const core::acme::OrderReference& reference,
                                                 base::ByteView csr, const std::string& account_url,
                                                 const AcmeSettings& settings);

  // What an administrator says to an order that waits. All rules are asked again. Throws not_found,
  // conflict (it does not wait, or the rules refuse it now: it goes on waiting then).
  core::acme::Order approve(const auth::Act& act, const core::acme::OrderId& id);
  core::acme::Order refuse(const auth::Act& act, const core::acme::OrderId& id,
                           const std::string& reason);

 private:
  // Marks an order as being finalized, for the time of the call; refuses a second one.
  class Turn;

  // An order that is about to become a certificate.
  struct Candidate {
    core::acme::Order order;
    std::vector<core::acme::Authorization> authorizations;
    x509::CertificateRequest request;
    const core::acme::ServiceProfile* profile;  // of the settings
  };
  core::acme::Result<Candidate> check(const AcmeAccount& account, core::acme::Order order,
                                      std::vector<core::acme::Authorization> authorizations,
                                      base::ByteView csr, const std::string& account_url,
                                      const AcmeSettings& settings);
  core::acme::Result<void> issue(const auth::Act& act, const AcmeAccount& account,
                                 Candidate& candidate, const AcmeSettings& settings);
  core::acme::Result<void> await_approval(const auth::Act& act, const AcmeAccount& account,
                                          core::acme::Order& order, base::ByteView csr,
                                          const std::string& account_url);
  core::acme::Result<void> look_at_caa_again(
      const std::vector<core::acme::Identifier>& identifiers,
      const std::vector<core::acme::Authorization>& authorizations, const std::string& account_url,
      const AcmeSettings& settings);
  core::AuthorityId authority_for(const std::vector<core::acme::Identifier>& identifiers,
                                  const AcmeSettings& settings);

  db::Database& database_;
  Issuance& issuance_;
  Authorities& authorities_;
  AcmeRules& rules_;
  AcmeOrderRules& order_rules_;
  AcmeAccounts& accounts_;
  AcmeCsrProfiles& csr_profiles_;
  net::AcmeValidator& validator_;
  const base::Clock& clock_;

  std::mutex mutex_;  // over what follows
  std::unordered_set<std::int64_t> being_finalized_;
};

}  // namespace service

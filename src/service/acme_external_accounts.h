#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "base/secret.h"
#include "core/acme/external_account.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/acme_settings.h"
#include "service/keys.h"

namespace service {

// External accounts: what administrators hand out (RFC 8555, section 7.3.4), and whether a client
// that shows one has it. The MAC key is shown once and kept wrapped.
class AcmeExternalAccounts {
 public:
  struct Order {
    std::string kid = {};  // empty: a random one
    std::string description = {};
    std::string service = {};  // the only one that takes it; empty: all of them
    std::vector<std::string> allowed_names = {};
    bool pre_authorized = false;
    bool is_reusable = false;
    std::optional<base::Time> expires_at = std::nullopt;
  };
  struct Changes {
    std::optional<std::string> description = std::nullopt;
    std::optional<std::vector<std::string>> allowed_names = std::nullopt;
    std::optional<bool> pre_authorized = std::nullopt;
    std::optional<std::optional<base::Time>> expires_at = std::nullopt;
    std::optional<bool> is_enabled = std::nullopt;
  };
  struct Made {
    core::acme::ExternalAccount external;
    base::Secret mac_key;  // in base64url; never again
  };

  AcmeExternalAccounts(db::Database& database, const MasterKey& master, crypto::Random& random,
                       const base::Clock& clock)
      : database_{database}, master_{master}, random_{random}, clock_{clock} {}

  Made create(const auth::Act& act, const Order& order);
  core::acme::ExternalAccount update(const auth::Act& act, const core::acme::ExternalAccountId& id,
                                     const Changes& changes);
  // For good: it opens no more accounts, and those that it opened order nothing any more.
  core::acme::ExternalAccount revoke(const auth::Act& act, const core::acme::ExternalAccountId& id);
  // From now on it opens no more accounts; those that it opened go on.
  core::acme::ExternalAccount close(const auth::Act& act, const core::acme::ExternalAccountId& id);
  // Only what no account is bound to.
  void remove(const auth::Act& act, const core::acme::ExternalAccountId& id);
  core::acme::ExternalAccount find(const core::acme::ExternalAccountId& id);

  // The external account that a binding proves, as far as it opens an account of that service now.
  core::acme::Result<core::acme::ExternalAccount> verify(
      const core::acme::ExternalBinding& binding,
      const std::optional<core::acme::ServiceId>& service);

 private:
  db::Database& database_;
  const MasterKey& master_;
  crypto::Random& random_;
  const base::Clock& clock_;
};

}  // namespace service

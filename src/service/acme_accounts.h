#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/acme/account.h"
#include "crypto/key.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/acme_external_accounts.h"
#include "service/acme_settings.h"

namespace service {

// An account with its key ready for verifying: read once and kept, immutable, shared by threads.
struct AcmeAccount {
  core::acme::Account account;
  crypto::PublicKey key;

  // Who acts, in the audit log: the account, wherever the request came from.
  auth::Act act(const auth::Act& request) const;
};
using AcmeAccountPointer = std::shared_ptr<const AcmeAccount>;

class AcmeAccounts {
 public:
  struct NewAccount {
    std::vector<std::string> contacts = {};
    bool terms_agreed = false;
    bool only_existing = false;
    std::optional<core::acme::ExternalBinding> binding = std::nullopt;
  };
  struct Registered {
    AcmeAccountPointer account;
    bool is_new;
  };

  AcmeAccounts(db::Database& database, AcmeExternalAccounts& external_accounts,
               crypto::Random& random, const base::Clock& clock)
      : database_{database},
        external_accounts_{external_accounts},
        random_{random},
        clock_{clock} {}

  // The account that a kid names, valid or not. The problem is accountDoesNotExist.
  core::acme::Result<AcmeAccountPointer> find(const core::acme::AccountReference& reference);

  // Finds the account of a key, or makes one (RFC 8555, section 7.3), bound to an external account
  // when the request has one. An account that exists is bound when the service wants it and the
  // account is not bound yet; otherwise nothing of it changes. Durable when it returns.
  core::acme::Result<Registered> register_key(const auth::Act& act, const crypto::PublicKey& key,
                                              const NewAccount& request,
                                              const AcmeSettings& settings);

  core::acme::Result<AcmeAccountPointer> set_contacts(const auth::Act& act,
                                                      const AcmeAccount& account,
                                                      const std::vector<std::string>& contacts);
  core::acme::Result<AcmeAccountPointer> agree_to_terms(const auth::Act& act,
                                                        const AcmeAccount& account);
  // For good (section 7.3.6): from then on nothing signed with its key is accepted.
  core::acme::Result<AcmeAccountPointer> deactivate(const auth::Act& act,
                                                    const AcmeAccount& account);

  // Gives the account another key (section 7.3.5). When another account has that key, that account
  // comes back, and nothing changes.
  struct KeyChange {
    AcmeAccountPointer account;
    std::optional<core::acme::AccountReference> conflicting;
  };
  core::acme::Result<KeyChange> change_key(const auth::Act& act, const AcmeAccount& account,
                                           const crypto::PublicKey& key);

 private:
  core::acme::Result<Registered> existing(const auth::Act& act, core::acme::Account account,
                                          const NewAccount& request, const AcmeSettings& settings);
  AcmeAccountPointer load(const core::acme::AccountId& id);
  AcmeAccountPointer reload(const core::acme::AccountId& id);

  db::Database& database_;
  AcmeExternalAccounts& external_accounts_;
  crypto::Random& random_;
  const base::Clock& clock_;

  // The accounts used last, at the front of the list. What another node changes is seen when an
  // entry has lived its seconds, and before that by whatever writes (AcmeStore::may_act).
  struct Kept {
    core::acme::AccountId id;
    AcmeAccountPointer account;
    base::Time until;
  };
  std::mutex mutex_;  // over what follows
  std::list<Kept> kept_;
  std::unordered_map<std::int64_t, std::list<Kept>::iterator> by_id_;
  std::uint64_t changes_ = 0;  // what was read before a change is not kept after it
};

}  // namespace service

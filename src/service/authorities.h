#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/authority.h"
#include "core/issuance.h"
#include "crypto/key.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/keys.h"
#include "x509/certificate.h"

namespace service {

// An authority with all that signing needs, read once and kept: immutable, shared by all threads.
struct Issuer {
  core::Authority authority;
  x509::Certificate certificate;
  std::shared_ptr<const crypto::Signer> signer;  // nothing when the key is not here
  core::IssuerFacts facts;
  std::vector<x509::Certificate> chain;  // from this one up to its root
};

class Authorities {
 public:
  struct NewAuthority {
    std::string name;
    x509::Name subject;
    core::AuthorityType type = core::AuthorityType::root;
    std::optional<core::AuthorityId> parent_id;
    crypto::KeyAlgorithm key_algorithm = crypto::KeyAlgorithm::ec_p384;
    std::chrono::seconds validity = std::chrono::days{3650};
    std::optional<int> path_length;
  };
  struct Changes {
    std::optional<std::string> name;
    std::optional<bool> is_active;
    std::optional<bool> cdp_enabled;
    std::optional<bool> ocsp_enabled;
    std::optional<bool> aia_enabled;
  };

  // `protocol_base`: the address of the plain HTTP port as others reach it; asked at each use.
  Authorities(db::Database& database, Keys& keys, crypto::Random& random, const base::Clock& clock,
              std::function<std::string()> protocol_base)
      : database_{database},
        keys_{keys},
        random_{random},
        clock_{clock},
        protocol_base_{std::move(protocol_base)} {}

  // Makes a key and a certificate; returns when both are durable.
  core::Authority create(const auth::Act& act, const NewAuthority& order);
  core::Authority update(const auth::Act& act, const core::AuthorityId& id, const Changes& changes);
  // Throws conflict while anything that it issued exists.
  void remove(const auth::Act& act, const core::AuthorityId& id);

  // Throws not_found.
  std::shared_ptr<const Issuer> issuer(const core::AuthorityId& id);
  // By refid or by number, as public addresses name authorities; nothing when there is none.
  std::shared_ptr<const Issuer> issuer_of_reference(std::string_view reference);
  std::vector<std::shared_ptr<const Issuer>> issuers();

  // The one that issues when nobody says which: the one that was set, while it can; or else the
  // first intermediate, so that nothing changes when further authorities are made.
  core::AuthorityId default_authority();
  void set_default_authority(const auth::Act& act, const core::AuthorityId& id);

  core::AuthorityAddresses addresses(const core::Authority& authority) const {
    return core::addresses_of(authority, protocol_base_());
  }

  // Forgets what was kept of all authorities, after a change or of the address.
  void forget();

 private:
  using Issuers = std::map<core::AuthorityId, std::shared_ptr<const Issuer>>;

  std::shared_ptr<const Issuers> all();
  std::shared_ptr<const Issuer> load(db::Session& session, const core::Authority& authority,
                                     const std::map<core::AuthorityId, x509::Certificate>& known);

  db::Database& database_;
  Keys& keys_;
  crypto::Random& random_;
  const base::Clock& clock_;
  std::function<std::string()> protocol_base_;

  std::mutex loading_;
  std::atomic<std::shared_ptr<const Issuers>> issuers_;
};

}  // namespace service

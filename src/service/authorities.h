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
#include "core/authority_order.h"
#include "core/chain_simulation.h"
#include "core/template_id.h"
#include "crypto/key.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/intents.h"
#include "service/keys.h"
#include "x509/certificate.h"
#include "x509/csr.h"

namespace service {

// An authority with all that signing needs, read once and kept: immutable, shared by all threads.
struct Issuer {
  core::Authority authority;
  x509::Certificate certificate;
  std::shared_ptr<const crypto::Signer> signer;  // nothing when the key is not here
  core::IssuerFacts facts;
  std::vector<x509::Certificate> chain;  // from this one up to its root
  // The name of the one, itself or above it, whose certificate is revoked: nobody takes what it
  // would issue. Empty when there is none.
  std::string revoked = {};
};

// Why an authority does not issue; nothing when it does.
std::optional<std::string> issuing_obstacle(const Issuer& issuer);

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
    std::vector<x509::KeyUsage> key_usage = {};
    std::vector<der::Oid> extended_key_usage = {};
    x509::NameConstraints name_constraints = {};
    std::vector<x509::Policy> policies = {};
    x509::PolicyConstraints policy_constraints = {};
    std::optional<int> inhibit_any_policy = {};
    std::vector<std::string> repositories = {};
    core::IssuingOptions options = {};
    std::optional<core::TemplateId> template_id = {};  // one that makes authorities
    // Whose key is elsewhere: it made this request. Its key kind is the request's.
    std::optional<x509::CertificateRequest> csr = {};
    bool key_kind_is_open = false;  // nobody asked: `key_algorithm` gives way to the template's
    bool validity_is_open = false;  // likewise
  };
  // How a verifier of our own house takes a certificate that the authority would issue.
  struct Trial {
    std::string client;
    std::string purpose;
    bool accepted;
    std::string reason;  // why not
    BOOST_DESCRIBE_CLASS(Trial, (), (client, purpose, accepted, reason), (), ())
  };
  // What would become of an authority, without touching a key.
  struct Simulation {
    std::vector<base::FieldError> problems;  // what is refused, by the fields of the order
    std::vector<core::ChainFinding> findings;
    std::vector<core::lint::Finding> lint;
    std::vector<Trial> trials;
    std::optional<x509::Certificate> sample;  // over a key and a signature that count for nothing
  };
  struct Changes {
    std::optional<std::string> name;
    std::optional<bool> is_active;
    std::optional<bool> cdp_enabled;
    std::optional<bool> ocsp_enabled;
    std::optional<bool> aia_enabled;
    // Makes the options from those that stand, within the transaction.
    std::function<core::IssuingOptions(core::IssuingOptions)> options = {};
  };

  // `protocol_base`: the address of the plain HTTP port as others reach it; asked at each use.
  Authorities(db::Database& database, Keys& keys, Intents& intents, crypto::Random& random,
              const base::Clock& clock, std::function<std::string()> protocol_base)
      : database_{database},
        keys_{keys},
        intents_{intents},
        random_{random},
        clock_{clock},
        protocol_base_{std::move(protocol_base)} {}

  // Makes a key and a certificate; returns when both are durable. Throws invalid_request also when
  // the simulation says that nobody would take what it issues.
  core::Authority create(const auth::Act& act, const NewAuthority& order);
  // Who would refuse what it issues, and why. Throws not_found, conflict.
  Simulation simulate(const NewAuthority& order);
  // What an order says once its template was applied. Throws invalid_request.
  core::AuthorityOrder order_for(const NewAuthority& order, const crypto::PublicKey& key);
  // The kind of key that it would have.
  crypto::KeyAlgorithm key_kind(const NewAuthority& order);
  core::Authority update(const auth::Act& act, const core::AuthorityId& id, const Changes& changes);
  // Throws conflict while anything that it issued exists.
  void remove(const auth::Act& act, const core::AuthorityId& id);

  // The private key of an authority. Each look is audited. Throws not_found, conflict when the key
  // is not here.
  crypto::PrivateKey reveal_key(const auth::Act& act, const core::AuthorityId& id, bool encrypted);

  // Signs a certificate of an authority by another one: serial and intent are durable before the
  // key is touched, and `store` runs in the transaction that ends the intent.
  void sign_by(const auth::Act& act, const Issuer& issuer, const x509::TbsCertificate& tbs,
               const std::function<void(db::Session&, const base::Bytes&)>& store);

  // One that issues: its key is here, and it is switched on. Throws not_found, conflict.
  std::shared_ptr<const Issuer> issuing(const core::AuthorityId& id);

  // Who had the first issues by default has the second do so from now on. Within a transaction.
  void hand_over_default(db::Session& session, const core::AuthorityId& from,
                         const core::AuthorityId& to);

  // Throws not_found.
  std::shared_ptr<const Issuer> issuer(const core::AuthorityId& id);
  // By refid or by number, as public addresses name authorities; nothing when there is none.
  std::shared_ptr<const Issuer> issuer_of_reference(std::string_view reference);
  std::vector<std::shared_ptr<const Issuer>> issuers();
  // As they are at this moment; another pointer after each change.
  using Issuers = std::map<core::AuthorityId, std::shared_ptr<const Issuer>>;
  std::shared_ptr<const Issuers> all();
  // The same when no database has to be asked for it, or nothing.
  std::shared_ptr<const Issuers> at_hand() const { return issuers_.load(); }

  // The one that issues when nobody says which: the one that was set, while it can; or else the
  // first intermediate, so that nothing changes when further authorities are made.
  core::AuthorityId default_authority();
  void set_default_authority(const auth::Act& act, const core::AuthorityId& id);

  core::AuthorityAddresses addresses(const core::Authority& authority) const {
    return core::addresses_of(authority, protocol_base_());
  }

  // Called in the transaction that stores what was made: an authority ("ca"), a further certificate
  // of one ("ca_certificate"), a request for one ("ca_request"). Set while wiring.
  using Made = std::function<void(db::Session&, const auth::Act&, std::string_view kind,
                                  std::int64_t number)>;
  void on_made(Made listener) { made_listeners_.push_back(std::move(listener)); }
  void made(db::Session& session, const auth::Act& act, std::string_view kind,
            std::int64_t number) const {
    for (const auto& listener : made_listeners_) {
      listener(session, act, kind, number);
    }
  }

  // Forgets what was kept of all authorities, after a change or of the address.
  void forget();

 private:
  std::shared_ptr<const Issuer> load(db::Session& session, const core::Authority& authority,
                                     const std::map<core::AuthorityId, x509::Certificate>& known);

  db::Database& database_;
  Keys& keys_;
  Intents& intents_;
  crypto::Random& random_;
  const base::Clock& clock_;
  std::function<std::string()> protocol_base_;

  std::vector<Made> made_listeners_;
  std::mutex loading_;
  std::atomic<std::shared_ptr<const Issuers>> issuers_;
};

// Of which kind a certificate is the record: what of it the database knows.
core::Authority authority_record(const x509::Certificate& certificate, const core::AuthorityId& id,
                                 crypto::Random& random, const auth::Act& act, base::Time now);

// Throws invalid_request with what the simulation forbids.
void refuse_by(const std::vector<core::ChainFinding>& findings, const char* field);

}  // namespace service

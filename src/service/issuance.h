#pragma once

#include <functional>
#include <optional>
#include <string>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/certificate.h"
#include "core/issuance.h"
#include "core/tag.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/intents.h"
#include "service/keys.h"
#include "service/templates.h"

namespace service {

// The one door through which certificates come into being.
class Issuance {
 public:
  struct Request {
    core::AuthorityId authority_id;
    core::CertificateOrder order;
    core::Source source;
    std::string description = {};
    // A renewal has those of its predecessor.
    std::vector<core::Tag> tags = {};
    // Kept wrapped when the server made the key; nothing when the key came with a CSR.
    std::optional<crypto::PrivateKey> private_key = std::nullopt;
    std::optional<core::CertificateId> renews = std::nullopt;
    // Binds the order by the version in use. A renewal has the version of its predecessor in
    // `order.rules` instead.
    std::optional<core::TemplateId> template_id = std::nullopt;
    // Nobody asked for a kind of key: `private_key` gives way to one of the template's kind.
    bool key_kind_is_open = false;
    // Runs inside of the transaction that stores the certificate: an ACME order becomes valid
    // there, or the certificate does not exist.
    std::function<void(db::Session&, const core::Certificate&)> with = {};
  };

  Issuance(db::Database& database, Authorities& authorities, Keys& keys, Intents& intents,
           crypto::Random& random, const base::Clock& clock)
      : database_{database},
        authorities_{authorities},
        keys_{keys},
        intents_{intents},
        random_{random},
        clock_{clock} {}

  using Listener = std::function<void(db::Session&, const auth::Act&, const core::Certificate&)>;

  // Returns when the certificate is durable. Throws invalid_request (what is wrong with the
  // order), not_found (no such authority), conflict (it does not issue).
  core::Certificate issue(const auth::Act& act, const Request& request);

  // Issues the same again with a new serial and new dates: same profile, subject, names and
  // length. A key that the server keeps is replaced by a new one of its kind; a certificate whose
  // key the server does not have is renewed over the same key.
  core::Certificate renew(const auth::Act& act, const core::CertificateId& id,
                          std::optional<std::chrono::seconds> validity);

  // What the request would become: bound by its template, not yet decided.
  Request bound(const Request& request);

  // What logs of Certificate Transparency promise for what is about to be signed, as an extension;
  // nothing when it is not submitted. Called before the key signs, with no transaction open; when
  // it throws, nothing is issued. Set while wiring.
  using Transparency = std::function<std::optional<x509::Extension>(const Request&, const Issuer&,
                                                                    const x509::TbsCertificate&)>;
  void on_signing(Transparency transparency) { transparency_ = std::move(transparency); }

  // Called within each transaction that stores a certificate. Set while wiring.
  void on_issuing(Listener listener) { listeners_.push_back(std::move(listener)); }

 private:
  struct ToBeSigned;
  static ToBeSigned to_be_signed(const Request& request, const Issuer& issuer,
                                 const x509::SerialNumber& serial, base::Time now);
  void embed_promises(const Request& request, const Issuer& issuer, ToBeSigned& wanted) const;
  core::Certificate sign_and_store(const auth::Act& act, const Request& request,
                                   const Issuer& issuer, const ToBeSigned& wanted,
                                   const storage::Intent& intent);

  db::Database& database_;
  Authorities& authorities_;
  Keys& keys_;
  Intents& intents_;
  crypto::Random& random_;
  const base::Clock& clock_;
  TemplateProfiles profiles_{database_};
  std::vector<Listener> listeners_;
  Transparency transparency_;
};

}  // namespace service

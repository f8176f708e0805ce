#pragma once

#include <optional>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/authority.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/keys.h"

namespace service {

// Authorities that live on: new certificates over the same key, successors with a new one, and
// certificates by other authorities.
class AuthorityRenewal {
 public:
  struct Wanted {
    std::optional<std::chrono::seconds> validity = {};  // left out: as long as before
    bool new_key = false;
    std::optional<crypto::KeyAlgorithm> key_algorithm =
        {};  // of a new key; left out: the same kind
    // The predecessor stops issuing, and what it did by default the successor does.
    bool switch_over = false;
  };

  AuthorityRenewal(db::Database& database, Authorities& authorities, Keys& keys,
                   crypto::Random& random, const base::Clock& clock)
      : database_{database},
        authorities_{authorities},
        keys_{keys},
        random_{random},
        clock_{clock} {}

  // Over the same key it stays the same authority, whose former certificate is kept beside it. With
  // a new key a successor of the same name is made, and the old one goes on with its CRLs and OCSP
  // answers. Throws conflict when the key that would sign is not here.
  core::Authority renew(const auth::Act& act, const core::AuthorityId& id, const Wanted& wanted);

  // Has another authority certify this one as well, so that those who trust the other trust this
  // one. Throws invalid_request when nobody would take the result.
  core::AuthorityCertificate cross_sign(const auth::Act& act, const core::AuthorityId& id,
                                        const core::AuthorityId& by,
                                        std::optional<std::chrono::seconds> validity);

  // The newest first. Throws not_found.
  std::vector<core::AuthorityCertificate> certificates(const core::AuthorityId& id);

  // Keeps a certificate that was made elsewhere over the key of an authority in place of the one
  // that it has. Within a transaction. Throws invalid_request when it is not its certificate.
  core::Authority replace(db::Session& session, const auth::Act& act, const core::AuthorityId& id,
                          const x509::Certificate& certificate,
                          std::optional<core::AuthorityId> parent);

 private:
  core::Authority renew_same_key(const auth::Act& act, const Issuer& old, const Wanted& wanted);
  core::Authority renew_new_key(const auth::Act& act, const Issuer& old, const Wanted& wanted);
  std::shared_ptr<const Issuer> parent_of(const Issuer& issuer);
  x509::TbsCertificate decide(const core::AuthorityOrder& order,
                              const std::shared_ptr<const Issuer>& parent, const char* field);

  db::Database& database_;
  Authorities& authorities_;
  Keys& keys_;
  crypto::Random& random_;
  const base::Clock& clock_;
};

}  // namespace service

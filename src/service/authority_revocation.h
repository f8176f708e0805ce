#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/authority.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/revocation.h"

namespace service {

// Authorities that are not to be trusted any more: their certificates are revoked by the
// authorities that signed them, on whose lists and in whose OCSP answers they are from then on.
// Neither they nor those below them issue; what they issued can still be revoked.
class AuthorityRevocation {
 public:
  // Who signed it, and its serial number.
  using Changed = std::pair<core::AuthorityId, x509::SerialNumber>;

  AuthorityRevocation(db::Database& database, Authorities& authorities, const base::Clock& clock)
      : database_{database}, authorities_{authorities}, clock_{clock} {}

  // Revokes every certificate in force over the name and key of an authority that was signed by
  // authorities which are here, since any of them makes a chain. The key that signs the list may be
  // elsewhere. Throws not_found; conflict for roots and for what nobody here has signed.
  core::Authority revoke(const auth::Act& act, const core::AuthorityId& id,
                         const Revocation::Why& why);
  // Takes them off hold again. Throws not_found or conflict.
  core::Authority release(const auth::Act& act, const core::AuthorityId& id);

  // One further certificate only, a cross-signed or a former one: the authority goes on.
  core::AuthorityCertificate revoke(const auth::Act& act, const core::AuthorityId& id,
                                    const core::AuthorityCertificateId& certificate_id,
                                    const Revocation::Why& why);
  core::AuthorityCertificate release(const auth::Act& act, const core::AuthorityId& id,
                                     const core::AuthorityCertificateId& certificate_id);

  // Called for each certificate that was revoked or released, before it is acknowledged. Set while
  // wiring.
  void on_change(std::function<void(const Changed&)> listener) { listener_ = std::move(listener); }

 private:
  void told(const std::vector<Changed>& changed);

  db::Database& database_;
  Authorities& authorities_;
  const base::Clock& clock_;
  std::function<void(const Changed&)> listener_;
};

}  // namespace service

#pragma once

#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/authority.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/authority_renewal.h"
#include "service/import_content.h"
#include "service/imports.h"
#include "service/keys.h"

namespace service {

// Authorities below a root that is offline: the key is made here, a request leaves, and the signed
// answer comes back.
class AuthorityRequests {
 public:
  AuthorityRequests(db::Database& database, Authorities& authorities, AuthorityRenewal& renewal,
                    Imports& imports, Keys& keys, const base::Clock& clock)
      : database_{database},
        authorities_{authorities},
        renewal_{renewal},
        imports_{imports},
        keys_{keys},
        clock_{clock} {}

  // Of an authority that is to be: makes its key. Throws invalid_request.
  core::AuthorityRequest create(const auth::Act& act, const Authorities::NewAuthority& order);
  // Of one that is to be renewed over its key. Throws conflict when the key is not here.
  core::AuthorityRequest renewal_of(const auth::Act& act, const core::AuthorityId& id);

  std::vector<core::AuthorityRequest> list();
  core::AuthorityRequest find(const core::AuthorityRequestId& id);  // throws not_found
  void remove(const auth::Act& act, const core::AuthorityRequestId& id);

  // Takes the signed answer, with those above it if they are not known here: the authority exists,
  // or has its new certificate, and the request is gone. All or nothing.
  core::AuthorityId complete(const auth::Act& act, const core::AuthorityRequestId& id,
                             ImportContent content);

 private:
  core::AuthorityRequest keep(const auth::Act& act, core::AuthorityRequest request,
                              const crypto::PrivateKey* key);
  core::AuthorityId complete_new(const auth::Act& act, const core::AuthorityRequest& request,
                                 ImportContent content);
  core::AuthorityId complete_renewal(const auth::Act& act, const core::AuthorityRequest& request,
                                     ImportContent content);

  db::Database& database_;
  Authorities& authorities_;
  AuthorityRenewal& renewal_;
  Imports& imports_;
  Keys& keys_;
  const base::Clock& clock_;
};

}  // namespace service

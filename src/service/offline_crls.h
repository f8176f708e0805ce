#pragma once

#include <string>

#include "auth/caller.h"
#include "base/clock.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/crls.h"

namespace service {

// Revocation lists of authorities whose keys are elsewhere: what is to be on the list leaves, and
// the signed list comes back.
class OfflineCrls {
 public:
  OfflineCrls(db::Database& database, Authorities& authorities, Crls& crls,
              const base::Clock& clock)
      : database_{database}, authorities_{authorities}, crls_{crls}, clock_{clock} {}

  // What was revoked, as the index.txt that `openssl ca -gencrl` reads. Throws not_found.
  std::string index(const core::AuthorityId& id);

  // Publishes a list that was signed by the authority's key. Throws invalid_request when it was
  // not, is older than the one that is published, has ended, or leaves out what was revoked here.
  std::shared_ptr<const storage::StoredCrl> bring_in(const auth::Act& act,
                                                     const core::AuthorityId& id,
                                                     base::ByteView der_or_pem);

 private:
  db::Database& database_;
  Authorities& authorities_;
  Crls& crls_;
  const base::Clock& clock_;
};

}  // namespace service

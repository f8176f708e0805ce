#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/certificate.h"
#include "db/database.h"
#include "service/authorities.h"
#include "storage/authority_store.h"

namespace service {

// The CRLs of the authorities that are kept here. A CRL is made when it is asked for and the last
// one does not cover all revocations, or comes to its end: a revocation itself never waits for it.
class Crls {
 public:
  static constexpr auto lifetime = core::crl_lifetime;
  static constexpr auto made_anew_after = std::chrono::days{1};

  Crls(db::Database& database, Authorities& authorities, const base::Clock& clock)
      : database_{database}, authorities_{authorities}, clock_{clock} {}

  // The current CRL; covers everything that was acknowledged before the call. Throws not_found,
  // or conflict when the authority's key is not here and no CRL was imported.
  std::shared_ptr<const storage::StoredCrl> current(const core::AuthorityId& id);

  // Makes a new one in any case.
  std::shared_ptr<const storage::StoredCrl> regenerate(const auth::Act& act,
                                                       const core::AuthorityId& id);

  // What is there, without making one; nothing when there is none.
  std::shared_ptr<const storage::StoredCrl> latest(const core::AuthorityId& id);

 private:
  using Crl = std::shared_ptr<const storage::StoredCrl>;

  Crl make(const auth::Act& act, const core::AuthorityId& id, bool is_routine);
  storage::StoredCrl sign(const Issuer& issuer, std::int64_t number);
  // Returns whether it was stored: a newer one may be there.
  bool keep(const auth::Act& act, const storage::StoredCrl& crl, const Issuer& issuer,
            bool is_routine);
  bool is_current(const storage::StoredCrl& crl, std::int64_t changes) const;
  std::mutex& mutex_of(const core::AuthorityId& id);

  db::Database& database_;
  Authorities& authorities_;
  const base::Clock& clock_;

  std::mutex mutex_;  // over the two maps
  std::map<core::AuthorityId, std::unique_ptr<std::mutex>> making_;
  std::map<core::AuthorityId, Crl> kept_;
};

}  // namespace service

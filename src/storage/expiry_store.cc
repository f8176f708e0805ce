#include "storage/expiry_store.h"

namespace storage {

std::vector<EndingCertificate> ExpiryStore::ending(const Position& after, base::Time until,
                                                   bool with_revoked, int limit) const {
  db::Query query{"FROM certificates"};
  query.add(" WHERE not_after >= ", after.not_after)
      .add(" AND not_after <= ", until)
      .add(" AND (not_after > ", after.not_after)
      .add(" OR id > ", after.id)
      .add(") AND renewed_by IS NULL AND source <> 'system'");
  if (!with_revoked) {
    query.add(" AND revoked_at IS NULL");
  }
  query.add(
      " AND NOT EXISTS (SELECT 1 FROM certificates AS later WHERE later.common_name = "
      "certificates.common_name AND later.names = certificates.names AND later.not_after > "
      "certificates.not_after AND later.revoked_at IS NULL)");
  return session_.select<EndingCertificate>(query.add(" ORDER BY not_after, id LIMIT ", limit));
}

bool ExpiryStore::note(std::string_view kind, std::int64_t id, base::Time ends_at,
                       std::int64_t days, base::Time now) {
  return session_.execute(
             "INSERT INTO expiry_notices (kind, subject_id, ends_at, days, told_at) VALUES ($1, "
             "$2, $3, $4, $5) ON CONFLICT (kind, subject_id, ends_at, days) DO NOTHING",
             kind, id, ends_at, days, now) == 1;
}

void ExpiryStore::remove_ended_before(base::Time ends_at) {
  session_.send("DELETE FROM expiry_notices WHERE ends_at < $1", ends_at);
}

}  // namespace storage

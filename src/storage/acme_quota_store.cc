#include "storage/acme_quota_store.h"

namespace storage {

using core::acme::QuotaKind;

std::int64_t AcmeQuotaStore::spent_until(QuotaKind kind, std::string_view subject) const {
  return session_.number("SELECT spent_until FROM acme_quotas WHERE kind = $1 AND subject = $2",
                         kind, subject);
}

bool AcmeQuotaStore::spend(QuotaKind kind, std::string_view subject,
                           const core::acme::QuotaTerms& terms) {
  return session_.execute(
             "INSERT INTO acme_quotas (kind, subject, spent_until) VALUES ($1, $2, $3) "
             "ON CONFLICT (kind, subject) DO UPDATE SET spent_until = "
             "CASE WHEN acme_quotas.spent_until > $4 THEN acme_quotas.spent_until ELSE $4 END + $5 "
             "WHERE CASE WHEN acme_quotas.spent_until > $4 THEN acme_quotas.spent_until "
             "ELSE $4 END + $5 <= $6",
             kind, subject, terms.now + terms.cost, terms.now, terms.cost, terms.room_until) == 1;
}

bool AcmeQuotaStore::remove(QuotaKind kind, std::string_view subject) {
  return session_.execute("DELETE FROM acme_quotas WHERE kind = $1 AND subject = $2", kind,
                          subject) == 1;
}

std::vector<AcmeSpending> AcmeQuotaStore::list(const std::optional<QuotaKind>& kind,
                                               std::int64_t since,
                                               const std::optional<AcmeSpending>& after,
                                               int limit) const {
  db::Query query{"FROM acme_quotas WHERE"};
  query.add(" spent_until > ", since);
  if (kind) {
    query.add(" AND kind = ", *kind);
  }
  if (after) {
    query.add(" AND (spent_until, kind, subject) < (", after->spent_until)
        .add(", ", after->kind)
        .add(", ", after->subject)
        .add(")");
  }
  query.add(" ORDER BY spent_until DESC, kind DESC, subject DESC LIMIT ", limit);
  return session_.select<AcmeSpending>(query);
}

std::int64_t AcmeQuotaStore::remove_spent_before(std::int64_t time, int limit) {
  return session_.execute(
      "DELETE FROM acme_quotas WHERE (kind, subject) IN (SELECT kind, subject FROM acme_quotas "
      "WHERE spent_until < $1 ORDER BY spent_until, kind, subject LIMIT $2)",
      time, limit);
}

std::int64_t AcmeQuotaStore::count_spent_before(std::int64_t time, int limit) const {
  return session_.number(
      "SELECT COUNT(*) FROM (SELECT 1 FROM acme_quotas WHERE spent_until < $1 LIMIT $2) AS found",
      time, limit);
}

}  // namespace storage

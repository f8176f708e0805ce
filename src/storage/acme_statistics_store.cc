#include "storage/acme_statistics_store.h"

namespace storage {

std::vector<AcmeServiceDay> AcmeStatisticsStore::days(base::Time since) const {
  std::vector<AcmeServiceDay> found;
  session_.each(
      "SELECT day, service_id, COUNT(*), "
      "SUM(CASE WHEN status = 'valid' THEN 1 ELSE 0 END), "
      "SUM(CASE WHEN status = 'invalid' THEN 1 ELSE 0 END) "
      "FROM (SELECT created_at / 86400 AS day, service_id, status FROM acme_orders "
      "WHERE created_at >= $1 ORDER BY created_at DESC, id DESC LIMIT $2) AS latest "
      "GROUP BY day, service_id ORDER BY day, service_id",
      [&](std::span<const db::Value> row) {
        found.push_back({.day = db::from_value<std::int64_t>(row[0], "day"),
                         .service_id = db::from_value<std::optional<core::acme::ServiceId>>(
                             row[1], "service_id"),
                         .orders = db::from_value<std::int64_t>(row[2], "orders"),
                         .certificates = db::from_value<std::int64_t>(row[3], "certificates"),
                         .failures = db::from_value<std::int64_t>(row[4], "failures")});
      },
      since, most_orders);
  return found;
}

// What was proven once stays so, whatever became of the authorization.
std::vector<AcmeProofs> AcmeStatisticsStore::proofs(base::Time since) const {
  std::vector<AcmeProofs> found;
  session_.each(
      "SELECT attempted, "
      "SUM(CASE WHEN validated_at IS NOT NULL THEN 1 ELSE 0 END), "
      "SUM(CASE WHEN validated_at IS NULL AND status = 'invalid' THEN 1 ELSE 0 END), "
      "SUM(attempts) "
      "FROM (SELECT attempted, status, attempts, validated_at, created_at "
      "FROM acme_authorizations ORDER BY id DESC LIMIT $2) AS latest "
      "WHERE created_at >= $1 AND attempted IS NOT NULL AND attempts > 0 "
      "GROUP BY attempted ORDER BY attempted",
      [&](std::span<const db::Value> row) {
        found.push_back(
            {.challenge = db::from_value<core::acme::ChallengeType>(row[0], "attempted"),
             .succeeded = db::from_value<std::int64_t>(row[1], "succeeded"),
             .failed = db::from_value<std::int64_t>(row[2], "failed"),
             .attempts = db::from_value<std::int64_t>(row[3], "attempts")});
      },
      since, most_proofs);
  return found;
}

// The authorizations of an order have entries of the same action.
std::vector<AcmeClientOrders> AcmeStatisticsStore::clients(base::Time since) const {
  std::vector<AcmeClientOrders> found;
  session_.each(
      "SELECT user_agent, COUNT(*) FROM (SELECT user_agent, at, resource_type FROM audit_log "
      "WHERE action = 'acme.order.create' ORDER BY id DESC LIMIT $2) AS latest "
      "WHERE at >= $1 AND resource_type = 'acme_order' GROUP BY user_agent",
      [&](std::span<const db::Value> row) {
        found.push_back({.user_agent = db::from_value<std::string>(row[0], "user_agent"),
                         .orders = db::from_value<std::int64_t>(row[1], "orders")});
      },
      since, most_entries);
  return found;
}

}  // namespace storage

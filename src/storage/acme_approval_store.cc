#include "storage/acme_approval_store.h"

namespace storage {

using core::acme::OrderId;

std::optional<AcmeApproval> AcmeApprovalStore::find(const OrderId& id) const {
  return session_.select_one<AcmeApproval>("FROM acme_approvals WHERE order_id = $1", id);
}

bool AcmeApprovalStore::remove(const OrderId& id) {
  return session_.execute("DELETE FROM acme_approvals WHERE order_id = $1", id) == 1;
}

std::vector<AcmeApproval> AcmeApprovalStore::list(std::int64_t after_id, base::Time now,
                                                  int limit) const {
  return session_.select<AcmeApproval>(
      "FROM acme_approvals WHERE order_id > $1 AND expires_at > $2 ORDER BY order_id LIMIT $3",
      after_id, now, limit);
}

std::int64_t AcmeApprovalStore::remove_ended(base::Time now, int limit) {
  return session_.execute(
      "DELETE FROM acme_approvals WHERE order_id IN (SELECT order_id FROM acme_approvals "
      "WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
      now, limit);
}

}  // namespace storage

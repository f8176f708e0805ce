#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "core/acme/order.h"
#include "db/session.h"

namespace storage {

// A finalized order that waits for a person.
struct AcmeApproval {
  core::acme::OrderId order_id;
  base::Bytes csr;          // DER
  std::string account_url;  // as the client that finalized knows its account
  base::Time requested_at;
  base::Time expires_at;  // when the order does
};
BOOST_DESCRIBE_STRUCT(AcmeApproval, (), (order_id, csr, account_url, requested_at, expires_at))

class AcmeApprovalStore {
 public:
  explicit AcmeApprovalStore(db::Session& session) : session_{session} {}

  void insert(const AcmeApproval& approval) { session_.insert("acme_approvals", approval); }
  std::optional<AcmeApproval> find(const core::acme::OrderId& id) const;
  // Returns false when it is decided already.
  [[nodiscard]] bool remove(const core::acme::OrderId& id);
  // The longest waiting first.
  std::vector<AcmeApproval> list(std::int64_t after_id, base::Time now, int limit) const;
  std::int64_t remove_ended(base::Time now, int limit);

 private:
  db::Session& session_;
};

}  // namespace storage

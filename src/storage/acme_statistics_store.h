#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/acme/challenge.h"
#include "core/acme/service.h"
#include "db/session.h"

namespace storage {

// What became of the orders of one day at one service.
struct AcmeServiceDay {
  std::int64_t day;                                 // since 1970
  std::optional<core::acme::ServiceId> service_id;  // nothing: the default service
  std::int64_t orders;
  std::int64_t certificates;
  std::int64_t failures;
};

struct AcmeProofs {
  core::acme::ChallengeType challenge;
  std::int64_t succeeded;
  std::int64_t failed;
  std::int64_t attempts;
};

struct AcmeClientOrders {
  std::string user_agent;
  std::int64_t orders;
};

// Counts among the newest of each kind, so that a busy server takes no longer than a quiet one:
// orders by acme_orders_by_created, authorizations by their ids, entries by audit_log_by_action.
class AcmeStatisticsStore {
 public:
  static constexpr std::int64_t most_orders = 100'000;
  static constexpr std::int64_t most_proofs = 20'000;
  static constexpr std::int64_t most_entries = 10'000;

  explicit AcmeStatisticsStore(db::Session& session) : session_{session} {}

  // The oldest day first. When they are `most_orders` in all, the oldest ones are left out.
  std::vector<AcmeServiceDay> days(base::Time since) const;
  std::vector<AcmeProofs> proofs(base::Time since) const;
  std::vector<AcmeClientOrders> clients(base::Time since) const;

 private:
  db::Session& session_;
};

}  // namespace storage

#pragma once

#include "base/clock.h"
#include "db/database.h"

namespace service {

struct AcmeCleaned {
  std::int64_t expired_orders = 0;
  std::int64_t removed_orders = 0;
  std::int64_t removed_authorizations = 0;
};

// For a job, each few minutes: closes orders past their time, and forgets failed orders and expired
// authorizations after thirty days. Orders with a certificate stay, for who asked for it. Works in
// small transactions, so that nobody waits for it.
AcmeCleaned clean_acme(db::Database& database, const base::Clock& clock);

}  // namespace service

#pragma once

#include "base/clock.h"
#include "db/database.h"

namespace service {

// What of the ACME server is over and kept no longer, by the settings. In a preview, counts end at
// `most_counted`.
struct AcmeRetention {
  static constexpr std::int64_t most_counted = 10'000;

  std::int64_t failed_orders = 0;
  std::int64_t issued_orders = 0;  // whose certificates ended
  std::int64_t authorizations = 0;
  std::int64_t unused_accounts = 0;
  std::int64_t quotas = 0;  // that count nothing any more
};
BOOST_DESCRIBE_STRUCT(AcmeRetention, (),
                      (failed_orders, issued_orders, authorizations, unused_accounts, quotas))

// What the next cleaning would forget, as far as one run gets.
AcmeRetention preview_acme_cleaning(db::Database& database, const base::Clock& clock);

// For a job, each few minutes: closes orders past their time, and forgets what is over. Works in
// small transactions, so that nobody waits for it.
AcmeRetention clean_acme(db::Database& database, const base::Clock& clock);

}  // namespace service

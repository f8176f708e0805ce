#pragma once

#include "auth/caller.h"
#include "base/clock.h"
#include "db/database.h"
#include "service/acme_rules.h"

namespace service {

// While the ACME server is in maintenance it takes no new orders and no new authorizations; what is
// under way goes on. Kept in the database: other nodes follow within seconds.
class AcmeMaintenance {
 public:
  AcmeMaintenance(db::Database& database, AcmeRules& rules, const base::Clock& clock)
      : database_{database}, rules_{rules}, clock_{clock} {}

  bool is_on();
  void set(const auth::Act& act, bool on);

 private:
  db::Database& database_;
  AcmeRules& rules_;
  const base::Clock& clock_;
};

}  // namespace service

#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "db/database.h"

namespace service {

// Something that deserves a look, and need not be an attack.
struct Anomaly {
  std::string type;      // failed_sign_ins, new_device, key_in_two_places
  std::string severity;  // info, warning
  std::string description;
  std::string username;
  std::vector<std::string> addresses;
  std::int64_t count;
  base::Time first_seen;
  base::Time last_seen;
};
BOOST_DESCRIBE_STRUCT(Anomaly, (),
                      (type, severity, description, username, addresses, count, first_seen,
                       last_seen))

// Bursts of failed sign-ins, by account and by address, and keys used from several networks.
std::vector<Anomaly> anomalies_in(std::span<const db::Entry> entries);

// What the audit log has of them since then, the latest first; sign-ins with a browser that their
// users did not use before as well. Looks at the latest 20,000 entries at most.
std::vector<Anomaly> find_anomalies(db::Database& database, base::Time from);

}  // namespace service

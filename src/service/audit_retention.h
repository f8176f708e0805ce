#pragma once

#include <optional>

#include "auth/caller.h"
#include "base/clock.h"
#include "db/database.h"

namespace service {

class AuditLog;

// How long audit entries are kept.
struct AuditKeeping {
  std::int64_t retention_days = 365;
  bool auto_cleanup = false;
};

struct AuditRemoval {
  std::int64_t deleted;
  base::Time cutoff;
};

// Removes old entries. Their hashes stay in the tree, so that those that remain can be verified as
// before, and the removal is itself an entry.
class AuditRetention {
 public:
  static constexpr std::int64_t least_days = 1;
  static constexpr std::int64_t most_days = 36'500;

  AuditRetention(db::Database& database, AuditLog& log, const base::Clock& clock)
      : database_{database}, log_{log}, clock_{clock} {}

  AuditKeeping settings();
  void put(const auth::Act& act, const AuditKeeping& settings);

  AuditRemoval remove_before(const auth::Act& act, std::int64_t days);

  // For the background: what the settings ask for, once a day.
  void run_daily();
  std::optional<base::Time> last_run();

  // How many entries a removal would take today; 10,000 stands for that many or more.
  std::int64_t due(std::int64_t days);

 private:
  db::Database& database_;
  AuditLog& log_;
  const base::Clock& clock_;
};

// Up to which leaf the log says that entries were removed.
std::optional<std::int64_t> last_removal(db::Session& session);

}  // namespace service

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "db/database.h"
#include "storage/saved_query_store.h"

namespace service {

// The filters that people keep. One's own are one's own; shared ones everybody sees, and who made
// them changes them.
class SavedQueries {
 public:
  struct Wanted {
    std::optional<std::string> name = {};
    std::optional<bool> is_shared = {};
    std::optional<std::string> query = {};  // JSON
  };

  SavedQueries(db::Database& database, const base::Clock& clock)
      : database_{database}, clock_{clock} {}

  // One's own, then those that others share.
  std::vector<storage::SavedQuery> list(const core::UserId& user);
  // Throws conflict when there is one of this name, or there are too many.
  storage::SavedQuery create(const auth::Act& act, const core::UserId& user, const Wanted& wanted);
  // These throw not_found for what is not one's own.
  storage::SavedQuery update(const auth::Act& act, const core::UserId& user,
                             const storage::SavedQueryId& id, const Wanted& wanted);
  void remove(const auth::Act& act, const core::UserId& user, const storage::SavedQueryId& id);

 private:
  db::Database& database_;
  const base::Clock& clock_;
};

}  // namespace service

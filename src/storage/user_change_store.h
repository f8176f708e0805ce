#pragma once

#include <map>
#include <vector>

#include "core/user.h"
#include "db/session.h"

namespace storage {

// When somebody's account was last changed; for those never changed, when it was made.
class UserChangeStore {
 public:
  explicit UserChangeStore(db::Session& session) : session_{session} {}

  void note(const core::UserId& id, base::Time now) {
    session_.send("UPDATE users SET updated_at = $2 WHERE id = $1", id, now);
  }

  std::map<core::UserId, base::Time> of(const std::vector<core::UserId>& ids) const {
    std::map<core::UserId, base::Time> changes;
    db::Query query{"SELECT id, COALESCE(updated_at, created_at) FROM users WHERE"};
    query.add_any(" id", ids);
    session_.each(query, [&](std::span<const db::Value> row) {
      changes.emplace(db::from_value<core::UserId>(row[0], "id"),
                      db::from_value<base::Time>(row[1], "updated_at"));
    });
    return changes;
  }

 private:
  db::Session& session_;
};

}  // namespace storage

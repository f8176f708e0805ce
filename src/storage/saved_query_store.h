#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/ids.h"
#include "db/session.h"

namespace storage {

using SavedQueryId = base::Id<struct SavedQuery>;

// Filters of the list of certificates under a name.
struct SavedQuery {
  SavedQueryId id;
  core::UserId user_id;
  std::string name;
  bool is_shared;
  std::string query;  // JSON
  std::string created_by;
  base::Time created_at;
  base::Time updated_at;
};
BOOST_DESCRIBE_STRUCT(SavedQuery, (),
                      (id, user_id, name, is_shared, query, created_by, created_at, updated_at))

class SavedQueryStore {
 public:
  explicit SavedQueryStore(db::Session& session) : session_{session} {}

  SavedQueryId new_id() { return session_.new_id<SavedQueryId>("saved_queries"); }
  void insert(const SavedQuery& query) { session_.insert("saved_queries", query); }

  void update(const SavedQuery& query) {
    session_.send(
        "UPDATE saved_queries SET name = $2, is_shared = $3, query = $4, updated_at = $5 "
        "WHERE id = $1",
        query.id, query.name, query.is_shared, query.query, query.updated_at);
  }

  [[nodiscard]] bool remove(const SavedQueryId& id) {
    return session_.execute("DELETE FROM saved_queries WHERE id = $1", id) == 1;
  }

  std::optional<SavedQuery> find(const SavedQueryId& id) const {
    return session_.select_one<SavedQuery>("FROM saved_queries WHERE id = $1", id);
  }

  std::vector<SavedQuery> of_user(const core::UserId& id, int limit) const {
    return session_.select<SavedQuery>("FROM saved_queries WHERE user_id = $1 ORDER BY id LIMIT $2",
                                       id, limit);
  }

  // Those of others that are for everybody.
  std::vector<SavedQuery> shared_with(const core::UserId& id, int limit) const {
    return session_.select<SavedQuery>(
        "FROM saved_queries WHERE is_shared AND user_id <> $1 ORDER BY id LIMIT $2", id, limit);
  }

 private:
  db::Session& session_;
};

}  // namespace storage

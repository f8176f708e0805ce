#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "db/sqlite_connection.h"

namespace db {

// Draws ids in blocks within the writer's transaction. The table says from where on ids are free;
// it is written once per block, before the transaction commits and outside of the savepoints of
// its works, so an id that a rolled back work has seen is not given again, even after a crash.
class SqliteIds {
 public:
  explicit SqliteIds(SqliteConnection& connection) : connection_{connection} {}

  std::int64_t next(std::string_view name);

  // Whether blocks were taken that the table does not know yet.
  bool unsaved() const { return unsaved_; }
  void save();

  // How the transaction ended. After a rollback the blocks taken in it are no longer ours alone.
  void committed();
  void rolled_back();

 private:
  struct Counter {
    std::int64_t next = 1;
    std::int64_t end = 1;  // the first id that is not ours
    bool unsaved = false;
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  SqliteConnection& connection_;
  std::unordered_map<std::string, Counter, Hash, std::equal_to<>> counters_;
  bool unsaved_ = false;
};

}  // namespace db

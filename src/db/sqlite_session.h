#pragma once

#include "db/journal.h"
#include "db/session.h"
#include "db/sqlite_connection.h"
#include "db/sqlite_ids.h"

namespace db {

class SqliteSession final : public Session {
 public:
  explicit SqliteSession(SqliteConnection& connection) : connection_{connection} {}
  SqliteSession(SqliteConnection& connection, Journal& journal, SqliteIds& ids)
      : connection_{connection}, journal_{&journal}, ids_{&ids} {}

  void bookkeeping(std::string_view reason) override;

 private:
  std::int64_t change(std::string_view sql, std::span<const Value> values) override;
  void read(std::string_view sql, std::span<const Value> values, const Row& row) override;
  std::int64_t next_id(std::string_view table) override;
  void keep(std::string_view type, std::int64_t id, std::string_view name, std::string details,
            bool success) override;

  SqliteConnection& connection_;
  Journal* journal_ = nullptr;  // reading work has neither
  SqliteIds* ids_ = nullptr;
};

}  // namespace db

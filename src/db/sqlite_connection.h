#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/statement_cache.h"
#include "db/value.h"

struct sqlite3;
struct sqlite3_stmt;

namespace db {

using Row = std::function<void(std::span<const Value>)>;

// A connection to a SQLite file, used by one thread at a time. What fails is thrown as
// base::Error: unavailable when the file, the disk or a lock is the reason, conflict when a key
// exists or a reference does not, internal when the statement is wrong.
class SqliteConnection {
 public:
  enum class Role { writer, reader };

  // Without `durable` nothing is synced: for databases that do not outlive the process.
  SqliteConnection(const std::string& path, Role role, bool durable);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  void run(std::string_view sql) { change(sql, {}); }
  std::int64_t change(std::string_view sql, std::span<const Value> values);
  void read(std::string_view sql, std::span<const Value> values, const Row& row);
  std::int64_t number(std::string_view sql, std::span<const Value> values = {});

  // Rows changed since the connection was opened, those of cascades included.
  std::int64_t total_changes() const;

  // False as well after an error that made SQLite roll everything back.
  bool in_transaction() const;

  // How many statements have failed so far, and how many that are not merely reading have not.
  int failures() const { return failures_; }
  std::int64_t writes() const { return writes_; }

  // Whether a reference that is checked at the end of the transaction points nowhere.
  bool has_dangling_references() const;

  // Statements that run beyond that time are interrupted.
  void set_deadline(std::chrono::steady_clock::time_point deadline) { deadline_ = deadline; }

  // Pages of the write-ahead log after the last commit.
  int log_pages() const { return log_pages_; }

  // Copies the log into the database file. With `wait`, waits for readers so that the log starts
  // over; returns false when somebody was in the way.
  bool checkpoint(bool wait);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  struct Statement {
    std::unique_ptr<sqlite3_stmt, Finalize> handle;
    bool in_use = false;
  };
  class Use;

  void configure(bool durable);
  Statement prepare(std::string_view sql);
  [[noreturn]] void fail(int code, std::string_view sql);

  Role role_;
  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
  StatementCache<Statement> statements_;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
  int log_pages_ = 0;
  int failures_ = 0;
  std::int64_t writes_ = 0;
};

}  // namespace db

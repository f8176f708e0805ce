#include "db/sqlite_connection.h"

#include <sqlite3.h>

#include <mutex>

#include "db/sql_text.h"

namespace db {
namespace {

constexpr std::size_t kept_statements = 200;
constexpr int lock_wait_ms = 5000;

// The server must stay small, and the system's page cache holds the file anyway. Nothing is
// mapped: a disk error within a mapping is a signal that kills the process, not an error code.
constexpr const char* writer_settings =
    "PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 0; "
    // The log's file keeps its size, since overwriting costs less to sync than growing.
    "PRAGMA journal_size_limit = 67108864";
constexpr const char* reader_settings = "PRAGMA cache_size = -12288; PRAGMA query_only = 1";

void configure_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);  // a lock around every allocation
    sqlite3_initialize();
  });
}

base::Error unavailable(const std::string& detail, int seconds) {
  return base::Error{base::ErrorCode::unavailable, detail}.retry_after(seconds);
}

int bind(sqlite3_stmt* statement, int place, const Value& value) {
  if (const auto* truth = std::get_if<bool>(&value)) {
    return sqlite3_bind_int64(statement, place, *truth ? 1 : 0);
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return sqlite3_bind_int64(statement, place, *number);
  }
  // The values outlive the run of the statement, so SQLite need not copy them.
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sqlite3_bind_text64(statement, place, text->data(), text->size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  if (const auto* bytes = std::get_if<base::Bytes>(&value)) {
    const void* data = bytes->empty() ? static_cast<const void*>("") : bytes->data();
    return sqlite3_bind_blob64(statement, place, data, bytes->size(), SQLITE_STATIC);
  }
  return sqlite3_bind_null(statement, place);
}

// Reads a column into a value that may hold the one of the row before, whose memory it reuses.
void load(sqlite3_stmt* statement, int column, Value& value) {
  const auto hold = [&]<class Held>(const auto* begin, std::type_identity<Held>) {
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    auto* held = std::get_if<Held>(&value);
    if (held == nullptr) {
      held = &value.emplace<Held>();
    }
    held->assign(begin, begin + size);
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      value = std::int64_t{sqlite3_column_int64(statement, column)};
      break;
    case SQLITE_TEXT:
      hold(reinterpret_cast<const char*>(sqlite3_column_text(statement, column)),
           std::type_identity<std::string>{});
      break;
    case SQLITE_BLOB:
      hold(static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, column)),
           std::type_identity<base::Bytes>{});
      break;
    case SQLITE_NULL:
      value = std::monostate{};
      break;
    default:
      refuse_column(sqlite3_column_name(statement, column), "has a type that is not used here");
  }
}

}  // namespace

void SqliteConnection::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}
void SqliteConnection::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

// One run of a prepared statement: bound, stepped by the caller, reset when it goes.
class SqliteConnection::Use {
 public:
  Use(SqliteConnection& connection, std::string_view sql, std::span<const Value> values)
      : connection_{connection}, sql_{sql} {
    check_storable(values);
    auto* known = connection.statements_.find(sql);
    if (known == nullptr) {
      known = &connection.statements_.add(sql, connection.prepare(sql), [](Statement&) {});
    } else if (known->in_use) {
      own_ = connection.prepare(sql);  // a row's callback runs the statement that it came from
      known = &own_;
    }
    statement_ = known;
    handle_ = known->handle.get();
    if (static_cast<std::size_t>(sqlite3_bind_parameter_count(handle_)) != values.size()) {
      throw base::Error{base::ErrorCode::internal,
                        "as many values as placeholders are needed: " + std::string{sql}};
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (const int code = bind(handle_, static_cast<int>(i) + 1, values[i]); code != SQLITE_OK) {
        connection.fail(code, sql);
      }
    }
    statement_->in_use = true;
  }
  ~Use() {
    sqlite3_reset(handle_);
    statement_->in_use = false;
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  // True when there is a row.
  bool step() {
    const int code = sqlite3_step(handle_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
      connection_.fail(code, sql_);  // which undoes what the statement did
    }
    if (!stepped_) {
      stepped_ = true;
      connection_.writes_ += sqlite3_stmt_readonly(handle_) == 0 ? 1 : 0;
    }
    return code == SQLITE_ROW;
  }

  sqlite3_stmt* handle() const { return handle_; }

 private:
  SqliteConnection& connection_;
  std::string_view sql_;
  Statement own_;
  Statement* statement_ = nullptr;
  sqlite3_stmt* handle_ = nullptr;
  bool stepped_ = false;
};

SqliteConnection::SqliteConnection(const std::string& path, Role role, bool durable)
    : role_{role}, path_{path}, statements_{kept_statements} {
  configure_library();
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  database_.reset(opened);
  if (code != SQLITE_OK) {
    fail(code, "open");
  }
  configure(durable);
}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
}

void SqliteConnection::configure(bool durable) {
  auto* const database = database_.get();
  sqlite3_busy_timeout(database, lock_wait_ms);
  // Text in double quotes is a name, as on PostgreSQL, and never silently a literal.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  const auto set = [&](const char* settings) {
    if (const int code = sqlite3_exec(database, settings, nullptr, nullptr, nullptr)) {
      fail(code, settings);
    }
  };
  if (role_ == Role::writer) {
    set("PRAGMA journal_mode = WAL");
    read("PRAGMA journal_mode", {}, [&](std::span<const Value> row) {
      if (from_value<std::string>(row[0], "journal_mode") != "wal") {
        throw unavailable("the file system of " + path_ +
                              " cannot hold a database that is shared: "
                              "use a local one",
                          0);
      }
    });
  }
  set(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
  set("PRAGMA foreign_keys = 1; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0");
  set(role_ == Role::writer ? writer_settings : reader_settings);

  number("PRAGMA user_version");  // opens file and log, so that what is wrong with them shows now

  sqlite3_wal_hook(
      database,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<SqliteConnection*>(self)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  constexpr int steps_between_looks = 20'000;  // some tenths of a millisecond
  sqlite3_progress_handler(
      database, steps_between_looks,
      [](void* self) {
        const auto deadline = static_cast<SqliteConnection*>(self)->deadline_;
        return deadline < std::chrono::steady_clock::now() ? 1 : 0;
      },
      this);
}

SqliteConnection::Statement SqliteConnection::prepare(std::string_view sql) {
  const auto text = for_sqlite(sql);
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code =
      sqlite3_prepare_v3(database_.get(), text.c_str(), static_cast<int>(text.size() + 1),
                         SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  Statement prepared{std::unique_ptr<sqlite3_stmt, Finalize>{statement}};
  if (code != SQLITE_OK) {
    fail(code, sql);
  }
  if (statement == nullptr || !split_statements(rest).empty()) {
    throw base::Error{base::ErrorCode::internal, "not one statement: " + std::string{sql}};
  }
  return prepared;
}

std::int64_t SqliteConnection::change(std::string_view sql, std::span<const Value> values) {
  const auto before = total_changes();
  Use use{*this, sql, values};
  while (use.step()) {
  }
  return total_changes() == before ? 0 : sqlite3_changes64(database_.get());
}

void SqliteConnection::read(std::string_view sql, std::span<const Value> values, const Row& row) {
  Use use{*this, sql, values};
  std::vector<Value> columns(static_cast<std::size_t>(sqlite3_column_count(use.handle())));
  while (use.step()) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      load(use.handle(), static_cast<int>(i), columns[i]);
    }
    row(columns);
  }
}

std::int64_t SqliteConnection::number(std::string_view sql, std::span<const Value> values) {
  std::int64_t result = 0;
  read(sql, values, [&](std::span<const Value> row) {
    result = from_value<std::optional<std::int64_t>>(row[0], "number").value_or(0);
  });
  return result;
}

std::int64_t SqliteConnection::total_changes() const {
  return sqlite3_total_changes64(database_.get());
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(database_.get()) == 0;
}

bool SqliteConnection::has_dangling_references() const {
  int current = 0;
  int highest = 0;
  sqlite3_db_status(database_.get(), SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0);
  return current != 0;
}

bool SqliteConnection::checkpoint(bool wait) {
  int pages = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(
      database_.get(), nullptr, wait ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE,
      &pages, &copied);
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
    fail(code, "checkpoint");
  }
  return code == SQLITE_OK && copied == pages;
}

void SqliteConnection::fail(int code, std::string_view sql) {
  ++failures_;
  const std::string message = sqlite3_errmsg(database_.get());
  switch (code & 0xff) {
    case SQLITE_FULL:
      throw unavailable("the disk that holds " + path_ + " is full: free some space on it", 30);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw unavailable(
          "another program keeps the database " + path_ + " locked: end it, or wait for it", 5);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw unavailable("the database " + path_ + " is damaged (" + message +
                            "): stop the server, keep a copy of the file, and restore a backup",
                        0);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      throw unavailable("the database " + path_ + " cannot be opened (" + message +
                            "): check that the file, its directory and their owner are right",
                        0);
    case SQLITE_IOERR:
      throw unavailable("the disk that holds " + path_ + " reports an error (" + message +
                            "): look into the system's log",
                        30);
    case SQLITE_NOMEM:
      throw unavailable("the database ran out of memory", 10);
    case SQLITE_INTERRUPT:
      throw unavailable("the database took too long to answer", 10);
    case SQLITE_READONLY:
      if (role_ == Role::writer) {
        throw unavailable(
            "the database " + path_ +
                " cannot be written: check the owner and rights of file and directory",
            0);
      }
      break;
    case SQLITE_CONSTRAINT:
      if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
          code == SQLITE_CONSTRAINT_ROWID) {
        throw base::Error{base::ErrorCode::conflict, "this exists already"};
      }
      if (code == SQLITE_CONSTRAINT_FOREIGNKEY) {
        throw base::Error{base::ErrorCode::conflict,
                          "something that this refers to is missing, or is still referred to"};
      }
      break;
    default:
      break;
  }
  throw base::Error{base::ErrorCode::internal, message + ": " + std::string{sql}};
}

}  // namespace db

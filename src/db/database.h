#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "auth/caller.h"
#include "base/clock.h"
#include "db/session.h"

namespace db {

// What a committed transaction did: a row of the audit log, and the event that follows from it.
struct Entry {
  std::int64_t id;
  base::Time at;
  std::string username;
  std::string action;
  std::string resource_type;
  std::int64_t resource_id;
  std::string resource_name;
  std::string details;  // JSON
  std::string ip_address;
  std::string user_agent;
  std::string credential;
  std::string request_id;
  bool success;
};
BOOST_DESCRIBE_STRUCT(Entry, (),
                      (id, at, username, action, resource_type, resource_id, resource_name, details,
                       ip_address, user_agent, credential, request_id, success))

struct Status {
  std::string kind;     // "sqlite", "postgresql"
  std::string version;  // of the library or server
  std::int64_t size_bytes;
};

// One database, shared by all threads.
class Database {
 public:
  virtual ~Database() = default;

  // Runs the work in one transaction and returns its result; the transaction is rolled back when
  // the work throws. Reading work shares the database with everyone and sees one moment.
  template <class Work>
  auto read(Work work) {
    return with_result(work, [&](const auto& body) { run_reading(body); });
  }

  // The same for writing work. It returns when the change is durable. On SQLite one thread runs
  // all writing work and syncs once for what has gathered. Work may be run again, on PostgreSQL
  // when it met a deadlock, on SQLite when another work of its batch had to be undone; so it must
  // not change anything but the database and its own result, and what it sets anew each time.
  // Work that changed rows must have recorded what it did (or said that it is bookkeeping);
  // otherwise it is rolled back as a fault of the program. So is work that goes on after one of
  // its statements failed: let the error pass, or ask before you insert.
  //
  // No signature, network call or wait belongs into the work, nor another read or write.
  template <class Work>
  auto write(const auth::Act& act, Work work) {
    return with_result(work, [&](const auto& body) { run_writing(act, body); });
  }

  // Called after each durable commit with its entries, on the thread that committed (on PostgreSQL
  // several at once), before the caller of write goes on: be quick. Set before the database is
  // shared.
  virtual void on_commit(std::function<void(std::span<const Entry>)> listener) = 0;

  virtual Status status() = 0;

 private:
  using Body = std::function<void(Session&)>;

  virtual void run_reading(const Body& body) = 0;
  virtual void run_writing(const auth::Act& act, const Body& body) = 0;

  template <class Work, class Run>
  static auto with_result(Work& work, Run run) {
    using Result = decltype(work(std::declval<Session&>()));
    if constexpr (std::is_void_v<Result>) {
      run(Body{std::ref(work)});
    } else {
      std::optional<Result> result;
      run(Body{[&](Session& session) { result.emplace(work(session)); }});
      return *std::move(result);
    }
  }
};

struct SqliteOptions {
  std::string path;  // a file, or ":memory:" for tests
  int readers = 4;
};

struct PostgresOptions {
  std::string url;  // postgresql://...
  int connections = 16;
};

// Both throw base::Error{unavailable} with what to do when the database cannot be opened.
std::unique_ptr<Database> open_sqlite(const SqliteOptions& options, const base::Clock& clock);
std::unique_ptr<Database> open_postgres(const PostgresOptions& options, const base::Clock& clock);

}  // namespace db

#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/clock.h"
#include "db/database.h"
#include "db/migrations.h"
#include "storage/migrations.h"

// For tests: an empty database with our schema, of each kind. A typed suite over Databases runs on
// both; PostgreSQL's server is that of tools/with_postgres.sh.
namespace storage {

class TestClock final : public base::Clock {
 public:
  base::Time now() const override { return base::Time{base::Seconds{now_.load()}}; }
  void set(base::Time time) { now_ = time.time_since_epoch().count(); }
  void advance(base::Seconds by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_{1'800'000'000};
};

class SqliteForTest {
 public:
  std::unique_ptr<db::Database> open(const base::Clock& clock) {
    auto database = db::open_sqlite({.path = ":memory:"}, clock);
    db::migrate(*database, migrations());
    return database;
  }
};

// A schema of its own; the whole server is gone after the tests.
class PostgresForTest {
 public:
  std::unique_ptr<db::Database> open(const base::Clock& clock) {
    static std::atomic<int> made = 0;
    const auto schema = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
    auto database = db::open_postgres(
        {.url = url() + "?options=-csearch_path%3D" + schema + "%20-csynchronous_commit%3Doff",
         .connections = 4},
        clock);
    database->write({.by = "test", .action = "test"}, [&](db::Session& session) {
      session.bookkeeping("the schema of a test");
      session.execute("CREATE SCHEMA " + schema);
    });
    db::migrate(*database, migrations());
    return database;
  }

 private:
  static std::string url() {
    const char* url = std::getenv("CERTWRIGHT_TEST_POSTGRES");
    if (url == nullptr) {
      throw std::runtime_error{
          "CERTWRIGHT_TEST_POSTGRES is not set: run the tests beside tools/with_postgres.sh"};
    }
    return url;
  }
};

// "users WHERE role = 'admin'".
inline std::int64_t count_rows(db::Database& database, const std::string& from) {
  return database.read(
      [&](db::Session& session) { return session.number("SELECT COUNT(*) FROM " + from); });
}

inline std::vector<db::Entry> audit_entries(db::Database& database) {
  return database.read(
      [](db::Session& session) { return session.select<db::Entry>("FROM audit_log ORDER BY id"); });
}

using Databases = testing::Types<SqliteForTest, PostgresForTest>;

// Names the halves of a typed suite.
struct DatabaseName {
  template <class Server>
  static std::string GetName(int) {
    return std::is_same_v<Server, SqliteForTest> ? "Sqlite" : "Postgres";
  }
};

template <class Server>
class DatabaseTest : public testing::Test {
 protected:
  template <class Work>
  auto write(Work work) {
    return database->write({.by = "test", .action = "test"}, [&](db::Session& session) {
      session.bookkeeping("a test");
      return work(session);
    });
  }
  template <class Work>
  auto read(Work work) {
    return database->read(work);
  }

  TestClock clock;
  Server server;
  std::unique_ptr<db::Database> database = server.open(clock);
};

}  // namespace storage

#include <libpq-fe.h>

#include <cstdlib>
#include <stdexcept>

#include "db/session_suite.h"

namespace db {
namespace {

// A database of its own on the server that tools/with_postgres.sh started.
class PostgresServer {
 public:
  static constexpr const char* kind = "postgresql";

  PostgresServer() {
    static std::atomic<int> made = 0;
    name_ = "db_test_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
    command("CREATE DATABASE " + name_);
  }
  ~PostgresServer() {
    try {
      command("DROP DATABASE " + name_ + " WITH (FORCE)");
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  std::unique_ptr<Database> open(const base::Clock& clock) const {
    return open_postgres({.url = url(), .connections = 8}, clock);
  }

  std::string url() const {
    const auto server = superuser();
    return server.substr(0, server.rfind('/') + 1) + name_;
  }

  const std::string& name() const { return name_; }

  static void command(const std::string& sql) {
    auto* const connection = PQconnectdb(superuser().c_str());
    auto* const result = PQexec(connection, sql.c_str());
    const auto status = PQresultStatus(result);
    const std::string message = PQerrorMessage(connection);
    PQclear(result);
    PQfinish(connection);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      throw std::runtime_error{sql + ": " + message};
    }
  }

 private:
  static std::string superuser() {
    const char* url = std::getenv("CERTWRIGHT_TEST_POSTGRES");
    if (url == nullptr) {
      throw std::runtime_error{
          "CERTWRIGHT_TEST_POSTGRES is not set: run the tests as tools/with_postgres.sh db_test"};
    }
    return url;
  }

  std::string name_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, SessionSuite, PostgresServer);

class Postgres : public SessionSuite<PostgresServer> {
 protected:
  // As an administrator, or a restart, does to everybody connected.
  void end_connections() {
    PostgresServer::command(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" +
        server_.name() + "'");
  }
};

TEST_F(Postgres, HealsWhenItsConnectionsWereLost) {
  add(thing(1, "a"));
  for (int i = 2; i < 5; ++i) {
    end_connections();
    add(thing(i, std::to_string(i)));
    end_connections();
    EXPECT_EQ(count("FROM things"), i);
    end_connections();
    EXPECT_EQ(refusal_of([&](Session& session) {
                session.new_id<ThingId>("things");
                session.record_refusal("thing", "", Detail{});
              }),
              std::nullopt);
  }
}

TEST_F(Postgres, DoesNotRepeatWorkWhoseConnectionWasLostOnTheWay) {
  int runs = 0;
  EXPECT_EQ(refusal_of([&](Session& session) {
              ++runs;
              session.bookkeeping("a test");
              session.insert("things", thing(1, "a"));
              session.number("SELECT COUNT(*) FROM things");
              end_connections();
              session.insert("things", thing(2, "b"));
            }),
            base::ErrorCode::unavailable);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(refusal_of([&](Session& session) {
              ++runs;
              session.insert("things", thing(1, "a"));
              session.number("SELECT COUNT(*) FROM things");
              session.record("thing", thing(1, "a").id, "a", Detail{});
              end_connections();
            }),
            base::ErrorCode::unavailable);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(count("FROM things"), 0);
}

TEST_F(Postgres, RunsWorkAgainThatMetADeadlock) {
  add(thing(1, "a"));
  add(thing(2, "b"));
  std::latch both{2};
  std::atomic<int> runs = 0;
  const auto update = [&](int first, int second) {
    bool again = false;
    return refusal_of([&, first, second](Session& session) {
      ++runs;
      session.bookkeeping("a test");
      session.execute("UPDATE things SET amount = amount + 1 WHERE id = $1", first);
      if (!std::exchange(again, true)) {
        both.arrive_and_wait();
      }
      session.execute("UPDATE things SET amount = amount + 1 WHERE id = $1", second);
    });
  };
  auto other = std::async(std::launch::async, [&] { return update(2, 1); });
  EXPECT_EQ(update(1, 2), std::nullopt);
  EXPECT_EQ(other.get(), std::nullopt);
  EXPECT_GT(runs, 2);
  EXPECT_EQ(count("FROM things WHERE amount = 2"), 2);
}

TEST_F(Postgres, KeepsWorkingBeyondTheStatementsItRemembers) {
  add(thing(1, "a"));
  database_->read([](Session& session) {
    for (int round = 0; round < 2; ++round) {
      for (int i = 0; i < 500; ++i) {
        EXPECT_EQ(session.number("SELECT id + " + std::to_string(i) + " FROM things"), i + 1);
      }
    }
  });
}

TEST_F(Postgres, BeginsTransactionsAfterForgettingHowTheyBegin) {
  add(thing(1, "a"));
  const auto ask = [](Session& session) {
    for (int i = 0; i < 500; ++i) {
      EXPECT_EQ(session.number("SELECT id + " + std::to_string(i) + " FROM things"), i + 1);
    }
  };
  for (int round = 0; round < 2; ++round) {
    database_->read(ask);
    database_->write({.by = "test", .action = "test"}, [&](Session& session) {
      session.bookkeeping("nothing");
      ask(session);
    });
  }
  EXPECT_EQ(count("FROM things"), 1);
}

TEST_F(Postgres, AnswersUnavailableWhenEveryConnectionStaysTaken) {
  const auto small = open_postgres({.url = server_.url(), .connections = 1}, clock_);
  small->read([&](Session& session) {
    EXPECT_EQ(session.number("SELECT 1"), 1);
    try {
      small->read([](Session& inner) { inner.number("SELECT 1"); });
      ADD_FAILURE() << "there was a second connection";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
      EXPECT_GT(error.retry_after(), 0);
    }
  });
}

TEST(PostgresAddress, KeepsThePasswordOutOfMessages) {
  const base::SystemClock clock;
  for (const auto* url :
       {"postgresql://u:s3cret-pw@127.0.0.1:1/x", "postgresql://u:s3cret-pw@[::1/x",
        "postgresql://u:s3cret-pw@127.0.0.1/x?sslmode=s3cret-pw",
        "postgresql://u@127.0.0.1:1/s3cret-pw?password=s3cret-pw"}) {
    try {
      open_postgres({.url = url}, clock);
      ADD_FAILURE() << url;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
      EXPECT_EQ(std::string{error.what()}.find("s3cret"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace db

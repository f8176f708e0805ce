#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "db/statement_cache.h"
#include "db/value.h"

struct pg_conn;
struct pg_result;

namespace db {

using Row = std::function<void(std::span<const Value>)>;

// Where the server is. The password is known so that it can be kept out of messages.
class PostgresAddress {
 public:
  explicit PostgresAddress(std::string url);

  const std::string& url() const { return url_; }
  base::Error unavailable(std::string detail, int retry_after) const;
  std::string without_password(std::string text) const;

 private:
  std::string url_;
  std::string password_;
};

// What a statement answered.
class PostgresResult {
 public:
  explicit PostgresResult(pg_result* result) : result_{result} {}

  std::int64_t changed_rows() const;  // 0 for what only reads
  bool committed() const;             // COMMIT of a failed transaction answers ROLLBACK
  void each(const Row& row) const;

 private:
  friend class PostgresConnection;
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

// A connection in pipeline mode, used by one thread at a time: statements are queued, and go to
// the server and come back together in one exchange.
class PostgresConnection {
 public:
  explicit PostgresConnection(const PostgresAddress& address);
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  void queue(std::string_view sql, std::span<const Value> values = {});

  // Sends what is queued without waiting for the answers, which the next exchange reads.
  void send();

  // Sends what is queued, waits, and returns the last answer. Throws the first failure, after
  // which the server has run nothing that was queued behind it.
  PostgresResult exchange();

  // Whether a statement of the last exchange changed rows.
  bool changed_rows() const { return changed_rows_; }

  PostgresResult run(std::string_view sql, std::span<const Value> values = {}) {
    queue(sql, values);
    return exchange();
  }

  // The connection is lost.
  bool broken() const;

  // The SQLSTATE of the last failure; empty when there was none, or the connection was lost.
  const std::string& state() const { return state_; }

  std::string server_version() const;

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  struct Statement {
    std::string name;
    bool in_use = false;
  };
  // What the server still has to answer.
  enum class Awaited { prepare, execute, forget, sync };
  struct Answer {
    Awaited what;
    std::string sql;  // or, to forget, the statement's name
  };

  void open();
  void configure();
  const std::string& prepared(std::string_view sql);
  void forget_evicted();
  void await(Awaited what, std::string_view sql, int sent);
  void read_answer(const Answer& answer, PostgresResult& last, std::optional<base::Error>& failure);
  base::Error error_of(const pg_result* result, const std::string& sql);
  base::Error lost() const;

  const PostgresAddress& address_;
  std::unique_ptr<pg_conn, Close> connection_;
  StatementCache<Statement> statements_;
  std::vector<std::string> forgotten_;  // names of statements that the server still keeps
  std::int64_t last_name_ = 0;
  std::vector<Answer> awaited_;
  std::string state_;
  bool changed_rows_ = false;
};

}  // namespace db

#pragma once

#include "db/journal.h"
#include "db/postgres_connection.h"
#include "db/postgres_ids.h"
#include "db/session.h"

namespace db {

// One transaction. It begins with its first statement, in the same exchange.
class PostgresSession final : public Session {
 public:
  explicit PostgresSession(PostgresConnection& connection) : connection_{connection} {}
  PostgresSession(PostgresConnection& connection, Journal& journal, PostgresIds& ids)
      : connection_{connection}, journal_{&journal}, ids_{&ids} {}

  // Writes the audit entries and commits, in one exchange.
  void commit();

  // Ends reading work; nobody waits for the answer.
  void finish();

  void roll_back() noexcept;

  // Nothing of the work reached the server, since the connection was dead before it began.
  bool found_it_dead() const { return !answered_ && connection_.broken(); }

  // Another transaction was in the way; the same work may well succeed now.
  bool lost_a_race() const;

  void bookkeeping(std::string_view reason) override;

 private:
  std::int64_t change(std::string_view sql, std::span<const Value> values) override;
  void change_later(std::string_view sql, std::span<const Value> values) override;
  void read(std::string_view sql, std::span<const Value> values, const Row& row) override;
  std::int64_t next_id(std::string_view table) override;
  void keep(std::string_view type, std::int64_t id, std::string_view name, std::string details,
            bool success) override;

  void begin();
  PostgresResult run(std::string_view sql, std::span<const Value> values);
  PostgresResult exchange();
  void queue_entries();
  void forget_unanswered();

  PostgresConnection& connection_;
  Journal* journal_ = nullptr;  // reading work has neither
  PostgresIds* ids_ = nullptr;
  bool begun_ = false;
  bool answered_ = false;
  int unanswered_ = 0;  // changes that were queued since
  bool changed_rows_ = false;
};

}  // namespace db

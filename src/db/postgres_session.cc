#include "db/postgres_session.h"

#include <algorithm>
#include <bit>

#include "base/log.h"

namespace db {
namespace {

template <class T>
T& of_writing_work(T* part) {
  if (part == nullptr) {
    throw base::Error{base::ErrorCode::internal, "reading work cannot write"};
  }
  return *part;
}

// Neither side's buffers may fill while nobody reads.
constexpr int most_unanswered = 32;

// An insert of so many entries at once. The counts are powers of two, so there are few texts.
constexpr std::size_t most_at_once = 64;

}  // namespace

void PostgresSession::begin() {
  if (!begun_) {
    connection_.queue(journal_ != nullptr ? "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
                                          : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    begun_ = true;
  }
}

PostgresResult PostgresSession::exchange() {
  unanswered_ = 0;
  auto last = connection_.exchange();
  answered_ = true;
  changed_rows_ = changed_rows_ || connection_.changed_rows();
  return last;
}

PostgresResult PostgresSession::run(std::string_view sql, std::span<const Value> values) {
  begin();
  connection_.queue(sql, values);
  return exchange();
}

std::int64_t PostgresSession::change(std::string_view sql, std::span<const Value> values) {
  return run(sql, values).changed_rows();
}

void PostgresSession::change_later(std::string_view sql, std::span<const Value> values) {
  of_writing_work(journal_);
  begin();
  connection_.queue(sql, values);
  if (++unanswered_ == most_unanswered) {
    exchange();
  }
}

void PostgresSession::read(std::string_view sql, std::span<const Value> values, const Row& row) {
  run(sql, values).each(row);
}

std::int64_t PostgresSession::next_id(std::string_view table) {
  return of_writing_work(ids_).next(table);
}

void PostgresSession::keep(std::string_view type, std::int64_t id, std::string_view name,
                           std::string details, bool success) {
  of_writing_work(journal_).keep(type, id, name, std::move(details), success);
}

void PostgresSession::bookkeeping(std::string_view) {
  of_writing_work(journal_).bookkeeping();
}

void PostgresSession::queue_entries() {
  auto& entries = journal_->entries();
  for (auto& entry : entries) {
    entry.id = ids_->next("audit_log");
  }
  std::vector<Value> values;
  std::vector<Value> ids;
  for (std::span rest{entries}; !rest.empty();) {
    const auto count = std::min(most_at_once, std::bit_floor(rest.size()));
    values.clear();
    ids.clear();
    for (const auto& entry : rest.first(count)) {
      append_values(values, entry);
      ids.emplace_back(entry.id);
    }
    rest = rest.subspan(count);
    connection_.queue(audit_insert(count), values);
    connection_.queue(pending_insert(count), ids);
    if (!rest.empty()) {
      exchange();
    }
  }
}

void PostgresSession::commit() {
  if (unanswered_ > 0 && journal_->is_silent()) {
    exchange();
  }
  journal_->check(changed_rows_);
  if (!begun_ && journal_->entries().empty()) {
    return;
  }
  if (!answered_) {
    // On its own, so that a dead connection shows before anything could be committed.
    begin();
    exchange();
  }
  queue_entries();
  connection_.queue("COMMIT");
  bool committed = false;
  try {
    committed = connection_.exchange().committed();
  } catch (const base::Error&) {
    if (connection_.broken()) {
      throw base::Error{base::ErrorCode::unavailable,
                        "the connection to PostgreSQL was lost while a change was committed: look "
                        "whether it is there before you try again"}
          .retry_after(2);
    }
    throw;
  }
  begun_ = false;
  if (!committed) {
    throw base::Error{base::ErrorCode::internal, "a work went on after a failed statement"};
  }
}

void PostgresSession::finish() {
  if (begun_) {
    begun_ = false;
    try {
      connection_.queue("COMMIT");
      connection_.send();
    } catch (const base::Error& error) {
      // What was read is read; whoever takes the connection next will see that it is dead.
      base::log_debug("a connection was lost after reading", {{"reason", error.what()}});
    }
  }
}

void PostgresSession::roll_back() noexcept {
  if (!begun_ || connection_.broken()) {
    return;
  }
  begun_ = false;
  try {
    if (unanswered_ > 0) {
      forget_unanswered();
    }
    connection_.run("ROLLBACK");
  } catch (const std::exception& error) {
    base::log_warning("a transaction could not be rolled back", {{"reason", error.what()}});
  }
}

// Behind one that failed, nothing would be run.
void PostgresSession::forget_unanswered() {
  unanswered_ = 0;
  try {
    connection_.exchange();
  } catch (const base::Error& error) {
    base::log_debug("a change that is rolled back failed", {{"reason", error.what()}});
  }
}

bool PostgresSession::lost_a_race() const {
  return connection_.state() == "40P01" || connection_.state() == "40001";
}

}  // namespace db

#include "db/sqlite_writer.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "base/fiber.h"
#include "base/log.h"
#include "db/journal.h"
#include "db/sqlite_session.h"

namespace db {
namespace {

// A transaction takes in works until there are so many of them or so much time has passed: the
// first of them waits for the last.
constexpr std::size_t largest_batch = 512;
constexpr std::chrono::milliseconds longest_batch{20};
constexpr std::size_t longest_queue = 4096;

// While several callers write at the same time, a transaction waits so long for as many of them as
// took part lately: each page that changes is written once for all of them, and synced once. A
// caller that writes alone never waits.
constexpr std::chrono::milliseconds longest_gathering{2};

// A savepoint costs a fifth of a small work, since SQLite copies each page that changes within it.
// So works go without, and when one fails after it changed something, the transaction is rolled
// back and the others run again; then so many works have savepoints.
constexpr std::size_t works_with_savepoints = 256;

// Pages of 4 kB in the log: from here on it is copied into the file, and from there on the writer
// waits until readers let the log start over.
constexpr int checkpoint_pages = 8'000;
constexpr int most_log_pages = 16'000;
constexpr int pages_between_checkpoints = 1'000;

}  // namespace

struct SqliteWriter::Work {
  const auth::Act& act;
  const Body& body;
  std::shared_ptr<base::Signal> done;
  std::exception_ptr failure = nullptr;
};

SqliteWriter::SqliteWriter(const std::string& path, bool durable, const base::Clock& clock)
    : connection_{path, SqliteConnection::Role::writer, durable},
      ids_{connection_},
      clock_{clock},
      next_checkpoint_{checkpoint_pages},
      thread_{[this] { run(); }} {}

SqliteWriter::~SqliteWriter() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  came_.notify_one();
  thread_.join();
}

void SqliteWriter::write(const auth::Act& act, const Body& body) {
  if (std::this_thread::get_id() == thread_.get_id()) {
    throw base::Error{base::ErrorCode::internal, "writing work within writing work"};
  }
  const auto& signal = base::Signal::of_caller();
  Work work{act, body, signal};
  bool enough = false;
  {
    const std::lock_guard lock{mutex_};
    if (queue_.size() >= longest_queue) {
      throw base::Error{base::ErrorCode::unavailable, "the database has too much to write"}
          .retry_after(2);
    }
    queue_.push_back(&work);
    enough = queue_.size() >= awaited_;
  }
  if (enough) {
    came_.notify_one();
  }
  signal->wait();
  if (work.failure) {
    std::rethrow_exception(work.failure);
  }
}

void SqliteWriter::run() {
  while (gather()) {
    run_batch();
  }
}

bool SqliteWriter::gather() {
  std::unique_lock lock{mutex_};
  const auto enough = [&] { return queue_.size() >= awaited_ || stopping_; };
  awaited_ = 1;
  came_.wait(lock, enough);
  if (queue_.size() < expected_) {
    awaited_ = expected_;
    came_.wait_for(lock, longest_gathering, enough);
  }
  return !queue_.empty();
}

SqliteWriter::Work* SqliteWriter::next_work() {
  const std::lock_guard lock{mutex_};
  if (queue_.empty()) {
    return nullptr;
  }
  auto* const work = queue_.front();
  queue_.pop_front();
  return work;
}

void SqliteWriter::run_batch() {
  const auto end = std::chrono::steady_clock::now() + longest_batch;
  while (auto* const work = next_work()) {
    batch_.push_back(work);
    run_work(*work);
    if (batch_.size() >= largest_batch || std::chrono::steady_clock::now() > end) {
      break;
    }
  }
  commit();
  tell_listener();
  {
    const std::lock_guard lock{mutex_};
    expected_ = std::min(batch_.size() + queue_.size(), largest_batch);
  }
  for (auto* const work : batch_) {
    // The work is its caller's again, and gone, as soon as the signal is raised.
    const auto done = std::move(work->done);
    done->raise();
  }
  batch_.clear();
  entries_.clear();
  has_works_ = false;
  bound_log();
}

void SqliteWriter::run_work(Work& work) {
  const bool careful = careful_works_ > 0;
  careful_works_ -= careful ? 1 : 0;
  // The first needs no savepoint: when it fails, nothing else is lost with the transaction.
  const bool in_savepoint = careful && has_works_;
  auto writes = connection_.writes();
  try {
    if (!connection_.in_transaction()) {
      connection_.run("BEGIN IMMEDIATE");
      writes = connection_.writes();
    }
    if (in_savepoint) {
      connection_.run("SAVEPOINT work");
    }
    auto entries = changes_of(work);
    if (in_savepoint) {
      connection_.run("RELEASE work");
    }
    has_works_ = true;
    std::ranges::move(entries, std::back_inserter(entries_));
  } catch (...) {
    work.failure = std::current_exception();
    undo_work(in_savepoint, connection_.writes() != writes);
  }
}

std::vector<Entry> SqliteWriter::changes_of(Work& work) {
  Journal journal{work.act, clock_.now()};
  SqliteSession session{connection_, journal, ids_};
  const auto changes = connection_.total_changes();
  const auto failures = connection_.failures();
  work.body(session);
  if (connection_.failures() != failures) {
    // PostgreSQL refuses to go on after a failed statement, so nothing may depend on it here.
    throw base::Error{base::ErrorCode::internal, "a work went on after a failed statement"};
  }
  journal.check(connection_.total_changes() != changes);
  if (connection_.has_dangling_references()) {
    // Checked here since at the commit it would take the other works along.
    throw base::Error{base::ErrorCode::conflict, "something that this refers to is missing"};
  }
  static const std::string one_entry = audit_insert(1);
  static const std::string one_pending = pending_insert(1);
  std::vector<Value> values;
  for (auto& entry : journal.entries()) {
    entry.id = ids_.next("audit_log");
    values.clear();
    append_values(values, entry);
    connection_.change(one_entry, values);
    const Value id[] = {entry.id};
    connection_.change(one_pending, id);
  }
  return std::move(journal.entries());
}

void SqliteWriter::undo_work(bool in_savepoint, bool changed) {
  try {
    if (connection_.in_transaction()) {
      if (in_savepoint) {
        connection_.run("ROLLBACK TO work");
        connection_.run("RELEASE work");
      } else if (changed) {
        connection_.run("ROLLBACK");
        ids_.rolled_back();
        run_again();
      }
      return;
    }
  } catch (const base::Error& error) {
    base::log_error("a work could not be rolled back", {{"reason", error.what()}});
  }
  // After some errors (a full disk) SQLite itself rolls back everything: the works before this
  // one are undone as well, and their callers must know.
  fail_batch(std::make_exception_ptr(
      base::Error{base::ErrorCode::unavailable, "the database could not keep the change"}
          .retry_after(2)));
}

void SqliteWriter::run_again() {
  if (!std::exchange(has_works_, false)) {
    return;
  }
  entries_.clear();
  careful_works_ = works_with_savepoints + batch_.size();
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    if (!batch_[i]->failure) {
      run_work(*batch_[i]);
    }
  }
}

void SqliteWriter::commit() {
  try {
    if (ids_.unsaved()) {
      if (!connection_.in_transaction()) {
        connection_.run("BEGIN IMMEDIATE");
      }
      ids_.save();
    }
    if (connection_.in_transaction()) {
      connection_.run("COMMIT");
    }
    ids_.committed();
  } catch (...) {
    fail_batch(std::current_exception());
  }
}

void SqliteWriter::fail_batch(const std::exception_ptr& failure) {
  try {
    if (connection_.in_transaction()) {
      connection_.run("ROLLBACK");
    }
  } catch (const base::Error& error) {
    base::log_error("a transaction could not be rolled back", {{"reason", error.what()}});
  }
  ids_.rolled_back();
  for (auto* const work : batch_) {
    if (!work->failure) {
      work->failure = failure;
    }
  }
  entries_.clear();
  has_works_ = false;
}

void SqliteWriter::tell_listener() {
  if (!listener_ || entries_.empty()) {
    return;
  }
  try {
    listener_(entries_);
  } catch (const std::exception& error) {
    base::log_error("the listener of commits failed", {{"reason", error.what()}});
  }
}

void SqliteWriter::bound_log() {
  const int pages = connection_.log_pages();
  if (pages < checkpoint_pages) {
    next_checkpoint_ = checkpoint_pages;
  }
  if (pages < next_checkpoint_) {
    return;
  }
  // The next commit starts the log over unless a reader still needs it; then not at each commit.
  next_checkpoint_ = pages + pages_between_checkpoints;
  try {
    const bool done = connection_.checkpoint(pages >= most_log_pages);
    if (!done && pages >= most_log_pages) {
      base::log_warning("a long read keeps the log of the database from starting over",
                        {{"pages", pages}});
    }
  } catch (const base::Error& error) {
    base::log_error("the database could not be checkpointed", {{"reason", error.what()}});
  }
}

}  // namespace db

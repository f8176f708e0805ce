#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "db/database.h"
#include "db/sqlite_connection.h"
#include "db/sqlite_ids.h"

namespace db {

// The one thread that writes to a SQLite database. Works that come at about the same time share a
// transaction, and one sync; a work that comes alone starts at once. One that fails is undone
// without the others. Callers go on when their change is durable.
class SqliteWriter {
 public:
  using Body = std::function<void(Session&)>;
  using Listener = std::function<void(std::span<const Entry>)>;

  SqliteWriter(const std::string& path, bool durable, const base::Clock& clock);

  // Finishes what was queued.
  ~SqliteWriter();
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;

  void write(const auth::Act& act, const Body& body);
  void set_listener(Listener listener) { listener_ = std::move(listener); }

 private:
  struct Work;

  void run();
  bool gather();
  Work* next_work();
  void run_batch();
  void run_work(Work& work);
  std::vector<Entry> changes_of(Work& work);
  void undo_work(bool in_savepoint, bool changed);
  void run_again();
  void commit();
  void fail_batch(const std::exception_ptr& failure);
  void tell_listener();
  void bound_log();

  SqliteConnection connection_;
  SqliteIds ids_;
  const base::Clock& clock_;
  Listener listener_;

  // Of the transaction that is open; only the thread touches them.
  std::vector<Work*> batch_;
  std::vector<Entry> entries_;
  bool has_works_ = false;         // at least one work is part of it
  std::size_t careful_works_ = 0;  // so many works to come have savepoints
  int next_checkpoint_;

  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<Work*> queue_;
  std::size_t awaited_ = 1;   // from so many queued works on the thread is woken
  std::size_t expected_ = 1;  // so many callers wrote at the same time lately
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace db

#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/error.h"

namespace db {

// A bounded set of connections, each lent to one thread at a time; the last one used is lent
// first, since its caches are warm. Who waits too long, or comes when too many wait, is asked to
// come back later.
template <class Connection>
class Pool {
 public:
  using Open = std::function<std::unique_ptr<Connection>()>;

  // Returns its connection when it goes, unless that was discarded.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection)
        : pool_{pool}, connection_{std::move(connection)} {}
    ~Lease() { pool_.give_back(std::move(connection_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    Connection& operator*() { return *connection_; }
    Connection* operator->() { return connection_.get(); }

    // Closes a connection that is of no use any more; the pool opens another in its place.
    void discard() { connection_.reset(); }

    void replace() {
      connection_.reset();
      connection_ = pool_.open_();
    }

   private:
    Pool& pool_;
    std::unique_ptr<Connection> connection_;
  };

  Pool(int size, Open open) : closed_{size}, open_{std::move(open)} {}

  // Opens all connections now.
  void open_all() {
    for (; closed_ > 0; --closed_) {
      idle_.push_back(open_());
    }
  }

  Lease take() { return Lease{*this, connection()}; }

 private:
  static constexpr int most_waiting = 512;
  static constexpr std::chrono::seconds longest_wait{5};

  static base::Error busy() {
    return base::Error{base::ErrorCode::unavailable,
                       "the database is busy: no connection became free in time"}
        .retry_after(2);
  }

  std::unique_ptr<Connection> connection() {
    std::unique_lock lock{mutex_};
    if (idle_.empty() && closed_ == 0) {
      if (waiting_ >= most_waiting) {
        throw busy();
      }
      ++waiting_;
      const bool came =
          freed_.wait_for(lock, longest_wait, [&] { return !idle_.empty() || closed_ > 0; });
      --waiting_;
      if (!came) {
        throw busy();
      }
    }
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    --closed_;
    lock.unlock();
    try {
      return open_();
    } catch (...) {
      give_back(nullptr);
      throw;
    }
  }

  void give_back(std::unique_ptr<Connection> connection) {
    {
      const std::lock_guard lock{mutex_};
      if (connection) {
        idle_.push_back(std::move(connection));
      } else {
        ++closed_;
      }
    }
    freed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int closed_;  // connections that may still be opened
  int waiting_ = 0;
  Open open_;
};

}  // namespace db

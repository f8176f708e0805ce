#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "db/database.h"
#include "storage/event_store.h"

namespace service {

// Who is told of which events.
struct EventTarget {
  std::string name;                       // "webhook 7"
  std::vector<std::string> events;        // names; empty: all
  std::vector<std::int64_t> authorities;  // ids; empty: all, and what concerns none
  base::Time since;                       // what happened before is not told
  std::chrono::seconds lease{16};         // longer than any attempt
};

struct EventOutcome {
  bool is_delivered = false;
  std::int64_t status_code = 0;
  std::string reason = {};  // of a failure
  std::int64_t milliseconds = 0;
};

// One way of telling: webhooks, commands.
class EventChannel {
 public:
  virtual ~EventChannel() = default;
  // Called before targets are asked for, with no transaction open.
  virtual void prepare() {}
  virtual std::vector<EventTarget> targets(db::Session& session) = 0;
  // Blocks; no transaction is open.
  virtual EventOutcome deliver(const storage::EventDelivery& delivery) = 0;
  // Deliveries under way, and all that follow, end at once: the server stops.
  virtual void cancel() {}
  // Within the transaction that keeps the outcome. `is_final`: it is not tried again.
  virtual void note(db::Session& session, const storage::EventDelivery& delivery,
                    const EventOutcome& outcome, bool is_final) = 0;
};

// Takes events from the audit log, in its order, to whoever is to be told of them.
//
// 1. Handing out: each entry becomes one delivery for each target that asks for it, in the
//    transaction that notes how far the log was read. A crash repeats or loses nothing.
// 2. Delivering: a delivery is taken for a while, sent, and what became of it is kept. Who crashes
//    between the two sends once more rather than never, under the same delivery id.
//
// What fails is tried again with growing pauses. A target gets one delivery at a time, and one that
// failed is left alone for a while, so that a receiver that is away or slow keeps nobody waiting.
class EventQueue {
 public:
  static constexpr int most_attempts = 8;
  static constexpr auto longest_wait = std::chrono::hours{72};
  static constexpr auto kept = std::chrono::days{30};
  static constexpr int most_waiting = 9'999;  // of one target

  EventQueue(db::Database& database, const base::Clock& clock, std::vector<EventChannel*> channels)
      : database_{database}, clock_{clock}, channels_{std::move(channels)} {}
  ~EventQueue() { stop(); }
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  void start(int threads = 4);
  void stop();
  void wake() { wake_.notify_one(); }

  // Hands out what happened; returns how many deliveries were made.
  int hand_out();
  // Delivers what is due, one after the other, on this thread; returns how many were tried.
  int deliver_due();
  // Forgets what is old.
  void clean();

 private:
  using Steady = std::chrono::steady_clock;

  struct Pause {
    Steady::time_point until;
    int failures = 0;
  };

  std::vector<EventTarget> targets(db::Session& session);
  int hand_out_batch(std::int64_t from, std::int64_t until, bool is_last);
  std::vector<std::string> due_targets();
  enum class Tried { nothing, delivered, failed };
  Tried deliver_one(const std::string& target);
  struct Way {
    EventChannel* channel;
    std::chrono::seconds lease;
  };
  std::optional<Way> way_to(const std::string& target);
  void dispatch();
  void work();

  db::Database& database_;
  const base::Clock& clock_;
  std::vector<EventChannel*> channels_;

  std::mutex mutex_;  // over what follows; never held over a transaction
  std::condition_variable wake_;
  std::condition_variable queued_;
  std::deque<std::string> queue_;
  std::map<std::string, bool> busy_;
  std::map<std::string, Pause> pauses_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace service

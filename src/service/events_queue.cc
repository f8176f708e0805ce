#include "service/events_queue.h"

#include <algorithm>

#include "base/log.h"
#include "service/events.h"
#include "storage/audit_tree_store.h"

namespace service {
namespace {

using std::chrono::seconds;

constexpr seconds pause{1};
constexpr seconds pause_after_failure{10};
constexpr seconds hold{20};
constexpr std::int64_t batch = 200;
constexpr seconds first_wait{5};
constexpr seconds longest_pause{3600};
constexpr seconds longest_rest{300};  // of a target
constexpr int most_at_a_time = 50;
constexpr int removed_at_once = 2000;

auth::Act handing_out() {
  return {.by = "system", .action = "event.hand_out"};
}
auth::Act delivering() {
  return {.by = "system", .action = "event.deliver"};
}

// 5, 20, 80, 320 s, ...
seconds wait_after(std::int64_t attempts) {
  return std::min(longest_pause,
                  first_wait * (1 << (2 * std::clamp<std::int64_t>(attempts - 1, 0, 6))));
}

bool is_for(const EventTarget& target, const db::Entry& entry, std::string_view name) {
  return entry.at >= target.since &&
         (target.events.empty() || std::ranges::find(target.events, name) != target.events.end());
}

bool concerns(const EventTarget& target, const Event& event) {
  return target.authorities.empty() ||
         (event.authority_id &&
          std::ranges::find(target.authorities, event.authority_id->to_number()) !=
              target.authorities.end());
}

}  // namespace

void EventQueue::start(int threads) {
  for (auto* channel : channels_) {
    channel->prepare();
  }
  database_.write(handing_out(), [&](db::Session& session) {
    session.bookkeeping("from when on events are handed out");
    if (!targets(session).empty()) {
      storage::EventStore{session}.activate();
    }
  });
  threads_.emplace_back([this] { dispatch(); });
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

void EventQueue::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  for (auto* channel : channels_) {
    channel->cancel();
  }
  wake_.notify_all();
  queued_.notify_all();
  for (auto& thread : threads_) {
    thread.join();
  }
  threads_.clear();
}

void EventQueue::dispatch() {
  std::unique_lock lock{mutex_};
  bool was_reached = true;
  while (!stopping_) {
    lock.unlock();
    auto wait = pause;
    std::vector<std::string> due;
    try {
      hand_out();
      due = due_targets();
      was_reached = true;
    } catch (const std::exception& error) {
      if (was_reached) {
        base::log_error("events could not be handed out", {{"reason", error.what()}});
      }
      was_reached = false;
      wait = pause_after_failure;
    }
    lock.lock();
    for (auto& target : due) {
      const auto rest = pauses_.find(target);
      const bool rests = rest != pauses_.end() && rest->second.until > Steady::now();
      if (!rests && busy_.emplace(target, true).second) {
        queue_.push_back(std::move(target));
        queued_.notify_one();
      }
    }
    if (!stopping_) {
      wake_.wait_for(lock, wait);
    }
  }
}

void EventQueue::work() {
  std::unique_lock lock{mutex_};
  while (true) {
    queued_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) {
      return;
    }
    const auto target = std::move(queue_.front());
    queue_.pop_front();
    auto tried = Tried::delivered;
    for (int i = 0; i < most_at_a_time && tried == Tried::delivered && !stopping_; ++i) {
      lock.unlock();
      try {
        tried = deliver_one(target);
      } catch (const std::exception& error) {
        base::log_error("an event could not be delivered",
                        {{"target", target}, {"reason", error.what()}});
        tried = Tried::failed;
      }
      lock.lock();
    }
    if (tried == Tried::failed) {
      auto& rest = pauses_[target];
      rest.until =
          Steady::now() + std::min(longest_rest, seconds{1} * (1 << std::min(rest.failures++, 9)));
    } else {
      pauses_.erase(target);
    }
    busy_.erase(target);
    wake_.notify_one();
  }
}

std::vector<EventTarget> EventQueue::targets(db::Session& session) {
  std::vector<EventTarget> all;
  for (auto* channel : channels_) {
    for (auto& target : channel->targets(session)) {
      all.push_back(std::move(target));
    }
  }
  return all;
}

int EventQueue::hand_out() {
  for (auto* channel : channels_) {
    channel->prepare();
  }
  storage::EventDispatch dispatch{};
  std::int64_t end = 0;
  bool is_wanted = false;
  const auto look = [&] {
    database_.read([&](db::Session& session) {
      const auto tree = storage::AuditTreeStore{session}.tree();
      dispatch = storage::EventStore{session}.dispatch();
      dispatch.next_leaf = std::max(dispatch.next_leaf, tree.first_leaf);
      end = tree.tree_size;
      is_wanted = !targets(session).empty();
    });
  };
  look();
  if (!dispatch.is_active) {
    if (is_wanted) {
      database_.write(handing_out(), [&](db::Session& session) {
        session.bookkeeping("from when on events are handed out");
        storage::EventStore{session}.activate();
      });
    }
    return 0;
  }
  if (!is_wanted) {
    database_.write(handing_out(), [&](db::Session& session) {
      session.bookkeeping("nobody is told of events");
      if (targets(session).empty()) {
        storage::EventStore{session}.deactivate();
      }
    });
    return 0;
  }
  if (dispatch.next_leaf >= end) {
    return 0;
  }
  const auto now = clock_.now();
  const bool held = database_.write(handing_out(), [&](db::Session& session) {
    session.bookkeeping("who hands events out");
    return storage::EventStore{session}.hold(now, now + hold);
  });
  if (!held) {
    return 0;
  }
  look();
  int made = 0;
  for (auto next = dispatch.next_leaf; next < end; next += batch) {
    const auto until = std::min(end, next + batch);
    made += hand_out_batch(next, until, until == end);
  }
  return made;
}

int EventQueue::hand_out_batch(std::int64_t from, std::int64_t until, bool is_last) {
  auto entries = database_.read([&](db::Session& session) {
    return storage::AuditTreeStore{session}.entries_of_leaves(from, until);
  });
  std::ranges::sort(entries, {}, &db::Entry::id);
  const auto now = clock_.now();
  return database_.write(handing_out(), [&](db::Session& session) {
    session.bookkeeping("which events go where, and how far the audit log was read for that");
    storage::EventStore store{session};
    const auto wanting = targets(session);
    std::map<std::string, std::int64_t> waiting;
    for (const auto& target : wanting) {
      waiting[target.name] = store.count_waiting(target.name);
    }
    int made = 0;
    for (const auto& entry : entries) {
      const auto name = event_name_of(entry);
      if (name.empty()) {
        continue;
      }
      std::optional<Event> event;
      for (const auto& target : wanting) {
        if (!is_for(target, entry, name)) {
          continue;
        }
        if (!event) {
          event = event_of(session, entry, name);
        }
        if (!concerns(target, *event)) {
          continue;
        }
        const bool is_full = waiting[target.name] >= most_waiting;
        store.insert(
            {.id = store.new_id(),
             .target = target.name,
             .event_id = entry.id,
             .event = std::string{name},
             .body = event->body,
             .status = is_full ? storage::DeliveryStatus::failed : storage::DeliveryStatus::waiting,
             .attempts = 0,
             .status_code = 0,
             .last_error = is_full ? "too many wait already" : "",
             .milliseconds = 0,
             .created_at = now,
             .next_attempt_at = now,
             .ended_at = is_full ? std::optional{now} : std::nullopt});
        ++waiting[target.name];
        ++made;
      }
    }
    store.advance(until, is_last ? now : now + hold);
    return made;
  });
}

std::vector<std::string> EventQueue::due_targets() {
  const auto now = clock_.now();
  return database_.read([&](db::Session& session) {
    const storage::EventStore store{session};
    std::vector<std::string> due;
    for (const auto& target : targets(session)) {
      if (store.is_due(target.name, now)) {
        due.push_back(target.name);
      }
    }
    return due;
  });
}

int EventQueue::deliver_due() {
  int tried = 0;
  for (const auto& target : due_targets()) {
    while (deliver_one(target) != Tried::nothing) {
      ++tried;
    }
  }
  return tried;
}

// Nothing when nobody is told by that name any more.
std::optional<EventQueue::Way> EventQueue::way_to(const std::string& target) {
  for (auto* channel : channels_) {
    const auto all =
        database_.read([&](db::Session& session) { return channel->targets(session); });
    const auto found = std::ranges::find(all, target, &EventTarget::name);
    if (found != all.end()) {
      return Way{channel, found->lease};
    }
  }
  return std::nullopt;
}

EventQueue::Tried EventQueue::deliver_one(const std::string& target) {
  const auto way = way_to(target);
  if (!way) {
    return Tried::nothing;
  }
  const auto now = clock_.now();
  const bool is_due = database_.read(
      [&](db::Session& session) { return storage::EventStore{session}.is_due(target, now); });
  if (!is_due) {
    return Tried::nothing;
  }
  const auto delivery = database_.write(delivering(), [&](db::Session& session) {
    session.bookkeeping("that an attempt to deliver an event begins");
    return storage::EventStore{session}.take(target, now, now + way->lease);
  });
  if (!delivery) {
    return Tried::nothing;
  }
  EventOutcome outcome{.reason = "it waited too long"};
  if (delivery->created_at + longest_wait > now) {
    outcome = way->channel->deliver(*delivery);
  }
  const auto after = clock_.now();
  const bool is_final = outcome.is_delivered || delivery->attempts >= most_attempts ||
                        delivery->created_at + longest_wait <= after;
  database_.write(delivering(), [&](db::Session& session) {
    session.bookkeeping("what became of an attempt to deliver an event");
    storage::EventStore store{session};
    const storage::AttemptNote note{outcome.status_code, outcome.reason, outcome.milliseconds};
    if (outcome.is_delivered) {
      store.note_delivered(delivery->id, note, after);
    } else if (is_final) {
      store.give_up(delivery->id, note, after);
    } else {
      store.note_failure(delivery->id, note, after + wait_after(delivery->attempts));
    }
    way->channel->note(session, *delivery, outcome, is_final);
  });
  return outcome.is_delivered ? Tried::delivered : Tried::failed;
}

void EventQueue::clean() {
  const auto before = clock_.now() - kept;
  for (std::int64_t removed = removed_at_once; removed == removed_at_once;) {
    removed = database_.write(delivering(), [&](db::Session& session) {
      session.bookkeeping("deliveries that are long over");
      return storage::EventStore{session}.remove_before(before, removed_at_once);
    });
  }
}

}  // namespace service

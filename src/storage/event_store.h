#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "db/session.h"

namespace storage {

using EventDeliveryId = base::Id<struct EventDelivery>;

BOOST_DEFINE_ENUM_CLASS(DeliveryStatus, waiting, delivered, failed)

// One event on its way to one receiver.
struct EventDelivery {
  EventDeliveryId id;
  std::string target;  // "webhook 7", "command /etc/certwright/notify"
  std::int64_t event_id;
  std::string event;
  std::string body;
  DeliveryStatus status;
  std::int64_t attempts;
  std::int64_t status_code;  // of the last answer; 0: none came
  std::string last_error;
  std::int64_t milliseconds;  // that the last attempt took
  base::Time created_at;
  base::Time next_attempt_at;
  std::optional<base::Time> ended_at;
};
BOOST_DESCRIBE_STRUCT(EventDelivery, (),
                      (id, target, event_id, event, body, status, attempts, status_code, last_error,
                       milliseconds, created_at, next_attempt_at, ended_at))

// How far the audit log was handed out. One row.
struct EventDispatch {
  std::int64_t next_leaf;
  bool is_active;
};
BOOST_DESCRIBE_STRUCT(EventDispatch, (), (next_leaf, is_active))

struct AttemptNote {
  std::int64_t status_code;
  std::string error;
  std::int64_t milliseconds;
};

// The durable queue of events.
class EventStore {
 public:
  explicit EventStore(db::Session& session) : session_{session} {}

  EventDispatch dispatch() const;
  // From now on what happens is handed out; nothing changes when it was before.
  void activate();
  void deactivate();
  // Keeps other nodes from handing out until then; false when another one does.
  bool hold(base::Time now, base::Time until);
  void advance(std::int64_t leaf, base::Time held_until);

  EventDeliveryId new_id() { return session_.new_id<EventDeliveryId>("event_deliveries"); }
  // Each event reaches a target once; a second time changes nothing.
  void insert(const EventDelivery& delivery);

  bool is_due(std::string_view target, base::Time now) const;
  // Takes the next one that is due, so that nobody else does until `until`.
  std::optional<EventDelivery> take(std::string_view target, base::Time now, base::Time until);
  void note_delivered(const EventDeliveryId& id, const AttemptNote& note, base::Time at);
  void note_failure(const EventDeliveryId& id, const AttemptNote& note, base::Time next_attempt_at);
  void give_up(const EventDeliveryId& id, const AttemptNote& note, base::Time at);
  // It is due at once, whatever became of it before; false when there is none.
  bool redeliver(const EventDeliveryId& id, std::string_view target, base::Time now);

  std::optional<EventDelivery> find(const EventDeliveryId& id) const;
  // The newest first.
  std::vector<EventDelivery> list(std::string_view target, std::optional<EventDeliveryId> before,
                                  int limit) const;
  std::int64_t count(std::string_view target) const;          // exact up to 10,000
  std::int64_t count_waiting(std::string_view target) const;  // exact up to 10,000

  void remove_target(std::string_view target);
  // Returns how many were removed, at most `limit`.
  std::int64_t remove_before(base::Time created_at, int limit);

 private:
  db::Session& session_;
};

}  // namespace storage

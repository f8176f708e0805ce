#include "storage/event_store.h"

namespace storage {

EventDispatch EventStore::dispatch() const {
  return session_.select_one<EventDispatch>("FROM event_dispatch WHERE id = 1").value();
}

void EventStore::activate() {
  session_.send(
      "UPDATE event_dispatch SET is_active = TRUE, next_leaf = "
      "(SELECT COALESCE(MAX(tree_size), 0) FROM audit_tree) WHERE id = 1 AND is_active = FALSE");
}

void EventStore::deactivate() {
  session_.send("UPDATE event_dispatch SET is_active = FALSE WHERE id = 1");
}

bool EventStore::hold(base::Time now, base::Time until) {
  return session_.execute(
             "UPDATE event_dispatch SET held_until = $2 WHERE id = 1 AND held_until <= $1", now,
             until) == 1;
}

void EventStore::advance(std::int64_t leaf, base::Time held_until) {
  session_.send("UPDATE event_dispatch SET next_leaf = $1, held_until = $2 WHERE id = 1", leaf,
                held_until);
}

void EventStore::insert(const EventDelivery& delivery) {
  session_.send(
      "INSERT INTO event_deliveries (id, target, event_id, event, body, status, attempts, "
      "status_code, last_error, milliseconds, created_at, next_attempt_at, ended_at) VALUES ($1, "
      "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (target, event_id) DO "
      "NOTHING",
      delivery.id, delivery.target, delivery.event_id, delivery.event, delivery.body,
      delivery.status, delivery.attempts, delivery.status_code, delivery.last_error,
      delivery.milliseconds, delivery.created_at, delivery.next_attempt_at, delivery.ended_at);
}

bool EventStore::is_due(std::string_view target, base::Time now) const {
  return session_.number(
             "SELECT COUNT(*) FROM (SELECT 1 FROM event_deliveries WHERE status = $1 AND "
             "target = $2 AND next_attempt_at <= $3 LIMIT 1) AS due",
             DeliveryStatus::waiting, target, now) > 0;
}

// The outer condition is looked at again after a wait for another node that took the same one.
std::optional<EventDelivery> EventStore::take(std::string_view target, base::Time now,
                                              base::Time until) {
  std::optional<EventDeliveryId> id;
  session_.each(
      "UPDATE event_deliveries SET next_attempt_at = $4, attempts = attempts + 1 WHERE id = "
      "(SELECT id FROM event_deliveries WHERE status = $1 AND target = $2 AND next_attempt_at <= "
      "$3 ORDER BY next_attempt_at, id LIMIT 1) AND status = $1 AND next_attempt_at <= $3 "
      "RETURNING id",
      [&](std::span<const db::Value> row) { id = db::from_value<EventDeliveryId>(row[0], "id"); },
      DeliveryStatus::waiting, target, now, until);
  return id ? find(*id) : std::nullopt;
}

void EventStore::note_delivered(const EventDeliveryId& id, const AttemptNote& note, base::Time at) {
  session_.send(
      "UPDATE event_deliveries SET status = $2, status_code = $3, last_error = '', "
      "milliseconds = $4, ended_at = $5 WHERE id = $1",
      id, DeliveryStatus::delivered, note.status_code, note.milliseconds, at);
}

void EventStore::note_failure(const EventDeliveryId& id, const AttemptNote& note,
                              base::Time next_attempt_at) {
  session_.send(
      "UPDATE event_deliveries SET status_code = $2, last_error = $3, milliseconds = $4, "
      "next_attempt_at = $5 WHERE id = $1",
      id, note.status_code, note.error, note.milliseconds, next_attempt_at);
}

void EventStore::give_up(const EventDeliveryId& id, const AttemptNote& note, base::Time at) {
  session_.send(
      "UPDATE event_deliveries SET status = $2, status_code = $3, last_error = $4, "
      "milliseconds = $5, ended_at = $6 WHERE id = $1",
      id, DeliveryStatus::failed, note.status_code, note.error, note.milliseconds, at);
}

bool EventStore::redeliver(const EventDeliveryId& id, std::string_view target, base::Time now) {
  return session_.execute(
             "UPDATE event_deliveries SET status = $3, attempts = 0, created_at = $4, "
             "next_attempt_at = $4, ended_at = NULL WHERE id = $1 AND target = $2",
             id, target, DeliveryStatus::waiting, now) == 1;
}

std::optional<EventDelivery> EventStore::find(const EventDeliveryId& id) const {
  return session_.select_one<EventDelivery>("FROM event_deliveries WHERE id = $1", id);
}

std::vector<EventDelivery> EventStore::list(std::string_view target,
                                            std::optional<EventDeliveryId> before,
                                            int limit) const {
  db::Query query{"FROM event_deliveries"};
  query.add(" WHERE target = ", target);
  if (before) {
    query.add(" AND id < ", *before);
  }
  return session_.select<EventDelivery>(query.add(" ORDER BY id DESC LIMIT ", limit));
}

std::int64_t EventStore::count(std::string_view target) const {
  return session_.number(
      "SELECT COUNT(*) FROM (SELECT 1 FROM event_deliveries WHERE target = $1 LIMIT 10000) AS all_",
      target);
}

std::int64_t EventStore::count_waiting(std::string_view target) const {
  return session_.number(
      "SELECT COUNT(*) FROM (SELECT 1 FROM event_deliveries WHERE status = $1 AND target = $2 "
      "LIMIT 10000) AS waiting",
      DeliveryStatus::waiting, target);
}

void EventStore::remove_target(std::string_view target) {
  session_.send("DELETE FROM event_deliveries WHERE target = $1", target);
}

std::int64_t EventStore::remove_before(base::Time created_at, int limit) {
  return session_.execute(
      "DELETE FROM event_deliveries WHERE id IN (SELECT id FROM event_deliveries WHERE "
      "created_at < $1 ORDER BY created_at LIMIT $2)",
      created_at, limit);
}

}  // namespace storage

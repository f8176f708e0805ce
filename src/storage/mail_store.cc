#include "storage/mail_store.h"

namespace storage {

bool MailStore::is_due(base::Time now) const {
  return session_.number(
             "SELECT COUNT(*) FROM (SELECT 1 FROM mail_queue WHERE has_failed = FALSE AND "
             "next_attempt_at <= $1 LIMIT 1) AS due",
             now) > 0;
}

// The outer condition is looked at again after a wait for another node that took the same one.
std::optional<QueuedMail> MailStore::take(base::Time now, base::Time until) {
  std::optional<core::MailId> id;
  session_.each(
      "UPDATE mail_queue SET next_attempt_at = $2, attempts = attempts + 1 WHERE id = "
      "(SELECT id FROM mail_queue WHERE has_failed = FALSE AND next_attempt_at <= $1 "
      "ORDER BY next_attempt_at, id LIMIT 1) AND has_failed = FALSE AND next_attempt_at <= $1 "
      "RETURNING id",
      [&](std::span<const db::Value> row) { id = db::from_value<core::MailId>(row[0], "id"); }, now,
      until);
  return id ? session_.select_one<QueuedMail>("FROM mail_queue WHERE id = $1", *id) : std::nullopt;
}

void MailStore::note_failure(const core::MailId& id, std::string_view error,
                             base::Time next_attempt_at) {
  session_.send("UPDATE mail_queue SET last_error = $2, next_attempt_at = $3 WHERE id = $1", id,
                error, next_attempt_at);
}

void MailStore::give_up(const core::MailId& id, std::string_view error) {
  session_.send("UPDATE mail_queue SET last_error = $2, has_failed = TRUE WHERE id = $1", id,
                error);
}

bool MailStore::retry(const core::MailId& id, base::Time now, base::Time expires_at) {
  return session_.execute(
             "UPDATE mail_queue SET has_failed = FALSE, attempts = 0, next_attempt_at = $2, "
             "expires_at = $3 WHERE id = $1 AND has_failed = TRUE",
             id, now, expires_at) == 1;
}

bool MailStore::remove(const core::MailId& id) {
  return session_.execute("DELETE FROM mail_queue WHERE id = $1", id) == 1;
}

std::int64_t MailStore::remove_failed_before(base::Time last_attempt) {
  return session_.execute("DELETE FROM mail_queue WHERE has_failed = TRUE AND next_attempt_at < $1",
                          last_attempt);
}

std::vector<QueuedMail> MailStore::list(bool has_failed, int limit) const {
  return session_.select<QueuedMail>(
      "FROM mail_queue WHERE has_failed = $1 ORDER BY next_attempt_at DESC, id DESC LIMIT $2",
      has_failed, limit);
}

}  // namespace storage

#include "storage/user_store.h"

#include "storage/text_range.h"

namespace storage {

void UserStore::update(const core::User& user) {
  session_.send(
      "UPDATE users SET email = $2, full_name = $3, role = $4, password_hash = $5, "
      "is_active = $6, must_change_password = $7, failed_logins = $8, locked_until = $9, "
      "last_login_at = $10, login_count = $11, password_changed_at = $12 WHERE id = $1",
      user.id, user.email, user.full_name, user.role, user.password_hash, user.is_active,
      user.must_change_password, user.failed_logins, user.locked_until, user.last_login_at,
      user.login_count, user.password_changed_at);
}

void UserStore::remove(const core::UserId& id) {
  session_.send("DELETE FROM sessions WHERE user_id = $1", id);
  session_.send("DELETE FROM api_keys WHERE user_id = $1", id);
  session_.send("DELETE FROM restrictions WHERE holder = 'user' AND holder_id = $1", id);
  session_.send("DELETE FROM users WHERE id = $1", id);
}

std::int64_t UserStore::note_failed_login(const core::UserId& id) {
  std::int64_t failures = 0;
  session_.each(
      "UPDATE users SET failed_logins = failed_logins + 1 WHERE id = $1 RETURNING failed_logins",
      [&](std::span<const db::Value> row) { failures = std::get<std::int64_t>(row[0]); }, id);
  return failures;
}

void UserStore::lock_until(const core::UserId& id, base::Time time) {
  session_.send("UPDATE users SET locked_until = $2 WHERE id = $1", id, time);
}

void UserStore::note_login(const core::UserId& id, base::Time now) {
  session_.send(
      "UPDATE users SET failed_logins = 0, locked_until = NULL, last_login_at = $2, "
      "login_count = login_count + 1 WHERE id = $1",
      id, now);
}

// An update that changes nothing takes the lock on both databases.
std::optional<core::User> UserStore::find_to_change(const core::UserId& id) {
  session_.send("UPDATE users SET id = id WHERE id = $1", id);
  return find(id);
}

void UserStore::hold_administrators() {
  session_.send("UPDATE users SET id = id WHERE role = 'admin'");
}

std::optional<core::User> UserStore::find(const core::UserId& id) const {
  return session_.select_one<core::User>("FROM users WHERE id = $1", id);
}

std::optional<core::User> UserStore::find_by_name(std::string_view username) const {
  return session_.select_one<core::User>("FROM users WHERE username = $1", username);
}

std::vector<core::User> UserStore::find_active_by_email(std::string_view email) const {
  return session_.select<core::User>(
      "FROM users WHERE LOWER(email) = $1 AND is_active = TRUE ORDER BY id LIMIT 10", email);
}

std::vector<core::User> UserStore::list(const Filter& filter, int limit) const {
  db::Query query{"FROM users WHERE TRUE"};
  if (!filter.search.empty()) {
    query.add(" AND username >= ", filter.search)
        .add(" AND username < ", end_of_prefix(filter.search));
  }
  if (filter.role) {
    query.add(" AND role = ", *filter.role);
  }
  if (filter.is_active) {
    query.add(" AND is_active = ", *filter.is_active);
  }
  query.add(" ORDER BY username LIMIT ", limit);
  return session_.select<core::User>(query);
}

std::int64_t UserStore::count_active_administrators() const {
  return session_.number("SELECT COUNT(*) FROM users WHERE role = 'admin' AND is_active = TRUE");
}

std::int64_t UserStore::count_active() const {
  return session_.number("SELECT COUNT(*) FROM users WHERE is_active = TRUE");
}

bool UserStore::exist() const {
  return session_.number("SELECT COUNT(*) FROM (SELECT 1 FROM users LIMIT 1) AS found") > 0;
}

std::optional<core::Session> UserStore::find_session(std::string_view token_hash) const {
  return session_.select_one<core::Session>("FROM sessions WHERE token_hash = $1", token_hash);
}

std::vector<core::Session> UserStore::sessions_of(const core::UserId& id) const {
  return session_.select<core::Session>(
      "FROM sessions WHERE user_id = $1 ORDER BY last_seen_at DESC, id DESC LIMIT 100", id);
}

void UserStore::touch_session(const core::SessionId& id, base::Time now) {
  session_.send("UPDATE sessions SET last_seen_at = $2 WHERE id = $1", id, now);
}

bool UserStore::remove_session(const core::UserId& user_id, const core::SessionId& id) {
  return session_.execute("DELETE FROM sessions WHERE id = $1 AND user_id = $2", id, user_id) == 1;
}

std::int64_t UserStore::remove_sessions_of(const core::UserId& id, std::int64_t except_session) {
  return session_.execute("DELETE FROM sessions WHERE user_id = $1 AND id <> $2", id,
                          except_session);
}

void UserStore::trim_sessions_of(const core::UserId& id, int keep) {
  session_.send(
      "DELETE FROM sessions WHERE user_id = $1 AND id NOT IN "
      "(SELECT id FROM sessions WHERE user_id = $1 ORDER BY last_seen_at DESC, id DESC LIMIT $2)",
      id, keep);
}

std::int64_t UserStore::remove_sessions_before(base::Time last_seen, base::Time created) {
  return session_.execute("DELETE FROM sessions WHERE last_seen_at < $1 OR created_at < $2",
                          last_seen, created);
}

void UserStore::update(const core::ApiKey& key) {
  session_.send(
      "UPDATE api_keys SET name = $2, key_prefix = $3, key_hash = $4, permissions = $5, "
      "is_active = $6, expires_at = $7, requests_per_minute = $8 WHERE id = $1",
      key.id, key.name, key.key_prefix, key.key_hash, key.permissions, key.is_active,
      key.expires_at, key.requests_per_minute);
}

void UserStore::remove(const core::ApiKeyId& id) {
  session_.send("DELETE FROM api_keys WHERE id = $1", id);
}

std::optional<core::ApiKey> UserStore::find_api_key(std::string_view key_hash) const {
  return session_.select_one<core::ApiKey>("FROM api_keys WHERE key_hash = $1", key_hash);
}

std::optional<core::ApiKey> UserStore::find_api_key(const core::UserId& user_id,
                                                    const core::ApiKeyId& id) const {
  return session_.select_one<core::ApiKey>("FROM api_keys WHERE id = $1 AND user_id = $2", id,
                                           user_id);
}

std::vector<core::ApiKey> UserStore::api_keys_of(const core::UserId& id) const {
  return session_.select<core::ApiKey>("FROM api_keys WHERE user_id = $1 ORDER BY id LIMIT 200",
                                       id);
}

void UserStore::touch_api_key(const core::ApiKeyId& id, base::Time now) {
  session_.send("UPDATE api_keys SET last_used_at = $2 WHERE id = $1", id, now);
}

}  // namespace storage

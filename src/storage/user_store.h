#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/user.h"
#include "db/session.h"

namespace storage {

// Users, with the sessions and API keys that they hold.
class UserStore {
 public:
  explicit UserStore(db::Session& session) : session_{session} {}

  core::UserId new_id() { return session_.new_id<core::UserId>("users"); }
  void insert(const core::User& user) { session_.insert("users", user); }
  void update(const core::User& user);
  void remove(const core::UserId& id);

  // These change what they say and nothing else, whatever happens to the user at the same time.
  std::int64_t note_failed_login(const core::UserId& id);  // how many there are now
  void lock_until(const core::UserId& id, base::Time time);
  void note_login(const core::UserId& id, base::Time now);

  std::optional<core::User> find(const core::UserId& id) const;
  // Keeps others from changing the user until the transaction ends.
  std::optional<core::User> find_to_change(const core::UserId& id);
  // Keeps others from changing any administrator, so that one stays.
  void hold_administrators();
  std::optional<core::User> find_by_name(std::string_view username) const;
  // By the address in lower case; several may share one. Ten at most.
  std::vector<core::User> find_active_by_email(std::string_view email) const;
  struct Filter {
    std::string search = {};  // the start of a username
    std::optional<std::string> role = std::nullopt;
    std::optional<bool> is_active = std::nullopt;
  };
  std::vector<core::User> list(const Filter& filter, int limit) const;
  std::int64_t count_active_administrators() const;
  std::int64_t count_active() const;
  bool exist() const;

  core::SessionId new_session_id() { return session_.new_id<core::SessionId>("sessions"); }
  void insert(const core::Session& session) { session_.insert("sessions", session); }
  std::optional<core::Session> find_session(std::string_view token_hash) const;
  std::vector<core::Session> sessions_of(const core::UserId& id) const;  // the latest first
  void touch_session(const core::SessionId& id, base::Time now);
  // Returns whether there was such a session of this user.
  bool remove_session(const core::UserId& user_id, const core::SessionId& id);
  std::int64_t remove_sessions_of(const core::UserId& id, std::int64_t except_session);
  // Ends the oldest sessions beyond the newest `keep`.
  void trim_sessions_of(const core::UserId& id, int keep);
  std::int64_t remove_sessions_before(base::Time last_seen, base::Time created);

  core::ApiKeyId new_api_key_id() { return session_.new_id<core::ApiKeyId>("api_keys"); }
  void insert(const core::ApiKey& key) { session_.insert("api_keys", key); }
  void update(const core::ApiKey& key);
  void remove(const core::ApiKeyId& id);
  std::optional<core::ApiKey> find_api_key(std::string_view key_hash) const;
  std::optional<core::ApiKey> find_api_key(const core::UserId& user_id,
                                           const core::ApiKeyId& id) const;
  std::vector<core::ApiKey> api_keys_of(const core::UserId& id) const;
  void touch_api_key(const core::ApiKeyId& id, base::Time now);

 private:
  db::Session& session_;
};

}  // namespace storage

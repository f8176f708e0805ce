#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "core/ids.h"
#include "db/session.h"

namespace storage {

struct PasswordReset {
  std::string token_hash;
  core::UserId user_id;
  base::Time created_at;
  base::Time expires_at;
};
BOOST_DESCRIBE_STRUCT(PasswordReset, (), (token_hash, user_id, created_at, expires_at))

// Links by which somebody may set a password, each once.
class PasswordResetStore {
 public:
  explicit PasswordResetStore(db::Session& session) : session_{session} {}

  void insert(const PasswordReset& reset) { session_.insert("password_resets", reset); }
  std::optional<PasswordReset> find(std::string_view token_hash) const {
    return session_.select_one<PasswordReset>("FROM password_resets WHERE token_hash = $1",
                                              token_hash);
  }
  std::int64_t count_since(const core::UserId& user, base::Time time) const {
    return session_.number(
        "SELECT COUNT(*) FROM password_resets WHERE user_id = $1 AND created_at > $2", user, time);
  }
  // Returns whether it was there: two that use one at the same time must not both succeed.
  bool remove(std::string_view token_hash) {
    return session_.execute("DELETE FROM password_resets WHERE token_hash = $1", token_hash) == 1;
  }
  void remove_of(const core::UserId& user) {
    session_.send("DELETE FROM password_resets WHERE user_id = $1", user);
  }
  std::int64_t remove_expired(base::Time now) {
    return session_.execute("DELETE FROM password_resets WHERE expires_at < $1", now);
  }

 private:
  db::Session& session_;
};

}  // namespace storage

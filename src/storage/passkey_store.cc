#include "storage/passkey_store.h"

namespace storage {

std::optional<core::Passkey> PasskeyStore::find(const core::UserId& user,
                                                const core::PasskeyId& id) const {
  return session_.select_one<core::Passkey>("FROM passkeys WHERE id = $1 AND user_id = $2", id,
                                            user);
}

std::optional<core::Passkey> PasskeyStore::find(std::string_view credential_id) const {
  return session_.select_one<core::Passkey>("FROM passkeys WHERE credential_id = $1",
                                            credential_id);
}

std::vector<core::Passkey> PasskeyStore::of_user(const core::UserId& user) const {
  return session_.select<core::Passkey>("FROM passkeys WHERE user_id = $1 ORDER BY id LIMIT 100",
                                        user);
}

bool PasskeyStore::has_enabled(const core::UserId& user) const {
  return session_.number("SELECT COUNT(*) FROM passkeys WHERE user_id = $1 AND is_enabled = TRUE",
                         user) > 0;
}

std::set<core::UserId> PasskeyStore::with_enabled(const std::vector<core::UserId>& users) const {
  std::set<core::UserId> found;
  db::Query query{"SELECT user_id FROM passkeys WHERE is_enabled = TRUE"};
  query.add_any(" AND user_id", users);
  session_.each(query, [&](std::span<const db::Value> row) {
    found.insert(db::from_value<core::UserId>(row[0], "user_id"));
  });
  return found;
}

void PasskeyStore::set_enabled(const core::PasskeyId& id, bool is_enabled) {
  session_.send("UPDATE passkeys SET is_enabled = $2 WHERE id = $1", id, is_enabled);
}

void PasskeyStore::remove(const core::PasskeyId& id) {
  session_.send("DELETE FROM passkeys WHERE id = $1", id);
}

void PasskeyStore::remove_of(const core::UserId& user) {
  session_.send("DELETE FROM passkeys WHERE user_id = $1", user);
}

bool PasskeyStore::use(const core::PasskeyId& id, std::int64_t sign_count, bool is_backed_up,
                       base::Time now) {
  return session_.execute(
             "UPDATE passkeys SET sign_count = $2, is_backed_up = $3, last_used_at = $4 "
             "WHERE id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0))",
             id, sign_count, is_backed_up, now) == 1;
}

void PasskeyStore::put(const WebauthnChallenge& challenge) {
  session_.send("DELETE FROM webauthn_challenges WHERE owner = $1", challenge.owner);
  session_.insert("webauthn_challenges", challenge);
}

std::optional<WebauthnChallenge> PasskeyStore::take(std::string_view owner) {
  const auto found =
      session_.select_one<WebauthnChallenge>("FROM webauthn_challenges WHERE owner = $1", owner);
  // Of two at the same time, the one that removes it has it.
  const bool taken =
      session_.execute("DELETE FROM webauthn_challenges WHERE owner = $1", owner) == 1;
  return taken ? found : std::nullopt;
}

std::int64_t PasskeyStore::remove_challenges_before(base::Time created) {
  return session_.execute("DELETE FROM webauthn_challenges WHERE created_at < $1", created);
}

}  // namespace storage

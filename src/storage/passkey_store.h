#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/webauthn/passkey.h"
#include "db/session.h"

namespace storage {

struct WebauthnChallenge {
  std::string owner;  // a session, or a hash of the cookie of who signs in
  std::string challenge;
  std::string purpose;
  std::optional<core::UserId> user_id;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(WebauthnChallenge, (), (owner, challenge, purpose, user_id, created_at))

// Passkeys, and the challenges that authenticators are to sign.
class PasskeyStore {
 public:
  explicit PasskeyStore(db::Session& session) : session_{session} {}

  core::PasskeyId new_id() { return session_.new_id<core::PasskeyId>("passkeys"); }
  void insert(const core::Passkey& passkey) { session_.insert("passkeys", passkey); }
  std::optional<core::Passkey> find(const core::UserId& user, const core::PasskeyId& id) const;
  std::optional<core::Passkey> find(std::string_view credential_id) const;
  std::vector<core::Passkey> of_user(const core::UserId& user) const;  // 100 at most
  bool has_enabled(const core::UserId& user) const;
  std::set<core::UserId> with_enabled(const std::vector<core::UserId>& users) const;
  void set_enabled(const core::PasskeyId& id, bool is_enabled);
  void remove(const core::PasskeyId& id);
  void remove_of(const core::UserId& user);
  // Returns whether the counter could go there: two answers with one counter must not both pass.
  bool use(const core::PasskeyId& id, std::int64_t sign_count, bool is_backed_up, base::Time now);

  // One at a time for each owner: an older one is worth nothing from now on.
  void put(const WebauthnChallenge& challenge);
  // Takes it away: each works once.
  std::optional<WebauthnChallenge> take(std::string_view owner);
  std::int64_t remove_challenges_before(base::Time created);

 private:
  db::Session& session_;
};

}  // namespace storage

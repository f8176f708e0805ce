#pragma once

#include <optional>
#include <string>

#include "auth/caller.h"
#include "base/clock.h"
#include "base/secret.h"
#include "core/user.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/general_settings.h"
#include "service/keys.h"
#include "service/passwords.h"

namespace service {

// Who somebody is: passwords, sessions, API keys.
class SignIn {
 public:
  static constexpr auto longest_session = std::chrono::hours{24};
  static constexpr int most_sessions = 20;  // of one user

  struct Opened {
    core::User user;
    core::SessionId session_id;
    base::Secret token;  // for the cookie
  };

  SignIn(db::Database& database, Passwords& passwords, const MasterKey& master,
         crypto::Random& random, const base::Clock& clock, StoredSettings<General>& general)
      : database_{database},
        passwords_{passwords},
        master_{master},
        random_{random},
        clock_{clock},
        general_{general} {}

  // Throws unauthenticated in the same words and the same time whether the user is unknown,
  // inactive, or the password is wrong; rate_limited while the account rests after failures.
  Opened with_password(const auth::Act& act, std::string_view username,
                       const base::Secret& password);

  // Opens a session for somebody who was proven otherwise (the set-up).
  Opened open_session(const auth::Act& act, const core::User& user);

  // Nothing when the token is unknown, too old, or its user may not sign in.
  std::optional<auth::Caller> caller_of_session(std::string_view token);
  // Throws unauthenticated for a key that does not work: a client with a bad key should hear it.
  auth::Caller caller_of_api_key(std::string_view key);

  // Tied to the session: a page of another origin cannot know it.
  std::string csrf_token(std::string_view session_token) const;
  bool is_csrf_token(std::string_view session_token, std::string_view token) const;

  // Proves who sits there before something weighty. Counts failures like a sign-in.
  void confirm_password(const auth::Act& act, const core::UserId& id, const base::Secret& password);

  void close(const auth::Act& act, const core::UserId& user, const core::SessionId& id);
  std::int64_t close_others(const auth::Act& act, const core::UserId& user,
                            std::int64_t except_session);
  std::vector<core::Session> sessions(const core::UserId& user);

  // For a job: sessions that ended long ago.
  std::int64_t remove_ended_sessions();

 private:
  void refuse_while_locked(const core::User& user) const;
  void note_failure(const auth::Act& act, const std::optional<core::User>& user,
                    std::string_view username);

  db::Database& database_;
  Passwords& passwords_;
  const MasterKey& master_;
  crypto::Random& random_;
  const base::Clock& clock_;
  StoredSettings<General>& general_;
};

}  // namespace service

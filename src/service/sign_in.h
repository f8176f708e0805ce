#pragma once

#include <optional>
#include <span>
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
#include "service/recent_callers.h"

namespace service {

// Who somebody is: passwords, second factors, sessions, API keys.
class SignIn {
 public:
  static constexpr auto longest_session = std::chrono::hours{24};
  static constexpr int most_sessions = 20;  // of one user
  static constexpr auto longest_pending = std::chrono::minutes{5};

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

  // The password was right: either that is all, or a second factor is to follow.
  struct Begun {
    core::User user;
    std::optional<Opened> opened;
    base::Secret pending;              // empty when opened
    std::vector<std::string> factors;  // any of these: "totp", "webauthn", "recovery_code"
  };

  // A username as it is stored, from how people write it.
  static std::string plain_name(std::string_view username);

  // Throws unauthenticated in the same words and the same time whether the user is unknown,
  // inactive, or the password is wrong; rate_limited while the name or the address rests after
  // failures, whether somebody has that name or not.
  Begun with_password(const auth::Act& act, std::string_view username,
                      const base::Secret& password);

  // The second step: a code of TOTP or a recovery code. Failures count like wrong passwords.
  Opened with_code(const auth::Act& act, std::string_view pending, std::string_view code);

  // Whose password was right, and whose second factor is still to come.
  std::optional<core::User> pending_user(std::string_view pending);

  // Opens a session for somebody who was proven, and says how.
  Opened open_session(const auth::Act& act, const core::User& user,
                      std::string_view method = "password");

  // Nothing when the token is unknown, too old, or its user may not sign in.
  std::optional<auth::Caller> caller_of_session(std::string_view token);
  // Throws unauthenticated for a key that does not work: a client with a bad key should hear it.
  auth::Caller caller_of_api_key(std::string_view key);

  // What was committed may concern callers that are known by heart: they are looked up again.
  void note_changes(std::span<const db::Entry> entries);

  // Tied to the session: a page of another origin cannot know it.
  std::string csrf_token(std::string_view session_token) const;
  bool is_csrf_token(std::string_view session_token, std::string_view token) const;

  // Proves who sits there before something weighty. Counts failures like a sign-in.
  void confirm_password(const auth::Act& act, const core::UserId& id, const base::Secret& password);

  // For other ways to sign in, whose failures count like wrong passwords. An empty name is
  // nobody's: only the address is counted then.
  void refuse_while_locked(const auth::Act& act, std::string_view username) const;
  void note_failure(const auth::Act& act, const std::optional<core::User>& user,
                    std::string_view username, std::string_view reason);

  // Whether this user must have a second factor beside the password.
  bool must_have_second_factor(const core::User& user);

  // How many failures in an hour an address has before it rests; 0: it never does.
  void set_failures_of_address(std::int64_t number) { failures_of_address_ = number; }

  // What an account may do, by its role and its groups.
  auth::Rights rights_of(const core::User& user);

  void close(const auth::Act& act, const core::UserId& user, const core::SessionId& id);
  std::int64_t close_others(const auth::Act& act, const core::UserId& user,
                            std::int64_t except_session);
  std::vector<core::Session> sessions(const core::UserId& user);

  // For a job: sessions that ended long ago.
  std::int64_t remove_ended_sessions();

 private:
  // Nothing for a key that does not work.
  std::optional<RecentCallers::Known> look_up_api_key(const std::string& hash);

  db::Database& database_;
  Passwords& passwords_;
  const MasterKey& master_;
  crypto::Random& random_;
  const base::Clock& clock_;
  StoredSettings<General>& general_;
  RecentCallers recent_callers_;
  std::int64_t failures_of_address_ = 30;
};

}  // namespace service

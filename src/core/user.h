#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/secret.h"
#include "core/ids.h"

namespace core {

struct User {
  UserId id;
  std::string username;  // lower case
  std::string email;
  std::string full_name;
  std::string role;
  std::string password_hash;
  bool is_active;
  bool must_change_password;
  std::int64_t failed_logins;
  std::optional<base::Time> locked_until;
  std::optional<base::Time> last_login_at;
  std::int64_t login_count;
  base::Time password_changed_at;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(User, (),
                      (id, username, email, full_name, role, password_hash, is_active,
                       must_change_password, failed_logins, locked_until, last_login_at,
                       login_count, password_changed_at, created_at))

struct Session {
  SessionId id;
  std::string token_hash;
  UserId user_id;
  base::Time created_at;
  base::Time last_seen_at;
  std::string address;
  std::string user_agent;
  std::string method = "password";  // how it was opened: "webauthn", "mtls", "password+totp"
};
BOOST_DESCRIBE_STRUCT(Session, (),
                      (id, token_hash, user_id, created_at, last_seen_at, address, user_agent,
                       method))

struct ApiKey {
  ApiKeyId id;
  UserId user_id;
  std::string name;
  std::string key_prefix;  // what is shown of it
  std::string key_hash;
  std::string permissions;  // separated by blanks
  bool is_active;
  base::Time created_at;
  std::optional<base::Time> expires_at;
  std::optional<base::Time> last_used_at;
  std::optional<std::int64_t> requests_per_minute = {};  // nothing: what everybody may
};
BOOST_DESCRIBE_STRUCT(ApiKey, (),
                      (id, user_id, name, key_prefix, key_hash, permissions, is_active, created_at,
                       expires_at, last_used_at, requests_per_minute))

// How long an account rests after that many wrong passwords in a row: nothing for the first four,
// then half a minute, doubling up to an hour.
std::chrono::seconds lockout_after(std::int64_t failures);

// The same for an address, which many people may share, and which may therefore fail more often.
std::chrono::seconds address_lockout_after(std::int64_t failures, std::int64_t free_of_charge);

// The address as far as one client owns it: an IPv6 client has a /64 to itself at least.
std::string own_network(std::string_view address);

// Why a password is not good enough; nothing when it is: 12 characters or more, not the user's own
// name, not among the most used, not one pattern repeated.
std::optional<std::string> password_weakness(const base::Secret& password,
                                             std::string_view username);

// Why a text is no username; nothing when it is: 2 to 64 of a-z, 0-9, dot, hyphen, underscore, @.
std::optional<std::string> username_problem(std::string_view username);
std::optional<std::string> email_problem(std::string_view email);

}  // namespace core

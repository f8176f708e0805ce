#pragma once

#include <optional>
#include <string>

#include "core/user.h"

namespace api::v2 {

struct UserView {
  core::UserId id;
  std::string username;
  std::string email;
  std::string full_name;
  std::string role;
  bool active;
  bool two_factor_enabled;
  bool force_password_change;
  std::int64_t failed_logins;
  std::optional<base::Time> locked_until;
  std::optional<base::Time> last_login;
  std::int64_t login_count;
  base::Time password_changed_at;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(UserView, (),
                      (id, username, email, full_name, role, active, two_factor_enabled,
                       force_password_change, failed_logins, locked_until, last_login, login_count,
                       password_changed_at, created_at))

inline UserView view(const core::User& user, bool has_second_factor) {
  return {.id = user.id,
          .username = user.username,
          .email = user.email,
          .full_name = user.full_name,
          .role = user.role,
          .active = user.is_active,
          .two_factor_enabled = has_second_factor,
          .force_password_change = user.must_change_password,
          .failed_logins = user.failed_logins,
          .locked_until = user.locked_until,
          .last_login = user.last_login_at,
          .login_count = user.login_count,
          .password_changed_at = user.password_changed_at,
          .created_at = user.created_at};
}

}  // namespace api::v2

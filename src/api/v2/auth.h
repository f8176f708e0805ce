#pragma once

#include "http/endpoint.h"
#include "service/general_settings.h"
#include "service/sign_in.h"
#include "service/users.h"

namespace api::v2 {

inline constexpr std::string_view session_cookie = "session";

struct UserBrief {
  core::UserId id;
  std::string username;
  std::string email;
  std::string full_name;
  std::string role;
  bool active;
};
BOOST_DESCRIBE_STRUCT(UserBrief, (), (id, username, email, full_name, role, active))

// What a client gets when somebody has signed in; the cookie travels beside it.
struct SignedIn {
  UserBrief user;
  std::string role;
  std::vector<std::string> permissions;
  std::string auth_method;
  std::string csrf_token;
  bool force_password_change;
  bool requires_2fa;  // nobody is signed in yet: send a code to /auth/login/2fa
};
BOOST_DESCRIBE_STRUCT(SignedIn, (),
                      (user, role, permissions, auth_method, csrf_token, force_password_change,
                       requires_2fa))

http::Done<SignedIn> signed_in(const service::SignIn::Opened& opened, service::SignIn& sign_in,
                               std::string_view method = "password");

void add_auth(http::Surface& surface, service::SignIn& sign_in, service::Users& users,
              service::StoredSettings<service::General>& general);

}  // namespace api::v2

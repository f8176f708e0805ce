#pragma once

#include "http/endpoint.h"
#include "service/general_settings.h"
#include "service/restrictions.h"
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
  bool requires_2fa;  // nobody is signed in yet: send a code to /auth/login/2fa, or use a passkey
  std::vector<std::string> second_factors;  // any of these will do then
  bool requires_2fa_enrollment;             // nothing else is allowed until a second factor is on
};
BOOST_DESCRIBE_STRUCT(SignedIn, (),
                      (user, role, permissions, auth_method, csrf_token, force_password_change,
                       requires_2fa, second_factors, requires_2fa_enrollment))

// What the server offers besides passwords, asked at each call.
struct WaysToSignIn {
  struct Certificate {
    bool enabled;
    std::string status;    // not_present, present, enrolled
    std::string username;  // whom the one of this connection signs in; empty: nobody
  };
  std::function<bool()> webauthn;
  std::function<Certificate(const http::Request&)> certificate;
};

http::Done<SignedIn> signed_in(const service::SignIn::Opened& opened, service::SignIn& sign_in,
                               std::string_view method = "password");

void add_auth(http::Surface& surface, service::SignIn& sign_in, service::Users& users,
              service::StoredSettings<service::General>& general,
              service::Restrictions& restrictions, WaysToSignIn ways);

}  // namespace api::v2

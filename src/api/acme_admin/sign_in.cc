#include "api/acme_admin/parts.h"
#include "api/acme_admin/user_view.h"

namespace api::acme_admin {
namespace {

struct LoginBody {
  static constexpr json::Alias aliases[] = {{"code", "totp_code"}};

  std::string username;
  base::Secret password;
  std::optional<std::string> totp_code;  // of those who have a second factor
};
BOOST_DESCRIBE_STRUCT(LoginBody, (), (username, password, totp_code))

struct LoggedIn {
  std::string token;
  UserView user;
};
BOOST_DESCRIBE_STRUCT(LoggedIn, (), (token, user))

struct LoggedOut {
  std::string status;
};
BOOST_DESCRIBE_STRUCT(LoggedOut, (), (status))

struct Index {
  std::string name;
  std::string description;
};
BOOST_DESCRIBE_STRUCT(Index, (), (name, description))

struct SignIn {
  Parts parts;

  Index index(const http::Call& call) const;
  LoggedIn login(const http::Call& call, const LoginBody& body) const;
  LoggedOut logout(const http::Call& call) const;
};

}  // namespace

void add_sign_in(http::Surface& surface, const Parts& parts) {
  http::Resource resource{surface, "ACME administration", SignIn{parts}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "",
                              .summary = "Say what is here",
                              .access = auth::Access::to_anyone(),
                              .handler = &SignIn::index});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/auth/login",
                              .summary = "Sign in for a bearer token",
                              .access = auth::Access::to_anyone(),
                              .limit = http::Limit::sign_in,
                              .action = "auth.login",
                              .handler = &SignIn::login});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/auth/logout",
                              .summary = "Give the bearer token up",
                              .access = auth::Access::to_everyone_signed_in(),
                              .action = "auth.logout",
                              .handler = &SignIn::logout});
}

namespace {

Index SignIn::index(const http::Call& /*call*/) const {
  return {.name = "ACME administration", .description = "/api/openapi.json"};
}

LoggedIn SignIn::login(const http::Call& call, const LoginBody& body) const {
  auto act = call.act;
  act.by = body.username.substr(0, 64);
  auto begun = parts.sign_in.with_password(act, body.username, body.password);
  if (!begun.opened && !body.totp_code) {
    throw base::Error{base::ErrorCode::unauthenticated,
                      "this account has a second factor: send its code as totp_code too"};
  }
  const auto opened = begun.opened
                          ? *std::move(begun.opened)
                          : parts.sign_in.with_code(act, begun.pending.reveal(), *body.totp_code);
  return {.token = std::string{opened.token.reveal()},
          .user = parts.database.read(
              [&](db::Session& session) { return view(session, opened.user); })};
}

LoggedOut SignIn::logout(const http::Call& call) const {
  if (call.caller.session_id == 0) {
    throw base::Error{base::ErrorCode::invalid_request,
                      "you did not sign in for a token: there is none to give up"};
  }
  parts.sign_in.close(call.act, core::UserId::from_number(call.caller.user_id).value(),
                      core::SessionId::from_number(call.caller.session_id).value());
  return {.status = "logged_out"};
}

}  // namespace
}  // namespace api::acme_admin

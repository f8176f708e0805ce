#include "api/v2/auth.h"

#include "auth/permission.h"

namespace api::v2 {
namespace {

struct LoginBody {
  std::string username;
  base::Secret password;
};
BOOST_DESCRIBE_STRUCT(LoginBody, (), (username, password))

struct CodeBody {
  std::string code;
};
BOOST_DESCRIBE_STRUCT(CodeBody, (), (code))

struct MethodsBody {
  std::optional<std::string> username;
};
BOOST_DESCRIBE_STRUCT(MethodsBody, (), (username))

struct Methods {
  bool password;
  bool webauthn;
  int webauthn_credentials;
  bool mtls;
  std::string mtls_status;
  int mtls_certificates;
  std::optional<std::string> mtls_user;  // whom the certificate of this connection signs in
  bool totp_enabled;
  bool api_keys;
  std::vector<std::string> sso_providers;
};
BOOST_DESCRIBE_STRUCT(Methods, (),
                      (password, webauthn, webauthn_credentials, mtls, mtls_status,
                       mtls_certificates, mtls_user, totp_enabled, api_keys, sso_providers))

struct Verified {
  bool authenticated;
  std::optional<UserBrief> user;
  std::optional<std::int64_t> user_id;
  std::optional<std::string> role;
  std::optional<std::vector<std::string>> permissions;
  std::optional<bool> restricted;  // to some authorities or templates
  std::optional<std::string> csrf_token;
  std::optional<std::string> auth_method;
  std::optional<std::int64_t> session_timeout;
  std::optional<bool> force_password_change;
  std::optional<bool> must_enroll_2fa;
};
BOOST_DESCRIBE_STRUCT(Verified, (),
                      (authenticated, user, user_id, role, permissions, restricted, csrf_token,
                       auth_method, session_timeout, force_password_change, must_enroll_2fa))

struct Auth {
  service::SignIn& sign_in;
  service::Users& users;
  service::StoredSettings<service::General>& general;
  service::Restrictions& restrictions;
  WaysToSignIn ways;

  http::Done<SignedIn> login(const http::Call& call, const LoginBody& body) const;
  http::Done<SignedIn> second_step(const http::Call& call, const CodeBody& body) const;
  Verified verify(const http::Call& call) const;
  http::Message logout(const http::Call& call) const;
  Methods methods(const http::Call& call) const;
  Methods methods_of(const http::Call& call, const MethodsBody& body) const;
};

}  // namespace

void add_auth(http::Surface& surface, service::SignIn& sign_in, service::Users& users,
              service::StoredSettings<service::General>& general,
              service::Restrictions& restrictions, WaysToSignIn ways) {
  http::Resource auth{surface, "Authentication",
                      Auth{sign_in, users, general, restrictions, std::move(ways)}};

  for (const auto* path : {"/auth/login/password", "/auth/login"}) {
    auth.add(http::Endpoint{.method = http::post,
                            .path = path,
                            .summary = "Sign in with a password",
                            .access = auth::Access::to_anyone(),
                            .limit = http::Limit::sign_in,
                            .action = "auth.login",
                            .handler = &Auth::login});
  }
  auth.add(http::Endpoint{.method = http::post,
                          .path = "/auth/login/2fa",
                          .summary = "Finish a sign-in with a code or a recovery code",
                          .access = auth::Access::to_anyone(),
                          .limit = http::Limit::sign_in,
                          .action = "auth.login",
                          .handler = &Auth::second_step});
  auth.add(http::Endpoint{.method = http::get,
                          .path = "/auth/verify",
                          .summary = "Say who is signed in, if anybody",
                          .access = auth::Access::to_anyone(),
                          .handler = &Auth::verify});
  auth.add(http::Endpoint{.method = http::post,
                          .path = "/auth/logout",
                          .summary = "End the session",
                          .access = auth::Access::to_everyone_signed_in(),
                          .action = "auth.logout",
                          .handler = &Auth::logout});
  auth.add(http::Endpoint{.method = http::get,
                          .path = "/auth/methods",
                          .summary = "List the ways to sign in",
                          .access = auth::Access::to_anyone(),
                          .handler = &Auth::methods});
  auth.add(http::Endpoint{.method = http::post,
                          .path = "/auth/methods",
                          .summary = "List the ways to sign in",
                          .access = auth::Access::to_anyone(),
                          .handler = &Auth::methods_of});
}

namespace {

// No page of another site makes the browser send it: Strict; no script reads it: HttpOnly.
http::Header cookie_of(const base::Secret& token, std::chrono::seconds age) {
  return {"Set-Cookie", std::string{session_cookie} + "=" + std::string{token.reveal()} +
                            "; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=" +
                            std::to_string(age.count())};
}

UserBrief brief(const core::User& user) {
  return {user.id, user.username, user.email, user.full_name, user.role, user.is_active};
}

}  // namespace

http::Done<SignedIn> signed_in(const service::SignIn::Opened& opened, service::SignIn& sign_in,
                               std::string_view method) {
  const auto& user = opened.user;
  return {.data = {.user = brief(user),
                   .role = user.role,
                   .permissions = sign_in.rights_of(user).names(),
                   .auth_method = std::string{method},
                   .csrf_token = sign_in.csrf_token(opened.token.reveal()),
                   .force_password_change = user.must_change_password,
                   .requires_2fa = false,
                   .second_factors = {},
                   // Whoever signed in with a password alone has no other factor.
                   .requires_2fa_enrollment =
                       method == "password" && sign_in.must_have_second_factor(user)},
          .message = "Login successful",
          .headers = {cookie_of(opened.token, std::chrono::hours{24})}};
}

namespace {

http::Done<SignedIn> Auth::login(const http::Call& call, const LoginBody& body) const {
  auto act = call.act;
  act.by = body.username.substr(0, 64);
  const auto begun = sign_in.with_password(act, body.username, body.password);
  if (begun.opened) {
    return signed_in(*begun.opened, sign_in);
  }
  // What is known of the user is said when the second factor is proven.
  return {.data = {.user = {begun.user.id, begun.user.username, "", "", "", true},
                   .role = "",
                   .permissions = {},
                   .auth_method = "password",
                   .csrf_token = "",
                   .force_password_change = false,
                   .requires_2fa = true,
                   .second_factors = begun.factors,
                   .requires_2fa_enrollment = false},
          .message = "Enter a code, or use a passkey",
          .headers = {cookie_of(begun.pending, service::SignIn::longest_pending)}};
}

http::Done<SignedIn> Auth::second_step(const http::Call& call, const CodeBody& body) const {
  const auto pending = call.request.cookie(session_cookie);
  return signed_in(sign_in.with_code(call.act, pending.value_or(""), body.code), sign_in,
                   "password+2fa");
}

Verified Auth::verify(const http::Call& call) const {
  if (!call.caller.signed_in()) {
    return {.authenticated = false};
  }
  const auto& caller = call.caller;
  const auto user = users.find(core::UserId::from_number(caller.user_id).value());
  const bool by_session = caller.credential == auth::Credential::session;
  const auto cookie = call.request.cookie(session_cookie);
  return {.authenticated = true,
          .user = user ? std::optional{brief(*user)} : std::nullopt,
          .user_id = caller.user_id,
          .role = caller.role,
          .permissions = caller.rights.names(),
          .restricted = !restrictions.reach_of(caller)->is_everything(),
          .csrf_token =
              by_session && cookie ? std::optional{sign_in.csrf_token(*cookie)} : std::nullopt,
          .auth_method = by_session ? caller.method : "api_key",
          .session_timeout = general.get().session_timeout,
          .force_password_change = caller.must_change_password,
          .must_enroll_2fa = caller.must_enroll};
}

http::Message Auth::logout(const http::Call& call) const {
  if (call.caller.session_id > 0) {
    sign_in.close(call.act, core::UserId::from_number(call.caller.user_id).value(),
                  core::SessionId::from_number(call.caller.session_id).value());
  }
  return {.message = "Logged out",
          .headers = {{"Set-Cookie", std::string{session_cookie} +
                                         "=; Path=/; HttpOnly; Secure; SameSite=Strict; "
                                         "Max-Age=0"}}};
}

// The same for every name, known or not: it says what the server offers.
Methods Auth::methods(const http::Call& call) const {
  const auto certificate = ways.certificate(call.request);
  return {.password = true,
          .webauthn = ways.webauthn(),
          .webauthn_credentials = 0,
          .mtls = certificate.enabled,
          .mtls_status = certificate.status,
          .mtls_certificates = certificate.username.empty() ? 0 : 1,
          .mtls_user =
              certificate.username.empty() ? std::nullopt : std::optional{certificate.username},
          .totp_enabled = true,
          .api_keys = true,
          .sso_providers = {}};
}

Methods Auth::methods_of(const http::Call& call, const MethodsBody& /*body*/) const {
  return methods(call);
}

}  // namespace
}  // namespace api::v2

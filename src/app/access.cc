#include "app/access.h"

#include <algorithm>
#include <array>

#include "api/v2/auth.h"
#include "base/log.h"
#include "base/text.h"
#include "http/openapi.h"
#include "http/pipeline.h"

namespace app {
namespace {

struct Refused {
  std::string path;
  int status;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Refused, (), (path, status, reason))

struct Event {
  std::int64_t id;
  std::string action;
  std::string type;
  std::int64_t object;
  base::Time at;
};
BOOST_DESCRIBE_STRUCT(Event, (), (id, action, type, object, at))

bool changes_something(http::Method method) {
  return method != http::Method::get && method != http::Method::head &&
         method != http::Method::options;
}

// Where a cookie gives no rights, so that no token is needed: signing in, the set-up, protocols.
bool is_open(std::string_view path) {
  static constexpr std::array<std::string_view, 8> open{"/api/auth/login",
                                                        "/api/v2/auth/login",
                                                        "/api/v2/auth/methods",
                                                        "/api/v2/auth/forgot-password",
                                                        "/api/v2/auth/reset-password",
                                                        "/api/v2/setup",
                                                        "/acme/",
                                                        "/ocsp"};
  return std::ranges::any_of(open, [&](auto prefix) { return path.starts_with(prefix); });
}

// What somebody may do whose password was set by another.
bool is_allowed_with_old_password(std::string_view path) {
  return path.starts_with("/api/v2/auth/") || path == "/api/v2/account/password" ||
         path == "/api/v2/account/profile" || path.starts_with("/api/auth/") ||
         path == "/api/me/reset-password";
}

// What somebody may do who must have a second factor and has none.
bool is_allowed_without_second_factor(std::string_view path) {
  return path.starts_with("/api/v2/auth/") || path.starts_with("/api/v2/account/2fa/") ||
         path.starts_with("/api/v2/account/webauthn/") || path.starts_with("/api/v2/webauthn/") ||
         path == "/api/v2/account/password" || path == "/api/v2/account/profile";
}

std::string_view permission_for(std::string_view resource_type) {
  if (resource_type == "certificate" || resource_type == "issuance") {
    return auth::read_certificates.name();
  }
  if (resource_type == "ca") {
    return auth::read_cas.name();
  }
  if (resource_type == "crl") {
    return auth::read_crl.name();
  }
  if (resource_type.starts_with("acme")) {
    return auth::read_acme.name();
  }
  return auth::read_audit.name();
}

// Some have something to do first, and may do nothing else until then.
void check_obligations(const auth::Caller& caller, std::string_view path) {
  if (caller.must_change_password && !is_allowed_with_old_password(path)) {
    throw base::Error{base::ErrorCode::forbidden,
                      "your password was set by somebody else: change it first"};
  }
  if (caller.must_enroll && !is_allowed_without_second_factor(path)) {
    throw base::Error{base::ErrorCode::forbidden,
                      "2FA enrolment required: switch a second factor on first"};
  }
}

// A token that POST /api/auth/login gave: a session's, which no browser sends by itself. Other
// surfaces below /api have tokens of their own.
std::optional<std::string_view> bearer_token(const http::Request& request) {
  constexpr std::string_view scheme = "bearer ";
  const auto header = request.header("authorization");
  const bool is_ours = (request.path.starts_with("/api/") || request.path == "/api") &&
                       !request.path.starts_with("/api/v1/") && !is_open(request.path);
  const bool is_bearer = header.size() > scheme.size() &&
                         base::equal_ignoring_case(header.substr(0, scheme.size()), scheme);
  return is_ours && is_bearer ? std::optional{header.substr(scheme.size())} : std::nullopt;
}

}  // namespace

auth::Caller identify(service::SignIn& sign_in, const http::Request& request) {
  const auth::Caller nobody{.username = "anonymous"};
  if (const auto key = request.header("x-api-key"); !key.empty()) {
    return sign_in.caller_of_api_key(key);
  }
  if (const auto token = bearer_token(request)) {
    auto caller = sign_in.caller_of_session(*token);
    if (!caller) {
      throw base::Error{base::ErrorCode::unauthenticated, "Invalid or expired token"};
    }
    check_obligations(*caller, request.path);
    return *std::move(caller);
  }
  const auto cookie = request.cookie(api::v2::session_cookie);
  if (!cookie || is_open(request.path)) {
    return nobody;
  }
  const auto caller = sign_in.caller_of_session(*cookie);
  if (!caller) {
    return nobody;
  }
  if (changes_something(request.method) &&
      !sign_in.is_csrf_token(*cookie, request.header("x-csrf-token"))) {
    throw base::Error{base::ErrorCode::forbidden,
                      "CSRF validation failed: send the csrf_token of the sign-in as X-CSRF-Token"};
  }
  check_obligations(*caller, request.path);
  return *caller;
}

auth::Caller session_caller(service::SignIn& sign_in, const http::Request& request) {
  const auto cookie = request.cookie(api::v2::session_cookie);
  const auto caller = cookie ? sign_in.caller_of_session(*cookie) : std::nullopt;
  if (!caller || caller->must_change_password || caller->must_enroll) {
    return {.username = "anonymous"};
  }
  return *caller;
}

void record_refusal(db::Database& database, const auth::Act& act, const http::Route& route,
                    int status, std::string_view reason) {
  try {
    database.write(act, [&](db::Session& session) {
      session.record_refusal("request", route.path,
                             Refused{route.path, status, std::string{reason.substr(0, 300)}});
    });
  } catch (const std::exception& error) {
    base::log_error("a refused attempt could not be recorded",
                    {{"action", route.action}, {"error", error.what()}});
  }
}

void publish(http::Live& live, const db::Entry& entry) {
  if (live.clients() == 0) {
    return;
  }
  live.publish(json::to_text(
                   Event{entry.id, entry.action, entry.resource_type, entry.resource_id, entry.at}),
               permission_for(entry.resource_type));
}

std::string describe_api(std::span<const http::Surface* const> surfaces,
                         const std::vector<http::Route>& others) {
  const http::ApiInfo info{
      .title = "Certwright",
      .version = CERTWRIGHT_VERSION,
      .description =
          "Certificate lifecycle platform: private CA, ACME server, fleet. Sign in "
          "with a session cookie (and X-CSRF-Token for changes), send X-API-Key, or a bearer token "
          "of "
          "POST /api/auth/login.",
      .server_url = "/",
      .session_cookie = std::string{api::v2::session_cookie}};
  return boost::json::serialize(http::openapi(info, surfaces, others));
}

std::vector<http::Route> own_routes(http::Metrics& metrics, std::function<std::string()> openapi) {
  http::Route of_metrics{.method = http::Method::get,
                         .path = "/metrics",
                         .summary = "Metrics for Prometheus",
                         .tag = "Health",
                         .access = auth::Access::to_anyone(),
                         .limit = http::Limit::unlimited,
                         .described = false};
  of_metrics.handle = [&metrics](const http::Call& /*call*/, const http::PathValues& /*path*/) {
    return http::Response{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                          .body = metrics.render()};
  };
  of_metrics.refuse = http::plain_refusal;

  http::Route of_description{.method = http::Method::get,
                             .path = "/api/openapi.json",
                             .summary = "The API description (OpenAPI 3.1)",
                             .tag = "Health",
                             .access = auth::Access::to_anyone(),
                             .described = false};
  // The same for the whole life of the program.
  const auto text = std::make_shared<std::string>();
  const auto once = std::make_shared<std::once_flag>();
  of_description.handle = [text, once, openapi = std::move(openapi)](
                              const http::Call& /*call*/, const http::PathValues& /*path*/) {
    std::call_once(*once, [&] { *text = openapi(); });
    return http::Response{.content_type = "application/json", .body = *text};
  };
  of_description.refuse = http::plain_refusal;
  return {std::move(of_metrics), std::move(of_description)};
}

}  // namespace app

#include "app/access.h"

#include <algorithm>
#include <array>

#include "api/v2/auth.h"
#include "base/log.h"
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
  static constexpr std::array<std::string_view, 5> open{
      "/api/v2/auth/login", "/api/v2/auth/methods", "/api/v2/setup", "/acme/", "/ocsp"};
  return std::ranges::any_of(open, [&](auto prefix) { return path.starts_with(prefix); });
}

// What somebody may do whose password was set by another.
bool is_allowed_with_old_password(std::string_view path) {
  return path.starts_with("/api/v2/auth/") || path == "/api/v2/account/password" ||
         path == "/api/v2/account/profile";
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

}  // namespace

auth::Caller identify(service::SignIn& sign_in, const http::Request& request) {
  const auth::Caller nobody{.username = "anonymous"};
  if (const auto key = request.header("x-api-key"); !key.empty()) {
    return sign_in.caller_of_api_key(key);
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
  if (caller->must_change_password && !is_allowed_with_old_password(request.path)) {
    throw base::Error{base::ErrorCode::forbidden,
                      "your password was set by somebody else: change it first"};
  }
  return *caller;
}

auth::Caller session_caller(service::SignIn& sign_in, const http::Request& request) {
  const auto cookie = request.cookie(api::v2::session_cookie);
  const auto caller = cookie ? sign_in.caller_of_session(*cookie) : std::nullopt;
  return caller.value_or(auth::Caller{.username = "anonymous"});
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

std::string describe_api(const http::Surface& v2, const std::vector<http::Route>& others) {
  const http::Surface* const surfaces[] = {&v2};
  const http::ApiInfo info{
      .title = "Certwright",
      .version = CERTWRIGHT_VERSION,
      .description =
          "Certificate lifecycle platform: private CA, ACME server, fleet. Sign in "
          "with a session cookie (and X-CSRF-Token for changes), or send X-API-Key.",
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

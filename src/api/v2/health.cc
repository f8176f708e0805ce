#include "api/v2/health.h"

#include "api/v2/surface.h"

namespace api::v2 {
namespace {

struct HealthView {
  std::string service = "certwright";
  std::string status;
  std::string version = CERTWRIGHT_VERSION;
  base::Time started_at;
  bool websocket = true;
};
BOOST_DESCRIBE_STRUCT(HealthView, (), (service, status, version, started_at, websocket))

struct Check {
  std::string status;
};
BOOST_DESCRIBE_STRUCT(Check, (), (status))

struct Checks {
  Check database;
};
BOOST_DESCRIBE_STRUCT(Checks, (), (database))

struct Readiness {
  std::string status;
  Checks checks;
};
BOOST_DESCRIBE_STRUCT(Readiness, (), (status, checks))

struct Liveness {
  std::string status;
  std::string service;
};
BOOST_DESCRIBE_STRUCT(Liveness, (), (status, service))

struct Health {
  db::Database& database;
  base::Time started_at;

  http::Bare<HealthView> health(const http::Call& call) const;
  http::Bare<Readiness> ready(const http::Call& call) const;
  http::Bare<Liveness> live(const http::Call& call) const;

 private:
  bool database_answers() const;
};

bool Health::database_answers() const {
  try {
    database.status();
    return true;
  } catch (const base::Error&) {
    return false;
  }
}

http::Bare<HealthView> Health::health(const http::Call& /*call*/) const {
  const bool good = database_answers();
  return {.data = {.status = good ? "healthy" : "unhealthy", .started_at = started_at},
          .status = good ? 200 : 503};
}

http::Bare<Readiness> Health::ready(const http::Call& /*call*/) const {
  const bool good = database_answers();
  return {.data = {.status = good ? "ready" : "not_ready",
                   .checks = {.database = {good ? "ok" : "unavailable"}}},
          .status = good ? 200 : 503};
}

http::Bare<Liveness> Health::live(const http::Call& /*call*/) const {
  return {.data = {.status = "alive", .service = "certwright"}};
}

}  // namespace

std::vector<http::Route> health_routes(db::Database& database, base::Time started_at) {
  auto dialect = surface();
  dialect.prefix = {};
  http::Resource health{dialect, "Health", Health{database, started_at}};
  const auto add = [&](std::string_view path, std::string_view summary, auto handler) {
    health.add(http::Endpoint{.method = http::get,
                              .path = path,
                              .summary = summary,
                              .access = auth::Access::to_anyone(),
                              .limit = http::Limit::unlimited,
                              .handler = handler});
  };
  static constexpr std::string_view all[] = {"/api/v2/health", "/api/health", "/health"};
  static constexpr std::string_view ready[] = {"/api/v2/health/ready", "/api/health/ready",
                                               "/health/ready", "/ready"};
  static constexpr std::string_view live[] = {"/api/v2/health/live", "/api/health/live",
                                              "/health/live", "/live"};
  for (const auto path : all) {
    add(path, "Say how the server is", &Health::health);
  }
  for (const auto path : ready) {
    add(path, "Say whether the server can take requests", &Health::ready);
  }
  for (const auto path : live) {
    add(path, "Say that the server runs", &Health::live);
  }
  for (auto& route : dialect.routes) {
    route.on_plain_http = true;
  }
  return dialect.routes;
}

}  // namespace api::v2

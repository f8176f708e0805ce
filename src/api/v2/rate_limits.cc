#include "api/v2/rate_limits.h"

#include <algorithm>

#include "core/ids.h"
#include "http/trusted_proxies.h"
#include "service/anomalies.h"

namespace api::v2 {
namespace {

constexpr std::array<const char*, 4> classes{"standard", "strict", "sign_in", "protocol"};

struct RateView {
  int rpm;
  int burst;
};
BOOST_DESCRIBE_STRUCT(RateView, (), (rpm, burst))

using Rates = std::map<std::string, RateView>;

struct Config {
  bool enabled;
  Rates default_limits;
  Rates custom_limits;
  std::vector<std::string> whitelist;
};
BOOST_DESCRIBE_STRUCT(Config, (), (enabled, default_limits, custom_limits, whitelist))

struct ClassStatistics {
  std::int64_t requests;
  std::int64_t limited;
};
BOOST_DESCRIBE_STRUCT(ClassStatistics, (), (requests, limited))

struct Statistics {
  std::int64_t total_requests;
  std::int64_t rate_limited;
  double rate_limited_percent;
  std::map<std::string, ClassStatistics> by_endpoint;  // by class of endpoints
};
BOOST_DESCRIBE_STRUCT(Statistics, (),
                      (total_requests, rate_limited, rate_limited_percent, by_endpoint))

struct View {
  Config config;
  Statistics stats;
};
BOOST_DESCRIBE_STRUCT(View, (), (config, stats))

struct CustomLimits {
  std::optional<std::int64_t> standard;
  std::optional<std::int64_t> strict;
  std::optional<std::int64_t> sign_in;
  std::optional<std::int64_t> protocol;
};
BOOST_DESCRIBE_STRUCT(CustomLimits, (), (standard, strict, sign_in, protocol))

struct Body {
  std::optional<bool> enabled;
  std::optional<std::int64_t> requests_per_minute;  // of the standard class
  std::optional<CustomLimits> custom_limits;        // requests per minute; 0: as started with
  std::optional<std::vector<std::string>> whitelist_add;
  std::optional<std::vector<std::string>> whitelist_remove;
};
BOOST_DESCRIBE_STRUCT(Body, (),
                      (enabled, requests_per_minute, custom_limits, whitelist_add,
                       whitelist_remove))

struct ResetBody {
  std::optional<bool> reset_stats;
};
BOOST_DESCRIBE_STRUCT(ResetBody, (), (reset_stats))

struct AnomaliesQuery {
  int hours = 24;
};
BOOST_DESCRIBE_STRUCT(AnomaliesQuery, (), (hours))

struct Anomalies {
  std::vector<service::Anomaly> anomalies;
  int period_hours;
  std::int64_t total;
};
BOOST_DESCRIBE_STRUCT(Anomalies, (), (anomalies, period_hours, total))

struct Limits {
  db::Database& database;
  service::StoredSettings<service::RateSettings>& settings;
  RateControl control;

  View read(const http::Call& call) const;
  http::Done<Config> update(const http::Call& call, const Body& body) const;
  Statistics statistics(const http::Call& call) const;
  http::Message reset(const http::Call& call, const ResetBody& body) const;
  Anomalies anomalies(const http::Call& call, const AnomaliesQuery& query) const;
};

}  // namespace

void add_rate_limits(http::Surface& surface, db::Database& database,
                     service::StoredSettings<service::RateSettings>& settings,
                     RateControl control) {
  http::Resource resource{surface, "Security", Limits{database, settings, std::move(control)}};
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/system/security/rate-limit",
                              .summary = "Read how often one caller may ask",
                              .access = auth::read_settings,
                              .handler = &Limits::read});
  resource.add(http::Endpoint{.method = http::put,
                              .path = "/system/security/rate-limit",
                              .summary = "Change how often one caller may ask",
                              .access = auth::admin_system,
                              .action = "settings.rate_limit",
                              .handler = &Limits::update});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/system/security/rate-limit/stats",
                              .summary = "Count requests, and those that were too many",
                              .access = auth::read_settings,
                              .handler = &Limits::statistics});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/system/security/rate-limit/reset",
                              .summary = "Let everybody begin anew",
                              .access = auth::admin_system,
                              .action = "settings.rate_limit_reset",
                              .handler = &Limits::reset});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/system/security/anomalies",
                              .summary = "List what is unusual in the audit log",
                              .access = auth::admin_system,
                              .limit = http::Limit::strict,
                              .handler = &Limits::anomalies});
}

http::RateLimits limits_of(const service::RateSettings& settings,
                           const http::RateLimits& configured) {
  if (!settings.enabled) {
    return {.standard = {}, .strict = {}, .sign_in = configured.sign_in, .protocol = {}};
  }
  const auto rate = [](std::int64_t chosen, const http::Rate& otherwise) {
    const auto per_minute = static_cast<int>(chosen);
    return chosen == 0 ? otherwise
                       : http::Rate{.per_minute = per_minute, .burst = std::max(1, per_minute / 6)};
  };
  return {.standard = rate(settings.standard, configured.standard),
          .strict = rate(settings.strict, configured.strict),
          .sign_in = rate(settings.sign_in, configured.sign_in),
          .protocol = rate(settings.protocol, configured.protocol)};
}

namespace {

std::array<http::Rate, 4> by_class(const http::RateLimits& limits) {
  return {limits.standard, limits.strict, limits.sign_in, limits.protocol};
}

Config config_of(const service::RateSettings& settings, const http::RateLimits& configured) {
  Config config{.enabled = settings.enabled,
                .default_limits = {},
                .custom_limits = {},
                .whitelist = settings.whitelist};
  const std::array chosen{settings.standard, settings.strict, settings.sign_in, settings.protocol};
  const auto defaults = by_class(configured);
  auto enabled = settings;
  enabled.enabled = true;
  const auto custom = by_class(limits_of(enabled, configured));
  for (std::size_t i = 0; i < classes.size(); ++i) {
    config.default_limits[classes[i]] = {defaults[i].per_minute, defaults[i].burst};
    if (chosen[i] != 0) {
      config.custom_limits[classes[i]] = {custom[i].per_minute, custom[i].burst};
    }
  }
  return config;
}

View Limits::read(const http::Call& call) const {
  return {config_of(settings.get(), control.configured), statistics(call)};
}

void check_rate(std::vector<base::FieldError>& errors, const std::string& field,
                const std::optional<std::int64_t>& value, std::int64_t least) {
  if (value && *value != 0 && (*value < least || *value > 1'000'000)) {
    errors.push_back(
        {field, "not 0 (as started with), nor between " + std::to_string(least) + " and 1000000"});
  }
}

void check(const Body& body) {
  constexpr std::int64_t least = 60;  // fewer, and the console locks its own users out
  constexpr std::int64_t least_sign_ins = 5;
  std::vector<base::FieldError> errors;
  check_rate(errors, "requests_per_minute", body.requests_per_minute, least);
  const auto custom = body.custom_limits.value_or(CustomLimits{});
  check_rate(errors, "custom_limits.standard", custom.standard, least);
  check_rate(errors, "custom_limits.strict", custom.strict, least);
  check_rate(errors, "custom_limits.sign_in", custom.sign_in, least_sign_ins);
  check_rate(errors, "custom_limits.protocol", custom.protocol, least);
  try {
    const http::TrustedProxies networks{body.whitelist_add.value_or(std::vector<std::string>{})};
  } catch (const base::Error& error) {
    errors.push_back({"whitelist_add", error.what()});
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
}

http::Done<Config> Limits::update(const http::Call& call, const Body& body) const {
  check(body);
  auto value = settings.get();
  const auto custom = body.custom_limits.value_or(CustomLimits{});
  value.enabled = body.enabled.value_or(value.enabled);
  value.standard = custom.standard.value_or(body.requests_per_minute.value_or(value.standard));
  value.strict = custom.strict.value_or(value.strict);
  value.sign_in = custom.sign_in.value_or(value.sign_in);
  value.protocol = custom.protocol.value_or(value.protocol);
  for (const auto& network : body.whitelist_remove.value_or(std::vector<std::string>{})) {
    std::erase(value.whitelist, network);
  }
  for (const auto& network : body.whitelist_add.value_or(std::vector<std::string>{})) {
    if (std::ranges::find(value.whitelist, network) == value.whitelist.end()) {
      value.whitelist.push_back(network);
    }
  }
  constexpr std::size_t most_networks = 100;
  if (value.whitelist.size() > most_networks) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"whitelist_add", "there are 100 networks already"}}};
  }
  settings.put(call.act, value);
  control.limiter().set_limits(limits_of(value, control.configured));
  control.exempt(value.whitelist);
  return {.data = config_of(value, control.configured), .message = "Settings saved"};
}

Statistics Limits::statistics(const http::Call& /*call*/) const {
  Statistics statistics{};
  const auto counts = control.limiter().counts();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto requests = static_cast<std::int64_t>(counts[i].requests);
    const auto limited = static_cast<std::int64_t>(counts[i].refused);
    statistics.by_endpoint[classes[i]] = {requests, limited};
    statistics.total_requests += requests;
    statistics.rate_limited += limited;
  }
  if (statistics.total_requests > 0) {
    statistics.rate_limited_percent = 100.0 * static_cast<double>(statistics.rate_limited) /
                                      static_cast<double>(statistics.total_requests);
  }
  return statistics;
}

struct Reset {
  bool statistics;
};
BOOST_DESCRIBE_STRUCT(Reset, (), (statistics))

http::Message Limits::reset(const http::Call& call, const ResetBody& body) const {
  const bool with_statistics = body.reset_stats.value_or(false);
  control.limiter().refill();
  if (with_statistics) {
    control.limiter().forget_counts();
  }
  database.write(call.act, [&](db::Session& session) {
    session.record("settings", core::KeyId::from_number(1).value(), "rate limits",
                   Reset{with_statistics});
  });
  return {.message = "Everybody begins anew"};
}

Anomalies Limits::anomalies(const http::Call& call, const AnomaliesQuery& query) const {
  constexpr int longest = 24 * 30;
  const int hours = std::clamp(query.hours, 1, longest);
  auto found = service::find_anomalies(database, call.now - std::chrono::hours{hours});
  const auto total = static_cast<std::int64_t>(found.size());
  return {std::move(found), hours, total};
}

}  // namespace
}  // namespace api::v2

#pragma once

#include <functional>

#include "db/database.h"
#include "http/endpoint.h"
#include "http/rate_limit.h"
#include "service/identity_settings.h"

namespace api::v2 {

// What the endpoints of rate limits work on: the limiter of the server that they are part of.
struct RateControl {
  http::RateLimits configured;  // what the server was started with
  std::function<http::RateLimiter&()> limiter;
  std::function<void(const std::vector<std::string>&)> exempt;
};

// The limits that these settings make of the configured ones.
http::RateLimits limits_of(const service::RateSettings& settings,
                           const http::RateLimits& configured);

// Rate limits, and what the audit log has of unusual things.
void add_rate_limits(http::Surface& surface, db::Database& database,
                     service::StoredSettings<service::RateSettings>& settings, RateControl control);

}  // namespace api::v2

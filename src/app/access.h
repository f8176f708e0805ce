#pragma once

#include <functional>
#include <span>
#include <string>

#include "auth/caller.h"
#include "db/database.h"
#include "http/endpoint.h"
#include "http/live.h"
#include "http/metrics.h"
#include "service/sign_in.h"

// What the HTTP layer asks of the services, and the few routes that belong to no API.
namespace app {

// Who calls: an API key, or a session's cookie, which needs the CSRF token for whatever changes
// something. Throws base::Error for a key or token that does not work.
auth::Caller identify(service::SignIn& sign_in, const http::Request& request);

// By the session's cookie alone, for WebSockets.
auth::Caller session_caller(service::SignIn& sign_in, const http::Request& request);

// Writes a refused attempt into the audit log; does not throw.
void record_refusal(db::Database& database, const auth::Act& act, const http::Route& route,
                    int status, std::string_view reason);

// Tells connected consoles what was committed.
void publish(http::Live& live, const db::Entry& entry);

// The OpenAPI document of everything, as text.
std::string describe_api(std::span<const http::Surface* const> surfaces,
                         const std::vector<http::Route>& others);

// /metrics and /api/openapi.json.
std::vector<http::Route> own_routes(http::Metrics& metrics, std::function<std::string()> openapi);

}  // namespace app

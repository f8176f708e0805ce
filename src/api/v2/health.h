#pragma once

#include "db/database.h"
#include "http/endpoint.h"

namespace api::v2 {

// Health for load balancers, without an envelope, under every address that clients know: below
// /api/v2, /api and the root, on both ports.
std::vector<http::Route> health_routes(db::Database& database, base::Time started_at);

}  // namespace api::v2

#pragma once

#include <vector>

#include "http/endpoint.h"
#include "http/pipeline.h"
#include "service/acme.h"

namespace protocol::acme {

// The ACME server (RFC 8555) under /acme.
std::vector<http::Route> acme_routes(service::Acme& acme);

// How it refuses what leads to none of the routes.
http::RefusalAt acme_refusal(service::Acme& acme);

}  // namespace protocol::acme

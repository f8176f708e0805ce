#pragma once

#include "http/endpoint.h"

namespace api::v2 {

// The dialect of /api/v2: {data, message, meta} for what went well, problem details (RFC 9457)
// with {error, code, message} for what did not; what conflicts is 409, what is wrong 400.
http::Surface surface();

}  // namespace api::v2

#pragma once

#include "http/endpoint.h"

namespace api::acme_admin {

// The dialect of the ACME administration below /api: what went well is the bare JSON; what did not
// is a problem document (RFC 9457) that has the contract's `error` and `message` as well.
http::Surface surface();

}  // namespace api::acme_admin

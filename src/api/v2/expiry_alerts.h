#pragma once

#include "http/endpoint.h"
#include "service/expiry_notices.h"

namespace api::v2 {

// Who is told of what ends, and when.
void add_expiry_alerts(http::Surface& surface, service::ExpiryNotices& notices);

}  // namespace api::v2

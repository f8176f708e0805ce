#pragma once

#include "http/endpoint.h"
#include "service/webhooks.h"

namespace api::v2 {

// Webhooks, under /webhooks and under /settings/webhooks.
void add_webhooks(http::Surface& surface, service::Webhooks& webhooks);

}  // namespace api::v2

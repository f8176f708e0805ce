#pragma once

#include <functional>

#include "http/endpoint.h"
#include "service/general_settings.h"

namespace api::v2 {

// `changed` is called after a change: addresses go into certificates and are kept by others.
void add_settings(http::Surface& surface, service::StoredSettings<service::General>& general,
                  std::function<void()> changed);

}  // namespace api::v2

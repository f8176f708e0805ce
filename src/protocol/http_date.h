#pragma once

#include <string>

#include "base/clock.h"

namespace protocol {

// An IMF-fixdate of RFC 9110, section 5.6.7.
std::string http_date(base::Time time);

}  // namespace protocol

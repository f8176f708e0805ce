#pragma once

#include "http/endpoint.h"
#include "service/syslog_forwarding.h"

namespace api::v2 {

void add_syslog(http::Surface& surface, service::SyslogForwarding& forwarding);

}  // namespace api::v2

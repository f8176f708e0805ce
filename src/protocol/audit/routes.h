#pragma once

#include <vector>

#include "http/endpoint.h"
#include "service/audit_log.h"

namespace protocol::audit {

// The transparency log as others see it, so that they can keep its checkpoints: /audit-log/key,
// /audit-log/checkpoint and /audit-log/tile/{level}/{number} as C2SP tlog-tiles lays them out, on
// both ports. Tiles have hashes only; the entries are for those who may read the audit log.
std::vector<http::Route> routes(service::AuditLog& log);

}  // namespace protocol::audit

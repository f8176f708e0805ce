#pragma once

#include "http/endpoint.h"
#include "service/audit_log.h"

namespace api::v2 {

// Proofs, verification and retention of the audit log.
void add_audit_integrity(http::Surface& surface, db::Database& database, service::AuditLog& log,
                         const base::Clock& clock);

}  // namespace api::v2

#pragma once

#include "http/endpoint.h"
#include "service/audit_log.h"

namespace api::v2 {

// The audit log as a download of any length: JSON and CSV for people, NDJSON for the verifier.
void add_audit_export(http::Surface& surface, db::Database& database, service::AuditLog& log);

}  // namespace api::v2

#pragma once

#include "http/endpoint.h"
#include "service/revocation_jobs.h"

namespace api::v2 {

// Revocations of many certificates, in the background.
void add_revocation_jobs(http::Surface& surface, db::Database& database,
                         service::RevocationJobs& jobs);

}  // namespace api::v2

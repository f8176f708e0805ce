#pragma once

#include "http/endpoint.h"
#include "service/authority_requests.h"
#include "service/crls.h"
#include "service/offline_crls.h"

namespace api::v2 {

// Authorities below a root that is offline: requests to be signed elsewhere, the signed answers,
// and what falls due.
void add_authority_requests(http::Surface& surface, db::Database& database,
                            service::Authorities& authorities, service::AuthorityRequests& requests,
                            service::Crls& crls, service::OfflineCrls& offline_crls);

}  // namespace api::v2

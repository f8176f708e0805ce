#pragma once

#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/authority_renewal.h"

namespace api::v2 {

// Renewing authorities, and having them certified by others.
void add_authority_renewal(http::Surface& surface, db::Database& database,
                           service::Authorities& authorities, service::AuthorityRenewal& renewal);

}  // namespace api::v2

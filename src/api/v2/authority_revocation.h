#pragma once

#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/authority_revocation.h"

namespace api::v2 {

// Revoking authorities, and single ones of their further certificates.
void add_authority_revocation(http::Surface& surface, db::Database& database,
                              service::Authorities& authorities,
                              service::AuthorityRevocation& revocation);

}  // namespace api::v2

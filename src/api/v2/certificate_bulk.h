#pragma once

#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/inventory.h"
#include "service/issuance.h"
#include "service/restrictions.h"
#include "service/revocation.h"
#include "service/tags.h"

namespace api::v2 {

// /certificates/bulk and /certificates/export: many certificates at once, by their ids or by a
// filter, with a result for each.
void add_certificate_bulk(http::Surface& surface, db::Database& database,
                          service::Authorities& authorities, service::Issuance& issuance,
                          service::Revocation& revocation, service::Inventory& inventory,
                          service::Restrictions& restrictions, service::Tags& tags);

}  // namespace api::v2

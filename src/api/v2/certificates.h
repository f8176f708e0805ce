#pragma once

#include "db/database.h"
#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/general_settings.h"
#include "service/inventory.h"
#include "service/issuance.h"
#include "service/restrictions.h"
#include "service/revocation.h"

namespace api::v2 {

void add_certificates(http::Surface& surface, db::Database& database,
                      service::Authorities& authorities, service::Issuance& issuance,
                      service::Revocation& revocation, service::Inventory& inventory,
                      service::StoredSettings<service::General>& general,
                      service::Restrictions& restrictions);

}  // namespace api::v2

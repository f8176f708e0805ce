#pragma once

#include "db/database.h"
#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/crls.h"
#include "service/restrictions.h"

namespace api::v2 {

void add_authorities(http::Surface& surface, db::Database& database,
                     service::Authorities& authorities, service::Crls& crls,
                     service::Restrictions& restrictions);

}  // namespace api::v2

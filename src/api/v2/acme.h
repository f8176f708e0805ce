#pragma once

#include "db/database.h"
#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/general_settings.h"

namespace api::v2 {

void add_acme(http::Surface& surface, db::Database& database, service::Authorities& authorities,
              service::StoredSettings<service::AcmeGeneral>& settings);

}  // namespace api::v2

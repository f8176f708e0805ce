#pragma once

#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/general_settings.h"
#include "service/requests.h"

namespace api::v2 {

// /csrs: requests, uploaded or made here, until they are signed and afterwards.
void add_csrs(http::Surface& surface, db::Database& database, service::Requests& requests,
              service::Authorities& authorities,
              service::StoredSettings<service::General>& general);

}  // namespace api::v2

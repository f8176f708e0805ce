#pragma once

#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/imports.h"

namespace api::v2 {

// What was made elsewhere and is kept here from now on: /certificates/import, /cas/import and
// /import.
void add_imports(http::Surface& surface, db::Database& database, service::Imports& imports,
                 service::Authorities& authorities);

}  // namespace api::v2

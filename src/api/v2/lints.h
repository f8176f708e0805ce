#pragma once

#include "db/database.h"
#include "http/endpoint.h"

namespace api::v2 {

void add_lints(http::Surface& surface, db::Database& database);

}  // namespace api::v2

#pragma once

#include "db/database.h"
#include "http/endpoint.h"

namespace api::v2 {

// What was ordered, proven and issued by ACME, in numbers.
void add_acme_statistics(http::Surface& surface, db::Database& database);

}  // namespace api::v2

#pragma once

#include "db/database.h"
#include "http/endpoint.h"
#include "service/restrictions.h"
#include "service/tags.h"

namespace api::v2 {

void add_tags(http::Surface& surface, db::Database& database, service::Restrictions& restrictions,
              service::Tags& tags);

}  // namespace api::v2

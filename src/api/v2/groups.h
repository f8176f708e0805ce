#pragma once

#include "http/endpoint.h"
#include "service/access.h"

namespace api::v2 {

// Groups of users, and custom roles.
void add_groups(http::Surface& surface, db::Database& database, service::AccessRules& access);
void add_roles(http::Surface& surface, service::AccessRules& access);

}  // namespace api::v2

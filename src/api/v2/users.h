#pragma once

#include "http/endpoint.h"
#include "service/users.h"

namespace api::v2 {

void add_users(http::Surface& surface, service::Users& users);

}  // namespace api::v2

#pragma once

#include "http/endpoint.h"
#include "service/totp.h"
#include "service/users.h"

namespace api::v2 {

void add_users(http::Surface& surface, service::Users& users, service::Totp& totp);

}  // namespace api::v2

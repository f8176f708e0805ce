#pragma once

#include "http/endpoint.h"
#include "service/api_keys.h"
#include "service/general_settings.h"
#include "service/sign_in.h"
#include "service/totp.h"
#include "service/users.h"

namespace api::v2 {

void add_account(http::Surface& surface, db::Database& database, service::Users& users,
                 service::SignIn& sign_in, service::ApiKeys& api_keys, service::Totp& totp,
                 service::StoredSettings<service::General>& general);

}  // namespace api::v2

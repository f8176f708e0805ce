#pragma once

#include "http/endpoint.h"
#include "service/password_reset.h"
#include "service/totp.h"
#include "service/users.h"
#include "service/webauthn.h"

namespace api::v2 {

void add_users(http::Surface& surface, db::Database& database, service::Users& users,
               service::Totp& totp, service::Webauthn& webauthn,
               service::PasswordReset& password_reset);

// What a user may do at this moment.
void add_user_permissions(http::Surface& surface, db::Database& database);

}  // namespace api::v2

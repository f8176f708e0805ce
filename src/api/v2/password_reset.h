#pragma once

#include "http/endpoint.h"
#include "service/password_reset.h"

namespace api::v2 {

void add_password_reset(http::Surface& surface, service::PasswordReset& reset,
                        service::MailQueue& mail);

}  // namespace api::v2

#pragma once

#include <functional>

#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/setup.h"
#include "service/sign_in.h"

namespace api::v2 {

// `renew_server_certificate` is called when the authorities changed.
void add_setup(http::Surface& surface, service::Setup& setup, service::Authorities& authorities,
               service::SignIn& sign_in, std::function<void()> renew_server_certificate);

}  // namespace api::v2

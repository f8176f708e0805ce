#pragma once

#include "http/endpoint.h"
#include "service/sign_in.h"
#include "service/webauthn.h"

namespace api::v2 {

// Passkeys: signing in with them, and managing one's own on both addresses of the contract.
void add_webauthn(http::Surface& surface, service::Webauthn& webauthn, service::SignIn& sign_in,
                  service::StoredSettings<service::General>& general);

}  // namespace api::v2

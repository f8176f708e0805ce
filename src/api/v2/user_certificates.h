#pragma once

#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/certificate_sign_in.h"
#include "service/inventory.h"

namespace api::v2 {

// The certificates of people: everybody sees their own, and who manages them all.
void add_user_certificates(http::Surface& surface, db::Database& database,
                           service::CertificateSignIn& certificates,
                           service::Authorities& authorities, service::Inventory& inventory);

}  // namespace api::v2

#pragma once

#include "api/acme_admin/paging.h"
#include "crypto/random.h"
#include "service/acme.h"
#include "service/acme_bulk_revocation.h"
#include "service/acme_notifications.h"
#include "service/crls.h"
#include "service/sign_in.h"
#include "service/users.h"

namespace api::acme_admin {

// What the ACME administration works with.
struct Parts {
  db::Database& database;
  service::Users& users;
  service::SignIn& sign_in;
  service::Acme& acme;
  service::AcmeBulkRevocation& bulk_revocation;
  service::AcmeNotifications& notifications;
  service::Authorities& authorities;
  service::Crls& crls;
  crypto::Random& random;
  BaseUrl base_url;
};

void add_sign_in(http::Surface& surface, const Parts& parts);
void add_users(http::Surface& surface, const Parts& parts);
void add_audit(http::Surface& surface, const Parts& parts);
void add_credentials(http::Surface& surface, const Parts& parts);
void add_identifiers(http::Surface& surface, const Parts& parts);
void add_profiles(http::Surface& surface, const Parts& parts);
void add_accounts(http::Surface& surface, const Parts& parts);
void add_certificates(http::Surface& surface, const Parts& parts);
void add_notifications(http::Surface& surface, const Parts& parts);
void add_operations(http::Surface& surface, const Parts& parts);

}  // namespace api::acme_admin

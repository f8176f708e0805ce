#pragma once

#include "net/acme_validation.h"
#include "service/acme_accounts.h"
#include "service/acme_cleaning.h"
#include "service/acme_nonces.h"
#include "service/acme_orders.h"
#include "service/acme_revocation.h"
#include "service/acme_settings.h"
#include "service/acme_validation.h"

namespace service {

// The ACME server's use cases, put together.
struct Acme {
  struct Parts {
    db::Database& database;
    Authorities& authorities;
    Issuance& issuance;
    Revocation& revocation;
    net::AcmeValidator& validator;
    crypto::Random& random;
    const base::Clock& clock;
    AcmeSettingsSource settings;
    AcmeValidation::Options validation = {};
  };

  explicit Acme(const Parts& parts)
      : settings{parts.settings},
        nonces{parts.random},
        accounts{parts.database, parts.random, parts.clock},
        orders{parts.database, parts.issuance, parts.authorities, parts.random, parts.clock},
        revocation{parts.database, parts.revocation, parts.clock},
        validation{parts.database, parts.validator, parts.clock, parts.settings, parts.validation} {
  }

  AcmeSettingsSource settings;
  AcmeNonces nonces;
  AcmeAccounts accounts;
  AcmeOrders orders;
  AcmeRevocation revocation;
  AcmeValidation validation;  // validation.start() begins its work
};

}  // namespace service

#pragma once

#include "net/acme_validation.h"
#include "service/acme_accounts.h"
#include "service/acme_allowances.h"
#include "service/acme_cleaning.h"
#include "service/acme_csr_profiles.h"
#include "service/acme_external_accounts.h"
#include "service/acme_maintenance.h"
#include "service/acme_nonces.h"
#include "service/acme_orders.h"
#include "service/acme_renewals.h"
#include "service/acme_revocation.h"
#include "service/acme_rules.h"
#include "service/acme_services.h"
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
    const MasterKey& master;
    crypto::Random& random;
    const base::Clock& clock;
    AcmeSettingsSource settings;
    AcmeValidation::Options validation = {};
  };

  explicit Acme(const Parts& parts)
      : rules{parts.database, parts.clock, parts.settings},
        services{parts.database, rules, parts.authorities, parts.clock},
        external_accounts{parts.database, parts.master, parts.random, parts.clock},
        allowances{parts.database, parts.clock},
        csr_profiles{parts.database, parts.clock},
        maintenance{parts.database, rules, parts.clock},
        nonces{parts.random},
        accounts{parts.database, external_accounts, parts.random, parts.clock},
        renewals{parts.database, parts.authorities},
        orders{{.database = parts.database,
                .issuance = parts.issuance,
                .authorities = parts.authorities,
                .rules = rules,
                .renewals = renewals,
                .csr_profiles = csr_profiles,
                .validator = parts.validator,
                .random = parts.random,
                .clock = parts.clock}},
        revocation{parts.database, parts.revocation, parts.clock},
        validation{parts.database, parts.validator, parts.clock, parts.settings, parts.validation} {
  }

  AcmeRules rules;
  AcmeServices services;
  AcmeExternalAccounts external_accounts;
  AcmeAllowances allowances;
  AcmeCsrProfiles csr_profiles;
  AcmeMaintenance maintenance;
  AcmeNonces nonces;
  AcmeAccounts accounts;
  AcmeRenewals renewals;
  AcmeOrders orders;
  AcmeRevocation revocation;
  AcmeValidation validation;  // validation.start() begins its work
};

}  // namespace service

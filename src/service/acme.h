#pragma once

#include "net/acme_validation.h"
#include "service/acme_accounts.h"
#include "service/acme_allowances.h"
#include "service/acme_cleaning.h"
#include "service/acme_csr_profiles.h"
#include "service/acme_downloads.h"
#include "service/acme_external_accounts.h"
#include "service/acme_finalizing.h"
#include "service/acme_maintenance.h"
#include "service/acme_nonces.h"
#include "service/acme_order_rules.h"
#include "service/acme_orders.h"
#include "service/acme_quotas.h"
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
      : validator{parts.validator},
        rules{parts.database, parts.clock, parts.settings},
        services{parts.database, rules, parts.authorities, parts.clock},
        external_accounts{parts.database, parts.master, parts.random, parts.clock},
        allowances{parts.database, parts.clock},
        csr_profiles{parts.database, parts.clock},
        maintenance{parts.database, rules, parts.clock},
        nonces{parts.random},
        accounts{parts.database, external_accounts, parts.random, parts.clock},
        renewals{parts.database, parts.authorities},
        quotas{parts.database, parts.clock},
        order_rules{parts.database, rules},
        orders{{.database = parts.database,
                .order_rules = order_rules,
                .quotas = quotas,
                .renewals = renewals,
                .random = parts.random,
                .clock = parts.clock}},
        finalizing{{.database = parts.database,
                    .issuance = parts.issuance,
                    .authorities = parts.authorities,
                    .rules = rules,
                    .order_rules = order_rules,
                    .accounts = accounts,
                    .csr_profiles = csr_profiles,
                    .validator = parts.validator,
                    .clock = parts.clock}},
        downloads{parts.database, parts.authorities},
        revocation{parts.database, parts.revocation, parts.clock},
        validation{parts.database, parts.validator, parts.clock, parts.settings, parts.validation} {
  }

  net::AcmeValidator& validator;
  AcmeRules rules;
  AcmeServices services;
  AcmeExternalAccounts external_accounts;
  AcmeAllowances allowances;
  AcmeCsrProfiles csr_profiles;
  AcmeMaintenance maintenance;
  AcmeNonces nonces;
  AcmeAccounts accounts;
  AcmeRenewals renewals;
  AcmeQuotas quotas;
  AcmeOrderRules order_rules;
  AcmeOrders orders;
  AcmeFinalizing finalizing;
  AcmeDownloads downloads;
  AcmeRevocation revocation;
  AcmeValidation validation;  // validation.start() begins its work
};

}  // namespace service

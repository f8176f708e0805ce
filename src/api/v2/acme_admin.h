#pragma once

#include "base/clock.h"
#include "db/database.h"
#include "http/endpoint.h"

namespace service {
struct Acme;
}

namespace api::v2 {

// Named ACME services and what is said about names.
void add_acme_services(http::Surface& surface, db::Database& database, service::Acme& acme);
void add_acme_domains(http::Surface& surface, db::Database& database, service::Acme& acme);

// External accounts: EAB credentials.
void add_acme_external_accounts(http::Surface& surface, db::Database& database,
                                service::Acme& acme);

// Finalized orders that wait for a person; what was ordered lately; what is to be forgotten.
void add_acme_approvals(http::Surface& surface, db::Database& database, service::Acme& acme);
void add_acme_quotas(http::Surface& surface, db::Database& database, service::Acme& acme);
void add_acme_retention(http::Surface& surface, db::Database& database, const base::Clock& clock);

// What became of a client's attempts, step by step.
void add_acme_traces(http::Surface& surface, db::Database& database);

}  // namespace api::v2

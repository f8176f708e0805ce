#pragma once

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

// What became of a client's attempts, step by step.
void add_acme_traces(http::Surface& surface, db::Database& database);

}  // namespace api::v2

#pragma once

#include "db/database.h"
#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/crls.h"
#include "service/users.h"

namespace api::v2 {

// What the dashboard asks of ACME, which other folders know.
struct AcmeNumbers {
  std::int64_t accounts = 0;
  std::int64_t orders = 0;
};

struct DashboardParts {
  db::Database& database;
  service::Authorities& authorities;
  service::Crls& crls;
  base::Time started_at;
  std::function<AcmeNumbers()> acme_numbers;
};

void add_dashboard(http::Surface& surface, const DashboardParts& parts);

}  // namespace api::v2

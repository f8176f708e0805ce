#pragma once

#include <functional>
#include <vector>

#include "base/clock.h"
#include "db/database.h"
#include "jobs/scheduler.h"
#include "service/acme_notifications.h"
#include "service/authorities.h"
#include "service/crls.h"
#include "service/ocsp_responders.h"
#include "service/sign_in.h"

namespace jobs {

// What jobs work with.
struct Parts {
  db::Database& database;
  const base::Clock& clock;
  service::Authorities& authorities;
  service::Crls& crls;
  service::OcspResponders& ocsp_responders;
  service::SignIn& sign_in;
  service::AcmeNotifications& acme_notifications;
  std::function<void()> renew_server_certificate;
  std::function<void()> remove_old_audit_entries;
  std::function<void()> tell_of_ends;
  std::function<void()> clean_event_deliveries;
};

// All jobs of the server.
std::vector<Job> all_jobs(const Parts& parts);

}  // namespace jobs

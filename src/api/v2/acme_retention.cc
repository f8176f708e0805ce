#include "api/v2/acme_admin.h"
#include "core/ids.h"
#include "service/acme_cleaning.h"

namespace api::v2 {
namespace {

struct Retention {
  db::Database& database;
  const base::Clock& clock;

  service::AcmeRetention preview(const http::Call& call) const;
  http::Done<service::AcmeRetention> run(const http::Call& call) const;
};

}  // namespace

void add_acme_retention(http::Surface& surface, db::Database& database, const base::Clock& clock) {
  http::Resource retention{surface, "ACME server", Retention{database, clock}};

  retention.add(http::Endpoint{
      .method = http::get,
      .path = "/acme/retention",
      .summary = "Count what the next cleaning of the ACME server would forget, up to 10000 each",
      .access = auth::read_acme,
      .handler = &Retention::preview});
  retention.add(http::Endpoint{.method = http::post,
                               .path = "/acme/retention/run",
                               .summary = "Forget now what the settings say is kept no longer",
                               .access = auth::delete_acme,
                               .limit = http::Limit::strict,
                               .action = "acme.retention.run",
                               .handler = &Retention::run});
}

namespace {

service::AcmeRetention Retention::preview(const http::Call& /*call*/) const {
  return service::preview_acme_cleaning(database, clock);
}

http::Done<service::AcmeRetention> Retention::run(const http::Call& call) const {
  const auto removed = service::clean_acme(database, clock);
  database.write(call.act, [&](db::Session& session) {
    session.record("acme_retention", core::KeyId::from_number(1).value(), "cleaning", removed);
  });
  return {.data = removed, .message = "Old entries of the ACME server removed"};
}

}  // namespace
}  // namespace api::v2

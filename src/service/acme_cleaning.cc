#include "service/acme_cleaning.h"

#include "storage/acme_store.h"

namespace service {
namespace {

constexpr auto kept_for = std::chrono::days{30};
constexpr int batch = 500;
constexpr int most_batches = 200;

// Runs batches until one finds less than it could take.
std::int64_t in_batches(db::Database& database, const char* action, const char* reason,
                        const std::function<std::int64_t(storage::AcmeStore&)>& work) {
  const auth::Act act{.by = "job acme-cleaning", .action = action};
  std::int64_t done = 0;
  for (int i = 0; i < most_batches; ++i) {
    const auto changed = database.write(act, [&](db::Session& session) {
      session.bookkeeping(reason);
      storage::AcmeStore store{session};
      return work(store);
    });
    done += changed;
    if (changed < batch) {
      break;
    }
  }
  return done;
}

}  // namespace

AcmeCleaned clean_acme(db::Database& database, const base::Clock& clock) {
  const auto now = clock.now();
  AcmeCleaned cleaned;
  cleaned.expired_orders =
      in_batches(database, "acme.order.expire", "orders past their time, which were over already",
                 [&](storage::AcmeStore& store) { return store.expire_orders(now, batch); });
  cleaned.removed_orders = in_batches(
      database, "acme.order.forget", "failed orders, whose end the audit log has",
      [&](storage::AcmeStore& store) { return store.remove_orders_before(now - kept_for, batch); });
  cleaned.removed_authorizations =
      in_batches(database, "acme.authorization.forget", "authorizations that expired long ago",
                 [&](storage::AcmeStore& store) {
                   return store.remove_authorizations_before(now - kept_for, batch);
                 });
  return cleaned;
}

}  // namespace service

#include "service/acme_cleaning.h"

#include <functional>

#include "crypto/digest.h"
#include "service/general_settings.h"
#include "storage/acme_approval_store.h"
#include "storage/acme_quota_store.h"
#include "storage/acme_retention_store.h"
#include "storage/acme_store.h"
#include "storage/certificate_store.h"
#include "x509/certificate.h"

namespace service {
namespace {

constexpr int batch = 500;
constexpr int most_batches = 200;

struct Terms {
  base::Time now;
  std::optional<base::Time> failed_orders;  // made before that time; nothing: kept for ever
  std::optional<base::Time> issued_orders;
  std::optional<base::Time> authorizations;
  std::optional<base::Time> unused_accounts;
};

Terms terms(db::Database& database, const base::Clock& clock) {
  const auto general = StoredSettings<AcmeGeneral>{database, clock, "acme"}.get();
  const auto now = clock.now();
  const auto before = [&](std::int64_t days) {
    return days > 0 ? std::optional{now - std::chrono::days{days}} : std::nullopt;
  };
  return {.now = now,
          .failed_orders = before(general.keep_failed_orders),
          .issued_orders = before(general.keep_issued_orders),
          .authorizations = before(general.keep_authorizations),
          .unused_accounts = before(general.keep_unused_accounts)};
}

std::int64_t microseconds(base::Time time) {
  return std::chrono::microseconds{time.time_since_epoch()}.count();
}

// Runs batches until one finds less than it could take.
std::int64_t in_batches(db::Database& database, const char* action, const char* reason,
                        const std::function<std::int64_t(db::Session&)>& work) {
  const auth::Act act{.by = "job acme-cleaning", .action = action};
  std::int64_t done = 0;
  for (int i = 0; i < most_batches; ++i) {
    const auto changed = database.write(act, [&](db::Session& session) {
      session.bookkeeping(reason);
      return work(session);
    });
    done += changed;
    if (changed < batch) {
      break;
    }
  }
  return done;
}

void close_what_expired(db::Database& database, base::Time now) {
  in_batches(
      database, "acme.order.expire", "orders past their time, which were over already",
      [&](db::Session& session) { return storage::AcmeStore{session}.expire_orders(now, batch); });
  in_batches(database, "acme.approval.expire", "what waited for approval and is past its time",
             [&](db::Session& session) {
               return storage::AcmeApprovalStore{session}.remove_ended(now, batch);
             });
}

// With what CSR profiles know about the keys of their certificates.
std::int64_t remove_issued_orders(db::Session& session, base::Time before) {
  storage::AcmeRetentionStore store{session};
  const storage::CertificateStore certificates{session};
  const auto orders = store.issued_orders(before, batch);
  for (const auto& order : orders) {
    const auto certificate = certificates.find(*order.certificate_id);
    const auto parsed =
        certificate ? std::optional{x509::Certificate::parse(certificate->der)} : std::nullopt;
    if (parsed && *parsed) {
      const auto digest = crypto::sha256((*parsed)->spki());
      store.forget_key(base::to_bytes(digest), *order.certificate_id);
    }
    store.remove_order(order.id);
  }
  return static_cast<std::int64_t>(orders.size());
}

}  // namespace

AcmeRetention preview_acme_cleaning(db::Database& database, const base::Clock& clock) {
  const auto when = terms(database, clock);
  constexpr int most = static_cast<int>(AcmeRetention::most_counted);
  return database.read([&](db::Session& session) {
    const storage::AcmeRetentionStore store{session};
    AcmeRetention counts;
    if (when.failed_orders) {
      counts.failed_orders = store.count_failed_orders(*when.failed_orders, most);
    }
    if (when.issued_orders) {
      counts.issued_orders = store.count_issued_orders(*when.issued_orders, most);
    }
    if (when.authorizations) {
      counts.authorizations = store.count_authorizations(*when.authorizations, most);
    }
    if (when.unused_accounts) {
      counts.unused_accounts = store.count_unused_accounts(*when.unused_accounts, most);
    }
    counts.quotas =
        storage::AcmeQuotaStore{session}.count_spent_before(microseconds(when.now), most);
    return counts;
  });
}

AcmeRetention clean_acme(db::Database& database, const base::Clock& clock) {
  const auto when = terms(database, clock);
  close_what_expired(database, when.now);
  AcmeRetention removed;
  if (when.failed_orders) {
    removed.failed_orders =
        in_batches(database, "acme.order.forget", "failed orders, whose end the audit log has",
                   [&](db::Session& session) {
                     return storage::AcmeRetentionStore{session}.remove_failed_orders(
                         *when.failed_orders, batch);
                   });
  }
  if (when.issued_orders) {
    removed.issued_orders = in_batches(
        database, "acme.order.forget", "orders whose certificates ended long ago",
        [&](db::Session& session) { return remove_issued_orders(session, *when.issued_orders); });
  }
  if (when.authorizations) {
    removed.authorizations =
        in_batches(database, "acme.authorization.forget", "authorizations that expired long ago",
                   [&](db::Session& session) {
                     return storage::AcmeRetentionStore{session}.remove_authorizations(
                         *when.authorizations, batch);
                   });
  }
  if (when.unused_accounts) {
    removed.unused_accounts =
        in_batches(database, "acme.account.forget", "accounts that were never used",
                   [&](db::Session& session) {
                     return storage::AcmeRetentionStore{session}.remove_unused_accounts(
                         *when.unused_accounts, batch);
                   });
  }
  removed.quotas =
      in_batches(database, "acme.quota.forget", "what counts no more", [&](db::Session& session) {
        return storage::AcmeQuotaStore{session}.remove_spent_before(microseconds(when.now), batch);
      });
  return removed;
}

}  // namespace service

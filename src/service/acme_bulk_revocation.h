#pragma once

#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "db/database.h"
#include "service/acme_notifications.h"
#include "service/revocation.h"
#include "storage/acme_inventory_store.h"

namespace service {

// Revokes all that match, for incidents. Certificates that are named by their serial numbers match
// whatever their status; others match while they are in force.
class AcmeBulkRevocation {
 public:
  static constexpr int most = 10'000;  // of one call; called again, it goes on

  struct Refused {
    std::string serial_number;
    std::string error;
  };
  struct Outcome {
    std::int64_t revoked = 0;
    std::vector<Refused> errors = {};
    std::int64_t matched = 0;
  };
  struct Preview {
    std::int64_t matched = 0;
    std::vector<std::string> serial_numbers = {};  // the first `most`
  };

  AcmeBulkRevocation(db::Database& database, Revocation& revocation,
                     AcmeNotifications& notifications, const base::Clock& clock)
      : database_{database},
        revocation_{revocation},
        notifications_{notifications},
        clock_{clock} {}

  // What would be revoked.
  Preview preview(const storage::AcmeCertificateFilter& filter);
  // Durable when it returns, in steps of some hundreds: what was done stays done.
  Outcome run(const auth::Act& act, const storage::AcmeCertificateFilter& filter,
              x509::RevocationReason reason);

 private:
  using Certificates = std::vector<storage::AcmeCertificate>;

  Certificates find(const storage::AcmeCertificateFilter& filter, Outcome& outcome);
  void tell_holder(db::Session& session, const storage::AcmeCertificate& certificate,
                   x509::RevocationReason reason);
  void revoke(const auth::Act& act, std::span<const storage::AcmeCertificate> step,
              x509::RevocationReason reason, Outcome& outcome);

  db::Database& database_;
  Revocation& revocation_;
  AcmeNotifications& notifications_;
  const base::Clock& clock_;
};

}  // namespace service

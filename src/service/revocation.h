#pragma once

#include <functional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/certificate.h"
#include "db/database.h"

namespace service {

class Revocation {
 public:
  Revocation(db::Database& database, const base::Clock& clock)
      : database_{database}, clock_{clock} {}

  // Revokes for good. When it returns, the revocation is durable and every status answer given
  // from now on tells it. Throws not_found or conflict.
  core::Certificate revoke(const auth::Act& act, const core::CertificateId& id,
                           x509::RevocationReason reason, std::string_view comment = {});

  // Called after each revocation, before it is acknowledged. Set while wiring.
  void on_revoked(std::function<void(const core::Certificate&)> listener) {
    listeners_.push_back(std::move(listener));
  }

 private:
  db::Database& database_;
  const base::Clock& clock_;
  std::vector<std::function<void(const core::Certificate&)>> listeners_;
};

}  // namespace service

#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/certificate.h"
#include "db/database.h"

namespace service {

class Revocation {
 public:
  struct Why {
    x509::RevocationReason reason;
    std::string comments = {};
    std::optional<base::Time> invalidity_at = {};  // since when the key is not to be trusted
  };

  Revocation(db::Database& database, const base::Clock& clock)
      : database_{database}, clock_{clock} {}

  // Revokes, for good or with certificateHold until it is released. When it returns, this is
  // durable and every status answer given from now on tells it. Throws not_found or conflict.
  core::Certificate revoke(const auth::Act& act, const core::CertificateId& id,
                           x509::RevocationReason reason, std::string_view comments = {});
  core::Certificate revoke(const auth::Act& act, const core::CertificateId& id, const Why& why);

  // Takes a certificate off hold: it is good again. Throws not_found or conflict.
  core::Certificate release(const auth::Act& act, const core::CertificateId& id);

  // The same within a transaction of the caller's, who calls told() when it is durable.
  core::Certificate revoke_in(db::Session& session, const core::CertificateId& id, const Why& why);
  void told(std::span<const core::Certificate> changed);

  // Called after each revocation and release, before it is acknowledged. Set while wiring.
  void on_revoked(std::function<void(const core::Certificate&)> listener) {
    listeners_.push_back(std::move(listener));
  }

 private:
  db::Database& database_;
  const base::Clock& clock_;
  std::vector<std::function<void(const core::Certificate&)>> listeners_;
};

}  // namespace service

#pragma once

#include "auth/caller.h"
#include "base/clock.h"
#include "core/certificate.h"
#include "db/database.h"
#include "service/keys.h"

namespace service {

// What is kept of certificates after they were issued.
class Inventory {
 public:
  Inventory(db::Database& database, Keys& keys, const base::Clock& clock)
      : database_{database}, keys_{keys}, clock_{clock} {}

  // Deletes a certificate that nobody accepts any more, with its key. Throws not_found or conflict.
  void remove(const auth::Act& act, const core::CertificateId& id);

  // The private key, when it is kept here. Each look is audited. Throws not_found.
  crypto::PrivateKey reveal_key(const auth::Act& act, const core::CertificateId& id);

  // Keeps the private key of a certificate. Throws not_found, invalid_request when it is another
  // key, or conflict when there is one.
  core::Certificate attach_key(const auth::Act& act, const core::CertificateId& id,
                               const crypto::PrivateKey& key);

 private:
  db::Database& database_;
  Keys& keys_;
  const base::Clock& clock_;
};

}  // namespace service

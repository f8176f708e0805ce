#pragma once

#include <optional>

#include "auth/caller.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "core/acme/problem.h"
#include "crypto/key.h"
#include "db/database.h"
#include "service/acme_accounts.h"
#include "service/revocation.h"

namespace service {

// Revocation over ACME (RFC 8555, section 7.6). When it returns, the revocation is durable.
class AcmeRevocation {
 public:
  AcmeRevocation(db::Database& database, Revocation& revocation, const base::Clock& clock)
      : database_{database}, revocation_{revocation}, clock_{clock} {}

  // Signed by an account: the one that ordered the certificate, or one that holds valid
  // authorizations for all of its names.
  core::acme::Result<void> revoke(const auth::Act& act, const AcmeAccount& account,
                                  base::ByteView certificate, std::optional<std::int64_t> reason);

  // Signed by the certificate's own key.
  core::acme::Result<void> revoke(const auth::Act& act, const crypto::PublicKey& key,
                                  base::ByteView certificate, std::optional<std::int64_t> reason);

 private:
  struct Subject;
  core::acme::Result<Subject> find(base::ByteView certificate,
                                   std::optional<std::int64_t> reason) const;
  core::acme::Result<void> carry_out(const auth::Act& act, const Subject& subject);

  db::Database& database_;
  Revocation& revocation_;
  const base::Clock& clock_;
};

}  // namespace service

#pragma once

#include <string_view>
#include <vector>

#include "core/acme/account.h"
#include "core/acme/order.h"
#include "db/session.h"

namespace storage {

// What the ACME server may forget. Each forgets at most `limit` rows, so that nobody waits for it,
// and each can be counted before.
class AcmeRetentionStore {
 public:
  explicit AcmeRetentionStore(db::Session& session) : session_{session} {}

  // Orders without a certificate that are over, made before that time.
  std::int64_t count_failed_orders(base::Time made_before, int limit) const;
  std::int64_t remove_failed_orders(base::Time made_before, int limit);

  std::int64_t count_authorizations(base::Time ended_before, int limit) const;
  std::int64_t remove_authorizations(base::Time ended_before, int limit);

  // Orders made before that time whose certificate ended before that time as well. What is known
  // about the certificate's key for CSR profiles goes with it.
  std::vector<core::acme::Order> issued_orders(base::Time made_before, int limit) const;
  std::int64_t count_issued_orders(base::Time made_before, int limit) const;
  void remove_order(const core::acme::OrderId& id);
  void forget_key(const base::Bytes& spki_sha256, const core::CertificateId& id);

  // Accounts made before that time that have nothing: no order, no authorization, nothing that an
  // administrator gave them.
  std::int64_t count_unused_accounts(base::Time made_before, int limit) const;
  std::int64_t remove_unused_accounts(base::Time made_before, int limit);

 private:
  std::int64_t count(std::string_view from, base::Time before, int limit) const;

  db::Session& session_;
};

}  // namespace storage

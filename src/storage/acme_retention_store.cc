#include "storage/acme_retention_store.h"

namespace storage {
namespace {

constexpr std::string_view failed_orders =
    "FROM acme_orders WHERE status <> 'valid' AND status = 'invalid' AND created_at < $1";
constexpr std::string_view ended_authorizations = "FROM acme_authorizations WHERE expires_at < $1";
constexpr std::string_view issued_orders_from =
    "FROM acme_orders WHERE created_at < $1 AND certificate_id IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM certificates WHERE certificates.id = acme_orders.certificate_id "
    "AND certificates.not_after >= $1)";
// Accounts of an external account stay: they are what it was used for.
constexpr std::string_view unused_accounts =
    "FROM acme_accounts WHERE created_at < $1 AND eab_id IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM acme_orders WHERE account_id = acme_accounts.id) "
    "AND NOT EXISTS (SELECT 1 FROM acme_authorizations WHERE account_id = acme_accounts.id) "
    "AND NOT EXISTS (SELECT 1 FROM acme_account_identifiers WHERE account_id = acme_accounts.id) "
    "AND NOT EXISTS (SELECT 1 FROM acme_account_csr_profiles WHERE account_id = acme_accounts.id)";

}  // namespace

std::int64_t AcmeRetentionStore::count(std::string_view from, base::Time before, int limit) const {
  return session_.number(
      "SELECT COUNT(*) FROM (SELECT 1 " + std::string{from} + " LIMIT $2) AS found", before, limit);
}

std::int64_t AcmeRetentionStore::count_failed_orders(base::Time made_before, int limit) const {
  return count(failed_orders, made_before, limit);
}

std::int64_t AcmeRetentionStore::remove_failed_orders(base::Time made_before, int limit) {
  return session_.execute("DELETE FROM acme_orders WHERE id IN (SELECT id " +
                              std::string{failed_orders} + " ORDER BY id LIMIT $2)",
                          made_before, limit);
}

std::int64_t AcmeRetentionStore::count_authorizations(base::Time ended_before, int limit) const {
  return count(ended_authorizations, ended_before, limit);
}

std::int64_t AcmeRetentionStore::remove_authorizations(base::Time ended_before, int limit) {
  return session_.execute("DELETE FROM acme_authorizations WHERE id IN (SELECT id " +
                              std::string{ended_authorizations} +
                              " ORDER BY expires_at, id LIMIT $2)",
                          ended_before, limit);
}

std::vector<core::acme::Order> AcmeRetentionStore::issued_orders(base::Time made_before,
                                                                 int limit) const {
  return session_.select<core::acme::Order>(
      std::string{issued_orders_from} + " ORDER BY created_at, id LIMIT $2", made_before, limit);
}

std::int64_t AcmeRetentionStore::count_issued_orders(base::Time made_before, int limit) const {
  return count(issued_orders_from, made_before, limit);
}

void AcmeRetentionStore::remove_order(const core::acme::OrderId& id) {
  session_.send("DELETE FROM acme_orders WHERE id = $1", id);
}

void AcmeRetentionStore::forget_key(const base::Bytes& spki_sha256, const core::CertificateId& id) {
  session_.send("DELETE FROM acme_certificate_keys WHERE spki_sha256 = $1 AND certificate_id = $2",
                spki_sha256, id);
}

std::int64_t AcmeRetentionStore::count_unused_accounts(base::Time made_before, int limit) const {
  return count(unused_accounts, made_before, limit);
}

std::int64_t AcmeRetentionStore::remove_unused_accounts(base::Time made_before, int limit) {
  return session_.execute("DELETE FROM acme_accounts WHERE id IN (SELECT id " +
                              std::string{unused_accounts} + " ORDER BY id LIMIT $2)",
                          made_before, limit);
}

}  // namespace storage

#include "storage/acme_csr_profile_store.h"

#include "storage/certificate_names.h"

namespace storage {

using core::acme::AccountId;
using core::acme::CsrProfile;
using core::acme::CsrProfileId;
using core::acme::ExternalAccountId;

void AcmeCsrProfileStore::update(const CsrProfile& profile) {
  session_.send(
      "UPDATE acme_csr_profiles SET name = $2, description = $3, profile_data = $4, "
      "updated_at = $5 WHERE id = $1",
      profile.id, profile.name, profile.description, profile.profile_data, profile.updated_at);
}

void AcmeCsrProfileStore::remove(const CsrProfileId& id) {
  session_.send("DELETE FROM acme_csr_profiles WHERE id = $1", id);
}

std::optional<CsrProfile> AcmeCsrProfileStore::find(const CsrProfileId& id) const {
  return session_.select_one<CsrProfile>("FROM acme_csr_profiles WHERE id = $1", id);
}

std::optional<CsrProfile> AcmeCsrProfileStore::find_by_name(std::string_view name) const {
  return session_.select_one<CsrProfile>("FROM acme_csr_profiles WHERE name = $1", name);
}

std::vector<CsrProfile> AcmeCsrProfileStore::list(std::int64_t before_id, int limit) const {
  return session_.select<CsrProfile>(
      "FROM acme_csr_profiles WHERE id < $1 ORDER BY id DESC LIMIT $2", before_id, limit);
}

std::vector<AccountId> AcmeCsrProfileStore::accounts_of(const CsrProfileId& id, int limit) const {
  std::vector<AccountId> accounts;
  session_.each(
      "SELECT account_id FROM acme_account_csr_profiles WHERE profile_id = $1 "
      "ORDER BY account_id LIMIT $2",
      [&](std::span<const db::Value> row) {
        accounts.push_back(db::from_value<AccountId>(row[0], "account_id"));
      },
      id, limit);
  return accounts;
}

void AcmeCsrProfileStore::assign(const AccountId& account, const CsrProfileId& id) {
  session_.send(
      "INSERT INTO acme_account_csr_profiles (account_id, profile_id) VALUES ($1, $2) "
      "ON CONFLICT (account_id) DO UPDATE SET profile_id = excluded.profile_id",
      account, id);
}

void AcmeCsrProfileStore::assign(const ExternalAccountId& eab, const CsrProfileId& id) {
  session_.send(
      "INSERT INTO acme_eab_csr_profiles (eab_id, profile_id) VALUES ($1, $2) "
      "ON CONFLICT (eab_id) DO UPDATE SET profile_id = excluded.profile_id",
      eab, id);
}

void AcmeCsrProfileStore::unassign(const AccountId& account, const CsrProfileId& id) {
  session_.send("DELETE FROM acme_account_csr_profiles WHERE account_id = $1 AND profile_id = $2",
                account, id);
}

void AcmeCsrProfileStore::unassign(const ExternalAccountId& eab, const CsrProfileId& id) {
  session_.send("DELETE FROM acme_eab_csr_profiles WHERE eab_id = $1 AND profile_id = $2", eab, id);
}

std::optional<CsrProfile> AcmeCsrProfileStore::of(const ExternalAccountId& eab) const {
  return session_.select_one<CsrProfile>(
      "FROM acme_csr_profiles WHERE id = "
      "(SELECT profile_id FROM acme_eab_csr_profiles WHERE eab_id = $1)",
      eab);
}

std::optional<CsrProfile> AcmeCsrProfileStore::of(
    const AccountId& account, const std::optional<ExternalAccountId>& eab) const {
  auto own = session_.select_one<CsrProfile>(
      "FROM acme_csr_profiles WHERE id = "
      "(SELECT profile_id FROM acme_account_csr_profiles WHERE account_id = $1)",
      account);
  return own || !eab ? own : of(*eab);
}

void AcmeCsrProfileStore::note_key(base::ByteView spki_sha256, const core::CertificateId& id) {
  session_.send("INSERT INTO acme_certificate_keys (spki_sha256, certificate_id) VALUES ($1, $2)",
                base::to_bytes(spki_sha256), id);
}

std::int64_t AcmeCsrProfileStore::count_with_key(base::ByteView spki_sha256) const {
  return session_.number("SELECT COUNT(*) FROM acme_certificate_keys WHERE spki_sha256 = $1",
                         base::to_bytes(spki_sha256));
}

std::int64_t AcmeCsrProfileStore::count_in_force(const std::vector<std::string>& dns_names,
                                                 base::Time beyond) const {
  if (dns_names.empty()) {
    return 0;
  }
  db::Query query{"SELECT COUNT(*) FROM certificates WHERE source = 'acme'"};
  query.add(" AND revoked_at IS NULL AND not_after > ", beyond);
  add_any_dns_name(query, dns_names);
  return session_.number(query);
}

}  // namespace storage

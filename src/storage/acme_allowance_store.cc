#include "storage/acme_allowance_store.h"

namespace storage {

using core::acme::AccountId;
using core::acme::AllowedIdentifier;
using core::acme::AllowedIdentifierId;
using core::acme::ExternalAccountId;

void AcmeAllowanceStore::remove(const AllowedIdentifierId& id) {
  session_.send("DELETE FROM acme_allowed_identifiers WHERE id = $1", id);
}

std::optional<AllowedIdentifier> AcmeAllowanceStore::find(const AllowedIdentifierId& id) const {
  return session_.select_one<AllowedIdentifier>("FROM acme_allowed_identifiers WHERE id = $1", id);
}

std::optional<AllowedIdentifier> AcmeAllowanceStore::find(core::acme::IdentifierType type,
                                                          std::string_view value) const {
  return session_.select_one<AllowedIdentifier>(
      "FROM acme_allowed_identifiers WHERE identifier_value = $1 AND identifier_type = $2", value,
      type);
}

std::vector<AllowedIdentifier> AcmeAllowanceStore::list(std::int64_t before_id, int limit) const {
  return session_.select<AllowedIdentifier>(
      "FROM acme_allowed_identifiers WHERE id < $1 ORDER BY id DESC LIMIT $2", before_id, limit);
}

void AcmeAllowanceStore::allow(const AccountId& account, const AllowedIdentifierId& id) {
  session_.send(
      "INSERT INTO acme_account_identifiers (account_id, identifier_id) VALUES ($1, $2) "
      "ON CONFLICT (account_id, identifier_id) DO NOTHING",
      account, id);
}

void AcmeAllowanceStore::forbid(const AccountId& account, const AllowedIdentifierId& id) {
  session_.send("DELETE FROM acme_account_identifiers WHERE account_id = $1 AND identifier_id = $2",
                account, id);
}

void AcmeAllowanceStore::allow(const ExternalAccountId& eab, const AllowedIdentifierId& id) {
  session_.send(
      "INSERT INTO acme_eab_identifiers (eab_id, identifier_id) VALUES ($1, $2) "
      "ON CONFLICT (eab_id, identifier_id) DO NOTHING",
      eab, id);
}

void AcmeAllowanceStore::forbid(const ExternalAccountId& eab, const AllowedIdentifierId& id) {
  session_.send("DELETE FROM acme_eab_identifiers WHERE eab_id = $1 AND identifier_id = $2", eab,
                id);
}

std::vector<AllowedIdentifier> AcmeAllowanceStore::of(const ExternalAccountId& eab,
                                                      int limit) const {
  return session_.select<AllowedIdentifier>(
      "FROM acme_allowed_identifiers WHERE id IN "
      "(SELECT identifier_id FROM acme_eab_identifiers WHERE eab_id = $1) "
      "ORDER BY id DESC LIMIT $2",
      eab, limit);
}

std::vector<AllowedIdentifier> AcmeAllowanceStore::of(const AccountId& account,
                                                      const std::optional<ExternalAccountId>& eab,
                                                      int limit) const {
  db::Query query{"FROM acme_allowed_identifiers WHERE id IN ("};
  query.add("SELECT identifier_id FROM acme_account_identifiers WHERE account_id = ", account);
  if (eab) {
    query.add(" UNION SELECT identifier_id FROM acme_eab_identifiers WHERE eab_id = ", *eab);
  }
  query.add(") ORDER BY id DESC LIMIT ", limit);
  return session_.select<AllowedIdentifier>(query);
}

std::map<AllowedIdentifierId, std::vector<AccountId>> AcmeAllowanceStore::accounts_of(
    const std::vector<AllowedIdentifier>& list) const {
  std::map<AllowedIdentifierId, std::vector<AccountId>> accounts;
  if (list.empty()) {
    return accounts;
  }
  std::vector<AllowedIdentifierId> ids;
  for (const auto& allowed : list) {
    ids.push_back(allowed.id);
  }
  db::Query query{"SELECT identifier_id, account_id FROM acme_account_identifiers WHERE"};
  query.add_any(" identifier_id", ids).add(" ORDER BY identifier_id, account_id");
  session_.each(query, [&](std::span<const db::Value> row) {
    accounts[db::from_value<AllowedIdentifierId>(row[0], "identifier_id")].push_back(
        db::from_value<AccountId>(row[1], "account_id"));
  });
  return accounts;
}

}  // namespace storage

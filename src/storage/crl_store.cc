#include "storage/crl_store.h"

namespace storage {

core::RevocationSettings CrlStore::settings(const core::AuthorityId& id) const {
  return session_
      .select_one<core::RevocationSettings>("FROM revocation_settings WHERE authority_id = $1", id)
      .value_or(core::RevocationSettings{.authority_id = id});
}

void CrlStore::put_settings(const core::RevocationSettings& settings) {
  session_.send("DELETE FROM revocation_settings WHERE authority_id = $1", settings.authority_id);
  session_.insert("revocation_settings", settings);
}

std::int64_t CrlStore::next_number(const core::AuthorityId& id) {
  session_.send(
      "INSERT INTO crl_numbers (authority_id, number) VALUES ($1, "
      "1 + COALESCE((SELECT MAX(number) FROM crls WHERE authority_id = $1), 0)) "
      "ON CONFLICT (authority_id) DO UPDATE SET number = CASE "
      "WHEN crl_numbers.number >= excluded.number THEN crl_numbers.number + 1 "
      "ELSE excluded.number END",
      id);
  return session_.number("SELECT number FROM crl_numbers WHERE authority_id = $1", id);
}

void CrlStore::go_on_after(const core::AuthorityId& id, std::int64_t number) {
  session_.send(
      "INSERT INTO crl_numbers (authority_id, number) VALUES ($1, $2) "
      "ON CONFLICT (authority_id) DO UPDATE SET number = excluded.number "
      "WHERE crl_numbers.number < excluded.number",
      id, number);
}

std::optional<StoredCrl> CrlStore::find(const core::AuthorityId& id,
                                        const core::CrlScope& scope) const {
  return session_.select_one<StoredCrl>("FROM crls WHERE authority_id = $1 AND scope = $2", id,
                                        scope);
}

bool CrlStore::put(const StoredCrl& crl) {
  static const base::Bytes nothing;
  return session_.execute(
             "INSERT INTO crls (authority_id, scope, number, this_update, next_update, entries, "
             "covered_changes, base_number, der) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
             "ON CONFLICT (authority_id, scope) DO UPDATE SET number = excluded.number, "
             "this_update = excluded.this_update, next_update = excluded.next_update, "
             "entries = excluded.entries, covered_changes = excluded.covered_changes, "
             "base_number = excluded.base_number, der = excluded.der "
             "WHERE crls.number < excluded.number "
             "AND crls.covered_changes <= excluded.covered_changes",
             crl.authority_id, crl.scope, crl.number, crl.this_update, crl.next_update, crl.entries,
             crl.covered_changes, crl.base_number,
             crl.der.size() > longest_kept ? nothing : crl.der) == 1;
}

std::optional<CrlBase> CrlStore::base_for(const core::AuthorityId& id,
                                          base::Time in_force_since) const {
  auto base = session_.select_one<CrlBase>(
      "FROM crl_bases WHERE authority_id = $1 AND this_update <= $2 ORDER BY number DESC LIMIT 1",
      id, in_force_since);
  if (!base) {
    base = session_.select_one<CrlBase>(
        "FROM crl_bases WHERE authority_id = $1 ORDER BY number LIMIT 1", id);
  }
  return base;
}

std::optional<CrlBase> CrlStore::newest_base(const core::AuthorityId& id) const {
  return session_.select_one<CrlBase>(
      "FROM crl_bases WHERE authority_id = $1 ORDER BY number DESC LIMIT 1", id);
}

void CrlStore::add_base(const CrlBase& base) {
  session_.insert("crl_bases", base);
}

void CrlStore::remove_bases_before(const CrlBase& base) {
  session_.send("DELETE FROM crl_bases WHERE authority_id = $1 AND number < $2", base.authority_id,
                base.number);
}

}  // namespace storage

#include "storage/authority_store.h"

namespace storage {

core::AuthorityId AuthorityStore::new_id() {
  return session_.new_id<core::AuthorityId>("authorities");
}

void AuthorityStore::insert(const core::Authority& authority) {
  session_.insert("authorities", authority);
}

void AuthorityStore::update(const core::Authority& authority) {
  session_.execute(
      "UPDATE authorities SET name = $2, is_active = $3, cdp_enabled = $4, ocsp_enabled = $5, "
      "aia_enabled = $6 WHERE id = $1",
      authority.id, authority.name, authority.is_active, authority.cdp_enabled,
      authority.ocsp_enabled, authority.aia_enabled);
}

void AuthorityStore::remove(const core::AuthorityId& id) {
  session_.execute("DELETE FROM crls WHERE authority_id = $1", id);
  session_.execute("DELETE FROM certificate_counts WHERE authority_id = $1", id);
  session_.execute("DELETE FROM authorities WHERE id = $1", id);
}

std::optional<core::Authority> AuthorityStore::find(const core::AuthorityId& id) const {
  return session_.select_one<core::Authority>("FROM authorities WHERE id = $1", id);
}

std::vector<core::Authority> AuthorityStore::list() const {
  return session_.select<core::Authority>("FROM authorities ORDER BY id");
}

bool AuthorityStore::has_children(const core::AuthorityId& id) const {
  return session_.number("SELECT COUNT(*) FROM authorities WHERE parent_id = $1", id) > 0;
}

void AuthorityStore::note_revocation(const core::AuthorityId& id) {
  session_.execute(
      "UPDATE authorities SET revocation_changes = revocation_changes + 1 WHERE id = $1", id);
}

std::int64_t AuthorityStore::revocation_changes(const core::AuthorityId& id) const {
  return session_.number("SELECT revocation_changes FROM authorities WHERE id = $1", id);
}

std::optional<StoredCrl> AuthorityStore::crl(const core::AuthorityId& id) const {
  return session_.select_one<StoredCrl>("FROM crls WHERE authority_id = $1", id);
}

bool AuthorityStore::put_crl(const StoredCrl& crl) {
  return session_.execute(
             "INSERT INTO crls (authority_id, number, this_update, next_update, entries, "
             "covered_changes, der) VALUES ($1, $2, $3, $4, $5, $6, $7) "
             "ON CONFLICT (authority_id) DO UPDATE SET number = excluded.number, "
             "this_update = excluded.this_update, next_update = excluded.next_update, "
             "entries = excluded.entries, covered_changes = excluded.covered_changes, "
             "der = excluded.der WHERE crls.number < excluded.number",
             crl.authority_id, crl.number, crl.this_update, crl.next_update, crl.entries,
             crl.covered_changes, crl.der) == 1;
}

}  // namespace storage

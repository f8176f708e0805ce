#include "storage/authority_store.h"

namespace storage {

core::AuthorityId AuthorityStore::new_id() {
  return session_.new_id<core::AuthorityId>("authorities");
}

void AuthorityStore::insert(const core::Authority& authority) {
  session_.insert("authorities", authority);
}

void AuthorityStore::update(const core::Authority& authority) {
  session_.send(
      "UPDATE authorities SET name = $2, is_active = $3, cdp_enabled = $4, ocsp_enabled = $5, "
      "aia_enabled = $6, issuing = $7 WHERE id = $1",
      authority.id, authority.name, authority.is_active, authority.cdp_enabled,
      authority.ocsp_enabled, authority.aia_enabled, authority.issuing);
}

void AuthorityStore::replace_certificate(const core::Authority& authority) {
  session_.send(
      "UPDATE authorities SET parent_id = $2, serial_number = $3, fingerprint = $4, "
      "not_before = $5, not_after = $6, der = $7, revoked_at = $8, revocation_reason = $9 "
      "WHERE id = $1",
      authority.id, authority.parent_id, authority.serial_number, authority.fingerprint,
      authority.not_before, authority.not_after, authority.der, authority.revoked_at,
      authority.revocation_reason);
}

void AuthorityStore::set_revocation(const core::Authority& authority) {
  session_.send("UPDATE authorities SET revoked_at = $2, revocation_reason = $3 WHERE id = $1",
                authority.id, authority.revoked_at, authority.revocation_reason);
}

void AuthorityStore::set_renewed_by(const core::AuthorityId& id,
                                    const core::AuthorityId& successor) {
  session_.send("UPDATE authorities SET renewed_by = $2 WHERE id = $1", id, successor);
}

void AuthorityStore::remove(const core::AuthorityId& id) {
  session_.send("DELETE FROM crls WHERE authority_id = $1", id);
  session_.send("DELETE FROM certificate_counts WHERE authority_id = $1", id);
  session_.send("DELETE FROM authorities WHERE id = $1", id);
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

}  // namespace storage

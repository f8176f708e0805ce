#include "storage/authority_certificate_store.h"

namespace storage {

std::optional<core::AuthorityCertificate> AuthorityCertificateStore::find(
    const core::AuthorityCertificateId& id) const {
  return session_.select_one<core::AuthorityCertificate>(
      "FROM authority_certificates WHERE id = $1", id);
}

std::optional<core::AuthorityCertificate> AuthorityCertificateStore::find_by_serial(
    const core::AuthorityId& issuer, const x509::SerialNumber& serial) const {
  return session_.select_one<core::AuthorityCertificate>(
      "FROM authority_certificates WHERE issuer_id = $1 AND serial_number = $2 LIMIT 1", issuer,
      serial);
}

void AuthorityCertificateStore::set_revocation(const core::AuthorityCertificate& certificate) {
  session_.send(
      "UPDATE authority_certificates SET revoked_at = $2, revocation_reason = $3 WHERE id = $1",
      certificate.id, certificate.revoked_at, certificate.revocation_reason);
}

std::vector<core::AuthorityCertificate> AuthorityCertificateStore::of_authority(
    const core::AuthorityId& id, int limit) const {
  return session_.select<core::AuthorityCertificate>(
      "FROM authority_certificates WHERE authority_id = $1 ORDER BY id DESC LIMIT $2", id, limit);
}

std::int64_t AuthorityCertificateStore::in_force_of_issuer(const core::AuthorityId& issuer,
                                                           base::Time now) const {
  return session_.number(
      "SELECT COUNT(*) FROM authority_certificates WHERE issuer_id = $1 AND not_after > $2", issuer,
      now);
}

void AuthorityCertificateStore::remove_with(const core::AuthorityId& id) {
  session_.send("DELETE FROM authority_certificates WHERE authority_id = $1", id);
  session_.send("UPDATE authority_certificates SET issuer_id = NULL WHERE issuer_id = $1", id);
  session_.send("DELETE FROM authority_requests WHERE authority_id = $1", id);
}

std::optional<core::AuthorityRequest> AuthorityCertificateStore::find(
    const core::AuthorityRequestId& id) const {
  return session_.select_one<core::AuthorityRequest>("FROM authority_requests WHERE id = $1", id);
}

std::vector<core::AuthorityRequest> AuthorityCertificateStore::requests(int limit) const {
  return session_.select<core::AuthorityRequest>(
      "FROM authority_requests ORDER BY id DESC LIMIT $1", limit);
}

bool AuthorityCertificateStore::remove(const core::AuthorityRequestId& id) {
  return session_.execute("DELETE FROM authority_requests WHERE id = $1", id) == 1;
}

}  // namespace storage

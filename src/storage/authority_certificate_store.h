#pragma once

#include <optional>
#include <vector>

#include "core/authority.h"
#include "db/session.h"

namespace storage {

// Beside the authorities themselves: their further certificates, and the requests for certificates
// that are signed elsewhere.
class AuthorityCertificateStore {
 public:
  explicit AuthorityCertificateStore(db::Session& session) : session_{session} {}

  core::AuthorityCertificateId new_id() {
    return session_.new_id<core::AuthorityCertificateId>("authority_certificates");
  }
  void insert(const core::AuthorityCertificate& certificate) {
    session_.insert("authority_certificates", certificate);
  }
  std::optional<core::AuthorityCertificate> find(const core::AuthorityCertificateId& id) const;
  std::optional<core::AuthorityCertificate> find_by_serial(const core::AuthorityId& issuer,
                                                           const x509::SerialNumber& serial) const;
  void set_revocation(const core::AuthorityCertificate& certificate);
  std::vector<core::AuthorityCertificate> of_authority(const core::AuthorityId& id,
                                                       int limit) const;
  // Those that an authority has signed and that have not expired yet.
  std::int64_t in_force_of_issuer(const core::AuthorityId& issuer, base::Time now) const;
  // With the authority itself: those over its key, the expired ones that it signed.
  void remove_with(const core::AuthorityId& id);

  core::AuthorityRequestId new_request_id() {
    return session_.new_id<core::AuthorityRequestId>("authority_requests");
  }
  void insert(const core::AuthorityRequest& request) {
    session_.insert("authority_requests", request);
  }
  std::optional<core::AuthorityRequest> find(const core::AuthorityRequestId& id) const;
  std::vector<core::AuthorityRequest> requests(int limit) const;  // the newest first
  // Returns false when it is gone.
  [[nodiscard]] bool remove(const core::AuthorityRequestId& id);

 private:
  db::Session& session_;
};

}  // namespace storage

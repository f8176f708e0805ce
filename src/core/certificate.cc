#include "core/certificate.h"

namespace core {

CertificateStatus status_of(const Certificate& certificate, base::Time now) {
  if (certificate.revoked_at) {
    return CertificateStatus::revoked;
  }
  if (certificate.not_after < now) {
    return CertificateStatus::expired;
  }
  return certificate.not_after < now + expiring_soon ? CertificateStatus::expiring
                                                     : CertificateStatus::valid;
}

std::optional<std::string> revocation_obstacle(const Certificate& certificate,
                                               x509::RevocationReason reason) {
  if (certificate.revoked_at) {
    return "the certificate was revoked on " + base::to_text(*certificate.revoked_at);
  }
  if (reason == x509::RevocationReason::removeFromCRL) {
    return "removeFromCRL is no reason to revoke: it lifts a hold";
  }
  if (reason == x509::RevocationReason::certificateHold) {
    return "certificates are not put on hold; revoke for good with another reason";
  }
  return std::nullopt;
}

std::optional<std::string> deletion_obstacle(const Certificate& certificate, base::Time now) {
  if (certificate.not_after >= now) {
    return certificate.revoked_at
               ? "the certificate is on the revocation list until it expires on " +
                     base::to_text(certificate.not_after)
               : "the certificate is in force: revoke it first, and delete it when it has expired";
  }
  return std::nullopt;
}

}  // namespace core

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

bool is_on_hold(const Certificate& certificate) {
  return certificate.revoked_at &&
         certificate.revocation_reason == x509::RevocationReason::certificateHold;
}

std::optional<std::string> revocation_obstacle(const Certificate& certificate,
                                               x509::RevocationReason reason) {
  if (reason == x509::RevocationReason::removeFromCRL) {
    return "removeFromCRL is no reason to revoke: it lifts a hold";
  }
  if (is_on_hold(certificate)) {
    return reason == x509::RevocationReason::certificateHold
               ? std::optional<std::string>{"the certificate is on hold already"}
               : std::nullopt;
  }
  if (certificate.revoked_at) {
    return "the certificate was revoked on " + base::to_text(*certificate.revoked_at);
  }
  return std::nullopt;
}

std::optional<std::string> deletion_obstacle(const Certificate& certificate, base::Time now) {
  if (certificate.revoked_at) {
    const auto listed_until = certificate.not_after + crl_lifetime;
    return listed_until < now ? std::nullopt
                              : std::optional{"the certificate is on the revocation list until " +
                                              base::to_text(listed_until)};
  }
  if (certificate.not_after < now) {
    return std::nullopt;
  }
  return "the certificate is in force: revoke it first, and delete it when it has expired";
}

}  // namespace core

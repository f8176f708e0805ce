#include "core/certificate.h"

#include <gtest/gtest.h>

#include "core/authority.h"

namespace core {
namespace {

const base::Time now{base::Seconds{1'800'000'000}};

Certificate until(base::Time not_after) {
  return {.id = CertificateId::from_number(1).value(),
          .refid = base::Uuid::from_random({}),
          .authority_id = AuthorityId::from_number(1).value(),
          .serial_number = x509::SerialNumber::parse("01").value(),
          .common_name = "a",
          .subject = "CN=a",
          .names = "DNS:a",
          .profile = "server",
          .source = Source::manual,
          .key_type = "EC P-256",
          .fingerprint = "",
          .not_before = now - std::chrono::days{1},
          .not_after = not_after,
          .revoked_at = std::nullopt,
          .revocation_reason = std::nullopt,
          .key_id = std::nullopt,
          .created_at = now,
          .created_by = "",
          .description = "",
          .renewed_by = std::nullopt,
          .der = {}};
}

Certificate revoked_until(base::Time not_after) {
  auto certificate = until(not_after);
  certificate.revoked_at = now;
  return certificate;
}

// RFC 5280, section 4.1.2.5: the period includes the moments it is bounded by.
TEST(CertificateStatusOf, IncludesTheLastSecond) {
  EXPECT_EQ(status_of(until(now), now), CertificateStatus::expiring);
  EXPECT_EQ(status_of(until(now - base::Seconds{1}), now), CertificateStatus::expired);
  EXPECT_EQ(status_of(until(now + std::chrono::days{30}), now), CertificateStatus::valid);
  EXPECT_EQ(status_of(until(now + std::chrono::days{30} - base::Seconds{1}), now),
            CertificateStatus::expiring);
  EXPECT_EQ(status_of(revoked_until(now - base::Seconds{1}), now), CertificateStatus::revoked);
}

TEST(CertificateRevocation, IsForGoodAndOnce) {
  using x509::RevocationReason;
  const auto certificate = until(now + std::chrono::days{1});
  for (const auto reason : {RevocationReason::unspecified, RevocationReason::keyCompromise,
                            RevocationReason::superseded, RevocationReason::privilegeWithdrawn}) {
    EXPECT_EQ(revocation_obstacle(certificate, reason), std::nullopt);
  }
  EXPECT_TRUE(revocation_obstacle(certificate, RevocationReason::removeFromCRL));
  EXPECT_EQ(revocation_obstacle(certificate, RevocationReason::certificateHold), std::nullopt);
  auto held = revoked_until(now);
  held.revocation_reason = RevocationReason::certificateHold;
  EXPECT_TRUE(is_on_hold(held));
  EXPECT_TRUE(revocation_obstacle(held, RevocationReason::certificateHold));
  EXPECT_EQ(revocation_obstacle(held, RevocationReason::keyCompromise), std::nullopt);
  EXPECT_TRUE(revocation_obstacle(revoked_until(now), RevocationReason::keyCompromise));
}

TEST(CertificateDeletion, WaitsUntilNobodyAcceptsIt) {
  EXPECT_TRUE(deletion_obstacle(until(now), now));
  EXPECT_TRUE(deletion_obstacle(revoked_until(now - crl_lifetime), now));
  EXPECT_EQ(deletion_obstacle(revoked_until(now - crl_lifetime - base::Seconds{1}), now),
            std::nullopt);
  EXPECT_EQ(deletion_obstacle(until(now - base::Seconds{1}), now), std::nullopt);
}

}  // namespace
}  // namespace core

#pragma once

#include "core/authority.h"
#include "core/certificate.h"
#include "core/user.h"
#include "storage/authority_store.h"
#include "storage/certificate_store.h"

// For tests: records with all that the schema asks for, to be changed where a test cares.
namespace storage {

inline core::Authority authority_record(const core::AuthorityId& id, base::Time now) {
  std::array<std::uint8_t, 16> octets{};
  octets[0] = static_cast<std::uint8_t>(id.to_number());
  octets[1] = static_cast<std::uint8_t>(id.to_number() >> 8);
  return {.id = id,
          .refid = base::Uuid::from_random(octets),
          .name = "Example CA",
          .type = core::AuthorityType::root,
          .parent_id = std::nullopt,
          .common_name = "Example CA",
          .subject = "CN=Example CA",
          .serial_number = x509::SerialNumber::parse("01").value(),
          .key_type = "EC P-256",
          .fingerprint = std::string(64, 'a'),
          .not_before = now,
          .not_after = now + std::chrono::days{3650},
          .revoked_at = std::nullopt,
          .key_id = std::nullopt,
          .is_active = true,
          .cdp_enabled = true,
          .ocsp_enabled = true,
          .aia_enabled = true,
          .revocation_changes = 0,
          .created_at = now,
          .created_by = "test",
          .der = {0x30, 0x00, 0xff}};
}

// Serial and fingerprint follow from the id, so that no two are alike.
inline core::Certificate certificate_record(const core::CertificateId& id,
                                            const core::AuthorityId& authority, base::Time now,
                                            const std::string& name) {
  const auto number = std::to_string(id.to_number());
  const auto serial = "5a" + std::string(10 - number.size(), '0') + number;
  std::array<std::uint8_t, 16> octets{};
  octets[0] = static_cast<std::uint8_t>(id.to_number());
  return {.id = id,
          .refid = base::Uuid::from_random(octets),
          .authority_id = authority,
          .serial_number = x509::SerialNumber::parse(serial).value(),
          .common_name = name,
          .subject = "CN=" + name,
          .names = "DNS:" + name,
          .profile = "server",
          .source = core::Source::manual,
          .key_type = "EC P-256",
          .fingerprint = std::string(64 - number.size(), 'f') + number,
          .not_before = now - std::chrono::days{1},
          .not_after = now + std::chrono::days{89},
          .revoked_at = std::nullopt,
          .revocation_reason = std::nullopt,
          .key_id = std::nullopt,
          .created_at = now,
          .created_by = "test",
          .description = "",
          .renewed_by = std::nullopt,
          .der = {0x30, 0x01, 0x00}};
}

inline core::User user_record(const core::UserId& id, const std::string& name, base::Time now) {
  return {.id = id,
          .username = name,
          .email = name + "@example.com",
          .full_name = "",
          .role = "viewer",
          .password_hash = "hash",
          .is_active = true,
          .must_change_password = false,
          .failed_logins = 0,
          .locked_until = std::nullopt,
          .last_login_at = std::nullopt,
          .login_count = 0,
          .password_changed_at = now,
          .created_at = now};
}

}  // namespace storage

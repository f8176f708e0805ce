#include "api/v2/authority_view.h"

#include "api/v2/certificate_view.h"
#include "crypto/algorithm.h"
#include "der/oids.h"

namespace api::v2 {
namespace {

std::int64_t days(std::chrono::seconds seconds) {
  return std::chrono::floor<std::chrono::days>(seconds).count();
}

}  // namespace

AuthorityView view(const service::Issuer& issuer, std::int64_t issued, base::Time now) {
  const auto& authority = issuer.authority;
  const auto& certificate = issuer.certificate;
  const auto& subject = certificate.subject();
  const auto part = [&](const der::Oid& type) { return subject.get(type).value_or(""); };
  const auto key = key_parts(authority.key_type);
  const auto constraints = certificate.basic_constraints();
  const auto above =
      issuer.chain.size() > 1 ? issuer.chain[1].subject().to_string() : std::string{};
  return {.id = authority.id,
          .refid = authority.refid,
          .name = authority.name,
          .descr = authority.name,
          .common_name = authority.common_name,
          .subject = authority.subject,
          .issuer = above.empty() ? certificate.issuer().to_string() : above,
          .organization = part(der::oids::organization),
          .organizational_unit = part(der::oids::organizational_unit),
          .country = part(der::oids::country),
          .state = part(der::oids::state_or_province),
          .locality = part(der::oids::locality),
          .type = authority.type,
          .ca_type = authority.type,
          .is_root = authority.type == core::AuthorityType::root,
          .parent_id = authority.parent_id,
          .caref = {},
          .status = authority.not_after < now ? "Expired" : "Active",
          .is_active = authority.is_active,
          .valid_from = authority.not_before,
          .valid_to = authority.not_after,
          .valid_until = authority.not_after,
          .days_remaining = days(authority.not_after - now),
          .lifetime_days = days(authority.not_after - authority.not_before),
          .serial = authority.serial_number.to_string(),
          .serial_number = authority.serial_number.to_string(),
          .ski = with_colons(certificate.subject_key_identifier()),
          .key_type = authority.key_type,
          .key_algorithm = key.algorithm,
          .key_size = key.size,
          .signature_algorithm = crypto::algorithm_name(certificate.signature_algorithm_der()),
          .has_private_key = issuer.signer != nullptr,
          .path_length = constraints ? constraints->path_length : std::nullopt,
          .cdp_enabled = authority.cdp_enabled,
          .cdp_url = issuer.facts.addresses.crl,
          .ocsp_enabled = authority.ocsp_enabled,
          .ocsp_url = issuer.facts.addresses.ocsp,
          .aia_ca_issuers_enabled = authority.aia_enabled,
          .aia_ca_issuers_url = issuer.facts.addresses.ca_issuers,
          .certs = issued,
          .certificates_count = issued,
          .fingerprint = with_colons(certificate.sha256_fingerprint()),
          .thumbprint_sha1 = with_colons(certificate.sha1_fingerprint()),
          .thumbprint_sha256 = with_colons(certificate.sha256_fingerprint()),
          .created_at = authority.created_at,
          .created_by = authority.created_by,
          .pem = certificate.pem()};
}

}  // namespace api::v2

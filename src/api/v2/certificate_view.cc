#include "api/v2/certificate_view.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "crypto/algorithm.h"
#include "storage/tag_store.h"

namespace api::v2 {
namespace {

std::int64_t days(std::chrono::seconds seconds) {
  return std::chrono::floor<std::chrono::days>(seconds).count();
}

}  // namespace

std::vector<AlternativeName> split_names(std::string_view combined) {
  std::vector<AlternativeName> names;
  while (!combined.empty()) {
    const auto end = std::min(combined.find(", "), combined.size());
    const auto name = combined.substr(0, end);
    if (const auto colon = name.find(':'); colon != std::string_view::npos) {
      names.push_back({base::lower(name.substr(0, colon)), std::string{name.substr(colon + 1)}});
    }
    combined.remove_prefix(std::min(end + 2, combined.size()));
  }
  return names;
}

std::string names_of_type(const std::vector<AlternativeName>& names, std::string_view type) {
  std::vector<std::string> values;
  for (const auto& name : names) {
    if (name.type == type) {
      values.push_back(name.value);
    }
  }
  return json::to_text(values);
}

CertificateView view(const core::Certificate& certificate, std::vector<core::Tag> tags,
                     service::Authorities& authorities, base::Time now) {
  const auto issuer = authorities.issuer(certificate.authority_id);
  const auto parsed = x509::Certificate::parse(certificate.der).value();
  const auto key = key_parts(certificate.key_type);
  const auto names = split_names(certificate.names);
  return {.id = certificate.id,
          .refid = certificate.refid,
          .descr = certificate.description,
          .common_name = certificate.common_name,
          .cn = certificate.common_name,
          .subject = certificate.subject,
          .issuer = issuer->authority.subject,
          .issuer_name = issuer->authority.name,
          .ca_id = certificate.authority_id,
          .caref = issuer->authority.refid.to_string(),
          .cert_type = certificate.profile,
          .serial_number = certificate.serial_number,
          .valid_from = certificate.not_before,
          .valid_to = certificate.not_after,
          .valid_until = certificate.not_after,
          .days_remaining = days(certificate.not_after - now),
          .lifetime_days = days(certificate.not_after - certificate.not_before),
          .status = core::status_of(certificate, now),
          .revoked = certificate.revoked_at.has_value(),
          .revoked_at = certificate.revoked_at,
          .revoke_reason = certificate.revocation_reason,
          .source = certificate.source,
          .has_private_key = certificate.key_id.has_value(),
          .private_key_available = certificate.key_id.has_value(),
          .sans = names,
          .san_combined = certificate.names,
          .san_dns = names_of_type(names, "dns"),
          .san_ip = names_of_type(names, "ip"),
          .san_email = names_of_type(names, "email"),
          .san_uri = names_of_type(names, "uri"),
          .key_type = certificate.key_type,
          .key_algorithm = key.algorithm,
          .key_size = key.size,
          .signature_algorithm = crypto::algorithm_name(parsed.signature_algorithm_der()),
          .thumbprint_sha1 = with_colons(parsed.sha1_fingerprint()),
          .thumbprint_sha256 = with_colons(parsed.sha256_fingerprint()),
          .ski = with_colons(parsed.subject_key_identifier()),
          .aki = with_colons(parsed.authority_key_identifier()),
          .renewed_by = certificate.renewed_by,
          .created_at = certificate.created_at,
          .created_by = certificate.created_by,
          .tags = std::move(tags),
          .pem = parsed.pem()};
}

std::vector<CertificateView> views(db::Database& database,
                                   const std::vector<core::Certificate>& certificates,
                                   service::Authorities& authorities, base::Time now) {
  std::vector<core::CertificateId> ids;
  for (const auto& certificate : certificates) {
    ids.push_back(certificate.id);
  }
  auto tags =
      database.read([&](db::Session& session) { return storage::TagStore{session}.of(ids); });
  std::vector<CertificateView> shown;
  for (const auto& certificate : certificates) {
    shown.push_back(view(certificate, std::move(tags[certificate.id]), authorities, now));
  }
  return shown;
}

KeyParts key_parts(std::string_view key_type) {
  const auto blank = key_type.find(' ');
  if (blank == std::string_view::npos) {
    return {.algorithm = std::string{key_type}, .size = 256};  // Ed25519
  }
  auto digits = key_type.substr(blank + 1);
  if (digits.starts_with("P-")) {
    digits.remove_prefix(2);
  }
  return {
      .algorithm = key_type.starts_with("EC") ? "ECDSA" : std::string{key_type.substr(0, blank)},
      .size = base::from_text<std::int64_t>(digits).value_or(0)};
}

std::string with_colons(base::ByteView octets) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string text;
  for (const auto octet : octets) {
    if (!text.empty()) {
      text += ':';
    }
    text += digits[octet >> 4];
    text += digits[octet & 0x0f];
  }
  return text;
}

std::string file_name(std::string_view name, std::string_view ending) {
  std::string plain;
  for (const unsigned char c : name.substr(0, 100)) {
    plain += std::isalnum(c) != 0 || c == '.' || c == '-' ? static_cast<char>(c) : '_';
  }
  while (plain.starts_with('.')) {
    plain.erase(0, 1);
  }
  return (plain.empty() ? "certificate" : plain) + std::string{ending};
}

}  // namespace api::v2

#include "api/v2/authority_view.h"

#include "api/v2/certificate_view.h"
#include "crypto/algorithm.h"
#include "crypto/pem.h"
#include "der/oids.h"

namespace api::v2 {
namespace {

std::int64_t days(std::chrono::seconds seconds) {
  return std::chrono::floor<std::chrono::days>(seconds).count();
}

// "sha384", as the contract writes it; of a key that is not here, as its own certificate says.
std::string digest_of(const service::Issuer& issuer) {
  const auto algorithm = issuer.signer
                             ? crypto::to_text(issuer.signer->algorithm())
                             : crypto::algorithm_name(issuer.certificate.signature_algorithm_der());
  for (const auto* digest : {"256", "384", "512"}) {
    if (algorithm.contains(digest) && !algorithm.starts_with("Ed")) {
      return std::string{"sha"} + digest;
    }
  }
  return algorithm;
}

base::ByteView value_of(const x509::Certificate& certificate, const der::Oid& oid) {
  const auto* extension = certificate.extension(oid);
  return extension == nullptr ? base::ByteView{} : base::ByteView{extension->value};
}

std::vector<std::string> texts_of(const std::vector<x509::NameConstraint>& constraints) {
  std::vector<std::string> texts;
  for (const auto& constraint : constraints) {
    texts.push_back(constraint.to_string());
  }
  return texts;
}

std::vector<core::PolicyRule> policies_of(const x509::Certificate& certificate) {
  std::vector<core::PolicyRule> rules;
  const auto read =
      x509::read_certificate_policies(value_of(certificate, der::oids::certificate_policies));
  for (const auto& policy : read.value_or(std::vector<x509::Policy>{})) {
    rules.push_back({policy.oid, policy.cps});
  }
  return rules;
}

std::vector<std::string> purposes_of(const x509::Certificate& certificate) {
  std::vector<std::string> names;
  for (const auto& purpose : certificate.extended_key_usage()) {
    names.push_back(x509::extended_key_usage_name(purpose));
  }
  return names;
}

std::vector<std::string> chosen_or(const std::optional<std::vector<std::string>>& chosen,
                                   const std::string& own) {
  return chosen && !chosen->empty() ? *chosen : std::vector<std::string>{own};
}

AuthorityRules rules_of(const service::Issuer& issuer) {
  const auto& certificate = issuer.certificate;
  const auto names = x509::read_name_constraints(value_of(certificate, der::oids::name_constraints))
                         .value_or(x509::NameConstraints{});
  const auto limits =
      x509::read_policy_constraints(value_of(certificate, der::oids::policy_constraints))
          .value_or(x509::PolicyConstraints{});
  const auto any_policy = x509::read_number(value_of(certificate, der::oids::inhibit_any_policy));
  const auto& options = issuer.facts.options;
  return {
      .hash_algorithm = digest_of(issuer),
      .key_usage = certificate.key_usage().value_or(x509::KeyUsages{}).names(),
      .extended_key_usage = purposes_of(certificate),
      .name_constraints_permitted = texts_of(names.permitted),
      .name_constraints_excluded = texts_of(names.excluded),
      .policies = policies_of(certificate),
      .policy_constraints_require = limits.require_explicit,
      .policy_constraints_inhibit = limits.inhibit_mapping,
      .inhibit_any_policy =
          any_policy ? std::optional{static_cast<int>(*any_policy)} : std::nullopt,
      .sia_urls = x509::read_subject_information_access(
                      value_of(certificate, der::oids::subject_information_access))
                      .value_or(std::vector<std::string>{}),
      .cdp_urls = chosen_or(options.crl_urls, issuer.facts.addresses.crl),
      .ocsp_urls = chosen_or(options.ocsp_urls, issuer.facts.addresses.ocsp),
      .aia_ca_issuers_urls = chosen_or(options.ca_issuers_urls, issuer.facts.addresses.ca_issuers),
      .cps_enabled = options.policy.has_value(),
      .cps_oid = options.policy ? options.policy->to_string() : std::string{},
      .cps_uri = options.cps.value_or(""),
      .renewed_by = issuer.authority.renewed_by};
}

AuthorityFacts facts_of(const service::Issuer& issuer, const AuthorityRules& rules,
                        std::int64_t issued, base::Time now) {
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
          .status = status_of(authority, now),
          .is_active = authority.is_active,
          .revoked = authority.revoked_at.has_value(),
          .revoked_at = authority.revoked_at,
          .revoke_reason = authority.revocation_reason,
          .issuing_obstacle = service::issuing_obstacle(issuer).value_or(""),
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
          .cdp_url = rules.cdp_urls.front(),
          .ocsp_enabled = authority.ocsp_enabled,
          .ocsp_url = rules.ocsp_urls.front(),
          .aia_ca_issuers_enabled = authority.aia_enabled,
          .aia_ca_issuers_url = rules.aia_ca_issuers_urls.front(),
          .certs = issued,
          .certificates_count = issued,
          .fingerprint = with_colons(certificate.sha256_fingerprint()),
          .thumbprint_sha1 = with_colons(certificate.sha1_fingerprint()),
          .thumbprint_sha256 = with_colons(certificate.sha256_fingerprint()),
          .created_at = authority.created_at,
          .created_by = authority.created_by,
          .pem = certificate.pem()};
}

}  // namespace

std::string status_of(const core::Authority& authority, base::Time now) {
  if (authority.revoked_at) {
    return "Revoked";
  }
  return authority.not_after < now ? "Expired" : "Active";
}

FurtherView further_view(const core::AuthorityCertificate& certificate, base::Time now) {
  const auto* const status = certificate.revoked_at        ? "Revoked"
                             : certificate.not_after < now ? "Expired"
                                                           : "Active";
  return {.id = certificate.id,
          .ca_id = certificate.authority_id,
          .kind = certificate.kind,
          .issuer_id = certificate.issuer_id,
          .issuer = certificate.issuer,
          .serial_number = certificate.serial_number,
          .thumbprint_sha256 = with_colons(base::from_hex(certificate.fingerprint).value()),
          .valid_from = certificate.not_before,
          .valid_to = certificate.not_after,
          .status = status,
          .revoked = certificate.revoked_at.has_value(),
          .revoked_at = certificate.revoked_at,
          .revoke_reason = certificate.revocation_reason,
          .created_at = certificate.created_at,
          .created_by = certificate.created_by,
          .pem = crypto::to_pem("CERTIFICATE", certificate.der)};
}

AuthorityRequestView request_view(const core::AuthorityRequest& request) {
  return {.id = request.id,
          .name = request.name,
          .subject = request.subject,
          .key_type = request.key_type,
          .ca_id = request.authority_id,
          .created_at = request.created_at,
          .created_by = request.created_by,
          .csr_pem = crypto::to_pem("CERTIFICATE REQUEST", request.der)};
}

MadeAuthority made_view(const service::Issuer& issuer, std::int64_t issued, base::Time now) {
  const std::vector<x509::Certificate> above{issuer.chain.begin() + 1, issuer.chain.end()};
  return {view(issuer, issued, now), core::simulate_chain(issuer.certificate, above, now),
          core::lint::examine(issuer.certificate.tbs(), {})};
}

AuthorityView view(const service::Issuer& issuer, std::int64_t issued, base::Time now) {
  auto rules = rules_of(issuer);
  auto facts = facts_of(issuer, rules, issued, now);
  return {std::move(facts), std::move(rules)};
}

}  // namespace api::v2

#include "core/authority.h"

#include "json/json.h"
#include "x509/general_name.h"

namespace core {
namespace {

constexpr std::size_t most_urls = 8;
constexpr std::size_t longest_url = 2048;

// What clients fetch these from must not need TLS, which would ask the same question again
// (RFC 5280, section 8).
bool is_fetchable(const std::string& url) {
  return url.size() <= longest_url && (url.starts_with("http://") || url.starts_with("ldap://")) &&
         x509::GeneralName::uri(url).has_value();
}

void check_urls(const std::optional<std::vector<std::string>>& urls, const char* field,
                std::vector<base::FieldError>& errors) {
  if (!urls) {
    return;
  }
  if (urls->size() > most_urls) {
    errors.push_back({field, "has more than 8 addresses"});
  }
  for (const auto& url : *urls) {
    if (!is_fetchable(url)) {
      errors.push_back({field, "'" + url + "' is not a http:// or ldap:// address"});
    }
  }
}

template <class Revocable>
std::optional<std::string> obstacle(const Revocable& certificate, x509::RevocationReason reason) {
  if (reason == x509::RevocationReason::removeFromCRL) {
    return "removeFromCRL is no reason to revoke: it lifts a hold";
  }
  if (reason == x509::RevocationReason::aACompromise) {
    return "aACompromise is about attribute authorities, not about certificate authorities";
  }
  if (!certificate.revoked_at) {
    return std::nullopt;
  }
  if (!is_held(certificate)) {
    return "it was revoked on " + base::to_text(*certificate.revoked_at);
  }
  return reason == x509::RevocationReason::certificateHold
             ? std::optional<std::string>{"it is on hold already"}
             : std::nullopt;
}

}  // namespace

std::optional<std::string> revocation_obstacle(const Authority& authority,
                                               x509::RevocationReason reason) {
  return obstacle(authority, reason);
}

std::optional<std::string> revocation_obstacle(const AuthorityCertificate& certificate,
                                               x509::RevocationReason reason) {
  return obstacle(certificate, reason);
}

IssuingOptions issuing_options(const Authority& authority) {
  return authority.issuing.empty()
             ? IssuingOptions{}
             : json::parse<IssuingOptions>(authority.issuing, json::Unknown::ignore);
}

std::string to_text(const IssuingOptions& options) {
  return options == IssuingOptions{} ? std::string{} : json::to_text(options);
}

std::vector<base::FieldError> problems_of(const IssuingOptions& options) {
  std::vector<base::FieldError> errors;
  check_urls(options.crl_urls, "cdp_urls", errors);
  check_urls(options.ocsp_urls, "ocsp_urls", errors);
  check_urls(options.ca_issuers_urls, "aia_ca_issuers_urls", errors);
  if (options.cps && !options.policy) {
    errors.push_back({"cps_oid", "the practice statement belongs to a policy: name it"});
  }
  if (options.cps &&
      (options.cps->size() > longest_url || !x509::GeneralName::uri(*options.cps).has_value())) {
    errors.push_back({"cps_uri", "'" + *options.cps + "' is not a URL"});
  }
  if (options.digest_bits && *options.digest_bits != 256 && *options.digest_bits != 384 &&
      *options.digest_bits != 512) {
    errors.push_back({"digest", "not one of SHA-256, SHA-384, SHA-512"});
  }
  return errors;
}

crypto::SignatureAlgorithm signature_algorithm_of(const crypto::PublicKey& key,
                                                  std::optional<int> digest_bits) {
  using enum crypto::SignatureAlgorithm;
  if (!digest_bits) {
    return crypto::default_signature_algorithm(key);
  }
  switch (key.type()) {
    case crypto::KeyType::rsa:
      return *digest_bits == 256 ? rsa_sha256 : *digest_bits == 384 ? rsa_sha384 : rsa_sha512;
    case crypto::KeyType::ec:
      return *digest_bits == 256 ? ecdsa_sha256 : *digest_bits == 384 ? ecdsa_sha384 : ecdsa_sha512;
    case crypto::KeyType::ed25519:
      break;
  }
  throw base::Error{base::ErrorCode::invalid_request,
                    {base::FieldError{"digest", "an Ed25519 key has no digest to choose"}}};
}

AuthorityAddresses addresses_of(const Authority& authority, const std::string& protocol_base) {
  const auto refid = authority.refid.to_string();
  return {.crl = protocol_base + "/crl/" + refid + ".crl",
          .ocsp = protocol_base + "/ocsp",
          .ca_issuers = protocol_base + "/ca/" + refid + ".cer"};
}

}  // namespace core

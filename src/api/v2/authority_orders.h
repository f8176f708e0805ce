#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/template.h"
#include "json/json.h"
#include "service/authorities.h"

namespace api::v2 {

// What clients send to have an authority made, or its making simulated: the page's names and the
// product's.
struct AuthorityBody {
  static constexpr json::Alias aliases[] = {
      {"commonName", "common_name"},
      {"type", "ca_type"},
      {"parentCAId", "parent_id"},
      {"keyAlgo", "key_algorithm"},
      {"key_type", "key_algorithm"},
      {"keySize", "key_size"},
      {"validityYears", "validity_years"},
      {"pathLength", "path_length"},
      {"organizationalUnit", "organizational_unit"},
      {"description", "name"},
      {"keyUsage", "key_usage"},
      {"extendedKeyUsage", "extended_key_usage"},
      {"nameConstraintsPermitted", "name_constraints_permitted"},
      {"nameConstraintsExcluded", "name_constraints_excluded"},
      {"policyConstraintsRequire", "policy_constraints_require"},
      {"policyConstraintsInhibit", "policy_constraints_inhibit"},
      {"inhibitAnyPolicy", "inhibit_any_policy"},
      {"siaUrls", "sia_urls"},
      {"hashAlgorithm", "digest"},
      {"hash_algorithm", "digest"},
      {"templateId", "template_id"},
      {"csr_pem", "csr"}};
  std::optional<std::string> name;
  std::optional<std::string> common_name;
  std::optional<std::string> organization;
  std::optional<std::string> organizational_unit;
  std::optional<std::string> country;
  std::optional<std::string> state;
  std::optional<std::string> locality;
  std::optional<core::AuthorityType> ca_type;
  std::optional<core::AuthorityId> parent_id;
  std::optional<std::string> key_algorithm;
  std::optional<json::TextOrNumber> key_size;
  std::optional<int> validity_days;
  std::optional<int> validity_years;
  std::optional<int> path_length;
  std::optional<std::vector<std::string>> key_usage;
  std::optional<std::vector<std::string>> extended_key_usage;
  std::optional<std::vector<std::string>> name_constraints_permitted;
  std::optional<std::vector<std::string>> name_constraints_excluded;
  std::optional<std::vector<core::PolicyRule>> policies;
  std::optional<int> policy_constraints_require;
  std::optional<int> policy_constraints_inhibit;
  std::optional<int> inhibit_any_policy;
  std::optional<std::vector<std::string>> sia_urls;
  std::optional<std::string> digest;
  std::optional<std::vector<std::string>> cdp_urls;
  std::optional<std::vector<std::string>> ocsp_urls;
  std::optional<std::vector<std::string>> aia_ca_issuers_urls;
  std::optional<der::Oid> cps_oid;
  std::optional<std::string> cps_uri;
  std::optional<core::TemplateId> template_id;
  std::optional<std::string> csr;
};
BOOST_DESCRIBE_STRUCT(AuthorityBody, (),
                      (name, common_name, organization, organizational_unit, country, state,
                       locality, ca_type, parent_id, key_algorithm, key_size, validity_days,
                       validity_years, path_length, key_usage, extended_key_usage,
                       name_constraints_permitted, name_constraints_excluded, policies,
                       policy_constraints_require, policy_constraints_inhibit, inhibit_any_policy,
                       sia_urls, digest, cdp_urls, ocsp_urls, aia_ca_issuers_urls, cps_oid, cps_uri,
                       template_id, csr))

// Throws invalid_request with every field that is wrong.
service::Authorities::NewAuthority authority_order(const AuthorityBody& body);

// "SHA-384", "sha384", "384" in bits. Throws invalid_request.
int digest_bits(const std::string& text);

// Days, or years of 365 of them; nothing when neither is given.
std::optional<std::chrono::seconds> authority_validity(std::optional<int> days,
                                                       std::optional<int> years);

// What may change of an authority.
struct AuthorityChangesBody {
  std::optional<std::string> name;
  std::optional<bool> is_active;
  std::optional<bool> cdp_enabled;
  std::optional<bool> ocsp_enabled;
  std::optional<bool> aia_ca_issuers_enabled;
  std::optional<std::string> cdp_url;
  std::optional<std::vector<std::string>> cdp_urls;
  std::optional<std::string> ocsp_url;
  std::optional<std::vector<std::string>> ocsp_urls;
  std::optional<std::string> aia_ca_issuers_url;
  std::optional<std::vector<std::string>> aia_ca_issuers_urls;
  std::optional<bool> cps_enabled;
  std::optional<std::string> cps_oid;
  std::optional<std::string> cps_uri;
  std::optional<std::string> digest;
};
BOOST_DESCRIBE_STRUCT(AuthorityChangesBody, (),
                      (name, is_active, cdp_enabled, ocsp_enabled, aia_ca_issuers_enabled, cdp_url,
                       cdp_urls, ocsp_url, ocsp_urls, aia_ca_issuers_url, aia_ca_issuers_urls,
                       cps_enabled, cps_oid, cps_uri, digest))

// The options that stand, with what the body says of them. Throws invalid_request.
core::IssuingOptions changed(core::IssuingOptions options, const AuthorityChangesBody& body);

}  // namespace api::v2

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/json.h"
#include "service/authorities.h"
#include "service/general_settings.h"
#include "service/issuance.h"

namespace api::v2 {

// What clients send to have a certificate issued: the page's names and the product's.
struct IssueBody {
  static constexpr json::Alias aliases[] = {
      {"cn", "common_name"},         {"caId", "ca_id"},
      {"commonName", "common_name"}, {"keyType", "key_type"},
      {"keySize", "key_size"},       {"csr_pem", "csr"},
      {"descr", "description"},      {"templateId", "template_id"},
      {"san_upns", "san_upn"},       {"san_registered_id", "san_rid"}};
  std::optional<std::string> common_name;
  std::optional<core::AuthorityId> ca_id;
  std::optional<std::string> cert_type;
  std::optional<core::TemplateId> template_id;
  std::optional<std::vector<std::string>> san;
  std::optional<std::vector<std::string>> san_dns;
  std::optional<std::vector<std::string>> san_ip;
  std::optional<std::vector<std::string>> san_email;
  std::optional<std::vector<std::string>> san_uri;
  std::optional<std::vector<std::string>> san_upn;
  std::optional<std::vector<std::string>> san_rid;
  std::optional<int> validity_days;
  std::optional<std::string> key_type;
  std::optional<json::TextOrNumber> key_size;
  std::optional<std::string> curve;
  std::optional<std::string> csr;
  std::optional<std::string> organization;
  std::optional<std::string> organizational_unit;
  std::optional<std::string> country;
  std::optional<std::string> state;
  std::optional<std::string> locality;
  std::optional<std::string> email;
  std::optional<std::string> description;
  std::optional<bool> ocsp_must_staple;
  std::optional<std::vector<std::string>> key_usage;
  std::optional<std::vector<std::string>> extended_key_usage;
  std::optional<std::vector<std::string>> extra_ekus;
  std::optional<std::vector<core::CustomExtension>> custom_extensions;
  std::optional<std::vector<core::Tag>> tags;
};
BOOST_DESCRIBE_STRUCT(IssueBody, (),
                      (common_name, ca_id, cert_type, template_id, san, san_dns, san_ip, san_email,
                       san_uri, san_upn, san_rid, validity_days, key_type, key_size, curve, csr,
                       organization, organizational_unit, country, state, locality, email,
                       description, ocsp_must_staple, key_usage, extended_key_usage, extra_ekus,
                       custom_extensions, tags))

// The order that a body makes. Throws invalid_request with every field that is wrong.
service::Issuance::Request issue_request(const IssueBody& body,
                                         const core::AuthorityId& default_authority,
                                         const service::General& general);

// Reads the contract's ways to name a key: "EC P-256", "RSA" with a size, a size alone.
crypto::KeyAlgorithm key_algorithm(const std::optional<std::string>& type,
                                   const std::optional<std::string>& size,
                                   crypto::KeyAlgorithm otherwise);

// A subject from its parts, the most significant first.
struct SubjectParts {
  std::optional<std::string> country;
  std::optional<std::string> state;
  std::optional<std::string> locality;
  std::optional<std::string> organization;
  std::optional<std::string> organizational_unit;
  std::optional<std::string> common_name;
  std::optional<std::string> email;
};
x509::Name subject_from(const SubjectParts& parts, std::vector<base::FieldError>& errors);

}  // namespace api::v2

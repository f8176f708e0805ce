#include "api/v2/authority_orders.h"

#include <algorithm>

#include "api/v2/certificate_orders.h"
#include "base/text.h"

namespace api::v2 {
namespace {

using Errors = std::vector<base::FieldError>;
using x509::GeneralNameType;

constexpr std::size_t longest_name = 200;
constexpr auto usual_validity = std::chrono::days{3650};

// "DNS:example.com" and its like, whose prefix may be in any case; or, without one, an address, a
// mailbox, a directory name or else a domain.
std::expected<x509::NameConstraint, base::ParseError> name_constraint(const std::string& text) {
  static constexpr std::pair<std::string_view, std::string_view> prefixes[] = {
      {"dns:", "DNS:"},         {"ip:", "IP:"},   {"email:", "email:"}, {"uri:", "URI:"},
      {"dirname:", "dirName:"}, {"upn:", "UPN:"}, {"rid:", "RID:"}};
  const auto folded = base::lower(text);
  for (const auto& [any_case, prefix] : prefixes) {
    if (folded.starts_with(any_case)) {
      return x509::NameConstraint::parse(std::string{prefix} + text.substr(any_case.size()));
    }
  }
  if (x509::ip_from_text(text.substr(0, text.find('/')))) {
    return x509::NameConstraint::parse("IP:" + text);
  }
  if (text.contains('=')) {
    return x509::NameConstraint::parse("dirName:" + text);
  }
  return x509::NameConstraint::parse((text.contains('@') ? "email:" : "DNS:") + text);
}

std::vector<x509::NameConstraint> name_constraints(
    const std::optional<std::vector<std::string>>& texts, const char* field, Errors& errors) {
  std::vector<x509::NameConstraint> list;
  for (const auto& text : texts.value_or(std::vector<std::string>{})) {
    if (auto constraint = name_constraint(text)) {
      list.push_back(*std::move(constraint));
    } else {
      errors.push_back({field, "'" + text + "': " + constraint.error().reason});
    }
  }
  return list;
}

void read_usages(const AuthorityBody& body, service::Authorities::NewAuthority& order,
                 Errors& errors) {
  for (const auto& text : body.key_usage.value_or(std::vector<std::string>{})) {
    if (const auto usage = x509::KeyUsages::parse_one(text)) {
      order.key_usage.push_back(*usage);
    } else {
      errors.push_back({"key_usage", "'" + text + "': " + usage.error().reason});
    }
  }
  for (const auto& text : body.extended_key_usage.value_or(std::vector<std::string>{})) {
    if (const auto purpose = x509::parse_extended_key_usage(text)) {
      if (std::ranges::find(order.extended_key_usage, *purpose) == order.extended_key_usage.end()) {
        order.extended_key_usage.push_back(*purpose);
      }
    } else {
      errors.push_back({"extended_key_usage", "'" + text + "': " + purpose.error().reason});
    }
  }
}

void read_policies(const AuthorityBody& body, service::Authorities::NewAuthority& order) {
  for (const auto& policy : body.policies.value_or(std::vector<core::PolicyRule>{})) {
    order.policies.push_back({.oid = policy.oid, .cps = policy.cps, .user_notice = {}});
  }
  order.policy_constraints = {.require_explicit = body.policy_constraints_require,
                              .inhibit_mapping = body.policy_constraints_inhibit};
  order.inhibit_any_policy = body.inhibit_any_policy;
  order.repositories = body.sia_urls.value_or(std::vector<std::string>{});
}

core::IssuingOptions options_of(const AuthorityBody& body) {
  core::IssuingOptions options{.crl_urls = body.cdp_urls,
                               .ocsp_urls = body.ocsp_urls,
                               .ca_issuers_urls = body.aia_ca_issuers_urls,
                               .policy = body.cps_oid,
                               .cps = body.cps_uri};
  if (body.digest) {
    options.digest_bits = digest_bits(*body.digest);
  }
  return options;
}

void read_request(const AuthorityBody& body, service::Authorities::NewAuthority& order,
                  Errors& errors) {
  if (!body.csr) {
    return;
  }
  const auto csr = x509::CertificateRequest::parse(base::as_bytes(*body.csr));
  if (!csr) {
    errors.push_back({"csr", csr.error().reason});
    return;
  }
  if (body.key_algorithm || body.key_size) {
    errors.push_back({"key_algorithm", "the request has its own key"});
  }
  order.csr = *csr;
  if (order.subject.empty()) {
    order.subject = csr->subject();
  }
}

// The contract has one address or a list; both say which are to stand from now on.
void choose(std::optional<std::vector<std::string>>& urls, const std::optional<std::string>& one,
            const std::optional<std::vector<std::string>>& list) {
  if (list) {
    urls = list->empty() ? std::nullopt : list;
  } else if (one) {
    urls = one->empty() ? std::nullopt : std::optional{std::vector{*one}};
  }
}

}  // namespace

int digest_bits(const std::string& text) {
  auto digits = base::lower(text);
  if (digits.starts_with("sha")) {
    digits = digits.substr(digits.starts_with("sha-") ? 4 : 3);
  }
  for (const int bits : {256, 384, 512}) {
    if (digits == std::to_string(bits)) {
      return bits;
    }
  }
  throw base::Error{base::ErrorCode::invalid_request,
                    {base::FieldError{"digest", "not one of SHA-256, SHA-384, SHA-512"}}};
}

std::optional<std::chrono::seconds> authority_validity(std::optional<int> days,
                                                       std::optional<int> years) {
  if (days && years) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"validity_years", "give either days or years"}}};
  }
  if (days) {
    return std::chrono::days{*days};
  }
  return years ? std::optional<std::chrono::seconds>{std::chrono::days{365} * *years}
               : std::nullopt;
}

service::Authorities::NewAuthority authority_order(const AuthorityBody& body) {
  Errors errors;
  service::Authorities::NewAuthority order;
  if (body.common_name || !body.csr) {
    order.subject = subject_from({body.country, body.state, body.locality, body.organization,
                                  body.organizational_unit, body.common_name, std::nullopt},
                                 errors);
  }
  if (body.common_name && body.common_name->empty()) {
    errors.push_back({"common_name", "an authority needs a name"});
  }
  if (!body.common_name && !body.csr) {
    errors.push_back({"common_name", "missing"});
  }
  if (body.name && body.name->size() > longest_name) {
    errors.push_back({"name", "has more than 200 characters"});
  }
  order.name = body.name.value_or("");
  order.type = body.ca_type.value_or(body.parent_id ? core::AuthorityType::intermediate
                                                    : core::AuthorityType::root);
  order.parent_id = body.parent_id;
  if (order.type == core::AuthorityType::root && body.parent_id) {
    errors.push_back({"parent_id", "a root has no parent"});
  }
  order.path_length = body.path_length;
  read_usages(body, order, errors);
  order.name_constraints = {.permitted = name_constraints(body.name_constraints_permitted,
                                                          "name_constraints_permitted", errors),
                            .excluded = name_constraints(body.name_constraints_excluded,
                                                         "name_constraints_excluded", errors)};
  read_policies(body, order);
  read_request(body, order, errors);
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  order.options = options_of(body);
  order.template_id = body.template_id;
  const auto validity = authority_validity(body.validity_days, body.validity_years);
  order.validity = validity.value_or(usual_validity);
  order.validity_is_open = !validity;
  order.key_kind_is_open = !body.key_algorithm && !body.key_size;
  order.key_algorithm = key_algorithm(
      body.key_algorithm, body.key_size ? std::optional{body.key_size->text} : std::nullopt,
      order.type == core::AuthorityType::root ? crypto::KeyAlgorithm::ec_p384
                                              : crypto::KeyAlgorithm::ec_p256);
  return order;
}

core::IssuingOptions changed(core::IssuingOptions options, const AuthorityChangesBody& body) {
  choose(options.crl_urls, body.cdp_url, body.cdp_urls);
  choose(options.ocsp_urls, body.ocsp_url, body.ocsp_urls);
  choose(options.ca_issuers_urls, body.aia_ca_issuers_url, body.aia_ca_issuers_urls);
  if (body.cps_oid && !body.cps_oid->empty()) {
    const auto oid = der::Oid::parse(*body.cps_oid);
    if (!oid) {
      throw base::Error{base::ErrorCode::invalid_request,
                        {base::FieldError{"cps_oid", oid.error().reason}}};
    }
    options.policy = *oid;
  }
  if (body.cps_uri) {
    options.cps = body.cps_uri->empty() ? std::nullopt : body.cps_uri;
  }
  if (body.cps_enabled == false) {
    options.policy = std::nullopt;
    options.cps = std::nullopt;
  } else if (body.cps_enabled == true && !options.policy) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"cps_oid", "name the policy under which it issues"}}};
  }
  if (body.digest) {
    options.digest_bits = digest_bits(*body.digest);
  }
  return options;
}

}  // namespace api::v2

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/template.h"
#include "json/json.h"
#include "service/templates.h"

namespace api::v2 {

struct BasicConstraintsBody {
  static constexpr json::Alias aliases[] = {{"is_ca", "ca"}, {"pathlen", "path_length"}};
  std::optional<bool> ca;
  std::optional<int> path_length;
};
BOOST_DESCRIBE_STRUCT(BasicConstraintsBody, (), (ca, path_length))

// The fields of a subject; the short names of attributes are taken too.
struct SubjectBody {
  static constexpr json::Alias aliases[] = {{"C", "country"},         {"ST", "state"},
                                            {"L", "locality"},        {"O", "organization"},
                                            {"CN", "common_name"},    {"OU", "organizational_unit"},
                                            {"emailAddress", "email"}};
  std::optional<std::string> country;
  std::optional<std::string> state;
  std::optional<std::string> locality;
  std::optional<std::string> organization;
  std::optional<std::string> organizational_unit;
  std::optional<std::string> common_name;
  std::optional<std::string> email;
};
BOOST_DESCRIBE_STRUCT(SubjectBody, (),
                      (country, state, locality, organization, organizational_unit, common_name,
                       email))

// What goes into the certificate, and what an order may add.
struct ExtensionsBody {
  static constexpr json::Alias aliases[] = {
      {"extra_ekus", "allowed_extended_key_usage"},
      {"ocsp_must_staple", "must_staple"},
      {"certificate_policies", "policies"},
  };
  std::optional<std::vector<std::string>> key_usage;
  std::optional<std::vector<std::string>> extended_key_usage;
  std::optional<std::vector<std::string>> allowed_extended_key_usage;
  std::optional<BasicConstraintsBody> basic_constraints;
  std::optional<std::vector<std::string>> san_types;
  std::optional<bool> san_required;
  std::optional<bool> common_name_in_san;
  std::optional<core::StapleRule> must_staple;
  std::optional<bool> ocsp_no_check;
  std::optional<bool> no_rev_avail;
  std::optional<std::vector<core::PolicyRule>> policies;
  std::optional<std::vector<core::CustomExtension>> custom_extensions;
  std::optional<std::vector<der::Oid>> allowed_extensions;
};
BOOST_DESCRIBE_STRUCT(ExtensionsBody, (),
                      (key_usage, extended_key_usage, allowed_extended_key_usage, basic_constraints,
                       san_types, san_required, common_name_in_san, must_staple, ocsp_no_check,
                       no_rev_avail, policies, custom_extensions, allowed_extensions))

// A template as clients write it. The page has the usages beside the name, the product within
// extensions_template: both are taken.
struct TemplateBody {
  static constexpr json::Alias aliases[] = {{"type", "template_type"}, {"active", "is_active"}};
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::string> template_type;
  std::optional<std::string> key_type;
  std::optional<json::TextOrNumber> key_size;
  std::optional<std::vector<std::string>> allowed_key_types;
  std::optional<int> validity_days;
  std::optional<int> max_validity_days;
  std::optional<std::string> digest;
  std::optional<std::vector<std::string>> key_usage;
  std::optional<std::vector<std::string>> extended_key_usage;
  std::optional<BasicConstraintsBody> basic_constraints;
  std::optional<SubjectBody> dn_template;
  std::optional<SubjectBody> pinned_subject_fields;
  std::optional<ExtensionsBody> extensions_template;
  std::optional<bool> baseline_requirements;
  std::optional<bool> is_active;
};
BOOST_DESCRIBE_STRUCT(TemplateBody, (),
                      (name, description, template_type, key_type, key_size, allowed_key_types,
                       validity_days, max_validity_days, digest, key_usage, extended_key_usage,
                       basic_constraints, dn_template, pinned_subject_fields, extensions_template,
                       baseline_requirements, is_active))

struct BasicConstraintsView {
  bool ca;
  std::optional<int> path_length;
};
BOOST_DESCRIBE_STRUCT(BasicConstraintsView, (), (ca, path_length))

struct ExtensionsView {
  std::vector<std::string> key_usage;
  std::vector<std::string> extended_key_usage;
  std::vector<std::string> allowed_extended_key_usage;
  BasicConstraintsView basic_constraints;
  std::vector<std::string> san_types;
  bool san_required;
  bool common_name_in_san;
  core::StapleRule must_staple;
  bool ocsp_no_check;
  bool no_rev_avail;
  std::vector<core::PolicyRule> policies;
  std::vector<core::CustomExtension> custom_extensions;
  std::vector<der::Oid> allowed_extensions;
};
BOOST_DESCRIBE_STRUCT(ExtensionsView, (),
                      (key_usage, extended_key_usage, allowed_extended_key_usage, basic_constraints,
                       san_types, san_required, common_name_in_san, must_staple, ocsp_no_check,
                       no_rev_avail, policies, custom_extensions, allowed_extensions))

struct TemplateView {
  core::TemplateId id;
  std::string name;
  std::string description;
  std::string template_type;
  std::string key_type;  // "RSA-2048", "EC-P384"
  std::int64_t key_size;
  std::vector<std::string> allowed_key_types;
  std::optional<int> validity_days;
  int max_validity_days;
  std::string digest;
  std::vector<std::string> key_usage;
  std::vector<std::string> extended_key_usage;
  BasicConstraintsView basic_constraints;
  core::SubjectRule dn_template;
  core::SubjectRule pinned_subject_fields;
  ExtensionsView extensions_template;
  bool baseline_requirements;
  bool is_system;
  bool is_active;
  std::int64_t usage_count;
  std::int64_t version;
  base::Time created_at;
  std::string created_by;
  base::Time updated_at;
  std::string updated_by;
};
BOOST_DESCRIBE_STRUCT(TemplateView, (),
                      (id, name, description, template_type, key_type, key_size, allowed_key_types,
                       validity_days, max_validity_days, digest, key_usage, extended_key_usage,
                       basic_constraints, dn_template, pinned_subject_fields, extensions_template,
                       baseline_requirements, is_system, is_active, usage_count, version,
                       created_at, created_by, updated_at, updated_by))

TemplateView view(const service::Templates::Shown& shown);

// The rules that a body makes of those that were there. Throws invalid_request with every field
// that cannot be read; whether the rules make sense is decided by core.
core::Profile profile_from(const TemplateBody& body, core::Profile profile);

// What a new template starts from, when its body does not say more.
core::Profile blank_profile(const TemplateBody& body);

}  // namespace api::v2

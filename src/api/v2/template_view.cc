#include "api/v2/template_view.h"

#include <algorithm>

#include "api/v2/certificate_orders.h"
#include "api/v2/certificate_view.h"
#include "base/text.h"
#include "der/oids.h"

namespace api::v2 {
namespace {

using Errors = std::vector<base::FieldError>;
using Texts = std::vector<std::string>;

// "RSA-2048", "EC-P384", "Ed25519": the contract's way.
std::string contract_key_type(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == ' ') {
      result += '-';
    } else if (c != '-') {
      result += c;
    }
  }
  return result;
}

Texts names_of(const std::vector<der::Oid>& purposes) {
  Texts names;
  for (const auto& purpose : purposes) {
    names.push_back(x509::extended_key_usage_name(purpose));
  }
  return names;
}

template <class Enum>
Texts texts_of(const std::vector<Enum>& values) {
  Texts names;
  for (const auto value : values) {
    names.emplace_back(boost::describe::enum_to_string(value, ""));
  }
  return names;
}

// Reads a list item by item; what cannot be read is told with its place.
template <class T, class Parse>
void read_list(std::vector<T>& values, const std::optional<Texts>& texts, const char* field,
               Errors& errors, Parse parse) {
  if (!texts) {
    return;
  }
  values.clear();
  for (std::size_t i = 0; i < texts->size(); ++i) {
    const auto value = parse((*texts)[i]);
    if (!value) {
      errors.push_back({std::string{field} + "[" + std::to_string(i) + "]", value.error().reason});
    } else if (std::ranges::find(values, *value) == values.end()) {
      values.push_back(*value);
    }
  }
}

std::expected<x509::GeneralNameType, base::ParseError> name_type(const std::string& text) {
  auto lower = base::lower(text);
  if (lower == "registered_id" || lower == "registeredid") {
    lower = "rid";
  }
  return base::from_text<x509::GeneralNameType>(lower);
}

void read_constraints(core::Profile& profile, const std::optional<BasicConstraintsBody>& body) {
  if (body) {
    profile.is_ca = body->ca.value_or(profile.is_ca);
    profile.path_length = body->path_length ? body->path_length : profile.path_length;
    if (!profile.is_ca && !body->path_length) {
      profile.path_length.reset();
    }
  }
}

void read_usages(core::Profile& profile, const std::optional<Texts>& key_usage,
                 const std::optional<Texts>& purposes, Errors& errors) {
  read_list(profile.key_usage, key_usage, "key_usage", errors,
            [](const auto& text) { return x509::KeyUsages::parse_one(text); });
  read_list(profile.extended_key_usage, purposes, "extended_key_usage", errors,
            [](const auto& text) { return x509::parse_extended_key_usage(text); });
}

void read_extensions(core::Profile& profile, const ExtensionsBody& body, Errors& errors) {
  read_usages(profile, body.key_usage, body.extended_key_usage, errors);
  read_list(profile.allowed_extended_key_usage, body.allowed_extended_key_usage,
            "allowed_extended_key_usage", errors,
            [](const auto& text) { return x509::parse_extended_key_usage(text); });
  read_constraints(profile, body.basic_constraints);
  read_list(profile.name_types, body.san_types, "san_types", errors, name_type);
  profile.names_required = body.san_required.value_or(profile.names_required);
  profile.common_name_is_a_name = body.common_name_in_san.value_or(profile.common_name_is_a_name);
  profile.must_staple = body.must_staple.value_or(profile.must_staple);
  profile.ocsp_no_check = body.ocsp_no_check.value_or(profile.ocsp_no_check);
  profile.no_rev_avail = body.no_rev_avail.value_or(profile.no_rev_avail);
  profile.policies = body.policies.value_or(profile.policies);
  profile.extensions = body.custom_extensions.value_or(profile.extensions);
  profile.allowed_extensions = body.allowed_extensions.value_or(profile.allowed_extensions);
}

core::SubjectRule subject_rule(const SubjectBody& body) {
  return {.country = body.country,
          .state = body.state,
          .locality = body.locality,
          .organization = body.organization,
          .organizational_unit = body.organizational_unit,
          .common_name = body.common_name,
          .email = body.email};
}

void read_digest(core::Profile& profile, const std::string& digest, Errors& errors) {
  for (const int bits : {256, 384, 512}) {
    if (digest == "sha" + std::to_string(bits) || digest == "SHA" + std::to_string(bits)) {
      profile.digest_bits = bits;
      return;
    }
  }
  errors.push_back({"digest", "not one of sha256, sha384, sha512"});
}

}  // namespace

TemplateView view(const service::Templates::Shown& shown) {
  const auto& [record, profile, issued] = shown;
  const auto key_usage = texts_of(profile.key_usage);
  const auto purposes = names_of(profile.extended_key_usage);
  const BasicConstraintsView constraints{profile.is_ca, profile.path_length};
  Texts key_types;
  for (const auto& type : profile.allowed_key_types) {
    key_types.push_back(contract_key_type(type));
  }
  return {.id = record.id,
          .name = record.name,
          .description = record.description,
          .template_type = record.template_type,
          .key_type = contract_key_type(profile.key_type),
          .key_size = key_parts(profile.key_type).size,
          .allowed_key_types = key_types,
          .validity_days = profile.validity_days,
          .max_validity_days = profile.max_validity_days,
          .digest = "sha" + std::to_string(profile.digest_bits),
          .key_usage = key_usage,
          .extended_key_usage = purposes,
          .basic_constraints = constraints,
          .dn_template = profile.subject_defaults,
          .pinned_subject_fields = profile.pinned_subject,
          .extensions_template = {.key_usage = key_usage,
                                  .extended_key_usage = purposes,
                                  .allowed_extended_key_usage =
                                      names_of(profile.allowed_extended_key_usage),
                                  .basic_constraints = constraints,
                                  .san_types = texts_of(profile.name_types),
                                  .san_required = profile.names_required,
                                  .common_name_in_san = profile.common_name_is_a_name,
                                  .must_staple = profile.must_staple,
                                  .ocsp_no_check = profile.ocsp_no_check,
                                  .no_rev_avail = profile.no_rev_avail,
                                  .policies = profile.policies,
                                  .custom_extensions = profile.extensions,
                                  .allowed_extensions = profile.allowed_extensions},
          .baseline_requirements = profile.baseline_requirements,
          .is_system = record.is_system,
          .is_active = record.is_active,
          .usage_count = issued,
          .version = record.version,
          .created_at = record.created_at,
          .created_by = record.created_by,
          .updated_at = record.updated_at,
          .updated_by = record.updated_by};
}

core::Profile profile_from(const TemplateBody& body, core::Profile profile) {
  Errors errors;
  profile.name = body.template_type.value_or(profile.name);
  if (body.key_type || body.key_size) {
    // "RSA-2048" says it all; "RSA" needs the size beside it.
    const bool has_size =
        body.key_type && body.key_type->find_first_of("0123456789") != std::string::npos;
    const auto size =
        body.key_size && !has_size ? std::optional{body.key_size->text} : std::nullopt;
    profile.key_type =
        crypto::to_text(key_algorithm(body.key_type, size, crypto::KeyAlgorithm::ec_p256));
  }
  read_list(profile.allowed_key_types, body.allowed_key_types, "allowed_key_types", errors,
            [](const auto& text) -> std::expected<std::string, base::ParseError> {
              const auto kind = crypto::parse_key_algorithm(text);
              return kind ? std::expected<std::string, base::ParseError>{crypto::to_text(*kind)}
                          : std::unexpected(kind.error());
            });
  if (body.validity_days) {
    profile.validity_days = body.validity_days;
    if (!body.max_validity_days) {
      profile.max_validity_days = std::max(profile.max_validity_days, *body.validity_days);
    }
  }
  profile.max_validity_days = body.max_validity_days.value_or(profile.max_validity_days);
  if (body.digest) {
    read_digest(profile, *body.digest, errors);
  }
  read_usages(profile, body.key_usage, body.extended_key_usage, errors);
  read_constraints(profile, body.basic_constraints);
  if (body.dn_template) {
    profile.subject_defaults = subject_rule(*body.dn_template);
  }
  if (body.pinned_subject_fields) {
    profile.pinned_subject = subject_rule(*body.pinned_subject_fields);
  }
  if (body.extensions_template) {
    read_extensions(profile, *body.extensions_template, errors);
  }
  profile.baseline_requirements =
      body.baseline_requirements.value_or(profile.baseline_requirements);
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  return profile;
}

core::Profile blank_profile(const TemplateBody& body) {
  if (body.template_type) {
    for (const auto& known : core::built_in_templates()) {
      if (known.profile.name == *body.template_type) {
        return known.profile;
      }
    }
  }
  core::Profile profile{.name = "custom"};
  const auto& purposes = body.extended_key_usage    ? body.extended_key_usage
                         : body.extensions_template ? body.extensions_template->extended_key_usage
                                                    : body.extended_key_usage;
  if (purposes && std::ranges::find(*purposes, "serverAuth") != purposes->end()) {
    profile.names_required = true;
    profile.common_name_is_a_name = true;
  }
  return profile;
}

}  // namespace api::v2

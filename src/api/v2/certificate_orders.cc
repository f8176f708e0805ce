#include "api/v2/certificate_orders.h"

#include <algorithm>

#include "base/text.h"
#include "der/oids.h"
#include "service/key_making.h"
#include "x509/csr.h"

namespace api::v2 {
namespace {

using Errors = std::vector<base::FieldError>;
using Names = std::vector<x509::GeneralName>;

void add_name(Names& names, Errors& errors, const std::string& field,
              const std::expected<x509::GeneralName, base::ParseError>& name) {
  if (!name) {
    errors.push_back({field, name.error().reason});
  } else if (std::ranges::find(names, *name) == names.end()) {
    names.push_back(*name);
  }
}

void add_all(Errors& errors, Errors more) {
  errors.insert(errors.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

template <class Make>
void add_names(Names& names, Errors& errors, const char* field,
               const std::optional<std::vector<std::string>>& texts, Make make) {
  if (!texts) {
    return;
  }
  for (std::size_t i = 0; i < texts->size(); ++i) {
    add_name(names, errors, std::string{field} + "[" + std::to_string(i) + "]", make((*texts)[i]));
  }
}

// "dns:a.example" with its prefix, or any name without one.
std::expected<x509::GeneralName, base::ParseError> any_name(const std::string& text) {
  const auto colon = text.find(':');
  static constexpr std::string_view prefixes[] = {"dns", "ip",  "email",  "uri",
                                                  "upn", "rid", "dirname"};
  const auto prefix = base::lower(text.substr(0, colon));
  const bool has_prefix =
      colon != std::string::npos && std::ranges::find(prefixes, prefix) != std::end(prefixes);
  return has_prefix ? x509::GeneralName::parse(text) : x509::GeneralName::guess(text);
}

// Clients look at alternative names only, so the common name is one of them where it can be. What
// a template does, its rules decide.
void add_common_name(Names& names, const core::Profile& profile, const std::string& common_name) {
  const auto name = x509::GeneralName::guess(common_name);
  if (profile.common_name_is_a_name && name &&
      std::ranges::find(profile.name_types, name->type()) != profile.name_types.end() &&
      std::ranges::find(names, *name) == names.end()) {
    names.insert(names.begin(), *name);
  }
}

std::optional<x509::CertificateRequest> read_csr(const IssueBody& body, Errors& errors) {
  if (!body.csr) {
    return std::nullopt;
  }
  auto request = x509::CertificateRequest::parse(base::as_bytes(*body.csr));
  if (!request) {
    errors.push_back({"csr", request.error().reason});
    return std::nullopt;
  }
  if (!request->verify_signature()) {
    errors.push_back({"csr", "its signature is not by its own key"});
    return std::nullopt;
  }
  return *std::move(request);
}

// Usages may be named as long as they say what the profile says: they cannot widen it.
core::Wishes read_wishes(const IssueBody& body, Errors& errors) {
  core::Wishes wishes;
  for (const auto& name : body.key_usage.value_or(std::vector<std::string>{})) {
    if (const auto usage = x509::KeyUsages::parse_one(name)) {
      wishes.key_usage.push_back(*usage);
    } else {
      errors.push_back({"key_usage", "'" + name + "': " + usage.error().reason});
    }
  }
  for (const auto* list : {&body.extended_key_usage, &body.extra_ekus}) {
    for (const auto& name : list->value_or(std::vector<std::string>{})) {
      if (const auto usage = x509::parse_extended_key_usage(name)) {
        wishes.extended_key_usage.push_back(*usage);
      } else {
        errors.push_back({list == &body.extra_ekus ? "extra_ekus" : "extended_key_usage",
                          "'" + name + "': " + usage.error().reason});
      }
    }
  }
  const auto extensions = body.custom_extensions.value_or(std::vector<core::CustomExtension>{});
  for (std::size_t i = 0; i < extensions.size(); ++i) {
    if (auto extension = core::to_extension(extensions[i])) {
      wishes.extensions.push_back(*std::move(extension));
    } else {
      errors.push_back({"custom_extensions[" + std::to_string(i) + "]", extension.error().reason});
    }
  }
  return wishes;
}

// "serverAuth" and "clientAuth" together mean the combined profile, as the page's example asks.
std::string profile_name(const IssueBody& body) {
  if (body.cert_type) {
    return *body.cert_type;
  }
  if (body.extended_key_usage) {
    const auto has = [&](std::string_view name) {
      return std::ranges::find(*body.extended_key_usage, name) != body.extended_key_usage->end();
    };
    if (has("serverAuth") && has("clientAuth")) {
      return "combined";
    }
    if (has("clientAuth")) {
      return "client";
    }
  }
  return "server";
}

}  // namespace

service::Issuance::Request issue_request(const IssueBody& body,
                                         const core::AuthorityId& default_authority,
                                         const service::General& general) {
  Errors errors;
  const auto profile = profile_name(body);
  if (body.template_id && body.cert_type) {
    errors.push_back({"cert_type", "the template decides the kind: give one of the two"});
  }
  auto wishes = read_wishes(body, errors);
  if (!body.template_id) {
    add_all(errors, core::usage_problems(core::profile_named(profile), wishes));
  }

  const auto csr = read_csr(body, errors);
  x509::Name subject;
  Names names;
  core::Wishes brought;
  if (csr) {
    brought = core::wishes_of(*csr);
    auto requested = core::names_of(*csr);
    subject = std::move(requested.subject);
    names = std::move(requested.names);
  }
  const SubjectParts parts{
      body.country,     body.state, body.locality, body.organization, body.organizational_unit,
      body.common_name, body.email};
  if (const auto given = subject_from(parts, errors); !given.empty()) {
    subject = given;
  }
  add_names(names, errors, "san", body.san, any_name);
  add_names(names, errors, "san_dns", body.san_dns, x509::GeneralName::dns);
  add_names(names, errors, "san_ip", body.san_ip, x509::GeneralName::ip);
  add_names(names, errors, "san_email", body.san_email, x509::GeneralName::email);
  add_names(names, errors, "san_uri", body.san_uri, x509::GeneralName::uri);
  add_names(names, errors, "san_upn", body.san_upn, x509::GeneralName::upn);
  add_names(names, errors, "san_rid", body.san_rid, x509::GeneralName::rid);
  if (const auto common_name = subject.common_name(); common_name && !body.template_id) {
    add_common_name(names, core::profile_named(profile), *common_name);
  }
  if (body.validity_days && (*body.validity_days < 1 || *body.validity_days > 3650)) {
    errors.push_back({"validity_days", "not between 1 and 3650"});
  }
  if (!csr && !body.csr && subject.empty() && names.empty()) {
    errors.push_back({"common_name", "missing"});
  }
  if (body.description && body.description->size() > 1000) {
    errors.push_back({"description", "has more than 1000 characters"});
  }
  auto tags = core::in_order(body.tags.value_or(std::vector<core::Tag>{}));
  if (tags.size() > core::most_tags) {
    errors.push_back({"tags", "a certificate has at most 20 tags"});
  }
  std::optional<crypto::PrivateKey> private_key;
  if (errors.empty() && !csr) {
    const auto size = body.curve      ? body.curve
                      : body.key_size ? std::optional{body.key_size->text}
                                      : std::nullopt;
    private_key =
        service::make_key(key_algorithm(body.key_type, size, crypto::KeyAlgorithm::ec_p256));
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  const auto validity =
      body.validity_days
          ? std::optional<std::chrono::seconds>{std::chrono::days{*body.validity_days}}
          : std::nullopt;
  return {.authority_id = body.ca_id.value_or(default_authority),
          .order = {.profile = profile,
                    .subject = subject,
                    .names = names,
                    .key = csr ? csr->public_key() : private_key->public_key(),
                    .validity = validity,
                    .not_before = std::nullopt,
                    .not_after = std::nullopt,
                    .must_staple = body.ocsp_must_staple.value_or(csr && body.template_id &&
                                                                  csr->must_staple()),
                    .usual_validity = std::chrono::days{general.default_validity_days},
                    .asked = std::move(wishes),
                    .brought = std::move(brought)},
          .source = csr ? core::Source::csr : core::Source::manual,
          .description = body.description.value_or(""),
          .tags = std::move(tags),
          .private_key = private_key,
          .template_id = body.template_id,
          .key_kind_is_open = !body.key_type && !body.key_size && !body.curve};
}

crypto::KeyAlgorithm key_algorithm(const std::optional<std::string>& type,
                                   const std::optional<std::string>& size,
                                   crypto::KeyAlgorithm otherwise) {
  if (!type && !size) {
    return otherwise;
  }
  auto text = type.value_or("");
  if (text == "ECDSA" || text == "ecdsa" || text == "EC" || text == "ec") {
    text = size.value_or("P-256");
  } else if (size) {
    text += (text.empty() ? "" : " ") + *size;
  } else if (text == "RSA" || text == "rsa") {
    text = "RSA 2048";
  }
  const auto algorithm = crypto::parse_key_algorithm(text);
  if (!algorithm) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{type ? "key_type" : "key_size", algorithm.error().reason}}};
  }
  return *algorithm;
}

x509::Name subject_from(const SubjectParts& parts, std::vector<base::FieldError>& errors) {
  x509::Name name;
  const auto add = [&](const char* field, const der::Oid& type,
                       const std::optional<std::string>& value) {
    if (!value || value->empty()) {
      return;
    }
    if (const auto added = name.add(type, *value); !added) {
      errors.push_back({field, added.error().reason});
    }
  };
  add("country", der::oids::country, parts.country);
  add("state", der::oids::state_or_province, parts.state);
  add("locality", der::oids::locality, parts.locality);
  add("organization", der::oids::organization, parts.organization);
  add("organizational_unit", der::oids::organizational_unit, parts.organizational_unit);
  add("common_name", der::oids::common_name, parts.common_name);
  add("email", der::oids::email_address, parts.email);
  return name;
}

}  // namespace api::v2

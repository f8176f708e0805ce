#include <functional>
#include <optional>

#include "der/oids.h"
#include "x509/extensions.h"

// Extensions in words, for people.
namespace x509 {
namespace {

namespace oids = der::oids;

using Text = std::optional<std::string>;

template <class List, class ToText>
std::string join(const List& list, ToText to_text) {
  std::string text;
  for (const auto& item : list) {
    text += (text.empty() ? "" : ", ") + std::string{to_text(item)};
  }
  return text;
}

const auto itself = [](const std::string& text) { return text; };

std::string colons(base::ByteView bytes) {
  std::string text;
  for (const auto octet : bytes) {
    text += (text.empty() ? "" : ":") + base::to_hex({&octet, 1});
  }
  return text;
}

Text constraints_text(base::ByteView value) {
  const auto constraints = read_basic_constraints(value);
  if (!constraints) {
    return std::nullopt;
  }
  return std::string{"CA: "} + (constraints->is_ca ? "yes" : "no") +
         (constraints->path_length ? ", path length " + std::to_string(*constraints->path_length)
                                   : "");
}

Text key_usage_text(base::ByteView value) {
  const auto usages = read_key_usage(value);
  return usages ? Text{join(usages->names(), itself)} : std::nullopt;
}

Text extended_text(base::ByteView value) {
  const auto usages = read_extended_key_usage(value);
  return usages ? Text{join(*usages, extended_key_usage_name)} : std::nullopt;
}

Text names_text(base::ByteView value) {
  const auto names = read_general_names(value, NameRules::lenient);
  return names ? Text{join(*names, [](const auto& name) { return name.to_string(); })}
               : std::nullopt;
}

Text subject_key_text(base::ByteView value) {
  const auto identifier = read_subject_key_identifier(value);
  return identifier ? Text{colons(*identifier)} : std::nullopt;
}

Text authority_key_text(base::ByteView value) {
  const auto identifier = read_authority_key_identifier(value);
  return identifier ? Text{colons(*identifier)} : std::nullopt;
}

Text points_text(base::ByteView value) {
  const auto urls = read_distribution_points(value);
  return urls ? Text{join(*urls, itself)} : std::nullopt;
}

Text access_text(base::ByteView value) {
  const auto access = read_authority_information_access(value);
  if (!access) {
    return std::nullopt;
  }
  auto text = join(access->ocsp, [](const auto& url) { return "OCSP " + url; });
  const auto issuers = join(access->ca_issuers, [](const auto& url) { return "issuer " + url; });
  return text + (text.empty() || issuers.empty() ? "" : ", ") + issuers;
}

Text policies_text(base::ByteView value) {
  const auto policies = read_certificate_policies(value);
  if (!policies) {
    return std::nullopt;
  }
  return join(*policies, [](const Policy& policy) {
    return policy.oid.to_string() + (policy.cps.empty() ? "" : " (" + policy.cps + ")") +
           (policy.user_notice.empty() ? "" : " \"" + policy.user_notice + "\"");
  });
}

Text name_constraints_text(base::ByteView value) {
  const auto constraints = read_name_constraints(value);
  if (!constraints) {
    return std::nullopt;
  }
  const auto text_of = [](const NameConstraint& constraint) { return constraint.to_string(); };
  const auto permitted = join(constraints->permitted, text_of);
  const auto excluded = join(constraints->excluded, text_of);
  return (permitted.empty() ? "" : "permitted " + permitted) +
         (permitted.empty() || excluded.empty() ? "" : "; ") +
         (excluded.empty() ? "" : "excluded " + excluded);
}

Text features_text(base::ByteView value) {
  const auto features = read_tls_feature(value);
  if (!features) {
    return std::nullopt;
  }
  return join(*features, [](std::uint64_t feature) {
    return feature == 5 ? "status_request (must staple)" : std::to_string(feature);
  });
}

Text number_text(base::ByteView value) {
  const auto number = read_number(value);
  return number ? Text{std::to_string(*number)} : std::nullopt;
}

Text yes_text(base::ByteView) {
  return "yes";
}

struct Known {
  der::Oid oid;
  const char* name;
  Text (*text)(base::ByteView);
};

constexpr Known known_extensions[] = {
    {oids::basic_constraints, "Basic Constraints", constraints_text},
    {oids::key_usage, "Key Usage", key_usage_text},
    {oids::extended_key_usage, "Extended Key Usage", extended_text},
    {oids::subject_alternative_name, "Subject Alternative Name", names_text},
    {oids::issuer_alternative_name, "Issuer Alternative Name", names_text},
    {oids::subject_key_identifier, "Subject Key Identifier", subject_key_text},
    {oids::authority_key_identifier, "Authority Key Identifier", authority_key_text},
    {oids::crl_distribution_points, "CRL Distribution Points", points_text},
    {oids::freshest_crl, "Freshest CRL", points_text},
    {oids::authority_information_access, "Authority Information Access", access_text},
    {oids::certificate_policies, "Certificate Policies", policies_text},
    {oids::name_constraints, "Name Constraints", name_constraints_text},
    {oids::tls_feature, "TLS Feature", features_text},
    {oids::ocsp_nocheck, "OCSP No Check", yes_text},
    {oids::no_rev_avail, "No Revocation Available", yes_text},
    {oids::acme_identifier, "ACME Identifier", nullptr},
    {oids::crl_number, "CRL Number", number_text},
    {oids::delta_crl_indicator, "Delta CRL Indicator", number_text},
    {oids::issuing_distribution_point, "Issuing Distribution Point", nullptr},
    {oids::policy_mappings, "Policy Mappings", nullptr},
    {oids::policy_constraints, "Policy Constraints", nullptr},
    {oids::inhibit_any_policy, "Inhibit anyPolicy", number_text},
    {oids::subject_information_access, "Subject Information Access", nullptr},
    {oids::ct_precertificate_scts, "Certificate Transparency SCTs", nullptr},
    {oids::ct_poison, "Certificate Transparency Poison", yes_text},
    {oids::microsoft_template_name, "Microsoft Template Name", nullptr},
    {oids::microsoft_template, "Microsoft Template", nullptr},
    {oids::netscape_certificate_type, "Netscape Certificate Type", nullptr},
    {oids::netscape_comment, "Netscape Comment", nullptr},
};

}  // namespace

ExtensionText describe(const Extension& extension) {
  ExtensionText text{.oid = extension.oid.to_string(),
                     .name = extension.oid.to_string(),
                     .critical = extension.critical,
                     .value = {}};
  Text value;
  for (const auto& known : known_extensions) {
    if (known.oid == extension.oid) {
      text.name = known.name;
      value = known.text == nullptr ? std::nullopt : known.text(extension.value);
      break;
    }
  }
  text.value = value ? *std::move(value) : colons(extension.value);
  return text;
}

}  // namespace x509

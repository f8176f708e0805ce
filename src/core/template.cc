#include "core/template.h"

#include <algorithm>
#include <array>

#include "der/oids.h"
#include "der/reader.h"

namespace core {
namespace {

using x509::KeyUsage;
using Errors = std::vector<base::FieldError>;

constexpr std::size_t most_entries = 50;
constexpr std::size_t longest_extension = 4096;
constexpr std::size_t longest_value = 255;

// Each of them is decided by the rules, or would change who the certificate speaks for.
constexpr std::array decided{der::oids::subject_key_identifier,
                             der::oids::key_usage,
                             der::oids::subject_alternative_name,
                             der::oids::issuer_alternative_name,
                             der::oids::basic_constraints,
                             der::oids::name_constraints,
                             der::oids::crl_distribution_points,
                             der::oids::certificate_policies,
                             der::oids::policy_mappings,
                             der::oids::authority_key_identifier,
                             der::oids::policy_constraints,
                             der::oids::extended_key_usage,
                             der::oids::freshest_crl,
                             der::oids::inhibit_any_policy,
                             der::oids::no_rev_avail,
                             der::oids::authority_information_access,
                             der::oids::tls_feature,
                             der::oids::ocsp_nocheck,
                             der::oids::acme_identifier,
                             der::oids::ct_precertificate_scts,
                             der::oids::ct_poison};

bool contains(const std::vector<der::Oid>& list, const der::Oid& oid) {
  return std::ranges::find(list, oid) != list.end();
}

void check_usages(const Profile& profile, Errors& errors) {
  const auto uses = [&](KeyUsage usage) {
    return std::ranges::find(profile.key_usage, usage) != profile.key_usage.end();
  };
  if (profile.key_usage.empty()) {
    errors.push_back({"key_usage", "a certificate needs at least one usage"});
  }
  if (!profile.is_ca && (uses(KeyUsage::keyCertSign) || uses(KeyUsage::cRLSign))) {
    errors.push_back({"key_usage", "keyCertSign and cRLSign are for authorities"});
  }
  if (profile.is_ca && !uses(KeyUsage::keyCertSign)) {
    errors.push_back({"key_usage", "an authority needs keyCertSign (RFC 5280, section 4.2.1.9)"});
  }
  if (!profile.is_ca && profile.extended_key_usage.empty()) {
    // Without the extension a certificate is good for everything.
    errors.push_back({"extended_key_usage", "name at least one purpose"});
  }
  for (const auto* list : {&profile.extended_key_usage, &profile.allowed_extended_key_usage}) {
    if (list->size() > most_entries) {
      errors.push_back({"extended_key_usage", "has more than 50 purposes"});
    }
    if (contains(*list, der::oids::any_extended_key_usage)) {
      errors.push_back({"extended_key_usage", "anyExtendedKeyUsage has no limits: name purposes"});
    }
  }
  if (profile.path_length &&
      (!profile.is_ca || *profile.path_length < 0 || *profile.path_length > 20)) {
    errors.push_back({"basic_constraints", profile.is_ca ? "the path length is not between 0 and 20"
                                                         : "only an authority has a path length"});
  }
}

void check_extensions(const Profile& profile, Errors& errors) {
  if (profile.extensions.size() > most_entries ||
      profile.allowed_extensions.size() > most_entries || profile.policies.size() > most_entries) {
    errors.push_back({"custom_extensions", "has more than 50 entries"});
    return;
  }
  for (std::size_t i = 0; i < profile.extensions.size(); ++i) {
    const auto field = "custom_extensions[" + std::to_string(i) + "]";
    const auto extension = to_extension(profile.extensions[i]);
    if (!extension) {
      errors.push_back({field, extension.error().reason});
    }
    if (std::ranges::count(profile.extensions, profile.extensions[i].oid, &CustomExtension::oid) >
        1) {
      errors.push_back({field, "is there twice"});
    }
  }
  for (const auto& oid : profile.allowed_extensions) {
    if (is_decided_by_rules(oid)) {
      errors.push_back({"allowed_extensions", oid.to_string() + " is decided by the rules"});
    }
  }
  for (const auto& policy : profile.policies) {
    const bool is_url = policy.cps.empty() || x509::GeneralName::uri(policy.cps).has_value();
    if (!is_url) {
      errors.push_back({"policies", "'" + policy.cps + "' is not a URL"});
    }
    if (std::ranges::count(profile.policies, policy.oid, &PolicyRule::oid) > 1) {
      errors.push_back({"policies", policy.oid.to_string() + " is there twice"});
    }
  }
}

void check_keys_and_dates(const Profile& profile, Errors& errors) {
  if (const auto kind = crypto::parse_key_algorithm(profile.key_type); !kind) {
    errors.push_back({"key_type", kind.error().reason});
  }
  for (const auto& text : profile.allowed_key_types) {
    if (const auto kind = crypto::parse_key_algorithm(text); !kind) {
      errors.push_back({"allowed_key_types", "'" + text + "': " + kind.error().reason});
    }
  }
  if (profile.max_validity_days < 1 || profile.max_validity_days > longest_validity_days) {
    errors.push_back({"max_validity_days", "not between 1 and 3650"});
  }
  if (profile.validity_days &&
      (*profile.validity_days < 1 || *profile.validity_days > profile.max_validity_days)) {
    errors.push_back({"validity_days", "not between 1 and max_validity_days"});
  }
  if (profile.digest_bits != 256 && profile.digest_bits != 384 && profile.digest_bits != 512) {
    errors.push_back({"digest", "not one of sha256, sha384, sha512"});
  }
}

void check_subject(const SubjectRule& rule, const std::string& field, bool placeholders,
                   Errors& errors) {
  boost::mp11::mp_for_each<
      boost::describe::describe_members<SubjectRule, boost::describe::mod_public>>(
      [&](auto member) {
        const auto& value = rule.*member.pointer;
        if (!value) {
          return;
        }
        const auto at = field + "." + member.name;
        if (value->empty() || value->size() > longest_value) {
          errors.push_back({at, "has not 1 to 255 characters"});
        }
        for (auto open = value->find('{'); open != std::string::npos;
             open = value->find('{', open + 1)) {
          const auto end = value->find('}', open);
          const auto name = value->substr(open, end == std::string::npos ? end : end - open + 1);
          if (!placeholders ||
              (name != "{hostname}" && name != "{email}" && name != "{username}")) {
            errors.push_back({at, "'" + name + "' is none of {hostname}, {email}, {username}"});
          }
        }
      });
}

}  // namespace

Errors problems_of(const Profile& profile) {
  Errors errors;
  check_usages(profile, errors);
  check_extensions(profile, errors);
  check_keys_and_dates(profile, errors);
  check_subject(profile.subject_defaults, "dn_template", true, errors);
  check_subject(profile.pinned_subject, "pinned_subject_fields", false, errors);
  const auto& types = profile.name_types;
  if (std::ranges::any_of(types, [](auto type) {
        return type == x509::GeneralNameType::other || type == x509::GeneralNameType::dir_name;
      })) {
    errors.push_back({"san_types", "takes dns, ip, email, uri, upn, rid"});
  }
  if (profile.names_required && types.empty()) {
    errors.push_back({"san_types", "names are required, and no kind of them is allowed"});
  }
  if (profile.baseline_requirements && profile.no_rev_avail && profile.max_validity_days > 7) {
    errors.push_back(
        {"no_rev_avail", "is for certificates of at most 7 days (Baseline Requirements, 4.9.7)"});
  }
  return errors;
}

Errors name_problems(std::string_view name, std::string_view description) {
  Errors errors;
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (name.empty() || name.size() > 100 || std::ranges::any_of(name, is_control)) {
    errors.push_back({"name", "has not 1 to 100 characters on one line"});
  }
  if (description.size() > 1000) {
    errors.push_back({"description", "has more than 1000 characters"});
  }
  return errors;
}

// RFC 8813, RFC 9295, RFC 3279, section 2.3: what a key of each kind may be used for.
x509::KeyUsages usages_for(const Profile& profile, const crypto::PublicKey& key) {
  x509::KeyUsages usages;
  for (const auto usage : profile.key_usage) {
    const bool enciphers =
        usage == KeyUsage::keyEncipherment || usage == KeyUsage::dataEncipherment;
    const bool agrees = usage == KeyUsage::keyAgreement || usage == KeyUsage::encipherOnly ||
                        usage == KeyUsage::decipherOnly;
    if ((!enciphers || key.type() == crypto::KeyType::rsa) &&
        (!agrees || key.type() == crypto::KeyType::ec)) {
      usages.add(usage);
    }
  }
  return usages;
}

bool allows_key(const Profile& profile, const crypto::PublicKey& key) {
  const auto& allowed = profile.allowed_key_types;
  return allowed.empty() || std::ranges::any_of(allowed, [&](const auto& text) {
           const auto kind = crypto::parse_key_algorithm(text);
           if (!kind || crypto::type_of(*kind) != key.type()) {
             return false;
           }
           const auto name = crypto::to_text(*kind);
           return name == key.name() ||
                  (key.type() == crypto::KeyType::rsa &&
                   key.bits() >= base::from_text<int>(name.substr(4)).value_or(1 << 20));
         });
}

bool may_have_usage(const Profile& profile, const der::Oid& usage) {
  return contains(profile.extended_key_usage, usage) ||
         contains(profile.allowed_extended_key_usage, usage);
}

bool takes_name(const Profile& profile, const x509::GeneralName& name) {
  return std::ranges::find(profile.name_types, name.type()) != profile.name_types.end();
}

bool may_bring(const Profile& profile, const der::Oid& extension) {
  return !is_decided_by_rules(extension) && contains(profile.allowed_extensions, extension);
}

bool is_decided_by_rules(const der::Oid& extension) {
  return std::ranges::find(decided, extension) != decided.end();
}

std::expected<x509::Extension, base::ParseError> to_extension(const CustomExtension& custom) {
  if (is_decided_by_rules(custom.oid)) {
    return std::unexpected(
        base::ParseError{custom.oid.to_string() + " is decided by the rules, and cannot be given"});
  }
  auto value = base::from_hex(custom.value);
  if (!value) {
    return std::unexpected(base::ParseError{"the value is not DER in hexadecimal"});
  }
  if (value->size() > longest_extension) {
    return std::unexpected(base::ParseError{"the value has more than 4096 octets"});
  }
  if (const auto nested = der::check_nested(*value); !nested) {
    return std::unexpected(nested.error());
  }
  return x509::custom_extension(custom.oid, custom.critical, *std::move(value));
}

}  // namespace core

#include <algorithm>

#include "base/error.h"
#include "core/issuance.h"
#include "der/oids.h"

// What a template makes of an order, and what an order may not ask for.
namespace core {
namespace {

using x509::KeyUsage;

// "{hostname}" and its like, filled from the names; nothing when a name is missing.
std::optional<std::string> filled(const std::string& text,
                                  const std::vector<x509::GeneralName>& names) {
  const auto first = [&](x509::GeneralNameType type) -> std::optional<std::string> {
    const auto found = std::ranges::find(names, type, &x509::GeneralName::type);
    return found == names.end() ? std::nullopt : std::optional{found->value()};
  };
  const auto email = first(x509::GeneralNameType::email);
  auto user = first(x509::GeneralNameType::upn);
  user = user ? user : email;
  if (user) {
    user = user->substr(0, user->find('@'));
  }
  const std::pair<std::string_view, std::optional<std::string>> placeholders[] = {
      {"{hostname}", first(x509::GeneralNameType::dns)}, {"{email}", email}, {"{username}", user}};
  // In one pass: what a name brings in is not read again.
  std::string result;
  for (std::string_view rest = text; !rest.empty();) {
    const auto found = std::ranges::find_if(
        placeholders, [&](const auto& placeholder) { return rest.starts_with(placeholder.first); });
    if (found == std::end(placeholders)) {
      result += rest.front();
      rest.remove_prefix(1);
    } else if (found->second) {
      result += *found->second;
      rest.remove_prefix(found->first.size());
    } else {
      return std::nullopt;
    }
  }
  return result;
}

struct SubjectPart {
  der::Oid type;
  const char* field;
  std::optional<std::string> SubjectRule::* rule;
};

// In the order of a subject, the most significant first.
const SubjectPart subject_parts[] = {
    {der::oids::country, "country", &SubjectRule::country},
    {der::oids::state_or_province, "state", &SubjectRule::state},
    {der::oids::locality, "locality", &SubjectRule::locality},
    {der::oids::organization, "organization", &SubjectRule::organization},
    {der::oids::organizational_unit, "organizational_unit", &SubjectRule::organizational_unit},
    {der::oids::common_name, "common_name", &SubjectRule::common_name},
    {der::oids::email_address, "email", &SubjectRule::email}};

x509::Name subject_by(const Profile& profile, const CertificateOrder& order) {
  x509::Name subject;
  std::vector<base::FieldError> errors;
  const auto add = [&](const char* field, const der::Oid& type, const std::string& value) {
    if (const auto added = subject.add(type, value); !added) {
      errors.push_back({field, added.error().reason});
    }
  };
  for (const auto& [type, field, rule] : subject_parts) {
    if (const auto& pinned = profile.pinned_subject.*rule) {
      add(field, type, *pinned);
    } else if (const auto given = order.subject.all(type); !given.empty()) {
      for (const auto& value : given) {
        add(field, type, value);
      }
    } else if (const auto& usual = profile.subject_defaults.*rule) {
      if (const auto value = filled(*usual, order.names)) {
        add(field, type, *value);
      }
    }
  }
  const auto is_known = [](const der::Oid& type) {
    return std::ranges::find(subject_parts, type, &SubjectPart::type) != std::end(subject_parts);
  };
  for (const auto& rdn : order.subject.rdns()) {
    for (const auto& attribute : rdn) {
      if (!is_known(attribute.type)) {
        add("subject", attribute.type, attribute.value);
      }
    }
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  return subject;
}

void apply_template(CertificateOrder& order) {
  const auto& profile = order.rules->profile;
  order.profile = profile.name;
  order.subject = subject_by(profile, order);
  // Clients look at alternative names only, so the common name is one of them where it can be.
  if (const auto common_name = order.subject.common_name();
      common_name && profile.common_name_is_a_name) {
    const auto name = x509::GeneralName::guess(*common_name);
    if (name && takes_name(profile, *name) &&
        std::ranges::find(order.names, *name) == order.names.end()) {
      order.names.insert(order.names.begin(), *name);
    }
  }
}

}  // namespace

const Profile& profile_of(const CertificateOrder& order) {
  return order.rules ? order.rules->profile : profile_named(order.profile);
}

void apply_rules(CertificateOrder& order) {
  if (order.rules) {
    apply_template(order);
  }
  // RFC 5280, section 4.1.2.6: an e-mail address in the subject is an alternative name as well.
  for (const auto& email : order.subject.all(der::oids::email_address)) {
    const auto name = x509::GeneralName::email(email);
    if (name && takes_name(profile_of(order), *name) &&
        std::ranges::find(order.names, *name) == order.names.end()) {
      order.names.push_back(*name);
    }
  }
}

bool rules_change(const CertificateOrder& order) {
  return order.rules || order.subject.get(der::oids::email_address);
}

std::vector<base::FieldError> usage_problems(const Profile& profile, const Wishes& asked) {
  std::vector<base::FieldError> errors;
  for (const auto usage : asked.key_usage) {
    if (std::ranges::find(profile.key_usage, usage) == profile.key_usage.end() &&
        usage != KeyUsage::keyEncipherment) {
      errors.push_back({"key_usage", "'" + std::string{boost::describe::enum_to_string(usage, "")} +
                                         "' is not part of " + profile.name});
    }
  }
  for (const auto& purpose : asked.extended_key_usage) {
    if (!may_have_usage(profile, purpose)) {
      errors.push_back({"extended_key_usage", "'" + x509::extended_key_usage_name(purpose) +
                                                  "' is not part of " + profile.name});
    }
  }
  for (const auto& extension : asked.extensions) {
    if (!may_bring(profile, extension.oid)) {
      errors.push_back({"custom_extensions",
                        "'" + extension.oid.to_string() + "' is not part of " + profile.name});
    }
  }
  return errors;
}

}  // namespace core

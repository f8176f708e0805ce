#include "core/issuance.h"

#include <algorithm>

#include "base/error.h"
#include "core/name_constraints.h"
#include "der/oids.h"

namespace core {
namespace {

using x509::KeyUsage;

const std::vector<Profile>& profiles() {
  static const std::vector<Profile> all{
      {.name = "server",
       .key_usage = {KeyUsage::digitalSignature},
       .key_encipherment_with_rsa = true,
       .extended_key_usage = {der::oids::server_auth},
       .names_required = true},
      {.name = "client",
       .key_usage = {KeyUsage::digitalSignature},
       .key_encipherment_with_rsa = false,
       .extended_key_usage = {der::oids::client_auth},
       .names_required = false},
      {.name = "combined",
       .key_usage = {KeyUsage::digitalSignature},
       .key_encipherment_with_rsa = true,
       .extended_key_usage = {der::oids::server_auth, der::oids::client_auth},
       .names_required = true},
      {.name = "email",
       .key_usage = {KeyUsage::digitalSignature, KeyUsage::nonRepudiation},
       .key_encipherment_with_rsa = true,
       .extended_key_usage = {der::oids::email_protection},
       .names_required = true},
      {.name = "code_signing",
       .key_usage = {KeyUsage::digitalSignature},
       .key_encipherment_with_rsa = false,
       .extended_key_usage = {der::oids::code_signing},
       .names_required = false},
  };
  return all;
}

class Complaints {
 public:
  void add(std::string field, std::string reason) {
    errors_.push_back({std::move(field), std::move(reason)});
  }
  void throw_if_any() {
    if (!errors_.empty()) {
      throw base::Error{base::ErrorCode::invalid_request, std::move(errors_)};
    }
  }

 private:
  std::vector<base::FieldError> errors_;
};

struct Validity {
  base::Time not_before;
  base::Time not_after;
};

Validity decide_validity(const CertificateOrder& order, const IssuerFacts& issuer, base::Time now,
                         Complaints& complaints) {
  Validity validity{
      .not_before = order.not_before.value_or(now - backdating),
      .not_after = order.not_after.value_or(now + order.validity.value_or(order.usual_validity))};
  const bool was_asked = order.validity || order.not_after;
  validity.not_before = std::max(validity.not_before, issuer.not_before);
  if (order.not_before && *order.not_before < now - std::chrono::days{1}) {
    complaints.add("not_before", "lies in the past");
  }
  if (issuer.not_after <= now) {
    complaints.add("ca_id", "the authority expired on " + base::to_text(issuer.not_after));
  } else if (validity.not_after <= now || validity.not_after <= validity.not_before) {
    complaints.add("validity_days", "ends before it begins");
  } else if (validity.not_after - now > longest_validity) {
    complaints.add("validity_days", "is longer than 3650 days");
  } else if (validity.not_after > issuer.not_after) {
    // RFC 5280 does not ask for nesting, but what outlives its authority is refused by clients.
    if (was_asked) {
      complaints.add("validity_days",
                     "ends after the authority itself, on " + base::to_text(issuer.not_after));
    }
    validity.not_after = issuer.not_after;
  }
  return validity;
}

void check_names(const CertificateOrder& order, const Profile& profile, Complaints& complaints) {
  constexpr std::size_t most_names = 250;
  if (order.names.size() > most_names) {
    complaints.add("san", "has more than 250 names");
  }
  if (profile.names_required && order.names.empty()) {
    complaints.add("san",
                   "at least one alternative name is needed: clients do not look at the "
                   "common name");
  }
  if (order.subject.empty() && order.names.empty()) {
    complaints.add("common_name", "a certificate needs a subject or an alternative name");
  }
  for (const auto& name : order.names) {
    if (name.type() == x509::GeneralNameType::other ||
        name.type() == x509::GeneralNameType::dir_name) {
      complaints.add("san", name.to_string() + " is of a type that is not issued");
    }
  }
}

x509::KeyUsages usages_for(const Profile& profile, const crypto::PublicKey& key) {
  auto usages = profile.key_usage;
  if (profile.key_encipherment_with_rsa && key.type() == crypto::KeyType::rsa) {
    usages.add(KeyUsage::keyEncipherment);
  }
  return usages;
}

void add_addresses(std::vector<x509::Extension>& extensions, const IssuerFacts& issuer) {
  x509::AuthorityInformation information;
  if (issuer.ocsp_enabled) {
    information.ocsp.push_back(issuer.addresses.ocsp);
  }
  if (issuer.aia_enabled) {
    information.ca_issuers.push_back(issuer.addresses.ca_issuers);
  }
  if (issuer.ocsp_enabled || issuer.aia_enabled) {
    extensions.push_back(x509::authority_information_access(information));
  }
  if (issuer.cdp_enabled) {
    extensions.push_back(x509::crl_distribution_points({issuer.addresses.crl}));
  }
}

}  // namespace

const Profile& profile_named(std::string_view name) {
  for (const auto& profile : profiles()) {
    if (profile.name == name) {
      return profile;
    }
  }
  throw base::Error{base::ErrorCode::invalid_request,
                    {base::FieldError{"cert_type",
                                      "not one of server, client, combined, email, "
                                      "code_signing"}}};
}

std::vector<std::string> profile_names() {
  std::vector<std::string> names;
  for (const auto& profile : profiles()) {
    names.push_back(profile.name);
  }
  return names;
}

x509::TbsCertificate decide_certificate(const CertificateOrder& order, const IssuerFacts& issuer,
                                        const x509::SerialNumber& serial, base::Time now) {
  const auto& profile = profile_named(order.profile);
  Complaints complaints;
  const auto validity = decide_validity(order, issuer, now, complaints);
  check_names(order, profile, complaints);
  if (!issuer.constraints_are_readable) {
    complaints.add("ca_id", "the name constraints of the authority cannot be read");
  }
  if (issuer.name_constraints) {
    for (const auto& name : outside_of(*issuer.name_constraints, order.subject, order.names)) {
      complaints.add("san", name + " lies outside of the authority's name constraints");
    }
  }
  if (const auto weakness = order.key.weakness()) {
    complaints.add("key", *weakness);
  }
  complaints.throw_if_any();

  std::vector<x509::Extension> extensions;
  extensions.push_back(x509::basic_constraints({.is_ca = false, .path_length = std::nullopt}));
  extensions.push_back(x509::key_usage(usages_for(profile, order.key)));
  extensions.push_back(x509::extended_key_usage(profile.extended_key_usage));
  extensions.push_back(x509::subject_key_identifier(x509::key_identifier(order.key)));
  extensions.push_back(x509::authority_key_identifier(issuer.subject_key_identifier));
  if (!order.names.empty()) {
    // Critical when there is no subject (RFC 5280, section 4.2.1.6).
    extensions.push_back(x509::subject_alternative_name(order.names, order.subject.empty()));
  }
  add_addresses(extensions, issuer);
  if (order.must_staple) {
    extensions.push_back(x509::must_staple());
  }
  const auto spki = order.key.spki();
  return {.serial_number = serial,
          .signature_algorithm = issuer.signature_algorithm,
          .issuer = issuer.subject_der,
          .not_before = validity.not_before,
          .not_after = validity.not_after,
          .subject = order.subject.to_der(),
          .spki = base::to_bytes(spki),
          .extensions = std::move(extensions)};
}

x509::TbsCertificate decide_authority(const AuthorityOrder& order,
                                      const std::optional<IssuerFacts>& issuer,
                                      std::optional<int> issuer_path_length,
                                      const x509::SerialNumber& serial, base::Time now) {
  Complaints complaints;
  const auto not_before = now - backdating;
  const auto not_after = now + order.validity;
  if (!order.subject.common_name()) {
    complaints.add("common_name", "an authority needs a name");
  }
  if (order.validity < std::chrono::days{1} || order.validity > std::chrono::days{50 * 366}) {
    complaints.add("validity_days", "an authority lives one day to fifty years");
  }
  if (order.path_length && (*order.path_length < 0 || *order.path_length > 20)) {
    complaints.add("path_length", "not between 0 and 20");
  }
  if (issuer && issuer->not_after <= now) {
    complaints.add("parent_id", "the parent expired on " + base::to_text(issuer->not_after));
  } else if (issuer && not_after > issuer->not_after) {
    complaints.add("validity_days",
                   "ends after its parent, on " + base::to_text(issuer->not_after));
  }
  if (issuer_path_length && *issuer_path_length == 0) {
    complaints.add("parent_id", "the path length of this parent allows no authority below it");
  } else if (issuer_path_length && order.path_length && *order.path_length >= *issuer_path_length) {
    complaints.add("path_length", "not below the parent's own path length of " +
                                      std::to_string(*issuer_path_length));
  }
  complaints.throw_if_any();

  std::vector<x509::Extension> extensions;
  extensions.push_back(x509::basic_constraints({.is_ca = true, .path_length = order.path_length}));
  extensions.push_back(
      x509::key_usage({KeyUsage::digitalSignature, KeyUsage::keyCertSign, KeyUsage::cRLSign}));
  extensions.push_back(x509::subject_key_identifier(x509::key_identifier(order.key)));
  if (issuer) {
    extensions.push_back(x509::authority_key_identifier(issuer->subject_key_identifier));
    add_addresses(extensions, *issuer);
  }
  const auto subject = order.subject.to_der();
  return {.serial_number = serial,
          .signature_algorithm =
              issuer ? issuer->signature_algorithm : crypto::default_signature_algorithm(order.key),
          .issuer = issuer ? issuer->subject_der : subject,
          .not_before = issuer ? std::max(not_before, issuer->not_before) : not_before,
          .not_after = not_after,
          .subject = subject,
          .spki = base::to_bytes(order.key.spki()),
          .extensions = std::move(extensions)};
}

RequestedNames names_of(const x509::CertificateRequest& request) {
  if (const auto constraints = request.basic_constraints(); constraints && constraints->is_ca) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"csr",
                                        "asks to become an authority: authorities are made under "
                                        "/api/v2/cas only"}}};
  }
  RequestedNames requested{.subject = {}, .names = request.subject_alternative_names()};
  // Of the subject only what identifies is taken, and taken once: a CSR with several common names
  // would smuggle in names that nobody looked at.
  const auto common_names = request.subject().all(der::oids::common_name);
  if (common_names.size() > 1) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"csr", "has more than one common name"}}};
  }
  for (const auto& rdn : request.subject().rdns()) {
    for (const auto& attribute : rdn) {
      if (const auto added = requested.subject.add(attribute.type, attribute.value); !added) {
        throw base::Error{base::ErrorCode::invalid_request,
                          {base::FieldError{"csr", "subject: " + added.error().reason}}};
      }
    }
  }
  return requested;
}

std::string combined_text(const std::vector<x509::GeneralName>& names) {
  std::string text;
  for (const auto& name : names) {
    text += (text.empty() ? "" : ", ") + name.to_string();
  }
  return text;
}

std::string display_name(const x509::Certificate& certificate) {
  if (auto common_name = certificate.subject().common_name()) {
    return *common_name;
  }
  const auto names = certificate.subject_alternative_names();
  return names.empty() ? certificate.subject().to_string() : names.front().value();
}

}  // namespace core

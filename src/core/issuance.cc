#include "core/issuance.h"

#include <algorithm>

#include "base/error.h"
#include "core/name_constraints.h"
#include "core/revocation.h"
#include "der/oids.h"

namespace core {
namespace {

using x509::KeyUsage;

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

Validity decide_validity(const CertificateOrder& order, const Profile& profile,
                         const IssuerFacts& issuer, base::Time now, Complaints& complaints) {
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
  } else if (validity.not_after - now > std::chrono::days{profile.max_validity_days}) {
    if (was_asked || profile.max_validity_days == longest_validity_days) {
      complaints.add("validity_days",
                     "is longer than " + std::to_string(profile.max_validity_days) + " days");
    }
    validity.not_after =
        std::min<base::Time>(issuer.not_after, now + std::chrono::days{profile.max_validity_days});
  } else if (validity.not_after > issuer.not_after) {
    // RFC 5280 does not ask for nesting, but what outlives its authority is refused by clients.
    if (was_asked) {
      complaints.add("validity_days",
                     "ends after the authority itself, on " + base::to_text(issuer.not_after));
    }
    validity.not_after = issuer.not_after;
  }
  if (profile.baseline_requirements && !was_asked) {
    // The end belongs to the period (Baseline Requirements, section 6.3.2).
    const auto most = lint::longest_baseline_validity(validity.not_before);
    validity.not_after =
        std::min<base::Time>(validity.not_after, validity.not_before + most - base::Seconds{1});
  }
  return validity;
}

int digest_bits(crypto::SignatureAlgorithm algorithm) {
  using enum crypto::SignatureAlgorithm;
  switch (algorithm) {
    case ecdsa_sha256:
    case rsa_sha256:
    case rsa_pss_sha256:
      return 256;
    case ecdsa_sha384:
    case rsa_sha384:
    case rsa_pss_sha384:
      return 384;
    case ecdsa_sha512:
    case rsa_sha512:
    case rsa_pss_sha512:
    case ed25519:
      break;
  }
  return 512;
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
    if (!takes_name(profile, name)) {
      complaints.add("san", name.to_string() + " is of a type that is not issued");
    }
  }
}

void check_key(const CertificateOrder& order, const Profile& profile, Complaints& complaints) {
  if (const auto weakness = order.key.weakness()) {
    complaints.add("key", *weakness);
  }
  if (!allows_key(profile, order.key)) {
    complaints.add("key_type",
                   order.key.name() + " is none of the kinds that " + profile.name + " takes");
  } else if (usages_for(profile, order.key).empty()) {
    complaints.add("key_type",
                   "a key " + order.key.name() + " has none of the usages of " + profile.name);
  }
  if (order.must_staple && profile.must_staple == StapleRule::forbidden) {
    complaints.add("ocsp_must_staple", "is not part of " + profile.name);
  }
}

void check_issuer(const CertificateOrder& order, const Profile& profile, const IssuerFacts& issuer,
                  Complaints& complaints) {
  if (!issuer.constraints_are_readable) {
    complaints.add("ca_id", "the name constraints of the authority cannot be read");
  }
  for (const auto& name : outside_of_constraints(issuer, order.subject, order.names)) {
    complaints.add("san", name + " lies outside of the authority's name constraints");
  }
  if (digest_bits(issuer.signature_algorithm) < profile.digest_bits) {
    complaints.add("ca_id", "the authority signs with " +
                                crypto::to_text(issuer.signature_algorithm) + ", and " +
                                profile.name + " wants SHA-" + std::to_string(profile.digest_bits) +
                                " or better");
  }
  if (profile.is_ca) {
    complaints.add("template_id",
                   "this template makes authorities: they are made under /api/v2/cas only");
  }
}

std::vector<der::Oid> purposes_for(const CertificateOrder& order, const Profile& profile) {
  auto purposes = profile.extended_key_usage;
  for (const auto* wishes : {&order.asked, &order.brought}) {
    for (const auto& purpose : wishes->extended_key_usage) {
      if (may_have_usage(profile, purpose) &&
          std::ranges::find(purposes, purpose) == purposes.end()) {
        purposes.push_back(purpose);
      }
    }
  }
  return purposes;
}

// Clients that look at the purposes of authorities refuse what none of them allows.
void check_purposes(const std::vector<der::Oid>& purposes, const IssuerFacts& issuer,
                    Complaints& complaints) {
  for (const auto& purpose : purposes) {
    if (issuer.purposes && std::ranges::find(*issuer.purposes, purpose) == issuer.purposes->end()) {
      complaints.add("extended_key_usage", "'" + x509::extended_key_usage_name(purpose) +
                                               "' is none of the purposes of the authority");
    }
  }
}

// The policies of the template, and the one under which the authority issues.
void add_policies(std::vector<x509::Extension>& extensions, const Profile& profile,
                  const IssuerFacts& issuer) {
  std::vector<x509::Policy> policies;
  for (const auto& policy : profile.policies) {
    policies.push_back({.oid = policy.oid, .cps = policy.cps, .user_notice = {}});
  }
  const auto& own = issuer.options.policy;
  if (own && std::ranges::find(policies, *own, &x509::Policy::oid) == policies.end()) {
    policies.push_back({.oid = *own, .cps = issuer.options.cps.value_or(""), .user_notice = {}});
  }
  if (!policies.empty()) {
    extensions.push_back(x509::certificate_policies(policies));
  }
}

// Names the shard that a certificate belongs to, and the delta.
void point_to_lists(std::vector<x509::Extension>& extensions, const IssuerFacts& issuer,
                    const x509::SerialNumber& serial) {
  const auto point =
      std::ranges::find(extensions, der::oids::crl_distribution_points, &x509::Extension::oid);
  const bool elsewhere = issuer.options.crl_urls && !issuer.options.crl_urls->empty();
  if (point == extensions.end() || elsewhere) {
    return;
  }
  if (issuer.crl_shards > 1) {
    *point = x509::crl_distribution_points(
        {crl_address(issuer.addresses.crl, CrlScope::shard_of(serial, issuer.crl_shards))});
  }
  if (issuer.names_delta) {
    extensions.push_back(
        x509::freshest_crl({crl_address(issuer.addresses.crl, CrlScope::delta())}));
  }
}

// The extensions that a template adds, and those that it lets an order bring.
void add_custom(std::vector<x509::Extension>& extensions, const CertificateOrder& order,
                const Profile& profile) {
  if (order.must_staple || profile.must_staple == StapleRule::required) {
    extensions.push_back(x509::must_staple());
  }
  if (profile.ocsp_no_check) {
    extensions.push_back(x509::ocsp_nocheck());
  }
  if (profile.no_rev_avail) {
    extensions.push_back(x509::no_rev_avail());
  }
  const auto add = [&](const x509::Extension& extension) {
    if (x509::find_extension(extensions, extension.oid) == nullptr) {
      extensions.push_back(extension);
    }
  };
  for (const auto& custom : profile.extensions) {
    add(to_extension(custom).value());
  }
  for (const auto* wishes : {&order.asked, &order.brought}) {
    for (const auto& extension : wishes->extensions) {
      if (may_bring(profile, extension.oid)) {
        add(extension);
      }
    }
  }
}

}  // namespace

std::vector<x509::Extension> address_extensions(const IssuerFacts& issuer, bool of_revocation) {
  const auto or_own = [](const std::optional<std::vector<std::string>>& chosen,
                         const std::string& own) {
    return chosen && !chosen->empty() ? *chosen : std::vector<std::string>{own};
  };
  std::vector<x509::Extension> extensions;
  x509::AuthorityInformation information;
  if (issuer.ocsp_enabled && of_revocation) {
    information.ocsp = or_own(issuer.options.ocsp_urls, issuer.addresses.ocsp);
  }
  if (issuer.aia_enabled) {
    information.ca_issuers = or_own(issuer.options.ca_issuers_urls, issuer.addresses.ca_issuers);
  }
  if (!information.ocsp.empty() || !information.ca_issuers.empty()) {
    extensions.push_back(x509::authority_information_access(information));
  }
  if (issuer.cdp_enabled && of_revocation) {
    extensions.push_back(
        x509::crl_distribution_points(or_own(issuer.options.crl_urls, issuer.addresses.crl)));
  }
  return extensions;
}

std::vector<std::string> outside_of_constraints(const IssuerFacts& issuer,
                                                const x509::Name& subject,
                                                const std::vector<x509::GeneralName>& names) {
  std::vector<std::string> outside;
  for (const auto& constraints : issuer.name_constraints) {
    for (auto& name : outside_of(constraints, subject, names)) {
      outside.push_back(std::move(name));
    }
  }
  return outside;
}

x509::TbsCertificate decide_certificate(const CertificateOrder& order, const IssuerFacts& issuer,
                                        const x509::SerialNumber& serial, base::Time now) {
  const auto& profile = profile_of(order);
  Complaints complaints;
  for (auto& problem : usage_problems(profile, order.asked)) {
    complaints.add(std::move(problem.field), std::move(problem.reason));
  }
  const auto validity = decide_validity(order, profile, issuer, now, complaints);
  check_names(order, profile, complaints);
  check_issuer(order, profile, issuer, complaints);
  check_key(order, profile, complaints);
  const auto purposes = purposes_for(order, profile);
  check_purposes(purposes, issuer, complaints);
  complaints.throw_if_any();

  std::vector<x509::Extension> extensions;
  extensions.push_back(x509::basic_constraints({.is_ca = false, .path_length = std::nullopt}));
  extensions.push_back(x509::key_usage(usages_for(profile, order.key)));
  extensions.push_back(x509::extended_key_usage(purposes));
  extensions.push_back(x509::subject_key_identifier(x509::key_identifier(order.key)));
  extensions.push_back(x509::authority_key_identifier(issuer.subject_key_identifier));
  if (!order.names.empty()) {
    // Critical when there is no subject (RFC 5280, section 4.2.1.6).
    extensions.push_back(x509::subject_alternative_name(order.names, order.subject.empty()));
  }
  std::ranges::move(address_extensions(issuer, !profile.no_rev_avail),
                    std::back_inserter(extensions));
  point_to_lists(extensions, issuer, serial);
  add_policies(extensions, profile, issuer);
  add_custom(extensions, order, profile);
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

std::vector<lint::Finding> judge(base::ByteView tbs, const Profile& profile) {
  auto findings = lint::examine(tbs, {.baseline = profile.baseline_requirements});
  if (lint::blocks(findings)) {
    std::vector<base::FieldError> errors;
    for (const auto& finding : findings) {
      if (finding.severity == lint::Severity::error) {
        errors.push_back({"certificate", finding.detail + " (lint " + finding.lint + ": " +
                                             finding.citation + ")"});
      }
    }
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  return findings;
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

Wishes wishes_of(const x509::CertificateRequest& request) {
  return {.key_usage = {},
          .extended_key_usage = request.extended_key_usage(),
          .extensions = request.extensions()};
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

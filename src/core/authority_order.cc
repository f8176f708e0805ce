#include "core/authority_order.h"

#include <algorithm>

#include "der/oids.h"

namespace core {
namespace {

using x509::KeyUsage;
namespace oids = der::oids;

constexpr int longest_path = 20;

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
  std::vector<base::FieldError> take() && { return std::move(errors_); }

 private:
  std::vector<base::FieldError> errors_;
};

template <class T>
bool contains(const std::vector<T>& list, const T& value) {
  return std::ranges::find(list, value) != list.end();
}

void check_validity(const AuthorityOrder& order, const std::optional<IssuerFacts>& issuer,
                    base::Time now, Complaints& complaints) {
  if (order.validity < shortest_authority_validity || order.validity > longest_authority_validity) {
    complaints.add("validity_days", "an authority lives one day to fifty years");
  }
  if (issuer && issuer->not_after <= now) {
    complaints.add("parent_id", "the parent expired on " + base::to_text(issuer->not_after));
  } else if (issuer && now + order.validity > issuer->not_after) {
    complaints.add("validity_days",
                   "ends after its parent, on " + base::to_text(issuer->not_after));
  }
}

void check_path_length(const AuthorityOrder& order, std::optional<int> issuer_path_length,
                       Complaints& complaints) {
  if (order.path_length && (*order.path_length < 0 || *order.path_length > longest_path)) {
    complaints.add("path_length", "not between 0 and 20");
  }
  if (issuer_path_length && *issuer_path_length == 0) {
    complaints.add("parent_id", "the path length of this parent allows no authority below it");
  } else if (issuer_path_length && order.path_length && *order.path_length >= *issuer_path_length) {
    complaints.add("path_length", "not below the parent's own path length of " +
                                      std::to_string(*issuer_path_length));
  }
}

void check_usages(const AuthorityOrder& order, const std::optional<IssuerFacts>& issuer,
                  Complaints& complaints) {
  static constexpr KeyUsage signing[] = {KeyUsage::digitalSignature, KeyUsage::nonRepudiation,
                                         KeyUsage::keyCertSign, KeyUsage::cRLSign};
  for (const auto usage : order.key_usage) {
    if (std::ranges::find(signing, usage) == std::end(signing)) {
      complaints.add("key_usage", "the key of an authority signs and does nothing else: '" +
                                      std::string{boost::describe::enum_to_string(usage, "")} +
                                      "' is not for it");
    }
  }
  for (const auto& purpose : order.extended_key_usage) {
    if (issuer && issuer->purposes && !contains(*issuer->purposes, purpose)) {
      complaints.add("extended_key_usage",
                     "'" + x509::extended_key_usage_name(purpose) +
                         "' is none of the purposes of those above: clients would refuse it");
    }
  }
}

void check_constraints(const AuthorityOrder& order, const std::optional<IssuerFacts>& issuer,
                       Complaints& complaints) {
  constexpr std::size_t most = 250;
  const auto& own = order.name_constraints;
  if (own.permitted.size() + own.excluded.size() > most) {
    complaints.add("name_constraints", "has more than 250 names");
  }
  if (!issuer) {
    return;
  }
  if (!issuer->constraints_are_readable) {
    complaints.add("parent_id", "the name constraints of the parent cannot be read");
  }
  for (const auto& outside : outside_of_constraints(*issuer, order.subject, {})) {
    complaints.add("common_name", outside + " lies outside of the parent's name constraints");
  }
}

void check_policies(const AuthorityOrder& order, Complaints& complaints) {
  for (const auto& policy : order.policies) {
    if (std::ranges::count(order.policies, policy.oid, &x509::Policy::oid) > 1) {
      complaints.add("policies", policy.oid.to_string() + " is there twice");
    }
    if (!policy.cps.empty() && !x509::GeneralName::uri(policy.cps)) {
      complaints.add("policies", "'" + policy.cps + "' is not a URL");
    }
  }
  const auto check_skip = [&](const char* field, std::optional<int> skip) {
    if (skip && (*skip < 0 || *skip > longest_path)) {
      complaints.add(field, "not between 0 and 20");
    }
  };
  check_skip("policy_constraints_require", order.policy_constraints.require_explicit);
  check_skip("policy_constraints_inhibit", order.policy_constraints.inhibit_mapping);
  check_skip("inhibit_any_policy", order.inhibit_any_policy);
  for (const auto& url : order.repositories) {
    if (!x509::GeneralName::uri(url)) {
      complaints.add("sia_urls", "'" + url + "' is not a URL");
    }
  }
}

x509::KeyUsages usages_of(const AuthorityOrder& order) {
  x509::KeyUsages usages{KeyUsage::keyCertSign, KeyUsage::cRLSign};
  if (order.key_usage.empty()) {
    usages.add(KeyUsage::digitalSignature);  // for OCSP answers
  }
  for (const auto usage : order.key_usage) {
    usages.add(usage);
  }
  return usages;
}

void add_constraints(std::vector<x509::Extension>& extensions, const AuthorityOrder& order) {
  if (!order.extended_key_usage.empty()) {
    extensions.push_back(x509::extended_key_usage(order.extended_key_usage));
  }
  if (!order.name_constraints.permitted.empty() || !order.name_constraints.excluded.empty()) {
    extensions.push_back(x509::name_constraints(order.name_constraints));
  }
  if (!order.policies.empty()) {
    extensions.push_back(x509::certificate_policies(order.policies));
  }
  if (order.policy_constraints != x509::PolicyConstraints{}) {
    extensions.push_back(x509::policy_constraints(order.policy_constraints));
  }
  if (order.inhibit_any_policy) {
    extensions.push_back(x509::inhibit_any_policy(*order.inhibit_any_policy));
  }
  if (!order.repositories.empty()) {
    extensions.push_back(x509::subject_information_access(order.repositories));
  }
  for (const auto& extension : order.carried) {
    if (x509::find_extension(extensions, extension.oid) == nullptr) {
      extensions.push_back(extension);
    }
  }
}

}  // namespace

x509::TbsCertificate decide_authority(const AuthorityOrder& order,
                                      const std::optional<IssuerFacts>& issuer,
                                      std::optional<int> issuer_path_length,
                                      const x509::SerialNumber& serial, base::Time now) {
  auto problems = problems_of(order, issuer, issuer_path_length, now);
  if (!problems.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(problems)};
  }
  return write_authority(order, issuer, serial, now);
}

std::vector<base::FieldError> problems_of(const AuthorityOrder& order,
                                          const std::optional<IssuerFacts>& issuer,
                                          std::optional<int> issuer_path_length, base::Time now) {
  Complaints complaints;
  if (!order.subject.common_name() && order.subject_der.empty()) {
    complaints.add("common_name", "an authority needs a name");
  }
  if (const auto weakness = order.key.weakness()) {
    complaints.add("key", *weakness);
  }
  check_validity(order, issuer, now, complaints);
  check_path_length(order, issuer_path_length, complaints);
  check_usages(order, issuer, complaints);
  check_constraints(order, issuer, complaints);
  check_policies(order, complaints);
  return std::move(complaints).take();
}

std::vector<x509::Extension> own_extensions(const AuthorityOrder& order) {
  std::vector<x509::Extension> extensions;
  extensions.push_back(x509::basic_constraints({.is_ca = true, .path_length = order.path_length}));
  extensions.push_back(x509::key_usage(usages_of(order)));
  add_constraints(extensions, order);
  return extensions;
}

x509::TbsCertificate write_authority(const AuthorityOrder& order,
                                     const std::optional<IssuerFacts>& issuer,
                                     const x509::SerialNumber& serial, base::Time now) {
  auto extensions = own_extensions(order);
  std::vector<x509::Extension> issuers;
  issuers.push_back(x509::subject_key_identifier(
      order.key_identifier.empty() ? x509::key_identifier(order.key) : order.key_identifier));
  if (issuer) {
    issuers.push_back(x509::authority_key_identifier(issuer->subject_key_identifier));
    std::ranges::move(address_extensions(*issuer), std::back_inserter(issuers));
  }
  extensions.insert(extensions.begin() + 2, issuers.begin(), issuers.end());
  const auto subject = order.subject_der.empty() ? order.subject.to_der() : order.subject_der;
  const auto not_before = now - backdating;
  return {.serial_number = serial,
          .signature_algorithm = issuer ? issuer->signature_algorithm
                                        : signature_algorithm_of(order.key, order.digest_bits),
          .issuer = issuer ? issuer->subject_der : subject,
          .not_before = issuer ? std::max(not_before, issuer->not_before) : not_before,
          .not_after = now + order.validity,
          .subject = subject,
          .spki = base::to_bytes(order.key.spki()),
          .extensions = std::move(extensions)};
}

AuthorityOrder order_of(const x509::Certificate& certificate, const crypto::PublicKey& key,
                        std::chrono::seconds validity) {
  static constexpr der::Oid made_anew[] = {oids::basic_constraints,
                                           oids::key_usage,
                                           oids::subject_key_identifier,
                                           oids::authority_key_identifier,
                                           oids::crl_distribution_points,
                                           oids::authority_information_access,
                                           oids::freshest_crl};
  const auto constraints = certificate.basic_constraints();
  AuthorityOrder order{
      .subject = certificate.subject(),
      .type = certificate.is_self_issued() ? AuthorityType::root : AuthorityType::intermediate,
      .key = key,
      .validity = validity,
      .path_length = constraints ? constraints->path_length : std::nullopt};
  const auto usages = certificate.key_usage().value_or(x509::KeyUsages{});
  for (const auto usage : {KeyUsage::digitalSignature, KeyUsage::nonRepudiation,
                           KeyUsage::keyCertSign, KeyUsage::cRLSign}) {
    if (usages.contains(usage)) {
      order.key_usage.push_back(usage);
    }
  }
  order.subject_der = base::to_bytes(certificate.subject_der());
  order.key_identifier = certificate.subject_key_identifier();
  for (const auto& extension : certificate.extensions()) {
    if (std::ranges::find(made_anew, extension.oid) == std::end(made_anew)) {
      order.carried.push_back(extension);
    }
  }
  return order;
}

void bind(AuthorityOrder& order, const Profile& profile) {
  Complaints complaints;
  if (!profile.is_ca) {
    complaints.add("template_id", "this template makes no authorities");
  }
  if (order.type == AuthorityType::root) {
    complaints.add("template_id", "templates are for authorities below another one");
  }
  if (!allows_key(profile, order.key)) {
    complaints.add("key_type",
                   order.key.name() + " is none of the kinds that " + profile.name + " takes");
  }
  if (order.validity > std::chrono::days{profile.max_validity_days}) {
    complaints.add("validity_days",
                   "is longer than " + std::to_string(profile.max_validity_days) + " days");
  }
  if (profile.path_length && order.path_length.value_or(0) > *profile.path_length) {
    complaints.add("path_length", "is longer than the template's, which is " +
                                      std::to_string(*profile.path_length));
  }
  for (const auto& purpose : order.extended_key_usage) {
    if (!may_have_usage(profile, purpose)) {
      complaints.add("extended_key_usage", "'" + x509::extended_key_usage_name(purpose) +
                                               "' is not part of " + profile.name);
    }
  }
  complaints.throw_if_any();
  if (profile.path_length && !order.path_length) {
    order.path_length = profile.path_length;
  }
  for (const auto& purpose : profile.extended_key_usage) {
    if (!contains(order.extended_key_usage, purpose)) {
      order.extended_key_usage.push_back(purpose);
    }
  }
  order.key_usage = profile.key_usage;
  for (const auto& policy : profile.policies) {
    if (std::ranges::find(order.policies, policy.oid, &x509::Policy::oid) == order.policies.end()) {
      order.policies.push_back({.oid = policy.oid, .cps = policy.cps, .user_notice = {}});
    }
  }
  for (const auto& custom : profile.extensions) {
    order.carried.push_back(to_extension(custom).value());
  }
}

std::vector<lint::Finding> judge_authority(base::ByteView tbs) {
  return judge(tbs, Profile{});
}

std::optional<int> path_length_left(const std::vector<x509::Certificate>& chain) {
  std::optional<int> least;
  int below = 0;  // not counting self-issued ones, as paths do
  for (const auto& certificate : chain) {
    const auto constraints = certificate.basic_constraints();
    if (constraints && constraints->path_length) {
      const int left = std::max(0, *constraints->path_length - below);
      least = least ? std::min(*least, left) : left;
    }
    below += certificate.is_self_issued() ? 0 : 1;
  }
  return least;
}

std::optional<std::vector<der::Oid>> purposes_left(const std::vector<x509::Certificate>& chain) {
  std::optional<std::vector<der::Oid>> left;
  for (const auto& certificate : chain) {
    const auto purposes = certificate.extended_key_usage();
    if (purposes.empty() || contains(purposes, oids::any_extended_key_usage)) {
      continue;
    }
    if (!left) {
      left = purposes;
      continue;
    }
    std::erase_if(*left, [&](const auto& purpose) { return !contains(purposes, purpose); });
  }
  return left;
}

}  // namespace core

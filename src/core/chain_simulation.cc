#include "core/chain_simulation.h"

#include <algorithm>

#include "core/authority_order.h"
#include "core/name_constraints.h"
#include "crypto/algorithm.h"
#include "der/oids.h"

namespace core {
namespace {

using x509::GeneralNameType;
using x509::KeyUsage;
namespace oids = der::oids;
using Clients = std::vector<std::string>;

const Clients everybody{"all clients that follow RFC 5280"};

struct Chain {
  const x509::Certificate& candidate;
  const std::vector<x509::Certificate>& above;
  base::Time now;
};

class Findings {
 public:
  void add(const char* rule, ChainSeverity severity, Clients clients, const char* citation,
           std::string detail) {
    list_.push_back({rule, severity, std::move(clients), citation, std::move(detail)});
  }
  void refuse(const char* rule, const char* citation, std::string detail) {
    add(rule, ChainSeverity::refusal, everybody, citation, std::move(detail));
  }
  std::vector<ChainFinding> take() && { return std::move(list_); }

 private:
  std::vector<ChainFinding> list_;
};

std::string called(const x509::Certificate& certificate) {
  return "'" + display_name(certificate) + "'";
}

std::string purposes_text(const std::vector<der::Oid>& purposes) {
  std::string text;
  for (const auto& purpose : purposes) {
    text += (text.empty() ? "" : ", ") + x509::extended_key_usage_name(purpose);
  }
  return text;
}

void check_issuers(const Chain& chain, Findings& findings) {
  for (const auto& issuer : chain.above) {
    if (!issuer.is_ca()) {
      findings.refuse("issuer_is_authority", "RFC 5280, section 6.1.4 (k)",
                      called(issuer) + " is no authority by its own certificate");
    }
    const auto usage = issuer.key_usage();
    if (usage && !usage->contains(KeyUsage::keyCertSign)) {
      findings.refuse("issuer_may_sign", "RFC 5280, section 6.1.4 (n)",
                      "the key usage of " + called(issuer) + " does not include keyCertSign");
    }
  }
}

void check_path_length(const Chain& chain, Findings& findings) {
  const auto left = path_length_left(chain.above);
  if (left && *left == 0) {
    findings.refuse("path_length", "RFC 5280, section 4.2.1.9",
                    "a path length above allows no authority below " + called(chain.above.front()));
  }
  const auto own = chain.candidate.basic_constraints();
  if (left && *left > 0 && own && own->path_length && *own->path_length >= *left) {
    findings.add("path_length_nesting", ChainSeverity::note, {}, "RFC 5280, section 4.2.1.9",
                 "says that " + std::to_string(*own->path_length) +
                     " authorities may stand below it; those above allow " +
                     std::to_string(*left - 1));
  }
}

void check_purposes(const Chain& chain, Findings& findings) {
  const auto own = chain.candidate.extended_key_usage();
  const auto left = purposes_left(chain.above);
  if (left && own.empty()) {
    findings.add("purpose_nesting", ChainSeverity::note,
                 {"OpenSSL", "GnuTLS", "NSS and Firefox", "Chrome", "Windows", "Go"},
                 "RFC 5280, section 4.2.1.12, as clients apply it to whole chains",
                 "names no purposes; those above leave it " + purposes_text(*left));
  }
  if (left && !own.empty()) {
    std::vector<der::Oid> lost;
    std::ranges::copy_if(own, std::back_inserter(lost), [&](const auto& purpose) {
      return std::ranges::find(*left, purpose) == left->end();
    });
    if (!lost.empty()) {
      findings.add("purpose_nesting", ChainSeverity::refusal,
                   {"OpenSSL", "GnuTLS", "NSS and Firefox", "Chrome", "Windows", "Go"},
                   "RFC 5280, section 4.2.1.12, as clients apply it to whole chains",
                   "those above do not have " + purposes_text(lost) +
                       ": certificates for that would be refused");
    }
  }
  const auto has = [&](const der::Oid& purpose) {
    return std::ranges::find(own, purpose) != own.end();
  };
  if (!own.empty() && !has(oids::any_extended_key_usage) && !has(oids::client_auth)) {
    findings.add("no_client_certificates", ChainSeverity::note,
                 {"OpenSSL", "GnuTLS", "NSS and Firefox", "Windows", "Go"},
                 "RFC 5280, section 4.2.1.12",
                 "certificates of clients (mutual TLS, 802.1X) from it are refused: it has not "
                 "clientAuth");
  }
}

void check_validity(const Chain& chain, Findings& findings) {
  for (const auto& issuer : chain.above) {
    if (issuer.not_after() <= chain.now) {
      findings.refuse("validity", "RFC 5280, section 6.1.3 (a)(2)",
                      called(issuer) + " expired on " + base::to_text(issuer.not_after()));
    } else if (issuer.not_before() > chain.now) {
      findings.add("validity", ChainSeverity::warning, everybody, "RFC 5280, section 6.1.3 (a)(2)",
                   called(issuer) + " is not valid before " + base::to_text(issuer.not_before()));
    } else if (chain.candidate.not_after() > issuer.not_after()) {
      findings.add("validity_nesting", ChainSeverity::warning, everybody,
                   "RFC 5280, section 6.1.3 (a)(2)",
                   "outlives " + called(issuer) + ", which ends on " +
                       base::to_text(issuer.not_after()) + ": from then on it is refused");
    }
  }
}

// Of a trust anchor the signature does not count, its key does.
void check_signatures(const Chain& chain, Findings& findings) {
  const auto look = [&](const x509::Certificate& certificate, bool is_anchor) {
    const auto algorithm = certificate.signature_algorithm_der();
    if (!is_anchor && !crypto::signature_algorithm(algorithm)) {
      findings.add("signature", ChainSeverity::refusal,
                   {"OpenSSL (security level 1 and up)", "GnuTLS", "NSS and Firefox", "Chrome",
                    "Windows", "Java", "Go"},
                   "RFC 9155; RFC 8996",
                   called(certificate) + " is signed with " + crypto::algorithm_name(algorithm));
    }
    const auto facts = crypto::key_facts(certificate.spki());
    if (facts.weakness) {
      findings.add("key", ChainSeverity::refusal, {"OpenSSL (security level 2)", "browsers"},
                   "NIST SP 800-131A",
                   "the key of " + called(certificate) + ": " + *facts.weakness);
    }
    if (facts.name == "Ed25519") {
      findings.add(
          "ed25519", ChainSeverity::warning, {"Chrome and Edge", "Firefox", "Safari", "Windows"},
          "RFC 8410",
          called(certificate) +
              " has an Ed25519 key, which OpenSSL, GnuTLS and Go take and browsers do not");
    }
    if (facts.bits > 4096) {
      findings.add("long_key", ChainSeverity::note, {"smart cards", "older network devices"},
                   "experience",
                   called(certificate) + " has a key of " + std::to_string(facts.bits) +
                       " bits: slow, and beyond what some devices take");
    }
  };
  look(chain.candidate, chain.above.empty());
  for (std::size_t i = 0; i < chain.above.size(); ++i) {
    look(chain.above[i], i + 1 == chain.above.size() && chain.above[i].is_self_issued());
  }
}

std::optional<x509::NameConstraints> constraints_of(const x509::Certificate& certificate) {
  const auto* extension = certificate.extension(oids::name_constraints);
  if (extension == nullptr) {
    return std::nullopt;
  }
  const auto read = x509::read_name_constraints(extension->value);
  return read ? std::optional{*read} : std::nullopt;
}

bool has_type(const std::vector<x509::NameConstraint>& list, GeneralNameType type) {
  return std::ranges::find(list, type, &x509::NameConstraint::type) != list.end();
}

// A permitted name as one that a certificate could have, to be held against the constraints above.
std::optional<x509::GeneralName> as_name(const x509::NameConstraint& constraint) {
  auto value = constraint.value;
  switch (constraint.type) {
    case GeneralNameType::dns: {
      auto name = x509::GeneralName::dns(value.starts_with('.') ? "a" + value : value);
      return name ? std::optional{*std::move(name)} : std::nullopt;
    }
    case GeneralNameType::ip: {
      auto name = x509::GeneralName::ip(value.substr(0, value.find('/')));
      return name ? std::optional{*std::move(name)} : std::nullopt;
    }
    case GeneralNameType::email: {
      const auto host = value.starts_with('.') ? "a" + value : value;
      auto name = x509::GeneralName::email(value.contains('@') ? value : "a@" + host);
      return name ? std::optional{*std::move(name)} : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

void check_own_constraints(const Chain& chain, const x509::NameConstraints& own,
                           Findings& findings) {
  for (const auto& issuer : chain.above) {
    const auto theirs = constraints_of(issuer);
    for (const auto& constraint : own.permitted) {
      const auto name = as_name(constraint);
      if (theirs && name && !outside_of(*theirs, {}, {*name}).empty()) {
        findings.add("constraint_nesting", ChainSeverity::warning, everybody,
                     "RFC 5280, section 6.1.4 (g)",
                     "permits " + constraint.to_string() + ", which the constraints of " +
                         called(issuer) + " do not: no such certificate would be accepted");
      }
    }
  }
  const bool dns_only = has_type(own.permitted, GeneralNameType::dns) &&
                        !has_type(own.permitted, GeneralNameType::ip) &&
                        !has_type(own.excluded, GeneralNameType::ip);
  if (dns_only) {
    findings.add("unconstrained_addresses", ChainSeverity::warning, everybody,
                 "RFC 5280, section 4.2.1.10; Baseline Requirements, section 7.1.5",
                 "DNS names are constrained and addresses are not: exclude IP:0.0.0.0/0 and "
                 "IP:::/0 if it should issue none");
  }
  for (const auto type : {GeneralNameType::upn, GeneralNameType::rid, GeneralNameType::other}) {
    if (has_type(own.permitted, type) || has_type(own.excluded, type)) {
      findings.add("unusual_constraint", ChainSeverity::warning, {"OpenSSL", "GnuTLS", "Java"},
                   "RFC 5280, section 4.2.1.10",
                   "has a constraint on names of the kind " +
                       std::string{boost::describe::enum_to_string(type, "")} +
                       ": who does not know it refuses all certificates with such names");
    }
  }
}

void check_constraints(const Chain& chain, Findings& findings) {
  for (const auto& issuer : chain.above) {
    const auto constraints = constraints_of(issuer);
    if (issuer.extension(oids::name_constraints) != nullptr && !constraints) {
      findings.refuse("constraints_readable", "RFC 5280, section 4.2.1.10",
                      "the name constraints of " + called(issuer) + " cannot be read");
    } else if (constraints && !chain.candidate.is_self_issued()) {
      for (const auto& outside : outside_of(*constraints, chain.candidate.subject(),
                                            chain.candidate.subject_alternative_names())) {
        findings.refuse("name_constraints", "RFC 5280, section 6.1.3 (b) and (c)",
                        outside + " lies outside of the name constraints of " + called(issuer));
      }
    }
  }
  if (const auto own = constraints_of(chain.candidate)) {
    check_own_constraints(chain, *own, findings);
  }
}

std::vector<x509::Policy> policies_of(const x509::Certificate& certificate) {
  const auto* extension = certificate.extension(oids::certificate_policies);
  if (extension == nullptr) {
    return {};
  }
  return x509::read_certificate_policies(extension->value).value_or(std::vector<x509::Policy>{});
}

// Explicit policies are wanted when some certificate says so for those that follow it.
void check_policies(const Chain& chain, Findings& findings) {
  bool are_required = false;
  int follow = 0;  // between the issuer and the candidate
  for (const auto& issuer : chain.above) {
    const auto* extension = issuer.extension(oids::policy_constraints);
    const auto read = extension == nullptr
                          ? std::nullopt
                          : std::optional{x509::read_policy_constraints(extension->value)};
    are_required = are_required || (read && *read && (**read).require_explicit &&
                                    *(**read).require_explicit <= follow);
    ++follow;
  }
  const auto own = policies_of(chain.candidate);
  if (are_required && own.empty()) {
    findings.refuse("explicit_policy", "RFC 5280, section 6.1.5 (g)",
                    "an authority above requires policies, and it has none");
  }
  for (const auto& issuer : chain.above) {
    const auto theirs = policies_of(issuer);
    const auto has = [&](const der::Oid& oid) {
      return std::ranges::find(theirs, oid, &x509::Policy::oid) != theirs.end();
    };
    if (issuer.is_self_issued() || theirs.empty() || has(oids::any_policy)) {
      continue;
    }
    for (const auto& policy : own) {
      if (!has(policy.oid)) {
        findings.add("policy_nesting", ChainSeverity::warning, {"clients that ask for policies"},
                     "RFC 5280, section 6.1.3 (d)",
                     "the policy " + policy.oid.to_string() + " is none of " + called(issuer));
      }
    }
  }
}

void check_identifiers(const Chain& chain, Findings& findings) {
  if (chain.above.empty()) {
    return;
  }
  const auto& issuer = chain.above.front();
  if (issuer.subject_key_identifier().empty()) {
    findings.add("key_identifiers", ChainSeverity::warning,
                 {"OpenSSL (strict)", "clients that build chains"}, "RFC 5280, section 4.2.1.2",
                 called(issuer) + " has no subject key identifier, by which chains are built");
  }
}

}  // namespace

std::vector<ChainFinding> simulate_chain(const x509::Certificate& candidate,
                                         const std::vector<x509::Certificate>& above,
                                         base::Time now) {
  const Chain chain{candidate, above, now};
  Findings findings;
  check_issuers(chain, findings);
  check_path_length(chain, findings);
  check_purposes(chain, findings);
  check_constraints(chain, findings);
  check_validity(chain, findings);
  check_signatures(chain, findings);
  check_policies(chain, findings);
  check_identifiers(chain, findings);
  auto list = std::move(findings).take();
  std::ranges::stable_sort(list, std::greater{}, &ChainFinding::severity);
  return list;
}

}  // namespace core

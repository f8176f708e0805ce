#include <algorithm>
#include <array>

#include "core/lint/input.h"
#include "core/lint/lint.h"
#include "crypto/algorithm.h"
#include "der/oids.h"

// Our own rules: what no standard forbids and experience does.
namespace core::lint {
namespace {

namespace oids = der::oids;

constexpr auto browsers_accept = std::chrono::days{398};

Verdict broken_if(bool is_broken, const char* detail) {
  return is_broken ? Verdict{detail} : std::nullopt;
}

Verdict signature_algorithm(const Input& input) {
  const auto algorithm = crypto::signature_algorithm(input.signature_algorithm);
  return broken_if(!algorithm, "the signature algorithm is weak, or nobody knows it");
}

Verdict key_strength(const Input& input) {
  if (input.key == KeyKind::other) {
    return "the key is of a kind that clients do not take";
  }
  if (input.key != KeyKind::rsa) {
    return std::nullopt;
  }
  if (input.rsa_bits < 2048) {
    return "the RSA key has " + std::to_string(input.rsa_bits) + " bits";
  }
  return broken_if(!input.rsa_exponent_is_sound,
                   "the exponent of the RSA key is too small or even");
}

// 64 bits from a random number generator need at least eight octets, nearly always.
Verdict serial_entropy(const Input& input) {
  return broken_if(input.serial.size() < 8, "the serial number is too short to be unpredictable");
}

// Software differs in which one it takes, so whoever checks another one is deceived.
Verdict one_common_name(const Input& input) {
  return broken_if(input.subject.all(oids::common_name).size() > 1,
                   "the subject has more than one common name");
}

Verdict unknown_critical(const Input& input) {
  static constexpr std::array known{
      oids::basic_constraints,        oids::key_usage,        oids::extended_key_usage,
      oids::subject_alternative_name, oids::name_constraints, oids::certificate_policies,
      oids::policy_constraints,       oids::policy_mappings,  oids::inhibit_any_policy,
      oids::crl_distribution_points,  oids::acme_identifier,  oids::ct_poison};
  for (const auto& extension : input.extensions) {
    if (extension.critical && std::ranges::find(known, extension.oid) == known.end()) {
      return "the extension " + extension.oid.to_string() +
             " is critical: who does not know it must refuse the certificate";
    }
  }
  return std::nullopt;
}

Verdict has_purpose(const Input& input) {
  return broken_if(!input.is_ca() && !input.extended_key_usage,
                   "without an extended key usage the certificate is good for everything");
}

Verdict staple_without_responder(const Input& input) {
  const bool has_ocsp = input.authority_information && !input.authority_information->ocsp.empty();
  return broken_if(input.find(oids::tls_feature) != nullptr && !has_ocsp,
                   "must-staple without the address of an OCSP responder");
}

Verdict server_has_names(const Input& input) {
  return broken_if(input.is_tls_server() && (!input.names || input.names->empty()),
                   "a server without an alternative name: clients do not look at the common name");
}

Verdict server_lifetime(const Input& input) {
  return broken_if(input.is_tls_server() && input.not_after - input.not_before >= browsers_accept,
                   "a server's certificate of more than 398 days is refused by browsers that "
                   "apply their limit to private authorities");
}

Verdict wildcard_depth(const Input& input) {
  if (!input.names) {
    return std::nullopt;
  }
  for (const auto& name : *input.names) {
    const auto text = name.value();
    if (name.type() == x509::GeneralNameType::dns && text.starts_with("*.") &&
        text.find('.', 2) == std::string::npos) {
      return "the wildcard " + text + " covers a whole top-level domain";
    }
  }
  return std::nullopt;
}

constexpr auto error = Severity::error;
constexpr auto warn = Severity::warn;
constexpr auto here = Set::house;

constexpr Lint lints[] = {
    {"signature_algorithm", here, error, "House rule; RFC 9155",
     "The certificate is signed with SHA-256 or better", signature_algorithm},
    {"key_strength", here, error, "House rule; NIST SP 800-131A",
     "RSA of 2048 bits or more, P-256, P-384, P-521 or Ed25519", key_strength},
    {"serial_entropy", here, warn, "House rule; Baseline Requirements, section 7.1",
     "The serial number has room for 64 random bits", serial_entropy},
    {"one_common_name", here, error, "House rule", "There is at most one common name",
     one_common_name},
    {"unknown_critical", here, warn, "House rule; RFC 5280, section 4.2",
     "Critical extensions are known to clients", unknown_critical},
    {"has_purpose", here, warn, "House rule", "Certificates of end entities name their purposes",
     has_purpose},
    {"staple_needs_responder", here, warn, "House rule; RFC 7633",
     "Must-staple goes with an OCSP responder", staple_without_responder},
    {"server_names", here, error, "RFC 9525, section 6.3", "Servers have alternative names",
     server_has_names},
    {"server_lifetime", here, warn, "House rule", "Servers' certificates last at most 398 days",
     server_lifetime},
    {"wildcard_depth", here, warn, "House rule", "No wildcard right below a top-level domain",
     wildcard_depth},
};

}  // namespace

std::span<const Lint> house_lints() {
  return lints;
}

}  // namespace core::lint

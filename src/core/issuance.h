#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/authority.h"
#include "core/lint/lint.h"
#include "core/template.h"
#include "crypto/key.h"
#include "x509/certificate.h"
#include "x509/csr.h"
#include "x509/general_name.h"
#include "x509/name.h"

// The rules of issuing: what goes into a certificate, and what may not. Values in, values out.
namespace core {

inline constexpr auto backdating = std::chrono::minutes{5};  // for clients whose clocks are late
inline constexpr auto default_validity = std::chrono::days{90};
inline constexpr auto longest_validity = std::chrono::days{longest_validity_days};

struct Wishes {
  std::vector<x509::KeyUsage> key_usage = {};
  std::vector<der::Oid> extended_key_usage = {};
  std::vector<x509::Extension> extensions = {};
};

// What is asked for, once it passed the border: well-formed, not yet allowed.
struct CertificateOrder {
  std::string profile = "server";  // one of profile_names(); with rules it counts for nothing
  x509::Name subject;
  std::vector<x509::GeneralName> names;
  crypto::PublicKey key;
  std::optional<std::chrono::seconds>
      validity;  // asked for: refused when the authority ends before
  std::optional<base::Time> not_before;
  std::optional<base::Time> not_after;
  bool must_staple = false;
  std::chrono::seconds usual_validity =
      default_validity;                                 // when nobody asked; cut to the authority's
  std::shared_ptr<const BoundProfile> rules = nullptr;  // of a template
  // What is asked for beside the profile: refused where the profile does not have it.
  Wishes asked = {};
  // What a CSR brings: taken as far as the profile has it, and otherwise left out.
  Wishes brought = {};
};

// The profile that binds the order.
const Profile& profile_of(const CertificateOrder& order);

// The authority as issuing sees it.
struct IssuerFacts {
  base::Bytes subject_der;
  base::Bytes subject_key_identifier;
  base::Time not_before;
  base::Time not_after;
  crypto::SignatureAlgorithm signature_algorithm;
  AuthorityAddresses addresses;
  bool cdp_enabled = true;
  bool ocsp_enabled = true;
  bool aia_enabled = true;
  // Of the authority and all above it: a name must lie within each.
  std::vector<x509::NameConstraints> name_constraints = {};
  bool constraints_are_readable = true;  // or else nothing is issued: it may be forbidden
  // What its own extended key usage and those above leave; nothing: all purposes.
  std::optional<std::vector<der::Oid>> purposes = std::nullopt;
  IssuingOptions options = {};
  int crl_shards = 1;        // into which its list is divided
  bool names_delta = false;  // certificates say where the delta is
};

// Puts in what the rules decide about subject and names, before anything is shown to or kept for
// anybody.
void apply_rules(CertificateOrder& order);

// Whether apply_rules has anything to do.
bool rules_change(const CertificateOrder& order);

// What is asked for and the profile does not have.
std::vector<base::FieldError> usage_problems(const Profile& profile, const Wishes& asked);

// Decides the certificate. Throws invalid_request with everything that is wrong with the order.
x509::TbsCertificate decide_certificate(const CertificateOrder& order, const IssuerFacts& issuer,
                                        const x509::SerialNumber& serial, base::Time now);

// Judges what is about to be signed. Throws invalid_request with what the lints forbid; returns
// what they warn of.
std::vector<lint::Finding> judge(base::ByteView tbs, const Profile& profile);

// Where revocation and the authority itself are found, as an issued certificate says it.
std::vector<x509::Extension> address_extensions(const IssuerFacts& issuer,
                                                bool of_revocation = true);

// What lies outside of the name constraints of the authority and of those above it.
std::vector<std::string> outside_of_constraints(const IssuerFacts& issuer,
                                                const x509::Name& subject,
                                                const std::vector<x509::GeneralName>& names);

// The order that a CSR makes, under the rules of a profile: subject and names come from the CSR
// unless given; extensions that a profile decides are ignored; a CSR that asks to be an authority
// is refused. Throws invalid_request.
struct RequestedNames {
  x509::Name subject;
  std::vector<x509::GeneralName> names;
};
RequestedNames names_of(const x509::CertificateRequest& request);

// The purposes and extensions that a CSR asks for.
Wishes wishes_of(const x509::CertificateRequest& request);

// "DNS:a, IP:192.0.2.1", in the order of the certificate.
std::string combined_text(const std::vector<x509::GeneralName>& names);

// The name to show for a certificate: its CN, or else its first alternative name, or its subject.
std::string display_name(const x509::Certificate& certificate);

}  // namespace core

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/authority.h"
#include "crypto/key.h"
#include "x509/certificate.h"
#include "x509/csr.h"
#include "x509/general_name.h"
#include "x509/name.h"

// The rules of issuing: what goes into a certificate, and what may not. Values in, values out.
namespace core {

inline constexpr auto backdating = std::chrono::minutes{5};  // for clients whose clocks are late
inline constexpr auto default_validity = std::chrono::days{90};
inline constexpr auto longest_validity = std::chrono::days{3650};

// What a kind of certificate is for. `name` is the API's cert_type.
struct Profile {
  std::string name;
  x509::KeyUsages key_usage;       // for keys that sign
  bool key_encipherment_with_rsa;  // keyEncipherment is added for RSA keys
  std::vector<der::Oid> extended_key_usage;
  bool names_required;  // an alternative name must be there (RFC 9525: CN alone is not looked at)
};

// server, client, combined, email, code_signing. Throws invalid_request for others.
const Profile& profile_named(std::string_view name);
std::vector<std::string> profile_names();

// What is asked for, once it passed the border: well-formed, not yet allowed.
struct CertificateOrder {
  std::string profile = "server";
  x509::Name subject;
  std::vector<x509::GeneralName> names;
  crypto::PublicKey key;
  std::optional<std::chrono::seconds>
      validity;  // asked for: refused when the authority ends before
  std::optional<base::Time> not_before;
  std::optional<base::Time> not_after;
  bool must_staple = false;
  std::chrono::seconds usual_validity =
      default_validity;  // when nobody asked; cut to the authority's
};

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
  std::optional<x509::NameConstraints> name_constraints = std::nullopt;
  bool constraints_are_readable = true;  // or else nothing is issued: it may be forbidden
};

// Decides the certificate. Throws invalid_request with everything that is wrong with the order.
x509::TbsCertificate decide_certificate(const CertificateOrder& order, const IssuerFacts& issuer,
                                        const x509::SerialNumber& serial, base::Time now);

// What an authority is made from.
struct AuthorityOrder {
  x509::Name subject;
  AuthorityType type = AuthorityType::root;
  crypto::PublicKey key;
  std::chrono::seconds validity;
  std::optional<int> path_length;
};

// The issuer is nothing for a root, which signs itself with its own key's algorithm.
x509::TbsCertificate decide_authority(const AuthorityOrder& order,
                                      const std::optional<IssuerFacts>& issuer,
                                      std::optional<int> issuer_path_length,
                                      const x509::SerialNumber& serial, base::Time now);

// The order that a CSR makes, under the rules of a profile: subject and names come from the CSR
// unless given; extensions that a profile decides are ignored; a CSR that asks to be an authority
// is refused. Throws invalid_request.
struct RequestedNames {
  x509::Name subject;
  std::vector<x509::GeneralName> names;
};
RequestedNames names_of(const x509::CertificateRequest& request);

// "DNS:a, IP:192.0.2.1", in the order of the certificate.
std::string combined_text(const std::vector<x509::GeneralName>& names);

// The name to show for a certificate: its CN, or else its first alternative name, or its subject.
std::string display_name(const x509::Certificate& certificate);

}  // namespace core

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/issuance.h"
#include "x509/authority_extensions.h"
#include "x509/certificate.h"

// The rules of making authorities: what goes into their certificates, and what may not.
namespace core {

inline constexpr auto shortest_authority_validity = std::chrono::days{1};
inline constexpr auto longest_authority_validity = std::chrono::days{50 * 366};

// What an authority is made from.
struct AuthorityOrder {
  x509::Name subject;
  AuthorityType type = AuthorityType::root;
  crypto::PublicKey key;
  std::chrono::seconds validity;
  std::optional<int> path_length;
  std::vector<x509::KeyUsage> key_usage = {};  // beside keyCertSign and cRLSign; empty: the usual
  std::vector<der::Oid> extended_key_usage = {};
  x509::NameConstraints name_constraints = {};
  std::vector<x509::Policy> policies = {};
  x509::PolicyConstraints policy_constraints = {};
  std::optional<int> inhibit_any_policy = {};
  std::vector<std::string> repositories = {};  // where it publishes what it issued
  std::optional<int> digest_bits = {};         // of a root, which signs itself
  // Of an authority that exists already, whose name and key identifier must stay as they are.
  base::Bytes subject_der = {};
  base::Bytes key_identifier = {};
  std::vector<x509::Extension> carried = {};  // as they stood in its certificate
};

// The issuer is nothing for a root, which signs itself with its own key's algorithm. Throws
// invalid_request with everything that is wrong with the order.
x509::TbsCertificate decide_authority(const AuthorityOrder& order,
                                      const std::optional<IssuerFacts>& issuer,
                                      std::optional<int> issuer_path_length,
                                      const x509::SerialNumber& serial, base::Time now);

// Its two halves: everything that is wrong, and the certificate, whatever is wrong with it.
std::vector<base::FieldError> problems_of(const AuthorityOrder& order,
                                          const std::optional<IssuerFacts>& issuer,
                                          std::optional<int> issuer_path_length, base::Time now);
x509::TbsCertificate write_authority(const AuthorityOrder& order,
                                     const std::optional<IssuerFacts>& issuer,
                                     const x509::SerialNumber& serial, base::Time now);

// The extensions that say what an authority is: those of a request for its certificate.
std::vector<x509::Extension> own_extensions(const AuthorityOrder& order);

// The same authority again: subject, key, and what its certificate says about it. Addresses, which
// are the issuer's, are made anew.
AuthorityOrder order_of(const x509::Certificate& certificate, const crypto::PublicKey& key,
                        std::chrono::seconds validity);

// Puts in what a template for authorities decides. Throws invalid_request for what it does not
// allow, and for templates that make no authorities.
void bind(AuthorityOrder& order, const Profile& profile);

// Judges what is about to be signed. Throws invalid_request with what the lints forbid; returns
// what they warn of.
std::vector<lint::Finding> judge_authority(base::ByteView tbs);

// How many authorities may stand below the first of a chain, by its own word and by those above it
// (RFC 5280, section 4.2.1.9); nothing: any number.
std::optional<int> path_length_left(const std::vector<x509::Certificate>& chain);

// The purposes that all of a chain have; nothing: all purposes.
std::optional<std::vector<der::Oid>> purposes_left(const std::vector<x509::Certificate>& chain);

}  // namespace core

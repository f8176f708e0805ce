#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/uuid.h"
#include "core/ids.h"
#include "crypto/key.h"
#include "der/oid.h"
#include "x509/revocation_reason.h"
#include "x509/serial_number.h"

namespace core {

BOOST_DEFINE_ENUM_CLASS(AuthorityType, root, intermediate)

struct Authority {
  AuthorityId id;
  base::Uuid refid;  // its name in public addresses: /ca/{refid}.cer
  std::string name;
  AuthorityType type;
  std::optional<AuthorityId> parent_id;
  std::string common_name;
  std::string subject;
  x509::SerialNumber serial_number;
  std::string key_type;
  std::string fingerprint;  // SHA-256, lower-case hexadecimal
  base::Time not_before;
  base::Time not_after;
  std::optional<base::Time> revoked_at;  // by its parent
  std::optional<KeyId> key_id;
  bool is_active;  // issues
  bool cdp_enabled;
  bool ocsp_enabled;
  bool aia_enabled;
  std::int64_t revocation_changes;  // grows with each revocation: a CRL covers up to a number
  base::Time created_at;
  std::string created_by;
  std::string issuing = {};                    // IssuingOptions in JSON; empty: the usual ones
  std::optional<AuthorityId> renewed_by = {};  // the successor, which has another key
  std::optional<x509::RevocationReason> revocation_reason = {};
  base::Bytes der;
};
BOOST_DESCRIBE_STRUCT(Authority, (),
                      (id, refid, name, type, parent_id, common_name, subject, serial_number,
                       key_type, fingerprint, not_before, not_after, revoked_at, key_id, is_active,
                       cdp_enabled, ocsp_enabled, aia_enabled, revocation_changes, created_at,
                       created_by, issuing, renewed_by, revocation_reason, der))

// `cross`: by another authority, over the same name and key. `former`: replaced by a renewal.
BOOST_DEFINE_ENUM_CLASS(AuthorityCertificateKind, cross, former)

// A further certificate of an authority, beside the one in its record.
struct AuthorityCertificate {
  AuthorityCertificateId id;
  AuthorityId authority_id;
  AuthorityCertificateKind kind;
  std::optional<AuthorityId> issuer_id;
  std::string issuer;
  x509::SerialNumber serial_number;
  std::string fingerprint;
  base::Time not_before;
  base::Time not_after;
  std::optional<base::Time> revoked_at = {};
  std::optional<x509::RevocationReason> revocation_reason = {};
  base::Time created_at;
  std::string created_by;
  base::Bytes der;
};
BOOST_DESCRIBE_STRUCT(AuthorityCertificate, (),
                      (id, authority_id, kind, issuer_id, issuer, serial_number, fingerprint,
                       not_before, not_after, revoked_at, revocation_reason, created_at, created_by,
                       der))

// Whether a certificate of an authority is revoked for the time being only.
template <class Revocable>
bool is_held(const Revocable& certificate) {
  return certificate.revoked_at &&
         certificate.revocation_reason == x509::RevocationReason::certificateHold;
}

// Why a certificate of an authority cannot be revoked with this reason; nothing when it can.
std::optional<std::string> revocation_obstacle(const Authority& authority,
                                               x509::RevocationReason reason);
std::optional<std::string> revocation_obstacle(const AuthorityCertificate& certificate,
                                               x509::RevocationReason reason);

// A request for the certificate of an authority that is signed elsewhere.
struct AuthorityRequest {
  AuthorityRequestId id;
  std::string name;
  std::string subject;
  std::string key_type;
  std::optional<KeyId> key_id;              // of an authority that does not exist yet
  std::optional<AuthorityId> authority_id;  // of one that is to be renewed
  std::string issuing;                      // IssuingOptions in JSON
  base::Time created_at;
  std::string created_by;
  base::Bytes der;
};
BOOST_DESCRIBE_STRUCT(AuthorityRequest, (),
                      (id, name, subject, key_type, key_id, authority_id, issuing, created_at,
                       created_by, der))

// What an authority writes into all that it issues. Members that are added later must be optional.
struct IssuingOptions {
  // Other addresses than the server's own; empty: those.
  std::optional<std::vector<std::string>> crl_urls = {};
  std::optional<std::vector<std::string>> ocsp_urls = {};
  std::optional<std::vector<std::string>> ca_issuers_urls = {};
  std::optional<der::Oid> policy = {};  // under which it issues
  std::optional<std::string> cps = {};  // the URL of its practice statement
  std::optional<int> digest_bits = {};  // it signs with SHA-256, 384 or 512; left out: by its key

  bool operator==(const IssuingOptions&) const = default;
};
BOOST_DESCRIBE_STRUCT(IssuingOptions, (),
                      (crl_urls, ocsp_urls, ca_issuers_urls, policy, cps, digest_bits))

IssuingOptions issuing_options(const Authority& authority);
std::string to_text(const IssuingOptions& options);  // empty for the usual ones
// What is wrong with them, by the fields of the API.
std::vector<base::FieldError> problems_of(const IssuingOptions& options);

// What a key signs with. Throws invalid_request when the digest does not fit: Ed25519 has its own.
crypto::SignatureAlgorithm signature_algorithm_of(const crypto::PublicKey& key,
                                                  std::optional<int> digest_bits);

// Where an authority's CRL, OCSP responder and certificate are found.
struct AuthorityAddresses {
  std::string crl;
  std::string ocsp;
  std::string ca_issuers;
};

// `protocol_base` as "http://ca.example.com:8080", without a slash at its end.
AuthorityAddresses addresses_of(const Authority& authority, const std::string& protocol_base);

}  // namespace core

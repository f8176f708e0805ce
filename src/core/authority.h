#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "core/ids.h"
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
  base::Bytes der;
};
BOOST_DESCRIBE_STRUCT(Authority, (),
                      (id, refid, name, type, parent_id, common_name, subject, serial_number,
                       key_type, fingerprint, not_before, not_after, revoked_at, key_id, is_active,
                       cdp_enabled, ocsp_enabled, aia_enabled, revocation_changes, created_at,
                       created_by, der))

// Where an authority's CRL, OCSP responder and certificate are found.
struct AuthorityAddresses {
  std::string crl;
  std::string ocsp;
  std::string ca_issuers;
};

// `protocol_base` as "http://ca.example.com:8080", without a slash at its end.
AuthorityAddresses addresses_of(const Authority& authority, const std::string& protocol_base);

}  // namespace core

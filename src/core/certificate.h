#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "core/ids.h"
#include "core/template_id.h"
#include "x509/revocation_reason.h"
#include "x509/serial_number.h"

namespace core {

// Which way a certificate came in. `csr`: with a request by the API; `manual`: from parameters;
// `system`: the server's own.
BOOST_DEFINE_ENUM_CLASS(Source, manual, csr, acme, system, import)

struct Certificate {
  CertificateId id;
  base::Uuid refid;
  AuthorityId authority_id;
  x509::SerialNumber serial_number;
  std::string common_name;  // the name to show: the CN, or else the first alternative name
  std::string subject;      // RFC 4514
  std::string names;        // "DNS:a, IP:192.0.2.1"
  std::string profile;      // "server", "client", ...
  Source source;
  std::string key_type;     // "EC P-256"
  std::string fingerprint;  // SHA-256, lower-case hexadecimal
  base::Time not_before;
  base::Time not_after;
  std::optional<base::Time> revoked_at;
  std::optional<x509::RevocationReason> revocation_reason;
  std::optional<KeyId> key_id;  // the private key, when the server keeps it
  base::Time created_at;
  std::string created_by;
  std::string description;
  std::optional<CertificateId> renewed_by;            // the successor
  std::optional<TemplateId> template_id = {};         // what made it, if not a plain profile
  std::optional<std::int64_t> template_version = {};  // and which version of that
  std::string lint = {};  // the lints' warnings, a list in JSON; empty: none
  base::Bytes der;
};
BOOST_DESCRIBE_STRUCT(Certificate, (),
                      (id, refid, authority_id, serial_number, common_name, subject, names, profile,
                       source, key_type, fingerprint, not_before, not_after, revoked_at,
                       revocation_reason, key_id, created_at, created_by, description, renewed_by,
                       template_id, template_version, lint, der))

BOOST_DEFINE_ENUM_CLASS(CertificateStatus, valid, expiring, expired, revoked)

// `expiring` is what has less than thirty days left.
inline constexpr auto expiring_soon = std::chrono::days{30};
CertificateStatus status_of(const Certificate& certificate, base::Time now);

// How long a CRL counts. A revoked certificate stays on the list for that long after its end, so
// that it is on one that was issued after it (RFC 5280, section 3.3).
inline constexpr auto crl_lifetime = std::chrono::days{7};

// Revoked for the time being: it may be released, or revoked for good.
bool is_on_hold(const Certificate& certificate);

// Why a certificate cannot be revoked with this reason; nothing when it can.
std::optional<std::string> revocation_obstacle(const Certificate& certificate,
                                               x509::RevocationReason reason);

// Why a certificate cannot be deleted; nothing when it can. What relying parties may still accept
// stays, so that it can be revoked.
std::optional<std::string> deletion_obstacle(const Certificate& certificate, base::Time now);

}  // namespace core

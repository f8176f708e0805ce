#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/certificate.h"
#include "core/tag.h"
#include "service/authorities.h"

namespace api::v2 {

struct AlternativeName {
  std::string type;  // "dns", "ip", "email", "uri"
  std::string value;
};
BOOST_DESCRIBE_STRUCT(AlternativeName, (), (type, value))

// "DNS:a, IP:192.0.2.1" taken apart.
std::vector<AlternativeName> split_names(std::string_view combined);

// The values of those of one type, as the JSON text that the contract has.
std::string names_of_type(const std::vector<AlternativeName>& names, std::string_view type);

// A certificate as clients of the contract know it. The same fact has several names there; san_dns
// and its like are JSON texts for clients of the contract, sans is the list for everybody else.
struct CertificateView {
  core::CertificateId id;
  base::Uuid refid;
  std::string descr;
  std::string common_name;
  std::string cn;
  std::string subject;
  std::string issuer;
  std::string issuer_name;
  core::AuthorityId ca_id;
  std::string caref;
  std::string cert_type;
  x509::SerialNumber serial_number;
  base::Time valid_from;
  base::Time valid_to;
  base::Time valid_until;
  std::int64_t days_remaining;
  std::int64_t lifetime_days;
  core::CertificateStatus status;
  bool revoked;
  std::optional<base::Time> revoked_at;
  std::optional<x509::RevocationReason> revoke_reason;
  core::Source source;
  bool has_private_key;
  bool private_key_available;
  std::vector<AlternativeName> sans;
  std::string san_combined;
  std::string san_dns;
  std::string san_ip;
  std::string san_email;
  std::string san_uri;
  std::string key_type;
  std::string key_algorithm;
  std::int64_t key_size;
  std::string signature_algorithm;
  std::string thumbprint_sha1;
  std::string thumbprint_sha256;
  std::string ski;
  std::string aki;
  std::optional<core::CertificateId> renewed_by;
  base::Time created_at;
  std::string created_by;
  std::vector<core::Tag> tags;
  std::string pem;
};
BOOST_DESCRIBE_STRUCT(CertificateView, (),
                      (id, refid, descr, common_name, cn, subject, issuer, issuer_name, ca_id,
                       caref, cert_type, serial_number, valid_from, valid_to, valid_until,
                       days_remaining, lifetime_days, status, revoked, revoked_at, revoke_reason,
                       source, has_private_key, private_key_available, sans, san_combined, san_dns,
                       san_ip, san_email, san_uri, key_type, key_algorithm, key_size,
                       signature_algorithm, thumbprint_sha1, thumbprint_sha256, ski, aki,
                       renewed_by, created_at, created_by, tags, pem))

CertificateView view(const core::Certificate& certificate, std::vector<core::Tag> tags,
                     service::Authorities& authorities, base::Time now);

// Those of a list, whose tags are read in one go.
std::vector<CertificateView> views(db::Database& database,
                                   const std::vector<core::Certificate>& certificates,
                                   service::Authorities& authorities, base::Time now);

// "EC P-256" and the like in the parts that the contract knows: algorithm, size.
struct KeyParts {
  std::string algorithm;
  std::int64_t size;
};
KeyParts key_parts(std::string_view key_type);

// "AB:CD:...", as the contract writes fingerprints.
std::string with_colons(base::ByteView octets);

// A name for a download: letters, digits, dot, hyphen and underscore of `name`.
std::string file_name(std::string_view name, std::string_view ending);

}  // namespace api::v2

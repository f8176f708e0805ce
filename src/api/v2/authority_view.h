#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/chain_simulation.h"
#include "core/lint/lint.h"
#include "core/template.h"
#include "db/session.h"
#include "service/authorities.h"

namespace api::v2 {

// An authority as clients of the contract know it, under the page's names and the product's.
struct AuthorityFacts {
  core::AuthorityId id;
  base::Uuid refid;
  std::string name;
  std::string descr;
  std::string common_name;
  std::string subject;
  std::string issuer;
  std::string organization;
  std::string organizational_unit;
  std::string country;
  std::string state;
  std::string locality;
  core::AuthorityType type;
  core::AuthorityType ca_type;
  bool is_root;
  std::optional<core::AuthorityId> parent_id;
  std::string caref;
  std::string status;
  bool is_active;
  bool revoked;
  std::optional<base::Time> revoked_at;
  std::optional<x509::RevocationReason> revoke_reason;
  std::string issuing_obstacle;  // why it does not issue; empty when it does
  base::Time valid_from;
  base::Time valid_to;
  base::Time valid_until;
  std::int64_t days_remaining;
  std::int64_t lifetime_days;
  std::string serial;
  std::string serial_number;
  std::string ski;
  std::string key_type;
  std::string key_algorithm;
  std::int64_t key_size;
  std::string signature_algorithm;
  bool has_private_key;
  std::optional<int> path_length;
  bool cdp_enabled;
  std::string cdp_url;
  bool ocsp_enabled;
  std::string ocsp_url;
  bool aia_ca_issuers_enabled;
  std::string aia_ca_issuers_url;
  std::int64_t certs;
  std::int64_t certificates_count;
  std::string fingerprint;
  std::string thumbprint_sha1;
  std::string thumbprint_sha256;
  base::Time created_at;
  std::string created_by;
  std::string pem;
};
BOOST_DESCRIBE_STRUCT(AuthorityFacts, (),
                      (id, refid, name, descr, common_name, subject, issuer, organization,
                       organizational_unit, country, state, locality, type, ca_type, is_root,
                       parent_id, caref, status, is_active, revoked, revoked_at, revoke_reason,
                       issuing_obstacle, valid_from, valid_to, valid_until, days_remaining,
                       lifetime_days, serial, serial_number, ski, key_type, key_algorithm, key_size,
                       signature_algorithm, has_private_key, path_length, cdp_enabled, cdp_url,
                       ocsp_enabled, ocsp_url, aia_ca_issuers_enabled, aia_ca_issuers_url, certs,
                       certificates_count, fingerprint, thumbprint_sha1, thumbprint_sha256,
                       created_at, created_by, pem))

// What it may issue, and what it writes into that.
struct AuthorityRules {
  std::string hash_algorithm;  // it signs with
  std::vector<std::string> key_usage;
  std::vector<std::string> extended_key_usage;
  std::vector<std::string> name_constraints_permitted;
  std::vector<std::string> name_constraints_excluded;
  std::vector<core::PolicyRule> policies;
  std::optional<int> policy_constraints_require;
  std::optional<int> policy_constraints_inhibit;
  std::optional<int> inhibit_any_policy;
  std::vector<std::string> sia_urls;
  std::vector<std::string> cdp_urls;
  std::vector<std::string> ocsp_urls;
  std::vector<std::string> aia_ca_issuers_urls;
  bool cps_enabled;
  std::string cps_oid;
  std::string cps_uri;
  std::optional<core::AuthorityId> renewed_by;
};
BOOST_DESCRIBE_STRUCT(AuthorityRules, (),
                      (hash_algorithm, key_usage, extended_key_usage, name_constraints_permitted,
                       name_constraints_excluded, policies, policy_constraints_require,
                       policy_constraints_inhibit, inhibit_any_policy, sia_urls, cdp_urls,
                       ocsp_urls, aia_ca_issuers_urls, cps_enabled, cps_oid, cps_uri, renewed_by))

struct AuthorityView : AuthorityFacts, AuthorityRules {};
BOOST_DESCRIBE_STRUCT(AuthorityView, (AuthorityFacts, AuthorityRules), ())

// A cross-signed or a former certificate of an authority.
struct FurtherView {
  core::AuthorityCertificateId id;
  core::AuthorityId ca_id;
  core::AuthorityCertificateKind kind;
  std::optional<core::AuthorityId> issuer_id;
  std::string issuer;
  x509::SerialNumber serial_number;
  std::string thumbprint_sha256;
  base::Time valid_from;
  base::Time valid_to;
  std::string status;
  bool revoked;
  std::optional<base::Time> revoked_at;
  std::optional<x509::RevocationReason> revoke_reason;
  base::Time created_at;
  std::string created_by;
  std::string pem;
};
BOOST_DESCRIBE_STRUCT(FurtherView, (),
                      (id, ca_id, kind, issuer_id, issuer, serial_number, thumbprint_sha256,
                       valid_from, valid_to, status, revoked, revoked_at, revoke_reason, created_at,
                       created_by, pem))

FurtherView further_view(const core::AuthorityCertificate& certificate, base::Time now);

// An authority that was just made, with what is to be known about it.
struct MadeAuthority : AuthorityView {
  std::vector<core::ChainFinding> findings;
  std::vector<core::lint::Finding> lint;
};
BOOST_DESCRIBE_STRUCT(MadeAuthority, (AuthorityView), (findings, lint))

// Worked out over its own certificate, now that it exists.
MadeAuthority made_view(const service::Issuer& issuer, std::int64_t issued, base::Time now);

// A request for the certificate of an authority, which is signed elsewhere.
struct AuthorityRequestView {
  core::AuthorityRequestId id;
  std::string name;
  std::string subject;
  std::string key_type;
  std::optional<core::AuthorityId> ca_id;  // of one that is to be renewed
  base::Time created_at;
  std::string created_by;
  std::string csr_pem;
};
BOOST_DESCRIBE_STRUCT(AuthorityRequestView, (),
                      (id, name, subject, key_type, ca_id, created_at, created_by, csr_pem))

AuthorityRequestView request_view(const core::AuthorityRequest& request);

// "Active", "Expired" or "Revoked".
std::string status_of(const core::Authority& authority, base::Time now);

AuthorityView view(const service::Issuer& issuer, std::int64_t issued, base::Time now);

}  // namespace api::v2

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/certificate.h"
#include "core/restriction.h"
#include "db/session.h"

namespace storage {

BOOST_DEFINE_ENUM_CLASS(CertificateOrderBy, created_at, valid_to, common_name)

struct CertificateFilter {
  std::vector<core::CertificateStatus> any_status;
  std::optional<core::AuthorityId> authority_id;
  std::vector<core::Source> any_source;
  std::optional<base::Time> expires_from;
  std::optional<base::Time> expires_before;
  std::string search;  // the start of a label of a name, a serial number or a fingerprint
  std::vector<core::Tag> any_tag = {};
  core::Reach within = {};  // what whoever asks may see
};

// A count that stops being exact where counting would take too long.
struct CertificateCount {
  std::int64_t number;
  bool is_exact;
};

struct CertificateListing {
  CertificateOrderBy order_by = CertificateOrderBy::created_at;
  bool descending = true;
  std::int64_t offset = 0;
  int limit = 20;
  // The last one of a page: the next page begins behind it, however much was added meanwhile.
  std::optional<core::CertificateId> after = {};
  // How many there are, when that was counted already.
  std::optional<CertificateCount> count = {};
};

struct CertificateTotals {
  std::int64_t total;
  std::int64_t valid;
  std::int64_t expiring;
  std::int64_t expired;
  std::int64_t revoked;
};

struct WeeklyExpiry {
  base::Time from;
  base::Time to;
  std::int64_t automated;
  std::int64_t manual;
};

struct RevocationState {
  std::optional<base::Time> revoked_at;
  std::optional<x509::RevocationReason> revocation_reason;
};
BOOST_DESCRIBE_STRUCT(RevocationState, (), (revoked_at, revocation_reason))

// The certificates table, the terms it is searched by and the numbers issued by each authority. A
// store is a view on a session: make one where it is needed, inside the transaction that it takes
// part in.
class CertificateStore {
 public:
  explicit CertificateStore(db::Session& session) : session_{session} {}

  core::CertificateId new_id();
  void insert(const core::Certificate& certificate);
  void remove(const core::Certificate& certificate);

  std::optional<core::Certificate> find(const core::CertificateId& id) const;
  std::optional<core::Certificate> find_by_serial(const core::AuthorityId& authority_id,
                                                  const x509::SerialNumber& serial) const;
  // What revocation is about, and no more: for OCSP.
  std::optional<RevocationState> revocation_of(const core::AuthorityId& authority_id,
                                               const x509::SerialNumber& serial) const;
  std::optional<core::Certificate> find_by_fingerprint(std::string_view sha256_hex) const;

  std::vector<core::Certificate> list(const CertificateFilter& filter,
                                      const CertificateListing& listing, base::Time now) const;
  // Of all that match, at most so many, the oldest first.
  std::vector<core::CertificateId> ids(const CertificateFilter& filter, int limit,
                                       base::Time now) const;
  CertificateCount count(const CertificateFilter& filter, base::Time now) const;
  std::int64_t issued_by(const core::AuthorityId& authority_id) const;
  CertificateTotals totals(base::Time now) const;
  // Of what somebody may see; each is counted up to 10,000.
  CertificateTotals totals_within(const core::Reach& reach, base::Time now) const;

  // With this tag, of what somebody may see: counted among the newest 10,001 that have it.
  std::int64_t count_tagged(const core::Tag& tag, const core::Reach& reach) const;

  // What expires in each week from the day of `from` on, revoked and replaced ones left out.
  std::vector<WeeklyExpiry> expiry_by_week(base::Time from, int weeks) const;

  // Returns false when the certificate was revoked before: the first revocation stands, unless it
  // was a hold, whose time stays.
  [[nodiscard]] bool revoke(const core::CertificateId& id, x509::RevocationReason reason,
                            base::Time at);
  [[nodiscard]] bool release(const core::CertificateId& id);  // false when it is not on hold
  void set_renewed_by(const core::CertificateId& id, const core::CertificateId& successor);
  // Lets nobody else change the certificate, or what hangs on it, before this transaction ends.
  std::optional<core::Certificate> find_to_change(const core::CertificateId& id);
  void set_description(const core::CertificateId& id, std::string_view description);

 private:
  CertificateCount count_found(const CertificateFilter& filter, base::Time now) const;

  db::Session& session_;
};

// The terms that a certificate with these names is found by. Exposed for its test.
std::vector<std::string> search_terms(const core::Certificate& certificate);

}  // namespace storage

#pragma once

#include <map>
#include <utility>

#include "core/certificate.h"
#include "db/session.h"

namespace storage {

// How many certificates end on each day, kept up to date in the transactions that change them. Only
// the days at the borders of a question are counted one by one.
class CertificateDays {
 public:
  struct Ending {
    std::int64_t automated;
    std::int64_t manual;
  };

  explicit CertificateDays(db::Session& session) : session_{session} {}

  // Adds a certificate, or takes it out again with -1. By its id: as it stands in the table.
  void count(const core::Certificate& certificate, std::int64_t step);
  void count(const core::CertificateId& id, std::int64_t step);

  std::int64_t revoked() const;
  // Not revoked, and ending before then.
  std::int64_t ending_before(base::Time time) const;
  // In force, without a successor, by the days since 1970 that they end on; of the first day only
  // what ends from `from` on.
  std::map<std::int64_t, Ending> ending_by_day(base::Time from, base::Time to) const;

 private:
  db::Session& session_;
};

}  // namespace storage

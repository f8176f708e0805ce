#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "db/session.h"
#include "x509/revocation_reason.h"

namespace storage {

using RevocationJobId = base::Id<struct RevocationJob>;

BOOST_DEFINE_ENUM_CLASS(JobStatus, running, finished, cancelled)
BOOST_DEFINE_ENUM_CLASS(JobItemStatus, pending, revoked, failed)

// Certificates that are revoked one after the other in the background, and on whose behalf.
struct RevocationJob {
  RevocationJobId id;
  JobStatus status;
  x509::RevocationReason reason;
  std::string comments;
  std::int64_t total;
  std::int64_t done;  // revoked
  std::int64_t failed;
  base::Time created_at;
  std::string created_by;
  std::string from_address;
  std::string credential;
  std::optional<base::Time> finished_at;
};
BOOST_DESCRIBE_STRUCT(RevocationJob, (),
                      (id, status, reason, comments, total, done, failed, created_at, created_by,
                       from_address, credential, finished_at))

struct RevocationJobItem {
  RevocationJobId job_id;
  core::CertificateId certificate_id;
  JobItemStatus status;
  std::string error;
};
BOOST_DESCRIBE_STRUCT(RevocationJobItem, (), (job_id, certificate_id, status, error))

class RevocationJobStore {
 public:
  explicit RevocationJobStore(db::Session& session) : session_{session} {}

  RevocationJobId new_id() { return session_.new_id<RevocationJobId>("revocation_jobs"); }
  void insert(const RevocationJob& job, const std::vector<core::CertificateId>& certificates);

  std::optional<RevocationJob> find(const RevocationJobId& id) const;
  // The newest first.
  std::vector<RevocationJob> list(std::optional<RevocationJobId> before, std::int64_t offset,
                                  int limit) const;
  std::int64_t count() const;  // exact up to 10,000
  std::optional<RevocationJob> next_running() const;

  // The same, and no other node works on it until the transaction ends.
  std::optional<RevocationJob> lock_running(const RevocationJobId& id);

  // Items in the order of their certificates, those behind `after`.
  std::vector<RevocationJobItem> items(const RevocationJobId& id,
                                       std::optional<JobItemStatus> status,
                                       std::optional<core::CertificateId> after, int limit) const;
  void settle(const RevocationJobItem& item);
  void note_progress(const RevocationJobId& id, std::int64_t done, std::int64_t failed);
  // Returns false when it does not run (any more).
  bool end(const RevocationJobId& id, JobStatus status, base::Time at);

 private:
  db::Session& session_;
};

}  // namespace storage

#include "storage/revocation_job_store.h"

#include <algorithm>

namespace storage {

void RevocationJobStore::insert(const RevocationJob& job,
                                const std::vector<core::CertificateId>& certificates) {
  session_.insert("revocation_jobs", job);
  constexpr std::size_t batch = 200;
  for (std::size_t begin = 0; begin < certificates.size(); begin += batch) {
    db::Query query{
        "INSERT INTO revocation_job_items (job_id, certificate_id, status, error) VALUES "};
    const auto end = std::min(begin + batch, certificates.size());
    for (auto i = begin; i < end; ++i) {
      query.add(i == begin ? "(" : ", (", job.id)
          .add(", ", certificates[i])
          .add(", ", JobItemStatus::pending)
          .add(", '')");
    }
    session_.send(query);
  }
}

std::optional<RevocationJob> RevocationJobStore::find(const RevocationJobId& id) const {
  return session_.select_one<RevocationJob>("FROM revocation_jobs WHERE id = $1", id);
}

std::vector<RevocationJob> RevocationJobStore::list(std::optional<RevocationJobId> before,
                                                    std::int64_t offset, int limit) const {
  db::Query query{"FROM revocation_jobs WHERE TRUE"};
  if (before) {
    query.add(" AND id < ", *before);
  }
  query.add(" ORDER BY id DESC LIMIT ", limit).add(" OFFSET ", offset);
  return session_.select<RevocationJob>(query);
}

std::int64_t RevocationJobStore::count() const {
  return session_.number(
      "SELECT COUNT(*) FROM (SELECT 1 FROM revocation_jobs LIMIT 10000) AS found");
}

std::optional<RevocationJob> RevocationJobStore::next_running() const {
  return session_.select_one<RevocationJob>(
      "FROM revocation_jobs WHERE status = $1 ORDER BY id LIMIT 1", JobStatus::running);
}

std::optional<RevocationJob> RevocationJobStore::lock_running(const RevocationJobId& id) {
  session_.send("UPDATE revocation_jobs SET status = status WHERE id = $1", id);
  auto job = find(id);
  return job && job->status == JobStatus::running ? job : std::nullopt;
}

std::vector<RevocationJobItem> RevocationJobStore::items(const RevocationJobId& id,
                                                         std::optional<JobItemStatus> status,
                                                         std::optional<core::CertificateId> after,
                                                         int limit) const {
  db::Query query{"FROM revocation_job_items WHERE job_id = "};
  query.add("", id);
  if (status) {
    query.add(" AND status = ", *status);
  }
  if (after) {
    query.add(" AND certificate_id > ", *after);
  }
  query.add(" ORDER BY certificate_id LIMIT ", limit);
  return session_.select<RevocationJobItem>(query);
}

void RevocationJobStore::settle(const RevocationJobItem& item) {
  session_.send(
      "UPDATE revocation_job_items SET status = $3, error = $4 "
      "WHERE job_id = $1 AND certificate_id = $2",
      item.job_id, item.certificate_id, item.status, item.error);
}

void RevocationJobStore::note_progress(const RevocationJobId& id, std::int64_t done,
                                       std::int64_t failed) {
  session_.send("UPDATE revocation_jobs SET done = done + $2, failed = failed + $3 WHERE id = $1",
                id, done, failed);
}

bool RevocationJobStore::end(const RevocationJobId& id, JobStatus status, base::Time at) {
  return session_.execute(
             "UPDATE revocation_jobs SET status = $2, finished_at = $3 "
             "WHERE id = $1 AND status = $4",
             id, status, at, JobStatus::running) == 1;
}

}  // namespace storage

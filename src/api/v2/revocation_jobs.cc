#include "api/v2/revocation_jobs.h"

#include "api/v2/certificate_selection.h"
#include "api/v2/paging.h"

namespace api::v2 {
namespace {

using storage::RevocationJobId;

struct JobBody {
  static constexpr json::Alias aliases[] = {{"comment", "comments"}};
  std::optional<std::vector<core::CertificateId>> ids;
  std::optional<CertificateMatch> filter;
  std::optional<std::string> reason;
  std::optional<std::string> comments;
};
BOOST_DESCRIBE_STRUCT(JobBody, (), (ids, filter, reason, comments))

struct JobView {
  RevocationJobId id;
  storage::JobStatus status;
  x509::RevocationReason reason;
  std::string comments;
  std::int64_t total;
  std::int64_t revoked;
  std::int64_t failed;
  std::int64_t progress_percent;
  base::Time created_at;
  std::string created_by;
  std::optional<base::Time> finished_at;
};
BOOST_DESCRIBE_STRUCT(JobView, (),
                      (id, status, reason, comments, total, revoked, failed, progress_percent,
                       created_at, created_by, finished_at))

struct ItemView {
  core::CertificateId certificate_id;
  storage::JobItemStatus status;
  std::string error;  // empty where all went well
};
BOOST_DESCRIBE_STRUCT(ItemView, (), (certificate_id, status, error))

struct ListQuery {
  int page = 1;
  int per_page = 20;
  std::optional<RevocationJobId> cursor;  // of the last page's next_cursor
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (page, per_page, cursor))

struct ItemsQuery {
  int per_page = 100;
  std::optional<storage::JobItemStatus> status;
  std::optional<core::CertificateId> cursor;
};
BOOST_DESCRIBE_STRUCT(ItemsQuery, (), (per_page, status, cursor))

struct Jobs {
  db::Database& database;
  service::RevocationJobs& jobs;

  http::Created<JobView> create(const http::Call& call, const JobBody& body) const;
  http::Page<JobView> list(const http::Call& call, const ListQuery& query) const;
  JobView read(const http::Call& call, const RevocationJobId& id) const;
  http::Page<ItemView> items(const http::Call& call, const RevocationJobId& id,
                             const ItemsQuery& query) const;
  http::Done<JobView> cancel(const http::Call& call, const RevocationJobId& id) const;

 private:
  storage::RevocationJob existing(db::Session& session, const RevocationJobId& id) const;
};

}  // namespace

void add_revocation_jobs(http::Surface& surface, db::Database& database,
                         service::RevocationJobs& revocation_jobs) {
  http::Resource jobs{surface, "Revocation", Jobs{database, revocation_jobs}};
  jobs.add(http::Endpoint{.method = http::post,
                          .path = "/certificates/bulk/revoke/jobs",
                          .summary = "Revoke up to 100,000 certificates in the background",
                          .access = auth::write_certificates,
                          .limit = http::Limit::strict,
                          .action = "certificate.revoke_many",
                          .handler = &Jobs::create});
  jobs.add(http::Endpoint{.method = http::get,
                          .path = "/certificates/bulk/revoke/jobs",
                          .summary = "List the revocations of many, the newest first",
                          .access = auth::read_certificates,
                          .handler = &Jobs::list});
  jobs.add(http::Endpoint{.method = http::get,
                          .path = "/certificates/bulk/revoke/jobs/{job_id}",
                          .summary = "Say how far a revocation of many is",
                          .access = auth::read_certificates,
                          .handler = &Jobs::read});
  jobs.add(http::Endpoint{.method = http::get,
                          .path = "/certificates/bulk/revoke/jobs/{job_id}/results",
                          .summary = "List what became of each certificate",
                          .access = auth::read_certificates,
                          .handler = &Jobs::items});
  jobs.add(http::Endpoint{.method = http::post,
                          .path = "/certificates/bulk/revoke/jobs/{job_id}/cancel",
                          .summary = "Stop a revocation of many: what is revoked stays so",
                          .access = auth::write_certificates,
                          .limit = http::Limit::strict,
                          .action = "certificate.cancel_revocations",
                          .handler = &Jobs::cancel});
}

namespace {

JobView view(const storage::RevocationJob& job) {
  return {.id = job.id,
          .status = job.status,
          .reason = job.reason,
          .comments = job.comments,
          .total = job.total,
          .revoked = job.done,
          .failed = job.failed,
          .progress_percent = 100 * (job.done + job.failed) / job.total,
          .created_at = job.created_at,
          .created_by = job.created_by,
          .finished_at = job.finished_at};
}

http::Created<JobView> Jobs::create(const http::Call& call, const JobBody& body) const {
  if (body.ids.has_value() == body.filter.has_value()) {
    throw base::Error{
        base::ErrorCode::invalid_request,
        {base::FieldError{"ids", body.ids ? "give either ids or a filter" : "missing"}}};
  }
  const service::Revocation::Why why{.reason = reason_of(body.reason),
                                     .comments = body.comments.value_or("")};
  if (body.ids) {
    return {.data = view(jobs.create(call.act, *body.ids, why)), .message = "Revocation started"};
  }
  const auto filter = to_filter(*body.filter);
  if (matches_everything(filter)) {
    // A form that was sent too early must not revoke all there is.
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"filter", "says nothing: name what is meant"}}};
  }
  return {.data = view(jobs.create(call.act, filter, why)), .message = "Revocation started"};
}

http::Page<JobView> Jobs::list(const http::Call& /*call*/, const ListQuery& query) const {
  const Paging paging{query.cursor ? 1 : query.page, query.per_page};
  return database.read([&](db::Session& session) {
    const storage::RevocationJobStore store{session};
    const auto total = store.count();
    http::Page<JobView> page{.items = {},
                             .total = total,
                             .page = paging.page,
                             .per_page = paging.per_page,
                             .total_is_exact = total < 10'000};
    for (const auto& job : store.list(query.cursor, paging.offset, paging.per_page)) {
      page.items.push_back(view(job));
    }
    if (std::ssize(page.items) == paging.per_page) {
      page.next_cursor = std::to_string(page.items.back().id.to_number());
    }
    return page;
  });
}

JobView Jobs::read(const http::Call& /*call*/, const RevocationJobId& id) const {
  return database.read([&](db::Session& session) { return view(existing(session, id)); });
}

http::Page<ItemView> Jobs::items(const http::Call& /*call*/, const RevocationJobId& id,
                                 const ItemsQuery& query) const {
  const Paging paging{1, query.per_page};
  return database.read([&](db::Session& session) {
    const auto job = existing(session, id);
    http::Page<ItemView> page{.items = {},
                              .total = job.total,
                              .page = 1,
                              .per_page = paging.per_page,
                              .total_is_exact = !query.status};
    const storage::RevocationJobStore store{session};
    for (const auto& item : store.items(id, query.status, query.cursor, paging.per_page)) {
      page.items.push_back({item.certificate_id, item.status, item.error});
    }
    if (query.status) {
      page.total = std::ssize(page.items);
    }
    if (std::ssize(page.items) == paging.per_page) {
      page.next_cursor = std::to_string(page.items.back().certificate_id.to_number());
    }
    return page;
  });
}

http::Done<JobView> Jobs::cancel(const http::Call& call, const RevocationJobId& id) const {
  return {.data = view(jobs.cancel(call.act, id)), .message = "Revocation stopped"};
}

storage::RevocationJob Jobs::existing(db::Session& session, const RevocationJobId& id) const {
  auto job = storage::RevocationJobStore{session}.find(id);
  if (!job) {
    throw base::Error{base::ErrorCode::not_found, "no revocation job has this id"};
  }
  return *std::move(job);
}

}  // namespace
}  // namespace api::v2

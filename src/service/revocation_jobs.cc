#include "service/revocation_jobs.h"

#include <algorithm>

#include "base/log.h"

namespace service {
namespace {

constexpr int batch = 250;

struct Ordered {
  x509::RevocationReason reason;
  std::int64_t certificates;
  std::string comments;
};
BOOST_DESCRIBE_STRUCT(Ordered, (), (reason, certificates, comments))

struct Progress {
  std::int64_t done;
  std::int64_t failed;
  std::int64_t total;
};
BOOST_DESCRIBE_STRUCT(Progress, (), (done, failed, total))

// On behalf of whoever ordered it.
auth::Act act_of(const storage::RevocationJob& job) {
  return {.by = job.created_by,
          .action = "certificate.revoke",
          .from = job.from_address,
          .agent = "revocation job " + std::to_string(job.id.to_number()),
          .request_id = {},
          .credential = job.credential};
}

[[noreturn]] void refuse_number(const char* field, const std::string& reason) {
  throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{field, reason}}};
}

}  // namespace

void RevocationJobs::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void RevocationJobs::start() {
  thread_ = std::thread{[this] { work(); }};
}

storage::RevocationJob RevocationJobs::create(const auth::Act& act,
                                              std::vector<core::CertificateId> certificates,
                                              const Revocation::Why& why) {
  std::ranges::sort(certificates);
  const auto repeated = std::ranges::unique(certificates);
  certificates.erase(repeated.begin(), repeated.end());
  if (certificates.empty() || certificates.size() > most_certificates) {
    refuse_number("ids", "takes 1 to " + std::to_string(most_certificates) + " ids");
  }
  if (why.reason == x509::RevocationReason::removeFromCRL) {
    refuse_number("reason", "removeFromCRL is no reason to revoke: it lifts a hold");
  }
  const auto job = database_.write(act, [&](db::Session& session) {
    storage::RevocationJobStore jobs{session};
    const storage::RevocationJob made{.id = jobs.new_id(),
                                      .status = storage::JobStatus::running,
                                      .reason = why.reason,
                                      .comments = why.comments,
                                      .total = static_cast<std::int64_t>(certificates.size()),
                                      .done = 0,
                                      .failed = 0,
                                      .created_at = clock_.now(),
                                      .created_by = act.by,
                                      .from_address = act.from,
                                      .credential = act.credential,
                                      .finished_at = std::nullopt};
    jobs.insert(made, certificates);
    session.record("revocation_job", made.id, std::to_string(made.total) + " certificates",
                   Ordered{made.reason, made.total, made.comments});
    return made;
  });
  {
    const std::lock_guard lock{mutex_};
    has_work_ = true;
  }
  wake_.notify_one();
  return job;
}

storage::RevocationJob RevocationJobs::create(const auth::Act& act,
                                              const storage::CertificateFilter& filter,
                                              const Revocation::Why& why) {
  auto certificates = database_.read([&](db::Session& session) {
    return storage::CertificateStore{session}.ids(filter, most_certificates + 1, clock_.now());
  });
  if (certificates.empty()) {
    refuse_number("filter", "no certificate matches");
  }
  if (certificates.size() > most_certificates) {
    refuse_number("filter", "matches more than " + std::to_string(most_certificates) +
                                " certificates: narrow it");
  }
  return create(act, std::move(certificates), why);
}

storage::RevocationJob RevocationJobs::cancel(const auth::Act& act,
                                              const storage::RevocationJobId& id) {
  return database_.write(act, [&](db::Session& session) {
    storage::RevocationJobStore jobs{session};
    auto job = jobs.find(id);
    if (!job) {
      throw base::Error{base::ErrorCode::not_found, "no revocation job has this id"};
    }
    if (!jobs.end(id, storage::JobStatus::cancelled, clock_.now())) {
      throw base::Error{base::ErrorCode::conflict, "the job has ended"};
    }
    session.record("revocation_job", id, std::to_string(job->total) + " certificates",
                   Progress{job->done, job->failed, job->total});
    return jobs.find(id).value();
  });
}

bool RevocationJobs::run_some() {
  const auto job = database_.read(
      [](db::Session& session) { return storage::RevocationJobStore{session}.next_running(); });
  if (!job) {
    return false;
  }
  std::vector<core::Certificate> revoked;
  database_.write(act_of(*job), [&](db::Session& session) {
    revoked.clear();
    session.bookkeeping("the progress of a job; what it revokes has entries of its own");
    storage::RevocationJobStore jobs{session};
    const auto running = jobs.lock_running(job->id);
    if (!running) {
      return;
    }
    const auto items = jobs.items(job->id, storage::JobItemStatus::pending, std::nullopt, batch);
    if (items.empty()) {
      jobs.end(job->id, storage::JobStatus::finished, clock_.now());
      return;
    }
    std::int64_t failed = 0;
    for (auto item : items) {
      try {
        revoked.push_back(
            revocation_.revoke_in(session, item.certificate_id,
                                  {.reason = running->reason, .comments = running->comments}));
        item.status = storage::JobItemStatus::revoked;
      } catch (const base::Error& error) {
        if (error.code() != base::ErrorCode::conflict &&
            error.code() != base::ErrorCode::not_found) {
          throw;
        }
        item.status = storage::JobItemStatus::failed;
        item.error = error.what();
        ++failed;
      }
      jobs.settle(item);
    }
    jobs.note_progress(job->id, std::ssize(items) - failed, failed);
  });
  revocation_.told(revoked);
  return true;
}

void RevocationJobs::work() {
  constexpr auto retry = std::chrono::seconds{5};
  constexpr auto other_nodes = std::chrono::minutes{1};  // may stop in the midst of a job
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    wake_.wait_for(lock, other_nodes, [&] { return stopping_ || has_work_; });
    has_work_ = false;
    while (!stopping_) {
      lock.unlock();
      bool more = false;
      try {
        more = run_some();
      } catch (const std::exception& error) {
        base::log_error("a revocation job waits", {{"error", error.what()}});
        lock.lock();
        has_work_ = !wake_.wait_for(lock, retry, [&] { return stopping_; });
        break;
      }
      lock.lock();
      if (!more) {
        break;
      }
    }
  }
}

}  // namespace service

#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "db/database.h"
#include "service/revocation.h"
#include "storage/certificate_store.h"
#include "storage/revocation_job_store.h"

namespace service {

// Revokes many certificates in the background, some hundred in a transaction, so that others get
// their turn. A job that a stop or a crash interrupts goes on after the next start.
class RevocationJobs {
 public:
  static constexpr std::size_t most_certificates = 100'000;

  RevocationJobs(db::Database& database, Revocation& revocation, const base::Clock& clock)
      : database_{database}, revocation_{revocation}, clock_{clock} {}
  ~RevocationJobs() { stop(); }

  void start();
  void stop();  // the job that runs goes on after the next start

  // Throws invalid_request when there are none, or too many.
  storage::RevocationJob create(const auth::Act& act, std::vector<core::CertificateId> certificates,
                                const Revocation::Why& why);
  storage::RevocationJob create(const auth::Act& act, const storage::CertificateFilter& filter,
                                const Revocation::Why& why);

  // What is not revoked yet stays as it is. Throws not_found, or conflict when it has ended.
  storage::RevocationJob cancel(const auth::Act& act, const storage::RevocationJobId& id);

  // Does a part of the oldest job; returns whether there was one.
  bool run_some();

 private:
  void work();

  db::Database& database_;
  Revocation& revocation_;
  const base::Clock& clock_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool has_work_ = true;  // what an earlier run left
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace service

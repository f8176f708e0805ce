#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "base/fiber.h"
#include "core/acme/authorization.h"
#include "db/database.h"
#include "net/acme_validation.h"
#include "service/acme_accounts.h"
#include "service/acme_settings.h"

namespace service {

// Validates challenges in the background, on threads of its own, and durably: what a client was
// told to be processing goes on after a restart.
//
// A validation that ends while its client waits (a few milliseconds, on most networks) is written
// down once, as its result. One that takes longer is written down as under way before the client
// hears of it, with the time by which somebody must have finished it; whoever finds it after that
// time takes it over.
class AcmeValidation {
 public:
  struct Options {
    int threads = 16;
    int most_per_target = 4;           // validations of one name at the same time
    int most_per_account = 8;          // of one account
    std::size_t most_queued = 10'000;  // the rest waits in the database
    int most_waiting = 8;              // requests that keep a worker waiting for their validation
    std::chrono::milliseconds wait = std::chrono::milliseconds{150};
  };

  AcmeValidation(db::Database& database, net::AcmeValidator& validator, const base::Clock& clock,
                 AcmeSettingsSource settings, Options options);
  // Stops after the validations that are being made; those that wait are found again.
  ~AcmeValidation();

  // Takes up what an earlier run left behind, and starts working.
  void start();

  // The client says that it is ready (RFC 8555, section 7.5.1). Returns the authorization as it is
  // then: processing, or decided already. `account_url` is the account as the client knows it: some
  // challenges and CAA's accounturi have it in them.
  core::acme::Result<core::acme::Authorization> respond(
      const auth::Act& act, const AcmeAccount& account,
      const core::acme::AuthorizationReference& reference, core::acme::ChallengeType type,
      const std::string& account_url);

 private:
  using Steady = std::chrono::steady_clock;

  // For the request that waits for its validation.
  struct Settled {
    base::Signal came;
    bool is_done = false;                                    // this and the next under the mutex
    std::optional<core::acme::Authorization> authorization;  // as it was written down
  };

  struct Job {
    core::acme::Authorization authorization;
    std::string thumbprint;
    auth::Act act;
    std::shared_ptr<Settled> settled = {};
  };

  bool enqueue(Job job);
  void enqueue_at(Job job, base::Time at);
  bool wait_until_settled(Settled& settled);
  void work();
  std::optional<Job> next_job(std::unique_lock<std::mutex>& lock);
  bool admissible(const Job& job) const;
  void make_attempt(Job job);
  bool write_outcome(Job& job, const net::AcmeValidator::Outcome& outcome);
  bool settle(db::Session& session, const core::acme::Authorization& authorization) const;
  void adopt_due(base::Time until);
  std::optional<Job> job_of(const core::acme::Authorization& authorization);

  db::Database& database_;
  net::AcmeValidator& validator_;
  const base::Clock& clock_;
  AcmeSettingsSource settings_;
  Options options_;

  std::mutex mutex_;  // over what follows
  std::condition_variable work_to_do_;
  bool stopping_ = false;
  std::deque<Job> queue_;
  std::multimap<base::Time, Job> later_;
  std::unordered_set<std::int64_t> known_;  // queued, later, or being made
  std::unordered_map<std::string, int> running_by_target_;
  std::unordered_map<std::int64_t, int> running_by_account_;
  int waiting_ = 0;
  Steady::time_point next_look_;

  std::vector<std::thread> threads_;
};

}  // namespace service

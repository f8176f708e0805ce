#include "jobs/scheduler.h"

#include <algorithm>
#include <exception>

#include "base/log.h"

namespace jobs {
namespace {

using Steady = std::chrono::steady_clock;

void run_once(const Job& job) {
  const auto began = Steady::now();
  try {
    job.run();
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - began).count();
    base::log_debug("job done", {{"job", job.name}, {"ms", std::int64_t{took}}});
  } catch (const std::exception& error) {
    base::log_error("job failed", {{"job", job.name}, {"error", error.what()}});
  }
}

}  // namespace

Scheduler::Scheduler(std::vector<Job> jobs) {
  for (auto& job : jobs) {
    const auto first = Steady::now() + job.every;
    due_.push_back({std::move(job), first});
  }
}

Scheduler::~Scheduler() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Scheduler::start() {
  thread_ = std::thread{[this] { work(); }};
}

void Scheduler::work() {
  if (due_.empty()) {
    return;
  }
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    const auto next = std::ranges::min_element(due_, {}, &Due::at);
    if (wake_.wait_until(lock, next->at, [&] { return stopping_; })) {
      return;
    }
    lock.unlock();
    run_once(next->job);
    lock.lock();
    next->at = Steady::now() + next->job.every;
  }
}

}  // namespace jobs

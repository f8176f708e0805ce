#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace jobs {

// One background task, whole. A run that throws is logged and tried again at the next interval.
struct Job {
  std::string_view name;
  std::string_view summary;
  std::chrono::seconds every;
  std::function<void()> run;
};

// Runs jobs, one after the other, on a thread of its own.
class Scheduler {
 public:
  explicit Scheduler(std::vector<Job> jobs);
  ~Scheduler();  // waits for the job that runs

  void start();

 private:
  struct Due {
    Job job;
    std::chrono::steady_clock::time_point at;
  };

  void work();

  std::vector<Due> due_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace jobs

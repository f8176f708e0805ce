#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace http {

// Threads that run handlers, with a queue that has an end. The one that became idle last works
// next: its stack and its memory are still in the caches.
class Workers {
 public:
  Workers(int threads, std::size_t queue);
  ~Workers() { stop(); }

  // False, and `work` is left alone, when the queue is full. `work` does not throw.
  bool post(std::move_only_function<void()>& work);

  // Waits for what runs, and drops what waits.
  void stop();

  std::size_t waiting() const;

 private:
  // A thread that waits for work.
  struct Idle {
    std::condition_variable called;
    bool is_called = false;
  };

  void run();

  const std::size_t longest_;
  mutable std::mutex mutex_;
  std::vector<Idle*> idle_;
  std::deque<std::move_only_function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace http

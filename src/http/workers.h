#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace http {

// Threads that run handlers, with a queue that has an end.
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
  void run();

  const std::size_t longest_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::move_only_function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace http

#include "http/workers.h"

namespace http {

Workers::Workers(int threads, std::size_t queue) : longest_{queue} {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { run(); });
  }
}

bool Workers::post(std::move_only_function<void()>& work) {
  {
    const std::scoped_lock lock{mutex_};
    if (stopping_ || queue_.size() >= longest_) {
      return false;
    }
    queue_.push_back(std::move(work));
  }
  arrived_.notify_one();
  return true;
}

void Workers::stop() {
  std::deque<std::move_only_function<void()>> dropped;
  {
    const std::scoped_lock lock{mutex_};
    stopping_ = true;
    dropped.swap(queue_);
  }
  arrived_.notify_all();
  for (auto& thread : threads_) {
    thread.join();
  }
  threads_.clear();
}

std::size_t Workers::waiting() const {
  const std::scoped_lock lock{mutex_};
  return queue_.size();
}

void Workers::run() {
  while (true) {
    std::move_only_function<void()> work;
    {
      std::unique_lock lock{mutex_};
      arrived_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) {
        return;
      }
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
  }
}

}  // namespace http

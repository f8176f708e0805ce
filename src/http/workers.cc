#include "http/workers.h"

#include <utility>

namespace http {

Workers::Workers(int threads, std::size_t queue) : longest_{queue} {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { run(); });
  }
}

bool Workers::post(std::move_only_function<void()>& work) {
  const std::scoped_lock lock{mutex_};
  if (stopping_ || queue_.size() >= longest_) {
    return false;
  }
  queue_.push_back(std::move(work));
  if (!idle_.empty()) {
    idle_.back()->is_called = true;
    idle_.back()->called.notify_one();
    idle_.pop_back();
  }
  return true;
}

void Workers::stop() {
  std::deque<std::move_only_function<void()>> dropped;
  {
    const std::scoped_lock lock{mutex_};
    stopping_ = true;
    dropped.swap(queue_);
    for (auto* const thread : idle_) {
      thread->is_called = true;
      thread->called.notify_one();
    }
    idle_.clear();
  }
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
  Idle self;
  while (true) {
    std::move_only_function<void()> work;
    {
      std::unique_lock lock{mutex_};
      while (queue_.empty()) {
        if (stopping_) {
          return;
        }
        idle_.push_back(&self);
        self.called.wait(lock, [&] { return std::exchange(self.is_called, false); });
      }
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
  }
}

}  // namespace http

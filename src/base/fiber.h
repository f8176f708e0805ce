#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

// Code that waits without keeping its thread. An I/O thread runs what a request asks for on a
// fiber: written from top to bottom as anywhere else, and put aside where it waits, while the
// thread serves others. Handing each request to another thread and back costs more than most of
// them do.
//
// On a fiber, waits go through Signal, and what blocks otherwise (the network, a slow signature)
// through may_block. A mutex must not be held across either.
namespace base {

class Fiber;
class Signal;

// A thread that runs fibers beside what it does otherwise.
class FiberThread {
 public:
  FiberThread();
  virtual ~FiberThread();
  FiberThread(const FiberThread&) = delete;
  FiberThread& operator=(const FiberThread&) = delete;

  // From any thread: `work` will run on this one.
  virtual void post(std::move_only_function<void()> work) = 0;

  // `work` will run on a thread that may block. False, and `work` is left alone, when none will.
  virtual bool post_elsewhere(std::move_only_function<void()>& work) = 0;

  // Ends the waits that have lasted too long. To be called a few times a second.
  void look_at_clock(std::chrono::steady_clock::time_point now);

 private:
  friend class Fiber;
  friend class Signal;
  struct Stacks;

  std::unique_ptr<Stacks> stacks_;
  std::vector<std::pair<std::chrono::steady_clock::time_point, Signal*>> limited_waits_;
};

// One piece of work on a stack of its own. Belongs to the thread that made it, but for what Signal
// does.
class Fiber {
 public:
  // `work` must not throw.
  Fiber(FiberThread& thread, std::function<void()> work);
  ~Fiber();  // the work is done, or has not begun
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Goes on until the work waits or is done.
  void run();
  bool is_done() const;

  // Set when run() has returned and the work is not done: called, once, when it may go on.
  void on_ready(std::move_only_function<void()> ready);

  // The one that the caller runs on, or null.
  static Fiber* current();
  FiberThread& thread() const;

 private:
  friend class Signal;
  struct Parts;

  void wait();   // on the fiber
  void ready();  // on its thread

  std::unique_ptr<Parts> parts_;
};

// What one waits for and another says. Each raise() ends one wait.
class Signal {
 public:
  Signal() = default;
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void wait();
  // False when it was not raised by then, or, on a fiber, by a tenth of a second later.
  bool wait_for(std::chrono::milliseconds time);

  // From any thread. Whoever raises it keeps it alive (see of_caller).
  void raise();

  // The one that the calling thread or fiber has for waits that surely end.
  static const std::shared_ptr<Signal>& of_caller();

 private:
  friend class FiberThread;

  void expire();

  std::mutex mutex_;
  std::condition_variable condition_;
  Fiber* fiber_ = nullptr;  // that waits
  bool is_raised_ = false;
};

namespace detail {
void run_elsewhere(std::function<void()> work);
}

// Runs `work`, which may block: on a fiber at another thread, otherwise here. Returns what it
// returned, throws what it threw. Throws unavailable when no thread will take it.
template <class Work>
std::invoke_result_t<Work&> may_block(Work work) {
  using Result = std::invoke_result_t<Work&>;
  if (Fiber::current() == nullptr) {
    return work();
  }
  std::exception_ptr failure;
  const auto carry_out = [&](const auto& body) {
    detail::run_elsewhere([&] {
      try {
        body();
      } catch (...) {
        failure = std::current_exception();
      }
    });
    if (failure) {
      std::rethrow_exception(failure);
    }
  };
  if constexpr (std::is_void_v<Result>) {
    carry_out(work);
  } else {
    std::optional<Result> result;
    carry_out([&] { result.emplace(work()); });
    return *std::move(result);
  }
}

}  // namespace base

#include "base/fiber.h"

#include <cxxabi.h>

#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cstring>

#include "base/error.h"

#if defined(__SANITIZE_ADDRESS__)
#define CERTWRIGHT_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CERTWRIGHT_ASAN 1
#endif
#endif
#ifdef CERTWRIGHT_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace base {
namespace {

namespace context = boost::context;

// Of addresses: a page is there once it was touched.
constexpr std::size_t stack_size = 1 << 20;
constexpr std::size_t most_spare_stacks = 64;

thread_local Fiber* running = nullptr;

// Which exceptions are being handled: the C++ runtime keeps it by thread, and a fiber may wait
// while it handles one (Itanium C++ ABI, section 2.2.2).
class Exceptions {
 public:
  void swap_with_thread() {
    auto* const of_thread = __cxxabiv1::__cxa_get_globals();
    unsigned char other[size];
    std::memcpy(other, of_thread, size);
    std::memcpy(of_thread, kept_, size);
    std::memcpy(kept_, other, size);
  }

 private:
  static constexpr std::size_t size = sizeof(void*) + sizeof(unsigned int);
  unsigned char kept_[size] = {};
};

// Tells the address sanitizer on which stack the thread is.
class Switch {
 public:
  void begin([[maybe_unused]] const void* bottom, [[maybe_unused]] std::size_t size,
             [[maybe_unused]] bool for_good = false) {
#ifdef CERTWRIGHT_ASAN
    __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_stack_, bottom, size);
#endif
  }
  void end([[maybe_unused]] const void** bottom, [[maybe_unused]] std::size_t* size) {
#ifdef CERTWRIGHT_ASAN
    __sanitizer_finish_switch_fiber(fake_stack_, bottom, size);
#endif
  }

 private:
#ifdef CERTWRIGHT_ASAN
  void* fake_stack_ = nullptr;
#endif
};

}  // namespace

// Stacks are kept for the next: making one means two calls of the system and some page faults.
struct FiberThread::Stacks {
  ~Stacks() {
    for (auto& stack : spare) {
      allocator.deallocate(stack);
    }
  }
  Stacks() = default;
  Stacks(const Stacks&) = delete;

  context::stack_context allocate() {
    if (spare.empty()) {
      return allocator.allocate();
    }
    const auto stack = spare.back();
    spare.pop_back();
    return stack;
  }
  void deallocate(context::stack_context& stack) {
    if (spare.size() < most_spare_stacks) {
      spare.push_back(stack);
    } else {
      allocator.deallocate(stack);
    }
  }

  context::protected_fixedsize_stack allocator{stack_size};
  std::vector<context::stack_context> spare;
};

FiberThread::FiberThread() : stacks_{std::make_unique<Stacks>()} {}
FiberThread::~FiberThread() = default;

void FiberThread::look_at_clock(std::chrono::steady_clock::time_point now) {
  // Whoever is woken takes itself off the list, later.
  for (const auto& [until, signal] : limited_waits_) {
    if (until < now) {
      signal->expire();
    }
  }
}

struct Fiber::Parts {
  FiberThread& thread;
  std::function<void()> work;
  std::move_only_function<void()> ready;
  context::fiber other;  // the fiber while the thread runs, the thread while the fiber runs
  const std::shared_ptr<Signal> signal = std::make_shared<Signal>();
  bool is_done = false;

  Exceptions exceptions;
  Switch into_fiber;
  Switch out_of_fiber;
  const void* fiber_stack = nullptr;
  std::size_t fiber_stack_size = 0;
  const void* thread_stack = nullptr;
  std::size_t thread_stack_size = 0;
};

Fiber::Fiber(FiberThread& thread, std::function<void()> work)
    : parts_{new Parts{.thread = thread, .work = std::move(work)}} {
  auto& parts = *parts_;
  auto& stacks = *thread.stacks_;
  const auto stack = stacks.allocate();
  parts.fiber_stack = static_cast<const char*>(stack.sp) - stack.size;
  parts.fiber_stack_size = stack.size;
#ifdef CERTWRIGHT_ASAN
  // What ran there before did not return from all of its functions.
  __asan_unpoison_memory_region(parts.fiber_stack, stack.size);
#endif

  struct Lent {
    FiberThread::Stacks* stacks;
    void deallocate(context::stack_context& returned) const { stacks->deallocate(returned); }
  };
  parts.other =
      context::fiber{std::allocator_arg, context::preallocated{stack.sp, stack.size, stack},
                     Lent{&stacks}, [&parts](context::fiber&& caller) {
                       parts.out_of_fiber.end(&parts.thread_stack, &parts.thread_stack_size);
                       parts.other = std::move(caller);
                       parts.work();
                       parts.is_done = true;
                       parts.out_of_fiber.begin(parts.thread_stack, parts.thread_stack_size, true);
                       return std::move(parts.other);
                     }};
}

Fiber::~Fiber() = default;

void Fiber::run() {
  auto& parts = *parts_;
  running = this;
  parts.exceptions.swap_with_thread();
  parts.into_fiber.begin(parts.fiber_stack, parts.fiber_stack_size);
  parts.other = std::move(parts.other).resume();
  parts.into_fiber.end(nullptr, nullptr);
  parts.exceptions.swap_with_thread();
  running = nullptr;
}

void Fiber::wait() {
  auto& parts = *parts_;
  parts.out_of_fiber.begin(parts.thread_stack, parts.thread_stack_size);
  parts.other = std::move(parts.other).resume();
  parts.out_of_fiber.end(&parts.thread_stack, &parts.thread_stack_size);
}

bool Fiber::is_done() const {
  return parts_->is_done;
}

void Fiber::on_ready(std::move_only_function<void()> ready) {
  parts_->ready = std::move(ready);
}

void Fiber::ready() {
  // What is called may end the fiber.
  auto told = std::exchange(parts_->ready, nullptr);
  told();
}

Fiber* Fiber::current() {
  return running;
}

FiberThread& Fiber::thread() const {
  return parts_->thread;
}

void Signal::wait() {
  auto* const fiber = Fiber::current();
  std::unique_lock lock{mutex_};
  if (fiber == nullptr) {
    condition_.wait(lock, [&] { return is_raised_; });
  } else if (!is_raised_) {
    fiber_ = fiber;
    lock.unlock();
    fiber->wait();
    lock.lock();
  }
  is_raised_ = false;
}

bool Signal::wait_for(std::chrono::milliseconds time) {
  auto* const fiber = Fiber::current();
  std::unique_lock lock{mutex_};
  if (fiber == nullptr) {
    condition_.wait_for(lock, time, [&] { return is_raised_; });
  } else if (!is_raised_) {
    fiber_ = fiber;
    lock.unlock();
    auto& waits = fiber->thread().limited_waits_;
    waits.emplace_back(std::chrono::steady_clock::now() + time, this);
    fiber->wait();
    std::erase_if(waits, [&](const auto& wait) { return wait.second == this; });
    lock.lock();
  }
  return std::exchange(is_raised_, false);
}

void Signal::raise() {
  Fiber* fiber = nullptr;
  {
    const std::lock_guard lock{mutex_};
    fiber = std::exchange(fiber_, nullptr);
    is_raised_ = true;
  }
  if (fiber == nullptr) {
    condition_.notify_one();
  } else {
    fiber->thread().post([fiber] { fiber->ready(); });
  }
}

// On the fiber's thread.
void Signal::expire() {
  Fiber* fiber = nullptr;
  {
    const std::lock_guard lock{mutex_};
    fiber = std::exchange(fiber_, nullptr);
  }
  if (fiber != nullptr) {
    fiber->thread().post([fiber] { fiber->ready(); });
  }
}

const std::shared_ptr<Signal>& Signal::of_caller() {
  if (auto* const fiber = Fiber::current()) {
    return fiber->parts_->signal;
  }
  thread_local const auto of_thread = std::make_shared<Signal>();
  return of_thread;
}

void detail::run_elsewhere(std::function<void()> work) {
  const auto done = Signal::of_caller();
  std::move_only_function<void()> job = [&work, done] {
    work();
    done->raise();
  };
  if (!Fiber::current()->thread().post_elsewhere(job)) {
    throw Error{ErrorCode::unavailable, "too much to do; try again in a moment"}.retry_after(1);
  }
  done->wait();
}

}  // namespace base

#include "base/fiber.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <stdexcept>
#include <thread>

#include "base/error.h"

namespace base {
namespace {

using std::chrono::milliseconds;

// A thread with a queue, as an I/O thread has one.
class Home final : public FiberThread {
 public:
  ~Home() override {
    for (auto& thread : others_) {
      thread.join();
    }
  }

  void post(std::move_only_function<void()> work) override {
    const std::lock_guard lock{mutex_};
    queue_.push_back(std::move(work));
    came_.notify_one();
  }
  bool post_elsewhere(std::move_only_function<void()>& work) override {
    if (is_full) {
      return false;
    }
    others_.emplace_back(std::move(work));
    return true;
  }

  // Starts a fiber; it goes on in serve().
  void start(std::function<void()> work) {
    ++open_;
    auto* const fiber = fibers_.emplace_back(std::make_unique<Fiber>(*this, std::move(work))).get();
    go_on(fiber);
  }

  // Until all fibers are done.
  void serve() {
    while (open_ > 0) {
      std::move_only_function<void()> next;
      {
        std::unique_lock lock{mutex_};
        came_.wait_for(lock, milliseconds{10}, [&] { return !queue_.empty(); });
        if (!queue_.empty()) {
          next = std::move(queue_.front());
          queue_.pop_front();
        }
      }
      if (next) {
        next();
      }
      look_at_clock(std::chrono::steady_clock::now());
    }
  }

  bool is_full = false;

 private:
  void go_on(Fiber* fiber) {
    fiber->run();
    if (fiber->is_done()) {
      --open_;
    } else {
      fiber->on_ready([this, fiber] { go_on(fiber); });
    }
  }

  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<std::move_only_function<void()>> queue_;
  std::vector<std::thread> others_;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  int open_ = 0;
};

TEST(Fiber, WaitsWithoutItsThread) {
  Home home;
  const auto signal = std::make_shared<Signal>();
  std::string seen;
  home.start([&] {
    seen += "a";
    signal->wait();
    seen += "c";
  });
  home.start([&] {
    seen += "b";
    signal->raise();
  });
  home.serve();
  EXPECT_EQ(seen, "abc");
  EXPECT_EQ(Fiber::current(), nullptr);
}

TEST(Fiber, IsWokenByOtherThreads) {
  Home home;
  int sum = 0;
  std::vector<std::thread> wakers;
  for (int i = 0; i < 100; ++i) {
    home.start([&, i] {
      const auto signal = Signal::of_caller();
      for (int turn = 0; turn < 3; ++turn) {
        wakers.emplace_back([signal] { signal->raise(); });
        signal->wait();
      }
      sum += i;
    });
  }
  home.serve();
  for (auto& waker : wakers) {
    waker.join();
  }
  EXPECT_EQ(sum, 4950);
}

TEST(Fiber, FindsASignalThatWasRaisedBefore) {
  Home home;
  Signal signal;
  signal.raise();
  home.start([&] {
    signal.wait();
    EXPECT_FALSE(signal.wait_for(milliseconds{1})) << "each raise ends one wait";
  });
  home.serve();
}

TEST(Fiber, WaitsForATimeAndNoLonger) {
  Home home;
  Signal never;
  const auto soon = std::make_shared<Signal>();
  bool came_in_time = false;
  bool never_came = true;
  home.start([&] { never_came = !never.wait_for(milliseconds{20}); });
  home.start([&] { came_in_time = soon->wait_for(std::chrono::hours{1}); });
  home.start([&] { soon->raise(); });
  home.serve();
  EXPECT_TRUE(never_came);
  EXPECT_TRUE(came_in_time);
}

// The C++ runtime keeps the exceptions that are being handled by thread, not by stack.
TEST(Fiber, WaitsWhileItHandlesAnException) {
  Home home;
  const auto first = std::make_shared<Signal>();
  const auto second = std::make_shared<Signal>();
  std::string seen;
  const auto handle = [&](const char* text, Signal& wait, Signal& raise) {
    try {
      try {
        throw std::runtime_error{text};
      } catch (...) {
        raise.raise();
        wait.wait();
        throw;
      }
    } catch (const std::runtime_error& error) {
      seen += error.what();
    }
  };
  home.start([&] { handle("one", *first, *second); });
  home.start([&] { handle("two", *second, *first); });
  home.serve();
  EXPECT_EQ(seen.size(), 6U);
  EXPECT_NE(seen.find("one"), std::string::npos);
  EXPECT_NE(seen.find("two"), std::string::npos);
  EXPECT_EQ(std::current_exception(), nullptr);
}

TEST(Fiber, LetsOthersBlockForIt) {
  Home home;
  const auto here = std::this_thread::get_id();
  int answer = 0;
  std::string refusal;
  bool others_ran = false;
  home.start([&] {
    answer = may_block([&] {
      EXPECT_NE(std::this_thread::get_id(), here);
      std::this_thread::sleep_for(milliseconds{20});
      return 42;
    });
    EXPECT_TRUE(others_ran);
    try {
      may_block([]() -> int { throw Error{ErrorCode::conflict, "as it was thrown there"}; });
    } catch (const Error& error) {
      refusal = error.what();
    }
  });
  home.start([&] { others_ran = true; });
  home.serve();
  EXPECT_EQ(answer, 42);
  EXPECT_EQ(refusal, "as it was thrown there");

  home.is_full = true;
  std::optional<ErrorCode> refused;
  home.start([&] {
    try {
      may_block([] {});
    } catch (const Error& error) {
      refused = error.code();
    }
  });
  home.serve();
  EXPECT_EQ(refused, ErrorCode::unavailable);
}

TEST(Fiber, HasAStackOfItsOwnThatIsUsedAgain) {
  Home home;
  for (int i = 0; i < 200; ++i) {
    home.start([&] {
      char much[512 * 1024];
      std::fill(std::begin(much), std::end(much), 'x');
      EXPECT_EQ(std::count(std::begin(much), std::end(much), 'x'), std::ssize(much));
    });
  }
  home.serve();
}

TEST(Signal, WakesAThread) {
  const auto signal = Signal::of_caller();
  std::thread other{[&] { signal->raise(); }};
  signal->wait();
  other.join();
  EXPECT_FALSE(signal->wait_for(milliseconds{5}));
  EXPECT_EQ(may_block([] { return 7; }), 7) << "not on a fiber: here";
}

}  // namespace
}  // namespace base

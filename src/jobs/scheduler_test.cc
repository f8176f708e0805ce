#include "jobs/scheduler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace jobs {
namespace {

// Waits for a condition, ten seconds at most.
template <class Condition>
bool comes_true(Condition condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return false;
}

Job job(std::chrono::seconds every, std::function<void()> run) {
  return {.name = "test", .summary = "A test", .every = every, .run = std::move(run)};
}

TEST(Scheduler, RunsJobsAgainAndAgain) {
  std::atomic<int> first = 0;
  std::atomic<int> second = 0;
  Scheduler scheduler{{job(std::chrono::seconds{0}, [&] { ++first; }),
                       job(std::chrono::seconds{0}, [&] { ++second; })}};
  scheduler.start();
  EXPECT_TRUE(comes_true([&] { return first > 2 && second > 2; }));
}

TEST(Scheduler, GoesOnAfterAJobThatThrows) {
  std::atomic<int> runs = 0;
  Scheduler scheduler{{job(std::chrono::seconds{0}, [&] {
    ++runs;
    throw std::runtime_error{"no"};
  })}};
  scheduler.start();
  EXPECT_TRUE(comes_true([&] { return runs > 2; }));
}

TEST(Scheduler, WaitsForTheIntervalAndEndsAtOnceWhileItWaits) {
  std::atomic<int> runs = 0;
  const auto started = std::chrono::steady_clock::now();
  {
    Scheduler scheduler{{job(std::chrono::hours{1}, [&] { ++runs; })}};
    scheduler.start();
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  EXPECT_EQ(runs, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{5});
}

TEST(Scheduler, WaitsForTheJobThatRunsWhenItEnds) {
  std::atomic<bool> began = false;
  std::atomic<bool> ended = false;
  {
    Scheduler scheduler{{job(std::chrono::seconds{0}, [&] {
      began = true;
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
      ended = true;
    })}};
    scheduler.start();
    ASSERT_TRUE(comes_true([&] { return began.load(); }));
  }
  EXPECT_TRUE(ended);
}

TEST(Scheduler, RunsOneJobAtATime) {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::atomic<int> runs = 0;
  const auto run = [&] {
    most = std::max(most.load(), ++running);
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
    --running;
    ++runs;
  };
  Scheduler scheduler{{job(std::chrono::seconds{0}, run), job(std::chrono::seconds{0}, run)}};
  scheduler.start();
  EXPECT_TRUE(comes_true([&] { return runs > 6; }));
  EXPECT_EQ(most, 1);
}

TEST(Scheduler, MayBeEmptyOrNeverStarted) {
  Scheduler never{{job(std::chrono::seconds{0}, [] {})}};
  Scheduler empty{{}};
  empty.start();
}

}  // namespace
}  // namespace jobs

#include "http/rate_limit.h"

#include <gtest/gtest.h>

namespace http {
namespace {

using std::chrono::seconds;

TEST(RateLimiter, GrantsABurstAndThenTheRate) {
  RateLimiter limiter{{.sign_in = {.per_minute = 6, .burst = 3}}};
  const auto start = RateLimiter::Clock::now();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(limiter.take(Limit::sign_in, "192.0.2.1", start).granted);
  }
  const auto refused = limiter.take(Limit::sign_in, "192.0.2.1", start + seconds{2});
  EXPECT_FALSE(refused.granted);
  EXPECT_EQ(refused.retry_after, 8);
  EXPECT_EQ(refused.reset, 28);
  EXPECT_TRUE(limiter.take(Limit::sign_in, "192.0.2.1", start + seconds{11}).granted);
  EXPECT_FALSE(limiter.take(Limit::sign_in, "192.0.2.1", start + seconds{11}).granted);
}

TEST(RateLimiter, CountsEachKeyAndClassForItself) {
  RateLimiter limiter{
      {.strict = {.per_minute = 1, .burst = 1}, .sign_in = {.per_minute = 1, .burst = 1}}};
  const auto now = RateLimiter::Clock::now();
  EXPECT_TRUE(limiter.take(Limit::sign_in, "a", now).granted);
  EXPECT_TRUE(limiter.take(Limit::strict, "a", now).granted);
  EXPECT_TRUE(limiter.take(Limit::sign_in, "b", now).granted);
  EXPECT_FALSE(limiter.take(Limit::sign_in, "a", now).granted);
}

TEST(RateLimiter, GrantsEverythingWithoutALimit) {
  RateLimiter limiter{{.standard = {.per_minute = 0, .burst = 0}}};
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(limiter.take(Limit::standard, "a").granted);
    ASSERT_TRUE(limiter.take(Limit::unlimited, "a").granted);
  }
}

TEST(RateLimiter, StaysSmallUnderManyKeysAndRemembersTheRecentOnes) {
  RateLimiter limiter{{.sign_in = {.per_minute = 1, .burst = 1}}, 512};
  auto now = RateLimiter::Clock::now();
  for (int i = 0; i < 100'000; ++i) {
    limiter.take(Limit::sign_in, "address " + std::to_string(i),
                 now += std::chrono::microseconds{1});
  }
  EXPECT_TRUE(limiter.take(Limit::sign_in, "new", now).granted);
  EXPECT_FALSE(limiter.take(Limit::sign_in, "new", now).granted);
}

TEST(RateLimiter, TakesNewLimitsAtOnce) {
  RateLimiter limiter{{.strict = {.per_minute = 1, .burst = 1}}};
  const auto now = RateLimiter::Clock::now();
  EXPECT_TRUE(limiter.take(Limit::strict, "a", now).granted);
  EXPECT_FALSE(limiter.take(Limit::strict, "a", now).granted);
  limiter.set_limits({.strict = {.per_minute = 6000, .burst = 100}});
  EXPECT_TRUE(limiter.take(Limit::strict, "a", now + seconds{1}).granted);
}

}  // namespace
}  // namespace http

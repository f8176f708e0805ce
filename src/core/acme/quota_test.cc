#include "core/acme/quota.h"

#include <gtest/gtest.h>

namespace core::acme {
namespace {

const base::Time now{std::chrono::seconds{1'800'000'000}};

TEST(Quota, LetsSoManyOrdersThroughAtOnce) {
  const Quota quota{.orders = 3, .hours = 3};
  std::int64_t spent_until = 0;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(used(quota, spent_until, now), i);
    const auto spent = spend(quota, spent_until, now);
    ASSERT_TRUE(spent) << i;
    spent_until = *spent;
  }
  EXPECT_EQ(used(quota, spent_until, now), 3);
  const auto refused = spend(quota, spent_until, now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), 3600);
}

TEST(Quota, GivesOrdersBackEvenly) {
  const Quota quota{.orders = 3, .hours = 3};
  std::int64_t spent_until = 0;
  for (int i = 0; i < 3; ++i) {
    spent_until = spend(quota, spent_until, now).value();
  }
  const auto soon = now + std::chrono::minutes{59};
  EXPECT_EQ(spend(quota, spent_until, soon).error(), 60);
  const auto later = now + std::chrono::minutes{60};
  EXPECT_EQ(used(quota, spent_until, later), 2);
  ASSERT_TRUE(spend(quota, spent_until, later));
  EXPECT_EQ(used(quota, spent_until, now + std::chrono::hours{3}), 0);
}

TEST(Quota, CountsManyOrdersWithoutLosingAny) {
  const Quota quota{.orders = 1'000'000, .hours = 24};
  std::int64_t spent_until = 0;
  for (int i = 0; i < 1000; ++i) {
    spent_until = spend(quota, spent_until, now).value();
  }
  EXPECT_EQ(used(quota, spent_until, now), 1000);
}

TEST(Quota, ThatWasMadeSmallerCountsWhatWasOrderedBefore) {
  const Quota large{.orders = 100, .hours = 24};
  std::int64_t spent_until = 0;
  for (int i = 0; i < 100; ++i) {
    spent_until = spend(large, spent_until, now).value();
  }
  const Quota small{.orders = 1, .hours = 1};
  EXPECT_EQ(used(small, spent_until, now), 1);
  EXPECT_EQ(spend(small, spent_until, now).error(), 24 * 3600);
}

}  // namespace
}  // namespace core::acme

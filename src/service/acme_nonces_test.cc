#include "service/acme_nonces.h"

#include <gtest/gtest.h>

#include <set>

namespace service {
namespace {

crypto::SystemRandom random;

TEST(AcmeNonces, AreGoodOnce) {
  AcmeNonces nonces{random};
  const auto one = nonces.draw();
  const auto other = nonces.draw();
  EXPECT_NE(one, other);
  EXPECT_TRUE(nonces.use(other));
  EXPECT_TRUE(nonces.use(one));
  EXPECT_FALSE(nonces.use(one));
  EXPECT_FALSE(nonces.use(other));
}

TEST(AcmeNonces, OfOthersAreBad) {
  AcmeNonces nonces{random};
  AcmeNonces after_restart{random};
  const auto nonce = nonces.draw();
  EXPECT_FALSE(after_restart.use(nonce));
  EXPECT_FALSE(nonces.use(""));
  EXPECT_FALSE(nonces.use("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
  EXPECT_FALSE(nonces.use(nonce + "A"));
  auto forged = nonce;
  forged[3] = forged[3] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(nonces.use(forged));
}

TEST(AcmeNonces, StayGoodWhileOthersAreDrawnAndGoBadInTheEnd) {
  constexpr std::uint64_t words = 16;
  constexpr std::uint64_t remembered = words * AcmeNonces::numbers_per_word;
  AcmeNonces nonces{random, words};
  const auto old = nonces.draw();
  for (std::uint64_t i = 0; i < remembered - 2 * AcmeNonces::numbers_per_word; ++i) {
    ASSERT_TRUE(nonces.use(nonces.draw()));
  }
  EXPECT_TRUE(nonces.use(old));
  const auto older = nonces.draw();
  for (std::uint64_t i = 0; i < 2 * remembered; ++i) {
    ASSERT_TRUE(nonces.use(nonces.draw()));
  }
  EXPECT_FALSE(nonces.use(older));
}

TEST(AcmeNonces, AreAcceptedOnceByManyThreads) {
  AcmeNonces nonces{random};
  std::vector<std::string> drawn;
  for (int i = 0; i < 20'000; ++i) {
    drawn.push_back(nonces.draw());
  }
  std::atomic<int> accepted = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (const auto& nonce : drawn) {
        accepted += nonces.use(nonce) ? 1 : 0;
        static_cast<void>(nonces.draw());
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(accepted, 20'000);
}

TEST(AcmeNonces, AreDrawnUniquelyByManyThreads) {
  AcmeNonces nonces{random};
  std::vector<std::vector<std::string>> drawn(4);
  std::vector<std::thread> threads;
  for (auto& list : drawn) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        list.push_back(nonces.draw());
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  std::set<std::string> all;
  for (const auto& list : drawn) {
    all.insert(list.begin(), list.end());
  }
  EXPECT_EQ(all.size(), 40'000u);
}

}  // namespace
}  // namespace service

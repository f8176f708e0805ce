#include "protocol/ocsp/reply_cache.h"

#include <gtest/gtest.h>

#include <thread>

namespace protocol::ocsp {
namespace {

const base::Time now{base::Seconds{1'800'000'000}};
const auto later = now + std::chrono::hours{1};

ReplyCache::Message message(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

TEST(ReplyCache, KeepsAnAnswerUntilItsTime) {
  ReplyCache cache;
  EXPECT_EQ(cache.find("request", now), nullptr);
  cache.put("request", message("good"), {"0a"}, later, cache.generation());
  EXPECT_EQ(*cache.find("request", now), "good");
  EXPECT_EQ(*cache.find("request", later - base::Seconds{1}), "good");
  EXPECT_EQ(cache.find("request", later), nullptr);
  EXPECT_EQ(cache.find("requesT", now), nullptr);
  EXPECT_EQ(cache.hits(), 2);
  cache.put("request", message("newer"), {"0a"}, later + base::Seconds{1}, cache.generation());
  EXPECT_EQ(*cache.find("request", later), "newer");
}

TEST(ReplyCache, LetsOneRenewAnAnswerAheadOfItsEnd) {
  ReplyCache cache;
  const auto soon = later - std::chrono::minutes{6};
  cache.put("request", message("good"), {"0a"}, later, cache.generation(), soon);
  EXPECT_NE(cache.find("request", soon - base::Seconds{1}), nullptr);
  EXPECT_EQ(cache.find("request", soon), nullptr);  // this one makes the next
  EXPECT_EQ(*cache.find("request", soon), "good");
  cache.put("request", message("newer"), {"0a"}, later + std::chrono::hours{1}, cache.generation());
  EXPECT_EQ(*cache.find("request", later), "newer");
}

TEST(ReplyCache, ForgetsEachAnswerAboutACertificateAndNoOther) {
  ReplyCache cache;
  cache.put("by sha1", message("good"), {"0a"}, later, cache.generation());
  cache.put("by sha256", message("good"), {"0a"}, later, cache.generation());
  cache.put("of two", message("good"), {"0a", "0b"}, later, cache.generation());
  cache.put("of another", message("good"), {"0b"}, later, cache.generation());
  cache.forget("0a");
  EXPECT_EQ(cache.find("by sha1", now), nullptr);
  EXPECT_EQ(cache.find("by sha256", now), nullptr);
  EXPECT_EQ(cache.find("of two", now), nullptr);
  EXPECT_NE(cache.find("of another", now), nullptr);
  cache.forget("0b");
  EXPECT_EQ(cache.find("of another", now), nullptr);
  cache.forget("0c");
}

// Asked before the revocation, signed meanwhile, stored after it: such an answer says "good" of
// what is revoked.
TEST(ReplyCache, DoesNotKeepWhatWasComputedBeforeARevocation) {
  ReplyCache cache;
  const auto before = cache.generation();
  cache.forget("0a");
  cache.put("request", message("good"), {"0a"}, later, before);
  EXPECT_EQ(cache.find("request", now), nullptr);
  cache.put("request", message("revoked"), {"0a"}, later, cache.generation());
  EXPECT_EQ(*cache.find("request", now), "revoked");
}

TEST(ReplyCache, NeverLosesARevocationToAnAnswerUnderWay) {
  for (int round = 0; round < 300; ++round) {
    ReplyCache cache;
    std::atomic<bool> revoked = false;  // the database
    {
      std::vector<std::jthread> responders;
      for (int i = 0; i < 2; ++i) {
        responders.emplace_back([&] {
          for (int each = 0; each < 20; ++each) {
            const auto generation = cache.generation();
            const auto* const said = revoked ? "revoked" : "good";
            cache.put("request", message(said), {"0a"}, later, generation);
          }
        });
      }
      responders.emplace_back([&] {
        revoked = true;
        cache.forget("0a");
        const auto found = cache.find("request", now);
        EXPECT_TRUE(!found || *found == "revoked");
      });
    }
    const auto found = cache.find("request", now);
    EXPECT_TRUE(!found || *found == "revoked");
  }
}

TEST(ReplyCache, IsBoundedInEntriesAndInTheLengthOfRequests) {
  ReplyCache cache;
  const auto most = ReplyCache::shards * ReplyCache::most_in_shard;
  const auto answer = message("good");
  const auto started = std::chrono::steady_clock::now();
  // All about one certificate, as somebody does who wants to use up memory or time.
  for (std::size_t i = 0; i < most + 1000; ++i) {
    cache.put("request " + std::to_string(i), answer, {"0a"}, later, cache.generation());
  }
  const auto took = std::chrono::steady_clock::now() - started;
  EXPECT_LE(static_cast<std::size_t>(answer.use_count()), most + 1);
  EXPECT_LT(took, std::chrono::seconds{60});
  cache.forget("0a");
  EXPECT_EQ(answer.use_count(), 1);

  const std::string padded(ReplyCache::longest_request + 1, 'x');
  cache.put(padded, answer, {"0a"}, later, cache.generation());
  EXPECT_EQ(cache.find(padded, now), nullptr);
}

}  // namespace
}  // namespace protocol::ocsp

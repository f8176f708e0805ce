#include "service/key_making.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/error.h"

namespace service {
namespace {

TEST(KeyMaking, MakesOneLongKeyAtATimeAndOthersMeanwhile) {
  std::atomic<bool> ended{false};
  std::thread other{[&] {
    make_key(crypto::KeyAlgorithm::rsa_6144);
    ended = true;
  }};
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  EXPECT_EQ(make_key(crypto::KeyAlgorithm::ec_p256).public_key().type(), crypto::KeyType::ec);
  std::optional<base::ErrorCode> refused;
  try {
    make_key(crypto::KeyAlgorithm::rsa_6144);
  } catch (const base::Error& error) {
    refused = error.code();
  }
  EXPECT_TRUE(ended || refused == base::ErrorCode::unavailable) << "two at a time";
  other.join();
}

}  // namespace
}  // namespace service

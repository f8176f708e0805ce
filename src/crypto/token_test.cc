#include "crypto/token.h"

#include <gtest/gtest.h>

namespace crypto {
namespace {

TEST(Token, IsLongAndNeverTheSame) {
  SystemRandom random;
  EXPECT_EQ(random_token(random).size(), 43u);
  EXPECT_EQ(random_token(random, 16).size(), 22u);
  EXPECT_NE(random_token(random), random_token(random));
}

TEST(EqualInConstantTime, ComparesContentAndLength) {
  EXPECT_TRUE(equal_in_constant_time("token", "token"));
  EXPECT_FALSE(equal_in_constant_time("token", "tokem"));
  EXPECT_FALSE(equal_in_constant_time("token", "toke"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
}

}  // namespace
}  // namespace crypto

#include "core/user.h"

#include <gtest/gtest.h>

namespace core {
namespace {

TEST(Lockout, RestsLongerWithEachFailureUpToAnHour) {
  const std::pair<std::int64_t, int> table[] = {{0, 0},
                                                {1, 0},
                                                {4, 0},
                                                {5, 30},
                                                {6, 60},
                                                {7, 120},
                                                {8, 240},
                                                {9, 480},
                                                {10, 960},
                                                {11, 1920},
                                                {12, 3600},
                                                {13, 3600},
                                                {1'000'000'000'000, 3600}};
  for (const auto& [failures, seconds] : table) {
    EXPECT_EQ(lockout_after(failures).count(), seconds) << failures;
  }
}

TEST(Password, IsTakenWhenItIsLongAndNotGuessable) {
  for (const auto* text :
       {"correct horse battery", "Tr0ub4dor&3-and-more", "zwölf Boxkämpfer", "xkQ9!mmP2#vL",
        "my admin likes long walks", "0123456789 and some words"}) {
    EXPECT_EQ(password_weakness(base::Secret{text}, "alice"), std::nullopt) << text;
  }
  EXPECT_EQ(password_weakness(base::Secret{std::string(120, 'a') + "bcdefgh"}, "alice"),
            std::nullopt);
}

TEST(Password, IsRefusedWithTheReason) {
  const struct {
    const char* why;
    std::string text;
  } cases[] = {
      {"empty", ""},
      {"11 characters", "xkQ9!mmP2#v"},
      {"129 characters", std::string(60, 'a') + std::string(60, 'b') + "xkQ9!mmP2"},
      {"the name in it", "my-name-is-Alice-Liddell"},
      {"one character", "aaaaaaaaaaaaaa"},
      {"four characters", "abcdabcdabcdabcd"},
      {"a pattern repeated", "abcdefabcdef"},
      {"a pattern repeated thrice", "k3yW!k3yW!k3yW!"},
      {"a known one and digits", "Password123456"},
      {"two known ones", "adminpassword"},
      {"a known one and signs", "!!changeme!!"},
      {"a known one in capitals", "QWERTY!234567"},
  };
  for (const auto& [why, text] : cases) {
    EXPECT_TRUE(password_weakness(base::Secret{text}, "alice")) << why;
  }
  // A short name is in many good passwords by chance.
  EXPECT_EQ(password_weakness(base::Secret{"xkQ9!mmP2#vL-bob"}, "bob"), std::nullopt);
}

TEST(Username, HasAPlainAlphabet) {
  for (const auto* good : {"al", "alice", "a.b-c_d@example.com", "0x"}) {
    EXPECT_EQ(username_problem(good), std::nullopt) << good;
  }
  for (const std::string bad :
       {"", "a", "Alice", "a b", "a\nb", "a\"b", "<a>", "\xc3\xa4\xc3\xa4"}) {
    EXPECT_TRUE(username_problem(bad)) << bad;
  }
  EXPECT_EQ(username_problem(std::string(64, 'a')), std::nullopt);
  EXPECT_TRUE(username_problem(std::string(65, 'a')));
}

TEST(Email, IsPlausibleAndSafeInAHeader) {
  EXPECT_EQ(email_problem("a@example.com"), std::nullopt);
  EXPECT_EQ(email_problem("m\xc3\xbcller@example.com"), std::nullopt);
  for (const std::string bad :
       {"", "a", "@example.com", "a@", "a@b@c", "a b@example.com", "a@example.com\r\nBcc: x@y",
        "a@example.com,b@example.com", "A <a@example.com>"}) {
    EXPECT_TRUE(email_problem(bad)) << bad;
  }
  EXPECT_TRUE(email_problem(std::string(250, 'a') + "@b.example"));
}

}  // namespace
}  // namespace core

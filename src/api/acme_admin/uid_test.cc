#include "api/acme_admin/uid.h"

#include <gtest/gtest.h>

namespace api::acme_admin {
namespace {

core::UserId user(std::int64_t number) {
  return core::UserId::from_number(number).value();
}

TEST(Uid, IsAUuidOfVersionEightThatHoldsTheNumber) {
  EXPECT_EQ(UserUid{user(42)}.to_string(), "63657274-7772-8001-8000-00000000002a");
  EXPECT_EQ(AccountUid{core::acme::AccountId::from_number(0x123456789abcde).value()}.to_string(),
            "63657274-7772-8002-8012-3456789abcde");
  EXPECT_EQ(UserUid::parse("63657274-7772-8001-8000-00000000002A").value().id(), user(42));
  for (const std::int64_t number :
       {std::int64_t{1}, std::int64_t{1} << 48, std::int64_t{1} << 59}) {
    EXPECT_EQ(UserUid::parse(UserUid{user(number)}.to_string()).value().id(), user(number));
  }
}

TEST(Uid, AnotherUuidNamesNothing) {
  for (const auto* text :
       {"550e8400-e29b-41d4-a716-446655440000",
        "63657274-7772-8002-8000-00000000002a",  // an account's
        "63657274-7772-8001-8000-000000000000", "63657274-7772-8001-9000-00000000002a"}) {
    EXPECT_GT(UserUid::parse(text).value().id().to_number(), std::int64_t{1} << 59) << text;
  }
}

TEST(Uid, RefusesWhatIsNoUuid) {
  for (const auto* text : {"", "42", "63657274-7772-8001-8000-00000000002", "abc"}) {
    EXPECT_FALSE(UserUid::parse(text)) << text;
  }
}

}  // namespace
}  // namespace api::acme_admin

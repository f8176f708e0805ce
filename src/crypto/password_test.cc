#include "crypto/password.h"

#include <gtest/gtest.h>

namespace crypto {
namespace {

TEST(Password, IsVerifiedByItsHash) {
  SystemRandom random;
  const auto hash = hash_password(base::Secret{"correct horse"}, random);
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$"));
  EXPECT_TRUE(verify_password(hash, base::Secret{"correct horse"}));
  EXPECT_FALSE(verify_password(hash, base::Secret{"battery staple"}));
  EXPECT_FALSE(verify_password(hash, base::Secret{}));
  EXPECT_NE(hash, hash_password(base::Secret{"correct horse"}, random));
  EXPECT_FALSE(needs_rehash(hash));
}

TEST(Password, VerifiesAHashOfTheReferenceImplementation) {
  constexpr auto hash =
      "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  EXPECT_TRUE(verify_password(hash, base::Secret{"password"}));
  EXPECT_FALSE(verify_password(hash, base::Secret{"passwore"}));
  EXPECT_TRUE(needs_rehash(hash));
}

TEST(Password, RefusesWhatIsNoHashOrAsksForTooMuch) {
  const struct {
    const char* why;
    std::string hash;
  } cases[] = {
      {"empty", ""},
      {"another scheme", "$2b$12$abcdefghijklmnopqrstuv"},
      {"gigabytes", "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJH"},
      {"many passes", "$argon2id$v=19$m=65536,t=9999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y"},
      {"not finished", "$argon2id$v=19$m=65536,t=2"},
  };
  for (const auto& [why, hash] : cases) {
    EXPECT_FALSE(verify_password(hash, base::Secret{"password"})) << why;
    EXPECT_TRUE(needs_rehash(hash)) << why;
  }
}

}  // namespace
}  // namespace crypto

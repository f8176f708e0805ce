#include "core/totp.h"

#include <gtest/gtest.h>

namespace core {
namespace {

const auto secret = base::to_bytes(base::as_bytes("12345678901234567890"));

base::Time at(std::int64_t seconds) {
  return base::Time{base::Seconds{seconds}};
}

// RFC 6238, appendix B, for SHA-1; the last six of the eight digits.
TEST(Totp, HasTheCodesOfTheStandard) {
  for (const auto& [seconds, code] :
       {std::pair{59LL, "287082"}, std::pair{1111111109LL, "081804"},
        std::pair{1111111111LL, "050471"}, std::pair{1234567890LL, "005924"},
        std::pair{2000000000LL, "279037"}, std::pair{20000000000LL, "353130"}}) {
    EXPECT_EQ(totp_code(secret, totp_step_at(at(seconds))), code) << seconds;
  }
}

TEST(Totp, TakesTheStepsBesideAndNoCodeTwice) {
  const auto now = at(1'234'567'890);
  const auto step = totp_step_at(now);
  for (const auto shift : {-1, 0, 1}) {
    EXPECT_EQ(matching_totp_step(secret, totp_code(secret, step + shift), now, 0), step + shift);
  }
  for (const auto shift : {-2, 2, 1000}) {
    EXPECT_FALSE(matching_totp_step(secret, totp_code(secret, step + shift), now, 0));
  }
  EXPECT_FALSE(matching_totp_step(secret, totp_code(secret, step), now, step));
  EXPECT_FALSE(matching_totp_step(secret, totp_code(secret, step - 1), now, step));
  EXPECT_TRUE(matching_totp_step(secret, totp_code(secret, step + 1), now, step));
  for (const std::string wrong : {"", "00592", "0059240", "005 924", "5924"}) {
    EXPECT_FALSE(matching_totp_step(secret, wrong, now, 0)) << wrong;
  }
}

// RFC 4648, section 10, without the padding.
TEST(Base32, HasTheTextsOfTheStandard) {
  for (const auto& [plain, text] :
       {std::pair{"", ""}, std::pair{"f", "MY"}, std::pair{"fo", "MZXQ"}, std::pair{"foo", "MZXW6"},
        std::pair{"foob", "MZXW6YQ"}, std::pair{"fooba", "MZXW6YTB"},
        std::pair{"foobar", "MZXW6YTBOI"}}) {
    EXPECT_EQ(to_base32(base::as_bytes(plain)), text);
  }
}

TEST(Totp, IsDescribedAsAppsReadIt) {
  EXPECT_EQ(totp_uri("Example CA", "bob@example.com", base::as_bytes("foobar")),
            "otpauth://totp/Example%20CA:bob%40example.com?secret=MZXW6YTBOI&issuer=Example%20CA"
            "&algorithm=SHA1&digits=6&period=30");
}

TEST(RecoveryCode, IsComparedWithoutItsHyphens) {
  const auto code = recovery_code(base::from_hex("3f2a91bc77d0e415").value());
  EXPECT_EQ(code, "3F2A-91BC-77D0-E415");
  EXPECT_EQ(plain_recovery_code(code), "3F2A91BC77D0E415");
  EXPECT_EQ(plain_recovery_code("3f2a 91bc77d0-e415"), "3F2A91BC77D0E415");
  for (const std::string wrong : {"", "3F2A", "3F2A-91BC-77D0-E41", "3F2A-91BC-77D0-E41G"}) {
    EXPECT_EQ(plain_recovery_code(wrong), "") << wrong;
  }
}

}  // namespace
}  // namespace core

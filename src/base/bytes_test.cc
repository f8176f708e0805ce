#include "base/bytes.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Base64, AgreesWithTheExamplesOfRfc4648) {
  const struct {
    const char* plain;
    const char* text;
  } cases[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : cases) {
    EXPECT_EQ(to_base64(as_bytes(plain)), text);
    EXPECT_EQ(as_text(from_base64(text).value()), plain);
  }
}

TEST(Base64, SkipsLineBreaks) {
  EXPECT_EQ(from_base64("Zm9v\r\nYmFy\n").value().size(), 6u);
}

TEST(Base64, RefusesWhatHasNoSingleMeaning) {
  for (const auto* text : {"Zg", "Zg=", "Zh==", "Z===", "Zm9v!A==", "Zg==Zg=="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

TEST(Base64Url, HasOneTextPerValue) {
  EXPECT_EQ(to_base64url(Bytes{0xfb, 0xff}), "-_8");
  EXPECT_EQ(from_base64url("-_8").value(), (Bytes{0xfb, 0xff}));
  for (const auto* text : {"-_8=", "-_9", "+/8", "-_ 8", "A"}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
}

TEST(Hex, ReadsBothCasesAndRefusesTheRest) {
  EXPECT_EQ(to_hex(from_hex("00fFaB").value()), "00ffab");
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("0g"));
}

}  // namespace
}  // namespace base

#include "der/oid.h"

#include <gtest/gtest.h>

#include "der/oids.h"

namespace der {
namespace {

TEST(Oid, EncodesAsTheStandardDoes) {
  // X.690, section 8.19.5: {2 999 3} is 06 03 88 37 03.
  EXPECT_EQ(base::to_hex(Oid::parse("2.999.3").value().content()), "883703");
  EXPECT_EQ(base::to_hex(oids::email_address.content()), "2a864886f70d010901");
}

TEST(Oid, KeepsItsTextThroughTheEncoding) {
  for (const auto* const text : {"0.0", "0.39", "1.39.1", "2.0", "2.999.1", "1.2.840.113549.1.1.11",
                                 "2.25.340282366920938463463374607431768211455"}) {
    const auto oid = Oid::parse(text);
    ASSERT_TRUE(oid) << text;
    EXPECT_EQ(oid->to_string(), text);
    EXPECT_EQ(Oid::from_content(oid->content()).value(), *oid);
  }
}

TEST(Oid, IsTheSameAsAConstant) {
  EXPECT_EQ(Oid::parse("2.5.29.17").value(), oids::subject_alternative_name);
}

TEST(Oid, RefusesWhatIsNotDotted) {
  for (const auto* const text : {"", "1", "1.", ".1", "1..2", "3.1", "0.40", "1.2.x", "1.02",
                                 "1 .2", "2.340282366920938463463374607431768211456"}) {
    EXPECT_FALSE(Oid::parse(text)) << text;
  }
  EXPECT_FALSE(Oid::parse("1.2" + std::string(200, '1'))) << "an arc of 200 digits";
}

TEST(Oid, RefusesContentThatIsNotMinimal) {
  const struct {
    const char* why;
    const char* hex;
  } cases[] = {{"empty", ""},
               {"leading zeros", "5580017f"},
               {"cut short", "5581"},
               {"an arc of 133 bits", "55ffffffffffffffffffffffffffffffffffff7f"}};
  for (const auto& [why, hex] : cases) {
    EXPECT_FALSE(Oid::from_content(base::from_hex(hex).value())) << why;
  }
}

}  // namespace
}  // namespace der

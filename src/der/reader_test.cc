#include "der/reader.h"

#include <gtest/gtest.h>

namespace der {
namespace {

base::Bytes hex(std::string_view text) {
  return base::from_hex(text).value();
}

TEST(Reader, ReadsNestedElements) {
  const auto der = hex("300a02010504030102030500");
  Reader reader{der};
  auto sequence = reader.sequence();
  ASSERT_TRUE(sequence);
  EXPECT_TRUE(reader.end());
  EXPECT_EQ(sequence->small_integer().value(), 5u);
  EXPECT_EQ(base::to_hex(sequence->octet_string().value()), "010203");
  EXPECT_FALSE(sequence->end());
  EXPECT_TRUE(sequence->null());
  EXPECT_TRUE(sequence->end());
}

TEST(Reader, RefusesLengthsThatAreNotDer) {
  const struct {
    const char* why;
    const char* der;
  } cases[] = {
      {"no length", "04"},
      {"indefinite", "30800000"},
      {"long form for a short length", "04810100"},
      {"leading zero in a length", "0482008000"},
      {"five octets of length", "048500000000010a"},
      {"beyond the end", "040201"},
      {"reserved", "04ff"},
      {"high tag number", "1f8101"},
      {"end of contents", "0000"},
  };
  for (const auto& [why, der] : cases) {
    const auto bytes = hex(der);
    EXPECT_FALSE(Reader{bytes}.element()) << why;
  }
}

TEST(Reader, RefusesIntegersThatAreNotMinimal) {
  for (const auto* const der : {"0200", "02020001", "0202ff80"}) {
    const auto bytes = hex(der);
    EXPECT_FALSE(Reader{bytes}.integer()) << der;
  }
  for (const auto* const der : {"0200", "0202007f", "020180"}) {
    const auto bytes = hex(der);
    EXPECT_FALSE(Reader{bytes}.unsigned_integer()) << der;
  }
  const auto bytes = hex("02020080");
  EXPECT_EQ(base::to_hex(Reader{bytes}.unsigned_integer().value()), "80");
}

TEST(Reader, ReadsSmallIntegersUpToTheirLimit) {
  EXPECT_EQ(Reader{hex("020900ffffffffffffffff")}.small_integer().value(), ~std::uint64_t{0});
  EXPECT_FALSE(Reader{hex("0209010000000000000000")}.small_integer());
}

TEST(Reader, RefusesBooleansAndBitStringsThatAreNotDer) {
  EXPECT_TRUE(Reader{hex("0101ff")}.boolean().value());
  EXPECT_FALSE(Reader{hex("010101")}.boolean());
  EXPECT_FALSE(Reader{hex("01020000")}.boolean());
  EXPECT_TRUE(Reader{hex("03020780")}.bit_string());
  EXPECT_FALSE(Reader{hex("03020781")}.bit_string()) << "unused bits set";
  EXPECT_FALSE(Reader{hex("03020800")}.bit_string()) << "eight unused bits";
  EXPECT_FALSE(Reader{hex("030107")}.bit_string()) << "unused bits of nothing";
  EXPECT_FALSE(Reader{hex("0300")}.bit_string()) << "empty";
}

TEST(CheckNested, LooksAllTheWayDown) {
  const struct {
    const char* why;
    const char* der;
  } cases[] = {
      {"a broken element inside", "30043002ff01"}, {"a BOOLEAN inside", "3003010101"},
      {"an INTEGER inside", "30040202007f"},       {"an OBJECT IDENTIFIER inside", "3003060180"},
      {"a constructed string", "2403040100"},      {"a primitive SEQUENCE", "1000"},
  };
  for (const auto& [why, der] : cases) {
    EXPECT_FALSE(check_nested(hex(der))) << why;
  }
  EXPECT_TRUE(check_nested(hex("3009a0030201050402ffff"))) << "OCTET STRINGs are opaque";
  base::Bytes deep;
  for (int level = 0; level < 40; ++level) {
    deep.insert(deep.begin(), {0x30, static_cast<std::uint8_t>(deep.size())});
  }
  EXPECT_FALSE(check_nested(deep));
}

std::string time_text(std::string_view text, std::uint8_t tag) {
  base::Bytes der{tag, static_cast<std::uint8_t>(text.size())};
  der.insert(der.end(), text.begin(), text.end());
  const auto time = Reader{der}.time();
  return time ? base::to_text(*time) : "refused";
}

TEST(Reader, ReadsTimesAsCertificatesWriteThem) {
  // RFC 5280, section 4.1.2.5.1: 50 and above is the 20th century.
  EXPECT_EQ(time_text("491231235959Z", tag::utc_time), "2049-12-31T23:59:59Z");
  EXPECT_EQ(time_text("500101000000Z", tag::utc_time), "1950-01-01T00:00:00Z");
  EXPECT_EQ(time_text("20500101000000Z", tag::generalized_time), "2050-01-01T00:00:00Z");
  EXPECT_EQ(time_text("20240229000000Z", tag::generalized_time), "2024-02-29T00:00:00Z");
}

TEST(Reader, RefusesOtherFormsOfTime) {
  for (const auto* const text :
       {"2401010000Z", "240101000000", "240101000000+0100", "240230000000Z", "241301000000Z",
        "240101240000Z", "24010100000aZ", ""}) {
    EXPECT_EQ(time_text(text, tag::utc_time), "refused") << text;
  }
  for (const auto* const text : {"20240101000000.5Z", "20230229000000Z", "240101000000Z"}) {
    EXPECT_EQ(time_text(text, tag::generalized_time), "refused") << text;
  }
}

}  // namespace
}  // namespace der

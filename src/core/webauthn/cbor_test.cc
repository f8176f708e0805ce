#include "core/webauthn/cbor.h"

#include <gtest/gtest.h>

namespace core::webauthn {
namespace {

std::expected<Cbor, base::ParseError> parsed(std::string_view hex) {
  static base::Bytes octets;  // what is parsed borrows from it
  octets = base::from_hex(hex).value();
  return parse_cbor(octets);
}

// Examples of RFC 8949, appendix A.
TEST(Cbor, ReadsTheExamplesOfTheStandard) {
  struct Case {
    const char* hex;
    std::int64_t number;
  };
  for (const auto& [hex, number] :
       {Case{"00", 0}, Case{"0a", 10}, Case{"17", 23}, Case{"1818", 24}, Case{"1864", 100},
        Case{"1903e8", 1000}, Case{"1a000f4240", 1000000},
        Case{"1b000000e8d4a51000", 1000000000000}, Case{"20", -1}, Case{"29", -10},
        Case{"3863", -100}, Case{"3903e7", -1000}}) {
    const auto value = parsed(hex);
    ASSERT_TRUE(value) << hex;
    ASSERT_NE(value->number(), nullptr) << hex;
    EXPECT_EQ(*value->number(), number) << hex;
  }
  EXPECT_TRUE(std::get<bool>(parsed("f5")->value));
  EXPECT_FALSE(std::get<bool>(parsed("f4")->value));
  EXPECT_EQ(*parsed("6449455446")->text(), "IETF");
  EXPECT_EQ(base::to_hex(*parsed("4401020304")->octets()), "01020304");
  const auto list = parsed("8301820203820405");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->list()->size(), 3U);
  EXPECT_EQ(*list->list()->at(2).list()->at(1).number(), 5);
  const auto map = parsed("a26161016162820203");
  ASSERT_TRUE(map);
  EXPECT_EQ(*map->find("a")->number(), 1);
  EXPECT_EQ(map->find("b")->list()->size(), 2U);
  EXPECT_EQ(map->find("c"), nullptr);
  const auto numbered = parsed("a201020304");
  EXPECT_EQ(*numbered->find(3)->number(), 4);
}

TEST(Cbor, RefusesWhatNoAuthenticatorWrites) {
  struct Case {
    const char* hex;
    const char* why;
  };
  for (const auto& [hex, why] :
       {Case{"", "nothing"}, Case{"18", "half a number"}, Case{"6449", "half a text"},
        Case{"5b7fffffffffffffff", "octets without end"},
        Case{"9b00000000ffffffff", "a list without items"},
        Case{"9f01ff", "a list of indefinite length"},
        Case{"5f41aaff", "octets of indefinite length"},
        Case{"bf6161ff", "a map of indefinite length"}, Case{"c074323031332d30332d3231", "a tag"},
        Case{"f93c00", "a floating-point number"},
        Case{"1bffffffffffffffff", "a number beyond 63 bits"}, Case{"a2010201ff", "a break"},
        Case{"a201020103", "a key twice"}, Case{"a1f501", "a truth as a key"},
        Case{"a1820102f5", "a list as a key"}, Case{"0000", "something behind"},
        Case{"8181818181818181818101", "too deep"}}) {
    EXPECT_FALSE(parsed(hex)) << why;
  }
  std::string many = "9901ff";
  for (int i = 0; i < 0x1ff; ++i) {
    many += "00";
  }
  EXPECT_FALSE(parsed(many)) << "511 values";
}

TEST(Cbor, LeavesWhatStandsBehindAValue) {
  const auto octets = base::from_hex("0102").value();
  base::ByteView rest{octets};
  EXPECT_EQ(*read_cbor(rest)->number(), 1);
  EXPECT_EQ(rest.size(), 1U);
}

}  // namespace
}  // namespace core::webauthn

#include "x509/serial_number.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace x509 {
namespace {

class FixedRandom final : public crypto::Random {
 public:
  explicit FixedRandom(std::uint8_t octet) : octet_{octet} {}
  void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, octet_); }

 private:
  std::uint8_t octet_;
};

SerialNumber serial(std::string_view hex) {
  return SerialNumber::parse(hex).value();
}

TEST(SerialNumber, ReadsBothCases) {
  EXPECT_EQ(serial("0aBc"), serial("0AbC"));
}

TEST(SerialNumber, IgnoresLeadingZeros) {
  EXPECT_EQ(serial("00007f"), serial("7f"));
  EXPECT_EQ(serial("00007f").octets().size(), 1u);
}

TEST(SerialNumber, ReadsAnOddNumberOfDigits) {
  EXPECT_EQ(serial("abc").to_string(), "0abc");
}

TEST(SerialNumber, OrdersAsIntegers) {
  EXPECT_LT(serial("ff"), serial("0100"));
  EXPECT_LT(serial("0100"), serial("0101"));
}

TEST(SerialNumber, KeepsTheLongestSerialOfTheStandard) {
  const std::string longest = "7f" + std::string(38, 'f');
  EXPECT_EQ(serial(longest).octets().size(), SerialNumber::max_octets);
  EXPECT_EQ(serial(longest).to_string(), longest);
}

TEST(SerialNumber, RefusesWhatIsNotASerial) {
  const struct {
    const char* why;
    std::string hex;
  } cases[] = {
      {"empty", ""},
      {"zero", "0000"},
      {"negative sign", "-01"},
      {"separator", "01:02"},
      {"prefix", "0x01"},
      {"21 octets", "01" + std::string(40, '0')},
      {"20 octets with the sign bit set", "80" + std::string(38, '0')},
  };
  for (const auto& [why, hex] : cases) {
    EXPECT_FALSE(SerialNumber::parse(hex)) << why;
  }
}

TEST(SerialNumber, ReadsOctets) {
  const std::array<std::uint8_t, 3> octets{0x00, 0x9a, 0x01};
  EXPECT_EQ(SerialNumber::from_octets(octets).value(), serial("9a01"));
  EXPECT_FALSE(SerialNumber::from_octets(std::span{octets}.subspan(1))) << "negative";
  EXPECT_FALSE(SerialNumber::from_octets(std::span{octets}.first(1))) << "zero";
  EXPECT_FALSE(SerialNumber::from_octets({})) << "empty";
}

TEST(SerialNumber, DrawsPositiveSerialsOfOneLength) {
  for (const std::uint8_t octet : std::initializer_list<std::uint8_t>{0x00, 0x7f, 0x80, 0xff}) {
    FixedRandom random{octet};
    const auto drawn = SerialNumber::random(random);
    EXPECT_EQ(drawn.octets().size(), 16u);
    EXPECT_LT(drawn.octets().front(), 0x80);
  }
}

}  // namespace
}  // namespace x509

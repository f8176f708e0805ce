#include "crypto/aead.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace crypto {
namespace {

class Zeros final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{0}); }
};

const base::Bytes key(32, 7);
const auto secret = base::as_bytes("the secret");
const auto row = base::as_bytes("authority 1");

TEST(Aead, GivesTheValueOfTheSpecification) {
  // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 14.
  Zeros zeros;
  const auto sealed = seal(base::Bytes(32), base::Bytes(16), {}, zeros);
  EXPECT_EQ(base::to_hex(sealed).substr(24),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
}

TEST(Aead, OpensOnlyWhatItSealedAndWhereItBelongs) {
  SystemRandom random;
  const auto sealed = seal(key, secret, row, random);
  EXPECT_EQ(open(key, sealed, row).value(), base::to_bytes(secret));
  EXPECT_FALSE(open(key, sealed, base::as_bytes("authority 2")));
  EXPECT_FALSE(open(base::Bytes(32, 8), sealed, row));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto broken = sealed;
    broken[i] ^= 0x80;
    EXPECT_FALSE(open(key, broken, row)) << "octet " << i;
  }
  EXPECT_FALSE(open(key, base::ByteView{sealed}.first(27), row));
}

TEST(Aead, SealsNothing) {
  SystemRandom random;
  EXPECT_TRUE(open(key, seal(key, {}, {}, random), {}).value().empty());
}

TEST(Aead, DrawsANonceEachTime) {
  SystemRandom random;
  EXPECT_NE(seal(key, secret, row, random), seal(key, secret, row, random));
}

}  // namespace
}  // namespace crypto

#include "crypto/digest.h"

#include <gtest/gtest.h>

namespace crypto {
namespace {

const auto abc = base::as_bytes("abc");

TEST(Digest, GivesTheValuesOfTheStandard) {
  // FIPS 180-2, appendix B and C.
  EXPECT_EQ(base::to_hex(sha1(abc)), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(base::to_hex(sha256(abc)),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(base::to_hex(sha384(abc)).substr(0, 32), "cb00753f45a35e8bb5a03d699ac65007");
  EXPECT_EQ(base::to_hex(sha512(abc)).substr(0, 32), "ddaf35a193617abacc417349ae204131");
  EXPECT_EQ(digest(DigestAlgorithm::sha384, abc).size(), 48u);
}

TEST(Digest, TakesNothing) {
  EXPECT_EQ(base::to_hex(sha256({})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Hmac, GivesTheValuesOfRfc4231) {
  // Test case 2.
  EXPECT_EQ(base::to_hex(hmac_sha256(base::as_bytes("Jefe"),
                                     base::as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Hmac, TakesAnEmptyKey) {
  EXPECT_EQ(base::to_hex(hmac_sha256({}, {})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Sha256, AddsUpPieces) {
  Sha256 digest;
  digest.add(abc.first(1));
  EXPECT_EQ(digest.value(), sha256(abc.first(1)));
  EXPECT_EQ(digest.add(abc.subspan(1)).value(), sha256(abc));
}

}  // namespace
}  // namespace crypto

#include "crypto/ecdsa.h"

#include <gtest/gtest.h>

#include "crypto/digest.h"
#include "crypto/key.h"
#include "der/writer.h"

namespace crypto {
namespace {

// n, the order of P-256 (SEC 2, section 2.4.2).
constexpr std::string_view order =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

base::Bytes signature_of(base::ByteView r, base::ByteView s) {
  der::Writer writer{80};
  writer.sequence([&] {
    writer.unsigned_integer(r);
    writer.unsigned_integer(s);
  });
  return std::move(writer).take();
}

base::Bytes number(std::string_view hex) {
  return base::from_hex(hex).value();
}

// Whether the key has its table or not must make no difference to anybody.
struct Ecdsa : testing::TestWithParam<int> {
  Ecdsa() {
    const auto digest = sha256(base::as_bytes("of many"));
    const auto signature =
        private_key.sign(SignatureAlgorithm::ecdsa_sha256, base::as_bytes("of many"));
    for (int i = 0; i < GetParam(); ++i) {
      EXPECT_TRUE(key->verify(digest, signature));
    }
  }

  PrivateKey private_key = PrivateKey::generate(KeyAlgorithm::ec_p256);
  std::unique_ptr<const EcdsaKey> key =
      EcdsaKey::make(Curve::p256, private_key.public_key().key_bits());
};

INSTANTIATE_TEST_SUITE_P(WithAndWithoutTable, Ecdsa, testing::Values(0, 1100));

TEST_P(Ecdsa, AcceptsWhatWasSignedAndNothingElse) {
  for (int i = 0; i < 100; ++i) {
    const auto message = base::to_bytes(base::as_bytes("message " + std::to_string(i)));
    const auto digest = sha256(message);
    auto signature = private_key.sign(SignatureAlgorithm::ecdsa_sha256, message);
    EXPECT_TRUE(key->verify(digest, signature));
    EXPECT_FALSE(key->verify(sha256(base::as_bytes("another")), signature));
    for (std::size_t octet = 0; octet < signature.size(); octet += 5) {
      signature[octet] ^= 1;
      EXPECT_FALSE(key->verify(digest, signature)) << octet;
      signature[octet] ^= 1;
    }
  }
}

// A point whose x is larger than the order of the curve, which hardly any signature has: r is 3.
// The key was calculated from it; Python's cryptography accepts the signature.
TEST_P(Ecdsa, TakesACoordinateModuloTheOrder) {
  const auto made = EcdsaKey::make(
      Curve::p256, number("04e8d12482ade735b726569432b9680848e154f5a6d5d6f6de7a2e241e3d90bb34"
                          "77291deeea8cd1bebc042e6e869626e8117126c854dcc094a8fa918b58e6c666"));
  const auto digest = sha256(base::as_bytes("a large coordinate"));
  const auto s = number("ab54a98ceb1f0ad2");
  for (int i = 0; i <= GetParam(); ++i) {
    ASSERT_TRUE(made->verify(digest, signature_of(number("03"), s)));
  }
  EXPECT_FALSE(made->verify(digest, signature_of(number("04"), s)));
}

TEST_P(Ecdsa, TakesTheLeftmostBitsOfALongDigest) {
  const auto message = base::as_bytes("long");
  const auto signature = private_key.sign(SignatureAlgorithm::ecdsa_sha512, message);
  EXPECT_TRUE(key->verify(sha512(message), signature));
  EXPECT_FALSE(key->verify(sha256(message), signature));
}

TEST_P(Ecdsa, RefusesNumbersOutOfRange) {
  const auto digest = sha256(base::as_bytes("range"));
  const auto one = number("01");
  const auto zero = number("00");
  const auto n = number(order);
  const auto more = number("01" + std::string(64, '0'));
  const auto most = base::Bytes(200, 0xff);
  for (const auto& bad : {zero, n, more, most}) {
    EXPECT_FALSE(key->verify(digest, signature_of(bad, one)));
    EXPECT_FALSE(key->verify(digest, signature_of(one, bad)));
  }
  EXPECT_FALSE(key->verify(digest, signature_of(one, one)));
}

TEST_P(Ecdsa, RefusesWhatIsNotDer) {
  const auto message = base::as_bytes("strict");
  const auto digest = sha256(message);
  const auto good = private_key.sign(SignatureAlgorithm::ecdsa_sha256, message);
  auto longer = good;
  longer.push_back(0);
  EXPECT_FALSE(key->verify(digest, longer));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(key->verify(digest, base::ByteView{good}.first(size))) << size;
  }
  EXPECT_FALSE(key->verify(digest, number("3006020101020181")));  // a negative number
}

TEST(EcdsaKey, IsAPointOnItsCurve) {
  auto point = base::to_bytes(PrivateKey::generate(KeyAlgorithm::ec_p384).public_key().key_bits());
  EXPECT_NE(EcdsaKey::make(Curve::p384, point), nullptr);
  EXPECT_EQ(EcdsaKey::make(Curve::p521, point), nullptr);
  point.back() ^= 1;
  EXPECT_EQ(EcdsaKey::make(Curve::p384, point), nullptr);
}

TEST(EcdsaKey, VerifiesOnEveryCurve) {
  const struct {
    KeyAlgorithm algorithm;
    SignatureAlgorithm signature;
  } cases[] = {{KeyAlgorithm::ec_p256, SignatureAlgorithm::ecdsa_sha256},
               {KeyAlgorithm::ec_p384, SignatureAlgorithm::ecdsa_sha384},
               {KeyAlgorithm::ec_p521, SignatureAlgorithm::ecdsa_sha512}};
  for (const auto& [algorithm, by] : cases) {
    const auto key = PrivateKey::generate(algorithm);
    const auto message = base::as_bytes("curve");
    auto signature = key.sign(by, message);
    EXPECT_TRUE(key.public_key().verify(by, message, signature));
    signature.back() ^= 1;
    EXPECT_FALSE(key.public_key().verify(by, message, signature));
  }
}

}  // namespace
}  // namespace crypto

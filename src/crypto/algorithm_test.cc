#include "crypto/algorithm.h"

#include <gtest/gtest.h>

namespace crypto {
namespace {

base::Bytes hex(std::string_view text) {
  return base::from_hex(text).value();
}

TEST(KeyAlgorithm, IsReadAsPeopleWriteIt) {
  const struct {
    const char* text;
    KeyAlgorithm algorithm;
  } cases[] = {
      {"RSA 2048", KeyAlgorithm::rsa_2048},  {"RSA-3072", KeyAlgorithm::rsa_3072},
      {"4096", KeyAlgorithm::rsa_4096},      {"rsa_8192", KeyAlgorithm::rsa_8192},
      {"EC P-256", KeyAlgorithm::ec_p256},   {"P-256", KeyAlgorithm::ec_p256},
      {"prime256v1", KeyAlgorithm::ec_p256}, {"secp256r1", KeyAlgorithm::ec_p256},
      {"ec256", KeyAlgorithm::ec_p256},      {"ECDSA P-384", KeyAlgorithm::ec_p384},
      {"secp521r1", KeyAlgorithm::ec_p521},  {"ED25519", KeyAlgorithm::ed25519},
  };
  for (const auto& [text, algorithm] : cases) {
    ASSERT_TRUE(parse_key_algorithm(text)) << text;
    EXPECT_EQ(*parse_key_algorithm(text), algorithm) << text;
  }
  for (const auto* const text : {"", "RSA 1024", "secp256k1", "P-224", "DSA"}) {
    EXPECT_FALSE(parse_key_algorithm(text)) << text;
  }
}

TEST(SignatureAlgorithm, IsFoundByItsIdentifier) {
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<SignatureAlgorithm>>(
      [](auto enumerator) {
        const auto found = signature_algorithm(algorithm_identifier(enumerator.value));
        ASSERT_TRUE(found) << enumerator.name;
        EXPECT_EQ(*found, enumerator.value);
      });
  EXPECT_TRUE(signature_algorithm(hex("300b06092a864886f70d01010b"))) << "without NULL";
  EXPECT_FALSE(signature_algorithm(hex("300d06092a864886f70d0101050500"))) << "SHA-1";
  EXPECT_FALSE(signature_algorithm({}));
  EXPECT_EQ(algorithm_name(hex("300d06092a864886f70d0101050500")), "sha1WithRSAEncryption");
}

}  // namespace
}  // namespace crypto

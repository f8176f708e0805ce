#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/error.h"
#include "crypto/iterations.h"
#include "crypto/key.h"
#include "crypto/peers_for_test.h"
#include "crypto/pem.h"

namespace crypto {
namespace {

base::Bytes hex(std::string_view text) {
  return base::from_hex(text).value();
}

const base::ByteView message = base::as_bytes("the message");

PrivateKey generate(KeyAlgorithm algorithm) {
  return PrivateKey::generate(algorithm);
}

class EveryKey : public testing::TestWithParam<KeyAlgorithm> {};

TEST_P(EveryKey, SurvivesPkcs8AndSpki) {
  const auto key = generate(GetParam());
  EXPECT_EQ(key.public_key().name(), to_text(GetParam()));
  EXPECT_EQ(key.public_key().algorithm(), GetParam());
  const auto der = key.to_pkcs8_der();
  const auto again = PrivateKey::from_pkcs8_der(base::as_bytes(der.reveal()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_key(), key.public_key());
  EXPECT_EQ(PublicKey::from_spki(key.public_key().spki()).value(), key.public_key());
  EXPECT_FALSE(key.public_key().weakness());
}

TEST_P(EveryKey, IsTheKeyThatOpenSslReads) {
  const Workshop shop;
  const auto key = generate(GetParam());
  shop.put("key.pem", key.to_pkcs8_pem().reveal());
  const auto read = shop.run("openssl pkey -in key.pem -pubout -outform DER -out spki.der");
  ASSERT_EQ(read.status, 0) << read.output;
  EXPECT_EQ(base::to_hex(shop.get("spki.der")), base::to_hex(key.public_key().spki()));
}

TEST_P(EveryKey, EncryptsItsPemForOpenSslAndReadsItBack) {
  const Workshop shop;
  const auto key = generate(GetParam());
  const auto pem = key.to_pkcs8_pem(base::Secret{"open sesame"});
  EXPECT_TRUE(pem.reveal().starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
  shop.put("key.pem", pem.reveal());
  const auto read = shop.run("openssl pkey -in key.pem -passin 'pass:open sesame' -noout");
  EXPECT_EQ(read.status, 0) << read.output;
  const auto again = PrivateKey::from_pem(pem.reveal(), base::Secret{"open sesame"});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_key(), key.public_key());
  EXPECT_FALSE(PrivateKey::from_pem(pem.reveal(), base::Secret{"wrong"}));
  EXPECT_FALSE(PrivateKey::from_pem(pem.reveal()));
}

TEST_P(EveryKey, SignsForItselfAlone) {
  const auto key = generate(GetParam());
  const auto algorithm = default_signature_algorithm(key.public_key());
  const auto signature = key.sign(algorithm, message);
  EXPECT_TRUE(key.public_key().verify(algorithm, message, signature));
  EXPECT_FALSE(key.public_key().verify(algorithm, base::as_bytes("another"), signature));
  EXPECT_FALSE(generate(GetParam()).public_key().verify(algorithm, message, signature));
  auto longer = signature;
  longer.push_back(0);
  EXPECT_FALSE(key.public_key().verify(algorithm, message, longer));
  EXPECT_FALSE(key.public_key().verify(algorithm, message, {}));
}

INSTANTIATE_TEST_SUITE_P(Keys, EveryKey,
                         testing::Values(KeyAlgorithm::rsa_2048, KeyAlgorithm::ec_p256,
                                         KeyAlgorithm::ec_p384, KeyAlgorithm::ec_p521,
                                         KeyAlgorithm::ed25519),
                         [](const auto& test) {
                           return std::string{boost::describe::enum_to_string(test.param, "")};
                         });

TEST(PrivateKey, ReadsTheOlderForms) {
  const Workshop shop;
  const auto made = shop.run(
      "openssl ecparam -name prime256v1 -genkey -out ec.pem &&"
      "openssl genrsa -traditional -out rsa.pem 2048 &&"
      "openssl rsa -in rsa.pem -traditional -aes128 -passout pass:secret -out locked.pem &&"
      "openssl rsa -in rsa.pem -traditional -outform DER -out rsa.der");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto ec = PrivateKey::read(shop.get("ec.pem"));
  ASSERT_TRUE(ec) << ec.error().reason;
  EXPECT_EQ(ec->public_key().name(), "EC P-256");
  const auto rsa = PrivateKey::read(shop.get("rsa.pem"));
  ASSERT_TRUE(rsa) << rsa.error().reason;
  EXPECT_EQ(PrivateKey::read(shop.get("rsa.der"))->public_key(), rsa->public_key());
  const auto locked = PrivateKey::read(shop.get("locked.pem"), base::Secret{"secret"});
  ASSERT_TRUE(locked) << locked.error().reason;
  EXPECT_EQ(locked->public_key(), rsa->public_key());
  EXPECT_FALSE(PrivateKey::read(shop.get("locked.pem")));
}

TEST(PrivateKey, RefusesWhatIsNoKey) {
  EXPECT_FALSE(PrivateKey::read({}));
  EXPECT_FALSE(PrivateKey::read(hex("3003020100")));
  EXPECT_FALSE(PrivateKey::read(base::as_bytes("no key at all")));
  auto der = std::string{generate(KeyAlgorithm::ec_p256).to_pkcs8_der().reveal()};
  der += '\0';
  EXPECT_FALSE(PrivateKey::from_pkcs8_der(base::as_bytes(der))) << "trailing octet";
}

TEST(PrivateKey, RefusesHalvesThatDoNotBelongTogether) {
  // PKCS#8 around an ECPrivateKey that carries its public key: another one takes its place.
  const auto key = generate(KeyAlgorithm::ec_p256);
  const auto other = generate(KeyAlgorithm::ec_p256);
  auto der = base::to_bytes(base::as_bytes(key.to_pkcs8_der().reveal()));
  const auto half = std::ranges::search(der, key.public_key().key_bits());
  ASSERT_FALSE(half.empty());
  std::ranges::copy(other.public_key().key_bits(), half.begin());
  EXPECT_FALSE(PrivateKey::read(der));
}

TEST(PrivateKey, RefusesIterationsWithoutEnd) {
  const Workshop shop;
  shop.put("key.pem", generate(KeyAlgorithm::ec_p256).to_pkcs8_pem().reveal());
  const auto made = shop.run(
      "openssl pkcs8 -topk8 -in key.pem -v2 aes-256-cbc -iter 100000 -passout pass:a"
      " -outform DER -out locked.der");
  ASSERT_EQ(made.status, 0) << made.output;
  auto der = shop.get("locked.der");
  EXPECT_TRUE(has_bounded_iterations(der));
  EXPECT_FALSE(has_bounded_iterations(hex("300a0402000002047fffffff")));
  EXPECT_FALSE(has_bounded_iterations(hex("040c300a0402000002047fffffff"))) << "deeper";
  EXPECT_TRUE(PrivateKey::read(der, base::Secret{"a"}));
}

TEST(PrivateKey, SignsFromManyThreadsAtOnce) {
  const auto key = generate(KeyAlgorithm::ec_p256);
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        const auto signature = key.sign(SignatureAlgorithm::ecdsa_sha256, message);
        good += key.public_key().verify(SignatureAlgorithm::ecdsa_sha256, message, signature);
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(good, 200);
}

TEST(PrivateKey, SignsForOpenSslInEveryRsaScheme) {
  const Workshop shop;
  const auto key = generate(KeyAlgorithm::rsa_2048);
  shop.put("spki.pem", to_pem("PUBLIC KEY", key.public_key().spki()));
  shop.put("message", message);
  const struct {
    SignatureAlgorithm algorithm;
    const char* options;
  } cases[] = {
      {SignatureAlgorithm::rsa_sha256, "-sha256"},
      {SignatureAlgorithm::rsa_sha384, "-sha384"},
      {SignatureAlgorithm::rsa_sha512, "-sha512"},
      {SignatureAlgorithm::rsa_pss_sha256,
       "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32"},
      {SignatureAlgorithm::rsa_pss_sha512,
       "-sha512 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:64"},
  };
  for (const auto& [algorithm, options] : cases) {
    shop.put("signature", key.sign(algorithm, message));
    const auto judged = shop.run(std::string{"openssl dgst "} + options +
                                 " -verify spki.pem -signature signature message");
    EXPECT_EQ(judged.status, 0) << to_text(algorithm) << judged.output;
  }
}

TEST(KeySigner, RefusesAnAlgorithmThatDoesNotFit) {
  EXPECT_THROW(KeySigner(generate(KeyAlgorithm::ec_p256), SignatureAlgorithm::rsa_sha256),
               base::Error);
  EXPECT_EQ(KeySigner{generate(KeyAlgorithm::ec_p384)}.algorithm(),
            SignatureAlgorithm::ecdsa_sha384);
}

}  // namespace
}  // namespace crypto

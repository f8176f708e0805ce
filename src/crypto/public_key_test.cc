#include <gtest/gtest.h>

#include "crypto/key.h"
#include "crypto/peers_for_test.h"

namespace crypto {
namespace {

// Made for these tests: the product of two neighbouring primes; a power of 65537 modulo the small
// primes; a product with the factor 641.
constexpr std::string_view close_primes =
    "9f940baf39529e8d926103d9cc589008895041156f560eda4ea3e9681e01292ed2983cd1a2cffb87fc2e7255"
    "707f784e5053c816f01e8e6de42b056ea5e06c4a335e48b5c46ff47600188dba27a860b085ef5049f14fdc00"
    "4399f827e06921eb551152844dd547149bb8cf34eec3a16b43a6f3b754ef2427afe01ceff65500b953405b2e"
    "e007e19b3e699151d814e1919169c15873e50ceef944fc54eddd04178ba89057655a33772e08041b450355d3"
    "55816ed22abf9c8c08cb5c7f11bbdab18c4da2cd47e2705bced5511f8d3338421dcbc962cc606b2122e8dd06"
    "52dfa2ca99e2385969591dc15bc70afc308a7932ac74ec63402d07fafba5b27435e9b733";

constexpr std::string_view roca_form =
    "8e50bfef1987e060e990bf823ec54c3b35838cb6fc331ed378518164c7670adf04d4373decac2a4213fe9b0f"
    "360e36e9ed0cf34ddb1935574907a473108af08ce43f279b81f03d4d5df04d11c1a541c5bc19cc1a32a54a85"
    "a5b37728861721dbad04735ae5da5a32cc3158723531db17eb21683518c62ebdf02800a6d4a60b3e34026d4e"
    "68221de5d2fa556249b61384d1a0d58098da885c117bae7d60bd36bfc4080a8135c368de26f035a5e64c5f14"
    "fb823dab48d4262ad38d235c0e67a97f042851c842bb2db6ab11b330961f8683cef070c5e34b618af37df05d"
    "79e16ce8378f7a8329c2d00b100766362b88f238b912817c2e9401ae7e232365728dbf8f";

constexpr std::string_view factor_641 =
    "ec6d932df4e3a1b5aab569ad5d446bec69d85df468d3af2a505fdd31437c18815e02d8383652c795e3fea517"
    "8cf146416ea8b3ac3f541aec7685afbcf21872dc1341a2f0ce19b5fc254d6616dd03ffb38d5c2f639b068d0e"
    "c4ce164ca9dfd9234b459b35ebee306368a98e819d90e1ad133b07f43b5f5e5e04163160e9bbe7a25e80f7d7"
    "44925388e192833d648411493e067f470f7ab11bb473a5547e2dab3669eb4d33761559f07e365ce511f16f44"
    "37754e0188dfd15f392288313a6ff46f95fae79ea5dba43fef4c0382031c0b1d0723e5bedf14d63ed35ed2f5"
    "2383fcb5cd8e7c756fdc3bbd9b09a2f56a9ac68904227aefef00affb512f68b0b3ee2737";

base::Bytes hex(std::string_view text) {
  return base::from_hex(text).value();
}

// The SPKI of a key that OpenSSL generates from these arguments.
base::Bytes openssl_spki(const Workshop& shop, const std::string& arguments) {
  const auto made = shop.run("openssl genpkey " + arguments +
                             " -out key.pem && openssl pkey -in key.pem -pubout -outform DER"
                             " -out spki.der");
  EXPECT_EQ(made.status, 0) << made.output;
  return shop.get("spki.der");
}

TEST(PublicKey, RefusesWeakKeysAndSaysWhy) {
  const Workshop shop;
  const struct {
    const char* arguments;
    const char* reason;
  } cases[] = {
      {"-algorithm RSA -pkeyopt rsa_keygen_bits:1024", "1024 bits is too weak"},
      {"-algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3",
       "less than 65537"},
      {"-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", "neither RSA"},
      {"-algorithm EC -pkeyopt ec_paramgen_curve:secp224r1", "neither RSA"},
      {"-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit",
       "neither RSA"},
      {"-algorithm X25519", "neither RSA"},
      {"-algorithm ED448", "neither RSA"},
      {"-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", "neither RSA"},
  };
  for (const auto& [arguments, reason] : cases) {
    const auto spki = openssl_spki(shop, arguments);
    const auto key = PublicKey::from_spki(spki);
    ASSERT_FALSE(key) << arguments;
    EXPECT_NE(key.error().reason.find(reason), std::string::npos) << key.error().reason;
    EXPECT_EQ(key_facts(spki).weakness, key.error().reason);
  }
}

TEST(PublicKey, RefusesBadExponents) {
  const auto key = PrivateKey::generate(KeyAlgorithm::rsa_2048).public_key();
  const auto modulus = key.rsa()->modulus;
  EXPECT_EQ(PublicKey::from_rsa(modulus, hex("010001")).value(), key);
  for (const auto* const exponent : {"", "00", "01", "03", "010000", "ffff"}) {
    EXPECT_FALSE(PublicKey::from_rsa(modulus, hex(exponent))) << exponent;
  }
  EXPECT_FALSE(PublicKey::from_rsa(modulus, base::Bytes(33, 0xff))) << "264 bits";
  auto even = modulus;
  even.back() &= 0xfe;
  EXPECT_FALSE(PublicKey::from_rsa(even, hex("010001")));
}

TEST(PublicKey, FindsModuliThatCanBeFactored) {
  const struct {
    std::string_view modulus;
    const char* reason;
  } cases[] = {
      {close_primes, "close to each other"}, {roca_form, "ROCA"}, {factor_641, "small factor"}};
  for (const auto& [modulus, reason] : cases) {
    const auto key = PublicKey::from_rsa(hex(modulus), hex("010001"));
    ASSERT_TRUE(key) << key.error().reason;
    ASSERT_TRUE(key->weakness()) << reason;
    EXPECT_NE(key->weakness()->find(reason), std::string::npos) << *key->weakness();
  }
}

TEST(PublicKey, RefusesPointsOffTheCurve) {
  for (const auto algorithm :
       {KeyAlgorithm::ec_p256, KeyAlgorithm::ec_p384, KeyAlgorithm::ec_p521}) {
    const auto key = PrivateKey::generate(algorithm).public_key();
    const auto point = *key.ec_point();
    EXPECT_EQ(PublicKey::from_ec_point(point.curve, point.x, point.y).value(), key);
    auto y = point.y;
    y.back() ^= 1;
    EXPECT_FALSE(PublicKey::from_ec_point(point.curve, point.x, y));
    EXPECT_FALSE(PublicKey::from_ec_point(point.curve, base::Bytes(point.x.size()),
                                          base::Bytes(point.x.size())));
    EXPECT_FALSE(
        PublicKey::from_ec_point(point.curve, point.x, base::ByteView{point.y}.subspan(1)));
  }
}

TEST(PublicKey, RefusesCompressedPointsAndTrailingOctets) {
  const Workshop shop;
  const auto spki = openssl_spki(shop, "-algorithm EC -pkeyopt ec_paramgen_curve:P-256");
  ASSERT_TRUE(PublicKey::from_spki(spki));
  const auto made = shop.run(
      "openssl ec -in key.pem -pubout -conv_form compressed -outform DER -out compressed.der");
  ASSERT_EQ(made.status, 0) << made.output;
  EXPECT_FALSE(PublicKey::from_spki(shop.get("compressed.der")));
  auto longer = spki;
  longer.push_back(0);
  EXPECT_FALSE(PublicKey::from_spki(longer));
}

TEST(PublicKey, RefusesEd25519PointsOfSmallOrder) {
  EXPECT_FALSE(PublicKey::from_ed25519(base::Bytes(32)));
  auto identity = base::Bytes(32);
  identity[0] = 1;
  EXPECT_FALSE(PublicKey::from_ed25519(identity));
  EXPECT_FALSE(PublicKey::from_ed25519(base::Bytes(31, 9)));
}

TEST(PublicKey, VerifiesTheSignatureOfRfc8032) {
  // Section 7.1, test 2.
  const auto key = PublicKey::from_ed25519(
      hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
  ASSERT_TRUE(key);
  const auto signature =
      hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(key->verify(SignatureAlgorithm::ed25519, hex("72"), signature));
  EXPECT_FALSE(key->verify(SignatureAlgorithm::ed25519, hex("73"), signature));
  EXPECT_FALSE(key->verify(SignatureAlgorithm::ecdsa_sha256, hex("72"), signature));
}

TEST(KeyFacts, NamesKeysThatWeDoNotTake) {
  const Workshop shop;
  EXPECT_EQ(key_facts(openssl_spki(shop, "-algorithm RSA -pkeyopt rsa_keygen_bits:1024")).name,
            "RSA 1024");
  EXPECT_EQ(
      key_facts(openssl_spki(shop, "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1")).name,
      "EC secp256k1");
  EXPECT_EQ(key_facts(openssl_spki(shop, "-algorithm ED448")).name, "Ed448");
  EXPECT_EQ(key_facts({}).name, "unreadable");
}

}  // namespace
}  // namespace crypto

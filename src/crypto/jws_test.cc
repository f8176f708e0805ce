#include "crypto/jws.h"

#include <gtest/gtest.h>

namespace crypto {
namespace {

base::Bytes decode(std::string_view text) {
  return base::from_base64url(text).value();
}

// RFC 7515, appendix A.3: ECDSA on P-256 with SHA-256.
PublicKey es256_key() {
  return PublicKey::from_ec_point(Curve::p256,
                                  decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                                  decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))
      .value();
}
constexpr std::string_view es256_input =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view es256_signature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

TEST(Jws, VerifiesTheExampleOfRfc7515) {
  const auto input = base::as_bytes(es256_input);
  const auto signature = decode(es256_signature);
  EXPECT_TRUE(verify_jws(JwsAlgorithm::ES256, es256_key(), input, signature));
  EXPECT_FALSE(verify_jws(JwsAlgorithm::ES256, es256_key(), input.subspan(1), signature));
  EXPECT_FALSE(verify_jws(JwsAlgorithm::ES384, es256_key(), input, signature));
  EXPECT_FALSE(verify_jws(JwsAlgorithm::RS256, es256_key(), input, signature));
  EXPECT_FALSE(verify_jws(JwsAlgorithm::HS256, es256_key(), input, signature));
}

TEST(Jws, RefusesSignaturesOfZeros) {
  const auto input = base::as_bytes(es256_input);
  EXPECT_FALSE(verify_jws(JwsAlgorithm::ES256, es256_key(), input, base::Bytes(64)));
  EXPECT_FALSE(verify_jws(JwsAlgorithm::ES256, es256_key(), input, {}));
  EXPECT_FALSE(verify_jws(JwsAlgorithm::ES256, es256_key(), input, base::Bytes(63, 1)));
}

TEST(Jws, VerifiesTheExampleOfRfc8037) {
  // Appendix A.4.
  const auto key =
      PublicKey::from_ed25519(decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")).value();
  EXPECT_TRUE(
      verify_jws(JwsAlgorithm::EdDSA, key,
                 base::as_bytes("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"),
                 decode("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7"
                        "sVvpAr_MuM0KAg")));
}

TEST(Jws, VerifiesTheMacOfRfc7515) {
  // Appendix A.1.
  const auto secret = decode(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  const auto input = base::as_bytes(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAs"
      "DQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ");
  EXPECT_TRUE(verify_jws_mac(JwsAlgorithm::HS256, secret, input,
                             decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
  EXPECT_FALSE(verify_jws_mac(JwsAlgorithm::HS256, secret, input, base::Bytes(32)));
}

TEST(Jws, VerifiesWhatItSigns) {
  const struct {
    JwsAlgorithm algorithm;
    KeyAlgorithm key;
    std::size_t octets;
  } cases[] = {{JwsAlgorithm::ES256, KeyAlgorithm::ec_p256, 64},
               {JwsAlgorithm::ES384, KeyAlgorithm::ec_p384, 96},
               {JwsAlgorithm::ES512, KeyAlgorithm::ec_p521, 132},
               {JwsAlgorithm::RS256, KeyAlgorithm::rsa_2048, 256},
               {JwsAlgorithm::PS256, KeyAlgorithm::rsa_2048, 256},
               {JwsAlgorithm::EdDSA, KeyAlgorithm::ed25519, 64}};
  for (const auto& [algorithm, kind, octets] : cases) {
    const auto key = PrivateKey::generate(kind);
    const auto input = base::as_bytes("header.payload");
    for (int i = 0; i < 20; ++i) {  // r and s are shorter than the field now and then
      const auto signature = sign_jws(algorithm, key, input);
      EXPECT_EQ(signature.size(), octets);
      EXPECT_TRUE(verify_jws(algorithm, key.public_key(), input, signature));
    }
  }
}

}  // namespace
}  // namespace crypto

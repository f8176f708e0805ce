#include "core/acme/external_account.h"

#include <gtest/gtest.h>

#include "core/acme/jwk.h"

namespace core::acme {
namespace {

const base::Time now{std::chrono::seconds{1'800'000'000}};
const std::string url = "https://ca.example/acme/new-account";

ExternalAccount external() {
  return {.id = ExternalAccountId::from_number(1).value(),
          .kid = "kid-1",
          .description = {},
          .wrapped_key = {},
          .service_id = std::nullopt,
          .allowed_names = "[]",
          .pre_authorized = false,
          .is_reusable = false,
          .used = 0,
          .last_used_at = std::nullopt,
          .expires_at = std::nullopt,
          .is_enabled = true,
          .revoked_at = std::nullopt,
          .created_by = "admin",
          .created_at = now};
}

class Binding : public testing::Test {
 protected:
  std::string jwk_of(const crypto::PublicKey& of) {
    const auto point = of.ec_point().value();
    return R"({"kty":"EC","crv":"P-256","x":")" + base::to_base64url(point.x) + R"(","y":")" +
           base::to_base64url(point.y) + "\"}";
  }
  BindingText made(const std::string& header, const std::string& payload,
                   crypto::JwsAlgorithm algorithm = crypto::JwsAlgorithm::HS256) {
    BindingText text{base::to_base64url(base::as_bytes(header)),
                     base::to_base64url(base::as_bytes(payload)),
                     {}};
    const auto input = text.protected_header + "." + text.payload;
    text.signature = base::to_base64url(
        crypto::jws_mac(algorithm, base::as_bytes(secret), base::as_bytes(input)));
    return text;
  }
  std::string header(const std::string& more = {}) {
    return R"({"alg":"HS256","kid":"kid-1","url":")" + url + "\"" + more + "}";
  }
  std::optional<ProblemType> refusal(const BindingText& text) {
    const auto read = read_binding(text, url, key.public_key());
    return read ? std::nullopt : std::optional{read.error().type};
  }

  crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
  std::string secret = std::string(32, 's');
};

TEST_F(Binding, IsReadAndItsMacVerified) {
  const auto read = read_binding(made(header(), jwk_of(key.public_key())), url, key.public_key());
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->kid, "kid-1");
  EXPECT_TRUE(read->is_made_with(base::as_bytes(secret)));
  EXPECT_FALSE(read->is_made_with(base::as_bytes(std::string(32, 't'))));
}

TEST_F(Binding, IsRefusedWhenItIsForAnotherKeyUrlOrAlgorithm) {
  const auto other = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
  const auto payload = jwk_of(key.public_key());
  EXPECT_EQ(refusal(made(header(), jwk_of(other.public_key()))), ProblemType::malformed);
  EXPECT_EQ(refusal(made(header(), "")), ProblemType::malformed);
  EXPECT_EQ(refusal(made(header(R"(,"nonce":"x")"), payload)), ProblemType::malformed);
  EXPECT_EQ(refusal(made(R"({"alg":"HS256","kid":"kid-1","url":"https://x/"})", payload)),
            ProblemType::malformed);
  EXPECT_EQ(refusal(made(R"({"alg":"HS256","url":")" + url + "\"}", payload)),
            ProblemType::malformed);
  EXPECT_EQ(refusal(made(R"({"alg":"none","kid":"kid-1","url":")" + url + "\"}", payload)),
            ProblemType::badSignatureAlgorithm);
  EXPECT_EQ(refusal(made(R"({"alg":"ES256","kid":"kid-1","url":")" + url + "\"}", payload)),
            ProblemType::badSignatureAlgorithm);
  auto unsigned_text = made(header(), payload);
  unsigned_text.signature.clear();
  EXPECT_EQ(refusal(unsigned_text), ProblemType::malformed);
}

TEST(ExternalAccount, OpensAccountsUntilItIsUsedExpiredDisabledOrRevoked) {
  auto each = external();
  EXPECT_FALSE(binding_obstacle(each, std::nullopt, now));
  each.used = 1;
  EXPECT_TRUE(binding_obstacle(each, std::nullopt, now));
  EXPECT_FALSE(ordering_obstacle(each));
  each.is_reusable = true;
  EXPECT_FALSE(binding_obstacle(each, std::nullopt, now));
  each.expires_at = now;
  EXPECT_TRUE(binding_obstacle(each, std::nullopt, now));
  EXPECT_FALSE(binding_obstacle(each, std::nullopt, now - std::chrono::seconds{1}));
  EXPECT_FALSE(ordering_obstacle(each));
  each.expires_at = std::nullopt;
  each.is_enabled = false;
  EXPECT_TRUE(binding_obstacle(each, std::nullopt, now));
  EXPECT_TRUE(ordering_obstacle(each));
  each.is_enabled = true;
  each.revoked_at = now;
  EXPECT_EQ(binding_obstacle(each, std::nullopt, now)->type, ProblemType::unauthorized);
  EXPECT_TRUE(ordering_obstacle(each));
}

TEST(ExternalAccount, OfOneServiceOpensNoAccountAtAnother) {
  auto each = external();
  each.service_id = ServiceId::from_number(7).value();
  EXPECT_TRUE(binding_obstacle(each, std::nullopt, now));
  EXPECT_TRUE(binding_obstacle(each, ServiceId::from_number(8).value(), now));
  EXPECT_FALSE(binding_obstacle(each, ServiceId::from_number(7).value(), now));
}

}  // namespace
}  // namespace core::acme

#include "core/acme/jws.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "core/acme/jwk.h"
#include "core/acme/jws_vectors.h"

namespace core::acme {
namespace {

std::string jws_with(const std::string& header, const std::string& payload = "{}",
                     const std::string& further = "") {
  return R"({"protected":")" + base::to_base64url(base::as_bytes(header)) + R"(","payload":")" +
         base::to_base64url(base::as_bytes(payload)) + R"(","signature":"AAAA")" + further + "}";
}

const std::string kid_header =
    R"({"alg":"ES256","nonce":"abc","url":"https://ca.example/x","kid":"https://ca.example/a/1"})";

Problem refusal(const std::string& text) {
  const auto jws = read_jws(text);
  EXPECT_FALSE(jws) << text;
  return jws ? Problem{} : jws.error();
}

TEST(Jws, VerifiesWhatAnotherImplementationSigned) {
  for (const auto& vector : jws_vectors) {
    const auto jws = read_jws(vector.jws);
    ASSERT_TRUE(jws) << vector.algorithm << ": " << jws.error().detail;
    EXPECT_STREQ(boost::describe::enum_to_string(jws->algorithm, ""), vector.algorithm);
    EXPECT_EQ(jws->nonce, "oFvnlFP1wIhRlYS2jTaXbA");
    EXPECT_EQ(jws->url, "https://ca.example/acme/new-account");
    EXPECT_EQ(base::as_text(jws->payload), R"({"termsOfServiceAgreed":true})");
    ASSERT_TRUE(jws->key);
    EXPECT_EQ(thumbprint(*jws->key), vector.thumbprint) << vector.algorithm;
    EXPECT_TRUE(jws->verify(*jws->key)) << vector.algorithm;
  }
}

TEST(Jws, RefusesAnotherPayloadAnotherKeyAndAnotherAlgorithm) {
  for (const auto& vector : jws_vectors) {
    auto jws = read_jws(vector.jws).value();
    const auto key = *jws.key;
    for (const auto& other : jws_vectors) {
      const auto other_key = *read_jws(other.jws)->key;
      if (other_key != key) {
        EXPECT_FALSE(jws.verify(other_key)) << vector.algorithm << " with " << other.algorithm;
      }
    }
    jws.signing_input.back() ^= 1;
    ASSERT_FALSE(jws.verify(key));
    EXPECT_EQ(jws.verify(key).error().type, ProblemType::malformed);
    jws.algorithm = crypto::JwsAlgorithm::HS256;
    EXPECT_EQ(jws.verify(key).error().type, ProblemType::badSignatureAlgorithm);
  }
}

TEST(Jws, ReadsARequestOfAKnownAccount) {
  const auto jws = read_jws(jws_with(kid_header, ""));
  ASSERT_TRUE(jws);
  EXPECT_EQ(jws->kid, "https://ca.example/a/1");
  EXPECT_FALSE(jws->key);
  EXPECT_TRUE(jws->payload.empty());
}

TEST(Jws, RefusesWhatTheProfileOfAcmeForbids) {
  const std::string url = R"("url":"https://ca.example/x")";
  const std::string kid = R"("kid":"https://ca.example/a/1")";
  const std::string jwk =
      R"("jwk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
  const auto header = [](const std::string& members) { return jws_with("{" + members + "}"); };
  const struct {
    const char* why;
    std::string text;
    ProblemType type;
  } cases[] = {
      {"not JSON", "rubbish", ProblemType::malformed},
      {"a list", "[]", ProblemType::malformed},
      {"empty", "", ProblemType::malformed},
      {"compact serialization", "eyJh.eyJh.AAAA", ProblemType::malformed},
      {"no members", "{}", ProblemType::malformed},
      {"unprotected header", jws_with(kid_header, "{}", R"(,"header":{"alg":"none"})"),
       ProblemType::malformed},
      {"general serialization", jws_with(kid_header, "{}", R"(,"signatures":[])"),
       ProblemType::malformed},
      {"member twice", jws_with(kid_header, "{}", R"(,"payload":"e30")"), ProblemType::malformed},
      {"member twice, escaped", jws_with(kid_header, "{}", R"(,"paylo\u0061d":"e30")"),
       ProblemType::malformed},
      {"parameter twice", header(R"("alg":"ES256","alg":"ES256","nonce":"a",)" + url + "," + kid),
       ProblemType::malformed},
      {"none", header(R"("alg":"none","nonce":"a",)" + url + "," + kid),
       ProblemType::badSignatureAlgorithm},
      {"MAC", header(R"("alg":"HS256","nonce":"a",)" + url + "," + kid),
       ProblemType::badSignatureAlgorithm},
      {"RS512", header(R"("alg":"RS512","nonce":"a",)" + url + "," + kid),
       ProblemType::badSignatureAlgorithm},
      {"no alg", header(R"("nonce":"a",)" + url + "," + kid), ProblemType::malformed},
      {"no nonce", header(R"("alg":"ES256",)" + url + "," + kid), ProblemType::badNonce},
      {"nonce is a number", header(R"("alg":"ES256","nonce":1,)" + url + "," + kid),
       ProblemType::malformed},
      {"no url", header(R"("alg":"ES256","nonce":"a",)" + kid), ProblemType::malformed},
      {"neither jwk nor kid", header(R"("alg":"ES256","nonce":"a",)" + url),
       ProblemType::malformed},
      {"both jwk and kid", header(R"("alg":"EdDSA","nonce":"a",)" + url + "," + kid + "," + jwk),
       ProblemType::malformed},
      {"crit", header(R"("alg":"ES256","nonce":"a","crit":["b64"],)" + url + "," + kid),
       ProblemType::malformed},
      {"b64", header(R"("alg":"ES256","nonce":"a","b64":false,)" + url + "," + kid),
       ProblemType::malformed},
      {"padded payload",
       R"({"protected":")" + base::to_base64url(base::as_bytes(kid_header)) +
           R"(","payload":"e30=","signature":"AAAA"})",
       ProblemType::malformed},
      {"empty signature",
       R"({"protected":")" + base::to_base64url(base::as_bytes(kid_header)) +
           R"(","payload":"e30","signature":""})",
       ProblemType::malformed},
      {"too long", jws_with(kid_header, std::string(most_jws_octets, ' ')), ProblemType::malformed},
      {"too deep", std::string(100'000, '['), ProblemType::malformed},
  };
  for (const auto& [why, text, type] : cases) {
    const auto problem = refusal(text);
    EXPECT_EQ(problem.type, type) << why << ": " << problem.detail;
  }
}

TEST(Jws, IgnoresTheNonceOfAnInnerJws) {
  const auto text =
      jws_with(R"({"alg":"ES256","url":"https://ca.example/x","kid":"https://ca.example/a/1"})");
  EXPECT_FALSE(read_jws(text));
  EXPECT_TRUE(read_jws(text, NonceRule::ignored));
}

crypto::PublicKey key_of(const char* json) {
  return read_jwk(boost::json::parse(json).get_object()).value();
}

TEST(Jwk, HasTheThumbprintsOfTheStandards) {
  // RFC 7638, section 3.1: the optional members do not count.
  EXPECT_EQ(
      thumbprint(key_of(
          R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"})")),
      "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  // RFC 8037, appendix A.3.
  EXPECT_EQ(
      thumbprint(key_of(
          R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})")),
      "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

TEST(Jwk, RefusesKeysThatAreNone) {
  const struct {
    const char* why;
    const char* json;
  } cases[] = {
      {"no type", R"({"x":"AA"})"},
      {"unknown type", R"({"kty":"oct","x":"AA"})"},
      {"secret", R"({"kty":"oct","k":"AA"})"},
      {"private key of RFC 8037",
       R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"},
      {"for encryption",
       R"({"kty":"OKP","crv":"Ed25519","use":"enc","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"},
      {"short coordinate",
       R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUA"})"},
      {"X25519",
       R"({"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"},
      {"curve of Bitcoin", R"({"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"})"},
      {"point at nowhere",
       R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})"},
      {"RSA 512",
       R"({"kty":"RSA","e":"AQAB","n":"1Aqqm6gV7tSIVBzBRQyMpNsbXb9Zf2HkC4Fh1Y3y4oD6k4P7iY2qfWm7k6c1qN2H6q1Xy3m6h5m1Qm7z6vT2jQ"})"},
      {"leading zero", R"({"kty":"RSA","e":"AAEAAQ","n":"1Aqq"})"},
      {"padding", R"({"kty":"RSA","e":"AQAB","n":"1Aqqmw=="})"},
  };
  for (const auto& [why, json] : cases) {
    const auto key = read_jwk(boost::json::parse(json).get_object());
    ASSERT_FALSE(key) << why;
    EXPECT_EQ(key.error().type, ProblemType::badPublicKey) << why;
  }
}

}  // namespace
}  // namespace core::acme

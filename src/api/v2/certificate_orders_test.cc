#include "api/v2/certificate_orders.h"

#include <gtest/gtest.h>

#include <concepts>

#include "base/error.h"
#include "crypto/peers_for_test.h"

namespace api::v2 {
namespace {

using crypto::KeyAlgorithm;
using Fields = std::vector<std::string>;

const auto default_authority = core::AuthorityId::from_number(3).value();

IssueBody body(std::string_view text) {
  return json::parse<IssueBody>(text, json::Unknown::refuse);
}
service::Issuance::Request request(const IssueBody& wanted) {
  return issue_request(wanted, default_authority, {});
}
service::Issuance::Request request(std::string_view text) {
  return request(body(text));
}

std::string names(const service::Issuance::Request& made) {
  return core::combined_text(made.order.names);
}

template <std::invocable Work>
Fields refused(Work work) {
  Fields fields;
  try {
    work();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::invalid_request);
    for (const auto& field : error.fields()) {
      fields.push_back(field.field);
    }
  }
  return fields;
}
Fields refused(const char* text) {
  return refused([&] { request(text); });
}

TEST(CertificateOrders, NeedNoMoreThanAName) {
  const auto made = request(R"({"cn":"www.example.com"})");
  EXPECT_EQ(made.authority_id, default_authority);
  EXPECT_EQ(made.order.profile, "server");
  EXPECT_EQ(made.order.subject.to_string(), "CN=www.example.com");
  EXPECT_EQ(names(made), "DNS:www.example.com");
  EXPECT_EQ(made.order.key.name(), "EC P-256");
  EXPECT_EQ(made.source, core::Source::manual);
  ASSERT_TRUE(made.private_key);
  EXPECT_EQ(made.private_key->public_key(), made.order.key);
  EXPECT_EQ(made.order.validity, std::nullopt);
  EXPECT_EQ(made.order.usual_validity, std::chrono::days{90});
}

TEST(CertificateOrders, GatherNamesFromAllFieldsOnce) {
  const auto made = request(R"({
      "common_name": "www.example.com",
      "san": ["dns:www.example.com", "example.com", "ip:2001:db8::1", "192.0.2.1", "Email:a@example.com"],
      "san_dns": ["example.com", "api.example.com"], "san_ip": ["192.0.2.2"],
      "san_uri": ["https://example.com/x"]})");
  EXPECT_EQ(names(made),
            "DNS:www.example.com, DNS:example.com, IP:2001:db8::1, IP:192.0.2.1, "
            "email:a@example.com, DNS:api.example.com, IP:192.0.2.2, URI:https://example.com/x");
}

TEST(CertificateOrders, PutTheCommonNameIntoTheNamesWhereItIsOne) {
  EXPECT_EQ(names(request(R"({"cn":"192.0.2.1"})")), "IP:192.0.2.1");
  EXPECT_EQ(names(request(R"({"cn":"a@example.com","cert_type":"email"})")), "email:a@example.com");
  EXPECT_EQ(names(request(R"({"cn":"Joe Doe","cert_type":"client"})")), "");
  EXPECT_EQ(names(request(R"({"cn":"www.example.com","cert_type":"client"})")), "");
}

TEST(CertificateOrders, OrderTheSubjectFromTheMostSignificantPart) {
  const auto made = request(R"({"cn":"a.example","organization":"O","organizational_unit":"U",
                                "country":"DE","state":"S","locality":"L"})");
  EXPECT_EQ(made.order.subject.to_string(), "CN=a.example,OU=U,O=O,L=L,ST=S,C=DE");
  EXPECT_EQ(refused(R"({"cn":"a.example","country":"Germany"})"), Fields{"country"});
}

TEST(CertificateOrders, TellEveryFieldThatIsWrong) {
  EXPECT_EQ(
      refused(R"({"cn":"a.example","san_dns":["ok.example","not ok"],"san_ip":["1.2.3"],
                        "validity_days":0,"key_usage":["keyCertSign"],
                        "extended_key_usage":["codeSigning"]})"),
      (Fields{"key_usage", "extended_key_usage", "san_dns[1]", "san_ip[0]", "validity_days"}));
  EXPECT_EQ(refused("{}"), Fields{"common_name"});
  EXPECT_EQ(refused(R"({"cn":"a.example","validity_days":3651})"), Fields{"validity_days"});
  EXPECT_EQ(refused(R"({"cn":"a.example","cert_type":"ca"})"), Fields{"cert_type"});
}

TEST(CertificateOrders, LetUsagesChooseTheProfileButNotWidenIt) {
  const auto profile = [](std::string_view text) { return request(text).order.profile; };
  EXPECT_EQ(profile(R"({"cn":"a.example","extended_key_usage":["serverAuth","clientAuth"]})"),
            "combined");
  EXPECT_EQ(profile(R"({"cn":"a.example","extended_key_usage":["clientAuth"]})"), "client");
  EXPECT_EQ(profile(R"({"cn":"a.example","key_usage":["digitalSignature","keyEncipherment"]})"),
            "server");
  EXPECT_EQ(refused(R"({"cn":"a.example","cert_type":"server",
                        "extended_key_usage":["clientAuth"]})"),
            Fields{"extended_key_usage"});
}

class OrdersWithARequest : public testing::Test {
 protected:
  IssueBody with_csr(const std::string& arguments, const std::string& text = "{}") {
    const auto made = shop.run(
        "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout k.pem -out "
        "r.pem " +
        arguments);
    EXPECT_EQ(made.status, 0) << made.output;
    auto wanted = body(text);
    wanted.csr = std::string{base::as_text(shop.get("r.pem"))};
    return wanted;
  }
  crypto::Workshop shop;
};

TEST_F(OrdersWithARequest, TakeKeySubjectAndNamesFromIt) {
  const auto made = request(with_csr(
      "-subj /O=Example/CN=www.example.com -addext subjectAltName=DNS:example.com,IP:192.0.2.1"));
  EXPECT_EQ(made.order.key.name(), "EC P-384");
  EXPECT_FALSE(made.private_key);
  EXPECT_EQ(made.source, core::Source::csr);
  EXPECT_EQ(made.order.subject.to_string(), "CN=www.example.com,O=Example");
  EXPECT_EQ(names(made), "DNS:www.example.com, DNS:example.com, IP:192.0.2.1");
}

TEST_F(OrdersWithARequest, LetTheBodyOverrideTheSubjectAndAddNames) {
  const auto made = request(with_csr("-subj /O=Example/CN=www.example.com",
                                     R"({"cn":"other.example.com","san":["a.example.com"]})"));
  EXPECT_EQ(made.order.subject.to_string(), "CN=other.example.com");
  EXPECT_EQ(names(made), "DNS:other.example.com, DNS:a.example.com");
}

TEST_F(OrdersWithARequest, RefuseOneThatIsNotByItsOwnKeyOrAsksForTooMuch) {
  auto forged = with_csr("-subj /CN=www.example.com -outform DER");
  auto bytes = shop.get("r.pem");
  bytes.back() ^= 1;
  forged.csr = "-----BEGIN CERTIFICATE REQUEST-----\n" + base::to_base64(bytes) +
               "\n-----END CERTIFICATE REQUEST-----\n";
  EXPECT_EQ(refused([&] { request(forged); }), Fields{"csr"});
  EXPECT_EQ(
      refused([&] { request(with_csr("-subj /CN=a -addext basicConstraints=critical,CA:TRUE")); }),
      Fields{"csr"});
  EXPECT_EQ(refused(R"({"csr":"hello"})"), Fields{"csr"});
}

TEST(KeyAlgorithms, AreNamedInAllTheWaysOfTheContract) {
  const struct {
    const char* type;
    const char* size;
    KeyAlgorithm expected;
  } cases[] = {
      {nullptr, nullptr, KeyAlgorithm::ec_p384},     {"RSA", nullptr, KeyAlgorithm::rsa_2048},
      {"RSA", "4096", KeyAlgorithm::rsa_4096},       {"rsa", "3072", KeyAlgorithm::rsa_3072},
      {"RSA 2048", nullptr, KeyAlgorithm::rsa_2048}, {nullptr, "2048", KeyAlgorithm::rsa_2048},
      {"ECDSA", nullptr, KeyAlgorithm::ec_p256},     {"ECDSA", "P-384", KeyAlgorithm::ec_p384},
      {"EC", "secp521r1", KeyAlgorithm::ec_p521},    {"EC P-256", nullptr, KeyAlgorithm::ec_p256},
      {"Ed25519", nullptr, KeyAlgorithm::ed25519},   {nullptr, "P-384", KeyAlgorithm::ec_p384},
  };
  for (const auto& [type, size, expected] : cases) {
    const auto text = [](const char* from) {
      return from != nullptr ? std::optional<std::string>{from} : std::nullopt;
    };
    EXPECT_EQ(key_algorithm(text(type), text(size), KeyAlgorithm::ec_p384), expected)
        << (type != nullptr ? type : "") << " " << (size != nullptr ? size : "");
  }
  EXPECT_EQ(refused([] { key_algorithm("RSA", "1024", KeyAlgorithm::ec_p256); }),
            Fields{"key_type"});
  EXPECT_EQ(refused([] { key_algorithm(std::nullopt, "7", KeyAlgorithm::ec_p256); }),
            Fields{"key_size"});
}

}  // namespace
}  // namespace api::v2

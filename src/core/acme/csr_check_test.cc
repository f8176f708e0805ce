#include "core/acme/csr_check.h"

#include <gtest/gtest.h>

#include "core/acme/csr_vectors.h"

namespace core::acme {
namespace {

using Identifiers = std::vector<Identifier>;

x509::CertificateRequest request(std::string_view pem) {
  return x509::CertificateRequest::parse(base::as_bytes(pem)).value();
}

crypto::PublicKey account_key() {
  static const auto key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256).public_key();
  return key;
}

const Identifiers both{{.value = "www.example.com"}, {.value = "example.com"}};

std::string refusal(std::string_view pem, const Identifiers& order) {
  const auto checked = check_csr(request(pem), order, account_key());
  if (checked) {
    return "";
  }
  EXPECT_EQ(checked.error().type, ProblemType::badCSR);
  return checked.error().detail;
}

TEST(CsrCheck, TakesNamesFromTheSubjectAndTheAlternativeNames) {
  EXPECT_EQ(refusal(csr_vectors::san_only, both), "");
  EXPECT_EQ(refusal(csr_vectors::cn_and_san, both), "");
  EXPECT_EQ(refusal(csr_vectors::cn_not_in_san, both), "");
  EXPECT_EQ(refusal(csr_vectors::cn_only, {{.value = "www.example.com"}}), "");
  EXPECT_EQ(refusal(csr_vectors::upper, both), "");
  EXPECT_EQ(refusal(csr_vectors::ip_only, {{.type = IdentifierType::ip, .value = "2001:db8::1"},
                                           {.type = IdentifierType::ip, .value = "192.0.2.1"}}),
            "");
}

TEST(CsrCheck, RefusesWhatIsNotTheOrder) {
  const struct {
    std::string_view pem;
    const char* reason;
  } cases[] = {
      {csr_vectors::extra, "evil.example"},
      {csr_vectors::extra_cn, "evil.example"},
      {csr_vectors::two_cns, "several common names"},
      {csr_vectors::email_san, "email"},
      {csr_vectors::upn_san, "upn"},
      {csr_vectors::uri_san, "uri"},
      {csr_vectors::ip_san, "192.0.2.1"},
      {csr_vectors::email_subject, "e-mail address"},
      {csr_vectors::ca, "authority"},
      {csr_vectors::missing, "lacks names of the order: example.com"},
      {csr_vectors::no_names, "lacks names"},
  };
  for (const auto& [pem, reason] : cases) {
    const auto refused = refusal(pem, both);
    EXPECT_NE(refused.find(reason), std::string::npos) << refused << " instead of " << reason;
  }
}

TEST(CsrCheck, RefusesTheKeyOfTheAccount) {
  const auto key =
      crypto::PublicKey::from_spki(base::from_hex(csr_vectors::key_spki_hex).value()).value();
  const auto checked = check_csr(request(csr_vectors::san_only), both, key);
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().detail.find("account's key"), std::string::npos);
}

TEST(CsrCheck, RefusesASignatureThatIsNotTheKeys) {
  auto der = base::to_bytes(request(csr_vectors::san_only).der());
  der.back() ^= 1;
  const auto forged = x509::CertificateRequest::parse(der);
  ASSERT_TRUE(forged);
  const auto checked = check_csr(*forged, both, account_key());
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().detail.find("not signed"), std::string::npos);
}

}  // namespace
}  // namespace core::acme

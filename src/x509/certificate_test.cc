#include "x509/certificate.h"

#include <gtest/gtest.h>

#include "crypto/pem.h"
#include "crypto/x509_verify.h"
#include "x509/authority_for_test.h"

namespace x509 {
namespace {

using crypto::KeyAlgorithm;

const std::vector<GeneralName> names() {
  return {GeneralName::dns("www.example.com").value(), GeneralName::ip("192.0.2.7").value(),
          GeneralName::upn("jane@corp.example").value()};
}

std::vector<Extension> every_extension() {
  return {crl_distribution_points({"http://pki.example.com/1.crl"}),
          authority_information_access({.ocsp = {"http://pki.example.com/ocsp"},
                                        .ca_issuers = {"http://pki.example.com/1.cer"}}),
          certificate_policies({{der::Oid{"1.3.6.1.4.1.99999.1"}, "http://example.com/cps", ""}}),
          must_staple(),
          ocsp_nocheck(),
          freshest_crl({"http://pki.example.com/delta.crl"}),
          custom_extension(der::Oid{"1.3.6.1.4.1.99999.2"}, false, {0x05, 0x00}).value()};
}

class EveryAuthority : public testing::TestWithParam<KeyAlgorithm> {};

TEST_P(EveryAuthority, IssuesWhatOpenSslGnuTlsAndNssVerify) {
  TestAuthority authority{GetParam()};
  const auto key = crypto::PrivateKey::generate(KeyAlgorithm::ec_p256);
  const auto leaf = authority.issue(key.public_key(), names(), every_extension());
  const crypto::Workshop shop;
  shop.put("root.pem", crypto::to_pem("CERTIFICATE", authority.root));
  shop.put("leaf.pem", crypto::to_pem("CERTIFICATE", leaf));
  const auto openssl = shop.run(
      "openssl verify -x509_strict -purpose sslserver -verify_hostname www.example.com"
      " -CAfile root.pem leaf.pem");
  EXPECT_EQ(openssl.status, 0) << openssl.output;
  const auto gnutls = shop.run(
      "cat leaf.pem root.pem >chain.pem && certtool --verify-chain --infile chain.pem &&"
      " certtool --verify --verify-profile medium --verify-hostname www.example.com"
      " --load-ca-certificate root.pem --infile leaf.pem");
  EXPECT_EQ(gnutls.status, 0) << gnutls.output;
  const auto info = shop.run("certtool -i --infile leaf.pem");
  EXPECT_EQ(info.status, 0) << info.output;
  EXPECT_NE(info.output.find("DNSname: www.example.com"), std::string::npos) << info.output;
  if (GetParam() != KeyAlgorithm::ed25519) {  // NSS of Debian 12 does not know it
    const auto nss = shop.run(
        "mkdir db && certutil -N -d sql:db --empty-password &&"
        " certutil -A -d sql:db -n root -t C,, -i root.pem -a &&"
        " vfychain -d sql:db -u 1 -pp -a leaf.pem");
    EXPECT_EQ(nss.status, 0) << nss.output;
    EXPECT_NE(nss.output.find("Chain is good"), std::string::npos) << nss.output;
  }
}

INSTANTIATE_TEST_SUITE_P(Keys, EveryAuthority,
                         testing::Values(KeyAlgorithm::rsa_2048, KeyAlgorithm::ec_p256,
                                         KeyAlgorithm::ec_p384, KeyAlgorithm::ec_p521,
                                         KeyAlgorithm::ed25519),
                         [](const auto& test) {
                           return std::string{boost::describe::enum_to_string(test.param, "")};
                         });

TEST(Certificate, IsReadBack) {
  TestAuthority authority;
  const auto key = crypto::PrivateKey::generate(KeyAlgorithm::ec_p384);
  const auto der = authority.issue(key.public_key(), names(), every_extension());
  const auto certificate = Certificate::parse(der);
  ASSERT_TRUE(certificate) << certificate.error().reason;
  EXPECT_EQ(certificate->subject().to_string(), "CN=www.example.com");
  EXPECT_EQ(certificate->issuer(), authority.name);
  EXPECT_EQ(certificate->not_after() - certificate->not_before(),
            std::chrono::days{90} + std::chrono::hours{1});
  EXPECT_EQ(certificate->subject_alternative_names(), names());
  EXPECT_EQ(crypto::PublicKey::from_spki(certificate->spki()).value(), key.public_key());
  EXPECT_EQ(certificate->authority_key_identifier(), authority.key_id);
  EXPECT_EQ(certificate->subject_key_identifier(), key_identifier(key.public_key()));
  EXPECT_EQ(certificate->crl_distribution_points().front(), "http://pki.example.com/1.crl");
  EXPECT_EQ(certificate->authority_information().ocsp.front(), "http://pki.example.com/ocsp");
  EXPECT_EQ(certificate->key_usage(), KeyUsages{KeyUsage::digitalSignature});
  EXPECT_FALSE(certificate->is_ca());
  EXPECT_TRUE(certificate->must_staple());
  EXPECT_TRUE(certificate->is_signed_by(authority.signer.public_key()));
  EXPECT_FALSE(certificate->is_signed_by(key.public_key()));
  EXPECT_EQ(certificate->describe_extensions().size(), 13u);
  EXPECT_EQ(Certificate::parse_pem_or_der(base::as_bytes(certificate->pem())).value(),
            *certificate);
}

TEST(Certificate, HasTheFingerprintThatOpenSslPrints) {
  TestAuthority authority;
  const crypto::Workshop shop;
  shop.put("root.der", authority.root);
  const auto printed = shop.run(
      "openssl x509 -in root.der -inform DER -noout -fingerprint -sha256 | cut -d= -f2 |"
      " tr -d ':\n' | tr A-F a-f");
  EXPECT_EQ(printed.output, base::to_hex(Certificate::parse(authority.root)->sha256_fingerprint()));
}

TEST(Certificate, OfOthersIsReadAsOpenSslReadsIt) {
  const crypto::Workshop shop;
  const auto made = shop.run(
      "openssl req -x509 -newkey rsa:1024 -nodes -keyout key.pem -outform DER -out weak.der -days 1"
      " -set_serial 0x00ff01 -subj '/C=DE/O=Über/CN=weak.example' -utf8 -sha1"
      " -addext 'subjectAltName=DNS:under_score.example,IP:2001:db8::1'"
      " -addext 'nameConstraints=permitted;DNS:example'");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto certificate = Certificate::parse(shop.get("weak.der"));
  ASSERT_TRUE(certificate) << certificate.error().reason;
  EXPECT_EQ(certificate->serial_number().to_string(), "ff01");
  EXPECT_EQ(certificate->subject().to_string(), "CN=weak.example,O=Über,C=DE");
  EXPECT_TRUE(certificate->is_self_issued());
  EXPECT_TRUE(certificate->is_ca());
  const auto names = certificate->subject_alternative_names();
  ASSERT_EQ(names.size(), 2u);
  EXPECT_EQ(names[0].type(), GeneralNameType::other) << "an underscore is no LDH name";
  EXPECT_EQ(names[1].to_string(), "IP:2001:db8::1");
  EXPECT_EQ(crypto::key_facts(certificate->spki()).name, "RSA 1024");
  EXPECT_EQ(crypto::algorithm_name(certificate->signature_algorithm_der()),
            "sha1WithRSAEncryption");
}

TEST(Certificate, RefusesDamagedOnes) {
  TestAuthority authority;
  const auto& root = authority.root;
  for (std::size_t size = 0; size < root.size(); ++size) {
    EXPECT_FALSE(Certificate::parse(base::ByteView{root}.first(size))) << size;
  }
  auto longer = root;
  longer.push_back(0);
  EXPECT_FALSE(Certificate::parse(longer));
}

TEST(Certificate, LastsForeverOnDemand) {
  EXPECT_EQ(base::to_text(no_expiration()), "9999-12-31T23:59:59Z");
}

TEST(ChainProblem, SaysWhyAChainDoesNotVerify) {
  TestAuthority authority;
  TestAuthority other;
  const auto key = crypto::PrivateKey::generate(KeyAlgorithm::ec_p256);
  const auto leaf = authority.issue(key.public_key(), names());
  crypto::ChainQuery query{.leaf = leaf,
                           .intermediates = {},
                           .roots = {authority.root},
                           .at = base::SystemClock{}.now(),
                           .host = "www.example.com",
                           .crls = {}};
  EXPECT_EQ(crypto::chain_problem(query), std::nullopt);
  query.host = "other.example";
  EXPECT_EQ(crypto::chain_problem(query), "hostname mismatch");
  query.host.clear();
  query.at += std::chrono::days{100};
  EXPECT_EQ(crypto::chain_problem(query), "certificate has expired");
  query.at -= std::chrono::days{100};
  query.roots = {other.root};
  EXPECT_TRUE(crypto::chain_problem(query));
}

}  // namespace
}  // namespace x509

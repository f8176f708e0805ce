#include "crypto/pkcs12.h"

#include <gtest/gtest.h>

#include "crypto/peers_for_test.h"
#include "crypto/x509_verify.h"

namespace crypto {
namespace {

const base::Secret password{"changeit"};

class Pkcs12Files : public testing::Test {
 protected:
  Pkcs12Files() {
    const auto made = shop.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.pem"
        " -subj /CN=CA -outform DER -out ca.der && "
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem"
        " -subj /CN=leaf -outform DER -out leaf.der");
    EXPECT_EQ(made.status, 0) << made.output;
    content = {.key = PrivateKey::read(shop.get("key.pem")).value(),
               .certificate = shop.get("leaf.der"),
               .chain = {shop.get("ca.der")},
               .friendly_name = "leaf"};
  }

  Workshop shop;
  Pkcs12 content;
};

TEST_F(Pkcs12Files, AreReadBack) {
  for (const auto encryption : {Pkcs12Encryption::modern, Pkcs12Encryption::legacy}) {
    const auto again = read_pkcs12(make_pkcs12(content, password, encryption), password);
    ASSERT_TRUE(again) << again.error().reason;
    EXPECT_EQ(again->key->public_key(), content.key->public_key());
    EXPECT_EQ(again->certificate, content.certificate);
    EXPECT_EQ(again->chain, content.chain);
    EXPECT_EQ(again->friendly_name, "leaf");
  }
}

TEST_F(Pkcs12Files, AreReadByOpenSslGnuTlsAndNss) {
  for (const auto encryption : {Pkcs12Encryption::modern, Pkcs12Encryption::legacy}) {
    shop.put("file.p12", make_pkcs12(content, password, encryption));
    const auto openssl = shop.run("openssl pkcs12 -in file.p12 -passin pass:changeit -nodes");
    EXPECT_EQ(openssl.status, 0) << openssl.output;
    EXPECT_NE(openssl.output.find("BEGIN PRIVATE KEY"), std::string::npos);
    const auto gnutls =
        shop.run("certtool --p12-info --inder --infile file.p12 --password changeit");
    EXPECT_EQ(gnutls.status, 0) << gnutls.output;
    const auto nss = shop.run(
        "rm -rf db && mkdir db && certutil -N -d sql:db --empty-password &&"
        " pk12util -i file.p12 -d sql:db -W changeit");
    EXPECT_EQ(nss.status, 0) << nss.output;
  }
}

TEST_F(Pkcs12Files, StayShutWithoutThePassword) {
  const auto file = make_pkcs12(content, password);
  EXPECT_FALSE(read_pkcs12(file, base::Secret{"wrong"}));
  EXPECT_FALSE(read_pkcs12(base::ByteView{file}.first(100), password));
  EXPECT_FALSE(read_pkcs12({}, password));
}

TEST_F(Pkcs12Files, OfOpenSslAreRead) {
  const auto made = shop.run(
      "openssl x509 -in leaf.der -out leaf.pem && openssl pkcs12 -export -in leaf.pem"
      " -inkey key.pem -passout pass:changeit -out theirs.p12");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto theirs = read_pkcs12(shop.get("theirs.p12"), password);
  ASSERT_TRUE(theirs);
  EXPECT_EQ(theirs->certificate, content.certificate);
}

TEST_F(Pkcs12Files, HaveASimplerCousinForCertificatesAlone) {
  std::vector certificates{content.certificate, content.chain.front()};
  const auto bundle = make_pkcs7(certificates);
  // A SET OF in DER: whatever order they were given in (X.690, section 11.6).
  EXPECT_EQ(bundle, make_pkcs7({certificates.rbegin(), certificates.rend()}));
  std::ranges::sort(certificates);
  EXPECT_EQ(read_pkcs7(bundle).value(), certificates);
  shop.put("bundle.p7b", bundle);
  const auto openssl = shop.run("openssl pkcs7 -inform DER -in bundle.p7b -print_certs -noout");
  EXPECT_EQ(openssl.status, 0) << openssl.output;
  EXPECT_NE(openssl.output.find("CN = leaf"), std::string::npos) << openssl.output;
  const auto gnutls = shop.run("certtool --p7-info --inder --infile bundle.p7b");
  EXPECT_EQ(gnutls.status, 0) << gnutls.output;
  EXPECT_FALSE(read_pkcs7(content.certificate));
}

TEST_F(Pkcs12Files, HoldCertificatesThatOpenSslDescribes) {
  const auto text = describe_certificate(content.certificate);
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("Subject: CN = leaf"), std::string::npos) << *text;
  EXPECT_FALSE(describe_certificate({}));
}

}  // namespace
}  // namespace crypto

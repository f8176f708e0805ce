#include "crypto/jks.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "crypto/peers_for_test.h"

namespace crypto {
namespace {

class JavaKeyStores : public testing::Test {
 protected:
  base::Bytes made(const base::Secret& password) {
    const auto run = shop.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key"
        " -subj /CN=CA -out ca.pem && openssl x509 -in ca.pem -outform DER -out ca.der && "
        "openssl req -newkey rsa:2048 -nodes -keyout key.pem -subj /CN=leaf -out leaf.csr && "
        "openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -outform DER"
        " -out leaf.der");
    EXPECT_EQ(run.status, 0) << run.output;
    return make_jks({.key = PrivateKey::read(shop.get("key.pem")).value(),
                     .chain = {shop.get("leaf.der"), shop.get("ca.der")},
                     .alias = "Leaf 1",
                     .made_at = base::Time{std::chrono::seconds{1'700'000'000}}},
                    password, random);
  }

  Workshop shop;
  SystemRandom random;
};

TEST_F(JavaKeyStores, AreReadByKeytool) {
  shop.put("store.jks", made(base::Secret{"ch\xc3\xa4ngeit"}));
  const auto listed = shop.run(
      "LC_ALL=C.UTF-8 keytool -list -v -keystore store.jks -storetype JKS -storepass chängeit");
  EXPECT_EQ(listed.status, 0) << listed.output;
  EXPECT_NE(listed.output.find("Alias name: leaf_1"), std::string::npos) << listed.output;
  EXPECT_NE(listed.output.find("Certificate chain length: 2"), std::string::npos);
  EXPECT_NE(listed.output.find("PrivateKeyEntry"), std::string::npos);
}

TEST_F(JavaKeyStores, GiveTheirKeyToJava) {
  shop.put("store.jks", made(base::Secret{"changeit"}));
  const auto converted = shop.run(
      "keytool -importkeystore -srckeystore store.jks -srcstoretype JKS -srcstorepass changeit"
      " -destkeystore store.p12 -deststoretype PKCS12 -deststorepass changeit && "
      "openssl pkcs12 -in store.p12 -passin pass:changeit -nodes -nocerts | openssl pkey -pubout"
      " -out theirs.pem && openssl pkey -in key.pem -pubout -out ours.pem && cmp theirs.pem "
      "ours.pem");
  EXPECT_EQ(converted.status, 0) << converted.output;
}

TEST_F(JavaKeyStores, StayShutWithoutThePassword) {
  shop.put("store.jks", made(base::Secret{"changeit"}));
  const auto listed =
      shop.run("keytool -list -keystore store.jks -storetype JKS -storepass wrongone");
  EXPECT_NE(listed.status, 0) << listed.output;
  EXPECT_THROW(made(base::Secret{"short"}), base::Error);
  EXPECT_THROW(made(base::Secret{"not utf\xff\xfe"}), base::Error);
}

}  // namespace
}  // namespace crypto

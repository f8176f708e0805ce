#include <gtest/gtest.h>

#include "service/imports.h"
#include "service/world_for_test.h"

namespace service {
namespace {

// A hierarchy that OpenSSL made: root, sub, leaf, with keys.
template <class Server>
class ImportsTest : public World<Server> {
 protected:
  void SetUp() override {
    const auto made = this->shop.run(
        "new() { openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        " -keyout $1.key -subj \"/CN=$2\" -out $1.csr; };"
        "sign() { openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -days 30"
        " -set_serial $3 -extfile ext -extensions $4 -out $1.pem; };"
        "printf '[ca]\\nbasicConstraints=critical,CA:TRUE\\nkeyUsage=critical,keyCertSign,cRLSign"
        "\\nsubjectKeyIdentifier=hash\\nauthorityKeyIdentifier=keyid\\n[leaf]\\n"
        "subjectAltName=DNS:leaf.example\\nextendedKeyUsage=serverAuth\\nsubjectKeyIdentifier=hash"
        "\\nauthorityKeyIdentifier=keyid\\n' > ext &&"
        "new root Foreign && openssl x509 -req -in root.csr -signkey root.key -days 60"
        " -extfile ext -extensions ca -out root.pem && new sub Below && sign sub root 2 ca &&"
        "new leaf leaf.example && sign leaf sub 3 leaf");
    ASSERT_EQ(made.status, 0) << made.output;
  }

  ImportContent content(const std::vector<std::string>& files) {
    std::string text = "What others wrote around it\n";
    for (const auto& file : files) {
      text += std::string{base::as_text(this->shop.get(file))} + "\nmore\n";
    }
    auto read = read_import(base::as_bytes(text), std::nullopt);
    EXPECT_TRUE(read) << read.error().reason;
    return read.value_or(ImportContent{});
  }
  Imports::Outcome import(const std::vector<std::string>& files,
                          const Imports::Options& options = {}) {
    return imports.import(test_act, content(files), options);
  }

  Requests requests{*this->database, this->node.issuance, this->node.keys, this->node.random,
                    this->clock};
  Imports imports{*this->database, this->node.authorities, requests,
                  this->node.keys, this->node.random,      this->clock};
};
TYPED_TEST_SUITE(ImportsTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(ImportsTest, BringInAWholeChainInAnyOrder) {
  const auto outcome = this->import({"leaf.pem", "leaf.key", "sub.pem", "root.pem", "sub.key"});
  ASSERT_EQ(outcome.authorities.size(), 2u);
  ASSERT_EQ(outcome.certificates.size(), 1u);
  EXPECT_EQ(outcome.keys_kept, 2);
  const auto root = this->node.authorities.issuer(outcome.authorities[0]);
  const auto sub = this->node.authorities.issuer(outcome.authorities[1]);
  EXPECT_EQ(root->authority.type, core::AuthorityType::root);
  EXPECT_FALSE(root->signer);
  EXPECT_EQ(sub->authority.parent_id, root->authority.id);
  EXPECT_TRUE(sub->signer);
  const auto leaf = this->database->read([&](db::Session& session) {
    return storage::CertificateStore{session}.find(outcome.certificates[0]).value();
  });
  EXPECT_EQ(leaf.authority_id, sub->authority.id);
  EXPECT_EQ(leaf.source, core::Source::import);
  EXPECT_EQ(leaf.profile, "server");
  EXPECT_EQ(leaf.names, "DNS:leaf.example");
  EXPECT_TRUE(leaf.key_id);

  // What was imported issues, for others to judge.
  this->clock.advance(std::chrono::minutes{5});  // openssl signed by its own clock
  const auto issued = this->issue(sub->authority.id);
  this->put_pem("issued.pem", issued.der);
  const auto judged = this->shop.run("openssl verify -x509_strict" + this->at_time() +
                                     "-CAfile root.pem -untrusted sub.pem issued.pem");
  EXPECT_EQ(judged.status, 0) << judged.output;
}

TYPED_TEST(ImportsTest, RefuseALeafWhoseIssuerIsUnknownAndNameIt) {
  const auto error = error_of([&] { this->import({"leaf.pem", "root.pem"}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), base::ErrorCode::invalid_request);
  EXPECT_NE(std::string{error->what()}.find("CN=Below"), std::string::npos) << error->what();
  EXPECT_EQ(this->count("authorities"), 0);  // nothing half done
  EXPECT_EQ(this->count("keys"), 0);
}

TYPED_TEST(ImportsTest, LinkAnAuthorityWhenItsParentComesLater) {
  const auto sub = this->import({"sub.pem"}).authorities.at(0);
  EXPECT_FALSE(this->node.authorities.issuer(sub)->authority.parent_id);
  const auto root = this->import({"root.pem"}).authorities.at(0);
  const auto linked = this->node.authorities.issuer(sub);
  EXPECT_EQ(linked->authority.parent_id, root);
  EXPECT_EQ(linked->chain.size(), 2u);
}

TYPED_TEST(ImportsTest, KnowWhatIsHereAlready) {
  this->import({"root.pem", "sub.pem", "leaf.pem"});
  const auto again = this->import({"root.pem", "sub.pem", "leaf.pem", "leaf.key"});
  EXPECT_TRUE(again.authorities.empty() && again.certificates.empty());
  EXPECT_EQ(again.known_authorities.size(), 2u);
  EXPECT_EQ(again.known_certificates.size(), 1u);
  EXPECT_EQ(this->count("keys"), 0);

  const auto updated = this->import({"sub.pem", "sub.key"}, {.update_existing = true});
  EXPECT_EQ(updated.updated, 1);
  EXPECT_TRUE(this->node.authorities.issuer(updated.known_authorities.at(0))->signer);
  EXPECT_EQ(this->count("authorities"), 2);
  EXPECT_EQ(this->count("keys"), 1);
}

TYPED_TEST(ImportsTest, RefuseAKeyThatBelongsToNothing) {
  const auto error = error_of([&] { this->import({"root.pem", "leaf.key"}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->fields().at(0).field, "private_key");
  EXPECT_EQ(this->count("authorities"), 0);
}

TYPED_TEST(ImportsTest, LeaveOutWhatCannotBeKeptWhenAskedTo) {
  const auto outcome =
      this->import({"root.pem", "leaf.pem", "leaf.csr"}, {.leave_out_others = true});
  EXPECT_EQ(outcome.authorities.size(), 1u);
  EXPECT_EQ(outcome.requests.size(), 1u);
  ASSERT_EQ(outcome.left_out.size(), 1u);
  EXPECT_NE(outcome.left_out[0].find("leaf.example"), std::string::npos);
}

TYPED_TEST(ImportsTest, DoNotTakeASignatureOnTrust) {
  // The same names and key identifiers, but another key signed.
  const auto made = this->shop.run(
      "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout fake.key"
      " -subj /CN=Below -out fake.csr && printf '[ca]\\nbasicConstraints=critical,CA:TRUE\\n' > e2"
      " && openssl x509 -req -in fake.csr -signkey fake.key -days 9 -extfile e2 -extensions ca"
      " -out fake.pem && openssl x509 -req -in leaf.csr -CA fake.pem -CAkey fake.key"
      " -set_serial 9 -days 9 -out forged.pem");
  ASSERT_EQ(made.status, 0) << made.output;
  this->import({"root.pem", "sub.pem"});
  EXPECT_EQ(code_of([&] { this->import({"forged.pem"}); }), base::ErrorCode::invalid_request);
  EXPECT_EQ(this->count("certificates"), 0);
}

TEST(ImportContents, AreReadFromEveryFormat) {
  const crypto::Workshop shop;
  const auto made = shop.run(
      "openssl req -x509 -newkey rsa:2048 -keyout key.pem -passout pass:secret -subj /CN=a"
      " -out a.pem && openssl x509 -in a.pem -outform DER -out a.der &&"
      "openssl crl2pkcs7 -nocrl -certfile a.pem -outform DER -out a.p7b &&"
      "openssl crl2pkcs7 -nocrl -certfile a.pem -out p7.pem &&"
      "openssl pkcs12 -export -in a.pem -inkey key.pem -passin pass:secret -passout pass:secret"
      " -out a.p12 && openssl rsa -in key.pem -passin pass:secret -aes128 -passout pass:secret"
      " -traditional -out old.pem && cat a.pem old.pem > both.pem");
  ASSERT_EQ(made.status, 0) << made.output;
  const std::optional password{base::Secret{"secret"}};
  for (const auto* file : {"a.pem", "a.der", "a.p7b", "p7.pem", "a.p12", "both.pem"}) {
    const auto content = read_import(shop.get(file), password);
    ASSERT_TRUE(content) << file << content.error().reason;
    EXPECT_EQ(content->certificates.size(), 1u) << file;
  }
  EXPECT_EQ(read_import(shop.get("both.pem"), password)->keys.size(), 1u);
  EXPECT_EQ(read_import(shop.get("key.pem"), password)->keys.size(), 1u);
  EXPECT_EQ(read_import(shop.get("a.p12"), password)->keys.size(), 1u);
  for (const auto* file : {"a.p12", "key.pem", "both.pem"}) {
    EXPECT_FALSE(read_import(shop.get(file), std::nullopt)) << file;
    EXPECT_FALSE(read_import(shop.get(file), base::Secret{"wrong"})) << file;
  }
  const auto der = shop.get("a.der");
  EXPECT_FALSE(read_import(base::ByteView{der}.first(der.size() - 1), std::nullopt));
  EXPECT_FALSE(read_import(base::as_bytes("rubbish"), std::nullopt));
  EXPECT_FALSE(read_import({}, std::nullopt));
}

}  // namespace
}  // namespace service

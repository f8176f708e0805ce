#include <gtest/gtest.h>

#include "service/server_certificate.h"
#include "service/world_for_test.h"

namespace service {
namespace {

using std::chrono::days;

template <class Server>
class ServerCertificateTest : public World<Server> {
 protected:
  void SetUp() override { this->node.setup.make_first_authorities(); }

  ServerCertificate::Identity identity(std::vector<std::string> names = {"ca.example.com",
                                                                         "192.0.2.1"}) {
    return ServerCertificate{*this->database,     this->node.authorities,
                             this->node.issuance, this->node.keys,
                             this->clock,         std::move(names)}
        .current();
  }
  core::Certificate newest() {
    return this->database->read([&](db::Session& session) {
      return storage::CertificateStore{session}.list({}, {.limit = 1}, this->clock.now()).front();
    });
  }
};
TYPED_TEST_SUITE(ServerCertificateTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(ServerCertificateTest, IsAChainThatClientsVerifyAndItsKey) {
  ServerCertificate::Identity made;
  EXPECT_EQ(this->traced([&] { made = this->identity(); }), Trace{"system certificate.issue"});
  this->shop.put("chain.pem", made.chain_pem);
  this->shop.put("key.pem", made.key_pem.reveal());
  this->put_pem("root.pem", this->node.authorities.issuers().front()->authority.der);
  const auto judged = this->shop.run(
      "openssl verify -x509_strict -purpose sslserver" + this->at_time() +
      "-verify_hostname ca.example.com -CAfile root.pem -untrusted chain.pem chain.pem && "
      "openssl verify" +
      this->at_time() +
      "-verify_ip 192.0.2.1 -CAfile root.pem -untrusted chain.pem chain.pem && "
      "openssl x509 -in chain.pem -noout -pubkey > a && openssl pkey -in key.pem -pubout > b && "
      "cmp a b && grep -c BEGIN chain.pem");
  EXPECT_EQ(judged.status, 0) << judged.output;
  EXPECT_NE(judged.output.find("\n2\n"), std::string::npos) << "leaf and issuing authority";
}

TYPED_TEST(ServerCertificateTest, StaysUntilAThirdOfItsLifeIsLeft) {
  const auto first = this->identity();
  EXPECT_EQ(this->identity().chain_pem, first.chain_pem);
  this->clock.advance(days{60} - std::chrono::hours{1});
  EXPECT_EQ(this->identity().chain_pem, first.chain_pem);
  this->clock.advance(std::chrono::hours{2});
  EXPECT_NE(this->identity().chain_pem, first.chain_pem);
  EXPECT_EQ(this->count("certificates"), 2);
}

TYPED_TEST(ServerCertificateTest, IsMadeAnewForOtherNames) {
  this->identity();
  this->identity({"ca.example.com", "192.0.2.1", "new.example.com"});
  EXPECT_EQ(this->newest().names, "DNS:ca.example.com, IP:192.0.2.1, DNS:new.example.com");
  EXPECT_EQ(this->count("certificates"), 2);
}

TYPED_TEST(ServerCertificateTest, IsMadeAnewWhenItWasRevoked) {
  const auto first = this->identity();
  this->revoke(this->newest());
  EXPECT_NE(this->identity().chain_pem, first.chain_pem);
}

TYPED_TEST(ServerCertificateTest, FollowsTheDefaultAuthority) {
  this->identity();
  const auto other = this->make_root("Other");
  this->node.authorities.set_default_authority(test_act, other.id);
  this->identity();
  EXPECT_EQ(this->newest().authority_id, other.id);
}

TYPED_TEST(ServerCertificateTest, TakesHostNamesThatAreNoCommonName) {
  const auto long_name = std::string(63, 'a') + "." + std::string(63, 'b') + ".example.com";
  this->identity({long_name, "localhost", "::1"});
  EXPECT_EQ(this->newest().common_name, long_name);
  EXPECT_EQ(this->newest().names, "DNS:" + long_name + ", DNS:localhost, IP:::1");
}

// Whoever switches off the last authority must still get into the console.
TYPED_TEST(ServerCertificateTest, IsServedAlthoughNoNewOneCanBeMade) {
  const auto first = this->identity();
  for (const auto& issuer : this->node.authorities.issuers()) {
    this->node.authorities.update(test_act, issuer->authority.id, {.is_active = false});
  }
  this->clock.advance(days{80});
  EXPECT_EQ(this->identity().chain_pem, first.chain_pem);
  this->clock.advance(days{20'000});
  EXPECT_EQ(this->identity().chain_pem, first.chain_pem);
}

template <class Server>
class InventoryTest : public World<Server> {};
TYPED_TEST_SUITE(InventoryTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(InventoryTest, DeletesWhatNobodyAcceptsAnyMoreWithItsKey) {
  const auto root = this->make_root();
  const auto certificate = this->issue(root.id);
  auto& inventory = this->node.inventory;
  EXPECT_EQ(code_of([&] { inventory.remove(test_act, certificate.id); }),
            base::ErrorCode::conflict);
  this->clock.advance(days{91});
  EXPECT_EQ(this->traced([&] { inventory.remove(test_act, certificate.id); }),
            Trace{"alice test.act"});
  EXPECT_EQ(this->count("certificates"), 0);
  EXPECT_EQ(this->count("certificate_terms"), 0);
  EXPECT_EQ(this->count("keys"), 1);
  EXPECT_EQ(code_of([&] { inventory.remove(test_act, certificate.id); }),
            base::ErrorCode::not_found);
}

TYPED_TEST(InventoryTest, AuditsEachLookAtAKey) {
  const auto root = this->make_root();
  const auto certificate = this->issue(root.id);
  EXPECT_EQ(this->traced([&] {
    const auto key = this->node.inventory.reveal_key(test_act, certificate.id);
    EXPECT_TRUE(std::ranges::equal(key.public_key().spki(),
                                   x509::Certificate::parse(certificate.der)->spki()));
  }),
            Trace{"alice test.act"});
  auto request = this->order(root.id, "a.example");
  request.private_key.reset();
  const auto keyless = this->node.issuance.issue(test_act, request);
  EXPECT_EQ(code_of([&] { this->node.inventory.reveal_key(test_act, keyless.id); }),
            base::ErrorCode::not_found);
}

}  // namespace
}  // namespace service

#include <gtest/gtest.h>

#include "service/authority_renewal.h"
#include "service/authority_requests.h"
#include "service/world_for_test.h"
#include "storage/intent_store.h"

namespace service {
namespace {

template <class Server>
class AuthorityRenewalTest : public World<Server> {
 protected:
  x509::Certificate certificate_of(const core::AuthorityId& id) {
    return this->node.authorities.issuer(id)->certificate;
  }
  bool verifies(const base::Bytes& leaf, const base::Bytes& between, const base::Bytes& root) {
    this->put_pem("leaf.pem", leaf);
    this->put_pem("between.pem", between);
    this->put_pem("root.pem", root);
    return this->shop
               .run("openssl verify -x509_strict" + this->at_time() +
                    "-CAfile root.pem -untrusted between.pem leaf.pem")
               .status == 0;
  }

  Templates templates{*this->database, this->clock};
  Requests requests{*this->database, this->node.issuance, this->node.keys, this->node.random,
                    this->clock};
  Imports imports{*this->database, this->node.authorities, requests,
                  this->node.keys, this->node.random,      this->clock};
  AuthorityRenewal renewal{*this->database, this->node.authorities, this->node.keys,
                           this->node.random, this->clock};
  AuthorityRequests waiting{*this->database, this->node.authorities, renewal,
                            imports,         this->node.keys,        this->clock};
};
TYPED_TEST_SUITE(AuthorityRenewalTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(AuthorityRenewalTest, KeepsTheKeyAndWhatWasIssuedStaysGood) {
  const auto root = this->make_root();
  const auto below = this->make_below(root, "Issuing", 0);
  const auto leaf = this->issue(below.id);
  this->clock.advance(std::chrono::days{500});
  const auto fresh = this->issue(below.id, "later.example.com");
  const auto before = this->certificate_of(below.id);
  std::optional<core::Authority> renewed;
  EXPECT_EQ(this->traced([&] { renewed = this->renewal.renew(test_act, below.id, {}); }),
            Trace{"alice test.act"});
  EXPECT_EQ(renewed->id, below.id);
  const auto after = this->certificate_of(below.id);
  EXPECT_GT(after.not_after(), before.not_after());
  EXPECT_TRUE(std::ranges::equal(after.spki(), before.spki()));
  EXPECT_EQ(after.subject_key_identifier(), before.subject_key_identifier());
  EXPECT_EQ(after.basic_constraints(), before.basic_constraints());
  EXPECT_NE(after.serial_number(), before.serial_number());
  EXPECT_TRUE(this->verifies(fresh.der, renewed->der, root.der));
  const auto former = this->renewal.certificates(below.id);
  ASSERT_EQ(former.size(), 1u);
  EXPECT_EQ(former[0].kind, core::AuthorityCertificateKind::former);
  EXPECT_EQ(former[0].der, base::to_bytes(before.der()));
  EXPECT_EQ(former[0].issuer_id, root.id);
  EXPECT_EQ(this->count("issuance_intents"), 0);
  EXPECT_EQ(leaf.authority_id, below.id);
}

TYPED_TEST(AuthorityRenewalTest, MakesASuccessorWithAnotherKey) {
  const auto root = this->make_root();
  const auto below = this->make_below(root);
  this->issue(below.id);
  this->node.authorities.set_default_authority(test_act, below.id);
  const auto successor = this->renewal.renew(
      test_act, below.id,
      {.new_key = true, .key_algorithm = crypto::KeyAlgorithm::ec_p384, .switch_over = true});
  EXPECT_NE(successor.id, below.id);
  EXPECT_EQ(successor.subject, below.subject);
  EXPECT_EQ(successor.key_type, "EC P-384");
  EXPECT_EQ(this->node.authorities.issuer(below.id)->authority.renewed_by, successor.id);
  EXPECT_FALSE(this->node.authorities.issuer(below.id)->authority.is_active);
  EXPECT_EQ(this->node.authorities.default_authority(), successor.id);
  EXPECT_TRUE(this->node.crls.current(below.id)) << "it still says what it revoked";
  const auto leaf = this->issue(successor.id, "new.example.com");
  EXPECT_TRUE(this->verifies(leaf.der, successor.der, root.der));
  EXPECT_EQ(code_of([&] { this->renewal.renew(test_act, below.id, {.new_key = true}); }),
            base::ErrorCode::conflict)
      << "it has a successor";
  EXPECT_EQ(code_of([&] { this->renewal.renew(test_act, root.id, {.switch_over = true}); }),
            base::ErrorCode::invalid_request);
}

TYPED_TEST(AuthorityRenewalTest, RenewsARootByItself) {
  const auto root = this->make_root();
  this->clock.advance(std::chrono::days{1000});
  const auto leaf = this->issue(root.id);
  const auto renewed =
      this->renewal.renew(test_act, root.id, {.validity = std::chrono::days{4000}});
  EXPECT_TRUE(this->certificate_of(root.id).is_self_issued());
  EXPECT_TRUE(this->verifies(leaf.der, renewed.der, renewed.der));
}

TYPED_TEST(AuthorityRenewalTest, CrossSignsSoThatBothRootsAreTrusted) {
  const auto one = this->make_root("One");
  const auto two = this->make_root("Two", 1);
  const auto below = this->make_below(one, "Issuing", 3);
  const auto leaf = this->issue(below.id);
  const auto cross = this->renewal.cross_sign(test_act, below.id, two.id, std::nullopt);
  EXPECT_EQ(cross.kind, core::AuthorityCertificateKind::cross);
  EXPECT_EQ(cross.issuer, "CN=Two,O=Example");
  EXPECT_TRUE(this->verifies(leaf.der, below.der, one.der));
  EXPECT_TRUE(this->verifies(leaf.der, cross.der, two.der));
  EXPECT_FALSE(this->verifies(leaf.der, cross.der, one.der));
  const auto shortened = x509::Certificate::parse(cross.der).value().basic_constraints();
  EXPECT_EQ(shortened->path_length, 0) << "no longer than the other root allows";

  EXPECT_EQ(code_of([&] { this->renewal.cross_sign(test_act, one.id, one.id, std::nullopt); }),
            base::ErrorCode::invalid_request);
  EXPECT_EQ(code_of([&] { this->renewal.cross_sign(test_act, one.id, below.id, std::nullopt); }),
            base::ErrorCode::invalid_request)
      << "a circle";
  EXPECT_EQ(code_of([&] { this->node.authorities.remove(test_act, two.id); }),
            base::ErrorCode::conflict)
      << "what it cross-signed is in force";
}

// What a crash leaves between "about to sign" and "stored" is voided by the next start.
TYPED_TEST(AuthorityRenewalTest, LeavesNoIntentOpen) {
  const auto root = this->make_root();
  const auto issuer = this->node.authorities.issuing(root.id);
  const auto order =
      core::order_of(issuer->certificate, issuer->signer->public_key(), std::chrono::days{100});
  const auto tbs =
      core::decide_authority(order, issuer->facts, std::nullopt,
                             x509::SerialNumber::random(this->node.random), this->clock.now());
  std::int64_t open = 0;
  EXPECT_EQ(code_of([&] {
              this->node.authorities.sign_by(
                  test_act, *issuer, tbs, [&](db::Session& session, const base::Bytes&) {
                    open = session.number("SELECT COUNT(*) FROM issuance_intents");
                    throw base::Error{base::ErrorCode::conflict, "changed meanwhile"};
                  });
            }),
            base::ErrorCode::conflict);
  EXPECT_EQ(open, 0) << "the storing transaction ends the intent";
  EXPECT_EQ(this->count("issuance_intents"), 0);
  this->node.authorities.sign_by(
      test_act, *issuer, tbs,
      [&](db::Session& session, const base::Bytes&) { session.bookkeeping("a test"); });
  EXPECT_EQ(this->count("issuance_intents"), 0);
}

TYPED_TEST(AuthorityRenewalTest, AnOfflineRootAnswersARequest) {
  // The root lives elsewhere: openssl signs there.
  const auto made = this->shop.run(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout root.key "
      "-subj /CN=Offline -days 4000 -addext keyUsage=critical,keyCertSign,cRLSign -out root.pem");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto request = this->waiting.create(
      test_act, {.name = "Below the vault",
                 .subject = x509::Name::parse("CN=Online,O=Example").value(),
                 .path_length = 0,
                 .options = {.ocsp_urls = std::vector<std::string>{"http://ocsp.example"}}});
  EXPECT_EQ(this->waiting.list().size(), 1u);
  this->shop.put("ca.csr", crypto::to_pem("CERTIFICATE REQUEST", request.der));
  const auto signed_there = this->shop.run(
      "openssl req -in ca.csr -verify -noout && openssl x509 -req -in ca.csr -CA root.pem -CAkey "
      "root.key -CAcreateserial -days 1000 -copy_extensions copyall -out ca.pem && cat ca.pem "
      "root.pem > answer.pem");
  ASSERT_EQ(signed_there.status, 0) << signed_there.output;

  const auto stranger = this->shop.run(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout x.key "
      "-subj /CN=x -days 9 -out x.pem");
  ASSERT_EQ(stranger.status, 0) << stranger.output;
  EXPECT_EQ(code_of([&] {
              this->waiting.complete(test_act, request.id,
                                     read_import(this->shop.get("x.pem"), std::nullopt).value());
            }),
            base::ErrorCode::invalid_request)
      << "over another key";

  const auto id = this->waiting.complete(
      test_act, request.id, read_import(this->shop.get("answer.pem"), std::nullopt).value());
  const auto issuer = this->node.authorities.issuer(id);
  EXPECT_EQ(issuer->authority.name, "Below the vault");
  EXPECT_TRUE(issuer->signer);
  EXPECT_EQ(issuer->facts.options.ocsp_urls, (std::vector<std::string>{"http://ocsp.example"}));
  ASSERT_EQ(issuer->chain.size(), 2u) << "the root came in with it";
  EXPECT_FALSE(this->node.authorities.issuer(*issuer->authority.parent_id)->signer);
  this->clock.advance(std::chrono::minutes{5});  // openssl signed by its own clock
  const auto leaf = this->issue(id);
  EXPECT_TRUE(this->verifies(leaf.der, base::to_bytes(issuer->certificate.der()),
                             base::to_bytes(issuer->chain[1].der())));
  EXPECT_EQ(this->waiting.list().size(), 0u);
  EXPECT_EQ(this->count("keys"), 2) << "its own and the leaf's: none is left over";

  // And later, a renewal over the same key.
  EXPECT_EQ(code_of([&] { this->renewal.renew(test_act, id, {}); }), base::ErrorCode::conflict);
  const auto again = this->waiting.renewal_of(test_act, id);
  this->shop.put("ca.csr", crypto::to_pem("CERTIFICATE REQUEST", again.der));
  ASSERT_EQ(this->shop
                .run("openssl x509 -req -in ca.csr -CA root.pem -CAkey root.key -CAcreateserial "
                     "-days 2000 -copy_extensions copyall -out ca2.pem")
                .status,
            0);
  EXPECT_EQ(this->waiting.complete(test_act, again.id,
                                   read_import(this->shop.get("ca2.pem"), std::nullopt).value()),
            id);
  EXPECT_GT(this->certificate_of(id).not_after(), issuer->certificate.not_after());
  EXPECT_EQ(this->renewal.certificates(id).size(), 1u);
}

TYPED_TEST(AuthorityRenewalTest, ARequestThatIsGivenUpTakesItsKeyWithIt) {
  const auto request = this->waiting.create(
      test_act, {.subject = x509::Name::parse("CN=Never").value(), .path_length = 0});
  EXPECT_EQ(this->count("keys"), 1);
  this->waiting.remove(test_act, request.id);
  EXPECT_EQ(this->count("keys"), 0);
  EXPECT_EQ(code_of([&] { this->waiting.find(request.id); }), base::ErrorCode::not_found);
}

}  // namespace
}  // namespace service

#include <gtest/gtest.h>

#include "service/authority_renewal.h"
#include "service/authority_revocation.h"
#include "service/issuance_idempotency.h"
#include "service/world_for_test.h"

namespace service {
namespace {

using Reason = x509::RevocationReason;

template <class Server>
class AuthorityRevocationTest : public World<Server> {
 protected:
  AuthorityRevocationTest() {
    revocation.on_change([this](const auto& changed) { told.push_back(changed); });
  }

  using World<Server>::revoke;
  core::Authority revoke(const core::Authority& authority, Reason reason = Reason::keyCompromise) {
    return revocation.revoke(test_act, authority.id, {.reason = reason});
  }

  // What openssl says of a certificate by the list of the one that signed it.
  bool is_refused(const core::Authority& issuer, const base::Bytes& certificate) {
    this->put_pem("root.pem", issuer.der);
    this->put_pem("asked.pem", certificate);
    this->shop.put("list.pem", crypto::to_pem("X509 CRL", this->node.crls.current(issuer.id)->der));
    const auto judged = this->shop.run("openssl verify -crl_check" + this->at_time() +
                                       "-CAfile root.pem -CRLfile list.pem asked.pem");
    EXPECT_TRUE(judged.status == 0 || judged.output.contains("certificate revoked"))
        << judged.output;
    return judged.status != 0;
  }

  std::string ocsp_of(const core::Authority& issuer, const base::Bytes& certificate) {
    this->put_pem("root.pem", issuer.der);
    this->put_pem("asked.pem", certificate);
    const std::string asked = "-issuer root.pem -cert asked.pem";
    this->shop.run("openssl ocsp -no_nonce " + asked + " -reqout ask.der");
    this->shop.put("answer.der", this->node.ocsp.answer(this->shop.get("ask.der")).der);
    return this->shop
        .run("openssl ocsp -no_nonce " + asked +
             " -reqin ask.der -respin answer.der -CAfile root.pem")
        .output;
  }

  AuthorityRenewal renewal{*this->database, this->node.authorities, this->node.keys,
                           this->node.random, this->clock};
  AuthorityRevocation revocation{*this->database, this->node.authorities, this->clock};
  std::vector<AuthorityRevocation::Changed> told;
};
TYPED_TEST_SUITE(AuthorityRevocationTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(AuthorityRevocationTest, IsOnTheListAndInTheAnswersOfTheOneAbove) {
  const auto root = this->make_root();
  const auto below = this->make_below(root);
  EXPECT_FALSE(this->is_refused(root, below.der));
  std::optional<core::Authority> revoked;
  EXPECT_EQ(this->traced([&] { revoked = this->revoke(below); }), Trace{"alice test.act"});
  EXPECT_EQ(revoked->revoked_at, this->clock.now());
  EXPECT_EQ(this->node.authorities.issuer(below.id)->authority.revocation_reason,
            Reason::keyCompromise);
  EXPECT_TRUE(this->is_refused(root, below.der));
  const auto said = this->ocsp_of(root, below.der);
  EXPECT_TRUE(said.contains("asked.pem: revoked")) << said;
  EXPECT_TRUE(said.contains("Reason: keyCompromise")) << said;
  ASSERT_EQ(this->told.size(), 1u);
  EXPECT_EQ(this->told[0], AuthorityRevocation::Changed(root.id, below.serial_number));
}

TYPED_TEST(AuthorityRevocationTest, EndsIssuingForItselfAndForAllBelow) {
  const auto root = this->make_root();
  const auto middle = this->make_below(root, "Middle");
  const auto below = this->make_below(middle, "Below");
  const auto leaf = this->issue(below.id);
  this->revoke(middle);
  for (const auto& id : {middle.id, below.id}) {
    EXPECT_EQ(code_of([&] { this->issue(id, "late.example.com"); }), base::ErrorCode::conflict);
  }
  EXPECT_EQ(code_of([&] { this->make_below(below, "Deeper"); }), base::ErrorCode::conflict);
  EXPECT_EQ(this->node.authorities.default_authority(), root.id);
  // What it issued can still be revoked, and its list is still made.
  this->revoke(leaf);
  EXPECT_EQ(this->node.crls.current(below.id)->entries, 1);
}

TYPED_TEST(AuthorityRevocationTest, ReachesItsFormerAndCrossSignedCertificates) {
  const auto root = this->make_root();
  const auto other = this->make_root("Other Root");
  const auto below = this->make_below(root);
  const auto renewed = this->renewal.renew(test_act, below.id, {});
  const auto cross = this->renewal.cross_sign(test_act, below.id, other.id, std::nullopt);
  EXPECT_TRUE(this->ocsp_of(other, cross.der).contains("asked.pem: good"));
  this->revoke(below);
  EXPECT_TRUE(this->is_refused(root, below.der)) << "the former one";
  EXPECT_TRUE(this->is_refused(root, renewed.der));
  EXPECT_TRUE(this->is_refused(other, cross.der));
  EXPECT_TRUE(this->ocsp_of(other, cross.der).contains("asked.pem: revoked"));
  EXPECT_TRUE(this->ocsp_of(root, below.der).contains("asked.pem: revoked"));
  EXPECT_EQ(this->told.size(), 3u);
}

TYPED_TEST(AuthorityRevocationTest, OfOneFurtherCertificateLeavesTheAuthorityAsItIs) {
  const auto root = this->make_root();
  const auto other = this->make_root("Other Root");
  const auto below = this->make_below(root);
  const auto cross = this->renewal.cross_sign(test_act, below.id, other.id, std::nullopt);
  this->revocation.revoke(test_act, below.id, cross.id, {.reason = Reason::superseded});
  EXPECT_TRUE(this->is_refused(other, cross.der));
  EXPECT_FALSE(this->is_refused(root, below.der));
  this->issue(below.id);
  EXPECT_EQ(code_of([&] {
              this->revocation.revoke(test_act, root.id, cross.id, {.reason = Reason::superseded});
            }),
            base::ErrorCode::not_found)
      << "of another authority";
}

TYPED_TEST(AuthorityRevocationTest, IsForGoodUnlessItIsAHold) {
  const auto root = this->make_root();
  const auto below = this->make_below(root);
  this->revoke(below, Reason::certificateHold);
  EXPECT_TRUE(this->is_refused(root, below.der));
  EXPECT_EQ(code_of([&] { this->issue(below.id); }), base::ErrorCode::conflict);
  this->revocation.release(test_act, below.id);
  EXPECT_FALSE(this->is_refused(root, below.der));
  this->issue(below.id);
  this->revoke(below);
  EXPECT_EQ(code_of([&] { this->revocation.release(test_act, below.id); }),
            base::ErrorCode::conflict);
  EXPECT_EQ(code_of([&] { this->revoke(below); }), base::ErrorCode::conflict);
}

TYPED_TEST(AuthorityRevocationTest, RefusesRootsAndCertifyingTheSameKeyAgain) {
  const auto root = this->make_root();
  const auto other = this->make_root("Other Root");
  const auto below = this->make_below(root);
  EXPECT_EQ(code_of([&] { this->revoke(root); }), base::ErrorCode::conflict);
  EXPECT_EQ(code_of([&] { this->revoke(below, Reason::removeFromCRL); }),
            base::ErrorCode::conflict);
  this->revoke(below);
  EXPECT_EQ(code_of([&] { this->renewal.renew(test_act, below.id, {}); }),
            base::ErrorCode::conflict);
  EXPECT_EQ(code_of([&] { this->renewal.cross_sign(test_act, below.id, other.id, std::nullopt); }),
            base::ErrorCode::conflict);
  const auto successor = this->renewal.renew(test_act, below.id, {.new_key = true});
  this->issue(successor.id);
}

template <class Server>
class AuthorityIdempotencyTest : public World<Server> {
 protected:
  AuthorityIdempotencyTest() {
    this->node.authorities.on_made(
        [this](db::Session& session, const auth::Act& by, std::string_view kind,
               std::int64_t number) { idempotency.note_made(session, by, kind, number); });
  }

  core::Authority make(const auth::Act& act) {
    return this->node.authorities.create(act, {.name = {},
                                               .subject = x509::Name::parse("CN=Once").value(),
                                               .key_algorithm = crypto::KeyAlgorithm::ec_p256});
  }

  Idempotency idempotency{*this->database, this->clock, "node-1"};
  const auth::Act act{.by = "alice", .action = "ca.create", .request_id = "r1"};
  const Idempotency::Request request{"user 1", "key", "asked"};
};
TYPED_TEST_SUITE(AuthorityIdempotencyTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(AuthorityIdempotencyTest, FindsTheAuthorityThatWasNeverAnsweredFor) {
  this->idempotency.claim(this->act, this->request);
  const auto made = this->make(this->act);
  // A crash before the answer: the next start gives up only what made nothing.
  Idempotency restarted{*this->database, this->clock, "node-1"};
  restarted.release_open();
  const auto found = restarted.claim(this->act, this->request);
  EXPECT_EQ(found.made, "ca " + std::to_string(made.id.to_number()));
  EXPECT_EQ(found.status, 0);
}

TYPED_TEST(AuthorityIdempotencyTest, LetsWhatMadeNothingBeSentAgain) {
  this->idempotency.claim(this->act, this->request);
  Idempotency restarted{*this->database, this->clock, "node-1"};
  restarted.release_open();
  EXPECT_EQ(restarted.claim(this->act, this->request).made, "");
}

}  // namespace
}  // namespace service

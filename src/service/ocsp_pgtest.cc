#include <gtest/gtest.h>

#include "service/ocsp.h"
#include "service/templates.h"
#include "service/world_for_test.h"

namespace service {
namespace {

template <class Server>
class OcspTest : public World<Server> {
 protected:
  void SetUp() override {
    root = this->make_root();
    issuing = this->make_below(*root);
    leaf = this->issue(issuing->id);
    this->put_pem("root.pem", root->der);
    this->put_pem("issuing.pem", issuing->der);
    this->put_pem("leaf.pem", leaf->der);
  }

  // What openssl asks with these arguments.
  base::Bytes asked(const std::string& arguments) {
    const auto made = this->shop.run("openssl ocsp " + arguments + " -reqout ask.der");
    EXPECT_EQ(made.status, 0) << made.output;
    return this->shop.get("ask.der");
  }
  // What openssl says of our answer to its question: verified, good, revoked, unknown.
  std::string judged(const std::string& arguments) {
    reply = this->node.ocsp.answer(asked(arguments));
    this->shop.put("answer.der", reply.der);
    return this->shop
        .run("openssl ocsp -no_nonce " + arguments +
             " -reqin ask.der -respin answer.der -CAfile root.pem")
        .output;
  }

  static bool has(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  }

  // Has the issuing authority's answers signed by a responder.
  void delegate() {
    Templates{*this->database, this->clock}.make_built_in();
    this->node.crls.configure(test_act, {.authority_id = issuing->id, .ocsp_delegated = true});
    this->node.responders.forget();
  }

  const std::string of_leaf = "-issuer issuing.pem -cert leaf.pem";
  std::optional<core::Authority> root;
  std::optional<core::Authority> issuing;
  std::optional<core::Certificate> leaf;
  OcspReply reply;
};
TYPED_TEST_SUITE(OcspTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(OcspTest, SaysGoodAndRevokedAsOpenSslReadsIt) {
  for (const std::string digest : {"-sha1 ", "-sha256 "}) {
    const auto text = this->judged(digest + this->of_leaf);
    EXPECT_TRUE(this->has(text, "Response verify OK")) << text;
    EXPECT_TRUE(this->has(text, "leaf.pem: good")) << text;
    EXPECT_FALSE(this->has(text, "WARNING")) << text;
  }
  this->revoke(*this->leaf);
  for (const std::string digest : {"-sha1 ", "-sha256 "}) {
    const auto text = this->judged(digest + this->of_leaf);
    EXPECT_TRUE(this->has(text, "Response verify OK")) << text;
    EXPECT_TRUE(this->has(text, "leaf.pem: revoked")) << text;
    EXPECT_TRUE(this->has(text, "Reason: keyCompromise")) << text;
  }
}

TYPED_TEST(OcspTest, EchoesTheNonceAndKeepsSuchAnswersOutOfCaches) {
  EXPECT_FALSE(this->has(this->judged(this->of_leaf), "no nonce"));
  EXPECT_FALSE(this->reply.next_update);
  this->judged("-no_nonce " + this->of_leaf);
  EXPECT_EQ(this->reply.this_update, this->clock.now());
  EXPECT_EQ(this->reply.next_update, this->clock.now() + Ocsp::usual_lifetime);
  EXPECT_EQ(this->reply.serials, std::vector<std::string>{this->leaf->serial_number.to_string()});
}

// What it does not know may be issued the next moment.
TYPED_TEST(OcspTest, SaysUnknownOfSerialsItDidNotGiveAndDoesNotKeepThat) {
  for (const auto* serial : {"0x1234", "0"}) {
    const auto text = this->judged("-no_nonce -issuer issuing.pem -serial " + std::string{serial});
    EXPECT_TRUE(this->has(text, "Response verify OK")) << text;
    EXPECT_TRUE(this->has(text, ": unknown")) << text;
    EXPECT_FALSE(this->reply.next_update);
  }
}

TYPED_TEST(OcspTest, AnswersForAuthoritiesToo) {
  const auto of_issuing = this->judged("-issuer root.pem -cert issuing.pem");
  EXPECT_TRUE(this->has(of_issuing, "issuing.pem: good")) << of_issuing;
  const auto of_root = this->judged("-issuer root.pem -cert root.pem");
  EXPECT_TRUE(this->has(of_root, "root.pem: good")) << of_root;
  // A leaf's serial under the wrong authority is nobody's.
  const auto of_leaf =
      this->judged("-issuer root.pem -serial 0x" + this->leaf->serial_number.to_string());
  EXPECT_TRUE(this->has(of_leaf, ": unknown")) << of_leaf;
}

TYPED_TEST(OcspTest, AnswersForSeveralOfOneIssuerAtOnce) {
  const auto other = this->issue(this->issuing->id, "other.example.com");
  this->revoke(other);
  this->put_pem("other.pem", other.der);
  const auto text = this->judged(this->of_leaf + " -cert other.pem");
  EXPECT_TRUE(this->has(text, "leaf.pem: good")) << text;
  EXPECT_TRUE(this->has(text, "other.pem: revoked")) << text;
  EXPECT_EQ(this->reply.serials.size(), 2u);
}

// RFC 5019, section 2.2.3.
TYPED_TEST(OcspTest, DeclinesIssuersThatAreNotOurs) {
  const auto made = this->shop.run(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout other.key "
      "-subj /CN=Other -out other.pem");
  ASSERT_EQ(made.status, 0) << made.output;
  EXPECT_TRUE(this->has(this->judged("-issuer other.pem -serial 1"), "unauthorized"));
  EXPECT_FALSE(this->reply.next_update);
  const auto mixed = this->judged(this->of_leaf + " -issuer root.pem -serial 1");
  EXPECT_TRUE(this->has(mixed, "unauthorized")) << mixed;
}

// What a worker found is known to the threads that read requests, until it changes.
TYPED_TEST(OcspTest, AnswersAtOnceWhatItKnows) {
  auto& ocsp = this->node.ocsp;
  const auto request = this->asked(this->of_leaf);
  EXPECT_FALSE(ocsp.answer_at_once(request)) << "nobody has looked yet";
  ocsp.answer(request);
  const auto says = [&](const char* what) {
    const auto reply = ocsp.answer_at_once(request);
    this->shop.put("ask.der", request);
    this->shop.put("answer.der", reply ? reply->der : base::Bytes{});
    const auto text = this->shop
                          .run("openssl ocsp -no_nonce " + this->of_leaf +
                               " -reqin ask.der -respin answer.der -CAfile root.pem")
                          .output;
    return this->has(text, what) && this->has(text, "Response verify OK") &&
           !this->has(text, "nonce");
  };
  EXPECT_TRUE(says("leaf.pem: good"));

  this->revoke(*this->leaf);
  ocsp.forget(this->leaf->serial_number);
  EXPECT_FALSE(ocsp.answer_at_once(request));
  ocsp.answer(request);
  EXPECT_TRUE(says("leaf.pem: revoked"));

  // Another node's revocations are seen after a while.
  this->clock.advance(OcspStatuses::kept_for);
  EXPECT_FALSE(ocsp.answer_at_once(request));
  // What is wrong needs no database, what is unknown does.
  EXPECT_TRUE(ocsp.answer_at_once({}));
  const auto of_nobody = this->asked("-issuer issuing.pem -serial 0x1234");
  ocsp.answer(of_nobody);
  EXPECT_FALSE(ocsp.answer_at_once(of_nobody));
}

TYPED_TEST(OcspTest, LeavesRsaSignaturesToWorkers) {
  const auto slow =
      this->make_below(*this->root, "Slow", std::nullopt, crypto::KeyAlgorithm::rsa_2048);
  const auto certificate = this->issue(slow.id, "slow.example.com");
  this->put_pem("slow.pem", slow.der);
  this->put_pem("leaf.pem", certificate.der);
  const auto request = this->asked("-issuer slow.pem -cert leaf.pem");
  EXPECT_TRUE(this->node.ocsp.answer(request).der.size() > 200);
  EXPECT_FALSE(this->node.ocsp.answer_at_once(request));
}

TYPED_TEST(OcspTest, SaysWhenARequestIsMalformed) {
  const base::Bytes malformed{0x30, 0x03, 0x0a, 0x01, 0x01};  // RFC 6960, section 4.2.1
  EXPECT_EQ(this->node.ocsp.answer({}).der, malformed);
  EXPECT_EQ(this->node.ocsp.answer(base::as_bytes("hello")).der, malformed);
  const auto request = this->asked("-no_nonce " + this->of_leaf);
  for (std::size_t size = 0; size < request.size(); ++size) {
    EXPECT_EQ(this->node.ocsp.answer(base::ByteView{request}.first(size)).der, malformed) << size;
  }
  auto longer = request;
  longer.push_back(0);
  EXPECT_EQ(this->node.ocsp.answer(longer).der, malformed);
}

TYPED_TEST(OcspTest, AnswersForAnAuthorityThatIsSwitchedOff) {
  this->node.authorities.update(test_act, this->issuing->id, {.is_active = false});
  EXPECT_TRUE(this->has(this->judged(this->of_leaf), "leaf.pem: good"));
}

TYPED_TEST(OcspTest, IsSignedByAResponderWhereTheSettingsSaySo) {
  this->delegate();
  const auto text = this->judged(this->of_leaf);
  EXPECT_TRUE(this->has(text, "Response verify OK")) << text;
  EXPECT_TRUE(this->has(text, "leaf.pem: good")) << text;
  const auto issuer = this->node.authorities.issuer(this->issuing->id);
  const auto responder = this->node.responders.of(*issuer);
  ASSERT_TRUE(responder);
  this->put_pem("responder.pem", responder->certificate);
  const auto shown = this->shop.run("openssl x509 -in responder.pem -noout -text");
  EXPECT_TRUE(this->has(shown.output, "OCSP No Check")) << shown.output;
  EXPECT_TRUE(this->has(shown.output, "OCSP Signing")) << shown.output;
  EXPECT_TRUE(
      this->has(this->shop.run("openssl ocsp -respin answer.der -noverify -resp_text").output,
                "OCSP No Check"));
  // The root has no such setting, and answers itself.
  EXPECT_FALSE(this->node.responders.of(*this->node.authorities.issuer(this->root->id)));
}

TYPED_TEST(OcspTest, RenewsItsRespondersCertificateAheadOfItsEnd) {
  auto& responders = this->node.responders;
  this->delegate();
  const auto now_answering = [&] {
    return responders.of(*this->node.authorities.issuer(this->issuing->id));
  };
  const auto first = now_answering();
  ASSERT_TRUE(first);
  this->clock.advance(std::chrono::days{3});
  EXPECT_EQ(now_answering()->id, first->id);
  this->clock.advance(std::chrono::days{1});
  responders.renew_all();
  const auto second = now_answering();
  EXPECT_NE(second->id, first->id);
  // Nobody is told anything for longer than the responder may speak.
  this->clock.set(second->not_after - std::chrono::hours{1});
  const auto issuer = this->node.authorities.issuer(this->issuing->id);
  const auto reply = this->node.ocsp.answer(this->asked("-no_nonce " + this->of_leaf));
  EXPECT_LE(reply.next_update.value(), responders.of(*issuer)->not_after);

  const auto last = now_answering();
  this->node.revocation.revoke(test_act, last->id, x509::RevocationReason::keyCompromise);
  responders.forget();
  EXPECT_NE(now_answering()->id, last->id);
  this->node.crls.configure(test_act, {.authority_id = this->issuing->id});
  responders.forget();
  EXPECT_FALSE(now_answering());
}

TYPED_TEST(OcspTest, SaysGoodAgainOfWhatWasTakenOffHold) {
  this->node.revocation.revoke(test_act, this->leaf->id, x509::RevocationReason::certificateHold);
  EXPECT_TRUE(this->has(this->judged(this->of_leaf), "Reason: certificateHold"));
  this->node.revocation.release(test_act, this->leaf->id);
  EXPECT_TRUE(this->has(this->judged(this->of_leaf), "leaf.pem: good"));
}

}  // namespace
}  // namespace service

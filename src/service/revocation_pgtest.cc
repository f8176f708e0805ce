#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <thread>

#include "service/crls.h"
#include "service/revocation.h"
#include "service/world_for_test.h"
#include "x509/crl.h"

namespace service {
namespace {

using std::chrono::days;
using x509::RevocationReason;

template <class Server>
class RevocationTest : public World<Server> {
 protected:
  void SetUp() override { root = this->make_root(); }

  x509::CrlSummary summary(const storage::StoredCrl& crl) {
    const auto issuer = this->node.authorities.issuer(root->id);
    return x509::read_crl(crl.der, issuer->signer->public_key()).value();
  }
  bool names(const storage::StoredCrl& crl, const core::Certificate& certificate) {
    return x509::find_in_crl(crl.der, certificate.serial_number).value().has_value();
  }

  std::optional<core::Authority> root;
};
TYPED_TEST_SUITE(RevocationTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(RevocationTest, IsOnTheListWhenItReturns) {
  const auto certificate = this->issue(this->root->id);
  EXPECT_FALSE(this->names(*this->node.crls.current(this->root->id), certificate));
  EXPECT_EQ(this->traced([&] { this->revoke(certificate); }), Trace{"alice test.act"});
  const auto crl = this->node.crls.current(this->root->id);
  EXPECT_TRUE(this->names(*crl, certificate));

  this->put_pem("root.pem", this->root->der);
  this->put_pem("leaf.pem", certificate.der);
  this->shop.put("list.crl", crl->der);
  const auto judged = this->shop.run(
      "openssl crl -in list.crl -inform DER -CAfile root.pem -noout && "
      "openssl crl -in list.crl -inform DER -out list.pem && openssl verify -crl_check" +
      this->at_time() + "-CAfile root.pem -CRLfile list.pem leaf.pem");
  EXPECT_NE(judged.output.find("verify OK"), std::string::npos) << judged.output;
  EXPECT_NE(judged.output.find("certificate revoked"), std::string::npos) << judged.output;
  const auto text = this->shop.run("openssl crl -in list.crl -inform DER -noout -text");
  EXPECT_NE(text.output.find("Key Compromise"), std::string::npos) << text.output;
  const auto by_gnutls =
      this->shop.run("certtool --verify-crl --load-ca-certificate root.pem --infile list.pem");
  EXPECT_EQ(by_gnutls.status, 0) << by_gnutls.output;
}

TYPED_TEST(RevocationTest, HappensOnce) {
  const auto certificate = this->issue(this->root->id);
  const auto revoked = this->revoke(certificate);
  EXPECT_EQ(revoked.revoked_at, this->clock.now());
  EXPECT_EQ(this->traced([&] {
    EXPECT_EQ(code_of([&] { this->revoke(certificate); }), base::ErrorCode::conflict);
  }),
            Trace{});
  auto absent = certificate;
  absent.id = core::CertificateId::from_number(99'999).value();
  EXPECT_EQ(code_of([&] { this->revoke(absent); }), base::ErrorCode::not_found);
  for (const auto reason : {RevocationReason::certificateHold, RevocationReason::removeFromCRL}) {
    const auto other = this->issue(this->root->id);
    EXPECT_EQ(code_of([&] { this->node.revocation.revoke(test_act, other.id, reason); }),
              base::ErrorCode::conflict);
  }
}

TYPED_TEST(RevocationTest, OfOneByManyIsOneRevocation) {
  const auto certificate = this->issue(this->root->id);
  std::atomic<int> succeeded = 0;
  {
    std::vector<std::jthread> pool;
    for (int i = 0; i < 8; ++i) {
      pool.emplace_back([&] {
        if (!code_of([&] { this->revoke(certificate); })) {
          ++succeeded;
        }
      });
    }
  }
  EXPECT_EQ(succeeded, 1);
  EXPECT_EQ(this->count("authorities WHERE revocation_changes = 1"), 1);
}

TYPED_TEST(RevocationTest, IsToldBeforeItIsAcknowledged) {
  const auto certificate = this->issue(this->root->id);
  std::string told;
  this->node.revocation.on_revoked([&](const core::Certificate& revoked) {
    EXPECT_TRUE(revoked.revoked_at);
    told = revoked.serial_number.to_string();
  });
  this->revoke(certificate);
  EXPECT_EQ(told, certificate.serial_number.to_string());
}

template <class Server>
class CrlsTest : public RevocationTest<Server> {};
TYPED_TEST_SUITE(CrlsTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(CrlsTest, GrowInNumberAndOnlyWhenSomethingChanged) {
  auto& crls = this->node.crls;
  const auto first = crls.current(this->root->id);
  EXPECT_EQ(first->number, 1);
  EXPECT_EQ(crls.current(this->root->id), first);
  this->revoke(this->issue(this->root->id));
  const auto second = crls.current(this->root->id);
  EXPECT_EQ(second->number, 2);
  EXPECT_EQ(second->entries, 1);
  const auto said = this->summary(*second);
  EXPECT_TRUE(said.is_signed);
  EXPECT_EQ(said.number, 2u);
  EXPECT_EQ(said.entries, 1u);
  EXPECT_EQ(said.this_update, this->clock.now());
  EXPECT_EQ(said.next_update, this->clock.now() + days{7});
  EXPECT_EQ(said.authority_key_identifier,
            this->node.authorities.issuer(this->root->id)->certificate.subject_key_identifier());
}

TYPED_TEST(CrlsTest, AreMadeAnewEachDay) {
  const auto first = this->node.crls.current(this->root->id);
  this->clock.advance(days{1} - base::Seconds{1});
  EXPECT_EQ(this->node.crls.current(this->root->id), first);
  this->clock.advance(base::Seconds{1});
  EXPECT_EQ(this->node.crls.current(this->root->id)->number, 2);
}

TYPED_TEST(CrlsTest, MadeByHandAreAuditedAndByRoutineAreNot) {
  EXPECT_EQ(this->traced([&] { this->node.crls.current(this->root->id); }), Trace{});
  EXPECT_EQ(this->traced([&] {
    EXPECT_EQ(this->node.crls.regenerate(test_act, this->root->id)->number, 2);
  }),
            Trace{"alice test.act"});
}

TYPED_TEST(CrlsTest, GoOnCountingAfterARestart) {
  this->node.crls.regenerate(test_act, this->root->id);
  const auto last = this->node.crls.regenerate(test_act, this->root->id);
  Node restarted{*this->database, this->clock, "node-1"};
  EXPECT_EQ(restarted.crls.latest(this->root->id)->der, last->der);
  EXPECT_EQ(restarted.crls.current(this->root->id)->number, 2);
  EXPECT_EQ(restarted.crls.regenerate(test_act, this->root->id)->number, 3);
}

TYPED_TEST(CrlsTest, OfAnUnknownAuthorityAreNotFound) {
  const auto unknown = core::AuthorityId::from_number(99'999).value();
  EXPECT_EQ(code_of([&] { this->node.crls.current(unknown); }), base::ErrorCode::not_found);
  EXPECT_FALSE(this->node.crls.latest(unknown));
}

// RFC 5280, section 3.3: an entry stays until it was on a CRL issued after the certificate's end.
TYPED_TEST(CrlsTest, KeepAnEntryBeyondTheEndOfItsCertificate) {
  const auto certificate = this->issue(this->root->id);
  this->revoke(certificate);
  this->clock.set(certificate.not_after + base::Seconds{1});
  EXPECT_TRUE(this->names(*this->node.crls.current(this->root->id), certificate));
  this->clock.advance(days{8});
  EXPECT_FALSE(this->names(*this->node.crls.current(this->root->id), certificate));
}

TYPED_TEST(CrlsTest, CoverWhatWasAcknowledgedWhileOthersAskForThem) {
  std::atomic<bool> stop = false;
  {
    std::jthread asking{[&] {
      while (!stop) {
        this->node.crls.current(this->root->id);
      }
    }};
    for (int i = 0; i < 10; ++i) {
      const auto certificate = this->issue(this->root->id, std::to_string(i) + ".example");
      this->revoke(certificate);
      EXPECT_TRUE(this->names(*this->node.crls.current(this->root->id), certificate));
    }
    stop = true;
  }
  EXPECT_EQ(this->node.crls.current(this->root->id)->entries, 10);
}

// RFC 5280, section 5.2.3: two different CRLs never have the same number, whichever node made them.
TYPED_TEST(CrlsTest, OfTwoNodesNeverShareANumber) {
  Node other{*this->database, this->clock, "node-2"};
  std::mutex mutex;
  std::map<std::int64_t, base::Bytes> seen;
  const auto make = [&](Node& node) {
    for (int i = 0; i < 15; ++i) {
      std::shared_ptr<const storage::StoredCrl> crl;
      try {
        crl = i % 2 == 0 ? node.crls.regenerate(test_act, this->root->id)
                         : node.crls.current(this->root->id);
      } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::unavailable) << error.what();
        continue;
      }
      const std::lock_guard lock{mutex};
      const auto [entry, is_new] = seen.emplace(crl->number, crl->der);
      EXPECT_EQ(entry->second, crl->der) << "number " << crl->number;
    }
  };
  {
    std::jthread one{[&] { make(this->node); }};
    std::jthread two{[&] { make(other); }};
  }
  EXPECT_GT(seen.size(), 10u);
}

TYPED_TEST(CrlsTest, OfOneNodeCoverTheRevocationsOfAnother) {
  Node other{*this->database, this->clock, "node-2"};
  const auto certificate = this->issue(this->root->id);
  EXPECT_FALSE(this->names(*other.crls.current(this->root->id), certificate));
  this->revoke(certificate);
  EXPECT_TRUE(this->names(*other.crls.current(this->root->id), certificate));
}

}  // namespace
}  // namespace service

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <thread>

#include "der/oids.h"
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
  const auto other = this->issue(this->root->id);
  EXPECT_EQ(code_of([&] {
              this->node.revocation.revoke(test_act, other.id, RevocationReason::removeFromCRL);
            }),
            base::ErrorCode::conflict);
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

TYPED_TEST(RevocationTest, OnHoldIsLiftedOrMadeForGood) {
  const auto certificate = this->issue(this->root->id);
  const auto hold = [&] {
    return this->node.revocation.revoke(test_act, certificate.id,
                                        RevocationReason::certificateHold);
  };
  const auto release = [&] { return this->node.revocation.release(test_act, certificate.id); };
  EXPECT_EQ(code_of(release), base::ErrorCode::conflict);
  const auto held = hold();
  EXPECT_TRUE(core::is_on_hold(held));
  EXPECT_EQ(code_of(hold), base::ErrorCode::conflict);
  EXPECT_TRUE(this->names(*this->node.crls.current(this->root->id), certificate));
  EXPECT_EQ(this->traced([&] { EXPECT_FALSE(release().revoked_at); }), Trace{"alice test.act"});
  EXPECT_FALSE(this->names(*this->node.crls.current(this->root->id), certificate));

  hold();
  this->clock.advance(days{1});
  const auto revoked = this->revoke(certificate);
  EXPECT_EQ(revoked.revoked_at, this->clock.now() - days{1});
  EXPECT_EQ(revoked.revocation_reason, RevocationReason::keyCompromise);
  EXPECT_EQ(code_of(release), base::ErrorCode::conflict);
}

TYPED_TEST(RevocationTest, SaysSinceWhenAKeyIsNotToBeTrusted) {
  const auto certificate = this->issue(this->root->id);
  const auto since = this->clock.now() - days{3};
  EXPECT_EQ(code_of([&] {
              this->node.revocation.revoke(test_act, certificate.id,
                                           {.reason = RevocationReason::keyCompromise,
                                            .invalidity_at = this->clock.now() + days{1}});
            }),
            base::ErrorCode::invalid_request);
  this->node.revocation.revoke(test_act, certificate.id,
                               {.reason = RevocationReason::keyCompromise, .invalidity_at = since});
  const auto crl = this->node.crls.current(this->root->id);
  const auto entry = x509::find_in_crl(crl->der, certificate.serial_number).value();
  EXPECT_EQ(entry->invalidity_date, since);
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

TYPED_TEST(CrlsTest, TellInADeltaWhatChanged) {
  auto& crls = this->node.crls;
  const auto id = this->root->id;
  const auto delta = core::CrlScope::delta();
  EXPECT_EQ(code_of([&] { crls.current(id, delta); }), base::ErrorCode::not_found);
  const auto before = this->issue(id);
  this->revoke(before);
  crls.configure(test_act, {.authority_id = id, .delta_crl_enabled = true});
  const auto full = crls.current(id);
  const auto first = crls.current(id, delta);
  EXPECT_EQ(first->entries, 0);
  EXPECT_EQ(first->base_number, full->number);
  EXPECT_GT(first->number, full->number);

  const auto certificate = this->issue(id);
  const auto held = this->issue(id);
  this->revoke(certificate);
  this->node.revocation.revoke(test_act, held.id, RevocationReason::certificateHold);
  const auto second = crls.current(id, delta);
  EXPECT_EQ(second->entries, 2);
  EXPECT_EQ(this->summary(*second).delta_base, static_cast<std::uint64_t>(full->number));
  EXPECT_TRUE(this->names(*second, certificate));
  EXPECT_FALSE(this->names(*second, before));

  this->node.revocation.release(test_act, held.id);
  const auto third = crls.current(id, delta);
  EXPECT_EQ(x509::find_in_crl(third->der, held.serial_number).value()->reason,
            RevocationReason::removeFromCRL);
  EXPECT_FALSE(this->names(*crls.current(id), held));

  this->put_pem("root.pem", this->root->der);
  this->put_pem("leaf.pem", certificate.der);
  this->put_pem("held.pem", held.der);
  const auto judged = [&](const auto& of_delta, const std::string& leaf) {
    this->shop.put("full.crl", full->der);
    this->shop.put("delta.crl", of_delta->der);
    return this->shop
        .run(
            "for each in full delta; do openssl crl -in $each.crl -inform DER; done > lists.pem; "
            "openssl verify -crl_check -extended_crl -use_deltas" +
            this->at_time() + "-CAfile root.pem -CRLfile lists.pem " + leaf)
        .output;
  };
  EXPECT_NE(judged(first, "leaf.pem").find("OK"), std::string::npos);
  EXPECT_NE(judged(second, "leaf.pem").find("certificate revoked"), std::string::npos);
  EXPECT_NE(judged(second, "held.pem").find("certificate revoked"), std::string::npos);
  EXPECT_NE(judged(third, "held.pem").find("OK"), std::string::npos);
}

// Whoever has a list that is in force can complete it.
TYPED_TEST(CrlsTest, HaveDeltasThatBeginWhereTheOldestListInForceEnds) {
  auto& crls = this->node.crls;
  const auto id = this->root->id;
  crls.configure(test_act, {.authority_id = id, .delta_crl_enabled = true});
  std::vector<std::pair<base::Time, std::int64_t>> made;
  for (int day = 0; day < 12; ++day) {
    this->revoke(this->issue(id));
    const auto full = crls.current(id);
    made.emplace_back(full->next_update, full->number);
    const auto delta = crls.current(id, core::CrlScope::delta());
    for (const auto& [end, number] : made) {
      if (end > this->clock.now()) {
        EXPECT_LE(delta->base_number, number) << "day " << day;
      }
    }
    this->clock.advance(days{1});
  }
  EXPECT_LE(this->count("crl_bases"), 9);
}

TYPED_TEST(CrlsTest, AreDividedIntoShardsThatCertificatesName) {
  auto& crls = this->node.crls;
  const auto id = this->root->id;
  crls.configure(test_act, {.authority_id = id, .crl_shards = 4});
  const auto certificate = this->issue(id);
  const auto scope = core::CrlScope::shard_of(certificate.serial_number, 4);
  const auto parsed = x509::Certificate::parse(certificate.der).value();
  const auto* const points = parsed.extension(der::oids::crl_distribution_points);
  const auto urls = x509::read_distribution_points(points->value).value();
  ASSERT_EQ(urls.size(), 1u);
  EXPECT_TRUE(urls[0].ends_with("-" + scope.to_string() + ".crl")) << urls[0];

  std::map<core::CrlScope, std::int64_t> numbers;
  for (int i = 0; i < 4; ++i) {
    const auto each = core::CrlScope::parse(std::to_string(i) + "of4").value();
    numbers[each] = crls.current(id, each)->number;
  }
  this->revoke(certificate);
  for (const auto& [each, number] : numbers) {
    const auto crl = crls.current(id, each);
    EXPECT_EQ(this->names(*crl, certificate), each == scope);
    // Only that one was made anew.
    EXPECT_EQ(crl->number > number, each == scope) << each.to_string();
  }
  EXPECT_TRUE(this->names(*crls.current(id), certificate));
  EXPECT_EQ(code_of([&] { crls.current(id, core::CrlScope::parse("0of8").value()); }),
            base::ErrorCode::not_found);

  this->put_pem("root.pem", this->root->der);
  this->put_pem("leaf.pem", certificate.der);
  this->shop.put("shard.crl", crls.current(id, scope)->der);
  const auto judged = this->shop.run(
      "openssl crl -in shard.crl -inform DER -out shard.pem && openssl verify -crl_check "
      "-extended_crl" +
      this->at_time() + "-CAfile root.pem -CRLfile shard.pem leaf.pem");
  EXPECT_NE(judged.output.find("certificate revoked"), std::string::npos) << judged.output;

  // Fewer shards later: those that certificates name stay.
  crls.configure(test_act, {.authority_id = id, .crl_shards = 1});
  EXPECT_TRUE(this->names(*crls.current(id, scope), certificate));
}

TYPED_TEST(CrlsTest, SayWhatTheSettingsSay) {
  auto& crls = this->node.crls;
  const auto id = this->root->id;
  const auto first = crls.current(id);
  EXPECT_EQ(this->traced([&] {
    crls.configure(
        test_act, {.authority_id = id, .crl_validity_days = 30, .crl_publish_interval_hours = 240});
  }),
            Trace{"alice test.act"});
  const auto second = crls.current(id);
  EXPECT_GT(second->number, first->number);
  EXPECT_EQ(second->next_update, this->clock.now() + days{30});
  this->clock.advance(days{9});
  EXPECT_EQ(crls.current(id), second);
  this->clock.advance(days{1});
  EXPECT_GT(crls.current(id)->number, second->number);
  EXPECT_EQ(code_of([&] { crls.configure(test_act, {.authority_id = id, .crl_shards = 5}); }),
            base::ErrorCode::invalid_request);
}

TYPED_TEST(CrlsTest, AreMadeAfterEachChangeOnceStarted) {
  auto& crls = this->node.crls;
  this->node.revocation.on_revoked(
      [&](const core::Certificate& revoked) { crls.changed(revoked.authority_id); });
  crls.start();
  const auto certificate = this->issue(this->root->id);
  this->revoke(certificate);
  bool is_there = false;
  for (int i = 0; i < 500 && !is_there; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    const auto crl = crls.latest(this->root->id);
    is_there = crl && this->names(*crl, certificate);
  }
  EXPECT_TRUE(is_there);
  crls.stop();
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

#include <gtest/gtest.h>

#include "storage/acme_approval_store.h"
#include "storage/acme_quota_store.h"
#include "storage/acme_retention_store.h"
#include "storage/acme_store.h"
#include "storage/databases_for_test.h"
#include "storage/records_for_test.h"

// What the ACME server limits, holds back, and forgets.
namespace storage {
namespace {

using namespace core::acme;

template <class Server>
class AcmeLimitsTest : public DatabaseTest<Server> {
 protected:
  AccountId account(base::Time made) {
    return this->write([&](db::Session& session) {
      AcmeStore store{session};
      const auto id = store.new_account_id();
      store.insert(Account{.id = id,
                           .secret = "abcdefghijklmnop",
                           .status = AccountStatus::valid,
                           .contacts = "[]",
                           .terms_agreed = true,
                           .key_thumbprint = "thumb" + std::to_string(id.to_number()),
                           .key_type = "EC P-256",
                           .key_spki = {1, 0, 255},
                           .created_at = made,
                           .created_from = "192.0.2.1"});
      return id;
    });
  }
  OrderId order(const AccountId& owner, OrderStatus status, base::Time made,
                std::optional<core::CertificateId> certificate = {}) {
    return this->write([&](db::Session& session) {
      AcmeStore store{session};
      const auto id = store.new_order_id();
      store.insert(Order{.id = id,
                         .secret = "abcdefghijklmnop",
                         .account_id = owner,
                         .status = status,
                         .identifiers = "[]",
                         .authorizations = "",
                         .not_before = std::nullopt,
                         .not_after = std::nullopt,
                         .error = std::nullopt,
                         .certificate_id = certificate,
                         .expires_at = made + std::chrono::days{7},
                         .created_at = made});
      return id;
    });
  }
  core::CertificateId certificate(base::Time not_after) {
    return this->write([&](db::Session& session) {
      const AuthorityStore authorities{session};
      const auto authority = core::AuthorityId::from_number(1).value();
      if (!authorities.find(authority)) {
        AuthorityStore{session}.insert(authority_record(authority, this->clock.now()));
      }
      CertificateStore certificates{session};
      auto record = certificate_record(certificates.new_id(), authority, this->clock.now(), "a");
      record.not_before = not_after - std::chrono::days{90};
      record.not_after = not_after;
      certificates.insert(record);
      return record.id;
    });
  }
};
TYPED_TEST_SUITE(AcmeLimitsTest, Databases, DatabaseName);

TYPED_TEST(AcmeLimitsTest, CountOrdersInOneStatement) {
  const auto now = this->clock.now();
  const Quota quota{.orders = 2, .hours = 1};
  const auto spend = [&](QuotaKind kind, const char* subject, base::Time at) {
    return this->write([&](db::Session& session) {
      return AcmeQuotaStore{session}.spend(kind, subject, terms_of(quota, at));
    });
  };
  EXPECT_TRUE(spend(QuotaKind::identifier, "a.example", now));
  EXPECT_TRUE(spend(QuotaKind::identifier, "a.example", now));
  EXPECT_FALSE(spend(QuotaKind::identifier, "a.example", now));
  EXPECT_TRUE(spend(QuotaKind::identifier, "b.example", now));
  EXPECT_TRUE(spend(QuotaKind::account, "a.example", now));
  EXPECT_FALSE(spend(QuotaKind::identifier, "a.example", now + std::chrono::minutes{29}));
  EXPECT_TRUE(spend(QuotaKind::identifier, "a.example", now + std::chrono::minutes{30}));
  EXPECT_FALSE(spend(QuotaKind::identifier, "a.example", now + std::chrono::minutes{30}));
  // The statement and the rule count alike.
  const auto until = this->read([](db::Session& session) {
    return AcmeQuotaStore{session}.spent_until(QuotaKind::identifier, "a.example");
  });
  EXPECT_EQ(used(quota, until, now + std::chrono::minutes{30}), 2);
}

TYPED_TEST(AcmeLimitsTest, ListWhoOrderedByWhatIsLeftToWait) {
  const auto now = this->clock.now();
  this->write([&](db::Session& session) {
    AcmeQuotaStore store{session};
    for (int i = 1; i <= 5; ++i) {
      const Quota quota{.orders = 1, .hours = i};
      EXPECT_TRUE(store.spend(i % 2 == 0 ? QuotaKind::account : QuotaKind::identifier,
                              "s" + std::to_string(i), terms_of(quota, now)));
    }
  });
  this->write([&](db::Session& session) {
    AcmeQuotaStore store{session};
    const auto first = store.list({}, 0, {}, 2);
    ASSERT_EQ(first.size(), 2u);
    EXPECT_EQ(first[0].subject, "s5");
    const auto second = store.list({}, 0, first[1], 10);
    ASSERT_EQ(second.size(), 3u);
    EXPECT_EQ(second[0].subject, "s3");
    EXPECT_EQ(store.list(QuotaKind::account, 0, {}, 10).size(), 2u);
    const auto later = terms_of({}, now + std::chrono::hours{3}).now;
    EXPECT_EQ(store.list({}, later, {}, 10).size(), 2u);
    EXPECT_EQ(store.count_spent_before(later, 10), 2);
    EXPECT_EQ(store.count_spent_before(later, 1), 1);
    EXPECT_EQ(store.remove_spent_before(later, 10), 2);
    EXPECT_TRUE(store.remove(QuotaKind::identifier, "s5"));
    EXPECT_FALSE(store.remove(QuotaKind::identifier, "s5"));
    EXPECT_EQ(store.list({}, 0, {}, 10).size(), 2u);
  });
}

TYPED_TEST(AcmeLimitsTest, HoldOrdersBackUntilTheyAreDecided) {
  const auto now = this->clock.now();
  const auto owner = this->account(now);
  const auto ready = this->order(owner, OrderStatus::ready, now);
  const auto pending = this->order(owner, OrderStatus::pending, now);
  this->write([&](db::Session& session) {
    AcmeStore orders{session};
    AcmeApprovalStore approvals{session};
    EXPECT_FALSE(orders.await_approval(pending));
    ASSERT_TRUE(orders.await_approval(ready));
    EXPECT_FALSE(orders.await_approval(ready));
    approvals.insert({.order_id = ready,
                      .csr = {0x30, 0, 255},
                      .account_url = "https://ca.example/acme/acct/1",
                      .requested_at = now,
                      .expires_at = now + std::chrono::hours{1}});
    ASSERT_EQ(approvals.list(0, now, 10).size(), 1u);
    EXPECT_EQ(approvals.find(ready)->csr, (base::Bytes{0x30, 0, 255}));
    EXPECT_TRUE(approvals.list(ready.to_number(), now, 10).empty());
    EXPECT_TRUE(approvals.list(0, now + std::chrono::hours{1}, 10).empty());
    EXPECT_FALSE(orders.refuse_approval(pending, "{}"));
    EXPECT_TRUE(orders.refuse_approval(ready, "{}"));
    EXPECT_FALSE(orders.refuse_approval(ready, "{}"));
    EXPECT_EQ(orders.find(ready)->status, OrderStatus::invalid);
    EXPECT_EQ(approvals.remove_ended(now, 10), 0);
    EXPECT_EQ(approvals.remove_ended(now + std::chrono::hours{1}, 10), 1);
    EXPECT_FALSE(approvals.remove(ready));
  });
}

TYPED_TEST(AcmeLimitsTest, ForgetWhatIsOverAndNothingElse) {
  const auto now = this->clock.now();
  const auto old = now - std::chrono::days{100};
  const auto owner = this->account(old);
  const auto unused = this->account(old);
  this->account(now);
  const auto failed = this->order(owner, OrderStatus::invalid, old);
  this->order(owner, OrderStatus::invalid, now);
  this->order(owner, OrderStatus::ready, old);
  const auto ended =
      this->order(owner, OrderStatus::valid, old, this->certificate(now - std::chrono::days{60}));
  const auto in_force = this->order(owner, OrderStatus::valid, old, this->certificate(now));
  const auto before = now - std::chrono::days{50};
  this->write([&](db::Session& session) {
    AcmeRetentionStore store{session};
    EXPECT_EQ(store.count_failed_orders(before, 10), 1);
    EXPECT_EQ(store.remove_failed_orders(before, 10), 1);
    EXPECT_FALSE(AcmeStore{session}.find(failed));
    EXPECT_EQ(store.count_issued_orders(before, 10), 1);
    const auto issued = store.issued_orders(before, 10);
    ASSERT_EQ(issued.size(), 1u);
    EXPECT_EQ(issued.front().id, ended);
    store.remove_order(ended);
    EXPECT_EQ(store.count_issued_orders(before, 10), 0);
    EXPECT_TRUE(AcmeStore{session}.find(in_force));
    EXPECT_EQ(store.count_unused_accounts(before, 10), 1);
    EXPECT_EQ(store.remove_unused_accounts(before, 10), 1);
    EXPECT_FALSE(AcmeStore{session}.find(unused));
    EXPECT_TRUE(AcmeStore{session}.find(owner));
    EXPECT_EQ(store.count_authorizations(now, 10), 0);
  });
}

}  // namespace
}  // namespace storage

#include <gtest/gtest.h>

#include <map>

#include "storage/acme_statistics_store.h"
#include "storage/acme_store.h"
#include "storage/databases_for_test.h"

namespace storage {
namespace {

using namespace core::acme;

constexpr auto day = std::chrono::days{1};

template <class Server>
class AcmeStatisticsStoreTest : public DatabaseTest<Server> {
 protected:
  void SetUp() override {
    account = this->write([&](db::Session& session) {
      AcmeStore store{session};
      const auto id = store.new_account_id();
      store.insert(Account{.id = id,
                           .secret = "s",
                           .status = AccountStatus::valid,
                           .contacts = "[]",
                           .terms_agreed = true,
                           .key_thumbprint = "thumb",
                           .key_type = "EC P-256",
                           .key_spki = {1},
                           .created_at = this->clock.now(),
                           .created_from = ""});
      return id;
    });
  }

  OrderId order(OrderStatus status, base::Time at,
                std::optional<ServiceId> service = std::nullopt) {
    return this->write([&](db::Session& session) {
      AcmeStore store{session};
      const auto id = store.new_order_id();
      store.insert(Order{.id = id,
                         .secret = "s",
                         .account_id = *account,
                         .status = status,
                         .identifiers = "[]",
                         .authorizations = "",
                         .not_before = std::nullopt,
                         .not_after = std::nullopt,
                         .error = std::nullopt,
                         .certificate_id = std::nullopt,
                         .expires_at = at + day,
                         .created_at = at,
                         .service_id = service});
      return id;
    });
  }

  void proof(AuthorizationStatus status, std::optional<ChallengeType> attempted, int attempts,
             base::Time at) {
    const auto of = order(OrderStatus::pending, at);
    this->write([&](db::Session& session) {
      AcmeStore store{session};
      store.insert(Authorization{
          .id = store.new_authorization_id(),
          .secret = "s",
          .account_id = *account,
          .order_id = of,
          .identifier_type = IdentifierType::dns,
          .identifier = "a.example",
          .wildcard = false,
          .status = status,
          .token = "t",
          .challenges = "http-01",
          .attempted = attempted,
          .attempts = attempts,
          .attempted_at = at,
          .next_attempt_at = std::nullopt,
          .validated_at = status == AuthorizationStatus::valid ? std::optional{at} : std::nullopt,
          .error = std::nullopt,
          .trace = "[]",
          .expires_at = at + day,
          .created_at = at});
    });
  }

  std::optional<AccountId> account;
};
TYPED_TEST_SUITE(AcmeStatisticsStoreTest, Databases, DatabaseName);

TYPED_TEST(AcmeStatisticsStoreTest, CountsOrdersByDayAndService) {
  const base::Time today = std::chrono::floor<std::chrono::days>(this->clock.now());
  const auto service = ServiceId::from_number(3).value();
  this->order(OrderStatus::valid, today - 2 * day);
  this->order(OrderStatus::valid, today - day);
  this->order(OrderStatus::invalid, today - day);
  this->order(OrderStatus::pending, today - base::Seconds{1});
  this->order(OrderStatus::valid, today, service);
  this->order(OrderStatus::valid, today + base::Seconds{86'399});
  const auto days = this->read(
      [&](db::Session& session) { return AcmeStatisticsStore{session}.days(today - day); });
  const auto first = (today - day).time_since_epoch().count() / 86'400;
  ASSERT_EQ(days.size(), 3u);
  EXPECT_EQ(days[0].day, first);
  EXPECT_EQ(days[0].orders, 3);
  EXPECT_EQ(days[0].certificates, 1);
  EXPECT_EQ(days[0].failures, 1);
  int of_service = 0;
  for (const auto& each : {days[1], days[2]}) {
    EXPECT_EQ(each.day, first + 1);
    EXPECT_EQ(each.orders, 1);
    EXPECT_EQ(each.certificates, 1);
    of_service += each.service_id == service ? 1 : 0;
  }
  EXPECT_EQ(of_service, 1);
}

TYPED_TEST(AcmeStatisticsStoreTest, CountsProofsByChallenge) {
  const auto now = this->clock.now();
  this->proof(AuthorizationStatus::valid, ChallengeType::http_01, 1, now);
  this->proof(AuthorizationStatus::valid, ChallengeType::http_01, 3, now);
  this->proof(AuthorizationStatus::invalid, ChallengeType::http_01, 4, now);
  this->proof(AuthorizationStatus::pending, ChallengeType::dns_01, 2, now);
  this->proof(AuthorizationStatus::pending, std::nullopt, 0, now);
  this->proof(AuthorizationStatus::valid, ChallengeType::http_01, 1, now - 2 * day);
  const auto proofs = this->read(
      [&](db::Session& session) { return AcmeStatisticsStore{session}.proofs(now - day); });
  ASSERT_EQ(proofs.size(), 2u);
  EXPECT_EQ(proofs[0].challenge, ChallengeType::dns_01);
  EXPECT_EQ(proofs[0].attempts, 2);
  EXPECT_EQ(proofs[0].succeeded + proofs[0].failed, 0);
  EXPECT_EQ(proofs[1].succeeded, 2);
  EXPECT_EQ(proofs[1].failed, 1);
  EXPECT_EQ(proofs[1].attempts, 8);
}

TYPED_TEST(AcmeStatisticsStoreTest, CountsOrdersByClient) {
  const auto ordered = [&](const std::string& agent, const std::string& action,
                           const std::string& what = "acme_order") {
    this->database->write(
        {.by = "acme", .action = action, .agent = agent}, [&](db::Session& session) {
          session.record(what, OrderId::from_number(1).value(), "", std::string{});
        });
  };
  ordered("certbot/2.1", "acme.order.create");
  ordered("certbot/2.1", "acme.order.create");
  ordered("", "acme.order.create");
  ordered("certbot/2.1", "acme.order.create", "acme_authorization");
  ordered("lego/4", "acme.order.finalize");
  const auto count = [&](base::Time since) {
    std::map<std::string, std::int64_t> orders;
    this->read([&](db::Session& session) {
      for (const auto& each : AcmeStatisticsStore{session}.clients(since)) {
        orders.emplace(each.user_agent, each.orders);
      }
    });
    return orders;
  };
  EXPECT_EQ(count(this->clock.now() - day),
            (std::map<std::string, std::int64_t>{{"", 1}, {"certbot/2.1", 2}}));
  EXPECT_TRUE(count(this->clock.now() + day).empty());
}

}  // namespace
}  // namespace storage

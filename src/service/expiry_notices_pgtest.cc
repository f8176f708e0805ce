#include <gtest/gtest.h>

#include "service/expiry_notices.h"
#include "service/world_for_test.h"

namespace service {
namespace {

using std::chrono::days;
using std::chrono::hours;

template <class Server>
class ExpiryTest : public World<Server> {
 protected:
  ExpiryTest() : root{this->make_root()} {
    mail.change(test_act,
                {.enabled = true, .smtp_host = "mail.example.com", .from_email = "ca@example.com"},
                std::nullopt);
    this->node.users.create(test_act, {.username = "alice",
                                       .email = "alice@example.com",
                                       .full_name = "",
                                       .role = "operator",
                                       .password = base::Secret{"correct horse battery"}});
    change({.recipients = {"pki@example.com"}});
  }
  void change(const ExpirySettings& settings) { notices.change(test_act, settings); }
  core::Certificate issue_for(const std::string& name, std::chrono::seconds validity) {
    auto order = this->order(root.id, name);
    order.order.validity = validity;
    return this->node.issuance.issue(test_act, order);
  }
  // Those who are told, and of what.
  std::vector<std::string> told() {
    notices.check();
    mail.send_due();
    std::vector<std::string> lines;
    for (const auto& each : sent) {
      lines.push_back(each.to + ": " + each.subject);
    }
    std::ranges::sort(lines);
    sent.clear();
    return lines;
  }
  using Lines = std::vector<std::string>;

  std::vector<net::Mail> sent;
  MailQueue mail{*this->database,
                 this->node.master,
                 this->node.random,
                 this->clock,
                 [] { return std::string{"ca.example.com"}; },
                 [this](const net::MailServer&, const net::Mail& each) {
                   sent.push_back(each);
                   return net::MailOutcome{};
                 }};
  ExpiryNotices notices{*this->database, this->node.authorities, mail, this->clock};
  core::Authority root;
};
TYPED_TEST_SUITE(ExpiryTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(ExpiryTest, TellsRecipientsAndTheOwnerOncePerDistance) {
  this->issue_for("a.example.com", days{90});
  EXPECT_TRUE(this->told().empty());
  this->clock.advance(days{60} + hours{1});
  const std::vector<std::string> both{"alice@example.com: The certificate a.example.com ends soon",
                                      "pki@example.com: The certificate a.example.com ends soon"};
  EXPECT_EQ(this->told(), both);
  EXPECT_TRUE(this->told().empty()) << "once";
  this->clock.advance(days{10});
  EXPECT_TRUE(this->told().empty()) << "20 days are no distance";
  this->clock.advance(days{7});
  EXPECT_EQ(this->told(), both) << "13 days";
}

TYPED_TEST(ExpiryTest, SaysNothingOfWhatHasASuccessorOrIsRevoked) {
  const auto renewed = this->issue_for("a.example.com", days{90});
  const auto revoked = this->issue_for("b.example.com", days{90});
  this->issue_for("c.example.com", days{90});
  this->clock.advance(days{60} + hours{1});
  this->node.issuance.renew(test_act, renewed.id, days{90});
  this->revoke(revoked);
  this->issue_for("c.example.com", days{90});  // by its names
  EXPECT_TRUE(this->told().empty());
}

TYPED_TEST(ExpiryTest, SaysNothingOfShortLivesThatAreRenewedInTime) {
  this->issue_for("short.example.com", days{7});
  EXPECT_TRUE(this->told().empty()) << "half of a life is no distance";
  this->clock.advance(days{6} + hours{1});
  EXPECT_EQ(this->told().size(), 2U) << "a day before";
}

TYPED_TEST(ExpiryTest, LeavesEventsEvenWhenNoMailGoesOut) {
  this->mail.change(test_act, {.enabled = false}, std::nullopt);
  this->issue_for("a.example.com", days{90});
  this->clock.advance(days{89});
  EXPECT_EQ(this->traced([&] { this->notices.check(); }), Trace{"system certificate.expiring"});
  EXPECT_TRUE(this->mail.list(false).empty()) << "nothing piles up";
  this->clock.advance(days{2});
  EXPECT_EQ(this->traced([&] { this->notices.check(); }), Trace{"system certificate.expired"});
  EXPECT_TRUE(this->traced([&] { this->notices.check(); }).empty());
}

TYPED_TEST(ExpiryTest, TellsOfManyInOneMail) {
  for (int i = 0; i < 5; ++i) {
    this->issue_for("n" + std::to_string(i) + ".example.com", days{90});
  }
  this->clock.advance(days{60} + hours{1});
  EXPECT_EQ(this->told(), (std::vector<std::string>{"alice@example.com: 5 certificates end soon",
                                                    "pki@example.com: 5 certificates end soon"}));
}

TYPED_TEST(ExpiryTest, SwitchedOffItSaysNothing) {
  this->change({.enabled = false, .recipients = {"pki@example.com"}});
  this->issue_for("a.example.com", days{90});
  this->clock.advance(days{89});
  EXPECT_TRUE(this->traced([&] { this->notices.check(); }).empty());
}

TYPED_TEST(ExpiryTest, TellsOfAuthorities) {
  this->make_below(this->root, "Issuing");
  this->clock.advance(days{971});
  const auto said = this->told();
  EXPECT_EQ(said, (std::vector<std::string>{"pki@example.com: The authority Issuing ends soon"}));
}

TYPED_TEST(ExpiryTest, RefusesSettingsThatMakeNoSense) {
  EXPECT_EQ(code_of([&] { this->change({.alert_days = {}}); }), base::ErrorCode::invalid_request);
  EXPECT_EQ(code_of([&] { this->change({.alert_days = {0}}); }), base::ErrorCode::invalid_request);
  EXPECT_EQ(code_of([&] { this->change({.recipients = {"nobody"}}); }),
            base::ErrorCode::invalid_request);
}

TEST(ExpiryDue, IsTheNearestDistanceWithinHalfALife) {
  const base::Time begin{};
  const auto end = begin + days{90};
  const std::vector<std::int64_t> distances{30, 14, 7, 1};
  EXPECT_EQ(expiry_due(distances, begin, end, end - days{31}), std::nullopt);
  EXPECT_EQ(expiry_due(distances, begin, end, end - days{30}), 30);
  EXPECT_EQ(expiry_due(distances, begin, end, end - days{7}), 7);
  EXPECT_EQ(expiry_due(distances, begin, end, end - hours{1}), 1);
  EXPECT_EQ(expiry_due(distances, begin, end, end), std::nullopt);
  EXPECT_EQ(expiry_due({60}, begin, end, end - days{60}), std::nullopt);
}

}  // namespace
}  // namespace service

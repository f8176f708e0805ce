#include <gtest/gtest.h>

#include "json/json.h"
#include "service/audit_log.h"
#include "service/events.h"
#include "service/events_queue.h"
#include "service/world_for_test.h"

namespace service {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// A receiver that says what a test wants.
class FakeChannel final : public EventChannel {
 public:
  std::vector<EventTarget> wanted;
  std::vector<storage::EventDelivery> delivered;
  std::vector<std::string> final_failures;
  bool fails = false;

  std::vector<EventTarget> targets(db::Session& /*session*/) override { return wanted; }
  EventOutcome deliver(const storage::EventDelivery& delivery) override {
    delivered.push_back(delivery);
    return fails ? EventOutcome{.status_code = 500, .reason = "it answered 500"}
                 : EventOutcome{.is_delivered = true, .status_code = 204};
  }
  void note(db::Session& /*session*/, const storage::EventDelivery& delivery,
            const EventOutcome& outcome, bool is_final) override {
    if (is_final && !outcome.is_delivered) {
      final_failures.push_back(delivery.event);
    }
  }
};

template <class Server>
class EventQueueTest : public World<Server> {
 protected:
  EventQueueTest() : root{this->make_root()} {
    audit.sequence();
    channel.wanted = {target("webhook 1")};
    activate();
  }
  EventTarget target(const std::string& name, std::vector<std::string> events = {}) {
    return {.name = name, .events = std::move(events), .authorities = {}, .since = base::Time{}};
  }
  void activate() {
    this->database->write(test_act, [](db::Session& session) {
      session.bookkeeping("a test");
      storage::EventStore{session}.activate();
    });
  }
  int hand_out() {
    audit.sequence();
    return queue.hand_out();
  }
  std::vector<storage::EventDelivery> deliveries(const std::string& of = "webhook 1") {
    return this->database->read([&](db::Session& session) {
      return storage::EventStore{session}.list(of, std::nullopt, 100);
    });
  }
  std::vector<std::string> events() {
    std::vector<std::string> names;
    for (const auto& delivery : channel.delivered) {
      names.push_back(delivery.event);
    }
    return names;
  }

  AuditLog audit{*this->database, this->node.keys, this->clock,
                 [] { return std::string{"ca.example.com/audit"}; }};
  core::Authority root;
  FakeChannel channel;
  EventQueue queue{*this->database, this->clock, {&channel}};
};
TYPED_TEST_SUITE(EventQueueTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(EventQueueTest, TellsOfACertificatesLifeInItsOrder) {
  const auto certificate = this->issue(this->root.id);
  this->revoke(certificate);
  EXPECT_EQ(this->hand_out(), 2);
  EXPECT_EQ(this->queue.deliver_due(), 2);
  EXPECT_EQ(this->events(),
            (std::vector<std::string>{"certificate.issued", "certificate.revoked"}));
  const auto body = json::parse_value(this->channel.delivered[1].body).as_object();
  EXPECT_EQ(body.at("event"), "certificate.revoked");
  EXPECT_EQ(body.at("data").at("reason"), "keyCompromise");
  EXPECT_EQ(body.at("data").at("actor"), "alice");
  EXPECT_EQ(std::string{body.at("data").at("certificate").at("serial_number").as_string().c_str()},
            certificate.serial_number.to_string());
  EXPECT_EQ(this->hand_out(), 0) << "each event once";
  EXPECT_EQ(this->queue.deliver_due(), 0);
}

TYPED_TEST(EventQueueTest, RenewalsAndUsersHaveEventsOfTheirOwn) {
  const auto certificate = this->issue(this->root.id);
  this->node.issuance.renew(test_act, certificate.id, std::nullopt);
  this->node.users.create({.by = "alice", .action = "user.create"},
                          {.username = "bob",
                           .email = "bob@example.com",
                           .full_name = "",
                           .role = "viewer",
                           .password = base::Secret{"correct horse battery"}});
  this->hand_out();
  this->queue.deliver_due();
  EXPECT_EQ(this->events(), (std::vector<std::string>{"certificate.issued", "certificate.renewed",
                                                      "user.created"}));
}

TYPED_TEST(EventQueueTest, FiltersByEventAndAuthorityAndTime) {
  const auto other = this->make_root("Other Root");
  this->audit.sequence();
  auto only = this->target("webhook 2", {"certificate.revoked"});
  auto of_other = this->target("webhook 3");
  of_other.authorities = {other.id.to_number()};
  auto later = this->target("webhook 4");
  later.since = this->clock.now() + hours{1};
  this->channel.wanted = {only, of_other, later};
  const auto first = this->issue(this->root.id);
  this->revoke(first);
  this->issue(other.id);
  this->hand_out();
  EXPECT_EQ(this->deliveries("webhook 2").size(), 1U);
  ASSERT_FALSE(this->deliveries("webhook 3").empty());
  EXPECT_EQ(this->deliveries("webhook 3")[0].event, "certificate.issued");
  for (const auto& delivery : this->deliveries("webhook 3")) {
    EXPECT_EQ(delivery.body.find(first.serial_number.to_string()), std::string::npos);
  }
  EXPECT_TRUE(this->deliveries("webhook 4").empty());
}

TYPED_TEST(EventQueueTest, TriesAgainWithGrowingPausesAndGivesUpInTheEnd) {
  this->issue(this->root.id);
  this->hand_out();
  this->channel.fails = true;
  EXPECT_EQ(this->queue.deliver_due(), 1);
  EXPECT_EQ(this->queue.deliver_due(), 0) << "not at once";
  this->clock.advance(seconds{5});
  EXPECT_EQ(this->queue.deliver_due(), 1);
  this->clock.advance(seconds{5});
  EXPECT_EQ(this->queue.deliver_due(), 0);
  for (int i = 0; i < 30; ++i) {
    this->clock.advance(hours{1});
    this->queue.deliver_due();
  }
  EXPECT_EQ(static_cast<int>(this->channel.delivered.size()), EventQueue::most_attempts);
  const auto given_up = this->deliveries().at(0);
  EXPECT_EQ(given_up.status, storage::DeliveryStatus::failed);
  EXPECT_EQ(given_up.status_code, 500);
  EXPECT_EQ(this->channel.final_failures, std::vector<std::string>{"certificate.issued"});
}

// A server that was killed while it sent: the lease ends, and the same delivery goes out again.
TYPED_TEST(EventQueueTest, SendsAgainWhatACrashInterrupted) {
  this->issue(this->root.id);
  this->hand_out();
  const auto now = this->clock.now();
  this->database->write(test_act, [&](db::Session& session) {
    session.bookkeeping("a test");
    EXPECT_TRUE(storage::EventStore{session}.take("webhook 1", now, now + seconds{16}));
  });
  EXPECT_EQ(this->queue.deliver_due(), 0);
  this->clock.advance(seconds{16});
  EXPECT_EQ(this->queue.deliver_due(), 1);
  EXPECT_EQ(this->channel.delivered.at(0).id, this->deliveries().at(0).id);
  EXPECT_EQ(this->deliveries().at(0).attempts, 2);
}

TYPED_TEST(EventQueueTest, WhatHappenedWhileNobodyWasToBeToldStaysUntold) {
  this->channel.wanted.clear();
  this->hand_out();  // notices that nobody is told
  this->issue(this->root.id);
  this->audit.sequence();
  this->activate();
  this->channel.wanted = {this->target("webhook 1")};
  EXPECT_EQ(this->hand_out(), 0);
  this->issue(this->root.id);
  EXPECT_EQ(this->hand_out(), 1);
}

TYPED_TEST(EventQueueTest, TwoNodesHandOutEachEventOnce) {
  EventQueue second{*this->database, this->clock, {&this->channel}};
  for (int i = 0; i < 3; ++i) {
    this->issue(this->root.id);
  }
  this->audit.sequence();
  std::jthread other{[&] { second.hand_out(); }};
  this->queue.hand_out();
  other.join();
  second.hand_out();
  EXPECT_EQ(this->deliveries().size(), 3U);
}

TYPED_TEST(EventQueueTest, ForgetsWhatIsAMonthOld) {
  this->issue(this->root.id);
  this->hand_out();
  this->queue.deliver_due();
  this->queue.clean();
  EXPECT_EQ(this->deliveries().size(), 1U);
  this->clock.advance(EventQueue::kept + hours{1});
  this->queue.clean();
  EXPECT_TRUE(this->deliveries().empty());
}

TYPED_TEST(EventQueueTest, DeliversInTheBackground) {
  this->queue.start(2);
  this->issue(this->root.id);
  this->audit.sequence();
  for (int i = 0; i < 500 && this->deliveries().empty(); ++i) {
    this->queue.wake();
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  for (int i = 0; i < 500 && this->deliveries().at(0).status != storage::DeliveryStatus::delivered;
       ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  this->queue.stop();
  EXPECT_EQ(this->channel.delivered.size(), 1U);
}

TEST(Events, AreFoundByTheNamesOfOtherProductsToo) {
  EXPECT_EQ(find_event_kind("certificate_issued")->name, "certificate.issued");
  EXPECT_EQ(find_event_kind("certificate.issuance")->name, "certificate.issued");
  EXPECT_EQ(find_event_kind("account.registration")->name, "acme.account.created");
  EXPECT_EQ(find_event_kind("challenge.on_failure")->name, "acme.challenge.failed");
  EXPECT_EQ(find_event_kind("certificate"), nullptr);
  EXPECT_EQ(find_event_kind(""), nullptr);
}

TEST(Events, AreToldOfByWhatTheAuditLogSays) {
  struct Case {
    const char* type;
    const char* action;
    const char* details;
    bool success;
    const char* event;
  };
  for (const auto& [type, action, details, success, event] : std::vector<Case>{
           {"certificate", "csr.sign", R"({"profile":"server","source":"csr","renews":null})", true,
            "certificate.issued"},
           {"certificate", "x", R"({"profile":"server","source":"csr","renews":7})", true,
            "certificate.renewed"},
           {"certificate", "x", R"({"profile":"ocsp","source":"system","renews":null})", true, ""},
           {"certificate", "certificate.release", R"({"held_since":"x"})", true,
            "certificate.released"},
           {"certificate", "certificate.export", R"({"serial_number":"1"})", true, ""},
           {"certificate", "certificate.delete", R"({"serial_number":"1"})", true,
            "certificate.deleted"},
           {"acme_account", "acme.account.update", R"({"status":"deactivated"})", true,
            "acme.account.deactivated"},
           {"acme_account", "acme.account.create", R"({"contacts":""})", true,
            "acme.account.created"},
           {"acme_authorization", "x", R"({"status":"invalid","challenge":"http-01"})", false,
            "acme.challenge.failed"},
           {"acme_authorization", "x", R"({"status":"pending","challenge":"http-01"})", false,
            "acme.challenge.retried"},
           {"acme_authorization", "x", R"({"challenge":"http-01"})", true,
            "acme.challenge.started"},
           {"acme_order", "acme.order.finalize", "{}", true, "acme.order.completed"},
           {"user", "auth.login", "{}", true, "user.login"},
           {"user", "auth.login", "{}", false, "user.login_failed"},
           {"mail", "mail.send", "{}", true, ""},
           {"webhook", "event.deliver", "{}", false, ""},
           {"certificate", "certificate.revoke", "not JSON", true, ""}}) {
    const db::Entry entry{.id = 1,
                          .at = base::Time{},
                          .username = "a",
                          .action = action,
                          .resource_type = type,
                          .resource_id = 1,
                          .resource_name = "",
                          .details = details,
                          .ip_address = "",
                          .user_agent = "",
                          .credential = "",
                          .request_id = "",
                          .success = success};
    EXPECT_EQ(event_name_of(entry), event) << type << " " << action << " " << details;
  }
}

}  // namespace
}  // namespace service

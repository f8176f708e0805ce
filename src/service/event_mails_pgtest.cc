#include <gtest/gtest.h>

#include "service/audit_log.h"
#include "service/event_mails.h"
#include "service/world_for_test.h"
#include "storage/acme_store.h"

namespace service {
namespace {

struct Validated {
  std::string status;
  std::string challenge;
  json::Raw error;
};
BOOST_DESCRIBE_STRUCT(Validated, (), (status, challenge, error))

template <class Server>
class EventMailsTest : public World<Server> {
 protected:
  EventMailsTest() {
    this->make_root();
    audit.sequence();
    account = this->database->write(test_act, [&](db::Session& session) {
      storage::AcmeStore store{session};
      const core::acme::Account made{.id = store.new_account_id(),
                                     .secret = "c2VjcmV0c2VjcmV0",
                                     .status = core::acme::AccountStatus::valid,
                                     .contacts = R"(["mailto:bob@example.com"])",
                                     .terms_agreed = true,
                                     .key_thumbprint = "t",
                                     .key_type = "EC P-256",
                                     .key_spki = {},
                                     .created_at = this->clock.now(),
                                     .created_from = ""};
      store.insert(made);
      session.bookkeeping("a test");
      return made;
    });
    mail.change(test_act,
                {.enabled = true, .smtp_host = "mail.example.com", .from_email = "ca@example.com"},
                std::nullopt);
    queue.hand_out();  // notices that mail is possible
  }
  void fail(const std::string& name) {
    this->database->write(
        {.by = "acme:" + account->reference().to_string(), .action = "acme.challenge.validate"},
        [&](db::Session& session) {
          session.record_refusal(
              "acme_authorization", name,
              Validated{"invalid", "http-01", {R"({"detail":"it answered 404"})"}});
        });
    audit.sequence();
    queue.hand_out();
    queue.deliver_due();
    mail.send_due();
  }

  std::vector<net::Mail> sent;
  AuditLog audit{*this->database, this->node.keys, this->clock,
                 [] { return std::string{"ca.example.com/audit"}; }};
  MailQueue mail{*this->database,
                 this->node.master,
                 this->node.random,
                 this->clock,
                 [] { return std::string{"ca.example.com"}; },
                 [this](const net::MailServer&, const net::Mail& each) {
                   sent.push_back(each);
                   return net::MailOutcome{};
                 }};
  AcmeNotifications notifications{*this->database, mail, this->clock};
  EventMails mails{*this->database, notifications, this->clock};
  EventQueue queue{*this->database, this->clock, {&mails}};
  std::optional<core::acme::Account> account;
};
TYPED_TEST_SUITE(EventMailsTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(EventMailsTest, TellsContactsOfAFailureOnceADayForEachName) {
  this->fail("a.example.com");
  ASSERT_EQ(this->sent.size(), 1U);
  EXPECT_EQ(this->sent[0].to, "bob@example.com");
  EXPECT_EQ(this->sent[0].subject, "Validation failed: a.example.com");
  EXPECT_NE(this->sent[0].text.find("it answered 404"), std::string::npos);
  this->fail("a.example.com");
  EXPECT_EQ(this->sent.size(), 1U);
  this->fail("b.example.com");
  EXPECT_EQ(this->sent.size(), 2U);
  this->clock.advance(std::chrono::days{1});
  this->fail("a.example.com");
  EXPECT_EQ(this->sent.size(), 3U);
}

TYPED_TEST(EventMailsTest, SaysNothingWhileMailIsOff) {
  this->mail.change(test_act, {.enabled = false}, std::nullopt);
  this->queue.hand_out();
  this->fail("a.example.com");
  EXPECT_TRUE(this->sent.empty());
  EXPECT_TRUE(this->mail.list(false).empty());
}

}  // namespace
}  // namespace service

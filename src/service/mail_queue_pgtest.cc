#include <gtest/gtest.h>

#include "service/mail_queue.h"
#include "service/password_reset.h"
#include "service/world_for_test.h"

namespace service {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const base::Secret password{"correct horse battery"};
const base::Secret next_password{"another horse battery"};

template <class Server>
class MailTest : public World<Server> {
 protected:
  MailTest() {
    mail.change(test_act,
                {.enabled = true, .smtp_host = "mail.example.com", .from_email = "ca@example.com"},
                base::Secret{"smtp secret"});
  }

  core::User add(const std::string& name, const std::string& email) {
    return this->node.users.create(test_act, {.username = name,
                                              .email = email,
                                              .full_name = "",
                                              .role = "viewer",
                                              .password = password});
  }
  std::string token_in(const net::Mail& sent) {
    const auto begin = sent.text.find("#token=") + 7;
    return sent.text.substr(begin, sent.text.find('\n', begin) - begin);
  }
  std::optional<base::ErrorCode> set(const std::string& token) {
    return code_of([&] { reset.set(test_act, base::Secret{token}, next_password); });
  }

  std::vector<net::Mail> sent;
  net::MailOutcome answer;
  MailQueue mail{*this->database,
                 this->node.master,
                 this->node.random,
                 this->clock,
                 [] { return std::string{"ca.example.com"}; },
                 [this](const net::MailServer& server, const net::Mail& each) {
                   EXPECT_EQ(server.host, "mail.example.com");
                   if (answer.verdict == net::MailVerdict::sent) {
                     sent.push_back(each);
                   }
                   return answer;
                 }};
  PasswordReset reset{*this->database,
                      this->node.passwords,
                      mail,
                      this->node.master,
                      this->node.random,
                      this->clock,
                      [] { return std::string{"https://ca.example.com:8443"}; }};
};
TYPED_TEST_SUITE(MailTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(MailTest, TriesAgainWithGrowingPausesAndSendsOnce) {
  this->add("bob", "bob@example.com");
  this->answer = {net::MailVerdict::failed, "nobody listens"};
  this->reset.ask(test_act, "bob@example.com");
  EXPECT_EQ(this->mail.send_due(), 1);
  EXPECT_EQ(this->mail.send_due(), 0) << "not at once";
  EXPECT_EQ(this->mail.list(false).at(0).last_error, "nobody listens");
  int tries = 1;
  for (int i = 0; i < 120; ++i) {
    this->clock.advance(seconds{5});
    tries += this->mail.send_due();
  }
  EXPECT_EQ(tries, 5) << "after 30, 60, 120 and 240 seconds";
  this->answer = {};
  this->clock.advance(minutes{10});
  EXPECT_EQ(this->mail.send_due(), 1);
  EXPECT_EQ(this->mail.send_due(), 0);
  ASSERT_EQ(this->sent.size(), 1U);
  EXPECT_EQ(this->sent[0].to, "bob@example.com");
  EXPECT_TRUE(this->mail.list(false).empty());
}

TYPED_TEST(MailTest, GivesUpWhatIsRefusedOrOfNoUseAnyMore) {
  this->add("bob", "bob@example.com");
  this->answer = {net::MailVerdict::refused, "550 no such mailbox"};
  this->reset.ask(test_act, "bob@example.com");
  EXPECT_EQ(this->traced([&] { this->mail.send_due(); }), Trace{"system mail.send refused"});
  EXPECT_EQ(this->mail.list(true).at(0).last_error, "550 no such mailbox");
  this->answer = {net::MailVerdict::failed, "nobody listens"};
  this->reset.ask(test_act, "bob@example.com");
  this->clock.advance(minutes{61});
  this->answer = {};
  this->mail.send_due();
  EXPECT_TRUE(this->sent.empty()) << "its link has expired";
  EXPECT_EQ(this->mail.list(true).size(), 2U);
}

TYPED_TEST(MailTest, KeepsLinksAndPasswordsOutOfTheDatabaseAndTheLog) {
  this->add("bob", "bob@example.com");
  this->reset.ask(test_act, "bob@example.com");
  const auto text = this->database->read([](db::Session& session) {
    std::string all;
    session.each("SELECT value FROM settings",
                 [&](std::span<const db::Value> row) { all += std::get<std::string>(row[0]); });
    session.each("SELECT token_hash FROM password_resets",
                 [&](std::span<const db::Value> row) { all += std::get<std::string>(row[0]); });
    return all;
  });
  this->mail.send_due();
  const auto token = this->token_in(this->sent.at(0));
  EXPECT_GE(token.size(), 40U);
  EXPECT_EQ(text.find(token), std::string::npos);
  EXPECT_EQ(text.find("smtp secret"), std::string::npos);
  EXPECT_TRUE(this->mail.has_password());
  for (const auto& entry : storage::audit_entries(*this->database)) {
    EXPECT_EQ(entry.details.find(token), std::string::npos);
    EXPECT_EQ(entry.details.find("smtp secret"), std::string::npos);
  }
}

TYPED_TEST(MailTest, SetsAPasswordOnceWithinAnHour) {
  const auto bob = this->add("bob", "bob@example.com");
  const auto opened = this->node.sign_in.with_password(test_act, "bob", password).opened.value();
  this->reset.ask(test_act, " nobody@example.com");
  this->reset.ask(test_act, "BOB@example.com");
  this->mail.send_due();
  ASSERT_EQ(this->sent.size(), 1U);
  const auto token = this->token_in(this->sent[0]);
  EXPECT_EQ(this->set("wrong"), base::ErrorCode::invalid_request);
  EXPECT_EQ(this->set(token), std::nullopt);
  EXPECT_EQ(this->set(token), base::ErrorCode::invalid_request) << "once";
  EXPECT_FALSE(this->node.sign_in.caller_of_session(opened.token.reveal()));
  EXPECT_TRUE(this->node.sign_in.with_password(test_act, "bob", next_password).opened);

  this->reset.ask(test_act, "bob@example.com");
  this->mail.send_due();
  this->clock.advance(minutes{60});
  EXPECT_EQ(this->set(this->token_in(this->sent.back())), base::ErrorCode::invalid_request)
      << "too late";
  this->reset.ask(test_act, "bob@example.com");
  this->mail.send_due();
  this->node.users.create(test_act, {.username = "root", .role = "admin", .password = password});
  this->node.users.update(test_act, bob.id, {.is_active = false});
  EXPECT_EQ(this->set(this->token_in(this->sent.back())), base::ErrorCode::invalid_request)
      << "switched off in between";
}

TYPED_TEST(MailTest, LimitsWhatOneMailboxAndOneAddressGet) {
  this->add("bob", "bob@example.com");
  for (int i = 0; i < 5; ++i) {
    this->reset.ask(test_act, "bob@example.com");
  }
  this->mail.send_due();
  EXPECT_EQ(this->sent.size(), 3U);
  for (int i = 0; i < 5; ++i) {
    this->reset.ask(test_act, "nobody@example.com");
  }
  EXPECT_EQ(code_of([&] { this->reset.ask(test_act, "nobody@example.com"); }),
            base::ErrorCode::rate_limited);
  this->clock.advance(minutes{61});
  EXPECT_NO_THROW(this->reset.ask(test_act, "bob@example.com"));
}

}  // namespace
}  // namespace service

#include <gtest/gtest.h>

#include <algorithm>

#include "service/acme_notifications.h"
#include "service/world_for_test.h"
#include "storage/acme_store.h"
#include "storage/records_for_test.h"

namespace service {
namespace {

template <class Server>
class AcmeNotificationsTest : public World<Server> {
 protected:
  void allow_mail() {
    mail.change(test_act,
                {.enabled = true, .smtp_host = "mail.example.com", .from_email = "ca@example.com"},
                std::nullopt);
  }

  // Issued to an account with an address, for 90 days.
  void issue(const std::string& name, base::Time from) {
    this->database->write(test_act, [&](db::Session& session) {
      session.bookkeeping("a test");
      storage::AcmeStore accounts{session};
      storage::AuthorityStore authorities{session};
      storage::CertificateStore certificates{session};
      const auto authority = core::AuthorityId::from_number(1).value();
      if (!authorities.find(authority)) {
        authorities.insert(storage::authority_record(authority, from));
      }
      const auto account = accounts.new_account_id();
      accounts.insert(core::acme::Account{.id = account,
                                          .secret = "abcdefghijklmnop",
                                          .status = core::acme::AccountStatus::valid,
                                          .contacts = R"(["mailto:holder@example.com"])",
                                          .terms_agreed = true,
                                          .key_thumbprint = std::to_string(account.to_number()),
                                          .key_type = "EC P-256",
                                          .key_spki = {1},
                                          .created_at = from,
                                          .created_from = ""});
      auto record = storage::certificate_record(certificates.new_id(), authority, from, name);
      record.source = core::Source::acme;
      record.not_before = from;
      record.not_after = from + std::chrono::days{90};
      certificates.insert(record);
      accounts.insert(core::acme::Order{.id = accounts.new_order_id(),
                                        .secret = "abcdefghijklmnop",
                                        .account_id = account,
                                        .status = core::acme::OrderStatus::valid,
                                        .identifiers = "[]",
                                        .authorizations = "",
                                        .not_before = std::nullopt,
                                        .not_after = std::nullopt,
                                        .error = std::nullopt,
                                        .certificate_id = record.id,
                                        .expires_at = from,
                                        .created_at = from});
    });
  }

  std::vector<std::string> sent;
  MailQueue mail{*this->database,
                 this->node.master,
                 this->node.random,
                 this->clock,
                 [] { return std::string{"ca.example.com"}; },
                 [this](const net::MailServer&, const net::Mail& each) {
                   sent.push_back(each.to + ": " + each.subject);
                   return net::MailOutcome{};
                 }};
  AcmeNotifications notifications{*this->database, mail, this->clock};
};
TYPED_TEST_SUITE(AcmeNotificationsTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(AcmeNotificationsTest, WarnFourTimesBeforeACertificateEndsThatNobodyRenewed) {
  this->allow_mail();
  this->issue("a.example", this->clock.now());
  this->issue("b.example", this->clock.now());
  for (int day = 0; day < 100; ++day) {
    if (day == 80) {
      this->issue("b.example", this->clock.now());
    }
    for (int twice = 0; twice < 2; ++twice) {
      this->notifications.warn_of_ends();
      this->mail.send_due();
    }
    this->clock.advance(std::chrono::days{1});
  }
  EXPECT_EQ(std::ranges::count(this->sent, "holder@example.com: Certificate expiring: a.example"),
            4);
  EXPECT_EQ(std::ranges::count(this->sent, "holder@example.com: Certificate expiring: b.example"),
            2);
  const auto told = this->database->read([&](db::Session& session) {
    return storage::AcmeNotificationStore{session}.list(core::acme::NotificationStatus::sent, {});
  });
  EXPECT_EQ(told.size(), 6u);
}

TYPED_TEST(AcmeNotificationsTest, SayNothingWhileThereIsNoMail) {
  this->issue("a.example", this->clock.now() - std::chrono::days{80});
  this->notifications.warn_of_ends();
  EXPECT_EQ(storage::count_rows(*this->database, "acme_notifications"), 0);
  this->allow_mail();
  this->notifications.warn_of_ends();
  EXPECT_EQ(this->mail.send_due(), 1);
}

}  // namespace
}  // namespace service

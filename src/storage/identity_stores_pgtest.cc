#include <gtest/gtest.h>

#include "storage/databases_for_test.h"
#include "storage/mail_store.h"
#include "storage/passkey_store.h"
#include "storage/password_reset_store.h"
#include "storage/records_for_test.h"
#include "storage/sign_in_certificate_store.h"
#include "storage/syslog_store.h"
#include "storage/user_store.h"

namespace storage {
namespace {

using std::chrono::minutes;

template <class Server>
class IdentityStoresTest : public DatabaseTest<Server> {
 protected:
  void SetUp() override {
    now = this->clock.now();
    this->write([&](db::Session& session) {
      UserStore users{session};
      auto record = user_record(users.new_id(), "bob", now);
      record.email = "Bob@Example.com";
      users.insert(record);
      bob = record.id;
    });
  }

  core::Passkey passkey(db::Session& session, const std::string& credential) {
    return {.id = PasskeyStore{session}.new_id(),
            .user_id = bob,
            .credential_id = credential,
            .name = "Key",
            .public_key = {1, 2, 3},
            .aaguid = "",
            .transports = "usb nfc",
            .is_backup_eligible = true,
            .is_backed_up = false,
            .user_verified = true,
            .is_enabled = true,
            .sign_count = 0,
            .created_at = now,
            .last_used_at = std::nullopt};
  }
  core::MailId queue(const std::string& to, base::Time due) {
    return this->write([&](db::Session& session) {
      MailStore store{session};
      const auto id = store.new_id();
      store.insert({.id = id,
                    .recipient = to,
                    .subject = "s",
                    .wrapped_text = {9},
                    .has_failed = false,
                    .attempts = 0,
                    .last_error = "",
                    .created_at = now,
                    .next_attempt_at = due,
                    .expires_at = now + minutes{60}});
      return id;
    });
  }

  base::Time now;
  core::UserId bob = core::UserId::from_number(1).value();
};
TYPED_TEST_SUITE(IdentityStoresTest, Databases, DatabaseName);

TYPED_TEST(IdentityStoresTest, CountsAPasskeyOnlyForward) {
  this->write([&](db::Session& session) {
    PasskeyStore store{session};
    const auto key = this->passkey(session, "abc");
    store.insert(key);
    EXPECT_TRUE(store.has_enabled(this->bob));
    EXPECT_EQ(store.with_enabled({this->bob}).size(), 1U);
    EXPECT_TRUE(store.use(key.id, 0, false, this->now)) << "one that does not count";
    EXPECT_TRUE(store.use(key.id, 5, true, this->now));
    EXPECT_FALSE(store.use(key.id, 5, true, this->now));
    EXPECT_FALSE(store.use(key.id, 4, true, this->now));
    EXPECT_FALSE(store.use(key.id, 0, true, this->now)) << "one that counted must go on counting";
    EXPECT_TRUE(store.use(key.id, 6, true, this->now));
    const auto found = store.find("abc").value();
    EXPECT_EQ(found.sign_count, 6);
    EXPECT_TRUE(found.is_backed_up);
    EXPECT_EQ(found.last_used_at, this->now);
    store.set_enabled(key.id, false);
    EXPECT_FALSE(store.has_enabled(this->bob));
    store.remove_of(this->bob);
    EXPECT_TRUE(store.of_user(this->bob).empty());
  });
}

TYPED_TEST(IdentityStoresTest, GivesAChallengeOnceAndTheLatestOnly) {
  const auto put = [&](const std::string& challenge) {
    this->write([&](db::Session& session) {
      PasskeyStore{session}.put({.owner = "session 1",
                                 .challenge = challenge,
                                 .purpose = "register",
                                 .user_id = this->bob,
                                 .created_at = this->now});
    });
  };
  const auto take = [&](const std::string& owner) {
    return this->write([&](db::Session& session) { return PasskeyStore{session}.take(owner); });
  };
  put("one");
  put("two");
  EXPECT_FALSE(take("session 2"));
  EXPECT_EQ(take("session 1").value().challenge, "two");
  EXPECT_FALSE(take("session 1"));
  put("three");
  this->write([&](db::Session& session) {
    EXPECT_EQ(PasskeyStore{session}.remove_challenges_before(this->now), 0);
    EXPECT_EQ(PasskeyStore{session}.remove_challenges_before(this->now + minutes{1}), 1);
  });
}

TYPED_TEST(IdentityStoresTest, LendsAMailToOneAtATime) {
  const auto first = this->queue("a@example.com", this->now);
  const auto second = this->queue("b@example.com", this->now + minutes{5});
  const auto take = [&](base::Time at) {
    return this->write(
        [&](db::Session& session) { return MailStore{session}.take(at, at + minutes{2}); });
  };
  EXPECT_EQ(take(this->now).value().id, first);
  EXPECT_FALSE(take(this->now)) << "it is lent, and the other is not due";
  // Who took it crashed: it is due again.
  const auto again = take(this->now + minutes{2}).value();
  EXPECT_EQ(again.id, first);
  EXPECT_EQ(again.attempts, 2);
  EXPECT_EQ(again.wrapped_text, base::Bytes{9});
  this->write([&](db::Session& session) {
    MailStore store{session};
    store.give_up(first, "no such mailbox");
    EXPECT_EQ(store.list(true, 10).size(), 1U);
    EXPECT_EQ(store.list(false, 10).at(0).id, second);
    EXPECT_FALSE(store.retry(second, this->now, this->now)) << "it was not given up";
    EXPECT_TRUE(store.retry(first, this->now, this->now + minutes{1}));
    EXPECT_TRUE(store.is_due(this->now));
    EXPECT_TRUE(store.remove(first));
    EXPECT_FALSE(store.remove(first));
    EXPECT_FALSE(store.is_due(this->now));
  });
}

TYPED_TEST(IdentityStoresTest, FindsAccountsByTheirAddressAndResetsByTheirToken) {
  this->write([&](db::Session& session) {
    UserStore users{session};
    EXPECT_EQ(users.find_active_by_email("bob@example.com").size(), 1U);
    EXPECT_TRUE(users.find_active_by_email("bob@example.org").empty());
    PasswordResetStore resets{session};
    for (const auto* token : {"one", "two"}) {
      resets.insert({.token_hash = token,
                     .user_id = this->bob,
                     .created_at = this->now,
                     .expires_at = this->now + minutes{60}});
    }
    EXPECT_EQ(resets.count_since(this->bob, this->now - minutes{1}), 2);
    EXPECT_EQ(resets.count_since(this->bob, this->now), 0);
    EXPECT_TRUE(resets.find("one"));
    EXPECT_TRUE(resets.remove("one"));
    EXPECT_FALSE(resets.remove("one"));
    EXPECT_EQ(resets.remove_expired(this->now + minutes{61}), 1);
    auto record = users.find(this->bob).value();
    record.is_active = false;
    users.update(record);
    EXPECT_TRUE(users.find_active_by_email("bob@example.com").empty());
  });
}

TYPED_TEST(IdentityStoresTest, KnowsACertificateByItsFingerprint) {
  this->write([&](db::Session& session) {
    SignInCertificateStore store{session};
    const core::SignInCertificate card{.id = store.new_id(),
                                       .user_id = this->bob,
                                       .fingerprint = "ab12",
                                       .name = "Card",
                                       .pem = "pem",
                                       .certificate_id = std::nullopt,
                                       .is_enabled = true,
                                       .not_after = this->now,
                                       .created_at = this->now,
                                       .last_used_at = std::nullopt};
    store.insert(card);
    EXPECT_EQ(store.find("ab12").value().id, card.id);
    EXPECT_FALSE(store.find("ab13"));
    EXPECT_EQ(store.list(std::nullopt, 10, 0).size(), 1U);
    EXPECT_EQ(store.list(this->bob, 10, 1).size(), 0U);
    EXPECT_EQ(store.count(this->bob), 1);
    EXPECT_EQ(store.count(std::nullopt), 1);
    store.note_use(card.id, this->now);
    store.set_enabled(card.id, false);
    EXPECT_EQ(store.find(card.id).value().last_used_at, this->now);
    EXPECT_FALSE(store.of_user(this->bob).at(0).is_enabled);
    UserStore{session}.remove(this->bob);
    EXPECT_FALSE(store.find("ab12")) << "it goes with its user";
  });
}

TYPED_TEST(IdentityStoresTest, ForwardsFromOneNodeAtATime) {
  this->write([&](db::Session& session) {
    SyslogStore store{session};
    EXPECT_EQ(store.next_leaf(), 0);
    EXPECT_TRUE(store.hold(this->now, this->now + minutes{1}));
    EXPECT_FALSE(store.hold(this->now, this->now + minutes{1}));
    store.advance(7, this->now);
    EXPECT_EQ(store.next_leaf(), 7);
    EXPECT_TRUE(store.hold(this->now, this->now + minutes{1})) << "it was let go";
    EXPECT_TRUE(store.hold(this->now + minutes{1}, this->now + minutes{2})) << "or abandoned";
  });
}

}  // namespace
}  // namespace storage

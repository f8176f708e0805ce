#include <gtest/gtest.h>

#include "storage/databases_for_test.h"
#include "storage/records_for_test.h"
#include "storage/user_store.h"

namespace storage {
namespace {

using std::chrono::hours;

template <class Server>
class UserStoreTest : public DatabaseTest<Server> {
 protected:
  void SetUp() override { now = this->clock.now(); }

  // Runs work with a store, in a transaction that writes.
  template <class Work>
  auto in_store(Work work) {
    return this->write([&](db::Session& session) {
      UserStore users{session};
      return work(users);
    });
  }

  core::User add(const std::string& name, const std::string& role = "viewer") {
    return in_store([&](UserStore& users) {
      auto record = user_record(users.new_id(), name, now);
      record.role = role;
      users.insert(record);
      return record;
    });
  }
  core::Session open(const core::User& user, const std::string& token, base::Time seen) {
    return in_store([&](UserStore& users) {
      const core::Session record{.id = users.new_session_id(),
                                 .token_hash = token,
                                 .user_id = user.id,
                                 .created_at = now,
                                 .last_seen_at = seen,
                                 .address = "192.0.2.1",
                                 .user_agent = "test"};
      users.insert(record);
      return record;
    });
  }
  core::ApiKey add_key(const core::User& user, const std::string& hash) {
    return in_store([&](UserStore& users) {
      const core::ApiKey record{.id = users.new_api_key_id(),
                                .user_id = user.id,
                                .name = "key",
                                .key_prefix = "cw_ak_1",
                                .key_hash = hash,
                                .permissions = "read:cas",
                                .is_active = true,
                                .created_at = now,
                                .expires_at = std::nullopt,
                                .last_used_at = std::nullopt};
      users.insert(record);
      return record;
    });
  }

  base::Time now;
};

TYPED_TEST_SUITE(UserStoreTest, Databases, DatabaseName);

TYPED_TEST(UserStoreTest, FindsUsersAndRefusesANameTwice) {
  this->in_store([](UserStore& users) { EXPECT_FALSE(users.exist()); });
  const auto alice = this->add("alice", "admin");
  this->add("bob");
  this->add("albert");
  EXPECT_THROW(this->add("alice"), base::Error);
  this->in_store([&](UserStore& users) {
    EXPECT_TRUE(users.exist());
    EXPECT_EQ(users.find(alice.id)->username, "alice");
    EXPECT_EQ(users.find_by_name("alice")->id, alice.id);
    EXPECT_FALSE(users.find_by_name("Alice"));
    EXPECT_EQ(users.list({}, 100).size(), 3u);
    const auto found = users.list({.search = "al"}, 100);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].username, "albert");
    EXPECT_EQ(users.list({}, 1).size(), 1u);
    EXPECT_EQ(users.count_active(), 3);
    EXPECT_EQ(users.count_active_administrators(), 1);
  });
}

TYPED_TEST(UserStoreTest, KeepsEveryChange) {
  auto user = this->add("alice");
  user.role = "operator";
  user.password_hash = "other";
  user.is_active = false;
  user.must_change_password = true;
  user.failed_logins = 3;
  user.locked_until = this->now + hours{1};
  user.last_login_at = this->now;
  user.login_count = 7;
  user.password_changed_at = this->now + hours{2};
  this->in_store([&](UserStore& users) { users.update(user); });
  this->in_store([&](UserStore& users) {
    const auto found = users.find(user.id).value();
    EXPECT_EQ(found.role, "operator");
    EXPECT_EQ(found.password_hash, "other");
    EXPECT_FALSE(found.is_active);
    EXPECT_TRUE(found.must_change_password);
    EXPECT_EQ(found.failed_logins, 3);
    EXPECT_EQ(found.locked_until, user.locked_until);
    EXPECT_EQ(found.last_login_at, user.last_login_at);
    EXPECT_EQ(found.login_count, 7);
    EXPECT_EQ(found.password_changed_at, user.password_changed_at);
    EXPECT_EQ(users.count_active(), 0);
  });
}

TYPED_TEST(UserStoreTest, NotesSignInsWithoutTouchingTheRest) {
  const auto user = this->add("alice");
  this->in_store([&](UserStore& users) {
    EXPECT_EQ(users.note_failed_login(user.id), 1);
    EXPECT_EQ(users.note_failed_login(user.id), 2);
    EXPECT_EQ(users.note_failed_login(core::UserId::from_number(99'999).value()), 0);
    users.lock_until(user.id, this->now + hours{1});
    EXPECT_EQ(users.find(user.id)->locked_until, this->now + hours{1});
    users.note_login(user.id, this->now);
    const auto found = users.find_to_change(user.id).value();
    EXPECT_EQ(found.failed_logins, 0);
    EXPECT_FALSE(found.locked_until);
    EXPECT_EQ(found.last_login_at, this->now);
    EXPECT_EQ(found.login_count, 1);
    EXPECT_EQ(found.role, "viewer");
  });
}

TYPED_TEST(UserStoreTest, EndsSessions) {
  const auto alice = this->add("alice");
  const auto bob = this->add("bob");
  const auto one = this->open(alice, "t1", this->now);
  const auto two = this->open(alice, "t2", this->now + hours{1});
  this->open(bob, "t3", this->now);
  this->in_store([&](UserStore& users) {
    EXPECT_EQ(users.find_session("t1")->id, one.id);
    EXPECT_FALSE(users.find_session("t9"));
    const auto sessions = users.sessions_of(alice.id);
    ASSERT_EQ(sessions.size(), 2u);
    EXPECT_EQ(sessions[0].id, two.id);  // the latest first
    EXPECT_FALSE(users.remove_session(bob.id, one.id)) << "it is another user's";
    users.touch_session(one.id, this->now + hours{2});
    EXPECT_EQ(users.sessions_of(alice.id)[0].id, one.id);
    users.trim_sessions_of(alice.id, 1);
    EXPECT_FALSE(users.find_session("t2"));
    EXPECT_TRUE(users.remove_session(alice.id, one.id));
    EXPECT_EQ(users.sessions_of(bob.id).size(), 1u);
  });
  const auto kept = this->open(alice, "t4", this->now);
  this->open(alice, "t5", this->now);
  this->in_store([&](UserStore& users) {
    EXPECT_EQ(users.remove_sessions_of(alice.id, kept.id.to_number()), 1);
    EXPECT_EQ(users.sessions_of(alice.id).size(), 1u);
    EXPECT_EQ(users.remove_sessions_before(this->now, this->now), 0);
    EXPECT_EQ(users.remove_sessions_before(this->now + hours{1}, this->now), 2);
  });
}

TYPED_TEST(UserStoreTest, KeepsApiKeysOfEachUserApart) {
  const auto alice = this->add("alice");
  const auto bob = this->add("bob");
  auto key = this->add_key(alice, "h1");
  this->in_store([&](UserStore& users) {
    EXPECT_EQ(users.find_api_key("h1")->id, key.id);
    EXPECT_TRUE(users.find_api_key(alice.id, key.id));
    EXPECT_FALSE(users.find_api_key(bob.id, key.id));
    EXPECT_TRUE(users.api_keys_of(bob.id).empty());
    key.key_hash = "h2";
    key.is_active = false;
    key.expires_at = this->now;
    users.update(key);
    users.touch_api_key(key.id, this->now);
    EXPECT_FALSE(users.find_api_key("h1"));
    const auto found = users.find_api_key("h2").value();
    EXPECT_FALSE(found.is_active);
    EXPECT_EQ(found.expires_at, this->now);
    EXPECT_EQ(found.last_used_at, this->now);
    users.remove(key.id);
    EXPECT_TRUE(users.api_keys_of(alice.id).empty());
  });
  EXPECT_NO_THROW(this->add_key(alice, "h2"));
  EXPECT_THROW(this->add_key(bob, "h2"), base::Error);
}

TYPED_TEST(UserStoreTest, TakesSessionsAndKeysAlongWhenAUserGoes) {
  const auto alice = this->add("alice");
  this->open(alice, "t1", this->now);
  this->add_key(alice, "h1");
  this->in_store([&](UserStore& users) { users.remove(alice.id); });
  this->in_store([&](UserStore& users) {
    EXPECT_FALSE(users.find(alice.id));
    EXPECT_FALSE(users.find_session("t1"));
    EXPECT_FALSE(users.find_api_key("h1"));
  });
}

}  // namespace
}  // namespace storage

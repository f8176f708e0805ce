#include <gtest/gtest.h>

#include <thread>

#include "service/users.h"
#include "service/world_for_test.h"
#include "storage/user_store.h"

namespace service {
namespace {

const base::Secret good_password{"correct horse battery"};

template <class Server>
class UsersTest : public World<Server> {
 protected:
  core::User add(const std::string& name, const std::string& role = "viewer") {
    return this->node.users.create(
        test_act,
        {.username = name, .email = "", .full_name = "", .role = role, .password = good_password});
  }
  // For tests that do not sign in: hashing takes its time on purpose.
  core::User add_quickly(const std::string& name, const std::string& role) {
    return this->database->write(test_act, [&](db::Session& session) {
      session.bookkeeping("a test");
      storage::UserStore users{session};
      const core::User user{.id = users.new_id(),
                            .username = name,
                            .email = "",
                            .full_name = "",
                            .role = role,
                            .password_hash = "none",
                            .is_active = true,
                            .must_change_password = false,
                            .failed_logins = 0,
                            .locked_until = std::nullopt,
                            .last_login_at = std::nullopt,
                            .login_count = 0,
                            .password_changed_at = this->clock.now(),
                            .created_at = this->clock.now()};
      users.insert(user);
      return user;
    });
  }
};
TYPED_TEST_SUITE(UsersTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(UsersTest, AreMadeWithLowerCaseNames) {
  EXPECT_FALSE(this->node.users.exist());
  std::optional<core::User> made;
  EXPECT_EQ(this->traced([&] { made = this->add("Bob", "operator"); }), Trace{"alice test.act"});
  EXPECT_TRUE(this->node.users.exist());
  EXPECT_EQ(made->username, "bob");
  EXPECT_EQ(this->node.users.find_by_name("BOB")->id, made->id);
  EXPECT_EQ(this->node.users.list({.search = "B"}).size(), 1u);
  EXPECT_EQ(this->node.users.list({}).size(), 1u);
  EXPECT_TRUE(made->password_hash.starts_with("$argon2id$")) << made->password_hash;
  EXPECT_EQ(made->password_hash.find("horse"), std::string::npos);
  EXPECT_EQ(code_of([&] { this->add("bob"); }), base::ErrorCode::conflict);
}

TYPED_TEST(UsersTest, AreRefusedWithEveryFieldThatIsWrong) {
  const auto error = error_of([&] {
    this->node.users.create(test_act, {.username = "b b",
                                       .email = "nobody",
                                       .full_name = std::string(256, 'x'),
                                       .role = "god",
                                       .password = base::Secret{"short"}});
  });
  ASSERT_TRUE(error);
  std::vector<std::string> fields;
  for (const auto& field : error->fields()) {
    fields.push_back(field.field);
    EXPECT_EQ(field.reason.find("short"), std::string::npos);
  }
  EXPECT_EQ(fields,
            (std::vector<std::string>{"username", "password", "email", "full_name", "role"}));
  EXPECT_FALSE(this->node.users.exist());
}

TYPED_TEST(UsersTest, DoNotLoseTheLastAdministrator) {
  const auto root = this->add_quickly("root", "admin");
  auto& users = this->node.users;
  const auto refused = [&](auto work) {
    EXPECT_EQ(this->traced([&] { EXPECT_EQ(code_of(work), base::ErrorCode::conflict); }), Trace{});
  };
  refused([&] { users.remove(test_act, root.id); });
  refused([&] { users.update(test_act, root.id, {.role = "viewer"}); });
  refused([&] { users.update(test_act, root.id, {.is_active = false}); });
  EXPECT_EQ(users.find(root.id)->role, "admin");

  const auto other = this->add_quickly("other", "admin");
  EXPECT_EQ(this->traced([&] { users.update(test_act, other.id, {.is_active = false}); }),
            Trace{"alice test.act"});
  refused([&] { users.remove(test_act, root.id); });
  users.update(test_act, other.id, {.is_active = true});
  EXPECT_EQ(this->traced([&] { users.remove(test_act, root.id); }), Trace{"alice test.act"});
  EXPECT_FALSE(users.find(root.id));
  EXPECT_EQ(code_of([&] { users.remove(test_act, root.id); }), base::ErrorCode::not_found);
}

TYPED_TEST(UsersTest, HandOverWhatTheyOwnWhenTheyGo) {
  this->add_quickly("root", "admin");
  const auto bob = this->add_quickly("bob", "operator");
  const auto carol = this->add_quickly("carol", "operator");
  const auto authority = this->make_root();
  auto act = test_act;
  act.by = "bob";
  const auto made = this->node.issuance.issue(act, this->order(authority.id, "www.example.com"));
  EXPECT_EQ(this->node.users.owned_by(bob.id), storage::Owned{.certificates = 1});

  const auto refused = error_of([&] { this->node.users.remove(test_act, bob.id); });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code(), base::ErrorCode::conflict);
  EXPECT_STREQ(refused->what(), "bob owns 1 certificate: say who takes over (hand_over_to)");
  EXPECT_EQ(code_of([&] { this->node.users.remove(test_act, bob.id, bob.id); }),
            base::ErrorCode::invalid_request);
  this->node.users.update(test_act, carol.id, {.is_active = false});
  EXPECT_EQ(code_of([&] { this->node.users.remove(test_act, bob.id, carol.id); }),
            base::ErrorCode::invalid_request)
      << "nobody inherits who cannot sign in";
  EXPECT_TRUE(this->node.users.find(bob.id));

  this->node.users.update(test_act, carol.id, {.is_active = true});
  EXPECT_EQ(this->traced([&] { this->node.users.remove(test_act, bob.id, carol.id); }),
            Trace{"alice test.act"});
  EXPECT_FALSE(this->node.users.find(bob.id));
  EXPECT_EQ(this->node.users.owned_by(carol.id), storage::Owned{.certificates = 1});
  this->database->read([&](db::Session& session) {
    EXPECT_EQ(storage::CertificateStore{session}.find(made.id)->created_by, "carol");
  });
}

TYPED_TEST(UsersTest, HandOverThousandsInSteps) {
  this->add_quickly("root", "admin");
  const auto bob = this->add_quickly("bob", "operator");
  const auto carol = this->add_quickly("carol", "operator");
  const auto authority = this->make_root();
  const auto first = this->issue(authority.id);
  this->database->write(test_act, [&](db::Session& session) {
    session.bookkeeping("a test");
    storage::CertificateStore store{session};
    for (int i = 0; i < 2100; ++i) {
      auto copy = first;
      copy.id = store.new_id();
      copy.serial_number = x509::SerialNumber::parse("7b" + std::to_string(100'000 + i)).value();
      copy.created_by = "bob";
      store.insert(copy);
    }
  });
  const Trace steps{"alice user.hand_over", "alice user.hand_over", "alice test.act"};
  EXPECT_EQ(this->traced([&] { this->node.users.remove(test_act, bob.id, carol.id); }), steps);
  EXPECT_EQ(this->node.users.owned_by(carol.id).certificates, 2100);
}

TYPED_TEST(UsersTest, KeepTheLastAdministratorAlthoughThereIsAnHeir) {
  const auto root = this->add_quickly("root", "admin");
  const auto bob = this->add_quickly("bob", "operator");
  EXPECT_EQ(code_of([&] { this->node.users.remove(test_act, root.id, bob.id); }),
            base::ErrorCode::conflict);
  EXPECT_TRUE(this->node.users.find(root.id));
}

TYPED_TEST(UsersTest, DoNotLoseTheLastTwoAdministratorsAtOnce) {
  for (int round = 0; round < 10; ++round) {
    const auto one = this->add_quickly("one" + std::to_string(round), "admin");
    const auto two = this->add_quickly("two" + std::to_string(round), "admin");
    {
      const auto demote = [&](const core::UserId& id) {
        code_of([&] { this->node.users.update(test_act, id, {.role = "viewer"}); });
      };
      std::jthread first{[&] { demote(one.id); }};
      std::jthread second{[&] { demote(two.id); }};
    }
    EXPECT_EQ(this->count("users WHERE role = 'admin' AND is_active = TRUE"), 1);
    this->database->write(test_act, [](db::Session& session) {
      session.bookkeeping("a test");
      session.execute("DELETE FROM users");
    });
  }
}

// A failing sign-in must not bring back what an administrator changed meanwhile.
TYPED_TEST(UsersTest, KeepTheirDemotionWhateverHappensAtTheSameTime) {
  this->add_quickly("root", "admin");
  const auto bob = this->add_quickly("bob", "operator");
  std::atomic<bool> stop = false;
  std::jthread failing{[&] {
    while (!stop) {
      this->database->write(test_act, [&](db::Session& session) {
        session.bookkeeping("a test");
        storage::UserStore{session}.note_failed_login(bob.id);
      });
    }
  }};
  for (int i = 0; i < 40; ++i) {
    const auto* const role = i % 2 == 0 ? "viewer" : "operator";
    this->node.users.update(test_act, bob.id, {.role = role});
    EXPECT_EQ(this->node.users.find(bob.id)->role, role);
  }
  stop = true;
  failing.join();
  EXPECT_GT(this->node.users.find(bob.id)->failed_logins, 0);
}

TYPED_TEST(UsersTest, LoseTheirSessionsWithTheirPassword) {
  const auto bob = this->add("bob");
  this->add_quickly("root", "admin");
  auto& sign_in = this->node.sign_in;
  const auto kept = sign_in.open_session(test_act, bob);
  const auto ended = sign_in.open_session(test_act, bob);
  EXPECT_EQ(code_of([&] {
              this->node.users.set_password(test_act, bob.id, base::Secret{"short"}, false, 0);
            }),
            base::ErrorCode::invalid_request);
  EXPECT_EQ(this->traced([&] {
    this->node.users.set_password(test_act, bob.id, base::Secret{"another horse battery"}, true,
                                  kept.session_id.to_number());
  }),
            Trace{"alice test.act"});
  EXPECT_TRUE(sign_in.caller_of_session(kept.token.reveal())->must_change_password);
  EXPECT_FALSE(sign_in.caller_of_session(ended.token.reveal()));
  EXPECT_EQ(code_of([&] { sign_in.with_password(test_act, "bob", good_password); }),
            base::ErrorCode::unauthenticated);
  EXPECT_NO_THROW(sign_in.with_password(test_act, "bob", base::Secret{"another horse battery"}));
}

TYPED_TEST(UsersTest, LoseTheirSessionsWhenSwitchedOff) {
  const auto bob = this->add_quickly("bob", "viewer");
  this->add_quickly("root", "admin");
  const auto opened = this->node.sign_in.open_session(test_act, bob);
  this->node.users.update(test_act, bob.id, {.is_active = false});
  EXPECT_FALSE(this->node.sign_in.caller_of_session(opened.token.reveal()));
  this->node.users.update(test_act, bob.id, {.is_active = true});
  EXPECT_FALSE(this->node.sign_in.caller_of_session(opened.token.reveal()))
      << "it ended, it did not pause";
}

}  // namespace
}  // namespace service

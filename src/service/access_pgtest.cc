#include <gtest/gtest.h>

#include "core/totp.h"
#include "service/access.h"
#include "service/access_rights.h"
#include "service/totp.h"
#include "service/world_for_test.h"

namespace service {
namespace {

const base::Secret password{"correct horse battery"};

template <class Server>
class AccessTest : public World<Server> {
 protected:
  core::User add(const std::string& name, const std::string& role) {
    return this->node.users.create(
        test_act,
        {.username = name, .email = "", .full_name = "", .role = role, .password = password});
  }
  auth::Caller caller(const core::User& user) {
    const auto opened = this->node.sign_in.open_session(test_act, user);
    return this->node.sign_in.caller_of_session(opened.token.reveal()).value();
  }

  AccessRules access{*this->database, this->clock};
  auth::Caller root = caller(add("root", "admin"));
};
TYPED_TEST_SUITE(AccessTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(AccessTest, GivesACustomRoleWhatItSaysAndNoMore) {
  this->access.create_role(test_act, this->root,
                           {"issuer", "", {"read:certificates", "write:certificates"}});
  const auto bob = this->add("bob", "issuer");
  auto rights = this->caller(bob).rights;
  EXPECT_TRUE(rights.include("write:certificates"));
  EXPECT_FALSE(rights.include("read:cas"));
  this->access.update_role(test_act, this->root, "issuer", {.permissions = {{"read:cas"}}});
  rights = this->caller(bob).rights;
  EXPECT_FALSE(rights.include("write:certificates")) << "at once";
  EXPECT_TRUE(rights.include("read:cas"));
  this->access.update_role(test_act, this->root, "issuer", {.name = "reader"});
  EXPECT_TRUE(this->caller(bob).rights.include("read:cas")) << "a new name is the same role";
  EXPECT_EQ(code_of([&] { this->access.remove_role(test_act, this->root, "reader"); }),
            base::ErrorCode::conflict);
  this->node.users.update(test_act, bob.id, {.role = "viewer"});
  EXPECT_EQ(this->traced([&] { this->access.remove_role(test_act, this->root, "reader"); }),
            Trace{"alice test.act"});
  EXPECT_EQ(code_of([&] { this->node.users.update(test_act, bob.id, {.role = "reader"}); }),
            base::ErrorCode::invalid_request);
}

TYPED_TEST(AccessTest, GrantsNobodyAdministration) {
  for (const std::string name : {"*", "admin:system", "admin:*", "fly:certificates", ""}) {
    EXPECT_EQ(
        code_of([&] { this->access.create_role(test_act, this->root, {"role-x", "", {name}}); }),
        base::ErrorCode::invalid_request)
        << name;
    EXPECT_EQ(
        code_of([&] { this->access.create_group(test_act, this->root, {"Group", "", {name}}); }),
        base::ErrorCode::invalid_request)
        << name;
  }
  for (const std::string name : {"admin", "viewer", "Upper", "a b", "", "x"}) {
    EXPECT_TRUE(code_of([&] { this->access.create_role(test_act, this->root, {name, "", {}}); }))
        << name;
  }
  // Not even when somebody writes it into the table.
  this->access.create_role(test_act, this->root, {"sneaky", "", {"read:cas"}});
  this->database->write(test_act, [](db::Session& session) {
    session.bookkeeping("a test");
    session.execute("UPDATE roles SET permissions = '* admin:system read:cas'");
  });
  const auto rights = this->caller(this->add("bob", "sneaky")).rights;
  EXPECT_EQ(rights.names(), std::vector<std::string>{"read:cas"});
}

TYPED_TEST(AccessTest, AddsTheRightsOfGroupsWhileSomebodyIsInThem) {
  const auto bob = this->add("bob", "viewer");
  const auto group =
      this->access.create_group(test_act, this->root, {"Issuers", "", {"write:certificates"}});
  EXPECT_FALSE(this->caller(bob).rights.include("write:certificates"));
  EXPECT_EQ(this->traced(
                [&] { this->access.add_member(test_act, this->root, group.id, bob.id, "member"); }),
            Trace{"alice test.act"});
  EXPECT_TRUE(this->caller(bob).rights.include("write:certificates"));
  EXPECT_TRUE(this->caller(bob).rights.include("read:certificates"));
  EXPECT_EQ(
      code_of([&] { this->access.add_member(test_act, this->root, group.id, bob.id, "member"); }),
      base::ErrorCode::conflict);
  EXPECT_EQ(this->access.groups("").front().members, 1);
  this->access.remove_member(test_act, this->root, group.id, bob.id);
  EXPECT_FALSE(this->caller(bob).rights.include("write:certificates"));
  this->access.add_member(test_act, this->root, group.id, bob.id, "member");
  this->access.remove_group(test_act, this->root, group.id);
  EXPECT_FALSE(this->caller(bob).rights.include("write:certificates"));
  this->node.users.remove(test_act, bob.id);
  EXPECT_EQ(this->count("group_members"), 0);
}

// An operator may write groups, but does not have all rights that a group may have.
TYPED_TEST(AccessTest, KeepsCallersFromGivingThemselvesMore) {
  const auto bob = this->add("bob", "operator");
  const auto operator_ = this->caller(bob);
  const auto strong =
      this->access.create_group(test_act, this->root, {"Strong", "", {"write:users"}});
  const auto weak = this->access.create_group(test_act, operator_, {"Weak", "", {"read:cas"}});
  const auto refused = [&](auto work) { return code_of(work) == base::ErrorCode::forbidden; };
  EXPECT_TRUE(refused([&] {
    this->access.create_group(test_act, operator_, {"Own", "", {"delete:certificates"}});
  }));
  EXPECT_TRUE(
      refused([&] { this->access.add_member(test_act, operator_, strong.id, bob.id, "member"); }));
  EXPECT_TRUE(refused([&] {
    this->access.update_group(test_act, operator_, weak.id, {.permissions = {{"read:users"}}});
  }));
  EXPECT_TRUE(refused([&] {
    this->access.update_group(test_act, operator_, strong.id, {.permissions = {{"read:cas"}}});
  }));
  EXPECT_TRUE(refused([&] { this->access.remove_group(test_act, operator_, strong.id); }));
  EXPECT_NO_THROW(this->access.add_member(test_act, operator_, weak.id, bob.id, "member"));
}

template <class Server>
class SecondFactorTest : public AccessTest<Server> {
 protected:
  base::Bytes secret() {
    return this->database->read([&](db::Session& session) {
      base::Bytes wrapped;
      session.each("SELECT wrapped FROM totp_secrets", [&](std::span<const db::Value> row) {
        wrapped = std::get<base::Bytes>(row[0]);
      });
      const auto plain =
          this->node.master.unwrap(wrapped, "totp " + std::to_string(bob.id.to_number()));
      return base::to_bytes(base::as_bytes(plain.reveal()));
    });
  }
  std::string code() { return core::totp_code(secret(), core::totp_step_at(this->clock.now())); }
  std::vector<std::string> switch_on() {
    totp.offer(test_act, bob, "Example");
    auto codes = totp.confirm(test_act, bob, code());
    this->clock.advance(core::totp_step);
    return codes;
  }
  SignIn::Begun begin() { return this->node.sign_in.with_password(test_act, "bob", password); }
  std::optional<base::ErrorCode> finish(const SignIn::Begun& begun, const std::string& text) {
    return code_of([&] { this->node.sign_in.with_code(test_act, begun.pending.reveal(), text); });
  }

  core::User bob = this->add("bob", "operator");
  Totp totp{*this->database, this->node.master, this->node.random, this->clock};
};
TYPED_TEST_SUITE(SecondFactorTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(SecondFactorTest, IsAskedForOnceConfirmed) {
  this->totp.offer(test_act, this->bob, "Example");
  EXPECT_TRUE(this->begin().opened) << "an offer alone asks for nothing";
  EXPECT_EQ(code_of([&] { this->totp.confirm(test_act, this->bob, "000000"); }),
            base::ErrorCode::invalid_request);
  EXPECT_EQ(this->switch_on().size(), Totp::recovery_codes);
  const auto begun = this->begin();
  EXPECT_FALSE(begun.opened);
  EXPECT_FALSE(this->node.sign_in.caller_of_session(begun.pending.reveal())) << "no session yet";
  EXPECT_EQ(this->finish(begun, this->code()), std::nullopt);
  EXPECT_EQ(this->finish(begun, this->code()), base::ErrorCode::unauthenticated)
      << "the pending sign-in is used up";
  EXPECT_EQ(this->finish(this->begin(), this->code()), base::ErrorCode::unauthenticated)
      << "and so is the code";
  this->clock.advance(core::totp_step);
  EXPECT_EQ(this->finish(this->begin(), this->code()), std::nullopt);
  EXPECT_EQ(code_of([&] { this->totp.offer(test_act, this->bob, "Example"); }),
            base::ErrorCode::conflict);
}

TYPED_TEST(SecondFactorTest, TakesARecoveryCodeOnce) {
  const auto codes = this->switch_on();
  EXPECT_EQ(this->finish(this->begin(), codes[0].substr(0, 15)), base::ErrorCode::unauthenticated);
  EXPECT_EQ(this->finish(this->begin(), codes[0]), std::nullopt);
  EXPECT_EQ(this->finish(this->begin(), codes[0]), base::ErrorCode::unauthenticated);
  EXPECT_EQ(this->totp.recovery_codes_left(this->bob.id), 7);
  const auto fresh = this->totp.new_recovery_codes(test_act, this->bob, codes[1]);
  EXPECT_EQ(this->finish(this->begin(), codes[2]), base::ErrorCode::unauthenticated);
  EXPECT_EQ(this->finish(this->begin(), fresh[2]), std::nullopt);
  EXPECT_EQ(this->count("recovery_codes WHERE code_hash = '" + fresh[3] + "'"), 0);
}

TYPED_TEST(SecondFactorTest, RestsAfterWrongCodesAlthoughThePasswordIsRight) {
  this->switch_on();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(this->finish(this->begin(), "000000"), base::ErrorCode::unauthenticated) << i;
  }
  EXPECT_EQ(code_of([&] { this->begin(); }), base::ErrorCode::rate_limited);
}

TYPED_TEST(SecondFactorTest, EndsWithACodeOrByAnAdministrator) {
  const auto codes = this->switch_on();
  EXPECT_EQ(code_of([&] { this->totp.disable(test_act, this->bob, "000000"); }),
            base::ErrorCode::invalid_request);
  this->totp.disable(test_act, this->bob, codes[0]);
  EXPECT_TRUE(this->begin().opened);
  this->switch_on();
  this->totp.remove(test_act, this->bob);
  EXPECT_TRUE(this->begin().opened);
  EXPECT_EQ(this->count("recovery_codes"), 0);
}

TYPED_TEST(SecondFactorTest, WaitsFiveMinutesForTheCode) {
  this->switch_on();
  const auto begun = this->begin();
  this->clock.advance(SignIn::longest_pending + base::Seconds{1});
  EXPECT_EQ(this->finish(begun, this->code()), base::ErrorCode::unauthenticated);
  this->node.sign_in.remove_ended_sessions();
  EXPECT_EQ(this->count("pending_sign_ins"), 0);
}

// Somebody who guesses learns from the refusal whether a name exists, unless both rest alike.
TYPED_TEST(AccessTest, LocksNamesThatNobodyHasLikeThoseThatSomebodyHas) {
  this->add("bob", "viewer");
  std::vector<std::vector<std::string>> told;
  for (const std::string name : {"bob", "nobody-has-this"}) {
    std::vector<std::string> texts;
    for (int i = 0; i < 7; ++i) {
      const auto error = error_of([&] {
        this->node.sign_in.with_password(test_act, name, base::Secret{"wrong wrong wrong"});
      });
      texts.push_back(error.value().what());
    }
    told.push_back(texts);
  }
  EXPECT_EQ(told[0], told[1]);
  EXPECT_TRUE(told[0].back().starts_with("too many failed sign-ins"));
}

TYPED_TEST(AccessTest, SlowsAnAddressThatTriesManyNames) {
  this->add("bob", "viewer");
  const auto attempt = [&](const std::string& name, const std::string& from) {
    auto act = test_act;
    act.from = from;
    return code_of(
        [&] { this->node.sign_in.with_password(act, name, base::Secret{"wrong wrong wrong"}); });
  };
  int tried = 0;
  while (attempt("name-" + std::to_string(tried), "2001:db8:1:2::" + std::to_string(tried)) ==
         base::ErrorCode::unauthenticated) {
    ASSERT_LT(++tried, 100);
  }
  EXPECT_EQ(tried, 31) << "the whole /64 counts as one";
  EXPECT_EQ(attempt("bob", "2001:db8:1:3::1"), base::ErrorCode::unauthenticated)
      << "others are not slowed";
}

}  // namespace
}  // namespace service

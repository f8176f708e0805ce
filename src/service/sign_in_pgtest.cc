#include <gtest/gtest.h>

#include "service/sign_in.h"
#include "service/world_for_test.h"

namespace service {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const base::Secret good_password{"correct horse battery"};
const base::Secret wrong_password{"wrong horse battery"};

template <class Server>
class SignInTest : public World<Server> {
 protected:
  core::User add(const std::string& name, const std::string& role) {
    return this->node.users.create(
        test_act,
        {.username = name, .email = "", .full_name = "", .role = role, .password = good_password});
  }
  SignIn::Opened sign_in(const std::string& name) {
    return this->node.sign_in.with_password(test_act, name, good_password).opened.value();
  }
  std::optional<base::Error> attempt(const std::string& name, const base::Secret& password) {
    return error_of([&] { this->node.sign_in.with_password(test_act, name, password); });
  }
  std::optional<auth::Caller> caller(const SignIn::Opened& opened) {
    return this->node.sign_in.caller_of_session(opened.token.reveal());
  }
};
TYPED_TEST_SUITE(SignInTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(SignInTest, OpensASessionAndLeavesOneEntry) {
  const auto bob = this->add("bob", "operator");
  std::optional<SignIn::Opened> opened;
  EXPECT_EQ(this->traced([&] { opened = this->sign_in("BOB"); }), Trace{"bob test.act"});
  EXPECT_EQ(opened->user.login_count, 1);
  EXPECT_EQ(opened->user.last_login_at, this->clock.now());
  const auto caller = this->caller(*opened).value();
  EXPECT_EQ(caller.username, "bob");
  EXPECT_EQ(caller.user_id, bob.id.to_number());
  EXPECT_EQ(caller.session_id, opened->session_id.to_number());
  EXPECT_TRUE(caller.rights.include("write:certificates"));
  EXPECT_FALSE(caller.rights.include("write:users"));
  EXPECT_EQ(
      this->count("sessions WHERE token_hash = '" + std::string{opened->token.reveal()} + "'"), 0)
      << "the token itself is not stored";
}

TYPED_TEST(SignInTest, SaysTheSameOfUnknownWrongAndInactive) {
  this->add("root", "admin");
  this->add("bob", "viewer");
  const auto gone = this->add("gone", "viewer");
  this->node.users.update(test_act, gone.id, {.is_active = false});
  std::vector<std::string> texts;
  EXPECT_EQ(this->traced([&] {
    for (const auto& [name, password] :
         {std::pair{"nobody", good_password}, std::pair{"bob", wrong_password},
          std::pair{"gone", good_password}, std::pair{"", good_password},
          std::pair{"bob'; DROP TABLE users; --", good_password}}) {
      const auto error = this->attempt(name, password);
      ASSERT_TRUE(error) << name;
      EXPECT_EQ(error->code(), base::ErrorCode::unauthenticated) << name;
      texts.push_back(error->what());
    }
  }),
            Trace(5, "alice test.act refused"));
  EXPECT_EQ(texts, std::vector<std::string>(5, texts.front()));
  // As long as a username may be, cut in the middle of a character or not.
  std::string long_name = "a";
  for (int i = 0; i < 100; ++i) {
    long_name += "\xc3\xa4";
  }
  EXPECT_EQ(this->attempt(long_name, good_password)->code(), base::ErrorCode::unauthenticated);
}

TYPED_TEST(SignInTest, RestsAfterFiveFailuresAndForgetsThemWhenItSucceeds) {
  this->add("bob", "viewer");
  const auto fail = [&] { return this->attempt("bob", wrong_password)->code(); };
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(fail(), base::ErrorCode::unauthenticated);
  }
  EXPECT_FALSE(this->attempt("bob", good_password));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(fail(), base::ErrorCode::unauthenticated);
  }
  const auto locked = this->attempt("bob", good_password);
  ASSERT_TRUE(locked) << "the right password does not help while the account rests";
  EXPECT_EQ(locked->code(), base::ErrorCode::rate_limited);
  EXPECT_EQ(locked->retry_after(), 30);
  this->clock.advance(base::Seconds{29});
  EXPECT_EQ(this->attempt("bob", good_password)->retry_after(), 1);
  this->clock.advance(base::Seconds{1});
  EXPECT_EQ(fail(), base::ErrorCode::unauthenticated);
  EXPECT_EQ(this->attempt("bob", good_password)->retry_after(), 60);
  this->clock.advance(minutes{1});
  EXPECT_FALSE(this->attempt("bob", good_password));
  EXPECT_EQ(fail(), base::ErrorCode::unauthenticated);
  EXPECT_FALSE(this->attempt("bob", good_password));
}

TYPED_TEST(SignInTest, EndsSessionsThatAreNotUsedOrTooOld) {
  auto general = this->node.general.get();
  general.session_timeout = 3600;
  this->node.general.put(test_act, general);
  this->add("bob", "viewer");
  const auto idle = this->sign_in("bob");
  this->clock.advance(hours{1});
  EXPECT_TRUE(this->caller(idle));  // a use, which is noted
  this->clock.advance(hours{1});
  EXPECT_TRUE(this->caller(idle));
  this->clock.advance(hours{1} + base::Seconds{1});
  EXPECT_FALSE(this->caller(idle));
  EXPECT_FALSE(this->caller(idle));

  const auto used = this->sign_in("bob");
  for (int i = 0; i < 24; ++i) {
    this->clock.advance(hours{1});
    EXPECT_TRUE(this->caller(used)) << i;
  }
  this->clock.advance(base::Seconds{1});
  EXPECT_FALSE(this->caller(used)) << "a day is the most";
  EXPECT_EQ(this->traced([&] { EXPECT_EQ(this->node.sign_in.remove_ended_sessions(), 2); }),
            Trace{});
}

TYPED_TEST(SignInTest, KnowsNoTokenButItsOwn) {
  this->add("bob", "viewer");
  const auto opened = this->sign_in("bob");
  const std::string token{opened.token.reveal()};
  EXPECT_GE(token.size(), 43u) << "256 bits";
  for (const std::string& other : {std::string{}, token.substr(1), token + "A",
                                   std::string(43, 'A'), std::string(5000, 'A')}) {
    EXPECT_FALSE(this->node.sign_in.caller_of_session(other));
  }
  auto& sign_in = this->node.sign_in;
  EXPECT_TRUE(sign_in.is_csrf_token(token, sign_in.csrf_token(token)));
  EXPECT_FALSE(sign_in.is_csrf_token(token, sign_in.csrf_token("other")));
  EXPECT_FALSE(sign_in.is_csrf_token(token, ""));
}

TYPED_TEST(SignInTest, KeepsTwentySessionsAtMost) {
  const auto bob = this->add("bob", "viewer");
  const auto first = this->node.sign_in.open_session(test_act, bob);
  for (int i = 0; i < SignIn::most_sessions; ++i) {
    this->clock.advance(base::Seconds{1});
    this->node.sign_in.open_session(test_act, bob);
  }
  EXPECT_EQ(this->node.sign_in.sessions(bob.id).size(), 20u);
  EXPECT_FALSE(this->caller(first));
}

TYPED_TEST(SignInTest, ClosesOnlySessionsOfTheSameUser) {
  const auto bob = this->add("bob", "viewer");
  const auto eve = this->add("eve", "viewer");
  const auto of_bob = this->node.sign_in.open_session(test_act, bob);
  const auto other = this->node.sign_in.open_session(test_act, bob);
  auto& sign_in = this->node.sign_in;
  EXPECT_EQ(code_of([&] { sign_in.close(test_act, eve.id, of_bob.session_id); }),
            base::ErrorCode::not_found);
  EXPECT_EQ(this->traced([&] {
    EXPECT_EQ(sign_in.close_others(test_act, bob.id, of_bob.session_id.to_number()), 1);
  }),
            Trace{"alice test.act"});
  EXPECT_FALSE(this->caller(other));
  EXPECT_EQ(this->traced([&] { sign_in.close(test_act, bob.id, of_bob.session_id); }),
            Trace{"alice test.act"});
  EXPECT_FALSE(this->caller(of_bob));
}

TYPED_TEST(SignInTest, AsksForThePasswordBeforeSomethingWeighty) {
  const auto bob = this->add("bob", "viewer");
  auto& sign_in = this->node.sign_in;
  EXPECT_NO_THROW(sign_in.confirm_password(test_act, bob.id, good_password));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(code_of([&] { sign_in.confirm_password(test_act, bob.id, wrong_password); }),
              base::ErrorCode::invalid_request);
  }
  EXPECT_EQ(code_of([&] { sign_in.confirm_password(test_act, bob.id, good_password); }),
            base::ErrorCode::rate_limited);
}

template <class Server>
class ApiKeysTest : public SignInTest<Server> {
 protected:
  void SetUp() override {
    this->add("root", "admin");
    bob = this->add("bob", "operator");
    opened = this->node.sign_in.open_session(test_act, *bob);
  }
  auth::Caller owner() { return this->caller(*opened).value(); }
  ApiKeys::Made make(std::vector<std::string> permissions,
                     std::optional<std::int64_t> days = std::nullopt) {
    return this->node.api_keys.create(test_act, owner(), "ci", permissions, days);
  }
  auth::Caller caller_with(const ApiKeys::Made& made) {
    return this->node.sign_in.caller_of_api_key(made.text.reveal());
  }
  bool works(const ApiKeys::Made& made) {
    return !code_of([&] { caller_with(made); }).has_value();
  }
  std::optional<core::User> bob;
  std::optional<SignIn::Opened> opened;
};
TYPED_TEST_SUITE(ApiKeysTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(ApiKeysTest, WorkAndAreStoredAsAKeyedHashOnly) {
  std::optional<ApiKeys::Made> made;
  EXPECT_EQ(this->traced([&] { made = this->make({"read:certificates", "write:cas"}); }),
            Trace{"alice test.act"});
  const auto caller = this->caller_with(*made);
  EXPECT_EQ(caller.credential, auth::Credential::api_key);
  EXPECT_EQ(caller.username, "bob");
  EXPECT_TRUE(caller.rights.include("read:certificates"));
  EXPECT_TRUE(caller.rights.include("write:cas"));
  EXPECT_FALSE(caller.rights.include("read:cas"));
  const std::string text{made->text.reveal()};
  EXPECT_TRUE(text.starts_with(made->key.key_prefix));
  EXPECT_LT(made->key.key_prefix.size(), 16u);
  EXPECT_EQ(this->count("api_keys WHERE key_hash = '" + text + "'"), 0);
  for (const auto& other : {std::string{}, text + "A", text.substr(1), std::string(5000, 'x')}) {
    EXPECT_EQ(code_of([&] { this->node.sign_in.caller_of_api_key(other); }),
              base::ErrorCode::unauthenticated);
  }
}

TYPED_TEST(ApiKeysTest, NeverHaveMoreThanTheirOwnerHasNow) {
  const auto made = this->make({"write:certificates", "read:certificates"});
  EXPECT_TRUE(this->caller_with(made).rights.include("write:certificates"));
  this->node.users.update(test_act, this->bob->id, {.role = "viewer"});
  EXPECT_FALSE(this->caller_with(made).rights.include("write:certificates"));
  EXPECT_TRUE(this->caller_with(made).rights.include("read:certificates"));
  this->node.users.update(test_act, this->bob->id, {.is_active = false});
  EXPECT_FALSE(this->works(made));
}

TYPED_TEST(ApiKeysTest, AreNotMadeWithRightsThatTheirMakerLacks) {
  for (const auto* permission : {"write:users", "*", "admin:system", "write:*"}) {
    EXPECT_EQ(code_of([&] { this->make({permission}); }), base::ErrorCode::forbidden) << permission;
  }
  for (const auto* permission : {"", "read", "fly:certificates", "read:certificates read:users"}) {
    EXPECT_EQ(code_of([&] { this->make({permission}); }), base::ErrorCode::invalid_request)
        << permission;
  }
  EXPECT_EQ(code_of([&] { this->make({}); }), base::ErrorCode::invalid_request);
}

// A key that may read certificates must not make itself one that may read everything.
TYPED_TEST(ApiKeysTest, CannotMakeAKeyThatIsStrongerThanThemselves) {
  const auto narrow = this->caller_with(this->make({"read:certificates"}));
  for (const auto* permission : {"read:*", "read:cas", "write:certificates", "*"}) {
    EXPECT_EQ(code_of([&] {
                this->node.api_keys.create(test_act, narrow, "more", {permission}, std::nullopt);
              }),
              base::ErrorCode::forbidden)
        << permission;
  }
  EXPECT_NO_THROW(
      this->node.api_keys.create(test_act, narrow, "same", {"read:certificates"}, std::nullopt));
}

TYPED_TEST(ApiKeysTest, EndWhenTheirTimeIsOver) {
  const auto short_lived = this->make({"read:cas"}, 1);
  const auto usual = this->make({"read:cas"});
  const auto endless = this->make({"read:cas"}, 0);
  EXPECT_EQ(usual.key.expires_at, this->clock.now() + std::chrono::days{365});
  EXPECT_FALSE(endless.key.expires_at);
  this->clock.advance(std::chrono::days{1} - base::Seconds{1});
  EXPECT_TRUE(this->works(short_lived));
  this->clock.advance(base::Seconds{1});
  EXPECT_FALSE(this->works(short_lived));
  EXPECT_TRUE(this->works(usual));
  this->clock.advance(std::chrono::days{20'000});
  EXPECT_FALSE(this->works(usual));
  EXPECT_TRUE(this->works(endless));
  this->opened = this->node.sign_in.open_session(test_act, *this->bob);
  for (const auto days : {-1, 3651}) {
    EXPECT_EQ(code_of([&] { this->make({"read:cas"}, days); }), base::ErrorCode::invalid_request);
  }
}

TYPED_TEST(ApiKeysTest, AreChangedByTheirOwnerAlone) {
  const auto made = this->make({"read:cas"});
  auto& keys = this->node.api_keys;
  const auto eve = this->add("eve", "operator");
  const auto stranger = this->caller(this->node.sign_in.open_session(test_act, eve)).value();
  EXPECT_EQ(code_of([&] { keys.find(stranger, made.key.id); }), base::ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { keys.remove(test_act, stranger, made.key.id); }),
            base::ErrorCode::not_found);
  EXPECT_TRUE(keys.list(stranger).empty());

  EXPECT_EQ(this->traced([&] { keys.update(test_act, this->owner(), made.key.id, "new", false); }),
            Trace{"alice test.act"});
  EXPECT_FALSE(this->works(made));
  std::optional<ApiKeys::Made> again;
  EXPECT_EQ(this->traced([&] { again = keys.regenerate(test_act, this->owner(), made.key.id); }),
            Trace{"alice test.act"});
  EXPECT_FALSE(this->works(made));
  EXPECT_TRUE(this->works(*again));
  EXPECT_EQ(keys.list(this->owner()).front().name, "new");
  EXPECT_EQ(this->traced([&] { keys.remove(test_act, this->owner(), made.key.id); }),
            Trace{"alice test.act"});
  EXPECT_FALSE(this->works(*again));
}

TYPED_TEST(ApiKeysTest, AreTenAtMost) {
  for (int i = 0; i < ApiKeys::most_active; ++i) {
    this->make({"read:cas"});
  }
  EXPECT_EQ(code_of([&] { this->make({"read:cas"}); }), base::ErrorCode::conflict);
}

}  // namespace
}  // namespace service

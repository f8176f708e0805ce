#include <gtest/gtest.h>

#include <thread>

#include "service/setup.h"
#include "service/world_for_test.h"

namespace service {
namespace {

template <class Server>
class SetupTest : public World<Server> {
 protected:
  Setup::Completion completion() const {
    return {.organization = "Example",
            .administrator = {.username = "root",
                              .email = "root@example.com",
                              .full_name = "",
                              .role = "viewer",
                              .password = base::Secret{"correct horse battery"}},
            .authorities = std::nullopt};
  }
};
TYPED_TEST_SUITE(SetupTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(SetupTest, MakesTheFirstAuthoritiesOnce) {
  auto& setup = this->node.setup;
  EXPECT_EQ(this->traced([&] { setup.make_first_authorities(); }),
            (Trace{"system setup.authorities", "system setup.authorities"}));
  setup.make_first_authorities();
  const auto issuers = this->node.authorities.issuers();
  ASSERT_EQ(issuers.size(), 2u);
  EXPECT_EQ(issuers[0]->authority.key_type, "EC P-384");
  EXPECT_EQ(issuers[0]->authority.type, core::AuthorityType::root);
  EXPECT_EQ(issuers[1]->authority.key_type, "EC P-256");
  EXPECT_EQ(issuers[1]->authority.parent_id, issuers[0]->authority.id);
  EXPECT_EQ(this->node.authorities.default_authority(), issuers[1]->authority.id);
  EXPECT_EQ(code_of([&] { this->make_below(issuers[1]->authority); }),
            base::ErrorCode::invalid_request)
      << "the issuing authority is for leaves";
}

TYPED_TEST(SetupTest, IsDoneOnceWithTheLatestToken) {
  auto& setup = this->node.setup;
  const auto old = setup.new_token();
  const auto token = setup.new_token();
  EXPECT_TRUE(setup.is_needed());
  for (const auto& wrong : {old, base::Secret{}, base::Secret{std::string(43, 'A')}}) {
    EXPECT_EQ(code_of([&] { setup.complete(test_act, wrong, this->completion()); }),
              base::ErrorCode::forbidden);
  }
  EXPECT_FALSE(this->node.users.exist());
  const auto user = setup.complete(test_act, token, this->completion());
  EXPECT_EQ(user.role, "admin") << "whatever was asked for";
  EXPECT_EQ(this->node.general.get().organization, "Example");
  EXPECT_FALSE(setup.is_needed());
  EXPECT_EQ(code_of([&] { setup.complete(test_act, token, this->completion()); }),
            base::ErrorCode::conflict);
  EXPECT_EQ(this->count("users"), 1);
  EXPECT_EQ(this->count("settings WHERE name = 'setup.token'"), 0);
  EXPECT_EQ(this->count("settings WHERE value = '" + std::string{token.reveal()} + "'"), 0);
}

TYPED_TEST(SetupTest, NeedsATokenAtAll) {
  EXPECT_EQ(code_of([&] { this->node.setup.check_token(base::Secret{}); }),
            base::ErrorCode::forbidden);
}

TYPED_TEST(SetupTest, GivesTheServerToOneOfTwoWhoFollowTheLink) {
  const auto token = this->node.setup.new_token();
  {
    std::vector<std::jthread> pool;
    for (const auto* name : {"root", "rival"}) {
      pool.emplace_back([&, name] {
        auto wanted = this->completion();
        wanted.administrator.username = name;
        code_of([&] { this->node.setup.complete(test_act, token, wanted); });
      });
    }
  }
  EXPECT_EQ(this->count("users"), 1);
}

TYPED_TEST(SetupTest, LeavesNothingBehindWhenItIsRefused) {
  auto& setup = this->node.setup;
  setup.make_first_authorities();
  const auto token = setup.new_token();
  const auto refused = [&](const Setup::Completion& wanted) {
    EXPECT_EQ(this->traced([&] {
      EXPECT_EQ(code_of([&] { setup.complete(test_act, token, wanted); }),
                base::ErrorCode::invalid_request);
    }),
              Trace{});
    EXPECT_TRUE(setup.is_needed());
    EXPECT_EQ(this->count("authorities"), 2);
  };
  const Setup::NewAuthorities good{
      .organization = "Example", .root_name = "Example Root", .issuing_name = "Example Issuing"};
  auto wanted = this->completion();
  wanted.administrator.password = base::Secret{"short"};
  wanted.authorities = good;
  refused(wanted);
  wanted = this->completion();
  wanted.organization = std::string(65, 'x');
  refused(wanted);
  for (const auto change : std::initializer_list<void (*)(Setup::NewAuthorities&)>{
           [](auto& order) { order.root_name = std::string(65, 'x'); },
           [](auto& order) { order.issuing_name = std::string(65, 'x'); },
           [](auto& order) { order.organization = std::string(65, 'x'); },
           [](auto& order) { order.root_name.clear(); },
           [](auto& order) { order.issuing_name.clear(); },
           [](auto& order) { order.root_years = 0; }, [](auto& order) { order.root_years = 51; }}) {
    wanted = this->completion();
    wanted.authorities = good;
    change(*wanted.authorities);
    refused(wanted);
  }
  EXPECT_NO_THROW(setup.check_token(token));
}

TYPED_TEST(SetupTest, ReplacesTheAuthoritiesOfTheFirstStart) {
  auto& setup = this->node.setup;
  setup.make_first_authorities();
  auto wanted = this->completion();
  wanted.authorities = Setup::NewAuthorities{.organization = "Example",
                                             .root_name = "Example Root",
                                             .issuing_name = "Example Issuing",
                                             .root_key = crypto::KeyAlgorithm::ec_p256,
                                             .root_years = 10};
  setup.complete(test_act, setup.new_token(), wanted);
  const auto issuers = this->node.authorities.issuers();
  ASSERT_EQ(issuers.size(), 2u);
  EXPECT_EQ(issuers[0]->authority.subject, "CN=Example Root,O=Example");
  EXPECT_EQ(issuers[0]->authority.key_type, "EC P-256");
  EXPECT_EQ(this->node.authorities.default_authority(), issuers[1]->authority.id);
  EXPECT_EQ(this->count("keys"), 2);
}

TYPED_TEST(SetupTest, KeepsAuthoritiesThatHaveIssued) {
  auto& setup = this->node.setup;
  setup.make_first_authorities();
  this->issue(this->node.authorities.default_authority());
  auto wanted = this->completion();
  wanted.authorities = Setup::NewAuthorities{.organization = "Example",
                                             .root_name = "Example Root",
                                             .issuing_name = "Example Issuing",
                                             .root_key = crypto::KeyAlgorithm::ec_p256};
  setup.complete(test_act, setup.new_token(), wanted);
  EXPECT_EQ(this->node.authorities.issuers().size(), 4u);
  const auto chosen = this->node.authorities.default_authority();
  EXPECT_EQ(this->node.authorities.issuer(chosen)->authority.common_name, "Example Issuing");
}

template <class Server>
class StoredSettingsTest : public World<Server> {};
TYPED_TEST_SUITE(StoredSettingsTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(StoredSettingsTest, HaveTheirInitialValuesUntilTheyAreChanged) {
  auto value = this->node.general.get();
  EXPECT_EQ(value.site_name, "Certwright");
  EXPECT_EQ(value.session_timeout, 8 * 3600);
  value.site_name = "M\xc3\xbcll \"quoted\" \\ x";
  value.session_timeout = 60;
  EXPECT_EQ(this->traced([&] { this->node.general.put(test_act, value); }),
            Trace{"alice test.act"});
  EXPECT_EQ(this->node.general.get().site_name, value.site_name);
  Node restarted{*this->database, this->clock, "node-1"};
  EXPECT_EQ(restarted.general.get().site_name, value.site_name);
  EXPECT_EQ(restarted.general.get().session_timeout, 60);
  EXPECT_EQ(restarted.general.get().default_validity_days, 90);
}

TYPED_TEST(StoredSettingsTest, ReadTruthValues) {
  StoredSettings<AcmeGeneral> settings{*this->database, this->clock, "acme"};
  auto value = settings.get();
  EXPECT_TRUE(value.enabled);
  value.enabled = false;
  settings.put(test_act, value);
  StoredSettings<AcmeGeneral> again{*this->database, this->clock, "acme"};
  EXPECT_FALSE(again.get().enabled);
}

TYPED_TEST(StoredSettingsTest, ShowWhatIsStoredAfterConcurrentChanges) {
  for (int round = 0; round < 10; ++round) {
    {
      std::vector<std::jthread> pool;
      for (int i = 0; i < 4; ++i) {
        pool.emplace_back([&, i] {
          auto value = this->node.general.get();
          value.session_timeout = 100 + i;
          this->node.general.put(test_act, value);
        });
      }
    }
    StoredSettings<General> fresh{*this->database, this->clock, "general"};
    EXPECT_EQ(this->node.general.get().session_timeout, fresh.get().session_timeout);
  }
}

}  // namespace
}  // namespace service

#include <gtest/gtest.h>

#include "storage/access_store.h"
#include "storage/databases_for_test.h"
#include "storage/ownership_store.h"
#include "storage/records_for_test.h"
#include "storage/restriction_store.h"
#include "storage/template_store.h"

namespace storage {
namespace {

template <class Server>
class OwnershipStoreTest : public DatabaseTest<Server> {
 protected:
  void SetUp() override {
    authority = this->write([&](db::Session& session) {
      AuthorityStore store{session};
      auto record = authority_record(store.new_id(), this->clock.now());
      record.created_by = "alice";
      store.insert(record);
      return record.id;
    });
  }

  core::CertificateId add(const std::string& by, core::Source source = core::Source::manual) {
    return this->write([&](db::Session& session) {
      CertificateStore store{session};
      auto record = certificate_record(store.new_id(), *authority, this->clock.now(), "a.example");
      record.created_by = by;
      record.source = source;
      store.insert(record);
      return record.id;
    });
  }
  std::string owner_of(const core::CertificateId& id) {
    return this->read(
        [&](db::Session& session) { return CertificateStore{session}.find(id)->created_by; });
  }

  std::optional<core::AuthorityId> authority;
};
TYPED_TEST_SUITE(OwnershipStoreTest, Databases, DatabaseName);

TYPED_TEST(OwnershipStoreTest, CountsAndHandsOverWhatSomebodyMade) {
  const auto first = this->add("alice");
  const auto second = this->add("alice", core::Source::import);
  const auto by_acme = this->add("alice", core::Source::acme);
  const auto of_bob = this->add("bob");
  this->read([](db::Session& session) {
    const auto owned = OwnershipStore{session}.count("alice");
    EXPECT_EQ(owned, (Owned{.certificates = 2, .authorities = 1}));
    EXPECT_EQ(OwnershipStore{session}.count("eve"), Owned{});
  });
  this->write([](db::Session& session) {
    OwnershipStore store{session};
    EXPECT_EQ(store.hand_over_certificates("alice", "carol", 1), 1);
    EXPECT_EQ(store.hand_over("alice", "carol"), Owned{.authorities = 1});
  });
  EXPECT_EQ(this->owner_of(first), "carol") << "the oldest first";
  EXPECT_EQ(this->owner_of(second), "alice");
  this->write([](db::Session& session) {
    EXPECT_EQ(OwnershipStore{session}.hand_over_certificates("alice", "carol", 10), 1);
    EXPECT_EQ(OwnershipStore{session}.count("carol"), (Owned{.certificates = 2, .authorities = 1}));
  });
  EXPECT_EQ(this->owner_of(by_acme), "alice") << "an account of the protocol, whatever its name";
  EXPECT_EQ(this->owner_of(of_bob), "bob");
}

// ---- What somebody may see ----

TYPED_TEST(OwnershipStoreTest, KeepsRestrictionsOfUsersAndGroups) {
  const auto user = core::UserId::from_number(7).value();
  const auto made_by = core::TemplateId::from_number(3).value();
  this->write([&](db::Session& session) {
    RestrictionStore store{session};
    EXPECT_TRUE(store.of(user).is_empty());
    store.set(user, {.authorities = {*this->authority}, .templates = {made_by}});
    store.set(user, {.authorities = {*this->authority}});
    store.set(core::GroupId::from_number(7).value(), {.templates = {made_by}});
  });
  this->read([&](db::Session& session) {
    const RestrictionStore store{session};
    EXPECT_EQ(store.of(user).authorities, std::vector{*this->authority});
    EXPECT_TRUE(store.of(user).templates.empty()) << "the second one counts";
    EXPECT_EQ(store.of(core::GroupId::from_number(7).value()).templates, std::vector{made_by});
    EXPECT_TRUE(store.of_groups(user).empty()) << "a group's number is not a user's";
  });
}

TYPED_TEST(OwnershipStoreTest, NarrowsListsAndCountsToWhatSomebodyReaches) {
  const auto other = this->write([&](db::Session& session) {
    AuthorityStore store{session};
    const auto record = authority_record(store.new_id(), this->clock.now());
    store.insert(record);
    return record.id;
  });
  const auto here = this->add("alice");
  const auto first = *std::exchange(this->authority, other);
  const auto there = this->add("alice");
  const auto found = [&](const core::Reach& reach, const std::string& search) {
    return this->read([&](db::Session& session) {
      const CertificateStore store{session};
      CertificateFilter filter;
      filter.within = reach;
      filter.search = search;
      std::vector<core::CertificateId> ids;
      for (const auto& each : store.list(filter, {}, this->clock.now())) {
        ids.push_back(each.id);
      }
      EXPECT_EQ(store.count(filter, this->clock.now()).number, std::ssize(ids));
      EXPECT_EQ(store.ids(filter, 10, this->clock.now()).size(), ids.size());
      return ids;
    });
  };
  const std::vector<core::CertificateId> both{there, here};
  const auto made_by = core::TemplateId::from_number(3).value();
  for (const auto* search : {"", "a.exa"}) {
    EXPECT_EQ(found({}, search), both);
    EXPECT_EQ(found({{{.authorities = {first}}}}, search), std::vector{here});
    EXPECT_EQ(found({{{.authorities = {first, other}}}}, search), both);
    EXPECT_EQ(found({{{.authorities = {first}}, {.authorities = {other}}}}, search), both);
    EXPECT_TRUE(found({{{.templates = {made_by}}}}, search).empty());
    EXPECT_TRUE(found({{{.authorities = {first}, .templates = {made_by}}}}, search).empty());
  }
  const auto totals = this->read([&](db::Session& session) {
    return CertificateStore{session}.totals_within({{{.authorities = {first}}}}, this->clock.now());
  });
  EXPECT_EQ(totals.total, 1);
  EXPECT_EQ(totals.valid, 1);
}

}  // namespace
}  // namespace storage

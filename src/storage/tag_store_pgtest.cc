#include <gtest/gtest.h>

#include "storage/certificate_store.h"
#include "storage/databases_for_test.h"
#include "storage/records_for_test.h"
#include "storage/restriction_store.h"
#include "storage/tag_store.h"

namespace storage {
namespace {

std::vector<core::Tag> tags(const std::vector<std::string>& words) {
  std::vector<core::Tag> list;
  for (const auto& word : words) {
    list.push_back(core::Tag::parse(word).value());
  }
  return list;
}

template <class Server>
class TagStoreTest : public DatabaseTest<Server> {
 protected:
  void SetUp() override {
    authority = this->write([&](db::Session& session) {
      AuthorityStore store{session};
      const auto record = authority_record(store.new_id(), this->clock.now());
      store.insert(record);
      return record.id;
    });
  }

  core::Certificate add(const std::vector<std::string>& with) {
    return this->write([&](db::Session& session) {
      CertificateStore store{session};
      const auto record =
          certificate_record(store.new_id(), *authority, this->clock.now(), "a.example");
      store.insert(record);
      TagStore{session}.add(record.id, tags(with));
      return record;
    });
  }
  std::vector<core::Tag> of(const core::Certificate& certificate) {
    return this->read([&](db::Session& session) { return TagStore{session}.of(certificate.id); });
  }
  std::vector<core::Tag> list(std::string_view prefix, const std::optional<core::Tag>& after,
                              int limit) {
    return this->read(
        [&](db::Session& session) { return TagStore{session}.list(prefix, after, limit); });
  }
  std::vector<core::CertificateId> found(const CertificateFilter& filter,
                                         const CertificateListing& listing = {}) {
    return this->read([&](db::Session& session) {
      const CertificateStore store{session};
      std::vector<core::CertificateId> ids;
      for (const auto& each : store.list(filter, listing, this->clock.now())) {
        ids.push_back(each.id);
      }
      if (!listing.after) {
        EXPECT_EQ(store.count(filter, this->clock.now()).number, std::ssize(ids));
        EXPECT_EQ(store.ids(filter, 100, this->clock.now()).size(), ids.size());
      }
      return ids;
    });
  }

  std::optional<core::AuthorityId> authority;
};
TYPED_TEST_SUITE(TagStoreTest, Databases, DatabaseName);

TYPED_TEST(TagStoreTest, KeepsTheTagsOfCertificates) {
  const auto first = this->add({"web", "db"});
  const auto second = this->add({"web"});
  const auto third = this->add({});
  EXPECT_EQ(this->of(first), tags({"db", "web"}));
  EXPECT_TRUE(this->of(third).empty());
  this->read([&](db::Session& session) {
    const auto all = TagStore{session}.of(std::vector{first.id, second.id, third.id});
    EXPECT_EQ(all.size(), 2u);
    EXPECT_EQ(all.at(first.id), tags({"db", "web"}));
    EXPECT_EQ(all.at(second.id), tags({"web"}));
  });
  this->write([&](db::Session& session) {
    TagStore store{session};
    store.add(first.id, tags({"web", "new"}));
    store.remove(first.id, tags({"db", "unheard of"}));
    store.hand_down(first.id, third.id);
  });
  EXPECT_EQ(this->of(first), tags({"new", "web"}));
  EXPECT_EQ(this->of(third), tags({"new", "web"}));
  this->write([&](db::Session& session) { CertificateStore{session}.remove(first); });
  EXPECT_TRUE(this->of(first).empty());
  EXPECT_EQ(this->of(second), tags({"web"}));
}

TYPED_TEST(TagStoreTest, ListsTagsThatAreUsedOrNamedInPages) {
  const auto certificate = this->add({"web", "db", "web/eu", "old"});
  this->write([&](db::Session& session) {
    TagStore{session}.remove(certificate.id, tags({"old"}));
    RestrictionStore{session}.set(core::UserId::from_number(1).value(), {.tags = tags({"later"})});
  });
  EXPECT_EQ(this->list("", std::nullopt, 10), tags({"db", "later", "web", "web/eu"}));
  EXPECT_EQ(this->list("", std::nullopt, 2), tags({"db", "later"}));
  EXPECT_EQ(this->list("", tags({"later"}).front(), 10), tags({"web", "web/eu"}));
  EXPECT_EQ(this->list("we", tags({"web"}).front(), 10), tags({"web/eu"}));
  EXPECT_TRUE(this->list("x", std::nullopt, 10).empty());
}

TYPED_TEST(TagStoreTest, FindsCertificatesByTags) {
  const auto web = this->add({"web"}).id;
  const auto both = this->add({"db", "web"}).id;
  const auto none = this->add({}).id;
  const auto with = [](const std::vector<std::string>& words, const std::string& search = "") {
    CertificateFilter filter;
    filter.any_tag = tags(words);
    filter.search = search;
    return filter;
  };
  for (const auto* search : {"", "a.exa"}) {
    EXPECT_EQ(this->found(with({"web"}, search)), (std::vector{both, web}));
    EXPECT_EQ(this->found(with({"db"}, search)), std::vector{both});
    EXPECT_EQ(this->found(with({"db", "web"}, search)), (std::vector{both, web})) << "each once";
    EXPECT_TRUE(this->found(with({"unheard of"}, search)).empty());
    EXPECT_EQ(this->found(with({}, search)), (std::vector{none, both, web}));
  }
  auto valid = with({"web"});
  valid.any_status = {core::CertificateStatus::revoked};
  EXPECT_TRUE(this->found(valid).empty());
  valid.any_status = {core::CertificateStatus::valid, core::CertificateStatus::revoked};
  EXPECT_EQ(this->found(valid), (std::vector{both, web}));
  for (const auto by : {CertificateOrderBy::valid_to, CertificateOrderBy::common_name}) {
    EXPECT_EQ(this->found(with({"web"}), {.order_by = by}), (std::vector{both, web}));
  }
}

TYPED_TEST(TagStoreTest, NarrowsListsToWhatSomebodyReaches) {
  const auto web = this->add({"web"}).id;
  const auto both = this->add({"db", "web"}).id;
  const auto none = this->add({}).id;
  const auto within = [&](std::vector<core::Restriction> any) {
    CertificateFilter filter;
    filter.within.any = std::move(any);
    return this->found(filter);
  };
  EXPECT_EQ(within({{.tags = tags({"web"})}}), (std::vector{both, web}));
  EXPECT_EQ(within({{.tags = tags({"db", "unheard of"})}}), std::vector{both});
  EXPECT_TRUE(within({{.tags = tags({"unheard of"})}}).empty());
  EXPECT_TRUE(
      within({{.templates = {core::TemplateId::from_number(3).value()}, .tags = tags({"web"})}})
          .empty());
  EXPECT_EQ(within({{.authorities = {*this->authority}, .tags = tags({"db"})}}), std::vector{both});
  EXPECT_EQ(within({{.tags = tags({"db"})}, {.authorities = {*this->authority}}}),
            (std::vector{none, both, web}));
  CertificateFilter asked;
  asked.any_tag = tags({"web"});
  asked.within.any = {{.tags = tags({"db"})}};
  EXPECT_EQ(this->found(asked), std::vector{both}) << "what is asked for does not widen it";
  this->read([&](db::Session& session) {
    const CertificateStore store{session};
    const auto tag = tags({"web"}).front();
    EXPECT_EQ(store.count_tagged(tag, {}), 2);
    EXPECT_EQ(store.count_tagged(tag, {{{.tags = tags({"db"})}}}), 1);
    EXPECT_EQ(store.totals_within({{{.tags = tags({"web"})}}}, this->clock.now()).total, 2);
  });
}

// Beyond ten thousand, lists walk the tag's own certificates instead of gathering them.
TYPED_TEST(TagStoreTest, FindsTheNewestOfATagThatManyHave) {
  const auto first = this->add({"web"}).id;
  const auto last = this->add({"web"}).id;
  const auto other = this->add({}).id;
  this->write([&](db::Session& session) {
    session.execute(
        "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE "
        "i < 10001) INSERT INTO certificate_tags (tag_id, certificate_id) "
        "SELECT (SELECT id FROM tags WHERE name = 'web'), 1000000 + i FROM n");
  });
  CertificateFilter filter;
  filter.any_tag = tags({"web"});
  EXPECT_EQ(this->found(filter), (std::vector{last, first}));
  filter.any_status = {core::CertificateStatus::valid};
  EXPECT_EQ(this->found(filter), (std::vector{last, first}));
  EXPECT_EQ(this->found(filter, {.after = last}), std::vector{first});
  EXPECT_EQ(this->found(filter, {.descending = false, .after = first}), std::vector{last});
  EXPECT_EQ(this->found(filter, {.order_by = CertificateOrderBy::valid_to}),
            (std::vector{last, first}));
  filter.search = "a.exa";
  EXPECT_EQ(this->found(filter), (std::vector{last, first}));
  CertificateFilter reached;
  reached.within.any = {{.tags = tags({"web"})}};
  EXPECT_EQ(this->found(reached), (std::vector{last, first}));
  EXPECT_EQ(this->found({}), (std::vector{other, last, first}));
}

TYPED_TEST(TagStoreTest, KeepsRestrictionsToTagsAndOpensNothing) {
  const auto user = core::UserId::from_number(7).value();
  this->write([&](db::Session& session) {
    RestrictionStore{session}.set(user,
                                  {.authorities = {*this->authority}, .tags = tags({"web", "db"})});
  });
  this->read([&](db::Session& session) {
    const auto kept = RestrictionStore{session}.of(user);
    EXPECT_EQ(kept.tags, tags({"db", "web"}));
    EXPECT_EQ(kept.authorities, std::vector{*this->authority});
  });
  // Without its tags, the restriction must not become one to nothing.
  this->write([&](db::Session& session) { session.execute("DELETE FROM tags"); });
  this->read(
      [&](db::Session& session) { EXPECT_THROW(RestrictionStore{session}.of(user), base::Error); });
  this->write([&](db::Session& session) {
    session.execute("UPDATE restrictions SET kind = 'unheard of' WHERE kind = 'tag'");
  });
  this->read(
      [&](db::Session& session) { EXPECT_THROW(RestrictionStore{session}.of(user), base::Error); });
}

}  // namespace
}  // namespace storage

#include <gtest/gtest.h>

#include "storage/audit_store.h"
#include "storage/audit_tree_store.h"
#include "storage/databases_for_test.h"
#include "storage/intent_store.h"
#include "storage/settings_store.h"

namespace storage {
namespace {

template <class Server>
class SettingsStoreTest : public DatabaseTest<Server> {};
TYPED_TEST_SUITE(SettingsStoreTest, Databases, DatabaseName);

TYPED_TEST(SettingsStoreTest, KeepsTheLastValueOfEachName) {
  this->write([&](db::Session& session) {
    SettingsStore settings{session};
    EXPECT_FALSE(settings.find("a"));
    settings.put("b", "2", this->clock.now());
    settings.put("a", "1", this->clock.now());
    settings.put("a", "", this->clock.now());
    EXPECT_EQ(settings.find("a"), "");
    EXPECT_TRUE(settings.remove("a"));
    EXPECT_FALSE(settings.remove("a"));
    const auto all = settings.all();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].name, "b");
  });
}

template <class Server>
class IntentStoreTest : public DatabaseTest<Server> {
 protected:
  core::IntentId add(const std::string& serial, const std::string& node) {
    return this->write([&](db::Session& session) {
      IntentStore intents{session};
      const auto id = intents.new_id();
      intents.insert({.id = id,
                      .authority_id = core::AuthorityId::from_number(1).value(),
                      .serial_number = x509::SerialNumber::parse(serial).value(),
                      .node = node,
                      .created_at = this->clock.now()});
      return id;
    });
  }
};
TYPED_TEST_SUITE(IntentStoreTest, Databases, DatabaseName);

TYPED_TEST(IntentStoreTest, KnowsWhoseIntentsAreOpen) {
  const auto ours = this->add("0a", "n1");
  this->add("0b", "n2");
  const auto later = this->add("0c", "n1");
  this->write([&](db::Session& session) {
    IntentStore intents{session};
    const auto open = intents.of_node("n1", 10);
    ASSERT_EQ(open.size(), 2u);
    EXPECT_EQ(open[0].id, ours);
    EXPECT_EQ(open[1].id, later);
    EXPECT_EQ(intents.of_node("n1", 1).size(), 1u);
    EXPECT_TRUE(intents.remove(ours));
    EXPECT_FALSE(intents.remove(ours));
  });
}

struct Detail {
  std::string what;
};
BOOST_DESCRIBE_STRUCT(Detail, (), (what))

template <class Server>
class AuditStoreTest : public DatabaseTest<Server> {
 protected:
  void act(const std::string& by, const std::string& action, const std::string& name,
           bool success = true) {
    this->database->write({.by = by, .action = action}, [&](db::Session& session) {
      if (success) {
        session.record("thing", core::KeyId::from_number(7).value(), name, Detail{"x"});
      } else {
        session.record_refusal("thing", name, Detail{"x"});
      }
    });
  }
  static std::int64_t day_of(base::Time time) { return time.time_since_epoch().count() / 86'400; }
  std::size_t found(const AuditFilter& filter) {
    return this->read([&](db::Session& session) {
      const AuditStore audit{session};
      const auto list = audit.list(filter, 0, 100);
      EXPECT_EQ(audit.count(filter), static_cast<std::int64_t>(list.size()));
      return list.size();
    });
  }
};
TYPED_TEST_SUITE(AuditStoreTest, Databases, DatabaseName);

TYPED_TEST(AuditStoreTest, NarrowsByEachPartOfAnEntry) {
  const auto start = this->clock.now();
  this->act("alice", "thing.add", "www.example.com");
  this->clock.advance(std::chrono::days{1});
  this->act("bob", "thing.add", "mail.example.com", false);
  this->act("bob", "thing.remove", "www.example.com");
  const auto with = [&](auto member, auto value) {
    AuditFilter filter;
    filter.*member = value;
    return this->found(filter);
  };
  EXPECT_EQ(this->found({}), 3u);
  EXPECT_EQ(with(&AuditFilter::username, "bob"), 2u);
  EXPECT_EQ(with(&AuditFilter::action, "thing.add"), 2u);
  EXPECT_EQ(with(&AuditFilter::resource_type, "thing"), 3u);
  EXPECT_EQ(with(&AuditFilter::resource_type, "other"), 0u);
  EXPECT_EQ(with(&AuditFilter::resource_id, 7), 2u);
  EXPECT_EQ(with(&AuditFilter::success, false), 1u);
  EXPECT_EQ(with(&AuditFilter::from, start + std::chrono::days{1}), 2u);
  EXPECT_EQ(with(&AuditFilter::before, start + std::chrono::days{1}), 1u);
  EXPECT_EQ(with(&AuditFilter::search, "www"), 2u);
}

TYPED_TEST(AuditStoreTest, ListsTheNewestFirstAndPages) {
  for (const auto* name : {"a", "b", "c"}) {
    this->act("alice", "thing.add", name);
  }
  this->read([](db::Session& session) {
    const AuditStore audit{session};
    const auto newest = audit.list({}, 0, 1);
    ASSERT_EQ(newest.size(), 1u);
    EXPECT_EQ(newest[0].resource_name, "c");
    EXPECT_EQ(audit.list({}, 1, 2).size(), 2u);
    EXPECT_EQ(audit.find(newest[0].id)->resource_name, "c");
    EXPECT_FALSE(audit.find(-1));
  });
}

TYPED_TEST(AuditStoreTest, SumsUp) {
  this->read([](db::Session& session) { EXPECT_TRUE(AuditStore{session}.actions().empty()); });
  this->act("alice", "thing.remove", "a");
  this->act("bob", "thing.add", "a");
  this->act("bob", "thing.add", "b");
  this->clock.advance(std::chrono::days{1});
  this->act("bob", "thing.add", "c");
  const auto start = this->clock.now() - std::chrono::days{2};
  this->read([&](db::Session& session) {
    const AuditStore audit{session};
    EXPECT_EQ(audit.actions(), (std::vector<std::string>{"thing.add", "thing.remove"}));
    const auto top = audit.top_users(start, 1);
    ASSERT_EQ(top.size(), 1u);
    EXPECT_EQ(top[0].name, "bob");
    EXPECT_EQ(top[0].count, 3);
  });

  // Counted the same whether they wait for the tree or are in it.
  const auto daily = [&] {
    std::string text;
    this->read([&](db::Session& session) {
      for (const auto& each : AuditStore{session}.daily(this->day_of(start))) {
        text += std::to_string(each.day - this->day_of(start)) + " " + each.action + " " +
                (each.success ? "" : "refused ") + std::to_string(each.count) + "; ";
      }
    });
    return text;
  };
  const std::string expected = "1 thing.add 2; 1 thing.remove 1; 2 thing.add 1; ";
  EXPECT_EQ(daily(), expected);
  this->database->write({.by = "system", .action = "audit.sequence"}, [](db::Session& session) {
    session.bookkeeping("as the log does");
    AuditTreeStore tree{session};
    auto ids = tree.pending(3);
    tree.count_days(tree.entries(ids));
    tree.add_leaves(0, ids);
    ids = tree.pending(3);
    tree.count_days(tree.entries(ids));
    tree.add_leaves(3, ids);
  });
  EXPECT_EQ(daily(), expected);
  this->database->write({.by = "system", .action = "audit.remove"}, [&](db::Session& session) {
    session.bookkeeping("as the retention does");
    AuditTreeStore{session}.forget_days_before(this->clock.now());
  });
  EXPECT_EQ(daily(), "2 thing.add 1; ");
}

}  // namespace
}  // namespace storage

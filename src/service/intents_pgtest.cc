#include <set>
#include <thread>

#include "service/intents.h"
#include "service/world_for_test.h"

namespace service {
namespace {

template <class Server>
class IntentsTest : public World<Server> {
 protected:
  void SetUp() override { issuing = this->make_root(); }

  void leave(const char* serial, const char* node) {
    this->database->write(test_act, [&](db::Session& session) {
      session.bookkeeping("as a crash leaves it");
      storage::IntentStore intents{session};
      intents.insert({.id = intents.new_id(),
                      .authority_id = this->issuing->id,
                      .serial_number = x509::SerialNumber::parse(serial).value(),
                      .node = node,
                      .created_at = this->clock.now()});
    });
  }

  std::optional<core::Authority> issuing;
};
TYPED_TEST_SUITE(IntentsTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(IntentsTest, AreDurableBeforeTheyAreHandedOut) {
  Intents intents{*this->database, this->node.random, this->clock, "node-1"};
  std::set<std::string> serials;
  for (int i = 0; i < 200; ++i) {
    const auto intent = intents.take(this->issuing->id);
    serials.insert(intent.serial_number.to_string());
    const auto stored = this->database->read([&](db::Session& session) {
      return session.select_one<storage::Intent>("FROM issuance_intents WHERE id = $1", intent.id);
    });
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->serial_number, intent.serial_number);
    EXPECT_EQ(stored->authority_id, this->issuing->id);
    EXPECT_EQ(stored->node, "node-1");
  }
  EXPECT_EQ(serials.size(), 200u);
}

TYPED_TEST(IntentsTest, OfOneThatIsUsedSeldomAreNotMadeAhead) {
  Intents intents{*this->database, this->node.random, this->clock, "node-1"};
  intents.take(this->issuing->id);
  EXPECT_EQ(this->count("issuance_intents"), 1);
}

TYPED_TEST(IntentsTest, ThatNoKeyWasUsedForEndWithTheServer) {
  std::optional<storage::Intent> used;
  {
    Intents intents{*this->database, this->node.random, this->clock, "node-1"};
    for (int i = 0; i < 20; ++i) {
      used = intents.take(this->issuing->id);
      if (i < 19) {
        this->database->write(test_act, [&](db::Session& session) {
          session.bookkeeping("stored");
          Intents::end(session, *used);
        });
      }
    }
    EXPECT_GT(this->count("issuance_intents"), 1);
  }
  EXPECT_EQ(this->count("issuance_intents"), 1) << "what a key may have signed stays open";
}

TYPED_TEST(IntentsTest, ThatWereGivenBackAreUsedNext) {
  Intents intents{*this->database, this->node.random, this->clock, "node-1"};
  const auto first = intents.take(this->issuing->id);
  intents.give_back(first);
  EXPECT_EQ(intents.take(this->issuing->id).serial_number, first.serial_number);
}

TYPED_TEST(IntentsTest, AreTakenByManyThreadsOnceEach) {
  Intents intents{*this->database, this->node.random, this->clock, "node-1", 16};
  std::mutex mutex;
  std::set<std::string> serials;
  {
    std::vector<std::jthread> pool;
    for (int t = 0; t < 8; ++t) {
      pool.emplace_back([&] {
        for (int i = 0; i < 25; ++i) {
          const auto serial = intents.take(this->issuing->id).serial_number.to_string();
          const std::lock_guard lock{mutex};
          serials.insert(serial);
        }
      });
    }
  }
  EXPECT_EQ(serials.size(), 200u);
}

TYPED_TEST(IntentsTest, EndOnceOnly) {
  Intents intents{*this->database, this->node.random, this->clock, "node-1"};
  const auto intent = intents.take(this->issuing->id);
  EXPECT_EQ(this->traced([&] { intents.void_one(test_act, intent); }),
            Trace{"alice issuance.void"});
  EXPECT_EQ(code_of([&] {
              this->database->write(test_act,
                                    [&](db::Session& session) { Intents::end(session, intent); });
            }),
            base::ErrorCode::unavailable);
  EXPECT_EQ(this->traced([&] { intents.void_one(test_act, intent); }), Trace{});
}

TYPED_TEST(IntentsTest, ThatACrashLeftAreVoidedWithOneEntryForAnAuthority) {
  this->leave("0a", "node-1");
  this->leave("0b", "node-1");
  this->leave("0c", "node-2");
  EXPECT_EQ(this->traced([&] { EXPECT_EQ(this->node.intents.void_open(), 2); }),
            Trace{"system issuance.void"});
  EXPECT_EQ(this->count("issuance_intents"), 1) << "the other node may be at work";
  EXPECT_EQ(this->node.intents.void_open(), 0);
  const auto entry = this->database->read([](db::Session& session) {
    return session.select<db::Entry>("FROM audit_log WHERE action = 'issuance.void' ORDER BY id")
        .front();
  });
  EXPECT_EQ(entry.resource_name, "0a");
  EXPECT_NE(entry.details.find(R"("serial_numbers":["0a","0b"])"), std::string::npos)
      << entry.details;
}

TYPED_TEST(IntentsTest, AreVoidedHoweverManyThereAre) {
  this->database->write(test_act, [&](db::Session& session) {
    session.bookkeeping("as a crash leaves it");
    storage::IntentStore intents{session};
    for (int i = 0; i < 1001; ++i) {
      intents.insert(
          {.id = intents.new_id(),
           .authority_id = this->issuing->id,
           .serial_number = x509::SerialNumber::parse("1" + std::to_string(1000 + i)).value(),
           .node = "node-1",
           .created_at = this->clock.now()});
    }
  });
  EXPECT_EQ(this->node.intents.void_open(), 1001);
  EXPECT_EQ(this->count("issuance_intents"), 0);
}

}  // namespace
}  // namespace service

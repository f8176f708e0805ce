#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <limits>
#include <set>
#include <thread>

#include "base/id.h"
#include "db/database.h"
#include "db/migrations.h"

// What every database must do, run on each of them. A Server makes a database of its own for a
// test and opens it as often as the test likes.
namespace db {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Things;
using ThingId = base::Id<Things>;

struct Thing {
  ThingId id;
  std::string name;
  std::optional<std::string> note;
  std::int64_t amount;
  bool good;
  std::optional<bool> better;
  Colour colour;
  base::Time made_at;
  base::Bytes data;
  std::optional<base::Bytes> more;

  bool operator==(const Thing&) const = default;
};
BOOST_DESCRIBE_STRUCT(Thing, (),
                      (id, name, note, amount, good, better, colour, made_at, data, more))

struct Detail {
  std::string what;
};
BOOST_DESCRIBE_STRUCT(Detail, (), (what))

inline constexpr Migration thing_steps[] = {{.number = 1, .name = "things", .sql = R"(
-- Things; and a semicolon; in a comment.
CREATE TABLE things (
  id BIGINT PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  note TEXT,
  amount BIGINT NOT NULL,
  good BOOLEAN NOT NULL,
  better BOOLEAN,
  colour TEXT NOT NULL DEFAULT 'red;
',
  made_at BIGINT NOT NULL,
  data BYTEA NOT NULL,
  more BYTEA
);
CREATE UNIQUE INDEX things_by_name ON things (name);
CREATE TABLE parts (
  id BIGINT PRIMARY KEY,
  thing_id BIGINT NOT NULL REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED
);
)"}};

inline Thing thing(std::int64_t id, const std::string& name) {
  return {.id = ThingId::from_number(id).value(),
          .name = name,
          .note = std::nullopt,
          .amount = 0,
          .good = true,
          .better = std::nullopt,
          .colour = Colour::red,
          .made_at = base::Time{base::Seconds{1'700'000'000}},
          .data = {},
          .more = std::nullopt};
}

class FixedClock final : public base::Clock {
 public:
  base::Time now() const override { return base::Time{base::Seconds{1'800'000'000}}; }
};

template <class Server>
class SessionSuite : public testing::Test {
 protected:
  SessionSuite() : database_{server_.open(clock_)} { migrate(*database_, thing_steps); }

  void reopen() {
    database_.reset();
    database_ = server_.open(clock_);
  }

  // Runs the work and returns the code of its refusal.
  template <class Work>
  std::optional<base::ErrorCode> refusal_of(Work work) {
    try {
      database_->write(act_, work);
    } catch (const base::Error& error) {
      return error.code();
    }
    return std::nullopt;
  }

  void add(const Thing& added) {
    database_->write(act_, [&](Session& session) {
      session.insert("things", added);
      session.record("thing", added.id, added.name, Detail{"added"});
    });
  }

  std::int64_t count(std::string_view from) {
    return database_->read(
        [&](Session& session) { return session.number("SELECT COUNT(*) " + std::string{from}); });
  }

  std::optional<Thing> find(std::int64_t id) {
    return database_->read([&](Session& session) {
      return session.select_one<Thing>("FROM things WHERE id = $1", id);
    });
  }

  FixedClock clock_;
  Server server_;
  std::unique_ptr<Database> database_;
  const auth::Act act_{.by = "alice",
                       .action = "thing.add",
                       .from = "192.0.2.1",
                       .agent = "curl/8",
                       .request_id = "r1",
                       .credential = "session 1"};
};

TYPED_TEST_SUITE_P(SessionSuite);

TYPED_TEST_P(SessionSuite, KeepsEveryTypeAndItsLimits) {
  auto kept = thing(std::numeric_limits<std::int64_t>::max(), "");
  kept.amount = std::numeric_limits<std::int64_t>::min();
  kept.note = "";
  kept.good = false;
  kept.better = true;
  kept.colour = Colour::green;
  kept.data = {0, 1, 0xff, 0};
  kept.more = base::Bytes{};
  this->add(kept);
  EXPECT_EQ(this->find(kept.id.to_number()), kept);

  auto bare = thing(1, "M\xc3\xbcll 'quoted' \xf0\x9f\x94\x91 $1 \\ \"x\"");
  bare.amount = std::numeric_limits<std::int64_t>::max();
  bare.made_at = base::Time{base::Seconds{-1}};
  this->add(bare);
  EXPECT_EQ(this->find(1), bare);
}

TYPED_TEST_P(SessionSuite, KeepsLargeValues) {
  auto large = thing(1, "large");
  large.note = std::string(1 << 20, 'x');
  large.data.resize(1 << 20);
  for (std::size_t i = 0; i < large.data.size(); ++i) {
    large.data[i] = static_cast<std::uint8_t>(i * 7);
  }
  this->add(large);
  EXPECT_EQ(this->find(1), large);
}

TYPED_TEST_P(SessionSuite, RefusesTextThatOneOfTheDatabasesCouldNotKeep) {
  for (const auto& text :
       {std::string{"a\0b", 3}, std::string{"\xff"}, std::string(40, 'a') + '\0'}) {
    EXPECT_EQ(this->refusal_of([&](Session& session) { session.insert("things", thing(1, text)); }),
              base::ErrorCode::invalid_request);
  }
}

TYPED_TEST_P(SessionSuite, BindsPlaceholdersByTheirNumber) {
  this->add(thing(1, "a"));
  this->database_->read([](Session& session) {
    EXPECT_EQ(session.number("SELECT id FROM things WHERE name = $2 AND id = $1 AND name = $2 "
                             "AND '$1' <> name -- $3 and 'this\n",
                             std::int64_t{1}, "a"),
              1);
    EXPECT_EQ(session.number(Query{"SELECT COUNT(*) FROM things WHERE"}
                                 .add(" name = ", "a")
                                 .add_any(" AND id", std::vector<std::int64_t>{5, 1})),
              1);
    EXPECT_EQ(session.number(Query{"SELECT COUNT(*) FROM things WHERE"}.add_any(
                  " id", std::vector<std::int64_t>{})),
              0);
    EXPECT_THROW(session.number("SELECT id FROM things WHERE id = $1"), base::Error);
  });
}

TYPED_TEST_P(SessionSuite, AnswersNumbersWhateverTheirType) {
  this->add(thing(1, "a"));
  this->database_->read([](Session& session) {
    EXPECT_EQ(session.number("SELECT SUM(id) FROM things"), 1);
    EXPECT_EQ(session.number("SELECT SUM(-922337203685477580 * id * 10) FROM things"),
              -9223372036854775800);
    EXPECT_EQ(session.number("SELECT MAX(id) FROM things WHERE id > 1"), 0);
    EXPECT_EQ(session.number("SELECT EXISTS (SELECT 1 FROM things)"), 1);
    EXPECT_EQ(session.number("SELECT id FROM things WHERE id > 1"), 0);
    EXPECT_EQ(session.number("SELECT LENGTH(name) FROM things"), 1);
    EXPECT_EQ(session.number("SELECT COALESCE(SUM(amount), 0) FROM things WHERE id > 1"), 0);
  });
}

TYPED_TEST_P(SessionSuite, CountsTheRowsThatAStatementChanged) {
  for (int i = 1; i <= 3; ++i) {
    this->add(thing(i, std::to_string(i)));
  }
  this->database_->write(this->act_, [](Session& session) {
    session.bookkeeping("a test");
    EXPECT_EQ(session.execute("UPDATE things SET amount = 5 WHERE id <= $1", 2), 2);
    EXPECT_EQ(session.execute("DELETE FROM things WHERE id > $1", 99), 0);
    std::vector<std::int64_t> gone;
    session.each(
        "DELETE FROM things WHERE amount = $1 RETURNING id",
        [&](std::span<const Value> row) { gone.push_back(std::get<std::int64_t>(row[0])); }, 5);
    EXPECT_EQ(gone, (std::vector<std::int64_t>{1, 2}));
  });
  EXPECT_EQ(this->count("FROM things"), 1);
}

TYPED_TEST_P(SessionSuite, RunsStatementsWithinTheRowsOfAnother) {
  this->add(thing(1, "a"));
  this->add(thing(2, "b"));
  this->database_->read([](Session& session) {
    const auto sql = "SELECT id FROM things ORDER BY id";
    int rows = 0;
    session.each(sql, [&](std::span<const Value>) {
      session.each(sql, [&](std::span<const Value>) { ++rows; });
    });
    EXPECT_EQ(rows, 4);
  });
}

TYPED_TEST_P(SessionSuite, OrdersTextByItsBytes) {
  for (const auto* name : {"b", "B", "a", "\xc3\xa4", "A", "_", "aa"}) {
    this->add(thing(static_cast<unsigned char>(name[0]) + 1000 * std::string{name}.size(), name));
  }
  std::string order;
  this->database_->read([&](Session& session) {
    for (const auto& found : session.select<Thing>("FROM things ORDER BY name COLLATE \"C\"")) {
      order += found.name + " ";
    }
  });
  EXPECT_EQ(order, "A B _ a aa b \xc3\xa4 ");
}

TYPED_TEST_P(SessionSuite, UndoesWorkThatThrows) {
  EXPECT_THROW(this->database_->write(this->act_,
                                      [&](Session& session) {
                                        session.insert("things", thing(1, "a"));
                                        session.record("thing", thing(1, "a").id, "a", Detail{});
                                        throw std::out_of_range{"whatever"};
                                      }),
               std::out_of_range);
  EXPECT_EQ(this->count("FROM things"), 0);
  EXPECT_EQ(this->count("FROM audit_log"), 0);
  this->add(thing(1, "a"));
  EXPECT_EQ(this->count("FROM things"), 1);
}

TYPED_TEST_P(SessionSuite, RefusesADoubleKeyAsAConflict) {
  this->add(thing(1, "a"));
  EXPECT_EQ(this->refusal_of([](Session& session) { session.insert("things", thing(2, "a")); }),
            base::ErrorCode::conflict);
  EXPECT_EQ(this->refusal_of([](Session& session) { session.insert("things", thing(1, "b")); }),
            base::ErrorCode::conflict);
}

TYPED_TEST_P(SessionSuite, ChecksReferencesWhenTheWorkIsDone) {
  const auto add_part = [](Session& session) {
    session.bookkeeping("a test");
    session.execute("INSERT INTO parts (id, thing_id) VALUES (1, 7)");
  };
  EXPECT_EQ(this->refusal_of(add_part), base::ErrorCode::conflict);
  EXPECT_EQ(this->refusal_of([&](Session& session) {
    add_part(session);
    session.insert("things", thing(7, "late"));
  }),
            std::nullopt);
  EXPECT_EQ(this->count("FROM parts"), 1);
}

TYPED_TEST_P(SessionSuite, RefusesWorkThatGoesOnAfterAFailedStatement) {
  EXPECT_EQ(this->refusal_of([](Session& session) {
    session.bookkeeping("a test");
    session.insert("things", thing(1, "a"));
    try {
      session.execute("INSERT INTO things SELECT * FROM things");
    } catch (const base::Error&) {
    }
  }),
            base::ErrorCode::internal);
  EXPECT_EQ(this->count("FROM things"), 0);
}

// PostgreSQL says so later than SQLite, and in the end it is the same.
TYPED_TEST_P(SessionSuite, KeepsNothingOfWorkOfWhichAnInsertFailed) {
  this->add(thing(1, "a"));
  const auto insert_two = [](Session& session) {
    session.bookkeeping("a test");
    session.insert("things", thing(2, "b"));
    session.insert("things", thing(1, "c"));
  };
  EXPECT_EQ(this->refusal_of(insert_two), base::ErrorCode::conflict);
  EXPECT_EQ(this->refusal_of([&](Session& session) {
    insert_two(session);
    session.number("SELECT COUNT(*) FROM things");
    ADD_FAILURE() << "the answer came after a failure";
  }),
            base::ErrorCode::conflict);
  EXPECT_ANY_THROW(this->database_->write(this->act_, [&](Session& session) {
    insert_two(session);
    throw std::out_of_range{"whatever"};
  }));
  EXPECT_EQ(this->count("FROM things"), 1);
  this->add(thing(2, "b"));
  EXPECT_EQ(this->count("FROM things"), 2);
}

TYPED_TEST_P(SessionSuite, TakesManyInsertsAndReadsThemBack) {
  constexpr int many = 100;
  EXPECT_EQ(this->refusal_of([&](Session& session) {
    session.bookkeeping("a test");
    for (int i = 1; i <= many; ++i) {
      session.insert("things", thing(i, std::to_string(i)));
      session.send("UPDATE things SET amount = amount + 1 WHERE id = $1", i);
    }
    EXPECT_EQ(session.number("SELECT COUNT(*) FROM things"), many);
  }),
            std::nullopt);
  EXPECT_EQ(this->count("FROM things"), many);
}

TYPED_TEST_P(SessionSuite, LeavesNoChangeWithoutATrace) {
  EXPECT_EQ(this->refusal_of([](Session& session) { session.insert("things", thing(1, "a")); }),
            base::ErrorCode::internal);
  EXPECT_EQ(this->refusal_of([](Session& session) {
    session.each("INSERT INTO parts (id, thing_id) SELECT 1, 1 WHERE 1 = 1 RETURNING id",
                 [](std::span<const Value>) {});
  }),
            base::ErrorCode::internal);
  EXPECT_EQ(this->count("FROM things"), 0);

  EXPECT_EQ(
      this->refusal_of([](Session& session) { session.number("SELECT COUNT(*) FROM things"); }),
      std::nullopt);
  EXPECT_EQ(this->refusal_of([](Session& session) { session.execute("DELETE FROM things"); }),
            std::nullopt);
  EXPECT_EQ(this->refusal_of([](Session& session) {
    session.insert("things", thing(1, "a"));
    session.bookkeeping("a test");
  }),
            std::nullopt);
  EXPECT_EQ(this->count("FROM things"), 1);
  EXPECT_EQ(this->count("FROM audit_log"), 0);
}

TYPED_TEST_P(SessionSuite, WritesTheAuditEntryWithTheChange) {
  auto act = this->act_;
  act.agent = std::string{"bad \xff\0 agent", 12} + std::string(2000, 'x');
  this->database_->write(act, [](Session& session) {
    session.insert("things", thing(1, "a"));
    session.record("thing", thing(1, "a").id, "a", Detail{"made"});
    for (int i = 0; i < 99; ++i) {
      session.record_refusal("thing", "b", Detail{"refused"});
    }
  });
  const auto entries = this->database_->read(
      [](Session& session) { return session.select<Entry>("FROM audit_log ORDER BY id"); });
  ASSERT_EQ(entries.size(), 100u);
  const auto& first = entries[0];
  EXPECT_EQ(first.at, FixedClock{}.now());
  EXPECT_EQ(first.username, "alice");
  EXPECT_EQ(first.action, "thing.add");
  EXPECT_EQ(first.resource_type, "thing");
  EXPECT_EQ(first.resource_id, 1);
  EXPECT_EQ(first.resource_name, "a");
  EXPECT_EQ(first.details, R"({"what":"made"})");
  EXPECT_EQ(first.ip_address, "192.0.2.1");
  EXPECT_EQ(first.user_agent.substr(0, 15), "bad \xef\xbf\xbd\xef\xbf\xbd agen");
  EXPECT_EQ(first.user_agent.size(), 1024u);
  EXPECT_EQ(first.credential, "session 1");
  EXPECT_EQ(first.request_id, "r1");
  EXPECT_TRUE(first.success);
  EXPECT_FALSE(entries[1].success);
  EXPECT_EQ(entries[99].resource_name, "b");
}

TYPED_TEST_P(SessionSuite, TellsTheListenerWhatWasCommittedBeforeTheCallerGoesOn) {
  std::mutex mutex;
  std::vector<std::int64_t> told;
  this->database_->on_commit([&](std::span<const Entry> entries) {
    const std::lock_guard lock{mutex};
    for (const auto& entry : entries) {
      told.push_back(entry.id);
    }
    throw std::runtime_error{"a fault of the listener is its own"};
  });
  for (int i = 1; i <= 5; ++i) {
    this->add(thing(i, std::to_string(i)));
    const std::lock_guard lock{mutex};
    EXPECT_EQ(told.size(), static_cast<std::size_t>(i));
  }
  EXPECT_THROW(this->add(thing(1, "again")), base::Error);
  EXPECT_EQ(told.size(), 5u);
  EXPECT_TRUE(std::ranges::is_sorted(told));
}

TYPED_TEST_P(SessionSuite, KeepsConcurrentWorksApart) {
  constexpr int threads = 16;
  constexpr int works = 25;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> pool;
    for (int t = 0; t < threads; ++t) {
      pool.emplace_back([&, t] {
        for (int i = 0; i < works; ++i) {
          const int id = 1 + t * works + i;
          const bool refuse = i % 3 == 2;
          const auto failure = this->refusal_of([&](Session& session) {
            session.insert("things", thing(id, std::to_string(id)));
            session.record("thing", thing(id, "").id, "", Detail{});
            if (refuse) {
              throw base::Error{base::ErrorCode::forbidden, "no"};
            }
          });
          EXPECT_EQ(failure.has_value(), refuse);
          refused += refuse ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(this->count("FROM things"), threads * works - refused);
  EXPECT_EQ(this->count("FROM audit_log"), threads * works - refused);
  EXPECT_EQ(this->count("FROM things JOIN audit_log ON things.id = audit_log.resource_id"),
            threads * works - refused);
}

TYPED_TEST_P(SessionSuite, NeverGivesAnIdTwice) {
  std::mutex mutex;
  std::set<std::int64_t> seen;
  std::int64_t highest = 0;
  const auto draw = [&](int count) {
    std::vector<std::jthread> pool;
    for (int t = 0; t < 16; ++t) {
      pool.emplace_back([&, count] {
        for (int i = 0; i < count; ++i) {
          std::int64_t id = 0;
          try {
            this->database_->write(this->act_, [&](Session& session) {
              id = session.new_id<ThingId>("things").to_number();
              if (i % 5 == 4) {
                throw base::Error{base::ErrorCode::conflict, "the id is lost"};
              }
            });
          } catch (const base::Error&) {
          }
          const std::lock_guard lock{mutex};
          EXPECT_TRUE(seen.insert(id).second) << id;
        }
      });
    }
  };
  draw(30);
  highest = *seen.rbegin();
  this->reopen();
  draw(10);
  EXPECT_EQ(seen.size(), 16u * 40u);
  EXPECT_GT(*seen.upper_bound(highest), highest);
  EXPECT_LT(*seen.rbegin(), 16 * 40 * 64);  // a refusal costs a block at most
}

TYPED_TEST_P(SessionSuite, LetsReadersSeeOneMoment) {
  this->add(thing(1, "a"));
  std::latch reading{1};
  std::latch written{1};
  auto reader = std::async(std::launch::async, [&] {
    return this->database_->read([&](Session& session) {
      const auto before = session.number("SELECT COUNT(*) FROM things");
      reading.count_down();
      written.wait();
      return std::pair{before, session.number("SELECT COUNT(*) FROM things")};
    });
  });
  reading.wait();
  this->add(thing(2, "b"));
  written.count_down();
  EXPECT_EQ(reader.get(), (std::pair<std::int64_t, std::int64_t>{1, 1}));
  EXPECT_EQ(this->count("FROM things"), 2);
}

TYPED_TEST_P(SessionSuite, LetsReadersChangeNothing) {
  const auto refused = [&](auto work) {
    try {
      this->database_->read(work);
    } catch (const base::Error& error) {
      return error.code() == base::ErrorCode::internal;
    }
    return false;
  };
  EXPECT_TRUE(refused([](Session& session) { session.insert("things", thing(1, "a")); }));
  EXPECT_TRUE(refused([](Session& session) { session.record_refusal("thing", "", Detail{}); }));
  EXPECT_TRUE(refused([](Session& session) { session.new_id<ThingId>("things"); }));
  EXPECT_EQ(this->count("FROM things"), 0);
}

TYPED_TEST_P(SessionSuite, KeepsItsRowsWhenReopened) {
  this->add(thing(1, "a"));
  this->reopen();
  EXPECT_EQ(this->find(1), thing(1, "a"));
  const auto status = this->database_->status();
  EXPECT_EQ(status.kind, TypeParam::kind);
  EXPECT_FALSE(status.version.empty());
  EXPECT_GT(status.size_bytes, 4096);
}

TYPED_TEST_P(SessionSuite, MigratesOnceAndOnlyForward) {
  const auto refusal = [&](std::span<const Migration> steps) -> std::string {
    try {
      migrate(*this->database_, steps);
    } catch (const base::Error& error) {
      return error.what();
    }
    return {};
  };
  const auto& first = thing_steps[0];
  EXPECT_EQ(refusal(thing_steps), "");

  const Migration failing[] = {first,
                               {2, "bad", "CREATE TABLE one (a BIGINT);\nCREATE TABLE two (;\n"}};
  EXPECT_NE(refusal(failing).find("step 2 (bad) of the schema failed"), std::string::npos);
  const Migration longer[] = {
      first, {2, "good", "CREATE TABLE one (a BIGINT);\nINSERT INTO one (a) VALUES (1);\n"}};
  EXPECT_EQ(refusal(longer), "");
  EXPECT_EQ(refusal(longer), "");
  EXPECT_EQ(this->count("FROM one"), 1);
  EXPECT_EQ(this->count("FROM schema_migrations"), 3);

  EXPECT_NE(refusal(thing_steps).find("newer Certwright"), std::string::npos);
  const Migration changed[] = {first, {2, "good", "CREATE TABLE one (b BIGINT);\n"}};
  EXPECT_NE(refusal(changed).find("was changed after it was taken"), std::string::npos);
  const Migration swapped[] = {longer[1], first};
  EXPECT_NE(refusal(swapped).find("out of order"), std::string::npos);
}

TYPED_TEST_P(SessionSuite, MigratesOnceWhenSeveralNodesStart) {
  const Migration longer[] = {
      thing_steps[0],
      {2, "one", "CREATE TABLE one (a BIGINT);\nINSERT INTO one (a) VALUES (1);\n"}};
  {
    std::vector<std::jthread> nodes;
    for (int i = 0; i < 4; ++i) {
      nodes.emplace_back([&] {
        const auto node = this->server_.open(this->clock_);
        EXPECT_NO_THROW(migrate(*node, longer));
      });
    }
  }
  EXPECT_EQ(this->count("FROM one"), 1);
}

REGISTER_TYPED_TEST_SUITE_P(
    SessionSuite, KeepsEveryTypeAndItsLimits, KeepsLargeValues,
    RefusesTextThatOneOfTheDatabasesCouldNotKeep, BindsPlaceholdersByTheirNumber,
    AnswersNumbersWhateverTheirType, CountsTheRowsThatAStatementChanged,
    RunsStatementsWithinTheRowsOfAnother, OrdersTextByItsBytes, UndoesWorkThatThrows,
    RefusesADoubleKeyAsAConflict, ChecksReferencesWhenTheWorkIsDone,
    RefusesWorkThatGoesOnAfterAFailedStatement, KeepsNothingOfWorkOfWhichAnInsertFailed,
    TakesManyInsertsAndReadsThemBack, LeavesNoChangeWithoutATrace, WritesTheAuditEntryWithTheChange,
    TellsTheListenerWhatWasCommittedBeforeTheCallerGoesOn, KeepsConcurrentWorksApart,
    NeverGivesAnIdTwice, LetsReadersSeeOneMoment, LetsReadersChangeNothing,
    KeepsItsRowsWhenReopened, MigratesOnceAndOnlyForward, MigratesOnceWhenSeveralNodesStart);

}  // namespace db

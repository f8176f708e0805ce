#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "db/session_suite.h"

namespace db {
namespace {

class SqliteServer {
 public:
  static constexpr const char* kind = "sqlite";

  SqliteServer() {
    std::string directory = std::filesystem::temp_directory_path() / "db-test-XXXXXX";
    directory_ = ::mkdtemp(directory.data());
  }
  ~SqliteServer() { std::filesystem::remove_all(directory_); }
  SqliteServer(const SqliteServer&) = delete;
  SqliteServer& operator=(const SqliteServer&) = delete;

  std::unique_ptr<Database> open(const base::Clock& clock) const {
    return open_sqlite({.path = path(), .readers = 4}, clock);
  }
  std::string path() const { return directory_ / "certwright.db"; }

 private:
  std::filesystem::path directory_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, SessionSuite, SqliteServer);

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(0, 4)) {
    number = number << 8 | static_cast<std::uint8_t>(byte);
  }
  return number;
}

// The commits in a write-ahead log that has not started over: the frames whose header says how
// large the database is after them (SQLite's file format, section 4.1).
int commits_in(const std::string& log_path) {
  std::ifstream file{log_path, std::ios::binary};
  const std::string log{std::istreambuf_iterator<char>{file}, {}};
  constexpr std::size_t log_header = 32;
  constexpr std::size_t frame_header = 24;
  int commits = 0;
  const std::size_t frame = frame_header + big_endian(std::string_view{log}.substr(8));
  for (std::size_t at = log_header; at + frame <= log.size(); at += frame) {
    commits += big_endian(std::string_view{log}.substr(at + 4)) != 0 ? 1 : 0;
  }
  return commits;
}

class Sqlite : public SessionSuite<SqliteServer> {
 protected:
  // Holds the writer back until so many works have gathered, each in a thread of its own.
  void run_as_one_batch(const std::vector<std::function<void()>>& works) {
    std::latch started{1};
    std::latch gathered{1};
    std::jthread first{[&] {
      database_->write(act_, [&](Session&) {
        started.count_down();
        gathered.wait();
      });
    }};
    started.wait();
    std::vector<std::jthread> others;
    for (const auto& work : works) {
      others.emplace_back(work);
      std::this_thread::sleep_for(std::chrono::milliseconds{20});  // in this order
    }
    gathered.count_down();
  }
};

TEST_F(Sqlite, SyncsOnceForTheWorksThatHaveGathered) {
  const auto log = server_.path() + "-wal";
  const int before = commits_in(log);
  std::vector<std::function<void()>> works;
  for (int i = 1; i <= 32; ++i) {
    works.emplace_back([this, i] { add(thing(i, std::to_string(i))); });
  }
  run_as_one_batch(works);
  EXPECT_EQ(count("FROM things"), 32);
  EXPECT_LE(commits_in(log) - before, 2);
}

TEST_F(Sqlite, UndoesTheFailedWorkOfABatchAndKeepsTheOthers) {
  for (const int round : {0, 10}) {  // without savepoints, and with them
    std::atomic<int> runs = 0;
    const auto add_thing = [&](int id) {
      return [&, id] {
        database_->write(act_, [&, id](Session& session) {
          ++runs;
          const auto added = thing(id + round, std::to_string(id + round));
          session.insert("things", added);
          session.record("thing", added.id, added.name, Detail{});
        });
      };
    };
    run_as_one_batch({add_thing(1),
                      [&] {
                        EXPECT_EQ(refusal_of([&](Session& session) {
                                    session.insert("things", thing(2 + round, "two"));
                                    throw base::Error{base::ErrorCode::forbidden, "no"};
                                  }),
                                  base::ErrorCode::forbidden);
                      },
                      [&] {
                        EXPECT_EQ(refusal_of([&](Session& session) {
                                    session.insert("things", thing(3, std::to_string(1 + round)));
                                  }),
                                  base::ErrorCode::conflict);
                      },
                      add_thing(4), add_thing(5)});
    EXPECT_EQ(runs, round == 0 ? 4 : 3);  // the first ran again after the second was undone
    for (const int id : {1, 4, 5}) {
      EXPECT_TRUE(find(id + round)) << id;
    }
    EXPECT_FALSE(find(2 + round));
  }
  EXPECT_EQ(count("FROM audit_log"), 6);
  EXPECT_EQ(count("FROM things"), 6);
}

TEST_F(Sqlite, TellsTheListenerInTheOrderOfTheCommits) {
  std::vector<std::int64_t> told;
  database_->on_commit([&](std::span<const Entry> entries) {
    for (const auto& entry : entries) {
      told.push_back(entry.id);
    }
  });
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 1; i <= 20; ++i) {
          add(thing(t * 20 + i, std::to_string(t * 20 + i)));
        }
      });
    }
  }
  EXPECT_EQ(told.size(), 160u);
  EXPECT_TRUE(std::ranges::is_sorted(told));
}

TEST_F(Sqlite, RefusesToWaitForItself) {
  EXPECT_EQ(refusal_of([&](Session&) { add(thing(1, "a")); }), base::ErrorCode::internal);
}

TEST_F(Sqlite, KeepsItsFilesToTheirOwner) {
  add(thing(1, "a"));
  for (const auto* suffix : {"", "-wal", "-shm"}) {
    struct stat found{};
    ASSERT_EQ(::stat((server_.path() + suffix).c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600u) << suffix;
  }
  database_.reset();
  EXPECT_FALSE(std::filesystem::exists(server_.path() + "-wal"));

  std::filesystem::permissions(server_.path(), std::filesystem::perms{0644});
  database_ = server_.open(clock_);
  struct stat found{};
  ASSERT_EQ(::stat(server_.path().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
}

TEST_F(Sqlite, NeedsNoExtensionToReadItsFileElsewhere) {
  add(thing(1, "a"));
  database_.reset();
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(server_.path().c_str(), &raw), SQLITE_OK);
  std::string answer;
  sqlite3_exec(
      raw, "PRAGMA integrity_check",
      [](void* text, int, char** values, char**) {
        *static_cast<std::string*>(text) += values[0];
        return 0;
      },
      &answer, nullptr);
  sqlite3_close(raw);
  EXPECT_EQ(answer, "ok");
  database_ = server_.open(clock_);
}

TEST_F(Sqlite, KeepsTheLogSmallWhileReadersComeAndGo) {
  std::atomic<bool> stop = false;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        database_->read([](Session& session) {
          session.number("SELECT COUNT(*) FROM things");
          std::this_thread::sleep_for(std::chrono::milliseconds{5});
        });
      }
    });
  }
  auto large = thing(1, "");
  large.data.resize(1 << 20);
  for (int i = 1; i <= 150; ++i) {
    large.id = ThingId::from_number(i).value();
    large.name = std::to_string(i);
    add(large);
    EXPECT_LT(std::filesystem::file_size(server_.path() + "-wal"), 80u << 20);
  }
  stop = true;
}

TEST_F(Sqlite, AnswersUnavailableWhenTheDiskIsFullAndGoesOnAfterwards) {
  const auto limit_pages = [&](const std::string& most) {
    database_->write(act_,
                     [&](Session& session) { session.execute("PRAGMA max_page_count = " + most); });
  };
  limit_pages("60");
  auto large = thing(2, "large");
  large.data.resize(1 << 20);
  std::atomic<int> kept = 0;
  const auto try_to_add = [&](const Thing& added) {
    return [&, added] {
      try {
        add(added);
        ++kept;
      } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::unavailable) << error.what();
      }
    };
  };
  run_as_one_batch({try_to_add(thing(1, "a")), try_to_add(large), try_to_add(thing(3, "c"))});
  EXPECT_EQ(count("FROM things"), kept);
  EXPECT_FALSE(find(2));
  limit_pages("1073741823");
  add(large);
  EXPECT_TRUE(find(2));
}

TEST_F(Sqlite, AnswersUnavailableWhileAnotherProgramHoldsTheLock) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(server_.path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  try {
    add(thing(1, "a"));
    ADD_FAILURE() << "the lock did not hold";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
    EXPECT_NE(std::string{error.what()}.find("locked"), std::string::npos);
  }
  sqlite3_close(other);
  add(thing(1, "a"));
  EXPECT_TRUE(find(1));
}

TEST(SqliteOpening, SaysWhatIsWrongWithTheFile) {
  const SqliteServer server;
  const base::SystemClock clock;
  const auto refusal = [&](const std::string& path) -> std::string {
    try {
      open_sqlite({.path = path}, clock);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
      return error.what();
    }
    return "opened";
  };
  std::ofstream{server.path()} << std::string(8192, 'x');
  EXPECT_NE(refusal(server.path()).find("is damaged"), std::string::npos);
  EXPECT_NE(refusal(server.path() + ".d/none").find("cannot be opened"), std::string::npos);
}

TEST(SqliteInMemory, LeavesNoFileAndLastsAsLongAsItIsOpen) {
  const base::SystemClock clock;
  const auto first = open_sqlite({.path = ":memory:", .readers = 2}, clock);
  const auto second = open_sqlite({.path = ":memory:", .readers = 2}, clock);
  migrate(*first, thing_steps);
  migrate(*second, {});
  first->write({.by = "test", .action = "test"}, [](Session& session) {
    session.insert("things", thing(1, "a"));
    session.bookkeeping("a test");
  });
  EXPECT_EQ(first->read([](Session& session) { return session.number("SELECT id FROM things"); }),
            1);
  EXPECT_THROW(
      second->read([](Session& session) { return session.number("SELECT id FROM things"); }),
      base::Error);
}

// Writes until it is killed, and says through the pipe which rows were acknowledged.
[[noreturn]] void write_until_killed(const SqliteServer& server, int pipe) {
  const FixedClock clock;
  const auto database = server.open(clock);
  const auth::Act act{.by = "child", .action = "thing.add"};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      while (true) {
        const auto id = database->write(act, [](Session& session) {
          const auto drawn = session.new_id<ThingId>("things");
          auto added = thing(drawn.to_number(), std::to_string(drawn.to_number()));
          added.data.resize(500);
          session.insert("things", added);
          session.record("thing", drawn, "", Detail{});
          return drawn.to_number();
        });
        if (::write(pipe, &id, sizeof id) != sizeof id) {
          std::abort();
        }
      }
    });
  }
  threads.clear();
  std::abort();
}

TEST(SqliteCrash, KeepsEveryAcknowledgedRowWhenItIsKilled) {
  const SqliteServer server;
  const FixedClock clock;
  migrate(*server.open(clock), thing_steps);
  std::mt19937 random{std::random_device{}()};
  std::set<std::int64_t> acknowledged;
  for (int round = 0; round < 20; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(pipe[0]);
      write_until_killed(server, pipe[1]);
    }
    ::close(pipe[1]);
    std::int64_t id = 0;
    const auto read_one = [&] { return ::read(pipe[0], &id, sizeof id) == sizeof id; };
    ASSERT_TRUE(read_one());
    std::jthread killer{[&, wait = std::uniform_int_distribution{0, 60'000}(random)] {
      std::this_thread::sleep_for(std::chrono::microseconds{wait});
      ::kill(child, SIGKILL);
    }};
    do {
      EXPECT_TRUE(acknowledged.insert(id).second) << "id " << id << " was given twice";
    } while (read_one());
    killer.join();
    ::close(pipe[0]);
    ::waitpid(child, nullptr, 0);

    const auto database = server.open(clock);
    database->read([&](Session& session) {
      session.each("PRAGMA integrity_check", [](std::span<const Value> row) {
        EXPECT_EQ(std::get<std::string>(row[0]), "ok");
      });
      std::set<std::int64_t> kept;
      session.each(
          "SELECT things.id FROM things JOIN audit_log ON resource_id = things.id",
          [&](std::span<const Value> row) { kept.insert(std::get<std::int64_t>(row[0])); });
      EXPECT_TRUE(std::ranges::includes(kept, acknowledged));
      EXPECT_EQ(session.number("SELECT COUNT(*) FROM audit_log"),
                static_cast<std::int64_t>(kept.size()));
    });
  }
}

}  // namespace
}  // namespace db
